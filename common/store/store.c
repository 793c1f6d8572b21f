#include "store/slot.h"
#include "store/system.h"
#include "store/vault_index.h"

#include "base/bytes.h"
#include "proto/messages.h"
#include "wire/wire.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool table_is_twofold(const struct table *table)
{
	return table->kind == TABLE_DERIVED || table->kind == TABLE_PROJECTED;
}

static uint32_t tables_of(const struct table *table)
{
	return table_is_twofold(table) ? 2 : 1 + table->index_count;
}

/* The i-th table of the service and the system together. */
static const struct table *table_at(const struct store_options *o, uint32_t i)
{
	return i < system_table_count ? system_tables[i] : o->tables[i - system_table_count];
}

enum err store_table_names(const struct store_options *o, struct arena *arena,
	const char *const **ret, unsigned *ret_count)
{
	static const char *const fixed[] = { "_meta", "_log", "_epoch", "_mirror" };
	const char **names;
	unsigned count = TABLES_FIXED;
	unsigned n = TABLES_FIXED;
	bool is_short = false;

	for (uint32_t i = 0; i < system_table_count + o->table_count; i++)
		count += tables_of(table_at(o, i));
	if (count > KV_TABLES_MAX)
		return ERR_LIMIT;
	names = arena_take(arena, count * sizeof *names);
	if (names == NULL)
		return ERR_LIMIT;
	memcpy(names, fixed, sizeof fixed);
	for (uint32_t i = 0; i < system_table_count + o->table_count; i++) {
		const struct table *t = table_at(o, i);

		assert(strpbrk(t->name, "~.") == NULL && strlen(t->name) < TABLE_NAME_MAX);
		assert(i < system_table_count || t->name[0] != '_');
		if (table_is_twofold(t)) {
			names[n++] = arena_print(arena, "%s.a", t->name);
			names[n++] = arena_print(arena, "%s.b", t->name);
			continue;
		}
		names[n++] = t->name;
		for (uint32_t k = 0; k < t->index_count; k++)
			names[n++] = arena_print(arena, "%s~%s", t->name, t->indexes[k].field);
	}
	for (unsigned i = 0; i < count; i++)
		is_short = is_short || names[i] == NULL;
	if (is_short)
		return ERR_LIMIT;
	*ret = names;
	*ret_count = count;
	return ERR_OK;
}

static void slots_fill(struct store *store, const struct store_options *o)
{
	unsigned n = TABLES_FIXED;

	assert(system_table_count + o->table_count <= SLOTS_MAX);
	store->slot_count = system_table_count + o->table_count;
	for (uint32_t i = 0; i < store->slot_count; i++) {
		const struct table *t = table_at(o, i);

		assert(
			t->version >= 1 && t->row != NULL && (t->kind == TABLE_VAULT || t->index_count == 0));
		store->slots[i] = (struct slot) { .table = t, .number = n, .index_first = n + 1 };
		n += tables_of(t);
		for (uint32_t k = 0; k < t->index_count; k++) {
			const void *row = NULL;
			const struct field *f = index_field(t, &t->indexes[k], &row);

			assert(f != NULL && (f->type == TYPE_TEXT || f->type == TYPE_PROSE));
		}
	}
}

static enum err format_check(struct txn *txn, bool is_new, struct problem *why)
{
	char format[4];
	struct str stored;
	uint8_t instance[16];
	enum err e = meta_get(txn, "format", &stored);

	if (e == ERR_NOT_FOUND && is_new) {
		be32_put(format, STORE_FORMAT);
		randombytes_buf(instance, sizeof instance);
		e = meta_put(txn, "format", str_bytes(format, sizeof format));
		return e == ERR_OK ? meta_put(txn, "instance", str_bytes(instance, sizeof instance)) : e;
	}
	if (e != ERR_OK || stored.len != sizeof format)
		return e == ERR_OK || e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	if (be32_get(stored.ptr) > STORE_FORMAT)
		return refuse(why, ERR_STATE, "_meta", "versi_lebih_baru");
	return ERR_OK;
}

static const char *version_name(const struct table *table, char ret[TABLE_NAME_MAX + 8])
{
	int n = snprintf(ret, TABLE_NAME_MAX + 8, "table %s", table->name);

	assert(n > 0 && n < TABLE_NAME_MAX + 8);
	return ret;
}

/* What is stored of a table. A derived table that is not in an older store was never filled. */
static enum err slot_read(struct txn *txn, uint32_t i, bool is_new, struct problem *why)
{
	struct slot *s = &txn->store->slots[i];
	char name[TABLE_NAME_MAX + 8];
	struct simpan_tabel row;
	struct problem decoding;
	struct arena none;
	struct str stored;
	enum err e = meta_get(txn, version_name(s->table, name), &stored);

	if (e == ERR_NOT_FOUND) {
		s->version = table_is_twofold(s->table) && !is_new ? 0 : s->table->version;
		return s->version == 0 ? ERR_OK : slot_note(txn, i);
	}
	if (e != ERR_OK)
		return e;
	arena_init(&none, 0); /* the row has no lists */
	if (wire_decode(&schema_simpan_tabel, stored, &none, &row, &decoding) != ERR_OK)
		return ERR_CORRUPT;
	if (row.versi > s->table->version)
		return refuse(why, ERR_STATE, s->table->name, "versi_lebih_baru");
	s->version = (uint16_t)row.versi;
	if (row.di_b)
		txn->live |= UINT64_C(1) << i;
	if (table_is_twofold(s->table) || s->version == s->table->version)
		return ERR_OK;
	e = s->table->kind == TABLE_VAULT ? vault_reindex(txn, s->table) : ERR_OK;
	return e == ERR_OK ? slot_note(txn, i) : e; /* the rows are read by the rules of messages */
}

enum err slot_note(struct txn *txn, uint32_t slot)
{
	const struct table *t = txn->store->slots[slot].table;
	struct simpan_tabel row = { t->version, (txn->live >> slot & 1) != 0 };
	char name[TABLE_NAME_MAX + 8];
	struct problem why;
	struct buf bytes;
	enum err e;

	buf_init(&bytes, 64);
	e = wire_encode(&schema_simpan_tabel, &row, &bytes, &why);
	assert(e == ERR_OK);
	e = meta_put(txn, version_name(t, name), buf_str(&bytes));
	buf_clear(&bytes);
	return e;
}

static enum err store_read(struct store *store, const struct store_options *o, struct problem *why)
{
	struct txn *txn;
	uint64_t rows;
	bool is_new;
	enum err e = txn_begin(store, KV_WRITE, &txn);

	if (e != ERR_OK)
		return e;
	e = store->kv->ops->count(txn->kv, TABLE_META, &rows);
	is_new = e == ERR_OK && rows == 0;
	if (e == ERR_OK)
		e = format_check(txn, is_new, why);
	for (uint32_t i = 0; i < store->slot_count && e == ERR_OK; i++)
		e = slot_read(txn, i, is_new, why);
	if (e == ERR_OK)
		e = missing_count(txn, &rows);
	if (e == ERR_OK) {
		store->has_missing = rows > 0;
		e = log_open(&store->log, txn->kv, TABLE_LOG, TABLE_EPOCHS, o->node, o->service, o->now);
		if (e == ERR_STATE)
			e = refuse(why, e, "_log", "milik_simpul_lain");
	}
	if (e != ERR_OK) {
		kv_abort(&txn->kv);
		store->writer = NULL;
		free(txn);
		return e;
	}
	e = txn_commit(&txn);
	if (e != ERR_OK)
		log_close(&store->log);
	return e;
}

enum err store_open(const struct store_options *o, struct kv **kv, struct store **ret,
	struct problem *why)
{
	struct store *store = calloc(1, sizeof *store);
	enum err e;

	if (store == NULL)
		abort();
	*why = (struct problem) { NULL, NULL };
	store->kv = *kv;
	store->ring = o->ring;
	buf_init(&store->row, ROW_BYTES_MAX + SEAL_OVERHEAD_BYTES);
	buf_init(&store->plain, ROW_BYTES_MAX + SEAL_OVERHEAD_BYTES);
	slots_fill(store, o);
	e = store_read(store, o, why);
	if (e != ERR_OK) {
		buf_clear(&store->row);
		buf_clear(&store->plain);
		free(store);
		return e;
	}
	*kv = NULL;
	*ret = store;
	return ERR_OK;
}

void store_close(struct store **store)
{
	struct store *s = *store;

	if (s == NULL)
		return;
	assert(s->writer == NULL);
	kept_clear(&s->kept);
	log_close(&s->log);
	s->kv->ops->close(&s->kv);
	buf_clear(&s->row);
	if (s->plain.size > 0)
		sodium_memzero(s->plain.ptr, s->plain.size);
	buf_clear(&s->plain);
	free(s);
	*store = NULL;
}

struct log *store_log(struct store *store)
{
	return &store->log;
}

struct kv *store_kv(struct store *store)
{
	return store->kv;
}

const struct keyring *store_ring(const struct store *store)
{
	return store->ring;
}

enum err meta_get(struct txn *txn, const char *name, struct str *ret)
{
	return kv_get(txn->kv, TABLE_META, str_of(name), ret);
}

enum err meta_put(struct txn *txn, const char *name, struct str value)
{
	return kv_put(txn->kv, TABLE_META, str_of(name), value);
}

enum err store_level(struct store *store, const struct store_watermarks *marks,
	enum store_level *ret, struct kv_usage *ret_usage)
{
	struct kv_usage usage;
	uint64_t percent;
	enum err e = store->kv->ops->usage(store->kv, &usage);

	if (e != ERR_OK)
		return e;
	percent = usage.map_bytes == 0 ? 0 : usage.used_bytes / (usage.map_bytes / 100 + 1);
	*ret = percent >= marks->hard_percent || usage.disk_free_bytes < marks->disk_hard_bytes
		? STORE_HARD
		: percent >= marks->soft_percent || usage.disk_free_bytes < marks->disk_soft_bytes
		? STORE_SOFT
		: STORE_NORMAL;
	*ret_usage = usage;
	return ERR_OK;
}
