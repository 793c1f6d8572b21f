/* origin - the log of some other node, record by record, for tests of what mirrors it
 *
 * Keeps nothing but its head; a copy of the struct is another future of the
 * same log, as after a restore from a backup. */
#ifndef LIB_ORIGIN_H
#define LIB_ORIGIN_H

#include "store/log.h"

struct origin {
	struct place head;
	time_us at;
	struct buf bytes;   /* of the last record */
	struct hash before; /* its hash before it */
};

/* An empty log; number makes its epoch and genesis its own. */
struct origin origin_new(uint64_t number);
void origin_clear(struct origin *o);
/* The same place with memory of its own. */
struct origin origin_copy(const struct origin *o);
/* The next record; head, before and bytes are its. Lent until the next one. */
struct str origin_next(struct origin *o, struct str payload);
/* Goes on in an epoch of its own. */
void origin_epoch(struct origin *o, uint64_t number);

#endif
