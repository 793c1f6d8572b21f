/* A slice of the chain checked on request: hashes, and the vault against its commitments. */
#include "runtime/view_state.h"

enum { CHAIN_SLICE_MAX = 2000 };

static enum err seal_check(struct view *view, uint64_t seq, const struct seal *seal, struct periksa_rantai_jawab *a)
{
	const struct service *s = view->r->service;
	enum err e;

	if (seal->table >= s->table_count)
		return ERR_CORRUPT;
	e = seal->is_erased ? ERR_NOT_FOUND
			    : vault_check(view->ctx.txn, s->tables[seal->table], seal->key, &seal->commitment);
	if (e == ERR_OK) {
		a->segel_baik++;
		return ERR_OK;
	}
	if (seal->is_erased) {
		a->segel_dihapus++;
		return ERR_OK;
	}
	if (e != ERR_NOT_FOUND && e != ERR_CORRUPT)
		return e;
	if (!a->has_segel_rusak) {
		char *name = arena_print(view_arena(view), "%s/%u", s->tables[seal->table]->name, (unsigned)seal->key.len);

		a->has_segel_rusak = a->has_segel_seq = name != NULL;
		if (name != NULL)
			a->segel_rusak = str_of(name);
		a->segel_seq = seq;
	}
	return ERR_OK;
}

enum err ask_chain(struct view *view, const void *question, void *answer)
{
	const struct periksa_rantai *q = question;
	struct periksa_rantai_jawab *a = answer;
	const struct log *log = store_log(view->r->store);
	uint32_t max = q->paling_banyak < CHAIN_SLICE_MAX ? q->paling_banyak : CHAIN_SLICE_MAX;
	struct hash before, stored;
	struct str bytes;
	enum err e = ERR_OK;

	*a = (struct periksa_rantai_jawab) { .sampai = q->setelah, .kepala = log->committed.seq };
	e = log_hash_at(log, txn_kv(view->ctx.txn), q->setelah, &before);
	if (e != ERR_OK)
		return view_refuse(view, e, "setelah", "tidak_ada");
	while (a->sampai < a->kepala && max-- > 0) {
		struct record record;

		e = log_get(log, txn_kv(view->ctx.txn), a->sampai + 1, &stored, &bytes);
		if (e == ERR_OK) {
			before = record_hash(&before, bytes);
			e = hash_equal(&before, &stored) ? record_decode(bytes, view_arena(view), &record) : ERR_CORRUPT;
		}
		if (e != ERR_OK) {
			a->has_rusak = true;
			a->rusak = a->sampai + 1;
			return ERR_OK;
		}
		for (uint32_t n = 0; n < record.seals_len && e == ERR_OK; n++)
			e = seal_check(view, record.seq, &record.seals[n], a);
		if (e != ERR_OK)
			return e;
		a->sampai++;
	}
	a->hash = before;
	return ERR_OK;
}
