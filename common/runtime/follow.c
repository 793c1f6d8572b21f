/* Streams of other services: opened at our cursor, queued as inputs, credited once applied. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash_point.h"
#include "base/log_line.h"
#include "runtime/engine.h"

static struct follow *follow_add(struct runtime *r, const char *stream)
{
	struct follow *f = follow_of(r, str_of(stream));

	if (f != NULL)
		return f;
	assert(r->follow_count < FOLLOWS_MAX);
	f = &r->follows[r->follow_count++];
	*f = (struct follow) { .stream = str_of(stream) };
	return f;
}

static enum err cursor_load(struct txn *txn, const char *consumer, const struct follow *f,
	struct place *ret)
{
	enum err e = cursor_get(txn, str_of(consumer), f->stream, ret);

	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Where a stream is opened: at the hindmost of its cursors. */
static struct place follow_start(const struct follow *f)
{
	if (!f->is_decided)
		return f->projected;
	return f->is_projected && f->projected.seq < f->decided.seq ? f->projected : f->decided;
}

enum err follows_open(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e;

	r->follow_count = 0;
	for (uint32_t n = 0; n < r->service->follow_count; n++)
		follow_add(r, r->service->follows[n].stream)->is_decided = true;
	for (uint32_t n = 0; n < r->service->project_count; n++)
		follow_add(r, r->service->projects[n].stream)->is_projected = true;
	e = txn_begin(r->store, KV_READ, &txn);
	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++) {
		struct follow *f = &r->follows[n];

		e = cursor_load(txn, CONSUMER_DECIDED, f, &f->decided);
		if (e == ERR_OK && !r->is_rebuilding) /* a rebuild begins at the beginning */
			e = cursor_load(txn, CONSUMER_PROJECTED, f, &f->projected);
		f->now_decided = f->decided;
		f->now_projected = f->projected;
		f->read = follow_start(f);
	}
	txn_abort(&txn);
	return e;
}

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

void follow_ready(struct runtime *r, struct peer *p)
{
	struct follow *f = follow_of(r, p->name);
	struct stream_place after;

	if (f == NULL || f->stopped != NULL || r->fence != NULL)
		return;
	after = place_out(&f->read);
	if (session_open_stream(p->session, f->stream, &after, &f->corr) != ERR_OK)
		return; /* the session is down; the next one opens it */
	f->peer = p;
	f->is_open = false;
	f->touched = r->steady;
}

void follow_lost(struct runtime *r, struct peer *p)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];

		if (f->peer != p)
			continue;
		f->peer = NULL;
		f->corr = 0;
		f->is_open = false;
		f->head_asking_at = 0;
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

void follow_note(struct runtime *r, struct peer *p, const struct session_note *note)
{
	struct follow *f = note->stream.ptr == NULL ? NULL : follow_of(r, note->stream);

	if (f == NULL)
		f = follow_by_corr(r, p, note->corr);
	if (f == NULL || f->peer != p)
		return;
	switch (note->kind) {
	case NOTE_OPENED:
		f->is_open = true;
		f->touched = r->steady;
		head_set(f, note->opened.head_seq);
		break;
	case NOTE_HEAD:
		head_told(r, f, note->head.seq);
		break;
	case NOTE_ERROR:
		if (note->corr != f->corr)
			break;
		if (note->error.code == SESI_CODE_DIVERGED) {
			log_line(LOG_ERROR, "riwayat_berbeda", "aliran", f->stream.ptr, "dibaca",
				log_number((int64_t)f->read.seq), "kepala",
				log_number((int64_t)note->error.head_seq), NULL);
			follow_stop(r, f, "riwayat_berbeda");
			break;
		}
		/* anything else of a stream: opened again with the next session */
		log_line(LOG_WARN, "aliran_ditolak", "aliran", f->stream.ptr, "kode",
			log_number(note->error.code), NULL);
		f->corr = 0;
		peer_drop(r, p);
		break;
	case NOTE_CLOSE:
		f->corr = 0;
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
	at = f->is_decided ? f->decided.seq : f->projected.seq;
	if (f->is_projected && f->projected.seq < at)
		at = f->projected.seq;
	return seq <= at ? ERR_OK : ERR_UNAVAILABLE;
}

bool follow_wants(const struct runtime *r, const struct input *i)
{
	const struct follow *f = i->follow;

	if (f->stopped != NULL)
		return false;
	return !r->is_rebuilding || !f->is_decided || i->at.seq <= f->decided.seq;
}

/* Rebuild: every stream was read again up to where the service had decided it (or its head, where only
 * tables follow it). Then the shadows become live in one transaction, with their cursors. */
static bool has_caught_up(const struct runtime *r)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		const struct follow *f = &r->follows[n];

		if (!f->is_projected)
			continue;
		if (f->stopped != NULL || f->projected.seq < f->decided.seq)
			return false;
		if (!f->is_decided && (!f->is_open || f->projected.seq < f->head_seq))
			return false;
	}
	return true;
}

/* From here on everything is taken again, from the cursors on. */
static void rebuild_end(struct runtime *r)
{
	struct input *i;

	r->is_rebuilding = false;
	log_line(LOG_INFO, "proyeksi_dibangun_ulang", NULL);
	while ((i = queue_take(&r->later)) != NULL)
		lines_add(&r->waiting, i);
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];
		struct peer *p = f->peer;

		f->read = follow_start(f);
		if (p == NULL || f->corr == 0)
			continue;
		if (session_close_stream(p->session, f->corr) == ERR_OK)
			follow_ready(r, p);
	}
}

enum err follow_rebuild_done(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e;

	if (!r->is_rebuilding || r->waiting.count > 0 || !has_caught_up(r))
		return ERR_OK;
	e = txn_begin(r->store, KV_WRITE, &txn);
	if (e == ERR_OK)
		e = store_shadow_swap(txn, TABLE_PROJECTED);
	crash_point("rebuild_before_swap");
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	if (e == ERR_OK)
		rebuild_end(r);
	return e;
}
