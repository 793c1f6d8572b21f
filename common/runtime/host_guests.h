/* host_guests - who may come to a host's TCP listeners
 *
 * First the services of our own node, where it listens for them; then other
 * nodes, as the federation service's tables have them. Either part is replaced
 * without the other. */
#ifndef RUNTIME_HOST_GUESTS_H
#define RUNTIME_HOST_GUESTS_H

#include "bus/zap.h"
#include "runtime/remote.h"
#include "store/node_key.h"

struct host_guests {
	struct guest *list; /* of ZAP_GUESTS_MAX */
	uint32_t own_count; /* the first of them: services of the node */
	uint32_t count;
};

void host_guests_init(struct host_guests *guests);
void host_guests_clear(struct host_guests *guests);
/* The services of node.pub, by present and next keys; previous (may be NULL): by those from before a rotation as
 * well. A list that is full ends with what there was room for, said in the log. */
void host_guests_set_own(struct host_guests *guests, struct id node, const struct node_public *keys,
	const struct node_public *previous);
void host_guests_set_children(struct host_guests *guests, const struct remote *list,
	uint32_t count);
/* The present key of a service from before the rotation that made its present one of the next one; NULL: there is
 * none, or the old keys are forsaken. previous may be NULL. */
const uint8_t *previous_key(const struct node_public *previous, const struct node_public_row *now);

#endif
