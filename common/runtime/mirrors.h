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
void mirror_head_told(struct runtime *r, struct follow *f, const struct sesi_head *head);
/* The last signed head of the history that goes on, by the key that its origin has now: what may be passed on.
 * ERR_NOT_FOUND. */
enum err mirror_signed(struct txn *txn, const struct follow *f, struct mirror_head *ret) MUST_CHECK;
/* After a batch: signed heads that the copy has reached. */
enum err mirrors_settle(struct runtime *r) MUST_CHECK;

#endif
