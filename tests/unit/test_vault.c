#include "lib/rig.h"
#include "store/slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct hash put(struct rig *rig, const char *key, const struct contoh *row)
{
	struct txn *txn = rig_txn(rig, KV_WRITE);
	struct hash commitment;

	assert_int_equal(vault_put(txn, &rig_vault, str_of(key), row, &rig->arena, &commitment),
		ERR_OK);
	rig_commit(&txn);
	return commitment;
}

/* How many rows match, and whether the first is the key. */
static uint32_t find(struct rig *rig, const char *field, const char *text, const char *first)
{
	struct txn *txn = rig_txn(rig, KV_READ);
	struct str *keys;
	uint32_t len;

	assert_int_equal(vault_find(txn, &rig_vault,
						 &(struct vault_search) { .field = field, .text = str_of(text), .max = 10 },
						 &rig->arena, &keys, &len),
		ERR_OK);
	assert_true(len == 0 || first == NULL || str_is(keys[0], first));
	txn_abort(&txn);
	return len;
}

static uint64_t index_rows(struct rig *rig)
{
	struct txn *txn = rig_txn(rig, KV_READ);
	unsigned first = txn_table(txn, &rig_vault) + 1;
	uint64_t sum = 0;

	for (unsigned i = 0; i < rig_vault.index_count; i++) {
		uint64_t count;

		assert_int_equal(store_kv(rig->store)->ops->count(txn_kv(txn), first + i, &count), ERR_OK);
		sum += count;
	}
	txn_abort(&txn);
	return sum;
}

static void a_row_comes_back_and_is_not_readable_on_disk(void **state)
{
	struct rig *rig = *state;
	struct contoh row = rig_person("Budi Santoso");
	struct contoh got;
	struct str sealed;
	struct txn *txn;

	rig_open(rig);
	put(rig, "satu", &row);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(vault_get(txn, &rig_vault, str_of("satu"), &rig->arena, &got), ERR_OK);
	assert_true(str_is(got.judul, "Budi Santoso"));
	assert_int_equal(vault_get(txn, &rig_vault, str_of("dua"), &rig->arena, &got), ERR_NOT_FOUND);
	assert_int_equal(kv_get(txn_kv(txn), txn_table(txn, &rig_vault), str_of("satu"), &sealed),
		ERR_OK);
	assert_null(memmem(sealed.ptr, sealed.len, "Budi", 4));
	txn_abort(&txn);
}

static void the_commitment_fits_this_row_alone(void **state)
{
	struct rig *rig = *state;
	struct contoh row = rig_person("Budi");
	struct hash first, second;
	struct txn *txn;

	rig_open(rig);
	first = put(rig, "satu", &row);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(vault_check(txn, &rig_vault, str_of("satu"), &first), ERR_OK);
	assert_int_equal(vault_check(txn, &rig_vault, str_of("dua"), &first), ERR_NOT_FOUND);
	txn_abort(&txn);
	second = put(rig, "satu", &row); /* the same row has another salt */
	assert_false(hash_equal(&first, &second));
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(vault_check(txn, &rig_vault, str_of("satu"), &first), ERR_CORRUPT);
	assert_int_equal(vault_check(txn, &rig_vault, str_of("satu"), &second), ERR_OK);
	txn_abort(&txn);
}

static void rows_are_found_by_words_texts_and_lists(void **state)
{
	struct rig *rig = *state;
	struct contoh budi = rig_person("Drs. Budi Santoso");
	struct contoh siti = rig_person("Siti Santoso santoso");
	struct str words[] = { STR("0812 345"), STR("b@c.id") };

	rig_open(rig);
	budi.has_rincian = true;
	budi.rincian = (struct str)STR("NIK 3275 01");
	siti.kata = words;
	siti.kata_len = 2;
	put(rig, "budi", &budi);
	put(rig, "siti", &siti);
	assert_int_equal(find(rig, "judul", "santoso", NULL), 2);
	assert_int_equal(find(rig, "judul", "SANTOSO budi", "budi"), 1);
	assert_int_equal(find(rig, "judul", "santos", NULL), 0);
	assert_int_equal(find(rig, "judul", "budi siti", NULL), 0);
	assert_int_equal(find(rig, "judul", " . ", NULL), 0);
	assert_int_equal(find(rig, "rincian", "nik  3275 01", "budi"), 1);
	assert_int_equal(find(rig, "rincian", "3275", NULL), 0);
	assert_int_equal(find(rig, "kata", "+62 812345", "siti"), 1);
	assert_int_equal(find(rig, "kata", "B@C.ID", "siti"), 1);
	assert_int_equal(find(rig, "judul", "b@c.id", NULL), 0);
	assert_int_equal(index_rows(rig), 3 + 1 + 2 + 2);
}

/* Row i has "dua" when 2 divides it, "tiga" when 3 does, "lima" when 5 does. */
static void rows_with_every_word_are_found_each_once_in_order(void **state)
{
	enum { ROWS = 300 };
	static const char *const texts[] = { "dua", "tiga dua", "lima tiga dua", "dua lima dua" };
	static const unsigned divisors[] = { 2, 6, 30, 10 };
	struct rig *rig = *state;
	struct txn *txn;

	rig_open(rig);
	for (unsigned i = 1; i <= ROWS; i++) {
		char name[32], key[8];
		struct contoh row;

		(void)snprintf(name, sizeof name, "x%s%s%s", i % 2 == 0 ? " dua" : "",
			i % 3 == 0 ? " tiga" : "", i % 5 == 0 ? " lima" : "");
		(void)snprintf(key, sizeof key, "%03u", i);
		row = rig_person(name);
		put(rig, key, &row);
	}
	txn = rig_txn(rig, KV_READ);
	for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
		struct str *keys;
		uint32_t len;

		assert_int_equal(
			vault_find(txn, &rig_vault,
				&(struct vault_search) { .field = "judul", .text = str_of(texts[t]), .max = ROWS },
				&rig->arena, &keys, &len),
			ERR_OK);
		assert_int_equal(len, ROWS / divisors[t]);
		for (uint32_t n = 0; n < len; n++) {
			char key[8];

			(void)snprintf(key, sizeof key, "%03u", (n + 1) * divisors[t]);
			assert_true(str_is(keys[n], key));
		}
	}
	txn_abort(&txn);
}

static void finding_stops_at_the_maximum(void **state)
{
	struct rig *rig = *state;
	struct contoh row = rig_person("Ahmad");
	char key[2] = "a";
	struct txn *txn;
	struct str *keys;
	uint32_t len;

	rig_open(rig);
	for (; key[0] < 'f'; key[0]++)
		put(rig, key, &row);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(
		vault_find(txn, &rig_vault,
			&(struct vault_search) { .field = "judul", .text = str_of("ahmad"), .max = 3 },
			&rig->arena, &keys, &len),
		ERR_OK);
	assert_int_equal(len, 3);
	assert_true(str_is(keys[2], "c"));
	txn_abort(&txn);
}

static void a_replaced_row_is_not_found_by_what_it_said_before(void **state)
{
	struct rig *rig = *state;
	struct contoh row = rig_person("Budi Santoso");

	rig_open(rig);
	put(rig, "satu", &row);
	row = rig_person("Siti Santoso");
	put(rig, "satu", &row);
	assert_int_equal(find(rig, "judul", "budi", NULL), 0);
	assert_int_equal(find(rig, "judul", "santoso", "satu"), 1);
	assert_int_equal(find(rig, "judul", "siti", "satu"), 1);
	assert_int_equal(index_rows(rig), 2);
}

static void an_erased_row_leaves_nothing(void **state)
{
	struct rig *rig = *state;
	struct contoh row = rig_person("Budi Santoso");
	struct hash commitment;
	struct txn *txn;

	rig_open(rig);
	commitment = put(rig, "satu", &row);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(vault_erase(txn, &rig_vault, str_of("satu"), &rig->arena), ERR_OK);
	assert_int_equal(vault_erase(txn, &rig_vault, str_of("satu"), &rig->arena), ERR_NOT_FOUND);
	assert_int_equal(vault_check(txn, &rig_vault, str_of("satu"), &commitment), ERR_NOT_FOUND);
	rig_commit(&txn);
	assert_int_equal(index_rows(rig), 0);
}

static void a_value_moved_to_another_key_is_refused(void **state)
{
	struct rig *rig = *state;
	struct contoh row = rig_person("Budi");
	struct contoh got;
	struct str sealed;
	struct str copy;
	struct txn *txn;

	rig_open(rig);
	put(rig, "satu", &row);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(kv_get(txn_kv(txn), txn_table(txn, &rig_vault), str_of("satu"), &sealed),
		ERR_OK);
	assert_int_equal(arena_copy(&rig->arena, sealed, &copy), ERR_OK);
	assert_int_equal(kv_put(txn_kv(txn), txn_table(txn, &rig_vault), str_of("dua"), copy), ERR_OK);
	assert_int_equal(vault_get(txn, &rig_vault, str_of("dua"), &rig->arena, &got), ERR_CORRUPT);
	txn_abort(&txn);
}

static void a_row_that_breaks_its_schema_changes_nothing(void **state)
{
	struct rig *rig = *state;
	struct contoh row = rig_person("Budi");
	struct contoh got;
	struct hash commitment;
	struct txn *txn;

	rig_open(rig);
	put(rig, "satu", &row);
	row.warna = 2; /* no such colour */
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(vault_put(txn, &rig_vault, str_of("satu"), &row, &rig->arena, &commitment),
		ERR_INVALID);
	assert_int_equal(vault_get(txn, &rig_vault, str_of("satu"), &rig->arena, &got), ERR_OK);
	rig_commit(&txn);
	assert_int_equal(find(rig, "judul", "budi", "satu"), 1);
}

static void a_walk_opens_the_rows(void **state)
{
	struct rig *rig = *state;
	struct contoh row = rig_person("Budi");
	struct contoh got;
	struct walk walk;
	struct str key;
	struct txn *txn;

	rig_open(rig);
	put(rig, "satu", &row);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(walk_open(txn, &rig_vault, str_of(""), str_of(""), false, &walk), ERR_OK);
	assert_int_equal(walk_next(&walk, &rig_vault, &rig->arena, &key, &got), ERR_OK);
	assert_true(str_is(key, "satu") && str_is(got.judul, "Budi"));
	assert_int_equal(walk_next(&walk, &rig_vault, &rig->arena, &key, &got), ERR_NOT_FOUND);
	walk_close(&walk);
	txn_abort(&txn);
}

static void rows_sealed_before_a_rotation_open_after_it(void **state)
{
	struct rig *rig = *state;
	struct contoh row = rig_person("Budi");
	struct root_key root = { { 1, 2, 3 } };
	struct contoh got;
	struct problem why;
	struct txn *txn;

	rig_open(rig);
	put(rig, "satu", &row);
	keyring_derive(&root, str_of("uji"), 3, &rig->ring);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(vault_get(txn, &rig_vault, str_of("satu"), &rig->arena, &got), ERR_OK);
	txn_abort(&txn);
	assert_int_equal(find(rig, "judul", "budi", "satu"), 1);
	keyring_derive(&root, str_of("uji"), 1, &rig->ring); /* the key that sealed it is gone */
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(vault_get(txn, &rig_vault, str_of("satu"), &rig->arena, &got), ERR_CORRUPT);
	txn_abort(&txn);
}

static void a_raised_version_makes_the_indexes_anew(void **state)
{
	static const struct vault_index fewer[] = { { "judul", false, NULL } };
	struct table before = rig_vault;
	const struct table *tables[4];
	struct rig *rig = *state;
	struct contoh row = rig_person("Budi Santoso");
	struct problem why;
	struct txn *txn;
	struct hash commitment;
	char key[8];

	memcpy(tables, rig->options.tables, sizeof tables);
	before.indexes = fewer;
	before.index_count = 1;
	tables[3] = &before;
	rig->options.tables = tables;
	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	for (unsigned i = 0; i < 300; i++) {
		(void)snprintf(key, sizeof key, "%03u", i);
		assert_int_equal(vault_put(txn, &before, str_of(key), &row, &rig->arena, &commitment),
			ERR_OK);
	}
	rig_commit(&txn);
	before = rig_vault;
	before.version = 2;
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	txn = rig_txn(rig, KV_READ);
	for (unsigned i = 0; i < 2; i++) {
		struct str *keys;
		uint32_t len;

		assert_int_equal(vault_find(txn, &before,
							 &(struct vault_search) { .field = "judul",
								 .text = str_of(i == 0 ? "santoso" : "budi santosa"),
								 .max = 1000 },
							 &rig->arena, &keys, &len),
			ERR_OK);
		assert_int_equal(len, i == 0 ? 300 : 0);
	}
	txn_abort(&txn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(a_row_comes_back_and_is_not_readable_on_disk),
		RIG_BOTH(the_commitment_fits_this_row_alone),
		RIG_BOTH(rows_are_found_by_words_texts_and_lists),
		RIG_BOTH(rows_with_every_word_are_found_each_once_in_order),
		RIG_BOTH(finding_stops_at_the_maximum),
		RIG_BOTH(a_replaced_row_is_not_found_by_what_it_said_before),
		RIG_BOTH(an_erased_row_leaves_nothing),
		RIG_BOTH(a_value_moved_to_another_key_is_refused),
		RIG_BOTH(a_row_that_breaks_its_schema_changes_nothing),
		RIG_BOTH(a_walk_opens_the_rows),
		RIG_BOTH(a_raised_version_makes_the_indexes_anew),
		RIG_BOTH(rows_sealed_before_a_rotation_open_after_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
