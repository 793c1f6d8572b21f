/* machine - a life cycle as a table; the only code that decides a state or a due date
 *
 * One row per transition that exists. The first row whose state and input fit
 * and whose guard agrees wins. No row: ERR_STATE. Rows, but no role or guard
 * fits: ERR_DENIED (role) or ERR_STATE with the guard's rule. The rows print as
 * Markdown and Mermaid (--describe) and drive the tests. */
#ifndef RUNTIME_MACHINE_H
#define RUNTIME_MACHINE_H

#include "domain/deadline.h"
#include "runtime/ctx.h"

enum { STATE_NONE = 0, STATE_ANY = UINT32_MAX };

/* Inputs are schemas (a command, a followed event, a letter) or a timer's name. */
struct machine_input {
	const struct schema *schema; /* NULL: the timer */
	const char *timer;
};
#define ON_MESSAGE(name) { &schema_##name, NULL }
#define ON_TIMER(name) { NULL, name }

enum clock_kind {
	CLOCK_KEEP,    /* the due date stays as it is */
	CLOCK_STOP,    /* no due date */
	CLOCK_START,   /* working days from the moment the row is taken or from the base the guard's data gives */
	CLOCK_EXTEND,  /* working days more, after the present due date */
};
struct clock_rule {
	enum clock_kind kind;
	const char *setting; /* policy key with the number of working days */
	uint32_t days;       /* the law's value, where the policy says nothing */
};

/* NULL: agrees; else the rule it breaks, as a static code ("sudah_diperpanjang"). Reads only. */
typedef const char *guard_fn(struct ctx *ctx, const void *subject, const void *message);

struct transition {
	uint32_t from;
	struct machine_input input;
	uint32_t roles; /* bits 1 << PERAN_X; 0: the system itself (event, letter, timer) */
	guard_fn *guard;
	const struct schema *event;
	uint32_t to;
	struct clock_rule clock;
	const char *source; /* the law, article, section */
};

struct machine {
	const char *name;
	const struct enum_names *states;
	const struct transition *rows;
	uint32_t count;
	uint32_t first_state; /* STATE_NONE leads to it */
};

/* The row for the input in this state; roles are checked by ctx_allow in unit. */
enum err machine_step(const struct machine *m, struct ctx *ctx, uint32_t state, const void *subject,
	struct machine_input input, const void *message, struct str unit, const struct transition **ret) MUST_CHECK;

/* Due date after taking the row: by the row's clock, the calendar and the policy's days.
 * is_set false: no due date. trace may be NULL. */
struct machine_due {
	bool is_set;
	date_days date;
};
enum err machine_due(const struct transition *row, const struct calendar *calendar,
	const struct deadline_rules *rules, uint32_t days, date_days base, struct machine_due before,
	struct machine_due *ret) MUST_CHECK;

/* What is wrong with the table: dead rows, states not reachable, ends that are none, a clock no row answers.
 * ERR_OK, or ERR_INVALID with a sentence in out. */
enum err machine_check(const struct machine *m, struct buf *out) MUST_CHECK;
/* Markdown table and Mermaid diagram. */
void machine_describe(const struct machine *m, struct buf *out);

#endif
