/* log - the event log of one service: append-only, chained, with epochs
 *
 * Rows: BE64(seq) -> hash32 || record. The head in memory belongs to the open
 * write transaction until log_committed; log_dropped takes it back. A sequence
 * never restarts; a new epoch goes on at the next number. */
#ifndef STORE_LOG_H
#define STORE_LOG_H

#include "store/kv.h"
#include "store/record.h"

enum { LOG_EPOCHS_MAX = 1024 };

/* A place in a stream. seq 0 with the genesis hash is the place before the first event. */
struct place {
	struct id epoch;
	uint64_t seq;
	struct hash hash;
};

struct epoch {
	struct id id;
	uint64_t start_seq; /* the first event of it has start_seq + 1 */
	struct hash start_hash;
	struct id parent; /* zero for the first */
	struct str reason;
	time_us at;
	struct id actor;
};

struct log {
	unsigned table;       /* of events */
	unsigned epoch_table; /* BE32(n) -> epoch */
	struct place head;    /* with what the open transaction appended */
	struct place committed;
	time_us last_at; /* of the head's record */
	time_us committed_at;
	struct buf scratch;
};

/* What the chain begins with: BLAKE2b-256("genesis" 0 node 0 service 0 epoch), 0 being a zero byte. */
struct hash log_genesis(struct str node, struct str service, const struct id *epoch);
/* Reads the head. An empty store gets its first epoch: id from randombytes; writes within txn. ERR_STATE: the
 * log of another node or service; ERR_CORRUPT, ERR_READONLY, ERR_IO. */
enum err log_open(struct log *log, struct kv_txn *txn, unsigned table, unsigned epoch_table,
	struct str node, struct str service, time_us now) MUST_CHECK;
void log_close(struct log *log);

/* Appends; fills r->seq and r->epoch; r->at is not before last_at. ERR_LIMIT, ERR_READONLY, ERR_IO. */
enum err log_append(struct log *log, struct kv_txn *txn, struct record *r) MUST_CHECK;
/* Appends a record of this log that was lost here and comes back as a copy: at is the place the copy gave it.
 * An epoch that begins with it gets its row from its epoch_dibuka. ERR_CORRUPT: not the next record, not
 * hanging on the head, of another epoch, earlier than the head, or not a record; ERR_LIMIT: LOG_EPOCHS_MAX;
 * ERR_READONLY, ERR_IO. */
enum err log_append_bytes(struct log *log, struct kv_txn *txn, const struct place *at,
	struct str bytes) MUST_CHECK;
/* An empty log, which made itself a beginning of its own, takes the one that it had before all was lost; then its
 * records come back by log_append_bytes. ERR_STATE: it is not empty, or this is not the beginning of a log of this
 * node and service; ERR_READONLY, ERR_IO. */
enum err log_adopt(struct log *log, struct kv_txn *txn, struct str node, struct str service,
	const struct place *genesis) MUST_CHECK;
void log_committed(struct log *log);
void log_dropped(struct log *log);
/* Begins a new epoch after the head, as the open transaction's own like an append. ERR_LIMIT:
 * LOG_EPOCHS_MAX; ERR_READONLY, ERR_IO. */
enum err log_new_epoch(struct log *log, struct kv_txn *txn, struct str reason, struct id actor,
	time_us now) MUST_CHECK;

/* The one way to read a log. Lends the bytes of record seq and its hash (0: the genesis hash, no bytes);
 * ERR_NOT_FOUND. */
enum err log_get(const struct log *log, struct kv_txn *txn, uint64_t seq, struct hash *ret_hash,
	struct str *ret_bytes) MUST_CHECK;
/* The hash of a place: of record seq, or for 0 that of the genesis. ERR_NOT_FOUND. */
enum err log_hash_at(const struct log *log, struct kv_txn *txn, uint64_t seq,
	struct hash *ret) MUST_CHECK;
/* Appends to out, each as BE32 len | bytes, the records after `after`, while they are at most
 * max_bytes and max_count and of the same epoch, the first one whatever its size. ret_last is the place of the last
 * one, or that of `after` when none. ERR_NOT_FOUND: no such `after`; ERR_LIMIT: out cannot
 * hold the first; ERR_CORRUPT: a number is missing. */
enum err log_read(const struct log *log, struct kv_txn *txn, uint64_t after, size_t max_bytes,
	uint32_t max_count, struct buf *out, struct place *ret_last, uint32_t *ret_count) MUST_CHECK;
/* Whether the place is on this log: ERR_OK; ERR_NOT_FOUND (epoch or number unknown, or another
 * hash). The place where an epoch starts belongs to it and to the one before. */
enum err log_has(const struct log *log, struct kv_txn *txn, const struct place *at) MUST_CHECK;
/* The epoch that holds seq. */
enum err log_epoch_of(const struct log *log, struct kv_txn *txn, uint64_t seq,
	struct id *ret) MUST_CHECK;
/* The last max epochs, oldest first, into the arena. */
enum err log_epochs(const struct log *log, struct kv_txn *txn, uint32_t max, struct arena *arena,
	struct epoch **ret, uint32_t *ret_len) MUST_CHECK;

/* Walks the chain from first_seq (1: from the genesis) to the head: numbers without a gap, layout,
 * hashes, epochs. ERR_CORRUPT with the first bad seq in *ret_bad; *ret_count: the good ones before. */
enum err log_verify(const struct log *log, struct kv_txn *txn, uint64_t first_seq,
	uint64_t *ret_count, uint64_t *ret_bad) MUST_CHECK;

#endif
