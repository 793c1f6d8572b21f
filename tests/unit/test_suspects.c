/* suspects: a mismatch stays until a later commitment of the same entry explains it */
#include "runtime/suspects.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct str key_of(unsigned n, char text[16])
{
	(void)snprintf(text, 16, "%u", n);
	return str_of(text);
}

static void nothing_is_suspected_at_first(void **state)
{
	struct suspects s;

	(void)state;
	suspects_init(&s);
	assert_null(suspects_first(&s));
	suspects_take_back(&s, 0, str_of("never"));
	assert_null(suspects_first(&s));
	suspects_clear(&s);
}

static void the_lowest_record_is_named(void **state)
{
	struct suspects s;

	(void)state;
	suspects_init(&s);
	suspects_add(&s, 1, str_of("b"), 9, false);
	suspects_add(&s, 2, str_of("a"), 4, true);
	suspects_add(&s, 1, str_of("c"), 6, false);
	assert_int_equal(suspects_first(&s)->seq, 4);
	assert_int_equal(suspects_first(&s)->table, 2);
	assert_true(suspects_first(&s)->is_missing);
	suspects_clear(&s);
}

static void a_later_commitment_takes_back_and_the_same_key_of_another_table_stays(void **state)
{
	struct suspects s;

	(void)state;
	suspects_init(&s);
	suspects_add(&s, 1, str_of("a"), 4, false);
	suspects_add(&s, 2, str_of("a"), 5, false);
	suspects_take_back(&s, 1, str_of("a"));
	assert_int_equal(suspects_first(&s)->seq, 5);
	suspects_add(&s, 1, str_of("a"), 7, true);
	suspects_take_back(&s, 2, str_of("a"));
	assert_int_equal(suspects_first(&s)->seq, 7);
	suspects_clear(&s);
}

static void many_are_kept_apart_while_it_grows(void **state)
{
	enum { MANY = 20000 };
	struct suspects s;
	char text[16];

	(void)state;
	suspects_init(&s);
	for (unsigned n = 1; n <= MANY; n++)
		suspects_add(&s, 3, key_of(n, text), n, false);
	for (unsigned n = 1; n <= MANY; n++) {
		if (n == 12345)
			continue;
		suspects_take_back(&s, 3, key_of(n, text));
	}
	assert_int_equal(suspects_first(&s)->seq, 12345);
	suspects_take_back(&s, 3, key_of(12345, text));
	assert_null(suspects_first(&s));
	suspects_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_suspected_at_first),
		cmocka_unit_test(the_lowest_record_is_named),
		cmocka_unit_test(a_later_commitment_takes_back_and_the_same_key_of_another_table_stays),
		cmocka_unit_test(many_are_kept_apart_while_it_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
