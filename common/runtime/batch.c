/* The batch: a share of what waits, in one write transaction. Answers go out after the commit and never
 * before; when anything fails after a put nothing of the batch has happened, and its inputs run
 * again one by one, so that only the one that fails alone is refused. */
#include "base/crash_point.h"
#include "base/log_line.h"
#include "base/planted.h"
#include "runtime/engine.h"

struct batch {
	struct input **inputs;
	uint32_t count;
};

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
	if (r->took_branch) {
		enum err e = fork_took(r);

		if (e != ERR_OK)
			return e;
	}
	r->took_branch = false;
	if (!r->opened_fence)
		return ERR_OK;
	r->opened_fence = false;
	r->fence = NULL;
	if (r->salvage.count > 0) {
		enum err e = salvage_opened(r);

		if (e != ERR_OK)
			return e;
	}
	for (struct peer *p = r->peers; p != NULL; p = p->next)
		if (p->is_ready && p->is_dialer)
			follow_ready(r, p);
	return sidecar_note(r);
}

/* All of them in one transaction, or none. */
static enum err try_all(struct runtime *r, struct input **inputs, uint32_t count)
{
	struct txn *txn = NULL;
	time_us before;
	enum err e = PLANTED(CURSOR_FIRST) ? planted_cursor_first(r, inputs, count) : ERR_OK;

	if (PLANTED(MIRROR_AFTER_CURSOR))
		e = planted_place_first(r, inputs, count);
	if (e == ERR_OK)
		e = txn_begin(r->store, KV_WRITE, &txn);
	r->opened_fence = r->confirmed_clock = r->took_branch = false;
	arena_reset(&r->batch_arena);
	cursors_rewind(r);
	if (e == ERR_OK && r->is_rebuilding)
		txn_use_shadow(txn, TABLE_PROJECTED);
	for (uint32_t n = 0; n < count && e == ERR_OK; n++)
		e = process_one(r, txn, inputs[n]);
	if (e == ERR_OK)
		e = cursors_save(r, txn);
	if (e == ERR_OK && r->service->links != NULL)
		e = mirrors_sign(r, txn);
	if (e == ERR_OK && r->opened_fence)
		e = salvage_settled(r, txn);
	if (e == ERR_OK)
		e = letters_forget(r, txn);
	if (e == ERR_OK && r->cautious > 0)
		e = attempt_done(txn);
	if (e != ERR_OK) {
		txn_abort(&txn);
		cursors_rewind(r);
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
		cursors_rewind(r);
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
	cursors_commit(r);
	if (r->service->links != NULL)
		mirrors_signed(r);
	r->figures.batches++;
	r->figures.inputs += count;
	e = settle(r);
	if (e != ERR_OK && e != ERR_READONLY)
		r->failed = e; /* the commit stands: told by the turn, and all is read anew */
	return ERR_OK;
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

/* Back to the front of their lines, in order: the environment failed, not they. */
static void put_back(struct runtime *r, struct input **inputs, uint32_t from, uint32_t count)
{
	for (uint32_t n = count; n-- > from;)
		lines_add_first(&r->waiting, inputs[n]);
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
	cursors_rewind(r);
	i->outcome = (struct outcome) { .status = SESI_STATUS_REJECTED };
	e = park_input(r, txn, i, rule, NULL);
	if (e == ERR_OK && r->cautious > 0)
		e = attempt_done(txn);
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	if (e == ERR_OK)
		cursors_commit(r);
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
		if (i->follow->is_mirrored && mirror_tail_refuted(r, i->follow, "ekor_cacat"))
			return ERR_OK;
		/* what cannot be read or shown is never skipped: the stream stands still */
		follow_stop(r, i->follow,
			why == ERR_CORRUPT                ? "rekaman_rusak"
				: i->outcome.why.rule != NULL ? i->outcome.why.rule
											  : err_name(why));
		return ERR_OK;
	}
	return park_alone(r, i, err_name(why));
}

static enum err run_alone(struct runtime *r, struct input **inputs, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++) {
		struct input *i = inputs[n];
		bool was_tried = false;
		enum err e = ERR_OK;

		if (i->kind == JENIS_MASUKAN_PERISTIWA && i->follow->stopped != NULL) {
			input_free(i);
			continue;
		}
		if (r->cautious > 0 &&
			r->fence == NULL) /* a fenced log takes no record of a refusal either */
			e = attempt_note(r, i, &was_tried);
		i->is_suspect = was_tried;
		if (e == ERR_OK && was_tried && i->kind != JENIS_MASUKAN_PERISTIWA)
			e = park_alone(r, i, RULE_ENDED_TWICE);
		else if (e == ERR_OK)
			e = try_all(r, &i, 1);
		if (e != ERR_OK && !is_environment(e))
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

/* A share of what waits, bounded; never waits for more. Commands whose time ran out are answered unread. */
static enum err collect(struct runtime *r, struct batch *b)
{
	struct lines_limits limits = { r->o.batch_inputs_max, r->o.batch_events_max,
		r->o.batch_bytes_max };
	struct shares shares;
	struct input *i;

	b->count = 0;
	b->inputs = arena_take(&r->session_arena,
		((size_t)limits.inputs + limits.events) * sizeof(struct input *));
	if (b->inputs == NULL)
		return ERR_LIMIT;
	shares_begin(&shares, &r->waiting, &limits);
	while ((i = lines_take(&r->waiting, &shares)) != NULL) {
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
		b->inputs[b->count++] = i;
	}
	return ERR_OK;
}

enum err batch_run(struct runtime *r)
{
	struct batch b;
	enum err e;

	if (r->waiting.count == 0 || (r->is_readonly && r->steady < r->readonly_until))
		return ERR_OK;
	e = collect(r, &b);
	if (e != ERR_OK || b.count == 0)
		return e;
	r->is_readonly = false;
	r->has_served = true; /* whatever way it is committed below, followers are to have it */
	if (r->cautious > 0)
		return run_alone(r, b.inputs, b.count);
	e = try_all(r, b.inputs, b.count);
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
