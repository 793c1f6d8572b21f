#include "domain/nomor.h"
#include "base/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct str permohonan = STR(NOMOR_PATTERN_PERMOHONAN);
static const struct str keberatan = STR(NOMOR_PATTERN_KEBERATAN);
static const struct str disdik = STR("DISDIK");

static void assert_text(struct str pattern, struct nomor nomor, const char *expected)
{
	char text[NOMOR_TEXT_MAX];

	nomor_format(pattern, &nomor, text);
	assert_string_equal(text, expected);
}

static void assert_pattern_refused(const char *pattern, const char *rule, const char *part)
{
	struct problem why;
	struct str at;

	assert_int_not_equal(nomor_pattern_check(str_of(pattern), &why, &at), ERR_OK);
	assert_string_equal(why.rule, rule);
	assert_true(str_is(at, part));
}

static void assert_pattern_good(const char *pattern)
{
	struct problem why;
	struct str at;

	assert_int_equal(nomor_pattern_check(str_of(pattern), &why, &at), ERR_OK);
}

static void the_default_patterns_are_those_of_the_domain_page(void **state)
{
	(void)state;
	assert_pattern_good(NOMOR_PATTERN_PERMOHONAN);
	assert_pattern_good(NOMOR_PATTERN_KEBERATAN);
	assert_text(permohonan, (struct nomor) { 7, disdik, 11, 2026 }, "007/PPID-DISDIK/XI/2026");
	assert_text(keberatan, (struct nomor) { 12, disdik, 1, 2027 }, "012/KEB/DISDIK/I/2027");
}

static void a_number_over_its_width_grows(void **state)
{
	(void)state;
	assert_text(permohonan, (struct nomor) { 1000, disdik, 4, 2026 }, "1000/PPID-DISDIK/IV/2026");
	assert_text(permohonan, (struct nomor) { NOMOR_MAX, disdik, 4, 2026 },
		"999999999/PPID-DISDIK/IV/2026");
}

static void month_and_year_are_those_of_registration_in_jakarta(void **state)
{
	struct nomor nomor;
	time_us at;

	(void)state;
	/* 00:30 on New Year's Day in Jakarta, still the old year in UTC. */
	assert_int_equal(time_parse(str_of("2026-12-31T17:30:00Z"), &at), ERR_OK);
	nomor = nomor_at(1, disdik, at);
	assert_text(permohonan, nomor, "001/PPID-DISDIK/I/2027");
	nomor = nomor_at(1, disdik, at - 31 * 60 * US_PER_SECOND);
	assert_text(permohonan, nomor, "001/PPID-DISDIK/XII/2026");
}

static void each_month_has_its_roman_number(void **state)
{
	static const char *const texts[] = { "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX",
		"X", "XI", "XII" };
	struct nomor nomor = { 1, disdik, 0, 2026 };
	char text[NOMOR_TEXT_MAX];

	(void)state;
	for (nomor.month = 1; nomor.month <= 12; nomor.month++) {
		struct nomor back;

		nomor_format(str_of("{nomor}-{bulan_romawi}-{bulan}-{tahun}"), &nomor, text);
		assert_int_equal(strncmp(text + 2, texts[nomor.month - 1], strlen(texts[nomor.month - 1])),
			0);
		assert_int_equal(nomor_parse(str_of("{nomor}-{bulan_romawi}-{bulan}-{tahun}"), disdik,
							 str_of(text), &back),
			ERR_OK);
		assert_int_equal(back.month, nomor.month);
	}
}

static void a_bad_pattern_is_refused_and_the_part_named(void **state)
{
	char longest[NOMOR_PATTERN_MAX + 2];

	(void)state;
	assert_pattern_refused("", "nomor_wajib_ada", "");
	assert_pattern_refused("{tahun}", "nomor_wajib_ada", "{tahun}");
	assert_pattern_refused("{nomor}/{unit}", "tahun_wajib_ada", "{nomor}/{unit}");
	assert_pattern_refused("{nomor}/{tanggal}/{tahun}", "penanda_tidak_dikenal", "{tanggal}");
	assert_pattern_refused("{nomor}/{}/{tahun}", "penanda_tidak_dikenal", "{}");
	assert_pattern_refused("{nomor}/{tahun}/{nomor}", "penanda_ganda", "{nomor}");
	assert_pattern_refused("{nomor}/{tahun", "penanda_tidak_ditutup", "{tahun");
	assert_pattern_refused("{nomor:0}/{tahun}", "lebar_tidak_sah", "{nomor:0}");
	assert_pattern_refused("{nomor:10}/{tahun}", "lebar_tidak_sah", "{nomor:10}");
	assert_pattern_refused("{nomor:}/{tahun}", "lebar_tidak_sah", "{nomor:}");
	assert_pattern_refused("{nomor:-1}/{tahun}", "lebar_tidak_sah", "{nomor:-1}");
	assert_pattern_refused("{nomor}/{tahun:4}", "lebar_tidak_sah", "{tahun:4}");
	assert_pattern_refused("{nomor}{tahun}", "perlu_pemisah", "{nomor}");
	assert_pattern_refused("{nomor}1/{tahun}", "perlu_pemisah", "{nomor}");
	assert_pattern_refused("{nomor}/{unit}{tahun}", "perlu_pemisah", "{unit}");
	assert_pattern_refused("{nomor}/{bulan_romawi}V/{tahun}", "perlu_pemisah", "{bulan_romawi}");
	assert_pattern_refused("{nomor}/\n/{tahun}", "huruf_tidak_sah", "/\n/");
	assert_pattern_refused("{nomor}/\xc3\xa9/{tahun}", "huruf_tidak_sah", "/\xc3\xa9/");
	assert_pattern_refused("{nomor}/}/{tahun}", "huruf_tidak_sah", "/}/");
	memset(longest, 'x', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	assert_pattern_refused(longest, "terlalu_panjang", longest);
}

static void other_patterns_work_as_well(void **state)
{
	struct nomor back;

	(void)state;
	assert_pattern_good("{tahun}{bulan}{nomor:4}");
	assert_text(str_of("{tahun}{bulan}{nomor:4}"), (struct nomor) { 5, disdik, 3, 2026 },
		"2026030005");
	assert_int_equal(
		nomor_parse(str_of("{tahun}{bulan}{nomor:4}"), disdik, str_of("20260312345"), &back),
		ERR_OK);
	assert_int_equal(back.nomor, 12345);
	assert_int_equal(back.year, 2026);
	assert_int_equal(back.month, 3);
	assert_pattern_good("{nomor}-{tahun}");
	assert_int_equal(nomor_parse(str_of("{nomor}-{tahun}"), disdik, str_of("8-2021"), &back),
		ERR_OK);
	assert_int_equal(back.month, 0);
}

static void a_number_reads_back_with_or_without_its_zeros(void **state)
{
	static const char *const texts[] = { "007/PPID-DISDIK/IX/2021", "7/PPID-DISDIK/IX/2021",
		"0007/PPID-DISDIK/IX/2021" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct nomor back;

		assert_int_equal(nomor_parse(permohonan, disdik, str_of(texts[i]), &back), ERR_OK);
		assert_int_equal(back.nomor, 7);
		assert_int_equal(back.month, 9);
		assert_int_equal(back.year, 2021);
		assert_true(str_equal(back.unit, disdik));
	}
}

static void a_number_of_another_form_moves_no_counter(void **state)
{
	static const char *const texts[] = { "", "007", "007/PPID-DINKES/IX/2021",
		"007/PPID-DISDIK/IIX/2021", "007/PPID-DISDIK/ix/2021", "007/PPID-DISDIK/IX/21",
		"007/PPID-DISDIK/IX/20211", "007/PPID-DISDIK/IX/2021 ", "000/PPID-DISDIK/IX/2021",
		"/PPID-DISDIK/IX/2021", "9999999999/PPID-DISDIK/IX/2021", "x07/PPID-DISDIK/IX/2021",
		"007/KEB/DISDIK/IX/2021", "007/PPID-DISDIK/IX/1066",
		"99999999999999999999999999/PPID-DISDIK/IX/2021" };
	struct nomor back = { .nomor = 77 };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_int_equal(nomor_parse(permohonan, disdik, str_of(texts[i]), &back), ERR_INVALID);
	assert_int_equal(nomor_parse(str_of("{bulan_romawi}/{bulan}/{nomor}/{tahun}"), disdik,
						 str_of("IX/08/1/2021"), &back),
		ERR_INVALID);
	assert_int_equal(back.nomor, 77);
}

static void a_unit_code_is_capitals_digits_and_joints(void **state)
{
	(void)state;
	assert_true(nomor_is_unit(str_of("32.75.01")));
	assert_true(nomor_is_unit(str_of("RSUD-CAM_2")));
	assert_false(nomor_is_unit(str_of("")));
	assert_false(nomor_is_unit(str_of("disdik")));
	assert_false(nomor_is_unit(str_of("A/B")));
	assert_false(nomor_is_unit(str_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_patterns_are_those_of_the_domain_page),
		cmocka_unit_test(a_number_over_its_width_grows),
		cmocka_unit_test(month_and_year_are_those_of_registration_in_jakarta),
		cmocka_unit_test(each_month_has_its_roman_number),
		cmocka_unit_test(a_bad_pattern_is_refused_and_the_part_named),
		cmocka_unit_test(other_patterns_work_as_well),
		cmocka_unit_test(a_number_reads_back_with_or_without_its_zeros),
		cmocka_unit_test(a_number_of_another_form_moves_no_counter),
		cmocka_unit_test(a_unit_code_is_capitals_digits_and_joints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
