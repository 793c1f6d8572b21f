/* bench_bus - a command's round trip and a stream's flow over bus and session, beside the bare sockets
 *
 * The limit of each figure is a bare DEALER and ROUTER with frames of the same sizes,
 * measured in the same run; over TCP they have CURVE as ours do. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <czmq.h>
#include <sodium.h>

#include "base/bytes.h"
#include "base/host.h"
#include "bench/bare_bus.h"
#include "bench/lap.h"
#include "bus/bus.h"

enum {
	BODY_BYTES = 600,
	REPLY_BYTES = 100,
	ROUNDS_ONE = 5000,
	ROUNDS_MANY = 100000,
	OUTSTANDING = 64,
	EVENT_BYTES = 300,
	EVENTS_IN_MESSAGE = 500,
	STREAM_EVENTS = 500000,
	HEADER_SIZE = 24,
	LESS_SMALL = 10, /* SMALL: so many times fewer rounds and events */
};

static char folder[64];
static struct host host;

/* What a run is measured over. */
struct lane {
	const char *name;
	char endpoint[128], bare_endpoint[128];
	bool is_tcp;
	struct curve_pair server, client;
};

static void must(bool holds, const char *what)
{
	if (!holds) {
		(void)fprintf(stderr, "bench_bus: %s\n", what);
		exit(1);
	}
}

static uint32_t at_size(uint32_t count)
{
	return bench_is_small() ? count / LESS_SMALL : count;
}

struct result {
	double rate;
	double p50_us, p99_us;
};

static time_us samples[ROUNDS_MANY];

static int compare(const void *a, const void *b)
{
	time_us x = *(const time_us *)a, y = *(const time_us *)b;

	return x < y ? -1 : x > y;
}

static struct result result_of(uint32_t count, time_us took)
{
	qsort(samples, count, sizeof samples[0], compare);
	return (struct result) { (double)count / (double)took * 1e6, (double)samples[count / 2],
		(double)samples[count / 100 * 99] };
}

static void print(const char *name, const char *unit, struct result ours, struct result limit)
{
	(void)printf(
		"BENCH %s %.0f %s limit=%.0f ratio=%.2f p50_us=%.0f p99_us=%.0f limit_p50_us=%.0f\n", name,
		ours.rate, unit, limit.rate, ours.rate / limit.rate, ours.p50_us, ours.p99_us,
		limit.p50_us);
	(void)fflush(stdout);
}

/* --- bus and session --- */

struct node {
	struct bus *bus;
	struct session *session;
	struct arena arena;
	uint64_t link;
	bool is_dialer;
	/* client */
	uint32_t done;
	time_us *sent;
	uint64_t first_corr;
	/* server of a stream */
	uint64_t corr;
	struct stream_place at;
	atomic_bool *is_over;
	const struct lane *lane;
	struct zap *zap; /* a server's on TCP */
	char *payload;
	struct hash hashes[STREAM_EVENTS / EVENTS_IN_MESSAGE + 1];
};

static enum err node_send(void *self, const struct frames *frames)
{
	struct node *n = self;

	return bus_send(n->bus, n->link, frames);
}

static void on_up(void *self, uint64_t link, struct str name, bool is_dialer)
{
	struct node *n = self;
	struct session_config config = { .service = str_of(is_dialer ? "gateway" : "intake"),
		.is_dialer = is_dialer,
		.version = STR("0"),
		.ping_ms = 10000,
		.dead_ms = 30000,
		.window_bytes = 4 * SESSION_PAYLOAD_MAX,
		.window_events = 1 << 20,
		.send = node_send,
		.self = n };

	(void)name;
	n->link = link;
	n->session = session_open(&config, host_steady(&host));
}

/* Ships all that is granted: the records are prepared, as a log has them. */
static void flow(struct node *n)
{
	const size_t bytes = (size_t)EVENTS_IN_MESSAGE * (EVENT_BYTES + 4);

	while (n->at.seq < at_size(STREAM_EVENTS)) {
		struct stream_place last = { .epoch = { { 1 } }, .seq = n->at.seq + EVENTS_IN_MESSAGE };
		uint64_t room;
		uint32_t events;

		session_room(n->session, n->corr, &room, &events);
		if (room < bytes || events < EVENTS_IN_MESSAGE)
			return;
		last.hash = n->hashes[last.seq / EVENTS_IN_MESSAGE];
		must(session_events(n->session, n->corr, EVENTS_IN_MESSAGE, &last,
				 (struct str) { n->payload, bytes }) == ERR_OK,
			"events");
		n->at = last;
	}
}

static void take(struct node *n, const struct session_note *note)
{
	static const char zeros[REPLY_BYTES];
	struct sesi_reply reply = { .status = SESI_STATUS_OK,
		.has_result = true,
		.result = { zeros, 60 } };
	struct stream_place last;

	switch (note->kind) {
	case NOTE_CMD:
		must(session_reply(n->session, note->corr, &reply) == ERR_OK, "reply");
		return;
	case NOTE_REPLY:
		samples[n->done] = host_steady(&host) - n->sent[(note->corr - n->first_corr) / 2];
		n->done++;
		return;
	case NOTE_OPEN:
		n->corr = note->corr;
		n->at = (struct stream_place) { .epoch = { { 1 } }, .hash = n->hashes[0] };
		must(session_opened(n->session, note->corr, &n->at, &n->at) == ERR_OK, "opened");
		flow(n);
		return;
	case NOTE_CREDIT:
		flow(n);
		return;
	case NOTE_EVENTS:
		last = (struct stream_place) { note->epoch, note->events[note->event_count - 1].seq,
			note->events[note->event_count - 1].hash };
		session_consumed(n->session, note->corr, &last, note->event_count * (EVENT_BYTES + 4),
			note->event_count, host_steady(&host));
		n->done += note->event_count;
		return;
	case NOTE_DOWN:
		must(atomic_load(n->is_over), "session is down");
		return;
	default:
		return;
	}
}

static void on_frames(void *self, uint64_t link, const struct frames *frames)
{
	struct node *n = self;
	struct session_note note;

	(void)link;
	arena_reset(&n->arena);
	session_in(n->session, frames, host_steady(&host), &n->arena, &note);
	take(n, &note);
}

static void on_down(void *self, uint64_t link)
{
	struct node *n = self;

	(void)link;
	must(atomic_load(n->is_over), "link is down");
}

static struct node *node_open(const struct lane *lane, bool is_dialer, atomic_bool *is_over)
{
	struct node *n = calloc(1, sizeof *n);
	struct bus_calls calls = { .self = n, .up = on_up, .frames = on_frames, .down = on_down };

	must(n != NULL, "memory");
	n->is_dialer = is_dialer;
	n->is_over = is_over;
	n->lane = lane;
	arena_init(&n->arena, 4 * 1024 * 1024);
	n->bus = bus_open(&calls);
	must(n->bus != NULL, "bus");
	return n;
}

static void listen_at(struct node *n)
{
	const struct lane *lane = n->lane;
	struct guest guest = { lane->client.public_key, GUEST_ALLOWED, "node/gateway" };

	if (lane->is_tcp) {
		must(zap_open("bench", &n->zap) == ERR_OK && zap_set(n->zap, &guest, 1) == ERR_OK, "zap");
		bus_identity(n->bus, &lane->server, n->zap);
	}
	must(bus_bind(n->bus, lane->endpoint) == ERR_OK, "bind");
}

static void dial_to(struct node *n)
{
	const struct lane *lane = n->lane;
	enum err e;

	if (lane->is_tcp) {
		bus_identity(n->bus, &lane->client, NULL);
		e = bus_dial_curve(n->bus, "node/intake", lane->endpoint, &lane->server.public_key, 1);
	} else {
		e = bus_dial(n->bus, "intake", lane->endpoint);
	}
	must(e == ERR_OK, "dial");
}

static void node_close(struct node *n)
{
	session_close(&n->session);
	bus_close(&n->bus);
	zap_close(&n->zap);
	arena_clear(&n->arena);
	free(n->payload);
	free(n);
}

static void turn(struct node *n)
{
	struct session_note note;
	int sig;

	must(bus_wait(n->bus, host_steady(&host) + 100000, 512, &sig) == ERR_OK && sig == 0, "wait");
	if (n->session != NULL) {
		(void)session_tick(n->session, host_steady(&host), &note);
		take(n, &note);
	}
}

/* All records are the same bytes; only their hashes differ. */
static void prepare_stream(struct node *n)
{
	uint32_t events = at_size(STREAM_EVENTS);
	struct hash hash = { { 7 } };

	n->payload = calloc(EVENTS_IN_MESSAGE, EVENT_BYTES + 4);
	must(n->payload != NULL, "memory");
	for (uint32_t i = 0; i < EVENTS_IN_MESSAGE; i++)
		be32_put(n->payload + (size_t)i * (EVENT_BYTES + 4), EVENT_BYTES);
	n->hashes[0] = hash;
	for (uint32_t i = 1; i <= events; i++) {
		hash = hash_labelled("lsp1-event", str_bytes(&hash, sizeof hash),
			(struct str) { n->payload + 4, EVENT_BYTES });
		if (i % EVENTS_IN_MESSAGE == 0)
			n->hashes[i / EVENTS_IN_MESSAGE] = hash;
	}
}

static void *serve(void *argument)
{
	struct node *server = argument;

	while (!atomic_load(server->is_over))
		turn(server);
	return NULL;
}

static struct node *begin(const struct lane *lane, struct node **server, pthread_t *thread,
	atomic_bool *is_over)
{
	struct node *client;

	*server = node_open(lane, false, is_over);
	prepare_stream(*server);
	listen_at(*server);
	must(pthread_create(thread, NULL, serve, *server) == 0, "thread");
	client = node_open(lane, true, is_over);
	dial_to(client);
	while (client->session == NULL || !session_is_ready(client->session))
		turn(client);
	return client;
}

static void end(struct node *client, struct node *server, pthread_t thread, atomic_bool *is_over)
{
	atomic_store(is_over, true);
	must(pthread_join(thread, NULL) == 0, "join");
	node_close(client);
	node_close(server);
}

static struct result session_rounds(const struct lane *lane, uint32_t rounds, uint32_t outstanding)
{
	static const char zeros[BODY_BYTES];
	static time_us sent[ROUNDS_MANY];
	struct sesi_cmd cmd = { .time_left_ms = 1000,
		.type = 0x101,
		.version = 1,
		.body = { zeros, BODY_BYTES - 60 } };
	atomic_bool is_over = false;
	struct node *server, *client;
	pthread_t thread;
	time_us began;
	uint64_t corr;

	client = begin(lane, &server, &thread, &is_over);
	client->sent = sent;
	began = host_steady(&host);
	for (uint32_t i = 0; client->done < rounds;) {
		for (; i < rounds && i - client->done < outstanding; i++) {
			sent[i] = host_steady(&host);
			must(session_cmd(client->session, &cmd, &corr) == ERR_OK, "command");
			if (i == 0)
				client->first_corr = corr;
		}
		turn(client);
	}
	began = host_steady(&host) - began;
	end(client, server, thread, &is_over);
	return result_of(rounds, began);
}

static struct result session_stream(const struct lane *lane)
{
	struct stream_place beginning = { .seq = 0 };
	atomic_bool is_over = false;
	struct node *server, *client;
	pthread_t thread;
	time_us began;
	uint64_t corr;

	client = begin(lane, &server, &thread, &is_over);
	began = host_steady(&host);
	must(session_open_stream(client->session, str_of("intake"), &beginning, &corr) == ERR_OK,
		"open");
	while (client->done < at_size(STREAM_EVENTS))
		turn(client);
	began = host_steady(&host) - began;
	end(client, server, thread, &is_over);
	return (struct result) { at_size(STREAM_EVENTS) / (double)began * 1e6, 0, 0 };
}

static struct result hash_alone(void)
{
	static const char record[EVENT_BYTES];
	struct hash hash = { { 7 } };
	uint32_t events = at_size(STREAM_EVENTS);
	time_us began = host_steady(&host);

	for (uint32_t i = 0; i < events; i++)
		hash = hash_labelled("lsp1-event", str_bytes(&hash, sizeof hash),
			(struct str) { record, EVENT_BYTES });
	began = host_steady(&host) - began;
	must(!hash_is_zero(&hash), "hash");
	return (struct result) { events / (double)began * 1e6, 0, 0 };
}

/* A stream has two limits: the sockets, and the chain, which the reader walks before it believes. */
static void print_stream(const char *name, struct result ours, struct result sockets)
{
	struct result chain = hash_alone();
	double limit = sockets.rate < chain.rate ? sockets.rate : chain.rate;

	(void)printf("BENCH %s %.0f events/s limit=%.0f ratio=%.2f sockets=%.0f chain=%.0f\n", name,
		ours.rate, limit, ours.rate / limit, sockets.rate, chain.rate);
	(void)fflush(stdout);
}

static struct bare_link bare_link_of(const struct lane *lane)
{
	return (struct bare_link) { lane->bare_endpoint, lane->is_tcp ? &lane->server : NULL,
		&lane->client };
}

static struct result bare_rounds_of(const struct lane *lane, uint32_t rounds, uint32_t outstanding)
{
	struct bare_link link = bare_link_of(lane);
	struct bare_load load = { rounds, outstanding, HEADER_SIZE, BODY_BYTES, REPLY_BYTES };
	time_us took = bare_rounds(&link, &load, samples);

	return result_of(rounds, took);
}

static struct result bare_stream_of(const struct lane *lane)
{
	const size_t sizes[3] = { HEADER_SIZE, 150, EVENTS_IN_MESSAGE * (EVENT_BYTES + 4) };
	struct bare_link link = bare_link_of(lane);
	uint32_t events = at_size(STREAM_EVENTS);
	time_us took = bare_stream(&link, events / EVENTS_IN_MESSAGE, sizes);

	return (struct result) { events / (double)took * 1e6, 0, 0 };
}

static void measure(const struct lane *lane)
{
	uint32_t one = at_size(ROUNDS_ONE), many = at_size(ROUNDS_MANY);
	char name[64];

	(void)snprintf(name, sizeof name, "bus.round.%s.1", lane->name);
	print(name, "rounds/s", session_rounds(lane, one, 1), bare_rounds_of(lane, one, 1));
	(void)snprintf(name, sizeof name, "bus.round.%s.64", lane->name);
	print(name, "rounds/s", session_rounds(lane, many, OUTSTANDING),
		bare_rounds_of(lane, many, OUTSTANDING));
	(void)snprintf(name, sizeof name, "bus.stream.%s", lane->name);
	print_stream(name, session_stream(lane), bare_stream_of(lane));
}

int main(void)
{
	struct lane lanes[] = { { .name = "ipc" }, { .name = "inproc" },
		{ .name = "tcp", .is_tcp = true } };
	struct lane *ipc = &lanes[0], *inproc = &lanes[1], *tcp = &lanes[2];
	char command[128];

	host = host_system();
	(void)snprintf(folder, sizeof folder, "/tmp/bench_bus.XXXXXX");
	must(mkdtemp(folder) != NULL, "folder");
	zsys_handler_set(NULL);
	(void)snprintf(ipc->endpoint, sizeof ipc->endpoint, "ipc://%s/bus", folder);
	(void)snprintf(ipc->bare_endpoint, sizeof ipc->bare_endpoint, "ipc://%s/bare", folder);
	(void)snprintf(inproc->endpoint, sizeof inproc->endpoint, "inproc://bus");
	(void)snprintf(inproc->bare_endpoint, sizeof inproc->bare_endpoint, "inproc://bare");
	(void)snprintf(tcp->endpoint, sizeof tcp->endpoint, "tcp://127.0.0.1:27410");
	(void)snprintf(tcp->bare_endpoint, sizeof tcp->bare_endpoint, "tcp://127.0.0.1:27411");
	must(crypto_box_keypair(tcp->server.public_key.bytes, tcp->server.secret_key.bytes) == 0,
		"key");
	must(crypto_box_keypair(tcp->client.public_key.bytes, tcp->client.secret_key.bytes) == 0,
		"key");
	for (size_t i = 0; i < sizeof lanes / sizeof lanes[0]; i++)
		measure(&lanes[i]);
	(void)snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) == 0 ? 0 : 1;
}
