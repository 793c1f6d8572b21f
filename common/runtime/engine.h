/* engine - one running service: limits, struct runtime, and the steps of a turn
 *
 * The runtime's own insides, shared by its files and nobody else. One thread,
 * one batch at a time: lines -> batch -> outcomes. Everything belongs to one
 * struct runtime, so that the simulator can run many of them. Its parts have a
 * header each: input, lines, effect, follow, peer, park, system. */
#ifndef RUNTIME_ENGINE_H
#define RUNTIME_ENGINE_H

#include "base/host.h"
#include "base/planted.h"
#include "runtime/effect.h"
#include "runtime/follow.h"
#include "runtime/input.h"
#include "runtime/lines.h"
#include "runtime/link.h"
#include "runtime/mirrors.h"
#include "runtime/park.h"
#include "runtime/peer.h"
#include "runtime/policy_said.h"
#include "runtime/replay.h"
#include "runtime/runtime.h"
#include "runtime/salvage.h"
#include "runtime/system.h"
#include "runtime/view.h"
#include "store/system.h"

enum {
	FOLLOWS_MAX = 4096, /* room that is not used costs nothing */
	RUNNING_MAX = 64,   /* pieces of work at once */
	TAKEN_MAX = 1024,
	TIMERS_A_TURN_MAX = 256,
	MARKS_EXPIRED_A_TURN_MAX = 256,
	INPUT_ARENA_MAX = 16 * 1024 * 1024,
	BATCH_ARENA_MAX = 128 * 1024 * 1024,
	MESSAGE_BYTES_MAX = 60 * 1024, /* body of a command, letter, reply or answer, as in sesi.msg */
	SERVE_BYTES_MAX = 256 * 1024,  /* of one EVENTS message */
	STREAM_WINDOW_BYTES = 4 * 1024 * 1024,
	STREAM_WINDOW_EVENTS = 8192, /* two batches: one is decided while the other comes in */
	LINK_WINDOWS_BYTES = 64 * 1024 * 1024, /* of the streams of all children together */
	BACKLOG_BYTES_MAX =
		8 * 1024 * 1024, /* sent to one peer and not taken: no more of its streams */
	CHAIN_CHECK_AT_START = 10000,
};

#define ID_KEPT_US (INT64_C(30) * US_PER_DAY)   /* older command ids are refused */
#define MARK_KEPT_US (INT64_C(31) * US_PER_DAY) /* their marks are deleted a day later */
#define ID_AHEAD_US US_PER_DAY                  /* an id further ahead is invalid */
#define CLOCK_STEP_US (60 * US_PER_SECOND)      /* wall against steady clock: more is a doubt */
#define CLOCK_GAP_US (INT64_C(30) * US_PER_DAY) /* at start, past the side-car's time: a doubt */
#define SIDECAR_EVERY_US (10 * US_PER_SECOND)
#define TEND_EVERY_US (US_PER_SECOND / 2)
#define LEVEL_EVERY_US (5 * US_PER_SECOND)
#define READONLY_PAUSE_US US_PER_SECOND
#define WATCH_EVERY_US US_PER_SECOND
#define OPENING_US (5 * US_PER_SECOND)      /* for an answer to OPEN or a question for a head */
#define WENT_BACK_US (2 * US_PER_SECOND)    /* until a log that lost its end is looked at again */
#define SIGNED_EVERY_US (5 * US_PER_SECOND) /* signed heads of one stream that are kept for ever */
#define SIGNED_SOON_US US_PER_SECOND /* those that came after their events: one flush for all */
#define BACKLOG_LOOK_US (US_PER_SECOND / 20)
#define BACKLOG_STILL_US (30 * US_PER_SECOND) /* whoever takes nothing for so long is dropped */
#define STALLED_US (20 * US_PER_SECOND)       /* a stream behind its head, a letter not taken */

struct running {
	struct str key;
	char key_bytes[KV_KEY_MAX];
	bool is_used;
};

/* A letter of ours that was taken: its outbox row may go. */
struct taken {
	const char *to;
	uint64_t number;
};

struct backup {
	bool is_held;
	time_us until;           /* steady: goes on by itself */
	struct kv_txn *snapshot; /* being copied; NULL: no copy is under way */
	enum err result;
	bool is_done;
};

struct runtime {
	struct runtime_options o;
	const struct service *service;
	const struct table **tables; /* the service's and the system's */
	uint32_t table_count;
	struct store *store;
	struct sidecar_head noted;
	struct id instance, boot;

	struct lines waiting; /* commands, letters, events, timers, results */
	struct queue held;    /* for `after` */
	struct queue later;   /* letters that came while projected tables are rebuilt */
	struct arena input_arena, batch_arena, session_arena;
	struct buf served; /* the events of one message that goes out */

	struct peer *peers;
	struct follow *follows; /* of FOLLOWS_MAX: they never move */
	uint32_t follow_count;
	struct remote_live *remotes; /* of REMOTES_MAX */
	uint32_t remote_count;
	bool has_claims;    /* copies wait to be set aside */
	uint64_t strangers; /* keys that nobody knows came so often */
	uint64_t links_seq; /* of the own log, when the lists of nodes were read */
	struct salvage salvage;
	time_us next_signed; /* steady */
	time_us next_branches;
	struct running running[RUNNING_MAX];
	bool has_work; /* open rows may be there that nobody started */
	bool has_letters;
	uint64_t letter_number; /* the last one given to a letter; 0: none since the start */
	struct taken taken[TAKEN_MAX];
	uint32_t taken_count;
	bool has_served; /* the log grew since the streams were served */

	time_us now; /* wall, never before the last record */
	time_us steady;
	time_us wall_seen, steady_seen;
	bool is_doubted;         /* the clock */
	const char *fence;       /* why nothing is written; NULL: not fenced */
	const char *timers_wait; /* for which stream */
	bool is_readonly;
	time_us readonly_until;
	enum store_level level;
	struct kv_usage usage;
	bool is_rebuilding; /* projected tables into their shadows */
	bool wants_rebuild; /* a stream that they are made of has another history */
	bool is_stopping;
	bool opened_fence; /* in the open batch */
	bool confirmed_clock;
	bool took_branch;
	uint32_t cautious;  /* inputs still to be taken one a transaction after an abnormal end */
	time_us next_timer; /* due of the first one; INT64_MAX: none */
	uint32_t timers_queued;
	time_us next_sidecar, next_tend, next_level, next_expire, next_watch;
	struct backup backup;
	struct runtime_figures figures;
	enum err failed; /* the disk, outside of a batch: the turn tells it */
	struct policy_said policy[POLICY_SAID_MAX];
	struct policy_calendars calendars;
	uint32_t planted_ids; /* base/planted.h */
};

/* batch.c: takes one batch from the lines. */
enum err batch_run(struct runtime *r) MUST_CHECK;
/* The environment's errors are nobody's fault: never a refusal, never parked. */
static inline bool is_environment(enum err e)
{
	return e == ERR_IO || e == ERR_READONLY;
}

/* planted_batch.c (base/planted.h) */
enum err planted_cursor_first(struct runtime *r, struct input **inputs, uint32_t count) MUST_CHECK;
enum err planted_mark_apart(struct runtime *r, struct input **inputs, uint32_t count) MUST_CHECK;
enum err planted_place_first(struct runtime *r, struct input **inputs, uint32_t count) MUST_CHECK;
void planted_mirror_place(struct txn *txn, struct follow *f);

/* process.c: one input inside the batch's transaction. ERR_OK: it is dealt with (accepted or refused, see
 * the outcome); anything else came after a put, and the transaction is lost. */
enum err input_process(struct runtime *r, struct txn *txn, struct input *i) MUST_CHECK;
/* decide of an input with its decoded message (events, letters, timers, results): for first tries and for
 * parked ones that a person lets go. ctx->why says why it was refused. */
enum err input_decide(struct ctx *ctx, const struct input *i) MUST_CHECK;

/* command.c: the part of input_process that is a command's. */
enum err command_process(struct ctx *ctx, struct input *i) MUST_CHECK;

/* timers.c */
enum err timers_collect(struct runtime *r) MUST_CHECK;

/* works.c */
enum err works_start(struct runtime *r) MUST_CHECK;

/* Why a store is fenced, where others look at it: its log is shorter than the side-car's; nothing is there to
 * compare with, as on another machine; it is another one. */
#define FENCE_BACK "mundur"
#define FENCE_ALONE "catatan_samping_hilang"
#define FENCE_OTHER "riwayat_berbeda"

/* Whether a fenced store may get its lost end back: what it is, is known, or at least not contradicted. */
static inline bool fence_is_salvageable(const char *fence)
{
	return str_is(str_of(fence), FENCE_BACK) || str_is(str_of(fence), FENCE_ALONE);
}

/* open.c */
enum err sidecar_note(struct runtime *r) MUST_CHECK;

/* watch.c: what an answer never came for is asked again, on a new session where it must be. */
void watch(struct runtime *r);

/* clock.c */
void clock_read(struct runtime *r);
void clock_start(struct runtime *r, bool has_noted);

#endif
