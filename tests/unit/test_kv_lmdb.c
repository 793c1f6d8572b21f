/* A store on LMDB: opening, what is refused as a store, mistakes of ours. */
#include "lib/child.h"
#include "lib/kv_file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void options_out_of_bounds_are_refused(void **state)
{
	struct kv_file *f = *state;
	struct kv_file nowhere = { "/nowhere/at/all", "", NULL };

	assert_int_equal(kv_file_try_open(f, 0, 0), ERR_INVALID);
	assert_int_equal(kv_file_try_open(f, MIB + 1, 0), ERR_INVALID);
	assert_int_equal(kv_file_try_open(&nowhere, MIB, 0), ERR_INVALID);
	assert_null(f->kv);
}

static void what_was_committed_is_there_after_reopening(void **state)
{
	struct kv_file *f = *state;

	kv_file_open(f);
	kv_file_commit_rows(f, 0, 100, 50);
	f->kv->ops->close(&f->kv);
	kv_file_open(f);
	assert_int_equal(kv_file_count_rows(f), 100);
}

static void a_new_store_leaves_nothing_of_its_making(void **state)
{
	struct kv_file *f = *state;
	char path[FOLDER_MAX];

	kv_file_open(f);
	assert_int_not_equal(access(folder_file(f->folder, "new", path), F_OK), 0);
}

static void a_store_cut_off_while_being_made_is_made_again(void **state)
{
	struct kv_file *f = *state;
	char path[FOLDER_MAX];
	int fd;

	assert_int_equal(mkdir(folder_file(f->folder, "new", path), 0700), 0);
	fd = open(folder_file(f->folder, "new/data.mdb", path), O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "half a page", 11), 11);
	assert_int_equal(close(fd), 0);
	kv_file_open(f);
	kv_file_commit_rows(f, 0, 1, 1);
}

static void a_second_opener_is_refused(void **state)
{
	struct kv_file *f = *state;
	struct kv_file second = *f;
	pid_t child;
	int status;

	kv_file_open(f);
	second.kv = NULL;
	assert_int_equal(kv_file_try_open(&second, MIB, 0), ERR_STATE);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit((int)kv_file_try_open(&second, MIB, 0));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), ERR_STATE);
	/* and the first was not disturbed */
	kv_file_commit_rows(f, 0, 1, 1);
	f->kv->ops->close(&f->kv);
	kv_file_open(f);
}

static void a_file_cut_short_is_refused_instead_of_a_bus_error(void **state)
{
	struct kv_file *f = *state;
	uint64_t whole;

	kv_file_open(f);
	kv_file_commit_rows(f, 0, 200, 3000);
	f->kv->ops->close(&f->kv);
	whole = kv_file_bytes(f);
	assert_true(whole > 100 * 4096);
	assert_int_equal(truncate(f->file, (off_t)(whole / 2)), 0);
	assert_int_equal(kv_file_try_open(f, 64 * MIB, 0), ERR_CORRUPT);
	/* the evidence stays as it was found, and the answer with it */
	assert_int_equal(kv_file_bytes(f), whole / 2);
	assert_int_equal(kv_file_try_open(f, 64 * MIB, 0), ERR_CORRUPT);
}

static void a_file_without_its_last_byte_is_refused(void **state)
{
	struct kv_file *f = *state;

	kv_file_open(f);
	kv_file_commit_rows(f, 0, 50, 3000);
	f->kv->ops->close(&f->kv);
	assert_int_equal(truncate(f->file, (off_t)kv_file_bytes(f) - 1), 0);
	assert_int_equal(kv_file_try_open(f, 64 * MIB, 0), ERR_CORRUPT);
}

/* Puts rows and takes the last of them out again in the same transaction. */
static void commit_and_take_back(struct kv_file *f, unsigned count, unsigned stay)
{
	struct kv_txn *txn = kv_file_txn(f, KV_WRITE);

	assert_int_equal(kv_file_put_rows(txn, 0, count, 3000), ERR_OK);
	for (unsigned i = count; i > stay; i--) {
		char key[16];

		(void)snprintf(key, sizeof key, "%08u", i - 1);
		assert_int_equal(kv_del(txn, STATE, str_of(key)), ERR_OK);
	}
	assert_int_equal(kv_commit(&txn), ERR_OK);
}

static void a_file_that_lacks_only_free_pages_opens(void **state)
{
	struct kv_file *f = *state;
	uint64_t was;

	/* LMDB does not write the pages that it took and gave up: the file is short by right. */
	kv_file_open(f);
	for (unsigned i = 0; i < 3; i++)
		commit_and_take_back(f, 260, 40);
	f->kv->ops->close(&f->kv);
	was = kv_file_bytes(f);
	kv_file_open(f);
	assert_true(kv_file_bytes(f) > was);
	assert_int_equal(kv_file_count_rows(f), 40);
	kv_file_commit_rows(f, 0, 1000, 3000);
	assert_int_equal(kv_file_count_rows(f), 1000);
}

static void overwrite(const struct kv_file *f, off_t at, const void *bytes, size_t n)
{
	int fd = open(f->file, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), n);
	assert_int_equal(close(fd), 0);
}

static void a_file_of_something_else_is_refused(void **state)
{
	struct kv_file *f = *state;
	char zeros[8192] = { 0 };

	kv_file_open(f);
	f->kv->ops->close(&f->kv);
	overwrite(f, 0, zeros, sizeof zeros);
	assert_int_equal(kv_file_try_open(f, 64 * MIB, 0), ERR_CORRUPT);
	assert_int_equal(truncate(f->file, 0), 0);
	assert_int_equal(kv_file_try_open(f, 64 * MIB, 0), ERR_CORRUPT);
	overwrite(f, 0, "not a store, but long enough to hold the head of one of the pages", 64);
	assert_int_equal(kv_file_try_open(f, 64 * MIB, 0), ERR_CORRUPT);
}

struct mistake {
	struct kv_file *f;
	void (*body)(struct kv_file *f);
};

static void open_and_make(void *self)
{
	struct mistake *m = self;

	if (kv_file_try_open(m->f, 64 * MIB, 0) == ERR_OK)
		m->body(m->f);
}

/* Each body makes a mistake that is ours, and must not come back. */
static bool aborts(struct kv_file *f, void (*body)(struct kv_file *f))
{
	return child_aborts(open_and_make, &(struct mistake) { f, body });
}

static void append_backwards(struct kv_file *f)
{
	struct kv_txn *txn = kv_file_txn(f, KV_WRITE);

	(void)kv_append(txn, LOG, (struct str)STR("b"), (struct str)STR(""));
	(void)kv_append(txn, LOG, (struct str)STR("a"), (struct str)STR(""));
}

static void open_two_writers(struct kv_file *f)
{
	(void)kv_file_txn(f, KV_WRITE);
	(void)kv_file_txn(f, KV_WRITE);
}

static void tend_during_a_write(struct kv_file *f)
{
	(void)kv_file_txn(f, KV_WRITE);
	(void)f->kv->ops->tend(f->kv);
}

static void put_a_key_too_long(struct kv_file *f)
{
	static const char key[KV_KEY_MAX + 1];
	struct kv_txn *txn = kv_file_txn(f, KV_WRITE);

	(void)kv_put(txn, LOG, str_bytes(key, sizeof key), (struct str)STR(""));
}

static void end_with_an_open_cursor(struct kv_file *f)
{
	struct kv_txn *txn = kv_file_txn(f, KV_READ);
	struct kv_cursor *cursor;

	(void)kv_cursor_open(txn, LOG, &cursor);
	kv_abort(&txn);
}

static void mistakes_of_ours_assert(void **state)
{
	assert_true(aborts(*state, append_backwards));
	assert_true(aborts(*state, open_two_writers));
	assert_true(aborts(*state, tend_during_a_write));
	assert_true(aborts(*state, put_a_key_too_long));
	assert_true(aborts(*state, end_with_an_open_cursor));
}

static int open_with_small_address_space(void *self)
{
	struct kv_file *f = self;
	const struct rlimit limit = { UINT64_C(1) << 30, UINT64_C(1) << 30 };

	if (setrlimit(RLIMIT_AS, &limit) != 0)
		return 1;
	return kv_file_try_open(f, UINT64_C(1) << 36, 0) == ERR_INVALID ? 0 : 2;
}

static void a_map_larger_than_the_address_space_is_refused(void **state)
{
#ifdef __SANITIZE_ADDRESS__
	(void)state;
	(void)open_with_small_address_space;
	print_message("left out: the sanitizer needs more address space than the test allows\n");
	skip();
#else
	assert_int_equal(child_run(open_with_small_address_space, *state), 0);
#endif
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kv_file_begin, kv_file_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(options_out_of_bounds_are_refused),
		TEST(what_was_committed_is_there_after_reopening),
		TEST(a_new_store_leaves_nothing_of_its_making),
		TEST(a_store_cut_off_while_being_made_is_made_again),
		TEST(a_second_opener_is_refused),
		TEST(a_file_cut_short_is_refused_instead_of_a_bus_error),
		TEST(a_file_without_its_last_byte_is_refused),
		TEST(a_file_that_lacks_only_free_pages_opens),
		TEST(a_file_of_something_else_is_refused),
		TEST(a_map_larger_than_the_address_space_is_refused),
		TEST(mistakes_of_ours_assert),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
