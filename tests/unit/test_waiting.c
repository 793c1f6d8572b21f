/* What waits (for a stream, for a worker, for a person) holds up only what has to wait behind it. One
 * service made for it: a command sets a timer or asks for work, under a key of its own. */
#include "lib/harness_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/ctx.h"
#include "runtime/fold.h"
#include "store/system.h"
#include "workflow/workflow.h"

enum {
	MANY = 300,   /* more than are looked at in one turn */
	WORKERS = 64, /* so many pieces of work are under way at once */
};

static const struct id nobody;

static enum err set(struct ctx *ctx, const void *message)
{
	const struct atur_kebijakan *c = message;
	struct kebijakan_diatur event = { .kunci = c->kunci,
		.unit = c->unit,
		.has_nilai = c->has_nilai,
		.nilai = c->nilai };
	struct kebijakan_diatur payload = event;
	enum err e = ERR_OK;

	ctx_allow_all(ctx);
	if (str_is(c->kunci, "kerja"))
		e = ctx_work(ctx, "kerja", c->unit, &payload);
	return e == ERR_OK ? ctx_emit(ctx, &schema_kebijakan_diatur, c->unit, &event) : e;
}

static enum err say(struct ctx *ctx, const char *what, struct str key)
{
	struct kebijakan_diatur event = { .kunci = str_of(what), .unit = key };

	return ctx_emit(ctx, &schema_kebijakan_diatur, key, &event);
}

static enum err timer_came(struct ctx *ctx, const void *message)
{
	const struct timer_input *timer = message;

	return say(ctx, "lewat", timer->key);
}

static enum err work_came(struct ctx *ctx, const void *message)
{
	const struct work_input *work = message;
	const struct kebijakan_diatur *result = work->result;

	if (result == NULL)
		return say(ctx, "hilang", work->key);
	if (str_is(result->kunci, "tolak"))
		return ctx_refuse(ctx, ERR_STATE, "kunci", "tolak");
	return say(ctx, "selesai", work->key);
}

static enum err apply(struct fold *fold, const void *message)
{
	const struct kebijakan_diatur *event = message;
	uint64_t seconds = 0;

	if (str_is(event->kunci, "lewat"))
		return fold_timer_off(fold, event->unit);
	if (str_is(event->kunci, "selesai") || str_is(event->kunci, "hilang"))
		return fold_work_done(fold, event->unit);
	if (str_is(event->kunci, "kerja"))
		return fold_work(fold, "kerja", event->unit);
	if (!str_number(event->nilai, &seconds))
		return ERR_INVALID;
	return fold_timer(fold, str_is(event->kunci, "menunggu") ? "menunggu" : "bebas", event->unit,
		fold_at(fold) + (time_us)seconds * US_PER_SECOND);
}

static enum err look(struct ctx *ctx, const void *message)
{
	(void)ctx;
	(void)message;
	return ERR_OK;
}

static void work_is_not_run_here(struct worker *worker, const void *payload)
{
	(void)worker;
	(void)payload;
	fail();
}

/* clang-format off */
static const struct command_row commands[] = { { &schema_atur_kebijakan, set, NULL, FROM_CTL, false } };
static const struct event_row events[] = { { &schema_kebijakan_diatur, apply } };
static const struct follow_row follows[] = { { "workflow", &schema_unit_didaftarkan, look } };
static const struct timer_kind timers[] = { { "menunggu", timer_came, true }, { "bebas", timer_came, false } };
static const struct work_kind works[] = {
	{ "kerja", &schema_kebijakan_diatur, &schema_kebijakan_diatur, work_is_not_run_here, work_came },
};
/* clang-format on */
static const struct service waiter = {
	.name = "penunggu",
	.commands = ROWS(commands),
	.events = ROWS(events),
	.follows = ROWS(follows),
	.timers = ROWS(timers),
	.works = ROWS(works),
};
static const struct harness_service services[] = { { &workflow_service, NULL }, { &waiter, NULL } };

static int begin(void **state)
{
	*state = harness_open(ROWS(services), 0);
	return 0;
}

static void ask_for(struct harness *h, const char *what, const char *key, const char *seconds)
{
	struct atur_kebijakan c = { .kunci = str_of(what),
		.unit = str_of(key),
		.has_nilai = seconds != NULL,
		.nilai = str_of(seconds == NULL ? "" : seconds) };

	harness_begin(h, "penunggu", nobody, nobody, &schema_atur_kebijakan, &c);
}

/* How often the service has said `what`; of which key last. */
static uint32_t said(struct harness *h, const char *what, struct str *ret_key)
{
	uint32_t all = harness_events(h, "penunggu", NULL);
	uint32_t n = 0;

	for (uint64_t seq = 1; seq <= all; seq++) {
		struct kebijakan_diatur event;
		struct record record;

		harness_record(h, "penunggu", seq, &record);
		if (record.type != schema_kebijakan_diatur.code)
			continue;
		harness_decode(h, &schema_kebijakan_diatur, record.payload, &event);
		if (!str_is(event.kunci, what))
			continue;
		n++;
		*ret_key = event.unit;
	}
	return n;
}

static void a_timer_that_waits_for_a_stream_holds_up_only_timers_that_wait_too(void **state)
{
	struct harness *h = *state;
	struct str key;

	harness_crash(h, "workflow");
	for (int n = 0; n < MANY; n++) {
		char name[16], seconds[16];

		snprintf(name, sizeof name, "m%03d", n);
		snprintf(seconds, sizeof seconds, "%d", 1 + n % 50);
		ask_for(h, "menunggu", name, seconds);
	}
	ask_for(h, "bebas", "b", "55");
	harness_run(h);
	harness_advance(h, 60 * US_PER_SECOND);
	assert_int_equal(said(h, "lewat", &key), 1);
	assert_true(str_is(key, "b"));
	harness_start(h, "workflow");
	harness_advance(h, 60 * US_PER_SECOND);
	assert_int_equal(said(h, "lewat", &key), MANY + 1);
	assert_true(str_is(key, "m299"));
	harness_verify(h);
}

/* Ends the work that was begun first; what it gives back. */
static bool work_one(struct harness *h, const char *what)
{
	struct kebijakan_diatur result = { .kunci = str_of(what), .unit = STR("x") };
	struct str key, payload;

	if (!harness_work(h, "penunggu", &key, &payload))
		return false;
	harness_work_done(h, "penunggu", key, &result);
	harness_run(h);
	return true;
}

static void ask_for_work(struct harness *h, const char *letter, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++) {
		char name[16];

		snprintf(name, sizeof name, "%s%03u", letter, n);
		ask_for(h, "kerja", name, NULL);
	}
	harness_run(h);
}

static void work_whose_result_was_refused_is_not_begun_again_and_hides_no_other(void **state)
{
	struct harness *h = *state;
	struct str key;
	uint32_t done = 0;

	ask_for_work(h, "a", WORKERS + 6);
	while (work_one(h, "tolak"))
		assert_true(++done <= WORKERS + 6);
	assert_int_equal(done, WORKERS + 6);
	ask_for_work(h, "b", 1);
	assert_true(work_one(h, "baik"));
	assert_int_equal(said(h, "selesai", &key), 1);
	assert_true(str_is(key, "b000"));
	harness_crash(h, "penunggu");
	harness_start(h, "penunggu");
	assert_false(work_one(h, "baik"));
	harness_verify(h);
}

/* The row of the only parked input. */
static struct jalankan_parkir settling(struct harness *h, enum tindakan_parkir what)
{
	struct masukan_ditolak refused;

	assert_true(harness_last_event(h, "penunggu", &schema_masukan_ditolak, &refused, NULL));
	return (struct jalankan_parkir) { .urutan = refused.urutan, .tindakan = what };
}

static void work_whose_result_a_person_drops_is_begun_again(void **state)
{
	struct harness *h = *state;
	struct jalankan_parkir c;
	struct str key;

	ask_for_work(h, "a", 1);
	assert_true(work_one(h, "tolak"));
	c = settling(h, TINDAKAN_PARKIR_DIBUANG);
	assert_int_equal(
		harness_command(h, "penunggu", nobody, nobody, &schema_jalankan_parkir, &c, NULL).status,
		SESI_STATUS_OK);
	assert_true(work_one(h, "baik"));
	assert_int_equal(said(h, "selesai", &key), 1);
	harness_verify(h);
}

static void work_whose_payload_was_lost_is_told_so(void **state)
{
	struct harness *h = *state;
	struct txn *txn = NULL;
	struct str key;

	ask_for_work(h, "a", 1);
	assert_int_equal(txn_begin(runtime_store(harness_node(h, "penunggu")->runtime), KV_WRITE, &txn),
		ERR_OK);
	assert_int_equal(payload_del(txn, str_of("a000")), ERR_OK);
	assert_int_equal(txn_commit(&txn), ERR_OK);
	harness_crash(h, "penunggu");
	harness_start(h, "penunggu");
	assert_int_equal(said(h, "hilang", &key), 1);
	assert_true(str_is(key, "a000"));
	assert_int_equal(said(h, "selesai", &key), 0);
	harness_verify(h);
}

/* The played workflow tells a head that its stream does not have. */
static void tell_false_head(struct harness *h)
{
	struct stream_place far = h->histories[0].places[0];
	uint64_t corrs[SESSION_STREAMS_MAX];
	bool is_told = false;

	far.seq = 1000000;
	for (uint32_t i = 0; i < h->talker_count; i++) {
		struct harness_talker *t = &h->talkers[i];

		if (t->session == NULL || strcmp(t->name, "workflow") != 0 ||
			session_serving(t->session, corrs) == 0)
			continue;
		assert_int_equal(
			session_head(t->session, corrs[0], str_of("workflow"), &far, (struct str) { NULL, 0 }),
			ERR_OK);
		is_told = true;
	}
	assert_true(is_told);
	harness_run(h);
}

static void a_head_that_was_never_there_holds_timers_up_no_longer_than_its_session(void **state)
{
	const struct harness_service alone[] = { { &waiter, NULL } };
	struct harness *h = harness_open(ROWS(alone), 0);
	struct str key;

	(void)state;
	ask_for(h, "menunggu", "m", "30");
	harness_run(h);
	tell_false_head(h);
	for (int n = 0; n < 20; n++)
		harness_advance(h, 10 * US_PER_SECOND);
	assert_int_equal(said(h, "lewat", &key), 1);
	harness_close(&h);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, harness_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_timer_that_waits_for_a_stream_holds_up_only_timers_that_wait_too),
		TEST(work_whose_result_was_refused_is_not_begun_again_and_hides_no_other),
		TEST(work_whose_result_a_person_drops_is_begun_again),
		cmocka_unit_test(a_head_that_was_never_there_holds_timers_up_no_longer_than_its_session),
		TEST(work_whose_payload_was_lost_is_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
