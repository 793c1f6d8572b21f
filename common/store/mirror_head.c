#include "store/mirror_row.h"

#include "base/bytes.h"
#include "proto/messages.h"

#include <string.h>

enum { HEAD_KEY_BYTES = 8 };

void mirror_head_statement(struct str name, const struct place *at, struct buf *out)
{
	static const char zero = 0;
	char seq[8];

	be64_put(seq, at->seq);
	buf_add(out, "ppid-head", sizeof "ppid-head");
	buf_add_str(out, name);
	buf_add(out, &zero, 1);
	buf_add(out, at->epoch.bytes, sizeof at->epoch.bytes);
	buf_add(out, seq, sizeof seq);
	buf_add(out, at->hash.bytes, sizeof at->hash.bytes);
}

enum err mirror_head_of_row(struct str value, struct mirror_head *ret)
{
	struct simpan_cermin_kepala row;
	struct problem why;
	struct arena none;

	arena_init(&none, 0); /* the row has no lists */
	if (wire_decode(&schema_simpan_cermin_kepala, value, &none, &row, &why) != ERR_OK ||
		row.tanda_tangan.len != sizeof ret->signature)
		return ERR_CORRUPT;
	*ret = (struct mirror_head) { .at = { row.epok, row.seq, row.hash }, .seen_at = row.pada };
	memcpy(ret->signature, row.tanda_tangan.ptr, sizeof ret->signature);
	return ERR_OK;
}

/* The last one and its number. ERR_NOT_FOUND. */
static enum err head_last(struct txn *txn, uint32_t stream, struct mirror_head *ret,
	uint32_t *ret_number)
{
	const struct kv_ops *ops = txn->kv->kv->ops;
	struct kv_cursor *cursor;
	struct kv_row row;
	char end[4];
	enum err e = kv_cursor_open(txn->kv, txn_table(txn, &system_mirror_head), &cursor);

	if (e != ERR_OK)
		return e;
	be32_put(end, stream + 1);
	e = kv_seek(cursor, str_bytes(end, sizeof end), &row);
	e = e == ERR_OK ? ops->prev(cursor, &row) : e == ERR_NOT_FOUND ? ops->last(cursor, &row) : e;
	kv_cursor_close(&cursor);
	if (e != ERR_OK)
		return e;
	if (row.key.len != HEAD_KEY_BYTES)
		return ERR_CORRUPT;
	if (be32_get(row.key.ptr) != stream)
		return ERR_NOT_FOUND;
	*ret_number = be32_get(row.key.ptr + 4);
	return mirror_head_of_row(row.value, ret);
}

static bool is_same_place(const struct place *a, const struct place *b)
{
	return id_equal(a->epoch, b->epoch) && a->seq == b->seq && hash_equal(&a->hash, &b->hash);
}

static struct str key_of(uint32_t stream, uint32_t number, char key[HEAD_KEY_BYTES])
{
	be32_put(key, stream);
	be32_put(key + 4, number);
	return str_bytes(key, HEAD_KEY_BYTES);
}

/* Whether the last one may give way to a later one of its epoch: the one before it is evidence enough for its time. */
static enum err may_give_way(struct txn *txn, uint32_t stream, const struct mirror_head *last,
	uint32_t number, const struct mirror_head *head, time_us apart, bool *ret)
{
	char key[HEAD_KEY_BYTES];
	struct mirror_head before;
	struct str value;
	enum err e;

	*ret = false;
	if (number == 0 || !id_equal(last->at.epoch, head->at.epoch) || head->at.seq <= last->at.seq)
		return ERR_OK;
	e = kv_get(txn->kv, txn_table(txn, &system_mirror_head), key_of(stream, number - 1, key),
		&value);
	if (e == ERR_OK)
		e = mirror_head_of_row(value, &before);
	if (e == ERR_OK)
		*ret = head->seen_at >= before.seen_at && head->seen_at - before.seen_at < apart;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err mirror_head_put(struct txn *txn, const struct mirror_stream *stream,
	const struct mirror_head *head, time_us apart)
{
	const struct simpan_cermin_kepala row = {
		.epok = head->at.epoch,
		.seq = head->at.seq,
		.hash = head->at.hash,
		.tanda_tangan = str_bytes(head->signature, sizeof head->signature),
		.pada = head->seen_at,
	};
	bool has_last, gives_way = false;
	char key[HEAD_KEY_BYTES];
	struct mirror_head last;
	uint32_t number = 0;
	enum err e = head_last(txn, stream->number, &last, &number);

	has_last = e == ERR_OK;
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (has_last && is_same_place(&last.at, &head->at) &&
		memcmp(last.signature, head->signature, sizeof last.signature) == 0)
		return ERR_OK;
	e = has_last ? may_give_way(txn, stream->number, &last, number, head, apart, &gives_way)
				 : ERR_OK;
	if (e != ERR_OK)
		return e;
	if (has_last && !gives_way && number++ == UINT32_MAX)
		return ERR_LIMIT;
	return table_put(txn, &system_mirror_head, key_of(stream->number, number, key), &row);
}

enum err mirror_head_last(struct txn *txn, const struct mirror_stream *stream,
	struct mirror_head *ret)
{
	uint32_t number;

	return head_last(txn, stream->number, ret, &number);
}
