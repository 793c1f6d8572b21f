#include "store/kv_lmdb.h"

#include "base/log_line.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define DATA_FILE "data.mdb"
#define OWNER_FILE "owner.lock"
#define DRAFT_FOLDER "new"

/* The head of LMDB's two meta pages, as far as the start check reads it: pages 0 and 1, each a
 * page header of 16 bytes and then this. */
struct meta {
	uint32_t magic;
	uint32_t version;
	uint64_t address;
	uint64_t map_bytes;
	struct {
		uint32_t page_bytes; /* in the first of the two */
		uint16_t flags;
		uint16_t depth;
		uint64_t numbers[5];
	} tables[2];
	uint64_t last_page;
	uint64_t txn;
};

enum { META_OFFSET = 16, META_MAGIC = (int)0xBEEFC0DEu, META_VERSION = 1 };

static enum err system_error(struct kv_lmdb *self, const char *what)
{
	int code = errno;

	log_line(LOG_ERROR, "store_not_opened", "step", what, "cause", strerror(code), NULL);
	self->is_dead = true;
	return code == ENOSPC || code == EDQUOT || code == EROFS ? ERR_READONLY : ERR_IO;
}

static enum err corrupt(const char *why)
{
	log_line(LOG_ERROR, "store_damaged", "cause", why, NULL);
	return ERR_CORRUPT;
}

/* The lock is on a file of our own: opening and closing LMDB's files behind its back would drop
 * the locks that it holds on them. flock also refuses a second open within this process. */
static enum err folder_take(struct kv_lmdb *self, const char *folder)
{
	self->folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (self->folder_fd < 0)
		return ERR_INVALID;
	self->owner_fd = openat(self->folder_fd, OWNER_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (self->owner_fd < 0)
		return system_error(self, "lock");
	if (flock(self->owner_fd, LOCK_EX | LOCK_NB) == 0)
		return ERR_OK;
	return errno == EWOULDBLOCK ? ERR_STATE : system_error(self, "lock");
}

static bool meta_is_sound(const struct meta *m)
{
	return m->magic == (uint32_t)META_MAGIC && m->version == META_VERSION;
}

/* How long the newest meta page says the file is; LMDB would find out by SIGBUS. */
static enum err read_length(int fd, uint64_t *ret_bytes)
{
	struct meta first;
	struct meta second;
	uint64_t last;
	off_t page;

	if (pread(fd, &first, sizeof first, META_OFFSET) != (ssize_t)sizeof first ||
		!meta_is_sound(&first))
		return corrupt("no meta page");
	page = first.tables[0].page_bytes;
	if (page < 512 || page > 65536 || (page & (page - 1)) != 0)
		return corrupt("no page size");
	if (pread(fd, &second, sizeof second, page + META_OFFSET) != (ssize_t)sizeof second ||
		!meta_is_sound(&second))
		return corrupt("no second meta page");
	last = first.txn > second.txn ? first.last_page : second.last_page;
	if (last > (uint64_t)INT64_MAX / 65536 - 1)
		return corrupt("impossible length");
	*ret_bytes = (last + 1) * (uint64_t)page;
	return ERR_OK;
}

/* The pages that a short file lacks, and which of them the free list names. */
struct missing {
	uint64_t first;
	uint64_t count;
	uint64_t free;
};

static void missing_count(void *context, uint64_t page)
{
	struct missing *missing = context;

	if (page >= missing->first && page - missing->first < missing->count)
		missing->free++;
}

/* Before the map: lengthens a file that is shorter than its meta page says, and notes by how much. */
static enum err data_check(struct kv_lmdb *self, uint64_t *ret_was, uint64_t *ret_is)
{
	int fd = openat(self->folder_fd, DATA_FILE, O_RDWR | O_CLOEXEC);
	struct stat st;
	enum err e;

	if (fd < 0)
		return system_error(self, "look");
	e = fstat(fd, &st) == 0 ? read_length(fd, ret_is) : system_error(self, "look");
	if (e == ERR_OK) {
		*ret_was = (uint64_t)st.st_size;
		if (*ret_was < *ret_is && ftruncate(fd, (off_t)*ret_is) != 0)
			e = system_error(self, "lengthen");
	}
	(void)close(fd);
	return e;
}

/* LMDB does not write pages that a transaction took at the end and gave up again, so a healthy file
 * may lack some: exactly those that the free list names. Anything else that is missing was cut
 * off. Then the file gets its old length back: it is evidence. */
static enum err missing_check(struct kv_lmdb *self, uint64_t was, uint64_t is)
{
	struct missing missing;
	uint64_t count;
	int code;
	int fd;

	if (was >= is)
		return ERR_OK;
	missing = (struct missing) { was / self->page_bytes,
		is / self->page_bytes - was / self->page_bytes, 0 };
	code = kv_lmdb_free_pages(self, missing_count, &missing, &count);
	if (code == 0 && missing.free == missing.count)
		return ERR_OK;
	(void)mdb_env_get_fd(self->env, &fd);
	if (ftruncate(fd, (off_t)was) != 0)
		return system_error(self, "shorten");
	return corrupt("file is shorter than its pages");
}

static enum err env_error(struct kv_lmdb *self, const char *what, int code)
{
	switch (code) {
	case MDB_CORRUPTED:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
	case MDB_PAGE_NOTFOUND:
		return corrupt(mdb_strerror(code));
	case MDB_MAP_FULL:
		return ERR_READONLY;
	case ENOMEM: /* the map is larger than RLIMIT_AS or the overcommit rule allow */
	case EINVAL:
		log_line(LOG_ERROR, "store_not_opened", "step", what, "cause", mdb_strerror(code), NULL);
		return ERR_INVALID;
	}
	errno = code;
	return system_error(self, what);
}

static enum err env_open(struct kv_lmdb *self, const char *folder,
	const struct kv_lmdb_options *options)
{
	MDB_stat stat;
	int code = mdb_env_create(&self->env);

	if (code == 0)
		code = mdb_env_set_maxdbs(self->env, KV_TABLES_MAX);
	if (code == 0)
		code = mdb_env_set_maxreaders(self->env, LMDB_READERS_MAX);
	if (code == 0)
		code = mdb_env_set_mapsize(self->env, options->map_bytes);
	if (code == 0)
		code = mdb_env_open(self->env, folder, MDB_NOTLS, 0600);
	if (code == 0)
		code = mdb_env_stat(self->env, &stat);
	if (code != 0)
		return env_error(self, "open", code);
	self->page_bytes = stat.ms_psize;
	return ERR_OK;
}

/* All tables in one transaction: a handle opened in one that aborts would be closed again. */
static enum err tables_open(struct kv_lmdb *self, const char *const *tables, unsigned count)
{
	MDB_txn *txn;
	int code = mdb_txn_begin(self->env, NULL, 0, &txn);

	if (code != 0)
		return env_error(self, "begin", code);
	for (unsigned i = 0; i < count; i++) {
		code = mdb_dbi_open(txn, tables[i], MDB_CREATE, &self->tables[i]);
		if (code != 0) {
			mdb_txn_abort(txn);
			return env_error(self, tables[i], code);
		}
	}
	self->table_count = count;
	code = mdb_txn_commit(txn);
	return code == 0 ? ERR_OK : env_error(self, "commit", code);
}

/* A new store is made beside its place and moved there when it is whole on disk: LMDB writes the
 * first meta pages without a flush, and a file cut off there would never open again. */
static enum err data_make(struct kv_lmdb *self, const struct kv_lmdb_options *options,
	const char *const *tables, unsigned count)
{
	char draft[PATH_MAX];
	enum err e;

	if (snprintf(draft, sizeof draft, "%s/" DRAFT_FOLDER, options->folder) >= (int)sizeof draft)
		return ERR_INVALID;
	(void)unlinkat(self->folder_fd, DRAFT_FOLDER "/" DATA_FILE, 0);
	(void)unlinkat(self->folder_fd, DRAFT_FOLDER "/lock.mdb", 0);
	if (mkdirat(self->folder_fd, DRAFT_FOLDER, 0700) != 0 && errno != EEXIST)
		return system_error(self, "make");
	e = env_open(self, draft, options);
	if (e == ERR_OK)
		e = tables_open(self, tables, count);
	mdb_env_close(self->env);
	self->env = NULL;
	if (e != ERR_OK)
		return e;
	if (renameat(self->folder_fd, DRAFT_FOLDER "/" DATA_FILE, self->folder_fd, DATA_FILE) != 0 ||
		fsync(self->folder_fd) != 0)
		return system_error(self, "move");
	(void)unlinkat(self->folder_fd, DRAFT_FOLDER "/lock.mdb", 0);
	(void)unlinkat(self->folder_fd, DRAFT_FOLDER, AT_REMOVEDIR);
	return ERR_OK;
}

static enum err open_steps(struct kv_lmdb *self, const struct kv_lmdb_options *options,
	const char *const *tables, unsigned count)
{
	uint64_t was = 0;
	uint64_t is = 0;
	int dead;
	enum err e = folder_take(self, options->folder);

	if (e == ERR_OK && faccessat(self->folder_fd, DATA_FILE, F_OK, 0) != 0)
		e = data_make(self, options, tables, count);
	if (e == ERR_OK)
		e = data_check(self, &was, &is);
	if (e == ERR_OK)
		e = env_open(self, options->folder, options);
	if (e == ERR_OK)
		e = missing_check(self, was, is);
	if (e == ERR_OK && mdb_reader_check(self->env, &dead) != 0)
		e = system_error(self, "readers");
	if (e == ERR_OK)
		e = tables_open(self, tables, count);
	/* The lock file may be new. */
	if (e == ERR_OK && fsync(self->folder_fd) != 0)
		e = system_error(self, "flush");
	return e;
}

enum err kv_lmdb_open(const struct kv_lmdb_options *options, const char *const *tables,
	unsigned count, struct kv **ret)
{
	struct kv_lmdb *self;
	struct kv *kv;
	enum err e;

	assert(count >= 1 && count <= KV_TABLES_MAX);
	if (options->folder == NULL || options->map_bytes < UINT64_C(1) << 20 ||
		options->map_bytes % 65536 != 0)
		return ERR_INVALID;
	self = calloc(1, sizeof *self);
	if (self == NULL)
		abort();
	self->kv.ops = &kv_lmdb_ops;
	self->folder_fd = -1;
	self->owner_fd = -1;
	self->map_bytes = options->map_bytes;
	self->grow_bytes = options->grow_bytes;
	for (unsigned i = 0; i < count; i++)
		if ((self->names[i] = strdup(tables[i])) == NULL)
			abort();
	kv = &self->kv;
	e = open_steps(self, options, tables, count);
	if (e != ERR_OK) {
		kv_lmdb_close(&kv);
		return e;
	}
	*ret = kv;
	return ERR_OK;
}

void kv_lmdb_close(struct kv **kv)
{
	struct kv_lmdb *self = (struct kv_lmdb *)*kv;

	if (self == NULL)
		return;
	assert(!self->has_writer);
	if (self->env != NULL)
		mdb_env_close(self->env);
	if (self->owner_fd >= 0)
		(void)close(self->owner_fd);
	if (self->folder_fd >= 0)
		(void)close(self->folder_fd);
	for (unsigned i = 0; i < KV_TABLES_MAX; i++)
		free(self->names[i]);
	free(self);
	*kv = NULL;
}
