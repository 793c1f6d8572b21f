/* service_host - one service on this machine: store, keys, sockets, workers, loop
 *
 * The runtime below has no socket, clock or thread; this gives it the real
 * ones. Everything here belongs to the thread that opened it, so ppid-node
 * runs one host a thread. A failed disk ends the process at once (111). */
#ifndef RUNTIME_SERVICE_HOST_H
#define RUNTIME_SERVICE_HOST_H

#include "runtime/main.h"
#include "runtime/node_setting.h"

struct service_host_options {
	const struct service *service;
	const struct node_settings *node; /* lent */
	const void *own;                  /* the service's settings; lent */
	/* Dial peers at inproc://NAME and listen there too: all services in one process. */
	bool is_inproc;
	/* An eventfd of this host alone, written when the process is asked to stop; -1: signals are enough. */
	int stop_fd;
	/* Called for a signal that came to this thread; may be NULL. */
	void (*on_signal)(void *self, int signal);
	void *self;
};

struct service_host;

/* Opens the store and everything else. EXIT_STOPPED, or the exit code after a line in the log. */
enum exit_code service_host_open(const struct service_host_options *options,
	struct service_host **ret) MUST_CHECK;
/* Serves until asked to stop. */
enum exit_code service_host_run(struct service_host *host) MUST_CHECK;
/* The clean end of store and sockets. False: a worker still hangs in its work and uses the settings; the
 * process has to end by _exit. */
bool service_host_close(struct service_host **host);

#endif
