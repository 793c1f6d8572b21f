/* Mirrored streams whose histories part (MESSAGING 2.6). */
#include "runtime/mirrors.h"

#include "base/log_line.h"
#include "runtime/engine.h"

enum { BRANCH_ARENA_MAX = 16 * 1024 * 1024, EPOCHS_SEEN = LOG_EPOCHS_MAX };

enum err mirror_place_at(struct txn *txn, const struct mirror_stream *s, uint64_t seq,
	struct arena *arena, struct place *ret)
{
	struct place *starts;
	uint32_t count, n;
	enum err e;

	if (seq == s->head.seq) {
		*ret = s->head;
		return ERR_OK;
	}
	e = mirror_epochs(txn, s, EPOCHS_SEEN, arena, &starts, &count);
	if (e != ERR_OK)
		return e;
	for (n = count; n > 0 && starts[n - 1].seq >= seq; n--)
		if (starts[n - 1].seq == 0 && seq == 0)
			break;
	if (n == 0)
		return ERR_NOT_FOUND;
	*ret = (struct place) { .epoch = starts[n - 1].epoch, .seq = seq };
	return mirror_hash_at(txn, s, seq, &ret->hash);
}

static bool knows_epoch(const struct place *starts, uint32_t count, struct id epoch)
{
	for (uint32_t n = 0; n < count; n++)
		if (id_equal(starts[n].epoch, epoch))
			return true;
	return false;
}

/* The first epoch of the origin that we do not know and that begins within our copy. ERR_NOT_FOUND. */
static enum err fork_of(struct txn *txn, const struct follow *f, const struct aliran_simpul *entry,
	struct arena *arena, struct place *ret_fork, struct id *ret_epoch)
{
	struct place *starts;
	uint32_t count;
	enum err e = mirror_epochs(txn, &f->mirror, EPOCHS_SEEN, arena, &starts, &count);

	for (uint32_t n = 0; n < entry->epok_len && e == ERR_OK; n++) {
		const struct sesi_epoch *epoch = &entry->epok[n];

		if (knows_epoch(starts, count, epoch->epoch) || epoch->start_seq > f->mirror.head.seq)
			continue;
		e = mirror_place_at(txn, &f->mirror, epoch->start_seq, arena, ret_fork);
		if (e != ERR_OK || !hash_equal(&ret_fork->hash, &epoch->start_hash))
			return ERR_NOT_FOUND;
		*ret_epoch = epoch->epoch;
		return ERR_OK;
	}
	return e == ERR_OK ? ERR_NOT_FOUND : e;
}

/* Whether it only went back: its head is in our copy. */
static bool went_back(struct txn *txn, const struct follow *f, const struct aliran_simpul *entry)
{
	struct hash hash;

	return entry->kepala_seq < f->mirror.head.seq &&
		mirror_hash_at(txn, &f->mirror, entry->kepala_seq, &hash) == ERR_OK &&
		(entry->kepala_seq == 0 || hash_equal(&hash, &entry->kepala_hash));
}

/* It tells of a history that we know to have been left: its head is in an epoch that ended before. Whoever passes
 * it on was put back to before the branch, and will hear of it again. */
static bool is_left_behind(struct txn *txn, const struct follow *f,
	const struct aliran_simpul *entry)
{
	struct place *starts;
	struct arena arena;
	uint32_t count = 0;
	bool is_old = false;
	enum err e;

	arena_init(&arena, BRANCH_ARENA_MAX);
	e = mirror_epochs(txn, &f->mirror, EPOCHS_SEEN, &arena, &starts, &count);
	for (uint32_t n = 0; e == ERR_OK && n + 1 < count; n++)
		is_old |=
			id_equal(starts[n].epoch, entry->kepala_epok) && starts[n + 1].seq < entry->kepala_seq;
	arena_clear(&arena);
	return is_old;
}

static void wait_again(struct runtime *r, struct follow *f, const char *why)
{
	f->trouble = why;
	f->retry_at = r->steady + (!id_is_zero(f->via) ? CATALOGUE_EVERY_US : 2 * US_PER_SECOND);
}

static enum err branch_off(struct runtime *r, struct follow *f, const struct aliran_simpul *entry,
	bool *ret_done)
{
	struct txn *txn = NULL;
	struct place fork;
	struct arena arena;
	struct id epoch;
	enum err e;

	*ret_done = false;
	arena_init(&arena, BRANCH_ARENA_MAX);
	e = txn_begin(r->store, KV_WRITE, &txn);
	if (e == ERR_OK)
		e = fork_of(txn, f, entry, &arena, &fork, &epoch);
	if (e == ERR_OK)
		e = mirror_fork(txn, &f->now_mirror, &fork, epoch, r->now);
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	arena_clear(&arena);
	if (e == ERR_OK) {
		struct cabang told = { .aliran = str_of(f->mirror_name),
			.nomor = f->now_mirror.branch,
			.dari = f->mirror.branch,
			.garpu_seq = fork.seq,
			.garpu_hash = fork.hash,
			.epok = epoch,
			.yatim_sampai = f->mirror.head.seq };

		if (told.nomor != told.dari)
			r->service->links->branched(r, &told);
		log_line(LOG_ERROR, "cabang_baru", "aliran", f->mirror_name, "dari",
			log_number((int64_t)fork.seq), "yatim_sampai", log_number((int64_t)f->mirror.head.seq),
			NULL);
		f->now_mirror.name = str_of(f->mirror_name);
		f->mirror = f->now_mirror;
		f->read = f->mirror.head;
		f->has_signed = f->has_later =
			false; /* those beyond the fork are of the branch that was left */
		f->signed_seq = 0;
		mirror_tail_confirmed(f); /* its service went on from there */
		serve_branched(r, f);
		*ret_done = true;
	} else {
		f->now_mirror = f->mirror;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

void mirror_resolve(struct runtime *r, struct follow *f, const struct aliran_simpul *entry)
{
	struct txn *txn = NULL;
	bool is_done = false;
	enum err e = branch_off(r, f, entry, &is_done);

	if (e == ERR_OK && is_done) {
		f->is_diverged = false;
		f->trouble = "cabang_baru";
		f->retry_at = 0;
		return;
	}
	if (e == ERR_OK)
		e = txn_begin(r->store, KV_READ, &txn);
	if (e != ERR_OK) {
		wait_again(r, f, err_name(e));
		return;
	}
	if (went_back(txn, f, entry) || is_left_behind(txn, f, entry))
		wait_again(r, f, "mundur");
	else if (entry->kepala_seq >= f->mirror.head.seq && f->retries++ < 3)
		wait_again(r, f, "dilihat_lagi"); /* it moved while it was asked */
	else
		follow_stop(r, f, "riwayat_berbeda");
	txn_abort(&txn);
	f->is_diverged = false;
	if (f->stopped != NULL)
		remote_trouble(r, f->via, f->stopped);
}

void mirror_diverged(struct runtime *r, struct follow *f, struct peer *p)
{
	(void)r;
	f->is_diverged = true;
	f->trouble = "riwayat_diperiksa";
	p->asks_catalogue = true;
	p->catalogue.is_wanted = true;
}
