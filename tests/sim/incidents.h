/* incidents - what befalls whole nodes and the ways between them, now and then during the storm of a tree */
#ifndef SIM_INCIDENTS_H
#define SIM_INCIDENTS_H

#include "sim/world.h"

/* At times, with the inputs done so far. */
void incidents_step(struct world *w, uint64_t inputs);
/* What is still under way ends well: links taken up again, the way free, clones gone. */
void incidents_calm(struct world *w);
/* Whether a person has to open the fence of h now; what the node above still holds comes first. */
bool fence_wants_person(struct world *w, struct actor_host *h);

#endif
