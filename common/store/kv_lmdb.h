/* kv_lmdb - what the files of the LMDB store share among themselves
 *
 * Private to kv_lmdb*.c, the only files that know lmdb.h. One environment, one
 * process, one thread that writes; the style and its reasons: README.md. */
#ifndef STORE_KV_LMDB_H
#define STORE_KV_LMDB_H

#include "store/kv.h"

#include <lmdb.h>

enum {
	LMDB_READERS_MAX = 512,
	LMDB_NAME_MAX = 4096,
	/* How many commits the counted free pages may be behind. */
	LMDB_USAGE_COMMITS = 64,
};

struct kv_lmdb {
	struct kv kv;
	MDB_env *env;
	MDB_dbi tables[KV_TABLES_MAX];
	char *names[KV_TABLES_MAX]; /* owned */
	unsigned table_count;
	int folder_fd;
	int owner_fd; /* holds the flock that keeps a second process out */
	uint64_t page_bytes;
	uint64_t map_bytes;
	uint64_t grow_bytes;
	bool is_growing; /* between the low and the high mark of growth */
	bool has_writer;
	bool is_dead;     /* an ERR_IO was given: every later call gives it too */
	bool is_full;     /* so that going full is logged once */
	uint64_t commits; /* since the start */
	uint64_t free_pages;
	uint64_t free_pages_at; /* the commit count they were counted at, plus one */
};

/* The one place where codes of LMDB and of the system become ours. Asserts on
 * codes that only a mistake of ours produces; notes a dead environment. */
enum err kv_lmdb_error(struct kv_lmdb *self, int code);
/* Space that an ordinary write would still get. */
uint64_t kv_lmdb_disk_free(const struct kv_lmdb *self);
/* Size of the data file. */
uint64_t kv_lmdb_file_bytes(const struct kv_lmdb *self);
/* Calls on_page for every page in the free list of the last commit. */
typedef void free_page_fn(void *context, uint64_t page);
int kv_lmdb_free_pages(struct kv_lmdb *self, free_page_fn *on_page, void *context,
	uint64_t *ret_count);

extern const struct kv_ops kv_lmdb_ops;

/* House-keeping: kv_lmdb_tend.c. */
enum err kv_lmdb_tend(struct kv *kv);
enum err kv_lmdb_usage(struct kv *kv, struct kv_usage *ret);
/* kv_lmdb_copy.c */
enum err kv_lmdb_copy(struct kv_txn *txn, const char *path, const atomic_bool *is_cancelled);
/* kv_lmdb.c: of an open transaction. */
MDB_txn *kv_lmdb_handle(struct kv_txn *txn);
/* kv_lmdb_open.c */
void kv_lmdb_close(struct kv **kv);

#endif
