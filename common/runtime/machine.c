#include "runtime/machine.h"

#include <assert.h>
#include <string.h>

static bool input_is(struct machine_input a, struct machine_input b)
{
	if (a.schema != NULL || b.schema != NULL)
		return a.schema == b.schema;
	return strcmp(a.timer, b.timer) == 0;
}

static bool fits(const struct transition *row, uint32_t state, struct machine_input input)
{
	if (!input_is(row->input, input))
		return false;
	return row->from == state || (row->from == STATE_ANY && state != STATE_NONE);
}

static enum err allow(const struct transition *row, struct ctx *ctx, struct str unit)
{
	if (row->roles == NO_ROLE)
		return ERR_OK;
	if (row->roles & ROLE_EVERYBODY) {
		ctx_allow_all(ctx);
		return ERR_OK;
	}
	return ctx_allow(ctx, row->roles, unit);
}

enum err machine_step(const struct machine *m, struct ctx *ctx, uint32_t state, const void *subject,
	struct machine_input input, const void *message, struct str unit, const struct transition **ret)
{
	const char *broken = NULL; /* the rule of the first guard that said no */
	bool is_denied = false;

	assert(state < MACHINE_STATES_MAX);
	for (uint32_t i = 0; i < m->count; i++) {
		const struct transition *row = &m->rows[i];
		const char *rule;
		enum err e;

		if (!fits(row, state, input))
			continue;
		/* The role first: who may not is told nothing of the subject. */
		e = allow(row, ctx, unit);
		if (e == ERR_DENIED) {
			is_denied = true;
			continue;
		}
		if (e != ERR_OK)
			return e;
		rule = row->guard.agrees == NULL ? NULL : row->guard.agrees(ctx, subject, message);
		if (rule == NULL) {
			*ret = row;
			return ERR_OK;
		}
		if (broken == NULL)
			broken = rule;
	}
	if (broken != NULL)
		return ctx_refuse(ctx, ERR_STATE, NULL, broken);
	if (is_denied)
		return ctx_refuse(ctx, ERR_DENIED, NULL, "bukan_kewenangan");
	return ctx_refuse(ctx, ERR_STATE, NULL, MACHINE_NO_ROW);
}

uint32_t machine_to(const struct transition *row, uint32_t state)
{
	return row->to == STATE_ANY ? state : row->to;
}

static struct machine_due due_of(const struct deadline *deadline)
{
	return (struct machine_due) {
		.is_set = true,
		.date = deadline->due,
		.calendar_version = deadline->calendar_version,
		.melewati_kalender = deadline->melewati_kalender,
		.from = deadline->from,
		.counts_from = deadline->counts_from,
	};
}

static enum err extend(const struct machine_count *how, struct machine_due before,
	struct machine_due *ret)
{
	struct extension extension = {
		.base = how->since,
		.due = before.date,
		.answered = how->answered,
		.working_days = how->days,
	};
	struct deadline deadline;
	enum err e;

	if (!before.is_set)
		return ERR_STATE;
	e = deadline_extend(how->rules, &extension, &deadline, NULL);
	if (e != ERR_OK)
		return e;
	*ret = due_of(&deadline);
	/* Of two years that were counted through, one without a calendar is enough. */
	ret->melewati_kalender |= before.melewati_kalender;
	return ERR_OK;
}

enum err machine_due(const struct transition *row, const struct machine_count *how,
	struct machine_due before, struct machine_due *ret)
{
	struct deadline deadline;
	enum err e;

	switch (row->clock.kind) {
	case CLOCK_KEEP:
		*ret = before;
		return ERR_OK;
	case CLOCK_STOP:
	case CLOCK_AFTER:
		*ret = (struct machine_due) { .is_set = false };
		return ERR_OK;
	case CLOCK_START:
		e = deadline_after(how->rules, how->base, how->days, &deadline, NULL);
		if (e == ERR_OK)
			*ret = due_of(&deadline);
		return e;
	case CLOCK_EXTEND:
		return extend(how, before, ret);
	}
	assert(!"a clock has one of four kinds");
	return ERR_INVALID;
}
