/* Rows that are kept decoded say at every moment what the table says. */
#include "lib/rig.h"
#include "store/slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void put(struct txn *txn, const struct table *table, const char *key, const char *name)
{
	struct contoh_isi row = { .nama = str_of(name) };

	assert_int_equal(table_put(txn, table, str_of(key), &row), ERR_OK);
}

static const struct contoh_isi *kept(struct txn *txn, const struct table *table, const char *key)
{
	const void *row = NULL;

	assert_int_equal(table_get_kept(txn, table, str_of(key), &row), ERR_OK);
	return row;
}

static void a_kept_row_is_decoded_once_while_it_stays(void **state)
{
	struct rig *rig = *state;
	const struct contoh_isi *first;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	put(txn, &rig_derived, "k", "satu");
	first = kept(txn, &rig_derived, "k");
	assert_true(str_is(first->nama, "satu"));
	put(txn, &rig_derived, "lain", "dua");
	assert_ptr_equal(kept(txn, &rig_derived, "k"), first);
	rig_commit(&txn);
	txn = rig_txn(rig, KV_READ);
	assert_ptr_equal(kept(txn, &rig_derived, "k"), first);
	txn_abort(&txn);
}

static void a_change_is_seen_and_what_was_lent_before_is_still_there(void **state)
{
	struct rig *rig = *state;
	const struct contoh_isi *before;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	put(txn, &rig_derived, "k", "satu");
	before = kept(txn, &rig_derived, "k");
	put(txn, &rig_derived, "k", "dua");
	assert_true(str_is(kept(txn, &rig_derived, "k")->nama, "dua"));
	assert_true(str_is(before->nama, "satu"));
	rig_commit(&txn);
	assert_null(rig->store->kept.gone);
}

static void an_aborted_change_is_not_remembered(void **state)
{
	struct rig *rig = *state;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	put(txn, &rig_derived, "k", "satu");
	rig_commit(&txn);
	txn = rig_txn(rig, KV_WRITE);
	put(txn, &rig_derived, "k", "dua");
	assert_true(str_is(kept(txn, &rig_derived, "k")->nama, "dua"));
	txn_abort(&txn);
	txn = rig_txn(rig, KV_READ);
	assert_true(str_is(kept(txn, &rig_derived, "k")->nama, "satu"));
	txn_abort(&txn);
}

static void a_deleted_row_is_not_found_and_a_row_of_another_table_is_another(void **state)
{
	struct rig *rig = *state;
	const void *row;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	put(txn, &rig_derived, "k", "satu");
	put(txn, &rig_private, "k", "dua");
	assert_true(str_is(kept(txn, &rig_derived, "k")->nama, "satu"));
	assert_true(str_is(kept(txn, &rig_private, "k")->nama, "dua"));
	assert_int_equal(table_del(txn, &rig_derived, str_of("k")), ERR_OK);
	assert_int_equal(table_get_kept(txn, &rig_derived, str_of("k"), &row), ERR_NOT_FOUND);
	assert_int_equal(table_get_kept(txn, &rig_derived, str_of("tak ada"), &row), ERR_NOT_FOUND);
	assert_true(str_is(kept(txn, &rig_private, "k")->nama, "dua"));
	txn_abort(&txn);
}

static void that_there_is_no_row_is_kept_until_one_is_put(void **state)
{
	struct rig *rig = *state;
	const void *row;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(table_get_kept(txn, &rig_derived, str_of("k"), &row), ERR_NOT_FOUND);
	put(txn, &rig_derived, "k", "satu");
	assert_true(str_is(kept(txn, &rig_derived, "k")->nama, "satu"));
	txn_abort(&txn);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(table_get_kept(txn, &rig_derived, str_of("k"), &row), ERR_NOT_FOUND);
	txn_abort(&txn);
}

static void each_transaction_sees_its_own_row(void **state)
{
	struct rig *rig = *state;
	struct txn *reader;
	struct txn *writer;

	rig_open(rig);
	writer = rig_txn(rig, KV_WRITE);
	put(writer, &rig_derived, "k", "satu");
	rig_commit(&writer);
	reader = rig_txn(rig, KV_READ);
	writer = rig_txn(rig, KV_WRITE);
	put(writer, &rig_derived, "k", "dua");
	for (unsigned i = 0; i < 2; i++) {
		assert_true(str_is(kept(writer, &rig_derived, "k")->nama, "dua"));
		assert_true(str_is(kept(reader, &rig_derived, "k")->nama, "satu"));
	}
	rig_commit(&writer);
	assert_true(str_is(kept(reader, &rig_derived, "k")->nama, "satu"));
	txn_abort(&reader);
}

static void what_was_rebuilt_is_seen_once_it_is_live(void **state)
{
	struct rig *rig = *state;
	const void *row;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	put(txn, &rig_derived, "k", "satu");
	rig_commit(&txn);
	assert_int_equal(store_shadow_begin(rig->store, TABLE_DERIVED), ERR_OK);
	txn = rig_txn(rig, KV_WRITE);
	assert_true(str_is(kept(txn, &rig_derived, "k")->nama, "satu"));
	txn_use_shadow(txn, TABLE_DERIVED);
	assert_int_equal(table_get_kept(txn, &rig_derived, str_of("k"), &row), ERR_NOT_FOUND);
	put(txn, &rig_derived, "k", "dua");
	assert_true(str_is(kept(txn, &rig_derived, "k")->nama, "dua"));
	assert_int_equal(store_shadow_swap(txn, TABLE_DERIVED), ERR_OK);
	assert_true(str_is(kept(txn, &rig_derived, "k")->nama, "dua"));
	rig_commit(&txn);
	txn = rig_txn(rig, KV_READ);
	assert_true(str_is(kept(txn, &rig_derived, "k")->nama, "dua"));
	txn_abort(&txn);
}

static void a_moment_lasts_until_the_table_changes_or_the_transaction_ends(void **state)
{
	struct rig *rig = *state;
	struct txn *txn;
	uint64_t first;
	uint64_t second;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	put(txn, &rig_derived, "k", "satu");
	first = table_moment(txn, &rig_derived);
	put(txn, &rig_private, "k", "satu");
	assert_int_equal(table_moment(txn, &rig_derived), first);
	put(txn, &rig_derived, "lain", "dua");
	second = table_moment(txn, &rig_derived);
	assert_int_not_equal(second, first);
	assert_int_equal(table_del(txn, &rig_derived, str_of("k")), ERR_OK);
	assert_int_not_equal(table_moment(txn, &rig_derived), second);
	second = table_moment(txn, &rig_derived);
	txn_abort(&txn);
	txn = rig_txn(rig, KV_WRITE);
	assert_true(table_moment(txn, &rig_derived) > second);
	txn_abort(&txn);
}

static void more_rows_than_are_kept_are_all_read_right(void **state)
{
	enum { ROWS = 3 * KEPT_ROWS_MAX };
	struct rig *rig = *state;
	struct txn *txn;
	char name[16];

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	for (unsigned i = 0; i < ROWS; i++) {
		(void)snprintf(name, sizeof name, "n%u", i);
		put(txn, &rig_derived, name, name);
	}
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < ROWS; i++) {
			(void)snprintf(name, sizeof name, "n%u", i);
			assert_true(str_is(kept(txn, &rig_derived, name)->nama, name));
		}
	}
	rig_commit(&txn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(a_kept_row_is_decoded_once_while_it_stays),
		RIG_BOTH(a_change_is_seen_and_what_was_lent_before_is_still_there),
		RIG_BOTH(an_aborted_change_is_not_remembered),
		RIG_BOTH(a_deleted_row_is_not_found_and_a_row_of_another_table_is_another),
		RIG_BOTH(that_there_is_no_row_is_kept_until_one_is_put),
		RIG_BOTH(each_transaction_sees_its_own_row),
		RIG_BOTH(what_was_rebuilt_is_seen_once_it_is_live),
		RIG_BOTH(a_moment_lasts_until_the_table_changes_or_the_transaction_ends),
		RIG_BOTH(more_rows_than_are_kept_are_all_read_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
