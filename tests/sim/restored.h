/* restored - what a restore takes from a node, and what has to come of it
 *
 * Before the stores are put back everything beyond the backup is noted, with who above had a copy
 * of it. A fence that opens by itself has to have brought back what the side-car knew; whatever
 * the node above held is in the log again or is listed there as orphaned. */
#ifndef SIM_RESTORED_H
#define SIM_RESTORED_H

#include "sim/world.h"

/* The records after `after` are about to be gone from the log of h. */
void restored_note(struct actor_host *h, uint64_t after);
void restored_free(struct actor_host *h);
/* Whether the record was in the log once and a restore took it. */
bool restored_took(const struct actor_host *h, uint64_t seq, const struct hash *hash);
/* Whether the last restore took a record that the node above held then, and has held since. */
bool restored_was_shipped(const struct actor_host *h, uint64_t seq, struct id epoch);
/* The fence of h opened in the same epoch: what came back is what was lost (I5). */
void restored_check_salvaged(struct world *w, struct actor_host *h);
/* At rest: nothing that was shipped has vanished (I2). */
void restored_check(struct world *w, struct actor_host *h);

#endif
