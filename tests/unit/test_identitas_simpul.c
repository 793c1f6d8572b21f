/* identitas_simpul: a text that says one thing, refused by the line that is wrong; words that stand for it */
#include "lib/utusan.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int begin(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

static struct str text_of(const struct identitas_simpul *identity)
{
	struct buf out;
	struct str copy;

	buf_init(&out, IDENTITY_TEXT_MAX);
	identity_text(identity, &out);
	assert_false(out.is_full);
	assert_int_equal(arena_copy(&arena, buf_str(&out), &copy), ERR_OK);
	buf_clear(&out);
	return copy;
}

static void refused(struct str text, const char *field, const char *rule)
{
	struct problem why = { NULL, NULL };
	struct identitas_simpul got;

	if (identity_parse(text, &arena, &got, &why) == ERR_OK)
		fail_msg("taken: %.*s", (int)text.len, text.ptr);
	assert_string_equal(why.field, field);
	assert_string_equal(why.rule, rule);
}

static void a_text_says_who_the_node_is(void **state)
{
	struct identitas_simpul identity = utusan_identity(&arena, 1, 3), got;
	struct problem why;

	(void)state;
	assert_int_equal(identity_parse(text_of(&identity), &arena, &got, &why), ERR_OK);
	assert_true(id_equal(got.simpul, identity.simpul));
	assert_true(str_equal(got.nama, identity.nama));
	assert_int_equal(got.generasi, 3);
	assert_true(hash_equal(&got.kurva, &identity.kurva));
	assert_true(hash_equal(&got.kurva_berikut, &identity.kurva_berikut));
	assert_true(hash_equal(&got.tanda, &identity.tanda));
	assert_true(got.has_alamat && str_equal(got.alamat, identity.alamat));
	assert_true(str_equal(got.tanda_tangan, identity.tanda_tangan));
}

/* One line replaced by another; NULL: left out. */
static struct str with_line(struct str text, const char *name, const char *line)
{
	char *out = arena_take(&arena, text.len + 512);
	size_t len = 0, name_len = strlen(name);
	struct str one;

	assert_non_null(out);
	while (text.ptr != NULL && str_split(&text, '\n', &one)) {
		if (one.len > name_len && memcmp(one.ptr, name, name_len) == 0 &&
			one.ptr[name_len] == ':') {
			if (line != NULL)
				len += (size_t)sprintf(out + len, "%s\n", line);
			continue;
		}
		if (one.len > 0) {
			memcpy(out + len, one.ptr, one.len);
			len += one.len;
			out[len++] = '\n';
		}
	}
	return str_bytes(out, len);
}

#define HEX_00 "0000000000000000000000000000000000000000000000000000000000000000"

static void a_wrong_line_is_named(void **state)
{
	static const struct {
		const char *name, *line, *rule;
	} rows[] = {
		{ "nama", NULL, "tidak_ada" },
		{ "nama", "nama: ", "tidak_ada" }, /* the blank at its end is no part of it */
		{ "nama", "nama:  depan", "tidak_sah" },
		{ "nama", "nama: a\tb", "tidak_sah" },
		{ "nama", "nama: \xff\xfe", "tidak_sah" },
		{ "id", "id: 12", "tidak_terbaca" },
		{ "id", "id: 00000000-0000-0000-0000-000000000000", "tidak_sah" },
		{ "generasi", "generasi: 0", "tidak_sah" },
		{ "generasi", "generasi: 01", "tidak_terbaca" },
		{ "generasi", "generasi: 4294967296", "tidak_terbaca" },
		{ "generasi", "generasi: -1", "tidak_terbaca" },
		{ "kurva", "kurva: 00", "tidak_terbaca" },
		{ "kurva", "kurva: " HEX_00, "tidak_sah" },
		{ "kurva-berikut", "kurva-berikut: " HEX_00, "tidak_sah" },
		{ "tanda", NULL, "tidak_ada" },
		{ "alamat", "alamat: http://a:1", "tidak_sah" },
		{ "alamat", "alamat: tcp://*:7420", "tidak_sah" },
		{ "alamat", "alamat: tcp://a", "tidak_sah" },
		{ "alamat", "alamat: tcp://:7420", "tidak_sah" },
		{ "alamat", "alamat: tcp://a:0", "tidak_sah" },
		{ "alamat", "alamat: tcp://a:65536", "tidak_sah" },
		{ "alamat", "alamat: tcp://a:07420", "tidak_sah" },
		{ "alamat", "alamat: tcp://[::1:7420", "tidak_sah" },
		{ "tanda-tangan", NULL, "tidak_ada" },
		{ "tanda-tangan", "tanda-tangan: 00", "tidak_terbaca" },
	};
	struct identitas_simpul identity = utusan_identity(&arena, 1, 1);
	struct str text = text_of(&identity);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		refused(with_line(text, rows[i].name, rows[i].line), rows[i].name, rows[i].rule);
	refused(str_of(""), "identitas", "bukan_identitas_simpul");
	refused(str_of("ppid-simpul 2\n"), "identitas", "bukan_identitas_simpul");
	refused(str_of(arena_print(&arena, "%.*slagi\n", (int)text.len, text.ptr)), "identitas",
		"baris_berlebih");
	refused(str_of(arena_print(&arena, "%.*s%*s", (int)text.len, text.ptr, IDENTITY_TEXT_MAX, "")),
		"identitas", "terlalu_panjang");
}

static void what_was_altered_is_signed_by_nobody(void **state)
{
	struct identitas_simpul identity = utusan_identity(&arena, 1, 1);
	struct str text = text_of(&identity);

	(void)state;
	refused(with_line(text, "nama", "nama: simpul-2"), "tanda-tangan", "tidak_cocok");
	refused(with_line(text, "generasi", "generasi: 2"), "tanda-tangan", "tidak_cocok");
	refused(with_line(text, "alamat", "alamat: tcp://10.0.0.1:7420"), "tanda-tangan",
		"tidak_cocok");
	refused(with_line(text, "alamat", NULL), "tanda-tangan", "tidak_cocok");
	utusan_sign(&arena, &identity, 2, 1);
	refused(text_of(&identity), "tanda-tangan", "tidak_cocok");
}

static void mail_does_not_harm_it(void **state)
{
	struct identitas_simpul identity = utusan_identity(&arena, 1, 1), got;
	struct str text = text_of(&identity), line;
	struct problem why;
	struct buf out;

	(void)state;
	buf_init(&out, IDENTITY_TEXT_MAX);
	while (text.ptr != NULL && str_split(&text, '\n', &line))
		buf_print(&out, "%.*s \r\n", (int)line.len, line.ptr);
	assert_int_equal(identity_parse(buf_str(&out), &arena, &got, &why), ERR_OK);
	assert_true(str_equal(got.nama, identity.nama));
	buf_clear(&out);
}

static void addresses_are_names_or_numbers_with_a_port(void **state)
{
	static const char *const good[] = { "tcp://utama.example.id:7420", "tcp://10.1.2.3:1",
		"tcp://[fd00::1]:65535", "tcp://a-b:7420" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		struct identitas_simpul identity = utusan_identity(&arena, 1, 1), got;
		struct problem why;

		identity.alamat = str_of(good[i]);
		utusan_sign(&arena, &identity, 1, 1);
		assert_int_equal(identity_parse(text_of(&identity), &arena, &got, &why), ERR_OK);
	}
}

/* --- words --- */

static void eight_words_stand_for_name_id_and_keys(void **state)
{
	struct identitas_simpul one = utusan_identity(&arena, 1, 1), two = one;
	struct str words = utusan_words(&arena, &one);
	uint32_t blanks = 0;

	(void)state;
	for (size_t i = 0; i < words.len; i++)
		blanks += words.ptr[i] == ' ';
	assert_int_equal(blanks, FINGERPRINT_WORDS - 1);
	assert_true(identity_words_are(&one, words));
	two.alamat = str_of("tcp://10.0.0.9:7420");
	assert_true(identity_words_are(&two, words)); /* the signature guards the address */
	two = one;
	two.nama = str_of("lain");
	assert_false(identity_words_are(&two, words));
	two = one;
	two.tanda.bytes[31] ^= 1;
	assert_false(identity_words_are(&two, words));
	two = one;
	two.kurva_berikut.bytes[0] ^= 1;
	assert_false(identity_words_are(&two, words));
	two = one;
	two.simpul.bytes[15] ^= 1;
	assert_false(identity_words_are(&two, words));
}

static void words_are_heard_as_people_say_them(void **state)
{
	struct identitas_simpul identity = utusan_identity(&arena, 1, 1);
	struct str words = utusan_words(&arena, &identity), word;
	char said[256];
	size_t len = 0;

	(void)state;
	/* Each by its first four letters, in capitals, with commas. */
	while (words.ptr != NULL && str_split(&words, ' ', &word)) {
		for (size_t i = 0; i < 4; i++)
			said[len++] = (char)(word.ptr[i] - 'a' + 'A');
		said[len++] = ',';
		said[len++] = ' ';
	}
	assert_true(identity_words_are(&identity, str_bytes(said, len)));
	assert_false(identity_words_are(&identity, str_bytes(said, len - 7))); /* one is missing */
	said[len++] = 'a';
	assert_false(identity_words_are(&identity, str_bytes(said, len))); /* one too many */
	said[3] = ' ';
	assert_false(identity_words_are(&identity, str_bytes(said, len - 1))); /* three letters */
	assert_false(identity_words_are(&identity, str_of("")));
}

/* --- rotation --- */

static void a_rotation_carries_both_signatures(void **state)
{
	struct identitas_simpul old = utusan_identity(&arena, 1, 1), got;
	struct identitas_simpul new = utusan_identity(&arena, 1, 2);
	struct str signature = utusan_rotation(&arena, &new, 1, 1), got_signature;
	struct problem why = { NULL, NULL };
	struct buf out;

	(void)state;
	buf_init(&out, IDENTITY_TEXT_MAX);
	identity_rotation_text(&new, signature, &out);
	assert_int_equal(identity_rotation_parse(buf_str(&out), &arena, &got, &got_signature, &why),
		ERR_OK);
	assert_int_equal(got.generasi, 2);
	assert_true(identity_rotation_holds(&got, &old.tanda, got_signature));
	assert_false(identity_rotation_holds(&got, &new.tanda, got_signature));
	/* what a node says of itself is no word of the old key */
	assert_false(identity_rotation_holds(&got, &new.tanda, got.tanda_tangan));
	assert_int_equal(identity_parse(buf_str(&out), &arena, &got, &why), ERR_INVALID);
	assert_string_equal(why.rule, "baris_berlebih");
	assert_int_equal(identity_rotation_parse(text_of(&new), &arena, &got, &got_signature, &why),
		ERR_INVALID);
	assert_string_equal(why.field, "tanda-tangan-lama");
	buf_print(&out, "lagi\n");
	assert_int_equal(identity_rotation_parse(buf_str(&out), &arena, &got, &got_signature, &why),
		ERR_INVALID);
	assert_string_equal(why.rule, "baris_berlebih");
	buf_clear(&out);
}

#define WITH_ARENA(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_ARENA(a_text_says_who_the_node_is),
		WITH_ARENA(a_wrong_line_is_named),
		WITH_ARENA(what_was_altered_is_signed_by_nobody),
		WITH_ARENA(mail_does_not_harm_it),
		WITH_ARENA(addresses_are_names_or_numbers_with_a_port),
		WITH_ARENA(eight_words_stand_for_name_id_and_keys),
		WITH_ARENA(words_are_heard_as_people_say_them),
		WITH_ARENA(a_rotation_carries_both_signatures),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
