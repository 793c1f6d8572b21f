/* link - other nodes as the engine sees them: who is known, who is there, what they offer
 *
 * Only the federation service has remotes; the catalogue of streams is asked by
 * whoever follows streams of other nodes. */
#ifndef RUNTIME_LINK_H
#define RUNTIME_LINK_H

#include "bus/session.h"
#include "runtime/follow.h"
#include "runtime/remote.h"
#include "runtime/stream_name.h"

struct runtime;
struct peer;
struct view;

#define CATALOGUE_EVERY_US (30 * US_PER_SECOND)
#define CONTACT_EVERY_US (60 * US_PER_SECOND)

/* A node that is or was listed, and what was seen of it since the start. */
struct remote_live {
	struct remote is; /* its texts point into this struct */
	char name[NODE_STREAM_MAX + 1];
	char endpoint[256];
	bool is_listed; /* still in the service's tables */
	bool is_new;    /* this listing names it */
	bool has_knocked;
	struct peer *peer; /* its session, NULL: none */
	time_us contact;   /* wall; 0: never since the start */
	bool has_skew;
	time_us skew; /* its clock less ours */
	struct id boot;
	char version[65];
	const char *trouble; /* what it does that is not accepted, as a code; NULL: nothing */
	time_us trouble_at;
};

/* The asking of one peer's catalogue. */
struct catalogue {
	uint64_t corr; /* of the question under way; 0: none */
	bool is_wanted;
	bool is_known;   /* it was read to its end at least once */
	time_us next_at; /* steady */
	char go_on[NODE_STREAM_MAX];
	uint32_t go_on_len;
};

/* remote.c */
/* Reads the lists anew and tells the host; sessions of whoever is no longer let in end. */
enum err remotes_load(struct runtime *r) MUST_CHECK;
void remotes_free(struct runtime *r);
struct remote_live *remote_of(struct runtime *r, struct id node);
void remote_ready(struct runtime *r, struct peer *p);
void remote_lost(struct runtime *r, struct peer *p);
/* It did what is not accepted: said once in the log and in its state. code is a static string. */
void remote_trouble(struct runtime *r, struct id node, const char *code);

/* catalogue.c */
/* Asks what is due to be asked. */
void catalogue_tick(struct runtime *r, struct peer *p);
void catalogue_answer(struct runtime *r, struct peer *p, const struct session_note *note);
/* What federation serves; of every other service its own log, where it is federated. */
enum err ask_katalog_aliran(struct view *view, const void *question, void *answer) MUST_CHECK;
/* The stream list of WELCOME, for struct session_config. */
void catalogue_welcome(void *self, struct arena *arena, struct sesi_stream **ret,
	uint32_t *ret_len);

/* mirror.c */
/* The mirrored streams as the tables say; those that are new are opened. */
enum err mirrors_load(struct runtime *r) MUST_CHECK;
/* An entry of a catalogue about a stream that is mirrored or may be. */
void mirror_offered(struct runtime *r, struct peer *p, const struct aliran_simpul *entry);
/* The origin's history does not have our place (ERROR 302). */
void mirror_diverged(struct runtime *r, struct follow *f, struct peer *p);
/* Whether the first events of a stream are the beginning of its log. */
bool mirror_begins(struct runtime *r, struct follow *f, struct peer *p,
	const struct session_note *note);
/* One mirrored event into the batch. */
enum err mirror_event(struct runtime *r, struct txn *txn, const struct input *i) MUST_CHECK;
void mirror_head_told(struct runtime *r, struct follow *f, const struct sesi_head *head);
/* The last signed head of the history that goes on, by the key that its origin has now: what may be passed on.
 * ERR_NOT_FOUND. */
enum err mirror_signed(struct txn *txn, const struct follow *f, struct mirror_head *ret) MUST_CHECK;
/* After a batch: signed heads that the copy has reached. */
enum err mirrors_settle(struct runtime *r) MUST_CHECK;
struct follow *mirror_of(struct runtime *r, struct str name);

/* salvage.c: the lost end of our own log, back from federation's copy. */
void salvage_ready(struct runtime *r, struct peer *p);
void salvage_tick(struct runtime *r);
void salvage_lost(struct runtime *r, struct peer *p);
/* Whether the note was salvage's. ERR_IO of the store is kept for the turn (runtime->failed). */
bool salvage_note(struct runtime *r, struct peer *p, const struct session_note *note);

#endif
