/* mirrors - copies of streams, byte for byte: ours for the node above, and those of the nodes below
 *
 * Of federation alone. The copy's head is the cursor: record and place are
 * written by one transaction. Who offers what is judged before it is read. */
#ifndef RUNTIME_MIRRORS_H
#define RUNTIME_MIRRORS_H

#include "runtime/follow.h"
#include "runtime/input.h"

/* mirror.c */
/* The mirrored streams as the tables say; those that are new are opened. */
enum err mirrors_load(struct runtime *r) MUST_CHECK;
struct follow *mirror_of(struct runtime *r, struct str name);
/* Whether the first events of a stream are the beginning of its log. */
bool mirror_begins(struct runtime *r, struct follow *f, struct peer *p,
	const struct session_note *note);
/* One mirrored event into the batch. */
enum err mirror_event(struct runtime *r, struct txn *txn, const struct input *i) MUST_CHECK;
/* Given up, and named as what its node does that is not accepted. */
void mirror_stop(struct runtime *r, struct follow *f, const char *why);
/* Whether a log of this node and service that begins with the epoch has this hash before its first record. */
bool mirror_is_genesis(const struct follow *f, const struct id *epoch, const struct hash *hash);

/* mirror_branch.c */
/* The origin's history does not have our place (ERROR 302). */
void mirror_diverged(struct runtime *r, struct follow *f, struct peer *p);
/* What became of it, by the catalogue's entry: another branch, a log that went back, or a rewritten one. Nothing
 * of this stream may be on its way into the copy. */
void mirror_resolve(struct runtime *r, struct follow *f, const struct aliran_simpul *entry);
/* The place of our copy with this number; ERR_NOT_FOUND also where its epoch is too old to be told. */
enum err mirror_place_at(struct txn *txn, const struct mirror_stream *s, uint64_t seq,
	struct arena *arena, struct place *ret) MUST_CHECK;

/* mirror_offer.c */
/* An entry of a catalogue about a stream that is mirrored or may be. */
void mirror_offered(struct runtime *r, struct peer *p, const struct aliran_simpul *entry);

/* mirror_head.c */
/* Whether a head of this epoch and hash is of the history that our copy goes on with. */
bool mirror_is_of_branch(const struct follow *f, const struct id *epoch, const struct hash *hash);
void mirror_head_told(struct runtime *r, struct follow *f, const struct sesi_head *head);
/* Likewise, out of a catalogue. signature: 64 bytes. */
void mirror_head_offered(struct follow *f, uint64_t seq, const void *signature);
/* Whether the key made it. */
bool mirror_is_signed(const struct follow *f, const struct mirror_head *head,
	const uint8_t key[SIGN_KEY_BYTES]);
/* The same of the place that the copy has at head->at.seq, which is filled in. ERR_NOT_FOUND. */
enum err mirror_head_check(struct txn *txn, const struct follow *f, const struct mirror_stream *s,
	struct mirror_head *head, const uint8_t key[SIGN_KEY_BYTES], bool *ret_is_good) MUST_CHECK;
/* The last signed head of the history that goes on, by the key that its origin has now: what may be passed on.
 * ERR_NOT_FOUND. */
enum err mirror_signed(struct txn *txn, const struct follow *f, struct mirror_head *ret) MUST_CHECK;
/* Signed heads that the copies reach with this batch, into its transaction; and after its commit. */
enum err mirrors_sign(struct runtime *r, struct txn *txn) MUST_CHECK;
void mirrors_signed(struct runtime *r);
/* After a batch: copies that have begun are told of, signed heads that came since are kept. */
enum err mirrors_settle(struct runtime *r) MUST_CHECK;

/* mirror_told.c */
/* Tells the service again of branches that its tables do not have. */
enum err mirrors_branches_settle(struct runtime *r) MUST_CHECK;

/* mirror_claim.c: whose a stream is that more than one child offers */
enum claim {
	CLAIM_UNPROVEN, /* it brings no signature that could be looked at */
	CLAIM_PROVEN,   /* the key that it names has signed a head of this stream */
	CLAIM_FORGED,
};
enum claim claim_of(const struct aliran_simpul *entry);
/* The stream of a node that is linked here itself, under the key that people carried: passed on by one who has it yet. */
bool claim_is_old_news(struct runtime *r, const struct peer *p, const struct aliran_simpul *entry);
/* Whether a stream that is read by another way, with the same signing key, is to be read by this one from now on. */
bool claim_moves(const struct follow *f, const struct peer *p, const struct aliran_simpul *entry);
/* Whether its origin has signed a head that is in the copy, as one that is passed on by an older node may not show. */
bool claim_is_backed(struct runtime *r, const struct follow *f);
/* The node itself offers it, and nothing says that the copy is of it: that one is set aside. */
void claim_disown(struct runtime *r, struct follow *f);
/* It is to be read by another way. */
void claim_moved(struct follow *f);
/* None of its events is on its way into the copy. */
bool mirror_is_quiet(const struct runtime *r, const struct follow *f);
/* A quiet copy is kept under its number, for evidence, and begins anew. */
enum err mirror_aside(struct runtime *r, struct follow *f) MUST_CHECK;
/* After the lists were read: copies under another key than that of a node that is linked here itself are held; then,
 * with nothing of them under way, set aside. */
void claims_load(struct runtime *r);
enum err claims_settle(struct runtime *r) MUST_CHECK;

/* mirror_tail.c: the end of a log of ours that the node above still has */
enum err mirror_tail_load(struct txn *txn, struct follow *f) MUST_CHECK;
/* The entry of a parent's catalogue about a log of ours. */
void mirror_tail_offered(struct runtime *r, struct follow *f, struct peer *p,
	const struct aliran_simpul *entry);
/* Its service asks for its lost end. */
void mirror_tail_wanted(struct runtime *r, struct follow *f);
/* How far the copy is known to be of this node. */
struct place mirror_proven(const struct follow *f);
/* Its service has our place: all of the copy is in its log. */
void mirror_tail_confirmed(struct follow *f);
/* The node above has sent all that it would. */
void mirror_tail_ended(struct runtime *r, struct follow *f);
/* What the node above gave of our log is not ours, or no record: it is named and left alone for a while, and the copy
 * set aside (mirror_tails_settle). False: nothing of the copy came from there. */
bool mirror_tail_refuted(struct runtime *r, struct follow *f, const char *why);
/* The lists of nodes were read: who is let go has nothing to say. */
void mirror_tails_forget(struct runtime *r);
/* After a batch: what is proven now. */
enum err mirror_tails_settle(struct runtime *r) MUST_CHECK;

#endif
