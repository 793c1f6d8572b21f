/* tenggat - due dates of cases: counted by the machine, kept so that their trace can be told again */
#ifndef WORKFLOW_TENGGAT_H
#define WORKFLOW_TENGGAT_H

#include "runtime/machine.h"

/* What a row's clock counts from, beside what policy says. */
struct tenggat_base {
	struct str unit;
	date_days from;            /* CLOCK_START */
	struct machine_due before; /* as it stands */
};

/* The due date after the row, and how it was counted. *ret_has_count: whether anything was counted. */
enum err tenggat_after(struct ctx *ctx, const struct transition *row,
	const struct tenggat_base *base, struct machine_due *ret, bool *ret_has_count,
	struct hitungan *ret_count) MUST_CHECK;

/* So many working days of the rule after a day. */
enum err tenggat_of_rule(struct ctx *ctx, const char *rule, struct str unit, date_days from,
	struct deadline *ret) MUST_CHECK;

/* Working days from one day to a later one, and whether a year without a calendar lay between. */
struct tenggat_span {
	uint32_t days;
	bool tanpa_kalender;
};
enum err tenggat_between(struct ctx *ctx, struct str unit, date_days from, date_days until,
	struct tenggat_span *ret) MUST_CHECK;

/* The days of a count, one a row, in the arena. ERR_LIMIT. */
enum err tenggat_trace(const struct hitungan *count, struct arena *arena, struct jejak_hari **ret,
	uint32_t *ret_len) MUST_CHECK;

#endif
