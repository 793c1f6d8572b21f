#include "lib/rig.h"
#include "store/kv_memory.h"
#include "store/slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct contoh_isi row_of(const char *name)
{
	return (struct contoh_isi) { .nama = str_of(name) };
}

static void put(struct txn *txn, const struct table *table, const char *key, const char *name)
{
	struct contoh_isi row = row_of(name);

	assert_int_equal(table_put(txn, table, str_of(key), &row), ERR_OK);
}

static void put_committed(struct rig *rig, const struct table *table, const char *key,
	const char *name)
{
	struct txn *txn = rig_txn(rig, KV_WRITE);

	put(txn, table, key, name);
	rig_commit(&txn);
}

/* What stands there, "-" for nothing. */
static void assert_row(struct rig *rig, const struct table *table, const char *key,
	const char *name)
{
	struct txn *txn = rig_txn(rig, KV_READ);
	struct contoh_isi row = row_of("-");
	enum err e = table_get(txn, table, str_of(key), &rig->arena, &row);

	assert_int_equal(e, strcmp(name, "-") == 0 ? ERR_NOT_FOUND : ERR_OK);
	assert_true(str_is(row.nama, name));
	txn_abort(&txn);
}

static void rows_live_in_their_table(void **state)
{
	struct rig *rig = *state;
	struct contoh_isi bad = row_of("a name of more than twelve bytes");
	struct txn *txn;

	rig_open(rig);
	put_committed(rig, &rig_derived, "k", "satu");
	put_committed(rig, &rig_private, "k", "dua");
	assert_row(rig, &rig_derived, "k", "satu");
	assert_row(rig, &rig_private, "k", "dua");
	assert_row(rig, &rig_projected, "k", "-");
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(table_put(txn, &rig_derived, str_of("k"), &bad), ERR_LIMIT);
	assert_int_equal(table_del(txn, &rig_derived, str_of("k")), ERR_OK);
	assert_int_equal(table_del(txn, &rig_derived, str_of("k")), ERR_NOT_FOUND);
	txn_abort(&txn);
	assert_row(rig, &rig_derived, "k", "satu");
}

/* The keys of a walk, one after the other. */
static void assert_walk(struct rig *rig, const char *prefix, const char *start, bool is_down,
	const char *keys)
{
	struct txn *txn = rig_txn(rig, KV_READ);
	struct contoh_isi row;
	struct walk walk;
	struct str key;
	struct buf seen;
	enum err e;

	buf_init(&seen, 1000);
	assert_int_equal(walk_open(txn, &rig_derived, str_of(prefix), str_of(start), is_down, &walk),
		ERR_OK);
	while ((e = walk_next(&walk, &rig_derived, &rig->arena, &key, &row)) == ERR_OK) {
		assert_true(str_equal(row.nama, key));
		buf_print(&seen, "%.*s ", (int)key.len, key.ptr);
	}
	assert_int_equal(e, ERR_NOT_FOUND);
	assert_true(str_is(buf_str(&seen), keys));
	walk_close(&walk);
	txn_abort(&txn);
	buf_clear(&seen);
}

static void walks_keep_to_their_prefix(void **state)
{
	static const char *const keys[] = { "a", "b1", "b2", "b3", "c" };
	struct rig *rig = *state;

	rig_open(rig);
	assert_walk(rig, "", "", true, "");
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		put_committed(rig, &rig_derived, keys[i], keys[i]);
	assert_walk(rig, "", "", false, "a b1 b2 b3 c ");
	assert_walk(rig, "", "", true, "c b3 b2 b1 a ");
	assert_walk(rig, "b", "", false, "b1 b2 b3 ");
	assert_walk(rig, "b", "", true, "b3 b2 b1 ");
	assert_walk(rig, "b", "b2", false, "b2 b3 ");
	assert_walk(rig, "b", "b2", true, "b2 b1 ");
	assert_walk(rig, "b", "b22", false, "b3 ");
	assert_walk(rig, "b", "b22", true, "b2 b1 ");
	assert_walk(rig, "c", "", true, "c ");
	assert_walk(rig, "d", "", true, "");
	assert_walk(rig, "d", "", false, "");
	assert_walk(rig, "", "z", true, "c b3 b2 b1 a ");
}

static void a_walk_down_a_prefix_of_the_highest_bytes_ends(void **state)
{
	static const char *const keys[] = { "a", "\xff", "\xff\x01", "\xff\xff" };
	struct rig *rig = *state;
	struct walk walk;
	struct txn *txn;
	struct str key;

	rig_open(rig);
	for (size_t i = 0; i < 4; i++)
		put_committed(rig, &rig_derived, keys[i], "x");
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(walk_open(txn, &rig_derived, str_of("\xff"), str_of(""), true, &walk), ERR_OK);
	for (size_t i = 3; i > 0; i--) {
		assert_int_equal(walk_next(&walk, &rig_derived, &rig->arena, &key, NULL), ERR_OK);
		assert_true(str_is(key, keys[i]));
	}
	assert_int_equal(walk_next(&walk, &rig_derived, &rig->arena, &key, NULL), ERR_NOT_FOUND);
	walk_close(&walk);
	txn_abort(&txn);
}

static void the_instance_outlives_a_restart(void **state)
{
	struct rig *rig = *state;
	struct problem why;
	struct str instance;
	struct str copy;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(meta_get(txn, "instance", &instance), ERR_OK);
	assert_int_equal(instance.len, 16);
	assert_int_equal(arena_copy(&rig->arena, instance, &copy), ERR_OK);
	txn_abort(&txn);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(meta_get(txn, "instance", &instance), ERR_OK);
	assert_true(str_equal(instance, copy));
	assert_int_equal(meta_get(txn, "other", &instance), ERR_NOT_FOUND);
	txn_abort(&txn);
}

/* The rig's tables with the derived one in another version. */
static void use_version(struct rig *rig, struct table *derived, const struct table *tables[4],
	uint16_t version)
{
	memcpy(tables, rig->options.tables, 4 * sizeof *tables);
	*derived = rig_derived;
	derived->version = version;
	tables[0] = derived;
	rig->options.tables = tables;
}

static void a_new_version_is_built_beside_and_swapped_in(void **state)
{
	const struct table *tables[4];
	struct table derived;
	struct rig *rig = *state;
	struct problem why;
	struct txn *txn;

	rig_open(rig);
	put_committed(rig, &rig_derived, "k", "lama");
	assert_false(store_is_stale(rig->store, TABLE_DERIVED));
	use_version(rig, &derived, tables, 2);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	assert_true(store_is_stale(rig->store, TABLE_DERIVED));
	assert_false(store_is_stale(rig->store, TABLE_PROJECTED));
	assert_int_equal(store_shadow_begin(rig->store, TABLE_DERIVED), ERR_OK);
	txn = rig_txn(rig, KV_WRITE);
	txn_use_shadow(txn, TABLE_DERIVED);
	put(txn, &derived, "k", "baru");
	rig_commit(&txn);
	assert_row(rig, &derived, "k", "lama");
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(store_shadow_swap(txn, TABLE_DERIVED), ERR_OK);
	txn_abort(&txn); /* nothing of it */
	assert_row(rig, &derived, "k", "lama");
	assert_true(store_is_stale(rig->store, TABLE_DERIVED));
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(store_shadow_swap(txn, TABLE_DERIVED), ERR_OK);
	rig_commit(&txn);
	assert_row(rig, &derived, "k", "baru");
	assert_false(store_is_stale(rig->store, TABLE_DERIVED));
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	assert_row(rig, &derived, "k", "baru");
	assert_false(store_is_stale(rig->store, TABLE_DERIVED));
}

static void an_interrupted_rebuild_begins_anew(void **state)
{
	struct rig *rig = *state;
	struct problem why;
	struct str key;
	const char *table;
	struct txn *txn;

	rig_open(rig);
	put_committed(rig, &rig_derived, "k", "satu");
	assert_int_equal(store_shadow_begin(rig->store, TABLE_DERIVED), ERR_OK);
	txn = rig_txn(rig, KV_WRITE);
	txn_use_shadow(txn, TABLE_DERIVED);
	put(txn, &rig_derived, "sisa", "sisa");
	rig_commit(&txn);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	assert_row(rig, &rig_derived, "sisa", "-");
	assert_int_equal(store_shadow_begin(rig->store, TABLE_DERIVED), ERR_OK);
	txn = rig_txn(rig, KV_WRITE);
	txn_use_shadow(txn, TABLE_DERIVED);
	put(txn, &rig_derived, "k", "satu");
	rig_commit(&txn);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(store_shadow_compare(txn, TABLE_DERIVED, &table, &key), ERR_OK);
	txn_abort(&txn);
}

static void a_newer_store_is_refused_by_name(void **state)
{
	const struct table *tables[4];
	struct table derived;
	struct rig *rig = *state;
	const struct table *const *old = rig->options.tables;
	struct problem why;
	char format[4] = { 0, 0, 0, 2 };
	struct txn *txn;

	use_version(rig, &derived, tables, 5);
	rig_open(rig);
	put_committed(rig, &derived, "k", "lima");
	rig->options.tables = old;
	assert_int_equal(rig_reopen(rig, &why), ERR_STATE);
	assert_string_equal(why.field, "turunan");
	assert_string_equal(why.rule, "versi_lebih_baru");
	rig->options.tables = tables;
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	assert_row(rig, &derived, "k", "lima");
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(meta_put(txn, "format", str_bytes(format, 4)), ERR_OK);
	rig_commit(&txn);
	assert_int_equal(rig_reopen(rig, &why), ERR_STATE);
	assert_string_equal(why.field, "_meta");
}

static void a_table_added_later_is_stale_where_it_is_derived(void **state)
{
	static const struct table added = { "tambahan", TABLE_PROJECTED, 1, &schema_contoh_isi, NULL,
		0 };
	static const struct table noted = { "catatan", TABLE_PRIVATE, 1, &schema_contoh_isi, NULL, 0 };
	const struct table *tables[6];
	struct rig *rig = *state;
	struct problem why;

	rig_open(rig);
	memcpy(tables, rig->options.tables, 4 * sizeof *tables);
	tables[4] = &added;
	tables[5] = &noted;
	rig->options.tables = tables;
	rig->options.table_count = 6;
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	assert_true(store_is_stale(rig->store, TABLE_PROJECTED));
	assert_false(store_is_stale(rig->store, TABLE_DERIVED));
}

static enum err compare(struct rig *rig, const char **table, char key[64])
{
	struct txn *txn = rig_txn(rig, KV_READ);
	struct str at = { NULL, 0 };
	enum err e = store_shadow_compare(txn, TABLE_DERIVED, table, &at);

	(void)snprintf(key, 64, "%.*s", (int)at.len, at.ptr == NULL ? "" : at.ptr);
	txn_abort(&txn);
	return e;
}

static void a_difference_is_named(void **state)
{
	static const struct {
		const char *live, *shadow; /* keys of rows, upper case for another content */
		const char *differs;
	} cases[] = { { "abc", "abc", NULL }, { "", "", NULL }, { "abc", "ab", "c" },
		{ "ab", "abc", "c" }, { "bc", "abc", "a" }, { "abc", "ac", "b" }, { "abC", "abc", "c" },
		{ "", "x", "x" } };
	struct rig *rig = *state;

	rig_open(rig);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct txn *txn = rig_txn(rig, KV_WRITE);
		const char *table = NULL;
		char key[64];

		for (char c = 'a'; c <= 'z'; c++)
			(void)!table_del(txn, &rig_derived, str_bytes(&c, 1));
		rig_commit(&txn);
		assert_int_equal(store_shadow_begin(rig->store, TABLE_DERIVED), ERR_OK);
		for (unsigned side = 0; side < 2; side++) {
			txn = rig_txn(rig, KV_WRITE);
			if (side == 1)
				txn_use_shadow(txn, TABLE_DERIVED);
			for (const char *k = side == 0 ? cases[i].live : cases[i].shadow; *k != 0; k++) {
				char small[2] = { (char)(*k | 0x20), 0 };

				put(txn, &rig_derived, small, *k == small[0] ? "sama" : "LAIN");
			}
			rig_commit(&txn);
		}
		assert_int_equal(compare(rig, &table, key),
			cases[i].differs == NULL ? ERR_OK : ERR_CORRUPT);
		if (cases[i].differs != NULL) {
			assert_string_equal(table, "turunan");
			assert_string_equal(key, cases[i].differs);
		}
	}
}

static void put_place(struct rig *rig, bool in_shadow, uint64_t seq)
{
	struct txn *txn = rig_txn(rig, KV_WRITE);
	struct place at = { .seq = seq };

	if (in_shadow)
		txn_use_shadow(txn, TABLE_DERIVED);
	assert_int_equal(cursor_put(txn, str_of(""), str_of("arus"), &at), ERR_OK);
	rig_commit(&txn);
}

static void the_stored_cursor_may_be_ahead_of_the_fold_and_stays(void **state)
{
	struct rig *rig = *state;
	const char *table;
	struct place at;
	char key[64];
	struct txn *txn;

	rig_open(rig);
	put_place(rig, false, 10);
	assert_int_equal(store_shadow_begin(rig->store, TABLE_DERIVED), ERR_OK);
	assert_int_equal(compare(rig, &table, key), ERR_OK);
	put_place(rig, true, 9);
	assert_int_equal(compare(rig, &table, key), ERR_OK);
	put_place(rig, true, 10);
	assert_int_equal(compare(rig, &table, key), ERR_OK);
	put_place(rig, true, 11);
	assert_int_equal(compare(rig, &table, key), ERR_CORRUPT);
	assert_string_equal(table, "_cursor");
	put_place(rig, true, 3);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(store_shadow_swap(txn, TABLE_DERIVED), ERR_OK);
	rig_commit(&txn);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(cursor_get(txn, str_of(""), str_of("arus"), &at), ERR_OK);
	assert_true(at.seq == 10);
	txn_abort(&txn);
}

static void cursors_of_projections_move_with_them(void **state)
{
	struct rig *rig = *state;
	struct place at = { .seq = 10 };
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(cursor_put(txn, str_of("proyeksi"), str_of("arus"), &at), ERR_OK);
	assert_int_equal(cursor_put(txn, str_of(""), str_of("arus"), &at), ERR_OK);
	rig_commit(&txn);
	assert_int_equal(store_shadow_begin(rig->store, TABLE_PROJECTED), ERR_OK);
	txn = rig_txn(rig, KV_WRITE);
	txn_use_shadow(txn, TABLE_PROJECTED);
	assert_int_equal(cursor_get(txn, str_of("proyeksi"), str_of("arus"), &at), ERR_NOT_FOUND);
	assert_int_equal(cursor_get(txn, str_of(""), str_of("arus"), &at), ERR_OK);
	at.seq = 4;
	assert_int_equal(cursor_put(txn, str_of("proyeksi"), str_of("arus"), &at), ERR_OK);
	assert_int_equal(store_shadow_swap(txn, TABLE_PROJECTED), ERR_OK);
	rig_commit(&txn);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(cursor_get(txn, str_of("proyeksi"), str_of("arus"), &at), ERR_OK);
	assert_true(at.seq == 4);
	txn_abort(&txn);
}

static void expired_marks_do_not_count_as_a_difference(void **state)
{
	struct rig *rig = *state;
	struct mark mark = { .count = 1 };
	const time_us now = RIG_NOW * US_PER_SECOND;
	struct id young = id_new(now);
	struct id old = id_new(now - 40 * US_PER_DAY);
	const char *table;
	uint32_t done;
	char key[64];
	struct txn *txn;

	rig_open(rig);
	assert_int_equal(store_shadow_begin(rig->store, TABLE_DERIVED), ERR_OK);
	for (unsigned side = 0; side < 2; side++) {
		txn = rig_txn(rig, KV_WRITE);
		if (side == 1)
			txn_use_shadow(txn, TABLE_DERIVED);
		assert_int_equal(mark_put(txn, old, &mark), ERR_OK);
		assert_int_equal(mark_put(txn, young, &mark), ERR_OK);
		rig_commit(&txn);
	}
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(mark_expire(txn, now - 31 * US_PER_DAY, 100, &done), ERR_OK);
	assert_int_equal(done, 1);
	rig_commit(&txn);
	assert_int_equal(compare(rig, &table, key), ERR_OK);
	txn = rig_txn(rig, KV_WRITE); /* a letter that was under way for so long, and came again */
	assert_int_equal(mark_put(txn, old, &(struct mark) { .seq = 9, .count = 1 }), ERR_OK);
	rig_commit(&txn);
	assert_int_equal(compare(rig, &table, key), ERR_OK);
	txn = rig_txn(rig, KV_WRITE);
	txn_use_shadow(txn, TABLE_DERIVED);
	assert_int_equal(mark_put(txn, id_new(now), &mark), ERR_OK);
	rig_commit(&txn);
	assert_int_equal(compare(rig, &table, key), ERR_CORRUPT);
	assert_string_equal(table, "_mark");
}

static void the_level_follows_the_use_of_the_map(void **state)
{
	struct rig *rig = *state;
	struct store_watermarks marks = { 101, 102, 0, 0 };
	enum store_level level;
	struct kv_usage usage;

	rig_open(rig);
	assert_int_equal(store_level(rig->store, &marks, &level, &usage), ERR_OK);
	assert_int_equal(level, STORE_NORMAL);
	marks.soft_percent = 0;
	assert_int_equal(store_level(rig->store, &marks, &level, &usage), ERR_OK);
	assert_int_equal(level, STORE_SOFT);
	marks.hard_percent = 0;
	assert_int_equal(store_level(rig->store, &marks, &level, &usage), ERR_OK);
	assert_int_equal(level, STORE_HARD);
	marks = (struct store_watermarks) { 101, 102, UINT64_MAX, 0 };
	assert_int_equal(store_level(rig->store, &marks, &level, &usage), ERR_OK);
	assert_int_equal(level, usage.disk_free_bytes == UINT64_MAX ? STORE_NORMAL : STORE_SOFT);
}

static void a_failed_commit_takes_the_head_back(void **state)
{
	struct rig *rig = *state;
	struct record r = rig_event("isi");
	struct place head;
	struct txn *txn;

	rig_open(rig);
	head = store_log(rig->store)->head;
	kv_memory_fail(store_kv(rig->store), KV_FAULT_FULL);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(log_append(store_log(rig->store), txn_kv(txn), &r), ERR_OK);
	assert_int_equal(txn_commit(&txn), ERR_READONLY);
	assert_null(txn);
	assert_memory_equal(&head, &store_log(rig->store)->head, sizeof head);
	txn = rig_txn(rig, KV_WRITE);
	r = rig_event("isi");
	assert_int_equal(log_append(store_log(rig->store), txn_kv(txn), &r), ERR_OK);
	rig_commit(&txn);
	assert_true(store_log(rig->store)->committed.seq == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(rows_live_in_their_table),
		RIG_BOTH(walks_keep_to_their_prefix),
		RIG_BOTH(a_walk_down_a_prefix_of_the_highest_bytes_ends),
		RIG_BOTH(the_instance_outlives_a_restart),
		RIG_BOTH(a_new_version_is_built_beside_and_swapped_in),
		RIG_BOTH(an_interrupted_rebuild_begins_anew),
		RIG_BOTH(a_newer_store_is_refused_by_name),
		RIG_BOTH(a_table_added_later_is_stale_where_it_is_derived),
		RIG_BOTH(a_difference_is_named),
		RIG_BOTH(the_stored_cursor_may_be_ahead_of_the_fold_and_stays),
		RIG_BOTH(cursors_of_projections_move_with_them),
		RIG_BOTH(expired_marks_do_not_count_as_a_difference),
		RIG_BOTH(the_level_follows_the_use_of_the_map),
		cmocka_unit_test_setup_teardown(a_failed_commit_takes_the_head_back, rig_begin_memory,
			rig_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
