/* Streams of other services, as they are read: opened, queued as inputs, credited once applied. */
#include <stdlib.h>
#include <string.h>

#include "base/log_line.h"
#include "runtime/engine.h"

struct follow *follow_of(struct runtime *r, struct str stream)
{
	for (uint32_t n = 0; n < r->follow_count; n++)
		if (str_equal(r->follows[n].stream, stream))
			return &r->follows[n];
	return NULL;
}

static struct follow *follow_by_corr(struct runtime *r, const struct peer *p, uint64_t corr)
{
	for (uint32_t n = 0; n < r->follow_count; n++)
		if (r->follows[n].peer == p && r->follows[n].corr == corr)
			return &r->follows[n];
	return NULL;
}

bool follow_is_from(const struct follow *f, const struct peer *p)
{
	if (!id_is_zero(f->via))
		return p->is_remote && id_equal(p->node, f->via);
	return !p->is_remote && p->is_dialer && f->source != NULL && str_is(p->name, f->source);
}

static void open_stream(struct runtime *r, struct follow *f, struct peer *p)
{
	struct stream_place after = place_out(&f->read);

	if (session_open_stream(p->session, f->stream, &after, &f->corr) != ERR_OK)
		return; /* the session is down; the next one opens it */
	f->peer = p;
	f->is_open = false;
	f->touched = r->steady;
}

/* Streams of other nodes share the room that one may have alone: of many that come back at once, and of many that
 * one child offers (MESSAGING 2.9). */
static void window_share(struct runtime *r, struct peer *p)
{
	uint64_t streams = (uint64_t)r->remote_count * 3 + 1, mirrored = 1;
	uint64_t bytes;

	for (uint32_t n = 0; n < r->follow_count; n++)
		mirrored += r->follows[n].is_mirrored;
	bytes = LINK_WINDOWS_BYTES / (mirrored > streams ? mirrored : streams);
	if (bytes < SESSION_WINDOW_MIN)
		bytes = SESSION_WINDOW_MIN;
	if (bytes > STREAM_WINDOW_BYTES)
		bytes = STREAM_WINDOW_BYTES;
	session_window(p->session, bytes,
		bytes / 256 < STREAM_WINDOW_EVENTS ? (uint32_t)(bytes / 256) : STREAM_WINDOW_EVENTS);
}

/* Why it is not read now; NULL: it is. */
static const char *hold_of(const struct runtime *r, const struct follow *f)
{
	if (!f->is_mirrored)
		return NULL;
	if (f->is_claimed)
		return "mengaku_simpul_lain";
	if (quota_is_used_up(r, f))
		return "kuota_habis";
	return (!id_is_zero(f->origin) || f->is_tail) && r->level != STORE_NORMAL
		? "penyimpanan_hampir_penuh"
		: NULL;
}

/* What other nodes send into copies never takes the room that is left to the node's own work. */
bool follow_is_held(const struct runtime *r, const struct follow *f)
{
	return hold_of(r, f) != NULL;
}

void follow_hold(struct runtime *r, struct follow *f)
{
	if (f->corr != 0 && session_close_stream(f->peer->session, f->corr) != ERR_OK)
		log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
	if (f->trouble == NULL)
		log_line(LOG_WARN, "aliran_ditahan", "aliran", f->stream.ptr, "tingkat",
			log_number(r->level), NULL);
	follow_let_go(f);
	f->trouble = hold_of(r, f);
}

void follow_ready(struct runtime *r, struct peer *p)
{
	if (p->is_remote)
		window_share(r, p);
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];

		if (f->corr == 0 && f->stopped == NULL && !f->is_refuted && r->fence == NULL &&
			!f->is_diverged && r->steady >= f->retry_at && follow_is_from(f, p) &&
			!follow_is_held(r, f) && fork_may_open(r, f, p))
			open_stream(r, f, p);
	}
}

void follow_let_go(struct follow *f)
{
	f->peer = NULL;
	f->corr = 0;
	f->is_open = false;
	f->is_tail = false;
	f->head_asking_at = 0;
}

void follow_lost(struct runtime *r, struct peer *p)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];

		if (follow_is_from(f, p))
			fork_forget(f);
		if (f->peer == p) {
			follow_let_go(f);
			f->retry_at = 0;
			f->is_diverged = false;
		} else if (f->corr == 0 && follow_is_from(f, p)) {
			f->retry_at = 0;        /* a new session may bring another history */
			f->is_diverged = false; /* and who was asked for its epochs is gone */
		}
	}
}

void follow_stop(struct runtime *r, struct follow *f, const char *why)
{
	(void)r;
	log_line(LOG_ERROR, "aliran_berhenti", "aliran", f->stream.ptr, "sebab", why, NULL);
	f->stopped = why;
	if (f->peer != NULL && session_close_stream(f->peer->session, f->corr) != ERR_OK)
		log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
}

/* The events of a message become inputs in one block, their bytes behind them. */
void follow_events(struct runtime *r, struct peer *p, const struct session_note *note)
{
	struct follow *f = follow_by_corr(r, p, note->corr);
	size_t bytes = 0;
	struct chunk *chunk;
	char *at;

	if (f == NULL || f->stopped != NULL || note->event_count == 0)
		return;
	if (f->is_mirrored && f->read.seq == 0 && !mirror_begins(r, f, p, note))
		return;
	for (uint32_t n = 0; n < note->event_count; n++)
		bytes += note->events[n].bytes.len;
	chunk = malloc(sizeof *chunk + note->event_count * sizeof chunk->inputs[0] + bytes);
	if (chunk == NULL)
		abort();
	chunk->left = note->event_count;
	at = (char *)(chunk->inputs + note->event_count);
	for (uint32_t n = 0; n < note->event_count; n++) {
		const struct session_event *event = &note->events[n];
		struct input *i = &chunk->inputs[n];

		memcpy(at, event->bytes.ptr, event->bytes.len);
		*i = (struct input) { .kind = JENIS_MASUKAN_PERISTIWA,
			.body = { at, event->bytes.len },
			.from = f->stream,
			.at = { note->epoch, event->seq, event->hash },
			.before = n > 0 ? note->events[n - 1].hash : note->before,
			.follow = f,
			.link = p->link,
			.corr = note->corr,
			.chunk = chunk,
			.bytes = sizeof *i + event->bytes.len };
		at += event->bytes.len;
		lines_add(&r->waiting, i);
		f->read = i->at;
	}
	if (f->read.seq > f->head_seq)
		f->head_seq = f->read.seq;
	f->touched = r->steady;
}

/* Applied and committed: the producer gets its credit back, if it is still the same stream. */
void follow_done(struct runtime *r, struct input *i)
{
	struct follow *f = i->follow;
	struct stream_place at = place_out(&i->at);

	if (f->peer != NULL && f->peer->link == i->link && f->corr == i->corr)
		session_consumed(f->peer->session, f->corr, &at, i->body.len + 4, 1, r->steady);
}

/* What the producer says last is its head, also where it said more before: a head that its stream does not
 * have would hold up timers for ever. */
static void head_set(struct follow *f, uint64_t seq)
{
	f->head_seq = seq > f->read.seq ? seq : f->read.seq;
}

static void head_told(struct runtime *r, struct follow *f, uint64_t seq)
{
	head_set(f, seq);
	if (f->head_asking_at != 0)
		f->head_asked_at = f->head_asking_at;
	f->head_asking_at = 0;
	f->touched = r->steady;
}

/* Its log is shorter than what we read of it, in the same epoch: it was rolled back, is fenced, and may get its
 * lost end back. Where it goes on instead, it is in another epoch. */
static bool went_back(const struct follow *f, const struct sesi_error *error)
{
	return error->has_head_epoch && id_equal(error->head_epoch, f->read.epoch) &&
		error->has_head_seq && error->head_seq < f->read.seq;
}

static void refused(struct runtime *r, struct follow *f, struct peer *p,
	const struct sesi_error *error)
{
	if (error->code == SESI_CODE_DIVERGED) {
		log_line(f->trouble == NULL ? LOG_ERROR : LOG_DEBUG, "riwayat_berbeda", "aliran",
			f->stream.ptr, "dibaca", log_number((int64_t)f->read.seq), "kepala",
			log_number((int64_t)error->head_seq), NULL);
		if (f->is_mirrored && !f->is_tail) {
			follow_let_go(f);
			mirror_diverged(r, f, p);
		} else if (f->is_tail) {
			follow_let_go(
				f); /* what the parent holds beyond are orphans: our own log is what counts */
		} else if (!f->is_mirrored && !id_is_zero(f->origin)) {
			follow_let_go(f); /* its node went on from before: what was made of the orphans goes */
			f->is_diverged = r->wants_rebuild = true;
		} else if (went_back(f, error)) {
			follow_let_go(f);
			f->trouble = FENCE_BACK;
			f->retry_at = r->steady + WENT_BACK_US;
		} else {
			fork_found(r, f, p);
		}
		return;
	}
	log_line(LOG_WARN, "aliran_ditolak", "aliran", f->stream.ptr, "kode", log_number(error->code),
		NULL);
	follow_let_go(f);
	if (f->is_mirrored || !id_is_zero(f->origin)) { /* the session has other streams */
		f->trouble = "aliran_ditolak";
		f->retry_at = r->steady + CATALOGUE_EVERY_US;
		return;
	}
	peer_drop(r, p); /* opened again with the next session */
}

/* Its node went back and was waited for; now it says that it has caught up. */
static bool goes_on(struct follow *f, const struct peer *p, uint64_t head_seq)
{
	if (!f->is_mirrored || f->corr != 0 || head_seq < f->mirror.head.seq || !follow_is_from(f, p))
		return false;
	f->retry_at = 0;
	return true;
}

/* A head is told of a stream by its name, and one stream may be read twice: as it is, and into a copy. */
static void head_note(struct runtime *r, struct peer *p, const struct session_note *note)
{
	bool is_known = false, is_waiting = false;

	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];

		if (!str_equal(f->stream, note->stream))
			continue;
		is_known = true;
		if (f->peer != p) {
			is_waiting |= goes_on(f, p, note->head.seq);
			continue;
		}
		head_told(r, f, note->head.seq);
		if (f->is_mirrored)
			mirror_head_told(r, f, &note->head);
	}
	if (!is_known)
		p->catalogue.is_wanted = true; /* of a stream that is new there */
	if (is_waiting)
		follow_ready(r, p);
}

void follow_note(struct runtime *r, struct peer *p, const struct session_note *note)
{
	struct follow *f;

	if (note->kind == NOTE_HEAD) {
		head_note(r, p, note);
		return;
	}
	f = follow_by_corr(r, p, note->corr);
	if (f == NULL)
		return;
	switch (note->kind) {
	case NOTE_OPENED:
		f->is_open = true;
		f->trouble = NULL;
		f->retries = 0;
		f->touched = r->steady;
		head_set(f, note->opened.head_seq);
		if (f->is_mirrored && !f->is_tail)
			mirror_tail_confirmed(f);
		break;
	case NOTE_ERROR:
		if (note->corr == f->corr)
			refused(r, f, p, &note->error);
		break;
	case NOTE_CLOSE:
		if (f->is_tail) {
			f->is_told = false; /* whoever waits for it to catch up hears of it */
			mirror_tail_ended(r, f);
		}
		follow_let_go(f);
		break;
	default:
		break;
	}
}

enum err follow_reached(struct runtime *r, struct str stream, uint64_t seq)
{
	const struct follow *f = follow_of(r, stream);
	uint64_t at;

	if (str_is(stream, r->service->name))
		return seq <= store_log(r->store)->committed.seq ? ERR_OK : ERR_UNAVAILABLE;
	if (f == NULL)
		return ERR_INVALID;
	at = f->is_mirrored ? f->mirror.head.seq : f->is_decided ? f->decided.seq : f->projected.seq;
	if (f->is_projected && f->projected.seq < at)
		at = f->projected.seq;
	return seq <= at ? ERR_OK : ERR_UNAVAILABLE;
}

bool follow_wants(const struct runtime *r, const struct input *i)
{
	const struct follow *f = i->follow;

	if (f->stopped != NULL || f->fork.is_wanted || f->is_refuted)
		return false;
	return !r->is_rebuilding || !f->is_decided || i->at.seq <= f->decided.seq;
}
