/* The lost end of a log of our own: taken from the node above when its service asks for it, and held against our own
 * signature. What a node above says of our logs is believed no further than that. */
#include "runtime/mirrors.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/log_line.h"
#include "runtime/engine.h"

enum {
	ID_BYTES = sizeof(struct id),
	PLACE_BYTES = ID_BYTES + 8 + HASH_BYTES,
	NOTE_NAME_MAX = 8 + NODE_STREAM_MAX,
};
#define REFUTED_US (600 * US_PER_SECOND)   /* who gave what is not ours is not asked again before */
#define TAIL_ASKED_US (30 * US_PER_SECOND) /* a service that is fenced asks every few seconds */

/* --- the note: how far the copy is of this node, while it goes on with what is not known to be --- */

static void note_name(const struct follow *f, char name[NOTE_NAME_MAX])
{
	(void)snprintf(name, NOTE_NAME_MAX, "ekor %s", f->mirror_name);
}

static enum err note_put(struct txn *txn, const struct follow *f, const struct place *at)
{
	char name[NOTE_NAME_MAX], bytes[PLACE_BYTES];

	note_name(f, name);
	memcpy(bytes, at->epoch.bytes, ID_BYTES);
	be64_put(bytes + ID_BYTES, at->seq);
	memcpy(bytes + ID_BYTES + 8, at->hash.bytes, HASH_BYTES);
	return meta_put(txn, name, str_bytes(bytes, sizeof bytes));
}

enum err mirror_tail_load(struct txn *txn, struct follow *f)
{
	char name[NOTE_NAME_MAX];
	struct str bytes;
	enum err e;

	note_name(f, name);
	e = meta_get(txn, name, &bytes);
	f->has_unproven = e == ERR_OK && bytes.len == PLACE_BYTES;
	if (!f->has_unproven)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	memcpy(f->proven.epoch.bytes, bytes.ptr, ID_BYTES);
	f->proven.seq = be64_get(bytes.ptr + ID_BYTES);
	memcpy(f->proven.hash.bytes, bytes.ptr + ID_BYTES + 8, HASH_BYTES);
	return e;
}

/* is_over: all of the copy is known to be ours. */
static enum err note_write(struct runtime *r, struct follow *f, const struct place *at,
	bool is_over)
{
	struct txn *txn = NULL;
	char name[NOTE_NAME_MAX];
	enum err e = txn_begin(r->store, KV_WRITE, &txn);

	note_name(f, name);
	if (e == ERR_OK)
		e = is_over ? meta_put(txn, name, str_of("")) : note_put(txn, f, at);
	if (e == ERR_OK)
		e = txn_commit(&txn);
	else
		txn_abort(&txn);
	if (e == ERR_OK) {
		f->has_unproven = !is_over;
		f->proven = *at;
	}
	return e;
}

struct place mirror_proven(const struct follow *f)
{
	return f->has_unproven && f->proven.seq < f->mirror.head.seq ? f->proven : f->mirror.head;
}

void mirror_tail_confirmed(struct follow *f)
{
	f->is_confirmed = f->has_unproven;
}

/* --- asking --- */

static void tail_begin(struct runtime *r, struct follow *f, struct peer *p)
{
	struct stream_place after = place_out(&f->mirror.head);

	if (f->is_tail || f->stopped != NULL || r->level != STORE_NORMAL ||
		(!f->has_unproven && note_write(r, f, &f->mirror.head, false) != ERR_OK))
		return;
	if (f->peer != NULL && f->corr != 0 &&
		session_close_stream(f->peer->session, f->corr) != ERR_OK)
		log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
	follow_let_go(f);
	f->is_confirmed = false;
	if (session_tail_stream(p->session, str_of(f->mirror_name), &after, &f->corr) != ERR_OK)
		return;
	log_line(LOG_WARN, "ekor_diminta", "aliran", f->mirror_name, "setelah",
		log_number((int64_t)after.seq), NULL);
	f->read = f->mirror.head;
	f->peer = p;
	f->is_tail = true;
	f->touched = r->steady;
}

static struct peer *parent_of(struct runtime *r, struct id node)
{
	struct peer *p = r->peers;

	while (p != NULL && !(p->is_ready && p->is_remote && p->is_dialer && id_equal(p->node, node)))
		p = p->next;
	return p;
}

static void tail_look(struct runtime *r, struct follow *f)
{
	struct peer *p;

	if (f->tail_asked == 0 || r->steady - f->tail_asked > TAIL_ASKED_US ||
		f->above.seq <= f->mirror.head.seq)
		return;
	p = parent_of(r, f->above.node);
	if (p != NULL)
		tail_begin(r, f, p);
}

void mirror_tail_wanted(struct runtime *r, struct follow *f)
{
	f->tail_asked = r->steady;
	tail_look(r, f);
}

void mirror_tail_offered(struct runtime *r, struct follow *f, struct peer *p,
	const struct aliran_simpul *entry)
{
	if (id_equal(f->refuted_by, p->node) && r->steady < f->refuted_until)
		return;
	if (!id_equal(f->above.node, p->node) && entry->kepala_seq < f->above.seq)
		return; /* of several the one that has most */
	f->above = (struct above) { .node = p->node, .seq = entry->kepala_seq };
	if (entry->has_tanda_seq && entry->has_tanda_tangan &&
		entry->tanda_tangan.len == sizeof f->above.signature) {
		f->above.has_signed = true;
		f->above.is_our_key = r->o.sign != NULL && entry->has_kunci_tanda &&
			entry->kunci_tanda.len == SIGN_KEY_BYTES &&
			memcmp(entry->kunci_tanda.ptr, r->o.sign->public_key, SIGN_KEY_BYTES) == 0;
		f->above.signed_seq = entry->tanda_seq;
		memcpy(f->above.signature, entry->tanda_tangan.ptr, sizeof f->above.signature);
	}
	tail_look(r, f);
}

/* --- proving --- */

/* The place that the node above can show our signature of is reached: is it ours? */
static enum err tail_prove(struct runtime *r, struct follow *f)
{
	struct mirror_head head = { .at.seq = f->above.signed_seq };
	struct txn *txn = NULL;
	bool is_good = false;
	enum err e = txn_begin(r->store, KV_READ, &txn);

	f->above.has_signed = false; /* looked at once */
	memcpy(head.signature, f->above.signature, sizeof head.signature);
	if (e == ERR_OK && r->o.sign != NULL)
		e = mirror_head_check(txn, f, &f->mirror, &head, r->o.sign->public_key, &is_good);
	txn_abort(&txn);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	if (!is_good && f->above.is_our_key) { /* our own key did not sign these records */
		(void)mirror_tail_refuted(r, f, "tanda_ekor_salah");
		return ERR_OK;
	}
	if (!is_good) {
		remote_trouble(r, f->above.node, "tanda_ekor_salah");
		log_line(LOG_ERROR, "tanda_ekor_salah", "aliran", f->mirror_name, "di",
			log_number((int64_t)f->above.signed_seq), NULL);
		return ERR_OK;
	}
	log_line(LOG_WARN, "ekor_terbukti", "aliran", f->mirror_name, "sampai",
		log_number((int64_t)head.at.seq), NULL);
	return note_write(r, f, &head.at, false);
}

void mirror_tail_ended(struct runtime *r, struct follow *f)
{
	if (f->above.seq <= f->read.seq)
		return;
	remote_trouble(r, f->above.node, "ekor_tidak_diberikan");
	f->above.seq = f->read.seq;
}

bool mirror_tail_refuted(struct runtime *r, struct follow *f, const char *why)
{
	if (!f->has_unproven)
		return false;
	log_line(LOG_ERROR, "ekor_disangkal", "aliran", f->mirror_name, "sebab", why, NULL);
	remote_trouble(r, f->above.node, why);
	f->refuted_by = f->above.node;
	f->refuted_until = r->steady + REFUTED_US;
	f->above = (struct above) { .seq = 0 };
	if (f->peer != NULL && f->corr != 0 &&
		session_close_stream(f->peer->session, f->corr) != ERR_OK)
		log_line(LOG_DEBUG, "aliran_sudah_tertutup", NULL);
	follow_let_go(f);
	f->is_refuted = true;
	return true;
}

void mirror_tails_forget(struct runtime *r)
{
	for (uint32_t n = 0; n < r->follow_count; n++) {
		struct follow *f = &r->follows[n];
		const struct remote_live *live = remote_of(r, f->above.node);

		if (f->above.seq > 0 &&
			(live == NULL || !live->is_listed || live->is.state != REMOTE_ALLOWED))
			f->above = (struct above) { .seq = 0 };
	}
}

/* The copy begins anew: from its service, and from whoever is asked next. */
static enum err refuted_settle(struct runtime *r, struct follow *f)
{
	enum err e = ERR_OK;

	if (!mirror_is_quiet(r, f))
		return ERR_OK;
	if (f->has_mirror)
		e = mirror_aside(r, f);
	if (e == ERR_OK)
		e = note_write(r, f, &f->mirror.head, true);
	if (e == ERR_OK)
		f->is_refuted = false;
	return e;
}

static enum err tail_settle(struct runtime *r, struct follow *f)
{
	enum err e = ERR_OK;

	if (f->is_refuted)
		return refuted_settle(r, f);
	if (f->above.has_signed && f->above.signed_seq > f->proven.seq &&
		f->above.signed_seq <= f->mirror.head.seq)
		e = tail_prove(r, f);
	if (e == ERR_OK && !f->is_tail && (f->is_confirmed || f->proven.seq >= f->mirror.head.seq))
		e = note_write(r, f, &f->mirror.head, true);
	f->is_confirmed = false;
	return e;
}

enum err mirror_tails_settle(struct runtime *r)
{
	enum err e = ERR_OK;

	for (uint32_t n = 0; n < r->follow_count && e == ERR_OK; n++)
		if (r->follows[n].has_unproven)
			e = tail_settle(r, &r->follows[n]);
	return e;
}
