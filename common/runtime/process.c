#include <assert.h>

#include "base/crash_point.h"
#include "runtime/engine.h"

static enum sesi_status status_of(enum err e)
{
	switch (e) {
	case ERR_OK:
		return SESI_STATUS_OK;
	case ERR_INVALID:
	case ERR_LIMIT:
		return SESI_STATUS_INVALID;
	case ERR_DENIED:
		return SESI_STATUS_DENIED;
	case ERR_NOT_FOUND:
		return SESI_STATUS_NOT_FOUND;
	case ERR_STATE:
		return SESI_STATUS_REJECTED;
	case ERR_TOO_OLD:
		return SESI_STATUS_TOO_OLD;
	case ERR_READONLY:
		return SESI_STATUS_READONLY;
	case ERR_UNAVAILABLE:
		return SESI_STATUS_BUSY;
	case ERR_TIMEOUT:
		return SESI_STATUS_EXPIRED;
	case ERR_CORRUPT:
	case ERR_IO:
		break;
	}
	return SESI_STATUS_UNKNOWN;
}

/* The environment's errors are nobody's fault: never a refusal, never parked. */
static bool is_environment(enum err e)
{
	return e == ERR_IO || e == ERR_READONLY;
}

static enum err refused(struct input *i, enum err e, struct problem why)
{
	i->outcome.status = status_of(e);
	i->outcome.why = why;
	if (why.rule == NULL)
		i->outcome.why.rule = err_name(e);
	return ERR_OK;
}

static const struct command_row *command_row_of(const struct service *s, uint32_t type)
{
	for (uint32_t i = 0; i < s->command_count; i++)
		if (s->commands[i].schema->code == type)
			return &s->commands[i];
	for (uint32_t i = 0; i < system_command_count; i++)
		if (system_commands[i].schema->code == type)
			return &system_commands[i];
	return NULL;
}

/* The reply from own events, encoded into the batch's arena: it goes out after the commit. */
static enum err reply_make(struct ctx *ctx, const struct command_row *row,
	const struct own_event *events, uint32_t count, struct outcome *ret)
{
	void *reply;
	struct buf out;
	enum err e;

	if (row->answer == NULL)
		return ERR_OK;
	reply = arena_take(ctx->arena, row->schema->reply->size);
	if (reply == NULL)
		return ERR_LIMIT;
	ctx->is_answering = true;
	e = row->answer(ctx, events, count, reply);
	if (e != ERR_OK)
		return e;
	buf_init(&out, MESSAGE_BYTES_MAX);
	e = wire_encode(row->schema->reply, reply, &out, &ctx->why);
	if (e == ERR_OK)
		e = arena_copy(&ctx->r->batch_arena, buf_str(&out), &ret->reply);
	buf_clear(&out);
	return e;
}

/* The answer to what is in the log already. */
static enum err answer_again(struct ctx *ctx, const struct command_row *row, struct input *i,
	const struct mark *mark)
{
	struct own_event *events;
	uint32_t count;
	enum err e;

	e = log_own_events(ctx, mark, &events, &count);
	if (e == ERR_OK && count > 0 && events[0].schema == &schema_masukan_ditolak) {
		/* the one refusal that is remembered */
		i->outcome.status = SESI_STATUS_REJECTED;
		i->outcome.why = (struct problem) { NULL, "diparkir" };
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = reply_make(ctx, row, events, count, &i->outcome);
	if (e != ERR_OK)
		return is_environment(e) ? e : refused(i, e, ctx->why);
	i->outcome.status = SESI_STATUS_DUP_OK;
	i->outcome.epoch = mark->epoch;
	i->outcome.first_seq = mark->seq;
	i->outcome.count = mark->count;
	ctx->r->figures.duplicates++;
	return ERR_OK;
}

/* A command that was accepted before: answered again from its events. */
static enum err command_again(struct ctx *ctx, const struct command_row *row, struct input *i,
	const struct mark *mark)
{
	if (!hash_equal(&mark->body_hash, &i->body_hash) || !id_equal(mark->actor, i->actor)) {
		i->outcome.status = SESI_STATUS_CONFLICT;
		i->outcome.why = (struct problem) { "id", "sudah_dipakai" };
		return ERR_OK;
	}
	return answer_again(ctx, row, i, mark);
}

/* Its key says that it was done long ago, under another id: answered from the events of that time. */
static enum err command_done_as(struct ctx *ctx, const struct command_row *row, struct input *i)
{
	struct mark mark = { .seq = ctx->done_seq, .count = ctx->done_count };
	enum err e = log_epoch_of(store_log(ctx->r->store), txn_kv(ctx->txn), mark.seq, &mark.epoch);

	return e == ERR_OK ? answer_again(ctx, row, i, &mark) : e;
}

/* Whether a command may be looked at at all; refusals that need no decide. */
static enum err command_admit(struct ctx *ctx, const struct command_row *row, const struct input *i)
{
	const struct runtime *r = ctx->r;
	time_us made = id_time(i->id);
	bool is_opening = row->schema == &schema_buka_pagar;

	if ((row->peers & i->from_bit) == 0)
		return ctx_refuse(ctx, ERR_DENIED, NULL, "pengirim_tidak_berhak");
	if (made < r->now - ID_KEPT_US)
		return ctx_refuse(ctx, ERR_TOO_OLD, "id", "terlalu_lama");
	if (made > r->now + ID_AHEAD_US)
		return ctx_refuse(ctx, ERR_INVALID, "id", "di_masa_depan");
	if (r->fence != NULL && !is_opening)
		return ctx_refuse(ctx, ERR_READONLY, NULL, "dipagari");
	if (r->level == STORE_HARD)
		return ctx_refuse(ctx, ERR_READONLY, NULL, "penyimpanan_penuh");
	if (r->level == STORE_SOFT)
		return ctx_refuse(ctx, ERR_UNAVAILABLE, NULL, "penyimpanan_hampir_penuh");
	if (r->is_doubted && row->needs_number)
		return ctx_refuse(ctx, ERR_UNAVAILABLE, NULL, "jam_diragukan");
	return ERR_OK;
}

static enum err command_process(struct ctx *ctx, struct input *i)
{
	const struct command_row *row = command_row_of(ctx->r->service, i->type);
	struct own_event *events;
	struct mark mark;
	void *message;
	uint32_t count;
	enum err e;

	if (row == NULL)
		return refused(i, ERR_INVALID, (struct problem) { "type", "tidak_dikenal" });
	e = mark_get(ctx->txn, i->id, &mark);
	if (e == ERR_OK)
		return command_again(ctx, row, i, &mark);
	if (e != ERR_NOT_FOUND)
		return e;
	message = arena_take(ctx->arena, row->schema->size);
	e = message == NULL ? ERR_LIMIT : command_admit(ctx, row, i);
	if (e == ERR_OK)
		e = wire_decode(row->schema, i->body, ctx->arena, message, &ctx->why);
	if (e == ERR_CORRUPT)
		e = ERR_INVALID; /* the sender's body, not ours */
	ctx->schema = row->schema;
	if (e == ERR_OK)
		e = row->decide(ctx, message);
	if (e != ERR_OK)
		return is_environment(e) && ctx->r->fence == NULL && ctx->why.rule == NULL
			? e
			: refused(i, e, ctx->why);
	if (ctx->done_count > 0)
		return command_done_as(ctx, row, i);
	assert(ctx->events > 0); /* an accepted command has at least one own event */
	e = effects_write(ctx, &i->outcome);
	if (e == ERR_OK)
		e = effects_own_events(ctx, &events, &count);
	if (e == ERR_OK)
		e = reply_make(ctx, row, events, count, &i->outcome);
	if (e == ERR_OK)
		i->outcome.status = SESI_STATUS_OK;
	return e;
}

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

/* Decides and writes an input that nobody waits to hear refused: what is refused is parked. */
static enum err decide_or_park(struct ctx *ctx, struct input *i)
{
	enum err e = input_decide(ctx, i);

	if (e == ERR_OK)
		return effects_write(ctx, &i->outcome);
	if (is_environment(e))
		return e;
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

static enum err event_process(struct ctx *ctx, struct input *i)
{
	struct runtime *r = ctx->r;
	struct follow *f = i->follow;
	bool is_new = f->is_decided && !r->is_rebuilding && i->at.seq > f->now_decided.seq;
	bool is_behind = false;
	const struct schema *schema;
	struct record *record = &ctx->record;
	struct str key;
	enum err e = record_decode(i->body, ctx->arena, record);

	if (e != ERR_OK)
		return e;
	key = record->key;
	schema = schema_of_code(record->type);
	if (schema == NULL && (record->type & CODE_CRITICAL) != 0)
		return ERR_INVALID; /* stops the stream */
	ctx->has_record = true;
	e = project_event(r, ctx->txn, f, record, schema, &ctx->event);
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
