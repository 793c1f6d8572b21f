/* What a session grants and takes, in bytes and events, and what it refuses beyond. */
#include "lib/violation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void more_bytes_than_granted_are_refused(void **state)
{
	static struct scene s;
	struct stream_place beginning = { .seq = 0 };

	(void)state;
	memset(&s, 0, sizeof s);
	pair_init(&s.p, (struct pair_options) { .window_bytes = SESSION_WINDOW_MIN });
	pair_greet(&s.p);
	history_make(&s.h, &s.p, 20, "kejadian");
	s.h.records[1] = (struct str) { arena_take(&s.p.arena, 60000), 60000 };
	s.h.records[2] = s.h.records[1];
	for (uint32_t i = 1; i <= 2; i++)
		s.h.places[i].hash = hash_labelled("lsp1-event",
			str_bytes(&s.h.places[i - 1].hash, HASH_BYTES), s.h.records[i]);
	assert_int_equal(
		session_open_stream(s.p.sides[DIALER].session, str_of("intake"), &beginning, &s.corr),
		ERR_OK);
	s.number = pair_last(&s.p, LISTENER, &schema_sesi_open, &(struct sesi_open) { .after_seq = 0 })
				   .session;
	pair_run(&s.p);
	assert_int_equal(
		session_opened(s.p.sides[LISTENER].session, s.corr, &s.h.places[0], &s.h.places[2]),
		ERR_OK);
	pair_run(&s.p);
	for (uint32_t i = 1; i <= 2; i++) {
		s.events = (struct sesi_events) { .stream = STR("intake"),
			.epoch = id_numbered(9),
			.first_seq = i,
			.count = 1,
			.prev_hash = s.h.places[i - 1].hash,
			.last_hash = s.h.places[i].hash };
		s.payload = history_payload(&s.h, &s.p, i, i);
		scene_put_events(&s);
	}
	assert_int_equal(pair_deliver(&s.p, DIALER, 0, false)->kind, NOTE_EVENTS);
	assert_int_equal(pair_deliver(&s.p, DIALER, 0, false)->kind, NOTE_DOWN);
	assert_int_equal(scene_answer(&s, DIALER), 303);
	pair_clear(&s.p);
}

static void payload_is_what_both_sides_take(void **state)
{
	static struct scene s;
	struct stream_place at;
	uint64_t bytes;
	uint32_t events;

	(void)state;
	scene_open(&s, WAITING);
	s.hello.payload_max = 70000;
	scene_put(&s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s.hello);
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_READY);
	s.number = pair_last(&s.p, DIALER, &schema_sesi_welcome, &s.welcome).session;
	scene_put(&s, LISTENER, SESI_OPEN, 3, &schema_sesi_open,
		&(struct sesi_open) { .stream = STR("intake"),
			.credit_bytes = SESSION_WINDOW_MAX,
			.credit_events = 1 << 30,
			.payload_max = 1 << 20 });
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_OPEN);
	at = s.h.places[0];
	assert_int_equal(session_opened(s.p.sides[LISTENER].session, 3, &at, &at), ERR_OK);
	session_room(s.p.sides[LISTENER].session, 3, &bytes, &events);
	assert_int_equal(bytes, 70000);
	assert_int_equal(events, SESSION_EVENTS_MAX);
	pair_clear(&s.p);
}

/* A producer queues what is granted for a reader that reads nothing. */
static void nobody_grants_without_bound(void **state)
{
	static struct scene s;

	(void)state;
	scene_open(&s, READING);
	scene_put(&s, LISTENER, SESI_CREDIT, s.corr, &schema_sesi_credit,
		&(struct sesi_credit) { SESSION_WINDOW_MAX, 50 });
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_CREDIT);
	scene_put(&s, LISTENER, SESI_CREDIT, s.corr, &schema_sesi_credit,
		&(struct sesi_credit) { UINT64_MAX, 51 });
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_DOWN);
	assert_int_equal(scene_answer(&s, LISTENER), 102);
	pair_clear(&s.p);

	scene_open(&s, READY);
	scene_put(&s, LISTENER, SESI_OPEN, 3, &schema_sesi_open,
		&(struct sesi_open) { .stream = STR("intake"),
			.credit_bytes = UINT64_C(1) << 40,
			.credit_events = 1,
			.payload_max = 1 << 20 });
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_DOWN);
	assert_int_equal(scene_answer(&s, LISTENER), 102);
	pair_clear(&s.p);
}

static void credit_that_raises_one_mark_lowers_no_other(void **state)
{
	static struct scene s;
	uint64_t bytes, before;
	uint32_t events;

	(void)state;
	scene_open(&s, READING);
	session_room(s.p.sides[LISTENER].session, s.corr, &before, &events);
	assert_int_equal(events, 5);
	scene_put(&s, LISTENER, SESI_CREDIT, s.corr, &schema_sesi_credit,
		&(struct sesi_credit) { 100, 50 });
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_CREDIT);
	session_room(s.p.sides[LISTENER].session, s.corr, &bytes, &events);
	assert_int_equal(bytes, before);
	assert_int_equal(events, 45);
	pair_clear(&s.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_bytes_than_granted_are_refused),
		cmocka_unit_test(payload_is_what_both_sides_take),
		cmocka_unit_test(credit_that_raises_one_mark_lowers_no_other),
		cmocka_unit_test(nobody_grants_without_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
