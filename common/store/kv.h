/* kv - ordered tables with transactions: LMDB, or its twin in memory
 *
 * One writer at a time, readers see the last commit. Keys are 1 to 511 bytes
 * and sort as bytes; a key is found by its number in the list given at open.
 * Values that get, seek and next lend are valid until the next put or the end
 * of the transaction, whichever is first. Everything above the store goes
 * through these calls, so the simulator can put its own disk underneath. */
#ifndef STORE_KV_H
#define STORE_KV_H

#include <stdatomic.h>

#include "base/str.h"

enum { KV_KEY_MAX = 511, KV_TABLES_MAX = 96 };

enum kv_mode { KV_READ, KV_WRITE };

struct kv;
struct kv_txn;
struct kv_cursor;

struct kv_row {
	struct str key;
	struct str value;
};

struct kv_usage {
	uint64_t used_bytes;      /* pages in use without the free ones */
	uint64_t map_bytes;       /* what the map allows */
	uint64_t file_bytes;      /* size of the file */
	uint64_t disk_free_bytes; /* what the file system would still give */
};

struct kv_ops {
	/* ERR_READONLY: full; ERR_IO: the environment is gone, the process must end (111). */
	enum err (*begin)(struct kv *kv, enum kv_mode mode, struct kv_txn **ret);
	/* Durable when it answers ERR_OK. ERR_READONLY: nothing of it happened, the store goes on
	 * reading (full disk or map). ERR_IO: outcome unknown, end the process, answer nobody. */
	enum err (*commit)(struct kv_txn **txn);
	void (*abort)(struct kv_txn **txn);

	/* ERR_NOT_FOUND, ERR_IO. */
	enum err (*get)(struct kv_txn *txn, unsigned table, struct str key, struct str *ret);
	/* ERR_READONLY, ERR_IO. */
	enum err (*put)(struct kv_txn *txn, unsigned table, struct str key, struct str value);
	/* As put, and asserts that key is greater than every key of the table. */
	enum err (*append)(struct kv_txn *txn, unsigned table, struct str key, struct str value);
	/* ERR_NOT_FOUND when there was none. */
	enum err (*del)(struct kv_txn *txn, unsigned table, struct str key);
	/* Drops all rows of a table. */
	enum err (*empty)(struct kv_txn *txn, unsigned table);
	/* Number of rows. */
	enum err (*count)(struct kv_txn *txn, unsigned table, uint64_t *ret);

	/* A cursor of one table; close it before the transaction ends and before a put to its table. */
	enum err (*cursor_open)(struct kv_txn *txn, unsigned table, struct kv_cursor **ret);
	void (*cursor_close)(struct kv_cursor **cursor);
	/* The first row with a key at or after key; an empty key means the first row. ERR_NOT_FOUND.
	 * After that answer next and prev give it too, until the next seek or last. */
	enum err (*seek)(struct kv_cursor *cursor, struct str key, struct kv_row *ret);
	enum err (*next)(struct kv_cursor *cursor, struct kv_row *ret);
	enum err (*prev)(struct kv_cursor *cursor, struct kv_row *ret);
	enum err (*last)(struct kv_cursor *cursor, struct kv_row *ret);

	/* A reader's snapshot is let go and taken anew (between steps of a long read). */
	enum err (*renew)(struct kv_txn *txn);
	enum err (*usage)(struct kv *kv, struct kv_usage *ret);
	/* House-keeping between transactions: stale readers, growth with zeros ahead of use. */
	enum err (*tend)(struct kv *kv);
	/* What a transaction for reading sees, as a new file at path: compacted, fsynced with its folder, there
	 * as a whole or not at all. A thread of its own may do it while writers go on, as the only user of this
	 * transaction; no page that the snapshot holds is used again before it ends, so the store grows by what
	 * is written meanwhile. is_cancelled is looked at between rows; NULL: never. ERR_INVALID: path, or
	 * something is there already; ERR_READONLY: no room there; ERR_UNAVAILABLE: cancelled; ERR_IO. None of
	 * them harms the store. ERR_STATE: in memory. */
	enum err (*copy)(struct kv_txn *txn, const char *path, const atomic_bool *is_cancelled);
	void (*close)(struct kv **kv);
};

/* Every implementation starts with this. */
struct kv {
	const struct kv_ops *ops;
};
struct kv_txn {
	struct kv *kv;
	enum kv_mode mode;
};
struct kv_cursor {
	struct kv_txn *txn;
};

struct kv_lmdb_options {
	const char *folder;  /* exists, ours alone */
	uint64_t map_bytes;  /* address space, never resized in normal life */
	uint64_t grow_bytes; /* zeros written ahead of use in one go; 0: no growth ahead */
};

/* Opens or makes the store with these tables, all in one committed transaction.
 * ERR_INVALID (options), ERR_STATE (another process has it), ERR_CORRUPT (file
 * shorter than its pages say), ERR_READONLY, ERR_IO. */
enum err kv_lmdb_open(const struct kv_lmdb_options *options, const char *const *tables,
	unsigned count, struct kv **ret) MUST_CHECK;
/* The twin in memory, empty. */
struct kv *kv_memory_open(const char *const *tables, unsigned count);

static inline enum err kv_begin(struct kv *kv, enum kv_mode mode, struct kv_txn **ret)
{
	return kv->ops->begin(kv, mode, ret);
}
static inline enum err kv_commit(struct kv_txn **txn)
{
	return (*txn)->kv->ops->commit(txn);
}
/* Does nothing when *txn is NULL. */
static inline void kv_abort(struct kv_txn **txn)
{
	if (*txn != NULL)
		(*txn)->kv->ops->abort(txn);
}
static inline enum err kv_get(struct kv_txn *t, unsigned table, struct str key, struct str *ret)
{
	return t->kv->ops->get(t, table, key, ret);
}
static inline enum err kv_put(struct kv_txn *t, unsigned table, struct str key, struct str value)
{
	return t->kv->ops->put(t, table, key, value);
}
static inline enum err kv_append(struct kv_txn *t, unsigned table, struct str key, struct str value)
{
	return t->kv->ops->append(t, table, key, value);
}
static inline enum err kv_del(struct kv_txn *t, unsigned table, struct str key)
{
	return t->kv->ops->del(t, table, key);
}
static inline enum err kv_cursor_open(struct kv_txn *t, unsigned table, struct kv_cursor **ret)
{
	return t->kv->ops->cursor_open(t, table, ret);
}
static inline void kv_cursor_close(struct kv_cursor **c)
{
	if (*c != NULL)
		(*c)->txn->kv->ops->cursor_close(c);
}
static inline enum err kv_seek(struct kv_cursor *c, struct str key, struct kv_row *ret)
{
	return c->txn->kv->ops->seek(c, key, ret);
}
static inline enum err kv_next(struct kv_cursor *c, struct kv_row *ret)
{
	return c->txn->kv->ops->next(c, ret);
}

#endif
