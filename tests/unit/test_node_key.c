/* node_key: derived from the root alone, saved and loaded, refused with the file's kind and a rule */
#include "store/node_key.h"

#include "lib/folder.h"
#include "store/file.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const struct root_key root = { { 7, 7, 7 } };
static const struct root_key other_root = { { 8, 7, 7 } };

static struct node_curve curve_of(const struct root_key *from, const char *service,
	uint32_t generation)
{
	struct node_curve keys;

	node_curve_derive(from, str_of(service), generation, &keys);
	return keys;
}

static void the_next_key_is_the_present_one_of_the_next_generation(void **state)
{
	struct node_curve first = curve_of(&root, "intake", 1);
	struct node_curve again = curve_of(&root, "intake", 1);
	struct node_curve second = curve_of(&root, "intake", 2);

	(void)state;
	assert_memory_equal(&first, &again, sizeof first);
	assert_memory_equal(&first.next, &second.present, sizeof first.next);
	assert_int_equal(first.present.generation, 1);
	assert_int_equal(first.next.generation, 2);
}

static void no_two_keys_are_alike(void **state)
{
	struct node_curve a = curve_of(&root, "intake", 1);
	struct node_curve b = curve_of(&root, "workflow", 1);
	struct node_curve c = curve_of(&other_root, "intake", 1);
	struct node_sign sign, later;
	const uint8_t *keys[] = { a.present.secret_key, a.present.public_key, a.next.secret_key,
		a.next.public_key, b.present.secret_key, b.present.public_key, c.present.secret_key,
		c.present.public_key, sign.secret_key, sign.public_key, later.secret_key,
		later.public_key };

	(void)state;
	node_sign_derive(&root, 1, &sign);
	node_sign_derive(&root, 2, &later);
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(keys[i], keys[k], 32);
}

static void two_ends_agree_on_a_secret_by_each_others_public_keys(void **state)
{
	struct node_curve a = curve_of(&root, "federation", 1);
	struct node_curve b = curve_of(&other_root, "federation", 1);
	uint8_t from_a[32], from_b[32];

	(void)state;
	assert_int_equal(crypto_scalarmult(from_a, a.present.secret_key, b.present.public_key), 0);
	assert_int_equal(crypto_scalarmult(from_b, b.present.secret_key, a.present.public_key), 0);
	assert_memory_equal(from_a, from_b, sizeof from_a);
}

static void what_is_signed_is_verified_by_the_public_key(void **state)
{
	struct str text = STR("kepala aliran");
	struct node_sign key;
	uint8_t signature[64];

	(void)state;
	node_sign_derive(&root, 1, &key);
	node_sign_bytes(&key, text, signature);
	assert_int_equal(crypto_sign_verify_detached(signature, (const unsigned char *)text.ptr,
						 text.len, key.public_key),
		0);
	signature[0] ^= 1;
	assert_int_not_equal(crypto_sign_verify_detached(signature, (const unsigned char *)text.ptr,
							 text.len, key.public_key),
		0);
}

struct place_of_files {
	char folder[FOLDER_MAX], path[FOLDER_MAX];
};

static int begin(void **state)
{
	static struct place_of_files p;

	folder_make(p.folder);
	folder_file(p.folder, "berkas", p.path);
	*state = &p;
	return 0;
}

static int end(void **state)
{
	folder_remove(((struct place_of_files *)*state)->folder);
	return 0;
}

static void save(const struct place_of_files *p, struct buf *text)
{
	assert_false(text->is_full);
	assert_int_equal(file_replace(p->path, buf_str(text)), ERR_OK);
	buf_clear(text);
}

static void saved_keys_load_again(void **state)
{
	const struct place_of_files *p = *state;
	struct node_curve curve = curve_of(&root, "intake", 3), curve_got;
	struct node_sign sign, sign_got;
	struct node_public list = { .sign_generation = 4, .sign_key = { 9 }, .count = 2 }, list_got;
	struct problem why;
	struct buf text;

	buf_init(&text, 4096);
	node_curve_text(&curve, &text);
	save(p, &text);
	assert_int_equal(node_curve_load(p->path, &curve_got, &why), ERR_OK);
	assert_memory_equal(&curve, &curve_got, sizeof curve);

	node_sign_derive(&root, 2, &sign);
	buf_init(&text, 4096);
	node_sign_text(&sign, &text);
	save(p, &text);
	assert_int_equal(node_sign_load(p->path, &sign_got, &why), ERR_OK);
	assert_memory_equal(&sign, &sign_got, sizeof sign);

	list.rows[0] = (struct node_public_row) { "intake", 3, { 1 }, { 2 } };
	list.rows[1] = (struct node_public_row) { "ctl", 1, { 3 }, { 4 } };
	buf_init(&text, 4096);
	node_public_text(&list, &text);
	save(p, &text);
	assert_int_equal(node_public_load(p->path, &list_got, &why), ERR_OK);
	assert_memory_equal(&list, &list_got, sizeof list);
	assert_ptr_equal(node_public_find(&list_got, str_of("ctl")), &list_got.rows[1]);
	assert_null(node_public_find(&list_got, str_of("cartl")));
}

enum kind { CURVE, SIGN, PUBLIC };

static enum err load(enum kind kind, const char *path, struct problem *why)
{
	struct node_curve curve;
	struct node_sign sign;
	struct node_public list;

	return kind == CURVE ? node_curve_load(path, &curve, why)
		: kind == SIGN   ? node_sign_load(path, &sign, why)
						 : node_public_load(path, &list, why);
}

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void a_bad_file_is_refused_by_its_kind_and_rule(void **state)
{
	static const char *const kinds[] = { "curve", "node.sign", "node.pub" };
	static const struct {
		enum kind kind;
		const char *text, *rule;
	} rows[] = {
		{ CURVE, "", "tidak_lengkap" },
		{ CURVE, "presen 1 " HEX " " HEX "\n", "tidak_terbaca" },
		{ CURVE, "present 0 " HEX " " HEX "\n", "tidak_terbaca" },
		{ CURVE, "present 1 " HEX "\n", "tidak_terbaca" },
		{ CURVE, "present 1 " HEX " " HEX " x\n", "tidak_terbaca" },
		{ CURVE, "present 1 " HEX " " HEX "\n", "kunci_tidak_cocok" },
		{ SIGN, "# none\n", "tidak_lengkap" },
		{ SIGN, "sign 1 " HEX " " HEX "\n", "kunci_tidak_cocok" },
		{ SIGN, "sign x " HEX " " HEX "\n", "tidak_terbaca" },
		{ PUBLIC, "curve intake 1 " HEX " " HEX "\n", "tidak_lengkap" },
		{ PUBLIC, "sign 1 " HEX "\nsign 1 " HEX "\n", "ganda" },
		{ PUBLIC, "curve a 1 " HEX " " HEX "\ncurve a 1 " HEX " " HEX "\n", "ganda" },
		{ PUBLIC, "curve a 1 " HEX "\n", "tidak_terbaca" },
		{ PUBLIC, "curve 12345678901234567890123456789012 1 " HEX " " HEX "\n", "tidak_terbaca" },
		{ PUBLIC, "x\n", "tidak_terbaca" },
	};
	const struct place_of_files *p = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct problem why = { NULL, NULL };

		assert_int_equal(file_replace(p->path, str_of(rows[i].text)), ERR_OK);
		assert_int_equal(load(rows[i].kind, p->path, &why), ERR_INVALID);
		assert_string_equal(why.field, kinds[rows[i].kind]);
		assert_string_equal(why.rule, rows[i].rule);
	}
}

static void secrets_that_others_can_read_are_refused(void **state)
{
	const struct place_of_files *p = *state;
	struct problem why;

	for (enum kind kind = CURVE; kind <= PUBLIC; kind++) {
		assert_int_equal(file_replace(p->path, str_of("sign 1 " HEX "\n")), ERR_OK);
		assert_int_equal(chmod(p->path, 0644), 0);
		if (kind == PUBLIC) {
			assert_int_equal(load(kind, p->path, &why), ERR_OK);
			continue;
		}
		assert_int_equal(load(kind, p->path, &why), ERR_INVALID);
		assert_string_equal(why.rule, "terbuka_bagi_orang_lain");
		assert_int_equal(load(kind, "/nonexistent/berkas", &why), ERR_NOT_FOUND);
		assert_string_equal(why.rule, "tidak_ada");
	}
}

#define IN_A_FOLDER(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_next_key_is_the_present_one_of_the_next_generation),
		cmocka_unit_test(no_two_keys_are_alike),
		cmocka_unit_test(two_ends_agree_on_a_secret_by_each_others_public_keys),
		cmocka_unit_test(what_is_signed_is_verified_by_the_public_key),
		IN_A_FOLDER(saved_keys_load_again),
		IN_A_FOLDER(a_bad_file_is_refused_by_its_kind_and_rule),
		IN_A_FOLDER(secrets_that_others_can_read_are_refused),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
