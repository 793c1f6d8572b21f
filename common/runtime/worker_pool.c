#include "runtime/worker_pool.h"

#include "base/bytes.h"
#include "base/log_line.h"
#include "bus/actor.h"
#include "bus/bus.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORKERS_MAX = 64,
	WORK_ARENA_BYTES_MAX = 64 * 1024 * 1024,
};

/* What a worker tells: the first byte of the first part. */
enum told {
	TOLD_RESULT = 'r',  /* slice, result */
	TOLD_SENDING = 's', /* waits for the answer: an enum err */
	TOLD_LOST = 'l',    /* the payload cannot be read: decide is told that there is none */
	TOLD_ENDED = 'e',
};

struct pool_slot {
	struct worker_pool *pool;
	struct actor *actor;
	const struct work_kind *kind; /* NULL: idle */
	char key[KV_KEY_MAX];
	size_t key_len;
};

struct worker_pool {
	struct worker_pool_options options;
	struct runtime *runtime;
	atomic_bool is_stopping;
	struct pool_slot slots[WORKERS_MAX];
};

struct worker {
	struct worker_pool *pool; /* of it only options and is_stopping are read here */
	struct actor_pipe *pipe;
	struct arena arena;
	const struct work_kind *kind;
	struct str key;
	uint32_t slice;
	bool is_cut; /* asked to end while it waited */
};

/* --- on the worker's thread --- */

struct str worker_key(const struct worker *w)
{
	return w->key;
}

const void *worker_settings(const struct worker *w)
{
	return w->pool->options.settings;
}

time_us worker_now(const struct worker *w)
{
	return host_wall(&w->pool->options.host);
}

struct arena *worker_arena(struct worker *w)
{
	return &w->arena;
}

bool worker_is_stopping(const struct worker *w)
{
	return w->is_cut || atomic_load(&w->pool->is_stopping);
}

static void tell(struct worker *w, enum told what, struct str result)
{
	char head[5] = { (char)what };
	struct str parts[2] = { { head, sizeof head }, result };

	be32_put(head + 1, w->slice);
	actor_tell(w->pipe, parts, 2);
}

enum err worker_sending(struct worker *w)
{
	struct str parts[ACTOR_PARTS_MAX];

	if (w->is_cut)
		return ERR_UNAVAILABLE;
	tell(w, TOLD_SENDING, (struct str) { "", 0 });
	if (!actor_wait(w->pipe, parts)) {
		w->is_cut = true;
		return ERR_UNAVAILABLE;
	}
	assert(parts[0].len == 1);
	return (enum err)parts[0].ptr[0];
}

enum err worker_result(struct worker *w, const void *result)
{
	struct problem why;
	struct buf out;
	enum err e;

	buf_init(&out, WORK_RESULT_MAX);
	e = wire_encode(w->kind->result, result, &out, &why);
	if (e == ERR_LIMIT && why.field == NULL) { /* of the whole: no field is named */
		log_line(LOG_ERROR, "work_result_too_large", "kind", w->kind->name, "most",
			log_number(WORK_RESULT_MAX), NULL);
		buf_clear(&out);
		return ERR_LIMIT;
	}
	assert(e == ERR_OK); /* the kind's own result breaks its own rows */
	tell(w, TOLD_RESULT, buf_str(&out));
	w->slice++;
	buf_clear(&out);
	return ERR_OK;
}

static void run_one(struct worker *w, struct str head, struct str key, struct str payload)
{
	const struct service *service = w->pool->options.service;
	struct problem why;
	uint32_t number = be32_get(head.ptr);
	struct str kept;
	void *body;
	enum err e;

	assert(number < service->work_count);
	w->kind = &service->works[number];
	w->slice = be32_get(head.ptr + 4);
	/* The message's parts go when worker_sending waits for the next one. */
	e = arena_copy(&w->arena, key, &w->key);
	if (e == ERR_OK)
		e = arena_copy(&w->arena, payload, &kept);
	body = e == ERR_OK ? arena_take(&w->arena, w->kind->payload->size) : NULL;
	if (body != NULL)
		e = wire_decode(w->kind->payload, kept, &w->arena, body, &why);
	if (body == NULL || e != ERR_OK) {
		log_line(LOG_ERROR, "work_payload_unreadable", "kind", w->kind->name, "error", err_name(e),
			NULL);
		tell(w, TOLD_LOST, (struct str) { "", 0 });
	} else {
		w->kind->run(w, body);
	}
	tell(w, TOLD_ENDED, (struct str) { "", 0 });
	arena_reset(&w->arena);
}

static void worker_main(struct actor_pipe *pipe, void *argument)
{
	struct worker w = { .pool = argument, .pipe = pipe };
	struct str parts[ACTOR_PARTS_MAX];

	log_thread(w.pool->options.service->name);
	arena_init(&w.arena, WORK_ARENA_BYTES_MAX);
	while (!w.is_cut && actor_wait(pipe, parts))
		run_one(&w, parts[0], parts[1], parts[2]);
	arena_clear(&w.arena);
}

/* --- on the service's thread --- */

/* Whether this key may leave the house now; noted as sent before the answer. */
static enum err note_sending(struct worker_pool *pool, struct str key)
{
	const struct sidecar *s = &pool->options.sidecar;
	bool is_there = false;
	enum err e = s->ops->sent_has(s->self, key, &is_there);

	if (e == ERR_OK && is_there)
		return ERR_STATE;
	if (e == ERR_OK)
		e = s->ops->sent_add(s->self, key);
	return e;
}

static void take(struct pool_slot *slot, const struct str parts[ACTOR_PARTS_MAX])
{
	struct worker_pool *pool = slot->pool;
	struct str key = { slot->key, slot->key_len };
	uint32_t slice = be32_get(parts[0].ptr + 1);
	char answer;
	struct str reply = { &answer, 1 };

	switch ((enum told)parts[0].ptr[0]) {
	case TOLD_RESULT:
		runtime_result(pool->runtime, slot->kind, key, slice, parts[1]);
		return;
	case TOLD_LOST:
		runtime_result(pool->runtime, slot->kind, key, slice, (struct str) { NULL, 0 });
		return;
	case TOLD_SENDING:
		answer = (char)note_sending(pool, key);
		actor_send(slot->actor, &reply, 1);
		return;
	case TOLD_ENDED:
		slot->kind = NULL;
		runtime_work_ended(pool->runtime, key);
		return;
	}
}

static void on_ready(void *self, int fd)
{
	struct pool_slot *slot = self;
	struct str parts[ACTOR_PARTS_MAX];

	(void)fd;
	while (actor_take(slot->actor, parts))
		take(slot, parts);
}

static enum err slot_start(struct worker_pool *pool, struct pool_slot *slot)
{
	slot->pool = pool;
	slot->actor = actor_start(worker_main, pool);
	if (slot->actor == NULL)
		return ERR_UNAVAILABLE;
	return bus_watch(pool->options.bus, actor_fd(slot->actor), on_ready, slot);
}

static enum err start(void *self, const struct work_kind *kind, struct str key, uint32_t slice,
	struct str payload)
{
	struct worker_pool *pool = self;
	struct pool_slot *slot = NULL;
	char head[8];
	enum err e;

	if (atomic_load(&pool->is_stopping))
		return ERR_UNAVAILABLE;
	for (uint32_t i = 0; i < pool->options.workers_max && slot == NULL; i++)
		if (pool->slots[i].kind == NULL)
			slot = &pool->slots[i];
	if (slot == NULL)
		return ERR_UNAVAILABLE;
	if (slot->actor == NULL && (e = slot_start(pool, slot)) != ERR_OK)
		return e;
	assert(key.len <= sizeof slot->key);
	memcpy(slot->key, key.ptr, key.len);
	slot->key_len = key.len;
	slot->kind = kind;
	be32_put(head, (uint32_t)(kind - pool->options.service->works));
	be32_put(head + 4, slice);
	actor_send(slot->actor, (struct str[]) { { head, sizeof head }, key, payload }, 3);
	return ERR_OK;
}

struct worker_pool *worker_pool_open(const struct worker_pool_options *options)
{
	struct worker_pool *pool = calloc(1, sizeof *pool);

	if (pool == NULL)
		abort();
	assert(options->workers_max >= 1 && options->workers_max <= WORKERS_MAX);
	pool->options = *options;
	atomic_init(&pool->is_stopping, false);
	return pool;
}

struct work_host worker_pool_host(struct worker_pool *pool)
{
	return (struct work_host) { pool, start };
}

void worker_pool_attach(struct worker_pool *pool, struct runtime *runtime)
{
	pool->runtime = runtime;
}

void worker_pool_stop(struct worker_pool *pool)
{
	atomic_store(&pool->is_stopping, true);
}

bool worker_pool_is_idle(const struct worker_pool *pool)
{
	for (uint32_t i = 0; i < WORKERS_MAX; i++)
		if (pool->slots[i].kind != NULL)
			return false;
	return true;
}

void worker_pool_close(struct worker_pool **pool)
{
	if (*pool == NULL)
		return;
	for (uint32_t i = 0; i < WORKERS_MAX; i++)
		actor_stop(&(*pool)->slots[i].actor);
	free(*pool);
	*pool = NULL;
}
