#include "runtime/machine.h"

#include <string.h>

#include "runtime/policy_rule.h"

struct checking {
	const struct machine *m;
	struct buf *out;
	bool is_wrong;
};

static void complain(struct checking *c, uint32_t row, const char *what)
{
	c->is_wrong = true;
	buf_print(c->out, "%s, row %u: %s\n", c->m->name, row + 1, what);
}

static void complain_state(struct checking *c, uint32_t state, const char *what)
{
	const char *name = enum_name(c->m->states, state);

	c->is_wrong = true;
	buf_print(c->out, "%s, state %s: %s\n", c->m->name, name == NULL ? "?" : name, what);
}

static bool is_state(const struct machine *m, uint32_t state)
{
	return state < MACHINE_STATES_MAX && enum_name(m->states, state) != NULL;
}

static uint64_t all_states(const struct machine *m)
{
	uint64_t states = 0;

	for (uint32_t i = 0; i < m->states->count; i++)
		if (m->states->values[i].number < MACHINE_STATES_MAX)
			states |= END(m->states->values[i].number);
	return states;
}

/* The states a row can be taken in; none for the row that begins. */
static uint64_t from_of(const struct machine *m, const struct transition *row)
{
	if (row->from == STATE_NONE)
		return 0;
	return row->from == STATE_ANY ? all_states(m) : END(row->from);
}

static bool input_is(const struct transition *a, const struct transition *b)
{
	if (a->input.schema != NULL || b->input.schema != NULL)
		return a->input.schema == b->input.schema;
	return strcmp(a->input.timer, b->input.timer) == 0;
}

static void check_roles(struct checking *c, uint32_t at)
{
	const struct transition *row = &c->m->rows[at];
	bool is_command = row->input.schema != NULL && row->input.schema->kind == KIND_COMMAND;

	if (is_command && row->roles == NO_ROLE)
		complain(c, at, "a command that nobody may send");
	if (!is_command && row->roles != NO_ROLE)
		complain(c, at, "roles where there is no actor");
}

static void check_clock(struct checking *c, uint32_t at)
{
	const struct clock_rule *clock = &c->m->rows[at].clock;
	bool counts = clock->kind == CLOCK_START || clock->kind == CLOCK_EXTEND;
	const struct policy_rule *rule = NULL;

	if (clock->setting != NULL)
		rule = policy_rule_find(str_of(clock->setting));
	if (counts && (rule == NULL || rule->kind != POLICY_DAYS))
		complain(c, at, "its clock names no rule of working days");
	if (!counts && clock->setting != NULL)
		complain(c, at, "a clock that does not count has no days");
	if ((clock->kind == CLOCK_KEEP || clock->kind == CLOCK_STOP) && clock->timer != NULL)
		complain(c, at, "a clock that stands has no timer");
	if (clock->kind == CLOCK_AFTER && clock->timer == NULL)
		complain(c, at, "a clock for a timer names it");
}

/* Whether the rows make sense one by one; the other checks rely on it. */
static void check_row(struct checking *c, uint32_t at)
{
	const struct transition *row = &c->m->rows[at];

	if (row->from != STATE_NONE && row->from != STATE_ANY && !is_state(c->m, row->from))
		complain(c, at, "from is no state");
	if (row->to != STATE_ANY && !is_state(c->m, row->to))
		complain(c, at, "to is no state");
	if (row->to == STATE_ANY && row->from == STATE_NONE)
		complain(c, at, "it begins and stays in no state");
	if ((row->input.schema == NULL) == (row->input.timer == NULL))
		complain(c, at, "an input is a message or a timer");
	if (row->event == NULL || row->event->kind != KIND_EVENT)
		complain(c, at, "it writes no event");
	if (row->source == NULL || row->source[0] == '\0')
		complain(c, at, "it names no source");
	if ((row->guard.name == NULL) != (row->guard.agrees == NULL))
		complain(c, at, "a guard has a name and a function");
	check_roles(c, at);
	check_clock(c, at);
}

/* Whether an earlier row is taken whenever this one could be. */
static bool is_dead(const struct machine *m, uint32_t at)
{
	const struct transition *row = &m->rows[at];

	for (uint32_t i = 0; i < at; i++) {
		const struct transition *before = &m->rows[i];
		bool covers_state =
			before->from == row->from || (before->from == STATE_ANY && row->from != STATE_NONE);
		bool covers_roles = before->roles == row->roles || before->roles & ROLE_EVERYBODY ||
			(row->roles != NO_ROLE && (row->roles & ~before->roles) == 0);

		if (before->guard.agrees == NULL && covers_state && covers_roles && input_is(before, row))
			return true;
	}
	return false;
}

static void check_dead(struct checking *c)
{
	for (uint32_t i = 0; i < c->m->count; i++)
		if (is_dead(c->m, i))
			complain(c, i, "never taken: an earlier row fits whenever it does");
}

/* States that rows lead to from nothing. */
static uint64_t reached(const struct machine *m)
{
	uint64_t states = 0;
	uint64_t before;

	do {
		before = states;
		for (uint32_t i = 0; i < m->count; i++) {
			const struct transition *row = &m->rows[i];

			if (row->to != STATE_ANY && (row->from == STATE_NONE || from_of(m, row) & states))
				states |= END(row->to);
		}
	} while (states != before);
	return states;
}

/* States from which rows lead to an end. */
static uint64_t ending(const struct machine *m)
{
	uint64_t states = m->ends;
	uint64_t before;

	do {
		before = states;
		for (uint32_t i = 0; i < m->count; i++) {
			const struct transition *row = &m->rows[i];

			if (row->to != STATE_ANY && END(row->to) & states)
				states |= from_of(m, row);
		}
	} while (states != before);
	return states;
}

static void check_ways(struct checking *c)
{
	const struct machine *m = c->m;
	uint64_t can_come = reached(m);
	uint64_t can_end = ending(m);

	if (m->ends == 0 || m->ends & ~all_states(m)) {
		c->is_wrong = true;
		buf_print(c->out, "%s: its ends are no states\n", m->name);
	}
	for (uint32_t i = 0; i < m->states->count; i++) {
		uint32_t state = m->states->values[i].number;

		if (state >= MACHINE_STATES_MAX)
			complain_state(c, state, "its number is too high for a state");
		else if (!(can_come & END(state)))
			complain_state(c, state, "nothing leads to it");
		else if (!(can_end & END(state)))
			complain_state(c, state, "no end can be reached from it");
	}
}

/* The states in which the timer of a row may come: where the row leads, and on over rows that keep the clock. */
static uint64_t ticking(const struct machine *m, const struct transition *start)
{
	uint64_t states = start->to == STATE_ANY ? from_of(m, start) : END(start->to);
	uint64_t before;

	do {
		before = states;
		for (uint32_t i = 0; i < m->count; i++) {
			const struct transition *row = &m->rows[i];

			if (row->clock.kind == CLOCK_KEEP && row->to != STATE_ANY && from_of(m, row) & states)
				states |= END(row->to);
		}
	} while (states != before);
	return states;
}

static uint64_t answering(const struct machine *m, const char *timer)
{
	uint64_t states = 0;

	for (uint32_t i = 0; i < m->count; i++)
		if (m->rows[i].input.schema == NULL && strcmp(m->rows[i].input.timer, timer) == 0)
			states |= from_of(m, &m->rows[i]);
	return states;
}

static bool is_started(const struct machine *m, const char *timer)
{
	for (uint32_t i = 0; i < m->count; i++)
		if (m->rows[i].clock.timer != NULL && strcmp(m->rows[i].clock.timer, timer) == 0)
			return true;
	return false;
}

static void check_timers(struct checking *c)
{
	const struct machine *m = c->m;

	for (uint32_t i = 0; i < m->count; i++) {
		const struct transition *row = &m->rows[i];

		if (row->clock.timer != NULL && ticking(m, row) & ~answering(m, row->clock.timer))
			complain(c, i, "its timer may come in a state in which no row answers it");
		if (row->input.schema == NULL && !is_started(m, row->input.timer))
			complain(c, i, "no clock starts its timer");
	}
}

enum err machine_check(const struct machine *m, struct buf *out)
{
	struct checking c = { m, out, false };

	for (uint32_t i = 0; i < m->count; i++)
		check_row(&c, i);
	if (c.is_wrong)
		return ERR_INVALID;
	check_dead(&c);
	check_ways(&c);
	check_timers(&c);
	return c.is_wrong ? ERR_INVALID : ERR_OK;
}
