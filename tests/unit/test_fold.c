#include "store/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void texts_fold_to_what_people_mean(void **state)
{
	static const struct {
		const char *text;
		const char *folded;
	} cases[] = {
		{ "Budi Santoso", "budi santoso" },
		{ "  BUDI \t\n  SANTOSO  ", "budi santoso" },
		{ "José ÀÉÞ × ÿ", "josé àéþ × ÿ" },
		{ "budi@Contoh.ID", "budi@contoh.id" },
		{ "3275 0101 0190 0001", "3275010101900001" },
		{ "+62 812-3456 (789)", "08123456789" },
		{ "0812.3456.789", "08123456789" },
		{ "6281234", "6281234" },
		{ "+1 234", "1234" },
		{ "1+2", "1+2" },
		{ "Jl. Merdeka 1", "jl. merdeka 1" },
		{ "- -", "- -" },
		{ "", "" },
		{ "   ", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf out;

		buf_init(&out, 100);
		buf_add(&out, "_", 1);
		fold_text(str_of(cases[i].text), &out);
		buf_add(&out, "", 1);
		assert_string_equal(out.ptr + 1, cases[i].folded);
		buf_clear(&out);
	}
}

static void words_are_cut_at_everything_else(void **state)
{
	struct str text = STR(" Drs. Budi-SANTOSO, S.H. (2) É ");
	static const char *const words[] = { "drs", "budi", "santoso", "s", "h", "2", "é" };
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		buf_reset(&out);
		assert_true(fold_word(&text, &out));
		assert_true(str_is(buf_str(&out), words[i]));
	}
	assert_false(fold_word(&text, &out));
	assert_false(fold_word(&text, &out));
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_fold_to_what_people_mean),
		cmocka_unit_test(words_are_cut_at_everything_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
