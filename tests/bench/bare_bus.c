#include "bench/bare_bus.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <czmq.h>

#include "base/host.h"

enum { PART_BYTES_MAX = 1024 * 1024 };

static void must(bool holds, const char *what)
{
	if (!holds) {
		(void)fprintf(stderr, "bare_bus: %s\n", what);
		exit(1);
	}
}

static time_us now(void)
{
	struct host host = host_system();

	return host_steady(&host);
}

static void send_parts(zsock_t *to, zframe_t *address, const size_t sizes[3])
{
	static const char zeros[PART_BYTES_MAX];

	if (address != NULL)
		must(zframe_send(&address, to, ZFRAME_MORE) == 0, "send");
	for (int i = 0; i < 3 && sizes[i] > 0; i++) {
		zframe_t *part = zframe_new(zeros, sizes[i]);

		must(zframe_send(&part, to, i < 2 && sizes[i + 1] > 0 ? ZFRAME_MORE : 0) == 0, "send");
	}
}

static zframe_t *receive_parts(zsock_t *from, bool has_address)
{
	zframe_t *address = has_address ? zframe_recv(from) : NULL;
	bool has_more = true;

	while (has_more) {
		zframe_t *part = zframe_recv(from);

		must(part != NULL, "receive");
		has_more = zframe_more(part);
		zframe_destroy(&part);
	}
	return address;
}

struct ends {
	zsock_t *router, *dealer;
};

static struct ends ends_open(const struct bare_link *link, int queue)
{
	struct ends e = { zsock_new(ZMQ_ROUTER), zsock_new(ZMQ_DEALER) };

	if (queue > 0) {
		zsock_set_rcvhwm(e.router, queue);
		zsock_set_sndhwm(e.dealer, queue);
	}
	if (link->server != NULL) {
		zsock_set_curve_server(e.router, 1);
		zsock_set_curve_publickey_bin(e.router, link->server->public_key.bytes);
		zsock_set_curve_secretkey_bin(e.router, link->server->secret_key.bytes);
		zsock_set_curve_serverkey_bin(e.dealer, link->server->public_key.bytes);
		zsock_set_curve_publickey_bin(e.dealer, link->client->public_key.bytes);
		zsock_set_curve_secretkey_bin(e.dealer, link->client->secret_key.bytes);
	}
	must(zsock_bind(e.router, "%s", link->endpoint) >= 0, "bind");
	must(zsock_connect(e.dealer, "%s", link->endpoint) == 0, "connect");
	return e;
}

static void ends_close(struct ends *e)
{
	zsock_destroy(&e->dealer);
	zsock_destroy(&e->router);
}

struct answerer {
	zsock_t *router;
	const struct bare_load *load;
};

static void *answer(void *argument)
{
	const struct answerer *a = argument;
	const size_t sizes[3] = { a->load->header_bytes, a->load->reply_bytes, 0 };

	for (uint32_t i = 0; i < a->load->rounds; i++)
		send_parts(a->router, receive_parts(a->router, true), sizes);
	return NULL;
}

time_us bare_rounds(const struct bare_link *link, const struct bare_load *load, time_us *samples)
{
	const size_t sizes[3] = { load->header_bytes, load->body_bytes, 0 };
	struct ends e = ends_open(link, 0);
	struct answerer a = { e.router, load };
	time_us *sent = calloc(load->rounds, sizeof *sent);
	pthread_t thread;
	time_us began;

	must(sent != NULL, "memory");
	must(pthread_create(&thread, NULL, answer, &a) == 0, "thread");
	began = now();
	for (uint32_t i = 0, done = 0; done < load->rounds; done++) {
		for (; i < load->rounds && i - done < load->outstanding; i++) {
			sent[i] = now();
			send_parts(e.dealer, NULL, sizes);
		}
		(void)receive_parts(e.dealer, false);
		samples[done] = now() - sent[done];
	}
	began = now() - began;
	must(pthread_join(thread, NULL) == 0, "join");
	free(sent);
	ends_close(&e);
	return began;
}

struct sender {
	zsock_t *dealer;
	uint32_t messages;
	const size_t *sizes;
};

static void *flow(void *argument)
{
	const struct sender *s = argument;

	for (uint32_t i = 0; i < s->messages; i++)
		send_parts(s->dealer, NULL, s->sizes);
	return NULL;
}

time_us bare_stream(const struct bare_link *link, uint32_t messages, const size_t sizes[3])
{
	struct ends e = ends_open(link, 8);
	struct sender s = { e.dealer, messages, sizes };
	pthread_t thread;
	time_us began = now();

	must(pthread_create(&thread, NULL, flow, &s) == 0, "thread");
	for (uint32_t i = 0; i < messages; i++) {
		zframe_t *address = receive_parts(e.router, true);

		zframe_destroy(&address);
	}
	began = now() - began;
	must(pthread_join(thread, NULL) == 0, "join");
	ends_close(&e);
	return began;
}
