/* I1: what a node holds of another one's log is, to the byte, what that log says or once said. */
#include "store/mirror.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "runtime/engine.h"
#include "sim/restored.h"

struct pair_of {
	struct actor_host *holder, *origin;
	struct txn *held, *own;
	const struct mirror_stream *stream;
};

/* One record of one branch: in the origin's log, or in what a restore took from it. */
static void check_record(struct world *w, const struct pair_of *p, uint32_t branch, uint64_t seq)
{
	const struct log *log = store_log(runtime_store(p->origin->runtime));
	struct hash hash, own_hash;
	struct str bytes, own_bytes;

	if (mirror_get(p->held, p->stream, branch, seq, &hash, &bytes) != ERR_OK) {
		world_fail(w, "I1", "%s has no record %" PRIu64 " in branch %u of %.*s",
			p->holder->node->name, seq, branch, (int)p->stream->name.len, p->stream->name.ptr);
		return;
	}
	if (log_get(log, txn_kv(p->own), seq, &own_hash, &own_bytes) == ERR_OK &&
		hash_equal(&hash, &own_hash)) {
		if (!str_equal(bytes, own_bytes))
			world_fail(w, "I1", "%s has other bytes in record %" PRIu64 " of %.*s",
				p->holder->node->name, seq, (int)p->stream->name.len, p->stream->name.ptr);
		return;
	}
	if (!restored_took(p->origin, seq, &hash))
		world_fail(w, "I1", "%s has a record %" PRIu64 " (branch %u) of %.*s that never was",
			p->holder->node->name, seq, branch, (int)p->stream->name.len, p->stream->name.ptr);
}

static void check_stream(struct world *w, const struct pair_of *p)
{
	struct mirror_branch *branches;
	struct arena arena;
	uint32_t count = 0, bad_branch = 0;
	uint64_t good = 0, bad = 0;

	arena_init(&arena, 1024 * 1024);
	if (mirror_branches(p->held, p->stream, &arena, &branches, &count) != ERR_OK)
		world_fail(w, "I1", "%s cannot say the branches of %.*s", p->holder->node->name,
			(int)p->stream->name.len, p->stream->name.ptr);
	for (uint32_t n = 0; n < count; n++)
		for (uint64_t seq = branches[n].fork.seq + 1;
			 seq <= branches[n].head.seq && w->failure == NULL; seq++)
			check_record(w, p, branches[n].branch, seq);
	if (mirror_verify(p->held, p->stream, NULL, &good, &bad_branch, &bad) != ERR_OK)
		world_fail(w, "I1", "%s: the copy of %.*s is broken at %" PRIu64, p->holder->node->name,
			(int)p->stream->name.len, p->stream->name.ptr, bad);
	arena_clear(&arena);
}

static struct actor_host *origin_of(struct world *w, struct str name)
{
	struct str service;
	struct id node;

	if (node_stream_read(name, &node, &service) != ERR_OK)
		return NULL;
	for (uint32_t n = 0; n < w->node_count; n++)
		if (id_equal(w->nodes[n].id, node))
			return node_host(w, &w->nodes[n], service);
	return NULL;
}

static void check_holder(struct world *w, struct actor_host *holder)
{
	struct pair_of p = { .holder = holder };
	struct mirror_stream *streams = NULL;
	struct arena arena;
	uint32_t count = 0;

	arena_init(&arena, 4 * 1024 * 1024);
	if (txn_begin(runtime_store(holder->runtime), KV_READ, &p.held) != ERR_OK ||
		mirror_list(p.held, str_of(""), 1024, &arena, &streams, &count) != ERR_OK)
		world_fail(w, "I1", "%s cannot list its copies", holder->node->name);
	for (uint32_t n = 0; n < count && w->failure == NULL; n++) {
		p.stream = &streams[n];
		p.origin = origin_of(w, streams[n].name);
		if (p.origin == NULL || p.origin->runtime == NULL)
			continue;
		if (txn_begin(runtime_store(p.origin->runtime), KV_READ, &p.own) != ERR_OK)
			continue;
		check_stream(w, &p);
		txn_abort(&p.own);
	}
	txn_abort(&p.held);
	arena_clear(&arena);
}

void mirrors_check(struct world *w)
{
	for (uint32_t i = 0; i < w->host_count && w->failure == NULL; i++)
		if (w->hosts[i].runtime != NULL && w->hosts[i].service->links != NULL)
			check_holder(w, &w->hosts[i]);
}

/* Above whom the log of `origin` has to be held: all the way up. */
static const char *held_above(struct world *w, struct actor_host *origin)
{
	char name[NODE_STREAM_MAX + 1];
	static char text[160];

	if (node_stream_name(origin->node->id, str_of(origin->service->name), name) != ERR_OK)
		return "has no name outside";
	for (struct sim_node *at = origin->node; at != NULL; at = at->parent) {
		struct actor_host *h = node_host(w, at, str_of("federation"));
		const struct follow *f;

		if (at == origin->node && at->parent == NULL)
			break; /* the topmost keeps no copy of itself */
		f = h->runtime == NULL ? NULL : mirror_of(h->runtime, str_of(name));
		if (f != NULL &&
			f->mirror.head.seq == store_log(runtime_store(origin->runtime))->committed.seq)
			continue;
		(void)snprintf(text, sizeof text, "is not held by %s: %s, %" PRIu64 " of %" PRIu64,
			at->name,
			f == NULL                ? "unknown"
				: f->stopped != NULL ? f->stopped
				: f->trouble != NULL ? f->trouble
									 : "behind",
			f == NULL ? 0 : f->mirror.head.seq,
			store_log(runtime_store(origin->runtime))->committed.seq);
		return text;
	}
	return NULL;
}

const char *mirrors_unrest(struct world *w, struct actor_host *h)
{
	if (!w->is_tree || !h->service->is_federated)
		return NULL;
	if (store_log(runtime_store(h->runtime))->committed.seq == 0)
		return NULL; /* an empty log is told to nobody */
	return held_above(w, h);
}
