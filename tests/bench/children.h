/* children - many nodes below one, played by one thread: their links are real, their services are not
 *
 * Each has an identity, a CURVE key and a DEALER of its own, and a session of
 * the product's; each says that it has one log, and serves it. The logs are the
 * same records, with each node's own genesis and chain, which the node above
 * checks and keeps. */
#ifndef BENCH_CHILDREN_H
#define BENCH_CHILDREN_H

#include "bench/node.h"

enum { CHILDREN_MAX = 128, CHILDREN_EVENTS_MAX = 16384 };

struct children;

/* One for each row of the CSV file (code, name, kind) under its header. `from`: the node whose intake's log they
 * serve; it runs. */
struct children *children_open(const char *csv, struct node *from);
void children_close(struct children **children);
uint32_t children_count(const struct children *children);
/* Invites and accepts them all at the node above; it runs, and they know its key from then on. */
void children_enrol(struct children *children, struct node *above);
/* All dial it at once and serve the first `events` records of their logs, on a thread. */
void children_begin(struct children *children, uint32_t events);
/* How many of them have their log open: what they were asked for is known. */
uint32_t children_open_logs(struct children *children);
void children_end(struct children *children);

#endif
