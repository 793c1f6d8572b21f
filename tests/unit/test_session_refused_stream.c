/* What a session refuses of streams: events that do not follow, heads, acknowledgements. */
#include "lib/violation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct str none = { NULL, 0 };

static void put_gap(struct scene *s)
{
	s->events.first_seq = 7;
	s->events.prev_hash = s->h.places[6].hash;
	s->payload = history_payload(&s->h, &s->p, 7, 8);
	s->events.count = 2;
	scene_put_events(s);
}

static void put_events_again(struct scene *s)
{
	s->events.first_seq = 3;
	s->events.prev_hash = s->h.places[2].hash;
	s->payload = history_payload(&s->h, &s->p, 3, 8);
	s->events.count = 6;
	scene_put_events(s);
}

static void put_wrong_hash_before(struct scene *s)
{
	s->events.prev_hash.bytes[31] ^= 1;
	scene_put_events(s);
}

static void put_wrong_hash_after(struct scene *s)
{
	s->events.last_hash.bytes[0] ^= 1;
	scene_put_events(s);
}

/* A chain that is right in itself, but begins elsewhere: the records as of a forked history. */
static void put_forked_history(struct scene *s)
{
	struct hash hash = { { 1 } };

	s->events.prev_hash = hash;
	for (uint32_t i = 6; i <= 8; i++)
		hash = hash_labelled("lsp1-event", str_bytes(&hash, sizeof hash), s->h.records[i]);
	s->events.last_hash = hash;
	scene_put_events(s);
}

static void put_altered_record(struct scene *s)
{
	((char *)s->payload.ptr)[6] ^= 1;
	scene_put_events(s);
}

static void put_fewer_than_said(struct scene *s)
{
	s->events.count = 4;
	scene_put_events(s);
}

static void put_more_than_said(struct scene *s)
{
	s->events.count = 2;
	s->events.last_hash = s->h.places[7].hash;
	scene_put_events(s);
}

static void put_cut_payload(struct scene *s)
{
	s->payload.len--;
	scene_put_events(s);
}

static void put_no_events(struct scene *s)
{
	s->events.count = 0;
	s->events.last_hash = s->events.prev_hash;
	s->payload = str_of("");
	scene_put_events(s);
}

static void put_empty_record(struct scene *s)
{
	static const char empty[4] = { 0 };
	struct hash last =
		hash_labelled("lsp1-event", str_bytes(&s->h.places[5].hash, HASH_BYTES), str_of(""));

	s->events.count = 1;
	s->events.last_hash = last;
	s->payload = str_bytes(empty, sizeof empty);
	scene_put_events(s);
}

static void put_more_than_granted(struct scene *s)
{
	s->events.count = 6;
	s->events.last_hash = s->h.places[11].hash;
	s->payload = history_payload(&s->h, &s->p, 6, 11);
	scene_put_events(s);
}

static void put_events_without_epoch(struct scene *s)
{
	s->events.epoch = (struct id) { { 0 } };
	scene_put_events(s);
}

static void put_events_of_another_name(struct scene *s)
{
	s->events.stream = str_of("catalog");
	scene_put_events(s);
}

static void put_events_without_payload(struct scene *s)
{
	s->payload = none;
	scene_put_events(s);
}

static void put_opened_twice(struct scene *s)
{
	scene_put(s, DIALER, SESI_OPENED, s->corr, &schema_sesi_opened,
		&(struct sesi_opened) { .head_seq = 20 });
}

static void put_events_before_opened(struct scene *s)
{
	enum err e = session_open_stream(s->p.sides[DIALER].session, str_of("intake"), &s->h.places[5],
		&s->corr);

	assert_int_equal(e, ERR_OK);
	s->p.sides[LISTENER].way_count = 0;
	scene_put_events(s);
}

static void put_head_behind(struct scene *s)
{
	struct sesi_head head = { .stream = STR("intake"),
		.has_epoch = true,
		.epoch = id_numbered(9),
		.has_seq = true,
		.seq = 4,
		.has_hash = true,
		.hash = s->h.places[4].hash };

	scene_put(s, DIALER, SESI_HEAD, s->corr, &schema_sesi_head, &head);
}

static void put_head_of_another_history(struct scene *s)
{
	struct sesi_head head = { .stream = STR("intake"),
		.has_epoch = true,
		.epoch = id_numbered(9),
		.has_seq = true,
		.seq = 5,
		.has_hash = true,
		.hash = s->h.places[6].hash };

	scene_put(s, DIALER, SESI_HEAD, s->corr, &schema_sesi_head, &head);
}

static void put_half_a_head(struct scene *s)
{
	struct sesi_head head = { .stream = STR("intake"), .has_seq = true, .seq = 5 };

	scene_put(s, DIALER, SESI_HEAD, s->corr, &schema_sesi_head, &head);
}

/* The head that the dialer has reached, with a signature of that many bytes, under that number. */
static void put_signed_head(struct scene *s, size_t bytes, uint64_t corr)
{
	static const char signature[80];
	struct sesi_head head = { .stream = STR("intake"),
		.has_epoch = true,
		.epoch = id_numbered(9),
		.has_seq = true,
		.seq = 5,
		.has_hash = true,
		.hash = s->h.places[5].hash,
		.has_signature = true,
		.signature = { signature, bytes } };

	scene_put(s, DIALER, SESI_HEAD, corr, &schema_sesi_head, &head);
}

static void put_signature(struct scene *s)
{
	put_signed_head(s, 64, s->corr);
}

static void put_short_signature(struct scene *s)
{
	put_signed_head(s, 63, s->corr);
}

static void put_empty_signature(struct scene *s)
{
	put_signed_head(s, 0, s->corr);
}

static void put_head_unasked(struct scene *s)
{
	put_signed_head(s, 64, 0);
}

static void put_head_under_their_own_number(struct scene *s)
{
	put_signed_head(s, 64, 2);
}

static void put_question_with_signature(struct scene *s)
{
	struct sesi_head head = { .stream = STR("intake"),
		.has_signature = true,
		.signature = { (const char *)&s->h.places[1], 64 } };

	scene_put(s, LISTENER, SESI_HEAD, 7, &schema_sesi_head, &head);
}

static void put_question_without_number(struct scene *s)
{
	struct sesi_head head = { .stream = STR("intake") };

	scene_put(s, LISTENER, SESI_HEAD, 0, &schema_sesi_head, &head);
}

static void put_tail(struct scene *s, uint64_t corr, uint64_t bytes, uint32_t payload_max)
{
	struct sesi_tail tail = { .stream = STR("intake"),
		.credit_bytes = bytes,
		.has_payload_max = true,
		.payload_max = payload_max };

	scene_put(s, LISTENER, SESI_TAIL, corr, &schema_sesi_tail, &tail);
}

static void put_tail_of_a_stream(struct scene *s)
{
	put_tail(s, 7, SESSION_WINDOW_MIN, SESSION_WINDOW_MIN);
}

static void put_tail_twice(struct scene *s)
{
	put_tail(s, s->corr, SESSION_WINDOW_MIN, SESSION_WINDOW_MIN);
}

static void put_tail_of_our_number(struct scene *s)
{
	put_tail(s, 2, SESSION_WINDOW_MIN, SESSION_WINDOW_MIN);
}

static void put_tail_without_bound(struct scene *s)
{
	put_tail(s, 7, UINT64_MAX, SESSION_WINDOW_MIN);
}

static void put_tail_with_tiny_payload(struct scene *s)
{
	put_tail(s, 7, SESSION_WINDOW_MIN, SESSION_WINDOW_MIN - 1);
}

static void put_open_twice(struct scene *s)
{
	struct sesi_open open = { .stream = STR("intake"), .payload_max = 1 << 20 };

	scene_put(s, LISTENER, SESI_OPEN, s->corr, &schema_sesi_open, &open);
}

static void put_ack_of_the_future(struct scene *s)
{
	scene_put(s, LISTENER, SESI_ACK, s->corr, &schema_sesi_ack, &(struct sesi_ack) { .seq = 6 });
}

static void put_older_credit(struct scene *s)
{
	scene_put(s, LISTENER, SESI_CREDIT, s->corr, &schema_sesi_credit,
		&(struct sesi_credit) { 5, 5 });
}

static void put_credit_of_no_stream(struct scene *s)
{
	scene_put(s, LISTENER, SESI_CREDIT, 99, &schema_sesi_credit, &(struct sesi_credit) { 5, 5 });
}

static void put_broken_stream(struct scene *s)
{
	scene_put(s, LISTENER, SESI_ERROR, s->corr, &schema_sesi_error,
		&(struct sesi_error) { .code = 303 });
}

/* clang-format off */
static const struct violation violations[] = {
	{ "EVENTS in order",                  READING, scene_put_events,               DIALER,   NO_ERROR, LIVES },
	{ "EVENTS with a gap",                READING, put_gap,                        DIALER,   303, ENDS },
	{ "EVENTS again",                     READING, put_events_again,               DIALER,   303, ENDS },
	{ "wrong hash before the events",     READING, put_wrong_hash_before,          DIALER,   303, ENDS },
	{ "wrong hash after the events",      READING, put_wrong_hash_after,           DIALER,   303, ENDS },
	{ "records of a forked history",      READING, put_forked_history,             DIALER,   303, ENDS },
	{ "altered record",                   READING, put_altered_record,             DIALER,   303, ENDS },
	{ "fewer records than said",          READING, put_fewer_than_said,            DIALER,   303, ENDS },
	{ "more records than said",           READING, put_more_than_said,             DIALER,   303, ENDS },
	{ "payload cut short",                READING, put_cut_payload,                DIALER,   303, ENDS },
	{ "EVENTS without events",            READING, put_no_events,                  DIALER,   303, ENDS },
	{ "empty record",                     READING, put_empty_record,               DIALER,   303, ENDS },
	{ "more than was granted",            READING, put_more_than_granted,          DIALER,   303, ENDS },
	{ "EVENTS without an epoch",          READING, put_events_without_epoch,       DIALER,   303, ENDS },
	{ "EVENTS of another stream",         READING, put_events_of_another_name,     DIALER,   303, ENDS },
	{ "EVENTS without payload",           READING, put_events_without_payload,     DIALER,   102, ENDS },
	{ "OPENED twice",                     READING, put_opened_twice,               DIALER,   102, ENDS },
	{ "EVENTS before OPENED",             READING, put_events_before_opened,       DIALER,   303, ENDS },
	{ "HEAD behind what was sent",        READING, put_head_behind,                DIALER,   303, ENDS },
	{ "HEAD of another history",          READING, put_head_of_another_history,    DIALER,   303, ENDS },
	{ "half a HEAD",                      READING, put_half_a_head,                DIALER,   102, ENDS },
	{ "HEAD with a signature",            READING, put_signature,                  DIALER,   NO_ERROR, LIVES },
	{ "signature of 63 bytes",            READING, put_short_signature,            DIALER,   102, ENDS },
	{ "signature of no bytes",            READING, put_empty_signature,            DIALER,   102, ENDS },
	{ "HEAD told unasked",                READING, put_head_unasked,               DIALER,   NO_ERROR, LIVES },
	{ "HEAD told under a number of theirs", READING, put_head_under_their_own_number, DIALER, 102, ENDS },
	{ "HEAD asked with a signature",      READING, put_question_with_signature,    LISTENER, 102, ENDS },
	{ "HEAD asked without a number",      READING, put_question_without_number,    LISTENER, 102, ENDS },
	{ "TAIL",                             READING, put_tail_of_a_stream,           LISTENER, NO_ERROR, LIVES },
	{ "TAIL with a corr in use",          READING, put_tail_twice,                 LISTENER, 102, ENDS },
	{ "TAIL under a number of ours",      READING, put_tail_of_our_number,         LISTENER, 102, ENDS },
	{ "TAIL with credit without bound",   READING, put_tail_without_bound,         LISTENER, 102, ENDS },
	{ "TAIL with a tiny payload",         READING, put_tail_with_tiny_payload,     LISTENER, 102, ENDS },
	{ "OPEN with a corr in use",          READING, put_open_twice,                 LISTENER, 102, ENDS },
	{ "ACK of what was not sent",         READING, put_ack_of_the_future,          LISTENER, 303, ENDS },
	{ "older CREDIT is passed over",      READING, put_older_credit,               LISTENER, NO_ERROR, LIVES },
	{ "CREDIT of no stream",              READING, put_credit_of_no_stream,        LISTENER, NO_ERROR, LIVES },
	{ "reader says the stream is broken", READING, put_broken_stream,              LISTENER, NO_ERROR, ENDS },
};
/* clang-format on */

static void streams_that_cannot_be_have_their_reaction(void **state)
{
	(void)state;
	violations_react(ROWS(violations));
}

static void session_that_is_over_says_so_and_sends_nothing(void **state)
{
	static struct scene s;

	(void)state;
	scene_open(&s, READING);
	put_gap(&s);
	scene_put_events(&s);
	assert_int_equal(pair_deliver(&s.p, DIALER, 0, false)->error.code, 303);
	assert_int_equal(s.p.sides[LISTENER].way_count, 1);
	assert_int_equal(pair_deliver(&s.p, DIALER, 0, false)->kind, NOTE_DOWN);
	assert_int_equal(session_close_stream(s.p.sides[DIALER].session, s.corr), ERR_UNAVAILABLE);
	session_bye(s.p.sides[DIALER].session);
	assert_int_equal(s.p.sides[LISTENER].way_count, 1);
	/* And the other side ends when it hears of it. */
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->error.code, 303);
	assert_int_equal(s.p.sides[DIALER].way_count, 0);
	pair_clear(&s.p);
}

static void events_that_find_no_memory_end_the_session(void **state)
{
	static struct scene s;
	struct session_note note;
	struct arena small;

	(void)state;
	scene_open(&s, READING);
	scene_put_events(&s);
	arena_init(&small, 100);
	session_in(s.p.sides[DIALER].session, &s.p.sides[DIALER].way[0], s.p.now, &small, &note);
	assert_int_equal(note.kind, NOTE_DOWN);
	assert_int_equal(scene_answer(&s, DIALER), 103);
	arena_clear(&small);
	pair_clear(&s.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_that_cannot_be_have_their_reaction),
		cmocka_unit_test(session_that_is_over_says_so_and_sends_nothing),
		cmocka_unit_test(events_that_find_no_memory_end_the_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
