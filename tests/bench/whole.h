/* whole - a store on LMDB as a service has it, in a folder of its own */
#ifndef BENCH_WHOLE_H
#define BENCH_WHOLE_H

#include "lib/folder.h"
#include "store/store.h"

struct whole {
	char folder[FOLDER_MAX];
	struct keyring ring;
	struct arena arena;
	struct store *store;
	uint64_t events; /* the caller's count of what it appended */
};

/* An empty one; ends the program when it cannot be made. */
void whole_open(struct whole *whole, const struct table *const *tables, uint32_t table_count);
void whole_close(struct whole *whole);

#endif
