/* guests - the list of other nodes that a federation service gave its host, copied */
#ifndef SIM_GUESTS_H
#define SIM_GUESTS_H

#include "runtime/remote.h"

enum { GUESTS_MAX = 16 };

struct guests {
	struct remote list[GUESTS_MAX];
	char endpoints[GUESTS_MAX][64];
	uint32_t count;
	uint32_t dials; /* so far: a parent's server keys are tried in turn */
};

/* remote_host.set; self is the struct guests. */
void guests_set(void *self, const struct remote *list, uint32_t count);
/* Who comes with this key, NULL: nobody who is known. */
const struct remote *guest_of(const struct guests *guests, const struct curve_key *key);

#endif
