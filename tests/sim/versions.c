#include "sim/versions.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/engine.h"
#include "sim/ask.h"
#include "wire/rule.h"

enum {
	MIXED_ODDS = 2,
	LATER_ODDS = 25,
	CRITICAL_ODDS = 6,
	BODY_MAX = 128 * 1024,
	UPGRADE_AFTER = 2000,
	UPGRADE_BEFORE = 9000,
};

/* --- who --- */

static void upgrade(struct world *w, struct sim_node *node)
{
	w->versions->is_upgraded[node->index] = true;
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct actor_host *h = &w->hosts[i];

		if (h->node != node)
			continue;
		host_down(w, h);
		h->service = later_service(h->service);
	}
}

static bool is_mixed(struct versions *v)
{
	const char *wanted = getenv("SIM_MIXED");
	bool drawn = chance_one_in(&v->chance, MIXED_ODDS);

	return wanted == NULL || *wanted == '\0' ? drawn : *wanted == '1';
}

/* Mostly one that others read. */
static uint32_t some_index(struct versions *v, const struct world *w)
{
	return chance_one_in(&v->chance, 6) ? 0
										: 1 + (uint32_t)chance_below(&v->chance, w->real_nodes - 1);
}

void versions_open(struct world *w)
{
	struct versions *v = calloc(1, sizeof *v);
	uint32_t newer, other;

	if (v == NULL)
		abort();
	w->versions = v;
	buf_init(&v->body, BODY_MAX);
	buf_init(&v->part, BODY_MAX);
	v->chance.state = w->seed ^ UINT64_C(0x7e51a11e);
	v->is_mixed = is_mixed(v);
	if (!v->is_mixed)
		return;
	newer = some_index(v, w);
	v->of[newer] = VERSION_NEWER;
	v->says_critical = chance_one_in(&v->chance, 2);
	upgrade(w, &w->nodes[newer]);
	other = some_index(v, w);
	if (other != newer)
		v->of[other] = VERSION_OLDER;
	if (chance_one_in(&v->chance, 2))
		v->upgrade_at = UPGRADE_AFTER + chance_below(&v->chance, UPGRADE_BEFORE - UPGRADE_AFTER);
}

void versions_close(struct world *w)
{
	if (w->versions == NULL)
		return;
	buf_clear(&w->versions->body);
	buf_clear(&w->versions->part);
	free(w->versions);
	w->versions = NULL;
}

void versions_clone(struct world *w, const struct sim_node *of, const struct sim_node *clone)
{
	struct versions *v = w->versions;

	v->of[clone->index] = v->of[of->index];
	v->is_upgraded[clone->index] = v->is_upgraded[of->index];
	for (uint32_t i = 0; i < w->host_count && v->is_upgraded[of->index]; i++)
		if (w->hosts[i].node == clone)
			w->hosts[i].service = later_service(w->hosts[i].service);
}

void versions_step(struct world *w, uint64_t inputs)
{
	struct versions *v = w->versions;
	struct sim_node *node;

	if (!v->is_mixed || v->upgrade_at == 0 || inputs < v->upgrade_at)
		return;
	v->upgrade_at = 0;
	node = &w->nodes[chance_below(&v->chance, w->real_nodes)];
	if (v->is_upgraded[node->index])
		return;
	world_count(w, FAULT_UPGRADE);
	upgrade(w, node);
}

bool versions_sign(const struct sim_node *node)
{
	const struct versions *v = node->world->versions;

	return v == NULL || v->of[node->index] != VERSION_OLDER;
}

bool versions_wish(struct wishes *s, struct arena *arena, struct wish *ret)
{
	struct versions *v = s->world->versions;
	struct catat_kelak *c;

	if (v == NULL || s->world->is_calm || !v->is_upgraded[s->node->index] ||
		!chance_one_in(&v->chance, LATER_ODDS))
		return false;
	c = arena_take(arena, sizeof *c);
	if (c == NULL)
		return false;
	c->number = (uint32_t)chance_below(&v->chance, 1000);
	c->is_critical = v->says_critical && chance_one_in(&v->chance, CRITICAL_ODDS);
	*ret = (struct wish) { chance_one_in(&v->chance, 2) ? "intake" : "workflow",
		&schema_catat_kelak, c };
	world_count(s->world, FAULT_LATER);
	return true;
}

/* --- what stands still --- */

static bool is_stopped_by_version(const struct follow *f)
{
	return f->stopped != NULL && strcmp(f->stopped, RULE_CRITICAL) == 0;
}

bool versions_hold(const struct world *w, const struct actor_host *h, const struct follow *f)
{
	return w->versions != NULL && !w->versions->is_upgraded[h->node->index] &&
		is_stopped_by_version(f);
}

/* The first record of the log that may not be passed over; 0: none. */
static uint64_t first_critical(struct actor_host *h)
{
	const struct log *log = store_log(runtime_store(h->runtime));
	struct txn *txn = NULL;
	struct arena arena;
	uint64_t found = 0;

	if (txn_begin(runtime_store(h->runtime), KV_READ, &txn) != ERR_OK)
		return 0;
	arena_init(&arena, 1024 * 1024);
	for (uint64_t seq = 1; seq <= log->committed.seq && found == 0; seq++) {
		struct record record;
		struct hash hash;
		struct str bytes;

		arena_reset(&arena);
		if (log_get(log, txn_kv(txn), seq, &hash, &bytes) == ERR_OK &&
			record_decode(bytes, &arena, &record) == ERR_OK && later_is_critical(&record))
			found = seq;
	}
	arena_clear(&arena);
	txn_abort(&txn);
	return found;
}

/* The state that the service tells of itself names the stream and why. */
static bool is_named(struct actor_host *h, const char *stream)
{
	struct keadaan question = { 0 };
	struct keadaan_layanan state = { 0 };
	struct str go_on;

	if (sim_ask(h, &schema_keadaan, &question, (struct str) { NULL, 0 }, &state, &go_on) != ERR_OK)
		return false;
	for (uint32_t n = 0; n < state.mengikuti_len; n++)
		if (str_is(state.mengikuti[n].aliran, stream) && state.mengikuti[n].has_berhenti &&
			str_is(state.mengikuti[n].berhenti, RULE_CRITICAL))
			return true;
	return false;
}

/* One stream of a node that is newer than its reader. */
static void check_stream(struct world *w, struct actor_host *reader, struct actor_host *origin)
{
	uint64_t critical = first_critical(origin);
	char name[NODE_STREAM_MAX + 1];
	const struct follow *f;

	if (node_stream_name(origin->node->id, str_of(origin->service->name), name) != ERR_OK)
		return;
	f = follow_of(reader->runtime, str_of(name));
	if (f == NULL || (critical == 0 && origin->node->restores > 0))
		return; /* what it stands at may be gone */
	if (critical == 0 ? is_stopped_by_version(f) : f->projected.seq >= critical)
		world_fail(w, "versions",
			"%s has read %s to %" PRIu64 "%s; what may not be passed over: %" PRIu64,
			reader->node->name, name, f->projected.seq,
			is_stopped_by_version(f) ? " and stands still" : "", critical);
	else if (critical > 0 && origin->node->restores == 0 && f->projected.seq != critical - 1)
		world_fail(w, "versions", "%s stands at %" PRIu64 " of %s before it has to (%" PRIu64 ")",
			reader->node->name, f->projected.seq, name, critical);
	else if (critical > 0 && origin->node->restores == 0 && !is_stopped_by_version(f))
		world_fail(w, "versions", "%s does not say why %s stands still: %s", reader->node->name,
			name, f->stopped == NULL ? "nothing" : f->stopped);
	if (w->failure == NULL && is_stopped_by_version(f) && !is_named(reader, name))
		world_fail(w, "versions", "the state of reporting of %s does not name %s",
			reader->node->name, name);
}

static bool is_below(const struct sim_node *node, const struct sim_node *top)
{
	while (node != NULL && node->parent != top)
		node = node->parent;
	return node != NULL;
}

static void check_reader(struct world *w, struct actor_host *reader)
{
	for (uint32_t i = 0; i < w->host_count && w->failure == NULL; i++) {
		struct actor_host *origin = &w->hosts[i];

		if (origin->node->index < w->real_nodes && is_below(origin->node, reader->node) &&
			w->versions->is_upgraded[origin->node->index] && origin->runtime != NULL &&
			(strcmp(origin->service->name, "intake") == 0 ||
				strcmp(origin->service->name, "workflow") == 0))
			check_stream(w, reader, origin);
	}
}

bool versions_upgrade(struct world *w)
{
	struct versions *v = w->versions;
	bool is_any = false;

	if (v == NULL || !v->is_mixed)
		return false;
	for (uint32_t n = 0; n < w->real_nodes && w->failure == NULL; n++) {
		if (v->is_upgraded[n])
			continue;
		check_reader(w, node_host(w, &w->nodes[n], str_of("reporting")));
	}
	for (uint32_t n = 0; n < w->real_nodes && w->failure == NULL; n++) {
		if (v->is_upgraded[n])
			continue;
		upgrade(w, &w->nodes[n]);
		is_any = true;
	}
	return is_any;
}
