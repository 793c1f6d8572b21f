/* linked - two nodes of real processes, one below the other, linked over TCP on loopback */
#ifndef BENCH_LINKED_H
#define BENCH_LINKED_H

#include "bench/node.h"
#include "runtime/stream_name.h"

/* A port on loopback where nobody listens. */
int linked_port(void);

/* As people would do it: identities carried both ways, invited above, joined below. Federation and workflow of both
 * run, with units made; above listens for nodes. Nobody is let in before linked_accept. */
void linked_invite(struct node *above, struct node *below);
void linked_accept(struct node *above, struct node *below);

/* The name of a node's stream outside of it. */
void linked_stream(const struct node *origin, const char *service, char ret[NODE_STREAM_MAX + 1]);
/* How far `holder` has that stream; 0: not at all. */
uint64_t linked_held(struct node *holder, const char *stream);

#endif
