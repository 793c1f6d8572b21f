#include "store/keyring.h"

#include "lib/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const struct root_key root = { { 7, 7, 7 } };

static struct keyring ring_of(const char *service, uint32_t count)
{
	struct keyring ring;

	keyring_derive(&root, str_of(service), count, &ring);
	return ring;
}

static void the_same_root_gives_the_same_ring(void **state)
{
	struct keyring a = ring_of("intake", 3);
	struct keyring b = ring_of("intake", 3);
	struct keyring grown = ring_of("intake", 4);

	(void)state;
	assert_memory_equal(&a, &b, sizeof a);
	assert_memory_equal(a.keys, grown.keys, 3 * sizeof a.keys[0]);
	assert_memory_equal(&a.search_key, &grown.search_key, sizeof a.search_key);
	assert_int_equal(grown.keys[3].id, 4);
}

static void no_two_keys_are_alike(void **state)
{
	struct keyring a = ring_of("intake", 2);
	struct keyring b = ring_of("workflow", 2);
	const uint8_t *keys[] = { a.keys[0].bytes, a.keys[1].bytes, a.mark_key.bytes,
		a.search_key.bytes, a.id_key.bytes, b.keys[0].bytes, b.keys[1].bytes, b.mark_key.bytes,
		b.search_key.bytes, b.id_key.bytes };

	(void)state;
	for (size_t i = 0; i < 10; i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(keys[i], keys[k], 32);
}

static void a_saved_ring_loads_again(void **state)
{
	char folder[FOLDER_MAX], path[FOLDER_MAX];
	struct keyring saved = ring_of("intake", 5);
	struct keyring loaded;
	struct problem why;
	struct stat st;

	(void)state;
	folder_make(folder);
	folder_file(folder, "intake.ring", path);
	assert_int_equal(keyring_load(path, &loaded, &why), ERR_IO);
	assert_int_equal(keyring_save(path, &saved), ERR_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(keyring_load(path, &loaded, &why), ERR_OK);
	assert_memory_equal(&saved, &loaded, sizeof saved);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(keyring_load(path, &loaded, &why), ERR_INVALID);
	assert_string_equal(why.rule, "terbuka_bagi_orang_lain");
	assert_int_equal(keyring_save("/nonexistent/ring", &saved), ERR_IO);
	folder_remove(folder);
}

#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define NAMED "mark " HEX "\nsearch " HEX "\nid " HEX "\n"

static void a_bad_ring_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *text;
		const char *rule; /* NULL: good */
	} cases[] = {
		{ "# comment\n\n  seal 1 " HEX "\nseal 9 " HEX "\n" NAMED, NULL },
		{ "seal 1 " HEX "\n" NAMED "# no line break at the end", NULL },
		{ "", "tidak_lengkap" },
		{ NAMED, "tidak_lengkap" },
		{ "seal 1 " HEX "\nmark " HEX "\nid " HEX "\n", "tidak_lengkap" },
		{ "seal 2 " HEX "\nseal 1 " HEX "\n" NAMED, "tidak_urut" },
		{ "seal 1 " HEX "\nseal 1 " HEX "\n" NAMED, "tidak_urut" },
		{ "seal 0 " HEX "\n" NAMED, "tidak_terbaca" },
		{ "seal 1 " HEX "0\n" NAMED, "tidak_terbaca" },
		{ "seal 1 x" HEX "\n" NAMED, "tidak_terbaca" },
		{ "seal 1\n" NAMED, "tidak_terbaca" },
		{ "seal 1 " HEX "\n" NAMED "mark " HEX "\n", "ganda" },
		{ "seal 1 " HEX "\n" NAMED "other " HEX "\n", "tidak_terbaca" },
	};
	char folder[FOLDER_MAX], path[FOLDER_MAX];

	(void)state;
	folder_make(folder);
	folder_file(folder, "x.ring", path);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct keyring ring = { .count = 77 };
		struct problem why = { NULL, NULL };
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		(void)fputs(cases[i].text, f);
		(void)fclose(f);
		assert_int_equal(chmod(path, 0600), 0);
		if (cases[i].rule == NULL) {
			assert_int_equal(keyring_load(path, &ring, &why), ERR_OK);
			continue;
		}
		assert_int_equal(keyring_load(path, &ring, &why), ERR_INVALID);
		assert_string_equal(why.rule, cases[i].rule);
		assert_int_equal(ring.count, 77);
	}
	folder_remove(folder);
}

static void what_is_sealed_opens_with_every_later_ring(void **state)
{
	struct keyring before = ring_of("intake", 1);
	struct keyring after = ring_of("intake", 2);
	struct str table = STR("orang"), key = STR("k"), plain = STR("nama");
	struct buf sealed, opened;

	(void)state;
	buf_init(&sealed, 1000);
	buf_init(&opened, 1000);
	seal_close(&before, table, key, plain, &sealed);
	assert_int_equal(sealed.len, plain.len + SEAL_OVERHEAD_BYTES);
	assert_int_equal(seal_open(&after, table, key, buf_str(&sealed), &opened), ERR_OK);
	assert_true(str_equal(buf_str(&opened), plain));
	buf_reset(&sealed);
	seal_close(&after, table, key, plain, &sealed);
	assert_int_equal(seal_open(&before, table, key, buf_str(&sealed), &opened), ERR_NOT_FOUND);
	assert_null(memmem(sealed.ptr, sealed.len, plain.ptr, plain.len));
	buf_clear(&sealed);
	buf_clear(&opened);
}

static void a_seal_moved_or_altered_does_not_open(void **state)
{
	struct keyring ring = ring_of("intake", 2);
	struct keyring other = ring_of("workflow", 2);
	struct str table = STR("orang"), key = STR("kunci"), plain = STR("nama");
	struct buf sealed, opened;

	(void)state;
	buf_init(&sealed, 1000);
	buf_init(&opened, 1000);
	buf_add(&opened, "x", 1);
	seal_close(&ring, table, key, plain, &sealed);
	assert_int_equal(seal_open(&ring, str_of("orang2"), key, buf_str(&sealed), &opened),
		ERR_CORRUPT);
	assert_int_equal(seal_open(&ring, table, str_of("kunci2"), buf_str(&sealed), &opened),
		ERR_CORRUPT);
	assert_int_equal(seal_open(&ring, str_of("oran"), str_of("gkunci"), buf_str(&sealed), &opened),
		ERR_CORRUPT);
	assert_int_equal(seal_open(&other, table, key, buf_str(&sealed), &opened), ERR_CORRUPT);
	for (size_t i = 0; i < sealed.len; i++) {
		enum err e;

		sealed.ptr[i] ^= 0x40;
		e = seal_open(&ring, table, key, buf_str(&sealed), &opened);
		assert_true(i < 4 ? e == ERR_NOT_FOUND || e == ERR_CORRUPT : e == ERR_CORRUPT);
		sealed.ptr[i] ^= 0x40;
		assert_int_equal(seal_open(&ring, table, key, str_bytes(sealed.ptr, i), &opened),
			ERR_CORRUPT);
	}
	sealed.ptr[3] ^= 3; /* key 2 becomes key 1 */
	assert_int_equal(seal_open(&ring, table, key, buf_str(&sealed), &opened), ERR_CORRUPT);
	assert_int_equal(opened.len, 1);
	buf_clear(&sealed);
	buf_clear(&opened);
}

static void two_seals_of_one_text_differ(void **state)
{
	struct keyring ring = ring_of("intake", 1);
	struct str table = STR("orang"), key = STR("kunci"), plain = STR("nama");
	struct buf a, b;

	(void)state;
	buf_init(&a, 1000);
	buf_init(&b, 1000);
	seal_close(&ring, table, key, plain, &a);
	seal_close(&ring, table, key, plain, &b);
	assert_memory_not_equal(a.ptr + 4, b.ptr + 4, 24);
	assert_memory_not_equal(a.ptr + 28, b.ptr + 28, plain.len);
	buf_clear(&a);
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_root_gives_the_same_ring),
		cmocka_unit_test(no_two_keys_are_alike),
		cmocka_unit_test(a_saved_ring_loads_again),
		cmocka_unit_test(a_bad_ring_is_refused_with_its_reason),
		cmocka_unit_test(what_is_sealed_opens_with_every_later_ring),
		cmocka_unit_test(a_seal_moved_or_altered_does_not_open),
		cmocka_unit_test(two_seals_of_one_text_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
