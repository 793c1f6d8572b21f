/* kv_memory_parts - what the files of the store in memory share
 *
 * Private to kv_memory*.c. A transaction holds a version of every table; a
 * writer's versions replace the store's at commit. */
#ifndef STORE_KV_MEMORY_PARTS_H
#define STORE_KV_MEMORY_PARTS_H

#include "store/kv_memory.h"
#include "store/kv_tree.h"

struct memory_txn {
	struct kv_txn txn;
	struct memory_txn *next; /* in the list of open ones */
	unsigned cursors;
	enum err failed;   /* the first error of a change */
	uint64_t bytes;    /* of all tables */
	uint32_t *changes; /* a table; only for a writer */
	struct kv_tree tables[];
};

struct memory_cursor {
	struct kv_cursor cursor;
	unsigned table;
	uint32_t changes;
	bool has_begun;
	struct kv_path path;
};

struct kv_image {
	unsigned table_count;
	struct kv_tree tables[];
};

struct kv_memory {
	struct kv kv;
	bool has_writer;
	bool is_dead;
	enum kv_memory_fault fault;
	uint64_t limit;
	uint64_t high_bytes; /* the most there ever was: the size of its file, so to speak */
	uint64_t commits;
	struct memory_txn *open;
	unsigned table_count;
	struct kv_tree tables[];
};

enum err kv_memory_cursor_open(struct kv_txn *txn, unsigned table, struct kv_cursor **ret);
void kv_memory_cursor_close(struct kv_cursor **cursor);
enum err kv_memory_seek(struct kv_cursor *cursor, struct str key, struct kv_row *ret);
enum err kv_memory_next(struct kv_cursor *cursor, struct kv_row *ret);
enum err kv_memory_prev(struct kv_cursor *cursor, struct kv_row *ret);
enum err kv_memory_last(struct kv_cursor *cursor, struct kv_row *ret);

#endif
