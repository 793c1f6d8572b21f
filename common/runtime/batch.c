/* The batch: what is queued, in one write transaction. Answers go out after the commit and never
 * before; when anything fails after a put nothing of the batch has happened, and its inputs run
 * again one by one, so that only the one that fails alone is refused. */
#include <assert.h>

#include "base/crash_point.h"
#include "base/log_line.h"
#include "base/planted.h"
#include "runtime/engine.h"

struct batch {
	struct input **inputs;
	uint32_t count;
};

static void follows_rewind(struct runtime *r)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		r->follows[n].now_decided = r->follows[n].decided;
		r->follows[n].now_projected = r->follows[n].projected;
	}
}

static enum err cursor_save(struct txn *txn, const char *consumer, const struct follow *f,
	const struct place *was, const struct place *is)
{
	if (is->seq == was->seq && id_equal(is->epoch, was->epoch))
		return ERR_OK;
	return cursor_put(txn, str_of(consumer), f->stream, is);
}

static enum err cursors_save(struct runtime *r, struct txn *txn)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];
		enum err e = cursor_save(txn, CONSUMER_DECIDED, f, &f->decided, &f->now_decided);

		if (e == ERR_OK)
			e = cursor_save(txn, CONSUMER_PROJECTED, f, &f->projected, &f->now_projected);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static void follows_commit(struct runtime *r)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		r->follows[n].decided = r->follows[n].now_decided;
		r->follows[n].projected = r->follows[n].now_projected;
	}
}

static enum err process_one(struct runtime *r, struct txn *txn, struct input *i)
{
	enum err e = input_process(r, txn, i);

	if (e == ERR_OK && i->kind == JENIS_MASUKAN_PERISTIWA && i->follow->is_projected &&
		i->at.seq > i->follow->now_projected.seq)
		i->follow->now_projected = i->at;
	return e;
}

/* What a commit changes of the runtime itself: the fence that a person opened, the clock that was confirmed. */
static enum err settle(struct runtime *r)
{
	if (r->confirmed_clock)
		r->is_doubted = false;
	r->confirmed_clock = false;
	if (!r->opened_fence)
		return ERR_OK;
	r->opened_fence = false;
	r->fence = NULL;
	for (struct peer *p = r->peers; p != NULL; p = p->next)
		if (p->is_ready && p->is_dialer)
			follow_ready(r, p);
	return sidecar_note(r);
}

/* The planted mistakes that need a transaction of their own. */
static enum err planted_cursor_first(struct runtime *r, struct input **inputs, uint32_t count)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	for (uint32_t n = 0; n < count && e == ERR_OK; n++) {
		const struct input *i = inputs[n];

		if (i->kind == JENIS_MASUKAN_PERISTIWA && i->follow->is_decided &&
			i->at.seq > i->follow->decided.seq)
			e = cursor_put(txn, str_of(CONSUMER_DECIDED), i->follow->stream, &i->at);
	}
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	crash_point("planted_between");
	return e;
}

static enum err planted_mark_apart(struct runtime *r, struct input **inputs, uint32_t count)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	for (uint32_t n = 0; n < count && e == ERR_OK; n++) {
		const struct input *i = inputs[n];
		struct mark mark = { .body_hash = i->body_hash,
			.actor = i->actor,
			.epoch = i->outcome.epoch,
			.seq = i->outcome.first_seq,
			.count = i->outcome.count };

		if (i->outcome.count > 0 && i->outcome.status == SESI_STATUS_OK && !id_is_zero(i->id))
			e = mark_put(txn, i->id, &mark);
	}
	if (e == ERR_OK)
		return txn_commit(&txn);
	txn_abort(&txn);
	return e;
}

/* All of them in one transaction, or none. *ret_failed: the one that failed after a put. */
static enum err try_all(struct runtime *r, struct input **inputs, uint32_t count,
	struct input **ret_failed)
{
	struct txn *txn = NULL;
	time_us before;
	enum err e = PLANTED(CURSOR_FIRST) ? planted_cursor_first(r, inputs, count) : ERR_OK;

	if (e == ERR_OK)
		e = txn_begin(r->store, KV_WRITE, &txn);

	*ret_failed = NULL;
	r->opened_fence = r->confirmed_clock = false;
	arena_reset(&r->batch_arena);
	follows_rewind(r);
	if (e == ERR_OK && r->is_rebuilding)
		txn_use_shadow(txn, TABLE_PROJECTED);
	for (uint32_t n = 0; n < count && e == ERR_OK; n++) {
		e = process_one(r, txn, inputs[n]);
		if (e != ERR_OK)
			*ret_failed = inputs[n];
	}
	if (e == ERR_OK)
		e = cursors_save(r, txn);
	if (e == ERR_OK)
		e = letters_forget(r, txn);
	if (e == ERR_OK && r->cautious > 0)
		e = attempt_done(txn);
	if (e != ERR_OK) {
		txn_abort(&txn);
		follows_rewind(r);
		return e;
	}
	if (PLANTED(REPLY_FIRST))
		for (uint32_t n = 0; n < count; n++)
			if (inputs[n]->kind == JENIS_MASUKAN_PERINTAH)
				answer_command(r, inputs[n]);
	crash_point("batch_before_commit");
	before = host_steady(&r->o.host);
	e = txn_commit(&txn);
	if (e != ERR_OK) {
		follows_rewind(r);
		return e;
	}
	before = host_steady(&r->o.host) - before;
	r->figures.commit_us_total += (uint64_t)before;
	if ((uint64_t)before > r->figures.commit_us_max)
		r->figures.commit_us_max = (uint64_t)before;
	crash_point("batch_after_commit");
	if (PLANTED(MARK_APART) && (e = planted_mark_apart(r, inputs, count)) != ERR_OK)
		return e;
	r->taken_count = 0;
	follows_commit(r);
	r->figures.batches++;
	r->figures.inputs += count;
	return settle(r);
}

static void count_outcome(struct runtime *r, const struct input *i)
{
	if (i->outcome.is_parked)
		r->figures.parked++;
	switch (i->kind) {
	case JENIS_MASUKAN_PERINTAH:
		if (i->outcome.status == SESI_STATUS_OK)
			r->figures.commands_accepted++;
		else if (i->outcome.status != SESI_STATUS_DUP_OK)
			r->figures.commands_refused++;
		break;
	case JENIS_MASUKAN_SURAT:
		r->figures.letters_taken++;
		break;
	case JENIS_MASUKAN_PERISTIWA:
		r->figures.events_followed++;
		break;
	case JENIS_MASUKAN_PEWAKTU:
		r->figures.timers_decided++;
		break;
	case JENIS_MASUKAN_HASIL_KERJA:
		break;
	}
}

/* The commit is durable: answers go out. */
static void finish(struct runtime *r, struct input *i)
{
	count_outcome(r, i);
	switch (i->kind) {
	case JENIS_MASUKAN_PERINTAH:
		answer_command(r, i);
		break;
	case JENIS_MASUKAN_SURAT:
		answer_letter(r, i);
		break;
	case JENIS_MASUKAN_PERISTIWA:
		follow_done(r, i);
		break;
	case JENIS_MASUKAN_PEWAKTU:
		r->timers_queued--;
		break;
	case JENIS_MASUKAN_HASIL_KERJA:
		break;
	}
	crash_point("batch_answered");
}

/* Back to the front of the queue, in order: the environment failed, not they. */
static void put_back(struct runtime *r, struct input **inputs, uint32_t from, uint32_t count)
{
	for (uint32_t n = count; n-- > from;)
		queue_add_first(&r->queue, inputs[n]);
}

/* The store takes no writes: commands hear it now, the rest waits. */
static enum err be_readonly(struct runtime *r, struct input **inputs, uint32_t from, uint32_t count)
{
	uint32_t kept = from;

	if (!r->is_readonly)
		log_line(LOG_ERROR, "hanya_baca", NULL);
	r->is_readonly = true;
	r->readonly_until = r->steady + READONLY_PAUSE_US;
	for (uint32_t n = from; n < count; n++) {
		struct input *i = inputs[n];

		if (i->kind != JENIS_MASUKAN_PERINTAH) {
			inputs[kept++] = i;
			continue;
		}
		i->outcome = (struct outcome) { .status = SESI_STATUS_READONLY,
			.why = { NULL, "penyimpanan_penuh" },
			.retry_after_ms = 5000 };
		finish(r, i);
		input_free(i);
	}
	put_back(r, inputs, from, kept);
	return ERR_OK;
}

static enum err park_alone(struct runtime *r, struct input *i, const char *rule)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	if (e != ERR_OK)
		return e;
	arena_reset(&r->input_arena);
	follows_rewind(r);
	i->outcome = (struct outcome) { .status = SESI_STATUS_REJECTED };
	e = park_input(r, txn, i, rule, NULL);
	if (e == ERR_OK && r->cautious > 0)
		e = attempt_done(txn);
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	if (e == ERR_OK)
		follows_commit(r);
	return e;
}

/* An input that fails alone, after a put: the sender hears it, or it is parked. */
static enum err fail_alone(struct runtime *r, struct input *i, enum err why)
{
	log_line(LOG_ERROR, "masukan_gagal", "galat", err_name(why), "jenis",
		enum_name(&enum_jenis_masukan, i->kind), "tipe", log_number(i->type), NULL);
	if (i->kind == JENIS_MASUKAN_PERINTAH) {
		i->outcome =
			(struct outcome) { .status = SESI_STATUS_INVALID, .why = { NULL, err_name(why) } };
		return ERR_OK;
	}
	if (i->kind == JENIS_MASUKAN_PERISTIWA) {
		/* what cannot be read or shown is never skipped: the stream stands still */
		follow_stop(r, i->follow, err_name(why));
		return ERR_OK;
	}
	return park_alone(r, i, err_name(why));
}

static enum err run_alone(struct runtime *r, struct input **inputs, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++) {
		struct input *i = inputs[n];
		struct input *failed;
		bool was_tried = false;
		enum err e = ERR_OK;

		if (i->kind == JENIS_MASUKAN_PERISTIWA && i->follow->stopped != NULL) {
			input_free(i);
			continue;
		}
		if (r->cautious > 0)
			e = attempt_note(r, i, &was_tried);
		i->is_suspect = was_tried;
		if (e == ERR_OK && was_tried && i->kind != JENIS_MASUKAN_PERISTIWA)
			e = park_alone(r, i, RULE_ENDED_TWICE);
		else if (e == ERR_OK)
			e = try_all(r, &i, 1, &failed);
		if (e != ERR_OK && e != ERR_READONLY && e != ERR_IO)
			e = fail_alone(r, i, e);
		if (e == ERR_READONLY)
			return be_readonly(r, inputs, n, count);
		if (e != ERR_OK) {
			put_back(r, inputs, n, count);
			return e;
		}
		if (r->cautious > 0)
			r->cautious--;
		finish(r, i);
		input_free(i);
	}
	return ERR_OK;
}

static bool fits(const struct runtime *r, const struct input *i, uint32_t others, uint32_t events,
	uint64_t bytes)
{
	if (i->kind == JENIS_MASUKAN_PERISTIWA)
		return events < r->o.batch_events_max &&
			(events + others == 0 || bytes + i->bytes <= r->o.batch_bytes_max);
	return others < r->o.batch_inputs_max &&
		(events + others == 0 || bytes + i->bytes <= r->o.batch_bytes_max);
}

/* What is queued, bounded; never waits for more. Commands whose time ran out are answered unread. */
static enum err collect(struct runtime *r, struct batch *b)
{
	uint32_t max = r->o.batch_inputs_max + r->o.batch_events_max;
	uint32_t others = 0, events = 0;
	uint64_t bytes = 0;

	b->count = 0;
	b->inputs = arena_take(&r->session_arena, max * sizeof(struct input *));
	if (b->inputs == NULL)
		return ERR_LIMIT;
	while (r->queue.first != NULL && fits(r, r->queue.first, others, events, bytes)) {
		struct input *i = queue_take(&r->queue);

		if (i->kind == JENIS_MASUKAN_PERISTIWA && !follow_wants(r, i)) {
			input_free(i);
			continue;
		}
		if (i->kind == JENIS_MASUKAN_PERINTAH && r->steady > i->deadline) {
			i->outcome = (struct outcome) { .status = SESI_STATUS_EXPIRED };
			finish(r, i);
			input_free(i);
			continue;
		}
		bytes += i->bytes;
		if (i->kind == JENIS_MASUKAN_PERISTIWA)
			events++;
		else
			others++;
		b->inputs[b->count++] = i;
	}
	return ERR_OK;
}

enum err batch_run(struct runtime *r)
{
	struct batch b;
	struct input *failed;
	enum err e;

	if (r->queue.first == NULL || (r->is_readonly && r->steady < r->readonly_until))
		return ERR_OK;
	e = collect(r, &b);
	if (e != ERR_OK || b.count == 0)
		return e;
	r->is_readonly = false;
	r->has_served = true; /* whatever way it is committed below, followers are to have it */
	if (r->cautious > 0)
		return run_alone(r, b.inputs, b.count);
	e = try_all(r, b.inputs, b.count, &failed);
	if (e == ERR_READONLY)
		return be_readonly(r, b.inputs, 0, b.count);
	if (e == ERR_IO) {
		put_back(r, b.inputs, 0, b.count); /* whoever drops the runtime drops them too */
		return e;
	}
	if (e != ERR_OK)
		return run_alone(r, b.inputs, b.count);
	for (uint32_t n = 0; n < b.count; n++) {
		finish(r, b.inputs[n]);
		input_free(b.inputs[n]);
	}
	return ERR_OK;
}
