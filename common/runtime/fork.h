/* fork - a followed stream of our own node whose history is not the one that we have read
 *
 * After a restore one service may get its lost end back (salvage) while another one does not and goes on in a
 * new epoch: what the first had decided from the second's lost events then hangs on events that are gone.
 * The reader asks which of the causes in its own log are still there, goes back to the last of them by an own
 * event (cabang_diikuti: the fold's cursor moves with it), and reads on from there. Nothing of what it had
 * decided is undone: the orphans are counted in the event and stand in data_hilang for a person.
 * (MESSAGING 2.6; DESIGN 2, 5.) */
#ifndef RUNTIME_FORK_H
#define RUNTIME_FORK_H

#include "bus/session.h"
#include "runtime/service.h"
#include "runtime/view.h"
#include "store/log.h"
#include "store/record.h"

struct follow;
struct peer;
struct runtime;

enum { FORK_PLACES_MAX = 200 }; /* asked for at once */
/* Of an orphan in data_hilang: no table of the vault, its key is an event's. */
#define FORK_TABLE UINT32_MAX
#define FORK_TABLE_NAME "keputusan_tanpa_sumber"

struct fork {
	struct place *asked; /* of FORK_PLACES_MAX, while a question is under way */
	uint32_t asked_count;
	uint64_t corr;     /* of the question; 0: none is under way */
	time_us asked_at;  /* steady */
	uint64_t own_from; /* own records from here on were looked at */
	bool is_wanted;    /* the producer does not have what was read */
	bool is_checked;   /* with this session: what was decided is in the producer's history */
};

/* Whether the stream may be opened: what decide has of it is known to be there, or opening asks for just that.
 * Where it is not known yet it is asked for. */
bool fork_may_open(struct runtime *r, struct follow *f, struct peer *p);
/* The producer does not have the place that we opened at (ERROR 302). */
void fork_found(struct runtime *r, struct follow *f, struct peer *p);
/* Whether it was an answer to a question of ours. */
bool fork_answer(struct runtime *r, struct peer *p, const struct session_note *note);
/* The session is gone, or there is another place to ask for. */
void fork_forget(struct follow *f);
/* After the commit of cabang_diikuti: reading goes on from its place. */
enum err fork_took(struct runtime *r) MUST_CHECK;

/* system.c: the command to itself, the event's apply, the question of others. */
enum err fork_decide(struct ctx *ctx, const void *message) MUST_CHECK;
enum err fork_apply(struct fold *fold, const void *message) MUST_CHECK;
enum err ask_known_place(struct view *view, const void *question, void *answer) MUST_CHECK;
/* effects.c, salvage.c: the orphans of a record just written, where it is cabang_diikuti, into data_hilang. */
enum err fork_note_orphans(struct runtime *r, struct txn *txn,
	const struct record *record) MUST_CHECK;

#endif
