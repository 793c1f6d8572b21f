/* A slice of the chain checked on request, entries of the vault against their commitments, and those that are known to
 * be lost. */
#include "base/bytes.h"
#include "runtime/epoch_walk.h"
#include "runtime/view_state.h"

#include <string.h>

enum { CHAIN_SLICE_MAX = 2000 };

/* Lost with a restore, by that very event. */
static enum err known_look(struct view *view, const struct segel_dicari *seal,
	struct segel_hasil *result)
{
	uint64_t seq;
	enum err e = result->hasil == HASIL_SEGEL_COCOK
		? ERR_NOT_FOUND
		: missing_get(view->ctx.txn, seal->tabel, seal->kunci, &seq);

	result->has_tercatat = result->tercatat = e == ERR_OK;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err ask_chain(struct view *view, const void *question, void *answer)
{
	const struct periksa_rantai *q = question;
	struct periksa_rantai_jawab *a = answer;
	const struct log *log = store_log(view->r->store);
	uint32_t max = q->paling_banyak < CHAIN_SLICE_MAX ? q->paling_banyak : CHAIN_SLICE_MAX;
	struct hash before, stored;
	struct epoch_walk epochs;
	struct str bytes;
	enum err e = ERR_OK;

	*a = (struct periksa_rantai_jawab) { .sampai = q->setelah, .kepala = log->committed.seq };
	e = log_hash_at(log, txn_kv(view->ctx.txn), q->setelah, &before);
	if (e != ERR_OK)
		return view_refuse(view, e, "setelah", "tidak_ada");
	e = epoch_walk_begin(&epochs, log, txn_kv(view->ctx.txn), view_arena(view));
	if (e != ERR_OK)
		return e;
	while (a->sampai < a->kepala && max-- > 0) {
		struct record record;

		e = log_get(log, txn_kv(view->ctx.txn), a->sampai + 1, &stored, &bytes);
		if (e == ERR_OK) {
			before = record_hash(&before, bytes);
			e = hash_equal(&before, &stored) ? record_decode(bytes, view_arena(view), &record)
											 : ERR_CORRUPT;
		}
		if (e == ERR_OK)
			e = epoch_walk_take(&epochs, &record, view_arena(view));
		if (e != ERR_OK) {
			a->has_rusak = true;
			a->rusak = a->sampai + 1;
			return ERR_OK;
		}
		a->sampai++;
	}
	a->hash = before;
	if (a->sampai == a->kepala && epoch_walk_end(&epochs, a->kepala) != ERR_OK) {
		a->has_rusak = true;
		a->rusak = a->kepala + 1;
	}
	a->has_epoch = true;
	return log_epoch_of(log, txn_kv(view->ctx.txn), a->sampai, &a->epoch);
}

enum err ask_seals(struct view *view, const void *question, void *answer)
{
	const struct periksa_segel *q = question;
	struct periksa_segel_jawab *a = answer;
	const struct service *s = view->r->service;

	a->hasil = arena_take(view_arena(view), (q->segel_len + 1) * sizeof *a->hasil);
	if (a->hasil == NULL)
		return ERR_LIMIT;
	for (a->hasil_len = 0; a->hasil_len < q->segel_len; a->hasil_len++) {
		const struct segel_dicari *seal = &q->segel[a->hasil_len];
		struct segel_hasil *result = &a->hasil[a->hasil_len];
		enum err e;

		if (seal->tabel >= s->table_count || s->tables[seal->tabel]->kind != TABLE_VAULT ||
			seal->kunci.len == 0)
			return view_refuse(view, ERR_INVALID, "tabel", "tidak_dikenal");
		e = vault_check(view->ctx.txn, s->tables[seal->tabel], seal->kunci, &seal->komitmen);
		if (e != ERR_OK && e != ERR_NOT_FOUND && e != ERR_CORRUPT)
			return e;
		result->hasil = e == ERR_OK ? HASIL_SEGEL_COCOK
			: e == ERR_NOT_FOUND    ? HASIL_SEGEL_HILANG
									: HASIL_SEGEL_BERUBAH;
		result->tabel = str_of(s->tables[seal->tabel]->name);
		e = known_look(view, seal, result);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}
