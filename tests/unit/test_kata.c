/* kata: the words tell themselves apart, and stand for bits for ever */
#include "federation/kata.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void words_are_short_and_plain(void **state)
{
	(void)state;
	for (size_t i = 0; i < KATA_COUNT; i++) {
		size_t len = strlen(kata[i]);

		assert_in_range(len, KATA_LETTERS_DISTINCT, KATA_LETTERS_MAX);
		assert_int_equal(strspn(kata[i], "abcdefghijklmnopqrstuvwxyz"), len);
	}
}

/* In order, and so each is there once; the first four letters are enough. */
static void four_letters_tell_each_word(void **state)
{
	(void)state;
	for (size_t i = 1; i < KATA_COUNT; i++)
		if (strncmp(kata[i - 1], kata[i], KATA_LETTERS_DISTINCT) >= 0)
			fail_msg("%s does not come before %s by four letters", kata[i - 1], kata[i]);
}

/* Fingerprints were read out and written down: no word may take another's place. */
static void the_list_never_changes(void **state)
{
	struct hash hash = { { 0 } };
	char text[HASH_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < KATA_COUNT; i++)
		hash = hash_labelled("kata", str_bytes(hash.bytes, sizeof hash.bytes), str_of(kata[i]));
	hash_text(&hash, text);
	assert_string_equal(text, "5b86b83066f7d1eab8f6ecb6c8852ad6fed20cd4ee8e2e0cc1823ebe57e8cf4b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_short_and_plain),
		cmocka_unit_test(four_letters_tell_each_word),
		cmocka_unit_test(the_list_never_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
