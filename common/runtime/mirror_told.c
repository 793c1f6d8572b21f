/* Branches that the service's tables do not know: the word of them was lost, to a crash or a full store. */
#include "runtime/mirrors.h"

#include "runtime/engine.h"

enum { BRANCHES_ARENA_MAX = 16 * 1024 * 1024 };
#define BRANCHES_EVERY_US (10 * US_PER_SECOND)

static void branch_tell(struct runtime *r, const struct follow *f,
	const struct mirror_branch *branch, const struct mirror_branch *left)
{
	struct cabang told = { .aliran = str_of(f->mirror_name),
		.nomor = branch->branch,
		.dari = left->branch,
		.garpu_seq = branch->fork.seq,
		.garpu_hash = branch->fork.hash,
		.epok = branch->epoch,
		.yatim_sampai = left->head.seq };

	r->service->links->branched(r, &told);
}

static enum err branches_look(struct runtime *r, struct txn *txn, struct follow *f)
{
	struct mirror_branch *branches = NULL;
	struct arena arena;
	uint32_t count = 0, noted = f->branches_noted;
	enum err e;

	arena_init(&arena, BRANCHES_ARENA_MAX);
	e = mirror_branches(txn, &f->mirror, &arena, &branches, &count);
	for (uint32_t n = noted + 1; n < count && e == ERR_OK; n++) {
		bool is_noted = false;

		e = r->service->links->branch_is_noted(txn, str_of(f->mirror_name), n, &is_noted);
		if (e == ERR_OK && !is_noted)
			branch_tell(r, f, &branches[n], &branches[n - 1]);
		else if (e == ERR_OK && n == noted + 1)
			noted = n;
	}
	arena_clear(&arena);
	f->branches_noted = noted;
	return e;
}

enum err mirrors_branches_settle(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = ERR_OK;

	if (r->fence != NULL || r->steady < r->next_branches)
		return ERR_OK;
	r->next_branches = r->steady + BRANCHES_EVERY_US;
	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++) {
		struct follow *f = &r->follows[n];

		if (!f->is_mirrored || !f->has_mirror || f->mirror.branch <= f->branches_noted)
			continue;
		if (txn == NULL)
			e = txn_begin(r->store, KV_READ, &txn);
		if (e == ERR_OK)
			e = branches_look(r, txn, f);
	}
	txn_abort(&txn);
	return e;
}
