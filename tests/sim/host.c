#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/crash_point.h"
#include "runtime/engine.h"
#include "sim/clones.h"
#include "sim/nodes.h"
#include "sim/restored.h"

static time_us wall(void *self)
{
	struct actor_host *h = self;

	return world_wall(h->world) + h->clock_offset;
}

static time_us steady(void *self)
{
	struct actor_host *h = self;

	return h->world->now;
}

static enum err send(void *self, uint64_t link, const struct frames *frames)
{
	struct actor_host *h = self;

	return h->is_dying ? ERR_UNAVAILABLE : net_send(h->world, h->index, link, frames);
}

static void drop(void *self, uint64_t link)
{
	struct actor_host *h = self;

	net_drop(h->world, h->index, link);
}

static void settled(void *self, uint64_t link)
{
	(void)self;
	(void)link;
}

static struct kv *kv_new(const struct service *service)
{
	const struct table *tables[64];
	struct store_options o = { .service = str_of(service->name), .tables = tables };
	const char *const *names;
	struct arena arena;
	unsigned count;
	struct kv *kv;

	for (uint32_t i = 0; i < service->table_count; i++)
		tables[o.table_count++] = service->tables[i];
	tables[o.table_count++] = &table_parkir;
	arena_init(&arena, 1024 * 1024);
	if (store_table_names(&o, &arena, &names, &count) != ERR_OK)
		assert(!"table names");
	kv = kv_memory_open(names, count);
	arena_clear(&arena);
	return kv;
}

/* As after an upgrade: the stored versions of the service's tables are not the declared ones. */
static void make_stale(struct world *w, struct actor_host *h)
{
	struct kv_txn *txn = NULL;

	world_count(w, FAULT_REBUILD);
	if (kv_begin(h->kv, KV_WRITE, &txn) != ERR_OK)
		return;
	for (uint32_t i = 0; i < h->service->table_count; i++) {
		const struct table *t = h->service->tables[i];
		char name[64];

		(void)snprintf(name, sizeof name, "table %s", t->name);
		if (t->kind == TABLE_DERIVED || t->kind == TABLE_PROJECTED)
			(void)kv_del(txn, 0, str_of(name));
	}
	if (kv_commit(&txn) != ERR_OK)
		assert(!"a store in memory that does not commit");
}

static bool has_conn(const struct world *w, uint32_t from, uint32_t to)
{
	for (uint32_t c = 0; c < CONNS_MAX; c++)
		if (w->conns[c].is_used && w->conns[c].from == from && w->conns[c].to == to)
			return true;
	return false;
}

/* The node above, as the tables of federation have it. */
static void redial_parents(struct world *w, struct actor_host *h)
{
	char endpoint[64];

	for (uint32_t n = 0; n < h->guests.count; n++) {
		const struct remote *parent = &h->guests.list[n];

		if (parent->kind != REMOTE_PARENT || parent->state != REMOTE_ALLOWED)
			continue;
		for (uint32_t k = 0; k < w->host_count; k++) {
			if (w->hosts[k].service->links == NULL || !clones_is_listening(w, &w->hosts[k]))
				continue;
			sim_endpoint(w->hosts[k].node, endpoint);
			if (str_is(parent->endpoint, endpoint) && !has_conn(w, h->index, k))
				net_dial_remote(w, h, k, parent);
		}
	}
}

/* Links that the runtime dropped are dialled again, as the bus does. */
static void redial(struct world *w, struct actor_host *h)
{
	const char *dials[HOSTS_MAX];
	uint32_t n = runtime_dials(h->service, dials, HOSTS_MAX - 1);

	if (runtime_wants_tail(h->runtime))
		dials[n++] = "federation";
	for (uint32_t i = 0; i < n; i++) {
		struct actor_host *to = node_host(w, h->node, str_of(dials[i]));

		if (to != NULL && !has_conn(w, h->index, to->index))
			(void)net_dial(w, h->index, to->index);
	}
	redial_parents(w, h);
}

void host_start(struct world *w, struct actor_host *h)
{
	struct runtime_options o = { .service = h->service,
		.settings = sim_settings(h->service),
		.node = str_of(h->node->name),
		.node_id = h->node->id,
		.version = "sim",
		.ring = &h->ring,
		.sidecar = sidecar_of_memory(&h->notes),
		.host = { wall, steady, h },
		.transport = { h, send, drop, settled },
		.work_host = { h, mail_start },
		.batch_inputs_max = (uint32_t)(1 + chance_below(&w->chance, 64)),
		.batch_events_max = (uint32_t)(1 + chance_below(&w->chance, 256)),
		.batch_bytes_max = 1024 * 1024,
		.watermarks = { 80, 95, 0, 0 },
		.ping_ms = w->is_tree ? 3000 : 10000, /* a way that is lost is noticed within its loss */
		.dead_ms = w->is_tree ? 9000 : 30000 };
	struct problem why;
	struct kv *kv;
	enum err e;

	if (h->service->links != NULL) {
		sim_keys_of(h->node, h->node->generation, &h->keys);
		o.sign = &h->keys.sign;
		o.remote_host = (struct remote_host) { .self = &h->guests, .set = guests_set };
	}
	h->kv = kv = kv_new(h->service);
	if (h->image != NULL)
		kv_memory_restore(kv, h->image);
	kv_image_free(&h->image);
	h->is_dying = h->is_stopping = false;
	if (h->starts > 0 && world_one_in(w, w->weather.rebuild))
		make_stale(w, h);
	world_run_host(w, h);
	e = runtime_open(&o, &kv, &h->runtime, &why);
	w->running = NULL;
	if (e != ERR_OK && kv != NULL)
		kv->ops->close(&kv);
	if (h->is_dying) {
		runtime_drop(&h->runtime);
		h->kv = NULL;
		h->wake_at = w->now + US_PER_SECOND;
		return;
	}
	if (e != ERR_OK) {
		world_fail(w, "start", "%s does not start: %s %s %s", h->service->name, err_name(e),
			why.field == NULL ? "" : why.field, why.rule == NULL ? "" : why.rule);
		return;
	}
	h->starts++;
	h->wake_at = w->now;
	clones_look(w, h);
	redial(w, h);
}

void host_down(struct world *w, struct actor_host *h)
{
	struct runtime_figures f;

	if (h->runtime == NULL)
		return;
	runtime_figures(h->runtime, &f);
	h->inputs += f.inputs;
	kv_memory_crash(h->kv);
	if (h->image == NULL)
		h->image = kv_memory_image(h->kv);
	runtime_drop(&h->runtime);
	h->guests.count = 0;
	h->kv = NULL;
	net_host_down(w, h->index);
	h->wake_at = w->now + (time_us)chance_below(&w->chance, 5 * US_PER_SECOND); /* its supervisor */
}

static void disk(struct world *w, struct actor_host *h)
{
	if (h->full_until != 0 && w->now >= h->full_until) {
		kv_memory_limit(h->kv, 0);
		h->full_until = 0;
	}
	if (world_one_in(w, w->weather.disk_full)) {
		world_count(w, FAULT_DISK_FULL);
		kv_memory_limit(h->kv, kv_memory_bytes(h->kv) + 2000);
		h->full_until = w->now + (time_us)chance_below(&w->chance, 10 * US_PER_SECOND);
	}
	if (world_one_in(w, w->weather.commit_full)) {
		world_count(w, FAULT_COMMIT_FULL);
		kv_memory_fail(h->kv, KV_FAULT_FULL);
	} else if (world_one_in(w, w->weather.commit_lost)) {
		world_count(w, FAULT_COMMIT_LOST);
		kv_memory_fail(h->kv, KV_FAULT_IO_LOST);
	} else if (world_one_in(w, w->weather.commit_applied)) {
		world_count(w, FAULT_COMMIT_APPLIED);
		kv_memory_fail(h->kv, KV_FAULT_IO_APPLIED);
	}
}

static void stop_cleanly(struct world *w, struct actor_host *h)
{
	struct runtime_figures f;

	h->is_stopping = !runtime_stop(h->runtime);
	if (h->is_stopping)
		return; /* what is queued comes first */
	world_count(w, FAULT_STOP);
	runtime_figures(h->runtime, &f);
	h->inputs += f.inputs;
	w->is_quiet = true;
	runtime_finish(h->runtime);
	h->image = kv_memory_image(h->kv);
	runtime_drop(&h->runtime);
	h->guests.count = 0;
	w->is_quiet = false;
	h->kv = NULL;
	net_host_down(w, h->index);
	h->wake_at = w->now + (time_us)chance_below(&w->chance, 2 * US_PER_SECOND);
}

void host_wake(struct world *w, struct actor_host *h)
{
	time_us soon = w->now + 10 + (time_us)chance_below(&w->chance, 200);

	if (h->wake_at > soon)
		h->wake_at = soon;
}

void host_look_at_fence(struct world *w, struct actor_host *h, bool was_fenced,
	const struct id *epoch_before)
{
	const struct log *log = store_log(runtime_store(h->runtime));

	if (!was_fenced || h->runtime->fence != NULL || !h->service->is_federated)
		return;
	if (!id_equal(log->committed.epoch, *epoch_before)) {
		world_count(w, FAULT_NEW_EPOCH);
		return;
	}
	world_count(w, FAULT_SALVAGED);
	restored_check_salvaged(w, h);
}

void host_turn(struct world *w, struct actor_host *h)
{
	time_us wake = w->now;
	struct id epoch;
	bool was_fenced;
	enum err e;

	if (h->runtime == NULL) {
		host_start(w, h);
		return;
	}
	if (world_one_in(w, w->weather.kill)) {
		world_count(w, FAULT_KILL);
		host_down(w, h);
		return;
	}
	if (h->is_stopping || world_one_in(w, w->weather.stop)) {
		stop_cleanly(w, h);
		if (h->runtime == NULL)
			return;
	}
	if (world_one_in(w, w->weather.clock_jump)) {
		world_count(w, FAULT_CLOCK_JUMP);
		h->clock_offset += ((time_us)chance_below(&w->chance, 7200) - 3600) * US_PER_SECOND;
	}
	disk(w, h);
	redial(w, h);
	world_run_host(w, h);
	was_fenced = h->runtime->fence != NULL;
	epoch = store_log(runtime_store(h->runtime))->committed.epoch;
	e = runtime_turn(h->runtime, &wake);
	w->running = NULL;
	host_look_at_fence(w, h, was_fenced, &epoch);
	clones_look(w, h);
	if (h->runtime->waiting.count > h->queue_most)
		h->queue_most = h->runtime->waiting.count;
	if (h->is_dying || e == ERR_IO) {
		host_down(w, h);
		return;
	}
	if (e != ERR_OK)
		world_fail(w, "turn", "%s: a turn ends with %s", h->service->name, err_name(e));
	h->wake_at = wake > w->now ? wake : w->now + 10;
}

void host_backup_all(struct world *w, struct sim_node *node)
{
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct actor_host *h = &w->hosts[i];

		if (h->node == node && h->runtime == NULL)
			return; /* a node is backed up when it is up */
	}
	node->backups++;
	node->has_backup = true;
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct actor_host *h = &w->hosts[i];

		if (h->node != node)
			continue;
		kv_image_free(&h->backup);
		h->backup = kv_memory_image(h->kv);
		h->backup_head = store_log(runtime_store(h->runtime))->committed;
	}
}

/* The backup stays, for another restore. */
static struct kv_image *image_again(const struct actor_host *h)
{
	struct kv *kv = kv_new(h->service);
	struct kv_image *image;

	kv_memory_restore(kv, h->backup);
	image = kv_memory_image(kv);
	kv->ops->close(&kv);
	return image;
}

/* Everything of the node as it was at the backup, but what stands beside the stores. */
static void put_back(struct world *w, struct actor_host *h)
{
	host_down(w, h);
	kv_image_free(&h->image);
	h->image = image_again(h);
	/* what the side-car had noted decides whether the rollback can be seen */
	h->is_restored = h->notes.has_head && h->notes.head.head.seq > h->backup_head.seq;
}

/* `ppidctl restore` leaves a note where the side-car knows no more than the set: that something is lost. */
static void note_restored(struct actor_host *h)
{
	struct sidecar_head *noted = &h->notes.head;

	if (noted->head.seq > h->backup_head.seq)
		return;
	noted->head = (struct place) { .epoch = h->backup_head.epoch, .seq = h->backup_head.seq + 1 };
	h->is_restored = true;
}

bool host_restore_tree(struct world *w, struct sim_node *node)
{
	for (uint32_t i = 0; i < w->host_count; i++)
		if (w->hosts[i].node == node && w->hosts[i].runtime == NULL)
			return false;
	w->restores++;
	node->restores++;
	for (uint32_t i = 0; i < w->host_count; i++)
		if (w->hosts[i].node == node)
			restored_note(&w->hosts[i], w->hosts[i].backup_head.seq);
	client_forget_since(node->client, node->backups);
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct actor_host *h = &w->hosts[i];

		if (h->node != node)
			continue;
		put_back(w, h);
		note_restored(h);
		h->fence_head = h->notes.head.head;
		h->unfence_wanted = true;
	}
	return true;
}

void host_restore_all(struct world *w, struct sim_node *node)
{
	if (node->backups == 0)
		return;
	world_count(w, FAULT_RESTORE);
	w->restores++;
	node->restores++;
	node->goes_on = chance_one_in(&w->chance, 2);
	for (uint32_t i = 0; i < w->host_count; i++) {
		struct actor_host *h = &w->hosts[i];

		if (h->node != node)
			continue;
		put_back(w, h);
		h->unfence_wanted = node->goes_on;
	}
	client_forget_since(node->client, node->backups);
}
