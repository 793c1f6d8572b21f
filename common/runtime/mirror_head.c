/* Signed heads of mirrored streams: checked once the copy has reached them, kept, passed on. */
#include "runtime/mirrors.h"

#include <sodium.h>
#include <string.h>

#include "base/log_line.h"
#include "runtime/engine.h"

enum {
	EPOCHS_ARENA_MAX = 16 * 1024 * 1024,
	STATEMENT_MAX = 256,
	EPOCHS_TRIED = 16,
	SIGNED_A_BATCH_MAX = 32, /* looked at in one transaction: each takes as long as some events */
};

/* The first of them waits until the copy has reached it, however fast others come after it; of those the last one
 * is kept in mind. */
void mirror_head_offered(struct follow *f, uint64_t seq, const void *signature)
{
	struct mirror_head *first = &f->signed_head;
	struct mirror_head *to = first;

	if (f->has_bad_head || seq <= f->signed_seq || (f->has_signed && seq == first->at.seq))
		return;
	if (f->has_signed && seq > first->at.seq && first->at.seq > f->mirror.head.seq) {
		to = &f->signed_later;
		f->has_later = true;
	}
	to->at.seq = seq;
	memcpy(to->signature, signature, sizeof to->signature);
	f->has_signed = true;
}

/* A signature is held against our record of its number: one of another branch than ours proves nothing against its
 * node. Who tells it is in our epoch, or in the one that begins where we are. */
bool mirror_is_of_branch(const struct follow *f, const struct id *epoch, const struct hash *hash)
{
	return id_equal(*epoch, f->read.epoch) || hash_equal(hash, &f->read.hash);
}

void mirror_head_told(struct runtime *r, struct follow *f, const struct sesi_head *head)
{
	(void)r;
	if (mirror_is_of_branch(f, &head->epoch, &head->hash) && head->has_signature &&
		head->signature.len == sizeof f->signed_head.signature)
		mirror_head_offered(f, head->seq, head->signature.ptr);
}

bool mirror_is_signed(const struct follow *f, const struct mirror_head *head,
	const uint8_t key[SIGN_KEY_BYTES])
{
	struct buf statement;
	bool is_good;

	buf_init(&statement, STATEMENT_MAX);
	mirror_head_statement(str_of(f->mirror_name), &head->at, &statement);
	is_good = crypto_sign_verify_detached(head->signature, (const unsigned char *)statement.ptr,
				  statement.len, key) == 0;
	buf_clear(&statement);
	return is_good;
}

/* Keys change: one who knows the new one cannot check what the old one signed. */
enum err mirror_signed(struct txn *txn, const struct follow *f, struct mirror_head *ret)
{
	enum err e = mirror_head_last(txn, &f->mirror, ret);

	if (e == ERR_OK)
		e = mirror_has(txn, &f->mirror, &ret->at);
	return e == ERR_OK && !mirror_is_signed(f, ret, f->sign_key) ? ERR_NOT_FOUND : e;
}

/* Where an epoch begins is a place of two, and its origin may have signed either: all that there are at the head's
 * number are tried. */
static enum err epochs_try(struct txn *txn, const struct follow *f, const struct mirror_stream *s,
	struct mirror_head *head, const uint8_t key[SIGN_KEY_BYTES], struct arena *arena,
	bool *ret_is_good)
{
	struct place *starts;
	uint32_t count;
	enum err e = mirror_epochs(txn, s, EPOCHS_TRIED, arena, &starts, &count);

	for (uint32_t n = e == ERR_OK ? count : 0; n > 0 && !*ret_is_good; n--) {
		if (starts[n - 1].seq > head->at.seq)
			continue;
		head->at.epoch = starts[n - 1].epoch;
		*ret_is_good = mirror_is_signed(f, head, key);
		if (starts[n - 1].seq < head->at.seq)
			break;
	}
	return e;
}

enum err mirror_head_check(struct txn *txn, const struct follow *f, const struct mirror_stream *s,
	struct mirror_head *head, const uint8_t key[SIGN_KEY_BYTES], bool *ret_is_good)
{
	struct arena arena;
	enum err e;

	arena_init(&arena, EPOCHS_ARENA_MAX);
	e = mirror_place_at(txn, s, head->at.seq, &arena, &head->at);
	*ret_is_good = e == ERR_OK && mirror_is_signed(f, head, key);
	if (e == ERR_OK && !*ret_is_good)
		e = epochs_try(txn, f, s, head, key, &arena, ret_is_good);
	arena_clear(&arena);
	return e;
}

static void head_next(struct follow *f)
{
	f->has_signed = f->has_later;
	if (f->has_later)
		f->signed_head = f->signed_later;
	f->has_later = false;
}

/* In the open transaction; what of it is not good is the stream's own matter. */
static enum err head_settle(struct runtime *r, struct txn *txn, struct follow *f)
{
	bool is_good = false;
	enum err e = mirror_head_check(txn, f, &f->now_mirror, &f->signed_head, f->sign_key, &is_good);

	f->signed_head.seen_at = r->now;
	if (e == ERR_OK && is_good)
		e = mirror_head_put(txn, &f->now_mirror, &f->signed_head, SIGNED_EVERY_US);
	if (is_environment(e))
		return e;
	if (e == ERR_OK && is_good) {
		f->is_signing = true;
		return ERR_OK;
	}
	head_next(f);
	if (e != ERR_OK) { /* of an epoch too old to be told, say: the next one will do */
		log_line(LOG_DEBUG, "kepala_bertanda_dilewati", "aliran", f->mirror_name, "galat",
			err_name(e), NULL);
		return ERR_OK;
	}
	f->has_bad_head = true;
	if (f->peer != NULL)
		f->peer->catalogue.is_wanted = true; /* it says whether the key is another one */
	return ERR_OK;
}

static bool is_head_due(const struct follow *f)
{
	return f->has_signed && f->is_mirrored && f->stopped == NULL && !id_is_zero(f->origin) &&
		f->signed_head.at.seq <= f->now_mirror.head.seq;
}

/* A head mostly comes right behind the last events: then it costs no flush of its own. */
enum err mirrors_sign(struct runtime *r, struct txn *txn)
{
	enum err e = ERR_OK;
	uint32_t count = 0;

	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++) {
		struct follow *f = &r->follows[n];

		f->is_signing = false;
		if (is_head_due(f) && f->now_mirror.head.seq > f->mirror.head.seq &&
			count++ < SIGNED_A_BATCH_MAX)
			e = head_settle(r, txn, f);
	}
	return e;
}

void mirrors_signed(struct runtime *r)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];

		if (!f->is_signing)
			continue;
		f->is_signing = false;
		if (f->signed_seq == 0)
			f->is_told = false; /* whoever waits for a proof of it asks again */
		f->signed_seq = f->signed_head.at.seq;
		f->bad_heads = 0;
		head_next(f);
	}
}

/* One transaction for all that came later, however many streams tell theirs at once. */
static enum err heads_settle(struct runtime *r)
{
	struct txn *txn = NULL;
	enum err e = ERR_OK;

	if (r->steady < r->next_signed)
		return ERR_OK;
	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++) {
		r->follows[n].is_signing = false;
		if (!is_head_due(&r->follows[n]))
			continue;
		if (txn == NULL)
			e = txn_begin(r->store, KV_WRITE, &txn);
		if (e == ERR_OK)
			e = head_settle(r, txn, &r->follows[n]);
	}
	if (txn == NULL)
		return e;
	r->next_signed = r->steady + SIGNED_SOON_US;
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	if (e == ERR_OK)
		mirrors_signed(r);
	return e;
}

enum err mirrors_settle(struct runtime *r)
{
	enum err e;

	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];

		if (f->is_mirrored && f->has_mirror && !f->is_told && r->fence == NULL) {
			f->is_told = true;
			serve_tell_new(r, f);
		}
	}
	e = heads_settle(r);
	if (e == ERR_OK)
		e = mirror_tails_settle(r);
	if (e == ERR_OK && r->service->links != NULL)
		e = mirrors_branches_settle(r);
	return e == ERR_READONLY ? ERR_OK : e;
}
