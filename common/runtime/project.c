#include "runtime/engine.h"
#include "runtime/fold_state.h"

enum err project_event(struct runtime *r, struct txn *txn, struct follow *f,
	const struct record *record, struct problem *why, const void **ret_event)
{
	const struct service *s = r->service;
	bool is_own = id_is_zero(f->origin);
	const struct project_row *rows = is_own ? s->projects : s->elsewhere;
	uint32_t count = is_own ? s->project_count : s->elsewhere_count;
	void *event = NULL;

	*ret_event = NULL;
	if (!f->is_projected || record->seq <= f->now_projected.seq)
		return ERR_OK;
	for (uint32_t n = 0; n < count; n++) {
		const struct project_row *row = &rows[n];
		struct projection p = { .txn = txn,
			.arena = &r->input_arena,
			.record = record,
			.table = row->table,
			.stream = f->stream,
			.node = f->origin };
		enum err e = ERR_OK;

		if (row->schema->code != record->type || !str_is(f->service, row->stream))
			continue;
		if (event == NULL) {
			event = arena_take(&r->input_arena, row->schema->size);
			e = event == NULL
				? ERR_LIMIT
				: wire_decode(row->schema, record->payload, &r->input_arena, event, why);
		}
		if (e == ERR_OK)
			e = row->project(&p, event);
		if (e != ERR_OK)
			return e;
	}
	*ret_event = event;
	return ERR_OK;
}
