/* The room of a store on LMDB: a full map, a full disk, growth ahead, readers that hold pages. */
#include "lib/child.h"
#include "lib/kv_file.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>

#include <cmocka.h>

static void a_full_map_refuses_the_change_and_goes_on(void **state)
{
	struct kv_file *f = *state;
	struct kv_txn *txn;
	struct str value;
	unsigned batch = 0;
	enum err e = ERR_OK;

	assert_int_equal(kv_file_try_open(f, MIB, 0), ERR_OK);
	while (e == ERR_OK) {
		txn = kv_file_txn(f, KV_WRITE);
		e = kv_file_put_rows(txn, batch * 10, 10, 1000);
		if (e == ERR_OK) {
			e = kv_commit(&txn);
			batch += e == ERR_OK;
		} else {
			/* the first error stays the answer */
			assert_int_equal(kv_put(txn, LOG, (struct str)STR("k"), (struct str)STR("v")), e);
			assert_int_equal(kv_commit(&txn), ERR_READONLY);
		}
		assert_true(batch < 1000);
	}
	assert_int_equal(e, ERR_READONLY);
	assert_true(batch > 10);
	assert_int_equal(kv_file_count_rows(f), batch * 10);
	txn = kv_file_txn(f, KV_READ);
	assert_int_equal(kv_get(txn, STATE, (struct str)STR("00000000"), &value), ERR_OK);
	kv_abort(&txn);
}

static void rows_deleted_before_the_map_is_full_make_room(void **state)
{
	struct kv_file *f = *state;
	struct kv_usage usage = { .used_bytes = 0 };

	/* Three times what fits, with a third of it there at any time. A map filled to the last page
	 * refuses even a delete: that is what the watermarks of the store are for. */
	assert_int_equal(kv_file_try_open(f, MIB, 0), ERR_OK);
	for (unsigned i = 0; i < 3000; i += 10) {
		struct kv_txn *txn = kv_file_txn(f, KV_WRITE);

		assert_int_equal(kv_file_put_rows(txn, i, 10, 800), ERR_OK);
		for (unsigned gone = i - 400; i >= 400 && gone < i - 390; gone++) {
			char key[16];

			(void)snprintf(key, sizeof key, "%08u", gone);
			assert_int_equal(kv_del(txn, STATE, str_of(key)), ERR_OK);
		}
		assert_int_equal(kv_commit(&txn), ERR_OK);
		assert_int_equal(f->kv->ops->usage(f->kv, &usage), ERR_OK);
		assert_true(usage.used_bytes <= MIB);
	}
	assert_int_equal(kv_file_count_rows(f), 400);
}

static void growth_stays_ahead_and_never_touches_a_row(void **state)
{
	struct kv_file *f = *state;
	struct kv_usage usage;

	assert_int_equal(kv_file_try_open(f, 256 * MIB, 4 * MIB), ERR_OK);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(f->kv->ops->tend(f->kv), ERR_OK);
	assert_int_equal(f->kv->ops->usage(f->kv, &usage), ERR_OK);
	assert_true(usage.file_bytes >= usage.used_bytes + 4 * MIB);
	assert_true(usage.file_bytes <= usage.used_bytes + 6 * MIB);
	for (unsigned i = 0; i < 40; i++) {
		kv_file_commit_rows(f, i * 100, 100, 3000);
		assert_int_equal(f->kv->ops->tend(f->kv), ERR_OK);
		assert_true(kv_file_bytes(f) == usage.file_bytes || kv_file_bytes(f) > usage.file_bytes);
	}
	f->kv->ops->close(&f->kv);
	kv_file_open(f);
	assert_int_equal(kv_file_count_rows(f), 4000);
}

static void growth_ends_at_the_map(void **state)
{
	struct kv_file *f = *state;

	assert_int_equal(kv_file_try_open(f, 3 * MIB, 64 * MIB), ERR_OK);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(f->kv->ops->tend(f->kv), ERR_OK);
	assert_true(kv_file_bytes(f) <= 3 * MIB);
}

static void used_bytes_fall_when_rows_go(void **state)
{
	struct kv_file *f = *state;
	struct kv_usage full;
	struct kv_usage empty;
	struct kv_txn *txn;

	kv_file_open(f);
	kv_file_commit_rows(f, 0, 1000, 1000);
	assert_int_equal(f->kv->ops->usage(f->kv, &full), ERR_OK);
	assert_true(full.used_bytes > MIB);
	assert_int_equal(full.map_bytes, 64 * MIB);
	assert_true(full.disk_free_bytes > 0);
	txn = kv_file_txn(f, KV_WRITE);
	assert_int_equal(f->kv->ops->empty(txn, STATE), ERR_OK);
	assert_int_equal(kv_commit(&txn), ERR_OK);
	/* the count of free pages may be some commits old */
	for (unsigned i = 0; i < 64; i++)
		kv_file_commit_rows(f, 0, 1, 1);
	assert_int_equal(f->kv->ops->usage(f->kv, &empty), ERR_OK);
	assert_true(empty.used_bytes < full.used_bytes / 4);
	assert_true(empty.file_bytes >= full.file_bytes);
}

/* Fills up to the limit of the process on file sizes, which stands for a full disk. */
static int fill_to_limit(void *self)
{
	struct kv_file *f = self;
	const struct rlimit limit = { 2 * MIB, 2 * MIB };
	struct kv_txn *txn;
	unsigned batch = 0;
	enum err e = ERR_OK;

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || kv_file_try_open(f, 64 * MIB, MIB) != ERR_OK)
		return 1;
	while (e == ERR_OK && batch < 1000) {
		if (f->kv->ops->tend(f->kv) != ERR_OK || kv_begin(f->kv, KV_WRITE, &txn) != ERR_OK)
			return 2;
		if (kv_file_put_rows(txn, batch * 10, 10, 3000) != ERR_OK)
			return 3;
		e = kv_commit(&txn);
		batch += e == ERR_OK;
	}
	if (e != ERR_READONLY || batch < 10)
		return 4;
	/* reading goes on, and a small change still fits into what deleting frees */
	if (kv_file_count_rows(f) != batch * 10)
		return 5;
	for (unsigned i = 0; i < 4; i++) {
		char key[16];

		(void)snprintf(key, sizeof key, "%08u", i);
		if (kv_begin(f->kv, KV_WRITE, &txn) != ERR_OK || kv_del(txn, STATE, str_of(key)) != ERR_OK)
			return 6;
		e = kv_commit(&txn);
		if (e != ERR_OK && e != ERR_READONLY)
			return 7;
	}
	f->kv->ops->close(&f->kv);
	return 0;
}

static void a_full_disk_keeps_reading(void **state)
{
	struct kv_file *f = *state;

	assert_int_equal(child_run(fill_to_limit, f), 0);
	kv_file_open(f);
	assert_true(kv_file_count_rows(f) >= 96);
	kv_file_commit_rows(f, 5000, 100, 3000);
}

static void many_readers_are_let_go(void **state)
{
	struct kv_file *f = *state;

	kv_file_open(f);
	for (unsigned i = 0; i < 2000; i++) {
		struct kv_txn *txn = kv_file_txn(f, KV_READ);

		assert_int_equal(f->kv->ops->renew(txn), ERR_OK);
		kv_abort(&txn);
	}
	assert_int_equal(f->kv->ops->tend(f->kv), ERR_OK);
}

static void read_once(struct kv_file *f, unsigned renew_every, uint64_t *ret_bytes)
{
	struct kv_txn *reader;

	kv_file_open(f);
	kv_file_commit_rows(f, 0, 100, 1000);
	reader = kv_file_txn(f, KV_READ);
	for (unsigned i = 0; i < 400; i++) {
		kv_file_commit_rows(f, i % 100, 1, 1000);
		if (i % renew_every == 0)
			assert_int_equal(f->kv->ops->renew(reader), ERR_OK);
	}
	kv_abort(&reader);
	*ret_bytes = kv_file_bytes(f);
	f->kv->ops->close(&f->kv);
	folder_clear(f->folder);
}

static void a_reader_that_renews_keeps_the_file_small(void **state)
{
	struct kv_file *f = *state;
	uint64_t held;
	uint64_t renewed;

	read_once(f, 1000, &held);
	read_once(f, 20, &renewed);
	assert_true(renewed * 3 < held);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kv_file_begin, kv_file_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_full_map_refuses_the_change_and_goes_on),
		TEST(rows_deleted_before_the_map_is_full_make_room),
		TEST(growth_stays_ahead_and_never_touches_a_row),
		TEST(growth_ends_at_the_map),
		TEST(used_bytes_fall_when_rows_go),
		TEST(a_full_disk_keeps_reading),
		TEST(many_readers_are_let_go),
		TEST(a_reader_that_renews_keeps_the_file_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
