/* Each kind's share of a batch: by the lines alone, and in a service that has more to do than fits. */
#include "lib/chance.h"
#include "lib/harness_parts.h"
#include "runtime/lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/ctx.h"

enum { SMALL = 100, LARGE = 60000 };

static const enum jenis_masukan COMMAND = JENIS_MASUKAN_PERINTAH;
static const enum jenis_masukan LETTER = JENIS_MASUKAN_SURAT;
static const enum jenis_masukan EVENT = JENIS_MASUKAN_PERISTIWA;
static const enum jenis_masukan TIMER = JENIS_MASUKAN_PEWAKTU;
static const enum jenis_masukan RESULT = JENIS_MASUKAN_HASIL_KERJA;

static const struct lines_limits limits = { 512, 4096, 4 << 20 };

/* --- the lines alone --- */

static int begin(void **state)
{
	static struct lines lines;

	lines_init(&lines);
	*state = &lines;
	return 0;
}

static int end(void **state)
{
	lines_clear(*state);
	return 0;
}

static void wait_in(struct lines *lines, enum jenis_masukan kind, uint32_t count, uint32_t size)
{
	static const char body[LARGE];

	for (uint32_t n = 0; n < count; n++)
		lines_add(lines, input_new(&(struct input) { .kind = kind, .body = { body, size } }));
}

struct taken {
	uint32_t of[LINES_MAX];
	uint32_t all;
	uint64_t bytes;
};

static struct taken take_batch(struct lines *lines, const struct lines_limits *most)
{
	uint64_t last_of[LINES_MAX] = { 0 };
	struct taken taken = { .all = 0 };
	struct shares shares;
	struct input *i;

	shares_begin(&shares, lines, most);
	while ((i = lines_take(lines, &shares)) != NULL) {
		assert_true(i->arrived > last_of[i->kind]); /* a kind keeps its order */
		last_of[i->kind] = i->arrived;
		taken.of[i->kind]++;
		taken.all++;
		taken.bytes += i->bytes;
		input_free(i);
	}
	assert_true(taken.of[EVENT] <= most->events);
	assert_true(taken.all - taken.of[EVENT] <= most->inputs);
	return taken;
}

static void commands_and_events_both_move_whichever_came_first(void **state)
{
	for (int round = 0; round < 2; round++) {
		struct taken taken;

		wait_in(*state, round == 0 ? COMMAND : EVENT, 8000, SMALL);
		wait_in(*state, round == 0 ? EVENT : COMMAND, 8000, SMALL);
		for (int n = 0; n < 2; n++) {
			taken = take_batch(*state, &(struct lines_limits) { 512, 4096, 64 << 20 });
			assert_int_equal(taken.of[COMMAND], 512);
			assert_true(taken.of[EVENT] >= 3900);
		}
		lines_clear(*state);
	}
}

static void few_commands_leave_events_an_eighth_and_wait_for_no_more(void **state)
{
	struct taken taken;

	wait_in(*state, EVENT, 8192, SMALL);
	wait_in(*state, COMMAND, 1, SMALL);
	taken = take_batch(*state, &limits);
	assert_int_equal(taken.of[COMMAND], 1);
	assert_int_equal(taken.of[EVENT], 512);
	wait_in(*state, COMMAND, 128, SMALL);
	taken = take_batch(*state, &limits);
	assert_int_equal(taken.of[COMMAND], 128);
	assert_int_equal(taken.of[EVENT], 1024);
	taken = take_batch(*state, &limits);
	assert_int_equal(taken.of[EVENT], 4096);
}

static void letters_timers_and_results_do_not_wait_behind_commands(void **state)
{
	struct taken taken;

	wait_in(*state, COMMAND, 5000, SMALL);
	wait_in(*state, LETTER, 1, SMALL);
	taken = take_batch(*state, &limits);
	assert_int_equal(taken.of[COMMAND], 511);
	assert_int_equal(taken.of[LETTER], 1);
	wait_in(*state, LETTER, 1000, SMALL);
	wait_in(*state, TIMER, 1000, SMALL);
	wait_in(*state, RESULT, 60, SMALL);
	taken = take_batch(*state, &limits);
	assert_int_equal(taken.of[RESULT], 60);
	assert_true(taken.of[COMMAND] >= 150 && taken.of[LETTER] >= 150 && taken.of[TIMER] >= 150);
	assert_int_equal(taken.all, 512);
}

static void large_inputs_of_one_kind_do_not_take_the_bytes_of_another(void **state)
{
	struct taken taken;

	wait_in(*state, COMMAND, 500, LARGE);
	wait_in(*state, EVENT, 4096, 1000);
	wait_in(*state, LETTER, 1, LARGE);
	taken = take_batch(*state, &limits);
	assert_true(taken.of[COMMAND] >= 30 && taken.of[EVENT] >= 1400);
	assert_int_equal(taken.of[LETTER], 1);
	assert_true(taken.bytes <= limits.bytes);
}

static void where_one_input_is_a_batch_who_came_first_goes_first(void **state)
{
	const struct lines_limits one = { 1, 1, 1 };

	wait_in(*state, COMMAND, 1, LARGE);
	wait_in(*state, LETTER, 1, LARGE);
	wait_in(*state, COMMAND, 100, LARGE);
	wait_in(*state, TIMER, 1, SMALL);
	wait_in(*state, EVENT, 200, LARGE);
	for (int n = 0; n < 103; n++) {
		struct taken taken = take_batch(*state, &one);

		assert_int_equal(taken.of[EVENT], 1);
		assert_int_equal(taken.of[LETTER], n == 1);
		assert_int_equal(taken.of[TIMER], n == 102);
	}
}

static void what_was_put_back_has_its_place_still(void **state)
{
	struct lines *lines = *state;
	struct shares shares;
	struct input *first, *second;

	wait_in(lines, LETTER, 1, SMALL);
	wait_in(lines, COMMAND, 3, SMALL);
	shares_begin(&shares, lines, &limits);
	first = lines_take(lines, &shares);
	second = lines_take(lines, &shares);
	assert_true(first->kind == LETTER && second->kind == COMMAND);
	lines_add_first(lines, second);
	lines_add_first(lines, first);
	assert_int_equal(lines->count, 4);
	shares_begin(&shares, lines, &limits);
	for (uint64_t n = 1; n <= 4; n++) {
		struct input *i = lines_take(lines, &shares);

		assert_int_equal(i->arrived, n);
		input_free(i);
	}
	assert_true(lines->count == 0 && lines->bytes == 0);
}

/* Whatever waits and however small a batch is: nothing is lost, and no line stands still for long. */
static void every_line_moves(void **state)
{
	struct lines *lines = *state;
	struct chance chance = { 7 };

	for (int round = 0; round < 200; round++) {
		struct lines_limits most = { 1 + (uint32_t)chance_below(&chance, 40),
			1 + (uint32_t)chance_below(&chance, 300), 1 + chance_below(&chance, 100000) };
		uint32_t stood[LINES_MAX] = { 0 };
		uint32_t left[LINES_MAX] = { 0 };
		uint32_t all = 0;

		for (uint32_t kind = COMMAND; kind < LINES_MAX; kind++) {
			left[kind] = (uint32_t)chance_below(&chance, 60);
			all += left[kind];
			wait_in(lines, (enum jenis_masukan)kind, left[kind],
				(uint32_t)chance_below(&chance, 3000));
		}
		for (uint32_t batch = 0; batch <= all && lines->count > 0; batch++) {
			struct taken taken = take_batch(lines, &most);

			assert_true(taken.all > 0);
			for (uint32_t kind = COMMAND; kind < LINES_MAX; kind++) {
				stood[kind] = left[kind] > 0 && taken.of[kind] == 0 ? stood[kind] + 1 : 0;
				left[kind] -= taken.of[kind];
				/* only where a batch is too small for one of each may a line wait its turn */
				assert_true(most.inputs < LINES_MAX || stood[kind] == 0);
			}
		}
		assert_true(lines->count == 0 && lines->bytes == 0);
	}
}

/* --- a service that has more to do than fits --- */

enum { EVENTS = 3000, COMMANDS = 1000, HOLD_MS = 60000 }; /* of each of two peers */

static const struct id nobody;

static enum err set(struct ctx *ctx, const void *message)
{
	const struct atur_kebijakan *c = message;
	struct kebijakan_diatur event = { .kunci = c->kunci, .unit = c->unit };

	ctx_allow_all(ctx);
	return ctx_emit(ctx, &schema_kebijakan_diatur, c->unit, &event);
}

static enum err look(struct ctx *ctx, const void *message)
{
	(void)ctx;
	(void)message;
	return ERR_OK;
}

/* clang-format off */
static const struct command_row commands[] = { { &schema_atur_kebijakan, set, NULL, FROM_PEOPLE, false } };
static const struct event_row events[] = { { &schema_kebijakan_diatur, NULL } };
static const struct follow_row follows[] = { { "workflow", &schema_unit_didaftarkan, look } };
/* clang-format on */
static const struct service busy = {
	.name = "sibuk",
	.commands = ROWS(commands),
	.events = ROWS(events),
	.follows = ROWS(follows),
};
static const struct harness_service services[] = { { &busy, NULL } };

/* Nothing is decided for a minute; what comes in waits. */
static void hold(struct harness *h)
{
	struct cadangan_tahan q = { .paling_lama_ms = HOLD_MS };
	struct cadangan_titik answer;

	assert_int_equal(harness_ask(h, "sibuk", nobody, &schema_cadangan_tahan, &q,
						 (struct str) { NULL, 0 }, &answer)
						 .status,
		SESI_STATUS_OK);
}

static void pour_events(struct harness *h)
{
	struct unit_didaftarkan event = {
		.unit = { .kode = STR("U"), .nama = STR("Unit"), .sebutan = STR("PPID") }
	};

	for (int n = 0; n < EVENTS; n++)
		harness_publish(h, "workflow", &schema_unit_didaftarkan, event.unit.kode, &event);
}

static void pour_commands(struct harness *h)
{
	static const char *const peers[] = { "ctl", "gateway" };
	struct atur_kebijakan c = { .kunci = STR("uji"), .unit = STR("U") };

	for (int p = 0; p < 2; p++) {
		harness_speak_as(h, peers[p]);
		for (int n = 0; n < COMMANDS; n++)
			harness_begin(h, "sibuk", nobody, nobody, &schema_atur_kebijakan, &c);
	}
	harness_run(h);
}

static struct runtime_figures one_turn(struct harness *h)
{
	struct runtime *r = harness_node(h, "sibuk")->runtime;
	struct runtime_figures figures;
	time_us wake;

	assert_int_equal(runtime_turn(r, &wake), ERR_OK);
	runtime_figures(r, &figures);
	return figures;
}

static void both_move_turn_by_turn(void (*first)(struct harness *),
	void (*second)(struct harness *))
{
	struct harness *h = harness_open(ROWS(services), 0);
	struct runtime_figures figures;

	hold(h);
	first(h);
	second(h);
	figures = one_turn(h);
	assert_true(figures.commands_accepted == 0 && figures.events_followed == 0);
	h->wall += HOLD_MS * INT64_C(1000);
	h->steady += HOLD_MS * INT64_C(1000);
	for (uint64_t n = 1; n <= 3; n++) {
		figures = one_turn(h);
		assert_int_equal(figures.batches, n);
		assert_int_equal(figures.commands_accepted, n * 512);
		assert_true(figures.events_followed >= (n * 1000 < EVENTS ? n * 1000 : EVENTS));
	}
	harness_run(h);
	harness_verify(h);
	assert_int_equal(harness_events(h, "sibuk", &schema_kebijakan_diatur), 2 * COMMANDS);
	harness_close(&h);
}

static void a_stream_is_followed_while_commands_wait(void **state)
{
	(void)state;
	both_move_turn_by_turn(pour_commands, pour_events);
}

static void commands_are_done_while_a_stream_is_caught_up(void **state)
{
	(void)state;
	both_move_turn_by_turn(pour_events, pour_commands);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(commands_and_events_both_move_whichever_came_first),
		TEST(few_commands_leave_events_an_eighth_and_wait_for_no_more),
		TEST(letters_timers_and_results_do_not_wait_behind_commands),
		TEST(large_inputs_of_one_kind_do_not_take_the_bytes_of_another),
		TEST(where_one_input_is_a_batch_who_came_first_goes_first),
		TEST(what_was_put_back_has_its_place_still),
		TEST(every_line_moves),
		cmocka_unit_test(a_stream_is_followed_while_commands_wait),
		cmocka_unit_test(commands_are_done_while_a_stream_is_caught_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
