/* Our own log, and the copies of others', served to whoever opens them: within their credit, from short read
 * transactions. */
#include "runtime/serve.h"

#include <stdlib.h>

#include "base/log_line.h"

enum { EPOCHS_ARENA_MAX = 1024 * 1024 };

/* --- which streams there are --- */

enum err serve_source(struct runtime *r, const struct peer *p, struct str name, struct source *ret)
{
	struct follow *f;

	if (!p->is_remote && str_is(name, r->service->name)) {
		*ret = (struct source) { NULL, store_log(r->store)->committed };
		return ERR_OK;
	}
	if (r->service->links == NULL)
		return ERR_NOT_FOUND;
	f = mirror_of(r, name);
	if (f == NULL || !f->has_mirror ||
		!serve_may(r, p, name)) /* an empty copy has no genesis to begin with */
		return ERR_NOT_FOUND;
	*ret = (struct source) { f, f->mirror.head };
	return ERR_OK;
}

static struct served *served_of(struct peer *p, uint64_t corr)
{
	for (uint32_t n = 0; n < p->served_count; n++)
		if (p->served[n].corr == corr)
			return &p->served[n];
	return NULL;
}

static void served_add(struct peer *p, const struct served *is)
{
	if (p->served_count == p->served_room) {
		uint32_t room = p->served_room == 0 ? 4 : 2 * p->served_room;
		struct served *more = realloc(p->served, room * sizeof *more);

		if (more == NULL)
			abort();
		p->served = more;
		p->served_room = room;
	}
	p->served[p->served_count++] = *is;
}

static void served_end(struct peer *p, struct served *s)
{
	*s = p->served[--p->served_count];
}

/* --- opening --- */

/* seq 0 with an empty epoch is a fresh reader: it is told the genesis. */
static enum err genesis_of(struct runtime *r, struct txn *txn, const struct source *from,
	struct place *ret)
{
	struct place *starts;
	struct epoch *epochs;
	struct arena arena;
	uint32_t count = 0;
	enum err e;

	arena_init(&arena, EPOCHS_ARENA_MAX);
	if (from->mirror == NULL) {
		e = log_epochs(store_log(r->store), txn_kv(txn), LOG_EPOCHS_MAX, &arena, &epochs, &count);
		if (e == ERR_OK)
			*ret = (struct place) { epochs[0].id, 0, epochs[0].start_hash };
	} else {
		e = mirror_epochs(txn, &from->mirror->mirror, LOG_EPOCHS_MAX, &arena, &starts, &count);
		if (e == ERR_OK)
			*ret = count > 0 ? starts[0] : (struct place) { .seq = 0 };
	}
	arena_clear(&arena);
	return e;
}

static enum err place_wanted(struct runtime *r, struct txn *txn, const struct source *from,
	const struct sesi_open *open, struct place *ret)
{
	*ret = (struct place) { open->epoch, open->after_seq, open->after_hash };
	if (open->after_seq == 0)
		return genesis_of(r, txn, from, ret);
	if (from->mirror == NULL)
		return PLANTED(RESUME_SEQ) ? ERR_OK : log_has(store_log(r->store), txn_kv(txn), ret);
	return PLANTED(RESUME_SEQ) ? ERR_OK : mirror_has(txn, &from->mirror->mirror, ret);
}

static bool is_own(const struct follow *mirror)
{
	return mirror != NULL && id_is_zero(mirror->origin);
}

/* A service of ours wants its lost end, and the node above may have more of it than the copy here. */
static bool waits_for_parent(struct runtime *r, const struct peer *p,
	const struct session_note *note)
{
	struct follow *f = r->service->links == NULL || p->is_remote || note->kind != NOTE_TAIL
		? NULL
		: mirror_of(r, note->open.stream);

	if (!is_own(f) || serve_is_whole(r, f))
		return false;
	mirror_tail_wanted(r, f);
	return true;
}

static void open_wanted(struct runtime *r, struct peer *p, const struct session_note *note)
{
	const struct sesi_open *open = &note->open;
	bool is_tail = note->kind == NOTE_TAIL;
	uint64_t corr = note->corr;
	struct source from;
	struct stream_place head, at;
	struct place after;
	struct txn *txn = NULL;
	enum err e;

	if (waits_for_parent(r, p, note)) {
		e = session_error(p->session, corr, SESI_CODE_NOT_NOW, "the parent's copy comes first");
		(void)e; /* a session that is down needs no answer */
		return;
	}
	e = serve_source(r, p, open->stream, &from);
	if (e != ERR_OK) {
		e = session_error(p->session, corr, SESI_CODE_UNKNOWN_STREAM, "no such stream here");
		(void)e; /* a session that is down needs no answer */
		return;
	}
	if (p->is_remote && serve_is_open(p, from.mirror, is_tail)) {
		e = session_error(p->session, corr, SESI_CODE_NOT_NOW, "this stream is open already");
		(void)e;
		return;
	}
	e = txn_begin(r->store, KV_READ, &txn);
	if (e == ERR_OK)
		e = place_wanted(r, txn, &from, open, &after);
	txn_abort(&txn);
	head = place_out(&from.head);
	if (e == ERR_NOT_FOUND) {
		e = session_diverged(p->session, corr, &head);
		(void)e;
		return;
	}
	if (e != ERR_OK) {
		e = session_error(p->session, corr, SESI_CODE_NOT_NOW, err_name(e));
		(void)e;
		return;
	}
	at = place_out(&after);
	if (session_opened(p->session, corr, &at, &head) == ERR_OK) {
		struct served added = { corr, from.mirror, is_tail,
			is_tail && is_own(from.mirror) && !note->wants_rest };

		served_add(p, &added);
		r->has_served = true;
	}
}

/* Whether what was sent last is still history. */
static bool is_in_copy(struct txn *txn, const struct follow *mirror,
	const struct stream_place *sent)
{
	struct place at = { sent->epoch, sent->seq, sent->hash };

	return sent->seq == 0 || mirror_has(txn, &mirror->mirror, &at) == ERR_OK;
}

static void tell_branched(struct txn *txn, struct peer *p, const struct follow *mirror)
{
	struct stream_place head = place_out(&mirror->mirror.head);

	for (uint32_t n = 0; n < p->served_count;) {
		struct served *s = &p->served[n];
		struct stream_place at;
		struct str stream;
		enum err e;

		if (s->mirror != mirror || !session_served(p->session, s->corr, &stream, &at) ||
			is_in_copy(txn, mirror, &at)) {
			n++;
			continue;
		}
		e = session_diverged(p->session, s->corr, &head);
		(void)e; /* a session that is down needs no answer */
		served_end(p, s);
	}
}

void serve_branched(struct runtime *r, struct follow *mirror)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_READ, &txn);

	for (struct peer *p = r->peers; p != NULL && e == ERR_OK; p = p->next)
		tell_branched(txn, p, mirror);
	txn_abort(&txn);
	if (e != ERR_OK)
		log_line(LOG_WARN, "cabang_tak_dikabarkan", "galat", err_name(e), NULL);
}

void serve_note(struct runtime *r, struct peer *p, const struct session_note *note)
{
	struct served *served;

	switch (note->kind) {
	case NOTE_OPEN:
	case NOTE_TAIL:
		open_wanted(r, p, note);
		break;
	case NOTE_CREDIT:
		r->has_served = true;
		break;
	case NOTE_CLOSE:
		served = served_of(p, note->corr);
		if (served != NULL)
			served_end(p, served);
		break;
	case NOTE_HEAD_ASKED:
		serve_head_asked(r, p, note);
		break;
	default:
		break;
	}
}

/* --- sending --- */

static enum err read_some(struct runtime *r, struct txn *txn, const struct served *s,
	uint64_t after, uint64_t bytes, uint32_t events, struct buf *payload, struct place *ret_last,
	uint32_t *ret_count)
{
	size_t room = bytes < SERVE_BYTES_MAX ? bytes : SERVE_BYTES_MAX;

	if (s->mirror == NULL)
		return log_read(store_log(r->store), txn_kv(txn), after, room, events, payload, ret_last,
			ret_count);
	return mirror_read(txn, &s->mirror->mirror, after, room, events, payload, ret_last, ret_count);
}

static struct place head_of(const struct runtime *r, const struct served *s)
{
	if (s->mirror == NULL)
		return store_log(r->store)->committed;
	return s->is_proven ? mirror_proven(s->mirror) : s->mirror->mirror.head;
}

/* All of the copy was sent, or all of it that is proven: a service may have more than that itself. */
static void tail_end(struct runtime *r, struct peer *p, struct served *s, struct str name,
	const struct stream_place *at)
{
	struct source from = { s->mirror, { at->epoch, at->seq, at->hash } };
	uint64_t held = s->mirror == NULL ? 0 : s->mirror->mirror.head.seq;

	serve_tell_head(r, p, s->corr, name, &from, held > at->seq ? held - at->seq : 0);
	if (session_close_stream(p->session, s->corr) != ERR_OK)
		log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
	served_end(p, s);
}

enum sent { SENT_NOTHING, SENT_MORE, SENT_ENDED };

/* Sends what the credit allows of one stream. SENT_MORE: there is more and room for it; SENT_ENDED: its entry
 * is gone. */
static enum err serve_one(struct runtime *r, struct txn *txn, struct peer *p, struct served *s,
	enum sent *ret)
{
	struct place head = head_of(r, s);
	struct stream_place at, last_out;
	struct place last;
	struct buf *payload = &r->served;
	struct str stream;
	uint64_t bytes;
	uint32_t events, count;
	enum err e;

	*ret = SENT_ENDED;
	if (!session_served(p->session, s->corr, &stream, &at)) {
		served_end(p, s);
		return ERR_OK;
	}
	if (s->is_tail && at.seq >= head.seq) {
		tail_end(r, p, s, stream, &at);
		return ERR_OK;
	}
	*ret = SENT_NOTHING;
	if (at.seq >= head.seq)
		return ERR_OK;
	session_room(p->session, s->corr, &bytes, &events);
	if (bytes == 0 || events == 0)
		return ERR_OK;
	if (events > head.seq - at.seq)
		events = (uint32_t)(head.seq - at.seq);
	buf_reset(payload);
	e = read_some(r, txn, s, at.seq, bytes, events, payload, &last, &count);
	if (e == ERR_OK && count > 0) {
		last_out = place_out(&last);
		if (session_events(p->session, s->corr, count, &last_out, buf_str(payload)) != ERR_OK)
			return e;
		if (last.seq < head.seq || s->is_tail)
			*ret = SENT_MORE;
		else if (p->is_remote && is_own(s->mirror)) /* whoever keeps it can show whose it is */
			serve_tell_head(r, p, s->corr, stream, &(struct source) { s->mirror, head }, 0);
	}
	return e;
}

static enum err serve_peer(struct runtime *r, struct txn **txn, struct peer *p)
{
	enum err e = ERR_OK;

	for (uint32_t n = 0; n < p->served_count && e == ERR_OK;) {
		enum sent sent = SENT_NOTHING;

		if (*txn == NULL)
			e = txn_begin(r->store, KV_READ, txn);
		if (e == ERR_OK)
			e = serve_one(r, *txn, p, &p->served[n], &sent);
		if (sent == SENT_MORE)
			r->has_served = true;
		if (sent != SENT_ENDED)
			n++;
	}
	return e;
}

enum err serve_streams(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = ERR_OK;

	if (!r->has_served)
		return ERR_OK;
	r->has_served = false;
	for (struct peer *p = r->peers; p != NULL && e == ERR_OK; p = p->next)
		if (p->is_ready && p->served_count > 0 && !backlog_is_full(r, p))
			e = serve_peer(r, &txn, p);
	txn_abort(&txn);
	return e;
}
