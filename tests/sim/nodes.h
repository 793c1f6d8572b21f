/* nodes - which services a simulated node is made of, and the keys of a node in a tree */
#ifndef SIM_NODES_H
#define SIM_NODES_H

#include "base/arena.h"
#include "proto/messages.h"
#include "sim/world.h"

extern const struct service *const sim_node_services[];
extern const uint32_t sim_node_service_count;
/* A node of a tree has no mail; it has links. */
extern const struct service *const sim_tree_services[];
extern const uint32_t sim_tree_service_count;
/* The settings struct of a service, NULL where it has none. */
const void *sim_settings(const struct service *service);

/* The same for the same node and generation in every run. */
void sim_keys_of(const struct sim_node *node, uint32_t generation, struct sim_keys *ret);
/* Who the node says it is, signed; in the arena. */
void sim_identity(const struct sim_node *node, uint32_t generation, struct arena *arena,
	struct identitas_simpul *ret);
/* Of its keys of `generation` by those of the generation before. */
struct str sim_rotation_signature(const struct sim_node *node, uint32_t generation,
	struct arena *arena);
/* Where it listens for other nodes. */
void sim_endpoint(const struct sim_node *node, char ret[64]);

#endif
