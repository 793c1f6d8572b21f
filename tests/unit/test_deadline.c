#include "domain/deadline.h"
#include "domain/time_limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT_MAX = 64 * 1024 };

struct fixture {
	struct arena arena;
	struct calendar decree; /* tests/data/holidays.csv */
	struct calendar empty;
};

static date_days day(const char *text)
{
	date_days date;

	assert_int_equal(date_parse(str_of(text), &date), ERR_OK);
	return date;
}

static int open_fixture(void **state)
{
	static struct fixture f;
	static char text[TEXT_MAX];
	FILE *file = fopen(TEST_DATA "/holidays.csv", "r");
	struct csv_fault fault;
	struct problem why;
	size_t n;

	assert_non_null(file);
	n = fread(text, 1, sizeof text, file);
	fclose(file);
	arena_init(&f.arena, 1024 * 1024);
	assert_int_equal(calendar_read(str_bytes(text, n), 1, &f.arena, &f.decree, &fault), ERR_OK);
	assert_int_equal(calendar_init(&f.empty, 0, NULL, 0, &why), ERR_OK);
	*state = &f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	arena_clear(&f->arena);
	return 0;
}

static struct deadline due_of(const struct deadline_rules *rules, const char *from, uint32_t days)
{
	struct deadline due;

	assert_int_equal(deadline_after(rules, day(from), days, &due, NULL), ERR_OK);
	return due;
}

static void assert_due(const struct deadline_rules *rules, const char *from, uint32_t days,
	const char *expected)
{
	char text[DATE_TEXT_MAX];

	date_text(due_of(rules, from, days).due, text);
	assert_string_equal(text, expected);
}

static void the_examples_of_the_domain_page_come_out(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->decree };
	static const uint32_t days[] = { 3, 10, 17, 14, 30, 100 };
	static const struct {
		const char *received;
		const char *due[6];
	} rows[] = {
		{ "2021-05-05",
			{ "2021-05-10", "2021-05-24", "2021-06-04", "2021-05-31", "2021-06-23",
				"2021-10-04" } },
		{ "2026-03-17",
			{ "2026-03-27", "2026-04-08", "2026-04-17", "2026-04-14", "2026-05-07",
				"2026-08-24" } },
		{ "2026-12-18",
			{ "2026-12-23", "2027-01-07", "2027-01-18", "2027-01-13", "2027-02-04",
				"2027-06-03" } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t j = 0; j < 6; j++)
			assert_due(&rules, rows[i].received, days[j], rows[i].due[j]);
}

static void without_holidays_ten_working_days_are_two_weeks(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->empty };

	assert_due(&rules, "2026-11-02", 10, "2026-11-16");
	assert_due(&rules, "2026-11-06", 1, "2026-11-09");
	assert_due(&rules, "2026-11-07", 1, "2026-11-09");
}

static void receipt_on_a_day_off_counts_from_the_next_working_day(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->decree };

	/* Friday 1 May 2026 is a holiday; Saturday and Sunday follow. */
	assert_due(&rules, "2026-04-30", 1, "2026-05-04");
	assert_due(&rules, "2026-05-01", 1, "2026-05-04");
	assert_due(&rules, "2026-05-03", 1, "2026-05-04");
}

static void cuti_bersama_counts_only_under_its_setting(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->decree };

	/* 24 December 2027 is a Friday of cuti bersama. */
	assert_due(&rules, "2027-12-23", 1, "2027-12-27");
	rules.cuti_bersama_hari_kerja = true;
	assert_due(&rules, "2027-12-23", 1, "2027-12-24");
}

static void the_day_of_receipt_counts_only_under_its_setting(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->empty, .hari_pertama_dihitung = true };

	assert_due(&rules, "2026-11-02", 1, "2026-11-02");
	assert_due(&rules, "2026-11-02", 10, "2026-11-13");
	assert_due(&rules, "2026-11-07", 1, "2026-11-09");
}

static void a_due_date_past_the_published_years_is_marked(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->decree };

	assert_false(due_of(&rules, "2026-12-18", 10).melewati_kalender);
	assert_false(due_of(&rules, "2027-12-20", 3).melewati_kalender);
	assert_true(due_of(&rules, "2027-12-20", 10).melewati_kalender);
	assert_true(due_of(&rules, "2018-06-01", 1).melewati_kalender);
	assert_false(due_of(&rules, "2018-12-31", 1).melewati_kalender);
}

static void the_extension_of_the_law_ends_on_day_seventeen(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->decree };
	struct extension extension = { EXTENSION_SINCE_DUE, day("2026-04-08"), 0, 7 };
	struct deadline due;

	assert_int_equal(deadline_extend(&rules, &extension, &due, NULL), ERR_OK);
	assert_int_equal(due.due, day("2026-04-17"));
	rules.hari_pertama_dihitung = true;
	assert_int_equal(deadline_extend(&rules, &extension, &due, NULL), ERR_OK);
	assert_int_equal(due.due, day("2026-04-17"));
}

static void the_extension_since_the_first_answer_ends_earlier(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->decree };
	struct extension extension = { EXTENSION_SINCE_ANSWER, day("2026-04-08"), day("2026-03-30"),
		7 };
	struct deadline due;

	assert_int_equal(deadline_extend(&rules, &extension, &due, NULL), ERR_OK);
	assert_int_equal(due.due, day("2026-04-09"));
}

static void working_days_between_two_dates_are_the_count_of_the_due_date(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->decree };
	date_days received = day("2026-03-17");

	assert_int_equal(deadline_days_between(&rules, received, received), 0);
	assert_int_equal(deadline_days_between(&rules, received, received - 30), 0);
	assert_int_equal(deadline_days_between(&rules, received, day("2026-03-24")), 0);
	assert_int_equal(deadline_days_between(&rules, received, day("2026-04-08")), 10);
	assert_int_equal(deadline_days_between(&rules, received, day("2026-08-24")), 100);
	rules.hari_pertama_dihitung = true;
	assert_int_equal(deadline_days_between(&rules, received, received), 1);
	assert_int_equal(deadline_days_between(&rules, received, received - 1), 0);
}

static void the_trace_names_each_day_and_its_reason(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->decree };
	struct deadline_day rows[32];
	struct deadline_trace trace = { rows, 32, 0, false };
	struct deadline due;
	struct buf out;

	assert_int_equal(deadline_after(&rules, day("2026-03-17"), 1, &due, &trace), ERR_OK);
	assert_int_equal(trace.count, 9);
	assert_int_equal(rows[0].kind, DAY_START);
	assert_int_equal(rows[1].kind, DAY_CUTI_BERSAMA);
	assert_int_equal(rows[2].kind, DAY_LIBUR);
	assert_int_equal(rows[4].kind, DAY_SABTU);
	assert_int_equal(rows[8].kind, DAY_COUNTED);
	assert_int_equal(rows[8].number, 1);
	buf_init(&out, 4096);
	deadline_trace_print(&trace, &out);
	buf_add(&out, "", 1);
	assert_non_null(strstr(out.ptr, "2026-03-17 Selasa  tidak dihitung: tanggal awal\n"));
	assert_non_null(strstr(out.ptr, "2026-03-25 Rabu    hari kerja ke-1\n"));
	buf_clear(&out);
}

static void a_trace_over_its_room_is_cut_and_says_so(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->decree };
	struct deadline_day rows[3];
	struct deadline_trace trace = { rows, 3, 0, false };
	struct deadline due;

	assert_int_equal(deadline_after(&rules, day("2026-03-17"), 10, &due, &trace), ERR_OK);
	assert_int_equal(due.due, day("2026-04-08"));
	assert_int_equal(trace.count, 3);
	assert_true(trace.is_cut);
}

static void counts_and_dates_out_of_range_are_refused(void **state)
{
	struct fixture *f = *state;
	struct deadline_rules rules = { .calendar = &f->decree };
	struct deadline due = { .due = 77 };

	assert_int_equal(deadline_after(&rules, 0, 0, &due, NULL), ERR_LIMIT);
	assert_int_equal(deadline_after(&rules, 0, DEADLINE_DAYS_MAX + 1, &due, NULL), ERR_LIMIT);
	assert_int_equal(deadline_after(&rules, DATE_DAYS_MAX, 1, &due, NULL), ERR_INVALID);
	assert_int_equal(deadline_after(&rules, DATE_DAYS_MIN - 1, 1, &due, NULL), ERR_INVALID);
	assert_int_equal(due.due, 77);
}

static void the_due_date_ends_at_midnight_in_jakarta(void **state)
{
	date_days due = day("2026-04-08");
	time_us end;

	(void)state;
	assert_int_equal(time_parse(str_of("2026-04-08T17:00:00Z"), &end), ERR_OK);
	assert_int_equal(deadline_end(due), end);
	assert_false(deadline_is_over(due, end - 1));
	assert_true(deadline_is_over(due, end));
	assert_int_equal(civil_date_of(end - 1), due);
	assert_int_equal(civil_date_of(end), due + 1);
}

static void the_limits_of_the_law_are_those_of_the_act(void **state)
{
	(void)state;
	assert_int_equal(time_limit_get(LIMIT_PEMBERITAHUAN)->working_days, 10);
	assert_int_equal(time_limit_get(LIMIT_PERPANJANGAN)->working_days, 7);
	assert_int_equal(time_limit_get(LIMIT_KEBERATAN)->working_days, 30);
	assert_int_equal(time_limit_get(LIMIT_SENGKETA)->working_days, 14);
	assert_int_equal(time_limit_get(LIMIT_KI_SELESAI)->working_days, 100);
	for (int i = 0; i < TIME_LIMITS; i++)
		assert_true(time_limit_get((enum time_limit_name)i)->source[0] != '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_domain_page_come_out),
		cmocka_unit_test(without_holidays_ten_working_days_are_two_weeks),
		cmocka_unit_test(receipt_on_a_day_off_counts_from_the_next_working_day),
		cmocka_unit_test(cuti_bersama_counts_only_under_its_setting),
		cmocka_unit_test(the_day_of_receipt_counts_only_under_its_setting),
		cmocka_unit_test(a_due_date_past_the_published_years_is_marked),
		cmocka_unit_test(the_extension_of_the_law_ends_on_day_seventeen),
		cmocka_unit_test(the_extension_since_the_first_answer_ends_earlier),
		cmocka_unit_test(working_days_between_two_dates_are_the_count_of_the_due_date),
		cmocka_unit_test(the_trace_names_each_day_and_its_reason),
		cmocka_unit_test(a_trace_over_its_room_is_cut_and_says_so),
		cmocka_unit_test(counts_and_dates_out_of_range_are_refused),
		cmocka_unit_test(the_due_date_ends_at_midnight_in_jakarta),
		cmocka_unit_test(the_limits_of_the_law_are_those_of_the_act),
	};

	return cmocka_run_group_tests(tests, open_fixture, close_fixture);
}
