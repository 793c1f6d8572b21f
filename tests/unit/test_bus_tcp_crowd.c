/* Guests over TCP that send without end, read slowly or come in crowds, and those who never say who they are. */
#include "lib/guest_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <czmq.h>
#include <netinet/tcp.h>

/* A guest with a good key that does not keep to the protocol. */
static zsock_t *raw_guest(const struct door *door, const struct curve_pair *own)
{
	zsock_t *peer = zsock_new(ZMQ_DEALER);

	assert_non_null(peer);
	zsock_set_linger(peer, 0);
	zsock_set_sndtimeo(peer, 5000);
	zsock_set_curve_serverkey_bin(peer, door->own.public_key.bytes);
	zsock_set_curve_publickey_bin(peer, own->public_key.bytes);
	zsock_set_curve_secretkey_bin(peer, own->secret_key.bytes);
	assert_int_equal(zsock_connect(peer, "%s", door->endpoint), 0);
	return peer;
}

static void raw_send(zsock_t *peer, uint32_t parts, size_t bytes)
{
	for (uint32_t i = 0; i < parts; i++) {
		zframe_t *part = zframe_new(NULL, bytes);

		assert_int_equal(zframe_send(&part, peer, i + 1 < parts ? ZFRAME_MORE : 0), 0);
	}
}

/* A door with a well-behaved caller, whose messages are sent back. */
static struct side *open_both(struct door *door, struct curve_pair *guest)
{
	struct curve_pair own = key_pair();
	struct side *caller;

	*guest = key_pair();
	door_open(door);
	door->side->is_echoing = door->side->may_fail_to_echo = true;
	door_list(door, &own, "baik/federation", GUEST_ALLOWED);
	door_list(door, guest, "aneh/federation", GUEST_ALLOWED);
	caller = caller_open(door, &own);
	sides_until(caller, door->side, &caller->ups, 1);
	return caller;
}

static void is_served(struct door *door, struct side *caller)
{
	struct frames message = text_message("h", "b", NULL);
	uint32_t before = caller->messages;

	assert_int_equal(bus_send(caller->bus, caller->last_link, &message), ERR_OK);
	sides_until(caller, door->side, &caller->messages, before + 1);
	assert_int_equal(caller->downs, 0);
}

static void endless_message_is_thrown_away_and_others_are_served(void **state)
{
	struct curve_pair guest;
	struct side *caller;
	struct door door;
	zsock_t *peer;

	(void)state;
	caller = open_both(&door, &guest);
	peer = raw_guest(&door, &guest);
	raw_send(peer, 2, 1);
	sides_until(door.side, NULL, &door.side->messages, 1);
	raw_send(peer, 50000, 1);
	is_served(&door, caller);
	sides_until(door.side, caller, &door.side->downs, 1);
	assert_int_equal(door.side->messages, 2); /* nothing of the endless one came up */
	assert_string_equal(door.side->endless_name, "aneh/federation");
	/* Its connection is cut, and what it says before it knows is lost. */
	for (int i = 0; i < 1000 && door.side->messages < 3; i++) {
		raw_send(peer, 3, 1);
		side_turn(door.side, 10 * MILLISECOND);
	}
	assert_true(door.side->messages >= 3);
	assert_int_equal(door.side->ups, 3); /* the peer, the caller, and the peer as a new link */
	zsock_destroy(&peer);
	side_close(caller);
	door_close(&door);
}

static void frame_over_the_limit_costs_its_sender_the_connection(void **state)
{
	struct curve_pair guest;
	struct side *caller;
	struct door door;
	zsock_t *peer;

	(void)state;
	caller = open_both(&door, &guest);
	peer = raw_guest(&door, &guest);
	raw_send(peer, 2, 1024 * 1024);
	sides_until(door.side, NULL, &door.side->messages, 1);
	raw_send(peer, 2, 3 * 1024 * 1024);
	for (int i = 0; i < 20; i++)
		is_served(&door, caller);
	assert_int_equal(door.side->messages, 21);
	zsock_destroy(&peer);
	side_close(caller);
	door_close(&door);
}

static void sending_to_a_slow_reader_is_refused_and_never_waits(void **state)
{
	struct curve_pair guest;
	struct side *caller;
	struct frames message;
	struct door door;
	char body[1000];
	uint32_t sent = 0;

	(void)state;
	caller = open_both(&door, &guest);
	door.side->is_echoing = false;
	memset(body, 'x', sizeof body);
	message = (struct frames) { STR("h"), { body, sizeof body }, { NULL, 0 } };
	/* The door's side does not read any more. */
	while (sent < 200000 && bus_send(caller->bus, caller->last_link, &message) == ERR_OK)
		sent++;
	assert_in_range(sent, 1000, 100000);
	sides_until(caller, NULL, &caller->downs, 1);
	assert_int_equal(bus_send(caller->bus, caller->links[0], &message), ERR_UNAVAILABLE);
	sides_until(caller, door.side, &caller->ups, 2);
	side_close(caller);
	door_close(&door);
}

static void full_table_gives_up_the_link_that_was_silent_longest(void **state)
{
	enum { PEERS = BUS_LINKS_MAX + 3 };
	struct frames message = text_message("h", "b", NULL);
	struct curve_pair own = key_pair();
	struct door door;

	(void)state;
	zsys_set_max_sockets(0);
	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	for (uint32_t i = 0; i < PEERS; i++) {
		zsock_t *peer = raw_guest(&door, &own);

		raw_send(peer, 2, 1);
		sides_until(door.side, NULL, &door.side->messages, i + 1);
		zsock_destroy(&peer);
	}
	assert_int_equal(door.side->ups, PEERS);
	assert_int_equal(door.side->downs, 3);
	assert_int_equal(bus_send(door.side->bus, door.side->links[2], &message), ERR_UNAVAILABLE);
	door_close(&door);
}

/* Every office of a city comes back at once after the parent's restart, each with its own key. */
static void a_city_of_children_comes_back_at_once(void **state)
{
	enum { CHILDREN = 105 };
	static struct curve_pair keys[CHILDREN];
	static struct side *children[CHILDREN];
	struct frames message = text_message("h", "b", NULL);
	struct door door;
	uint32_t back = 0;

	(void)state;
	door_open(&door);
	for (int i = 0; i < CHILDREN; i++) {
		char name[ZAP_NAME_MAX];

		(void)snprintf(name, sizeof name, "anak%d/federation", i);
		keys[i] = key_pair();
		door_list(&door, &keys[i], name, GUEST_ALLOWED);
		children[i] = caller_open(&door, &keys[i]);
	}
	for (uint32_t round = 1; round <= 2; round++) {
		time_us end = host_steady(&bus_side_host) + PATIENCE;

		for (back = 0; back < CHILDREN && host_steady(&bus_side_host) < end;) {
			side_turn(door.side, 0);
			for (int i = 0; i < CHILDREN; i++)
				side_turn(children[i], 0);
			for (back = 0; back < CHILDREN && children[back]->ups >= round;)
				back++;
		}
		assert_int_equal(back, CHILDREN);
		for (int i = 0; i < CHILDREN; i++)
			assert_int_equal(bus_send(children[i]->bus, children[i]->last_link, &message), ERR_OK);
		sides_until(door.side, NULL, &door.side->messages, CHILDREN);
		assert_int_equal(door.side->ups, CHILDREN);
		if (round == 1)
			door_reopen(&door);
	}
	for (int i = 0; i < CHILDREN; i++)
		side_close(children[i]);
	door_close(&door);
}

/* Connections that shake no hands, or say something else. */
static void silent_connections_hold_nobody_up(void **state)
{
	enum { SILENT = 300 };
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct curve_pair own = key_pair();
	struct side *caller;
	int silent[SILENT];
	struct door door;

	(void)state;
	door_open(&door);
	at.sin_port = htons(door.port);
	for (int i = 0; i < SILENT; i++) {
		silent[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(connect(silent[i], (struct sockaddr *)&at, sizeof at), 0);
		if (i % 2 == 0)
			assert_int_equal(send(silent[i], "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL), 18);
	}
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	door.side->is_echoing = true;
	caller = caller_open(&door, &own);
	sides_until(caller, door.side, &caller->ups, 1);
	is_served(&door, caller);
	assert_int_equal(door.side->ups, 1);
	for (int i = 0; i < SILENT; i++)
		(void)close(silent[i]);
	side_close(caller);
	door_close(&door);
}

/* What the kernel says of the sockets behind the door's port, looked at in our own table of descriptors. */
static void sockets_have_room_for_a_crowd_and_notice_a_dead_line(void **state)
{
	struct curve_pair guest;
	struct side *caller;
	struct door door;
	uint32_t listening = 0, connected = 0;

	(void)state;
	caller = open_both(&door, &guest);
	for (int fd = 3; fd < 1024; fd++) {
		struct sockaddr_storage at;
		socklen_t size = sizeof at;
		struct tcp_info info;
		int listens = 0, alive = 0, timeout = 0;

		if (getsockname(fd, (struct sockaddr *)&at, &size) != 0 ||
			(at.ss_family != AF_INET && at.ss_family != AF_INET6))
			continue;
		size = sizeof listens;
		assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size), 0);
		if (listens) {
			size = sizeof info;
			assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
			assert_int_equal(info.tcpi_sacked, 512); /* of a listening socket: its backlog */
			listening++;
			continue;
		}
		size = sizeof alive;
		assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &alive, &size), 0);
		assert_int_equal(alive, 1);
		size = sizeof timeout;
		assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, &size), 0);
		assert_int_equal(timeout, 60000);
		connected++;
	}
	assert_int_equal(listening, 1);
	assert_int_equal(connected, 2);
	side_close(caller);
	door_close(&door);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sockets_have_room_for_a_crowd_and_notice_a_dead_line),
		cmocka_unit_test(endless_message_is_thrown_away_and_others_are_served),
		cmocka_unit_test(frame_over_the_limit_costs_its_sender_the_connection),
		cmocka_unit_test(sending_to_a_slow_reader_is_refused_and_never_waits),
		cmocka_unit_test(full_table_gives_up_the_link_that_was_silent_longest),
		cmocka_unit_test(a_city_of_children_comes_back_at_once),
		cmocka_unit_test(silent_connections_hold_nobody_up),
	};

	zsys_handler_set(NULL);
	return cmocka_run_group_tests(tests, bus_side_begin, bus_side_end);
}
