#include "base/civil.h"
#include "lib/contoh.h"
#include "wire/base64.h"
#include "wire/json.h"
#include "wire/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NOMOR "\"00112233-4455-6677-8899-aabbccddeeff\""
#define SIDIK "\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\""
#define WHOLE \
	"{\"ya\":true,\"kecil\":1,\"besar\":18446744073709551615,\"bertanda\":-9223372036854775808," \
	"\"waktu\":\"2026-03-17T01:02:03.000004Z\",\"tanggal\":\"2026-03-17\",\"warna\":\"biru\"," \
	"\"nomor\":" NOMOR ",\"sidik\":" SIDIK ",\"isi\":\"AP8=\",\"judul\":\"a\\\"b\\n\"," \
	"\"rincian\":\"kata saya\",\"ringkasan\":\"umum\",\"satu\":{\"nama\":\"Siti\",\"warna\":[]}," \
	"\"banyak\":[{\"nama\":\"Budi\",\"jumlah\":0,\"warna\":[\"merah\",\"hijau\"]}]," \
	"\"kata\":[\"x\",\"\"],\"rujukan\":[]}"

static void a_message_is_written_as_it_is_read(void **state)
{
	struct contoh contoh;
	struct arena arena;
	struct problem why;
	struct buf out;

	(void)state;
	arena_init(&arena, 1 << 16);
	buf_init(&out, 1 << 16);
	assert_int_equal(json_read(&schema_contoh, str_of(WHOLE), &arena, &contoh, &why), ERR_OK);
	assert_true(contoh.bertanda == INT64_MIN && contoh.besar == UINT64_MAX);
	assert_int_equal(contoh.banyak[0].warna[1], CONTOH_HIJAU);
	assert_false(contoh.has_dua);
	json_write(&schema_contoh, &contoh, JSON_FULL, &out);
	buf_add(&out, "", 1);
	assert_string_equal(out.ptr, WHOLE);
	buf_clear(&out);
	arena_clear(&arena);
}

static void masked_json_shows_no_person(void **state)
{
	struct contoh contoh;
	struct arena arena;
	struct problem why;
	struct buf out;

	(void)state;
	arena_init(&arena, 1 << 16);
	buf_init(&out, 1 << 16);
	assert_int_equal(json_read(&schema_contoh, str_of(WHOLE), &arena, &contoh, &why), ERR_OK);
	json_write(&schema_contoh, &contoh, JSON_MASKED, &out);
	buf_add(&out, "", 1);
	assert_null(strstr(out.ptr, "kata saya"));
	assert_null(strstr(out.ptr, "Siti"));
	assert_null(strstr(out.ptr, "Budi"));
	assert_non_null(strstr(out.ptr, "\"rincian\":\"***\""));
	assert_non_null(strstr(out.ptr, "\"kata\":\"***\""));
	assert_non_null(strstr(out.ptr, "\"ringkasan\":\"umum\""));
	assert_non_null(strstr(out.ptr, "{\"nama\":\"***\",\"jumlah\":0"));
	buf_reset(&out);
	json_write_value(schema_field(&schema_contoh, str_of("rincian")), &contoh, JSON_MASKED, &out);
	assert_true(str_is(buf_str(&out), "***"));
	buf_clear(&out);
	arena_clear(&arena);
}

struct read_row {
	const char *text; /* a contoh_isi */
	enum err expected;
	const char *field;
	const char *rule;
};

/* clang-format off */
static const struct read_row read_rows[] = {
	{ "{\"nama\":\"a\"}",                                ERR_OK,      NULL,     NULL },
	{ " \t\r\n{ \"nama\" : \"a\" , \"warna\" : [ ] } \n", ERR_OK,     NULL,     NULL },
	{ "{\"nama\":\"a\",\"warna\":[\"biru\" , \"merah\"]}", ERR_OK,    NULL,     NULL },
	{ "{\"n\\u0061ma\":\"\\u00e9\\ud83d\\ude00\\/\\b\\f\\r\\t\"}", ERR_OK, NULL, NULL },
	{ "{\"nama\":\"0123456789ab\"}",                     ERR_OK,      NULL,     NULL },
	{ "",                                                ERR_INVALID, NULL,     RULE_JSON },
	{ "{",                                               ERR_INVALID, NULL,     RULE_JSON },
	{ "[]",                                              ERR_INVALID, NULL,     RULE_JSON },
	{ "null",                                            ERR_INVALID, NULL,     RULE_JSON },
	{ "{}",                                              ERR_INVALID, "nama",   RULE_REQUIRED },
	{ "{\"nama\":\"a\"",                                 ERR_INVALID, NULL,     RULE_JSON },
	{ "{\"nama\":\"a\",}",                               ERR_INVALID, NULL,     RULE_JSON },
	{ "{\"nama\":\"a\"}}",                               ERR_INVALID, NULL,     RULE_JSON },
	{ "{\"nama\":\"a\"}{}",                              ERR_INVALID, NULL,     RULE_JSON },
	{ "{'nama':\"a\"}",                                  ERR_INVALID, NULL,     RULE_JSON },
	{ "{nama:\"a\"}",                                    ERR_INVALID, NULL,     RULE_JSON },
	{ "{\"nama\"}",                                      ERR_INVALID, "nama",   RULE_JSON },
	{ "{\"nama\":\"a}",                                  ERR_INVALID, "nama",   RULE_JSON },
	{ "{\"nama\":\"a\n\"}",                              ERR_INVALID, "nama",   RULE_JSON },
	{ "{\"nama\":\"\\x\"}",                              ERR_INVALID, "nama",   RULE_JSON },
	{ "{\"nama\":\"\\u12\"}",                            ERR_INVALID, "nama",   RULE_JSON },
	{ "{\"nama\":\"\\u12g4\"}",                          ERR_INVALID, "nama",   RULE_JSON },
	{ "{\"nama\":\"\\u0000\"}",                          ERR_INVALID, "nama",   RULE_JSON },
	{ "{\"nama\":\"\\ud800\"}",                          ERR_INVALID, "nama",   RULE_JSON },
	{ "{\"nama\":\"\\udc00\\ud800\"}",                   ERR_INVALID, "nama",   RULE_JSON },
	{ "{\"nama\":\"\\ud800\\u0041\"}",                   ERR_INVALID, "nama",   RULE_JSON },
	{ "{\"nama\":\"\xff\"}",                             ERR_INVALID, NULL,     RULE_UTF8 },
	{ "{\"nama\":1}",                                    ERR_INVALID, "nama",   RULE_TYPE },
	{ "{\"nama\":null}",                                 ERR_INVALID, "nama",   RULE_TYPE },
	{ "{\"nama\":\"0123456789abc\"}",                    ERR_LIMIT,   "nama",   RULE_TOO_LONG },
	{ "{\"nama\":\"a\",\"nama\":\"a\"}",                 ERR_INVALID, "nama",   RULE_TWICE },
	{ "{\"nama\":\"a\",\"alamat\":1}",                   ERR_INVALID, "alamat", RULE_UNKNOWN },
	{ "{\"nama\":\"a\",\"<b>\":1}",                      ERR_INVALID, NULL,     RULE_UNKNOWN },
	{ "{\"nama\":\"a\",\"\":1}",                         ERR_INVALID, NULL,     RULE_UNKNOWN },
	{ "{\"nama\":\"a\",\"jumlah\":null}",                ERR_INVALID, "jumlah", RULE_TYPE },
	{ "{\"nama\":\"a\",\"jumlah\":\"5\"}",               ERR_INVALID, "jumlah", RULE_TYPE },
	{ "{\"nama\":\"a\",\"jumlah\":1.0}",                 ERR_INVALID, "jumlah", RULE_TYPE },
	{ "{\"nama\":\"a\",\"jumlah\":1e3}",                 ERR_INVALID, "jumlah", RULE_TYPE },
	{ "{\"nama\":\"a\",\"jumlah\":01}",                  ERR_INVALID, "jumlah", RULE_TYPE },
	{ "{\"nama\":\"a\",\"jumlah\":+1}",                  ERR_INVALID, "jumlah", RULE_TYPE },
	{ "{\"nama\":\"a\",\"jumlah\":-}",                   ERR_INVALID, "jumlah", RULE_TYPE },
	{ "{\"nama\":\"a\",\"jumlah\":}",                    ERR_INVALID, "jumlah", RULE_TYPE },
	{ "{\"nama\":\"a\",\"jumlah\":-1}",                  ERR_INVALID, "jumlah", RULE_RANGE },
	{ "{\"nama\":\"a\",\"jumlah\":4294967296}",          ERR_INVALID, "jumlah", RULE_RANGE },
	{ "{\"nama\":\"a\",\"jumlah\":99999999999999999999999}", ERR_INVALID, "jumlah", RULE_RANGE },
	{ "{\"nama\":\"a\",\"jumlah\":4294967295}",          ERR_OK,      NULL,     NULL },
	{ "{\"nama\":\"a\",\"warna\":\"biru\"}",             ERR_INVALID, "warna",  RULE_TYPE },
	{ "{\"nama\":\"a\",\"warna\":[\"ungu\"]}",           ERR_INVALID, "warna",  RULE_VALUE },
	{ "{\"nama\":\"a\",\"warna\":[1]}",                  ERR_INVALID, "warna",  RULE_TYPE },
	{ "{\"nama\":\"a\",\"warna\":[\"biru\",]}",          ERR_INVALID, "warna",  RULE_TYPE },
	{ "{\"nama\":\"a\",\"warna\":[\"biru\"",             ERR_INVALID, "warna",  RULE_JSON },
	{ "{\"nama\":\"a\",\"warna\":[\"biru\",\"biru\",\"biru\",\"biru\",\"biru\"]}", ERR_LIMIT, "warna", RULE_TOO_MANY },
};
/* clang-format on */

static void the_reader_is_strict_and_names_the_field(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 16);
	for (size_t i = 0; i < sizeof read_rows / sizeof read_rows[0]; i++) {
		const struct read_row *row = &read_rows[i];
		struct problem why = { "unset", "unset" };
		struct contoh_isi isi;
		enum err e = json_read(&schema_contoh_isi, str_of(row->text), &arena, &isi, &why);

		if (e != row->expected)
			fail_msg("%s: %s", row->text, err_name(e));
		if ((row->field == NULL) != (why.field == NULL) ||
			(row->field != NULL && strcmp(row->field, why.field) != 0))
			fail_msg("%s: field %s", row->text, why.field);
		if ((row->rule == NULL) != (why.rule == NULL) ||
			(row->rule != NULL && strcmp(row->rule, why.rule) != 0))
			fail_msg("%s: rule %s", row->text, why.rule);
	}
	arena_clear(&arena);
}

static void escapes_mean_their_characters(void **state)
{
	struct contoh_isi isi;
	struct arena arena;
	struct problem why;

	(void)state;
	arena_init(&arena, 1 << 16);
	assert_int_equal(json_read(&schema_contoh_isi, str_of(read_rows[3].text), &arena, &isi, &why),
		ERR_OK);
	assert_true(str_is(isi.nama, "\xc3\xa9\xf0\x9f\x98\x80/\b\f\r\t"));
	arena_clear(&arena);
}

static void text_of_any_bytes_becomes_valid_json(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	json_write_text(str_bytes("a\0\"\\\n\r\t\x01\x7f\xff\xc3\xa9\xc3", 13), &out);
	assert_true(str_is(buf_str(&out),
		"\"a\\u0000\\\"\\\\\\n\\r\\t\\u0001\\u007f\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\""));
	buf_clear(&out);
}

struct value_row {
	const char *field; /* of contoh */
	const char *text;
	const char *rule; /* NULL: accepted, and written as it was read */
};

/* clang-format off */
static const struct value_row value_rows[] = {
	{ "ya",       "true",                         NULL },
	{ "ya",       "1",                            RULE_FORM },
	{ "kecil",    "0",                            NULL },
	{ "kecil",    "",                             RULE_FORM },
	{ "kecil",    "007",                          RULE_FORM },
	{ "kecil",    " 7",                           RULE_FORM },
	{ "kecil",    "-7",                           RULE_RANGE },
	{ "besar",    "18446744073709551615",         NULL },
	{ "besar",    "18446744073709551616",         RULE_RANGE },
	{ "bertanda", "-9223372036854775808",         NULL },
	{ "bertanda", "-9223372036854775809",         RULE_RANGE },
	{ "bertanda", "9223372036854775808",          RULE_RANGE },
	{ "bertanda", "--1",                          RULE_FORM },
	{ "biaya",    "25000",                        NULL },
	{ "biaya",    "25.000",                       RULE_FORM },
	{ "waktu",    "2026-03-17T01:02:03.000004Z",  NULL },
	{ "waktu",    "2026-03-17",                   RULE_FORM },
	{ "tanggal",  "2024-02-29",                   NULL },
	{ "tanggal",  "17-03-2026",                   RULE_FORM },
	{ "warna",    "hijau",                        NULL },
	{ "warna",    "3",                            RULE_VALUE },
	{ "nomor",    "00112233-4455-6677-8899-aabbccddeeff", NULL },
	{ "nomor",    "00112233",                     RULE_FORM },
	{ "sidik",    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", NULL },
	{ "sidik",    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1", RULE_FORM },
	{ "sidik",    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F", RULE_FORM },
	{ "isi",      "",                             NULL },
	{ "isi",      "TQ==",                         NULL },
	{ "isi",      "TWE=",                         NULL },
	{ "isi",      "TWFu",                         NULL },
	{ "isi",      "TWF",                          RULE_FORM },
	{ "isi",      "TR==",                         RULE_FORM },
	{ "isi",      "T===",                         RULE_FORM },
	{ "isi",      "====",                         RULE_FORM },
	{ "isi",      "TQ==TQ==",                     RULE_FORM },
	{ "isi",      "TWF-",                         RULE_FORM },
	{ "judul",    "apa saja",                     NULL },
	{ "judul",    "\xff",                         RULE_UTF8 },
	{ "judul",    "01234567890123456789012345678901234567890", RULE_TOO_LONG },
	{ "rincian",  "",                             NULL },
};
/* clang-format on */

static void single_values_are_read_and_written_without_quotes(void **state)
{
	struct arena arena;
	struct buf out;

	(void)state;
	arena_init(&arena, 1 << 16);
	buf_init(&out, 1 << 10);
	for (size_t i = 0; i < sizeof value_rows / sizeof value_rows[0]; i++) {
		const struct value_row *row = &value_rows[i];
		const struct field *f = schema_field(&schema_contoh, str_of(row->field));
		struct contoh contoh = { .ya = false };
		struct problem why;
		enum err e = json_read_value(f, str_of(row->text), &arena, &contoh, &why);

		if ((e == ERR_OK) != (row->rule == NULL))
			fail_msg("%s = \"%s\": %s", row->field, row->text, err_name(e));
		if (e != ERR_OK && (strcmp(why.rule, row->rule) != 0 || strcmp(why.field, row->field) != 0))
			fail_msg("%s = \"%s\": %s", row->field, row->text, why.rule);
		buf_reset(&out);
		if (e == ERR_OK)
			json_write_value(f, &contoh, JSON_FULL, &out);
		if (e == ERR_OK && !str_is(buf_str(&out), row->text))
			fail_msg("%s = \"%s\" became \"%.*s\"", row->field, row->text, (int)out.len, out.ptr);
	}
	buf_clear(&out);
	arena_clear(&arena);
}

static void reading_a_value_makes_it_present_and_absent_is_written_as_nothing(void **state)
{
	const struct field *f = schema_field(&schema_contoh, str_of("biaya"));
	struct contoh contoh = { .ya = false };
	struct arena arena;
	struct problem why;
	struct buf out;

	(void)state;
	arena_init(&arena, 1 << 10);
	buf_init(&out, 64);
	json_write_value(f, &contoh, JSON_FULL, &out);
	assert_int_equal(out.len, 0);
	assert_int_equal(json_read_value(f, str_of("0"), &arena, &contoh, &why), ERR_OK);
	assert_true(contoh.has_biaya);
	buf_clear(&out);
	arena_clear(&arena);
}

static void a_small_arena_is_a_limit_and_not_a_crash(void **state)
{
	struct contoh contoh;
	struct problem why;
	size_t needed = 0;

	(void)state;
	for (size_t limit = 0; limit < 4096 && needed == 0; limit += 16) {
		struct arena arena;
		enum err e;

		arena_init(&arena, limit);
		e = json_read(&schema_contoh, str_of(WHOLE), &arena, &contoh, &why);
		if (e == ERR_OK)
			needed = limit;
		else
			assert_int_equal(e, ERR_LIMIT);
		arena_clear(&arena);
	}
	assert_in_range(needed, 100, 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_written_as_it_is_read),
		cmocka_unit_test(masked_json_shows_no_person),
		cmocka_unit_test(the_reader_is_strict_and_names_the_field),
		cmocka_unit_test(escapes_mean_their_characters),
		cmocka_unit_test(text_of_any_bytes_becomes_valid_json),
		cmocka_unit_test(single_values_are_read_and_written_without_quotes),
		cmocka_unit_test(reading_a_value_makes_it_present_and_absent_is_written_as_nothing),
		cmocka_unit_test(a_small_arena_is_a_limit_and_not_a_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
