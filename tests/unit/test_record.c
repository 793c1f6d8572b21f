#include "store/record.h"

#include "base/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct arena arena;
	struct buf out;
};

static int begin(void **state)
{
	static struct fixture f;

	arena_init(&f.arena, 1 << 20);
	buf_init(&f.out, 1 << 20);
	*state = &f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;

	arena_clear(&f->arena);
	buf_clear(&f->out);
	return 0;
}

static struct seal seals[2] = {
	{ 2, STR("key"), false, { { 1, 2, 3 } } },
	{ 0, STR("gone"), true, { { 0 } } },
};

static struct record example(enum cause_kind kind)
{
	return (struct record) {
		.seq = 7,
		.epoch = { { 1 } },
		.at = 1790000000000000,
		.type = 0x0201,
		.version = 3,
		.key = STR("case"),
		.cause = {
			.kind = kind,
			.id = { { 9 } },
			.body_hash = { { 8 } },
			.from = STR("intake"),
			.epoch = { { 7 } },
			.seq = 300,
			.hash = { { 6 } },
			.key = STR("tempo"),
			.due = -5,
		},
		.actor = { { 4 } },
		.seals = seals,
		.seals_len = 2,
		.payload = STR("\x81\x01\xc3"),
	};
}

static void every_cause_comes_back_byte_for_byte(void **state)
{
	struct fixture *f = *state;

	for (enum cause_kind kind = CAUSE_COMMAND; kind <= CAUSE_SYSTEM; kind++) {
		struct record in = example(kind);
		struct record out;
		struct str first;
		size_t len;

		buf_reset(&f->out);
		assert_int_equal(record_encode(&in, &f->out), ERR_OK);
		len = f->out.len;
		assert_int_equal(arena_copy(&f->arena, buf_str(&f->out), &first), ERR_OK);
		assert_int_equal(record_decode(first, &f->arena, &out), ERR_OK);
		assert_int_equal(out.cause.kind, kind);
		assert_int_equal(out.seq, 7);
		assert_true(out.at == in.at);
		assert_int_equal(out.seals_len, 2);
		assert_true(out.seals[1].is_erased);
		assert_true(hash_equal(&out.seals[0].commitment, &seals[0].commitment));
		assert_true(str_equal(out.payload, in.payload));
		assert_int_equal(record_encode(&out, &f->out), ERR_OK);
		assert_int_equal(f->out.len, 2 * len);
		assert_memory_equal(f->out.ptr, f->out.ptr + len, len);
	}
}

static void the_bytes_are_those_of_the_page(void **state)
{
	static const uint8_t expected[] = { 0x9b, 0x01, 0x07, 0xc4, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0xcf, 0x00, 0x06, 0x5b, 0xfe, 0xda, 0x25, 0xe0, 0x00, 0xcd, 0x02, 0x01,
		0x03, 0xc4, 0x04, 'c', 'a', 's', 'e', 0x92, 0x06, 0xa6, 'i', 'n', 't', 'a', 'k', 'e', 0xc4,
		0x10, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x91, 0x93, 0x00, 0xc4, 0x04, 'g',
		'o', 'n', 'e', 0xc0, 0xc4, 0x03, 0x81, 0x01, 0xc3 };
	struct fixture *f = *state;
	struct record r = example(CAUSE_SYSTEM);

	r.seals = &seals[1];
	r.seals_len = 1;
	buf_reset(&f->out);
	assert_int_equal(record_encode(&r, &f->out), ERR_OK);
	assert_int_equal(f->out.len, sizeof expected);
	assert_memory_equal(f->out.ptr, expected, sizeof expected);
}

static void every_truncation_and_every_extra_byte_is_refused(void **state)
{
	struct fixture *f = *state;

	for (enum cause_kind kind = CAUSE_COMMAND; kind <= CAUSE_SYSTEM; kind++) {
		struct record in = example(kind);
		struct record out;

		buf_reset(&f->out);
		assert_int_equal(record_encode(&in, &f->out), ERR_OK);
		for (size_t n = 0; n < f->out.len; n++)
			assert_int_equal(record_decode(str_bytes(f->out.ptr, n), &f->arena, &out), ERR_CORRUPT);
		buf_add(&f->out, "\xc0", 1);
		assert_int_equal(record_decode(buf_str(&f->out), &f->arena, &out), ERR_CORRUPT);
	}
}

static void a_later_layout_is_told_from_damage(void **state)
{
	struct fixture *f = *state;
	struct record in = example(CAUSE_SYSTEM);
	struct record out;

	buf_reset(&f->out);
	assert_int_equal(record_encode(&in, &f->out), ERR_OK);
	assert_false(record_is_later(buf_str(&f->out)));
	f->out.ptr[1] = 2;
	assert_true(record_is_later(buf_str(&f->out)));
	assert_int_equal(record_decode(buf_str(&f->out), &f->arena, &out), ERR_CORRUPT);
	f->out.ptr[1] = 0;
	assert_false(record_is_later(buf_str(&f->out)));
	f->out.ptr[1] = '\xc0';
	assert_false(record_is_later(buf_str(&f->out)));
	assert_false(record_is_later((struct str) { "", 0 }));
	assert_false(record_is_later(str_of("\x02\x02")));
}

/* No message could hold it: whoever passed it on would fall silent. */
static void a_time_that_is_in_no_calendar_is_refused(void **state)
{
	static const struct {
		time_us at;
		enum err e;
	} rows[] = {
		{ INT64_C(4102444800) * US_PER_SECOND, ERR_OK }, /* 2100 */
		{ TIME_US_MAX, ERR_OK },
		{ TIME_US_MIN, ERR_OK },
		{ TIME_US_MAX + 1, ERR_CORRUPT },
		{ TIME_US_MIN - 1, ERR_CORRUPT },
		{ INT64_MAX, ERR_CORRUPT },
		{ INT64_MIN, ERR_CORRUPT },
	};
	struct fixture *f = *state;

	for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++) {
		struct record in = example(CAUSE_SYSTEM);
		struct record out;

		in.at = rows[n].at;
		buf_reset(&f->out);
		assert_int_equal(record_encode(&in, &f->out), ERR_OK);
		assert_int_equal(record_decode(buf_str(&f->out), &f->arena, &out), rows[n].e);
		assert_int_equal(record_peek(buf_str(&f->out), &out), rows[n].e);
	}
}

static void another_layout_or_cause_is_refused(void **state)
{
	struct fixture *f = *state;
	struct record in = example(CAUSE_SYSTEM);
	struct record out;
	char *cause;

	buf_reset(&f->out);
	assert_int_equal(record_encode(&in, &f->out), ERR_OK);
	f->out.ptr[1] = 2;
	assert_int_equal(record_decode(buf_str(&f->out), &f->arena, &out), ERR_CORRUPT);
	f->out.ptr[1] = 1;
	cause = memmem(f->out.ptr, f->out.len, "\x92\x06\xa6", 3);
	assert_non_null(cause);
	for (char kind = 0; kind < 12; kind++) {
		cause[1] = kind;
		assert_int_equal(record_decode(buf_str(&f->out), &f->arena, &out),
			kind == 6 ? ERR_OK : ERR_CORRUPT);
	}
	/* An empty cause and a kind beside it have the right bytes in sum. */
	buf_reset(&f->out);
	assert_int_equal(record_encode(&in, &f->out), ERR_OK);
	cause = memmem(f->out.ptr, f->out.len, "\x92\x06\xa6", 3);
	cause[0] = (char)0x90;
	cause[1] = 0;
	assert_int_equal(record_decode(buf_str(&f->out), &f->arena, &out), ERR_CORRUPT);
}

static void too_long_a_record_leaves_the_buffer_as_it_was(void **state)
{
	static char payload[RECORD_BYTES_MAX];
	struct fixture *f = *state;
	struct record r = example(CAUSE_COMMAND);

	buf_reset(&f->out);
	buf_add(&f->out, "x", 1);
	r.payload = str_bytes(payload, sizeof payload);
	assert_int_equal(record_encode(&r, &f->out), ERR_LIMIT);
	assert_int_equal(f->out.len, 1);
	r.payload = str_bytes(payload, RECORD_BYTES_MAX - 300);
	assert_int_equal(record_encode(&r, &f->out), ERR_OK);
	r.seals_len = RECORD_SEALS_MAX + 1;
	assert_int_equal(record_encode(&r, &f->out), ERR_LIMIT);
}

static void the_hash_hangs_on_all_that_came_before(void **state)
{
	struct hash zero = { { 0 } };
	struct hash one = { { 1 } };
	struct str bytes = STR("record");
	struct hash a = record_hash(&zero, bytes);
	struct hash b = record_hash(&one, bytes);
	struct hash expected =
		hash_labelled("lsp1-event", str_bytes(zero.bytes, sizeof zero.bytes), bytes);

	(void)state;
	assert_true(hash_equal(&a, &expected));
	assert_false(hash_equal(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cause_comes_back_byte_for_byte),
		cmocka_unit_test(the_bytes_are_those_of_the_page),
		cmocka_unit_test(every_truncation_and_every_extra_byte_is_refused),
		cmocka_unit_test(another_layout_or_cause_is_refused),
		cmocka_unit_test(a_later_layout_is_told_from_damage),
		cmocka_unit_test(a_time_that_is_in_no_calendar_is_refused),
		cmocka_unit_test(too_long_a_record_leaves_the_buffer_as_it_was),
		cmocka_unit_test(the_hash_hangs_on_all_that_came_before),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
