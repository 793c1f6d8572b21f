#include "base/bytes.h"
#include "base/planted.h"
#include "proto/messages.h"
#include "store/epoch.h"
#include "store/log.h"
#include "wire/wire.h"

#include <string.h>

/* The row of the epoch that this record begins, as log_new_epoch wrote it when the record was made:
 * the chain covers the event, so nobody else has to be believed. */
static enum err epoch_of_event(const struct log *log, const struct record *record,
	struct arena *arena, struct epoch *ret)
{
	struct epoch_dibuka event;
	struct problem why;
	const char *reason;

	if (record->type != schema_epoch_dibuka.code ||
		wire_decode(&schema_epoch_dibuka, record->payload, arena, &event, &why) != ERR_OK)
		return ERR_CORRUPT;
	reason = enum_name(&enum_alasan_epoch, event.alasan);
	if (reason == NULL || id_is_zero(record->epoch) ||
		!id_equal(event.sebelumnya, log->head.epoch) || event.seq_sebelumnya != log->head.seq)
		return ERR_CORRUPT;
	*ret = (struct epoch) {
		.id = record->epoch,
		.start_seq = log->head.seq,
		.start_hash = log->head.hash,
		.parent = log->head.epoch,
		.reason = str_of(reason),
		.at = record->at,
		.actor = record->actor,
	};
	return ERR_OK;
}

static bool has_id(const struct epoch *epoch, uint64_t end_seq, const void *wanted)
{
	(void)end_seq;
	return id_equal(epoch->id, *(const struct id *)wanted);
}

/* The record's epoch is the present one, or one that begins with it. */
static enum err epoch_enter(struct log *log, struct kv_txn *txn, const struct record *record,
	struct arena *arena)
{
	struct epoch next, other;
	uint32_t number;
	enum err e;

	if (id_equal(record->epoch, log->head.epoch))
		return record->type == schema_epoch_dibuka.code ? ERR_CORRUPT : ERR_OK;
	e = epoch_of_event(log, record, arena, &next);
	if (e == ERR_OK)
		e = epoch_find(txn, log->epoch_table, has_id, &next.id, &other, &number);
	if (e != ERR_NOT_FOUND)
		return e == ERR_OK ? ERR_CORRUPT
						   : e; /* an epoch that was here before does not begin again */
	e = epoch_find(txn, log->epoch_table, NULL, NULL, &other, &number);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	if (number + 1 >= LOG_EPOCHS_MAX)
		return ERR_LIMIT;
	e = epoch_add(txn, log->epoch_table, number + 1, &next);
	if (e == ERR_OK)
		log->head.epoch = next.id;
	return e;
}

static enum err append(struct log *log, struct kv_txn *txn, const struct hash *hash,
	struct str bytes)
{
	struct buf *row = &log->scratch;
	char key[8];

	buf_reset(row);
	buf_add(row, hash->bytes, sizeof hash->bytes);
	buf_add_str(row, bytes);
	be64_put(key, log->head.seq + 1);
	return kv_append(txn, log->table, str_bytes(key, sizeof key), buf_str(row));
}

enum err log_append_bytes(struct log *log, struct kv_txn *txn, const struct place *at,
	struct str bytes)
{
	struct hash hash = record_hash(&log->head.hash, bytes);
	struct record record;
	struct arena arena;
	enum err e;

	if (at->seq != log->head.seq + 1 ||
		!(hash_equal(&hash, &at->hash) || PLANTED(SALVAGE_UNCHAINED)))
		return ERR_CORRUPT;
	arena_init(&arena, RECORD_SEALS_MAX * sizeof(struct seal) + 1024);
	e = record_decode(bytes, &arena, &record);
	if (e == ERR_OK &&
		(record.seq != at->seq || !id_equal(record.epoch, at->epoch) || record.at < log->last_at))
		e = ERR_CORRUPT;
	if (e == ERR_OK)
		e = epoch_enter(log, txn, &record, &arena);
	if (e == ERR_OK)
		e = append(log, txn, &hash, bytes);
	arena_clear(&arena);
	if (e != ERR_OK)
		return e;
	log->head.seq = record.seq;
	log->head.hash = hash;
	log->last_at = record.at;
	return ERR_OK;
}

enum err log_adopt(struct log *log, struct kv_txn *txn, struct str node, struct str service,
	const struct place *genesis)
{
	struct hash hash = log_genesis(node, service, &genesis->epoch);
	struct epoch first;
	uint32_t number;
	enum err e;

	if (log->head.seq > 0 || genesis->seq > 0 || id_is_zero(genesis->epoch) ||
		!hash_equal(&hash, &genesis->hash))
		return ERR_STATE;
	e = epoch_find(txn, log->epoch_table, NULL, NULL, &first, &number);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	if (number > 0)
		return ERR_STATE;
	first.id = genesis->epoch;
	first.start_hash = genesis->hash;
	e = epoch_first(txn, log->epoch_table, &first);
	if (e == ERR_OK)
		log->head = *genesis;
	return e;
}
