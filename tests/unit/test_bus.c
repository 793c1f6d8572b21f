/* The bus over real sockets, on ipc and inproc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <czmq.h>

#include "base/host.h"
#include "bus/bus.h"

#define MILLISECOND INT64_C(1000)
#define PATIENCE (20 * US_PER_SECOND) /* a slow machine is not a failure */

enum { LINKS_SEEN_MAX = 4096, PAYLOAD_SEEN_MAX = 64 };

/* What one side of a test saw. */
struct side {
	struct bus *bus;
	uint64_t links[LINKS_SEEN_MAX]; /* in the order of up */
	uint32_t per_link[LINKS_SEEN_MAX];
	uint32_t ups, downs, messages;
	uint64_t last_link;
	char last_name[BUS_NAME_MAX];
	bool last_is_dialer;
	char header[PAYLOAD_SEEN_MAX], body[PAYLOAD_SEEN_MAX], payload[PAYLOAD_SEEN_MAX];
	bool has_payload;
	bool is_echoing;
	bool is_dropping;
};

static char folder[64];
static struct host host;

static void copy(struct str from, char to[PAYLOAD_SEEN_MAX])
{
	(void)snprintf(to, PAYLOAD_SEEN_MAX, "%.*s", (int)from.len, from.ptr == NULL ? "" : from.ptr);
}

static void on_up(void *self, uint64_t link, struct str name, bool is_dialer)
{
	struct side *side = self;

	assert_true(side->ups < LINKS_SEEN_MAX);
	side->links[side->ups++] = link;
	side->last_link = link;
	copy(name, side->last_name);
	side->last_is_dialer = is_dialer;
}

static void on_frames(void *self, uint64_t link, const struct frames *frames)
{
	struct side *side = self;

	side->messages++;
	side->last_link = link;
	for (uint32_t i = 0; i < side->ups; i++)
		side->per_link[i] += side->links[i] == link;
	copy(frames->header, side->header);
	copy(frames->body, side->body);
	copy(frames->payload, side->payload);
	side->has_payload = frames->payload.ptr != NULL;
	if (side->is_echoing)
		assert_int_equal(bus_send(side->bus, link, frames), ERR_OK);
	if (side->is_dropping)
		bus_drop(side->bus, link);
}

static void on_down(void *self, uint64_t link)
{
	struct side *side = self;

	(void)link;
	side->downs++;
}

static struct side *side_open(void)
{
	struct side *side = calloc(1, sizeof *side);
	struct bus_calls calls = { .self = side, .up = on_up, .frames = on_frames, .down = on_down };

	side->bus = bus_open(&calls);
	assert_non_null(side->bus);
	return side;
}

static void side_close(struct side *side)
{
	bus_close(&side->bus);
	assert_null(side->bus);
	free(side);
}

static void turn(struct side *side, time_us wait)
{
	int sig;

	if (side != NULL)
		assert_int_equal(bus_wait(side->bus, host_steady(&host) + wait, 512, &sig), ERR_OK);
}

/* Turns both sides until *counter is at least wanted. */
static void until(struct side *a, struct side *b, const uint32_t *counter, uint32_t wanted)
{
	time_us end = host_steady(&host) + PATIENCE;

	while (*counter < wanted && host_steady(&host) < end) {
		turn(a, 2 * MILLISECOND);
		turn(b, 2 * MILLISECOND);
	}
	assert_true(*counter >= wanted);
}

static void endpoint_of(char to[128], const char *scheme, const char *name)
{
	if (strcmp(scheme, "ipc") == 0)
		(void)snprintf(to, 128, "ipc://%s/%s", folder, name);
	else
		(void)snprintf(to, 128, "inproc://%s", name);
}

static struct frames text_message(const char *header, const char *body, const char *payload)
{
	return (struct frames) { str_of(header), str_of(body),
		payload == NULL ? (struct str) { NULL, 0 } : str_of(payload) };
}

static void exchange_over(const char *scheme)
{
	struct side *server = side_open(), *client = side_open();
	struct frames message = text_message("kepala", "badan", "muatan");
	char endpoint[128];

	endpoint_of(endpoint, scheme, "exchange");
	server->is_echoing = true;
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	until(client, server, &client->ups, 1);
	assert_true(client->last_is_dialer);
	assert_string_equal(client->last_name, "intake");
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	until(client, server, &client->messages, 1);
	assert_int_equal(server->ups, 1);
	assert_false(server->last_is_dialer);
	assert_string_equal(server->last_name, "");
	assert_string_equal(client->header, "kepala");
	assert_string_equal(client->body, "badan");
	assert_string_equal(client->payload, "muatan");
	message = text_message("kepala", "badan", NULL);
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	until(client, server, &client->messages, 2);
	assert_false(client->has_payload);
	assert_int_equal(server->ups, 1);
	assert_int_equal(client->downs + server->downs, 0);
	side_close(client);
	side_close(server);
}

static void message_goes_and_comes_back_over_ipc(void **state)
{
	(void)state;
	exchange_over("ipc");
}

static void message_goes_and_comes_back_over_inproc(void **state)
{
	(void)state;
	exchange_over("inproc");
}

static void redials_after_restart_over(const char *scheme)
{
	struct side *server = side_open(), *client = side_open();
	struct frames message = text_message("h", "b", NULL);
	char endpoint[128];
	time_us began;

	endpoint_of(endpoint, scheme, "restart");
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	until(client, server, &client->ups, 1);
	side_close(server);
	until(client, NULL, &client->downs, 1);
	assert_int_equal(bus_send(client->bus, client->links[0], &message), ERR_UNAVAILABLE);
	server = side_open();
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	began = host_steady(&host);
	until(client, server, &client->ups, 2);
	assert_true(client->links[1] != client->links[0]);
	assert_int_equal(bus_send(client->bus, client->links[1], &message), ERR_OK);
	until(client, server, &server->messages, 1);
	/* Restarts within a node are quick: the pause is a few tens of milliseconds. */
	assert_true(host_steady(&host) - began < 5 * US_PER_SECOND);
	side_close(client);
	side_close(server);
}

static void dialled_link_comes_back_after_the_server_restarts_over_ipc(void **state)
{
	(void)state;
	redials_after_restart_over("ipc");
}

static void dialled_link_comes_back_after_the_server_restarts_over_inproc(void **state)
{
	(void)state;
	redials_after_restart_over("inproc");
}

static void dialler_waits_for_a_server_that_comes_later(void **state)
{
	struct side *client = side_open(), *server;
	char endpoint[128];

	(void)state;
	endpoint_of(endpoint, "ipc", "later");
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	for (int i = 0; i < 30; i++)
		turn(client, 10 * MILLISECOND);
	assert_int_equal(client->ups, 0);
	server = side_open();
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	until(client, server, &client->ups, 1);
	side_close(client);
	side_close(server);
}

static void dropped_dialled_link_is_dialled_anew(void **state)
{
	struct side *server = side_open(), *client = side_open();
	struct frames message = text_message("h", "b", NULL);
	char endpoint[128];

	(void)state;
	endpoint_of(endpoint, "ipc", "drop");
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	until(client, server, &client->ups, 1);
	bus_drop(client->bus, client->links[0]);
	assert_int_equal(bus_send(client->bus, client->links[0], &message), ERR_UNAVAILABLE);
	until(client, server, &client->ups, 2);
	bus_settled(client->bus, client->links[1]);
	assert_int_equal(bus_send(client->bus, client->links[1], &message), ERR_OK);
	until(client, server, &server->messages, 1);
	assert_int_equal(client->downs, 0);
	side_close(client);
	side_close(server);
}

static void link_may_be_dropped_while_its_message_is_handed_up(void **state)
{
	struct side *server = side_open(), *client = side_open();
	struct frames message = text_message("h", "b", NULL);
	char endpoint[128];

	(void)state;
	endpoint_of(endpoint, "ipc", "drop_within");
	server->is_dropping = true;
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	until(client, server, &client->ups, 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	until(client, server, &server->messages, 3);
	/* Each message met a forgotten address, and made a link of a new number. */
	assert_int_equal(server->ups, 3);
	assert_true(server->links[0] != server->links[1]);
	client->is_dropping = true;
	assert_int_equal(bus_send(server->bus, server->links[2], &message), ERR_UNAVAILABLE);
	side_close(client);
	side_close(server);
}

static void answer_to_a_peer_that_left_is_refused_and_told(void **state)
{
	struct side *server = side_open(), *client = side_open();
	struct frames message = text_message("h", "b", NULL);
	char endpoint[128];
	time_us end = host_steady(&host) + PATIENCE;

	(void)state;
	endpoint_of(endpoint, "ipc", "left");
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	until(client, server, &client->ups, 1);
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	until(client, server, &server->messages, 1);
	side_close(client);
	while (bus_send(server->bus, server->last_link, &message) == ERR_OK && host_steady(&host) < end)
		turn(server, 2 * MILLISECOND);
	assert_int_equal(server->downs, 0); /* never from within a send */
	until(server, NULL, &server->downs, 1);
	assert_int_equal(server->downs, 1);
	side_close(server);
}

static void second_service_does_not_steal_the_address(void **state)
{
	struct side *first = side_open(), *second = side_open(), *client = side_open();
	struct frames message = text_message("h", "b", NULL);
	char endpoint[128], path[128];
	struct stat st;

	(void)state;
	endpoint_of(endpoint, "ipc", "steal");
	assert_int_equal(bus_bind(first->bus, endpoint), ERR_OK);
	assert_int_equal(bus_bind(second->bus, endpoint), ERR_STATE);
	(void)snprintf(path, sizeof path, "%s/steal", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	until(client, first, &client->ups, 1);
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	until(client, first, &first->messages, 1);
	side_close(first);
	assert_int_equal(bus_bind(second->bus, endpoint), ERR_OK);
	side_close(second);
	side_close(client);
}

static void another_process_does_not_steal_the_address(void **state)
{
	struct side *first = side_open();
	char endpoint[128];
	int status;
	pid_t child;

	(void)state;
	endpoint_of(endpoint, "ipc", "steal_process");
	assert_int_equal(bus_bind(first->bus, endpoint), ERR_OK);
	child = fork();
	if (child == 0) {
		char path[200];
		int failed;

		/* Contexts do not survive a fork: the child uses the command line's lock. */
		(void)snprintf(path, sizeof path, "flock --nonblock %s/steal_process.lock true", folder);
		failed = system(path);
		_exit(WIFEXITED(failed) && WEXITSTATUS(failed) == 1 ? 7 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
	side_close(first);
}

static void inproc_address_is_taken_once(void **state)
{
	struct side *first = side_open(), *second = side_open();

	(void)state;
	assert_int_equal(bus_bind(first->bus, "inproc://once"), ERR_OK);
	assert_int_equal(bus_bind(second->bus, "inproc://once"), ERR_STATE);
	side_close(first);
	side_close(second);
}

static void addresses_that_cannot_be_are_refused(void **state)
{
	/* clang-format off */
	static const struct { const char *endpoint; enum err bind, dial; } rows[] = {
		{ "ipc://relative/x",      ERR_INVALID, ERR_INVALID },
		{ "ipc://@abstract",       ERR_INVALID, ERR_INVALID },
		{ "tcp://127.0.0.1:5555",  ERR_INVALID, ERR_INVALID },
		{ "",                      ERR_INVALID, ERR_INVALID },
		{ "ipc:///nowhere",        ERR_INVALID, ERR_OK },
		{ "ipc:///tmp/open_to_all", ERR_DENIED, ERR_OK },
		{ "ipc:///proc/no/such/folder", ERR_IO, ERR_OK },
	};
	/* clang-format on */
	struct side *side = side_open();
	char longest[200];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(bus_bind(side->bus, rows[i].endpoint), rows[i].bind);
		assert_int_equal(bus_dial(side->bus, "x", rows[i].endpoint), rows[i].dial);
	}
	(void)snprintf(longest, sizeof longest, "ipc://%s/%0*d", folder, (int)(107 - strlen(folder)),
		0);
	assert_int_equal(bus_bind(side->bus, longest), ERR_INVALID);
	assert_int_equal(bus_dial(side->bus, "x", longest), ERR_INVALID);
	longest[strlen(longest) - 1] = '\0';
	assert_int_equal(bus_bind(side->bus, longest), ERR_OK);
	side_close(side);
}

/* A raw peer, as somebody who does not keep to the protocol would write it. */
static zsock_t *raw_peer(const char *endpoint)
{
	zsock_t *peer = zsock_new(ZMQ_DEALER);

	assert_non_null(peer);
	zsock_set_sndtimeo(peer, 5000);
	zsock_set_rcvtimeo(peer, 5000);
	assert_int_equal(zsock_connect(peer, "%s", endpoint), 0);
	return peer;
}

static void raw_send(zsock_t *peer, uint32_t parts)
{
	for (uint32_t i = 0; i < parts; i++) {
		zframe_t *part = zframe_new("x", 1);

		assert_int_equal(zframe_send(&part, peer, i + 1 < parts ? ZFRAME_MORE : 0), 0);
	}
}

static void endless_message_is_thrown_away_and_others_are_served(void **state)
{
	struct side *server = side_open(), *client = side_open();
	struct frames message = text_message("h", "b", NULL);
	char endpoint[128];
	zsock_t *peer;

	(void)state;
	endpoint_of(endpoint, "ipc", "endless");
	server->is_echoing = true;
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	until(client, server, &client->ups, 1);
	peer = raw_peer(endpoint);
	raw_send(peer, 2);
	until(server, NULL, &server->messages, 1);
	raw_send(peer, 50000);
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	until(server, client, &client->messages, 1);
	until(server, client, &server->downs, 1);
	assert_int_equal(server->messages, 2); /* nothing of the endless one came up */
	raw_send(peer, 3);
	until(server, client, &server->messages, 3);
	assert_int_equal(server->ups, 3); /* the peer, the client, and the peer as a new link */
	zsock_destroy(&peer);
	side_close(client);
	side_close(server);
}

static void endless_message_to_a_dialler_ends_the_link(void **state)
{
	struct side *client = side_open();
	zsock_t *router = zsock_new(ZMQ_ROUTER);
	struct frames message = text_message("h", "b", NULL);
	zframe_t *address;
	char endpoint[128];
	zmsg_t *received;

	(void)state;
	endpoint_of(endpoint, "ipc", "endless_dialler");
	assert_int_equal(zsock_bind(router, "%s", endpoint), 0);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	until(client, NULL, &client->ups, 1);
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	received = zmsg_recv(router);
	address = zmsg_pop(received);
	zmsg_destroy(&received);
	assert_int_equal(zframe_send(&address, router, ZFRAME_MORE), 0);
	raw_send(router, 100);
	until(client, NULL, &client->downs, 1);
	assert_int_equal(client->messages, 0);
	until(client, NULL, &client->ups, 2);
	zsock_destroy(&router);
	side_close(client);
}

static void peer_with_a_routing_id_of_its_own_is_not_heard(void **state)
{
	struct side *server = side_open();
	zsock_t *peer = zsock_new(ZMQ_DEALER);
	zsock_t *other;
	char endpoint[128];

	(void)state;
	endpoint_of(endpoint, "ipc", "own_id");
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	zsock_set_identity(peer, "workflow");
	assert_int_equal(zsock_connect(peer, "%s", endpoint), 0);
	raw_send(peer, 2);
	turn(server, 200 * MILLISECOND);
	other = raw_peer(endpoint);
	raw_send(other, 2);
	until(server, NULL, &server->messages, 1);
	turn(server, 200 * MILLISECOND);
	assert_int_equal(server->messages, 1);
	assert_int_equal(server->ups, 1);
	zsock_destroy(&peer);
	zsock_destroy(&other);
	side_close(server);
}

static void sending_to_a_slow_reader_is_refused_and_never_waits(void **state)
{
	struct side *server = side_open(), *client = side_open();
	struct frames message;
	char endpoint[128];
	char body[1000];
	uint32_t sent = 0;

	(void)state;
	memset(body, 'x', sizeof body);
	message = (struct frames) { STR("h"), { body, sizeof body }, { NULL, 0 } };
	endpoint_of(endpoint, "ipc", "slow");
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	until(client, server, &client->ups, 1);
	/* The server does not read any more. */
	while (sent < 100000 && bus_send(client->bus, client->last_link, &message) == ERR_OK)
		sent++;
	assert_in_range(sent, 1000, 50000);
	until(client, NULL, &client->downs, 1);
	assert_int_equal(bus_send(client->bus, client->links[0], &message), ERR_UNAVAILABLE);
	until(client, server, &client->ups, 2);
	side_close(client);
	side_close(server);
}

static void ten_thousand_messages_of_many_peers_are_read_fairly(void **state)
{
	enum { PEERS = 5, EACH = 2000 };
	struct side *server = side_open();
	zsock_t *peers[PEERS];
	char endpoint[128];
	int sig;

	(void)state;
	endpoint_of(endpoint, "ipc", "fair");
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	for (int i = 0; i < PEERS; i++) {
		peers[i] = raw_peer(endpoint);
		raw_send(peers[i], 2);
	}
	until(server, NULL, &server->messages, PEERS);
	for (int i = 0; i < PEERS; i++) {
		for (int n = 1; n < EACH; n++)
			raw_send(peers[i], 2);
	}
	for (int i = 0; i < 50; i++) /* the I/O thread brings them */
		(void)usleep(2000);
	/* After a part of all, nobody was left behind by more than a few turns. */
	while (server->messages < PEERS * EACH / 2) {
		uint32_t before = server->messages;

		assert_int_equal(bus_wait(server->bus, host_steady(&host) + US_PER_SECOND, 100, &sig),
			ERR_OK);
		assert_true(server->messages - before <= 100);
	}
	for (int i = 1; i < PEERS; i++)
		assert_true(abs((int)server->per_link[i] - (int)server->per_link[0]) < 400);
	until(server, NULL, &server->messages, PEERS * EACH);
	for (int i = 0; i < PEERS; i++) {
		assert_int_equal(server->per_link[i], EACH);
		zsock_destroy(&peers[i]);
	}
	side_close(server);
}

static void full_table_gives_up_the_link_that_was_silent_longest(void **state)
{
	enum { PEERS = BUS_LINKS_MAX + 3 };
	struct side *server = side_open();
	struct frames message = text_message("h", "b", NULL);
	char endpoint[128];

	(void)state;
	zsys_set_max_sockets(0);
	endpoint_of(endpoint, "inproc", "table");
	server->is_echoing = true;
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	/* One at a time: each peer leaves when it was heard, and the ROUTER tells nobody. */
	for (uint32_t i = 0; i < PEERS; i++) {
		zsock_t *peer = raw_peer(endpoint);

		raw_send(peer, 2);
		until(server, NULL, &server->messages, i + 1);
		zsock_destroy(&peer);
	}
	assert_int_equal(server->ups, PEERS);
	assert_int_equal(server->downs, 3);
	assert_int_equal(bus_send(server->bus, server->links[2], &message), ERR_UNAVAILABLE);
	side_close(server);
}

static void signal_is_told_once_by_each_bus(void **state)
{
	struct side *a = side_open(), *b = side_open();
	int sig = 0;

	(void)state;
	assert_int_equal(kill(getpid(), SIGHUP), 0);
	assert_int_equal(bus_wait(a->bus, host_steady(&host) + US_PER_SECOND, 1, &sig), ERR_OK);
	assert_int_equal(sig, SIGHUP);
	assert_int_equal(bus_wait(b->bus, host_steady(&host) + US_PER_SECOND, 1, &sig), ERR_OK);
	assert_int_equal(sig, SIGHUP);
	assert_int_equal(bus_wait(a->bus, host_steady(&host) + MILLISECOND, 1, &sig), ERR_OK);
	assert_int_equal(sig, 0);
	side_close(a);
	side_close(b);
}

static void on_ready(void *self, int fd)
{
	uint32_t *count = self;
	char byte;

	assert_int_equal(read(fd, &byte, 1), 1);
	(*count)++;
}

static void watched_descriptor_wakes_the_wait(void **state)
{
	struct side *side = side_open();
	uint32_t count = 0;
	time_us began;
	int pipes[2];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(bus_watch(side->bus, pipes[0], on_ready, &count), ERR_OK);
	turn(side, MILLISECOND);
	assert_int_equal(count, 0);
	assert_int_equal(write(pipes[1], "x", 1), 1);
	began = host_steady(&host);
	turn(side, 10 * US_PER_SECOND);
	assert_int_equal(count, 1);
	assert_true(host_steady(&host) - began < 5 * US_PER_SECOND);
	(void)close(pipes[0]);
	(void)close(pipes[1]);
	side_close(side);
}

static void wait_ends_at_its_moment(void **state)
{
	struct side *side = side_open();
	time_us began = host_steady(&host);

	(void)state;
	turn(side, 300 * MILLISECOND);
	assert_true(host_steady(&host) - began >= 300 * MILLISECOND);
	assert_true(host_steady(&host) - began < 5 * US_PER_SECOND);
	side_close(side);
}

static int make_folder(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof folder, "/tmp/test_bus.XXXXXX");
	host = host_system();
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof command, "rm -rf %s", folder);
	zsys_shutdown();
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_goes_and_comes_back_over_ipc),
		cmocka_unit_test(message_goes_and_comes_back_over_inproc),
		cmocka_unit_test(dialled_link_comes_back_after_the_server_restarts_over_ipc),
		cmocka_unit_test(dialled_link_comes_back_after_the_server_restarts_over_inproc),
		cmocka_unit_test(dialler_waits_for_a_server_that_comes_later),
		cmocka_unit_test(dropped_dialled_link_is_dialled_anew),
		cmocka_unit_test(link_may_be_dropped_while_its_message_is_handed_up),
		cmocka_unit_test(answer_to_a_peer_that_left_is_refused_and_told),
		cmocka_unit_test(second_service_does_not_steal_the_address),
		cmocka_unit_test(another_process_does_not_steal_the_address),
		cmocka_unit_test(inproc_address_is_taken_once),
		cmocka_unit_test(addresses_that_cannot_be_are_refused),
		cmocka_unit_test(endless_message_is_thrown_away_and_others_are_served),
		cmocka_unit_test(endless_message_to_a_dialler_ends_the_link),
		cmocka_unit_test(peer_with_a_routing_id_of_its_own_is_not_heard),
		cmocka_unit_test(sending_to_a_slow_reader_is_refused_and_never_waits),
		cmocka_unit_test(ten_thousand_messages_of_many_peers_are_read_fairly),
		cmocka_unit_test(full_table_gives_up_the_link_that_was_silent_longest),
		cmocka_unit_test(signal_is_told_once_by_each_bus),
		cmocka_unit_test(watched_descriptor_wakes_the_wait),
		cmocka_unit_test(wait_ends_at_its_moment),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
