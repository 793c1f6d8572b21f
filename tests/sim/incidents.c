#include "sim/incidents.h"

#include <string.h>

#include "runtime/engine.h"
#include "sim/links.h"

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
		(time_us)chance_below(&w->chance,
			(chance_one_in(&w->chance, 2) ? 20 : 120) * US_PER_SECOND);
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

static bool restore(struct world *w)
{
	struct sim_node *node = some_node(w, false);

	if (!node->has_backup || !host_restore_tree(w, node))
		return false;
	/* some wait for what the node above holds, others go on without it */
	node->patience = (uint32_t)chance_below(&w->chance, chance_one_in(&w->chance, 4) ? 10 : 10000);
	return true;
}

/* What the node above holds reaches to what the side-car knows. */
static bool is_salvageable(struct world *w, struct actor_host *h)
{
	struct actor_host *above;
	char name[NODE_STREAM_MAX + 1];
	const struct follow *f;

	if (h->node->parent == NULL || !h->service->is_federated ||
		strcmp(h->runtime->fence, FENCE_BACK) != 0 ||
		node_stream_name(h->node->id, str_of(h->service->name), name) != ERR_OK)
		return false;
	above = node_host(w, h->node->parent, str_of("federation"));
	if (above->runtime == NULL || above->runtime->fence != NULL)
		return true; /* nobody knows yet */
	f = mirror_of(above->runtime, str_of(name));
	return f != NULL && f->stopped == NULL && f->mirror.head.seq >= h->notes.head.head.seq;
}

bool fence_wants_person(struct world *w, struct actor_host *h)
{
	if (h->runtime->fence == NULL || h->node->is_clone)
		return false;
	if (!is_salvageable(w, h))
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
	node->link_changes_at = w->now + (time_us)chance_below(&w->chance, 100 * US_PER_SECOND);
	return true;
}

static bool revoke(struct world *w)
{
	struct sim_node *node = some_node(w, true);

	if (node->link_wanted != LINK_ACCEPTED || !links_are_made(node) ||
		node->generation != node->generation_told)
		return false;
	node->link_wanted = LINK_REVOKED;
	node->link_changes_at = w->now + (time_us)chance_below(&w->chance, 100 * US_PER_SECOND);
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
		node->link_changes_at = w->now + (time_us)chance_below(&w->chance, 60 * US_PER_SECOND);
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
};
/* clang-format on */
enum { KINDS = sizeof incidents / sizeof incidents[0] };

void incidents_step(struct world *w, uint64_t inputs)
{
	uint32_t kind;

	for (uint32_t n = 0; n < w->real_nodes; n++)
		if (w->nodes[n].link_changes_at <= w->now)
			links_change(w, &w->nodes[n]);
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
	for (uint32_t n = 0; n < w->real_nodes; n++) {
		struct sim_node *node = &w->nodes[n];

		node->way_lost_until[0] = node->way_lost_until[1] = 0;
		if (node->link_changes_at != INT64_MAX)
			links_change(w, node);
	}
}
