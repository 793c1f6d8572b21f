#include "sim/ask.h"

#include "runtime/view_state.h"

static const struct question_row *row_of(const struct service *s, const struct schema *schema)
{
	for (uint32_t n = 0; n < s->question_count; n++)
		if (s->questions[n].schema == schema)
			return &s->questions[n];
	for (uint32_t n = 0; n < system_question_count; n++)
		if (system_questions[n].schema == schema)
			return &system_questions[n];
	return NULL;
}

enum err sim_ask(struct actor_host *h, const struct schema *schema, const void *question,
	struct str go_on, void *ret_answer, struct str *ret_go_on)
{
	struct runtime *r = h->runtime;
	const struct question_row *row = row_of(r->service, schema);
	struct view view = { .r = r, .rows_left = VIEW_ROWS_MAX, .go_on_in = go_on };
	struct txn *txn = NULL;
	enum err e;

	if (row == NULL)
		return ERR_INVALID;
	arena_reset(&r->input_arena);
	e = txn_begin(r->store, KV_READ, &txn);
	if (e != ERR_OK)
		return e;
	view.asker = (struct input) { .kind = JENIS_MASUKAN_PERINTAH, .is_question = true };
	ctx_begin(&view.ctx, r, txn, &view.asker);
	view.ctx.is_answering = true;
	view.until = host_steady(&r->o.host) + VIEW_US_MAX;
	e = row->ask(&view, question, ret_answer);
	txn_abort(&txn);
	*ret_go_on = view.go_on;
	return e;
}
