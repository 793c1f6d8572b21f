#include "bench/sockets.h"

#include "bench/lap.h"
#include "bench/linked.h"

#include <czmq.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { HEADER_BYTES = 24, EVENTS_BODY_BYTES = 90, QUEUE = 8 };

struct flow {
	zsock_t *dealer;
	uint32_t messages, payload_bytes;
};

static void send_part(zsock_t *to, const void *bytes, size_t len, int flags)
{
	zframe_t *part = zframe_new(bytes, len);

	bench_must(part != NULL && zframe_send(&part, to, flags) == 0, "a frame cannot be sent");
}

static void *send_all(void *argument)
{
	const struct flow *f = argument;
	char *bytes = calloc(1, f->payload_bytes);

	bench_must(bytes != NULL, "memory");
	for (uint32_t n = 0; n < f->messages; n++) {
		send_part(f->dealer, bytes, HEADER_BYTES, ZFRAME_MORE);
		send_part(f->dealer, bytes, EVENTS_BODY_BYTES, ZFRAME_MORE);
		send_part(f->dealer, bytes, f->payload_bytes, 0);
	}
	free(bytes);
	return NULL;
}

static void receive(zsock_t *from)
{
	bool has_more = true;

	while (has_more) {
		zframe_t *part = zframe_recv(from);

		bench_must(part != NULL, "a frame cannot be received");
		has_more = zframe_more(part);
		zframe_destroy(&part);
	}
}

double sockets_curve_rate(uint32_t messages, uint32_t payload_bytes)
{
	zsock_t *router = zsock_new(ZMQ_ROUTER);
	struct flow flow = { zsock_new(ZMQ_DEALER), messages, payload_bytes };
	zcert_t *server = zcert_new();
	zcert_t *client = zcert_new();
	pthread_t thread;
	double begun, us;
	int port;

	bench_must(router != NULL && flow.dealer != NULL && server != NULL && client != NULL,
		"sockets");
	zcert_apply(server, router);
	zsock_set_curve_server(router, 1);
	zsock_set_rcvhwm(router, QUEUE);
	zsock_set_sndhwm(flow.dealer, QUEUE);
	zcert_apply(client, flow.dealer);
	zsock_set_curve_serverkey(flow.dealer, zcert_public_txt(server));
	port = linked_port();
	bench_must(zsock_bind(router, "tcp://127.0.0.1:%d", port) > 0, "bind");
	bench_must(zsock_connect(flow.dealer, "tcp://127.0.0.1:%d", port) == 0, "connect");
	begun = lap_clock();
	bench_must(pthread_create(&thread, NULL, send_all, &flow) == 0, "a thread");
	for (uint32_t n = 0; n < messages; n++)
		receive(router);
	us = lap_clock() - begun;
	(void)pthread_join(thread, NULL);
	zsock_destroy(&flow.dealer);
	zsock_destroy(&router);
	zcert_destroy(&server);
	zcert_destroy(&client);
	return messages / us * 1e6;
}
