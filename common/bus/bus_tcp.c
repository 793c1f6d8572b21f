/* Sockets on TCP: always with CURVE. */
#include "bus/bus_tcp.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "bus/zap_parts.h"

enum {
	BACKLOG = 512,
	KEEPALIVE_IDLE_S = 60,
	KEEPALIVE_INTERVAL_S = 15,
	KEEPALIVE_COUNT = 4,
	MAXRT_MS = 60 * 1000, /* bytes that nobody acknowledged for so long end the connection */
	PORT_MAX = 65535,
	OPTION_ZAP_ENFORCE_DOMAIN = 93, /* in libzmq since 4.3.0, in its header only with the drafts */
};

static const char prefix[] = "tcp://";

/* "tcp://ADDRESS:PORT", the port a number: none is given by chance, nobody would know it. */
bool tcp_is_endpoint(const char *endpoint)
{
	const char *colon = strrchr(endpoint, ':');
	uint64_t port;

	return strncmp(endpoint, prefix, strlen(prefix)) == 0 && colon > endpoint + strlen(prefix) &&
		str_number(str_of(colon + 1), &port) && port > 0 && port <= PORT_MAX &&
		strchr(endpoint, ';') == NULL && strchr(endpoint, '%') == NULL;
}

/* No ZMTP heartbeats: they abort the process of 4.3.4 under back-pressure. */
static void setup(zsock_t *socket)
{
	zsock_set_ipv6(socket, 1);
	zsock_set_tcp_keepalive(socket, 1);
	zsock_set_tcp_keepalive_idle(socket, KEEPALIVE_IDLE_S);
	zsock_set_tcp_keepalive_intvl(socket, KEEPALIVE_INTERVAL_S);
	zsock_set_tcp_keepalive_cnt(socket, KEEPALIVE_COUNT);
	zsock_set_tcp_maxrt(socket, MAXRT_MS);
}

void tcp_setup_listener(zsock_t *socket, const struct curve_pair *own, const struct zap *zap)
{
	const int yes = 1;
	int failed;

	setup(socket);
	zsock_set_backlog(socket, BACKLOG);
	zsock_set_handshake_ivl(socket, TCP_HANDSHAKE_MS);
	zsock_set_curve_server(socket, 1);
	zsock_set_curve_publickey_bin(socket, own->public_key.bytes);
	zsock_set_curve_secretkey_bin(socket, own->secret_key.bytes);
	/* Without the domain's being enforced everybody who knows our key would be let in. */
	zsock_set_zap_domain(socket, zap_domain(zap));
	failed = zmq_setsockopt(zsock_resolve(socket), OPTION_ZAP_ENFORCE_DOMAIN, &yes, sizeof yes);
	assert(failed == 0);
}

void tcp_setup_dialer(zsock_t *socket, const struct curve_pair *own, const struct curve_key *server,
	uint32_t handshake_ms)
{
	setup(socket);
	zsock_set_maxmsgsize(socket, BUS_DIALLED_FRAME_BYTES);
	zsock_set_connect_timeout(socket, TCP_CONNECT_MS);
	zsock_set_handshake_ivl(socket, (int)handshake_ms);
	zsock_set_curve_serverkey_bin(socket, server->bytes);
	zsock_set_curve_publickey_bin(socket, own->public_key.bytes);
	zsock_set_curve_secretkey_bin(socket, own->secret_key.bytes);
}

/* From a frame of the message, never from the address before it: that one has lost its metadata in libzmq 4.3.4
 * whenever it was polled for. */
bool tcp_guest(const struct message *m, struct bus_guest *ret)
{
	zframe_t *frame = m->parts[1] != NULL ? m->parts[1] : m->parts[0];
	const char *name = frame == NULL ? NULL : zframe_meta(frame, "User-Id");
	const char *key = frame == NULL ? NULL : zframe_meta(frame, ZAP_KEY_PROPERTY);
	size_t bytes;

	if (name == NULL || key == NULL || name[0] == '\0' || strlen(name) >= sizeof ret->name)
		return false;
	if (sodium_hex2bin(ret->key.bytes, sizeof ret->key.bytes, key, strlen(key), NULL, &bytes,
			NULL) != 0 ||
		bytes != sizeof ret->key.bytes)
		return false;
	(void)snprintf(ret->name, sizeof ret->name, "%s", name);
	return true;
}
