/* Questions: answered at once from the last commit, or held until `after` is reached. */
#include "base/log_line.h"
#include "runtime/status.h"
#include "runtime/view_state.h"

static const struct question_row *question_row_of(const struct service *s, uint32_t type)
{
	for (uint32_t n = 0; n < s->question_count; n++)
		if (s->questions[n].schema->code == type)
			return &s->questions[n];
	for (uint32_t n = 0; n < system_question_count; n++)
		if (system_questions[n].schema->code == type)
			return &system_questions[n];
	return NULL;
}

static void answer_problem(struct peer *p, uint64_t corr, enum sesi_status status,
	struct problem why)
{
	struct sesi_answer answer = { .status = status,
		.has_field = why.field != NULL,
		.has_rule = why.rule != NULL };

	if (why.field != NULL)
		answer.field = str_of(why.field);
	if (why.rule != NULL)
		answer.rule = str_of(why.rule);
	if (session_answer(p->session, corr, &answer) != ERR_OK)
		log_line(LOG_DEBUG, "jawaban_tak_terkirim", NULL);
}

static void answer_body(struct runtime *r, struct peer *p, uint64_t corr, const struct view *view,
	struct str body)
{
	const struct place *head = &store_log(r->store)->committed;
	struct sesi_answer answer = { .status = SESI_STATUS_OK,
		.has_body = true,
		.body = body,
		.has_go_on = view->go_on.ptr != NULL,
		.go_on = view->go_on,
		.has_stream = true,
		.stream = str_of(r->service->name),
		.has_epoch = true,
		.epoch = head->epoch,
		.has_seq = true,
		.seq = head->seq };

	if (session_answer(p->session, corr, &answer) != ERR_OK)
		log_line(LOG_DEBUG, "jawaban_tak_terkirim", NULL);
}

static enum err run(struct view *view, const struct question_row *row, const struct input *i,
	struct buf *out)
{
	struct problem *why = &view->ctx.why;
	void *question = arena_take(view->ctx.arena, row->schema->size);
	void *answer = arena_take(view->ctx.arena, row->schema->reply->size);
	enum err e;

	if (question == NULL || answer == NULL)
		return refuse(why, ERR_LIMIT, NULL, "terlalu_besar");
	if ((row->peers & i->from_bit) == 0)
		return refuse(why, ERR_DENIED, NULL, "pengirim_tidak_berhak");
	if (i->key.len > KV_KEY_MAX)
		return refuse(why, ERR_INVALID, "go_on", "bukan_kunci");
	e = wire_decode(row->schema, i->body, view->ctx.arena, question, why);
	if (e == ERR_CORRUPT)
		e = ERR_INVALID;
	if (e == ERR_OK)
		e = row->ask(view, question, answer);
	if (e == ERR_OK)
		e = wire_encode(row->schema->reply, answer, out, why);
	return e;
}

static void answer_now(struct runtime *r, struct peer *p, const struct input *i)
{
	const struct question_row *row = question_row_of(r->service, i->type);
	struct view view = { .asker = *i,
		.r = r,
		.peer = p,
		.rows_left = VIEW_ROWS_MAX,
		.go_on_in = i->key };
	struct txn *txn = NULL;
	struct buf out;
	enum err e;

	if (row == NULL) {
		answer_problem(p, i->corr, SESI_STATUS_INVALID,
			(struct problem) { "type", "tidak_dikenal" });
		return;
	}
	if (r->is_rebuilding && row->schema->code != MSG_KEADAAN) {
		answer_problem(p, i->corr, SESI_STATUS_BUSY,
			(struct problem) { NULL, "sedang_dibangun_ulang" });
		return;
	}
	r->figures.questions++;
	arena_reset(&r->input_arena);
	buf_init(&out, MESSAGE_BYTES_MAX);
	e = txn_begin(r->store, KV_READ, &txn);
	if (e == ERR_OK) {
		ctx_begin(&view.ctx, r, txn, &view.asker);
		view.ctx.is_answering = true;
		view.until = host_steady(&r->o.host) + VIEW_US_MAX;
		e = run(&view, row, i, &out);
	}
	if (e == ERR_OK)
		answer_body(r, p, i->corr, &view, buf_str(&out));
	else
		answer_problem(p, i->corr, status_of(e), view.ctx.why);
	txn_abort(&txn);
	buf_clear(&out);
}

void ask_take(struct runtime *r, struct peer *p, uint64_t corr, const struct sesi_ask *ask)
{
	struct input i = { .kind = JENIS_MASUKAN_PERINTAH,
		.is_question = true,
		.link = p->link,
		.corr = corr,
		.type = ask->type,
		.version = ask->version,
		.body = ask->body,
		.actor = ask->actor,
		.from = p->name,
		.from_bit = p->bit,
		.deadline = r->steady + (time_us)ask->time_left_ms * 1000,
		.key = ask->has_go_on ? ask->go_on : (struct str) { NULL, 0 },
		.has_after = ask->has_after_stream,
		.after_stream = ask->after_stream,
		.after_seq = ask->after_seq };
	enum err e =
		ask->has_after_stream ? request_after(r, p, ask->after_stream, ask->after_seq) : ERR_OK;

	if (e == ERR_INVALID)
		answer_problem(p, corr, SESI_STATUS_INVALID,
			(struct problem) { "after_stream", "after_tidak_diikuti" });
	else if (e == ERR_OK)
		answer_now(r, p, &i);
	else if (p->waiting >= RUNTIME_IN_FLIGHT_MAX || queues_are_full(r))
		answer_problem(p, corr, SESI_STATUS_BUSY,
			(struct problem) { NULL, "terlalu_banyak_menunggu" });
	else {
		p->waiting++;
		queue_add(&r->held, input_new(&i));
	}
}

static void held_answer(struct runtime *r, struct input *i, bool is_late)
{
	struct peer *p = peer_find(r, i->link);

	if (!i->is_question && !is_late) {
		i->has_after = false;
		lines_add(&r->waiting, i);
		return;
	}
	if (p != NULL && i->is_question) {
		p->waiting--;
		if (is_late)
			answer_problem(p, i->corr, SESI_STATUS_BUSY,
				(struct problem) { "after_seq", "belum_sampai" });
		else
			answer_now(r, p, i);
	} else if (p != NULL) {
		i->outcome = (struct outcome) { .status = SESI_STATUS_BUSY,
			.why = { "after_seq", "belum_sampai" },
			.retry_after_ms = 100 };
		answer_command(r, i);
	}
	input_free(i);
}

void held_forget(struct runtime *r, uint64_t link)
{
	struct queue held = r->held;
	struct input *i;

	if (held.first == NULL)
		return;
	queue_init(&r->held);
	while ((i = held.first) != NULL) {
		held.first = i->next;
		if (i->link == link)
			input_free(i);
		else
			queue_add(&r->held, i);
	}
}

void held_look(struct runtime *r)
{
	struct queue held = r->held;
	struct input *i;

	if (held.first == NULL)
		return;
	queue_init(&r->held);
	while ((i = held.first) != NULL) {
		bool is_late = r->steady >= i->deadline;

		held.first = i->next;
		i->next = NULL;
		if (is_late || follow_reached(r, i->after_stream, i->after_seq) == ERR_OK)
			held_answer(r, i, is_late);
		else
			queue_add(&r->held, i);
	}
}
