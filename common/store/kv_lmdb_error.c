#include "store/kv_lmdb.h"

#include "base/log_line.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

/* Under this much free space a short write is taken for a full disk. LMDB writes at most 64 pages
 * at a time, and a short write has just used up what was left. */
#define DISK_FULL_BYTES (UINT64_C(1) << 20)

uint64_t kv_lmdb_disk_free(const struct kv_lmdb *self)
{
	struct statvfs fs;

	if (fstatvfs(self->folder_fd, &fs) != 0)
		return 0;
	return (uint64_t)fs.f_bavail * fs.f_frsize;
}

uint64_t kv_lmdb_file_bytes(const struct kv_lmdb *self)
{
	struct stat st;
	int fd;

	if (mdb_env_get_fd(self->env, &fd) != 0 || fstat(fd, &st) != 0)
		return 0;
	return (uint64_t)st.st_size;
}

/* A limit on the size of files (systemd's LimitFSIZE) is a disk of its own that can be full. */
static bool is_disk_full(const struct kv_lmdb *self)
{
	struct rlimit limit;

	if (kv_lmdb_disk_free(self) < DISK_FULL_BYTES)
		return true;
	if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
		return false;
	return kv_lmdb_file_bytes(self) + DISK_FULL_BYTES > limit.rlim_cur;
}

/* After a failed write of the meta page LMDB answers everything with MDB_PANIC. Nothing else
 * tells that failure from one before it, so a reader is tried. */
static bool is_panicked(const struct kv_lmdb *self)
{
	MDB_txn *probe;
	int code = mdb_txn_begin(self->env, NULL, MDB_RDONLY, &probe);

	if (code == 0)
		mdb_txn_abort(probe);
	return code == MDB_PANIC;
}

/* LMDB gives EIO for a short write, the usual sign of a full disk, and ENOSPC only when not even
 * the first byte went in. */
static bool is_full(const struct kv_lmdb *self, int code)
{
	switch (code) {
	case MDB_MAP_FULL:
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return true;
	case EIO:
		return is_disk_full(self);
	}
	return false;
}

/* Codes that only a mistake of ours can produce. */
static bool is_our_mistake(int code)
{
	switch (code) {
	case MDB_KEYEXIST: /* an append that is not greater */
	case MDB_BAD_TXN:
	case MDB_BAD_DBI:
	case MDB_BAD_VALSIZE:
	case MDB_BAD_RSLOT:
	case MDB_TXN_FULL:     /* 512 MiB in one transaction: batches are bounded */
	case MDB_READERS_FULL: /* 512 readers in one process: somebody loses them */
	case EINVAL:
		return true;
	}
	return false;
}

enum err kv_lmdb_error(struct kv_lmdb *self, int code)
{
	assert(code != 0 && !is_our_mistake(code));
	if (code == MDB_NOTFOUND)
		return ERR_NOT_FOUND;
	if (code == ENOMEM)
		abort();
	if (!self->is_dead && !is_panicked(self) && is_full(self, code)) {
		if (!self->is_full)
			log_line(LOG_ERROR, "store_full", "cause", mdb_strerror(code), NULL);
		self->is_full = true;
		return ERR_READONLY;
	}
	/* A failed flush leaves pages that the kernel may have forgotten: flushing again proves
	 * nothing. The next start reads what the disk really has. */
	if (!self->is_dead)
		log_line(LOG_ERROR, "store_failed", "cause", mdb_strerror(code), NULL);
	self->is_dead = true;
	return ERR_IO;
}
