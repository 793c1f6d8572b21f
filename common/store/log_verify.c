#include "base/bytes.h"
#include "store/epoch.h"
#include "store/log.h"

#include <string.h>

/* A walk along the chain: where it stands, and the epoch it is in. */
struct chain {
	const struct log *log;
	struct kv_txn *txn;
	uint64_t seq;     /* the last good one */
	struct hash hash; /* at seq */
	struct epoch epoch;
	uint32_t epoch_number;
	struct arena arena; /* of one record's seals */
};

static enum err chain_begin(struct chain *c, uint64_t first_seq)
{
	struct str bytes;
	enum err e;

	c->seq = first_seq - 1;
	e = epoch_of(c->txn, c->log->epoch_table, c->seq, &c->epoch, &c->epoch_number);
	if (e == ERR_OK && c->seq == 0) {
		e = epoch_get(c->txn, c->log->epoch_table, 0, &c->epoch);
		c->epoch_number = 0;
		c->hash = c->epoch.start_hash;
	} else if (e == ERR_OK) {
		e = log_get(c->log, c->txn, c->seq, &c->hash, &bytes);
	}
	return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

/* Enters the epochs that start at the present place. */
static enum err chain_epochs(struct chain *c)
{
	for (;;) {
		struct epoch next;
		enum err e = epoch_get(c->txn, c->log->epoch_table, c->epoch_number + 1, &next);

		if (e != ERR_OK)
			return e == ERR_NOT_FOUND ? ERR_OK : e;
		if (next.start_seq > c->seq)
			return ERR_OK;
		if (next.start_seq != c->seq || !hash_equal(&next.start_hash, &c->hash) ||
			!id_equal(next.parent, c->epoch.id))
			return ERR_CORRUPT;
		c->epoch = next;
		c->epoch_number++;
	}
}

static enum err chain_step(struct chain *c, const struct kv_row *row)
{
	struct record r;
	struct hash hash;
	struct str bytes;

	if (row->key.len != 8 || be64_get(row->key.ptr) != c->seq + 1 || row->value.len <= HASH_BYTES)
		return ERR_CORRUPT;
	bytes = str_bytes(row->value.ptr + HASH_BYTES, row->value.len - HASH_BYTES);
	hash = record_hash(&c->hash, bytes);
	if (memcmp(hash.bytes, row->value.ptr, HASH_BYTES) != 0)
		return ERR_CORRUPT;
	arena_reset(&c->arena);
	if (record_decode(bytes, &c->arena, &r) != ERR_OK || r.seq != c->seq + 1 ||
		!id_equal(r.epoch, c->epoch.id))
		return ERR_CORRUPT;
	c->seq++;
	c->hash = hash;
	return ERR_OK;
}

static enum err chain_walk(struct chain *c, uint64_t first_seq)
{
	uint64_t next_epoch_at = c->seq; /* none starts before; read again whenever one was reached */
	struct kv_cursor *cursor;
	struct kv_row row;
	char key[8];
	enum err e = kv_cursor_open(c->txn, c->log->table, &cursor);

	if (e != ERR_OK)
		return e;
	be64_put(key, first_seq);
	for (e = kv_seek(cursor, str_bytes(key, sizeof key), &row); e == ERR_OK;
		 e = kv_next(cursor, &row)) {
		if (c->seq == next_epoch_at) {
			struct epoch next;

			e = chain_epochs(c);
			if (e != ERR_OK)
				break;
			e = epoch_get(c->txn, c->log->epoch_table, c->epoch_number + 1, &next);
			next_epoch_at = e == ERR_OK ? next.start_seq : UINT64_MAX;
			if (e != ERR_OK && e != ERR_NOT_FOUND)
				break;
		}
		e = chain_step(c, &row);
		if (e != ERR_OK)
			break;
	}
	kv_cursor_close(&cursor);
	if (e == ERR_NOT_FOUND)
		e = chain_epochs(c);
	if (e == ERR_OK && (c->seq != c->log->head.seq || !id_equal(c->epoch.id, c->log->head.epoch)))
		e = ERR_CORRUPT;
	return e;
}

enum err log_verify(const struct log *log, struct kv_txn *txn, uint64_t first_seq,
	uint64_t *ret_count, uint64_t *ret_bad)
{
	struct chain c = { .log = log, .txn = txn };
	enum err e;

	if (first_seq == 0)
		first_seq = 1;
	arena_init(&c.arena, RECORD_SEALS_MAX * sizeof(struct seal) + 64);
	e = chain_begin(&c, first_seq);
	if (e == ERR_OK)
		e = chain_walk(&c, first_seq);
	arena_clear(&c.arena);
	*ret_count = c.seq - (first_seq - 1);
	if (e == ERR_CORRUPT)
		*ret_bad = c.seq + 1;
	return e;
}
