#include "store/log.h"

#include "base/bytes.h"
#include "base/crash_point.h"
#include "store/epoch.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

struct hash log_genesis(struct str node, struct str service, const struct id *epoch)
{
	static const char zero = 0;
	struct hash ret;
	struct buf in;

	buf_init(&in, 1024);
	buf_add(&in, "genesis", sizeof "genesis");
	buf_add_str(&in, node);
	buf_add(&in, &zero, 1);
	buf_add_str(&in, service);
	buf_add(&in, &zero, 1);
	buf_add(&in, epoch->bytes, sizeof epoch->bytes);
	assert(!in.is_full);
	ret = hash_of(buf_str(&in));
	buf_clear(&in);
	return ret;
}

static enum err first_epoch(struct log *log, struct kv_txn *txn, struct str node,
	struct str service, time_us now)
{
	struct epoch first = { .reason = STR("first"), .at = now };
	enum err e;

	randombytes_buf(first.id.bytes, sizeof first.id.bytes);
	first.start_hash = log_genesis(node, service, &first.id);
	e = epoch_add(txn, log->epoch_table, 0, &first);
	if (e == ERR_OK)
		log->head = (struct place) { first.id, 0, first.start_hash };
	return e;
}

/* The last row of the log, which belongs to the last epoch. */
static enum err head_read(struct log *log, struct kv_txn *txn, const struct epoch *last)
{
	struct kv_cursor *cursor;
	struct kv_row row;
	struct arena arena;
	struct record r;
	enum err e = kv_cursor_open(txn, log->table, &cursor);

	if (e != ERR_OK)
		return e;
	e = txn->kv->ops->last(cursor, &row);
	kv_cursor_close(&cursor);
	if (e == ERR_NOT_FOUND && last->start_seq == 0) {
		log->head = (struct place) { last->id, 0, last->start_hash };
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	if (row.key.len != 8 || row.value.len < HASH_BYTES)
		return ERR_CORRUPT;
	log->head = (struct place) { .epoch = last->id, .seq = be64_get(row.key.ptr) };
	memcpy(log->head.hash.bytes, row.value.ptr, HASH_BYTES);
	arena_init(&arena, RECORD_SEALS_MAX * sizeof(struct seal) + 64);
	e = record_decode(str_bytes(row.value.ptr + HASH_BYTES, row.value.len - HASH_BYTES), &arena,
		&r);
	arena_clear(&arena);
	if (e != ERR_OK || r.seq != log->head.seq || r.seq < last->start_seq)
		return ERR_CORRUPT;
	if (r.seq == last->start_seq ? !hash_equal(&log->head.hash, &last->start_hash)
								 : !id_equal(r.epoch, last->id))
		return ERR_CORRUPT;
	log->last_at = r.at;
	return ERR_OK;
}

enum err log_open(struct log *log, struct kv_txn *txn, unsigned table, unsigned epoch_table,
	struct str node, struct str service, time_us now)
{
	struct epoch last;
	struct epoch first;
	struct hash genesis;
	uint32_t number;
	enum err e;

	*log = (struct log) { .table = table, .epoch_table = epoch_table, .last_at = INT64_MIN };
	buf_init(&log->scratch, HASH_BYTES + RECORD_BYTES_MAX + 1024);
	e = epoch_find(txn, epoch_table, NULL, NULL, &last, &number);
	if (e == ERR_NOT_FOUND) {
		struct hash hash;
		struct str bytes;

		e = log_get(log, txn, 1, &hash, &bytes);
		e = e == ERR_NOT_FOUND ? first_epoch(log, txn, node, service, now)
			: e == ERR_OK      ? ERR_CORRUPT
							   : e;
	} else if (e == ERR_OK) {
		e = epoch_get(txn, epoch_table, 0, &first);
		if (e == ERR_OK) {
			genesis = log_genesis(node, service, &first.id);
			e = hash_equal(&genesis, &first.start_hash) ? head_read(log, txn, &last) : ERR_STATE;
		}
	}
	if (e != ERR_OK)
		log_close(log);
	else
		log_committed(log);
	return e;
}

void log_close(struct log *log)
{
	buf_clear(&log->scratch);
}

enum err log_append(struct log *log, struct kv_txn *txn, struct record *r)
{
	static const char no_hash[HASH_BYTES];
	struct buf *row = &log->scratch;
	struct hash hash;
	char key[8];
	enum err e;

	assert(r->at >= log->last_at);
	r->seq = log->head.seq + 1;
	r->epoch = log->head.epoch;
	buf_reset(row);
	buf_add(row, no_hash, sizeof no_hash);
	e = record_encode(r, row);
	if (e != ERR_OK)
		return e;
	hash = record_hash(&log->head.hash, str_bytes(row->ptr + HASH_BYTES, row->len - HASH_BYTES));
	memcpy(row->ptr, hash.bytes, HASH_BYTES);
	be64_put(key, r->seq);
	e = kv_append(txn, log->table, str_bytes(key, sizeof key), buf_str(row));
	if (e != ERR_OK)
		return e;
	log->head.seq = r->seq;
	log->head.hash = hash;
	log->last_at = r->at;
	crash_point("log_appended");
	return ERR_OK;
}

void log_committed(struct log *log)
{
	log->committed = log->head;
	log->committed_at = log->last_at;
}

void log_dropped(struct log *log)
{
	log->head = log->committed;
	log->last_at = log->committed_at;
}

enum err log_new_epoch(struct log *log, struct kv_txn *txn, struct str reason, struct id actor,
	time_us now)
{
	struct epoch epoch = {
		.start_seq = log->head.seq,
		.start_hash = log->head.hash,
		.parent = log->head.epoch,
		.reason = reason,
		.at = now,
		.actor = actor,
	};
	struct epoch last;
	uint32_t number;
	enum err e = epoch_find(txn, log->epoch_table, NULL, NULL, &last, &number);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	if (number + 1 >= LOG_EPOCHS_MAX)
		return ERR_LIMIT;
	randombytes_buf(epoch.id.bytes, sizeof epoch.id.bytes);
	e = epoch_add(txn, log->epoch_table, number + 1, &epoch);
	if (e == ERR_OK)
		log->head.epoch = epoch.id;
	return e;
}
