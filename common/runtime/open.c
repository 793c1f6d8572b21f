/* Start and end of a service: what must be true before it serves, and what it notes when it goes. */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/log_line.h"
#include "runtime/engine.h"

static const char clean_name[] = "berakhir_wajar";

static enum err tables_list(struct runtime *r)
{
	uint32_t n = r->service->table_count;

	r->tables = calloc(n + 1, sizeof(struct table *));
	if (r->tables == NULL)
		abort();
	for (uint32_t i = 0; i < n; i++)
		r->tables[i] = r->service->tables[i];
	r->tables[n] = &table_parkir;
	r->table_count = n + 1;
	return ERR_OK;
}

/* Whether the store is the one that was left, and not an older cut or a copy of it. */
static enum err fence_check(struct runtime *r, bool *ret_has_noted)
{
	static const struct hash none;
	const struct log *log = store_log(r->store);
	struct txn *txn = NULL;
	struct str instance;
	enum err e = r->o.sidecar.ops->head_get(r->o.sidecar.self, &r->noted);

	*ret_has_noted = e == ERR_OK;
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND)
		r->noted = (struct sidecar_head) { .boots = 0 };
	e = txn_begin(r->store, KV_READ, &txn);
	if (e == ERR_OK)
		e = salvage_load(r, txn);
	if (e == ERR_OK)
		e = meta_get(txn, "instance", &instance);
	if (e == ERR_OK && instance.len == sizeof r->instance.bytes)
		memcpy(r->instance.bytes, instance.ptr, sizeof r->instance.bytes);
	else if (e == ERR_OK)
		e = ERR_CORRUPT;
	/* A note of no store: ppidctl restore --from-parent; all is lost, and to be taken from there. */
	if (e == ERR_OK && (*ret_has_noted ? id_is_zero(r->noted.instance) : log->head.seq > 0))
		r->fence = FENCE_ALONE;
	else if (e == ERR_OK && *ret_has_noted && !id_equal(r->noted.instance, r->instance))
		r->fence = "salinan";
	else if (e == ERR_OK && *ret_has_noted &&
		(r->noted.head.seq > log->head.seq || hash_equal(&r->noted.head.hash, &none)))
		r->fence = FENCE_BACK; /* a note of a restore names no record */
	else if (e == ERR_OK && *ret_has_noted) {
		e = log_has(log, txn_kv(txn), &r->noted.head);
		if (e == ERR_NOT_FOUND)
			r->fence = FENCE_OTHER;
		if (e == ERR_NOT_FOUND)
			e = ERR_OK;
	}
	txn_abort(&txn);
	if (e == ERR_OK && r->fence == NULL && r->salvage.is_under_way)
		r->fence = FENCE_BACK;
	if (r->fence != NULL)
		log_line(LOG_ERROR, "dipagari", "sebab", r->fence, "kepala",
			log_number((int64_t)log->head.seq), "tercatat", log_number((int64_t)r->noted.head.seq),
			NULL);
	return e;
}

static enum err chain_check(struct runtime *r, struct problem *why)
{
	const struct log *log = store_log(r->store);
	uint64_t head = log->head.seq;
	uint64_t first = head > CHAIN_CHECK_AT_START ? head - CHAIN_CHECK_AT_START + 1 : 1;
	uint64_t count, bad = 0;
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_READ, &txn);

	if (e == ERR_OK && head > 0)
		e = log_verify(log, txn_kv(txn), first, &count, &bad);
	txn_abort(&txn);
	if (e == ERR_CORRUPT) {
		log_line(LOG_ERROR, "rantai_rusak", "seq", log_number((int64_t)bad), NULL);
		return refuse(why, e, "log", "rantai_rusak");
	}
	return e;
}

static enum err rebuild(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e;

	if (store_is_stale(r->store, TABLE_DERIVED)) {
		log_line(LOG_INFO, "tabel_dibangun_ulang", NULL);
		e = replay_to_shadow(r->service, r->store);
		if (e == ERR_OK)
			e = txn_begin(r->store, KV_WRITE, &txn);
		if (e == ERR_OK)
			e = store_shadow_swap(txn, TABLE_DERIVED);
		if (e == ERR_OK)
			e = txn_commit(&txn);
		else
			txn_abort(&txn);
		if (e != ERR_OK)
			return e;
	}
	r->is_rebuilding = r->service->project_count > 0 && store_is_stale(r->store, TABLE_PROJECTED);
	if (!r->is_rebuilding)
		return ERR_OK;
	return store_shadow_begin(r->store, TABLE_PROJECTED);
}

/* Says in the store that from now on an end without runtime_close is an abnormal one. */
static enum err begin(struct runtime *r)
{
	struct txn *txn = NULL;
	struct str was;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	if (e != ERR_OK)
		return e;
	e = meta_get(txn, clean_name, &was);
	if (e == ERR_OK && str_is(was, "tidak"))
		r->cautious = r->o.batch_inputs_max;
	if (e == ERR_OK || e == ERR_NOT_FOUND)
		e = meta_put(txn, clean_name, str_of("tidak"));
	if (e == ERR_OK)
		e = park_count(r, txn, &r->figures.parked);
	if (e == ERR_OK)
		return txn_commit(&txn);
	txn_abort(&txn);
	return e;
}

static enum err note_head(struct runtime *r, bool is_clean)
{
	struct sidecar_head head = { .head = store_log(r->store)->committed,
		.instance = r->instance,
		.boots = r->noted.boots,
		.noted_at = r->now,
		.is_clean = is_clean };
	enum err e;

	if (r->fence != NULL)
		return ERR_OK; /* what it knows is what the fence stands on */
	e = r->o.sidecar.ops->head_put(r->o.sidecar.self, &head);
	if (e == ERR_OK)
		r->noted = head;
	return e;
}

enum err sidecar_note(struct runtime *r)
{
	return note_head(r, false);
}

static enum err open_all(struct runtime *r, struct kv **kv, struct problem *why)
{
	struct store_options so = { .node = r->o.node,
		.service = str_of(r->service->name),
		.ring = r->o.ring };
	bool has_noted = false;
	enum err e = tables_list(r);

	so.tables = r->tables;
	so.table_count = r->table_count;
	so.now = host_wall(&r->o.host);
	if (e == ERR_OK)
		e = store_open(&so, kv, &r->store, why);
	if (e == ERR_OK)
		e = chain_check(r, why);
	if (e == ERR_OK)
		e = fence_check(r, &has_noted);
	if (e == ERR_OK)
		e = rebuild(r);
	if (e == ERR_OK)
		e = begin(r);
	if (e != ERR_OK)
		return e;
	r->noted.boots++;
	clock_start(r, has_noted);
	e = follows_open(r);
	if (e == ERR_OK)
		e = remotes_load(r);
	return e == ERR_OK ? sidecar_note(r) : e;
}

enum err runtime_open(const struct runtime_options *options, struct kv **kv, struct runtime **ret,
	struct problem *why)
{
	struct runtime *r = calloc(1, sizeof *r);
	enum err e;

	if (r == NULL)
		abort();
	r->o = *options;
	r->service = options->service;
	lines_init(&r->waiting);
	queue_init(&r->held);
	queue_init(&r->later);
	arena_init(&r->input_arena, INPUT_ARENA_MAX);
	arena_init(&r->calendars.arena, INPUT_ARENA_MAX);
	arena_init(&r->batch_arena, BATCH_ARENA_MAX);
	arena_init(&r->session_arena, INPUT_ARENA_MAX);
	buf_init(&r->served, SESSION_PAYLOAD_MAX);
	randombytes_buf(r->boot.bytes, sizeof r->boot.bytes);
	r->has_work = r->has_letters = r->has_served = true;
	r->follows = calloc(FOLLOWS_MAX, sizeof *r->follows);
	if (r->follows == NULL)
		abort();
	*why = (struct problem) { NULL, NULL };
	e = open_all(r, kv, why);
	if (e != ERR_OK) {
		runtime_drop(&r);
		return e;
	}
	*ret = r;
	return ERR_OK;
}

void runtime_drop(struct runtime **runtime)
{
	struct runtime *r = *runtime;

	if (r == NULL)
		return;
	*runtime = NULL;
	lines_clear(&r->waiting);
	queue_clear(&r->held);
	queue_clear(&r->later);
	while (r->peers != NULL)
		runtime_down(r, r->peers->link);
	remotes_free(r);
	free(r->follows);
	kv_abort(&r->backup.snapshot);
	store_close(&r->store);
	arena_clear(&r->input_arena);
	arena_clear(&r->calendars.arena);
	arena_clear(&r->batch_arena);
	arena_clear(&r->session_arena);
	buf_clear(&r->served);
	free(r->tables);
	free(r);
}

static enum err note_clean(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	if (e == ERR_OK)
		e = meta_put(txn, clean_name, str_of("ya"));
	if (e == ERR_OK)
		return txn_commit(&txn);
	txn_abort(&txn);
	return e;
}

void runtime_finish(struct runtime *r)
{
	enum err e;

	for (struct peer *p = r->peers; p != NULL; p = p->next)
		session_bye(p->session);
	e = note_clean(r);
	if (e == ERR_OK)
		e = note_head(r, true);
	if (e != ERR_OK) /* the next start is then a careful one */
		log_line(LOG_WARN, "akhir_tak_tercatat", "galat", err_name(e), NULL);
}

void runtime_close(struct runtime **runtime)
{
	if (*runtime != NULL)
		runtime_finish(*runtime);
	runtime_drop(runtime);
}

static void dial_add(const char *name, const char **ret, uint32_t max, uint32_t *count)
{
	for (uint32_t n = 0; n < *count; n++)
		if (strcmp(ret[n], name) == 0)
			return;
	assert(*count < max);
	ret[(*count)++] = name;
}

uint32_t runtime_dials(const struct service *s, const char **ret, uint32_t max)
{
	uint32_t count = 0;

	for (uint32_t n = 0; n < s->follow_count; n++)
		dial_add(s->follows[n].stream, ret, max, &count);
	for (uint32_t n = 0; n < s->project_count; n++)
		dial_add(s->projects[n].stream, ret, max, &count);
	for (uint32_t n = 0; n < s->sends_to_count; n++)
		dial_add(s->sends_to[n], ret, max, &count);
	if (s->links != NULL)
		for (const char *const *own = s->links->own; *own != NULL; own++)
			dial_add(*own, ret, max, &count);
	if (follows_elsewhere(s))
		dial_add("federation", ret, max, &count);
	return count;
}
