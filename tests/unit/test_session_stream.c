/* Two sessions back to back: one reads a stream of the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/pair.h"
#include "proto/messages.h"

static const struct stream_place beginning = { .seq = 0 };

/* Opens a stream of the other side, from the place. */
static uint64_t open_from(struct pair *p, int reader, const struct history *h,
	const struct stream_place *after)
{
	uint64_t corr;
	struct session_note *note;

	assert_int_equal(session_open_stream(p->sides[reader].session, str_of("intake"), after, &corr),
		ERR_OK);
	note = pair_deliver(p, 1 - reader, 0, false);
	assert_int_equal(note->kind, NOTE_OPEN);
	assert_int_equal(note->open.after_seq, after->seq);
	assert_int_equal(session_opened(p->sides[1 - reader].session, corr, &h->places[after->seq],
						 &h->places[h->length]),
		ERR_OK);
	note = pair_deliver(p, reader, 0, false);
	assert_int_equal(note->kind, NOTE_OPENED);
	assert_int_equal(note->opened.head_seq, h->length);
	return corr;
}

static enum err ship(struct pair *p, int reader, const struct history *h, uint64_t corr,
	uint32_t first, uint32_t last)
{
	return session_events(p->sides[1 - reader].session, corr, last - first + 1, &h->places[last],
		history_payload(h, p, first, last));
}

static void stream_from(int reader)
{
	struct pair p;
	struct history h;
	struct session_note *note;
	struct stream_place at;
	struct str name;
	uint64_t corr;

	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	history_make(&h, &p, 20, "kejadian");
	corr = open_from(&p, reader, &h, &beginning);
	assert_int_equal(ship(&p, reader, &h, corr, 1, 7), ERR_OK);
	assert_int_equal(ship(&p, reader, &h, corr, 8, 20), ERR_OK);
	note = pair_deliver(&p, reader, 0, false);
	assert_int_equal(note->kind, NOTE_EVENTS);
	assert_int_equal(note->event_count, 7);
	for (uint32_t i = 0; i < 7; i++) {
		assert_int_equal(note->events[i].seq, i + 1);
		assert_true(str_equal(note->events[i].bytes, h.records[i + 1]));
		assert_true(hash_equal(&note->events[i].hash, &h.places[i + 1].hash));
	}
	note = pair_deliver(&p, reader, 0, false);
	assert_int_equal(note->events[12].seq, 20);
	assert_true(id_equal(note->epoch, id_numbered(9)));
	assert_true(str_is(note->stream, "intake"));
	assert_true(session_served(p.sides[1 - reader].session, corr, &name, &at));
	assert_true(str_is(name, "intake"));
	assert_int_equal(at.seq, 20);
	pair_clear(&p);
}

static void dialer_reads_a_stream_of_the_listener(void **state)
{
	(void)state;
	stream_from(DIALER);
}

static void listener_reads_a_stream_of_the_dialer(void **state)
{
	(void)state;
	stream_from(LISTENER);
}

static void reader_goes_on_at_its_place_and_into_a_new_epoch(void **state)
{
	struct pair p;
	struct history h;
	struct session_note *note;
	uint64_t corr;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	history_make(&h, &p, 12, "kejadian");
	for (uint32_t i = 9; i <= 12; i++)
		h.places[i].epoch = id_numbered(10);
	corr = open_from(&p, DIALER, &h, &h.places[5]);
	assert_int_equal(ship(&p, DIALER, &h, corr, 6, 8), ERR_OK);
	assert_int_equal(ship(&p, DIALER, &h, corr, 9, 12), ERR_OK);
	note = pair_deliver(&p, DIALER, 0, false);
	assert_int_equal(note->events[0].seq, 6);
	assert_true(id_equal(note->epoch, id_numbered(9)));
	note = pair_deliver(&p, DIALER, 0, false);
	assert_int_equal(note->events[3].seq, 12);
	assert_true(id_equal(note->epoch, id_numbered(10)));
	pair_clear(&p);
}

static void credit_bounds_what_is_sent_and_comes_back_at_half(void **state)
{
	struct pair p;
	struct history h;
	struct session_note *note;
	uint64_t corr, bytes;
	uint32_t events;

	(void)state;
	pair_init(&p, (struct pair_options) { .window_events = 10 });
	pair_greet(&p);
	history_make(&h, &p, 40, "kejadian");
	corr = open_from(&p, DIALER, &h, &beginning);
	session_room(p.sides[LISTENER].session, corr, &bytes, &events);
	assert_int_equal(events, 10);
	assert_int_equal(bytes, 1024 * 1024);
	assert_int_equal(ship(&p, DIALER, &h, corr, 1, 11), ERR_LIMIT);
	assert_int_equal(ship(&p, DIALER, &h, corr, 1, 10), ERR_OK);
	session_room(p.sides[LISTENER].session, corr, &bytes, &events);
	assert_int_equal(events, 0);
	assert_int_equal(bytes, 0);
	note = pair_deliver(&p, DIALER, 0, false);
	assert_int_equal(note->event_count, 10);
	/* Less than half: nothing is said. */
	session_consumed(p.sides[DIALER].session, corr, &h.places[4], 4 * 14, 4, p.now);
	assert_int_equal(p.sides[LISTENER].way_count, 0);
	session_consumed(p.sides[DIALER].session, corr, &h.places[5], 14, 1, p.now);
	assert_int_equal(p.sides[LISTENER].way_count, 1);
	assert_int_equal(pair_deliver(&p, LISTENER, 0, false)->kind, NOTE_CREDIT);
	session_room(p.sides[LISTENER].session, corr, &bytes, &events);
	assert_int_equal(events, 5);
	/* The rest, with the acknowledgement, at latest after a second. */
	session_consumed(p.sides[DIALER].session, corr, &h.places[8], 3 * 14, 3, p.now);
	assert_int_equal(p.sides[LISTENER].way_count, 0);
	p.now = pair_tick(&p, DIALER);
	(void)pair_tick(&p, DIALER);
	assert_int_equal(p.sides[LISTENER].way_count, 2);
	pair_run(&p);
	assert_int_equal(pair_noted(&p, LISTENER, NOTE_ACK)->ack.seq, 8);
	session_room(p.sides[LISTENER].session, corr, &bytes, &events);
	assert_int_equal(events, 8);
	pair_clear(&p);
}

static void credit_counted_wrong_by_the_reader_heals_when_all_is_done(void **state)
{
	struct pair p;
	struct history h;
	uint64_t corr, bytes;
	uint32_t events;

	(void)state;
	pair_init(&p, (struct pair_options) { .window_bytes = SESSION_WINDOW_MIN });
	pair_greet(&p);
	history_make(&h, &p, 300, "kejadian");
	corr = open_from(&p, DIALER, &h, &beginning);
	for (uint32_t i = 1; i <= 300; i++) {
		assert_int_equal(ship(&p, DIALER, &h, corr, i, i), ERR_OK);
		assert_int_equal(pair_deliver(&p, DIALER, 0, false)->kind, NOTE_EVENTS);
		session_consumed(p.sides[DIALER].session, corr, &h.places[i], 1, 1, p.now); /* not 1 byte */
	}
	p.now += US_PER_SECOND;
	(void)pair_tick(&p, DIALER);
	pair_run(&p);
	session_room(p.sides[LISTENER].session, corr, &bytes, &events);
	assert_int_equal(bytes, SESSION_WINDOW_MIN);
	pair_clear(&p);
}

static void acknowledgement_goes_at_most_once_a_second(void **state)
{
	struct pair p;
	struct history h;
	uint64_t corr;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	history_make(&h, &p, 100, "kejadian");
	corr = open_from(&p, DIALER, &h, &beginning);
	assert_int_equal(ship(&p, DIALER, &h, corr, 1, 100), ERR_OK);
	assert_int_equal(pair_deliver(&p, DIALER, 0, false)->kind, NOTE_EVENTS);
	for (uint32_t i = 1; i <= 100; i++) {
		p.now += US_PER_SECOND / 20;
		session_consumed(p.sides[DIALER].session, corr, &h.places[i], 1, 1, p.now);
	}
	assert_in_range(p.sides[LISTENER].way_count, 4, 6); /* five seconds */
	pair_clear(&p);
}

static void head_is_asked_for_told_and_compared(void **state)
{
	struct pair p;
	struct history h;
	struct session_note *note;
	uint64_t corr, asked;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	history_make(&h, &p, 20, "kejadian");
	assert_int_equal(session_ask_head(p.sides[DIALER].session, str_of("intake"), &asked), ERR_OK);
	note = pair_deliver(&p, LISTENER, 0, false);
	assert_int_equal(note->kind, NOTE_HEAD_ASKED);
	assert_true(str_is(note->stream, "intake"));
	assert_int_equal(session_head(p.sides[LISTENER].session, note->corr, note->stream,
						 &h.places[20], (struct str) { NULL, 0 }),
		ERR_OK);
	note = pair_deliver(&p, DIALER, 0, false);
	assert_int_equal(note->kind, NOTE_HEAD);
	assert_int_equal(note->corr, asked);
	assert_int_equal(note->head.seq, 20);
	/* Every 30 seconds our own side is reminded to tell it. */
	corr = open_from(&p, DIALER, &h, &beginning);
	p.now += 29 * US_PER_SECOND;
	pair_forget(&p);
	(void)pair_tick(&p, LISTENER);
	assert_null(pair_noted(&p, LISTENER, NOTE_HEAD_ASKED));
	pair_run(&p);
	p.now += US_PER_SECOND;
	assert_true(pair_tick(&p, LISTENER) > p.now);
	note = pair_noted(&p, LISTENER, NOTE_HEAD_ASKED);
	assert_non_null(note);
	assert_int_equal(note->corr, corr);
	assert_int_equal(session_head(p.sides[LISTENER].session, corr, note->stream, &h.places[20],
						 (struct str) { NULL, 0 }),
		ERR_OK);
	pair_run(&p);
	assert_non_null(pair_noted(&p, DIALER, NOTE_HEAD));
	assert_false(session_is_down(p.sides[DIALER].session));
	pair_clear(&p);
}

static void stream_is_closed_from_either_side_and_its_rest_is_passed_over(void **state)
{
	struct pair p;
	struct history h;
	uint64_t corr, corrs[SESSION_STREAMS_MAX];

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	history_make(&h, &p, 20, "kejadian");
	corr = open_from(&p, DIALER, &h, &beginning);
	assert_int_equal(session_serving(p.sides[LISTENER].session, corrs), 1);
	assert_int_equal(corrs[0], corr);
	assert_int_equal(ship(&p, DIALER, &h, corr, 1, 3), ERR_OK);
	assert_int_equal(session_close_stream(p.sides[DIALER].session, corr), ERR_OK);
	pair_run(&p);
	assert_null(pair_noted(&p, DIALER, NOTE_EVENTS));
	assert_non_null(pair_noted(&p, LISTENER, NOTE_CLOSE));
	assert_int_equal(session_serving(p.sides[LISTENER].session, corrs), 0);
	assert_int_equal(ship(&p, DIALER, &h, corr, 4, 5), ERR_NOT_FOUND);
	assert_int_equal(session_close_stream(p.sides[DIALER].session, corr), ERR_NOT_FOUND);
	/* An ERROR of the producer ends it too. */
	corr = open_from(&p, DIALER, &h, &h.places[3]);
	assert_int_equal(
		session_error(p.sides[LISTENER].session, corr, SESI_CODE_UNKNOWN_STREAM, "gone"), ERR_OK);
	pair_run(&p);
	assert_int_equal(pair_noted(&p, DIALER, NOTE_ERROR)->error.code, SESI_CODE_UNKNOWN_STREAM);
	assert_true(str_is(pair_noted(&p, DIALER, NOTE_ERROR)->stream, "intake"));
	assert_int_equal(session_close_stream(p.sides[DIALER].session, corr), ERR_NOT_FOUND);
	assert_int_equal(session_serving(p.sides[LISTENER].session, corrs), 0);
	/* And one of the reader, who cannot read on. */
	corr = open_from(&p, DIALER, &h, &h.places[3]);
	pair_forget(&p);
	assert_int_equal(
		session_error(p.sides[DIALER].session, corr, SESI_CODE_UNKNOWN_SCHEMA, "newer"), ERR_OK);
	pair_run(&p);
	assert_int_equal(pair_noted(&p, LISTENER, NOTE_ERROR)->error.code, SESI_CODE_UNKNOWN_SCHEMA);
	assert_true(str_is(pair_noted(&p, LISTENER, NOTE_ERROR)->stream, "intake"));
	assert_int_equal(session_serving(p.sides[LISTENER].session, corrs), 0);
	assert_false(session_is_down(p.sides[DIALER].session));
	pair_clear(&p);
}

static void reader_with_another_history_is_told_the_head(void **state)
{
	struct pair p;
	struct history h;
	struct session_note *note;
	uint64_t corr;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	history_make(&h, &p, 20, "kejadian");
	assert_int_equal(
		session_open_stream(p.sides[DIALER].session, str_of("intake"), &h.places[20], &corr),
		ERR_OK);
	pair_run(&p);
	assert_int_equal(session_diverged(p.sides[LISTENER].session, corr, &h.places[10]), ERR_OK);
	pair_run(&p);
	note = pair_noted(&p, DIALER, NOTE_ERROR);
	assert_int_equal(note->error.code, SESI_CODE_DIVERGED);
	assert_int_equal(note->corr, corr);
	assert_int_equal(note->error.head_seq, 10);
	assert_true(hash_equal(&note->error.head_hash, &h.places[10].hash));
	assert_int_equal(session_opened(p.sides[LISTENER].session, corr, &h.places[20], &h.places[20]),
		ERR_NOT_FOUND);
	pair_clear(&p);
}

/* As many as one side may open, each seen by the other. */
static uint64_t open_the_most(struct pair *p)
{
	uint64_t corr = 0;

	for (int i = 0; i < SESSION_STREAMS_MAX; i++) {
		assert_int_equal(
			session_open_stream(p->sides[DIALER].session, str_of("x"), &beginning, &corr), ERR_OK);
		assert_int_equal(pair_deliver(p, LISTENER, 0, false)->kind, NOTE_OPEN);
		pair_forget(p);
	}
	return corr;
}

static void streams_beyond_the_most_are_refused_and_the_session_goes_on(void **state)
{
	struct pair p;
	uint64_t corr, last;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	last = open_the_most(&p);
	assert_int_equal(session_open_stream(p.sides[DIALER].session, str_of("x"), &beginning, &corr),
		ERR_LIMIT);
	assert_int_equal(session_close_stream(p.sides[DIALER].session, last), ERR_OK);
	p.sides[LISTENER].way_count = 0; /* the CLOSE is lost, as no connection would lose it */
	assert_int_equal(session_open_stream(p.sides[DIALER].session, str_of("x"), &beginning, &corr),
		ERR_OK);
	pair_run(&p);
	assert_int_equal(pair_noted(&p, DIALER, NOTE_ERROR)->error.code, SESI_CODE_NOT_SUPPORTED);
	assert_int_equal(pair_noted(&p, DIALER, NOTE_ERROR)->corr, corr);
	assert_true(session_is_ready(p.sides[LISTENER].session));
	pair_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dialer_reads_a_stream_of_the_listener),
		cmocka_unit_test(listener_reads_a_stream_of_the_dialer),
		cmocka_unit_test(reader_goes_on_at_its_place_and_into_a_new_epoch),
		cmocka_unit_test(credit_bounds_what_is_sent_and_comes_back_at_half),
		cmocka_unit_test(credit_counted_wrong_by_the_reader_heals_when_all_is_done),
		cmocka_unit_test(acknowledgement_goes_at_most_once_a_second),
		cmocka_unit_test(head_is_asked_for_told_and_compared),
		cmocka_unit_test(stream_is_closed_from_either_side_and_its_rest_is_passed_over),
		cmocka_unit_test(reader_with_another_history_is_told_the_head),
		cmocka_unit_test(streams_beyond_the_most_are_refused_and_the_session_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
