/* Where a followed stream of our own node parts from what we have read of it, and back to there. */
#include "runtime/fork.h"

#include <assert.h>
#include <stdlib.h>

#include "base/log_line.h"
#include "runtime/engine.h"
#include "runtime/fold_state.h"
#include "runtime/view_state.h"

enum {
	CAUSE_ARENA_MAX = 1024 * 1024,
	QUESTION_MAX = 32 * 1024,
	RECORDS_A_QUESTION_MAX = 50000, /* of our own log, looked at in one turn */
};

/* --- the causes in our own log --- */

/* Walks our own records down from `from`: on to the next one that a followed event of the stream made. */
struct causes {
	struct runtime *r;
	struct txn *txn;
	struct str stream;
	struct arena arena;
	uint64_t seq;   /* looked at last; 1: all were */
	uint64_t until; /* not below this one */
	struct place at;
	struct record record;
};

static void causes_begin(struct causes *c, struct runtime *r, struct txn *txn, struct str stream,
	uint64_t from)
{
	*c = (struct causes) { .r = r, .txn = txn, .stream = stream, .seq = from };
	arena_init(&c->arena, CAUSE_ARENA_MAX);
}

static void causes_end(struct causes *c)
{
	arena_clear(&c->arena);
}

/* ERR_NOT_FOUND: there is none before. */
static enum err causes_next(struct causes *c)
{
	while (c->seq > c->until + 1) {
		struct hash hash;
		struct str bytes;
		enum err e;

		arena_reset(&c->arena);
		e = log_get(store_log(c->r->store), txn_kv(c->txn), --c->seq, &hash, &bytes);
		if (e == ERR_OK)
			e = record_decode(bytes, &c->arena, &c->record);
		if (e != ERR_OK)
			return e;
		c->at = (struct place) { c->record.cause.epoch, c->record.cause.seq, c->record.cause.hash };
		if (c->record.cause.kind == CAUSE_EVENT && str_equal(c->record.cause.from, c->stream))
			return ERR_OK;
	}
	c->seq = c->until + 1;
	return ERR_NOT_FOUND;
}

static bool is_same(const struct place *a, const struct place *b)
{
	return a->seq == b->seq && id_equal(a->epoch, b->epoch) && hash_equal(&a->hash, &b->hash);
}

/* --- asking --- */

static bool is_ours(const struct follow *f)
{
	return f->is_decided && !f->is_mirrored && id_is_zero(f->via) && id_is_zero(f->origin);
}

/* The place of decide first, then the causes, the latest before the older. */
static enum err places_collect(struct runtime *r, struct follow *f)
{
	struct fork *fork = &f->fork;
	uint64_t from = fork->own_from;
	struct txn *txn = NULL;
	struct causes causes;
	enum err e;

	fork->asked_count = 0;
	if (from == 0) { /* mostly that is all there is to ask */
		fork->asked[fork->asked_count++] = f->decided;
		fork->own_from = store_log(r->store)->committed.seq + 1;
		return ERR_OK;
	}
	e = txn_begin(r->store, KV_READ, &txn);
	if (e != ERR_OK)
		return e;
	causes_begin(&causes, r, txn, f->stream, from);
	causes.until = from > RECORDS_A_QUESTION_MAX ? from - RECORDS_A_QUESTION_MAX : 0;
	while (fork->asked_count < FORK_PLACES_MAX && (e = causes_next(&causes)) == ERR_OK)
		if (fork->asked_count == 0 || !is_same(&fork->asked[fork->asked_count - 1], &causes.at))
			fork->asked[fork->asked_count++] = causes.at;
	fork->own_from = causes.seq; /* 1: there is nothing more below */
	causes_end(&causes);
	txn_abort(&txn);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err question_send(struct runtime *r, struct follow *f, struct peer *p)
{
	struct tempat list[FORK_PLACES_MAX];
	struct tempat_dikenal question = { .tempat = list, .tempat_len = f->fork.asked_count };
	struct sesi_ask body = { .type = schema_tempat_dikenal.code,
		.version = schema_tempat_dikenal.version,
		.time_left_ms = 10000 };
	struct problem why;
	struct buf out;
	enum err e;

	for (uint32_t n = 0; n < f->fork.asked_count; n++)
		list[n] =
			(struct tempat) { f->fork.asked[n].epoch, f->fork.asked[n].seq, f->fork.asked[n].hash };
	buf_init(&out, QUESTION_MAX);
	e = wire_encode(&schema_tempat_dikenal, &question, &out, &why);
	body.body = buf_str(&out);
	if (e == ERR_OK)
		e = session_ask(p->session, &body, &f->fork.corr);
	buf_clear(&out);
	f->fork.asked_at = r->steady;
	return e;
}

void fork_forget(struct follow *f)
{
	free(f->fork.asked);
	f->fork = (struct fork) { .is_wanted = f->fork.is_wanted };
}

/* What went wrong is tried again: nothing was decided by it. */
static void ask(struct runtime *r, struct follow *f, struct peer *p)
{
	enum err e;

	if (f->fork.asked == NULL)
		f->fork.asked = calloc(FORK_PLACES_MAX, sizeof *f->fork.asked);
	if (f->fork.asked == NULL)
		abort();
	e = places_collect(r, f);
	if (e == ERR_OK)
		e = question_send(r, f, p);
	if (e == ERR_OK)
		return;
	log_line(LOG_WARN, "riwayat_tak_terperiksa", "aliran", f->stream.ptr, "galat", err_name(e),
		NULL);
	fork_forget(f);
	f->retry_at = r->steady + WENT_BACK_US;
}

bool fork_may_open(struct runtime *r, struct follow *f, struct peer *p)
{
	bool is_at_place = f->read.seq >= f->decided.seq; /* opening asks for it */

	if (!is_ours(f) || (!f->fork.is_wanted && (f->fork.is_checked || is_at_place)))
		return true;
	if (f->fork.corr != 0 && r->steady - f->fork.asked_at < OPENING_US)
		return false;
	fork_forget(f);
	ask(r, f, p);
	return false;
}

void fork_found(struct runtime *r, struct follow *f, struct peer *p)
{
	bool is_shown = !is_ours(f) || (f->fork.is_checked && f->read.seq < f->decided.seq);

	follow_let_go(f);
	f->trouble = "riwayat_diperiksa";
	if (is_shown) { /* only tables were made of what is gone: they are made anew */
		f->is_diverged = r->wants_rebuild = true;
		return;
	}
	fork_forget(f);
	f->fork.is_wanted = true;
	ask(r, f, p);
}

/* --- the answer --- */

static void wait_a_while(struct runtime *r, struct follow *f, const char *why)
{
	fork_forget(f);
	f->trouble = why;
	f->retry_at = r->steady + WENT_BACK_US;
}

static void go_to(struct runtime *r, struct follow *f, const struct place *to)
{
	struct ikuti_cabang command = { .aliran = f->stream, .ke = { to->epoch, to->seq, to->hash } };

	runtime_tell(r, &schema_ikuti_cabang, &command);
	f->fork.is_wanted = true; /* asked again, unless the command took it there */
	wait_a_while(r, f, "riwayat_diperiksa");
}

static void nothing_parted(struct runtime *r, struct follow *f, struct peer *p)
{
	fork_forget(f);
	f->fork.is_wanted = false;
	f->fork.is_checked = true;
	f->trouble = NULL;
	f->read = follow_start(f);
	follow_ready(r, p);
}

static void answered(struct runtime *r, struct follow *f, struct peer *p,
	const struct tempat_dikenal_jawab *a)
{
	static const struct place beginning;
	bool is_first = f->fork.asked_count > 0 && is_same(&f->fork.asked[0], &f->decided);

	if (a->has_nomor && a->nomor >= f->fork.asked_count)
		wait_a_while(r, f, "jawaban_salah");
	else if (a->has_nomor && a->nomor == 0 && is_first)
		nothing_parted(r, f, p);
	else if (a->dipagari)
		wait_a_while(r, f, FENCE_BACK); /* what it lost may come back */
	else if (a->has_nomor)
		go_to(r, f, &f->fork.asked[a->nomor]);
	else if (f->fork.own_from <= 1)
		go_to(r, f, &beginning);
	else
		ask(r, f, p); /* older ones */
}

bool fork_answer(struct runtime *r, struct peer *p, const struct session_note *note)
{
	struct tempat_dikenal_jawab a;
	struct problem why = { NULL, NULL };
	struct follow *f = NULL;

	for (uint32_t n = 0; n < r->follow_count && f == NULL; n++)
		if (r->follows[n].fork.corr != 0 && r->follows[n].fork.corr == note->corr &&
			follow_is_from(&r->follows[n], p))
			f = &r->follows[n];
	if (f == NULL)
		return false;
	f->fork.corr = 0;
	if (note->answer.status != SESI_STATUS_OK || !note->answer.has_body ||
		wire_decode(&schema_tempat_dikenal_jawab, note->answer.body, &r->session_arena, &a, &why) !=
			ERR_OK)
		wait_a_while(r, f, "jawaban_salah");
	else if (f->fork.is_wanted && r->waiting.of[JENIS_MASUKAN_PERISTIWA].count > 0)
		wait_a_while(r, f, "riwayat_diperiksa"); /* what was read of it goes first */
	else
		answered(r, f, p, &a);
	return true;
}

enum err ask_known_place(struct view *view, const void *question, void *answer)
{
	const struct log *log = store_log(view->r->store);
	const struct tempat_dikenal *q = question;
	struct tempat_dikenal_jawab *a = answer;

	*a = (struct tempat_dikenal_jawab) { .dipagari = view->r->fence != NULL };
	for (uint32_t n = 0; n < q->tempat_len; n++) {
		struct place at = { q->tempat[n].epoch, q->tempat[n].seq, q->tempat[n].hash };
		enum err e = log_has(log, txn_kv(view->ctx.txn), &at);

		if (e == ERR_NOT_FOUND)
			continue;
		if (e != ERR_OK)
			return e;
		a->has_nomor = true;
		a->nomor = n;
		return ERR_OK;
	}
	return ERR_OK;
}

/* --- going back --- */

/* The own events above the last one whose cause is at `to`. */
static enum err orphans_count(struct ctx *ctx, struct str stream, const struct place *to,
	uint64_t *ret_count, uint64_t *ret_first)
{
	struct causes causes;
	enum err e;

	*ret_count = *ret_first = 0;
	causes_begin(&causes, ctx->r, ctx->txn, stream, store_log(ctx->r->store)->head.seq + 1);
	while ((e = causes_next(&causes)) == ERR_OK && !is_same(&causes.at, to)) {
		(*ret_count)++;
		*ret_first = causes.seq;
	}
	causes_end(&causes);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err fork_decide(struct ctx *ctx, const void *message)
{
	const struct ikuti_cabang *command = message;
	struct place to = { command->ke.epoch, command->ke.seq, command->ke.hash };
	struct follow *f = follow_of(ctx->r, command->aliran);
	struct cabang_diikuti event = { .aliran = command->aliran, .ke = command->ke };
	enum err e;

	ctx_allow_all(ctx);
	if (!str_is(ctx->input->from, ctx->r->service->name))
		return ctx_refuse(ctx, ERR_DENIED, NULL, "pengirim_tidak_berhak");
	if (f == NULL || !is_ours(f))
		return ctx_refuse(ctx, ERR_NOT_FOUND, "aliran", "tidak_dikenal");
	if (!f->fork.is_wanted || is_same(&to, &f->now_decided))
		return ctx_refuse(ctx, ERR_STATE, "ke", "sudah_di_sana");
	event.dari = (struct tempat) { f->now_decided.epoch, f->now_decided.seq, f->now_decided.hash };
	e = orphans_count(ctx, command->aliran, &to, &event.yatim, &event.yatim_sejak);
	if (e != ERR_OK)
		return e;
	log_line(LOG_ERROR, "cabang_diikuti", "aliran", f->stream.ptr, "dari",
		log_number((int64_t)event.dari.seq), "ke", log_number((int64_t)to.seq), "yatim",
		log_number((int64_t)event.yatim), NULL);
	return ctx_emit(ctx, &schema_cabang_diikuti, command->aliran, &event);
}

/* In live work too: the batch moves cursors of streams that it read something of, and of this one it did not. */
enum err fork_apply(struct fold *fold, const void *message)
{
	const struct cabang_diikuti *event = message;
	struct place to = { event->ke.epoch, event->ke.seq, event->ke.hash };

	return cursor_put(fold->txn, str_of(CONSUMER_DECIDED), event->aliran, &to);
}

enum err fork_note_orphans(struct runtime *r, struct txn *txn, const struct record *record)
{
	struct cabang_diikuti event;
	struct problem why = { NULL, NULL };
	struct causes causes;
	enum err e;

	if (record->type != MSG_CABANG_DIIKUTI)
		return ERR_OK;
	e = wire_decode(&schema_cabang_diikuti, record->payload, &r->batch_arena, &event, &why);
	if (e != ERR_OK || event.yatim == 0)
		return e;
	causes_begin(&causes, r, txn, event.aliran, record->seq);
	while (causes.seq > event.yatim_sejak && (e = causes_next(&causes)) == ERR_OK)
		if ((e = missing_put(txn, FORK_TABLE, causes.record.key, causes.record.seq)) != ERR_OK)
			break;
	causes_end(&causes);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err fork_took(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_READ, &txn);

	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++) {
		struct follow *f = &r->follows[n];
		struct place was = f->decided;

		if (!is_ours(f) || !f->fork.is_wanted)
			continue;
		e = follow_rewind(r, txn, f);
		if (e != ERR_OK || is_same(&was, &f->decided))
			continue; /* another stream's */
		f->fork.is_wanted = false;
		f->retry_at = 0;
		f->trouble = NULL;
		if (f->is_projected && f->projected.seq > f->decided.seq)
			f->is_diverged = r->wants_rebuild = true;
	}
	txn_abort(&txn);
	for (struct peer *p = r->peers; p != NULL && e == ERR_OK; p = p->next)
		if (p->is_ready && p->is_dialer)
			follow_ready(r, p);
	return e;
}
