/* The bus over TCP with CURVE: who is let in, under which name, and until when. */
#include "lib/guest_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void message_goes_and_comes_back_with_the_guests_name(void **state)
{
	struct frames message = text_message("kepala", "badan", "muatan");
	struct curve_pair own = key_pair();
	struct side *caller;
	struct door door;

	(void)state;
	door_open(&door);
	door.side->is_echoing = true;
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	caller = caller_open(&door, &own);
	sides_until(caller, door.side, &caller->ups, 1);
	assert_true(caller->last_is_dialer);
	assert_string_equal(caller->last_name, "node/parent");
	assert_string_equal(caller_trouble(caller), "");
	assert_int_equal(bus_send(caller->bus, caller->last_link, &message), ERR_OK);
	sides_until(caller, door.side, &caller->messages, 1);
	assert_string_equal(door.side->last_name, "anak/federation");
	assert_false(door.side->last_is_dialer);
	assert_string_equal(caller->header, "kepala");
	assert_string_equal(caller->body, "badan");
	assert_string_equal(caller->payload, "muatan");
	assert_int_equal(caller->downs + door.side->downs, 0);
	side_close(caller);
	door_close(&door);
}

static void listening_over_tcp_needs_a_key_and_a_list(void **state)
{
	struct curve_pair own = key_pair();
	struct side *side = side_open();
	char endpoint[128];
	struct zap *zap;

	(void)state;
	(void)snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", free_port());
	assert_int_equal(bus_bind(side->bus, endpoint), ERR_STATE);
	assert_int_equal(bus_dial_curve(side->bus, "a/b", endpoint, &own.public_key, 1), ERR_STATE);
	bus_identity(side->bus, &own, NULL);
	assert_int_equal(bus_bind(side->bus, endpoint), ERR_STATE);
	assert_int_equal(zap_open("pintu", &zap), ERR_OK);
	bus_identity(side->bus, &own, zap);
	assert_int_equal(bus_bind(side->bus, endpoint), ERR_OK);
	assert_int_equal(bus_bind(side->bus, endpoint), ERR_STATE); /* taken */
	side_close(side);
	zap_close(&zap);
}

static void waiting_key_is_let_in_once_it_is_allowed(void **state)
{
	struct frames message = text_message("h", "b", NULL);
	struct curve_pair own = key_pair();
	struct side *caller;
	struct door door;
	struct knock knock;

	(void)state;
	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_WAITING);
	caller = caller_open(&door, &own);
	sides_until_trouble(caller, door.side, "belum_dijawab");
	/* Each try ends alike: it can be told from a server with another key. */
	for (int i = 0; i < 100; i++) {
		side_turn(caller, 10 * MILLISECOND);
		assert_string_equal(caller_trouble(caller), "belum_dijawab");
	}
	assert_int_equal(caller->ups, 0);
	assert_true(zap_next_knock(door.zap, &knock));
	assert_true(knock.is_known);
	assert_true(knock.count >= 2);
	assert_memory_equal(&knock.key, &own.public_key, sizeof knock.key);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	sides_until(caller, door.side, &caller->ups, 1);
	assert_int_equal(bus_send(caller->bus, caller->last_link, &message), ERR_OK);
	sides_until(caller, door.side, &door.side->messages, 1);
	assert_string_equal(door.side->last_name, "anak/federation");
	side_close(caller);
	door_close(&door);
}

static void refused_key_is_let_in_once_it_is_allowed_again(void **state)
{
	struct curve_pair own = key_pair();
	struct side *caller;
	struct door door;

	(void)state;
	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_REVOKED);
	caller = caller_open(&door, &own);
	sides_until_trouble(caller, door.side, "kunci_ditolak");
	for (int i = 0; i < 20; i++)
		side_turn(caller, 10 * MILLISECOND);
	assert_int_equal(caller->ups, 0);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	sides_until(caller, door.side, &caller->ups, 1);
	assert_string_equal(caller_trouble(caller), "");
	side_close(caller);
	door_close(&door);
}

static void link_stands_over_ipv6(void **state)
{
	struct curve_pair own = key_pair();
	struct side *caller = side_open();
	struct door door;
	char endpoint[128];
	enum err e;

	(void)state;
	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	(void)snprintf(endpoint, sizeof endpoint, "tcp://[::1]:%u", free_port());
	e = bus_bind(door.side->bus, endpoint);
	if (e == ERR_OK) { /* a machine may have no IPv6 */
		bus_identity(caller->bus, &own, NULL);
		caller_dial(caller, endpoint, &door.own.public_key, 1);
		sides_until(caller, door.side, &caller->ups, 1);
	}
	side_close(caller);
	door_close(&door);
	if (e != ERR_OK)
		skip();
}

static void without_the_actor_nobody_is_let_in(void **state)
{
	struct curve_pair own = key_pair();
	struct side *caller;
	struct door door;

	(void)state;
	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	zap_close(&door.zap); /* a mistake that must not open the door */
	caller = caller_open(&door, &own);
	for (int i = 0; i < 50; i++)
		side_turn(caller, 10 * MILLISECOND);
	assert_int_equal(caller->ups, 0);
	assert_string_not_equal(caller_trouble(caller), "");
	side_close(caller);
	side_close(door.side);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_goes_and_comes_back_with_the_guests_name),
		cmocka_unit_test(listening_over_tcp_needs_a_key_and_a_list),
		cmocka_unit_test(waiting_key_is_let_in_once_it_is_allowed),
		cmocka_unit_test(refused_key_is_let_in_once_it_is_allowed_again),
		cmocka_unit_test(without_the_actor_nobody_is_let_in),
		cmocka_unit_test(link_stands_over_ipv6),
	};

	return cmocka_run_group_tests(tests, bus_side_begin, bus_side_end);
}
