/* Two sessions back to back: one reads what the other holds of a stream whose origin is a third (TAIL), and heads
 * that their origin signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lib/pair.h"
#include "proto/messages.h"

static const struct stream_place beginning = { .seq = 0 };
static const struct str no_signature = { NULL, 0 };
static const char name[] = "0d0d0d0d-0d0d-0d0d-0d0d-0d0d0d0d0d0d/intake";

/* The dialer was rolled back to the place and wants the rest from the copy of the listener. */
static uint64_t tail_from(struct pair *p, const struct history *h, uint64_t after)
{
	struct session_note *note;
	uint64_t corr;

	assert_int_equal(session_tail_stream(p->sides[DIALER].session, str_of(name),
						 after == 0 ? &beginning : &h->places[after], &corr),
		ERR_OK);
	note = pair_deliver(p, LISTENER, 0, false);
	assert_int_equal(note->kind, NOTE_TAIL);
	assert_int_equal(note->corr, corr);
	assert_true(str_is(note->stream, name) && str_is(note->open.stream, name));
	assert_int_equal(note->open.after_seq, after);
	assert_true(after == 0 || hash_equal(&note->open.after_hash, &h->places[after].hash));
	return corr;
}

static void grant(struct pair *p, const struct history *h, uint64_t corr, uint64_t after)
{
	assert_int_equal(
		session_opened(p->sides[LISTENER].session, corr, &h->places[after], &h->places[h->length]),
		ERR_OK);
	assert_int_equal(pair_deliver(p, DIALER, 0, false)->kind, NOTE_OPENED);
}

static void ship(struct pair *p, const struct history *h, uint64_t corr, uint32_t first,
	uint32_t last)
{
	assert_int_equal(session_events(p->sides[LISTENER].session, corr, last - first + 1,
						 &h->places[last], history_payload(h, p, first, last)),
		ERR_OK);
}

static void copy_is_read_to_its_end_which_is_said(void **state)
{
	static const char signature[SESSION_SIGNATURE_BYTES] = "tanda tangan simpul asal";
	struct pair p;
	struct history h;
	struct session_note *note;
	struct session *holder;
	uint64_t corr, bytes;
	uint32_t events;

	(void)state;
	pair_init(&p, (struct pair_options) { .window_events = 10 });
	pair_greet(&p);
	history_make(&h, &p, 12, "kejadian");
	holder = p.sides[LISTENER].session;
	corr = tail_from(&p, &h, 5);
	assert_false(session_serves_copy(holder, corr)); /* not granted yet */
	grant(&p, &h, corr, 5);
	assert_true(session_serves_copy(holder, corr));
	session_room(holder, corr, &bytes, &events);
	assert_int_equal(events, 10);
	ship(&p, &h, corr, 6, 12);
	assert_int_equal(session_head(holder, corr, str_of(name), &h.places[12],
						 str_bytes(signature, sizeof signature)),
		ERR_OK);
	assert_int_equal(session_close_stream(holder, corr), ERR_OK);
	assert_false(session_serves_copy(holder, corr));
	assert_int_equal(session_close_stream(holder, corr), ERR_NOT_FOUND);

	note = pair_deliver(&p, DIALER, 0, false);
	assert_int_equal(note->kind, NOTE_EVENTS);
	assert_int_equal(note->event_count, 7);
	assert_int_equal(note->events[6].seq, 12);
	/* Credit for what came is under way to a stream that is over there, and is passed over. */
	session_consumed(p.sides[DIALER].session, corr, &h.places[12], 7, 7, p.now);
	assert_int_equal(p.sides[LISTENER].way_count, 1);
	assert_int_equal(pair_deliver(&p, LISTENER, 0, false)->kind, NOTE_NONE);
	note = pair_deliver(&p, DIALER, 0, false);
	assert_int_equal(note->kind, NOTE_HEAD);
	assert_int_equal(note->head.seq, 12);
	assert_int_equal(note->head.signature.len, SESSION_SIGNATURE_BYTES);
	assert_memory_equal(note->head.signature.ptr, signature, sizeof signature);
	note = pair_deliver(&p, DIALER, 0, false);
	assert_int_equal(note->kind, NOTE_CLOSE);
	assert_int_equal(note->corr, corr);
	assert_true(str_is(note->stream, name));
	p.now += 2 * US_PER_SECOND;
	(void)pair_tick(&p, DIALER); /* the ACK that was due went with the stream */
	assert_int_equal(p.sides[LISTENER].way_count, 0);
	assert_true(session_is_ready(p.sides[DIALER].session) && session_is_ready(holder));
	pair_clear(&p);
}

static void all_that_was_lost_is_read_from_the_beginning(void **state)
{
	struct pair p;
	struct history h;
	struct session_note *note;
	uint64_t corr;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	history_make(&h, &p, 8, "kejadian");
	corr = tail_from(&p, &h, 0);
	grant(&p, &h, corr, 0);
	ship(&p, &h, corr, 1, 8);
	note = pair_deliver(&p, DIALER, 0, false);
	assert_int_equal(note->kind, NOTE_EVENTS);
	assert_int_equal(note->events[7].seq, 8);
	assert_true(hash_equal(&note->events[7].hash, &h.places[8].hash));
	pair_clear(&p);
}

/* A node asks for what is not its own, or for what nobody holds. */
static void copy_that_is_not_given_harms_no_other_stream(void **state)
{
	struct pair p;
	struct history h;
	struct session_note *note;
	uint64_t corr, open;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	history_make(&h, &p, 8, "kejadian");
	open = tail_from(&p, &h, 0);
	grant(&p, &h, open, 0);
	corr = tail_from(&p, &h, 5);
	assert_int_equal(session_error(p.sides[LISTENER].session, corr, SESI_CODE_UNKNOWN_STREAM, "x"),
		ERR_OK);
	note = pair_deliver(&p, DIALER, 0, false);
	assert_int_equal(note->kind, NOTE_ERROR);
	assert_int_equal(note->error.code, SESI_CODE_UNKNOWN_STREAM);
	assert_true(str_is(note->stream, name));
	/* Our place is not in the copy. */
	corr = tail_from(&p, &h, 7);
	assert_int_equal(session_diverged(p.sides[LISTENER].session, corr, &h.places[6]), ERR_OK);
	note = pair_deliver(&p, DIALER, 0, false);
	assert_int_equal(note->error.code, SESI_CODE_DIVERGED);
	assert_int_equal(note->error.head_seq, 6);
	ship(&p, &h, open, 1, 8);
	assert_int_equal(pair_deliver(&p, DIALER, 0, false)->event_count, 8);
	pair_clear(&p);
}

static void copy_with_a_broken_chain_is_refused(void **state)
{
	struct pair p;
	struct history h;
	uint64_t corr;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	history_make(&h, &p, 8, "kejadian");
	corr = tail_from(&p, &h, 5);
	grant(&p, &h, corr, 5);
	h.records[7] = str_of("lain");
	ship(&p, &h, corr, 6, 8);
	assert_int_equal(pair_deliver(&p, DIALER, 0, false)->error.code, SESI_CODE_BROKEN_STREAM);
	pair_clear(&p);
}

static void tail_of_an_older_side_is_bounded_by_bytes_alone(void **state)
{
	struct pair p;
	struct history h;
	struct header header = { .major = HEADER_MAJOR, .type = SESI_TAIL, .corr = 3 };
	struct sesi_tail tail = { .stream = str_of(name), .credit_bytes = 100000 };
	struct sesi_welcome welcome;
	uint64_t bytes;
	uint32_t events;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	(void)pair_tick(&p, DIALER);
	(void)pair_deliver(&p, LISTENER, 0, false);
	header.session = pair_last(&p, DIALER, &schema_sesi_welcome, &welcome).session;
	history_make(&h, &p, 8, "kejadian");
	pair_put(&p, LISTENER, header, &schema_sesi_tail, &tail, no_signature);
	assert_int_equal(pair_deliver(&p, LISTENER, 0, false)->kind, NOTE_TAIL);
	assert_int_equal(session_opened(p.sides[LISTENER].session, 3, &h.places[0], &h.places[8]),
		ERR_OK);
	session_room(p.sides[LISTENER].session, 3, &bytes, &events);
	assert_int_equal(bytes, 100000);
	assert_int_equal(events, SESSION_EVENTS_MAX);
	pair_clear(&p);
}

static void head_is_told_unasked_with_its_signature(void **state)
{
	static const char signature[SESSION_SIGNATURE_BYTES] = "tanda tangan";
	struct pair p;
	struct history h;
	struct session_note *note;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	history_make(&h, &p, 3, "kejadian");
	assert_int_equal(session_head(p.sides[DIALER].session, 0, str_of(name), &h.places[3],
						 str_bytes(signature, sizeof signature)),
		ERR_OK);
	note = pair_deliver(&p, LISTENER, 0, false);
	assert_int_equal(note->kind, NOTE_HEAD);
	assert_int_equal(note->corr, 0);
	assert_true(str_is(note->stream, name) && note->head.has_signature);
	assert_int_equal(note->head.seq, 3);
	assert_int_equal(
		session_head(p.sides[DIALER].session, 0, str_of(name), &h.places[3], no_signature), ERR_OK);
	assert_false(pair_deliver(&p, LISTENER, 0, false)->head.has_signature);
	pair_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copy_is_read_to_its_end_which_is_said),
		cmocka_unit_test(all_that_was_lost_is_read_from_the_beginning),
		cmocka_unit_test(copy_that_is_not_given_harms_no_other_stream),
		cmocka_unit_test(copy_with_a_broken_chain_is_refused),
		cmocka_unit_test(tail_of_an_older_side_is_bounded_by_bytes_alone),
		cmocka_unit_test(head_is_told_unasked_with_its_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
