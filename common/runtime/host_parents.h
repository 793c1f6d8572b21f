/* host_parents - the nodes above that a host dials, as the federation service's tables have them */
#ifndef RUNTIME_HOST_PARENTS_H
#define RUNTIME_HOST_PARENTS_H

#include "bus/bus.h"
#include "runtime/remote.h"
#include "runtime/stream_name.h"

enum { PARENTS_MAX = 8 };

/* A parent as it is dialled now. */
struct parent {
	struct id node;
	char name[NODE_STREAM_MAX + 1];
	char endpoint[256];
	struct curve_key keys[2];
	uint32_t key_count;
	bool is_listed;
};

struct host_parents {
	struct bus_patience patience;
	struct parent list[PARENTS_MAX];
	uint32_t count;
};

/* Those of the list that are let in are dialled from now on, and no others; what cannot be dialled is said. */
void host_parents_set(struct host_parents *parents, struct bus *bus, const struct remote *list,
	uint32_t count);
/* What is wrong with the dial of a parent, as bus_dial_trouble says it; NULL: nothing, or it is none. */
const char *host_parents_trouble(struct host_parents *parents, struct bus *bus, struct id node,
	time_us *ret_since);

#endif
