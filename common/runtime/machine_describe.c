#include "runtime/machine.h"

#include "runtime/policy_rule.h"

/* The name of a state in capitals, as DOMAIN.md writes it. */
static void print_state(const struct machine *m, uint32_t state, const char *otherwise,
	struct buf *out)
{
	const char *name = enum_name(m->states, state);

	if (name == NULL) {
		buf_print(out, "%s", otherwise);
		return;
	}
	for (; *name != '\0'; name++) {
		char c = *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name;

		buf_add(out, &c, 1);
	}
}

static void print_input(const struct transition *row, struct buf *out)
{
	if (row->input.schema != NULL)
		buf_print(out, "%s", row->input.schema->name);
	else
		buf_print(out, "timer %s", row->input.timer);
}

static void print_roles(uint32_t roles, struct buf *out)
{
	const char *between = "";

	if (roles == NO_ROLE)
		buf_print(out, "the system");
	if (roles & ROLE_EVERYBODY)
		buf_print(out, "everybody");
	for (uint32_t i = 0; i < enum_peran.count; i++)
		if (roles & (UINT32_C(1) << enum_peran.values[i].number)) {
			buf_print(out, "%s%s", between, enum_peran.values[i].name);
			between = ", ";
		}
}

static void print_clock(const struct clock_rule *clock, struct buf *out)
{
	const struct policy_rule *rule = NULL;
	char law[POLICY_LAW_MAX] = "?";

	if (clock->kind == CLOCK_KEEP) {
		buf_print(out, "as it is");
		return;
	}
	if (clock->kind == CLOCK_STOP) {
		buf_print(out, "none");
		return;
	}
	if (clock->kind == CLOCK_AFTER) {
		buf_print(out, "timer %s", clock->timer == NULL ? "?" : clock->timer);
		return;
	}
	if (clock->setting != NULL)
		rule = policy_rule_find(str_of(clock->setting));
	if (rule != NULL)
		policy_rule_law(rule, law);
	buf_print(out, "%s%s working days (%s)", clock->kind == CLOCK_EXTEND ? "+" : "", law,
		clock->setting == NULL ? "?" : clock->setting);
	if (clock->timer != NULL)
		buf_print(out, ", then timer %s", clock->timer);
}

static void print_row(const struct machine *m, const struct transition *row, struct buf *out)
{
	buf_print(out, "| ");
	print_state(m, row->from, row->from == STATE_ANY ? "any" : "(begins)", out);
	buf_print(out, " | ");
	print_input(row, out);
	buf_print(out, " | ");
	print_roles(row->roles, out);
	buf_print(out, " | %s | %s | ", row->guard.name == NULL ? "" : row->guard.name,
		row->event == NULL ? "" : row->event->name);
	print_state(m, row->to, "stays", out);
	buf_print(out, " | ");
	print_clock(&row->clock, out);
	buf_print(out, " | %s |\n", row->source == NULL ? "" : row->source);
}

static void print_edge(const struct machine *m, const struct transition *row, struct buf *out)
{
	buf_print(out, "    ");
	print_state(m, row->from, "[*]", out);
	buf_print(out, " --> ");
	print_state(m, row->to, "[*]", out);
	buf_print(out, " : ");
	print_input(row, out);
	buf_print(out, "\n");
}

void machine_describe(const struct machine *m, struct buf *out)
{
	buf_print(out,
		"### %s\n\n| from | input | who | guard | event | to | due | source |\n"
		"|---|---|---|---|---|---|---|---|\n",
		m->name);
	for (uint32_t i = 0; i < m->count; i++)
		print_row(m, &m->rows[i], out);
	buf_print(out, "\n```mermaid\nstateDiagram-v2\n");
	/* Rows of any state would hide the others behind a line from each; the table has them. */
	for (uint32_t i = 0; i < m->count; i++)
		if (m->rows[i].from != STATE_ANY && m->rows[i].to != STATE_ANY)
			print_edge(m, &m->rows[i], out);
	for (uint32_t i = 0; i < m->states->count; i++)
		if (m->ends & END(m->states->values[i].number)) {
			buf_print(out, "    ");
			print_state(m, m->states->values[i].number, "", out);
			buf_print(out, " --> [*]\n");
		}
	buf_print(out, "```\n");
}
