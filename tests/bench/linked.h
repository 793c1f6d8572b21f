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
struct id linked_node_id(const char *name);
/* A node's identity, as it would be carried; its strings are in the node's arena. */
struct identitas_simpul linked_identity(struct node *node);
/* Until federation knows what an account may do: workflow tells it. */
void linked_wait_for_grants(struct node *node);
/* How far `holder` has that stream; 0: not at all. */
uint64_t linked_held(struct node *holder, const char *stream);
/* How many streams it has as far as that. */
uint32_t linked_held_all(struct node *holder, uint64_t seq);

#endif
