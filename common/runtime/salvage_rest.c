/* The end of our log that nothing proves to be ours: taken only where a person says so, and that stands in the log.
 * What is noted while a lost end comes back, and what is read anew when the fence is open. */
#include "runtime/salvage.h"

#include "base/bytes.h"
#include "base/log_line.h"
#include "runtime/engine.h"

static const char rest_name[] = "sisa_diambil_dari";
static const char under_way_name[] = "penyelamatan";

enum err salvage_load(struct runtime *r, struct txn *txn)
{
	struct str bytes;
	enum err e = meta_get(txn, rest_name, &bytes);

	if (e == ERR_OK && bytes.len == 8)
		r->salvage.rest_from = be64_get(bytes.ptr);
	if (e == ERR_OK || e == ERR_NOT_FOUND)
		e = meta_get(txn, under_way_name, &bytes);
	r->salvage.is_under_way = e == ERR_OK && bytes.len > 0;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err salvage_begun(struct runtime *r, struct txn *txn)
{
	return r->salvage.is_under_way ? ERR_OK : meta_put(txn, under_way_name, str_of("ya"));
}

enum err salvage_rest_note(struct runtime *r, struct txn *txn)
{
	uint64_t from = store_log(r->store)->committed.seq + 1;
	char bytes[8];
	enum err e;

	if (!r->salvage.takes_rest || r->salvage.rest_from != 0)
		return ERR_OK;
	be64_put(bytes, from);
	e = meta_put(txn, rest_name, str_bytes(bytes, sizeof bytes));
	if (e == ERR_OK)
		r->salvage.rest_from = from;
	return e;
}

enum err salvage_settled(struct runtime *r, struct txn *txn)
{
	enum err e = r->salvage.rest_from == 0 ? ERR_OK : meta_put(txn, rest_name, str_of(""));

	return e == ERR_OK && r->salvage.is_under_way ? meta_put(txn, under_way_name, str_of("")) : e;
}

uint64_t salvage_unproven(const struct runtime *r)
{
	const struct salvage *s = &r->salvage;

	return s->rest +
		(s->rest_from == 0 ? 0 : store_log(r->store)->committed.seq + 1 - s->rest_from);
}

enum err salvage_decide_rest(struct ctx *ctx)
{
	struct runtime *r = ctx->r;
	struct salvage *s = &r->salvage;
	struct sisa_diambil event = { .dari = s->rest_from, .sampai = store_log(r->store)->head.seq };

	if (s->is_refuted)
		return ctx_refuse(ctx, ERR_STATE, NULL, "sisa_bukan_milik_simpul_ini");
	if (s->rest == 0 && s->rest_from == 0)
		return ctx_refuse(ctx, ERR_STATE, NULL, "tidak_ada_sisa");
	if (s->rest > 0 || !s->has_ended) {
		if (s->takes_rest && s->has_ended && event.sampai >= s->rest_until) {
			s->takes_rest = false; /* the word was for what was told: more needs another one */
			return ctx_refuse(ctx, ERR_STATE, NULL, "sisa_bertambah");
		}
		if (!s->takes_rest) {
			log_line(LOG_WARN, "sisa_akan_diambil", "catatan", log_number((int64_t)s->rest), NULL);
			s->rest_until = event.sampai + s->rest;
		}
		s->takes_rest = true;
		s->next_at = r->steady;
		return ctx_refuse(ctx, ERR_UNAVAILABLE, NULL, "sisa_sedang_diambil");
	}
	if (event.sampai < r->noted.head.seq)
		return ctx_refuse(ctx, ERR_STATE, NULL, "masih_ada_yang_hilang");
	return ctx_emit(ctx, &schema_sisa_diambil, str_of("sisa"), &event);
}

enum err salvage_opened(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_READ, &txn);

	if (e == ERR_OK)
		e = park_count(r, txn, &r->figures.parked);
	txn_abort(&txn);
	r->salvage = (struct salvage) { .count = 0 };
	r->has_work = r->has_letters = true;
	return e == ERR_OK ? follows_open(r) : e;
}
