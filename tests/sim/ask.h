/* ask - a question to a service of the simulator, answered at once without a connection */
#ifndef SIM_ASK_H
#define SIM_ASK_H

#include "sim/world.h"

/* Asks h, which is up, and fills *ret_answer of the question's reply schema; strings are lent from the arena of
 * the service until the next question. go_on: of the answer before, ptr NULL at first; *ret_go_on likewise. */
enum err sim_ask(struct actor_host *h, const struct schema *schema, const void *question,
	struct str go_on, void *ret_answer, struct str *ret_go_on) MUST_CHECK;

#endif
