#include "store/epoch.h"

#include "base/bytes.h"
#include "proto/messages.h"
#include "wire/wire.h"

#include <assert.h>

enum { EPOCH_ROW_BYTES_MAX = 512 };

static enum err row_decode(const struct kv_row *row, struct epoch *ret, uint32_t *ret_number)
{
	struct simpan_epok e;
	struct problem why;
	struct arena none;

	arena_init(&none, 0); /* the row has no lists */
	if (row->key.len != 4 ||
		wire_decode(&schema_simpan_epok, row->value, &none, &e, &why) != ERR_OK)
		return ERR_CORRUPT;
	*ret_number = be32_get(row->key.ptr);
	*ret = (struct epoch) {
		.id = e.epok,
		.start_seq = e.mulai_seq,
		.start_hash = e.mulai_hash,
		.parent = e.has_induk ? e.induk : (struct id) { { 0 } },
		.reason = e.sebab,
		.at = e.pada,
		.actor = e.pelaku,
	};
	return ERR_OK;
}

enum err epoch_find(struct kv_txn *txn, unsigned table, epoch_wanted *is_wanted, const void *wanted,
	struct epoch *ret, uint32_t *ret_number)
{
	uint64_t end_seq = UINT64_MAX;
	struct kv_cursor *cursor;
	struct kv_row row;
	enum err e = kv_cursor_open(txn, table, &cursor);

	if (e != ERR_OK)
		return e;
	for (e = txn->kv->ops->last(cursor, &row); e == ERR_OK; e = txn->kv->ops->prev(cursor, &row)) {
		struct epoch epoch;
		uint32_t number;

		e = row_decode(&row, &epoch, &number);
		if (e != ERR_OK)
			break;
		if (is_wanted == NULL || is_wanted(&epoch, end_seq, wanted)) {
			*ret = epoch;
			*ret_number = number;
			break;
		}
		end_seq = epoch.start_seq;
	}
	kv_cursor_close(&cursor);
	return e;
}

static bool begins_before(const struct epoch *epoch, uint64_t end_seq, const void *wanted)
{
	const uint64_t *seq = wanted;

	(void)end_seq;
	return epoch->start_seq < *seq || id_is_zero(epoch->parent);
}

enum err epoch_of(struct kv_txn *txn, unsigned table, uint64_t seq, struct epoch *ret,
	uint32_t *ret_number)
{
	return epoch_find(txn, table, begins_before, &seq, ret, ret_number);
}

enum err epoch_get(struct kv_txn *txn, unsigned table, uint32_t number, struct epoch *ret)
{
	struct kv_row row;
	char key[4];
	enum err e;

	be32_put(key, number);
	row.key = str_bytes(key, sizeof key);
	e = kv_get(txn, table, row.key, &row.value);
	return e == ERR_OK ? row_decode(&row, ret, &number) : e;
}

static void row_encode(const struct epoch *epoch, struct buf *out)
{
	struct simpan_epok row = {
		.epok = epoch->id,
		.mulai_seq = epoch->start_seq,
		.mulai_hash = epoch->start_hash,
		.has_induk = !id_is_zero(epoch->parent),
		.induk = epoch->parent,
		.sebab = epoch->reason,
		.pada = epoch->at,
		.pelaku = epoch->actor,
	};
	struct problem why;
	enum err e;

	buf_init(out, EPOCH_ROW_BYTES_MAX);
	e = wire_encode(&schema_simpan_epok, &row, out, &why);
	assert(e == ERR_OK); /* the reason is one of ours */
	(void)e;
}

enum err epoch_add(struct kv_txn *txn, unsigned table, uint32_t number, const struct epoch *epoch)
{
	struct buf row;
	char key[4];
	enum err e;

	be32_put(key, number);
	row_encode(epoch, &row);
	e = kv_append(txn, table, str_bytes(key, sizeof key), buf_str(&row));
	buf_clear(&row);
	return e;
}

enum err epoch_first(struct kv_txn *txn, unsigned table, const struct epoch *epoch)
{
	static const char key[4];
	struct buf row;
	enum err e;

	row_encode(epoch, &row);
	e = kv_put(txn, table, str_bytes(key, sizeof key), buf_str(&row));
	buf_clear(&row);
	return e;
}
