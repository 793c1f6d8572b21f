#include "domain/persen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void assert_share(uint64_t part, uint64_t whole, uint64_t expected)
{
	uint64_t share;

	assert_true(persen_of(part, whole, &share));
	assert_int_equal(share, expected);
}

static void shares_are_rounded_half_up_to_two_decimals(void **state)
{
	(void)state;
	assert_share(0, 3, 0);
	assert_share(1, 3, 3333);
	assert_share(2, 3, 6667);
	assert_share(3, 3, 10000);
	assert_share(1, 8, 1250);
	assert_share(1, 16, 625);
	/* 1/32 = 3.125 % and 1/160 = 0.625 %: halves go up. */
	assert_share(1, 32, 313);
	assert_share(1, 160, 63);
	assert_share(1, 20000, 1);
	assert_share(1, 20001, 0);
	assert_share(5, 2, 25000);
}

static void the_largest_counts_do_not_overflow(void **state)
{
	(void)state;
	assert_share((uint64_t)PERSEN_COUNT_MAX, (uint64_t)PERSEN_COUNT_MAX, 10000);
	assert_share((uint64_t)PERSEN_COUNT_MAX - 1, (uint64_t)PERSEN_COUNT_MAX, 10000);
	assert_share(1, (uint64_t)PERSEN_COUNT_MAX, 0);
}

static void a_whole_of_zero_has_no_shares(void **state)
{
	uint64_t share = 77;

	(void)state;
	assert_false(persen_of(0, 0, &share));
	assert_int_equal(share, 77);
}

static void texts_have_a_decimal_comma_and_json_a_point(void **state)
{
	static const struct {
		uint64_t hundredths;
		const char *text;
		const char *json;
	} rows[] = {
		{ 0, "0%", "0" },
		{ 10000, "100%", "100" },
		{ 3333, "33,33%", "33.33" },
		{ 1250, "12,50%", "12.5" },
		{ 5, "0,05%", "0.05" },
		{ 25000, "250%", "250" },
	};
	char text[PERSEN_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		persen_text(rows[i].hundredths, text);
		assert_string_equal(text, rows[i].text);
		persen_json(rows[i].hundredths, text);
		assert_string_equal(text, rows[i].json);
	}
}

static void assert_row(uint64_t part, uint64_t whole, const char *count, const char *share)
{
	char ret_count[PERSEN_TEXT_MAX];
	char ret_share[PERSEN_TEXT_MAX];

	persen_row_texts(part, whole, ret_count, ret_share);
	assert_string_equal(ret_count, count);
	assert_string_equal(ret_share, share);
}

static void assert_sum(uint64_t whole, const char *count, const char *share)
{
	char ret_count[PERSEN_TEXT_MAX];
	char ret_share[PERSEN_TEXT_MAX];

	persen_sum_texts(whole, ret_count, ret_share);
	assert_string_equal(ret_count, count);
	assert_string_equal(ret_share, share);
}

static void rows_print_as_the_real_report_prints_them(void **state)
{
	(void)state;
	/* Table 1, e-mail: nobody asked. */
	assert_row(0, 0, "-", "-");
	assert_sum(0, "0", "0%");
	/* Table 2, Instagram: two individuals. */
	assert_row(2, 2, "2", "100%");
	assert_row(0, 2, "0", "0%");
	assert_sum(2, "2", "100%");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_are_rounded_half_up_to_two_decimals),
		cmocka_unit_test(the_largest_counts_do_not_overflow),
		cmocka_unit_test(a_whole_of_zero_has_no_shares),
		cmocka_unit_test(texts_have_a_decimal_comma_and_json_a_point),
		cmocka_unit_test(rows_print_as_the_real_report_prints_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
