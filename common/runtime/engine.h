/* engine - the runtime's own insides, shared by its files and nobody else
 *
 * One thread, one batch at a time. queue -> batch -> outcomes; peers carry the
 * sessions; follows are the streams we read. Everything here belongs to one
 * struct runtime, so that the simulator can run many of them. */
#ifndef RUNTIME_ENGINE_H
#define RUNTIME_ENGINE_H

#include "base/host.h"
#include "runtime/ctx.h"
#include "runtime/replay.h"
#include "runtime/runtime.h"
#include "runtime/view.h"
#include "store/system.h"

enum {
	FOLLOWS_MAX = 16,
	RUNNING_MAX = 64,           /* pieces of work at once */
	LETTERS_IN_FLIGHT_MAX = 64, /* to one service */
	TAKEN_MAX = 1024,
	TIMERS_A_TURN_MAX = 256,
	MARKS_EXPIRED_A_TURN_MAX = 256,
	INPUT_ARENA_MAX = 16 * 1024 * 1024,
	BATCH_ARENA_MAX = 128 * 1024 * 1024,
	MESSAGE_BYTES_MAX = 60 * 1024, /* body of a command, letter, reply or answer, as in sesi.msg */
	SERVE_BYTES_MAX = 256 * 1024,  /* of one EVENTS message */
	STREAM_WINDOW_BYTES = 4 * 1024 * 1024,
	STREAM_WINDOW_EVENTS = 8192, /* two batches: one is decided while the other comes in */
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
#define OPENING_US (5 * US_PER_SECOND)  /* for an answer to OPEN or a question for a head */
#define STALLED_US (20 * US_PER_SECOND) /* a stream behind its head, a letter not taken */

/* Consumers of a followed stream, each with its own cursor. The projected tables of a service are rebuilt
 * together, so they share one; it lives and is swapped with them. */
#define CONSUMER_DECIDED ""
#define CONSUMER_PROJECTED "proyeksi"

/* What goes back for a command or letter. */
struct outcome {
	enum sesi_status status;
	struct str reply; /* encoded, in the batch arena */
	struct id epoch;
	uint64_t first_seq;
	uint32_t count;
	struct problem why;
	uint32_t retry_after_ms;
	bool is_parked;
};

/* One input; owned by the queue, bytes right behind it. */
struct input {
	struct input *next;
	enum jenis_masukan kind;
	uint64_t link, corr; /* whom to answer: command, letter */
	struct id id;        /* command, letter */
	uint32_t type, version;
	struct str body; /* command, letter: body; event: the record */
	struct id actor;
	struct str from;   /* command, letter: the peer; event: the stream */
	uint32_t from_bit; /* FROM_x */
	time_us deadline;  /* steady; command */
	struct hash body_hash;
	bool is_suspect;  /* event: ended the process twice; it is shown, and its decision parked */
	bool is_question; /* only in the held queue; its go-on key is in key */
	struct place at;  /* event: its place */
	struct str key;   /* timer, work */
	time_us due;      /* timer */
	uint32_t slice;   /* work */
	uint16_t index;   /* timer kind, work kind */
	struct follow *follow;
	bool has_after;
	struct str after_stream;
	uint64_t after_seq;
	struct outcome outcome;
	size_t bytes;        /* its weight in the batch */
	struct chunk *chunk; /* event: the message it came in */
};

/* The events of one EVENTS message; given back when the last of them is done. */
struct chunk {
	uint32_t left;
	struct input inputs[]; /* and their bytes behind them */
};

struct queue {
	struct input *first, **last;
	uint32_t count;
	uint64_t bytes;
};

struct peer {
	struct runtime *runtime;
	uint64_t link;
	struct session *session;
	struct str name; /* as told by the session when ready */
	char name_bytes[64];
	uint32_t bit; /* FROM_x */
	bool is_dialer;
	bool is_ready;
	uint32_t waiting;        /* its commands in our queue */
	uint64_t letter_last;    /* the last outbox number sent */
	uint32_t letters_out;    /* sent, not yet taken */
	time_us letters_touched; /* steady: last sent or taken */
	struct id letter_ids[LETTERS_IN_FLIGHT_MAX];
	uint64_t letter_numbers[LETTERS_IN_FLIGHT_MAX];
	time_us next_tick;
	struct peer *next;
};

/* A stream we read. decide: cursor of decide; shown: of the projected tables. */
struct follow {
	struct str stream;
	bool is_decided; /* decide looks at it */
	bool is_projected;
	struct place decided, projected;         /* as committed */
	struct place now_decided, now_projected; /* in the open batch */
	struct place read;                       /* the last event taken over from the session */
	uint64_t corr;                           /* of the open stream, 0: none */
	struct peer *peer;
	uint64_t queued_bytes;
	const char *stopped;    /* why it stands still, NULL: it does not */
	uint64_t head_seq;      /* as last told */
	time_us head_asked_at;  /* when that was asked for (ctx time); 0: never */
	time_us head_asking_at; /* an answer to come; 0: none */
	time_us touched;        /* steady: when the peer last moved it */
	bool is_open;
	uint64_t head_corr;
};

enum effect_kind {
	EFFECT_EVENT,
	EFFECT_VAULT_PUT,
	EFFECT_VAULT_ERASE,
	EFFECT_PRIVATE_PUT,
	EFFECT_LETTER,
	EFFECT_WORK,
	EFFECT_FORGET,
	EFFECT_EPOCH
};

struct effect {
	struct effect *next;
	enum effect_kind kind;
	const struct schema *schema;
	const struct table *table;
	struct str key;
	struct str body; /* encoded */
	const void *
		row; /* vault, private: decoded copy of the encoded; event: the same once applied, or NULL */
	const char *to;
	struct id id; /* letter */
	uint64_t seq; /* event, once appended */
};

struct ctx {
	struct runtime *r;
	struct txn *txn;
	struct arena *arena;
	const struct input *input;
	const struct schema *schema; /* of the message that decide was given; NULL: of none */
	struct record record;        /* of the followed event */
	bool has_record;             /* it was read already */
	const void *event;           /* its message, where a table was projected from it; else NULL */
	time_us now;
	time_us event_at;
	struct id event_actor;
	struct problem why;
	uint32_t id_count;
	bool is_allowed;
	bool is_done_before;
	uint64_t done_seq; /* of a command: its events of old */
	uint32_t done_count;
	bool is_answering; /* answer: no effects */
	struct effect *first, **last;
	uint32_t loose_vault; /* vault effects not yet with an event */
	uint32_t events;
};

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

	struct queue queue; /* commands, letters, events, timers, results */
	struct queue held;  /* waiting for `after` */
	struct queue later; /* letters that came while projected tables are rebuilt */
	struct arena input_arena, batch_arena, session_arena;

	struct peer *peers;
	struct follow follows[FOLLOWS_MAX];
	uint32_t follow_count;
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
	bool is_stopping;
	bool opened_fence; /* in the open batch */
	bool confirmed_clock;
	uint32_t cautious;  /* inputs still to be taken one a transaction after an abnormal end */
	time_us next_timer; /* due of the first one; INT64_MAX: none */
	uint32_t timers_queued;
	time_us next_sidecar, next_tend, next_level, next_expire, next_watch;
	struct backup backup;
	struct runtime_figures figures;
	uint32_t planted_ids; /* base/planted.h */
};

/* queue.c */
void queue_init(struct queue *q);
void queue_add(struct queue *q, struct input *i);
/* Before all others. */
void queue_add_first(struct queue *q, struct input *i);
struct input *queue_take(struct queue *q);
void queue_clear(struct queue *q);
/* Whether so much waits already that nothing more is taken. */
bool queues_are_full(const struct runtime *r);
/* A new input with room for its strings: body, from, key, after. All are copied. */
struct input *input_new(const struct input *pattern);
void input_free(struct input *i);

/* cause.c */
struct cause input_cause(const struct input *i);

/* ctx.c */
void ctx_begin(struct ctx *ctx, struct runtime *r, struct txn *txn, const struct input *input);
/* The log goes on in a new epoch before the next event. */
enum err ctx_new_epoch(struct ctx *ctx, const char *reason) MUST_CHECK;
/* The sealed payload under key goes. */
enum err ctx_forget(struct ctx *ctx, struct str key) MUST_CHECK;

/* effects.c: writes what decide asked for; fills the outcome's place. */
enum err effects_write(struct ctx *ctx, struct outcome *ret) MUST_CHECK;
/* Decoded own events of an outcome: from the effects, or from the log for a repeated command. */
enum err effects_own_events(struct ctx *ctx, struct own_event **ret, uint32_t *ret_len) MUST_CHECK;
enum err log_own_events(struct ctx *ctx, const struct mark *mark, struct own_event **ret,
	uint32_t *ret_len) MUST_CHECK;

/* apply.c: one record of the own log into the derived tables; count: events of its cause, 0: not the first.
 * ret_event may be NULL; it gets the decoded event, in the arena, where something is derived from it. */
enum apply_where { APPLY_LIVE, APPLY_SHADOW };
enum err apply_record(const struct service *service, struct txn *txn, struct arena *arena,
	const struct record *record, uint32_t count, enum apply_where where,
	const void **ret_event) MUST_CHECK;
/* The declared schema of an own event, the system's included; NULL. */
const struct event_row *event_row_of(const struct service *service, uint16_t type);

/* project.c */
/* ret_event: the decoded message, in the input's arena, or NULL where no table is made of it. */
enum err project_event(struct runtime *r, struct txn *txn, struct follow *f,
	const struct record *record, const struct schema *schema, const void **ret_event) MUST_CHECK;

/* batch.c: takes one batch from the queue. */
enum err batch_run(struct runtime *r) MUST_CHECK;
/* process.c: one input inside the batch's transaction. ERR_OK: it is dealt with (accepted or refused, see
 * the outcome); anything else came after a put, and the transaction is lost. */
enum err input_process(struct runtime *r, struct txn *txn, struct input *i) MUST_CHECK;
/* decide of an input with its decoded message (events, letters, timers, results): for first tries and for
 * parked ones that a person lets go. *ret_rule: why it was refused, NULL when it was not. */
enum err input_decide(struct ctx *ctx, const struct input *i) MUST_CHECK;

/* park.c */
#define RULE_ENDED_TWICE "dua_kali_berakhir_tak_wajar"
extern const struct table table_parkir;
enum err park_input(struct runtime *r, struct txn *txn, struct input *i, const char *rule,
	const char *field) MUST_CHECK;
/* Whether something with the same key of the same origin is parked already. */
enum err park_is_behind(struct runtime *r, struct txn *txn, const struct input *i, struct str key,
	bool *ret) MUST_CHECK;
enum err park_apply_refused(struct fold *fold, const void *message) MUST_CHECK;
enum err park_apply_settled(struct fold *fold, const void *message) MUST_CHECK;
enum err park_settle(struct ctx *ctx, const void *message) MUST_CHECK; /* jalankan_parkir */
enum err park_count(struct runtime *r, struct txn *txn, uint64_t *ret) MUST_CHECK;

/* attempt.c: which input was being tried, after an abnormal end. */
enum err attempt_note(struct runtime *r, const struct input *i, bool *ret_was_tried) MUST_CHECK;
/* In the transaction of the input itself: it came through. */
enum err attempt_done(struct txn *txn) MUST_CHECK;

/* peers.c */
void peers_tick(struct runtime *r);
struct peer *peer_find(struct runtime *r, uint64_t link);
void peer_drop(struct runtime *r, struct peer *p);
uint32_t peer_bit(struct str name);
void answer_command(struct runtime *r, const struct input *i);
void answer_letter(struct runtime *r, const struct input *i);

/* follow.c */
enum err follows_open(struct runtime *r) MUST_CHECK;
void follow_ready(struct runtime *r, struct peer *p);
void follow_lost(struct runtime *r, struct peer *p);
void follow_events(struct runtime *r, struct peer *p, const struct session_note *note);
void follow_note(struct runtime *r, struct peer *p, const struct session_note *note);
void follow_done(struct runtime *r, struct input *i);
/* Whether a queued event is still to be looked at: not of a stream that stands still, and while the projected
 * tables are rebuilt none that decide has not seen yet (it comes again when they are live). */
bool follow_wants(const struct runtime *r, const struct input *i);
void follow_stop(struct runtime *r, struct follow *f, const char *why);
struct follow *follow_of(struct runtime *r, struct str stream);
/* Whether the event `seq` of stream was taken in: ERR_OK, ERR_UNAVAILABLE, ERR_INVALID (not ours). */
enum err follow_reached(struct runtime *r, struct str stream, uint64_t seq);
enum err follow_rebuild_done(struct runtime *r) MUST_CHECK;

/* serve.c */
void serve_note(struct runtime *r, struct peer *p, const struct session_note *note);
enum err serve_streams(struct runtime *r) MUST_CHECK;

/* letters.c */
enum err letters_pump(struct runtime *r) MUST_CHECK;
/* Deletes the outbox rows of what was taken: with the batch, or in a transaction of its own. */
enum err letters_forget(struct runtime *r, struct txn *txn) MUST_CHECK;
enum err letters_forget_alone(struct runtime *r) MUST_CHECK;
void letters_taken(struct runtime *r, struct peer *p, const struct session_note *note);

/* timers.c */
enum err timers_collect(struct runtime *r) MUST_CHECK;

/* works.c */
enum err works_start(struct runtime *r) MUST_CHECK;

/* ask.c */
void ask_take(struct runtime *r, struct peer *p, uint64_t corr, const struct sesi_ask *ask);
/* Held questions and commands whose `after` was reached, or whose time ran out. */
void held_look(struct runtime *r);
/* What a peer that is gone was waiting for: a command is sent again with its id. */
void held_forget(struct runtime *r, uint64_t link);

/* system.c: questions and commands that every service has. */
extern const struct command_row system_commands[];
extern const uint32_t system_command_count;
extern const struct question_row system_questions[];
extern const uint32_t system_question_count;
extern const struct event_row system_events[];
extern const uint32_t system_event_count;

/* Where the own log stands; where the followed ones do. */
struct posisi own_place(const struct runtime *r);
enum err followed_places(struct view *view, struct posisi **ret, uint32_t *ret_len) MUST_CHECK;

/* backup.c: questions of system.c */
enum err backup_hold(struct view *view, const void *question, void *answer);
enum err backup_copy(struct view *view, const void *question, void *answer);
enum err backup_copied(struct view *view, const void *question, void *answer);

/* chain.c */
enum err ask_chain(struct view *view, const void *question, void *answer);
enum err ask_seals(struct view *view, const void *question, void *answer);

/* open.c */
enum err sidecar_note(struct runtime *r) MUST_CHECK;

/* watch.c: what an answer never came for is asked again, on a new session where it must be. */
void watch(struct runtime *r);

/* clock.c */
void clock_read(struct runtime *r);
void clock_start(struct runtime *r, bool has_noted);

#endif
