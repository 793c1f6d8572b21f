#include "store/kv_memory.h"

#include "base/crash_point.h"
#include "lib/child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { LOG, STATE, TABLES };

static const char *const table_names[TABLES] = { "log", "state" };
static const struct str ONE = STR("one");
static const struct str TWO = STR("two");
static const struct str THREE = STR("three");

static int open_store(void **state)
{
	*state = kv_memory_open(table_names, TABLES);
	return 0;
}

static int close_store(void **state)
{
	struct kv *kv = *state;

	kv->ops->close(&kv);
	return 0;
}

static struct kv_txn *begin(struct kv *kv, enum kv_mode mode)
{
	struct kv_txn *txn;

	assert_int_equal(kv_begin(kv, mode, &txn), ERR_OK);
	return txn;
}

static enum err commit_row(struct kv *kv, struct str key, struct str value)
{
	struct kv_txn *txn = begin(kv, KV_WRITE);

	assert_int_equal(kv_put(txn, STATE, key, value), ERR_OK);
	return kv_commit(&txn);
}

static bool has_row(struct kv *kv, struct str key)
{
	struct kv_txn *txn = begin(kv, KV_READ);
	struct str value;
	enum err e = kv_get(txn, STATE, key, &value);

	kv_abort(&txn);
	assert_true(e == ERR_OK || e == ERR_NOT_FOUND);
	return e == ERR_OK;
}

/* What a restart after a lost power finds. */
static struct kv *restarted(struct kv *kv)
{
	struct kv_image *image = kv_memory_image(kv);
	struct kv *after = kv_memory_open(table_names, TABLES);

	kv_memory_restore(after, image);
	kv_image_free(&image);
	return after;
}

static void a_reader_keeps_the_commit_it_began_with(void **state)
{
	struct kv *kv = *state;
	struct kv_txn *reader;
	struct kv_txn *writer;
	struct str value;

	assert_int_equal(commit_row(kv, ONE, ONE), ERR_OK);
	reader = begin(kv, KV_READ);
	writer = begin(kv, KV_WRITE);
	assert_int_equal(kv_put(writer, STATE, ONE, TWO), ERR_OK);
	assert_int_equal(kv_get(reader, STATE, ONE, &value), ERR_OK);
	assert_true(str_equal(value, ONE));
	assert_int_equal(kv_get(writer, STATE, ONE, &value), ERR_OK);
	assert_true(str_equal(value, TWO));
	assert_int_equal(kv_commit(&writer), ERR_OK);
	assert_int_equal(kv_get(reader, STATE, ONE, &value), ERR_OK);
	assert_true(str_equal(value, ONE));
	assert_int_equal(kv->ops->renew(reader), ERR_OK);
	assert_int_equal(kv_get(reader, STATE, ONE, &value), ERR_OK);
	assert_true(str_equal(value, TWO));
	kv_abort(&reader);
}

static void a_full_commit_does_nothing_and_the_store_goes_on(void **state)
{
	struct kv *kv = *state;

	assert_int_equal(commit_row(kv, ONE, ONE), ERR_OK);
	kv_memory_fail(kv, KV_FAULT_FULL);
	assert_int_equal(commit_row(kv, TWO, TWO), ERR_READONLY);
	assert_true(has_row(kv, ONE));
	assert_false(has_row(kv, TWO));
	assert_int_equal(commit_row(kv, TWO, TWO), ERR_OK);
	assert_int_equal(kv_memory_commits(kv), 2);
}

static void a_failed_commit_ends_the_store(void **state)
{
	struct kv *kv = *state;
	struct kv_txn *txn;
	struct kv_usage usage;
	struct kv *after;

	kv_memory_fail(kv, KV_FAULT_IO_LOST);
	assert_int_equal(commit_row(kv, ONE, ONE), ERR_IO);
	assert_int_equal(kv_begin(kv, KV_READ, &txn), ERR_IO);
	assert_int_equal(kv_begin(kv, KV_WRITE, &txn), ERR_IO);
	assert_int_equal(kv->ops->usage(kv, &usage), ERR_IO);
	assert_int_equal(kv->ops->tend(kv), ERR_IO);
	after = restarted(kv);
	assert_false(has_row(after, ONE));
	after->ops->close(&after);
}

static void a_failed_commit_may_be_there_after_the_restart(void **state)
{
	struct kv *kv = *state;
	struct kv *after;

	kv_memory_fail(kv, KV_FAULT_IO_APPLIED);
	assert_int_equal(commit_row(kv, ONE, ONE), ERR_IO);
	after = restarted(kv);
	assert_true(has_row(after, ONE));
	after->ops->close(&after);
}

static void a_crash_loses_the_open_transaction_alone(void **state)
{
	struct kv *kv = *state;
	struct kv_txn *writer;
	struct kv_txn *reader;
	struct kv_cursor *cursor;
	struct kv_row row;
	struct str value;
	struct kv *after;

	assert_int_equal(commit_row(kv, ONE, ONE), ERR_OK);
	reader = begin(kv, KV_READ);
	assert_int_equal(kv_cursor_open(reader, STATE, &cursor), ERR_OK);
	writer = begin(kv, KV_WRITE);
	assert_int_equal(kv_put(writer, STATE, TWO, TWO), ERR_OK);
	kv_memory_crash(kv);
	assert_int_equal(kv_put(writer, STATE, THREE, THREE), ERR_IO);
	assert_int_equal(kv_get(writer, STATE, TWO, &value), ERR_IO);
	assert_int_equal(kv_seek(cursor, ONE, &row), ERR_IO);
	assert_int_equal(kv_commit(&writer), ERR_IO);
	kv_cursor_close(&cursor);
	kv_abort(&reader);
	after = restarted(kv);
	assert_true(has_row(after, ONE));
	assert_false(has_row(after, TWO));
	after->ops->close(&after);
}

static void power_off(void *self, const char *name)
{
	if (strcmp(name, "kv_before_commit") == 0)
		kv_memory_crash(self);
}

static void power_may_go_at_a_crash_point(void **state)
{
	struct kv *kv = *state;
	struct kv *after;

	crash_hook_set(power_off, kv);
	assert_int_equal(commit_row(kv, ONE, ONE), ERR_IO);
	crash_hook_set(NULL, NULL);
	after = restarted(kv);
	assert_false(has_row(after, ONE));
	after->ops->close(&after);
}

static void an_image_is_not_touched_by_what_comes_after(void **state)
{
	struct kv *kv = *state;
	struct kv_image *image;

	assert_int_equal(commit_row(kv, ONE, ONE), ERR_OK);
	image = kv_memory_image(kv);
	assert_int_equal(commit_row(kv, TWO, TWO), ERR_OK);
	assert_int_equal(commit_row(kv, ONE, TWO), ERR_OK);
	kv_memory_restore(kv, image);
	assert_true(has_row(kv, ONE));
	assert_false(has_row(kv, TWO));
	assert_int_equal(commit_row(kv, THREE, THREE), ERR_OK);
	kv_memory_restore(kv, image);
	assert_false(has_row(kv, THREE));
	kv_image_free(&image);
}

static void over_the_limit_only_what_grows_is_refused(void **state)
{
	struct kv *kv = *state;
	struct kv_usage usage;
	struct kv_txn *txn;

	assert_int_equal(commit_row(kv, ONE, THREE), ERR_OK);
	assert_int_equal(kv_memory_bytes(kv), 3 + 5 + 16);
	kv_memory_limit(kv, 30);
	txn = begin(kv, KV_WRITE);
	assert_int_equal(kv_put(txn, STATE, TWO, TWO), ERR_READONLY);
	/* the first error stays the answer */
	assert_int_equal(kv_put(txn, STATE, ONE, ONE), ERR_READONLY);
	assert_int_equal(kv_del(txn, STATE, ONE), ERR_READONLY);
	assert_int_equal(kv_commit(&txn), ERR_READONLY);
	assert_int_equal(commit_row(kv, ONE, TWO), ERR_OK);
	assert_int_equal(kv->ops->usage(kv, &usage), ERR_OK);
	assert_int_equal(usage.used_bytes, 22);
	assert_int_equal(usage.map_bytes, 30);
	assert_int_equal(usage.disk_free_bytes, 8);
	kv_memory_limit(kv, 10);
	txn = begin(kv, KV_WRITE);
	assert_int_equal(kv_del(txn, STATE, ONE), ERR_OK);
	assert_int_equal(kv_commit(&txn), ERR_OK);
	assert_int_equal(kv_memory_bytes(kv), 0);
}

static void append_backwards(void *self)
{
	struct kv *kv = self;
	struct kv_txn *txn;

	(void)kv_begin(kv, KV_WRITE, &txn);
	(void)kv_append(txn, LOG, TWO, ONE);
	(void)kv_append(txn, LOG, ONE, ONE);
}

static void two_writers(void *self)
{
	struct kv *kv = self;
	struct kv_txn *txn;

	(void)kv_begin(kv, KV_WRITE, &txn);
	(void)kv_begin(kv, KV_WRITE, &txn);
}

static void write_in_a_reader(void *self)
{
	struct kv *kv = self;
	struct kv_txn *txn;

	(void)kv_begin(kv, KV_READ, &txn);
	(void)kv_put(txn, STATE, ONE, ONE);
}

static void change_under_a_cursor(void *self)
{
	struct kv *kv = self;
	struct kv_cursor *cursor;
	struct kv_txn *txn;
	struct kv_row row;

	(void)kv_begin(kv, KV_WRITE, &txn);
	(void)kv_put(txn, STATE, ONE, ONE);
	(void)kv_cursor_open(txn, STATE, &cursor);
	(void)kv_seek(cursor, ONE, &row);
	(void)kv_put(txn, STATE, TWO, ONE);
	(void)kv_next(cursor, &row);
}

static void empty_key(void *self)
{
	struct kv *kv = self;
	struct kv_txn *txn;

	(void)kv_begin(kv, KV_WRITE, &txn);
	(void)kv_put(txn, STATE, str_bytes("", 0), ONE);
}

static void unknown_table(void *self)
{
	struct kv *kv = self;
	struct kv_txn *txn;
	struct str value;

	(void)kv_begin(kv, KV_READ, &txn);
	(void)kv_get(txn, TABLES, ONE, &value);
}

static void mistakes_of_ours_assert(void **state)
{
	struct kv *kv = *state;

	assert_true(child_aborts(append_backwards, kv));
	assert_true(child_aborts(two_writers, kv));
	assert_true(child_aborts(write_in_a_reader, kv));
	assert_true(child_aborts(change_under_a_cursor, kv));
	assert_true(child_aborts(empty_key, kv));
	assert_true(child_aborts(unknown_table, kv));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_reader_keeps_the_commit_it_began_with),
		TEST(a_full_commit_does_nothing_and_the_store_goes_on),
		TEST(a_failed_commit_ends_the_store),
		TEST(a_failed_commit_may_be_there_after_the_restart),
		TEST(a_crash_loses_the_open_transaction_alone),
		TEST(power_may_go_at_a_crash_point),
		TEST(an_image_is_not_touched_by_what_comes_after),
		TEST(over_the_limit_only_what_grows_is_refused),
		TEST(mistakes_of_ours_assert),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
