/* links - the people who link the nodes: they carry identities both ways and compare the words
 *
 * What they want of each link stands in the node below (world.h); they look at what
 * federation's tables say and send the command that brings it nearer. */
#ifndef SIM_LINKS_H
#define SIM_LINKS_H

#include "sim/wishes.h"

/* What the people of s's node have to do next; false: nothing. */
bool links_next(struct wishes *s, struct arena *arena, struct wish *ret);
/* Whether the link to the node above is as it is wanted, at both ends. */
bool links_are_made(struct sim_node *node);

#endif
