#include "base/civil.h"
#include "lib/contoh.h"
#include "wire/rule.h"
#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* --- scan ------------------------------------------------------------------- */

struct scan_row {
	const char *sentence;
	struct str bytes;
	enum err expected;
};

/* clang-format off */
static const struct scan_row scan_rows[] = {
	{ "nothing at all",                           STR(""),                                     ERR_CORRUPT },
	{ "nil",                                      STR("\xc0"),                                 ERR_OK },
	{ "the byte that has no meaning",             STR("\xc1"),                                 ERR_CORRUPT },
	{ "true",                                     STR("\xc3"),                                 ERR_OK },
	{ "two values",                               STR("\x01\x02"),                             ERR_CORRUPT },
	{ "an unsigned number of each size",          STR("\x94\xcc\x80\xcd\x01\x00\xce\x00\x01\x00\x00\xcf\x00\x00\x00\x01\x00\x00\x00\x00"), ERR_OK },
	{ "a signed number of each size",             STR("\x95\xff\xd0\x80\xd1\x80\x00\xd2\x80\x00\x00\x00\xd3\x80\x00\x00\x00\x00\x00\x00\x00"), ERR_OK },
	{ "a number cut off",                         STR("\xcd\x01"),                             ERR_CORRUPT },
	{ "a float",                                  STR("\xca\x00\x00\x00\x00"),                 ERR_CORRUPT },
	{ "a double",                                 STR("\xcb\x00\x00\x00\x00\x00\x00\x00\x00"), ERR_CORRUPT },
	{ "a fixext",                                 STR("\xd4\x01\x00"),                         ERR_CORRUPT },
	{ "an ext of 8 bits",                         STR("\xc7\x01\x01\x00"),                     ERR_CORRUPT },
	{ "the timestamp of 12 bytes",                STR("\xc7\x0c\xff\0\0\0\0\0\0\0\0\0\0\0\0"), ERR_CORRUPT },
	{ "a str",                                    STR("\xa3" "abc"),                           ERR_OK },
	{ "a str of 8, 16 and 32 bits",               STR("\x93\xd9\x01" "a\xda\x00\x01" "b\xdb\x00\x00\x00\x01" "c"), ERR_OK },
	{ "a str cut off",                            STR("\xa3" "ab"),                            ERR_CORRUPT },
	{ "a str of 4 GiB in five bytes",             STR("\xdb\xff\xff\xff\xff"),                 ERR_CORRUPT },
	{ "a str that is not UTF-8",                  STR("\xa2\xc3\x28"),                         ERR_CORRUPT },
	{ "a str with an overlong slash",             STR("\xa2\xc0\xaf"),                         ERR_CORRUPT },
	{ "a str with a surrogate",                   STR("\xa3\xed\xa0\x80"),                     ERR_CORRUPT },
	{ "a str with a zero byte",                   STR("\xa1\0"),                               ERR_CORRUPT },
	{ "a bin may hold any bytes",                 STR("\xc4\x02\xff\x00"),                     ERR_OK },
	{ "a bin of 16 and 32 bits",                  STR("\x92\xc5\x00\x01\x00\xc6\x00\x00\x00\x01\x00"), ERR_OK },
	{ "a bin cut off",                            STR("\xc5\x00\x02\x00"),                     ERR_CORRUPT },
	{ "a map",                                    STR("\x81\x01\x02"),                         ERR_OK },
	{ "a map without its last value",             STR("\x81\x01"),                             ERR_CORRUPT },
	{ "a map of 16 and an array of 32 bits",      STR("\xde\x00\x01\x01\xdd\x00\x00\x00\x01\xc0"), ERR_OK },
	{ "the bomb: a map of 134 million pairs",     STR("\xdf\x07\xff\xff\xff"),                 ERR_CORRUPT },
	{ "the bomb: an array of 134 million",        STR("\xdd\x07\xff\xff\xff"),                 ERR_CORRUPT },
	{ "the bomb: an array of 4 thousand million", STR("\xdd\xff\xff\xff\xff"),                 ERR_CORRUPT },
	{ "the bomb: a map of 4 thousand million",    STR("\xdf\xff\xff\xff\xff"),                 ERR_CORRUPT },
	{ "an array count over the bytes left",       STR("\x93\x01\x02"),                         ERR_CORRUPT },
	{ "eight levels",                             STR("\x91\x91\x91\x91\x91\x91\x91\x90"),     ERR_OK },
	{ "nine levels",                              STR("\x91\x91\x91\x91\x91\x91\x91\x91\x90"), ERR_CORRUPT },
	{ "levels beside each other do not add up",   STR("\x92\x91\x91\x91\x90\x91\x91\x91\x90"), ERR_OK },
};
/* clang-format on */

static void scan_lets_through_exactly_one_value_within_the_limits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof scan_rows / sizeof scan_rows[0]; i++)
		if (wire_scan(scan_rows[i].bytes) != scan_rows[i].expected)
			fail_msg("%s", scan_rows[i].sentence);
	assert_int_equal(wire_scan(str_bytes(NULL, 0)), ERR_CORRUPT);
}

static void scan_counts_the_values(void **state)
{
	char *bytes = test_malloc(5 + WIRE_NODES_MAX);

	(void)state;
	memset(bytes, 0xc0, 5 + WIRE_NODES_MAX);
	memcpy(bytes, "\xdd\x00\x00\xff\xff", 5); /* and the array itself: 65536 */
	assert_int_equal(wire_scan(str_bytes(bytes, 5 + WIRE_NODES_MAX - 1)), ERR_OK);
	memcpy(bytes, "\xdd\x00\x01\x00\x00", 5);
	assert_int_equal(wire_scan(str_bytes(bytes, 5 + WIRE_NODES_MAX)), ERR_CORRUPT);
	test_free(bytes);
}

/* --- decode -------------------------------------------------------------------- */

struct decode_row {
	const char *sentence;
	struct str bytes; /* a contoh_isi: 1 text nama <= 12, 2 u32? jumlah, 3 list enum warna <= 4 */
	enum err expected;
	const char *field;
	const char *rule;
};

/* clang-format off */
static const struct decode_row decode_rows[] = {
	{ "only what is required",             STR("\x81\x01\xa1" "a"),                            ERR_OK,      NULL, NULL },
	{ "everything",                        STR("\x83\x01\xa1" "a\x02\x05\x03\x92\x01\xcd\x01\x2c"), ERR_OK, NULL, NULL },
	{ "in another order",                  STR("\x82\x02\x05\x01\xa1" "a"),                    ERR_OK,      NULL, NULL },
	{ "an empty text is a text",           STR("\x81\x01\xa0"),                                ERR_OK,      NULL, NULL },
	{ "an empty list",                     STR("\x82\x01\xa0\x03\x90"),                        ERR_OK,      NULL, NULL },
	{ "an unknown number with a tree",     STR("\x82\x01\xa0\x09\x82\x01\x92\xc4\x01\xff\xa1" "a\x02\x81\x01\xc0"), ERR_OK, NULL, NULL },
	{ "an unknown number twice",           STR("\x83\x09\x01\x01\xa0\x09\x01"),                ERR_OK,      NULL, NULL },
	{ "a number that is not the shortest", STR("\x82\xcc\x01\xa0\x02\xcf\0\0\0\0\0\0\0\x05"),  ERR_OK,      NULL, NULL },
	{ "required and missing",              STR("\x81\x02\x05"),                                ERR_INVALID, "nama", RULE_REQUIRED },
	{ "nothing in it",                     STR("\x80"),                                        ERR_INVALID, "nama", RULE_REQUIRED },
	{ "a known number twice",              STR("\x82\x01\xa0\x01\xa0"),                        ERR_CORRUPT, "nama", RULE_TWICE },
	{ "a number for a text",               STR("\x81\x01\x05"),                                ERR_INVALID, "nama", RULE_TYPE },
	{ "a bin for a text",                  STR("\x81\x01\xc4\x01" "a"),                        ERR_INVALID, "nama", RULE_TYPE },
	{ "nil is not absence",                STR("\x82\x01\xa0\x02\xc0"),                        ERR_INVALID, "jumlah", RULE_TYPE },
	{ "a text for a number",               STR("\x82\x01\xa0\x02\xa1" "5"),                    ERR_INVALID, "jumlah", RULE_TYPE },
	{ "a negative for an unsigned",        STR("\x82\x01\xa0\x02\xff"),                        ERR_INVALID, "jumlah", RULE_RANGE },
	{ "a number over 32 bits",             STR("\x82\x01\xa0\x02\xcf\0\0\0\x01\0\0\0\0"),      ERR_INVALID, "jumlah", RULE_RANGE },
	{ "one text over the limit",           STR("\x81\x01\xad" "0123456789abc"),                ERR_LIMIT,   "nama", RULE_TOO_LONG },
	{ "a value that the enum has not",     STR("\x82\x01\xa0\x03\x91\x02"),                    ERR_INVALID, "warna", RULE_VALUE },
	{ "one item over the limit",           STR("\x82\x01\xa0\x03\x95\x01\x01\x01\x01\x01"),    ERR_LIMIT,   "warna", RULE_TOO_MANY },
	{ "a single item without a list",      STR("\x82\x01\xa0\x03\x01"),                        ERR_INVALID, "warna", RULE_TYPE },
	{ "an unknown critical number",        STR("\x82\x01\xa0\xcc\x80\x01"),                    ERR_INVALID, NULL, RULE_CRITICAL },
	{ "a number far outside",              STR("\x82\x01\xa0\xcd\x01\x01\x01"),                ERR_INVALID, NULL, RULE_CRITICAL },
	{ "a name for a number",               STR("\x81\xa4" "nama\xa0"),                         ERR_INVALID, NULL, RULE_NUMBER },
	{ "a negative number",                 STR("\x82\x01\xa0\xff\x01"),                        ERR_INVALID, NULL, RULE_NUMBER },
	{ "an array for a message",            STR("\x91\xa0"),                                    ERR_INVALID, NULL, RULE_TYPE },
	{ "bytes behind it",                   STR("\x81\x01\xa0\xc0"),                            ERR_CORRUPT, NULL, RULE_DAMAGED },
	{ "a cut",                             STR("\x82\x01\xa0\x02"),                            ERR_CORRUPT, NULL, RULE_DAMAGED },
};
/* clang-format on */

static void decode_refuses_with_the_field_and_the_rule(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 4096);
	for (size_t i = 0; i < sizeof decode_rows / sizeof decode_rows[0]; i++) {
		const struct decode_row *row = &decode_rows[i];
		struct problem why = { "unset", "unset" };
		struct contoh_isi isi;
		enum err e = wire_decode(&schema_contoh_isi, row->bytes, &arena, &isi, &why);

		if (e != row->expected)
			fail_msg("%s: %s, expected %s", row->sentence, err_name(e), err_name(row->expected));
		if ((row->field == NULL) != (why.field == NULL) ||
			(row->field != NULL && strcmp(row->field, why.field) != 0))
			fail_msg("%s: field %s", row->sentence, why.field);
		if ((row->rule == NULL) != (why.rule == NULL) ||
			(row->rule != NULL && strcmp(row->rule, why.rule) != 0))
			fail_msg("%s: rule %s", row->sentence, why.rule);
	}
	arena_clear(&arena);
}

static void decode_lends_texts_and_takes_lists_from_the_arena(void **state)
{
	const struct str bytes = decode_rows[1].bytes;
	struct contoh_isi isi;
	struct arena arena;
	struct problem why;

	(void)state;
	arena_init(&arena, 4096);
	assert_int_equal(wire_decode(&schema_contoh_isi, bytes, &arena, &isi, &why), ERR_OK);
	assert_true(isi.nama.ptr == bytes.ptr + 3 && isi.nama.len == 1);
	assert_true(isi.has_jumlah && isi.jumlah == 5);
	assert_int_equal(isi.warna_len, 2);
	assert_int_equal(isi.warna[1], CONTOH_BIRU);
	assert_true(arena.taken > 0);
	arena_clear(&arena);
}

static void decode_stops_where_the_arena_ends(void **state)
{
	struct contoh_isi isi;
	struct arena arena;
	struct problem why;

	(void)state;
	arena_init(&arena, 4);
	assert_int_equal(wire_decode(&schema_contoh_isi, decode_rows[1].bytes, &arena, &isi, &why),
		ERR_LIMIT);
	assert_string_equal(why.field, "warna");
	assert_string_equal(why.rule, RULE_TOO_BIG);
	arena_clear(&arena);
}

/* --- encode -------------------------------------------------------------------- */

static void encode_writes_numbers_upwards_and_nothing_that_is_absent(void **state)
{
	uint32_t warna[] = { CONTOH_MERAH };
	struct contoh_isi isi = { .nama = STR("ab"), .warna = warna, .warna_len = 1 };
	struct problem why;
	struct buf out;

	(void)state;
	buf_init(&out, 64);
	assert_int_equal(wire_encode(&schema_contoh_isi, &isi, &out, &why), ERR_OK);
	assert_int_equal(out.len, 8);
	assert_memory_equal(out.ptr,
		"\x82\x01\xa2"
		"ab\x03\x91\x01",
		8);
	isi.has_jumlah = true; /* zero is a value */
	isi.warna_len = 0;
	buf_reset(&out);
	assert_int_equal(wire_encode(&schema_contoh_isi, &isi, &out, &why), ERR_OK);
	assert_memory_equal(out.ptr,
		"\x82\x01\xa2"
		"ab\x02\x00",
		7);
	buf_clear(&out);
}

static void encode_leaves_a_full_buffer_as_it_was(void **state)
{
	struct contoh_isi isi = { .nama = STR("0123456789") };
	struct problem why;
	struct buf out;

	(void)state;
	buf_init(&out, 16);
	buf_add(&out, "1234", 4);
	assert_int_equal(wire_encode(&schema_contoh_isi, &isi, &out, &why), ERR_LIMIT);
	assert_string_equal(why.rule, RULE_TOO_BIG);
	assert_int_equal(out.len, 4);
	assert_false(out.is_full);
	isi.nama.len = 9;
	assert_int_equal(wire_encode(&schema_contoh_isi, &isi, &out, &why), ERR_OK);
	assert_int_equal(out.len, 16);
	buf_clear(&out);
}

static void check_names_a_field_of_a_nested_record(void **state)
{
	struct contoh_isi banyak[2] = { { .nama = STR("baik") }, { .nama = STR("\xff") } };
	struct contoh contoh = { .warna = CONTOH_MERAH,
		.satu = { .nama = STR("x") },
		.banyak = banyak,
		.banyak_len = 2 };
	struct problem why;

	(void)state;
	assert_int_equal(wire_check(&schema_contoh, &contoh, &why), ERR_INVALID);
	assert_string_equal(why.field, "nama");
	assert_string_equal(why.rule, RULE_UTF8);
	contoh.banyak_len = 1;
	assert_int_equal(wire_check(&schema_contoh, &contoh, &why), ERR_OK);
	assert_null(why.field);
	contoh.tanggal = DATE_DAYS_MAX + 1;
	assert_int_equal(wire_check(&schema_contoh, &contoh, &why), ERR_INVALID);
	assert_string_equal(why.field, "tanggal");
}

/* --- rows -------------------------------------------------------------------------- */

static void schemas_are_found_by_code_and_by_name(void **state)
{
	(void)state;
	assert_true(schema_all_count > 0);
	for (uint32_t i = 0; i < schema_all_count; i++) {
		const struct schema *s = schema_all[i];

		assert_ptr_equal(schema_of_name(str_of(s->name)), s);
		assert_ptr_equal(schema_of_code(s->code), s->code == 0 ? NULL : s);
	}
	assert_null(schema_of_code(CONTOH_CODE));
	assert_null(schema_of_name(str_of("tidak_ada")));
}

static void no_event_of_the_product_holds_a_person(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < schema_all_count; i++)
		for (uint32_t k = 0; schema_all[i]->kind == KIND_EVENT && k < schema_all[i]->field_count;
			 k++)
			if ((schema_all[i]->fields[k].marks & FIELD_PII) != 0)
				fail_msg("%s.%s", schema_all[i]->name, schema_all[i]->fields[k].name);
}

static void enum_names_and_numbers_belong_together(void **state)
{
	uint32_t number = 7;

	(void)state;
	assert_string_equal(enum_name(&enum_contoh_warna, CONTOH_MERAH), "merah");
	assert_string_equal(enum_name(&enum_contoh_warna, CONTOH_BIRU), "biru");
	assert_null(enum_name(&enum_contoh_warna, 0));
	assert_null(enum_name(&enum_contoh_warna, 2));
	assert_true(enum_number(&enum_contoh_warna, str_of("hijau"), &number));
	assert_int_equal(number, CONTOH_HIJAU);
	assert_false(enum_number(&enum_contoh_warna, str_of("HIJAU"), &number));
	assert_int_equal(number, CONTOH_HIJAU);
}

static void presence_is_told_for_every_kind_of_field(void **state)
{
	const struct field *jumlah = schema_field(&schema_contoh_isi, str_of("jumlah"));
	const struct field *warna = schema_field(&schema_contoh_isi, str_of("warna"));
	struct contoh_isi isi = { .has_jumlah = false };

	(void)state;
	assert_null(schema_field(&schema_contoh_isi, str_of("lain")));
	assert_true(wire_has(schema_field(&schema_contoh_isi, str_of("nama")), &isi));
	assert_false(wire_has(jumlah, &isi));
	assert_false(wire_has(warna, &isi));
	isi.has_jumlah = true;
	isi.warna_len = 1;
	assert_true(wire_has(jumlah, &isi));
	assert_true(wire_has(warna, &isi));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scan_lets_through_exactly_one_value_within_the_limits),
		cmocka_unit_test(scan_counts_the_values),
		cmocka_unit_test(decode_refuses_with_the_field_and_the_rule),
		cmocka_unit_test(decode_lends_texts_and_takes_lists_from_the_arena),
		cmocka_unit_test(decode_stops_where_the_arena_ends),
		cmocka_unit_test(encode_writes_numbers_upwards_and_nothing_that_is_absent),
		cmocka_unit_test(encode_leaves_a_full_buffer_as_it_was),
		cmocka_unit_test(check_names_a_field_of_a_nested_record),
		cmocka_unit_test(schemas_are_found_by_code_and_by_name),
		cmocka_unit_test(no_event_of_the_product_holds_a_person),
		cmocka_unit_test(enum_names_and_numbers_belong_together),
		cmocka_unit_test(presence_is_told_for_every_kind_of_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
