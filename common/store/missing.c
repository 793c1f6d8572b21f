#include "base/bytes.h"
#include "proto/messages.h"
#include "store/system_table.h"

#include <string.h>

enum { TABLE_BYTES = 4 };

/* BE32 table | key */
struct missing_key {
	char bytes[KV_KEY_MAX];
	size_t len;
};

/* False: too long for a row of a vault table with a number before it. */
static bool key_set(struct missing_key *ret, uint32_t table, struct str key)
{
	if (key.len == 0 || key.len > sizeof ret->bytes - TABLE_BYTES)
		return false;
	be32_put(ret->bytes, table);
	memcpy(ret->bytes + TABLE_BYTES, key.ptr, key.len);
	ret->len = TABLE_BYTES + key.len;
	return true;
}

static struct str key_str(const struct missing_key *key)
{
	return str_bytes(key->bytes, key->len);
}

/* The vault table that seals of this service's events call by number; NULL: there is none. */
static const struct table *table_numbered(const struct store *store, uint32_t number)
{
	const struct table *table;

	if (number >= store->slot_count - system_table_count)
		return NULL;
	table = store->slots[system_table_count + number].table;
	return table->kind == TABLE_VAULT ? table : NULL;
}

enum err missing_clear(struct txn *txn, const struct table *table, struct str key)
{
	struct missing_key at;

	if (!txn->store->has_missing ||
		!key_set(&at, slot_of(txn->store, table) - system_table_count, key))
		return ERR_NOT_FOUND;
	return table_del(txn, &system_missing, key_str(&at));
}

static enum err note_seal(struct txn *txn, const struct seal *seal, uint64_t seq,
	struct arena *arena)
{
	const struct table *table = table_numbered(txn->store, seal->table);
	struct simpan_hilang row = { seq };
	struct missing_key at;
	enum err e;

	if (table == NULL || !key_set(&at, seal->table, seal->key))
		return ERR_CORRUPT;
	if (seal->is_erased) {
		e = vault_erase(txn, table, seal->key, arena);
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	e = vault_check(txn, table, seal->key, &seal->commitment);
	if (e == ERR_OK) {
		e = missing_clear(txn, table, seal->key);
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	if (e != ERR_NOT_FOUND && e != ERR_CORRUPT) /* the latter: it is of an older event */
		return e;
	txn->store->has_missing = true;
	return table_put(txn, &system_missing, key_str(&at), &row);
}

enum err missing_note(struct txn *txn, const struct record *record, struct arena *arena)
{
	enum err e = ERR_OK;

	for (uint32_t i = 0; i < record->seals_len && e == ERR_OK; i++)
		e = note_seal(txn, &record->seals[i], record->seq, arena);
	return e;
}

enum err missing_put(struct txn *txn, uint32_t table, struct str key, uint64_t seq)
{
	struct simpan_hilang row = { seq };
	struct missing_key at;

	if (!key_set(&at, table, key.len == 0 ? str_of("-") : key))
		return ERR_LIMIT;
	txn->store->has_missing = true;
	return table_put(txn, &system_missing, key_str(&at), &row);
}

enum err missing_del(struct txn *txn, uint32_t table, struct str key)
{
	struct missing_key at;

	return key_set(&at, table, key) ? table_del(txn, &system_missing, key_str(&at)) : ERR_NOT_FOUND;
}

enum err missing_count(struct txn *txn, uint64_t *ret)
{
	return table_count(txn, &system_missing, ret);
}

enum err missing_get(struct txn *txn, uint32_t table, struct str key, uint64_t *ret_seq)
{
	struct simpan_hilang row;
	struct missing_key at;
	struct arena arena;
	enum err e;

	if (!key_set(&at, table, key))
		return ERR_NOT_FOUND;
	arena_init(&arena, 4096);
	e = table_get(txn, &system_missing, key_str(&at), &arena, &row);
	arena_clear(&arena);
	if (e == ERR_OK)
		*ret_seq = row.seq;
	return e;
}

enum err missing_list(struct txn *txn, const struct missing *after, uint32_t max,
	struct arena *arena, struct missing **ret, uint32_t *ret_len)
{
	struct missing *rows = arena_take(arena, ((size_t)max + 1) * sizeof *rows);
	struct missing_key from = { .len = 0 };
	struct walk walk;
	uint32_t len = 0;
	enum err e;

	if (rows == NULL)
		return ERR_LIMIT;
	if (after != NULL && !key_set(&from, after->table, after->key))
		return ERR_INVALID;
	e = walk_open(txn, &system_missing, (struct str) { "", 0 }, key_str(&from), false, &walk);
	if (e != ERR_OK)
		return e;
	while (len < max) {
		struct simpan_hilang row;
		struct str key;

		e = walk_next(&walk, &system_missing, arena, &key, &row);
		if (e == ERR_OK && key.len <= TABLE_BYTES)
			e = ERR_CORRUPT;
		if (e != ERR_OK)
			break;
		if (!str_equal(key, key_str(&from)))
			rows[len++] = (struct missing) { be32_get(key.ptr),
				str_bytes(key.ptr + TABLE_BYTES, key.len - TABLE_BYTES), row.seq };
	}
	walk_close(&walk);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	*ret = rows;
	*ret_len = len;
	return ERR_OK;
}
