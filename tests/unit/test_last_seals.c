/* last_seals: of each entry the commitment of the highest record stays */
#include "runtime/last_seals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct seal seal_of(uint32_t table, const char *key, uint8_t mark)
{
	struct seal seal = { .table = table, .key = str_of(key), .is_erased = mark == 0 };

	memset(seal.commitment.bytes, mark, sizeof seal.commitment.bytes);
	return seal;
}

static void take(struct last_seals *s, uint64_t seq, struct seal *seals, uint32_t len)
{
	struct record record = { .seq = seq, .seals = seals, .seals_len = len };

	assert_int_equal(last_seals_take(s, &record), ERR_OK);
}

static void the_last_commitment_of_an_entry_stays(void **state)
{
	struct last_seals s;
	struct seal first[2] = { seal_of(1, "a", 1), seal_of(1, "b", 2) };
	struct seal second[1] = { seal_of(1, "a", 3) };

	(void)state;
	last_seals_init(&s);
	assert_null(last_seals_find(&s, 1, str_of("a")));
	take(&s, 4, first, 2);
	take(&s, 9, second, 1);
	assert_int_equal(last_seals_find(&s, 1, str_of("a"))->seq, 9);
	assert_int_equal(last_seals_find(&s, 1, str_of("a"))->seal.commitment.bytes[5], 3);
	assert_int_equal(last_seals_find(&s, 1, str_of("b"))->seq, 4);
	assert_null(last_seals_find(&s, 2, str_of("a")));
	assert_int_equal(s.count, 2);
	last_seals_clear(&s);
}

static void an_erasure_is_the_last_word_until_the_entry_is_written_again(void **state)
{
	struct last_seals s;
	struct seal made[1] = { seal_of(1, "a", 1) };
	struct seal erased[1] = { seal_of(1, "a", 0) };

	(void)state;
	last_seals_init(&s);
	take(&s, 1, made, 1);
	take(&s, 2, erased, 1);
	assert_true(last_seals_find(&s, 1, str_of("a"))->seal.is_erased);
	assert_int_equal(s.erased, 1);
	take(&s, 3, made, 1);
	assert_false(last_seals_find(&s, 1, str_of("a"))->seal.is_erased);
	last_seals_clear(&s);
}

static void many_keys_are_kept_apart_and_outlive_the_record(void **state)
{
	enum { MANY = 20000 };
	struct last_seals s;
	char text[16];

	(void)state;
	last_seals_init(&s);
	for (unsigned n = 0; n < MANY; n++) {
		struct seal seal[1];

		(void)snprintf(text, sizeof text, "%u", n);
		seal[0] = seal_of(n % 3, text, (uint8_t)(n % 200 + 1));
		take(&s, n + 1, seal, 1);
	}
	assert_int_equal(s.count, MANY);
	for (unsigned n = 0; n < MANY; n++) {
		const struct last_seal *row;

		(void)snprintf(text, sizeof text, "%u", n);
		row = last_seals_find(&s, n % 3, str_of(text));
		assert_non_null(row);
		assert_int_equal(row->seq, n + 1);
		assert_int_equal(row->seal.commitment.bytes[0], n % 200 + 1);
	}
	last_seals_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_commitment_of_an_entry_stays),
		cmocka_unit_test(an_erasure_is_the_last_word_until_the_entry_is_written_again),
		cmocka_unit_test(many_keys_are_kept_apart_and_outlive_the_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
