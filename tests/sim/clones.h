/* clones - a node's stores on a second machine, started under the same keys while the first one lives
 *
 * What stands beside the stores (PPID_STATE) did not come along: there is none, or the second machine
 * has one of its own. The clone has to see that, stay fenced, let nobody in and write nothing, until a
 * person stops it. Whoever dials the node's address may reach the clone. What a clone alone has never
 * comes into a copy: it has nothing, and I1 compares copies with the log of the node that lives. */
#ifndef SIM_CLONES_H
#define SIM_CLONES_H

#include "sim/world.h"

/* An incident (incidents.c); false: not now. */
bool clones_make(struct world *w);
/* At times: those whose time is over are stopped; all of them when it is calm. */
void clones_step(struct world *w);
/* Whether it is h that is reached at the address of its node. */
bool clones_is_listening(struct world *w, const struct actor_host *h);
/* h runs: if it is of a clone it is fenced, and its log is a part of its twin's. */
void clones_look(struct world *w, struct actor_host *h);
/* h dials another node: only a store that has nothing beside it may, for its lost end. */
void clones_dialled(struct world *w, const struct actor_host *h);
/* h let another node in. */
void clones_let_in(struct world *w, const struct actor_host *h);

#endif
