/* worker_pool - the threads that pieces of work run on, at most a few
 *
 * Implements struct work_host for service_main and the functions of worker.h.
 * A worker is an actor of the bus: it gets kind, key and payload as bytes and
 * tells slices back; the service's thread alone touches the runtime and the
 * side-car, also when a worker asks whether it may send. The simulator has
 * twins of the kinds of work instead. */
#ifndef RUNTIME_WORKER_POOL_H
#define RUNTIME_WORKER_POOL_H

#include "runtime/runtime.h"
#include "runtime/worker.h"

struct bus;
struct worker_pool;

struct worker_pool_options {
	const struct service *service;
	const void *settings; /* the service's; lent */
	struct host host;
	struct sidecar sidecar;
	struct bus *bus; /* lent; its loop brings the results */
	uint32_t workers_max;
};

struct worker_pool *worker_pool_open(const struct worker_pool_options *options);
struct work_host worker_pool_host(struct worker_pool *pool);
/* Where results go; set once the runtime is open, which needs the pool first. */
void worker_pool_attach(struct worker_pool *pool, struct runtime *runtime);
/* Tells the workers to give up early. */
void worker_pool_stop(struct worker_pool *pool);
bool worker_pool_is_idle(const struct worker_pool *pool);
/* Only when idle: a worker that hangs ends with the process. */
void worker_pool_close(struct worker_pool **pool);

#endif
