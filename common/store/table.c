#include "store/slot.h"

#include "wire/wire.h"

#include <assert.h>
#include <string.h>

enum err row_copy(const struct schema *schema, struct str bytes, struct arena *arena, void *ret)
{
	struct problem why;
	struct str copy;
	enum err e = arena_copy(arena, bytes, &copy);

	if (e != ERR_OK)
		return e;
	e = wire_decode(schema, copy, arena, ret, &why);
	return e == ERR_OK ? ERR_OK : ERR_CORRUPT;
}

bool is_key(struct str key)
{
	return key.len >= 1 && key.len <= KV_KEY_MAX;
}

enum err table_get(struct txn *txn, const struct table *table, struct str key, struct arena *arena,
	void *ret)
{
	struct str value;
	enum err e;

	assert(table->kind != TABLE_VAULT);
	if (!is_key(key))
		return ERR_NOT_FOUND;
	e = kv_get(txn->kv, txn_table(txn, table), key, &value);
	return e == ERR_OK ? row_copy(table->row, value, arena, ret) : e;
}

enum err row_peek(struct txn *txn, const struct table *table, struct str key, void *ret)
{
	struct problem why;
	struct arena none;
	struct str value;
	enum err e = kv_get(txn->kv, txn_table(txn, table), key, &value);

	if (e != ERR_OK)
		return e;
	arena_init(&none, 0);
	return wire_decode(table->row, value, &none, ret, &why) == ERR_OK ? ERR_OK : ERR_CORRUPT;
}

/* The kv table of a row that is put or deleted. */
static unsigned table_to_change(struct txn *txn, const struct table *table)
{
	uint32_t slot = slot_of(txn->store, table);

	if ((txn->lent >> slot & 1) != 0)
		txn_changed(txn);
	return slot_table(txn, slot);
}

enum err table_put(struct txn *txn, const struct table *table, struct str key, const void *row)
{
	struct buf *bytes = &txn->store->row;
	struct problem why;
	enum err e;

	assert(table->kind != TABLE_VAULT);
	buf_reset(bytes);
	e = wire_encode(table->row, row, bytes, &why);
	return e == ERR_OK ? kv_put(txn->kv, table_to_change(txn, table), key, buf_str(bytes)) : e;
}

enum err table_del(struct txn *txn, const struct table *table, struct str key)
{
	assert(table->kind != TABLE_VAULT);
	return kv_del(txn->kv, table_to_change(txn, table), key);
}

enum err table_count(struct txn *txn, const struct table *table, uint64_t *ret)
{
	return txn->kv->kv->ops->count(txn->kv, txn_table(txn, table), ret);
}

enum err walk_open(struct txn *txn, const struct table *table, struct str prefix, struct str start,
	bool is_down, struct walk *ret)
{
	struct walk w = { .txn = txn, .prefix = prefix, .start = start, .is_down = is_down };
	enum err e = kv_cursor_open(txn->kv, txn_table(txn, table), &w.cursor);

	if (e == ERR_OK)
		*ret = w;
	return e;
}

/* The last row before the first key that is greater than every key with the prefix. */
static enum err end_of_prefix(struct kv_cursor *cursor, struct str prefix, struct kv_row *ret)
{
	const struct kv_ops *ops = cursor->txn->kv->ops;
	char after[KV_KEY_MAX];
	enum err e;

	assert(prefix.len <= sizeof after);
	while (prefix.len > 0 && (uint8_t)prefix.ptr[prefix.len - 1] == 0xff)
		prefix.len--;
	if (prefix.len == 0)
		return ops->last(cursor, ret);
	memcpy(after, prefix.ptr, prefix.len);
	after[prefix.len - 1]++;
	e = kv_seek(cursor, str_bytes(after, prefix.len), ret);
	if (e == ERR_NOT_FOUND)
		return ops->last(cursor, ret);
	return e == ERR_OK ? ops->prev(cursor, ret) : e;
}

static enum err walk_first(struct walk *walk, struct kv_row *ret)
{
	const struct kv_ops *ops = walk->cursor->txn->kv->ops;
	enum err e;

	if (!walk->is_down)
		return kv_seek(walk->cursor,
			str_compare(walk->start, walk->prefix) > 0 ? walk->start : walk->prefix, ret);
	if (walk->start.len == 0)
		return end_of_prefix(walk->cursor, walk->prefix, ret);
	e = kv_seek(walk->cursor, walk->start, ret);
	if (e == ERR_OK && str_equal(ret->key, walk->start))
		return ERR_OK;
	if (e == ERR_NOT_FOUND)
		return ops->last(walk->cursor, ret);
	return e == ERR_OK ? ops->prev(walk->cursor, ret) : e;
}

static enum err walk_row(struct walk *walk, const struct table *table, const struct kv_row *row,
	struct arena *arena, void *ret)
{
	enum err e;

	if (table->kind != TABLE_VAULT)
		return row_copy(table->row, row->value, arena, ret);
	e = vault_open(walk->txn, table, row->key, row->value);
	return e == ERR_OK ? vault_row(walk->txn, table, arena, ret) : e;
}

enum err walk_next(struct walk *walk, const struct table *table, struct arena *arena,
	struct str *ret_key, void *ret_row)
{
	const struct kv_ops *ops = walk->cursor->txn->kv->ops;
	struct kv_row row;
	struct str key;
	enum err e;

	if (!walk->has_begun)
		e = walk_first(walk, &row);
	else
		e = walk->is_down ? ops->prev(walk->cursor, &row) : ops->next(walk->cursor, &row);
	walk->has_begun = true;
	if (e == ERR_OK && !str_starts(row.key, walk->prefix))
		e = ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = arena_copy(arena, row.key, &key);
	if (e == ERR_OK && ret_row != NULL)
		e = walk_row(walk, table, &row, arena, ret_row);
	if (e == ERR_OK)
		*ret_key = key;
	return e;
}

void walk_close(struct walk *walk)
{
	kv_cursor_close(&walk->cursor);
}
