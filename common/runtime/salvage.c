/* The lost end of our own log, back from federation's copy. */
#include "runtime/salvage.h"

#include "base/crash_point.h"
#include "base/log_line.h"
#include "runtime/engine.h"

enum { SALVAGE_PAUSE_US = 2000000 };

bool runtime_wants_tail(const struct runtime *r)
{
	return r->fence != NULL && fence_is_salvageable(r->fence) && r->service->is_federated;
}

/* Nothing is left of the log, and its beginning is not the one that this new store made itself. */
static bool is_bare(const struct runtime *r)
{
	return str_is(str_of(r->fence), FENCE_ALONE) && store_log(r->store)->committed.seq == 0;
}

static bool is_source(const struct peer *p)
{
	return p->is_ready && p->is_dialer && !p->is_remote && str_is(p->name, "federation");
}

static enum err before_load(struct runtime *r, struct txn *txn)
{
	const struct log *log = store_log(r->store);
	struct record record;
	struct hash hash;
	struct str bytes;
	enum err e;

	r->salvage.before = (struct cause) { .kind = CAUSE_SYSTEM };
	r->salvage.has_before = true;
	if (log->head.seq == 0)
		return ERR_OK;
	e = log_get(log, txn_kv(txn), log->head.seq, &hash, &bytes);
	if (e == ERR_OK)
		e = record_decode(bytes, &r->input_arena, &record);
	if (e == ERR_OK)
		r->salvage.before = (struct cause) { .kind = record.cause.kind, .id = record.cause.id };
	return e;
}

/* Whether the side-car can say what was lost: a restored set leaves a note that names no record, another machine
 * has none. */
static bool is_noted(const struct runtime *r)
{
	static const struct hash none;

	return !PLANTED(SALVAGE_UNCHAINED) && !hash_equal(&r->noted.head.hash, &none) &&
		store_log(r->store)->committed.seq < r->noted.head.seq;
}

/* A person's word is for as many as were told. */
static bool takes_rest(const struct runtime *r)
{
	return r->salvage.takes_rest && store_log(r->store)->committed.seq < r->salvage.rest_until;
}

/* What only the side-car or a person vouches for. */
static bool wants_rest(const struct runtime *r)
{
	const struct salvage *s = &r->salvage;

	return s->step == SALVAGE_LOOK_REST || takes_rest(r) || (s->is_noted && is_noted(r));
}

void salvage_ready(struct runtime *r, struct peer *p)
{
	struct stream_place after = place_out(&store_log(r->store)->committed);
	char name[NODE_STREAM_MAX + 1];
	enum err e;

	if (!runtime_wants_tail(r) || !is_source(p) || r->salvage.corr != 0 ||
		r->steady < r->salvage.next_at)
		return;
	r->salvage.next_at = r->steady + SALVAGE_PAUSE_US;
	r->salvage.touched = r->steady;
	if (r->salvage.step == SALVAGE_BEGIN) {
		r->salvage.is_noted = r->salvage.is_refuted = false;
		r->salvage.step = is_noted(r) ? SALVAGE_LOOK : SALVAGE_TAKE;
	}
	r->salvage.told_rest = 0;
	r->salvage.was_told = false;
	if (is_bare(r))
		after = (struct stream_place) { .seq = 0 }; /* as a fresh reader */
	e = node_stream_name(r->o.node_id, str_of(r->service->name), name);
	if (e == ERR_OK)
		e = wants_rest(r) ? session_tail_whole(p->session, str_of(name), &after, &r->salvage.corr)
						  : session_tail_stream(p->session, str_of(name), &after, &r->salvage.corr);
	if (e != ERR_OK)
		r->salvage.corr = 0;
}

static void go_on(struct runtime *r, struct peer *p, enum salvage_step step)
{
	r->salvage.step = step;
	r->salvage.next_at = r->steady;
	salvage_ready(r, p);
}

void salvage_tick(struct runtime *r)
{
	struct peer *next;

	if (!runtime_wants_tail(r))
		return;
	for (struct peer *p = r->peers; p != NULL; p = next) {
		next = p->next;
		if (!is_source(p))
			continue;
		if (r->salvage.corr == 0)
			salvage_ready(r, p);
		else if (r->steady - r->salvage.touched > STALLED_US)
			peer_drop(r, p); /* one message was lost: from where we are, on a new session */
	}
}

void salvage_lost(struct runtime *r, struct peer *p)
{
	if (!is_source(p))
		return;
	r->salvage.corr = 0;
	r->salvage.step = SALVAGE_BEGIN;
}

static enum err take_one(struct runtime *r, struct txn *txn, struct id epoch,
	const struct session_event *event)
{
	struct log *log = store_log(r->store);
	struct place at = { epoch, event->seq, event->hash };
	struct record record;
	enum err e;

	arena_reset(&r->input_arena);
	e = log_append_bytes(log, txn_kv(txn), &at, event->bytes);
	if (e == ERR_OK)
		e = record_decode(event->bytes, &r->input_arena, &record);
	if (e == ERR_OK)
		e = fold_record(r->service, txn, &r->input_arena, &record, &r->salvage.before,
			APPLY_SALVAGED);
	if (e == ERR_OK)
		e = missing_note(txn, &record, &r->input_arena);
	if (e == ERR_OK)
		e = fork_note_orphans(r, txn, &record);
	return e;
}

/* The first epoch of the lost log: that of its first record, or the one that ended before it. */
static enum err beginning_take(struct runtime *r, struct txn *txn, const struct session_note *note)
{
	struct place genesis = { .epoch = note->epoch, .hash = note->before };
	struct epoch_dibuka opening;
	struct record record;
	struct problem why;
	enum err e;

	arena_reset(&r->input_arena);
	e = record_decode(note->events[0].bytes, &r->input_arena, &record);
	if (e == ERR_OK && record.type == MSG_EPOCH_DIBUKA) {
		e = wire_decode(&schema_epoch_dibuka, record.payload, &r->input_arena, &opening, &why);
		genesis.epoch = opening.sebelumnya;
	}
	if (e == ERR_OK)
		e = log_adopt(store_log(r->store), txn_kv(txn), r->o.node, str_of(r->service->name),
			&genesis);
	return e == ERR_STATE || e == ERR_INVALID ? ERR_CORRUPT : e;
}

static enum err take_all(struct runtime *r, const struct session_note *note)
{
	uint64_t rest_from = r->salvage.rest_from;
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	if (e == ERR_OK && !r->salvage.has_before)
		e = before_load(r, txn);
	if (e == ERR_OK)
		e = salvage_begun(r, txn);
	if (e == ERR_OK)
		e = salvage_rest_note(r, txn);
	if (e == ERR_OK && is_bare(r))
		e = beginning_take(r, txn, note);
	for (uint32_t n = 0; n < note->event_count && e == ERR_OK; n++)
		e = take_one(r, txn, note->epoch, &note->events[n]);
	crash_point("salvage_before_commit");
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	if (e != ERR_OK) {
		r->salvage.has_before = false;
		r->salvage.rest_from = rest_from;
		return e;
	}
	r->salvage.is_under_way = true;
	return ERR_OK;
}

/* The side-car's head must be in what came back. A restored set leaves a note that names no record (its hash
 * is zero): something is known to be lost, not what. */
static enum err history_check(struct runtime *r, struct txn *txn)
{
	static const struct hash none;

	if (hash_equal(&r->noted.head.hash, &none) || PLANTED(SALVAGE_UNCHAINED))
		return ERR_OK;
	return log_has(store_log(r->store), txn_kv(txn), &r->noted.head);
}

/* All is back. */
static enum err reopen(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	if (e == ERR_OK)
		e = history_check(r, txn);
	if (e == ERR_OK)
		e = salvage_settled(r, txn);
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	if (e == ERR_NOT_FOUND) { /* the copy has another history than the side-car */
		r->fence = FENCE_OTHER;
		log_line(LOG_ERROR, "dipagari", "sebab", r->fence, NULL);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	log_line(LOG_WARN, "ekor_diselamatkan", "catatan", log_number((int64_t)r->salvage.count),
		"kepala", log_number((int64_t)store_log(r->store)->committed.seq), NULL);
	r->fence = NULL;
	e = salvage_opened(r);
	for (struct peer *p = r->peers; p != NULL && e == ERR_OK; p = p->next)
		if (p->is_ready && p->is_dialer)
			follow_ready(r, p);
	return e == ERR_OK ? sidecar_note(r) : e;
}

static void stop_reading(struct runtime *r, struct peer *p)
{
	if (session_close_stream(p->session, r->salvage.corr) != ERR_OK)
		log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
	r->salvage.corr = 0;
}

static void consumed(struct runtime *r, struct peer *p, const struct session_note *note)
{
	const struct session_event *last = &note->events[note->event_count - 1];
	struct stream_place at = { note->epoch, last->seq, last->hash };
	uint64_t bytes = 0;

	for (uint32_t n = 0; n < note->event_count; n++)
		bytes += note->events[n].bytes.len + 4;
	session_consumed(p->session, note->corr, &at, bytes, note->event_count, r->steady);
}

/* The chain was walked by the session: where the side-car's record is in it, all before is ours too. Another one
 * in what is proven is another history; in the rest, which anybody could have written, it only refutes that. */
static void look_at_events(struct runtime *r, struct peer *p, const struct session_note *note)
{
	const struct place *lost = &r->noted.head;
	bool is_rest = r->salvage.step == SALVAGE_LOOK_REST;
	bool is_found;

	consumed(r, p, note);
	if (note->events[note->event_count - 1].seq < lost->seq)
		return;
	stop_reading(r, p);
	is_found = hash_equal(&note->events[lost->seq - note->events[0].seq].hash, &lost->hash);
	if (!is_found)
		log_line(LOG_ERROR, is_rest ? "sisa_bukan_milik_simpul_ini" : "ekor_bukan_milik_simpul_ini",
			"di", log_number((int64_t)lost->seq), NULL);
	if (!is_found && !is_rest) {
		r->fence = FENCE_OTHER;
		return;
	}
	r->salvage.is_noted = is_rest && is_found;
	r->salvage.is_refuted = !is_found;
	go_on(r, p, SALVAGE_TAKE);
}

static void taking_failed(struct runtime *r, struct peer *p, enum err e)
{
	log_line(LOG_ERROR, "penyelamatan_gagal", "galat", err_name(e), "setelah",
		log_number((int64_t)store_log(r->store)->committed.seq), NULL);
	if (e == ERR_IO)
		r->failed = e; /* told by the turn: the process ends */
	stop_reading(r, p);
	r->salvage.step = SALVAGE_BEGIN;
	r->salvage.next_at = r->steady + 10 * (time_us)SALVAGE_PAUSE_US;
}

/* Where the side-car vouches for the rest it does so up to its own head. */
static void take_events(struct runtime *r, struct peer *p, const struct session_note *note)
{
	bool is_by_word = takes_rest(r);
	uint64_t last = note->events[note->event_count - 1].seq;
	uint64_t until = is_by_word ? r->salvage.rest_until : r->noted.head.seq;
	bool is_bounded = is_by_word || (r->salvage.is_noted && is_noted(r));
	struct session_note some = *note;
	enum err e;

	if (is_bounded && last >= until)
		some.event_count -= (uint32_t)(last - until);
	e = take_all(r, &some);
	if (e != ERR_OK) {
		taking_failed(r, p, e);
		return;
	}
	r->salvage.count += some.event_count;
	r->has_served = true;
	if (is_bounded && last >= until) {
		stop_reading(r, p);
		go_on(r, p, SALVAGE_TAKE);
		return;
	}
	consumed(r, p, note);
}

/* The fence opens at the end of the copy, not before: the side-car is some seconds old, and whoever went on
 * from its head would write over what the copy has beyond. So it does where more is said to be there than is
 * proven. */
static void taking_ended(struct runtime *r)
{
	struct salvage *s = &r->salvage;
	enum err e = ERR_OK;

	s->step = SALVAGE_BEGIN; /* there may be more by the next time */
	s->has_ended = true;
	if (s->told_rest > s->rest)
		log_line(LOG_ERROR, "sisa_tanpa_tanda", "catatan", log_number((int64_t)s->told_rest), NULL);
	s->rest = s->told_rest;
	if (s->rest == 0 && s->rest_from == 0 && str_is(str_of(r->fence), FENCE_BACK) &&
		store_log(r->store)->committed.seq >= r->noted.head.seq)
		e = reopen(r);
	if (e == ERR_READONLY) { /* no room: it waits as it is */
		s->next_at = r->steady + 10 * (time_us)SALVAGE_PAUSE_US;
		return;
	}
	if (e != ERR_OK)
		r->failed = e; /* told by the turn: the process ends */
}

static void copy_ended(struct runtime *r, struct peer *p)
{
	if (!runtime_wants_tail(r))
		return;
	if (!r->salvage.was_told) {
		r->salvage.step = SALVAGE_BEGIN; /* what there is beyond is not known: from the beginning */
		return;
	}
	if (r->salvage.step == SALVAGE_TAKE) {
		taking_ended(r);
		return;
	}
	if (r->salvage.step == SALVAGE_LOOK && r->salvage.told_rest > 0) {
		go_on(r, p, SALVAGE_LOOK_REST);
		return;
	}
	/* what there is, is better than nothing: a person decides about the rest */
	log_line(LOG_WARN, "ekor_tanpa_bukti", "dicari", log_number((int64_t)r->noted.head.seq), NULL);
	go_on(r, p, SALVAGE_TAKE);
}

bool salvage_note(struct runtime *r, struct peer *p, const struct session_note *note)
{
	if (r->salvage.corr == 0 || note->corr != r->salvage.corr || !is_source(p))
		return false;
	r->salvage.touched = r->steady;
	switch (note->kind) {
	case NOTE_EVENTS:
		if (runtime_wants_tail(r) && r->salvage.step == SALVAGE_TAKE)
			take_events(r, p, note);
		else if (runtime_wants_tail(r))
			look_at_events(r, p, note);
		return true;
	case NOTE_CLOSE: /* the end of the copy; what is still missing may come to it */
		r->salvage.corr = 0;
		copy_ended(r, p);
		return true;
	case NOTE_ERROR:
		log_line(note->error.code == SESI_CODE_NOT_NOW ? LOG_DEBUG : LOG_WARN, "ekor_ditolak",
			"kode", log_number(note->error.code), NULL);
		r->salvage.corr = 0;
		r->salvage.step = SALVAGE_BEGIN;
		r->salvage.next_at =
			r->steady + (note->error.code == SESI_CODE_NOT_NOW ? 1 : 5) * (time_us)SALVAGE_PAUSE_US;
		return true;
	case NOTE_HEAD:
		r->salvage.told_rest = note->head.has_rest ? note->head.rest : 0;
		r->salvage.was_told = true;
		return true;
	case NOTE_OPENED:
		return true;
	default:
		return false;
	}
}
