/* The lost end of our own log, back from federation's copy. */
#include "runtime/salvage.h"

#include "base/crash_point.h"
#include "base/log_line.h"
#include "runtime/engine.h"

enum { SALVAGE_PAUSE_US = 2000000 };

bool runtime_wants_tail(const struct runtime *r)
{
	return r->fence != NULL && str_is(str_of(r->fence), FENCE_BACK) && r->service->is_federated;
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

void salvage_ready(struct runtime *r, struct peer *p)
{
	struct stream_place after = place_out(&store_log(r->store)->committed);
	char name[NODE_STREAM_MAX + 1];

	if (!runtime_wants_tail(r) || !is_source(p) || r->salvage.corr != 0 ||
		r->steady < r->salvage.next_at)
		return;
	r->salvage.next_at = r->steady + SALVAGE_PAUSE_US;
	r->salvage.touched = r->steady;
	if (node_stream_name(r->o.node_id, str_of(r->service->name), name) != ERR_OK ||
		session_tail_stream(p->session, str_of(name), &after, &r->salvage.corr) != ERR_OK)
		r->salvage.corr = 0;
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
	r->salvage.is_looked = false;
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

static enum err take_all(struct runtime *r, const struct session_note *note)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	if (e == ERR_OK && !r->salvage.has_before)
		e = before_load(r, txn);
	for (uint32_t n = 0; n < note->event_count && e == ERR_OK; n++)
		e = take_one(r, txn, note->epoch, &note->events[n]);
	crash_point("salvage_before_commit");
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	if (e != ERR_OK)
		r->salvage.has_before = false;
	return e;
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

/* All is back: what is in memory is read anew, and work goes on where the fold stands. */
static enum err reopen(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_READ, &txn);

	if (e == ERR_OK)
		e = history_check(r, txn);
	if (e == ERR_OK)
		e = park_count(r, txn, &r->figures.parked);
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
	r->has_work = r->has_letters = true;
	e = follows_open(r);
	for (struct peer *p = r->peers; p != NULL && e == ERR_OK; p = p->next)
		if (p->is_ready && p->is_dialer)
			follow_ready(r, p);
	return e == ERR_OK ? sidecar_note(r) : e;
}

/* Nobody but the side-car can say what was lost. A restored set leaves a note that names no record: then there is
 * nothing to look for. */
static bool is_looking(const struct runtime *r)
{
	static const struct hash none;

	return !PLANTED(SALVAGE_UNCHAINED) && !r->salvage.is_looked &&
		!hash_equal(&r->noted.head.hash, &none) &&
		store_log(r->store)->committed.seq < r->noted.head.seq;
}

static void stop_reading(struct runtime *r, struct peer *p)
{
	if (session_close_stream(p->session, r->salvage.corr) != ERR_OK)
		log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
	r->salvage.corr = 0;
}

/* The chain was walked by the session: where the side-car's record is in it, all before is ours too. */
static void look_at_events(struct runtime *r, struct peer *p, const struct session_note *note)
{
	const struct session_event *last = &note->events[note->event_count - 1];
	const struct place *lost = &r->noted.head;
	struct stream_place at = { note->epoch, last->seq, last->hash };
	uint64_t bytes = 0;

	for (uint32_t n = 0; n < note->event_count; n++)
		bytes += note->events[n].bytes.len + 4;
	session_consumed(p->session, note->corr, &at, bytes, note->event_count, r->steady);
	if (last->seq < lost->seq)
		return;
	stop_reading(r, p);
	if (!hash_equal(&note->events[lost->seq - note->events[0].seq].hash, &lost->hash)) {
		r->fence = FENCE_OTHER;
		log_line(LOG_ERROR, "ekor_bukan_milik_simpul_ini", "di", log_number((int64_t)lost->seq),
			NULL);
		return;
	}
	r->salvage.is_looked = true;
	r->salvage.next_at = r->steady;
	salvage_ready(r, p);
}

static void take_events(struct runtime *r, struct peer *p, const struct session_note *note)
{
	const struct session_event *last = &note->events[note->event_count - 1];
	struct stream_place at = { note->epoch, last->seq, last->hash };
	uint64_t bytes = 0;
	enum err e;

	for (uint32_t n = 0; n < note->event_count; n++)
		bytes += note->events[n].bytes.len + 4;
	e = take_all(r, note);
	if (e == ERR_OK) {
		r->salvage.count += note->event_count;
		r->has_served = true;
		session_consumed(p->session, note->corr, &at, bytes, note->event_count, r->steady);
		return;
	}
	log_line(LOG_ERROR, "penyelamatan_gagal", "galat", err_name(e), "setelah",
		log_number((int64_t)store_log(r->store)->committed.seq), NULL);
	if (e == ERR_IO)
		r->failed = e; /* told by the turn: the process ends */
	r->salvage.corr = 0;
	r->salvage.next_at = r->steady + 10 * (time_us)SALVAGE_PAUSE_US;
	if (session_close_stream(p->session, note->corr) != ERR_OK)
		log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
}

/* The fence opens at the end of the copy, not before: the side-car is some seconds old, and whoever went on
 * from its head would write over what the copy has beyond. */
static void copy_ended(struct runtime *r, struct peer *p)
{
	enum err e = ERR_OK;

	if (is_looking(
			r)) { /* what there is, is better than nothing: a person decides about the rest */
		log_line(LOG_WARN, "ekor_tanpa_bukti", "dicari", log_number((int64_t)r->noted.head.seq),
			NULL);
		r->salvage.is_looked = true;
		r->salvage.next_at = r->steady;
		salvage_ready(r, p);
		return;
	}
	r->salvage.is_looked = false; /* it may have grown by the next time */
	if (runtime_wants_tail(r) && store_log(r->store)->committed.seq >= r->noted.head.seq)
		e = reopen(r);
	if (e != ERR_OK)
		r->failed = e; /* told by the turn: the process ends */
}

bool salvage_note(struct runtime *r, struct peer *p, const struct session_note *note)
{
	if (r->salvage.corr == 0 || note->corr != r->salvage.corr || !is_source(p))
		return false;
	r->salvage.touched = r->steady;
	switch (note->kind) {
	case NOTE_EVENTS:
		if (runtime_wants_tail(r) && is_looking(r))
			look_at_events(r, p, note);
		else if (runtime_wants_tail(r))
			take_events(r, p, note);
		return true;
	case NOTE_CLOSE: /* the end of the copy; what is still missing may come to it */
		r->salvage.corr = 0;
		copy_ended(r, p);
		return true;
	case NOTE_ERROR:
		log_line(note->error.code == SESI_CODE_NOT_NOW ? LOG_DEBUG : LOG_WARN, "ekor_ditolak",
			"kode", log_number(note->error.code), NULL);
		r->salvage.corr = 0;
		r->salvage.next_at =
			r->steady + (note->error.code == SESI_CODE_NOT_NOW ? 1 : 5) * (time_us)SALVAGE_PAUSE_US;
		return true;
	case NOTE_OPENED:
	case NOTE_HEAD:
		return true;
	default:
		return false;
	}
}
