/* The bus over real sockets, on ipc and inproc: links come, go and come back; what wakes a wait. */
#include "lib/bus_side.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void exchange_over(const char *scheme)
{
	struct side *server = side_open(), *client = side_open();
	struct frames message = text_message("kepala", "badan", "muatan");
	char endpoint[128];

	endpoint_of(endpoint, scheme, "exchange");
	server->is_echoing = true;
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	sides_until(client, server, &client->ups, 1);
	assert_true(client->last_is_dialer);
	assert_string_equal(client->last_name, "intake");
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	sides_until(client, server, &client->messages, 1);
	assert_int_equal(server->ups, 1);
	assert_false(server->last_is_dialer);
	assert_string_equal(server->last_name, "");
	assert_string_equal(client->header, "kepala");
	assert_string_equal(client->body, "badan");
	assert_string_equal(client->payload, "muatan");
	message = text_message("kepala", "badan", NULL);
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	sides_until(client, server, &client->messages, 2);
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
	sides_until(client, server, &client->ups, 1);
	side_close(server);
	sides_until(client, NULL, &client->downs, 1);
	assert_int_equal(bus_send(client->bus, client->links[0], &message), ERR_UNAVAILABLE);
	server = side_open();
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	began = host_steady(&bus_side_host);
	sides_until(client, server, &client->ups, 2);
	assert_true(client->links[1] != client->links[0]);
	assert_int_equal(bus_send(client->bus, client->links[1], &message), ERR_OK);
	sides_until(client, server, &server->messages, 1);
	/* Restarts within a node are quick: the pause is a few tens of milliseconds. */
	assert_true(host_steady(&bus_side_host) - began < 5 * US_PER_SECOND);
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
		side_turn(client, 10 * MILLISECOND);
	assert_int_equal(client->ups, 0);
	server = side_open();
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	sides_until(client, server, &client->ups, 1);
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
	sides_until(client, server, &client->ups, 1);
	bus_drop(client->bus, client->links[0]);
	assert_int_equal(bus_send(client->bus, client->links[0], &message), ERR_UNAVAILABLE);
	sides_until(client, server, &client->ups, 2);
	bus_settled(client->bus, client->links[1]);
	assert_int_equal(bus_send(client->bus, client->links[1], &message), ERR_OK);
	sides_until(client, server, &server->messages, 1);
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
	sides_until(client, server, &client->ups, 1);
	for (int i = 0; i < 3; i++)
		assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	sides_until(client, server, &server->messages, 3);
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
	time_us end = host_steady(&bus_side_host) + PATIENCE;

	(void)state;
	endpoint_of(endpoint, "ipc", "left");
	assert_int_equal(bus_bind(server->bus, endpoint), ERR_OK);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	sides_until(client, server, &client->ups, 1);
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	sides_until(client, server, &server->messages, 1);
	side_close(client);
	while (bus_send(server->bus, server->last_link, &message) == ERR_OK &&
		host_steady(&bus_side_host) < end)
		side_turn(server, 2 * MILLISECOND);
	assert_int_equal(server->downs, 0); /* never from within a send */
	sides_until(server, NULL, &server->downs, 1);
	assert_int_equal(server->downs, 1);
	side_close(server);
}

static void signal_is_told_once_by_each_bus(void **state)
{
	struct side *a = side_open(), *b = side_open();
	int sig = 0;

	(void)state;
	assert_int_equal(kill(getpid(), SIGHUP), 0);
	assert_int_equal(bus_wait(a->bus, host_steady(&bus_side_host) + US_PER_SECOND, 1, &sig),
		ERR_OK);
	assert_int_equal(sig, SIGHUP);
	assert_int_equal(bus_wait(b->bus, host_steady(&bus_side_host) + US_PER_SECOND, 1, &sig),
		ERR_OK);
	assert_int_equal(sig, SIGHUP);
	assert_int_equal(bus_wait(a->bus, host_steady(&bus_side_host) + MILLISECOND, 1, &sig), ERR_OK);
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
	side_turn(side, MILLISECOND);
	assert_int_equal(count, 0);
	assert_int_equal(write(pipes[1], "x", 1), 1);
	began = host_steady(&bus_side_host);
	side_turn(side, 10 * US_PER_SECOND);
	assert_int_equal(count, 1);
	assert_true(host_steady(&bus_side_host) - began < 5 * US_PER_SECOND);
	(void)close(pipes[0]);
	(void)close(pipes[1]);
	side_close(side);
}

static void wait_ends_at_its_moment(void **state)
{
	struct side *side = side_open();
	time_us began = host_steady(&bus_side_host);

	(void)state;
	side_turn(side, 300 * MILLISECOND);
	assert_true(host_steady(&bus_side_host) - began >= 300 * MILLISECOND);
	assert_true(host_steady(&bus_side_host) - began < 5 * US_PER_SECOND);
	side_close(side);
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
		cmocka_unit_test(signal_is_told_once_by_each_bus),
		cmocka_unit_test(watched_descriptor_wakes_the_wait),
		cmocka_unit_test(wait_ends_at_its_moment),
	};

	return cmocka_run_group_tests(tests, bus_side_begin, bus_side_end);
}
