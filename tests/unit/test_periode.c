#include "domain/periode.h"
#include "base/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct periode periode_of(const char *text)
{
	struct problem why;
	struct periode p;

	assert_int_equal(periode_parse(str_of(text), &p, &why), ERR_OK);
	return p;
}

static void each_form_has_its_days_and_its_title(void **state)
{
	static const struct {
		const char *text;
		const char *first;
		const char *last;
		const char *title;
	} rows[] = {
		{ "2021", "2021-01-01", "2021-12-31", "Tahun 2021" },
		{ "2021-S1", "2021-01-01", "2021-06-30", "Semester I Tahun 2021" },
		{ "2021-S2", "2021-07-01", "2021-12-31", "Semester II Tahun 2021" },
		{ "2021-Q1", "2021-01-01", "2021-03-31", "Triwulan I Tahun 2021" },
		{ "2021-Q3", "2021-07-01", "2021-09-30", "Triwulan III Tahun 2021" },
		{ "2021-Q4", "2021-10-01", "2021-12-31", "Triwulan IV Tahun 2021" },
		{ "2021-07", "2021-07-01", "2021-07-31", "Juli 2021" },
		{ "2024-02", "2024-02-01", "2024-02-29", "Februari 2024" },
		{ "2100-02", "2100-02-01", "2100-02-28", "Februari 2100" },
		{ "2026-12", "2026-12-01", "2026-12-31", "Desember 2026" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct periode p = periode_of(rows[i].text);
		char text[PERIODE_TITLE_MAX];

		periode_text(p, text);
		assert_string_equal(text, rows[i].text);
		periode_title(p, text);
		assert_string_equal(text, rows[i].title);
		date_text(periode_first(p), text);
		assert_string_equal(text, rows[i].first);
		date_text(periode_last(p), text);
		assert_string_equal(text, rows[i].last);
	}
}

static void assert_refused(const char *text, const char *rule)
{
	struct periode p = { .year = 77 };
	struct problem why;

	assert_int_equal(periode_parse(str_of(text), &p, &why), ERR_INVALID);
	assert_string_equal(why.field, "periode");
	assert_string_equal(why.rule, rule);
	assert_int_equal(p.year, 77);
}

static void other_texts_are_refused(void **state)
{
	(void)state;
	assert_refused("", "bentuk_tidak_sah");
	assert_refused("21", "bentuk_tidak_sah");
	assert_refused("2021-", "bentuk_tidak_sah");
	assert_refused("2021-7", "bentuk_tidak_sah");
	assert_refused("2021-q3", "bentuk_tidak_sah");
	assert_refused("2021-T3", "bentuk_tidak_sah");
	assert_refused("2021Q3", "bentuk_tidak_sah");
	assert_refused("2021-Q3 ", "bentuk_tidak_sah");
	assert_refused("2021-07-01", "bentuk_tidak_sah");
	assert_refused("-2021", "bentuk_tidak_sah");
	assert_refused("2021-Q0", "di_luar_jangkauan");
	assert_refused("2021-Q5", "di_luar_jangkauan");
	assert_refused("2021-S3", "di_luar_jangkauan");
	assert_refused("2021-00", "di_luar_jangkauan");
	assert_refused("2021-13", "di_luar_jangkauan");
	assert_refused("0000", "di_luar_jangkauan");
	assert_refused("9999", "di_luar_jangkauan");
}

static void every_day_lies_in_one_period_of_each_kind(void **state)
{
	date_days from = civil_to_days(2019, 12, 25);
	date_days until = civil_to_days(2025, 1, 5);

	(void)state;
	for (date_days day = from; day <= until; day++)
		for (int kind = PERIODE_TAHUN; kind <= PERIODE_BULAN; kind++) {
			struct periode p = periode_at((enum periode_kind)kind, day);
			struct periode next = periode_at((enum periode_kind)kind, periode_last(p) + 1);

			assert_true(periode_has(p, day));
			assert_false(periode_has(next, day));
			assert_int_equal(periode_first(next), periode_last(p) + 1);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_has_its_days_and_its_title),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(every_day_lies_in_one_period_of_each_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
