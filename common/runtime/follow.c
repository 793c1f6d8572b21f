/* Streams of other services: opened at our cursor, queued as inputs, credited once applied. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/crash_point.h"
#include "base/log_line.h"
#include "runtime/engine.h"

struct follow *follow_new(struct runtime *r, struct str stream)
{
	struct follow *f;

	if (r->follow_count == FOLLOWS_MAX || stream.len > NODE_STREAM_MAX)
		return NULL;
	f = &r->follows[r->follow_count++];
	*f = (struct follow) { .source = NULL };
	memcpy(f->name, stream.ptr, stream.len);
	f->stream = str_bytes(f->name, stream.len);
	f->service = f->stream;
	return f;
}

/* A service of our own node. */
static struct follow *follow_add(struct runtime *r, const char *stream)
{
	struct follow *f = follow_of(r, str_of(stream));

	if (f != NULL)
		return f;
	f = follow_new(r, str_of(stream));
	assert(f != NULL);
	f->source = stream;
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

static enum err cursors_load(struct runtime *r, struct txn *txn, struct follow *f)
{
	enum err e = cursor_load(txn, CONSUMER_DECIDED, f, &f->decided);

	if (e == ERR_OK && f->is_projected)
		e = cursor_load(txn, CONSUMER_PROJECTED, f, &f->projected);
	f->live_seq = f->projected.seq;
	if (r->is_rebuilding) /* a rebuild begins at the beginning */
		f->projected = (struct place) { .seq = 0 };
	f->now_decided = f->decided;
	f->now_projected = f->projected;
	f->read = follow_start(f);
	return e;
}

/* A service of another node whose streams our tables are made of; NULL: none of ours. */
static bool is_wanted_elsewhere(const struct service *s, struct str service)
{
	for (uint32_t n = 0; n < s->elsewhere_count; n++)
		if (str_is(service, s->elsewhere[n].stream))
			return true;
	return false;
}

bool follows_elsewhere(const struct service *s)
{
	return s->elsewhere_count > 0;
}

/* A stream of another node, by way of federation. */
static enum err elsewhere_add(struct runtime *r, struct txn *txn, struct str name)
{
	struct follow *f = follow_of(r, name);
	struct str service;
	struct id node;

	if (f != NULL || node_stream_read(name, &node, &service) != ERR_OK ||
		id_equal(node, r->o.node_id) || !is_wanted_elsewhere(r->service, service))
		return ERR_OK;
	f = follow_new(r, name);
	if (f == NULL)
		return ERR_LIMIT;
	f->source = "federation";
	f->origin = node;
	f->service = str_bytes(f->name + (service.ptr - name.ptr), service.len);
	f->is_projected = true;
	return cursors_load(r, txn, f);
}

/* Those that were read before are known without a catalogue. */
static enum err elsewhere_load(struct runtime *r, struct txn *txn)
{
	struct arena arena;
	struct str *names;
	uint32_t count;
	enum err e;

	arena_init(&arena, INPUT_ARENA_MAX);
	e = cursor_list(txn, str_of(CONSUMER_PROJECTED), &arena, &names, &count);
	for (uint32_t n = 0; n < count && e == ERR_OK; n++)
		e = elsewhere_add(r, txn, names[n]);
	arena_clear(&arena);
	return e;
}

void follow_offered(struct runtime *r, const struct aliran_simpul *entry)
{
	uint32_t before = r->follow_count;
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_READ, &txn);

	if (e == ERR_OK)
		e = elsewhere_add(r, txn, entry->nama);
	txn_abort(&txn);
	if (e != ERR_OK)
		log_line(LOG_WARN, "aliran_tidak_ditambah", "galat", err_name(e), NULL);
	if (r->follow_count == before)
		return;
	for (struct peer *p = r->peers; p != NULL; p = p->next)
		if (p->is_ready)
			follow_ready(r, p);
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
	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++)
		e = cursors_load(r, txn, &r->follows[n]);
	if (e == ERR_OK)
		e = elsewhere_load(r, txn);
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

void follow_ready(struct runtime *r, struct peer *p)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];

		if (f->corr == 0 && f->stopped == NULL && r->fence == NULL && !f->is_diverged &&
			r->steady >= f->retry_at && follow_is_from(f, p))
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

static void refused(struct runtime *r, struct follow *f, struct peer *p,
	const struct sesi_error *error)
{
	if (error->code == SESI_CODE_DIVERGED) {
		log_line(LOG_ERROR, "riwayat_berbeda", "aliran", f->stream.ptr, "dibaca",
			log_number((int64_t)f->read.seq), "kepala", log_number((int64_t)error->head_seq), NULL);
		if (f->is_mirrored && !f->is_tail) {
			follow_let_go(f);
			mirror_diverged(r, f, p);
		} else if (f->is_tail) {
			follow_let_go(
				f); /* what the parent holds beyond are orphans: our own log is what counts */
		} else if (!f->is_mirrored && !id_is_zero(f->origin)) {
			follow_let_go(f); /* its node went on from before: what was made of the orphans goes */
			f->is_diverged = r->wants_rebuild = true;
		} else {
			follow_stop(r, f, "riwayat_berbeda");
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
		break;
	case NOTE_ERROR:
		if (note->corr == f->corr)
			refused(r, f, p, &note->error);
		break;
	case NOTE_CLOSE:
		if (f->is_tail)
			f->is_told = false; /* whoever waits for it to catch up hears of it */
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
		if (!id_is_zero(f->origin)) {
			if (f->projected.seq < f->live_seq && f->stopped == NULL &&
				!(f->is_open && f->projected.seq >= f->head_seq))
				return false;
			continue;
		}
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

		if (f->is_mirrored)
			continue; /* a copy goes on from its head */
		f->read = follow_start(f);
		if (p == NULL || f->corr == 0)
			continue;
		if (session_close_stream(p->session, f->corr) == ERR_OK) {
			follow_let_go(f);
			follow_ready(r, p);
		}
	}
}

/* A stream has another history than its tables were made of: all of them are made anew, beside the live ones.
 * Nothing of before is on its way any more. */
static enum err rebuild_begin(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e;

	if (!r->wants_rebuild || r->waiting.of[JENIS_MASUKAN_PERISTIWA].count > 0)
		return ERR_OK;
	e = store_shadow_begin(r->store, TABLE_PROJECTED);
	if (e == ERR_OK)
		e = txn_begin(r->store, KV_READ, &txn);
	if (e != ERR_OK)
		return e;
	log_line(LOG_WARN, "proyeksi_usang", NULL);
	r->is_rebuilding = true;
	r->wants_rebuild = false;
	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++) {
		struct follow *f = &r->follows[n];

		if (f->is_mirrored)
			continue;
		e = cursors_load(r, txn, f);
		if (f->peer != NULL && f->corr != 0 &&
			session_close_stream(f->peer->session, f->corr) != ERR_OK)
			log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
		follow_let_go(f);
		f->is_diverged = false;
	}
	txn_abort(&txn);
	for (struct peer *p = r->peers; p != NULL; p = p->next)
		if (p->is_ready)
			follow_ready(r, p);
	return e;
}

enum err follow_rebuild_done(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = rebuild_begin(r);

	if (e != ERR_OK)
		return e;
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
