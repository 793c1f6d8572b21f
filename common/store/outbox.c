#include "base/bytes.h"
#include "proto/messages.h"
#include "store/system_table.h"

#include <assert.h>
#include <string.h>

enum { SERVICE_NAME_MAX = 64, SEALED_BYTES_MAX = 131072 };

struct outbox_key {
	char bytes[SERVICE_NAME_MAX + 1 + 8];
	size_t len;
};

/* service 0 BE64(number) */
static void key_set(struct outbox_key *key, struct str to, uint64_t number)
{
	assert(to.len > 0 && to.len <= SERVICE_NAME_MAX);
	memcpy(key->bytes, to.ptr, to.len);
	key->bytes[to.len] = 0;
	be64_put(key->bytes + to.len + 1, number);
	key->len = to.len + 1 + 8;
}

static struct str key_str(const struct outbox_key *key)
{
	return str_bytes(key->bytes, key->len);
}

/* Sealed into store->plain, which table_put does not use. */
static enum err seal_row(struct txn *txn, const struct table *table, struct str key,
	struct str plain, struct str *ret)
{
	struct buf *sealed = &txn->store->plain;

	if (plain.len + SEAL_OVERHEAD_BYTES > SEALED_BYTES_MAX)
		return ERR_LIMIT;
	buf_reset(sealed);
	seal_close(txn->store->ring, str_of(table->name), key, plain, sealed);
	assert(!sealed->is_full);
	*ret = buf_str(sealed);
	return ERR_OK;
}

static enum err open_row(struct txn *txn, const struct table *table, struct str key,
	struct str sealed, struct arena *arena, struct str *ret)
{
	struct buf *plain = &txn->store->plain;
	enum err e;

	buf_reset(plain);
	e = seal_open(txn->store->ring, str_of(table->name), key, sealed, plain);
	return e == ERR_OK ? arena_copy(arena, buf_str(plain), ret) : ERR_CORRUPT;
}

enum err outbox_put(struct txn *txn, const struct outbox_letter *letter)
{
	struct simpan_surat row = { .surat = letter->id,
		.jenis = letter->type,
		.versi = letter->version };
	struct outbox_key key;
	enum err e;

	key_set(&key, letter->to, letter->number);
	e = seal_row(txn, &system_outbox, key_str(&key), letter->body, &row.isi);
	return e == ERR_OK ? table_put(txn, &system_outbox, key_str(&key), &row) : e;
}

enum err outbox_next(struct txn *txn, struct str to, uint64_t after, struct arena *arena,
	struct outbox_letter *ret)
{
	struct outbox_letter letter = { .number = after };
	struct simpan_surat row;
	struct outbox_key key;
	struct str at;
	struct walk walk;
	enum err e;

	key_set(&key, to, after == UINT64_MAX ? after : after + 1);
	e = walk_open(txn, &system_outbox, str_bytes(key.bytes, to.len + 1), key_str(&key), false,
		&walk);
	if (e != ERR_OK)
		return e;
	e = walk_next(&walk, &system_outbox, arena, &at, &row);
	walk_close(&walk);
	if (e == ERR_OK && at.len != key.len)
		e = ERR_CORRUPT;
	if (e == ERR_OK)
		e = open_row(txn, &system_outbox, at, row.isi, arena, &letter.body);
	if (e == ERR_OK)
		e = arena_copy(arena, to, &letter.to);
	if (e != ERR_OK)
		return e;
	letter.number = be64_get(at.ptr + at.len - 8);
	letter.id = row.surat;
	letter.type = (uint16_t)row.jenis;
	letter.version = (uint16_t)row.versi;
	*ret = letter;
	return ERR_OK;
}

enum err outbox_last(struct txn *txn, struct str to, struct arena *arena, uint64_t *ret)
{
	struct str none = { "", 0 };
	struct outbox_key key;
	struct str at;
	struct walk walk;
	enum err e;

	key_set(&key, to, 0);
	e = walk_open(txn, &system_outbox, str_bytes(key.bytes, to.len + 1), none, true, &walk);
	if (e != ERR_OK)
		return e;
	e = walk_next(&walk, &system_outbox, arena, &at, NULL);
	walk_close(&walk);
	if (e == ERR_OK && at.len != key.len)
		return ERR_CORRUPT;
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	*ret = e == ERR_OK ? be64_get(at.ptr + at.len - 8) : 0;
	return ERR_OK;
}

enum err outbox_del(struct txn *txn, struct str to, uint64_t number)
{
	struct outbox_key key;

	key_set(&key, to, number);
	return table_del(txn, &system_outbox, key_str(&key));
}

enum err payload_put(struct txn *txn, struct str key, struct str plain)
{
	struct simpan_muatan row;
	enum err e = seal_row(txn, &system_payload, key, plain, &row.isi);

	return e == ERR_OK ? table_put(txn, &system_payload, key, &row) : e;
}

enum err payload_get(struct txn *txn, struct str key, struct arena *arena, struct str *ret)
{
	struct simpan_muatan row;
	enum err e = table_get(txn, &system_payload, key, arena, &row);

	return e == ERR_OK ? open_row(txn, &system_payload, key, row.isi, arena, ret) : e;
}

enum err payload_del(struct txn *txn, struct str key)
{
	enum err e = table_del(txn, &system_payload, key);

	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err outbox_count(struct txn *txn, uint64_t *ret)
{
	return table_count(txn, &system_outbox, ret);
}
