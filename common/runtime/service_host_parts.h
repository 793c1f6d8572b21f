/* service_host_parts - a service on this machine as its own files see it, and nobody else */
#ifndef RUNTIME_SERVICE_HOST_PARTS_H
#define RUNTIME_SERVICE_HOST_PARTS_H

#include "bus/bus.h"
#include "runtime/copier.h"
#include "runtime/host_net.h"
#include "runtime/runtime.h"
#include "runtime/service_host.h"
#include "runtime/test_clock.h"
#include "runtime/worker_pool.h"

struct service_host {
	struct service_host_options options;
	struct test_clock clock;
	struct host host;
	struct id node_id;
	struct keyring ring;
	struct sidecar sidecar;
	struct bus *bus;
	struct host_net *net; /* NULL: no TCP */
	struct worker_pool *pool;
	struct copier *copier;
	struct runtime *runtime;
	bool is_ready;
	bool is_stopping;
	time_us stop_at; /* of the machine's steady clock */
};

/* service_host_open.c: keys, store, runtime, bus; then the addresses. EXIT_STOPPED, or the exit code after a line in
 * the log; what is open then is closed by service_host_close. */
enum exit_code host_open(struct service_host *h) MUST_CHECK;
/* Says what did not start. */
enum exit_code host_failed(const char *what, enum err e, const struct problem *why);

/* service_host_address.c: where the service listens, and whom it dials. */
enum exit_code host_bind(struct service_host *h) MUST_CHECK;
enum exit_code host_dial(struct service_host *h) MUST_CHECK;

#endif
