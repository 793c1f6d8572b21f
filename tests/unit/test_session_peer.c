/* What a session knows of its peer after HELLO and WELCOME: node, start, version, clock, streams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/civil.h"
#include "lib/pair.h"
#include "proto/messages.h"

static void each_side_knows_node_start_and_version_of_the_other(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, (struct pair_options) { .expected_node = { id_numbered(1), id_numbered(1) } });
	pair_greet(&p);
	for (int side = 0; side < 2; side++) {
		const struct session *s = p.sides[side].session;

		assert_true(id_equal(session_peer_node(s), id_numbered(1)));
		assert_true(id_equal(session_peer_boot(s), id_numbered(side == DIALER ? 3 : 2)));
		assert_true(str_is(session_peer_version(s), "0.1.0"));
	}
	pair_clear(&p);
}

static void clocks_are_compared_as_they_stand_at_the_greeting(void **state)
{
	struct pair p;
	time_us skew;

	(void)state;
	/* The listener has waited for 7 s, and its clock is 90 s ahead. */
	pair_init(&p, (struct pair_options) { .wall = { 5000 * US_PER_SECOND, 5090 * US_PER_SECOND } });
	p.now += 7 * US_PER_SECOND;
	pair_greet(&p);
	assert_true(session_peer_skew(p.sides[DIALER].session, &skew));
	assert_int_equal(skew, 90 * US_PER_SECOND);
	assert_true(session_peer_skew(p.sides[LISTENER].session, &skew));
	assert_int_equal(skew, -90 * US_PER_SECOND);
	pair_clear(&p);
}

static void clock_that_is_not_told_is_not_compared(void **state)
{
	struct pair p;
	time_us skew = 42;

	(void)state;
	pair_init(&p, (struct pair_options) { .wall = { 0, 5000 } });
	pair_greet(&p);
	assert_false(session_peer_skew(p.sides[DIALER].session, &skew));
	assert_false(session_peer_skew(p.sides[LISTENER].session, &skew));
	assert_int_equal(skew, 42);
	pair_clear(&p);
}

static void clock_that_says_anything_is_compared_all_the_same(void **state)
{
	struct pair p;
	time_us skew;

	(void)state;
	pair_init(&p, (struct pair_options) { .wall = { TIME_US_MIN, TIME_US_MAX } });
	pair_greet(&p);
	assert_true(session_peer_skew(p.sides[LISTENER].session, &skew));
	assert_true(skew == TIME_US_MIN - TIME_US_MAX);
	assert_true(session_peer_skew(p.sides[DIALER].session, &skew));
	assert_true(skew == TIME_US_MAX - TIME_US_MIN);
	pair_clear(&p);
}

/* So many streams with so many epochs each. */
static uint32_t told_streams, told_epochs;

static void tell_streams(void *self, struct arena *arena, struct sesi_stream **ret,
	uint32_t *ret_len)
{
	struct sesi_stream *list = arena_take(arena, told_streams * sizeof *list);

	(void)self;
	assert_non_null(list);
	for (uint32_t i = 0; i < told_streams; i++) {
		char *name = arena_print(arena, "aliran-%u", i);

		list[i] = (struct sesi_stream) { .name = str_of(name),
			.head_seq = i,
			.epochs = arena_take(arena, told_epochs * sizeof *list[i].epochs),
			.epochs_len = told_epochs };
		for (uint32_t n = 0; n < told_epochs; n++)
			list[i].epochs[n] = (struct sesi_epoch) { id_numbered(9), UINT64_MAX, { { 1 } } };
	}
	*ret = list;
	*ret_len = told_streams;
}

/* The list as the dialer is told it. */
static struct sesi_welcome told(struct pair *p, uint32_t streams, uint32_t epochs)
{
	struct sesi_welcome welcome;

	told_streams = streams;
	told_epochs = epochs;
	pair_init(p, (struct pair_options) { .streams = tell_streams });
	(void)pair_tick(p, DIALER);
	pair_run(p);
	assert_non_null(pair_noted(p, LISTENER, NOTE_READY));
	assert_non_null(pair_noted(p, DIALER, NOTE_READY));
	welcome = pair_noted(p, DIALER, NOTE_READY)->welcome;
	assert_true(str_is(welcome.service, "intake"));
	return welcome;
}

static void welcome_tells_the_streams_of_the_listener(void **state)
{
	struct sesi_welcome welcome;
	struct pair p;

	(void)state;
	welcome = told(&p, SESSION_TOLD_MAX, 2);
	assert_int_equal(welcome.streams_len, SESSION_TOLD_MAX);
	assert_true(str_is(welcome.streams[63].name, "aliran-63"));
	assert_int_equal(welcome.streams[63].head_seq, 63);
	assert_int_equal(welcome.streams[63].epochs_len, 2);
	pair_clear(&p);
	welcome = told(&p, 0, 0);
	assert_int_equal(welcome.streams_len, 0);
	pair_clear(&p);
}

/* 64 streams of 16 epochs are more than 64 KiB. */
static void list_that_has_no_room_is_told_in_part(void **state)
{
	struct sesi_welcome welcome;
	struct pair p;

	(void)state;
	welcome = told(&p, SESSION_TOLD_MAX, 16);
	assert_in_range(welcome.streams_len, 40, SESSION_TOLD_MAX - 1);
	assert_true(str_is(welcome.streams[0].name, "aliran-0"));
	assert_true(session_memory(p.sides[LISTENER].session) < 8 * 1024);
	pair_clear(&p);
	welcome = told(&p, 3, 17); /* a mistake of ours that no cutting helps */
	assert_int_equal(welcome.streams_len, 0);
	pair_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_side_knows_node_start_and_version_of_the_other),
		cmocka_unit_test(clocks_are_compared_as_they_stand_at_the_greeting),
		cmocka_unit_test(clock_that_is_not_told_is_not_compared),
		cmocka_unit_test(clock_that_says_anything_is_compared_all_the_same),
		cmocka_unit_test(welcome_tells_the_streams_of_the_listener),
		cmocka_unit_test(list_that_has_no_room_is_told_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
