#include "domain/nik.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void assert_refused(const char *nik, const char *rule)
{
	struct problem why = { NULL, NULL };

	assert_int_equal(nik_check(str_of(nik), &why), ERR_INVALID);
	assert_string_equal(why.field, "nik");
	assert_string_equal(why.rule, rule);
}

static void assert_good(const char *nik)
{
	struct problem why;

	assert_int_equal(nik_check(str_of(nik), &why), ERR_OK);
}

static void men_and_women_of_real_days_pass(void **state)
{
	(void)state;
	assert_good("3275011708450001");
	assert_good("3275015708450001");
	assert_good("3275017112990001");
	assert_good("3275013112000001");
}

static void the_leap_day_passes_where_some_century_has_it(void **state)
{
	(void)state;
	assert_good("3275012902000001");
	assert_good("3275016902960001");
	assert_refused("3275012902010001", "tanggal_lahir_tidak_sah");
	assert_refused("3275016902990001", "tanggal_lahir_tidak_sah");
}

static void days_that_do_not_exist_are_refused(void **state)
{
	(void)state;
	assert_refused("3275010001900001", "tanggal_lahir_tidak_sah");
	assert_refused("3275013201900001", "tanggal_lahir_tidak_sah");
	assert_refused("3275014001900001", "tanggal_lahir_tidak_sah");
	assert_refused("3275017201900001", "tanggal_lahir_tidak_sah");
	assert_refused("3275013104900001", "tanggal_lahir_tidak_sah");
	assert_refused("3275010100900001", "tanggal_lahir_tidak_sah");
	assert_refused("3275010113900001", "tanggal_lahir_tidak_sah");
}

static void only_sixteen_digits_are_a_nik(void **state)
{
	(void)state;
	assert_refused("", "harus_16_angka");
	assert_refused("327501170845000", "harus_16_angka");
	assert_refused("32750117084500011", "harus_16_angka");
	assert_refused("3275 11708450001", "harus_16_angka");
	assert_refused("327501170845000A", "harus_16_angka");
}

static void a_region_or_serial_of_zeros_is_refused(void **state)
{
	(void)state;
	assert_refused("0075011708450001", "wilayah_tidak_sah");
	assert_refused("3200011708450001", "wilayah_tidak_sah");
	assert_refused("3275001708450001", "wilayah_tidak_sah");
	assert_refused("3275011708450000", "nomor_urut_tidak_sah");
}

static void the_mask_shows_the_region_and_the_serial_only(void **state)
{
	char text[NIK_TEXT_MAX];

	(void)state;
	nik_mask(str_of("3275011708450001"), text);
	assert_string_equal(text, "3275********0001");
	nik_mask(str_of("327501170845000"), text);
	assert_string_equal(text, "****************");
	nik_mask(str_of("not a nik at all, but longer"), text);
	assert_string_equal(text, "****************");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(men_and_women_of_real_days_pass),
		cmocka_unit_test(the_leap_day_passes_where_some_century_has_it),
		cmocka_unit_test(days_that_do_not_exist_are_refused),
		cmocka_unit_test(only_sixteen_digits_are_a_nik),
		cmocka_unit_test(a_region_or_serial_of_zeros_is_refused),
		cmocka_unit_test(the_mask_shows_the_region_and_the_serial_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
