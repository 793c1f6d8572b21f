/* sidecar_memory - the side-car of the simulator: memory that outlives crash and restore
 *
 * The notes belong to the machine, not to the store: a crash of the service or
 * a restore of its store leaves them, as PPID_STATE is left. Each start takes
 * a new struct sidecar of the same notes. */
#ifndef STORE_SIDECAR_MEMORY_H
#define STORE_SIDECAR_MEMORY_H

#include "store/noted.h"
#include "store/sidecar.h"

struct sidecar_memory {
	struct noted noted;
	struct sidecar_head head;
	bool has_head;
};

void sidecar_memory_init(struct sidecar_memory *m);
void sidecar_memory_clear(struct sidecar_memory *m);
/* The side-car of these notes; its close leaves them. */
struct sidecar sidecar_of_memory(struct sidecar_memory *m);

#endif
