/* mirror - logs of other services and nodes, kept byte for byte as they came
 *
 * Rows: BE32 stream | BE32 branch | BE64 seq -> hash32 || record, with the hashes of the origin.
 * A stream is named "NODE-ID/SERVICE"; its number is ours alone. A branch is one line of its
 * history: branch 0 from the genesis; where the origin goes on in a new epoch from a place before our
 * head (restored, never salvaged), a further branch begins there, and what the older one has beyond the fork
 * are orphans: kept, listed, never overwritten. The current branch is the one that grows. Place and records
 * of a stream are written in one transaction. (MESSAGING 2.6, 2.10.) */
#ifndef STORE_MIRROR_H
#define STORE_MIRROR_H

#include "store/log.h"
#include "store/store.h"

enum {
	MIRROR_STREAMS_MAX = 4096,
	MIRROR_NAME_MAX = 64,
	MIRROR_BRANCHES_MAX = 64, /* of one stream */
};

struct mirror_stream {
	uint32_t number;
	struct str name; /* lent by the transaction */
	uint32_t branch; /* the current one */
	struct place head; /* seq 0: empty; epoch and genesis hash are known from the first event on */
	time_us head_at;   /* the time of the head's record */
};

struct mirror_branch {
	uint32_t branch;
	uint32_t parent;   /* branch it left; itself for branch 0 */
	struct place fork; /* the last place of the history it shares with its parent; seq 0 for branch 0 */
	struct place head;
	time_us begun_at;  /* when we learned of it */
};

/* A head as its origin signed it: Ed25519 over mirror_head_statement. */
struct mirror_head {
	struct place at;
	uint8_t signature[64];
	time_us seen_at;
};

/* ERR_NOT_FOUND. */
enum err mirror_find(struct txn *txn, struct str name, struct mirror_stream *ret) MUST_CHECK;
/* A stream that is new gets the next number. ERR_LIMIT: MIRROR_STREAMS_MAX. */
enum err mirror_add(struct txn *txn, struct str name, struct mirror_stream *ret) MUST_CHECK;
/* Streams by name from after `after` (empty: all) into the arena, names copied; at most max. */
enum err mirror_list(struct txn *txn, struct str after, uint32_t max, struct arena *arena,
	struct mirror_stream **ret, uint32_t *ret_len) MUST_CHECK;

/* Appends the next record to the current branch: seq must be head+1 (assert), `before` the hash of the
 * head (ERR_CORRUPT if not: the chain), hash its own as the session verified it. The first record of an empty stream
 * brings the genesis: epoch and hash before it. An epoch of its own ends no branch: it begins at the head.
 * *stream moves along. ERR_READONLY, ERR_IO. */
enum err mirror_append(struct txn *txn, struct mirror_stream *stream, const struct hash *before,
	const struct place *at, struct str record) MUST_CHECK;
/* Notes an epoch of the origin: start as in its row. Known ones are passed over; ERR_CORRUPT: known otherwise. */
enum err mirror_epoch(struct txn *txn, const struct mirror_stream *stream,
	const struct place *start) MUST_CHECK;
/* The origin goes on from `fork`, which is on the current branch and before its head, in a new epoch: a new
 * branch becomes the current one. ERR_NOT_FOUND: fork is not in this history; ERR_LIMIT. */
enum err mirror_fork(struct txn *txn, struct mirror_stream *stream, const struct place *fork,
	struct id epoch, time_us now) MUST_CHECK;
enum err mirror_branches(struct txn *txn, const struct mirror_stream *stream, struct arena *arena,
	struct mirror_branch **ret, uint32_t *ret_len) MUST_CHECK;

/* As log_has, log_read, log_hash_at, log_epochs, along the current branch and what it shares with those before. */
enum err mirror_has(struct txn *txn, const struct mirror_stream *stream,
	const struct place *at) MUST_CHECK;
enum err mirror_read(struct txn *txn, const struct mirror_stream *stream, uint64_t after,
	size_t max_bytes, uint32_t max_count, struct buf *out, struct place *ret_last,
	uint32_t *ret_count) MUST_CHECK;
enum err mirror_hash_at(struct txn *txn, const struct mirror_stream *stream, uint64_t seq,
	struct hash *ret) MUST_CHECK;
/* The last max epochs, oldest first (start places). */
enum err mirror_epochs(struct txn *txn, const struct mirror_stream *stream, uint32_t max,
	struct arena *arena, struct place **ret, uint32_t *ret_len) MUST_CHECK;
/* Records of one branch by number, orphans too; lent. ERR_NOT_FOUND. */
enum err mirror_get(struct txn *txn, const struct mirror_stream *stream, uint32_t branch,
	uint64_t seq, struct hash *ret_hash, struct str *ret_bytes) MUST_CHECK;

/* What a node signs of a stream's head: "ppid-head" 0 name 0 epoch16 BE64(seq) hash32. */
void mirror_head_statement(struct str name, const struct place *at, struct buf *out);
/* Every signed head that moved on is kept (evidence). The signature was checked by the caller. */
enum err mirror_head_put(struct txn *txn, const struct mirror_stream *stream,
	const struct mirror_head *head) MUST_CHECK;
/* The last one. ERR_NOT_FOUND. */
enum err mirror_head_last(struct txn *txn, const struct mirror_stream *stream,
	struct mirror_head *ret) MUST_CHECK;

/* Walks numbers, hashes, epochs and signed heads of one stream, all branches. ERR_CORRUPT with the first bad
 * branch and seq. key: of the origin, for the signatures; NULL: they are not looked at. */
enum err mirror_verify(struct txn *txn, const struct mirror_stream *stream,
	const uint8_t key[32], uint64_t *ret_count, uint32_t *ret_branch,
	uint64_t *ret_bad) MUST_CHECK;

#endif
