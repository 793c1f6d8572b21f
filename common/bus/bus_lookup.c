/* Names of hosts. libzmq looks them up on the one thread that moves all bytes of the process: a name server that
 * does not answer would hold every link up for ten seconds. So it gets addresses alone; the C library looks names
 * up on threads of its own. */
#include "bus/bus_tcp.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netdb.h>

struct lookup {
	char host[BUS_ENDPOINT_MAX], port[8];
	struct gaicb request;
	struct addrinfo hints;
};

/* "tcp://HOST:PORT" in its two parts; an address of IPv6 has brackets. */
static void split(const char *endpoint, char host[BUS_ENDPOINT_MAX], char port[8])
{
	const char *from = endpoint + strlen("tcp://");
	const char *colon = strrchr(endpoint, ':');
	size_t len = (size_t)(colon - from);

	if (len >= 2 && from[0] == '[' && from[len - 1] == ']') {
		from++;
		len -= 2;
	}
	(void)snprintf(host, BUS_ENDPOINT_MAX, "%.*s", (int)len, from);
	(void)snprintf(port, 8, "%s", colon + 1);
}

bool lookup_is_due(const char *endpoint)
{
	char host[BUS_ENDPOINT_MAX], port[8];
	struct in6_addr address;

	split(endpoint, host, port);
	return inet_pton(AF_INET, host, &address) != 1 && inet_pton(AF_INET6, host, &address) != 1;
}

struct lookup *lookup_begin(const char *endpoint)
{
	struct lookup *l = calloc(1, sizeof *l);
	struct gaicb *requests[1];

	if (l == NULL)
		abort();
	split(endpoint, l->host, l->port);
	l->hints = (struct addrinfo) { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_ADDRCONFIG };
	l->request = (struct gaicb) { .ar_name = l->host, .ar_request = &l->hints };
	requests[0] = &l->request;
	if (getaddrinfo_a(GAI_NOWAIT, requests, 1, NULL) != 0) {
		free(l);
		return NULL;
	}
	return l;
}

/* The at-th of the addresses, going round: one of them may not be reachable from here. */
static bool write_address(const struct lookup *l, uint32_t at, char ret[BUS_ENDPOINT_MAX])
{
	const struct addrinfo *a = l->request.ar_result;
	uint32_t count = 0;
	char text[NI_MAXHOST];

	for (const struct addrinfo *n = a; n != NULL; n = n->ai_next)
		count++;
	for (uint32_t i = 0; count > 0 && i < at % count; i++)
		a = a->ai_next;
	if (a == NULL ||
		getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
		return false;
	(void)snprintf(ret, BUS_ENDPOINT_MAX,
		a->ai_family == AF_INET6 ? "tcp://[%s]:%s" : "tcp://%s:%s", text, l->port);
	return strlen(text) < BUS_ENDPOINT_MAX - sizeof l->port - strlen("tcp://[]:");
}

enum lookup_state lookup_look(struct lookup *l, uint32_t at, char ret[BUS_ENDPOINT_MAX])
{
	int state = gai_error(&l->request);

	if (state == EAI_INPROGRESS)
		return LOOKUP_RUNS;
	return state == 0 && write_address(l, at, ret) ? LOOKUP_FOUND : LOOKUP_FAILED;
}

void lookup_end(struct lookup **lookup)
{
	struct lookup *l = *lookup;

	*lookup = NULL;
	if (l == NULL)
		return;
	/* One that a thread is at cannot be called back: it keeps its few hundred bytes. Rare, at an undial or exit. */
	if (gai_error(&l->request) == EAI_INPROGRESS && gai_cancel(&l->request) != EAI_CANCELED &&
		gai_error(&l->request) == EAI_INPROGRESS)
		return;
	if (l->request.ar_result != NULL)
		freeaddrinfo(l->request.ar_result);
	free(l);
}
