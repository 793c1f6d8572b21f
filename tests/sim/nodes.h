/* nodes - which services a simulated node is made of */
#ifndef SIM_NODES_H
#define SIM_NODES_H

#include "runtime/service.h"

extern const struct service *const sim_node[];
extern const uint32_t sim_node_count;
/* The settings struct of a service, NULL where it has none. */
const void *sim_settings(const struct service *service);

#endif
