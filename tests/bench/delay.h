/* delay - how long after its commit an event is seen further on
 *
 * One thread lodges requests at a steady rate and watches, over ipc and on the
 * same clock: the answer (after the commit), the copies that two federations
 * serve, and what a reporting service has read. Each is told the same way, so
 * what is between them is what the stages take. */
#ifndef BENCH_DELAY_H
#define BENCH_DELAY_H

#include "bench/lap.h"
#include "bench/node.h"

/* From the answer on: until the copy of the own node has the event, that of the node above, its reporting. */
enum delay_stage { DELAY_OWN, DELAY_HELD, DELAY_REPORTED, DELAY_STAGES };

struct delays {
	struct lap of[DELAY_STAGES];
};

/* So many requests at `below`, so many a second. stream: the name of its intake outside. Reporting above reads it
 * already. The laps are the caller's, open. */
void delay_run(struct node *below, struct node *above, const char *stream, uint32_t requests,
	uint32_t a_second, struct delays *ret);

#endif
