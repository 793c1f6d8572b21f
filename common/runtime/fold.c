#include "runtime/fold.h"

#include <assert.h>
#include <string.h>

#include "runtime/fold_state.h"

struct arena *fold_arena(struct fold *fold)
{
	return fold->arena;
}

uint64_t fold_seq(const struct fold *fold)
{
	return fold->record->seq;
}

time_us fold_at(const struct fold *fold)
{
	return fold->record->at;
}

struct str fold_key(const struct fold *fold)
{
	return fold->record->key;
}

struct id fold_actor(const struct fold *fold)
{
	return fold->record->actor;
}

enum err fold_get(struct fold *fold, const struct table *table, struct str key, void *ret)
{
	assert(table->kind == TABLE_DERIVED);
	return table_get(fold->txn, table, key, fold->arena, ret);
}

enum err fold_put(struct fold *fold, const struct table *table, struct str key, const void *row)
{
	assert(table->kind == TABLE_DERIVED);
	return table_put(fold->txn, table, key, row);
}

enum err fold_del(struct fold *fold, const struct table *table, struct str key)
{
	assert(table->kind == TABLE_DERIVED);
	return table_del(fold->txn, table, key);
}

static uint16_t timer_index(const struct service *service, const char *kind)
{
	for (uint32_t i = 0; i < service->timer_count; i++)
		if (strcmp(service->timers[i].name, kind) == 0)
			return (uint16_t)i;
	assert(!"a timer kind that the service does not declare");
	return 0;
}

static uint16_t work_index(const struct service *service, const char *kind)
{
	for (uint32_t i = 0; i < service->work_count; i++)
		if (strcmp(service->works[i].name, kind) == 0)
			return (uint16_t)i;
	assert(!"a kind of work that the service does not declare");
	return 0;
}

enum err fold_timer(struct fold *fold, const char *kind, struct str key, time_us due)
{
	struct timer_row row = { .key = key, .due = due, .kind = timer_index(fold->service, kind) };

	assert(key.len <= FOLD_KEY_MAX);
	return timer_set(fold->txn, &row);
}

enum err fold_timer_off(struct fold *fold, struct str key)
{
	return timer_del(fold->txn, key);
}

enum err fold_work(struct fold *fold, const char *kind, struct str key)
{
	struct work_row row = { .key = key,
		.kind = work_index(fold->service, kind),
		.slice = 0,
		.state = WORK_OPEN };

	assert(key.len <= FOLD_KEY_MAX);
	return work_set(fold->txn, &row);
}

enum err fold_work_done(struct fold *fold, struct str key)
{
	enum err e = work_del(fold->txn, key);

	if (e == ERR_OK && fold->is_live)
		e = payload_del(fold->txn, key);
	return e;
}

struct arena *projection_arena(struct projection *p)
{
	return p->arena;
}

uint64_t projection_seq(const struct projection *p)
{
	return p->record->seq;
}

time_us projection_at(const struct projection *p)
{
	return p->record->at;
}

struct str projection_key(const struct projection *p)
{
	return p->record->key;
}

struct id projection_actor(const struct projection *p)
{
	return p->record->actor;
}

struct str projection_stream(const struct projection *p)
{
	return p->stream;
}

struct id projection_node(const struct projection *p)
{
	return p->node;
}

enum err projection_get(struct projection *p, struct str key, void *ret)
{
	return table_get(p->txn, p->table, key, p->arena, ret);
}

enum err projection_put(struct projection *p, struct str key, const void *row)
{
	return table_put(p->txn, p->table, key, row);
}

enum err projection_del(struct projection *p, struct str key)
{
	return table_del(p->txn, p->table, key);
}
