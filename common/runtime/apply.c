#include <assert.h>

#include "base/planted.h"
#include "runtime/engine.h"
#include "runtime/fold_state.h"

const struct event_row *event_row_of(const struct service *service, uint16_t type)
{
	for (uint32_t i = 0; i < service->event_count; i++)
		if (service->events[i].schema->code == type)
			return &service->events[i];
	for (uint32_t i = 0; i < system_event_count; i++)
		if (system_events[i].schema->code == type)
			return &system_events[i];
	return NULL;
}

/* The planted mistake: something of the fold depends on what the vault holds today. */
static uint32_t planted_vault(const struct service *service, struct txn *txn,
	const struct record *record)
{
	const struct seal *seal = record->seals;

	if (record->seals_len == 0 || seal->is_erased)
		return 0;
	return vault_check(txn, service->tables[seal->table], seal->key, &seal->commitment) == ERR_OK
		? 0
		: 1;
}

/* What follows from the cause alone: marks, timers that fired, slices that came back. The live cursors are
 * the batch's, since not every followed event makes an own one; the fold's never pass them. */
static enum err apply_cause(const struct service *service, struct txn *txn, struct arena *arena,
	const struct record *record, uint32_t count, enum apply_where where)
{
	struct place at = { record->cause.epoch, record->cause.seq, record->cause.hash };
	const struct cause *c = &record->cause;
	struct mark mark = { .body_hash = c->body_hash,
		.actor = record->actor,
		.epoch = record->epoch,
		.seq = record->seq,
		.count = count };
	struct work_row work;
	enum err e;

	if (count == 0)
		return ERR_OK;
	switch (c->kind) {
	case CAUSE_COMMAND:
	case CAUSE_LETTER:
		if (PLANTED(MARK_APART) && where == APPLY_LIVE)
			return ERR_OK;
		if (PLANTED(APPLY_VAULT))
			mark.count += planted_vault(service, txn, record);
		return mark_put(txn, c->id, &mark);
	case CAUSE_TIMER:
		return timer_del(txn, c->key);
	case CAUSE_WORK:
		e = work_get(txn, c->key, arena, &work);
		if (e == ERR_NOT_FOUND)
			return ERR_OK;
		if (e != ERR_OK)
			return e;
		work.slice = (uint32_t)c->seq + 1;
		return work_set(txn, &work);
	case CAUSE_EVENT:
		return where == APPLY_LIVE ? ERR_OK
								   : cursor_put(txn, str_of(CONSUMER_DECIDED), c->from, &at);
	case CAUSE_SYSTEM:
		break;
	}
	return ERR_OK;
}

enum err apply_record(const struct service *service, struct txn *txn, struct arena *arena,
	const struct record *record, uint32_t count, enum apply_where where, const void **ret_event)
{
	const struct event_row *row = event_row_of(service, record->type);
	struct fold fold = { .service = service,
		.txn = txn,
		.arena = arena,
		.record = record,
		.is_live = where != APPLY_SHADOW };
	struct problem why = { NULL, NULL };
	void *event;
	enum err e = apply_cause(service, txn, arena, record, count, where);

	if (e != ERR_OK)
		return e;
	if (row == NULL)
		return ERR_CORRUPT; /* an own event of a newer version: the store must not be served */
	if (row->apply == NULL)
		return ERR_OK;
	event = arena_take(arena, row->schema->size);
	if (event == NULL)
		return ERR_LIMIT;
	e = wire_decode(row->schema, record->payload, arena, event, &why);
	if (e != ERR_OK)
		return ERR_CORRUPT;
	if (ret_event != NULL)
		*ret_event = event;
	return row->apply(&fold, event);
}
