#include "base/crash_point.h"
#include "store/vault_index.h"
#include "wire/wire.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

/* A sealed value holds salt || row; the commitment is the hash of both, and goes with the salt. */
enum { SALT_BYTES = 32 };

enum err vault_open(struct txn *txn, const struct table *table, struct str key, struct str sealed)
{
	struct buf *plain = &txn->store->plain;
	enum err e;

	assert(table->kind == TABLE_VAULT);
	buf_reset(plain);
	e = seal_open(txn->store->ring, str_of(table->name), key, sealed, plain);
	if (e == ERR_OK && plain->len >= SALT_BYTES)
		return ERR_OK;
	return ERR_CORRUPT; /* a key that is not in the ring too: the row is there and cannot be read */
}

enum err vault_row(struct txn *txn, const struct table *table, struct arena *arena, void *ret)
{
	const struct buf *plain = &txn->store->plain;

	return row_copy(table->row, str_bytes(plain->ptr + SALT_BYTES, plain->len - SALT_BYTES), arena,
		ret);
}

enum err vault_get(struct txn *txn, const struct table *table, struct str key, struct arena *arena,
	void *ret)
{
	struct str sealed = { NULL, 0 };
	enum err e = ERR_NOT_FOUND; /* also for what can be no row's key */

	if (key.len >= 1 && key.len <= KV_KEY_MAX)
		e = kv_get(txn->kv, txn_table(txn, table), key, &sealed);
	if (e == ERR_OK)
		e = vault_open(txn, table, key, sealed);
	return e == ERR_OK ? vault_row(txn, table, arena, ret) : e;
}

/* Removes the index rows of what stands under key now. ERR_NOT_FOUND: nothing does. */
static enum err forget_old(struct txn *txn, const struct table *table, struct str key,
	struct arena *arena)
{
	struct str sealed;
	void *row;
	enum err e;

	if (table->index_count == 0)
		return kv_get(txn->kv, txn_table(txn, table), key, &sealed);
	row = arena_take(arena, table->row->size);
	if (row == NULL)
		return ERR_LIMIT;
	e = vault_get(txn, table, key, arena, row);
	return e == ERR_OK ? index_rows_del(txn, table, key, row) : e;
}

enum err vault_put(struct txn *txn, const struct table *table, struct str key, const void *row,
	struct arena *arena, struct hash *ret_commitment)
{
	struct problem why;
	struct buf body;
	enum err e;

	buf_init(&body, ROW_BYTES_MAX);
	e = wire_encode(table->row, row, &body, &why);
	if (e == ERR_OK)
		e = vault_put_encoded(txn, table, key, row, buf_str(&body), arena, ret_commitment);
	buf_clear(&body);
	return e;
}

enum err vault_put_encoded(struct txn *txn, const struct table *table, struct str key,
	const void *row, struct str body, struct arena *arena, struct hash *ret_commitment)
{
	struct buf *plain = &txn->store->plain;
	struct buf *sealed = &txn->store->row;
	uint8_t salt[SALT_BYTES];
	struct hash commitment;
	enum err e;

	assert(table->kind == TABLE_VAULT);
	e = forget_old(txn, table, key, arena);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	randombytes_buf(salt, sizeof salt);
	buf_reset(plain);
	buf_reset(sealed);
	buf_add(plain, salt, sizeof salt);
	buf_add_str(plain, body);
	if (plain->is_full)
		return ERR_LIMIT;
	commitment = hash_of(buf_str(plain));
	seal_close(txn->store->ring, str_of(table->name), key, buf_str(plain), sealed);
	if (sealed->is_full)
		return ERR_LIMIT;
	e = kv_put(txn->kv, txn_table(txn, table), key, buf_str(sealed));
	if (e == ERR_OK)
		e = index_rows_put(txn, table, key, row);
	if (e == ERR_OK)
		e = missing_clear(txn, table, key);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	crash_point("vault_put");
	*ret_commitment = commitment;
	return ERR_OK;
}

enum err vault_erase(struct txn *txn, const struct table *table, struct str key,
	struct arena *arena)
{
	enum err missing;
	enum err e;

	assert(table->kind == TABLE_VAULT);
	e = forget_old(txn, table, key, arena);
	if (e == ERR_OK)
		e = kv_del(txn->kv, txn_table(txn, table), key);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	missing = missing_clear(txn, table, key);
	return missing == ERR_NOT_FOUND ? e : missing; /* what is missing can be erased too */
}

enum err vault_check(struct txn *txn, const struct table *table, struct str key,
	const struct hash *commitment)
{
	struct str sealed;
	struct hash hash;
	enum err e = kv_get(txn->kv, txn_table(txn, table), key, &sealed);

	if (e == ERR_OK)
		e = vault_open(txn, table, key, sealed);
	if (e != ERR_OK)
		return e;
	hash = hash_of(buf_str(&txn->store->plain));
	return hash_equal(&hash, commitment) ? ERR_OK : ERR_CORRUPT;
}

/* The key and the value are copied, since what a cursor lends ends with the next put. */
static enum err reindex_row(struct txn *txn, const struct table *table, const struct kv_row *row,
	struct arena *arena)
{
	struct str key = { NULL, 0 };
	void *plain;
	enum err e = vault_open(txn, table, row->key, row->value);

	arena_reset(arena);
	plain = arena_take(arena, table->row->size);
	if (e == ERR_OK)
		e = plain == NULL ? ERR_LIMIT : arena_copy(arena, row->key, &key);
	if (e == ERR_OK)
		e = vault_row(txn, table, arena, plain);
	return e == ERR_OK ? index_rows_put(txn, table, key, plain) : e;
}

enum err vault_reindex(struct txn *txn, const struct table *table)
{
	const struct kv_ops *ops = txn->kv->kv->ops;
	struct kv_cursor *cursor;
	struct kv_row row;
	struct arena arena;
	enum err e = ERR_OK;

	for (uint32_t i = 0; i < table->index_count && e == ERR_OK; i++)
		e = ops->empty(txn->kv, index_table(txn, table, i));
	if (e == ERR_OK)
		e = kv_cursor_open(txn->kv, txn_table(txn, table), &cursor);
	if (e != ERR_OK)
		return e;
	arena_init(&arena, 4 * ROW_BYTES_MAX);
	for (e = kv_seek(cursor, (struct str) { "", 0 }, &row); e == ERR_OK;
		 e = kv_next(cursor, &row)) {
		e = reindex_row(txn, table, &row, &arena);
		if (e != ERR_OK)
			break;
	}
	arena_clear(&arena);
	kv_cursor_close(&cursor);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The first row key at or after key that stands under the hash. */
static enum err word_seek(struct kv_cursor *cursor, const uint8_t hash[INDEX_HASH_BYTES],
	struct str key, struct str *ret)
{
	char at[KV_KEY_MAX];
	struct kv_row row;
	enum err e;

	assert(INDEX_HASH_BYTES + key.len <= sizeof at);
	memcpy(at, hash, INDEX_HASH_BYTES);
	if (key.len > 0)
		memcpy(at + INDEX_HASH_BYTES, key.ptr, key.len);
	e = kv_seek(cursor, str_bytes(at, INDEX_HASH_BYTES + key.len), &row);
	if (e == ERR_OK && !str_starts(row.key, str_bytes(at, INDEX_HASH_BYTES)))
		e = ERR_NOT_FOUND;
	if (e == ERR_OK)
		*ret = str_bytes(row.key.ptr + INDEX_HASH_BYTES, row.key.len - INDEX_HASH_BYTES);
	return e;
}

/* The first row key at or after *key that stands under every hash. The words take turns: each jumps to where
 * the one before it stands, so that the rarest word sets the number of steps. */
static enum err words_seek(struct kv_cursor *cursor, const struct index_hashes *h, struct str *key)
{
	enum err e = ERR_OK;

	for (uint32_t i = 0, agreed = 0; e == ERR_OK && agreed < h->count; i = (i + 1) % h->count) {
		struct str found;

		e = word_seek(cursor, h->hashes[i], *key, &found);
		if (e != ERR_OK)
			break;
		agreed = str_equal(found, *key) ? agreed + 1 : 1;
		*key = found;
	}
	return e;
}

/* The row key behind this one under the first hash. */
static enum err word_next(struct kv_cursor *cursor, const struct index_hashes *h, struct str *key)
{
	struct str prefix = str_bytes(h->hashes[0], INDEX_HASH_BYTES);
	struct kv_row row;
	enum err e = word_seek(cursor, h->hashes[0], *key, key);

	if (e == ERR_OK)
		e = kv_next(cursor, &row);
	if (e == ERR_OK && !str_starts(row.key, prefix))
		e = ERR_NOT_FOUND;
	if (e == ERR_OK)
		*key = str_bytes(row.key.ptr + INDEX_HASH_BYTES, row.key.len - INDEX_HASH_BYTES);
	return e;
}

static enum err find_rows(struct txn *txn, unsigned from, const struct index_hashes *h,
	const struct vault_search *search, struct arena *arena, struct str *keys, uint32_t *count)
{
	struct str key = search->from;
	struct kv_cursor *cursor;
	enum err e = kv_cursor_open(txn->kv, from, &cursor);

	if (e != ERR_OK)
		return e;
	while (e == ERR_OK && *count < search->max) {
		e = words_seek(cursor, h, &key);
		if (e == ERR_OK)
			e = arena_copy(arena, key, &keys[*count]);
		if (e == ERR_OK) {
			(*count)++;
			e = word_next(cursor, h, &key);
		}
	}
	kv_cursor_close(&cursor);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err vault_find(struct txn *txn, const struct table *table, const struct vault_search *search,
	struct arena *arena, struct str **ret, uint32_t *ret_len)
{
	struct index_hashes h;
	struct str *keys;
	uint32_t count = 0;
	uint32_t i = 0;
	enum err e = ERR_OK;

	while (i < table->index_count && strcmp(table->indexes[i].field, search->field) != 0)
		i++;
	assert(i < table->index_count);
	if (search->from.len + INDEX_HASH_BYTES > KV_KEY_MAX)
		return ERR_INVALID;
	index_hashes_of(txn, table, &table->indexes[i], search->within, search->text, &h);
	keys = arena_take(arena, (search->max + 1) * sizeof *keys);
	if (keys == NULL)
		return ERR_LIMIT;
	if (h.count > 0)
		e = find_rows(txn, index_table(txn, table, i), &h, search, arena, keys, &count);
	if (e != ERR_OK)
		return e;
	*ret = keys;
	*ret_len = count;
	return ERR_OK;
}
