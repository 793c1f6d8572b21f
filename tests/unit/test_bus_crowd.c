/* Peers that send without end, read slowly, come in crowds, or do not keep to the protocol. */
#include "lib/bus_side.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <czmq.h>

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
	sides_until(client, server, &client->ups, 1);
	peer = raw_peer(endpoint);
	raw_send(peer, 2);
	sides_until(server, NULL, &server->messages, 1);
	raw_send(peer, 50000);
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	sides_until(server, client, &client->messages, 1);
	sides_until(server, client, &server->downs, 1);
	assert_int_equal(server->messages, 2); /* nothing of the endless one came up */
	raw_send(peer, 3);
	sides_until(server, client, &server->messages, 3);
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
	sides_until(client, NULL, &client->ups, 1);
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	received = zmsg_recv(router);
	address = zmsg_pop(received);
	zmsg_destroy(&received);
	assert_int_equal(zframe_send(&address, router, ZFRAME_MORE), 0);
	raw_send(router, 100);
	sides_until(client, NULL, &client->downs, 1);
	assert_int_equal(client->messages, 0);
	sides_until(client, NULL, &client->ups, 2);
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
	side_turn(server, 200 * MILLISECOND);
	other = raw_peer(endpoint);
	raw_send(other, 2);
	sides_until(server, NULL, &server->messages, 1);
	side_turn(server, 200 * MILLISECOND);
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
	sides_until(client, server, &client->ups, 1);
	/* The server does not read any more. */
	while (sent < 100000 && bus_send(client->bus, client->last_link, &message) == ERR_OK)
		sent++;
	assert_in_range(sent, 1000, 50000);
	sides_until(client, NULL, &client->downs, 1);
	assert_int_equal(bus_send(client->bus, client->links[0], &message), ERR_UNAVAILABLE);
	sides_until(client, server, &client->ups, 2);
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
	sides_until(server, NULL, &server->messages, PEERS);
	for (int i = 0; i < PEERS; i++) {
		for (int n = 1; n < EACH; n++)
			raw_send(peers[i], 2);
	}
	for (int i = 0; i < 50; i++) /* the I/O thread brings them */
		(void)usleep(2000);
	/* After a part of all, nobody was left behind by more than a few turns. */
	while (server->messages < PEERS * EACH / 2) {
		uint32_t before = server->messages;

		assert_int_equal(
			bus_wait(server->bus, host_steady(&bus_side_host) + US_PER_SECOND, 100, &sig), ERR_OK);
		assert_true(server->messages - before <= 100);
	}
	for (int i = 1; i < PEERS; i++)
		assert_true(abs((int)server->per_link[i] - (int)server->per_link[0]) < 400);
	sides_until(server, NULL, &server->messages, PEERS * EACH);
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
		sides_until(server, NULL, &server->messages, i + 1);
		zsock_destroy(&peer);
	}
	assert_int_equal(server->ups, PEERS);
	assert_int_equal(server->downs, 3);
	assert_int_equal(bus_send(server->bus, server->links[2], &message), ERR_UNAVAILABLE);
	side_close(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endless_message_is_thrown_away_and_others_are_served),
		cmocka_unit_test(endless_message_to_a_dialler_ends_the_link),
		cmocka_unit_test(peer_with_a_routing_id_of_its_own_is_not_heard),
		cmocka_unit_test(sending_to_a_slow_reader_is_refused_and_never_waits),
		cmocka_unit_test(ten_thousand_messages_of_many_peers_are_read_fairly),
		cmocka_unit_test(full_table_gives_up_the_link_that_was_silent_longest),
	};

	return cmocka_run_group_tests(tests, bus_side_begin, bus_side_end);
}
