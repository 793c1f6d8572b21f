/* Signed heads of mirrored streams: checked once the copy has reached them, kept, passed on. */
#include "runtime/mirrors.h"

#include <sodium.h>
#include <string.h>

#include "runtime/engine.h"

enum { EPOCHS_ARENA_MAX = 16 * 1024 * 1024, STATEMENT_MAX = 256 };

void mirror_head_told(struct runtime *r, struct follow *f, const struct sesi_head *head)
{
	(void)r;
	if (f->has_bad_head || !head->has_signature ||
		head->signature.len != sizeof f->signed_head.signature || head->seq <= f->signed_seq)
		return;
	f->signed_head.at.seq = head->seq;
	memcpy(f->signed_head.signature, head->signature.ptr, sizeof f->signed_head.signature);
	f->has_signed = true;
}

static bool is_signed(const struct follow *f, const struct mirror_head *head)
{
	struct buf statement;
	bool is_good;

	buf_init(&statement, STATEMENT_MAX);
	mirror_head_statement(str_of(f->mirror_name), &head->at, &statement);
	is_good = crypto_sign_verify_detached(head->signature, (const unsigned char *)statement.ptr,
				  statement.len, f->sign_key) == 0;
	buf_clear(&statement);
	return is_good;
}

/* Keys change: one who knows the new one cannot check what the old one signed. */
enum err mirror_signed(struct txn *txn, const struct follow *f, struct mirror_head *ret)
{
	enum err e = mirror_head_last(txn, &f->mirror, ret);

	if (e == ERR_OK)
		e = mirror_has(txn, &f->mirror, &ret->at);
	return e == ERR_OK && !is_signed(f, ret) ? ERR_NOT_FOUND : e;
}

static enum err head_check(struct runtime *r, struct txn *txn, struct follow *f, bool *ret_is_good)
{
	struct arena arena;
	enum err e;

	arena_init(&arena, EPOCHS_ARENA_MAX);
	e = mirror_place_at(txn, &f->mirror, f->signed_head.at.seq, &arena, &f->signed_head.at);
	if (e == ERR_OK) {
		*ret_is_good = is_signed(f, &f->signed_head);
		f->signed_head.seen_at = r->now;
		if (*ret_is_good)
			e = mirror_head_put(txn, &f->mirror, &f->signed_head);
	}
	arena_clear(&arena);
	return e;
}

/* In the open transaction; what of it is not good is the stream's own matter. */
static enum err head_settle(struct runtime *r, struct txn *txn, struct follow *f)
{
	bool is_good = false;
	enum err e = head_check(r, txn, f, &is_good);

	f->has_signed = false;
	f->signed_next = r->steady + SIGNED_EVERY_US;
	if (e == ERR_NOT_FOUND)
		return ERR_OK; /* of an epoch too old to be told: the next one will do */
	if (e != ERR_OK)
		return e;
	if (is_good) {
		f->signed_seq = f->signed_head.at.seq;
		return ERR_OK;
	}
	f->has_bad_head = true;
	if (f->peer != NULL)
		f->peer->catalogue.is_wanted = true; /* it says whether the key is another one */
	return ERR_OK;
}

static bool is_head_due(const struct runtime *r, const struct follow *f)
{
	return f->has_signed && f->is_mirrored && f->stopped == NULL && !id_is_zero(f->origin) &&
		f->signed_head.at.seq <= f->mirror.head.seq && r->steady >= f->signed_next;
}

/* One transaction for all, however many streams tell theirs at once. */
static enum err heads_settle(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = ERR_OK;

	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++) {
		if (!is_head_due(r, &r->follows[n]))
			continue;
		if (txn == NULL)
			e = txn_begin(r->store, KV_WRITE, &txn);
		if (e == ERR_OK)
			e = head_settle(r, txn, &r->follows[n]);
	}
	if (txn != NULL && e == ERR_OK)
		return txn_commit(&txn);
	txn_abort(&txn);
	return e;
}

enum err mirrors_settle(struct runtime *r)
{
	enum err e;

	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];

		if (f->is_mirrored && f->has_mirror && !f->is_told) {
			f->is_told = true;
			serve_tell_new(r, f);
		}
	}
	e = heads_settle(r);
	return e == ERR_READONLY ? ERR_OK : e;
}
