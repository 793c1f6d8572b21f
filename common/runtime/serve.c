/* Our own log, served to whoever opens it: within its credit, from short read transactions. */
#include "runtime/engine.h"

/* seq 0 with an empty epoch is a fresh reader: it is told our genesis. */
static enum err place_wanted(struct log *log, struct kv_txn *kv, const struct sesi_open *open,
	struct place *ret)
{
	struct epoch *epochs;
	struct arena arena;
	uint32_t count;
	enum err e;

	*ret = (struct place) { open->epoch, open->after_seq, open->after_hash };
	if (open->after_seq > 0)
		return log_has(log, kv, ret);
	arena_init(&arena, 1024 * 1024);
	e = log_epochs(log, kv, LOG_EPOCHS_MAX, &arena, &epochs, &count);
	if (e == ERR_OK)
		*ret = (struct place) { epochs[0].id, 0, epochs[0].start_hash };
	arena_clear(&arena);
	return e;
}

static void open_wanted(struct runtime *r, struct peer *p, uint64_t corr,
	const struct sesi_open *open)
{
	struct log *log = store_log(r->store);
	struct stream_place head = place_out(&log->committed);
	struct stream_place from;
	struct place after;
	struct txn *txn = NULL;
	enum err e;

	if (!str_is(open->stream, r->service->name)) {
		e = session_error(p->session, corr, SESI_CODE_UNKNOWN_STREAM, "no such stream here");
		(void)e; /* a session that is down needs no answer */
		return;
	}
	e = txn_begin(r->store, KV_READ, &txn);
	if (e == ERR_OK)
		e = place_wanted(log, txn_kv(txn), open, &after);
	txn_abort(&txn);
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
	from = place_out(&after);
	if (session_opened(p->session, corr, &from, &head) == ERR_OK)
		r->has_served = true;
}

void serve_note(struct runtime *r, struct peer *p, const struct session_note *note)
{
	static const struct str unsigned_head = { NULL, 0 };
	struct stream_place head = place_out(&store_log(r->store)->committed);
	enum err e;

	switch (note->kind) {
	case NOTE_OPEN:
		open_wanted(r, p, note->corr, &note->open);
		break;
	case NOTE_TAIL: /* no copies are held here yet */
		e = session_error(p->session, note->corr, SESI_CODE_UNKNOWN_STREAM, "no copy here");
		(void)e; /* a session that is down needs no answer */
		break;
	case NOTE_CREDIT:
		r->has_served = true;
		break;
	case NOTE_HEAD_ASKED:
		if (!str_is(note->stream, r->service->name))
			e = session_error(p->session, note->corr, SESI_CODE_UNKNOWN_STREAM,
				"no such stream here");
		else
			e = session_head(p->session, note->corr, note->stream, &head, unsigned_head);
		(void)e;
		break;
	default:
		break;
	}
}

/* Sends what the credit allows of one stream; *ret_more: there is more and room for it. */
static enum err serve_one(struct runtime *r, struct txn *txn, struct peer *p, uint64_t corr,
	bool *ret_more)
{
	struct log *log = store_log(r->store);
	struct stream_place at, last_out;
	struct place last;
	struct buf payload;
	struct str stream;
	uint64_t bytes;
	uint32_t events, count;
	enum err e;

	if (!session_served(p->session, corr, &stream, &at) || at.seq >= log->committed.seq)
		return ERR_OK;
	session_room(p->session, corr, &bytes, &events);
	if (bytes == 0 || events == 0)
		return ERR_OK;
	buf_init(&payload, SESSION_PAYLOAD_MAX);
	e = log_read(log, txn_kv(txn), at.seq, bytes < SERVE_BYTES_MAX ? bytes : SERVE_BYTES_MAX,
		events, &payload, &last, &count);
	if (e == ERR_OK && count > 0) {
		last_out = place_out(&last);
		if (session_events(p->session, corr, count, &last_out, buf_str(&payload)) == ERR_OK)
			*ret_more = last.seq < log->committed.seq;
	}
	buf_clear(&payload);
	return e;
}

enum err serve_streams(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = ERR_OK;

	if (!r->has_served)
		return ERR_OK;
	r->has_served = false;
	for (struct peer *p = r->peers; p != NULL && e == ERR_OK; p = p->next) {
		uint64_t corrs[SESSION_STREAMS_MAX];
		uint32_t n = p->is_ready ? session_serving(p->session, corrs) : 0;

		for (uint32_t k = 0; k < n && e == ERR_OK; k++) {
			bool has_more = false;

			if (txn == NULL)
				e = txn_begin(r->store, KV_READ, &txn);
			if (e == ERR_OK)
				e = serve_one(r, txn, p, corrs[k], &has_more);
			if (has_more)
				r->has_served = true;
		}
	}
	txn_abort(&txn);
	return e;
}
