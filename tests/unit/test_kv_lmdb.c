#include "store/kv.h"

#include "lib/folder.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { LOG, STATE, TABLES };
enum { MIB = 1 << 20 };

static const char *const table_names[TABLES] = { "log", "state" };

struct fixture {
	char folder[FOLDER_MAX];
	char file[FOLDER_MAX];
	struct kv *kv;
};

static int make_folder(void **state)
{
	static struct fixture f;

	folder_make(f.folder);
	(void)folder_file(f.folder, "data.mdb", f.file);
	f.kv = NULL;
	*state = &f;
	return 0;
}

static int remove_folder(void **state)
{
	struct fixture *f = *state;

	if (f->kv != NULL)
		f->kv->ops->close(&f->kv);
	folder_remove(f->folder);
	return 0;
}

static enum err try_open(struct fixture *f, uint64_t map_bytes, uint64_t grow_bytes)
{
	const struct kv_lmdb_options options = { f->folder, map_bytes, grow_bytes };

	return kv_lmdb_open(&options, table_names, TABLES, &f->kv);
}

static void open_store(struct fixture *f)
{
	assert_int_equal(try_open(f, 64 * MIB, 0), ERR_OK);
}

static uint64_t file_bytes(const struct fixture *f)
{
	struct stat st;

	assert_int_equal(stat(f->file, &st), 0);
	return (uint64_t)st.st_size;
}

static struct kv_txn *begin(struct fixture *f, enum kv_mode mode)
{
	struct kv_txn *txn;

	assert_int_equal(kv_begin(f->kv, mode, &txn), ERR_OK);
	return txn;
}

/* Rows number first to first + count - 1, each of bytes. */
static enum err put_rows(struct kv_txn *txn, unsigned first, unsigned count, size_t bytes)
{
	char *value = calloc(1, bytes);
	enum err e = ERR_OK;

	assert_non_null(value);
	for (unsigned i = first; i < first + count && e == ERR_OK; i++) {
		char key[16];
		int n = snprintf(key, sizeof key, "%08u", i);

		e = kv_put(txn, STATE, str_bytes(key, (size_t)n), str_bytes(value, bytes));
	}
	free(value);
	return e;
}

static void commit_rows(struct fixture *f, unsigned first, unsigned count, size_t bytes)
{
	struct kv_txn *txn = begin(f, KV_WRITE);

	assert_int_equal(put_rows(txn, first, count, bytes), ERR_OK);
	assert_int_equal(kv_commit(&txn), ERR_OK);
}

static uint64_t count_rows(struct fixture *f)
{
	struct kv_txn *txn = begin(f, KV_READ);
	uint64_t count;

	assert_int_equal(f->kv->ops->count(txn, STATE, &count), ERR_OK);
	kv_abort(&txn);
	return count;
}

static void options_out_of_bounds_are_refused(void **state)
{
	struct fixture *f = *state;
	struct fixture nowhere = { "/nowhere/at/all", "", NULL };

	assert_int_equal(try_open(f, 0, 0), ERR_INVALID);
	assert_int_equal(try_open(f, MIB + 1, 0), ERR_INVALID);
	assert_int_equal(try_open(&nowhere, MIB, 0), ERR_INVALID);
	assert_null(f->kv);
}

static void what_was_committed_is_there_after_reopening(void **state)
{
	struct fixture *f = *state;

	open_store(f);
	commit_rows(f, 0, 100, 50);
	f->kv->ops->close(&f->kv);
	open_store(f);
	assert_int_equal(count_rows(f), 100);
}

static void a_new_store_leaves_nothing_of_its_making(void **state)
{
	struct fixture *f = *state;
	char path[FOLDER_MAX];

	open_store(f);
	assert_int_not_equal(access(folder_file(f->folder, "new", path), F_OK), 0);
}

static void a_store_cut_off_while_being_made_is_made_again(void **state)
{
	struct fixture *f = *state;
	char path[FOLDER_MAX];
	int fd;

	assert_int_equal(mkdir(folder_file(f->folder, "new", path), 0700), 0);
	fd = open(folder_file(f->folder, "new/data.mdb", path), O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "half a page", 11), 11);
	assert_int_equal(close(fd), 0);
	open_store(f);
	commit_rows(f, 0, 1, 1);
}

static void a_second_opener_is_refused(void **state)
{
	struct fixture *f = *state;
	struct fixture second = *f;
	pid_t child;
	int status;

	open_store(f);
	second.kv = NULL;
	assert_int_equal(try_open(&second, MIB, 0), ERR_STATE);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit((int)try_open(&second, MIB, 0));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), ERR_STATE);
	/* and the first was not disturbed */
	commit_rows(f, 0, 1, 1);
	f->kv->ops->close(&f->kv);
	open_store(f);
}

static void a_file_cut_short_is_refused_instead_of_a_bus_error(void **state)
{
	struct fixture *f = *state;
	uint64_t whole;

	open_store(f);
	commit_rows(f, 0, 200, 3000);
	f->kv->ops->close(&f->kv);
	whole = file_bytes(f);
	assert_true(whole > 100 * 4096);
	assert_int_equal(truncate(f->file, (off_t)(whole / 2)), 0);
	assert_int_equal(try_open(f, 64 * MIB, 0), ERR_CORRUPT);
	/* the evidence stays as it was found, and the answer with it */
	assert_int_equal(file_bytes(f), whole / 2);
	assert_int_equal(try_open(f, 64 * MIB, 0), ERR_CORRUPT);
}

static void a_file_without_its_last_byte_is_refused(void **state)
{
	struct fixture *f = *state;

	open_store(f);
	commit_rows(f, 0, 50, 3000);
	f->kv->ops->close(&f->kv);
	assert_int_equal(truncate(f->file, (off_t)file_bytes(f) - 1), 0);
	assert_int_equal(try_open(f, 64 * MIB, 0), ERR_CORRUPT);
}

/* Puts rows and takes the last of them out again in the same transaction. */
static void commit_and_take_back(struct fixture *f, unsigned count, unsigned stay)
{
	struct kv_txn *txn = begin(f, KV_WRITE);

	assert_int_equal(put_rows(txn, 0, count, 3000), ERR_OK);
	for (unsigned i = count; i > stay; i--) {
		char key[16];

		(void)snprintf(key, sizeof key, "%08u", i - 1);
		assert_int_equal(kv_del(txn, STATE, str_of(key)), ERR_OK);
	}
	assert_int_equal(kv_commit(&txn), ERR_OK);
}

static void a_file_that_lacks_only_free_pages_opens(void **state)
{
	struct fixture *f = *state;
	uint64_t was;

	/* LMDB does not write the pages that it took and gave up: the file is short by right. */
	open_store(f);
	for (unsigned i = 0; i < 3; i++)
		commit_and_take_back(f, 260, 40);
	f->kv->ops->close(&f->kv);
	was = file_bytes(f);
	open_store(f);
	assert_true(file_bytes(f) > was);
	assert_int_equal(count_rows(f), 40);
	commit_rows(f, 0, 1000, 3000);
	assert_int_equal(count_rows(f), 1000);
}

static void overwrite(const struct fixture *f, off_t at, const void *bytes, size_t n)
{
	int fd = open(f->file, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), n);
	assert_int_equal(close(fd), 0);
}

static void a_file_of_something_else_is_refused(void **state)
{
	struct fixture *f = *state;
	char zeros[8192] = { 0 };

	open_store(f);
	f->kv->ops->close(&f->kv);
	overwrite(f, 0, zeros, sizeof zeros);
	assert_int_equal(try_open(f, 64 * MIB, 0), ERR_CORRUPT);
	assert_int_equal(truncate(f->file, 0), 0);
	assert_int_equal(try_open(f, 64 * MIB, 0), ERR_CORRUPT);
	overwrite(f, 0, "not a store, but long enough to hold the head of one of the pages", 64);
	assert_int_equal(try_open(f, 64 * MIB, 0), ERR_CORRUPT);
}

static void a_full_map_refuses_the_change_and_goes_on(void **state)
{
	struct fixture *f = *state;
	struct kv_txn *txn;
	struct str value;
	unsigned batch = 0;
	enum err e = ERR_OK;

	assert_int_equal(try_open(f, MIB, 0), ERR_OK);
	while (e == ERR_OK) {
		txn = begin(f, KV_WRITE);
		e = put_rows(txn, batch * 10, 10, 1000);
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
	assert_int_equal(count_rows(f), batch * 10);
	txn = begin(f, KV_READ);
	assert_int_equal(kv_get(txn, STATE, (struct str)STR("00000000"), &value), ERR_OK);
	kv_abort(&txn);
}

static void rows_deleted_before_the_map_is_full_make_room(void **state)
{
	struct fixture *f = *state;
	struct kv_usage usage = { .used_bytes = 0 };

	/* Three times what fits, with a third of it there at any time. A map filled to the last page
	 * refuses even a delete: that is what the watermarks of the store are for. */
	assert_int_equal(try_open(f, MIB, 0), ERR_OK);
	for (unsigned i = 0; i < 3000; i += 10) {
		struct kv_txn *txn = begin(f, KV_WRITE);

		assert_int_equal(put_rows(txn, i, 10, 800), ERR_OK);
		for (unsigned gone = i - 400; i >= 400 && gone < i - 390; gone++) {
			char key[16];

			(void)snprintf(key, sizeof key, "%08u", gone);
			assert_int_equal(kv_del(txn, STATE, str_of(key)), ERR_OK);
		}
		assert_int_equal(kv_commit(&txn), ERR_OK);
		assert_int_equal(f->kv->ops->usage(f->kv, &usage), ERR_OK);
		assert_true(usage.used_bytes <= MIB);
	}
	assert_int_equal(count_rows(f), 400);
}

static void growth_stays_ahead_and_never_touches_a_row(void **state)
{
	struct fixture *f = *state;
	struct kv_usage usage;

	assert_int_equal(try_open(f, 256 * MIB, 4 * MIB), ERR_OK);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(f->kv->ops->tend(f->kv), ERR_OK);
	assert_int_equal(f->kv->ops->usage(f->kv, &usage), ERR_OK);
	assert_true(usage.file_bytes >= usage.used_bytes + 4 * MIB);
	assert_true(usage.file_bytes <= usage.used_bytes + 6 * MIB);
	for (unsigned i = 0; i < 40; i++) {
		commit_rows(f, i * 100, 100, 3000);
		assert_int_equal(f->kv->ops->tend(f->kv), ERR_OK);
		assert_true(file_bytes(f) == usage.file_bytes || file_bytes(f) > usage.file_bytes);
	}
	f->kv->ops->close(&f->kv);
	open_store(f);
	assert_int_equal(count_rows(f), 4000);
}

static void growth_ends_at_the_map(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(try_open(f, 3 * MIB, 64 * MIB), ERR_OK);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(f->kv->ops->tend(f->kv), ERR_OK);
	assert_true(file_bytes(f) <= 3 * MIB);
}

static void used_bytes_fall_when_rows_go(void **state)
{
	struct fixture *f = *state;
	struct kv_usage full;
	struct kv_usage empty;
	struct kv_txn *txn;

	open_store(f);
	commit_rows(f, 0, 1000, 1000);
	assert_int_equal(f->kv->ops->usage(f->kv, &full), ERR_OK);
	assert_true(full.used_bytes > MIB);
	assert_int_equal(full.map_bytes, 64 * MIB);
	assert_true(full.disk_free_bytes > 0);
	txn = begin(f, KV_WRITE);
	assert_int_equal(f->kv->ops->empty(txn, STATE), ERR_OK);
	assert_int_equal(kv_commit(&txn), ERR_OK);
	/* the count of free pages may be some commits old */
	for (unsigned i = 0; i < 64; i++)
		commit_rows(f, 0, 1, 1);
	assert_int_equal(f->kv->ops->usage(f->kv, &empty), ERR_OK);
	assert_true(empty.used_bytes < full.used_bytes / 4);
	assert_true(empty.file_bytes >= full.file_bytes);
}

static enum err copy_now(struct fixture *f, const char *path, const atomic_bool *is_cancelled)
{
	struct kv_txn *txn = begin(f, KV_READ);
	enum err e = f->kv->ops->copy(txn, path, is_cancelled);

	kv_abort(&txn);
	return e;
}

static void a_copy_holds_all_rows_and_less_air(void **state)
{
	struct fixture *f = *state;
	struct fixture copied;
	struct kv_txn *txn;
	char path[FOLDER_MAX];

	open_store(f);
	commit_rows(f, 0, 1000, 1000);
	txn = begin(f, KV_WRITE);
	assert_int_equal(f->kv->ops->empty(txn, STATE), ERR_OK);
	assert_int_equal(put_rows(txn, 0, 10, 1000), ERR_OK);
	assert_int_equal(kv_commit(&txn), ERR_OK);
	folder_make(copied.folder);
	(void)folder_file(copied.folder, "data.mdb", copied.file);
	assert_int_equal(copy_now(f, copied.file, NULL), ERR_OK);
	assert_true(file_bytes(&copied) < file_bytes(f) / 4);
	assert_int_not_equal(access(folder_file(copied.folder, "data.mdb.new", path), F_OK), 0);
	open_store(&copied);
	assert_int_equal(count_rows(&copied), 10);
	copied.kv->ops->close(&copied.kv);
	folder_remove(copied.folder);
	/* the source lives on */
	commit_rows(f, 10, 1, 1);
}

static void an_empty_store_can_be_copied(void **state)
{
	struct fixture *f = *state;
	char path[FOLDER_MAX];

	open_store(f);
	assert_int_equal(copy_now(f, folder_file(f->folder, "copy", path), NULL), ERR_OK);
	f->kv->ops->close(&f->kv);
	assert_int_equal(rename(path, f->file), 0);
	open_store(f);
	assert_int_equal(count_rows(f), 0);
}

static void a_copy_to_nowhere_is_refused_and_harms_nothing(void **state)
{
	struct fixture *f = *state;

	open_store(f);
	assert_int_equal(copy_now(f, "/nowhere/at/all", NULL), ERR_INVALID);
	commit_rows(f, 0, 1, 1);
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
	struct fixture *f = *state;
	struct fixture copied;
	struct copying c = { .path = copied.file };
	pthread_t thread;

	open_store(f);
	for (unsigned i = 0; i < 20; i++)
		commit_rows(f, i * 1000, 1000, 500);
	folder_make(copied.folder);
	(void)folder_file(copied.folder, "data.mdb", copied.file);
	c.snapshot = begin(f, KV_READ);
	commit_rows(f, 20000, 1, 1); /* after the cut, before the copy begins */
	assert_int_equal(pthread_create(&thread, NULL, copy_thread, &c), 0);
	for (unsigned i = 0; i < 50; i++)
		commit_rows(f, 20001 + i, 1, 1000);
	assert_int_equal(pthread_join(thread, NULL), 0);
	kv_abort(&c.snapshot);
	assert_int_equal(c.result, ERR_OK);
	assert_int_equal(count_rows(f), 20051);
	open_store(&copied);
	assert_int_equal(count_rows(&copied), 20000);
	copied.kv->ops->close(&copied.kv);
	folder_remove(copied.folder);
}

static void a_copy_touches_nothing_that_is_there(void **state)
{
	struct fixture *f = *state;
	char path[FOLDER_MAX];
	char draft[FOLDER_MAX];
	char other[FOLDER_MAX];

	open_store(f);
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
	commit_rows(f, 0, 1, 1);
}

static void a_cancelled_copy_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	const atomic_bool is_cancelled = true;
	char path[FOLDER_MAX];

	open_store(f);
	commit_rows(f, 0, 10, 10);
	assert_int_equal(copy_now(f, folder_file(f->folder, "copy", path), &is_cancelled),
		ERR_UNAVAILABLE);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_not_equal(access(folder_file(f->folder, "copy.new", path), F_OK), 0);
}

/* In a process of its own: limits and a broken file stay there. */
static int run_child(struct fixture *f, int (*body)(struct fixture *f))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(body(f));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Fills up to the limit of the process on file sizes, which stands for a full disk. */
static int fill_to_limit(struct fixture *f)
{
	const struct rlimit limit = { 2 * MIB, 2 * MIB };
	struct kv_txn *txn;
	unsigned batch = 0;
	enum err e = ERR_OK;

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || try_open(f, 64 * MIB, MIB) != ERR_OK)
		return 1;
	while (e == ERR_OK && batch < 1000) {
		if (f->kv->ops->tend(f->kv) != ERR_OK || kv_begin(f->kv, KV_WRITE, &txn) != ERR_OK)
			return 2;
		if (put_rows(txn, batch * 10, 10, 3000) != ERR_OK)
			return 3;
		e = kv_commit(&txn);
		batch += e == ERR_OK;
	}
	if (e != ERR_READONLY || batch < 10)
		return 4;
	/* reading goes on, and a small change still fits into what deleting frees */
	if (count_rows(f) != batch * 10)
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
	struct fixture *f = *state;

	assert_int_equal(run_child(f, fill_to_limit), 0);
	open_store(f);
	assert_true(count_rows(f) >= 96);
	commit_rows(f, 5000, 100, 3000);
}

/* Each body makes a mistake that is ours, and must not come back. */
static bool aborts(struct fixture *f, void (*body)(struct fixture *f))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		(void)signal(SIGABRT, SIG_DFL);
		if (try_open(f, 64 * MIB, 0) == ERR_OK)
			body(f);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void append_backwards(struct fixture *f)
{
	struct kv_txn *txn = begin(f, KV_WRITE);

	(void)kv_append(txn, LOG, (struct str)STR("b"), (struct str)STR(""));
	(void)kv_append(txn, LOG, (struct str)STR("a"), (struct str)STR(""));
}

static void open_two_writers(struct fixture *f)
{
	(void)begin(f, KV_WRITE);
	(void)begin(f, KV_WRITE);
}

static void tend_during_a_write(struct fixture *f)
{
	(void)begin(f, KV_WRITE);
	(void)f->kv->ops->tend(f->kv);
}

static void put_a_key_too_long(struct fixture *f)
{
	static const char key[KV_KEY_MAX + 1];
	struct kv_txn *txn = begin(f, KV_WRITE);

	(void)kv_put(txn, LOG, str_bytes(key, sizeof key), (struct str)STR(""));
}

static void end_with_an_open_cursor(struct fixture *f)
{
	struct kv_txn *txn = begin(f, KV_READ);
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

static int open_with_small_address_space(struct fixture *f)
{
	const struct rlimit limit = { UINT64_C(1) << 30, UINT64_C(1) << 30 };

	if (setrlimit(RLIMIT_AS, &limit) != 0)
		return 1;
	return try_open(f, UINT64_C(1) << 36, 0) == ERR_INVALID ? 0 : 2;
}

static void a_map_larger_than_the_address_space_is_refused(void **state)
{
#ifdef __SANITIZE_ADDRESS__
	(void)state;
	(void)open_with_small_address_space;
	print_message("left out: the sanitizer needs more address space than the test allows\n");
	skip();
#else
	assert_int_equal(run_child(*state, open_with_small_address_space), 0);
#endif
}

static void many_readers_are_let_go(void **state)
{
	struct fixture *f = *state;

	open_store(f);
	for (unsigned i = 0; i < 2000; i++) {
		struct kv_txn *txn = begin(f, KV_READ);

		assert_int_equal(f->kv->ops->renew(txn), ERR_OK);
		kv_abort(&txn);
	}
	assert_int_equal(f->kv->ops->tend(f->kv), ERR_OK);
}

static void read_once(struct fixture *f, unsigned renew_every, uint64_t *ret_bytes)
{
	struct kv_txn *reader;

	open_store(f);
	commit_rows(f, 0, 100, 1000);
	reader = begin(f, KV_READ);
	for (unsigned i = 0; i < 400; i++) {
		commit_rows(f, i % 100, 1, 1000);
		if (i % renew_every == 0)
			assert_int_equal(f->kv->ops->renew(reader), ERR_OK);
	}
	kv_abort(&reader);
	*ret_bytes = file_bytes(f);
	f->kv->ops->close(&f->kv);
	folder_clear(f->folder);
}

static void a_reader_that_renews_keeps_the_file_small(void **state)
{
	struct fixture *f = *state;
	uint64_t held;
	uint64_t renewed;

	read_once(f, 1000, &held);
	read_once(f, 20, &renewed);
	assert_true(renewed * 3 < held);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

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
		TEST(a_full_map_refuses_the_change_and_goes_on),
		TEST(rows_deleted_before_the_map_is_full_make_room),
		TEST(growth_stays_ahead_and_never_touches_a_row),
		TEST(growth_ends_at_the_map),
		TEST(used_bytes_fall_when_rows_go),
		TEST(a_copy_holds_all_rows_and_less_air),
		TEST(an_empty_store_can_be_copied),
		TEST(a_copy_to_nowhere_is_refused_and_harms_nothing),
		TEST(a_copy_is_the_snapshot_whatever_is_written_meanwhile),
		TEST(a_copy_touches_nothing_that_is_there),
		TEST(a_cancelled_copy_leaves_nothing),
		TEST(a_full_disk_keeps_reading),
		TEST(a_map_larger_than_the_address_space_is_refused),
		TEST(mistakes_of_ours_assert),
		TEST(many_readers_are_let_go),
		TEST(a_reader_that_renews_keeps_the_file_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
