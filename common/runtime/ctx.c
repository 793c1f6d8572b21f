#include "runtime/ctx.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/bytes.h"
#include "base/planted.h"
#include "runtime/engine.h"

const struct id ACTOR_SYSTEM = { { 0 } };
const struct id ACTOR_WARGA = { { 0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1 } };

void ctx_begin(struct ctx *ctx, struct runtime *r, struct txn *txn, const struct input *input)
{
	*ctx = (struct ctx) { .r = r,
		.txn = txn,
		.arena = &r->input_arena,
		.input = input,
		.now = r->now };
	ctx->last = &ctx->first;
}

time_us ctx_now(const struct ctx *ctx)
{
	return ctx->now;
}

struct arena *ctx_arena(struct ctx *ctx)
{
	return ctx->arena;
}

struct id ctx_actor(const struct ctx *ctx)
{
	return ctx->input->kind == JENIS_MASUKAN_PERINTAH ? ctx->input->actor : ACTOR_SYSTEM;
}

uint32_t ctx_from(const struct ctx *ctx)
{
	return ctx->input->from_bit;
}

struct id ctx_node(const struct ctx *ctx)
{
	return ctx->r->o.node_id;
}

const void *ctx_settings(const struct ctx *ctx)
{
	return ctx->r->o.settings;
}

time_us ctx_event_time(const struct ctx *ctx)
{
	return ctx->event_at;
}

struct id ctx_event_actor(const struct ctx *ctx)
{
	return ctx->event_actor;
}

const struct schema *ctx_schema(const struct ctx *ctx)
{
	return ctx->schema;
}

enum err ctx_refuse(struct ctx *ctx, enum err e, const char *field, const char *rule)
{
	return refuse(&ctx->why, e, field, rule);
}

enum err ctx_allow(struct ctx *ctx, uint32_t roles, struct str unit)
{
	const struct service *s = ctx->r->service;

	ctx->is_allowed = true;
	if (s->may != NULL && s->may(ctx, ctx_actor(ctx), roles, unit))
		return ERR_OK;
	return ctx_refuse(ctx, ERR_DENIED, NULL, "tanpa_hak");
}

void ctx_allow_all(struct ctx *ctx)
{
	ctx->is_allowed = true;
}

/* The time an id of this input carries: the input's own, so that deciding again gives the same. */
static time_us input_time(const struct ctx *ctx)
{
	const struct input *i = ctx->input;

	switch (i->kind) {
	case JENIS_MASUKAN_PERINTAH:
	case JENIS_MASUKAN_SURAT:
		return id_time(i->id);
	case JENIS_MASUKAN_PERISTIWA:
		return ctx->event_at;
	case JENIS_MASUKAN_PEWAKTU:
		return i->due;
	case JENIS_MASUKAN_HASIL_KERJA:
		break;
	}
	return ctx->now;
}

struct id ctx_id(struct ctx *ctx)
{
	const struct input *i = ctx->input;
	uint8_t cause[128];
	size_t n = 0;
	struct hash h;

	if (PLANTED(ID_AGAIN)) {
		memset(cause, 0, sizeof cause);
		be32_put(cause, ctx->r->planted_ids++);
		return id_make(ctx->now / US_PER_DAY * US_PER_DAY, cause);
	}
	/* the cause's own identity, then the counter; the key keeps clients from choosing our ids */
	cause[n++] = (uint8_t)i->kind;
	memcpy(cause + n, i->id.bytes, sizeof i->id.bytes);
	n += sizeof i->id.bytes;
	memcpy(cause + n, i->at.hash.bytes, HASH_BYTES);
	n += HASH_BYTES;
	be64_put(cause + n, (uint64_t)i->due);
	n += 8;
	be32_put(cause + n, i->slice);
	n += 4;
	be32_put(cause + n, ctx->id_count++);
	n += 4;
	h = hash_keyed(&ctx->r->o.ring->id_key, str_bytes(cause, n), i->key);
	return id_make(input_time(ctx), h.bytes);
}

struct id ctx_input_id(const struct ctx *ctx)
{
	return ctx->input->id;
}

void ctx_random(struct ctx *ctx, void *ret, size_t len)
{
	(void)ctx;
	randombytes_buf(ret, len);
}

/* The planted mistake: a read of its own, which does not see the batch. */
static enum err planted_stale(struct ctx *ctx, const struct table *table, struct str key, void *ret)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(ctx->r->store, KV_READ, &txn);

	if (e == ERR_OK)
		e = table_get(txn, table, key, ctx->arena, ret);
	txn_abort(&txn);
	return e;
}

enum err ctx_get(struct ctx *ctx, const struct table *table, struct str key, void *ret)
{
	assert(table->kind != TABLE_VAULT);
	if (PLANTED(NUMBER_STALE) && strstr(table->name, "nomor") != NULL)
		return planted_stale(ctx, table, key, ret);
	return table_get(ctx->txn, table, key, ctx->arena, ret);
}

enum err ctx_get_kept(struct ctx *ctx, const struct table *table, struct str key, const void **ret)
{
	return table_get_kept(ctx->txn, table, key, ret);
}

enum err ctx_count(struct ctx *ctx, const struct table *table, uint64_t *ret)
{
	return table_count(ctx->txn, table, ret);
}

enum err ctx_vault_get(struct ctx *ctx, const struct table *table, struct str key, void *ret)
{
	return vault_get(ctx->txn, table, key, ctx->arena, ret);
}

enum err ctx_vault_is_lost(struct ctx *ctx, const struct table *table, struct str key, bool *ret)
{
	const struct service *s = ctx->r->service;
	uint32_t number = 0;
	uint64_t seq;
	enum err e;

	assert(table->kind == TABLE_VAULT);
	while (number < s->table_count && s->tables[number] != table)
		number++;
	assert(number < s->table_count);
	e = missing_get(ctx->txn, number, key, &seq);
	*ret = e == ERR_OK;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err ctx_walk(struct ctx *ctx, const struct table *table, struct str prefix, struct walk *ret)
{
	return walk_open(ctx->txn, table, prefix, (struct str) { NULL, 0 }, false, ret);
}

enum err ctx_walk_next(struct ctx *ctx, struct walk *walk, const struct table *table,
	struct str *ret_key, void *ret_row)
{
	return walk_next(walk, table, ctx->arena, ret_key, ret_row);
}

/* Notes an effect: key copied, the message checked and encoded now, while decide can still refuse. */
static enum err note(struct ctx *ctx, enum effect_kind kind, const struct schema *schema,
	struct str key, const void *message, struct effect **ret)
{
	struct effect *effect = arena_take(ctx->arena, sizeof *effect);
	struct buf body;
	enum err e = ERR_OK;

	assert(!ctx->is_answering);
	if (effect == NULL)
		return ctx_refuse(ctx, ERR_LIMIT, NULL, "terlalu_besar");
	effect->kind = kind;
	effect->schema = schema;
	if (arena_copy(ctx->arena, key, &effect->key) != ERR_OK)
		return ctx_refuse(ctx, ERR_LIMIT, NULL, "terlalu_besar");
	buf_init(&body, kind == EFFECT_LETTER ? MESSAGE_BYTES_MAX : SESSION_BODY_MAX);
	if (message != NULL)
		e = wire_encode(schema, message, &body, &ctx->why);
	if (e == ERR_OK && message != NULL)
		e = arena_copy(ctx->arena, buf_str(&body), &effect->body);
	buf_clear(&body);
	if (e != ERR_OK)
		return e;
	*ctx->last = effect;
	ctx->last = &effect->next;
	*ret = effect;
	return ERR_OK;
}

static enum err note_row(struct ctx *ctx, enum effect_kind kind, const struct table *table,
	struct str key, const void *row)
{
	struct effect *effect;
	enum err e = note(ctx, kind, table->row, key, row, &effect);
	void *copy;

	if (e != ERR_OK)
		return e;
	effect->table = table;
	if (row == NULL)
		return ERR_OK;
	copy = arena_take(ctx->arena, table->row->size);
	if (copy == NULL)
		return ctx_refuse(ctx, ERR_LIMIT, NULL, "terlalu_besar");
	effect->row = copy;
	return wire_decode(table->row, effect->body, ctx->arena, copy, &ctx->why);
}

enum err ctx_vault_put(struct ctx *ctx, const struct table *table, struct str key, const void *row)
{
	assert(table->kind == TABLE_VAULT);
	ctx->loose_vault++;
	return note_row(ctx, EFFECT_VAULT_PUT, table, key, row);
}

enum err ctx_vault_erase(struct ctx *ctx, const struct table *table, struct str key)
{
	assert(table->kind == TABLE_VAULT);
	ctx->loose_vault++;
	return note_row(ctx, EFFECT_VAULT_ERASE, table, key, NULL);
}

enum err ctx_private_put(struct ctx *ctx, const struct table *table, struct str key,
	const void *row)
{
	assert(table->kind == TABLE_PRIVATE);
	return note_row(ctx, EFFECT_PRIVATE_PUT, table, key, row);
}

enum err ctx_emit(struct ctx *ctx, const struct schema *schema, struct str key, const void *event)
{
	struct effect *effect;

	assert(schema->kind == KIND_EVENT && event_row_of(ctx->r->service, schema->code) != NULL);
	assert(ctx->input->kind != JENIS_MASUKAN_PERINTAH || ctx->is_allowed);
	ctx->loose_vault = 0;
	ctx->events++;
	return note(ctx, EFFECT_EVENT, schema, key, event, &effect);
}

enum err ctx_letter(struct ctx *ctx, const char *to, const struct schema *schema, const void *body)
{
	struct effect *effect;
	enum err e;

	assert(schema->kind == KIND_LETTER);
	e = note(ctx, EFFECT_LETTER, schema, (struct str) { NULL, 0 }, body, &effect);
	if (e != ERR_OK)
		return e;
	effect->to = to;
	effect->id = ctx_id(ctx);
	return ERR_OK;
}

enum err ctx_work(struct ctx *ctx, const char *kind, struct str key, const void *payload)
{
	const struct service *s = ctx->r->service;
	struct effect *effect;

	for (uint32_t i = 0; i < s->work_count; i++)
		if (strcmp(s->works[i].name, kind) == 0)
			return note(ctx, EFFECT_WORK, s->works[i].payload, key, payload, &effect);
	assert(!"a kind of work that the service does not declare");
	return ERR_INVALID;
}

enum err ctx_forget(struct ctx *ctx, struct str key)
{
	struct effect *effect;

	return note(ctx, EFFECT_FORGET, NULL, key, NULL, &effect);
}

enum err ctx_new_epoch(struct ctx *ctx, const char *reason)
{
	struct effect *effect;

	return note(ctx, EFFECT_EPOCH, NULL, str_of(reason), NULL, &effect);
}

void ctx_done_before(struct ctx *ctx)
{
	ctx->is_done_before = true;
}

void ctx_done_as(struct ctx *ctx, uint64_t seq, uint32_t count)
{
	assert(ctx->events == 0 && count > 0);
	ctx->done_seq = seq;
	ctx->done_count = count;
}

enum err ctx_number_bound_get(struct ctx *ctx, struct str series, uint64_t *ret)
{
	const struct sidecar *s = &ctx->r->o.sidecar;

	return s->ops->bound_get(s->self, series, ret);
}

enum err ctx_number_bound(struct ctx *ctx, struct str series, uint64_t number)
{
	const struct sidecar *s = &ctx->r->o.sidecar;
	uint64_t bound = 0;
	enum err e = s->ops->bound_get(s->self, series, &bound);

	if (e != ERR_OK || number <= bound)
		return e;
	return s->ops->bound_put(s->self, series, (number / 1000 + 1) * 1000);
}
