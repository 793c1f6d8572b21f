/* Sessions with a thousand streams: what they cost, and what one peer may take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "lib/chance.h"
#include "lib/gen.h"
#include "lib/pair.h"
#include "lib/seed.h"
#include "proto/messages.h"

enum { CROWD = 1000, IDLE_MAX = 8 * 1024, STREAM_MAX = 512 };

static const struct stream_place beginning = { .seq = 0 };

/* An OPEN under a number of the dialer's choice. */
static struct session_note *put_open(struct pair *p, uint64_t session, uint64_t corr)
{
	struct header header = { .major = HEADER_MAJOR,
		.type = SESI_OPEN,
		.session = session,
		.corr = corr };
	struct sesi_open open = { .stream = STR("intake"),
		.credit_bytes = SESSION_WINDOW_MIN,
		.credit_events = 10,
		.payload_max = SESSION_WINDOW_MIN };

	pair_forget(p);
	pair_put(p, LISTENER, header, &schema_sesi_open, &open, (struct str) { NULL, 0 });
	return pair_deliver(p, LISTENER, 0, false);
}

/* Greets; the number of the session. */
static uint64_t greet(struct pair *p, struct pair_options options)
{
	struct sesi_welcome welcome;
	uint64_t number;

	pair_init(p, options);
	(void)pair_tick(p, DIALER);
	(void)pair_deliver(p, LISTENER, 0, false);
	number = pair_last(p, DIALER, &schema_sesi_welcome, &welcome).session;
	pair_run(p);
	pair_forget(p);
	return number;
}

static void idle_session_is_small_and_streams_cost_what_they_hold(void **state)
{
	struct pair p;
	size_t idle, full;
	uint64_t corr, last = 0;

	(void)state;
	(void)greet(&p, (struct pair_options) { 0 });
	idle = session_memory(p.sides[DIALER].session);
	for (int i = 0; i < CROWD; i++) {
		assert_int_equal(
			session_open_stream(p.sides[DIALER].session, str_of("intake"), &beginning, &last),
			ERR_OK);
		assert_int_equal(pair_deliver(&p, LISTENER, 0, false)->kind, NOTE_OPEN);
		pair_forget(&p);
	}
	full = session_memory(p.sides[DIALER].session);
	(void)printf(
		"a session: %zu bytes idle, %zu with %d streams that it reads, %zu that it serves\n", idle,
		full, CROWD, session_memory(p.sides[LISTENER].session));
	assert_true(idle < IDLE_MAX);
	assert_true(full < idle + (size_t)CROWD * STREAM_MAX);
	assert_true(session_memory(p.sides[LISTENER].session) < idle + (size_t)CROWD * STREAM_MAX);
	for (corr = last; corr > last - (uint64_t)2 * CROWD; corr -= 2) {
		assert_int_equal(session_close_stream(p.sides[DIALER].session, corr), ERR_OK);
		assert_int_equal(pair_deliver(&p, LISTENER, 0, false)->kind, NOTE_CLOSE);
		pair_forget(&p);
	}
	assert_true(session_memory(p.sides[DIALER].session) < IDLE_MAX);
	assert_true(session_memory(p.sides[LISTENER].session) < IDLE_MAX);
	pair_clear(&p);
}

static void thousand_streams_of_a_hostile_peer_are_limited(void **state)
{
	struct pair hostile, other;
	struct history h;
	uint64_t number, corr, corrs[SESSION_STREAMS_MAX];
	uint32_t opened = 0, refused = 0;
	size_t before;

	(void)state;
	number = greet(&hostile, (struct pair_options) { .streams_max = 48 });
	(void)greet(&other, (struct pair_options) { .streams_max = 48 });
	before = session_memory(hostile.sides[LISTENER].session);
	for (uint64_t i = 0; i < CROWD; i++) { /* the numbers fall, which no honest peer does */
		bool is_open = put_open(&hostile, number, 2 * (CROWD - i) + 1)->kind == NOTE_OPEN;

		opened += is_open;
		if (!is_open) {
			assert_int_equal(pair_deliver(&hostile, DIALER, 0, false)->error.code,
				SESI_CODE_NOT_SUPPORTED);
			refused++;
		}
	}
	assert_int_equal(opened, 48);
	assert_int_equal(refused, CROWD - 48);
	assert_true(session_memory(hostile.sides[LISTENER].session) < before + 48 * STREAM_MAX);
	assert_int_equal(session_serving(hostile.sides[LISTENER].session, corrs), 0);
	assert_true(session_is_ready(hostile.sides[LISTENER].session));
	/* One that is given up leaves room for another. */
	assert_int_equal(session_error(hostile.sides[LISTENER].session, 2 * CROWD + 1,
						 SESI_CODE_UNKNOWN_STREAM, NULL),
		ERR_OK);
	assert_int_equal(put_open(&hostile, number, 2 * CROWD + 3)->kind, NOTE_OPEN);
	/* Another session is not touched. */
	history_make(&h, &other, 5, "kejadian");
	assert_int_equal(
		session_open_stream(other.sides[DIALER].session, str_of("intake"), &beginning, &corr),
		ERR_OK);
	pair_run(&other);
	assert_int_equal(
		session_opened(other.sides[LISTENER].session, corr, &h.places[0], &h.places[5]), ERR_OK);
	assert_int_equal(session_events(other.sides[LISTENER].session, corr, 5, &h.places[5],
						 history_payload(&h, &other, 1, 5)),
		ERR_OK);
	pair_run(&other);
	assert_int_equal(pair_noted(&other, DIALER, NOTE_EVENTS)->event_count, 5);
	pair_clear(&hostile);
	pair_clear(&other);
}

static void shuffle(struct chance *chance, uint64_t *list, uint32_t count)
{
	for (uint32_t i = count; i > 1; i--) {
		uint32_t other = (uint32_t)chance_below(chance, i);
		uint64_t kept = list[i - 1];

		list[i - 1] = list[other];
		list[other] = kept;
	}
}

/* Streams open and end in any order; each message finds its own. */
static void streams_in_any_order_are_found_by_their_number(void **state)
{
	struct chance chance = { seed_new("test_session_crowd") };
	uint64_t number, list[CROWD], corrs[SESSION_STREAMS_MAX];
	struct pair p;
	struct history h;
	struct session *s;

	(void)state;
	number = greet(&p, (struct pair_options) { 0 });
	history_make(&h, &p, 5, "kejadian");
	s = p.sides[LISTENER].session;
	for (uint32_t i = 0; i < CROWD; i++)
		list[i] = 3 + 2 * (uint64_t)i;
	shuffle(&chance, list, CROWD);
	for (uint32_t i = 0; i < CROWD; i++) {
		assert_int_equal(put_open(&p, number, list[i])->kind, NOTE_OPEN);
		assert_int_equal(session_opened(s, list[i], &h.places[0], &h.places[5]), ERR_OK);
		p.sides[DIALER].way_count = 0;
	}
	shuffle(&chance, list, CROWD);
	for (uint32_t i = 0; i < CROWD; i++) {
		struct stream_place at;
		struct str name;

		assert_int_equal(session_serving(s, corrs), CROWD - i);
		assert_true(session_served(s, list[i], &name, &at) && str_is(name, "intake"));
		assert_int_equal(session_close_stream(s, list[i]), ERR_OK);
		assert_false(session_served(s, list[i], &name, &at));
		p.sides[DIALER].way_count = 0;
	}
	assert_int_equal(session_serving(s, corrs), 0);
	pair_clear(&p);
}

static void each_of_a_thousand_served_streams_has_its_head_told(void **state)
{
	uint64_t number;
	struct pair p;
	struct history h;
	struct session *s;
	struct session_note note;
	uint32_t told = 0;

	(void)state;
	number = greet(&p, (struct pair_options) { 0 });
	history_make(&h, &p, 5, "kejadian");
	s = p.sides[LISTENER].session;
	for (uint32_t i = 0; i < CROWD; i++) {
		assert_int_equal(put_open(&p, number, 3 + 2 * (uint64_t)i)->kind, NOTE_OPEN);
		assert_int_equal(session_opened(s, 3 + 2 * (uint64_t)i, &h.places[0], &h.places[5]),
			ERR_OK);
		p.sides[DIALER].way_count = 0;
	}
	p.now += 29 * US_PER_SECOND;
	(void)put_open(&p, number, 1); /* refused, and a sign of life */
	(void)session_tick(s, p.now, &note);
	assert_int_equal(note.kind, NOTE_NONE);
	for (;;) {
		time_us next = session_tick(s, p.now, &note);

		if (note.kind == NOTE_NONE) {
			assert_true(next > p.now);
			if (told > 0)
				break;
			p.now = next;
			continue;
		}
		assert_int_equal(note.kind, NOTE_HEAD_ASKED);
		assert_int_equal(note.corr, 3 + 2 * (uint64_t)told);
		assert_true(str_is(note.stream, "intake"));
		told++;
	}
	assert_int_equal(told, CROWD);
	pair_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(idle_session_is_small_and_streams_cost_what_they_hold),
		cmocka_unit_test(thousand_streams_of_a_hostile_peer_are_limited),
		cmocka_unit_test(streams_in_any_order_are_found_by_their_number),
		cmocka_unit_test(each_of_a_thousand_served_streams_has_its_head_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
