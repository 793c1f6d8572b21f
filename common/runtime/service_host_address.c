/* Where a service listens, and whom it dials: sockets in PPID_RUN, threads of one process, TCP. */
#include "runtime/service_host_parts.h"

#include <stdio.h>
#include <string.h>

enum { DIALS_MAX = 32 };

enum exit_code host_bind(struct service_host *h)
{
	const struct node_settings *n = h->options.node;
	const char *name = h->options.service->name;
	char address[NODE_SOCKET_MAX];
	bool is_elsewhere = n->listen[0] != '\0';
	enum err e = ERR_OK;

	/* Beside TCP too: who shares the service's folder asks it without a key (health, an operator). */
	if (!is_elsewhere || node_is_tcp(n->listen)) {
		if (node_endpoint(n->run, name, address) != ERR_OK)
			return wrong_configuration("PPID_RUN", "jalur soket melebihi 107 bita");
		e = bus_bind(h->bus, address);
	}
	if (e == ERR_OK && is_elsewhere)
		e = bus_bind(h->bus, n->listen);
	if (e == ERR_OK && h->net != NULL)
		e = host_net_bind(h->net);
	if (e == ERR_OK && h->options.is_inproc) {
		(void)snprintf(address, sizeof address, "inproc://%s", name);
		e = bus_bind(h->bus, address);
	}
	return e == ERR_OK ? EXIT_STOPPED : host_failed("listen", e, &(struct problem) { NULL, NULL });
}

static enum err dial_one(struct service_host *h, const char *name)
{
	char address[NODE_SOCKET_MAX];
	enum err e = ERR_OK;

	if (h->options.is_inproc)
		(void)snprintf(address, sizeof address, "inproc://%s", name);
	else if (h->options.node->peers[0] != '\0')
		return host_net_dial(h->net, name);
	else
		e = node_endpoint(h->options.node->run, name, address);
	return e == ERR_OK ? bus_dial(h->bus, name, address) : e;
}

enum exit_code host_dial(struct service_host *h)
{
	const char *names[DIALS_MAX];
	uint32_t count = runtime_dials(h->options.service, names, DIALS_MAX - 1);

	if (runtime_wants_tail(h->runtime) && !follows_elsewhere(h->options.service))
		names[count++] = "federation";
	for (uint32_t i = 0; i < count; i++) {
		enum err e = dial_one(h, names[i]);

		if (e != ERR_OK)
			return host_failed(names[i], e, &(struct problem) { NULL, NULL });
	}
	return EXIT_STOPPED;
}
