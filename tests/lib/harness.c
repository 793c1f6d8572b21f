#include "lib/harness_parts.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crash_point.h"
#include "runtime/service_store.h"

enum { ARENA_BYTES = 1 << 30, PATIENCE_MS = 40 * 86400 * 1000U };

#define MORNING (INT64_C(1773712800) * US_PER_SECOND) /* 2026-03-17T02:00:00Z */
#define STEP_US (30 * US_PER_DAY)                     /* sessions bear this much silence */

static time_us wall(void *self)
{
	return ((struct harness *)self)->wall;
}

static time_us steady(void *self)
{
	return ((struct harness *)self)->steady;
}

struct arena *harness_arena(struct harness *h)
{
	return &h->arena;
}

time_us harness_now(const struct harness *h)
{
	return h->wall;
}

struct str harness_keep(struct harness *h, struct str s)
{
	struct str copy = { NULL, 0 };

	if (s.ptr != NULL)
		assert_int_equal(arena_copy(&h->arena, s, &copy), ERR_OK);
	return copy;
}

struct harness_node *harness_node_find(const struct harness *h, struct str name)
{
	for (uint32_t i = 0; i < h->node_count; i++)
		if (str_is(name, h->nodes[i].service->name))
			return (struct harness_node *)&h->nodes[i];
	return NULL;
}

struct harness_node *harness_node(const struct harness *h, const char *name)
{
	struct harness_node *node = harness_node_find(h, str_of(name));

	if (node == NULL)
		fail_msg("no service %s was opened", name);
	return node;
}

/* The process dies here: what it had not committed is gone, and nothing leaves it any more. */
static void on_crash_point(void *self, const char *name)
{
	struct harness *h = self;
	struct harness_node *node = h->turning;

	if (node == NULL || node->crash_point == NULL || strcmp(node->crash_point, name) != 0 ||
		--node->crash_in > 0)
		return;
	node->crash_point = NULL;
	node->is_dying = true;
	kv_memory_crash(store_kv(runtime_store(node->runtime)));
}

static enum err work_start(void *self, const struct work_kind *kind, struct str key, uint32_t slice,
	struct str payload)
{
	struct harness_node *node = self;
	struct harness *h = node->h;

	if (h->work_count == HARNESS_WORKS_MAX)
		return ERR_UNAVAILABLE;
	h->works[h->work_count++] = (struct harness_work_kept) { .node = node,
		.kind = kind,
		.key = harness_keep(h, key),
		.payload = harness_keep(h, payload),
		.slice = slice };
	return ERR_OK;
}

static struct kv *kv_of(struct harness_node *node)
{
	struct store_options options = { .service = str_of(node->service->name) };
	struct arena *arena = &node->h->arena;
	const char *const *names;
	unsigned count;
	struct kv *kv;

	assert_int_equal(service_tables(node->service, arena, &options.tables, &options.table_count),
		ERR_OK);
	assert_int_equal(store_table_names(&options, arena, &names, &count), ERR_OK);
	kv = kv_memory_open(names, count);
	if (node->image != NULL)
		kv_memory_restore(kv, node->image);
	kv_image_free(&node->image);
	return kv;
}

void harness_start(struct harness *h, const char *service)
{
	struct harness_node *node = harness_node(h, service);
	struct runtime_options options = {
		.service = node->service,
		.settings = node->settings,
		.node = STR("uji"),
		.node_id = { { 7 } },
		.version = "uji",
		.ring = &node->ring,
		.sidecar = sidecar_of_memory(&node->sidecar),
		.host = { wall, steady, h },
		.transport = harness_transport(node),
		.work_host = { node, work_start },
		.batch_inputs_max = 512,
		.batch_events_max = 2048,
		.batch_bytes_max = 1 << 20,
		.watermarks = { 100, 100, 0, 0 },
		.ping_ms = PATIENCE_MS / 2,
		.dead_ms = PATIENCE_MS,
	};
	struct problem why = { NULL, NULL };
	struct kv *kv = kv_of(node);

	assert_null(node->runtime);
	node->is_dying = false;
	if (runtime_open(&options, &kv, &node->runtime, &why) != ERR_OK)
		fail_msg("%s does not open: %s %s", service, why.field, why.rule);
	harness_run(h);
}

struct harness *harness_open(const struct harness_service *services, uint32_t count, time_us at)
{
	struct harness *h = calloc(1, sizeof *h);
	struct root_key root = { { 9, 8, 7 } };

	assert_non_null(h);
	assert_true(sodium_init() >= 0);
	assert_true(count <= HARNESS_NODES_MAX);
	arena_init(&h->arena, ARENA_BYTES);
	h->wall = at == 0 ? MORNING : at;
	h->steady = 1000 * US_PER_SECOND;
	h->speaker = "ctl";
	h->last = &h->first;
	h->tickets = calloc(HARNESS_TICKETS_MAX, sizeof *h->tickets);
	h->letters = calloc(HARNESS_LETTERS_MAX, sizeof *h->letters);
	assert_true(h->tickets != NULL && h->letters != NULL);
	crash_hook_set(on_crash_point, h);
	for (uint32_t i = 0; i < count; i++) {
		struct harness_node *node = &h->nodes[h->node_count++];

		*node = (struct harness_node) { .h = h,
			.service = services[i].service,
			.settings = services[i].settings };
		keyring_derive(&root, str_of(node->service->name), 1, &node->ring);
		sidecar_memory_init(&node->sidecar);
	}
	for (uint32_t i = 0; i < count; i++)
		harness_start(h, services[i].service->name);
	return h;
}

void harness_close(struct harness **harness)
{
	struct harness *h = *harness;

	*harness = NULL;
	crash_hook_set(NULL, NULL);
	for (uint32_t i = 0; i < h->node_count; i++) {
		runtime_drop(&h->nodes[i].runtime);
		kv_image_free(&h->nodes[i].image);
		sidecar_memory_clear(&h->nodes[i].sidecar);
	}
	for (uint32_t i = 0; i < h->talker_count; i++)
		harness_talker_down(&h->talkers[i]);
	harness_messages_clear(h);
	arena_clear(&h->arena);
	free(h->tickets);
	free(h->letters);
	free(h);
}

int harness_end(void **state)
{
	struct harness *h = *state;

	harness_close(&h);
	return 0;
}

/* --- the end of a service --- */

static void works_end(struct harness *h, struct harness_node *node)
{
	for (uint32_t i = 0; i < h->work_count; i++)
		h->works[i].is_done = h->works[i].is_done || h->works[i].node == node;
}

static void put_down(struct harness *h, struct harness_node *node)
{
	struct kv *kv = store_kv(runtime_store(node->runtime));

	kv_image_free(&node->image);
	node->image = kv_memory_image(kv);
	runtime_drop(&node->runtime);
	node->crash_point = NULL;
	works_end(h, node);
	harness_links_of_node_down(h, node);
}

void harness_crash(struct harness *h, const char *service)
{
	put_down(h, harness_node(h, service));
	harness_run(h);
}

void harness_stop(struct harness *h, const char *service)
{
	struct harness_node *node = harness_node(h, service);

	while (!runtime_stop(node->runtime))
		harness_run(h);
	runtime_finish(node->runtime);
	put_down(h, node);
	harness_run(h);
}

void harness_crash_at(struct harness *h, const char *service, const char *point, uint32_t nth)
{
	struct harness_node *node = harness_node(h, service);

	node->crash_point = point;
	node->crash_in = nth;
}

bool harness_is_up(const struct harness *h, const char *service)
{
	return harness_node(h, service)->runtime != NULL;
}

struct kv_image *harness_cut(struct harness *h, const char *service)
{
	return kv_memory_image(store_kv(runtime_store(harness_node(h, service)->runtime)));
}

void harness_put_back(struct harness *h, const char *service, struct kv_image **image)
{
	struct harness_node *node = harness_node(h, service);

	if (node->runtime != NULL)
		put_down(h, node);
	kv_image_free(&node->image);
	node->image = *image;
	*image = NULL;
	harness_run(h);
}

/* --- time --- */

/* Whether it wants to come again at once. */
static bool turn(struct harness *h, struct harness_node *node)
{
	time_us wake = h->steady + 1;
	enum err e;

	h->turning = node;
	e = runtime_turn(node->runtime, &wake);
	h->turning = NULL;
	if (node->is_dying) {
		put_down(h, node);
		return true;
	}
	if (e != ERR_OK)
		fail_msg("a turn of %s ended with %s", node->service->name, err_name(e));
	return wake <= h->steady;
}

void harness_run(struct harness *h)
{
	for (uint32_t round = 0; round < HARNESS_ROUNDS_MAX; round++) {
		bool is_busy;

		harness_links_mend(h);
		harness_talkers_tick(h);
		is_busy = harness_deliver(h);
		for (uint32_t i = 0; i < h->node_count; i++)
			if (h->nodes[i].runtime != NULL && turn(h, &h->nodes[i]))
				is_busy = true;
		if (!is_busy && h->first == NULL)
			return;
	}
	fail_msg("the node does not come to rest");
}

void harness_advance(struct harness *h, time_us by)
{
	while (by > 0) {
		time_us step = by < STEP_US ? by : STEP_US;

		h->wall += step;
		h->steady += step;
		by -= step;
		harness_run(h);
	}
}
