/* bus_tcp - what a connection over TCP needs: options with CURVE, a monitor, the address of a host's name */
#ifndef BUS_BUS_TCP_H
#define BUS_BUS_TCP_H

#include "bus/bus_links.h"
#include "bus/bus_message.h"

enum {
	TCP_PAUSE_MIN_MS = 1000, /* between two dials of another node */
	TCP_PAUSE_MAX_MS = 300 * 1000,
	TCP_CONNECT_MS = 10 * 1000,
	TCP_HANDSHAKE_MS = 8 * 1000,
	TCP_LOOK_MS = 10,      /* between two looks whether a name was found */
	TCP_BIND_MS = 20,      /* between two tries to bind an address anew */
	TCP_UNBOUND_MS = 5000, /* without it for so long: an operator has to look */
	TCP_CUT_MS = 500, /* a last word needs time: what is unread when a connection ends is lost */
};

/* bus_tcp.c: what a socket needs before it binds or dials over TCP. */
bool tcp_is_endpoint(const char *endpoint);
void tcp_setup_listener(zsock_t *socket, const struct curve_pair *own, const struct zap *zap);
void tcp_setup_dialer(zsock_t *socket, const struct curve_pair *own, const struct curve_key *server,
	uint32_t handshake_ms);
/* The peer of a message's connection; false: our ZAP actor did not let it in. */
bool tcp_guest(const struct message *m, struct bus_guest *ret);

/* bus_monitor.c: how a try to connect goes, or who connects. */
enum monitor_of { MONITOR_DIAL, MONITOR_LISTENER };
zsock_t *monitor_open(zsock_t *socket, enum monitor_of of);
void monitor_close(zsock_t **monitor, zsock_t *socket);
/* The code of what the try ended with, or NULL: it goes on. Sets *is_shaking once TCP stands, and the descriptor. */
const char *monitor_trouble(zsock_t *monitor, bool *is_shaking, int *ret_fd);
/* The descriptor of a connection that was accepted since; -1: no more. */
int monitor_accepted(zsock_t *monitor);

/* bus_lookup.c: the address of a host, which a tcp endpoint may name. */
enum lookup_state { LOOKUP_RUNS, LOOKUP_FOUND, LOOKUP_FAILED };
bool lookup_is_due(const char *endpoint);
/* NULL: not now. */
struct lookup *lookup_begin(const char *endpoint);
/* FOUND: the endpoint with the at-th address in place of the name. */
enum lookup_state lookup_look(struct lookup *lookup, uint32_t at, char ret[BUS_ENDPOINT_MAX]);
void lookup_end(struct lookup **lookup);

#endif
