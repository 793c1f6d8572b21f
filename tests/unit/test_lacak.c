#include "domain/lacak.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct id CASE = { { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 } };

static void assert_hash(const char *code, const char *text)
{
	struct hash hash = lacak_hash(CASE, str_of(code));
	char found[HASH_TEXT_MAX];

	hash_text(&hash, found);
	assert_string_equal(found, text);
}

/* The expected bytes were made by another implementation of BLAKE2b. */
static void hash_is_of_label_case_and_code(void **state)
{
	(void)state;
	assert_hash("ABCDEFGHJKMNPQRS",
		"f17181b439046467f40f253e66a2d4aa4d9e6ef3328887eae5235b782532b857");
}

static void small_letters_blanks_and_hyphens_do_not_matter(void **state)
{
	(void)state;
	assert_hash("abcd-efgh-jkmn-pqrs",
		"f17181b439046467f40f253e66a2d4aa4d9e6ef3328887eae5235b782532b857");
	assert_hash(" ABCD EFGH JKMN PQRS ",
		"f17181b439046467f40f253e66a2d4aa4d9e6ef3328887eae5235b782532b857");
}

static void another_case_or_code_hashes_differently(void **state)
{
	struct hash right = lacak_hash(CASE, str_of("ABCDEFGHJKMNPQRS"));
	struct hash code = lacak_hash(CASE, str_of("ABCDEFGHJKMNPQRT"));
	struct hash other = lacak_hash((struct id) { { 1 } }, str_of("ABCDEFGHJKMNPQRS"));

	(void)state;
	assert_false(hash_equal(&right, &code));
	assert_false(hash_equal(&right, &other));
}

/* More than a code can be is read up to a limit, and is no code. */
static void endless_text_is_no_code(void **state)
{
	char text[1000];
	struct hash right = lacak_hash(CASE, str_of("ABCDEFGHJKMNPQRS"));
	struct hash other;

	(void)state;
	memset(text, 'A', sizeof text);
	memcpy(text, "ABCDEFGHJKMNPQRS", 16);
	other = lacak_hash(CASE, str_bytes(text, sizeof text));
	assert_false(hash_equal(&right, &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hash_is_of_label_case_and_code),
		cmocka_unit_test(small_letters_blanks_and_hyphens_do_not_matter),
		cmocka_unit_test(another_case_or_code_hashes_differently),
		cmocka_unit_test(endless_text_is_no_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
