/* bare - LMDB called directly: the limit of what a store can do, with its keys, sizes and batches */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <lmdb.h>

#include "bench/lap.h"
#include "base/str.h"
#include "lib/folder.h"

enum { RECORD_BYTES = 300 }; /* an event of a request */

#define MAP_BYTES (UINT64_C(4) << 30)

struct bare {
	char folder[FOLDER_MAX];
	MDB_env *env;
	MDB_dbi table;
	uint64_t rows;
};

void bare_open(struct bare *bare);
void bare_close(struct bare *bare);
/* One transaction of so many rows, behind those that are there. */
void bare_append(struct bare *bare, unsigned batch, size_t bytes);

/* Key of a row of that number. */
struct str bare_key(uint64_t n, char ret[8]);
/* End the program with the words when it failed. */
void bare_must(enum err e);
void bare_must_lmdb(int code);

#endif
