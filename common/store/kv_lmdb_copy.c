/* A snapshot as a new file. Only LMDB calls that belong to the snapshot's transaction alone are made here, and
 * nothing of struct kv_lmdb is changed: the thread that writes goes on meanwhile. */
#include "store/kv_lmdb.h"

#include "base/log_line.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* So much is in memory at most, and flushed at once: the flushes of the service wait for no longer one. */
#define STEP_BYTES (UINT64_C(4) << 20)

struct copy {
	MDB_txn *from;
	MDB_env *env;
	MDB_txn *to; /* NULL: between two steps */
	uint64_t step_bytes;
	const atomic_bool *is_cancelled;
	bool was_cancelled;
};

/* The target's trouble is not the store's: the environment lives on. */
static enum err copy_error(const char *path, int code)
{
	log_line(LOG_ERROR, "store_not_copied", "file", path, "cause", mdb_strerror(code), NULL);
	switch (code) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
	case MDB_MAP_FULL:
		return ERR_READONLY;
	}
	return ERR_IO;
}

static int step_end(struct copy *copy)
{
	int code = 0;

	if (copy->to != NULL)
		code = mdb_txn_commit(copy->to);
	copy->to = NULL;
	copy->step_bytes = 0;
	return code;
}

/* MDB_APPEND fills the pages, and rows come in order: the copy has no air. */
static int copy_row(struct copy *copy, MDB_dbi table, MDB_val *key, MDB_val *value)
{
	int code = 0;

	if (copy->step_bytes >= STEP_BYTES)
		code = step_end(copy);
	if (code == 0 && copy->to == NULL)
		code = mdb_txn_begin(copy->env, NULL, 0, &copy->to);
	if (code == 0)
		code = mdb_put(copy->to, table, key, value, MDB_APPEND);
	copy->step_bytes += key->mv_size + value->mv_size;
	copy->was_cancelled = copy->is_cancelled != NULL && atomic_load(copy->is_cancelled);
	return code == 0 && copy->was_cancelled ? ECANCELED : code;
}

static int copy_table(struct copy *copy, MDB_dbi from, const char *name)
{
	MDB_cursor *cursor;
	MDB_val key;
	MDB_val value;
	MDB_dbi table;
	int code = step_end(copy);

	/* A handle is good for later transactions once its own was committed. */
	if (code == 0)
		code = mdb_txn_begin(copy->env, NULL, 0, &copy->to);
	if (code == 0)
		code = mdb_dbi_open(copy->to, name, MDB_CREATE, &table);
	if (code == 0)
		code = step_end(copy);
	if (code == 0)
		code = mdb_cursor_open(copy->from, from, &cursor);
	if (code != 0)
		return code;
	while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0)
		if ((code = copy_row(copy, table, &key, &value)) != 0)
			break;
	mdb_cursor_close(cursor);
	return code == MDB_NOTFOUND ? 0 : code;
}

static int copy_tables(struct copy *copy, const struct kv_lmdb *self, const char *draft)
{
	int code = mdb_env_create(&copy->env);

	if (code == 0)
		code = mdb_env_set_maxdbs(copy->env, KV_TABLES_MAX);
	if (code == 0)
		code = mdb_env_set_mapsize(copy->env, self->map_bytes);
	/* The draft is nobody else's, so there is nobody to lock out. */
	if (code == 0)
		code = mdb_env_open(copy->env, draft, MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOTLS, 0600);
	for (unsigned i = 0; code == 0 && i < self->table_count; i++)
		code = copy_table(copy, self->tables[i], self->names[i]);
	if (code == 0)
		code = step_end(copy);
	if (copy->to != NULL)
		mdb_txn_abort(copy->to);
	mdb_env_close(copy->env);
	return code;
}

static enum err sync_folder_of(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int n = slash == NULL ? 1 : (int)(slash - path) + 1;
	enum err e = ERR_OK;
	int fd;

	(void)snprintf(folder, sizeof folder, "%.*s", n, slash == NULL ? "." : path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	if (fsync(fd) != 0)
		e = ERR_IO;
	(void)close(fd);
	return e;
}

enum err kv_lmdb_copy(struct kv_txn *txn, const char *path, const atomic_bool *is_cancelled)
{
	struct copy copy = { .from = kv_lmdb_handle(txn), .is_cancelled = is_cancelled };
	char draft[PATH_MAX];
	struct stat st;
	int code;
	int fd;

	if (snprintf(draft, sizeof draft, "%s.new", path) >= (int)sizeof draft || lstat(path, &st) == 0)
		return ERR_INVALID;
	/* Nothing that is there already is written to, not even through a link. */
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == ENOSPC || errno == EDQUOT ? ERR_READONLY : ERR_INVALID;
	code = copy_tables(&copy, (const struct kv_lmdb *)txn->kv, draft);
	/* LMDB writes the first two pages of a file without a flush. */
	if (code == 0 && fsync(fd) != 0)
		code = errno;
	if (close(fd) != 0 && code == 0)
		code = errno;
	if (code == 0 && renameat2(AT_FDCWD, draft, AT_FDCWD, path, RENAME_NOREPLACE) != 0)
		code = errno;
	if (code == 0)
		return sync_folder_of(path);
	(void)unlink(draft);
	if (copy.was_cancelled)
		return ERR_UNAVAILABLE;
	return code == EEXIST ? ERR_INVALID : copy_error(path, code);
}
