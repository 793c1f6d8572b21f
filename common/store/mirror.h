/* mirror - logs of other services and nodes, kept byte for byte as they came
 *
 * Rows: BE32 stream | BE32 branch | BE64 seq -> hash32 || record, with the hashes of the origin.
 * A stream is named "NODE-ID/SERVICE"; its number is ours alone. A branch is one line of its
 * history: branch 0 from the genesis; where the origin goes on in a new epoch from a place before our
 * head (restored, never salvaged), a further branch begins there, and what the older one has beyond
 * the fork are orphans: kept, listed, never overwritten. The current branch is the one that grows.
 * The head is read from the last row and written nowhere else, so it cannot disagree with the
 * records; after an abort find the stream again. (MESSAGING 2.6, 2.10.) */
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
	struct str name;   /* lent by the caller of find and add; in the arena from list */
	uint32_t branch;   /* the current one */
	struct place head; /* all zero: nothing is known of it, not even its genesis */
	time_us head_at;   /* the time of the head's record; 0 for seq 0 */
	uint64_t
		bytes; /* of its rows, those of all branches: as mirror_size_put wrote it, and what came since */
};

struct mirror_branch {
	uint32_t branch;
	uint32_t parent; /* branch it left; itself for branch 0 */
	struct place
		fork; /* the last place of the history it shares with its parent; seq 0 for branch 0 */
	struct place head;
	struct id epoch;  /* that it began with */
	time_us begun_at; /* when we learned of it; 0 for branch 0 */
};

/* A head as its origin signed it: Ed25519 over mirror_head_statement. */
struct mirror_head {
	struct place at;
	uint8_t signature[64];
	time_us seen_at;
};

/* ERR_NOT_FOUND; ERR_CORRUPT: its last rows. */
enum err mirror_find(struct txn *txn, struct str name, struct mirror_stream *ret) MUST_CHECK;
/* A stream that is new gets the next number. ERR_LIMIT: MIRROR_STREAMS_MAX; ERR_INVALID: the name is empty
 * or too long. */
enum err mirror_add(struct txn *txn, struct str name, struct mirror_stream *ret) MUST_CHECK;
/* Streams by name from after `after` (empty: all) into the arena, names copied; at most max. */
enum err mirror_list(struct txn *txn, struct str after, uint32_t max, struct arena *arena,
	struct mirror_stream **ret, uint32_t *ret_len) MUST_CHECK;

/* A copy that turned out not to be its node's is kept as it is, under its number and the name "!NUMBER/NAME"; its
 * name is free for another one. *stream: its number is 0 then. ERR_NOT_FOUND, ERR_LIMIT: the name is too long. */
#define MIRROR_ASIDE "!"
#define MIRROR_ASIDE_END "\"" /* names behind it are those of streams */
enum err mirror_set_aside(struct txn *txn, struct mirror_stream *stream) MUST_CHECK;

/* Appends the next record to the current branch: seq must be head+1 (assert), `before` the hash of the head,
 * hash its own as the session verified it (it is not computed again here). The first record of an empty
 * stream brings the genesis: epoch and hash before it. An epoch that is new begins at the head and ends no
 * branch. *stream moves along. ERR_CORRUPT: `before` is not the head's hash, the record says another number
 * or epoch, or its epoch is an older one of this stream; ERR_LIMIT: LOG_EPOCHS_MAX; ERR_READONLY, ERR_IO. */
enum err mirror_append(struct txn *txn, struct mirror_stream *stream, const struct hash *before,
	const struct place *at, struct str record) MUST_CHECK;
/* Writes how much it takes, once for all that was appended in the transaction. */
enum err mirror_size_put(struct txn *txn, const struct mirror_stream *stream) MUST_CHECK;
/* Notes an epoch that begins at the head before its first record has come (on an empty stream: the genesis).
 * Known ones are passed over; ERR_CORRUPT: known otherwise; ERR_NOT_FOUND: unknown and not at the head. */
enum err mirror_epoch(struct txn *txn, struct mirror_stream *stream,
	const struct place *start) MUST_CHECK;
/* The origin goes on from `fork` in a new epoch: a new branch becomes the current one (none at the head
 * itself, where only the epoch is noted). The epoch of `fork` may be zero: number and hash decide.
 * ERR_NOT_FOUND: fork is not in this history; ERR_CORRUPT: the epoch is an older one of this stream;
 * ERR_LIMIT. */
enum err mirror_fork(struct txn *txn, struct mirror_stream *stream, const struct place *fork,
	struct id epoch, time_us now) MUST_CHECK;
/* None for a stream of which nothing is known. */
enum err mirror_branches(struct txn *txn, const struct mirror_stream *stream, struct arena *arena,
	struct mirror_branch **ret, uint32_t *ret_len) MUST_CHECK;

/* As log_has, log_read, log_hash_at, log_epochs, along the current branch and what it shares with those
 * before. ERR_NOT_FOUND too while nothing is known of the stream. */
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
/* Kept unless it is the last one again; one that contradicts the records too. The last one gives way to a later
 * one of its epoch that was seen less than `apart` after the one before it: so the newest is always here, and as
 * evidence one in `apart` (0: all). The signature was checked by the caller. ERR_LIMIT, ERR_READONLY, ERR_IO. */
enum err mirror_head_put(struct txn *txn, const struct mirror_stream *stream,
	const struct mirror_head *head, time_us apart) MUST_CHECK;
/* The one put last. ERR_NOT_FOUND. */
enum err mirror_head_last(struct txn *txn, const struct mirror_stream *stream,
	struct mirror_head *ret) MUST_CHECK;

/* Signing keys of an origin, the present one and former ones. */
struct mirror_keys {
	const uint8_t (*keys)[32];
	uint32_t count;
};
/* Walks numbers, layout, hashes, epochs and signed heads of one stream, all branches. ERR_CORRUPT with the first
 * bad branch and seq; *ret_count: the good records before. keys: NULL for signatures that are not looked at.
 * What was cut off at the end cannot be seen here. */
enum err mirror_verify(struct txn *txn, const struct mirror_stream *stream,
	const struct mirror_keys *keys, uint64_t *ret_count, uint32_t *ret_branch,
	uint64_t *ret_bad) MUST_CHECK;

#endif
