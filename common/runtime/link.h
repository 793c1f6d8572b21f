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
enum {
	CATALOGUE_PAGES_MAX = 512
}; /* that one peer is asked for in that time; all streams are 171 pages */
#define CONTACT_EVERY_US (60 * US_PER_SECOND)
enum {
	GREETINGS_MAX =
		12 /* of one node in that time; above, something ends its connections each time */
};

/* A node that is or was listed, and what was seen of it since the start. */
struct remote_live {
	struct remote is; /* its texts point into this struct */
	char name[NODE_STREAM_MAX + 1];
	char endpoint[256];
	bool is_listed; /* still in the service's tables */
	bool is_new;    /* this listing names it */
	bool has_knocked;
	struct peer *peer;     /* its session, NULL: none */
	uint32_t greetings;    /* in the last minute or so */
	time_us greeted_since; /* steady */
	time_us contact;       /* wall; 0: never since the start */
	bool has_skew;
	time_us skew; /* its clock less ours */
	struct id boot;
	char version[65];
	uint64_t copies;     /* bytes that copies of its streams, and of those behind it, take here */
	const char *trouble; /* what it does that is not accepted, as a code; NULL: nothing */
	time_us trouble_at;
};

/* The asking of one peer's catalogue. */
struct catalogue {
	uint64_t corr; /* of the question under way; 0: none */
	bool is_wanted;
	bool is_known;   /* it was read to its end at least once */
	time_us next_at; /* steady */
	uint32_t pages;  /* asked for since */
	time_us since;   /* steady */
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
/* How our rotated keys were taken; and the time to tell them again, if they were not. */
void remote_reply(struct runtime *r, struct peer *p, const struct session_note *note);
void remote_tick(struct runtime *r, struct peer *p);
/* It did what is not accepted: said once in the log and in its state. code is a static string. */
void remote_trouble(struct runtime *r, struct id node, const char *code);

/* quota.c: what the copies that came by way of one child may take here. */
void quota_load(struct runtime *r);
/* With the commit of the batch in which its copy grew. */
void quota_grew(struct runtime *r, const struct follow *f);
bool quota_is_used_up(const struct runtime *r, const struct follow *f);

/* catalogue.c */
/* Asks what is due to be asked. */
void catalogue_tick(struct runtime *r, struct peer *p);
void catalogue_answer(struct runtime *r, struct peer *p, const struct session_note *note);
/* What federation serves; of every other service its own log, where it is federated. */
enum err ask_katalog_aliran(struct view *view, const void *question, void *answer) MUST_CHECK;
/* The stream list of WELCOME, for struct session_config. */
void catalogue_welcome(void *self, struct arena *arena, struct sesi_stream **ret,
	uint32_t *ret_len);

/* salvage.c: the lost end of our own log, back from federation's copy. */
void salvage_ready(struct runtime *r, struct peer *p);
void salvage_tick(struct runtime *r);
void salvage_lost(struct runtime *r, struct peer *p);
/* Whether the note was salvage's. ERR_IO of the store is kept for the turn (runtime->failed). */
bool salvage_note(struct runtime *r, struct peer *p, const struct session_note *note);

#endif
