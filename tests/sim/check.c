/* The invariants, looked at when everything has come to rest (numbers: MESSAGING 3.3). */
#include <inttypes.h>
#include <stdio.h>

#include "runtime/engine.h"
#include "sim/city.h"
#include "sim/hostile.h"
#include "sim/links.h"
#include "sim/marks.h"
#include "sim/restored.h"
#include "sim/versions.h"
#include "sim/world.h"

/* Where the stream that h follows under this name begins. */
static struct actor_host *origin_of(struct world *w, struct actor_host *h, const struct follow *f)
{
	struct str service;
	struct id node;

	if (node_stream_read(f->stream, &node, &service) != ERR_OK)
		return node_host(w, h->node, f->stream);
	for (uint32_t n = 0; n < w->node_count; n++)
		if (id_equal(w->nodes[n].id, node))
			return node_host(w, &w->nodes[n], service);
	return NULL;
}

static bool outbox_is_empty(struct world *w, struct actor_host *h)
{
	struct txn *txn = NULL;
	struct outbox_letter letter;
	bool is_empty = true;

	if (txn_begin(runtime_store(h->runtime), KV_READ, &txn) != ERR_OK)
		return false;
	for (uint32_t i = 0; i < h->service->sends_to_count; i++) {
		struct arena arena;

		arena_init(&arena, 1024 * 1024);
		/* a service that is not part of this world never takes its letters */
		if (node_host(w, h->node, str_of(h->service->sends_to[i])) != NULL &&
			outbox_next(txn, str_of(h->service->sends_to[i]), 0, &arena, &letter) == ERR_OK)
			is_empty = false;
		arena_clear(&arena);
	}
	txn_abort(&txn);
	return is_empty;
}

/* What is wrong with the streams it reads, NULL when all are at their heads. */
static const char *stream_behind(struct world *w, struct actor_host *h)
{
	static char text[160];
	struct runtime *r = h->runtime;

	for (uint32_t i = 0; i < r->follow_count; i++) {
		const struct follow *f = &r->follows[i];
		struct actor_host *origin = origin_of(w, h, f);
		uint64_t head;

		if (origin == NULL || versions_hold(w, h, f))
			continue;
		if (origin->runtime == NULL)
			return "reads from a service that is down";
		head = store_log(runtime_store(origin->runtime))->committed.seq;
		if ((!f->is_decided || f->decided.seq == head) &&
			(!f->is_projected || f->projected.seq == head) &&
			(!f->is_mirrored || f->mirror.head.seq == head))
			continue;
		(void)snprintf(text, sizeof text,
			"is behind %.*s: mirrored %" PRIu64 ", decided %" PRIu64 ", projected %" PRIu64
			", read %" PRIu64 ", told %" PRIu64 ", head %" PRIu64 ", %s%s%s",
			(int)f->stream.len, f->stream.ptr, f->mirror.head.seq, f->decided.seq, f->projected.seq,
			f->read.seq, f->head_seq, head,
			f->peer == NULL  ? "no peer"
				: f->is_open ? "open"
							 : "opening",
			f->stopped == NULL ? "" : ", ", f->stopped == NULL ? "" : f->stopped);
		return text;
	}
	return NULL;
}

/* Why the host is not at rest, NULL when it is. */
static const char *unrest_of(struct world *w, struct actor_host *h)
{
	if (h->runtime == NULL)
		return "is down";
	if (h->runtime->fence != NULL)
		return !w->is_tree && h->node->restores > 0 && !h->node->goes_on ? NULL : "is fenced";
	if (h->runtime->waiting.count > 0)
		return "has inputs queued";
	if (h->runtime->is_rebuilding)
		return "is rebuilding";
	if (!outbox_is_empty(w, h))
		return "has letters in its outbox";
	if (stream_behind(w, h) != NULL)
		return stream_behind(w, h);
	if (mirrors_unrest(w, h) != NULL)
		return mirrors_unrest(w, h);
	if (city_unrest(w, h) != NULL)
		return city_unrest(w, h);
	if (h->runtime->next_timer <= h->runtime->now - US_PER_SECOND)
		return "has timers overdue";
	return NULL;
}

const char *world_unrest(struct world *w)
{
	static char text[256];

	for (uint32_t n = 0; n < w->node_count; n++)
		if (!w->nodes[n].is_clone && !client_is_idle(w->nodes[n].client))
			return client_unrest(w->nodes[n].client);
	for (uint32_t n = 0; n < w->node_count; n++)
		if (w->is_tree && !w->nodes[n].is_clone && !links_are_made(&w->nodes[n]))
			return "a link is not made";
	for (uint32_t i = 0; i < w->host_count; i++) {
		const char *why = w->hosts[i].node->is_clone ? NULL : unrest_of(w, &w->hosts[i]);

		if (why == NULL)
			continue;
		(void)snprintf(text, sizeof text, "%s of %s %s", w->hosts[i].service->name,
			w->hosts[i].node->name, why);
		return text;
	}
	return NULL;
}

bool world_is_settled(struct world *w)
{
	return world_unrest(w) == NULL;
}

/* I3: what is stored is what the log says. */
static void check_fold(struct world *w, struct actor_host *h)
{
	struct store *store = runtime_store(h->runtime);
	const char *table = "";
	struct txn *txn = NULL;
	struct str key = { "", 0 };
	uint64_t count, bad = 0;
	enum err e = replay_to_shadow(h->service, store);

	if (e != ERR_OK) {
		world_fail(w, "I3", "%s: replay ends with %s", h->service->name, err_name(e));
		return;
	}
	e = txn_begin(store, KV_READ, &txn);
	if (e == ERR_OK)
		e = store_shadow_compare(txn, TABLE_DERIVED, &table, &key);
	if (e != ERR_OK) {
		txn_abort(&txn);
		world_fail(w, "I3", "%s: table %s differs from the fold of the log (%s, key of %zu bytes)",
			h->service->name, table, err_name(e), key.len);
		return;
	}
	if (store_log(store)->committed.seq > 0)
		e = log_verify(store_log(store), txn_kv(txn), 1, &count, &bad);
	txn_abort(&txn);
	if (e != ERR_OK)
		world_fail(w, "I3", "%s: the chain is broken at %" PRIu64, h->service->name, bad);
}

/* I4: a cursor is a place in its stream's log, and not past its head. */
static void check_cursors(struct world *w, struct actor_host *h)
{
	struct runtime *r = h->runtime;

	for (uint32_t i = 0; i < r->follow_count; i++) {
		const struct follow *f = &r->follows[i];
		struct actor_host *origin = origin_of(w, h, f);
		struct txn *txn = NULL;
		struct store *store;
		enum err e = ERR_OK;

		if (origin == NULL || origin->runtime == NULL)
			continue;
		store = runtime_store(origin->runtime);
		if (txn_begin(store, KV_READ, &txn) != ERR_OK)
			continue;
		if (f->decided.seq > 0)
			e = log_has(store_log(store), txn_kv(txn), &f->decided);
		if (e == ERR_OK && f->projected.seq > 0)
			e = log_has(store_log(store), txn_kv(txn), &f->projected);
		txn_abort(&txn);
		if (e != ERR_OK)
			world_fail(w, "I4", "%s: its cursor on %.*s is not in that log", h->service->name,
				(int)f->stream.len, f->stream.ptr);
	}
}

/* I5: a store that was rolled back is fenced and says so. */
static void check_fence(struct world *w, struct actor_host *h)
{
	if (h->is_restored && h->runtime->fence == NULL && !h->unfence_wanted)
		world_fail(w, "I5", "%s was rolled back and does not know it", h->service->name);
}

void world_check(struct world *w)
{
	for (uint32_t i = 0; i < w->host_count && w->failure == NULL; i++) {
		struct actor_host *h = &w->hosts[i];

		if (h->runtime == NULL)
			continue;
		w->running = NULL;
		check_fence(w, h);
		if (h->node->restores == 0)
			check_cursors(w, h);
		if (w->failure == NULL)
			check_fold(w, h);
		if (w->failure == NULL && h->node->restores > 0)
			restored_check(w, h);
		if (h->queue_most > 60000)
			world_fail(w, "I7", "%s had %u inputs queued", h->service->name, h->queue_most);
	}
	if (w->failure == NULL)
		mirrors_check(w);
	if (w->failure == NULL)
		marks_check(w);
	if (w->failure == NULL && w->is_tree)
		city_check(w);
	if (w->failure == NULL)
		hostile_check(w);
	for (uint32_t n = 0; n < w->node_count && w->failure == NULL; n++) {
		if (w->nodes[n].is_clone)
			continue;
		client_check(w->nodes[n].client);
		if (w->failure == NULL && w->nodes[n].restores == 0)
			domain_check(w, &w->nodes[n]);
	}
}
