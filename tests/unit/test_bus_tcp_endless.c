/* Messages without an end over TCP, from peers whose keys are good: what is held of them stays bounded, who sends them
 * is named, and the others are served. */
#include "lib/guest_list.h"
#include "lib/torrent.h"

#include <inttypes.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bus/bus_flow.h"

enum { MEBIBYTE = 1024 * 1024, HELD_MAX = 96 * MEBIBYTE, CUTS = 4 };

static size_t held(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static size_t above(size_t most, size_t before)
{
	return most > before ? most - before : 0;
}

/* Whole messages go to and fro while the flood goes on, until it was cut off so often or the time is over. */
static uint32_t serve(struct door *door, struct side *caller, uint32_t cuts, time_us for_us,
	size_t *ret_most)
{
	struct frames message = text_message("h", "b", NULL);
	time_us until = host_steady(&bus_side_host) + for_us;
	uint32_t served = 0;

	*ret_most = 0;
	while (
		door->side->endless + door->side->nameless < cuts && host_steady(&bus_side_host) < until) {
		uint32_t before = caller->messages;

		assert_int_equal(bus_send(caller->bus, caller->last_link, &message), ERR_OK);
		sides_until(caller, door->side, &caller->messages, before + 1);
		served++;
		if (held() > *ret_most)
			*ret_most = held();
	}
	return served;
}

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

/* On a line as fast as this machine. */
static void is_cut_off(const struct torrent_plan *plan, size_t most_bytes, bool is_named)
{
	struct curve_pair guest;
	struct torrent *torrent;
	struct side *caller;
	struct door door;
	size_t before, most;
	uint32_t served;

	caller = open_both(&door, &guest);
	(void)serve(&door, caller, 1, 100 * MILLISECOND, &before);
	torrent = torrent_dial(door.port, &guest, &door.own.public_key, plan);
	served = serve(&door, caller, CUTS, PATIENCE, &most);
	print_message("%u wholes, parts of %u: %llu MiB came in %u connections, at most %zu KiB held, "
				  "%u served\n",
		plan->wholes, plan->part_bytes, (unsigned long long)(torrent_sent(torrent) / MEBIBYTE),
		torrent_met(torrent), above(most, before) / 1024, served);
	assert_true(torrent_met(torrent) > 1);
	assert_true(above(most, before) < most_bytes);
	assert_true(served > 20 * CUTS);
	assert_int_equal(caller->downs, 0);
	assert_int_equal(door.side->endless + door.side->nameless, CUTS);
	if (is_named)
		assert_string_equal(door.side->endless_name, "aneh/federation");
	torrent_close(&torrent);
	side_close(caller);
	door_close(&door);
}

static void endless_message_of_a_guest_is_cut_off_and_its_name_told(void **state)
{
	const struct torrent_plan plan = { .wholes = 1, .part_bytes = 4000 };

	(void)state;
	is_cut_off(&plan, HELD_MAX, true);
}

/* Of small parts libzmq holds more bytes than the line has. */
static void endless_message_of_tiny_parts_is_cut_off(void **state)
{
	const struct torrent_plan plan = { .wholes = 3, .part_bytes = 1 };

	(void)state;
	is_cut_off(&plan, HELD_MAX, true);
}

static void endless_first_message_is_cut_off_at_less(void **state)
{
	const struct torrent_plan plan = { .wholes = 0, .part_bytes = 4000 };

	(void)state;
	is_cut_off(&plan, HELD_MAX, false);
}

static void endless_message_of_the_one_we_dial_is_cut_off(void **state)
{
	const struct torrent_plan plan = { .wholes = 1, .part_bytes = 4000 };
	struct curve_pair own = key_pair(), theirs = key_pair();
	struct torrent *torrent;
	struct side *caller;
	uint16_t port = free_port();
	char endpoint[64];
	size_t before = held(), most = 0;

	(void)state;
	torrent = torrent_listen(port, &theirs, &plan);
	(void)snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", port);
	caller = side_open();
	bus_identity(caller->bus, &own, NULL);
	caller_dial(caller, endpoint, &theirs.public_key, 1);
	for (int i = 0; i < 10000 && caller->endless < 3; i++) {
		side_turn(caller, 5 * MILLISECOND);
		if (held() > most)
			most = held();
	}
	print_message("dialled: %llu MiB came in %u connections, at most %zu KiB held\n",
		(unsigned long long)(torrent_sent(torrent) / MEBIBYTE), torrent_met(torrent),
		above(most, before) / 1024);
	assert_true(caller->endless >= 3);
	assert_string_equal(caller->endless_name, "node/parent");
	assert_string_equal(caller_trouble(caller), "kiriman_tanpa_akhir");
	assert_true(above(most, before) < HELD_MAX);
	torrent_close(&torrent);
	side_close(caller);
}

/* Nobody is kept busy by it: whoever was cut off waits outside. */
static void who_was_cut_off_is_let_in_again_after_a_pause(void **state)
{
	const struct torrent_plan plan = { .wholes = 0, .part_bytes = 4000 };
	struct curve_pair guest;
	struct torrent *torrent;
	struct side *caller;
	struct door door;
	size_t most;

	(void)state;
	caller = open_both(&door, &guest);
	zap_patience(door.zap, 2500);
	/* Who came at the same time from the same address cannot be told apart before a word was said. */
	(void)serve(&door, caller, 1, 3 * US_PER_SECOND, &most);
	torrent = torrent_dial(door.port, &guest, &door.own.public_key, &plan);
	(void)serve(&door, caller, 1, PATIENCE, &most);
	assert_string_equal(door.side->endless_name, "aneh/federation");
	(void)serve(&door, caller, 2, 2 * US_PER_SECOND, &most);
	assert_int_equal(torrent_met(torrent), 1);
	(void)serve(&door, caller, 2, PATIENCE, &most);
	assert_true(torrent_met(torrent) > 1);
	assert_int_equal(caller->downs, 0);
	torrent_close(&torrent);
	side_close(caller);
	door_close(&door);
}

/* Below the limit an unfinished message is nobody's fault: a line may be slow. */
static void half_of_the_largest_message_is_waited_for(void **state)
{
	const struct torrent_plan plan = { .wholes = 1, .part_bytes = 60 * 1024, .parts = 60 };
	struct curve_pair guest;
	struct torrent *torrent;
	struct side *caller;
	struct door door;
	size_t most;

	(void)state;
	caller = open_both(&door, &guest);
	torrent = torrent_dial(door.port, &guest, &door.own.public_key, &plan);
	(void)serve(&door, caller, 1, US_PER_SECOND, &most);
	assert_int_equal(torrent_met(torrent), 1);
	assert_int_equal(door.side->endless + door.side->nameless, 0);
	torrent_close(&torrent);
	side_close(caller);
	door_close(&door);
}

/* Large whole messages, as fast as they go, both ways: none of them is taken for a part of an endless one. */
static void streams_of_whole_messages_are_never_cut(void **state)
{
	static char bytes[1024 * 1024];
	struct frames message = text_message("h", "b", NULL);
	struct curve_pair guest;
	struct side *caller;
	struct door door;
	uint64_t total = 0;

	(void)state;
	caller = open_both(&door, &guest);
	message.payload = str_bytes(bytes, sizeof bytes);
	for (int i = 0; i < 100; i++) {
		uint32_t before = caller->messages;

		for (int n = 0; n < 16; n++)
			assert_int_equal(bus_send(caller->bus, caller->last_link, &message), ERR_OK);
		sides_until(caller, door.side, &caller->messages, before + 16);
		total += 16 * sizeof bytes;
	}
	assert_true(total > 10 * (uint64_t)FLOW_OPEN_MAX);
	assert_int_equal(door.side->endless + door.side->nameless, 0);
	assert_int_equal(caller->downs, 0);
	side_close(caller);
	door_close(&door);
}

/* A reader that reads nothing: what is held for it has a bound in bytes, whatever the size of the messages. */
static void what_nobody_reads_is_bounded_by_bytes_and_given_back(void **state)
{
	const struct torrent_plan plan = { .wholes = 1, .is_deaf = true };
	static char bytes[64 * 1024];
	struct frames message = text_message("h", "b", NULL);
	struct curve_pair guest;
	struct torrent *torrent;
	struct side *caller;
	struct door door;
	uint32_t sent = 0, before;
	size_t empty, full;

	(void)state;
	caller = open_both(&door, &guest);
	before = door.side->messages;
	torrent = torrent_dial(door.port, &guest, &door.own.public_key, &plan);
	sides_until(door.side, caller, &door.side->messages, before + 1);
	empty = held();
	message.payload = str_bytes(bytes, sizeof bytes);
	while (sent < 10000 && bus_send(door.side->bus, door.side->last_link, &message) == ERR_OK) {
		sent++;
		side_turn(door.side, 0);
	}
	full = held();
	print_message("%u messages of 64 KiB, %zu KiB held, %" PRIu64 " KiB by the count\n", sent,
		above(full, empty) / 1024, bus_held(door.side->bus, door.side->last_link) / 1024);
	assert_in_range(sent * sizeof bytes, FLOW_HELD_MAX - 1024 * 1024,
		FLOW_HELD_MAX + 32 * MEBIBYTE);
	assert_true(above(full, empty) < FLOW_HELD_MAX + 8 * MEBIBYTE);
	before = door.side->downs;
	sides_until(door.side, caller, &door.side->downs, before + 1);
	(void)serve(&door, caller, 1, US_PER_SECOND, &full);
	for (int i = 0; i < 1000 && above(held(), empty) > 4 * MEBIBYTE; i++)
		side_turn(door.side, 5 * MILLISECOND);
	assert_true(above(held(), empty) <= 4 * MEBIBYTE);
	assert_int_equal(caller->downs, 0);
	torrent_close(&torrent);
	side_close(caller);
	door_close(&door);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endless_message_of_a_guest_is_cut_off_and_its_name_told),
		cmocka_unit_test(endless_message_of_tiny_parts_is_cut_off),
		cmocka_unit_test(endless_first_message_is_cut_off_at_less),
		cmocka_unit_test(endless_message_of_the_one_we_dial_is_cut_off),
		cmocka_unit_test(who_was_cut_off_is_let_in_again_after_a_pause),
		cmocka_unit_test(half_of_the_largest_message_is_waited_for),
		cmocka_unit_test(streams_of_whole_messages_are_never_cut),
		cmocka_unit_test(what_nobody_reads_is_bounded_by_bytes_and_given_back),
	};

	return cmocka_run_group_tests(tests, bus_side_begin, bus_side_end);
}
