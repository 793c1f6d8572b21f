/* Whatever a node is called and wherever it listens: its text reads back the same, and no altered byte passes. */
#include "lib/chance.h"
#include "lib/utusan.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { ROUNDS = 400 };

static struct chance chance;

static struct str invented(struct arena *arena, const char *signs, size_t most)
{
	size_t len = 1 + chance_below(&chance, most);
	char *text = arena_take(arena, len);

	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = signs[chance_below(&chance, strlen(signs))];
	return str_bytes(text, len);
}

static struct identitas_simpul invent(struct arena *arena, uint32_t node)
{
	struct identitas_simpul identity =
		utusan_identity(arena, node, 1 + (uint32_t)chance_below(&chance, 9));
	struct str host = invented(arena, "abcxyz.-019", 40);

	identity.nama = invented(arena, "ABC-abc.019_:", 64);
	identity.has_alamat = !chance_one_in(&chance, 3);
	identity.alamat = str_of(arena_print(arena, "tcp://%.*s:%u", (int)host.len, host.ptr,
		1 + (unsigned)chance_below(&chance, 65535)));
	utusan_sign(arena, &identity, node, identity.generasi);
	return identity;
}

static void texts_read_back_and_altered_ones_do_not(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		struct identitas_simpul identity, got;
		struct problem why = { NULL, NULL };
		struct buf text, again;
		struct arena arena;
		size_t at;

		arena_init(&arena, 1 << 16);
		identity = invent(&arena, round + 1);
		buf_init(&text, IDENTITY_TEXT_MAX);
		buf_init(&again, IDENTITY_TEXT_MAX);
		identity_text(&identity, &text);
		if (identity_parse(buf_str(&text), &arena, &got, &why) != ERR_OK)
			fail_msg("%s %s: %.*s", why.field, why.rule, (int)text.len, text.ptr);
		identity_text(&got, &again);
		assert_true(str_equal(buf_str(&text), buf_str(&again)));
		assert_true(identity_words_are(&got, utusan_words(&arena, &identity)));
		at = chance_below(&chance, text.len);
		text.ptr[at] = (char)(text.ptr[at] ^ (1 << chance_below(&chance, 7)));
		if (identity_parse(buf_str(&text), &arena, &got, &why) == ERR_OK) {
			/* only blanks at the end of a line may differ */
			buf_reset(&again);
			identity_text(&got, &again);
			assert_true(identity_words_are(&got, utusan_words(&arena, &identity)));
		}
		buf_clear(&text);
		buf_clear(&again);
		arena_clear(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_read_back_and_altered_ones_do_not),
	};
	const char *seed = getenv("SEED");

	chance.state = seed == NULL ? (uint64_t)time(NULL) : strtoull(seed, NULL, 0);
	printf("SEED=%llu\n", (unsigned long long)chance.state);
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
