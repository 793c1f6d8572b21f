/* Whose a stream is where more than one child offers it. What people carried counts first: a node that is linked here
 * is read from itself, and a copy under another signing key that came by way of another child is none of it. Below that
 * the origin's signature decides. */
#include "runtime/mirrors.h"

#include <sodium.h>
#include <string.h>

#include "base/log_line.h"
#include "runtime/engine.h"

enum { STATEMENT_MAX = 256 };

static bool is_key(const struct aliran_simpul *entry, const uint8_t key[SIGN_KEY_BYTES])
{
	return entry->has_kunci_tanda && entry->kunci_tanda.len == SIGN_KEY_BYTES &&
		memcmp(entry->kunci_tanda.ptr, key, SIGN_KEY_BYTES) == 0;
}

/* An older node tells the number alone: where it is the head's, that is the place. */
static bool place_of(const struct aliran_simpul *entry, struct place *ret)
{
	*ret = (struct place) { entry->kepala_epok, entry->kepala_seq, entry->kepala_hash };
	if (entry->has_tanda_epok && entry->has_tanda_hash)
		*ret = (struct place) { entry->tanda_epok, entry->tanda_seq, entry->tanda_hash };
	return entry->has_tanda_seq && entry->tanda_seq > 0 && ret->seq == entry->tanda_seq;
}

enum claim claim_of(const struct aliran_simpul *entry)
{
	struct buf statement;
	struct place at;
	bool is_good;

	if (!entry->has_tanda_tangan || entry->tanda_tangan.len != crypto_sign_BYTES ||
		!entry->has_kunci_tanda || entry->kunci_tanda.len != SIGN_KEY_BYTES ||
		!place_of(entry, &at))
		return CLAIM_UNPROVEN;
	buf_init(&statement, STATEMENT_MAX);
	mirror_head_statement(entry->nama, &at, &statement);
	is_good = crypto_sign_verify_detached((const unsigned char *)entry->tanda_tangan.ptr,
				  (const unsigned char *)statement.ptr, statement.len,
				  (const unsigned char *)entry->kunci_tanda.ptr) == 0;
	buf_clear(&statement);
	return is_good ? CLAIM_PROVEN : CLAIM_FORGED;
}

/* The node below us whose streams these are, as people made it known; NULL: it is not linked here. */
static const struct remote_live *owner_of(struct runtime *r, struct id origin)
{
	const struct remote_live *owner = remote_of(r, origin);

	return owner != NULL && owner->is_listed && owner->is.kind == REMOTE_CHILD &&
			owner->is.state != REMOTE_REVOKED
		? owner
		: NULL;
}

bool claim_is_old_news(struct runtime *r, const struct peer *p, const struct aliran_simpul *entry)
{
	const struct remote_live *owner = owner_of(r, entry->simpul);

	return owner != NULL && !id_equal(p->node, entry->simpul) && is_key(entry, owner->is.sign_key);
}

/* Whoever is passed over has an older copy of it: the node is below another one now. */
bool claim_moves(const struct follow *f, const struct peer *p, const struct aliran_simpul *entry)
{
	return is_key(entry, f->sign_key) && !id_equal(f->via, f->origin) &&
		!id_equal(f->via, p->node) && claim_of(entry) == CLAIM_PROVEN &&
		entry->tanda_seq > f->mirror.head.seq;
}

bool claim_is_backed(struct runtime *r, const struct follow *f)
{
	struct mirror_head head;
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_READ, &txn);

	if (e == ERR_OK)
		e = mirror_signed(txn, f, &head);
	txn_abort(&txn);
	return e == ERR_OK;
}

/* --- copies that are not their node's --- */

static bool is_claimed(struct runtime *r, const struct follow *f)
{
	const struct remote_live *owner;

	if (!f->is_mirrored || id_is_zero(f->via) || id_equal(f->via, f->origin))
		return false;
	owner = owner_of(r, f->origin);
	return f->is_disowned ||
		(owner != NULL && memcmp(owner->is.sign_key, f->sign_key, SIGN_KEY_BYTES) != 0);
}

void claims_load(struct runtime *r)
{
	r->has_claims = false;
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];
		bool was_claimed = f->is_claimed;

		f->is_claimed = is_claimed(r, f);
		r->has_claims = r->has_claims || (f->is_claimed && f->has_mirror);
		if (!f->is_claimed || was_claimed)
			continue;
		remote_trouble(r, f->via, "mengaku_simpul_lain");
		follow_hold(r, f);
	}
}

void claim_disown(struct runtime *r, struct follow *f)
{
	f->is_disowned = f->is_claimed = r->has_claims = true;
	follow_hold(r, f);
}

bool mirror_is_quiet(const struct runtime *r, const struct follow *f)
{
	return f->read.seq == f->mirror.head.seq || r->waiting.of[JENIS_MASUKAN_PERISTIWA].count == 0;
}

enum err mirror_aside(struct runtime *r, struct follow *f)
{
	struct mirror_stream copy = f->mirror;
	struct txn *txn = NULL;
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	if (e == ERR_OK)
		e = mirror_set_aside(txn, &copy);
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	if (e != ERR_OK)
		return e;
	log_line(LOG_WARN, "salinan_disisihkan", "aliran", f->mirror_name, "nomor",
		log_number(f->mirror.number), "kepala", log_number((int64_t)f->mirror.head.seq), NULL);
	f->mirror = f->now_mirror = (struct mirror_stream) { .name = str_of(f->mirror_name) };
	f->has_mirror = f->now_has_mirror = f->is_told = false;
	f->has_signed = f->has_later = f->has_bad_head = f->is_diverged = false;
	f->read = (struct place) { .seq = 0 };
	f->first_epoch = (struct id) { { 0 } };
	f->signed_seq = f->head_seq = 0;
	f->stopped = NULL;
	serve_branched(r, f); /* whoever read it here learns that there is another history */
	return ERR_OK;
}

enum err claims_settle(struct runtime *r)
{
	bool is_left = false;
	enum err e = ERR_OK;

	for (uint32_t n = 0; r->has_claims && n < r->follow_count && e == ERR_OK; n++) {
		struct follow *f = &r->follows[n];
		const struct remote_live *owner;

		if (!f->is_claimed || !f->has_mirror)
			continue;
		if (!mirror_is_quiet(r, f)) {
			is_left = true;
			continue;
		}
		e = mirror_aside(r, f);
		owner = remote_of(r, f->origin);
		if (e == ERR_OK && owner != NULL && owner->peer != NULL)
			owner->peer->catalogue.is_wanted = true; /* it offers its own */
	}
	if (e == ERR_OK)
		r->has_claims = is_left;
	return e == ERR_READONLY ? ERR_OK : e;
}

void claim_moved(struct follow *f)
{
	if (f->peer != NULL && f->corr != 0 &&
		session_close_stream(f->peer->session, f->corr) != ERR_OK)
		log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
	follow_let_go(f);
	f->is_diverged = f->is_disowned = false;
	f->retry_at = 0;
	if (f->stopped == NULL)
		return;
	f->stopped = NULL;
	f->read = f->mirror.head; /* what was queued is passed over while a stream stands still */
}
