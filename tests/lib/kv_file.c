#include "lib/kv_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

static const char *const table_names[TABLES] = { "log", "state" };

int kv_file_begin(void **state)
{
	static struct kv_file f;

	folder_make(f.folder);
	(void)folder_file(f.folder, "data.mdb", f.file);
	f.kv = NULL;
	*state = &f;
	return 0;
}

int kv_file_end(void **state)
{
	struct kv_file *f = *state;

	if (f->kv != NULL)
		f->kv->ops->close(&f->kv);
	folder_remove(f->folder);
	return 0;
}

enum err kv_file_try_open(struct kv_file *f, uint64_t map_bytes, uint64_t grow_bytes)
{
	const struct kv_lmdb_options options = { f->folder, map_bytes, grow_bytes };

	return kv_lmdb_open(&options, table_names, TABLES, &f->kv);
}

void kv_file_open(struct kv_file *f)
{
	assert_int_equal(kv_file_try_open(f, 64 * MIB, 0), ERR_OK);
}

uint64_t kv_file_bytes(const struct kv_file *f)
{
	struct stat st;

	assert_int_equal(stat(f->file, &st), 0);
	return (uint64_t)st.st_size;
}

struct kv_txn *kv_file_txn(struct kv_file *f, enum kv_mode mode)
{
	struct kv_txn *txn;

	assert_int_equal(kv_begin(f->kv, mode, &txn), ERR_OK);
	return txn;
}

enum err kv_file_put_rows(struct kv_txn *txn, unsigned first, unsigned count, size_t bytes)
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

void kv_file_commit_rows(struct kv_file *f, unsigned first, unsigned count, size_t bytes)
{
	struct kv_txn *txn = kv_file_txn(f, KV_WRITE);

	assert_int_equal(kv_file_put_rows(txn, first, count, bytes), ERR_OK);
	assert_int_equal(kv_commit(&txn), ERR_OK);
}

uint64_t kv_file_count_rows(struct kv_file *f)
{
	struct kv_txn *txn = kv_file_txn(f, KV_READ);
	uint64_t count;

	assert_int_equal(f->kv->ops->count(txn, STATE, &count), ERR_OK);
	kv_abort(&txn);
	return count;
}
