#include "sim/clones.h"

#include <inttypes.h>
#include <string.h>

#include "runtime/engine.h"
#include "sim/restored.h"

/* --- who they are --- */

static struct actor_host *twin_of(struct world *w, const struct actor_host *clone)
{
	for (uint32_t n = 0; n < w->real_nodes; n++)
		if (id_equal(w->nodes[n].id, clone->node->id))
			return node_host(w, &w->nodes[n], str_of(clone->service->name));
	return NULL;
}

bool clones_is_listening(struct world *w, const struct actor_host *h)
{
	for (uint32_t n = w->real_nodes; n < w->node_count; n++)
		if (id_equal(w->nodes[n].id, h->node->id) && w->nodes[n].has_address &&
			!w->nodes[n].is_stopped)
			return h->node == &w->nodes[n];
	return !h->node->is_clone;
}

/* --- their life --- */

static bool is_up(const struct world *w, const struct sim_node *node)
{
	for (uint32_t i = 0; i < w->host_count; i++)
		if (w->hosts[i].node == node && w->hosts[i].runtime == NULL)
			return false;
	return true;
}

/* The other machine had a life of its own before, or none. */
static void alien_notes(struct world *w, struct sidecar_memory *notes)
{
	notes->has_head = true;
	notes->head = (struct sidecar_head) { .boots = 1 + chance_below(&w->chance, 9) };
	notes->head.instance = id_new(world_wall(w));
	notes->head.head =
		(struct place) { .epoch = id_new(world_wall(w)), .seq = chance_below(&w->chance, 300) };
}

bool clones_make(struct world *w)
{
	struct sim_node *node = &w->nodes[chance_below(&w->chance, w->real_nodes)], *clone;
	bool is_alien = chance_one_in(&w->chance, 2);
	uint32_t count = w->host_count;

	if (w->node_count == NODES_MAX || !client_is_prepared(node->client) || !is_up(w, node))
		return false;
	clone = world_add_clone(w, node);
	clone->has_address = chance_one_in(&w->chance, 2);
	clone->stops_at = w->now + (time_us)chance_below(&w->chance, 60 * US_PER_SECOND);
	for (uint32_t i = 0; i < count; i++) {
		struct actor_host *h = &w->hosts[i], *copy;

		if (h->node != node)
			continue;
		copy = node_host(w, clone, str_of(h->service->name));
		copy->image = kv_memory_image(h->kv);
		copy->backup_head = store_log(runtime_store(h->runtime))->committed;
		copy->wake_at = w->now + (time_us)chance_below(&w->chance, US_PER_SECOND);
		if (is_alien)
			alien_notes(w, &copy->notes);
	}
	return true;
}

static void stop(struct world *w, struct sim_node *clone)
{
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct actor_host *h = &w->hosts[i];

		if (h->node != clone)
			continue;
		if (h->runtime != NULL)
			clones_look(w, h);
		host_down(w, h);
		h->wake_at = INT64_MAX;
	}
	clone->is_stopped = true;
	if (client_accepted(clone->client) > 0)
		world_fail(w, "clone", "a clone of %s did what it was told", clone->name);
}

void clones_step(struct world *w)
{
	for (uint32_t n = w->real_nodes; n < w->node_count; n++)
		if (!w->nodes[n].is_stopped && (w->is_calm || w->now >= w->nodes[n].stops_at))
			stop(w, &w->nodes[n]);
}

/* --- what they must not --- */

void clones_look(struct world *w, struct actor_host *h)
{
	const struct log *log = store_log(runtime_store(h->runtime));
	struct actor_host *twin = twin_of(w, h);
	struct txn *txn = NULL, *other = NULL;
	struct hash hash, true_hash;
	struct str bytes;

	if (!h->node->is_clone)
		return;
	if (h->runtime->fence == NULL && h->backup_head.seq > 0)
		world_fail(w, "clone", "%s of a clone of %s is not fenced", h->service->name,
			h->node->name);
	if (log->committed.seq <= h->backup_head.seq || twin == NULL || twin->runtime == NULL)
		return; /* it has nothing that its twin had not */
	if (!h->service->is_federated)
		world_fail(w, "clone", "%s of a clone of %s writes", h->service->name, h->node->name);
	/* Without a side-car it may have taken what the node above holds, and nothing else. */
	if (txn_begin(runtime_store(h->runtime), KV_READ, &txn) == ERR_OK &&
		txn_begin(runtime_store(twin->runtime), KV_READ, &other) == ERR_OK &&
		log_get(log, txn_kv(txn), log->committed.seq, &hash, &bytes) == ERR_OK &&
		(log_get(store_log(runtime_store(twin->runtime)), txn_kv(other), log->committed.seq,
			 &true_hash, &bytes) != ERR_OK ||
			!hash_equal(&hash, &true_hash)) &&
		!restored_took(twin, log->committed.seq, &hash))
		world_fail(w, "clone", "%s of a clone of %s has a record %" PRIu64 " of its own",
			h->service->name, h->node->name, log->committed.seq);
	txn_abort(&txn);
	txn_abort(&other);
}

void clones_dialled(struct world *w, const struct actor_host *h)
{
	if (h->node->is_clone &&
		!str_is(str_of(h->runtime->fence == NULL ? "" : h->runtime->fence), FENCE_ALONE))
		world_fail(w, "clone", "a clone of %s dials the node above", h->node->name);
}

void clones_let_in(struct world *w, const struct actor_host *h)
{
	if (h->node->is_clone)
		world_fail(w, "clone", "a clone of %s lets another node in", h->node->name);
}
