#include "store/kv_lmdb.h"

#include "base/crash_point.h"

#include <assert.h>
#include <stdlib.h>

struct lmdb_txn {
	struct kv_txn txn;
	MDB_txn *handle;
	unsigned cursors; /* open ones */
	enum err failed;  /* the first error of a change: the transaction can only be aborted */
	MDB_cursor
		*at[KV_TABLES_MAX]; /* of a writer: where the last put went; LMDB frees it at the end */
};

enum place { PLACE_NONE, PLACE_AT, PLACE_END };

struct lmdb_cursor {
	struct kv_cursor cursor;
	MDB_cursor *handle;
	enum place place;
};

/* The vtable speaks of the parts that every implementation starts with. */
static struct kv_lmdb *self_of(struct kv *kv)
{
	return (struct kv_lmdb *)kv;
}

static struct lmdb_txn *txn_of(struct kv_txn *txn)
{
	return (struct lmdb_txn *)txn;
}

MDB_txn *kv_lmdb_handle(struct kv_txn *txn)
{
	return txn_of(txn)->handle;
}

static struct lmdb_cursor *cursor_of(struct kv_cursor *cursor)
{
	return (struct lmdb_cursor *)cursor;
}

static MDB_dbi table_of(const struct kv_txn *txn, unsigned table)
{
	const struct kv_lmdb *self = self_of(txn->kv);

	assert(table < self->table_count);
	return self->tables[table];
}

static MDB_val val_of(struct str s)
{
	/* LMDB's type has no const; it only reads what put and get are given. */
	return (MDB_val) { s.len, (void *)(uintptr_t)s.ptr };
}

static MDB_val key_of(struct str key)
{
	assert(key.len >= 1 && key.len <= KV_KEY_MAX);
	return val_of(key);
}

static struct str str_of_val(MDB_val v)
{
	return str_bytes(v.mv_data, v.mv_size);
}

static enum err lmdb_begin(struct kv *kv, enum kv_mode mode, struct kv_txn **ret)
{
	struct kv_lmdb *self = self_of(kv);
	struct lmdb_txn *txn;
	MDB_txn *handle;
	int code;

	if (self->is_dead)
		return ERR_IO;
	assert(mode == KV_READ || !self->has_writer);
	code = mdb_txn_begin(self->env, NULL, mode == KV_READ ? MDB_RDONLY : 0, &handle);
	if (code != 0)
		return kv_lmdb_error(self, code);
	txn = calloc(1, sizeof *txn);
	if (txn == NULL)
		abort();
	txn->txn = (struct kv_txn) { kv, mode };
	txn->handle = handle;
	if (mode == KV_WRITE)
		self->has_writer = true;
	*ret = &txn->txn;
	return ERR_OK;
}

static void txn_end(struct kv_txn **txn)
{
	assert(txn_of(*txn)->cursors == 0);
	if ((*txn)->mode == KV_WRITE)
		self_of((*txn)->kv)->has_writer = false;
	free(txn_of(*txn));
	*txn = NULL;
}

static void lmdb_abort(struct kv_txn **txn)
{
	mdb_txn_abort(txn_of(*txn)->handle);
	txn_end(txn);
}

static enum err lmdb_commit(struct kv_txn **txn)
{
	struct kv_lmdb *self = self_of((*txn)->kv);
	enum err e = txn_of(*txn)->failed;
	int code;

	assert(txn_of(*txn)->cursors == 0);
	if ((*txn)->mode == KV_READ || e != ERR_OK) {
		lmdb_abort(txn);
		return e;
	}
	crash_point("kv_before_commit");
	code = mdb_txn_commit(txn_of(*txn)->handle);
	txn_end(txn);
	if (code != 0)
		return kv_lmdb_error(self, code);
	self->commits++;
	self->is_full = false;
	crash_point("kv_after_commit");
	return ERR_OK;
}

static enum err lmdb_get(struct kv_txn *txn, unsigned table, struct str key, struct str *ret)
{
	MDB_dbi handle = table_of(txn, table);
	MDB_cursor *at = txn_of(txn)->at[table];
	MDB_val k = key_of(key);
	MDB_val v;
	int code = at != NULL ? mdb_cursor_get(at, &k, &v, MDB_SET)
						  : mdb_get(txn_of(txn)->handle, handle, &k, &v);

	if (code != 0)
		return kv_lmdb_error(self_of(txn->kv), code);
	*ret = str_of_val(v);
	return ERR_OK;
}

/* The result of a change. After a failed one LMDB refuses the transaction (MDB_BAD_TXN), so the
 * first error stays the answer until the abort. */
static enum err change_result(struct kv_txn *txn, int code)
{
	enum err e;

	if (code == 0)
		return ERR_OK;
	e = kv_lmdb_error(self_of(txn->kv), code);
	if (e != ERR_NOT_FOUND)
		txn_of(txn)->failed = e;
	return e;
}

/* Keys of one batch lie close together: a cursor that stands where the last put went finds the next place
 * without a search from the root. It is used for puts and gets alone; whatever else changes the table closes
 * it first. */
static enum err lmdb_put(struct kv_txn *txn, unsigned table, struct str key, struct str value)
{
	MDB_dbi handle = table_of(txn, table);
	MDB_cursor **at = &txn_of(txn)->at[table];
	MDB_val k = key_of(key);
	MDB_val v = val_of(value);
	int code = 0;

	assert(txn->mode == KV_WRITE);
	if (txn_of(txn)->failed != ERR_OK)
		return txn_of(txn)->failed;
	if (*at == NULL)
		code = mdb_cursor_open(txn_of(txn)->handle, handle, at);
	return change_result(txn, code == 0 ? mdb_cursor_put(*at, &k, &v, 0) : code);
}

static void leave(struct kv_txn *txn, unsigned table)
{
	MDB_cursor **at = &txn_of(txn)->at[table];

	if (*at != NULL)
		mdb_cursor_close(*at);
	*at = NULL;
}

static enum err lmdb_append(struct kv_txn *txn, unsigned table, struct str key, struct str value)
{
	MDB_dbi handle = table_of(txn, table);
	MDB_val k = key_of(key);
	MDB_val v = val_of(value);

	assert(txn->mode == KV_WRITE);
	if (txn_of(txn)->failed != ERR_OK)
		return txn_of(txn)->failed;
	leave(txn, table);
	/* MDB_APPEND refuses a key that is not the greatest, with MDB_KEYEXIST, which asserts. */
	return change_result(txn, mdb_put(txn_of(txn)->handle, handle, &k, &v, MDB_APPEND));
}

static enum err lmdb_del(struct kv_txn *txn, unsigned table, struct str key)
{
	MDB_dbi handle = table_of(txn, table);
	MDB_val k = key_of(key);

	assert(txn->mode == KV_WRITE);
	if (txn_of(txn)->failed != ERR_OK)
		return txn_of(txn)->failed;
	leave(txn, table);
	return change_result(txn, mdb_del(txn_of(txn)->handle, handle, &k, NULL));
}

static enum err lmdb_empty(struct kv_txn *txn, unsigned table)
{
	MDB_dbi handle = table_of(txn, table);

	assert(txn->mode == KV_WRITE);
	if (txn_of(txn)->failed != ERR_OK)
		return txn_of(txn)->failed;
	leave(txn, table);
	return change_result(txn, mdb_drop(txn_of(txn)->handle, handle, 0));
}

static enum err lmdb_count(struct kv_txn *txn, unsigned table, uint64_t *ret)
{
	MDB_stat stat;
	int code = mdb_stat(txn_of(txn)->handle, table_of(txn, table), &stat);

	if (code != 0)
		return kv_lmdb_error(self_of(txn->kv), code);
	*ret = stat.ms_entries;
	return ERR_OK;
}

static enum err lmdb_cursor_open(struct kv_txn *txn, unsigned table, struct kv_cursor **ret)
{
	struct lmdb_cursor *cursor;
	MDB_cursor *handle;
	int code;

	if (txn_of(txn)->failed != ERR_OK)
		return txn_of(txn)->failed;
	code = mdb_cursor_open(txn_of(txn)->handle, table_of(txn, table), &handle);
	if (code != 0)
		return kv_lmdb_error(self_of(txn->kv), code);
	cursor = malloc(sizeof *cursor);
	if (cursor == NULL)
		abort();
	*cursor = (struct lmdb_cursor) { { txn }, handle, PLACE_NONE };
	txn_of(txn)->cursors++;
	*ret = &cursor->cursor;
	return ERR_OK;
}

static void lmdb_cursor_close(struct kv_cursor **cursor)
{
	mdb_cursor_close(cursor_of(*cursor)->handle);
	txn_of((*cursor)->txn)->cursors--;
	free(cursor_of(*cursor));
	*cursor = NULL;
}

static enum err cursor_move(struct kv_cursor *cursor, struct str key, MDB_cursor_op op,
	struct kv_row *ret)
{
	MDB_val k = val_of(key);
	MDB_val v;
	int code = mdb_cursor_get(cursor_of(cursor)->handle, &k, &v, op);

	cursor_of(cursor)->place = code == 0 ? PLACE_AT : PLACE_END;
	if (code != 0)
		return kv_lmdb_error(self_of(cursor->txn->kv), code);
	*ret = (struct kv_row) { str_of_val(k), str_of_val(v) };
	return ERR_OK;
}

static enum err lmdb_seek(struct kv_cursor *cursor, struct str key, struct kv_row *ret)
{
	assert(key.len <= KV_KEY_MAX);
	return cursor_move(cursor, key, key.len == 0 ? MDB_FIRST : MDB_SET_RANGE, ret);
}

static enum err lmdb_last(struct kv_cursor *cursor, struct kv_row *ret)
{
	return cursor_move(cursor, (struct str) { NULL, 0 }, MDB_LAST, ret);
}

/* One step from where the cursor stands. LMDB itself would start again at an end after it has
 * said MDB_NOTFOUND; here the end stays the end until the next seek. */
static enum err cursor_step(struct kv_cursor *cursor, MDB_cursor_op op, struct kv_row *ret)
{
	assert(cursor_of(cursor)->place != PLACE_NONE);
	if (cursor_of(cursor)->place == PLACE_END)
		return ERR_NOT_FOUND;
	return cursor_move(cursor, (struct str) { NULL, 0 }, op, ret);
}

static enum err lmdb_next(struct kv_cursor *cursor, struct kv_row *ret)
{
	return cursor_step(cursor, MDB_NEXT, ret);
}

static enum err lmdb_prev(struct kv_cursor *cursor, struct kv_row *ret)
{
	return cursor_step(cursor, MDB_PREV, ret);
}

static enum err lmdb_renew(struct kv_txn *txn)
{
	int code;

	assert(txn->mode == KV_READ);
	assert(txn_of(txn)->cursors == 0);
	mdb_txn_reset(txn_of(txn)->handle);
	code = mdb_txn_renew(txn_of(txn)->handle);
	return code == 0 ? ERR_OK : kv_lmdb_error(self_of(txn->kv), code);
}

const struct kv_ops kv_lmdb_ops = {
	.begin = lmdb_begin,
	.commit = lmdb_commit,
	.abort = lmdb_abort,
	.get = lmdb_get,
	.put = lmdb_put,
	.append = lmdb_append,
	.del = lmdb_del,
	.empty = lmdb_empty,
	.count = lmdb_count,
	.cursor_open = lmdb_cursor_open,
	.cursor_close = lmdb_cursor_close,
	.seek = lmdb_seek,
	.next = lmdb_next,
	.prev = lmdb_prev,
	.last = lmdb_last,
	.renew = lmdb_renew,
	.usage = kv_lmdb_usage,
	.tend = kv_lmdb_tend,
	.copy = kv_lmdb_copy,
	.close = kv_lmdb_close,
};
