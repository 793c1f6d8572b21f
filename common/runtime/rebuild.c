/* Projected tables made anew from the streams, beside the live ones. */
#include "base/crash_point.h"
#include "base/log_line.h"
#include "runtime/engine.h"

/* Every stream was read again up to where the service had decided it (or its head, where only
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
		e = follow_rewind(r, txn, f);
		if (f->peer != NULL && f->corr != 0 &&
			session_close_stream(f->peer->session, f->corr) != ERR_OK)
			log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
		follow_let_go(f);
		f->is_diverged = false;
		if (!id_is_zero(f->origin))
			f->stopped = NULL; /* read again up to where it stands, or what it told would be gone */
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
