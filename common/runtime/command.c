/* Commands: whether one may be looked at, whether it was done before, its decide and its reply. */
#include <assert.h>

#include "runtime/engine.h"
#include "runtime/status.h"

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

enum err command_process(struct ctx *ctx, struct input *i)
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
