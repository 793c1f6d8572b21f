#include "base/bytes.h"
#include "store/epoch.h"
#include "store/log.h"

#include <string.h>

/* Takes a row of the log apart. */
static enum err row_split(struct str value, struct hash *ret_hash, struct str *ret_bytes)
{
	if (value.len <= HASH_BYTES)
		return ERR_CORRUPT;
	memcpy(ret_hash->bytes, value.ptr, HASH_BYTES);
	*ret_bytes = str_bytes(value.ptr + HASH_BYTES, value.len - HASH_BYTES);
	return ERR_OK;
}

static enum err genesis_get(const struct log *log, struct kv_txn *txn, struct hash *ret_hash,
	struct str *ret_bytes)
{
	struct epoch first;
	enum err e = epoch_get(txn, log->epoch_table, 0, &first);

	if (e == ERR_OK)
		*ret_hash = first.start_hash;
	*ret_bytes = (struct str) { "", 0 };
	return e;
}

enum err log_get(const struct log *log, struct kv_txn *txn, uint64_t seq, struct hash *ret_hash,
	struct str *ret_bytes)
{
	struct str value;
	char key[8];
	enum err e;

	if (seq == 0)
		return genesis_get(log, txn, ret_hash, ret_bytes);
	be64_put(key, seq);
	e = kv_get(txn, log->table, str_bytes(key, sizeof key), &value);
	return e == ERR_OK ? row_split(value, ret_hash, ret_bytes) : e;
}

enum err log_epoch_of(const struct log *log, struct kv_txn *txn, uint64_t seq, struct id *ret)
{
	struct epoch epoch;
	uint32_t number;
	enum err e = epoch_of(txn, log->epoch_table, seq, &epoch, &number);

	if (e == ERR_OK)
		*ret = epoch.id;
	return e;
}

/* The place with this number. */
static enum err place_of(const struct log *log, struct kv_txn *txn, uint64_t seq, struct place *ret)
{
	struct epoch epoch;
	struct hash hash;
	struct str bytes;
	uint32_t number;
	enum err e = epoch_of(txn, log->epoch_table, seq, &epoch, &number);

	if (e != ERR_OK)
		return e;
	if (seq == 0) {
		*ret = (struct place) { epoch.id, 0, epoch.start_hash };
		return ERR_OK;
	}
	e = log_get(log, txn, seq, &hash, &bytes);
	if (e == ERR_OK)
		*ret = (struct place) { epoch.id, seq, hash };
	return e;
}

/* The bounds of one reading, and what came of it. */
struct reading {
	uint64_t seq; /* of the last record taken */
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
	char len[4];

	if (row->key.len != 8 || be64_get(row->key.ptr) != to->seq + 1 ||
		row_split(row->value, &hash, &bytes) != ERR_OK)
		return ERR_CORRUPT;
	if (sizeof len + bytes.len > room || (to->count > 0 && sizeof len + bytes.len > to->max_bytes))
		return ERR_LIMIT;
	be32_put(len, (uint32_t)bytes.len);
	buf_add(to->out, len, sizeof len);
	buf_add_str(to->out, bytes);
	to->max_bytes -=
		sizeof len + bytes.len < to->max_bytes ? sizeof len + bytes.len : to->max_bytes;
	to->seq++;
	to->count++;
	return ERR_OK;
}

enum err log_hash_at(const struct log *log, struct kv_txn *txn, uint64_t seq, struct hash *ret)
{
	struct epoch first;
	struct str bytes;
	enum err e;

	if (seq > 0)
		return log_get(log, txn, seq, ret, &bytes);
	e = epoch_get(txn, log->epoch_table, 0, &first);
	if (e == ERR_OK)
		*ret = first.start_hash;
	return e;
}

/* How many records follow `after` in the epoch of the first of them; a large number in the last epoch. */
static enum err epoch_left(const struct log *log, struct kv_txn *txn, uint64_t after, uint64_t *ret)
{
	struct epoch epoch, next;
	uint32_t number;
	enum err e = epoch_of(txn, log->epoch_table, after + 1, &epoch, &number);

	if (e == ERR_OK)
		e = epoch_get(txn, log->epoch_table, number + 1, &next);
	*ret = e == ERR_OK ? next.start_seq - after : UINT64_MAX;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err log_read(const struct log *log, struct kv_txn *txn, uint64_t after, size_t max_bytes,
	uint32_t max_count, struct buf *out, struct place *ret_last, uint32_t *ret_count)
{
	struct reading to = { after, max_bytes, max_count, out, 0 };
	size_t start = out->len;
	struct kv_cursor *cursor;
	struct kv_row row;
	struct place last;
	uint64_t left;
	char key[8];
	enum err e = epoch_left(log, txn, after, &left);

	if (e != ERR_OK)
		return e;
	if (left < max_count)
		to.max_count = max_count = (uint32_t)left;
	be64_put(key, after + 1);
	e = kv_cursor_open(txn, log->table, &cursor);
	if (e != ERR_OK)
		return e;
	for (e = kv_seek(cursor, str_bytes(key, sizeof key), &row); e == ERR_OK && to.count < max_count;
		 e = kv_next(cursor, &row)) {
		e = reading_take(&to, &row);
		if (e != ERR_OK)
			break;
	}
	kv_cursor_close(&cursor);
	if (e == ERR_NOT_FOUND || (e == ERR_LIMIT && to.count > 0))
		e = ERR_OK;
	if (e == ERR_OK)
		e = place_of(log, txn, to.seq, &last);
	if (e != ERR_OK) {
		out->len = start;
		return e;
	}
	*ret_last = last;
	*ret_count = to.count;
	return ERR_OK;
}

static bool may_hold(const struct epoch *epoch, uint64_t end_seq, const void *wanted)
{
	const struct place *at = wanted;

	return id_equal(epoch->id, at->epoch) && at->seq >= epoch->start_seq && at->seq <= end_seq;
}

enum err log_has(const struct log *log, struct kv_txn *txn, const struct place *at)
{
	struct epoch epoch;
	struct hash hash;
	struct str bytes;
	uint32_t number;
	enum err e = epoch_find(txn, log->epoch_table, may_hold, at, &epoch, &number);

	if (e == ERR_OK && at->seq == epoch.start_seq)
		hash = epoch.start_hash;
	else if (e == ERR_OK)
		e = log_get(log, txn, at->seq, &hash, &bytes);
	if (e != ERR_OK)
		return e;
	return hash_equal(&hash, &at->hash) ? ERR_OK : ERR_NOT_FOUND;
}

enum err log_epochs(const struct log *log, struct kv_txn *txn, uint32_t max, struct arena *arena,
	struct epoch **ret, uint32_t *ret_len)
{
	struct epoch epoch;
	struct epoch *epochs;
	uint32_t number;
	uint32_t len;
	enum err e = epoch_find(txn, log->epoch_table, NULL, NULL, &epoch, &number);

	if (e != ERR_OK)
		return e;
	len = number + 1 < max ? number + 1 : max;
	epochs = arena_take(arena, len * sizeof *epochs);
	if (epochs == NULL)
		return ERR_LIMIT;
	for (uint32_t i = 0; i < len && e == ERR_OK; i++) {
		e = epoch_get(txn, log->epoch_table, number + 1 - len + i, &epochs[i]);
		if (e == ERR_OK)
			e = arena_copy(arena, epochs[i].reason, &epochs[i].reason);
	}
	if (e != ERR_OK)
		return e;
	*ret = epochs;
	*ret_len = len;
	return ERR_OK;
}
