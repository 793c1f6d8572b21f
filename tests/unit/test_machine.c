#include "runtime/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* What machine_step asks of a context, without an engine: who the actor is and what it may. */
struct ctx {
	uint32_t roles;
	bool is_open; /* ctx_allow_all was called */
	struct problem why;
};

enum err ctx_refuse(struct ctx *ctx, enum err e, const char *field, const char *rule)
{
	return refuse(&ctx->why, e, field, rule);
}

enum err ctx_allow(struct ctx *ctx, uint32_t roles, struct str unit)
{
	if (str_is(unit, "RUSAK"))
		return ERR_IO;
	return ctx->roles & roles ? ERR_OK : ctx_refuse(ctx, ERR_DENIED, NULL, "tanpa_hak");
}

void ctx_allow_all(struct ctx *ctx)
{
	ctx->is_open = true;
}

/* A small life: a paper is begun, worked on, extended once, and closed or left to lapse. */
enum { AWAL = 1, KERJA = 2, TUTUP = 3, LUPUT = 4 };
static const struct enum_value state_values[] = { { AWAL, "awal" }, { KERJA, "kerja" },
	{ TUTUP, "tutup" }, { LUPUT, "luput" } };
static const struct enum_names states = { "tahap", ROWS(state_values) };

struct paper {
	bool was_extended;
};

static const char *belum_diperpanjang(struct ctx *ctx, const void *subject, const void *message)
{
	const struct paper *paper = subject;

	(void)ctx;
	(void)message;
	return paper->was_extended ? "sudah_diperpanjang" : NULL;
}

/* clang-format off */
static const struct transition life[] = {
	{ STATE_NONE, ON_MESSAGE(hak_diberikan),   NO_ROLE,                ALWAYS,                   &schema_hak_diberikan,   AWAL,      DUE_START("hari_lengkapi", "luput"), "s 1" },
	{ AWAL,       ON_MESSAGE(beri_hak),        ROLE(PETUGAS_MEJA),     ALWAYS,                   &schema_hak_diberikan,   KERJA,     DUE_START("hari_jawab", NULL),       "s 2" },
	{ AWAL,       ON_TIMER("luput"),           NO_ROLE,                ALWAYS,                   &schema_hak_dicabut,     LUPUT,     DUE_STOP,                            "s 3" },
	{ KERJA,      ON_MESSAGE(atur_kebijakan),  ROLE(PPID),             WHEN(belum_diperpanjang), &schema_kebijakan_diatur, KERJA,    DUE_EXTEND("hari_perpanjangan", NULL), "s 4" },
	{ KERJA,      ON_MESSAGE(cabut_hak),       ROLE(PPID),             ALWAYS,                   &schema_hak_dicabut,     TUTUP,     DUE_STOP,                            "s 5" },
	{ KERJA,      ON_MESSAGE(cabut_hak),       ROLE(PETUGAS_BELAKANG), WHEN(belum_diperpanjang), &schema_hak_dicabut,     TUTUP,     DUE_STOP,                            "s 6" },
	{ STATE_ANY,  ON_MESSAGE(daftarkan_unit),  ROLE_EVERYBODY,         ALWAYS,                   &schema_unit_didaftarkan, STATE_ANY, DUE_KEEP,                           "s 7" },
};
/* clang-format on */
enum { LIFE = sizeof life / sizeof life[0] };
static const struct machine machine = { "kertas", &states, ROWS(life), END(TUTUP) | END(LUPUT) };

static enum err step_as(uint32_t roles, uint32_t state, struct machine_input input,
	bool was_extended, const struct transition **ret, struct ctx *ctx)
{
	struct paper paper = { was_extended };

	*ctx = (struct ctx) { .roles = roles };
	*ret = NULL;
	return machine_step(&machine, ctx, state, &paper, input, NULL, str_of("DISKOMINFO"), ret);
}

#define MESSAGE(name) (struct machine_input) ON_MESSAGE(name)
#define TIMER(name) (struct machine_input) ON_TIMER(name)

static void first_row_that_fits_is_taken(void **state)
{
	const struct transition *row;
	struct ctx ctx;

	(void)state;
	assert_int_equal(step_as(0, STATE_NONE, MESSAGE(hak_diberikan), false, &row, &ctx), ERR_OK);
	assert_ptr_equal(row, &life[0]);
	assert_int_equal(
		step_as(ROLE(PPID) | ROLE(PETUGAS_BELAKANG), KERJA, MESSAGE(cabut_hak), false, &row, &ctx),
		ERR_OK);
	assert_ptr_equal(row, &life[4]);
	assert_int_equal(step_as(0, AWAL, TIMER("luput"), false, &row, &ctx), ERR_OK);
	assert_ptr_equal(row, &life[2]);
	assert_int_equal(machine_to(row, AWAL), LUPUT);
}

static void row_of_another_role_is_passed_over(void **state)
{
	const struct transition *row;
	struct ctx ctx;

	(void)state;
	assert_int_equal(step_as(ROLE(PETUGAS_BELAKANG), KERJA, MESSAGE(cabut_hak), false, &row, &ctx),
		ERR_OK);
	assert_ptr_equal(row, &life[5]);
}

static void wrong_role_is_denied_and_told_nothing_of_the_subject(void **state)
{
	const struct transition *row;
	struct ctx ctx;

	(void)state;
	assert_int_equal(step_as(ROLE(PEMBACA), KERJA, MESSAGE(atur_kebijakan), true, &row, &ctx),
		ERR_DENIED);
	assert_string_equal(ctx.why.rule, "bukan_kewenangan");
	assert_null(row);
}

static void guard_says_which_rule_is_broken(void **state)
{
	const struct transition *row;
	struct ctx ctx;

	(void)state;
	assert_int_equal(step_as(ROLE(PPID), KERJA, MESSAGE(atur_kebijakan), true, &row, &ctx),
		ERR_STATE);
	assert_string_equal(ctx.why.rule, "sudah_diperpanjang");
	/* With a guard that said no and a row denied, the guard is what the actor can act upon. */
	assert_int_equal(step_as(ROLE(PETUGAS_BELAKANG), KERJA, MESSAGE(cabut_hak), true, &row, &ctx),
		ERR_STATE);
	assert_string_equal(ctx.why.rule, "sudah_diperpanjang");
}

static void row_of_any_state_is_open_from_every_state_but_none(void **state)
{
	const struct transition *row;
	struct ctx ctx;

	(void)state;
	assert_int_equal(step_as(0, TUTUP, MESSAGE(daftarkan_unit), false, &row, &ctx), ERR_OK);
	assert_true(ctx.is_open);
	assert_int_equal(machine_to(row, TUTUP), TUTUP);
	assert_int_equal(step_as(0, STATE_NONE, MESSAGE(daftarkan_unit), false, &row, &ctx), ERR_STATE);
}

/* All states with all inputs and all roles: taken exactly where a row is written. */
static void unlisted_pairs_are_refused_and_change_nothing(void **state)
{
	uint32_t every = ROLE(PETUGAS_MEJA) | ROLE(PETUGAS_BELAKANG) | ROLE(PPID);

	(void)state;
	for (uint32_t from = STATE_NONE; from <= LUPUT; from++)
		for (uint32_t i = 0; i < LIFE; i++) {
			const struct transition *row;
			struct ctx ctx;
			bool is_listed = false;
			enum err e = step_as(every, from, life[i].input, false, &row, &ctx);

			for (uint32_t k = 0; k < LIFE; k++)
				is_listed |= memcmp(&life[k].input, &life[i].input, sizeof life[i].input) == 0 &&
					(life[k].from == from || (life[k].from == STATE_ANY && from != STATE_NONE));
			assert_int_equal(e, is_listed ? ERR_OK : ERR_STATE);
			if (is_listed)
				continue;
			assert_null(row);
			assert_string_equal(ctx.why.rule, MACHINE_NO_ROW);
			assert_false(ctx.is_open);
		}
}

static void failure_of_the_store_is_no_denial(void **state)
{
	struct ctx ctx = { .roles = ROLE(PPID) };
	const struct transition *row = NULL;
	struct paper paper = { false };

	(void)state;
	assert_int_equal(machine_step(&machine, &ctx, KERJA, &paper, MESSAGE(cabut_hak), NULL,
						 str_of("RUSAK"), &row),
		ERR_IO);
}

static date_days day(const char *text)
{
	date_days date;

	assert_int_equal(date_parse(str_of(text), &date), ERR_OK);
	return date;
}

static void due_date_follows_the_clock_of_the_row(void **state)
{
	struct calendar calendar = { .version = 7 };
	struct deadline_rules rules = { .calendar = &calendar };
	struct machine_count how = { .rules = &rules, .days = 10, .base = day("2026-06-01") };
	struct machine_due none = { .is_set = false };
	struct machine_due due, later, kept;

	(void)state;
	assert_int_equal(machine_due(&life[1], &how, none, &due), ERR_OK);
	assert_true(due.is_set);
	assert_int_equal(due.date, day("2026-06-15"));
	assert_int_equal(due.calendar_version, 7);
	assert_true(due.melewati_kalender);
	assert_int_equal(due.from, how.base);
	assert_false(due.counts_from);
	how.days = 7;
	assert_int_equal(machine_due(&life[3], &how, due, &later), ERR_OK);
	assert_int_equal(later.date, day("2026-06-24"));
	assert_int_equal(later.from, due.date);
	how.since = EXTENSION_SINCE_ANSWER;
	how.answered = day("2026-06-05");
	assert_int_equal(machine_due(&life[3], &how, due, &later), ERR_OK);
	assert_int_equal(later.date, day("2026-06-16"));
	assert_int_equal(later.from, how.answered);
	assert_int_equal(machine_due(&life[6], &how, due, &kept), ERR_OK);
	assert_int_equal(kept.date, due.date);
	assert_int_equal(machine_due(&life[4], &how, due, &kept), ERR_OK);
	assert_false(kept.is_set);
	assert_int_equal(machine_due(&life[3], &how, none, &kept), ERR_STATE);
}

static void check_passes_a_whole_table(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	if (machine_check(&machine, &out) != ERR_OK)
		fail_msg("%.*s", (int)out.len, out.ptr);
	buf_clear(&out);
}

/* The table with one row changed, or with the rows in another order, must be found wrong. */
static void finds(struct transition rows[LIFE], uint64_t ends, const char *fault)
{
	struct machine wrong = { "salah", &states, rows, LIFE, ends };
	struct buf out;

	buf_init(&out, 4096);
	assert_int_equal(machine_check(&wrong, &out), ERR_INVALID);
	buf_add(&out, "", 1);
	if (strstr(out.ptr, fault) == NULL)
		fail_msg("\"%s\" is not in: %s", fault, out.ptr);
	buf_clear(&out);
}

static void copy_life(struct transition rows[LIFE])
{
	memcpy(rows, life, sizeof life);
}

static void check_finds_what_is_wrong_with_one_row(void **state)
{
	const uint64_t ends = END(TUTUP) | END(LUPUT);
	struct transition rows[LIFE];

	(void)state;
	copy_life(rows);
	rows[1].to = 9;
	finds(rows, ends, "row 2: to is no state");
	copy_life(rows);
	rows[1].from = 9;
	finds(rows, ends, "row 2: from is no state");
	copy_life(rows);
	rows[0].to = STATE_ANY;
	finds(rows, ends, "row 1: it begins and stays in no state");
	copy_life(rows);
	rows[1].roles = NO_ROLE;
	finds(rows, ends, "row 2: a command that nobody may send");
	copy_life(rows);
	rows[2].roles = ROLE(PPID);
	finds(rows, ends, "row 3: roles where there is no actor");
	copy_life(rows);
	rows[3].event = &schema_beri_hak;
	finds(rows, ends, "row 4: it writes no event");
	copy_life(rows);
	rows[3].clock.setting = "dasar_tenggat";
	finds(rows, ends, "row 4: its clock names no rule of working days");
	copy_life(rows);
	rows[4].clock.timer = "luput";
	finds(rows, ends, "row 5: a clock that stands has no timer");
	copy_life(rows);
	rows[4].clock.setting = "hari_jawab";
	finds(rows, ends, "row 5: a clock that does not count has no days");
	copy_life(rows);
	rows[4].clock = (struct clock_rule)DUE_AFTER(NULL);
	finds(rows, ends, "row 5: a clock for a timer names it");
	copy_life(rows);
	rows[4].clock = (struct clock_rule)DUE_AFTER("luput");
	finds(rows, ends, "row 5: its timer may come in a state in which no row answers it");
	copy_life(rows);
	rows[4].source = "";
	finds(rows, ends, "row 5: it names no source");
	copy_life(rows);
	rows[4].input.timer = "dua";
	finds(rows, ends, "row 5: an input is a message or a timer");
	copy_life(rows);
	rows[3].guard.name = NULL;
	finds(rows, ends, "row 4: a guard has a name and a function");
}

static void check_finds_what_is_wrong_with_the_whole(void **state)
{
	const uint64_t ends = END(TUTUP) | END(LUPUT);
	struct transition rows[LIFE];

	(void)state;
	copy_life(rows);
	rows[5].roles = ROLE(PPID);
	finds(rows, ends, "row 6: never taken");
	copy_life(rows);
	rows[0] = life[6];
	rows[6] = life[0];
	rows[3].input = rows[0].input; /* of one state, below the row of any */
	finds(rows, ends, "row 4: never taken");
	copy_life(rows);
	rows[1].to = AWAL;
	finds(rows, ends, "state kerja: nothing leads to it");
	copy_life(rows);
	rows[4].to = rows[5].to = KERJA;
	finds(rows, ends, "state tutup: nothing leads to it");
	copy_life(rows);
	finds(rows, END(TUTUP), "state luput: no end can be reached from it");
	finds(rows, 0, "its ends are no states");
	finds(rows, ends | END(9), "its ends are no states");
	copy_life(rows);
	rows[2].input.timer = "lain";
	finds(rows, ends, "row 1: its timer may come in a state in which no row answers it");
	finds(rows, ends, "row 3: no clock starts its timer");
	copy_life(rows);
	rows[1].clock = (struct clock_rule)DUE_KEEP; /* the clock goes on where nothing answers it */
	finds(rows, ends, "row 1: its timer may come in a state in which no row answers it");
}

static void table_and_diagram_say_what_the_rows_say(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 16384);
	machine_describe(&machine, &out);
	buf_add(&out, "", 1);
	assert_non_null(strstr(out.ptr, "### kertas\n"));
	assert_non_null(strstr(out.ptr,
		"| (begins) | hak_diberikan | the system |  | hak_diberikan | AWAL | "
		"3 working days (hari_lengkapi), then timer luput | s 1 |\n"));
	assert_non_null(strstr(out.ptr,
		"| KERJA | atur_kebijakan | ppid | belum_diperpanjang | kebijakan_diatur | KERJA | "
		"+7 working days (hari_perpanjangan) | s 4 |\n"));
	assert_non_null(strstr(out.ptr,
		"| any | daftarkan_unit | everybody |  | unit_didaftarkan | stays | as it is | s 7 |\n"));
	assert_non_null(strstr(out.ptr, "    [*] --> AWAL : hak_diberikan\n"));
	assert_non_null(strstr(out.ptr, "    AWAL --> LUPUT : timer luput\n"));
	assert_non_null(strstr(out.ptr, "    TUTUP --> [*]\n"));
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_row_that_fits_is_taken),
		cmocka_unit_test(row_of_another_role_is_passed_over),
		cmocka_unit_test(wrong_role_is_denied_and_told_nothing_of_the_subject),
		cmocka_unit_test(guard_says_which_rule_is_broken),
		cmocka_unit_test(row_of_any_state_is_open_from_every_state_but_none),
		cmocka_unit_test(unlisted_pairs_are_refused_and_change_nothing),
		cmocka_unit_test(failure_of_the_store_is_no_denial),
		cmocka_unit_test(due_date_follows_the_clock_of_the_row),
		cmocka_unit_test(check_passes_a_whole_table),
		cmocka_unit_test(check_finds_what_is_wrong_with_one_row),
		cmocka_unit_test(check_finds_what_is_wrong_with_the_whole),
		cmocka_unit_test(table_and_diagram_say_what_the_rows_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
