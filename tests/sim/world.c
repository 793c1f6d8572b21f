#include "sim/world.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash_point.h"
#include "base/log_line.h"
#include "sim/hostile.h"
#include "sim/incidents.h"
#include "sim/nodes.h"
#include "sim/versions.h"
#include "sim/restored.h"

const char *const fault_names[FAULT_COUNT] = {
	[FAULT_LOSS] = "loss",
	[FAULT_DELAY] = "delay",
	[FAULT_DUPLICATE] = "duplicate",
	[FAULT_REORDER] = "reorder",
	[FAULT_CLOG] = "clog",
	[FAULT_CUT] = "cut",
	[FAULT_CRASH_POINT] = "crash-point",
	[FAULT_KILL] = "kill",
	[FAULT_STOP] = "stop",
	[FAULT_RESTORE] = "restore",
	[FAULT_CLOCK_JUMP] = "clock-jump",
	[FAULT_LEAP] = "leap",
	[FAULT_DISK_FULL] = "disk-full",
	[FAULT_COMMIT_FULL] = "commit-full",
	[FAULT_COMMIT_LOST] = "commit-lost",
	[FAULT_COMMIT_APPLIED] = "commit-applied",
	[FAULT_REPEAT] = "repeat",
	[FAULT_REBUILD] = "rebuild",
	[FAULT_OFFLINE] = "offline",
	[FAULT_ONE_WAY] = "one-way",
	[FAULT_BACKUP] = "backup",
	[FAULT_RESTORE_AGAIN] = "restore-again",
	[FAULT_SUSPEND] = "suspend",
	[FAULT_REVOKE] = "revoke",
	[FAULT_ROTATE] = "rotate",
	[FAULT_LATER] = "later-version",
	[FAULT_UPGRADE] = "upgrade",
	[FAULT_HOSTILE] = "hostile",
	[FAULT_CLONE] = "clone",
	[FAULT_SALVAGED] = "-> salvaged",
	[FAULT_NEW_EPOCH] = "-> new epoch",
};

time_us world_wall(const struct world *w)
{
	return w->epoch + w->now;
}

void world_fail(struct world *w, const char *what, const char *format, ...)
{
	va_list args;

	if (w->failure != NULL)
		return;
	w->failure = what;
	va_start(args, format);
	(void)vsnprintf(w->failure_text, sizeof w->failure_text, format, args);
	va_end(args);
}

void world_count(struct world *w, enum fault fault)
{
	w->faults[fault]++;
}

void world_run_host(struct world *w, struct actor_host *h)
{
	w->running = h;
	if (!w->is_logged)
		return;
	(void)snprintf(w->who, sizeof w->who, "%s/%s %.3f", h->node->name, h->service->name,
		(double)w->now / 1e6);
	log_thread(w->who);
}

bool world_one_in(struct world *w, uint32_t n)
{
	return n > 0 && !w->is_calm && chance_one_in(&w->chance, n);
}

static uint32_t point_of(struct tally *t, const char *name)
{
	uint32_t i = 0;

	while (i < POINTS_MAX && t->points[i].name[0] != '\0' && strcmp(t->points[i].name, name) != 0)
		i++;
	assert(i < POINTS_MAX);
	(void)snprintf(t->points[i].name, sizeof t->points[i].name, "%s", name);
	return i;
}

/* A point that is seldom passed kills more often when it is. */
static uint32_t point_odds(const struct world *w, uint32_t i)
{
	uint64_t share = w->passages_all / w->passages[i];
	uint64_t odds = w->weather.crash_point;

	if (share > 10)
		odds = odds * 10 / share;
	return odds == 0 && w->weather.crash_point > 0 ? 3 : (uint32_t)odds;
}

static void on_crash_point(void *self, const char *name)
{
	struct world *w = self;
	struct actor_host *h = w->running;
	uint32_t i;

	if (h == NULL || w->is_quiet || h->is_dying)
		return;
	i = point_of(w->tally, name);
	w->tally->points[i].passages++;
	w->passages[i]++;
	w->passages_all++;
	if (!world_one_in(w, point_odds(w, i)))
		return;
	world_count(w, FAULT_CRASH_POINT);
	w->tally->points[i].crashes++;
	kv_memory_crash(h->kv);
	h->image = kv_memory_image(h->kv);
	h->is_dying = true;
}

/* Each fault has its own odds in each seed, and is absent from some. */
static uint32_t odds(struct world *w, uint32_t often, uint32_t seldom)
{
	if (chance_one_in(&w->chance, 4))
		return 0;
	return often + (uint32_t)chance_below(&w->chance, seldom - often);
}

static void weather_draw(struct world *w)
{
	w->weather = (struct weather) {
		.loss = odds(w, 100, 2000),
		.delay = odds(w, 20, 500),
		.duplicate = odds(w, 100, 2000),
		.reorder = odds(w, 100, 2000),
		.clog = odds(w, 500, 4000),
		.cut = odds(w, 1000, 8000),
		.crash_point = odds(w, 200, 3000),
		.kill = odds(w, 500, 5000),
		.stop = odds(w, 1000, 8000),
		.clock_jump = odds(w, 2000, 20000),
		.leap = odds(w, 300, 2000),
		.disk_full = odds(w, 2000, 10000),
		.commit_full = odds(w, 500, 5000),
		.commit_lost = odds(w, 1000, 8000),
		.commit_applied = odds(w, 1000, 8000),
		.restore = chance_one_in(&w->chance, 5) ? 1 : 0,
		.repeat = odds(w, 5, 50),
		.rebuild = odds(w, 2, 8),
		.latency_us = 50 + (uint32_t)chance_below(&w->chance, 20000),
	};
}

static void begin(struct world *w, uint64_t seed, struct tally *tally)
{
	memset(w, 0, sizeof *w);
	w->seed = seed;
	w->is_logged = getenv("SIM_LOG") != NULL;
	w->chance.state = seed;
	w->tally = tally;
	w->now = US_PER_SECOND;
	w->epoch = INT64_C(1767578400) * US_PER_SECOND; /* 2026-01-05 09:00 WIB */
	random_from(&w->chance);
	crash_hook_set(on_crash_point, w);
	weather_draw(w);
}

static struct sim_node *node_add(struct world *w, struct sim_node *parent, const char *name,
	const struct service *const *services, uint32_t count)
{
	struct sim_node *node = &w->nodes[w->node_count];

	assert(w->node_count < NODES_MAX && w->host_count + count <= HOSTS_MAX);
	node->world = w;
	node->index = w->node_count++;
	node->parent = parent;
	node->generation = node->generation_told = 1;
	node->link_changes_at = INT64_MAX;
	(void)snprintf(node->name, sizeof node->name, "%s", name);
	memset(node->id.bytes, 7 + (int)node->index, sizeof node->id.bytes);
	memset(node->root.bytes, 3 + (int)node->index, sizeof node->root.bytes);
	for (uint32_t i = 0; i < count; i++) {
		struct actor_host *h = &w->hosts[w->host_count];

		h->world = w;
		h->node = node;
		h->index = w->host_count++;
		h->service = services[i];
		keyring_derive(&node->root, str_of(services[i]->name), 1, &h->ring);
		sidecar_memory_init(&h->notes);
	}
	return node;
}

struct sim_node *world_add_clone(struct world *w, struct sim_node *of)
{
	struct sim_node *node =
		node_add(w, of->parent, of->name, sim_tree_services, sim_tree_service_count);

	node->is_clone = true;
	node->id = of->id;
	node->root = of->root;
	node->generation = of->generation;
	node->generation_told = of->generation_told;
	for (uint32_t i = 0; i < w->host_count; i++)
		if (w->hosts[i].node == node)
			keyring_derive(&node->root, str_of(w->hosts[i].service->name), 1, &w->hosts[i].ring);
	versions_clone(w, of, node);
	node->client = client_new(node);
	return node;
}

static void start_all(struct world *w)
{
	for (uint32_t i = 0; i < w->host_count && w->failure == NULL; i++)
		host_start(w, &w->hosts[i]);
	for (uint32_t n = 0; n < w->node_count; n++)
		w->nodes[n].client = client_new(&w->nodes[n]);
}

void world_open(struct world *w, uint64_t seed, struct tally *tally)
{
	begin(w, seed, tally);
	(void)node_add(w, NULL, "sim", sim_node_services, sim_node_service_count);
	start_all(w);
}

void world_open_tree(struct world *w, uint64_t seed, struct tally *tally)
{
	struct sim_node *province, *utama;
	uint32_t pembantu;

	begin(w, seed, tally);
	w->is_tree = true;
	w->is_fair = getenv("SIM_FAIR") != NULL;
	if (w->is_fair)
		w->weather = (struct weather) { .latency_us = 1000 };
	w->weather.pace_us = 500000 + (uint32_t)chance_below(&w->chance, 4000000);
	pembantu = 1 + (uint32_t)chance_below(&w->chance, 2);
	province = node_add(w, NULL, "provinsi", sim_tree_services, sim_tree_service_count);
	utama = node_add(w, province, "utama", sim_tree_services, sim_tree_service_count);
	for (uint32_t n = 0; n < pembantu; n++)
		(void)node_add(w, utama, n == 0 ? "pembantu-a" : "pembantu-b", sim_tree_services,
			sim_tree_service_count);
	w->real_nodes = w->node_count;
	versions_open(w);
	hostile_open(w);
	start_all(w);
}

void world_close(struct world *w)
{
	for (uint32_t n = 0; n < w->node_count; n++)
		client_free(&w->nodes[n].client);
	mail_close(w);
	hostile_close(w);
	versions_close(w);
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct actor_host *h = &w->hosts[i];

		runtime_drop(&h->runtime);
		kv_image_free(&h->image);
		kv_image_free(&h->backup);
		restored_free(h);
		sidecar_memory_clear(&h->notes);
	}
	while (w->heap_count > 0)
		message_free(heap_take(w));
	world_heap_free(w);
	crash_hook_set(NULL, NULL);
}

/* Time goes on by days at once: a machine that slept, deadlines that pass. */
static void leap(struct world *w)
{
	if (!world_one_in(w, w->weather.leap))
		return;
	world_count(w, FAULT_LEAP);
	w->now += (time_us)chance_below(&w->chance, 4 * 86400) * US_PER_SECOND;
}

/* The client whose turn is next. */
static struct client *next_client(const struct world *w)
{
	struct client *first = w->nodes[0].client;

	for (uint32_t n = 1; n < w->node_count; n++)
		if (!w->nodes[n].is_stopped && client_next(w->nodes[n].client) < client_next(first))
			first = w->nodes[n].client;
	return first;
}

static time_us next_moment(const struct world *w)
{
	time_us at = client_next(next_client(w));

	if (mail_next(w) < at)
		at = mail_next(w);
	if (w->heap_count > 0 && message_at(w->heap[0]) < at)
		at = message_at(w->heap[0]);
	for (uint32_t i = 0; i < w->host_count; i++)
		if (w->hosts[i].wake_at < at)
			at = w->hosts[i].wake_at;
	return at;
}

static void step(struct world *w)
{
	time_us at = next_moment(w);

	if (at > w->now)
		w->now = at;
	if (w->heap_count > 0 && message_at(w->heap[0]) <= w->now) {
		struct message *m = heap_take(w);

		net_deliver(w, m);
		message_free(m);
		return;
	}
	if (mail_next(w) <= w->now) {
		mail_tick(w);
		return;
	}
	for (uint32_t i = 0; i < w->host_count; i++) {
		if (w->hosts[i].wake_at > w->now)
			continue;
		host_turn(w, &w->hosts[i]);
		return;
	}
	client_tick(next_client(w));
	leap(w);
}

void world_run(struct world *w, time_us until)
{
	while (w->failure == NULL && w->now < until)
		step(w);
}

void world_calm(struct world *w)
{
	w->is_calm = true;
	if (w->is_tree)
		incidents_calm(w);
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct actor_host *h = &w->hosts[i];

		h->full_until = 0;
		if (h->kv != NULL) {
			kv_memory_limit(h->kv, 0);
			kv_memory_fail(h->kv, KV_FAULT_NONE);
		}
	}
	for (uint32_t i = 0; i < CONNS_MAX; i++)
		w->conns[i].clogged_until[0] = w->conns[i].clogged_until[1] = 0;
	for (uint32_t n = 0; n < w->node_count; n++)
		client_calm(w->nodes[n].client);
}
