#include "base/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void every_date_from_year_1_to_9999_is_the_day_after_the_last(void **state)
{
	int year = 1, month = 1, day = 1;

	(void)state;
	for (date_days date = DATE_DAYS_MIN; date <= DATE_DAYS_MAX; date++) {
		int y, m, d;

		civil_of_days(date, &y, &m, &d);
		if (y != year || m != month || d != day)
			fail_msg("day %d is %d-%d-%d, expected %d-%d-%d", date, y, m, d, year, month, day);
		if (civil_to_days(y, m, d) != date)
			fail_msg("%d-%d-%d is not day %d", y, m, d, date);
		if (++day > civil_month_days(year, month)) {
			day = 1;
			month = month % 12 + 1;
			year += month == 1;
		}
	}
	assert_int_equal(year, 10000);
}

static void known_days_have_their_numbers_and_weekdays(void **state)
{
	(void)state;
	assert_int_equal(civil_to_days(1970, 1, 1), 0);
	assert_int_equal(civil_to_days(2000, 3, 1), 11017);
	assert_int_equal(civil_to_days(1, 1, 1), DATE_DAYS_MIN);
	assert_int_equal(civil_weekday(0), 3);
	assert_int_equal(civil_weekday(civil_to_days(2026, 3, 17)), 1);
	assert_int_equal(civil_weekday(civil_to_days(1945, 8, 17)), 4);
	assert_int_equal(civil_weekday(DATE_DAYS_MIN), 0);
}

static void only_dates_that_exist_are_read(void **state)
{
	static const char *const bad[] = { "", "2026-03-1", "2026-03-171", "2026-02-29", "2100-02-29",
		"2026-00-10", "2026-13-01", "2026-04-31", "0000-01-01", "2026/03/17", " 2026-03-17",
		"2026-3-017", "-026-03-17", "2026-03-17T" };
	char text[DATE_TEXT_MAX];
	date_days date = 7;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (date_parse(str_of(bad[i]), &date) != ERR_INVALID)
			fail_msg("\"%s\" was read", bad[i]);
		assert_int_equal(date, 7);
	}
	assert_int_equal(date_parse(str_of("2024-02-29"), &date), ERR_OK);
	date_text(date, text);
	assert_string_equal(text, "2024-02-29");
}

static void the_same_moment_reads_the_same_in_every_zone(void **state)
{
	static const char *const same[] = { "2026-03-17T01:02:03.5Z",
		"2026-03-17T08:02:03.500000+07:00", "2026-03-16T17:02:03.50-08:00",
		"2026-03-17T01:02:03.5-00:00" };
	char text[TIME_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		time_us at;

		assert_int_equal(time_parse(str_of(same[i]), &at), ERR_OK);
		time_text(at, text);
		assert_string_equal(text, "2026-03-17T01:02:03.500000Z");
	}
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const bad[] = { "", "2026-03-17", "2026-03-17T01:02:03",
		"2026-03-17 01:02:03Z", "2026-03-17T24:00:00Z", "2026-03-17T01:60:00Z",
		"2026-06-30T23:59:60Z", "2026-03-17T01:02:03.Z", "2026-03-17T01:02:03.1234567Z",
		"2026-03-17T01:02:03+7:00", "2026-03-17T01:02:03+24:00", "2026-03-17T01:02:03z",
		"2026-03-17T01:02Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
		"2026-03-17T01:02:03ZZ" };
	time_us at = 7;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		if (time_parse(str_of(bad[i]), &at) != ERR_INVALID)
			fail_msg("\"%s\" was read", bad[i]);
		assert_int_equal(at, 7);
	}
}

static void a_time_before_1970_belongs_to_the_day_before(void **state)
{
	char text[TIME_TEXT_MAX];

	(void)state;
	time_text(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
	time_text(TIME_US_MIN, text);
	assert_string_equal(text, "0001-01-01T00:00:00.000000Z");
	time_text(TIME_US_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59.999999Z");
}

static void the_date_in_wib_changes_at_17_utc(void **state)
{
	time_us at;

	(void)state;
	assert_int_equal(time_parse(str_of("2026-03-16T16:59:59.999999Z"), &at), ERR_OK);
	assert_int_equal(civil_date_of(at), civil_to_days(2026, 3, 16));
	assert_int_equal(civil_date_of(at + 1), civil_to_days(2026, 3, 17));
	assert_true(civil_start_of(civil_to_days(2026, 3, 17)) == at + 1);
	assert_int_equal(civil_date_of(-WIB_OFFSET - 1), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_date_from_year_1_to_9999_is_the_day_after_the_last),
		cmocka_unit_test(known_days_have_their_numbers_and_weekdays),
		cmocka_unit_test(only_dates_that_exist_are_read),
		cmocka_unit_test(the_same_moment_reads_the_same_in_every_zone),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(a_time_before_1970_belongs_to_the_day_before),
		cmocka_unit_test(the_date_in_wib_changes_at_17_utc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
