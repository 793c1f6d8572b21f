#include "store/kv_memory.h"

#include "base/crash_point.h"
#include "store/kv_memory_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The vtable speaks of the parts that every implementation starts with. */
static struct kv_memory *self_of(struct kv *kv)
{
	return (struct kv_memory *)kv;
}

static struct memory_txn *txn_of(struct kv_txn *txn)
{
	return (struct memory_txn *)txn;
}

static void *take(size_t n)
{
	void *p = calloc(1, n);

	if (p == NULL)
		abort();
	return p;
}

static uint64_t bytes_of(const struct kv_tree *tables, unsigned count)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < count; i++)
		bytes += tables[i].bytes;
	return bytes;
}

static void tables_share(struct kv_tree *to, const struct kv_tree *from, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		to[i] = kv_tree_share(&from[i]);
}

static void tables_release(struct kv_tree *tables, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		kv_tree_release(&tables[i]);
}

static enum err memory_begin(struct kv *kv, enum kv_mode mode, struct kv_txn **ret)
{
	struct kv_memory *self = self_of(kv);
	struct memory_txn *txn;

	if (self->is_dead)
		return ERR_IO;
	assert(mode == KV_READ || !self->has_writer);
	txn = take(sizeof *txn + self->table_count * sizeof txn->tables[0]);
	txn->txn = (struct kv_txn) { kv, mode };
	txn->next = self->open;
	self->open = txn;
	tables_share(txn->tables, self->tables, self->table_count);
	if (mode == KV_WRITE) {
		self->has_writer = true;
		txn->changes = take(self->table_count * sizeof txn->changes[0]);
		txn->bytes = bytes_of(txn->tables, self->table_count);
	}
	*ret = &txn->txn;
	return ERR_OK;
}

static void memory_abort(struct kv_txn **txn)
{
	struct memory_txn *ending = txn_of(*txn);
	struct kv_memory *self = self_of((*txn)->kv);
	struct memory_txn **link = &self->open;

	assert(ending->cursors == 0);
	while (*link != ending)
		link = &(*link)->next;
	*link = ending->next;
	if (ending->txn.mode == KV_WRITE)
		self->has_writer = false;
	tables_release(ending->tables, self->table_count);
	free(ending->changes);
	free(ending);
	*txn = NULL;
}

static void publish(struct kv_memory *self, struct memory_txn *txn)
{
	tables_release(self->tables, self->table_count);
	tables_share(self->tables, txn->tables, self->table_count);
	self->commits++;
	if (txn->bytes > self->high_bytes)
		self->high_bytes = txn->bytes;
}

static enum err memory_commit(struct kv_txn **txn)
{
	struct kv_memory *self = self_of((*txn)->kv);
	enum kv_memory_fault fault = self->fault;
	enum err e = txn_of(*txn)->failed;

	if (self->is_dead)
		e = ERR_IO;
	if ((*txn)->mode == KV_READ || e != ERR_OK) {
		memory_abort(txn);
		return e;
	}
	crash_point("kv_before_commit");
	/* The hook of the crash point may have switched the power off. */
	if (self->is_dead)
		fault = KV_FAULT_IO_LOST;
	self->fault = KV_FAULT_NONE;
	if (fault == KV_FAULT_NONE || fault == KV_FAULT_IO_APPLIED)
		publish(self, txn_of(*txn));
	memory_abort(txn);
	switch (fault) {
	case KV_FAULT_NONE:
		break;
	case KV_FAULT_FULL:
		return ERR_READONLY;
	case KV_FAULT_IO_LOST:
	case KV_FAULT_IO_APPLIED:
		self->is_dead = true;
		return ERR_IO;
	}
	crash_point("kv_after_commit");
	return self->is_dead ? ERR_IO : ERR_OK;
}

static struct kv_tree *table_of(struct kv_txn *txn, unsigned table)
{
	assert(table < self_of(txn->kv)->table_count);
	return &txn_of(txn)->tables[table];
}

static void key_check(struct str key)
{
	assert(key.len >= 1 && key.len <= KV_KEY_MAX);
}

static enum err memory_get(struct kv_txn *txn, unsigned table, struct str key, struct str *ret)
{
	key_check(key);
	if (self_of(txn->kv)->is_dead)
		return ERR_IO;
	return kv_tree_get(table_of(txn, table), key, ret) ? ERR_OK : ERR_NOT_FOUND;
}

/* Before a change: whether the transaction still takes one. */
static enum err change_begin(struct kv_txn *txn, unsigned table)
{
	assert(txn->mode == KV_WRITE);
	if (self_of(txn->kv)->is_dead)
		return ERR_IO;
	if (txn_of(txn)->failed == ERR_OK)
		txn_of(txn)->changes[table]++;
	return txn_of(txn)->failed;
}

static enum err memory_put(struct kv_txn *txn, unsigned table, struct str key, struct str value)
{
	struct kv_memory *self = self_of(txn->kv);
	struct kv_tree *tree = table_of(txn, table);
	uint64_t before = tree->bytes;
	enum err e;

	key_check(key);
	e = change_begin(txn, table);
	if (e != ERR_OK)
		return e;
	kv_tree_put(tree, key, value);
	txn_of(txn)->bytes += tree->bytes - before;
	if (self->limit != 0 && tree->bytes > before && txn_of(txn)->bytes > self->limit)
		txn_of(txn)->failed = ERR_READONLY;
	return txn_of(txn)->failed;
}

static enum err memory_append(struct kv_txn *txn, unsigned table, struct str key, struct str value)
{
	struct kv_path path;

	if (kv_tree_last(table_of(txn, table), &path))
		assert(str_compare(key, kv_tree_row(&path).key) > 0);
	return memory_put(txn, table, key, value);
}

static enum err memory_del(struct kv_txn *txn, unsigned table, struct str key)
{
	struct kv_tree *tree = table_of(txn, table);
	uint64_t before = tree->bytes;
	enum err e;

	key_check(key);
	e = change_begin(txn, table);
	if (e != ERR_OK)
		return e;
	if (!kv_tree_del(tree, key))
		return ERR_NOT_FOUND;
	txn_of(txn)->bytes -= before - tree->bytes;
	return ERR_OK;
}

static enum err memory_empty(struct kv_txn *txn, unsigned table)
{
	struct kv_tree *tree = table_of(txn, table);
	enum err e = change_begin(txn, table);

	if (e != ERR_OK)
		return e;
	txn_of(txn)->bytes -= tree->bytes;
	kv_tree_release(tree);
	return ERR_OK;
}

static enum err memory_count(struct kv_txn *txn, unsigned table, uint64_t *ret)
{
	if (self_of(txn->kv)->is_dead)
		return ERR_IO;
	*ret = table_of(txn, table)->rows;
	return ERR_OK;
}

static enum err memory_renew(struct kv_txn *txn)
{
	struct kv_memory *self = self_of(txn->kv);

	assert(txn->mode == KV_READ && txn_of(txn)->cursors == 0);
	if (self->is_dead)
		return ERR_IO;
	tables_release(txn_of(txn)->tables, self->table_count);
	tables_share(txn_of(txn)->tables, self->tables, self->table_count);
	return ERR_OK;
}

static enum err memory_usage(struct kv *kv, struct kv_usage *ret)
{
	struct kv_memory *self = self_of(kv);
	uint64_t used = bytes_of(self->tables, self->table_count);
	uint64_t room = self->limit == 0 ? UINT64_C(1) << 40 : self->limit;

	if (self->is_dead)
		return ERR_IO;
	*ret = (struct kv_usage) {
		.used_bytes = used,
		.map_bytes = room,
		.file_bytes = self->high_bytes,
		.disk_free_bytes = used < room ? room - used : 0,
	};
	return ERR_OK;
}

static enum err memory_tend(struct kv *kv)
{
	assert(!self_of(kv)->has_writer);
	return self_of(kv)->is_dead ? ERR_IO : ERR_OK;
}

/* A copy in a file has no sense here: the simulator takes an image. */
static enum err memory_copy(struct kv_txn *txn, const char *path, const atomic_bool *is_cancelled)
{
	(void)txn;
	(void)path;
	(void)is_cancelled;
	return ERR_STATE;
}

static void memory_close(struct kv **kv)
{
	struct kv_memory *self = self_of(*kv);

	assert(self->open == NULL);
	tables_release(self->tables, self->table_count);
	free(self);
	*kv = NULL;
}

static const struct kv_ops memory_ops = {
	.begin = memory_begin,
	.commit = memory_commit,
	.abort = memory_abort,
	.get = memory_get,
	.put = memory_put,
	.append = memory_append,
	.del = memory_del,
	.empty = memory_empty,
	.count = memory_count,
	.cursor_open = kv_memory_cursor_open,
	.cursor_close = kv_memory_cursor_close,
	.seek = kv_memory_seek,
	.next = kv_memory_next,
	.prev = kv_memory_prev,
	.last = kv_memory_last,
	.renew = memory_renew,
	.usage = memory_usage,
	.tend = memory_tend,
	.copy = memory_copy,
	.close = memory_close,
};

struct kv *kv_memory_open(const char *const *tables, unsigned count)
{
	struct kv_memory *self;

	(void)tables;
	assert(count >= 1 && count <= KV_TABLES_MAX);
	self = take(sizeof *self + count * sizeof self->tables[0]);
	self->kv.ops = &memory_ops;
	self->table_count = count;
	return &self->kv;
}

void kv_memory_fail(struct kv *kv, enum kv_memory_fault fault)
{
	self_of(kv)->fault = fault;
}

void kv_memory_limit(struct kv *kv, uint64_t bytes)
{
	self_of(kv)->limit = bytes;
}

void kv_memory_crash(struct kv *kv)
{
	self_of(kv)->is_dead = true;
}

uint64_t kv_memory_bytes(const struct kv *kv)
{
	const struct kv_memory *self = (const struct kv_memory *)kv;

	return bytes_of(self->tables, self->table_count);
}

uint64_t kv_memory_commits(const struct kv *kv)
{
	return ((const struct kv_memory *)kv)->commits;
}

struct kv_image *kv_memory_image(const struct kv *kv)
{
	const struct kv_memory *self = (const struct kv_memory *)kv;
	struct kv_image *image = take(sizeof *image + self->table_count * sizeof image->tables[0]);

	image->table_count = self->table_count;
	tables_share(image->tables, self->tables, self->table_count);
	return image;
}

void kv_memory_restore(struct kv *kv, const struct kv_image *image)
{
	struct kv_memory *self = self_of(kv);

	assert(self->open == NULL && image->table_count <= self->table_count);
	tables_release(self->tables, self->table_count);
	tables_share(self->tables, image->tables, image->table_count);
}

void kv_image_free(struct kv_image **image)
{
	if (*image == NULL)
		return;
	tables_release((*image)->tables, (*image)->table_count);
	free(*image);
	*image = NULL;
}
