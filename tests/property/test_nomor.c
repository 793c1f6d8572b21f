/* Whatever pattern passes the check, its numbers read back as they were given. */
#include "domain/nomor.h"
#include "lib/chance.h"
#include "lib/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 60000, PIECES_MAX = 9, GOOD_PATTERNS_MIN = 500 };

static struct chance chance;

static size_t below(size_t n)
{
	return (size_t)chance_below(&chance, n);
}

static void invent_pattern(char ret[NOMOR_PATTERN_MAX * 2])
{
	static const char *const pieces[] = { "{nomor}", "{nomor:3}", "{nomor:9}", "{unit}", "{bulan}",
		"{bulan_romawi}", "{tahun}", "/", "-", ".", "PPID-", "I", "1", "X/", " ", "{", "}",
		"{nomor:0}", "{hari}" };
	const size_t sound = sizeof pieces / sizeof pieces[0] - 4;

	ret[0] = '\0';
	for (size_t n = 2 + below(PIECES_MAX); n > 0; n--)
		strcat(ret, pieces[below(below(20) == 0 ? sound + 4 : sound)]);
}

static void numbers_of_any_good_pattern_read_back(void **state)
{
	static const char *const units[] = { "DISDIK", "32.75.01", "A", "1", "X-1_I" };
	int good = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		char pattern[NOMOR_PATTERN_MAX * 2];
		char text[NOMOR_TEXT_MAX];
		struct nomor nomor = { .unit = str_of(units[below(5)]) };
		struct nomor back;
		struct problem why;
		struct str part;

		invent_pattern(pattern);
		if (nomor_pattern_check(str_of(pattern), &why, &part) != ERR_OK) {
			assert_true(part.ptr >= pattern && part.len <= strlen(pattern));
			continue;
		}
		good++;
		nomor.nomor = 1 + (uint32_t)below(below(2) == 0 ? 50 : NOMOR_MAX);
		nomor.month = 1 + (int)below(12);
		nomor.year = NOMOR_YEAR_MIN + (int)below(NOMOR_YEAR_MAX - NOMOR_YEAR_MIN + 1);
		nomor_format(str_of(pattern), &nomor, text);
		assert_int_equal(nomor_parse(str_of(pattern), nomor.unit, str_of(text), &back), ERR_OK);
		assert_int_equal(back.nomor, nomor.nomor);
		assert_int_equal(back.year, nomor.year);
		assert_true(back.month == nomor.month || strstr(pattern, "{bulan") == NULL);
	}
	assert_in_range(good, GOOD_PATTERNS_MIN, ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_any_good_pattern_read_back),
	};

	chance.state = seed_new("test_nomor");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
