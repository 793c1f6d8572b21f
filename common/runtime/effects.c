#include <assert.h>

#include "base/crash_point.h"
#include "runtime/engine.h"

/* The vault effects since the last event, up to and without `end`, written now; their seals. */
static enum err write_vault(struct ctx *ctx, struct effect *from, const struct effect *end,
	struct record *record)
{
	const struct service *s = ctx->r->service;
	enum err e = ERR_OK;

	record->seals_len = 0;
	while (from != end && from->kind != EFFECT_VAULT_PUT && from->kind != EFFECT_VAULT_ERASE)
		from = from->next;
	if (from == end)
		return ERR_OK;
	record->seals = arena_take(ctx->arena, RECORD_SEALS_MAX * sizeof *record->seals);
	if (record->seals == NULL)
		return ERR_LIMIT;
	for (struct effect *f = from; f != end && e == ERR_OK; f = f->next) {
		struct seal *seal = &record->seals[record->seals_len];

		if (f->kind != EFFECT_VAULT_PUT && f->kind != EFFECT_VAULT_ERASE)
			continue;
		if (record->seals_len == RECORD_SEALS_MAX)
			return ERR_LIMIT;
		*seal = (struct seal) { .key = f->key, .is_erased = f->kind == EFFECT_VAULT_ERASE };
		while (seal->table < s->table_count && s->tables[seal->table] != f->table)
			seal->table++;
		assert(seal->table < s->table_count);
		if (seal->is_erased)
			e = vault_erase(ctx->txn, f->table, f->key, ctx->arena);
		else
			e = vault_put_encoded(ctx->txn, f->table, f->key, f->row, f->body, ctx->arena,
				&seal->commitment);
		record->seals_len++;
	}
	return e;
}

static enum err write_event(struct ctx *ctx, struct effect *from, struct effect *event,
	uint32_t count, struct outcome *ret)
{
	struct log *log = store_log(ctx->r->store);
	struct record record = {
		.at = ctx->now,
		.type = event->schema->code,
		.version = event->schema->version,
		.key = event->key,
		.cause = input_cause(ctx->input),
		.actor = ctx_actor(ctx),
		.payload = event->body,
	};
	enum err e = write_vault(ctx, from, event, &record);

	if (e == ERR_OK)
		e = log_append(log, txn_kv(ctx->txn), &record);
	if (e != ERR_OK)
		return e;
	crash_point("log_appended");
	event->seq = record.seq;
	if (record.type == MSG_JAM_DIKONFIRMASI)
		ctx->r->confirmed_clock = true;
	ctx->r->opened_fence |= record.type == MSG_SISA_DIAMBIL;
	ctx->r->took_branch |= record.type == MSG_CABANG_DIIKUTI;
	e = fork_note_orphans(ctx->r, ctx->txn, &record);
	if (e != ERR_OK)
		return e;
	if (ret->count++ == 0) {
		ret->epoch = record.epoch;
		ret->first_seq = record.seq;
	}
	return apply_record(ctx->r->service, ctx->txn, ctx->arena, &record, count, APPLY_LIVE,
		&event->row);
}

/* The order of a letter in the outbox: upwards for as long as the process lives, since a session sends what is
 * over the last one it sent; the first one over what was found there, sent again or not. */
static enum err letter_number(struct ctx *ctx, uint64_t *ret)
{
	struct runtime *r = ctx->r;
	uint64_t highest = r->letter_number;

	for (const struct peer *p = r->letter_number == 0 ? r->peers : NULL; p != NULL; p = p->next)
		if (p->letter_last > highest)
			highest = p->letter_last;
	for (uint32_t n = 0; r->letter_number == 0 && n < r->service->sends_to_count; n++) {
		uint64_t last = 0;
		enum err e = outbox_last(ctx->txn, str_of(r->service->sends_to[n]), ctx->arena, &last);

		if (e != ERR_OK)
			return e;
		if (last > highest)
			highest = last;
	}
	r->letter_number = highest + 1;
	*ret = r->letter_number;
	return ERR_OK;
}

static enum err write_other(struct ctx *ctx, struct effect *f)
{
	enum err e;

	struct outbox_letter letter;

	switch (f->kind) {
	case EFFECT_PRIVATE_PUT:
		return table_put(ctx->txn, f->table, f->key, f->row);
	case EFFECT_LETTER:
		letter = (struct outbox_letter) { .to = str_of(f->to),
			.id = f->id,
			.type = f->schema->code,
			.version = f->schema->version,
			.body = f->body };
		ctx->r->has_letters = true;
		e = letter_number(ctx, &letter.number);
		return e == ERR_OK ? outbox_put(ctx->txn, &letter) : e;
	case EFFECT_WORK:
		ctx->r->has_work = true;
		return payload_put(ctx->txn, f->key, f->body);
	case EFFECT_EPOCH:
		ctx->r->opened_fence = true;
		return log_new_epoch(store_log(ctx->r->store), txn_kv(ctx->txn), f->key, ctx_actor(ctx),
			ctx->now);
	case EFFECT_FORGET:
		return payload_del(ctx->txn, f->key);
	case EFFECT_EVENT:
	case EFFECT_VAULT_PUT:
	case EFFECT_VAULT_ERASE:
		break;
	}
	return ERR_OK;
}

enum err effects_write(struct ctx *ctx, struct outcome *ret)
{
	struct effect *from = ctx->first;
	uint32_t count = ctx->events;

	assert(ctx->loose_vault == 0); /* a vault effect without an event that carries its commitment */
	for (struct effect *f = ctx->first; f != NULL; f = f->next) {
		enum err e =
			f->kind == EFFECT_EVENT ? write_event(ctx, from, f, count, ret) : write_other(ctx, f);

		if (e != ERR_OK)
			return e;
		if (f->kind == EFFECT_EVENT) {
			from = f->next;
			count = 0; /* the first event carries the mark for all of them */
		}
	}
	return ERR_OK;
}

static enum err own_event(struct ctx *ctx, const struct schema *schema, struct str body,
	struct own_event *ret)
{
	void *message = arena_take(ctx->arena, schema->size);

	if (message == NULL)
		return ERR_LIMIT;
	ret->schema = schema;
	ret->body = message;
	return wire_decode(schema, body, ctx->arena, message, &ctx->why);
}

enum err effects_own_events(struct ctx *ctx, struct own_event **ret, uint32_t *ret_len)
{
	struct own_event *events = arena_take(ctx->arena, (ctx->events + 1) * sizeof *events);
	uint32_t n = 0;

	if (events == NULL)
		return ERR_LIMIT;
	for (struct effect *f = ctx->first; f != NULL; f = f->next) {
		enum err e;

		if (f->kind != EFFECT_EVENT)
			continue;
		e = ERR_OK;
		if (f->row != NULL) /* apply had it decoded */
			events[n] = (struct own_event) { .schema = f->schema, .body = f->row };
		else
			e = own_event(ctx, f->schema, f->body, &events[n]);
		if (e != ERR_OK)
			return e;
		events[n].key = f->key;
		events[n++].seq = f->seq;
	}
	*ret = events;
	*ret_len = n;
	return ERR_OK;
}

enum err log_own_events(struct ctx *ctx, const struct mark *mark, struct own_event **ret,
	uint32_t *ret_len)
{
	struct log *log = store_log(ctx->r->store);
	struct own_event *events = arena_take(ctx->arena, (mark->count + 1) * sizeof *events);

	if (events == NULL)
		return ERR_LIMIT;
	for (uint32_t n = 0; n < mark->count; n++) {
		struct hash hash;
		struct str bytes, copy;
		struct record record;
		const struct event_row *row;
		enum err e = log_get(log, txn_kv(ctx->txn), mark->seq + n, &hash, &bytes);

		if (e == ERR_OK)
			e = arena_copy(ctx->arena, bytes, &copy);
		if (e == ERR_OK)
			e = record_decode(copy, ctx->arena, &record);
		if (e != ERR_OK)
			return e;
		row = event_row_of(ctx->r->service, record.type);
		if (row == NULL)
			return ERR_CORRUPT;
		e = own_event(ctx, row->schema, record.payload, &events[n]);
		if (e != ERR_OK)
			return e;
		events[n].key = record.key;
		events[n].seq = record.seq;
	}
	*ret = events;
	*ret_len = mark->count;
	return ERR_OK;
}
