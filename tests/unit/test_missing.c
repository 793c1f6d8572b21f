#include "lib/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { VAULT = 3 }; /* number of rig_vault in the rig's list */

static struct hash put(struct rig *rig, struct txn *txn, const char *key, const char *name)
{
	struct contoh person = rig_person(name);
	struct hash commitment;

	assert_int_equal(vault_put(txn, &rig_vault, str_of(key), &person, &rig->arena, &commitment),
		ERR_OK);
	return commitment;
}

static enum err note(struct rig *rig, struct txn *txn, uint64_t seq, struct seal seal)
{
	struct record record = { .seq = seq, .seals = &seal, .seals_len = 1 };

	return missing_note(txn, &record, &rig->arena);
}

static void expect(struct rig *rig, struct txn *txn, uint32_t wanted)
{
	struct missing *rows;
	uint64_t count;
	uint32_t len;

	assert_int_equal(missing_count(txn, &count), ERR_OK);
	assert_true(count == wanted);
	assert_int_equal(missing_list(txn, NULL, 10, &rig->arena, &rows, &len), ERR_OK);
	assert_int_equal(len, wanted);
}

static void an_absent_record_is_noted_until_it_is_put_again(void **state)
{
	struct rig *rig = *state;
	struct seal seal = { .table = VAULT, .key = STR("a"), .commitment = { { 1 } } };
	struct missing *rows;
	struct problem why;
	struct txn *txn;
	uint32_t len;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(note(rig, txn, 5, seal), ERR_OK);
	assert_int_equal(note(rig, txn, 9, seal), ERR_OK);
	seal.key = str_of("b");
	assert_int_equal(note(rig, txn, 7, seal), ERR_OK);
	assert_int_equal(missing_list(txn, NULL, 10, &rig->arena, &rows, &len), ERR_OK);
	assert_int_equal(len, 2);
	assert_true(rows[0].table == VAULT && str_is(rows[0].key, "a") && rows[0].seq == 9);
	assert_int_equal(missing_list(txn, &rows[0], 10, &rig->arena, &rows, &len), ERR_OK);
	assert_true(len == 1 && str_is(rows[0].key, "b") && rows[0].seq == 7);
	assert_int_equal(missing_list(txn, NULL, 1, &rig->arena, &rows, &len), ERR_OK);
	assert_true(len == 1 && str_is(rows[0].key, "a"));
	rig_commit(&txn);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	txn = rig_txn(rig, KV_WRITE);
	(void)put(rig, txn, "a", "Siti");
	(void)put(rig, txn, "c", "Budi");
	expect(rig, txn, 1);
	rig_commit(&txn);
}

static void a_record_that_is_here_is_not_missing(void **state)
{
	struct rig *rig = *state;
	struct seal seal = { .table = VAULT, .key = STR("a") };
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	seal.commitment = put(rig, txn, "a", "Siti");
	assert_int_equal(note(rig, txn, 1, seal), ERR_OK);
	expect(rig, txn, 0);
	seal.commitment.bytes[0] ^= 1; /* a later event sealed it anew */
	assert_int_equal(note(rig, txn, 2, seal), ERR_OK);
	expect(rig, txn, 1);
	seal.commitment.bytes[0] ^= 1;
	assert_int_equal(note(rig, txn, 3, seal), ERR_OK);
	expect(rig, txn, 0);
	rig_commit(&txn);
}

static void what_an_event_erased_is_erased(void **state)
{
	struct rig *rig = *state;
	struct seal seal = { .table = VAULT, .key = STR("a"), .commitment = { { 1 } } };
	struct contoh got;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	(void)put(rig, txn, "b", "Siti");
	assert_int_equal(note(rig, txn, 1, seal), ERR_OK);
	expect(rig, txn, 1);
	seal.is_erased = true;
	assert_int_equal(note(rig, txn, 2, seal), ERR_OK);
	expect(rig, txn, 0);
	seal.key = str_of("b"); /* the backup still had it */
	assert_int_equal(note(rig, txn, 3, seal), ERR_OK);
	assert_int_equal(vault_get(txn, &rig_vault, str_of("b"), &rig->arena, &got), ERR_NOT_FOUND);
	rig_commit(&txn);
}

static void a_missing_record_can_be_erased_once(void **state)
{
	struct rig *rig = *state;
	struct seal seal = { .table = VAULT, .key = STR("a"), .commitment = { { 1 } } };
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(vault_erase(txn, &rig_vault, str_of("a"), &rig->arena), ERR_NOT_FOUND);
	assert_int_equal(note(rig, txn, 1, seal), ERR_OK);
	assert_int_equal(vault_erase(txn, &rig_vault, str_of("a"), &rig->arena), ERR_OK);
	expect(rig, txn, 0);
	assert_int_equal(vault_erase(txn, &rig_vault, str_of("a"), &rig->arena), ERR_NOT_FOUND);
	rig_commit(&txn);
}

static void a_seal_of_no_vault_table_is_damage(void **state)
{
	struct rig *rig = *state;
	struct seal seal = { .table = VAULT - 1, .key = STR("a") };
	char key[KV_KEY_MAX];
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(note(rig, txn, 1, seal), ERR_CORRUPT);
	seal.table = VAULT + 1;
	assert_int_equal(note(rig, txn, 1, seal), ERR_CORRUPT);
	seal.table = UINT32_MAX;
	assert_int_equal(note(rig, txn, 1, seal), ERR_CORRUPT);
	seal.table = VAULT;
	seal.key = str_of("");
	assert_int_equal(note(rig, txn, 1, seal), ERR_CORRUPT);
	memset(key, 'k', sizeof key);
	seal.key = str_bytes(key, sizeof key);
	assert_int_equal(note(rig, txn, 1, seal), ERR_CORRUPT);
	txn_abort(&txn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(an_absent_record_is_noted_until_it_is_put_again),
		RIG_BOTH(a_record_that_is_here_is_not_missing),
		RIG_BOTH(what_an_event_erased_is_erased),
		RIG_BOTH(a_missing_record_can_be_erased_once),
		RIG_BOTH(a_seal_of_no_vault_table_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
