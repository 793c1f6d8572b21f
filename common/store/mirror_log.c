#include "store/mirror_row.h"

#include "base/bytes.h"
#include "base/crash_point.h"
#include "base/planted.h"

#include <assert.h>
#include <string.h>

struct str mirror_key_of(uint32_t stream, uint32_t branch, uint64_t seq, struct mirror_key *ret)
{
	be32_put(ret->bytes, stream);
	be32_put(ret->bytes + 4, branch);
	be64_put(ret->bytes + 8, seq);
	return str_bytes(ret->bytes, sizeof ret->bytes);
}

enum err mirror_row_split(struct str value, struct hash *ret_hash, struct str *ret_bytes)
{
	if (value.len <= HASH_BYTES)
		return ERR_CORRUPT;
	memcpy(ret_hash->bytes, value.ptr, HASH_BYTES);
	*ret_bytes = str_bytes(value.ptr + HASH_BYTES, value.len - HASH_BYTES);
	return ERR_OK;
}

enum err mirror_row_last(struct txn *txn, uint32_t stream, uint32_t branch, uint64_t *ret_seq,
	struct hash *ret_hash, struct str *ret_bytes)
{
	const struct kv_ops *ops = txn->kv->kv->ops;
	struct mirror_key key;
	struct kv_cursor *cursor;
	struct kv_row row;
	struct str end = mirror_key_of(stream, branch, UINT64_MAX, &key);
	enum err e = kv_cursor_open(txn->kv, TABLE_MIRROR, &cursor);

	if (e != ERR_OK)
		return e;
	e = kv_seek(cursor, end, &row);
	e = e == ERR_OK ? ops->prev(cursor, &row) : e == ERR_NOT_FOUND ? ops->last(cursor, &row) : e;
	kv_cursor_close(&cursor);
	if (e == ERR_OK && !str_starts(row.key, str_bytes(key.bytes, MIRROR_RANGE_BYTES)))
		e = ERR_NOT_FOUND;
	if (e == ERR_OK && row.key.len != MIRROR_KEY_BYTES)
		e = ERR_CORRUPT;
	if (e == ERR_OK)
		e = mirror_row_split(row.value, ret_hash, ret_bytes);
	if (e == ERR_OK)
		*ret_seq = be64_get(row.key.ptr + MIRROR_RANGE_BYTES);
	return e;
}

/* The epoch of the next record: the first of all, the one at hand, or a new one that begins at the head. */
static enum err epoch_enter(struct txn *txn, struct mirror_stream *stream,
	const struct hash *before, struct id epoch)
{
	struct mirror_step step = { .start = { epoch, stream->head.seq, *before },
		.parent = stream->head.epoch,
		.branch = stream->branch };
	enum err e;

	if (id_equal(stream->head.epoch, epoch) || PLANTED(EPOCH_UNCHECKED))
		return ERR_OK;
	e = mirror_step_add(txn, stream->number, &step);
	if (e == ERR_OK)
		stream->head = step.start;
	return e;
}

enum err mirror_append(struct txn *txn, struct mirror_stream *stream, const struct hash *before,
	const struct place *at, struct str record)
{
	struct buf *row = &txn->store->row;
	struct mirror_key key;
	struct record head;
	enum err e;

	assert(at->seq == stream->head.seq + 1);
	if (!id_is_zero(stream->head.epoch) && !hash_equal(before, &stream->head.hash))
		return ERR_CORRUPT;
	if (record_peek(record, &head) != ERR_OK || head.seq != at->seq ||
		!id_equal(head.epoch, at->epoch))
		return ERR_CORRUPT;
	e = epoch_enter(txn, stream, before, at->epoch);
	if (e != ERR_OK)
		return e;
	buf_reset(row);
	buf_add(row, at->hash.bytes, sizeof at->hash.bytes);
	buf_add_str(row, record);
	/* Other streams' rows come behind, so it is no append. */
	e = kv_put(txn->kv, TABLE_MIRROR, mirror_key_of(stream->number, stream->branch, at->seq, &key),
		buf_str(row));
	if (e != ERR_OK)
		return e;
	stream->head = *at;
	stream->head_at = head.at;
	stream->bytes += sizeof key.bytes + row->len;
	crash_point("mirror_appended");
	return ERR_OK;
}

enum err mirror_get(struct txn *txn, const struct mirror_stream *stream, uint32_t branch,
	uint64_t seq, struct hash *ret_hash, struct str *ret_bytes)
{
	struct mirror_key key;
	struct str value;
	enum err e =
		kv_get(txn->kv, TABLE_MIRROR, mirror_key_of(stream->number, branch, seq, &key), &value);

	return e == ERR_OK ? mirror_row_split(value, ret_hash, ret_bytes) : e;
}

enum err mirror_record(struct txn *txn, const struct mirror_stream *stream, uint64_t seq,
	struct hash *ret_hash, struct str *ret_bytes)
{
	struct mirror_step step;
	uint64_t end;
	enum err e = mirror_step_of(txn, stream->number, seq, &step, &end);

	if (e != ERR_OK)
		return e;
	if (seq > 0)
		return mirror_get(txn, stream, step.branch, seq, ret_hash, ret_bytes);
	*ret_hash = step.start.hash;
	*ret_bytes = (struct str) { "", 0 };
	return ERR_OK;
}

enum err mirror_hash_at(struct txn *txn, const struct mirror_stream *stream, uint64_t seq,
	struct hash *ret)
{
	struct str bytes;

	return mirror_record(txn, stream, seq, ret, &bytes);
}

static bool may_hold(const struct mirror_step *step, uint64_t end_seq, const void *wanted)
{
	const struct place *at = wanted;

	return id_equal(step->start.epoch, at->epoch) && at->seq >= step->start.seq &&
		at->seq <= end_seq;
}

enum err mirror_has(struct txn *txn, const struct mirror_stream *stream, const struct place *at)
{
	struct mirror_step step;
	struct hash hash;
	struct str bytes;
	uint64_t end;
	enum err e = mirror_step_find(txn, stream->number, may_hold, at, &step, &end);

	if (e == ERR_OK && at->seq == step.start.seq)
		hash = step.start.hash;
	else if (e == ERR_OK)
		e = mirror_get(txn, stream, step.branch, at->seq, &hash, &bytes);
	if (e != ERR_OK)
		return e;
	return hash_equal(&hash, &at->hash) ? ERR_OK : ERR_NOT_FOUND;
}

/* The bounds of one reading, and what came of it. */
struct reading {
	struct place last;
	uint64_t end_seq;
	size_t max_bytes;
	uint32_t max_count;
	struct buf *out;
	uint32_t count;
};

/* ERR_LIMIT: enough. */
static enum err reading_take(struct reading *to, const struct kv_row *row)
{
	size_t room = to->out->limit - to->out->len;
	struct hash hash;
	struct str bytes;
	size_t needs;
	char len[4];

	if (row->key.len != MIRROR_KEY_BYTES ||
		be64_get(row->key.ptr + MIRROR_RANGE_BYTES) != to->last.seq + 1 ||
		mirror_row_split(row->value, &hash, &bytes) != ERR_OK)
		return ERR_CORRUPT;
	needs = sizeof len + bytes.len;
	if (needs > room || (to->count > 0 && needs > to->max_bytes))
		return ERR_LIMIT;
	be32_put(len, (uint32_t)bytes.len);
	buf_add(to->out, len, sizeof len);
	buf_add_str(to->out, bytes);
	to->max_bytes -= needs < to->max_bytes ? needs : to->max_bytes;
	to->last.seq++;
	to->last.hash = hash;
	to->count++;
	return ERR_OK;
}

static enum err reading_walk(struct txn *txn, struct reading *to, struct str first)
{
	struct str range = str_bytes(first.ptr, MIRROR_RANGE_BYTES);
	struct kv_cursor *cursor;
	struct kv_row row;
	enum err e = kv_cursor_open(txn->kv, TABLE_MIRROR, &cursor);

	if (e != ERR_OK)
		return e;
	for (e = kv_seek(cursor, first, &row); e == ERR_OK && to->count < to->max_count &&
		 to->last.seq < to->end_seq && str_starts(row.key, range);
		 e = kv_next(cursor, &row)) {
		e = reading_take(to, &row);
		if (e != ERR_OK)
			break;
	}
	kv_cursor_close(&cursor);
	return e == ERR_NOT_FOUND || (e == ERR_LIMIT && to->count > 0) ? ERR_OK : e;
}

enum err mirror_read(struct txn *txn, const struct mirror_stream *stream, uint64_t after,
	size_t max_bytes, uint32_t max_count, struct buf *out, struct place *ret_last,
	uint32_t *ret_count)
{
	struct reading to = { .max_bytes = max_bytes, .max_count = max_count, .out = out };
	size_t start = out->len;
	struct mirror_step step;
	struct mirror_key key;
	uint64_t end;
	enum err e = mirror_step_of(txn, stream->number, after, &step, &end);

	if (e == ERR_OK)
		e = mirror_hash_at(txn, stream, after, &to.last.hash);
	if (e != ERR_OK)
		return e;
	to.last.epoch = step.start.epoch;
	to.last.seq = after;
	e = mirror_step_of(txn, stream->number, after + 1, &step, &to.end_seq);
	if (e == ERR_OK)
		e = reading_walk(txn, &to, mirror_key_of(stream->number, step.branch, after + 1, &key));
	if (e != ERR_OK) {
		out->len = start;
		return e;
	}
	if (to.count > 0)
		to.last.epoch = step.start.epoch;
	*ret_last = to.last;
	*ret_count = to.count;
	return ERR_OK;
}
