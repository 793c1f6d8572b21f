/* suspects - vault entries that did not match a commitment, until a later one explains them
 *
 * An event's commitment stands for the entry as it was then. A later event may
 * have changed or erased the same entry: only the last commitment of a key has
 * to match. Walking upwards, a mismatch is a suspicion that the next
 * commitment of the same key takes back. */
#ifndef RUNTIME_SUSPECTS_H
#define RUNTIME_SUSPECTS_H

#include "base/str.h"

struct suspect {
	uint64_t name; /* keyed by table and key */
	uint64_t seq;  /* 0: free, or cleared */
	uint32_t table;
	bool is_missing;
};

struct suspects {
	struct suspect *rows;
	size_t size; /* a power of two */
	size_t used;
};

void suspects_init(struct suspects *s);
void suspects_clear(struct suspects *s);
void suspects_add(struct suspects *s, uint32_t table, struct str key, uint64_t seq,
	bool is_missing);
void suspects_take_back(struct suspects *s, uint32_t table, struct str key);
/* The one of the lowest record; NULL: none is left. */
const struct suspect *suspects_first(const struct suspects *s);

#endif
