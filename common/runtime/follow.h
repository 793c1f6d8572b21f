/* follow - a stream of another service that is read
 *
 * Opened at our cursor, queued as inputs, projected, decided, credited once
 * applied. */
#ifndef RUNTIME_FOLLOW_H
#define RUNTIME_FOLLOW_H

#include "bus/session.h"
#include "runtime/fork.h"
#include "runtime/input.h"
#include "runtime/remote.h"
#include "runtime/stream_name.h"
#include "store/mirror.h"

struct runtime;
struct peer;

/* What a node above holds of a log of ours, as it told last. */
struct above {
	struct id node;
	uint64_t seq;
	bool has_signed;
	bool is_our_key;     /* it says that the signature is by our present key */
	uint64_t signed_seq; /* how far it can show our own signature */
	uint8_t signature[64];
};

/* Consumers of a followed stream, each with its own cursor. The projected tables of a service are rebuilt
 * together, so they share one; it lives and is swapped with them. */
#define CONSUMER_DECIDED ""
#define CONSUMER_PROJECTED "proyeksi"

/* A stream we read. decide: cursor of decide; shown: of the projected tables. A mirrored one has its copy's
 * head for a cursor. */
struct follow {
	struct str stream; /* as its peer calls it; points into name */
	char name[NODE_STREAM_MAX + 1];
	const char *source; /* the service of our node that it is read from; NULL: the node `via` */
	struct id via;      /* zero: our own node */
	struct id origin;   /* where it began; zero: our own node */
	struct str service; /* at its origin: whose rows of the descriptor are meant */
	bool is_decided;    /* decide looks at it */
	bool is_projected;
	bool is_mirrored;
	struct place decided, projected;         /* as committed */
	struct place now_decided, now_projected; /* in the open batch */
	time_us now_projected_written;           /* when the record at now_projected was */
	struct place read;                       /* the last event taken over from the session */
	uint64_t corr;                           /* of the open stream, 0: none */
	struct peer *peer;
	const char *stopped;    /* why it stands still, NULL: it does not */
	uint64_t head_seq;      /* as last told */
	time_us head_asked_at;  /* when that was asked for (ctx time); 0: never */
	time_us head_asking_at; /* an answer to come; 0: none */
	time_us touched;        /* steady: when the peer last moved it */
	bool is_open;
	const char *trouble; /* why it is not read now, though it is not given up; NULL: nothing */
	time_us retry_at;    /* steady: not opened before */
	uint32_t retries;
	struct fork fork;
	uint64_t live_seq; /* of another node, while tables are rebuilt: where the live ones stand */

	/* mirrored */
	char mirror_name[NODE_STREAM_MAX + 1]; /* NODE-ID/SERVICE */
	char origin_name[NODE_STREAM_MAX + 1]; /* of the node */
	uint8_t sign_key[SIGN_KEY_BYTES];      /* the origin's */
	struct mirror_stream mirror, now_mirror;
	bool has_mirror, now_has_mirror; /* the store has a row of it */
	uint32_t branches_noted; /* so many of the copy's branches stand in the service's tables */
	bool is_told;            /* readers of copies know of it */
	bool is_tail;            /* read from the parent's copy, not from its origin */
	bool is_diverged;        /* its origin has another history: the catalogue will tell */
	bool has_bad_head;       /* a signature that its key did not make: has it another key? */
	uint32_t
		bad_heads; /* that came one after another, under the key that its origin is said to have */
	struct id first_epoch; /* of the origin's log; zero: not known yet */
	/* Signed heads: the one that waits until the copy has reached it, and the last one that came after it. */
	bool has_signed, has_later;
	struct mirror_head signed_head, signed_later;
	bool is_signing;     /* signed_head is in the open transaction */
	uint64_t signed_seq; /* of the last one that was kept */
	/* Its node is linked here itself, under another signing key, or with nothing that says that the copy is its. */
	bool is_claimed, is_disowned;
	struct remote_live *child; /* whose room its copy takes; NULL: nobody's */

	/* a log of our own (mirror_tail.c) */
	struct above above;
	struct id refuted_by;  /* gave what is not ours; not asked before */
	time_us refuted_until; /* steady */
	bool is_refuted;       /* the copy is to be set aside */
	time_us tail_asked;    /* steady: when its service asked last for its lost end; 0: never */
	bool has_unproven;     /* the copy goes on after `proven` with what only a node above has */
	bool is_confirmed;     /* its service has all of the copy: to be noted */
	struct place proven;   /* the last place that came from the service, or that we have signed */
};

/* A record that was written so long after now, by our clock, was written by a clock that is wrong. */
#define RECORD_AHEAD_US US_PER_DAY

/* A place as the sessions write it. */
static inline struct stream_place place_out(const struct place *p)
{
	return (struct stream_place) { p->epoch, p->seq, p->hash };
}

/* follow_list.c */
enum err follows_open(struct runtime *r) MUST_CHECK;
/* A new one, read from nowhere yet; NULL: FOLLOWS_MAX. */
struct follow *follow_new(struct runtime *r, struct str stream);
/* An entry of federation's catalogue: a stream of another node that tables of ours are made of. */
void follow_offered(struct runtime *r, const struct aliran_simpul *entry);
/* Where a stream is opened: at the hindmost of its cursors. */
struct place follow_start(const struct follow *f);
/* Its cursors are what is committed; of tables that are made anew, the beginning. */
enum err follow_rewind(struct runtime *r, struct txn *txn, struct follow *f) MUST_CHECK;

/* follow.c */
void follow_ready(struct runtime *r, struct peer *p);
void follow_lost(struct runtime *r, struct peer *p);
void follow_events(struct runtime *r, struct peer *p, const struct session_note *note);
void follow_note(struct runtime *r, struct peer *p, const struct session_note *note);
void follow_done(struct runtime *r, struct input *i);
/* Whether a queued event is still to be looked at: not of a stream that stands still, and while the projected
 * tables are rebuilt none that decide has not seen yet (it comes again when they are live). */
bool follow_wants(const struct runtime *r, const struct input *i);
void follow_stop(struct runtime *r, struct follow *f, const char *why);
bool follow_is_from(const struct follow *f, const struct peer *p);
/* Whether the store has no room for it now; then it is closed, and opened again when there is. */
bool follow_is_held(const struct runtime *r, const struct follow *f);
void follow_hold(struct runtime *r, struct follow *f);
/* Its stream is not open any more. */
void follow_let_go(struct follow *f);
struct follow *follow_of(struct runtime *r, struct str stream);
/* Whether the event `seq` of stream was taken in: ERR_OK, ERR_UNAVAILABLE, ERR_INVALID (not ours). */
enum err follow_reached(struct runtime *r, struct str stream, uint64_t seq);

/* rebuild.c: after a batch; begins what is due, and puts the new tables in place of the live ones. */
enum err follow_rebuild_done(struct runtime *r) MUST_CHECK;

/* cursors.c: where decide and projection of each stream stand in the open batch: back to what is committed;
 * into the transaction; and they are committed. */
void cursors_rewind(struct runtime *r);
enum err cursors_save(struct runtime *r, struct txn *txn) MUST_CHECK;
void cursors_commit(struct runtime *r);

/* project.c */
/* ret_event: the decoded message, in the input's arena, or NULL where no table is made of it. */
enum err project_event(struct runtime *r, struct txn *txn, struct follow *f,
	const struct record *record, struct problem *why, const void **ret_event) MUST_CHECK;

#endif
