#include "store/kv_memory_parts.h"

#include <assert.h>
#include <stdlib.h>

static const struct kv_memory *self_of(const struct kv_txn *txn)
{
	return (const struct kv_memory *)txn->kv;
}

static struct memory_txn *txn_of(struct kv_txn *txn)
{
	return (struct memory_txn *)txn;
}

static struct memory_cursor *cursor_of(struct kv_cursor *cursor)
{
	return (struct memory_cursor *)cursor;
}

static uint32_t changes_of(struct kv_txn *txn, unsigned table)
{
	return txn->mode == KV_WRITE ? txn_of(txn)->changes[table] : 0;
}

enum err kv_memory_cursor_open(struct kv_txn *txn, unsigned table, struct kv_cursor **ret)
{
	struct memory_cursor *cursor;

	assert(table < self_of(txn)->table_count);
	if (self_of(txn)->is_dead)
		return ERR_IO;
	if (txn_of(txn)->failed != ERR_OK)
		return txn_of(txn)->failed;
	cursor = malloc(sizeof *cursor);
	if (cursor == NULL)
		abort();
	cursor->cursor.txn = txn;
	cursor->table = table;
	cursor->changes = changes_of(txn, table);
	cursor->has_begun = false;
	cursor->path.depth = 0;
	txn_of(txn)->cursors++;
	*ret = &cursor->cursor;
	return ERR_OK;
}

void kv_memory_cursor_close(struct kv_cursor **cursor)
{
	txn_of((*cursor)->txn)->cursors--;
	free(cursor_of(*cursor));
	*cursor = NULL;
}

static const struct kv_tree *cursor_tree(const struct memory_cursor *cursor)
{
	/* kv.h: a cursor is closed before a change of its table. */
	assert(cursor->changes == changes_of(cursor->cursor.txn, cursor->table));
	return &txn_of(cursor->cursor.txn)->tables[cursor->table];
}

static enum err cursor_result(const struct memory_cursor *cursor, bool has_row, struct kv_row *ret)
{
	if (self_of(cursor->cursor.txn)->is_dead)
		return ERR_IO;
	if (!has_row)
		return ERR_NOT_FOUND;
	*ret = kv_tree_row(&cursor->path);
	return ERR_OK;
}

enum err kv_memory_seek(struct kv_cursor *cursor, struct str key, struct kv_row *ret)
{
	struct memory_cursor *self = cursor_of(cursor);

	assert(key.len <= KV_KEY_MAX);
	self->has_begun = true;
	return cursor_result(self, kv_tree_seek(cursor_tree(self), key, &self->path), ret);
}

enum err kv_memory_last(struct kv_cursor *cursor, struct kv_row *ret)
{
	struct memory_cursor *self = cursor_of(cursor);

	self->has_begun = true;
	return cursor_result(self, kv_tree_last(cursor_tree(self), &self->path), ret);
}

enum err kv_memory_next(struct kv_cursor *cursor, struct kv_row *ret)
{
	struct memory_cursor *self = cursor_of(cursor);

	assert(self->has_begun);
	(void)cursor_tree(self);
	return cursor_result(self, kv_tree_next(&self->path), ret);
}

enum err kv_memory_prev(struct kv_cursor *cursor, struct kv_row *ret)
{
	struct memory_cursor *self = cursor_of(cursor);

	assert(self->has_begun);
	(void)cursor_tree(self);
	return cursor_result(self, kv_tree_prev(&self->path), ret);
}
