/* service - what a service declares: tables of rows, and pure functions
 *
 * The runtime reads the descriptor and does the rest: checks, batches, marks,
 * log, streams, letters, timers, work, questions. A function here sees its
 * context and its message, no socket, no clock, no thread, no global; the first
 * line gives the message its type: const struct ajukan_permohonan *c = message.
 * decide answers with effects and changes nothing; apply and project change
 * tables and judge nothing (DESIGN 2). */
#ifndef RUNTIME_SERVICE_H
#define RUNTIME_SERVICE_H

#include "base/arena.h"
#include "proto/messages.h"
#include "runtime/remote.h"
#include "runtime/setting.h"
#include "store/store.h"

struct ctx;        /* runtime/ctx.h: what decide and answer may use */
struct fold;       /* runtime/fold.h: what apply may use */
struct projection; /* runtime/fold.h: what project may use */
struct view;       /* runtime/view.h: what ask may use */
struct worker;     /* runtime/worker.h: one piece of work, outside the batch */
struct machine;    /* runtime/machine.h: a life cycle as a table */
struct link_rows;  /* runtime/remote.h: other nodes */

typedef enum err decide_fn(struct ctx *ctx, const void *message);
typedef enum err apply_fn(struct fold *fold, const void *event);
typedef enum err project_fn(struct projection *projection, const void *event);
typedef enum err ask_fn(struct view *view, const void *question, void *answer);

/* One own event of an accepted command, as decoded from the log or from the effects. */
struct own_event {
	const struct schema *schema;
	const void *body;
	struct str key;
	uint64_t seq;
};
/* Makes the reply of a command (schema->reply) from its own events, and for pii from the vault: the
 * same function for the first answer and for a repeated one. */
typedef enum err answer_fn(struct ctx *ctx, const struct own_event *events, uint32_t count,
	void *reply);

/* A timer that came due; a result of work. */
struct timer_input {
	struct str key;
	time_us due;
};
struct work_input {
	struct str key;
	uint32_t slice;
	const void *result; /* of the row's result schema */
};

enum { /* who may send a message; bits */
	FROM_CTL = 1,
	FROM_GATEWAY = 2,
	FROM_INTAKE = 4,
	FROM_WORKFLOW = 8,
	FROM_CATALOG = 16,
	FROM_NOTIFICATION = 32,
	FROM_REPORTING = 64,
	FROM_FEDERATION = 128,
	FROM_NODE = 256, /* the federation service of another node, whatever it calls itself */
	FROM_SERVICES = FROM_INTAKE | FROM_WORKFLOW | FROM_CATALOG | FROM_NOTIFICATION |
		FROM_REPORTING | FROM_FEDERATION,
	FROM_PEOPLE = FROM_CTL | FROM_GATEWAY,
};

struct command_row {
	const struct schema *schema;
	decide_fn *decide;
	answer_fn *answer; /* NULL: the status is the answer */
	uint32_t peers;
	bool needs_number; /* waits (BUSY, jam_diragukan) while the clock is in doubt */
};
struct event_row { /* own events; apply NULL: nothing is derived from it */
	const struct schema *schema;
	apply_fn *apply;
};
struct follow_row {     /* followed events that decide looks at, after they were projected */
	const char *stream; /* the service's name */
	const struct schema *schema;
	decide_fn *decide;
};
struct project_row { /* one row per event and table; writes that table alone */
	const char *stream;
	const struct schema *schema;
	const struct table *table;
	project_fn *project;
};
struct letter_row {
	const struct schema *schema;
	decide_fn *decide;
	const char *from;
};
struct question_row {
	const struct schema *schema;
	ask_fn *ask;
	uint32_t peers;
};
struct timer_kind { /* message of decide: struct timer_input */
	const char *name;
	decide_fn *decide;
	bool
		waits; /* for all streams that decide follows, read up to a head asked for after the due moment */
};
struct work_kind { /* message of decide: struct work_input */
	const char *name;
	const struct schema *payload;
	const struct schema *result;
	void (*run)(struct worker *worker, const void *payload); /* on a worker thread; may block */
	decide_fn *decide;
};

struct service {
	const char *name;
	bool is_federated; /* the whole log goes up, or nothing of it */
	const struct table *const *tables;
	uint32_t table_count;
	const struct command_row *commands;
	uint32_t command_count;
	const struct event_row *events;
	uint32_t event_count;
	const struct follow_row *follows;
	uint32_t follow_count;
	const struct project_row *projects;
	uint32_t project_count;
	/* The same for the streams of these services at other nodes, by way of federation. */
	const struct project_row *elsewhere;
	uint32_t elsewhere_count;
	const struct letter_row *letters;
	uint32_t letter_count;
	const struct question_row *questions;
	uint32_t question_count;
	const struct timer_kind *timers;
	uint32_t timer_count;
	const struct work_kind *works;
	uint32_t work_count;
	const struct machine *const *machines;
	uint32_t machine_count;
	const char *const *sends_to; /* services its letters go to */
	uint32_t sends_to_count;
	const struct setting *settings; /* of its own, beside the runtime's */
	uint32_t setting_count;
	/* What the rows cannot say (words, addresses): ERR_INVALID with the row's name in why->field. May be NULL. */
	enum err (*check_settings)(const void *settings, struct problem *why);
	/* A new epoch begins after a loss: emits what must be known of it (numbers that may have been given).
	 * Message: struct buka_pagar. May be NULL. */
	decide_fn *on_new_epoch;
	/* Whether actor holds one of the roles (bits of enum peran, 1 << PERAN_X) in unit at ctx's time; reads
	 * derived or projected tables. NULL: nobody does (a service without commands). */
	bool (*may)(struct ctx *ctx, struct id actor, uint32_t roles, struct str unit);
	/* federation alone: other nodes, and what of them is mirrored. NULL: nothing is carried between nodes. */
	const struct link_rows *links;
	/* Its table of grants (rows `hak`), which says who decides as operator (policy.h). */
	const struct table *grants;
};

#endif
