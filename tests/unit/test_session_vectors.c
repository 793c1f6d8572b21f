/* The protocol as bytes: one conversation with every type, compared with tests/data/vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/counting.h"
#include "lib/vector.h"

static void converse(struct pair *p)
{
	struct session *workflow = p->sides[DIALER].session, *intake = p->sides[LISTENER].session;
	struct sesi_cmd cmd = { .id = id_numbered(0x11),
		.time_left_ms = 5000,
		.actor = id_numbered(0x22),
		.type = 0x101,
		.version = 1,
		.body = STR("\x81\x01\xa1x"),
		.has_expect_version = true,
		.expect_version = 7,
		.has_cause = true,
		.cause = id_numbered(0x33),
		.has_after_stream = true,
		.after_stream = STR("intake"),
		.has_after_epoch = true,
		.after_epoch = id_numbered(9),
		.has_after_seq = true,
		.after_seq = 300 };
	struct sesi_reply reply = { .status = SESI_STATUS_OK,
		.has_result = true,
		.result = STR("\x80"),
		.has_stream = true,
		.stream = STR("intake"),
		.has_epoch = true,
		.epoch = id_numbered(9),
		.has_first_seq = true,
		.first_seq = 301,
		.has_count = true,
		.count = 2 };
	struct sesi_reply refusal = { .status = SESI_STATUS_REJECTED,
		.has_retry_after_ms = true,
		.retry_after_ms = 250,
		.has_field = true,
		.field = STR("nama"),
		.has_rule = true,
		.rule = STR("wajib_diisi") };
	struct sesi_ask ask = { .type = 0x201,
		.version = 1,
		.body = STR("\x80"),
		.actor = id_numbered(0x22),
		.time_left_ms = 1000,
		.has_go_on = true,
		.go_on = STR("\x01\x02") };
	struct sesi_answer answer = { .status = SESI_STATUS_OK,
		.has_body = true,
		.body = STR("\x80"),
		.has_stream = true,
		.stream = STR("intake"),
		.has_epoch = true,
		.epoch = id_numbered(9),
		.has_seq = true,
		.seq = 302 };
	struct sesi_letter letter = { .id = id_numbered(0x44),
		.type = 0x301,
		.version = 1,
		.body = STR("\x80") };
	struct sesi_taken taken = { .id = id_numbered(0x44), .status = SESI_LETTER_STATUS_TAKEN };
	uint64_t corr;

	(void)pair_tick(p, DIALER);
	assert_int_equal(vector_check(p, LISTENER, "01_hello")->kind, NOTE_READY);
	assert_int_equal(vector_check(p, DIALER, "02_welcome")->kind, NOTE_READY);
	assert_int_equal(session_cmd(workflow, &cmd, &corr), ERR_OK);
	assert_int_equal(vector_check(p, LISTENER, "03_cmd")->kind, NOTE_CMD);
	assert_int_equal(session_reply(intake, corr, &reply), ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "04_reply")->kind, NOTE_REPLY);
	assert_int_equal(session_reply(intake, corr, &refusal), ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "05_reply_rejected")->kind, NOTE_REPLY);
	assert_int_equal(session_ask(workflow, &ask, &corr), ERR_OK);
	assert_int_equal(vector_check(p, LISTENER, "06_ask")->kind, NOTE_ASK);
	assert_int_equal(session_answer(intake, corr, &answer), ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "07_answer")->kind, NOTE_ANSWER);
	assert_int_equal(session_letter(intake, &letter, &corr), ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "08_letter")->kind, NOTE_LETTER);
	assert_int_equal(session_taken(workflow, corr, &taken), ERR_OK);
	assert_int_equal(vector_check(p, LISTENER, "09_taken")->kind, NOTE_TAKEN);
}

static void read_stream(struct pair *p)
{
	struct session *workflow = p->sides[DIALER].session, *intake = p->sides[LISTENER].session;
	struct stream_place beginning = { .seq = 0 };
	struct history h;
	uint64_t corr, asked;

	history_make(&h, p, 3, "kejadian");
	assert_int_equal(session_open_stream(workflow, str_of("intake"), &beginning, &corr), ERR_OK);
	assert_int_equal(vector_check(p, LISTENER, "10_open")->kind, NOTE_OPEN);
	assert_int_equal(session_opened(intake, corr, &h.places[0], &h.places[3]), ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "11_opened")->kind, NOTE_OPENED);
	assert_int_equal(session_events(intake, corr, 3, &h.places[3], history_payload(&h, p, 1, 3)),
		ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "12_events")->kind, NOTE_EVENTS);
	session_consumed(workflow, corr, &h.places[2], 28, 2, p->now); /* half of the window */
	assert_int_equal(vector_check(p, LISTENER, "13_credit")->kind, NOTE_CREDIT);
	p->now += US_PER_SECOND;
	session_consumed(workflow, corr, &h.places[2], 0, 0, p->now);
	assert_int_equal(vector_check(p, LISTENER, "14_ack")->kind, NOTE_ACK);
	assert_int_equal(session_ask_head(workflow, str_of("intake"), &asked), ERR_OK);
	assert_int_equal(vector_check(p, LISTENER, "15_head_asked")->kind, NOTE_HEAD_ASKED);
	assert_int_equal(
		session_head(intake, asked, str_of("intake"), &h.places[3], (struct str) { NULL, 0 }),
		ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "16_head_told")->kind, NOTE_HEAD);
	assert_int_equal(session_close_stream(workflow, corr), ERR_OK);
	assert_int_equal(vector_check(p, LISTENER, "17_close")->kind, NOTE_CLOSE);
	assert_int_equal(session_open_stream(workflow, str_of("intake"), &h.places[3], &corr), ERR_OK);
	assert_int_equal(pair_deliver(p, LISTENER, 0, false)->kind, NOTE_OPEN);
	assert_int_equal(session_diverged(intake, corr, &h.places[2]), ERR_OK);
	assert_int_equal(vector_check(p, DIALER, "18_error_diverged")->kind, NOTE_ERROR);
}

static void every_type_is_the_bytes_of_its_vector(void **state)
{
	struct pair p;

	(void)state;
	counting_from(0);
	pair_init(&p, (struct pair_options) { .window_events = 4 });
	converse(&p);
	read_stream(&p);
	p.now += 9 * US_PER_SECOND;
	(void)pair_tick(&p, DIALER);
	assert_int_equal(p.sides[LISTENER].way_count, 0);
	p.now += US_PER_SECOND;
	(void)pair_tick(&p, DIALER);
	assert_int_equal(vector_check(&p, LISTENER, "19_ping")->kind, NOTE_NONE);
	assert_int_equal(vector_check(&p, DIALER, "20_pong")->kind, NOTE_NONE);
	session_bye(p.sides[DIALER].session);
	assert_int_equal(vector_check(&p, LISTENER, "21_bye")->kind, NOTE_DOWN);
	pair_clear(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_the_bytes_of_its_vector),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
