/* epoch_walk - whether the log's epochs are what its events say
 *
 * Reason, moment and person of an epoch stand in a row beside the chain. Every
 * epoch but the first begins with epoch_dibuka, which the chain covers: the two
 * must agree, for every epoch. */
#ifndef RUNTIME_EPOCH_WALK_H
#define RUNTIME_EPOCH_WALK_H

#include "store/log.h"
#include "store/record.h"

struct epoch_walk {
	struct epoch *rows; /* oldest first */
	uint32_t count;
	uint32_t at; /* of the record before */
};

/* Before the first of some records in order. The rows are in the arena. ERR_CORRUPT, ERR_IO. */
enum err epoch_walk_begin(struct epoch_walk *walk, const struct log *log, struct kv_txn *txn,
	struct arena *arena) MUST_CHECK;
/* The next one. ERR_CORRUPT: it is of another epoch, or its epoch began otherwise. */
enum err epoch_walk_take(struct epoch_walk *walk, const struct record *record,
	struct arena *arena) MUST_CHECK;
/* After the head: ERR_CORRUPT when there are epochs that no event began. */
enum err epoch_walk_end(const struct epoch_walk *walk, uint64_t head_seq) MUST_CHECK;

#endif
