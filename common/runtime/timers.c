/* Timers that came due become inputs, in order of their due time; those that wait, once the streams that
 * decide follows have been read up to a head that was asked for after the due moment. */
#include "base/log_line.h"
#include "base/planted.h"
#include "runtime/engine.h"

/* Whether decide has seen all that was there at `due`; asks for heads that are still missing. */
static bool streams_read(struct runtime *r, time_us due)
{
	bool is_read = true;

	if (PLANTED(TIMER_FIRST))
		return true;
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];
		uint64_t corr;

		if (!f->is_decided)
			continue;
		if (f->head_asked_at > due && f->decided.seq >= f->head_seq)
			continue;
		is_read = false;
		r->timers_wait = f->stream.ptr;
		if (f->head_asked_at > due || f->head_asking_at != 0 || f->peer == NULL || r->now <= due)
			continue;
		if (session_ask_head(f->peer->session, f->stream, &corr) == ERR_OK)
			f->head_asking_at = r->now;
	}
	return is_read;
}

static enum err timer_first(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_READ, &txn);

	if (e == ERR_OK)
		e = timer_next(txn, &r->next_timer);
	if (e == ERR_NOT_FOUND) {
		r->next_timer = INT64_MAX;
		e = ERR_OK;
	}
	txn_abort(&txn);
	return e;
}

/* What is due of one kind. */
struct due_kind {
	struct timer_row *rows;
	uint32_t count, taken;
};

static enum err due_read(struct runtime *r, struct txn *txn, struct due_kind *kinds)
{
	enum err e = ERR_OK;

	for (uint16_t k = 0; k < r->service->timer_count && e == ERR_OK; k++)
		e = timer_due(txn, k, r->now, TIMERS_A_TURN_MAX, &r->input_arena, &kinds[k].rows,
			&kinds[k].count);
	return e;
}

/* The kind whose next row is due first; those that wait are passed over where they must. NULL: none. */
static struct due_kind *due_first(const struct runtime *r, struct due_kind *kinds, bool is_waiting)
{
	struct due_kind *first = NULL;

	for (uint32_t k = 0; k < r->service->timer_count; k++) {
		struct due_kind *kind = &kinds[k];

		if (kind->taken == kind->count || (is_waiting && r->service->timers[k].waits))
			continue;
		if (first == NULL || kind->rows[kind->taken].due < first->rows[first->taken].due)
			first = kind;
	}
	return first;
}

/* In order of due time. Behind one that waits for a stream all wait that wait for streams, and no others. */
static void due_queue(struct runtime *r, struct due_kind *kinds)
{
	struct due_kind *kind;
	bool is_waiting = false;

	while (
		r->timers_queued < TIMERS_A_TURN_MAX && (kind = due_first(r, kinds, is_waiting)) != NULL) {
		const struct timer_row *row = &kind->rows[kind->taken];
		struct input pattern = { .kind = JENIS_MASUKAN_PEWAKTU,
			.key = row->key,
			.due = row->due,
			.index = row->kind };

		if (r->service->timers[row->kind].waits && !streams_read(r, row->due)) {
			is_waiting = true;
			continue;
		}
		lines_add(&r->waiting, input_new(&pattern));
		r->timers_queued++;
		kind->taken++;
	}
}

enum err timers_collect(struct runtime *r)
{
	struct due_kind *kinds;
	struct txn *txn = NULL;
	enum err e = timer_first(r);

	r->timers_wait = NULL;
	if (e != ERR_OK || r->next_timer > r->now || r->timers_queued > 0)
		return e;
	if (r->is_doubted || r->fence != NULL || r->is_rebuilding || r->is_stopping)
		return ERR_OK;
	arena_reset(&r->input_arena);
	kinds = arena_take(&r->input_arena, (r->service->timer_count + 1) * sizeof *kinds);
	e = kinds == NULL ? ERR_LIMIT : txn_begin(r->store, KV_READ, &txn);
	if (e == ERR_OK)
		e = due_read(r, txn, kinds);
	if (e == ERR_OK)
		due_queue(r, kinds);
	txn_abort(&txn);
	return e;
}
