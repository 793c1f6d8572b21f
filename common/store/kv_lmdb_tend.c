#include "store/kv_lmdb.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* One call of tend writes at most this much: a few milliseconds. */
#define GROW_STEP_BYTES (UINT64_C(1) << 20)
/* Growth stops while less than this would be left on the disk: the zeros are for speed, the space
 * is for records. */
#define GROW_LEAVES_BYTES (UINT64_C(64) << 20)

static uint64_t used_bytes(const struct kv_lmdb *self)
{
	MDB_envinfo info;

	(void)mdb_env_info(self->env, &info);
	return ((uint64_t)info.me_last_pgno + 1) * self->page_bytes;
}

int kv_lmdb_free_pages(struct kv_lmdb *self, free_page_fn *on_page, void *context,
	uint64_t *ret_count)
{
	MDB_cursor *cursor;
	MDB_txn *txn;
	MDB_val key;
	MDB_val value;
	uint64_t count = 0;
	int code = mdb_txn_begin(self->env, NULL, MDB_RDONLY, &txn);

	if (code != 0)
		return code;
	/* Table 0 is LMDB's own: a row per transaction, the value a count and that many pages. */
	code = mdb_cursor_open(txn, 0, &cursor);
	if (code != 0)
		goto done;
	while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		size_t pages;

		if (value.mv_size < sizeof pages) {
			code = MDB_CORRUPTED;
			break;
		}
		memcpy(&pages, value.mv_data, sizeof pages);
		if (pages > value.mv_size / sizeof pages - 1) {
			code = MDB_CORRUPTED;
			break;
		}
		count += pages;
		for (size_t i = 0; on_page != NULL && i < pages; i++) {
			size_t page;

			memcpy(&page, (const char *)value.mv_data + (i + 1) * sizeof page, sizeof page);
			on_page(context, page);
		}
	}
	mdb_cursor_close(cursor);
	if (code == MDB_NOTFOUND) {
		*ret_count = count;
		code = 0;
	}
done:
	mdb_txn_abort(txn);
	return code;
}

enum err kv_lmdb_usage(struct kv *kv, struct kv_usage *ret)
{
	struct kv_lmdb *self = (struct kv_lmdb *)kv;
	uint64_t used;
	int code;

	if (self->is_dead)
		return ERR_IO;
	/* The walk costs with the length of the free list, so it is not made for every question. */
	if (self->free_pages_at == 0 || self->commits + 1 - self->free_pages_at >= LMDB_USAGE_COMMITS) {
		code = kv_lmdb_free_pages(self, NULL, NULL, &self->free_pages);
		if (code != 0)
			return kv_lmdb_error(self, code);
		self->free_pages_at = self->commits + 1;
	}
	used = used_bytes(self);
	*ret = (struct kv_usage) {
		.used_bytes = used - self->free_pages * self->page_bytes,
		.map_bytes = self->map_bytes,
		.file_bytes = kv_lmdb_file_bytes(self),
		.disk_free_bytes = kv_lmdb_disk_free(self),
	};
	return ERR_OK;
}

static bool may_grow_to(const struct kv_lmdb *self, uint64_t bytes)
{
	struct rlimit limit;

	if (bytes > self->map_bytes)
		return false;
	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
		bytes > limit.rlim_cur)
		return false;
	return kv_lmdb_disk_free(self) >= GROW_LEAVES_BYTES + GROW_STEP_BYTES;
}

/* Writes zeros behind the end of the file, so that a commit overwrites blocks that exist and its
 * flush has no new extents to note. Only beyond the present size and only between transactions:
 * no page of LMDB can be there, and LMDB does not look at the size. */
static enum err grow(struct kv_lmdb *self)
{
	static const char zeros[64 * 1024];
	uint64_t file = kv_lmdb_file_bytes(self);
	uint64_t used = used_bytes(self);
	uint64_t end = file + GROW_STEP_BYTES;
	int fd;

	if (file < used + self->grow_bytes / 2)
		self->is_growing = true;
	if (file >= used + self->grow_bytes)
		self->is_growing = false;
	if (!self->is_growing || file == 0 || !may_grow_to(self, end))
		return ERR_OK;
	(void)mdb_env_get_fd(self->env, &fd);
	while (file < end) {
		ssize_t n = pwrite(fd, zeros, sizeof zeros, (off_t)file);

		if (n < 0 && errno == EINTR)
			continue;
		/* Out of space is no fault of the store: the next commit will say so if it is hurt. */
		if (n < 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
			return ERR_OK;
		if (n < 0)
			return kv_lmdb_error(self, errno);
		file += (uint64_t)n;
	}
	/* Here and not with the next commit, whose answer somebody waits for. */
	if (fdatasync(fd) != 0 && errno != ENOSPC && errno != EDQUOT)
		return kv_lmdb_error(self, errno);
	return ERR_OK;
}

enum err kv_lmdb_tend(struct kv *kv)
{
	struct kv_lmdb *self = (struct kv_lmdb *)kv;
	int dead;
	int code;

	if (self->is_dead)
		return ERR_IO;
	assert(!self->has_writer);
	/* A reader that was killed keeps its pages from being used again until it is cleared. */
	code = mdb_reader_check(self->env, &dead);
	if (code != 0)
		return kv_lmdb_error(self, code);
	return self->grow_bytes == 0 ? ERR_OK : grow(self);
}
