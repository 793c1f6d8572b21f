/* city - what reporting tells of a city is what the logs of its nodes say */
#ifndef SIM_CITY_H
#define SIM_CITY_H

#include "sim/world.h"

/* At rest: the figures of every node, of itself and of all below it, by unit and period, and how far they were
 * read. What is expected is counted from the origins' logs. */
void city_check(struct world *w);
/* Which log below it a service that counts them does not read yet; NULL: none. */
const char *city_unrest(struct world *w, struct actor_host *h);

#endif
