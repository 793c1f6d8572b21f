/* last_seals - of every vault entry the last commitment that the log holds
 *
 * An event's commitment stands for the entry as it was then; a later event may
 * have changed or erased the same entry. So whoever verifies the vault walks
 * the log upwards, keeps the last one of each key, and compares those alone. */
#ifndef RUNTIME_LAST_SEALS_H
#define RUNTIME_LAST_SEALS_H

#include "base/arena.h"
#include "store/record.h"

struct last_seal {
	struct seal seal; /* key in the arena; key.ptr NULL: a free row */
	uint64_t seq;     /* of the record that holds it */
};

struct last_seals {
	struct arena arena;
	struct last_seal *rows;
	size_t size; /* a power of two */
	size_t count;
	uint64_t erased; /* commitments that were lawfully erased */
};

void last_seals_init(struct last_seals *s);
void last_seals_clear(struct last_seals *s);
/* The seals of the next record. ERR_LIMIT: more keys than memory is given. */
enum err last_seals_take(struct last_seals *s, const struct record *record) MUST_CHECK;
/* The row of an entry, NULL when the log names none. */
const struct last_seal *last_seals_find(const struct last_seals *s, uint32_t table, struct str key);

#endif
