/* Keys that change: the server's, ours, and those on the list. */
#include "lib/guest_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void server_may_change_to_the_next_key_and_back(void **state)
{
	struct curve_pair own = key_pair(), first, next = key_pair(), unknown = key_pair();
	struct side *caller = side_open();
	struct curve_key servers[2];
	struct door door;

	(void)state;
	door_open(&door);
	first = door.own;
	servers[0] = first.public_key;
	servers[1] = next.public_key;
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	bus_identity(caller->bus, &own, NULL);
	caller_dial(caller, door.endpoint, servers, 2);
	sides_until(caller, door.side, &caller->ups, 1);
	door.own = next;
	door_reopen(&door);
	sides_until(caller, door.side, &caller->ups, 2);
	door.own = unknown;
	door_reopen(&door);
	sides_until_trouble(caller, door.side, "jabat_tangan_gagal");
	assert_int_equal(caller->ups, 2);
	door.own = first;
	door_reopen(&door);
	sides_until(caller, door.side, &caller->ups, 3);
	side_close(caller);
	door_close(&door);
}

static void server_key_that_is_told_later_is_used(void **state)
{
	struct curve_pair own = key_pair(), next = key_pair();
	struct side *caller;
	struct door door;

	(void)state;
	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	caller = caller_open(&door, &own);
	sides_until(caller, door.side, &caller->ups, 1);
	door.own = next;
	door_reopen(&door);
	sides_until_trouble(caller, door.side, "jabat_tangan_gagal");
	caller_dial(caller, door.endpoint, &next.public_key, 1);
	sides_until(caller, door.side, &caller->ups, 2);
	side_close(caller);
	door_close(&door);
}

static void next_key_that_is_told_cuts_nothing(void **state)
{
	struct frames message = text_message("h", "b", NULL);
	struct curve_pair own = key_pair(), next = key_pair();
	struct side *caller;
	struct curve_key servers[2];
	struct door door;

	(void)state;
	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	caller = caller_open(&door, &own);
	sides_until(caller, door.side, &caller->ups, 1);
	servers[0] = door.own.public_key;
	servers[1] = next.public_key;
	caller_dial(caller, door.endpoint, servers, 2);
	side_turn(caller, 300 * MILLISECOND);
	assert_int_equal(caller->downs, 0);
	assert_int_equal(bus_send(caller->bus, caller->links[0], &message), ERR_OK);
	sides_until(caller, door.side, &door.side->messages, 1);
	side_close(caller);
	door_close(&door);
}

static void listener_takes_a_new_key_while_it_runs(void **state)
{
	struct frames message = text_message("h", "b", NULL);
	struct curve_pair own = key_pair(), next = key_pair();
	struct side *caller = side_open();
	struct curve_key servers[2];
	struct door door;

	(void)state;
	door_open(&door);
	servers[0] = door.own.public_key;
	servers[1] = next.public_key;
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	bus_identity(caller->bus, &own, NULL);
	caller_dial(caller, door.endpoint, servers, 2);
	sides_until(caller, door.side, &caller->ups, 1);
	assert_int_equal(bus_send(caller->bus, caller->last_link, &message), ERR_OK);
	sides_until(caller, door.side, &door.side->messages, 1);
	bus_identity(door.side->bus, &next, door.zap);
	sides_until(caller, door.side, &caller->ups, 2);
	assert_int_equal(caller->downs, 1);
	assert_int_equal(door.side->downs, 1);
	assert_int_equal(bus_send(caller->bus, caller->last_link, &message), ERR_OK);
	sides_until(caller, door.side, &door.side->messages, 2);
	/* Only the new key is there now. */
	caller_dial(caller, door.endpoint, &next.public_key, 1);
	bus_drop(caller->bus, caller->last_link);
	sides_until(caller, door.side, &caller->ups, 3);
	side_close(caller);
	door_close(&door);
}

static void dialler_takes_a_new_key_with_its_next_dial(void **state)
{
	struct frames message = text_message("h", "b", NULL);
	struct curve_pair own = key_pair(), next = key_pair();
	struct side *caller;
	struct door door;

	(void)state;
	door_open(&door);
	door_list(&door, &own, "anak/lama", GUEST_ALLOWED);
	door_list(&door, &next, "anak/baru", GUEST_ALLOWED);
	caller = caller_open(&door, &own);
	sides_until(caller, door.side, &caller->ups, 1);
	bus_identity(caller->bus, &next, NULL);
	assert_int_equal(bus_send(caller->bus, caller->last_link, &message), ERR_OK);
	sides_until(caller, door.side, &door.side->messages, 1);
	assert_string_equal(door.side->last_name, "anak/lama");
	bus_drop(caller->bus, caller->last_link);
	sides_until(caller, door.side, &caller->ups, 2);
	assert_int_equal(bus_send(caller->bus, caller->last_link, &message), ERR_OK);
	sides_until(caller, door.side, &door.side->messages, 2);
	assert_string_equal(door.side->last_name, "anak/baru");
	side_close(caller);
	door_close(&door);
}

/* A peer that does not care for what it is told: its bus alone, no session. */
static void revoked_connection_is_cut(bool is_told)
{
	struct frames message = text_message("h", "b", NULL);
	struct curve_pair bad = key_pair(), good = key_pair();
	struct side *revoked, *other, *local = side_open();
	struct door door;
	char local_endpoint[128];

	door_open(&door);
	endpoint_of(local_endpoint, "ipc", "pintu");
	assert_int_equal(bus_bind(door.side->bus, local_endpoint), ERR_OK);
	door_list(&door, &bad, "buruk/federation", GUEST_ALLOWED);
	door_list(&door, &good, "baik/federation", GUEST_ALLOWED);
	revoked = caller_open(&door, &bad);
	other = caller_open(&door, &good);
	assert_int_equal(bus_dial(local->bus, "pintu", local_endpoint), ERR_OK);
	sides_until(revoked, door.side, &revoked->ups, 1);
	sides_until(other, door.side, &other->ups, 1);
	sides_until(local, door.side, &local->ups, 1);
	assert_int_equal(bus_send(revoked->bus, revoked->last_link, &message), ERR_OK);
	assert_int_equal(bus_send(other->bus, other->last_link, &message), ERR_OK);
	assert_int_equal(bus_send(local->bus, local->last_link, &message), ERR_OK);
	sides_until(door.side, NULL, &door.side->messages, 3);
	/* Nothing was taken off: nothing happens. */
	bus_cut(door.side->bus);
	side_turn(door.side, 700 * MILLISECOND);
	assert_int_equal(door.side->downs, 0);
	door_list(&door, &bad, "buruk/federation", GUEST_REVOKED);
	if (is_told)
		bus_cut(door.side->bus);
	else
		assert_int_equal(bus_send(revoked->bus, revoked->last_link, &message), ERR_OK);
	sides_until(door.side, revoked, &revoked->downs, 1);
	sides_until(door.side, other, &other->downs, 1);
	sides_until(door.side, other, &other->ups, 2);
	sides_until_trouble(revoked, door.side, "kunci_ditolak");
	assert_int_equal(door.side->downs, 2);
	assert_int_equal(door.side->messages, 3);
	assert_int_equal(local->downs, 0);
	assert_int_equal(bus_send(local->bus, local->last_link, &message), ERR_OK);
	assert_int_equal(bus_send(other->bus, other->last_link, &message), ERR_OK);
	sides_until(door.side, NULL, &door.side->messages, 5);
	side_close(local);
	side_close(revoked);
	side_close(other);
	door_close(&door);
}

static void silent_connection_is_cut_when_its_key_is_revoked_and_the_others_come_back(void **state)
{
	(void)state;
	revoked_connection_is_cut(true);
}

static void connection_is_cut_when_it_speaks_under_a_revoked_key_and_the_others_come_back(
	void **state)
{
	(void)state;
	revoked_connection_is_cut(false);
}

/* The same name under a new key: the machine was lost, its key revoked, another one has its place. */
static void old_key_of_a_name_is_not_heard_any_more(void **state)
{
	struct frames message = text_message("h", "b", NULL);
	struct curve_pair lost = key_pair(), new = key_pair();
	struct side *old_caller, *caller;
	struct door door;

	(void)state;
	door_open(&door);
	door_list(&door, &lost, "anak/federation", GUEST_ALLOWED);
	old_caller = caller_open(&door, &lost);
	sides_until(old_caller, door.side, &old_caller->ups, 1);
	assert_int_equal(bus_send(old_caller->bus, old_caller->last_link, &message), ERR_OK);
	sides_until(old_caller, door.side, &door.side->messages, 1);
	door_list(&door, &lost, "anak/federation", GUEST_REVOKED);
	door_list(&door, &new, "anak/federation", GUEST_ALLOWED);
	caller = caller_open(&door, &new);
	sides_until(caller, door.side, &caller->ups, 1);
	assert_int_equal(bus_send(old_caller->bus, old_caller->last_link, &message), ERR_OK);
	assert_int_equal(bus_send(caller->bus, caller->last_link, &message), ERR_OK);
	sides_until(caller, door.side, &door.side->downs, 1);
	sides_until(caller, door.side, &door.side->messages, 2);
	side_turn(door.side, 50 * MILLISECOND);
	assert_int_equal(door.side->messages, 2);
	assert_int_equal(door.side->ups, 2);
	side_close(old_caller);
	side_close(caller);
	door_close(&door);
}

static void dial_moves_to_a_new_address_and_ends_when_told(void **state)
{
	struct frames message = text_message("h", "b", NULL);
	struct curve_pair own = key_pair();
	struct side *caller;
	struct door door;
	uint64_t link;

	(void)state;
	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	caller = caller_open(&door, &own);
	sides_until(caller, door.side, &caller->ups, 1);
	door.port = free_port();
	(void)snprintf(door.endpoint, sizeof door.endpoint, "tcp://127.0.0.1:%u", door.port);
	assert_int_equal(bus_bind(door.side->bus, door.endpoint), ERR_OK);
	caller_dial(caller, door.endpoint, &door.own.public_key, 1);
	sides_until(caller, door.side, &caller->ups, 2);
	assert_int_equal(caller->downs, 1);
	link = caller->last_link;
	bus_undial(caller->bus, "node/parent");
	assert_int_equal(bus_send(caller->bus, link, &message), ERR_UNAVAILABLE);
	assert_string_equal(caller_trouble(caller), "");
	side_turn(caller, 300 * MILLISECOND);
	assert_int_equal(caller->ups, 2);
	assert_int_equal(caller->downs, 1);
	caller_dial(caller, door.endpoint, &door.own.public_key, 1);
	sides_until(caller, door.side, &caller->ups, 3);
	side_close(caller);
	door_close(&door);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(server_may_change_to_the_next_key_and_back),
		cmocka_unit_test(server_key_that_is_told_later_is_used),
		cmocka_unit_test(next_key_that_is_told_cuts_nothing),
		cmocka_unit_test(listener_takes_a_new_key_while_it_runs),
		cmocka_unit_test(dialler_takes_a_new_key_with_its_next_dial),
		cmocka_unit_test(silent_connection_is_cut_when_its_key_is_revoked_and_the_others_come_back),
		cmocka_unit_test(
			connection_is_cut_when_it_speaks_under_a_revoked_key_and_the_others_come_back),
		cmocka_unit_test(old_key_of_a_name_is_not_heard_any_more),
		cmocka_unit_test(dial_moves_to_a_new_address_and_ends_when_told),
	};

	return cmocka_run_group_tests(tests, bus_side_begin, bus_side_end);
}
