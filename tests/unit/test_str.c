/* Texts are looked at eight bytes at a time: whatever stands where, the answer is the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

enum { TEXT_BYTES = 24 };

/* The bytes at a place in a text of letters, with so many letters behind them. */
static bool stands(const char *bytes, size_t at, size_t behind)
{
	char text[2 * TEXT_BYTES];
	size_t len = strlen(bytes) == 0 ? 1 : strlen(bytes);

	memset(text, 'a', sizeof text);
	memcpy(text + at, bytes, len);
	return str_is_utf8(str_bytes(text, at + len + behind));
}

static void assert_everywhere(const char *bytes, bool is_valid)
{
	for (size_t at = 0; at < TEXT_BYTES; at++)
		for (size_t behind = 0; behind < TEXT_BYTES - 4; behind++)
			assert_int_equal(stands(bytes, at, behind), is_valid);
}

static void characters_of_every_length_are_valid_at_every_place(void **state)
{
	(void)state;
	assert_true(str_is_utf8(str_bytes(NULL, 0)));
	assert_everywhere("z", true);
	assert_everywhere("\x01", true);
	assert_everywhere("\x7f", true);
	assert_everywhere("\xc2\x80", true);
	assert_everywhere("\xe2\x82\xac", true);
	assert_everywhere("\xf0\x9f\x98\x80", true);
	assert_everywhere("\xf4\x8f\xbf\xbf", true);
}

static void what_is_no_character_is_found_at_every_place(void **state)
{
	(void)state;
	assert_everywhere("", false); /* a zero byte */
	assert_everywhere("\x80", false);
	assert_everywhere("\xff", false);
	assert_everywhere("\xc0\xaf", false); /* overlong */
	assert_everywhere("\xe0\x80\xaf", false);
	assert_everywhere("\xed\xa0\x80", false);     /* a surrogate */
	assert_everywhere("\xf4\x90\x80\x80", false); /* over U+10FFFF */
	assert_everywhere("\xe2\x82", false);         /* cut off by a letter */
}

static void a_character_cut_off_by_the_end_is_found(void **state)
{
	char text[TEXT_BYTES];

	(void)state;
	memset(text, 'a', sizeof text);
	for (size_t len = 2; len < sizeof text; len++) {
		memcpy(text + len - 2, "\xe2\x82", 2);
		assert_false(str_is_utf8(str_bytes(text, len)));
		memset(text, 'a', sizeof text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_of_every_length_are_valid_at_every_place),
		cmocka_unit_test(what_is_no_character_is_found_at_every_place),
		cmocka_unit_test(a_character_cut_off_by_the_end_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
