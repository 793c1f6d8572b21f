/* salvage - the lost end of a log that was rolled back, taken from the copy that the node's federation holds
 *
 * A service that finds itself behind its side-car is fenced. Where its log is
 * federated the records are still at the parent: they are appended as they are, in the same epoch, applied as
 * replay does it, and when the side-car's head is reached the fence opens by itself. Before any of it is
 * taken the copy is read up to that head: one that has another record there is not ours, and none of it is taken. What the vault lost
 * stays lost and is listed (data_hilang). (MESSAGING 2.6; DESIGN 5.) */
#ifndef RUNTIME_SALVAGE_H
#define RUNTIME_SALVAGE_H

#include "store/record.h"

struct salvage {
	uint64_t corr;       /* of the TAIL under way; 0: none */
	struct cause before; /* of the last record: its kind and id are looked at */
	bool has_before;
	time_us next_at; /* steady: not asked before */
	time_us touched; /* steady: when something of it came last */
	uint64_t count;  /* records taken */
	bool is_looked;  /* the copy was read once without taking anything, and may be taken */
};

#endif
