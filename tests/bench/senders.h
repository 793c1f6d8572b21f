/* senders - clients that keep commands under way at one service, from one thread
 *
 * Each client has a session of its own with so many commands outstanding; a
 * reply brings the next command. What it costs itself is in own_cpu. */
#ifndef BENCH_SENDERS_H
#define BENCH_SENDERS_H

#include "bench/lap.h"
#include "bench/zmtp.h"

#include "base/buf.h"

enum { SENDERS_MAX = 256, SENDERS_BODY_MAX = 4096 };

/* The next command, encoded: schema, body and its own id. */
struct senders_command {
	const struct schema *schema;
	struct id id;
	struct id actor;
	struct buf body;
};
typedef void senders_next_fn(void *self, struct senders_command *ret);

struct senders;

struct senders *senders_open(const char *endpoint, uint32_t sessions, uint32_t outstanding,
	senders_next_fn *next, void *self);
void senders_close(struct senders **load);
/* Keeps commands going for so long, then waits for the last answers. The times of the answers are
 * added to the lap, whose total is the time that passed. */
void senders_run(struct senders *load, double us, struct lap *lap, uint64_t *ret_answers);

#endif
