/* Inputs that nobody waits to hear refused: what decide refuses of them is parked. */
#include <assert.h>
#include <string.h>

#include "runtime/engine.h"
#include "wire/rule.h"

static enum err letter_decide(struct ctx *ctx, const struct input *i)
{
	const struct service *s = ctx->r->service;

	for (uint32_t n = 0; n < s->letter_count; n++) {
		const struct letter_row *row = &s->letters[n];
		void *message;
		enum err e;

		if (row->schema->code != i->type || !str_is(i->from, row->from))
			continue;
		message = arena_take(ctx->arena, row->schema->size);
		if (message == NULL)
			return ctx_refuse(ctx, ERR_LIMIT, NULL, "terlalu_besar");
		e = wire_decode(row->schema, i->body, ctx->arena, message, &ctx->why);
		ctx->schema = row->schema;
		return e == ERR_OK ? row->decide(ctx, message) : e;
	}
	return ctx_refuse(ctx, ERR_INVALID, "type", "tidak_dikenal");
}

static enum err event_decide(struct ctx *ctx, const struct input *i)
{
	const struct service *s = ctx->r->service;
	struct record *record = &ctx->record;
	enum err e = ctx->has_record ? ERR_OK : record_decode(i->body, ctx->arena, record);

	if (e != ERR_OK)
		return e;
	ctx->event_at = record->at;
	ctx->event_actor = record->actor;
	for (uint32_t n = 0; n < s->follow_count; n++) {
		const struct follow_row *row = &s->follows[n];
		void *message;

		if (row->schema->code != record->type || !str_is(i->from, row->stream))
			continue;
		ctx->schema = row->schema;
		if (ctx->event != NULL) /* project had it decoded */
			return row->decide(ctx, ctx->event);
		message = arena_take(ctx->arena, row->schema->size);
		if (message == NULL)
			return ctx_refuse(ctx, ERR_LIMIT, NULL, "terlalu_besar");
		e = wire_decode(row->schema, record->payload, ctx->arena, message, &ctx->why);
		return e == ERR_OK ? row->decide(ctx, message) : e;
	}
	return ERR_OK;
}

static enum err timer_decide(struct ctx *ctx, const struct input *i)
{
	struct timer_input message = { .key = i->key, .due = i->due };

	return ctx->r->service->timers[i->index].decide(ctx, &message);
}

static enum err work_decide(struct ctx *ctx, const struct input *i)
{
	const struct work_kind *kind = &ctx->r->service->works[i->index];
	struct work_input message = { .key = i->key, .slice = i->slice };
	void *result;
	enum err e;

	if (i->body.ptr == NULL) /* the payload is lost: decide is told by a result that is not there */
		return kind->decide(ctx, &message);
	result = arena_take(ctx->arena, kind->result->size);
	if (result == NULL)
		return ctx_refuse(ctx, ERR_LIMIT, NULL, "terlalu_besar");
	e = wire_decode(kind->result, i->body, ctx->arena, result, &ctx->why);
	message.result = result;
	return e == ERR_OK ? kind->decide(ctx, &message) : e;
}

enum err input_decide(struct ctx *ctx, const struct input *i)
{
	switch (i->kind) {
	case JENIS_MASUKAN_SURAT:
		return letter_decide(ctx, i);
	case JENIS_MASUKAN_PERISTIWA:
		return event_decide(ctx, i);
	case JENIS_MASUKAN_PEWAKTU:
		return timer_decide(ctx, i);
	case JENIS_MASUKAN_HASIL_KERJA:
		return work_decide(ctx, i);
	case JENIS_MASUKAN_PERINTAH:
		break;
	}
	return ERR_INVALID;
}

/* A later version of the software said what may not be passed over: not refused by anybody, and to be taken
 * once it is known. */
static bool is_of_later_version(const struct ctx *ctx, const struct input *i)
{
	return i->kind == JENIS_MASUKAN_PERISTIWA && ctx->why.rule != NULL &&
		strcmp(ctx->why.rule, RULE_CRITICAL) == 0;
}

/* Decides and writes an input that nobody waits to hear refused: what is refused is parked. */
static enum err decide_or_park(struct ctx *ctx, struct input *i)
{
	enum err e = input_decide(ctx, i);

	if (e == ERR_OK)
		return effects_write(ctx, &i->outcome);
	if (is_environment(e))
		return e;
	if (is_of_later_version(ctx, i)) {
		i->outcome.why = ctx->why;
		return e;
	}
	return park_input(ctx->r, ctx->txn, i, ctx->why.rule == NULL ? err_name(e) : ctx->why.rule,
		ctx->why.field);
}

static enum err letter_process(struct ctx *ctx, struct input *i)
{
	struct mark mark;
	enum err e = mark_get(ctx->txn, i->id, &mark);

	if (e == ERR_OK)
		return ERR_OK; /* taken before; the sender did not hear it */
	if (e != ERR_NOT_FOUND)
		return e;
	return decide_or_park(ctx, i);
}

static bool is_decided(const struct service *s, const struct input *i, uint16_t type)
{
	for (uint32_t n = 0; n < s->follow_count; n++)
		if (s->follows[n].schema->code == type && str_is(i->from, s->follows[n].stream))
			return true;
	return false;
}

static bool is_among(const struct project_row *rows, uint32_t count, uint16_t type)
{
	for (uint32_t n = 0; n < count; n++)
		if (rows[n].schema->code == type)
			return true;
	return false;
}

/* What this software was released with, and whatever the service's own rows name. */
static bool is_known(const struct service *s, const struct input *i, uint16_t type)
{
	return schema_of_code(type) != NULL || is_decided(s, i, type) ||
		is_among(s->projects, s->project_count, type) ||
		is_among(s->elsewhere, s->elsewhere_count, type);
}

/* Neither damage nor anybody's fault: it waits until this node has the later software. */
static enum err unless_later(struct input *i, enum err e)
{
	return e == ERR_CORRUPT && record_is_later(i->body)
		? refuse(&i->outcome.why, ERR_INVALID, "v", RULE_LATER)
		: e;
}

static enum err event_process(struct ctx *ctx, struct input *i)
{
	struct runtime *r = ctx->r;
	struct follow *f = i->follow;
	bool is_new = f->is_decided && !r->is_rebuilding && i->at.seq > f->now_decided.seq;
	bool is_behind = false;
	struct record *record = &ctx->record;
	struct str key;
	enum err e;

	if (f->is_mirrored)
		return unless_later(i, mirror_event(r, ctx->txn, i));
	/* Tables that are made anew read again what was decided: it must be the same history. */
	if (f->is_decided && i->at.seq == f->now_decided.seq && i->at.seq > 0 &&
		!hash_equal(&i->at.hash, &f->now_decided.hash))
		return ERR_CORRUPT;
	e = unless_later(i, record_decode(i->body, ctx->arena, record));
	if (e != ERR_OK)
		return e;
	key = record->key;
	if ((record->type & CODE_CRITICAL) != 0 && !is_known(r->service, i, record->type))
		return refuse(&i->outcome.why, ERR_INVALID, "type", RULE_CRITICAL); /* stops the stream */
	ctx->has_record = true;
	/* what was read is as of now at the latest, whatever its clock said */
	f->now_projected_written = record->at > r->now + RECORD_AHEAD_US ? r->now : record->at;
	e = project_event(r, ctx->txn, f, record, &i->outcome.why, &ctx->event);
	if (e != ERR_OK || !is_new)
		return e;
	f->now_decided = i->at;
	if (!is_decided(r->service, i, record->type))
		return ERR_OK;
	e = park_is_behind(r, ctx->txn, i, key, &is_behind);
	if (e == ERR_OK && i->is_suspect)
		return park_input(r, ctx->txn, i, RULE_ENDED_TWICE, NULL);
	if (e == ERR_OK && is_behind)
		return park_input(r, ctx->txn, i, "di_belakang", NULL);
	return e == ERR_OK ? decide_or_park(ctx, i) : e;
}

/* A timer is decided once: its row must still be there with the same due time. */
static enum err timer_process(struct ctx *ctx, struct input *i)
{
	time_us due;
	enum err e = timer_get(ctx->txn, i->key, &due);

	if (e == ERR_NOT_FOUND || (e == ERR_OK && due != i->due))
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	e = decide_or_park(ctx, i);
	assert(e != ERR_OK || i->outcome.count > 0); /* else it would come due for ever */
	return e;
}

static enum err work_process(struct ctx *ctx, struct input *i)
{
	struct work_row row;
	enum err e = work_get(ctx->txn, i->key, ctx->arena, &row);

	if (e == ERR_NOT_FOUND || (e == ERR_OK && row.slice != i->slice))
		return ERR_OK; /* ended already, or this slice is in */
	if (e != ERR_OK)
		return e;
	e = decide_or_park(ctx, i);
	assert(e != ERR_OK || i->outcome.count > 0);
	return e;
}

enum err input_process(struct runtime *r, struct txn *txn, struct input *i)
{
	struct ctx ctx;

	arena_reset(&r->input_arena);
	i->outcome = (struct outcome) { .status = SESI_STATUS_OK };
	ctx_begin(&ctx, r, txn, i);
	switch (i->kind) {
	case JENIS_MASUKAN_PERINTAH:
		return command_process(&ctx, i);
	case JENIS_MASUKAN_SURAT:
		return letter_process(&ctx, i);
	case JENIS_MASUKAN_PERISTIWA:
		return event_process(&ctx, i);
	case JENIS_MASUKAN_PEWAKTU:
		return timer_process(&ctx, i);
	case JENIS_MASUKAN_HASIL_KERJA:
		return work_process(&ctx, i);
	}
	return ERR_INVALID;
}
