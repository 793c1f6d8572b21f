/* The two phases of a seed: everything goes wrong, then all comes to rest. */
#include <inttypes.h>

#include "runtime/engine.h"
#include "sim/hostile.h"
#include "sim/incidents.h"
#include "sim/versions.h"
#include "sim/world.h"

enum { INPUTS_WANTED = 2000, TREE_INPUTS_WANTED = 10000 };

uint64_t inputs_of(const struct world *w)
{
	uint64_t inputs = 0;

	for (uint32_t i = 0; i < w->host_count; i++) {
		struct runtime_figures f = { 0 };

		if (w->hosts[i].runtime != NULL)
			runtime_figures(w->hosts[i].runtime, &f);
		inputs += w->hosts[i].inputs + f.inputs;
	}
	return inputs;
}

static uint64_t faults_of(const struct world *w)
{
	uint64_t n = 0;

	for (int i = 0; i < FAULT_COUNT; i++)
		n += w->faults[i];
	return n;
}

/* A tree of nodes. */
static void storm_tree(struct world *w)
{
	time_us limit = w->now + INT64_C(3600) * 24 * 400 * US_PER_SECOND;

	while (w->failure == NULL && w->now < limit &&
		(inputs_of(w) < TREE_INPUTS_WANTED || (faults_of(w) < 20 && !w->is_fair))) {
		world_run(w, w->now + US_PER_SECOND / 4);
		incidents_step(w, inputs_of(w));
		versions_step(w, inputs_of(w));
		hostile_step(w);
	}
	if (w->failure == NULL && w->now >= limit)
		world_fail(w, "storm", "only %" PRIu64 " inputs in 400 days", inputs_of(w));
}

/* A node that goes on after a restore has to show that it can. */
static uint64_t wanted(const struct world *w, bool restores)
{
	if (!restores)
		return INPUTS_WANTED + 50;
	if (w->restores == 0)
		return UINT64_MAX;
	return w->nodes[0].goes_on ? INPUTS_WANTED + INPUTS_WANTED / 4 : 0;
}

/* Safety: everything goes wrong. In some seeds the node is put back from an old backup. */
void storm(struct world *w)
{
	time_us limit = w->now + INT64_C(3600) * 24 * 400 * US_PER_SECOND;
	uint64_t backup_at = INPUTS_WANTED / 2, restore_at = INPUTS_WANTED;
	bool restores = w->weather.restore != 0;

	if (w->is_tree) {
		storm_tree(w);
		return;
	}
	while (w->failure == NULL && w->now < limit &&
		(inputs_of(w) < wanted(w, restores) || faults_of(w) < 20)) {
		world_run(w, w->now + US_PER_SECOND / 4);
		if (restores && w->nodes[0].backups == 0 && inputs_of(w) > backup_at)
			host_backup_all(w, &w->nodes[0]);
		if (restores && w->restores == 0 && w->nodes[0].backups > 0 && inputs_of(w) > restore_at)
			host_restore_all(w, &w->nodes[0]);
	}
	if (w->failure == NULL && w->now >= limit)
		world_fail(w, "storm", "only %" PRIu64 " inputs in 400 days", inputs_of(w));
}

static void come_to_rest(struct world *w)
{
	/* A clock that was set back stands still until the time of its last record has come: up to an hour. */
	time_us until = w->now + (w->is_tree ? 3 : 1) * 1800 * US_PER_SECOND;

	while (w->failure == NULL && w->now < until && !world_is_settled(w))
		world_run(w, w->now + US_PER_SECOND);
	if (w->failure == NULL && (w->is_tree || w->restores == 0 || w->nodes[0].goes_on) &&
		!world_is_settled(w))
		world_fail(w, "I6", "not at rest long after the last fault: %s", world_unrest(w));
}

/* Liveness: no faults; all must come to rest, except a node that was rolled back and waits for a person. */
void rest(struct world *w)
{
	world_calm(w);
	hostile_step(w);
	come_to_rest(w);
	if (w->failure == NULL && versions_upgrade(w))
		come_to_rest(w);
}
