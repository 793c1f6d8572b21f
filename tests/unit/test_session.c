/* Two sessions back to back: greeting, talk, silence, end. Streams: test_session_stream.c; what they
 * refuse: test_session_refused_*.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/pair.h"
#include "proto/messages.h"

static const struct stream_place beginning = { .seq = 0 };

static void hello_and_welcome_make_both_sides_ready(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	assert_false(session_is_ready(p.sides[DIALER].session));
	(void)pair_tick(&p, LISTENER); /* says nothing by itself */
	assert_int_equal(p.sides[DIALER].sent, 0);
	(void)pair_tick(&p, DIALER);
	(void)pair_tick(&p, DIALER); /* HELLO once */
	assert_int_equal(p.sides[LISTENER].sent, 1);
	pair_run(&p);
	assert_non_null(pair_noted(&p, DIALER, NOTE_READY));
	assert_non_null(pair_noted(&p, LISTENER, NOTE_READY));
	assert_true(str_is(session_peer(p.sides[DIALER].session), "intake"));
	assert_true(str_is(session_peer(p.sides[LISTENER].session), "workflow"));
	assert_true(id_equal(session_peer_node(p.sides[LISTENER].session), id_numbered(1)));
	pair_clear(&p);
}

static void nothing_is_sent_before_the_session_is_ready(void **state)
{
	struct sesi_cmd cmd = { .type = 1 };
	struct pair p;
	uint64_t corr;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	(void)pair_tick(&p, DIALER);
	assert_int_equal(session_cmd(p.sides[DIALER].session, &cmd, &corr), ERR_UNAVAILABLE);
	assert_int_equal(session_cmd(p.sides[LISTENER].session, &cmd, &corr), ERR_UNAVAILABLE);
	assert_int_equal(
		session_open_stream(p.sides[DIALER].session, str_of("intake"), &beginning, &corr),
		ERR_UNAVAILABLE);
	assert_int_equal(p.sides[LISTENER].sent, 1);
	assert_false(session_is_down(p.sides[DIALER].session));
	pair_clear(&p);
}

/* Either side may command, ask and write. */
static void talk_from(int from)
{
	int to = 1 - from;
	struct pair p;
	struct sesi_cmd cmd = { .id = id_numbered(7),
		.type = 0x101,
		.version = 1,
		.body = STR("\x80"),
		.actor = id_numbered(5),
		.time_left_ms = 500,
		.has_expect_version = true,
		.expect_version = 3 };
	struct sesi_reply reply = { .status = SESI_STATUS_REJECTED,
		.has_field = true,
		.field = STR("nama") };
	struct sesi_ask ask = { .type = 0x201, .version = 1, .body = STR("\x80") };
	struct sesi_answer answer = { .status = SESI_STATUS_OK, .has_body = true, .body = STR("\x80") };
	struct sesi_letter letter = { .id = id_numbered(8),
		.type = 0x301,
		.version = 1,
		.body = STR("\x80") };
	struct sesi_taken taken = { .id = id_numbered(8), .status = SESI_LETTER_STATUS_PARKED };
	struct session_note *note;
	uint64_t corr, second;

	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	assert_int_equal(session_cmd(p.sides[from].session, &cmd, &corr), ERR_OK);
	note = pair_deliver(&p, to, 0, false);
	assert_int_equal(note->kind, NOTE_CMD);
	assert_int_equal(note->corr, corr);
	assert_true(id_equal(note->cmd.id, cmd.id) && note->cmd.has_expect_version);
	assert_int_equal(note->cmd.expect_version, 3);
	assert_int_equal(session_reply(p.sides[to].session, corr, &reply), ERR_OK);
	note = pair_deliver(&p, from, 0, false);
	assert_int_equal(note->kind, NOTE_REPLY);
	assert_int_equal(note->corr, corr);
	assert_int_equal(note->reply.status, SESI_STATUS_REJECTED);
	assert_true(str_is(note->reply.field, "nama"));

	assert_int_equal(session_ask(p.sides[from].session, &ask, &second), ERR_OK);
	assert_true(second != corr);
	assert_int_equal(pair_deliver(&p, to, 0, false)->kind, NOTE_ASK);
	assert_int_equal(session_answer(p.sides[to].session, second, &answer), ERR_OK);
	assert_int_equal(pair_deliver(&p, from, 0, false)->kind, NOTE_ANSWER);

	assert_int_equal(session_letter(p.sides[from].session, &letter, &corr), ERR_OK);
	assert_int_equal(pair_deliver(&p, to, 0, false)->kind, NOTE_LETTER);
	assert_int_equal(session_taken(p.sides[to].session, corr, &taken), ERR_OK);
	note = pair_deliver(&p, from, 0, false);
	assert_int_equal(note->kind, NOTE_TAKEN);
	assert_int_equal(note->taken.status, SESI_LETTER_STATUS_PARKED);
	pair_clear(&p);
}

static void dialer_commands_asks_and_writes(void **state)
{
	(void)state;
	talk_from(DIALER);
}

static void listener_commands_asks_and_writes(void **state)
{
	(void)state;
	talk_from(LISTENER);
}

static void body_over_its_limit_is_refused_and_the_session_goes_on(void **state)
{
	static char big[61441];
	struct sesi_cmd cmd = { .body = { big, sizeof big } };
	struct pair p;
	uint64_t corr;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	assert_int_equal(session_cmd(p.sides[DIALER].session, &cmd, &corr), ERR_LIMIT);
	cmd.body.len--;
	assert_int_equal(session_cmd(p.sides[DIALER].session, &cmd, &corr), ERR_OK);
	pair_run(&p);
	assert_int_equal(pair_noted(&p, LISTENER, NOTE_CMD)->cmd.body.len, 61440);
	pair_clear(&p);
}

static void silence_is_asked_about_and_then_ends_the_session(void **state)
{
	struct pair p;
	time_us began;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	began = p.now;
	assert_int_equal(pair_tick(&p, DIALER) - began, 10 * US_PER_SECOND);
	for (int i = 1; i <= 12; i++) { /* answered: it lives for ever */
		p.now += 10 * US_PER_SECOND;
		(void)pair_tick(&p, DIALER);
		assert_int_equal(p.sides[LISTENER].way_count, 1);
		pair_run(&p);
	}
	assert_true(session_is_ready(p.sides[DIALER].session));
	p.sides[LISTENER].way_count = 0;
	began = p.now;
	for (int i = 1; i <= 29; i++) { /* not answered: two questions, no flood */
		p.now = began + i * US_PER_SECOND;
		(void)pair_tick(&p, DIALER);
	}
	assert_int_equal(p.sides[LISTENER].way_count, 2);
	assert_false(session_is_down(p.sides[DIALER].session));
	p.now = began + 30 * US_PER_SECOND;
	(void)pair_tick(&p, DIALER);
	assert_int_equal(pair_noted(&p, DIALER, NOTE_DOWN)->error.code, 0);
	assert_true(session_is_down(p.sides[DIALER].session));
	pair_clear(&p);
}

static void hello_that_nobody_answers_ends_the_session(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	(void)pair_tick(&p, DIALER);
	p.now += 30 * US_PER_SECOND;
	(void)pair_tick(&p, DIALER);
	(void)pair_tick(&p, LISTENER); /* and a connection that never says HELLO */
	assert_non_null(pair_noted(&p, DIALER, NOTE_DOWN));
	assert_non_null(pair_noted(&p, LISTENER, NOTE_DOWN));
	pair_clear(&p);
}

static void connection_that_takes_nothing_ends_the_session(void **state)
{
	struct sesi_ask ask = { .type = 1 };
	struct pair p;
	uint64_t corr;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	p.sides[LISTENER].is_deaf = true;
	assert_int_equal(session_ask(p.sides[DIALER].session, &ask, &corr), ERR_UNAVAILABLE);
	assert_true(session_is_down(p.sides[DIALER].session));
	(void)pair_tick(&p, DIALER);
	assert_non_null(pair_noted(&p, DIALER, NOTE_DOWN));
	pair_clear(&p);
}

static void bye_ends_both_sides(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, (struct pair_options) { 0 });
	pair_greet(&p);
	session_bye(p.sides[LISTENER].session);
	session_bye(p.sides[LISTENER].session); /* said once */
	pair_run(&p);
	assert_int_equal(pair_noted(&p, DIALER, NOTE_DOWN)->error.code, 0);
	assert_true(session_is_down(p.sides[LISTENER].session));
	assert_int_equal(p.sides[LISTENER].way_count, 0); /* BYE has no answer */
	pair_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hello_and_welcome_make_both_sides_ready),
		cmocka_unit_test(nothing_is_sent_before_the_session_is_ready),
		cmocka_unit_test(dialer_commands_asks_and_writes),
		cmocka_unit_test(listener_commands_asks_and_writes),
		cmocka_unit_test(body_over_its_limit_is_refused_and_the_session_goes_on),
		cmocka_unit_test(silence_is_asked_about_and_then_ends_the_session),
		cmocka_unit_test(hello_that_nobody_answers_ends_the_session),
		cmocka_unit_test(connection_that_takes_nothing_ends_the_session),
		cmocka_unit_test(bye_ends_both_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
