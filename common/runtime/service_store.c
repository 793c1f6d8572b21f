#include "runtime/service_store.h"

#include "runtime/engine.h"
#include "runtime/epoch_walk.h"
#include "runtime/last_seals.h"
#include "store/mirror.h"

#include <string.h>

enum {
	NAMES_BYTES_MAX = 256 * 1024, /* of the tables' names */
	RECORDS_A_STEP = 5000,        /* then the reader's snapshot is taken anew */
	RECORD_ARENA_BYTES = 1024 * 1024,
	MIRRORS_A_STEP = 256,
};
#define TOOL_MAP_BYTES (UINT64_C(16) << 30)

enum err service_tables(const struct service *service, struct arena *arena,
	const struct table *const **ret, uint32_t *ret_count)
{
	const struct table **all =
		arena_take(arena, (service->table_count + 1) * sizeof(struct table *));

	if (all == NULL)
		return ERR_LIMIT;
	for (uint32_t i = 0; i < service->table_count; i++)
		all[i] = service->tables[i];
	all[service->table_count] = &table_parkir;
	*ret = all;
	*ret_count = service->table_count + 1;
	return ERR_OK;
}

static enum err options_of(const struct service *service, struct arena *arena,
	struct store_options *ret)
{
	*ret = (struct store_options) { .service = str_of(service->name) };
	return service_tables(service, arena, &ret->tables, &ret->table_count);
}

enum err service_kv_open(const struct service *service, const char *folder, uint64_t map_bytes,
	uint64_t grow_bytes, struct kv **ret)
{
	struct kv_lmdb_options where = { folder, map_bytes, grow_bytes };
	struct store_options options;
	const char *const *names;
	struct arena arena;
	unsigned count;
	enum err e;

	arena_init(&arena, NAMES_BYTES_MAX);
	e = options_of(service, &arena, &options);
	if (e == ERR_OK)
		e = store_table_names(&options, &arena, &names, &count);
	if (e == ERR_OK)
		e = kv_lmdb_open(&where, names, count, ret);
	arena_clear(&arena);
	return e;
}

enum err service_store_open(const struct service_store_options *o, struct store **ret,
	struct problem *why)
{
	struct store_options options;
	struct kv *kv = NULL;
	enum err e = options_of(o->service, o->arena, &options);

	if (e == ERR_OK)
		e = service_kv_open(o->service, o->folder, TOOL_MAP_BYTES, 0, &kv);
	if (e == ERR_STATE)
		return refuse(why, e, NULL, "dipakai_layanan_lain");
	if (e != ERR_OK)
		return e;
	options.node = o->node;
	options.ring = o->ring;
	options.now = o->now;
	e = store_open(&options, &kv, ret, why);
	if (e != ERR_OK)
		kv->ops->close(&kv);
	return e;
}

struct walker {
	const struct service *service;
	struct store *store;
	struct arena arena;
	struct hash hash;
	struct last_seals seals;
	struct epoch_walk epochs;
	struct arena epoch_arena;
	struct store_verdict *verdict;
};

/* ERR_CORRUPT: this record is the first bad one. */
static enum err look_at_record(struct walker *w, struct txn *txn, uint64_t seq)
{
	struct record record;
	struct hash stored;
	struct str bytes;
	enum err e = log_get(store_log(w->store), txn_kv(txn), seq, &stored, &bytes);

	if (e == ERR_NOT_FOUND)
		return ERR_CORRUPT;
	if (e != ERR_OK)
		return e;
	w->hash = record_hash(&w->hash, bytes);
	arena_reset(&w->arena);
	if (!hash_equal(&w->hash, &stored))
		return ERR_CORRUPT;
	w->verdict->is_later = record_is_later(bytes);
	if (record_decode(bytes, &w->arena, &record) != ERR_OK || record.seq != seq ||
		epoch_walk_take(&w->epochs, &record, &w->arena) != ERR_OK)
		return ERR_CORRUPT;
	return last_seals_take(&w->seals, &record);
}

static enum err look_at_all(struct walker *w, struct txn *txn, progress_fn *progress, void *self)
{
	uint64_t head = store_log(w->store)->committed.seq;
	enum err e = log_hash_at(store_log(w->store), txn_kv(txn), 0, &w->hash);

	if (e == ERR_OK)
		e = epoch_walk_begin(&w->epochs, store_log(w->store), txn_kv(txn), &w->epoch_arena);
	for (uint64_t seq = 1; seq <= head && e == ERR_OK; seq++) {
		e = look_at_record(w, txn, seq);
		if (e == ERR_CORRUPT) {
			w->verdict->bad_seq = seq;
			return ERR_OK;
		}
		if (e == ERR_OK)
			w->verdict->records = seq;
		if (seq % RECORDS_A_STEP == 0 && !progress(self, seq, head))
			return e;
	}
	if (e == ERR_OK && epoch_walk_end(&w->epochs, head) != ERR_OK)
		w->verdict->bad_seq = head + 1;
	return e;
}

static enum err look_at_seals(struct walker *w, struct txn *txn)
{
	for (size_t i = 0; i < w->seals.size; i++) {
		const struct last_seal *row = &w->seals.rows[i];
		const struct table *table;
		uint64_t noted;
		enum err e;

		if (row->seal.key.ptr == NULL || row->seal.is_erased)
			continue;
		if (row->seal.table >= w->service->table_count ||
			w->service->tables[row->seal.table]->kind != TABLE_VAULT)
			return ERR_CORRUPT;
		table = w->service->tables[row->seal.table];
		e = vault_check(txn, table, row->seal.key, &row->seal.commitment);
		if (e != ERR_OK && e != ERR_NOT_FOUND && e != ERR_CORRUPT)
			return e;
		w->verdict->seals_good += e == ERR_OK;
		if (e != ERR_OK && missing_get(txn, row->seal.table, row->seal.key, &noted) == ERR_OK) {
			w->verdict->seals_lost++;
			continue;
		}
		if (e == ERR_OK || (w->verdict->seal_seq > 0 && w->verdict->seal_seq <= row->seq))
			continue;
		w->verdict->seal_seq = row->seq;
		w->verdict->seal_table = table->name;
		w->verdict->is_missing = e == ERR_NOT_FOUND;
	}
	return ERR_OK;
}

static enum err look_at_mirror(struct txn *txn, const struct mirror_stream *stream,
	struct store_verdict *v)
{
	uint64_t records = 0, bad = 0;
	uint32_t branch = 0;
	enum err e = mirror_verify(txn, stream, NULL, &records, &branch, &bad);

	v->mirrors++;
	v->mirror_records += records;
	if (e != ERR_CORRUPT)
		return e;
	if (v->mirror_bad_seq > 0)
		return ERR_OK;
	v->mirror_bad_seq = bad > 0 ? bad : 1;
	v->mirror_bad_branch = branch;
	memcpy(v->mirror_bad, stream->name.ptr, stream->name.len);
	return ERR_OK;
}

static enum err look_at_mirrors(struct txn *txn, struct store_verdict *v)
{
	struct mirror_stream *list = NULL;
	struct str after = { "", 0 };
	struct arena arena;
	uint32_t count = MIRRORS_A_STEP;
	enum err e = ERR_OK;

	arena_init(&arena, MIRROR_STREAMS_MAX * (sizeof *list + MIRROR_NAME_MAX));
	while (e == ERR_OK && count == MIRRORS_A_STEP) {
		e = mirror_list(txn, after, MIRRORS_A_STEP, &arena, &list, &count);
		for (uint32_t n = 0; n < count && e == ERR_OK; n++)
			e = look_at_mirror(txn, &list[n], v);
		if (e == ERR_OK && count > 0)
			after = list[count - 1].name;
	}
	arena_clear(&arena);
	return e;
}

enum err service_store_verify(const struct service *service, struct store *store,
	progress_fn *progress, void *self, struct store_verdict *ret)
{
	struct walker w = { .service = service, .store = store, .verdict = ret };
	struct txn *txn = NULL;
	enum err e;

	*ret = (struct store_verdict) { 0 };
	last_seals_init(&w.seals);
	arena_init(&w.arena, RECORD_ARENA_BYTES);
	arena_init(&w.epoch_arena, RECORD_ARENA_BYTES);
	e = txn_begin(store, KV_READ, &txn);
	if (e == ERR_OK)
		e = look_at_all(&w, txn, progress, self);
	if (e == ERR_OK && ret->bad_seq == 0) /* else the last ones are not known */
		e = look_at_seals(&w, txn);
	if (e == ERR_OK)
		e = look_at_mirrors(txn, ret);
	ret->seals_erased = w.seals.erased;
	txn_abort(&txn);
	last_seals_clear(&w.seals);
	arena_clear(&w.arena);
	arena_clear(&w.epoch_arena);
	return e;
}

enum err service_store_replay(const struct service *service, struct store *store,
	struct arena *arena, const char **ret_table, struct str *ret_key)
{
	struct txn *txn = NULL;
	struct str key = { "", 0 };
	enum err e = replay_to_shadow(service, store);

	if (e == ERR_OK)
		e = txn_begin(store, KV_READ, &txn);
	if (e == ERR_OK)
		e = store_shadow_compare(txn, TABLE_DERIVED, ret_table, &key);
	if (e == ERR_CORRUPT && arena_copy(arena, key, ret_key) != ERR_OK)
		*ret_key = (struct str) { "", 0 };
	txn_abort(&txn);
	return e;
}
