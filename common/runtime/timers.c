/* Timers that came due become inputs, in order of their due time, once the streams they wait for have
 * been read up to a head that was asked for after the due moment. */
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

enum err timers_collect(struct runtime *r)
{
	struct timer_row *rows;
	struct txn *txn = NULL;
	uint32_t count = 0;
	enum err e = timer_first(r);

	r->timers_wait = NULL;
	if (e != ERR_OK || r->next_timer > r->now || r->timers_queued > 0)
		return e;
	if (r->is_doubted || r->fence != NULL || r->is_rebuilding || r->is_stopping)
		return ERR_OK;
	arena_reset(&r->input_arena);
	e = txn_begin(r->store, KV_READ, &txn);
	if (e == ERR_OK)
		e = timer_due(txn, r->now, TIMERS_A_TURN_MAX, &r->input_arena, &rows, &count);
	for (uint32_t n = 0; n < count && e == ERR_OK; n++) {
		struct input pattern = { .kind = JENIS_MASUKAN_PEWAKTU,
			.key = rows[n].key,
			.due = rows[n].due,
			.index = rows[n].kind };

		if (r->service->timers[rows[n].kind].waits && !streams_read(r, rows[n].due))
			break; /* in order: what is due later waits behind it */
		queue_add(&r->queue, input_new(&pattern));
		r->timers_queued++;
	}
	txn_abort(&txn);
	return e;
}
