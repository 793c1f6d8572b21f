/* What is true of every message and of whatever bytes stand in for one. */
#include "lib/contoh.h"
#include "lib/gen.h"
#include "lib/seed.h"
#include "wire/head.h"
#include "wire/item.h"
#include "wire/json.h"
#include "wire/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <msgpack.h>

enum { ROUNDS = 60, ARENA_BYTES = 64 << 20, OUT_BYTES = 16 << 20, FLIP_BYTES_MAX = 300 };

struct fixture {
	struct arena made;    /* what was invented */
	struct arena decoded; /* what was read */
	struct buf first;
	struct buf second;
	struct buf third;
	struct gen gen;
	void *message;
	void *again;
};

static void fixture_open(struct fixture *x, const char *test)
{
	size_t size = 0;

	for (uint32_t i = 0; i < every_schema_count(); i++)
		if (every_schema(i)->size > size)
			size = every_schema(i)->size;
	arena_init(&x->made, ARENA_BYTES);
	arena_init(&x->decoded, ARENA_BYTES);
	buf_init(&x->first, OUT_BYTES);
	buf_init(&x->second, OUT_BYTES);
	buf_init(&x->third, OUT_BYTES);
	x->gen = gen_of(seed_new(test), &x->made);
	x->message = test_calloc(1, size);
	x->again = test_calloc(1, size);
}

static void fixture_close(struct fixture *x)
{
	arena_clear(&x->made);
	arena_clear(&x->decoded);
	buf_clear(&x->first);
	buf_clear(&x->second);
	buf_clear(&x->third);
	test_free(x->message);
	test_free(x->again);
}

static struct str encode(const struct schema *s, const void *msg, struct buf *out)
{
	struct problem why;
	enum err e;

	buf_reset(out);
	e = wire_encode(s, msg, out, &why);
	if (e != ERR_OK)
		print_error("%s.%s: %s\n", s->name, why.field, why.rule);
	assert_int_equal(e, ERR_OK);
	return buf_str(out);
}

static enum err decode(struct fixture *x, const struct schema *s, struct str bytes)
{
	struct problem why = { "unset", "unset" };
	enum err e;

	arena_reset(&x->decoded);
	e = wire_decode(s, bytes, &x->decoded, x->again, &why);
	assert_true((e == ERR_OK) == (why.rule == NULL)); /* a refusal says why */
	return e;
}

static void assert_same(struct str a, struct str b)
{
	assert_int_equal(a.len, b.len);
	assert_true(str_equal(a, b));
}

typedef void one_message(struct fixture *x, const struct schema *s);

static void for_all(const char *test, uint32_t rounds, one_message *check)
{
	struct fixture x;

	fixture_open(&x, test);
	for (uint32_t i = 0; i < every_schema_count(); i++) {
		for (uint32_t round = 0; round < rounds; round++) {
			arena_reset(&x.made);
			gen_message(&x.gen, every_schema(i), x.message);
			check(&x, every_schema(i));
		}
	}
	fixture_close(&x);
}

/* --- a message is what it was, by bytes and by JSON -------------------------- */

static void check_round_trip(struct fixture *x, const struct schema *s)
{
	struct str bytes = encode(s, x->message, &x->first);

	assert_int_equal(decode(x, s, bytes), ERR_OK);
	assert_same(encode(s, x->again, &x->second), bytes);
}

static void a_message_survives_the_round_trip(void **state)
{
	(void)state;
	for_all(__func__, ROUNDS, check_round_trip);
}

static void check_json(struct fixture *x, const struct schema *s)
{
	struct problem why = { NULL, NULL };
	enum err e;

	buf_reset(&x->second);
	json_write(s, x->message, JSON_FULL, &x->second);
	assert_true(str_is_utf8(buf_str(&x->second)));
	assert_null(memchr(x->second.ptr, '\n', x->second.len));
	arena_reset(&x->decoded);
	e = json_read(s, buf_str(&x->second), &x->decoded, x->again, &why);
	if (e != ERR_OK)
		print_error("%s.%s: %s\n%.*s\n", s->name, why.field, why.rule, (int)x->second.len,
			x->second.ptr);
	assert_int_equal(e, ERR_OK);
	encode(s, x->message, &x->first);
	assert_same(encode(s, x->again, &x->second), buf_str(&x->first));
}

static void json_says_the_same_as_the_bytes(void **state)
{
	(void)state;
	for_all(__func__, ROUNDS, check_json);
}

static void check_values(struct fixture *x, const struct schema *s)
{
	struct problem why;

	memset(x->again, 0, s->size);
	arena_reset(&x->decoded);
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct field *f = &s->fields[i];

		if (field_is_list(f) || f->type == TYPE_RECORD) {
			memcpy((char *)x->again + f->offset, (char *)x->message + f->offset,
				field_is_list(f) ? sizeof(void *) : f->record->size);
			if (field_is_list(f))
				item_put_list(f, x->again, (void *)(uintptr_t)item_first(f, x->message),
					item_count(f, x->message));
			else if (wire_has(f, x->message))
				(void)item_set(f, x->again);
			continue;
		}
		if (!wire_has(f, x->message))
			continue;
		buf_reset(&x->second);
		json_write_value(f, x->message, JSON_FULL, &x->second);
		assert_int_equal(json_read_value(f, buf_str(&x->second), &x->decoded, x->again, &why),
			ERR_OK);
	}
	encode(s, x->message, &x->first);
	assert_same(encode(s, x->again, &x->second), buf_str(&x->first));
}

static void single_values_read_as_they_are_written(void **state)
{
	(void)state;
	for_all(__func__, ROUNDS, check_values);
}

/* --- what is not a message is refused ---------------------------------------- */

static void check_truncation(struct fixture *x, const struct schema *s)
{
	struct str bytes = encode(s, x->message, &x->first);

	for (size_t n = 0; n < bytes.len; n += 1 + bytes.len / 500)
		assert_int_equal(decode(x, s, str_bytes(bytes.ptr, n)), ERR_CORRUPT);
	buf_add(&x->first, "\xc0", 1);
	assert_int_equal(decode(x, s, buf_str(&x->first)), ERR_CORRUPT);
}

static void a_cut_or_a_longer_message_is_damaged(void **state)
{
	(void)state;
	for_all(__func__, ROUNDS / 4, check_truncation);
}

/* Whatever is accepted has one canonical form, which reads as itself. */
static void check_flips(struct fixture *x, const struct schema *s)
{
	struct str bytes = encode(s, x->message, &x->first);
	size_t step = 1 + bytes.len / FLIP_BYTES_MAX;

	for (size_t bit = gen_below(&x->gen, 8); bit < 8 * bytes.len; bit += step) {
		x->first.ptr[bit / 8] ^= (char)(1 << bit % 8);
		if (decode(x, s, bytes) == ERR_OK) {
			struct str canonical = encode(s, x->again, &x->second);

			assert_int_equal(decode(x, s, canonical), ERR_OK);
			assert_same(encode(s, x->again, &x->third), canonical);
		}
		x->first.ptr[bit / 8] ^= (char)(1 << bit % 8);
	}
}

static void a_flipped_bit_gives_a_refusal_or_another_whole_message(void **state)
{
	(void)state;
	for_all(__func__, ROUNDS / 6, check_flips);
}

static void check_spoilt(struct fixture *x, const struct schema *s)
{
	struct gen_spoilt spoilt;
	struct problem why;

	if (!gen_spoil(&x->gen, s, x->message, &spoilt))
		return;
	buf_reset(&x->first);
	buf_add(&x->first, "before", 6);
	assert_int_equal(wire_check(s, x->message, &why), spoilt.error);
	assert_string_equal(why.field, spoilt.field);
	assert_string_equal(why.rule, spoilt.rule);
	assert_int_equal(wire_encode(s, x->message, &x->first, &why), spoilt.error);
	assert_string_equal(why.field, spoilt.field);
	assert_true(str_is(buf_str(&x->first), "before"));
}

static void a_broken_rule_is_refused_with_the_name_of_the_field(void **state)
{
	(void)state;
	for_all(__func__, ROUNDS, check_spoilt);
}

/* --- evolution ---------------------------------------------------------------- */

static bool has_number(const struct schema *s, uint64_t number)
{
	for (uint32_t i = 0; i < s->field_count; i++)
		if (s->fields[i].number == number)
			return true;
	return false;
}

/* A number that s does not have, under 128 or from 128. */
static uint64_t free_number(struct gen *g, const struct schema *s, bool is_critical)
{
	uint64_t number;

	do
		number = is_critical ? 128 + gen_number(g) % 1000 : gen_number(g) % 128;
	while (has_number(s, number));
	return number;
}

static void add_sbuffer(const msgpack_sbuffer *from, struct buf *to)
{
	buf_reset(to);
	buf_add(to, from->data, from->size);
}

/* The message with one more entry, which holds another whole message, written by msgpack-c. */
static void add_entry(struct fixture *x, struct str bytes, uint64_t number)
{
	msgpack_unpacked whole;
	msgpack_sbuffer out;
	msgpack_packer p;
	size_t at = 0;

	msgpack_unpacked_init(&whole);
	msgpack_sbuffer_init(&out);
	msgpack_packer_init(&p, &out, msgpack_sbuffer_write);
	assert_int_equal(msgpack_unpack_next(&whole, bytes.ptr, bytes.len, &at),
		MSGPACK_UNPACK_SUCCESS);
	msgpack_pack_map(&p, whole.data.via.map.size + 1);
	for (uint32_t i = whole.data.via.map.size; i > 0; i--) { /* downwards: order does not matter */
		msgpack_pack_object(&p, whole.data.via.map.ptr[i - 1].key);
		msgpack_pack_object(&p, whole.data.via.map.ptr[i - 1].val);
	}
	msgpack_pack_uint64(&p, number);
	msgpack_pack_object(&p, whole.data);
	add_sbuffer(&out, &x->second);
	msgpack_sbuffer_destroy(&out);
	msgpack_unpacked_destroy(&whole);
}

static void check_unknown(struct fixture *x, const struct schema *s)
{
	struct str bytes = encode(s, x->message, &x->first);

	add_entry(x, bytes, free_number(&x->gen, s, false));
	assert_int_equal(decode(x, s, buf_str(&x->second)), ERR_OK);
	assert_same(encode(s, x->again, &x->third), bytes);
	add_entry(x, bytes, free_number(&x->gen, s, true));
	assert_int_equal(decode(x, s, buf_str(&x->second)), ERR_INVALID);
}

static void an_unknown_number_is_skipped_below_128_and_refused_from_there(void **state)
{
	(void)state;
	for_all(__func__, ROUNDS / 2, check_unknown);
}

static void check_missing(struct fixture *x, const struct schema *s)
{
	struct str bytes = encode(s, x->message, &x->first);
	msgpack_unpacked whole;
	size_t at = 0;

	msgpack_unpacked_init(&whole);
	assert_int_equal(msgpack_unpack_next(&whole, bytes.ptr, bytes.len, &at),
		MSGPACK_UNPACK_SUCCESS);
	for (uint32_t gone = 0; gone < whole.data.via.map.size; gone++) {
		const struct msgpack_object_kv *entries = whole.data.via.map.ptr;
		const struct field *f = NULL;
		msgpack_sbuffer out;
		msgpack_packer p;
		bool is_required;

		msgpack_sbuffer_init(&out);
		msgpack_packer_init(&p, &out, msgpack_sbuffer_write);
		msgpack_pack_map(&p, whole.data.via.map.size - 1);
		for (uint32_t i = 0; i < whole.data.via.map.size; i++) {
			if (i == gone)
				continue;
			msgpack_pack_object(&p, entries[i].key);
			msgpack_pack_object(&p, entries[i].val);
		}
		for (uint32_t i = 0; i < s->field_count; i++)
			if (s->fields[i].number == entries[gone].key.via.u64)
				f = &s->fields[i];
		is_required = !field_is_list(f) && !field_is_optional(f);
		assert_int_equal(decode(x, s, str_bytes(out.data, out.size)),
			is_required ? ERR_INVALID : ERR_OK);
		msgpack_sbuffer_destroy(&out);
	}
	msgpack_unpacked_destroy(&whole);
}

static void only_required_fields_are_missed(void **state)
{
	(void)state;
	for_all(__func__, ROUNDS / 6, check_missing);
}

/* --- the reference --------------------------------------------------------------- */

/* msgpack-c reads our bytes as a tree and writes that tree as the same bytes. */
static void check_reference(struct fixture *x, const struct schema *s)
{
	struct str bytes = encode(s, x->message, &x->first);
	msgpack_unpacked whole;
	msgpack_sbuffer out;
	msgpack_packer p;
	size_t at = 0;

	msgpack_unpacked_init(&whole);
	msgpack_sbuffer_init(&out);
	msgpack_packer_init(&p, &out, msgpack_sbuffer_write);
	assert_int_equal(msgpack_unpack_next(&whole, bytes.ptr, bytes.len, &at),
		MSGPACK_UNPACK_SUCCESS);
	assert_int_equal(at, bytes.len);
	msgpack_pack_object(&p, whole.data);
	assert_same(str_bytes(out.data, out.size), bytes);
	msgpack_sbuffer_destroy(&out);
	msgpack_unpacked_destroy(&whole);
}

static void msgpack_c_reads_what_we_write(void **state)
{
	(void)state;
	for_all(__func__, ROUNDS, check_reference);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_survives_the_round_trip),
		cmocka_unit_test(json_says_the_same_as_the_bytes),
		cmocka_unit_test(single_values_read_as_they_are_written),
		cmocka_unit_test(a_cut_or_a_longer_message_is_damaged),
		cmocka_unit_test(a_flipped_bit_gives_a_refusal_or_another_whole_message),
		cmocka_unit_test(a_broken_rule_is_refused_with_the_name_of_the_field),
		cmocka_unit_test(an_unknown_number_is_skipped_below_128_and_refused_from_there),
		cmocka_unit_test(only_required_fields_are_missed),
		cmocka_unit_test(msgpack_c_reads_what_we_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
