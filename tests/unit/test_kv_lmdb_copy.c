/* Copies of a store on LMDB while it is used. */
#include "lib/kv_file.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static enum err copy_now(struct kv_file *f, const char *path, const atomic_bool *is_cancelled)
{
	struct kv_txn *txn = kv_file_txn(f, KV_READ);
	enum err e = f->kv->ops->copy(txn, path, is_cancelled);

	kv_abort(&txn);
	return e;
}

static void a_copy_holds_all_rows_and_less_air(void **state)
{
	struct kv_file *f = *state;
	struct kv_file copied;
	struct kv_txn *txn;
	char path[FOLDER_MAX];

	kv_file_open(f);
	kv_file_commit_rows(f, 0, 1000, 1000);
	txn = kv_file_txn(f, KV_WRITE);
	assert_int_equal(f->kv->ops->empty(txn, STATE), ERR_OK);
	assert_int_equal(kv_file_put_rows(txn, 0, 10, 1000), ERR_OK);
	assert_int_equal(kv_commit(&txn), ERR_OK);
	folder_make(copied.folder);
	(void)folder_file(copied.folder, "data.mdb", copied.file);
	assert_int_equal(copy_now(f, copied.file, NULL), ERR_OK);
	assert_true(kv_file_bytes(&copied) < kv_file_bytes(f) / 4);
	assert_int_not_equal(access(folder_file(copied.folder, "data.mdb.new", path), F_OK), 0);
	kv_file_open(&copied);
	assert_int_equal(kv_file_count_rows(&copied), 10);
	copied.kv->ops->close(&copied.kv);
	folder_remove(copied.folder);
	/* the source lives on */
	kv_file_commit_rows(f, 10, 1, 1);
}

static void an_empty_store_can_be_copied(void **state)
{
	struct kv_file *f = *state;
	char path[FOLDER_MAX];

	kv_file_open(f);
	assert_int_equal(copy_now(f, folder_file(f->folder, "copy", path), NULL), ERR_OK);
	f->kv->ops->close(&f->kv);
	assert_int_equal(rename(path, f->file), 0);
	kv_file_open(f);
	assert_int_equal(kv_file_count_rows(f), 0);
}

static void a_copy_to_nowhere_is_refused_and_harms_nothing(void **state)
{
	struct kv_file *f = *state;

	kv_file_open(f);
	assert_int_equal(copy_now(f, "/nowhere/at/all", NULL), ERR_INVALID);
	kv_file_commit_rows(f, 0, 1, 1);
}

struct copying {
	struct kv_txn *snapshot;
	const char *path;
	enum err result;
};

static void *copy_thread(void *argument)
{
	struct copying *c = argument;

	c->result = c->snapshot->kv->ops->copy(c->snapshot, c->path, NULL);
	return NULL;
}

static void a_copy_is_the_snapshot_whatever_is_written_meanwhile(void **state)
{
	struct kv_file *f = *state;
	struct kv_file copied;
	struct copying c = { .path = copied.file };
	pthread_t thread;

	kv_file_open(f);
	for (unsigned i = 0; i < 20; i++)
		kv_file_commit_rows(f, i * 1000, 1000, 500);
	folder_make(copied.folder);
	(void)folder_file(copied.folder, "data.mdb", copied.file);
	c.snapshot = kv_file_txn(f, KV_READ);
	kv_file_commit_rows(f, 20000, 1, 1); /* after the cut, before the copy begins */
	assert_int_equal(pthread_create(&thread, NULL, copy_thread, &c), 0);
	for (unsigned i = 0; i < 50; i++)
		kv_file_commit_rows(f, 20001 + i, 1, 1000);
	assert_int_equal(pthread_join(thread, NULL), 0);
	kv_abort(&c.snapshot);
	assert_int_equal(c.result, ERR_OK);
	assert_int_equal(kv_file_count_rows(f), 20051);
	kv_file_open(&copied);
	assert_int_equal(kv_file_count_rows(&copied), 20000);
	copied.kv->ops->close(&copied.kv);
	folder_remove(copied.folder);
}

static void a_copy_touches_nothing_that_is_there(void **state)
{
	struct kv_file *f = *state;
	char path[FOLDER_MAX];
	char draft[FOLDER_MAX];
	char other[FOLDER_MAX];

	kv_file_open(f);
	(void)folder_file(f->folder, "copy", path);
	(void)folder_file(f->folder, "copy.new", draft);
	(void)folder_file(f->folder, "other", other);
	assert_int_equal(copy_now(f, f->file, NULL), ERR_INVALID); /* its own store */
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(copy_now(f, path, NULL), ERR_INVALID);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink(other, draft), 0);
	assert_int_equal(copy_now(f, path, NULL), ERR_INVALID);
	assert_int_not_equal(access(other, F_OK), 0);
	assert_int_equal(unlink(draft), 0);
	kv_file_commit_rows(f, 0, 1, 1);
}

static void a_cancelled_copy_leaves_nothing(void **state)
{
	struct kv_file *f = *state;
	const atomic_bool is_cancelled = true;
	char path[FOLDER_MAX];

	kv_file_open(f);
	kv_file_commit_rows(f, 0, 10, 10);
	assert_int_equal(copy_now(f, folder_file(f->folder, "copy", path), &is_cancelled),
		ERR_UNAVAILABLE);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_not_equal(access(folder_file(f->folder, "copy.new", path), F_OK), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kv_file_begin, kv_file_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_copy_holds_all_rows_and_less_air),
		TEST(an_empty_store_can_be_copied),
		TEST(a_copy_to_nowhere_is_refused_and_harms_nothing),
		TEST(a_copy_is_the_snapshot_whatever_is_written_meanwhile),
		TEST(a_copy_touches_nothing_that_is_there),
		TEST(a_cancelled_copy_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
