#include "wire/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void one_number_has_one_form(void **state)
{
	static const uint64_t numbers[] = { 0, 1, 127, 128, 255, 256, 65535, 65536, UINT32_MAX,
		UINT64_C(1) + UINT32_MAX, INT64_MAX, UINT64_MAX };
	struct buf out;

	(void)state;
	buf_init(&out, 64);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		struct unpack in;

		buf_reset(&out);
		pack_uint(&out, numbers[i]);
		in = unpack_of(buf_str(&out));
		assert_true(unpack_uint(&in, UINT64_MAX) == numbers[i]);
		assert_true(unpack_is_done(&in));
		in = unpack_of(str_bytes(out.ptr, out.len - 1));
		assert_true(unpack_uint(&in, UINT64_MAX) == 0);
		assert_true(in.is_bad);
	}
	buf_clear(&out);
}

static void signed_numbers_come_back(void **state)
{
	static const int64_t numbers[] = { 0, -1, -32, -33, -128, -129, -32768, -32769, INT32_MIN,
		INT64_C(-1) + INT32_MIN, INT64_MIN, INT64_MAX };
	struct buf out;

	(void)state;
	buf_init(&out, 64);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		struct unpack in;

		buf_reset(&out);
		pack_int(&out, numbers[i]);
		in = unpack_of(buf_str(&out));
		assert_true(unpack_int(&in) == numbers[i]);
		assert_true(unpack_is_done(&in));
	}
	buf_clear(&out);
}

static void longer_forms_are_refused(void **state)
{
	static const struct str longer[] = { STR("\xcc\x05"), STR("\xcd\x00\xff"),
		STR("\xce\x00\x00\xff\xff"), STR("\xcf\x00\x00\x00\x00\xff\xff\xff\xff"), STR("\xd0\x05"),
		STR("\xd1\x7f\xff"), STR("\xd0\xff"), STR("\xd1\xff\x80") };

	(void)state;
	for (size_t i = 0; i < sizeof longer / sizeof longer[0]; i++) {
		struct unpack as_uint = unpack_of(longer[i]);
		struct unpack as_int = unpack_of(longer[i]);

		(void)unpack_uint(&as_uint, UINT64_MAX);
		(void)unpack_int(&as_int);
		assert_true(as_uint.is_bad);
		assert_true(as_int.is_bad);
	}
}

static void longer_heads_of_bytes_are_refused(void **state)
{
	struct unpack bin = unpack_of((struct str)STR("\xc5\x00\x01x"));
	struct unpack text = unpack_of((struct str)STR("\xd9\x01x"));
	struct unpack array = unpack_of((struct str)STR("\xdc\x00\x01\xc0"));

	(void)state;
	(void)unpack_bin(&bin);
	(void)unpack_str(&text);
	(void)unpack_array(&array);
	assert_true(bin.is_bad && text.is_bad && array.is_bad);
}

static void bytes_and_text_come_back(void **state)
{
	char bytes[70000];
	static const size_t lens[] = { 0, 1, 31, 32, 255, 256, 65535, 65536, 70000 };
	struct buf out;

	(void)state;
	memset(bytes, 'a', sizeof bytes);
	buf_init(&out, 200000);
	for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
		struct str text = str_bytes(bytes, lens[i]);
		struct unpack in;

		buf_reset(&out);
		pack_array(&out, 3);
		pack_bin(&out, text.ptr, text.len);
		pack_str(&out, text);
		pack_nil(&out);
		in = unpack_of(buf_str(&out));
		assert_int_equal(unpack_array(&in), 3);
		assert_true(str_equal(unpack_bin(&in), text));
		assert_false(unpack_is_nil(&in));
		assert_true(str_equal(unpack_str(&in), text));
		assert_true(unpack_is_nil(&in));
		assert_true(unpack_is_done(&in));
	}
	buf_clear(&out);
}

static void after_a_mistake_everything_is_zero(void **state)
{
	struct unpack in = unpack_of((struct str)STR("\x05\x06\x07"));
	char kept[2] = "k";

	(void)state;
	assert_int_equal(unpack_uint(&in, 4), 0);
	assert_true(in.is_bad);
	assert_int_equal(unpack_uint(&in, 9), 0);
	assert_int_equal(unpack_array(&in), 0);
	assert_int_equal(unpack_bin(&in).len, 0);
	unpack_bin_of(&in, kept, 1);
	assert_string_equal(kept, "k");
	assert_false(unpack_is_nil(&in));
	assert_false(unpack_is_done(&in));
}

static void counts_and_text_beyond_the_bytes_are_refused(void **state)
{
	struct unpack count = unpack_of((struct str)STR("\xdd\xff\xff\xff\xff\xc0"));
	struct unpack bin = unpack_of((struct str)STR("\xc4\x02x"));
	struct unpack text = unpack_of((struct str)STR("\xa2\xc3\x28"));

	(void)state;
	assert_int_equal(unpack_array(&count), 0);
	(void)unpack_bin(&bin);
	(void)unpack_str(&text);
	assert_true(count.is_bad && bin.is_bad && text.is_bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_number_has_one_form),
		cmocka_unit_test(signed_numbers_come_back),
		cmocka_unit_test(longer_forms_are_refused),
		cmocka_unit_test(longer_heads_of_bytes_are_refused),
		cmocka_unit_test(bytes_and_text_come_back),
		cmocka_unit_test(after_a_mistake_everything_is_zero),
		cmocka_unit_test(counts_and_text_beyond_the_bytes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
