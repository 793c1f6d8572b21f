/* mirror_row - the rows of mirrors, for their files alone
 *
 * The epochs of a stream are a tree by their parents, kept in the order in which we learned of them.
 * The last row is the present epoch; the way from it to the first is the history that the stream has
 * now, and everything beside that way is orphaned. All records of an epoch are in one branch. */
#ifndef STORE_MIRROR_ROW_H
#define STORE_MIRROR_ROW_H

#include "store/mirror.h"
#include "store/system_table.h"

enum { MIRROR_KEY_BYTES = 16, MIRROR_RANGE_BYTES = 8 };

/* BE32 stream | BE32 branch | BE64 seq; its first half is the range of a branch. */
struct mirror_key {
	char bytes[MIRROR_KEY_BYTES];
};
struct str mirror_key_of(uint32_t stream, uint32_t branch, uint64_t seq, struct mirror_key *ret);
/* Takes the value of a record's row apart. ERR_CORRUPT. */
enum err mirror_row_split(struct str value, struct hash *ret_hash,
	struct str *ret_bytes) MUST_CHECK;
/* The last record of a branch. ERR_NOT_FOUND: it has none of its own. */
enum err mirror_row_last(struct txn *txn, uint32_t stream, uint32_t branch, uint64_t *ret_seq,
	struct hash *ret_hash, struct str *ret_bytes) MUST_CHECK;
/* The record seq of the present history; 0: the genesis hash and no bytes. ERR_NOT_FOUND. */
enum err mirror_record(struct txn *txn, const struct mirror_stream *stream, uint64_t seq,
	struct hash *ret_hash, struct str *ret_bytes) MUST_CHECK;

/* An epoch of a stream. */
struct mirror_step {
	struct place start; /* its id, and the place it goes on from */
	struct id parent;   /* zero: the first */
	uint32_t branch;
	time_us begun_at; /* of a branch that begins with it; else 0 */
};

/* Decides whether the walk ends here. end_seq: the last number of it that there can be in this history. */
typedef bool mirror_wanted(const struct mirror_step *step, uint64_t end_seq, const void *wanted);

/* The last epoch of the history that is wanted (NULL: the present one). ERR_NOT_FOUND, ERR_CORRUPT, ERR_IO. */
enum err mirror_step_find(struct txn *txn, uint32_t stream, mirror_wanted *is_wanted,
	const void *wanted, struct mirror_step *ret, uint64_t *ret_end) MUST_CHECK;
/* The one whose records begin before seq; the first for seq 0. */
enum err mirror_step_of(struct txn *txn, uint32_t stream, uint64_t seq, struct mirror_step *ret,
	uint64_t *ret_end) MUST_CHECK;
/* The epoch with this id, if it is in the history. */
enum err mirror_step_by_id(struct txn *txn, uint32_t stream, struct id epoch,
	struct mirror_step *ret) MUST_CHECK;
/* All of them, orphaned ones too, oldest first, into the arena. */
enum err mirror_steps(struct txn *txn, uint32_t stream, struct arena *arena,
	struct mirror_step **ret, uint32_t *ret_len) MUST_CHECK;
/* Makes it the present one. ERR_CORRUPT: the stream had an epoch with this id; ERR_LIMIT: LOG_EPOCHS_MAX. */
enum err mirror_step_add(struct txn *txn, uint32_t stream,
	const struct mirror_step *step) MUST_CHECK;

/* A row of signed heads: BE32 stream | BE32 n -> simpan_cermin_kepala. ERR_CORRUPT. */
enum err mirror_head_of_row(struct str value, struct mirror_head *ret) MUST_CHECK;

#endif
