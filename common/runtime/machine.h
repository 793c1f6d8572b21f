/* machine - a life cycle as a table; the only code that decides a state or a due date
 *
 * One row per transition that exists. The first row whose state and input fit,
 * whose roles the actor has and whose guard agrees wins. No row fits the state:
 * ERR_STATE (tidak_mungkin_sekarang). Only guards said no: ERR_STATE with the
 * first one's rule. Only roles: ERR_DENIED. The rows print as Markdown and
 * Mermaid (--describe) and drive the tests. */
#ifndef RUNTIME_MACHINE_H
#define RUNTIME_MACHINE_H

#include "domain/deadline.h"
#include "runtime/ctx.h"

enum { STATE_NONE = 0, STATE_ANY = 64, MACHINE_STATES_MAX = 63 };

#define MACHINE_NO_ROW "tidak_mungkin_sekarang"

/* Inputs are schemas (a command, a followed event, a letter) or a timer's name. */
struct machine_input {
	const struct schema *schema; /* NULL: the timer */
	const char *timer;
};

/* Who may: bits of enum peran. What needs no account: the system's own rows (NO_ROLE: a
 * followed event, a letter, a timer) and commands that are open to citizens too. */
#define ROLE(peran) (UINT32_C(1) << PERAN_##peran)
#define NO_ROLE UINT32_C(0)
#define ROLE_EVERYBODY (UINT32_C(1) << 31)

/* NULL: agrees; else the rule it breaks, as a static code ("sudah_diperpanjang"). Reads only. */
typedef const char *guard_fn(struct ctx *ctx, const void *subject, const void *message);

struct guard {
	const char *name;
	guard_fn *agrees; /* NULL: always */
};

enum clock_kind {
	CLOCK_KEEP,   /* the due date stays as it is */
	CLOCK_STOP,   /* no due date */
	CLOCK_START,  /* working days from a base that the caller names */
	CLOCK_EXTEND, /* working days more, after the due date or (by policy) the first answer */
	CLOCK_AFTER, /* no due date: the timer comes at a moment that the row's event names (back-off) */
};
struct clock_rule {
	enum clock_kind kind;
	const char *setting; /* a rule of POLICY_DAYS (policy_rule.h) */
	const char *timer; /* what comes when they are over; NULL: nothing by itself, late is derived */
};

/* How the columns of a row are written. */
/* clang-format off */
#define ON_MESSAGE(name)           { &schema_##name, NULL }
#define ON_TIMER(name)             { NULL, name }
#define ALWAYS                     { NULL, NULL }
#define WHEN(function)             { #function, function }
#define DUE_KEEP                   { CLOCK_KEEP, NULL, NULL }
#define DUE_STOP                   { CLOCK_STOP, NULL, NULL }
#define DUE_START(setting, timer)  { CLOCK_START, setting, timer }
#define DUE_EXTEND(setting, timer) { CLOCK_EXTEND, setting, timer }
#define DUE_AFTER(timer)           { CLOCK_AFTER, NULL, timer }
/* clang-format on */

struct transition {
	uint32_t from; /* STATE_NONE: it begins; STATE_ANY: any but none, below the rows of one */
	struct machine_input input;
	uint32_t roles;
	struct guard guard;
	const struct schema *event;
	uint32_t to; /* STATE_ANY: the state stays what it is */
	struct clock_rule clock;
	const char *source; /* the law, article, section */
};

struct machine {
	const char *name;
	const struct enum_names *states;
	const struct transition *rows;
	uint32_t count;
	uint64_t ends; /* states in which it may rest for ever: bits, END(DITUTUP) */
};
#define END(state) (UINT64_C(1) << (state))

/* The row for the input in this state; roles are checked by ctx_allow in unit. */
enum err machine_step(const struct machine *m, struct ctx *ctx, uint32_t state, const void *subject,
	struct machine_input input, const void *message, struct str unit,
	const struct transition **ret) MUST_CHECK;
/* The state after the row. */
uint32_t machine_to(const struct transition *row, uint32_t state);

/* A due date; the version of the calendar that it was counted by belongs to it. */
struct machine_due {
	bool is_set;
	date_days date;
	uint32_t calendar_version;
	bool melewati_kalender; /* a year without a published calendar was looked at */
	date_days from;         /* counted from here, where the row counts */
	bool counts_from;       /* and whether that day may itself be day 1 */
};

/* By what a row's clock counts; not looked at by CLOCK_KEEP, _STOP and _AFTER. */
struct machine_count {
	const struct deadline_rules *rules;
	uint32_t days;             /* the policy's value of row->clock.setting */
	date_days base;            /* CLOCK_START: counted from this day */
	enum extension_base since; /* CLOCK_EXTEND */
	date_days answered;        /* for EXTENSION_SINCE_ANSWER */
};

/* The due date after the row. ERR_STATE: there is nothing to extend; else as deadline_after. */
enum err machine_due(const struct transition *row, const struct machine_count *how,
	struct machine_due before, struct machine_due *ret) MUST_CHECK;

/* What is wrong with the table: rows that can never be taken, states that nothing leads to or
 * nothing leads out of, a clock that no row answers, roles where there is no actor. ERR_OK, or
 * ERR_INVALID with a sentence for each fault in out. */
enum err machine_check(const struct machine *m, struct buf *out) MUST_CHECK;
/* Markdown table and Mermaid diagram. */
void machine_describe(const struct machine *m, struct buf *out);

#endif
