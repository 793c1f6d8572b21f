#include "sim/incidents.h"

#include <string.h>

#include "runtime/engine.h"
#include "sim/clones.h"
#include "sim/links.h"
#include "sim/versions.h"

enum { EVERY_INPUTS = 200 };

static struct sim_node *some_node(struct world *w, bool has_parent)
{
	uint32_t first = has_parent ? 1 : 0;

	return &w->nodes[first + chance_below(&w->chance, w->real_nodes - first)];
}

/* How long a way is lost: seconds, a minute, or days that pass at once. */
static time_us until_when(struct world *w)
{
	if (chance_one_in(&w->chance, 4)) {
		w->now += (time_us)chance_below(&w->chance, 5 * US_PER_DAY);
		return w->now + 10 * US_PER_SECOND;
	}
	return w->now +
		(time_us)chance_below(&w->chance, (chance_one_in(&w->chance, 2) ? 10 : 60) * US_PER_SECOND);
}

/* --- the ways --- */

static bool go_offline(struct world *w)
{
	struct sim_node *node = some_node(w, true);

	node->way_lost_until[0] = node->way_lost_until[1] = until_when(w);
	return true;
}

static bool lose_one_way(struct world *w)
{
	struct sim_node *node = some_node(w, true);

	node->way_lost_until[chance_below(&w->chance, 2)] = until_when(w);
	return true;
}

/* --- restore --- */

static bool back_up(struct world *w)
{
	struct sim_node *node = some_node(w, false);
	uint64_t before = node->backups;

	if (!client_is_prepared(node->client))
		return false;
	host_backup_all(w, node);
	return node->backups > before;
}

/* Whether what the service has is of the history that the node above holds: not, where a person had opened it by a
 * commit whose outcome was not known. */
static bool is_of_copy(struct actor_host *h, struct actor_host *above, const struct follow *f)
{
	struct place head = store_log(runtime_store(h->runtime))->committed;
	struct txn *txn = NULL;
	bool is = txn_begin(runtime_store(above->runtime), KV_READ, &txn) == ERR_OK &&
		(head.seq == 0 || mirror_has(txn, &f->mirror, &head) == ERR_OK);

	txn_abort(&txn);
	return is;
}

/* The copy of the log at the node above reaches to seq, as far as anybody knows. */
static bool is_held_above(struct world *w, struct actor_host *h, uint64_t seq)
{
	struct actor_host *above = node_host(w, h->node->parent, str_of("federation"));
	char name[NODE_STREAM_MAX + 1];
	const struct follow *f;

	if (node_stream_name(h->node->id, str_of(h->service->name), name) != ERR_OK)
		return false;
	if (above->runtime == NULL || above->runtime->fence != NULL)
		return true; /* nobody knows yet */
	f = mirror_of(above->runtime, str_of(name));
	if (f == NULL || !f->has_mirror)
		return seq == 0;
	return f->stopped == NULL && f->mirror.head.seq >= seq && is_of_copy(h, above, f);
}

/* A set that is put back twice: in between the node works alone, and what it writes then is known to its
 * side-car, not to the node above. */
static void plan_again(struct world *w, struct sim_node *node, uint64_t inputs)
{
	node->restore_again_at = inputs + EVERY_INPUTS + chance_below(&w->chance, 2 * EVERY_INPUTS);
	node->patience = 0;
	if (node->parent != NULL)
		node->way_lost_until[0] = node->way_lost_until[1] = w->now + US_PER_DAY;
}

/* The node above holds all that the node has, or nearly. */
static bool has_shipped(struct world *w, const struct sim_node *node)
{
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct actor_host *h = &w->hosts[i];

		if (h->node == node && h->runtime != NULL && h->service->is_federated &&
			!is_held_above(w, h, store_log(runtime_store(h->runtime))->committed.seq))
			return false;
	}
	return true;
}

static bool restore(struct world *w)
{
	struct sim_node *node = some_node(w, false);

	if (node->parent != NULL && !chance_one_in(&w->chance, 4) && !has_shipped(w, node))
		return false; /* most have told what they had: then it can come back */
	if (!node->has_backup || node->restore_again_at != 0 || !host_restore_tree(w, node))
		return false;
	/* some wait for what the node above holds, others go on without it */
	node->patience = (uint32_t)chance_below(&w->chance, chance_one_in(&w->chance, 4) ? 10 : 10000);
	if (chance_one_in(&w->chance, 2))
		plan_again(w, node, inputs_of(w));
	else
		node->has_backup = false;
	return true;
}

static void restore_again(struct world *w, struct sim_node *node, uint64_t inputs)
{
	if (node->restore_again_at == 0 || inputs < node->restore_again_at ||
		!host_restore_tree(w, node))
		return;
	world_count(w, FAULT_RESTORE_AGAIN);
	node->way_lost_until[0] = node->way_lost_until[1] = 0;
	node->patience = (uint32_t)chance_below(&w->chance, 10000);
	node->restore_again_at = 0;
	node->has_backup = false;
}

/* What the node above holds reaches to what the side-car knows. */
static bool is_salvageable(struct world *w, struct actor_host *h)
{
	return h->node->parent != NULL && h->service->is_federated && versions_sign(h->node) &&
		versions_sign(h->node->parent) && strcmp(h->runtime->fence, FENCE_BACK) == 0 &&
		h->runtime->salvage.rest == 0 && /* what nothing proves is a person's matter */
		is_held_above(w, h, h->notes.head.head.seq);
}

/* Federation fetches the lost ends of the others behind its own fence, and may be left so for a while: not for ever,
 * since it cannot learn there that the way to its parent is another one now. */
static bool is_fetching(struct world *w, struct actor_host *h)
{
	for (uint32_t n = 0; h->service->links != NULL && !w->is_calm && n < w->host_count; n++) {
		struct actor_host *other = &w->hosts[n];

		if (other->node == h->node && other->runtime != NULL && other->runtime->fence != NULL &&
			is_salvageable(w, other))
			return true;
	}
	return false;
}

bool fence_wants_person(struct world *w, struct actor_host *h)
{
	if (h->runtime->fence == NULL || h->node->is_clone)
		return false;
	if (!is_salvageable(w, h) && !is_fetching(w, h))
		return true;
	if (w->is_calm || h->node->patience > 0) {
		h->node->patience -= h->node->patience > 0;
		return false;
	}
	return true;
}

/* --- links --- */

static bool suspend(struct world *w)
{
	struct sim_node *node = some_node(w, true);

	if (node->link_wanted != LINK_ACCEPTED || !links_are_made(node))
		return false;
	node->link_wanted = LINK_SUSPENDED;
	node->link_changes_at = w->now + (time_us)chance_below(&w->chance, 40 * US_PER_SECOND);
	return true;
}

static bool revoke(struct world *w)
{
	struct sim_node *node = some_node(w, true);

	if (node->link_wanted != LINK_ACCEPTED || !links_are_made(node) ||
		node->generation != node->generation_told)
		return false;
	node->link_wanted = LINK_REVOKED;
	node->link_changes_at = w->now + (time_us)chance_below(&w->chance, 40 * US_PER_SECOND);
	return true;
}

static void restart_federation(struct world *w, struct sim_node *node)
{
	struct actor_host *h = node_host(w, node, str_of("federation"));

	host_down(w, h);
}

/* The node takes its next keys into use, before or after the others know. */
static bool rotate(struct world *w)
{
	struct sim_node *node = some_node(w, false);

	if (node->link_wanted != LINK_ACCEPTED || !links_are_made(node) ||
		node->generation != node->generation_told)
		return false;
	node->generation_told++;
	if (chance_one_in(&w->chance, 2)) {
		node->generation++;
		restart_federation(w, node);
	} else {
		node->link_changes_at = w->now + (time_us)chance_below(&w->chance, 40 * US_PER_SECOND);
	}
	return true;
}

static void links_change(struct world *w, struct sim_node *node)
{
	if (w->now < node->link_changes_at && !w->is_calm)
		return;
	node->link_changes_at = INT64_MAX;
	if (node->link_wanted == LINK_REVOKED) { /* it comes back under keys that nobody has seen */
		node->generation = node->generation_told = node->generation_told + 2;
		restart_federation(w, node);
	} else if (node->generation < node->generation_told) {
		node->generation = node->generation_told;
		restart_federation(w, node);
	}
	node->link_wanted = LINK_ACCEPTED;
}

/* --- which --- */

/* clang-format off */
static const struct {
	enum fault fault;
	bool (*happen)(struct world *w); /* false: not now */
} incidents[] = {
	{ FAULT_OFFLINE,  go_offline },
	{ FAULT_ONE_WAY,  lose_one_way },
	{ FAULT_BACKUP,   back_up },
	{ FAULT_RESTORE,  restore },
	{ FAULT_SUSPEND,  suspend },
	{ FAULT_REVOKE,   revoke },
	{ FAULT_ROTATE,   rotate },
	{ FAULT_CLONE,    clones_make },
};
/* clang-format on */
enum { KINDS = sizeof incidents / sizeof incidents[0] };

void incidents_step(struct world *w, uint64_t inputs)
{
	uint32_t kind;

	for (uint32_t n = 0; n < w->real_nodes; n++)
		if (w->nodes[n].link_changes_at <= w->now)
			links_change(w, &w->nodes[n]);
	for (uint32_t n = 0; n < w->real_nodes; n++)
		restore_again(w, &w->nodes[n], inputs);
	clones_step(w);
	if (w->is_fair || w->is_calm || inputs < w->next_incident)
		return;
	kind = (uint32_t)chance_below(&w->chance, KINDS);
	if (!incidents[kind].happen(w))
		return; /* another one in the next slice */
	world_count(w, incidents[kind].fault);
	w->next_incident = inputs + EVERY_INPUTS / 2 + chance_below(&w->chance, EVERY_INPUTS);
}

void incidents_calm(struct world *w)
{
	clones_step(w);
	for (uint32_t n = 0; n < w->real_nodes; n++) {
		struct sim_node *node = &w->nodes[n];

		node->way_lost_until[0] = node->way_lost_until[1] = 0;
		node->restore_again_at = 0;
		if (node->link_changes_at != INT64_MAX)
			links_change(w, node);
	}
}
