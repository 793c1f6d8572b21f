/* policy_said - what policy was found to say, for as long as it says it
 *
 * A case asks for four rules, of its unit and of the node, and most are set
 * nowhere. Each answer is remembered with the moment of its transaction
 * (store.h), so that a rule which is set or unset is seen by the next input. */
#ifndef RUNTIME_POLICY_SAID_H
#define RUNTIME_POLICY_SAID_H

#include "runtime/policy.h"
#include "runtime/policy_rule.h"

enum { POLICY_SAID_MAX = 128, POLICY_CALENDARS_MAX = 8 };

struct policy_said {
	uint64_t moment; /* 0: nothing is remembered here */
	const struct table *table;
	const char *name;
	char unit[POLICY_UNIT_MAX];
	size_t unit_len;
	const struct policy_rule *rule;
	bool is_set;     /* else the law's value holds */
	struct str text; /* lent by the transaction */
};

/* Calendars that were made of rows of years, in an arena of their own; used by policy_calendar.c alone. */
struct policy_calendars {
	uint64_t moment;
	struct arena arena;
	uint32_t count;
	struct {
		const struct table *table;
		int first, last;
		const struct calendar *calendar;
	} rows[POLICY_CALENDARS_MAX];
};

/* The value of a rule in a unit. The name is one of policy_rule.c (asserted). ERR_CORRUPT, ERR_IO. */
enum err policy_said_get(struct ctx *ctx, const struct policy_tables *tables, const char *name,
	struct str unit, const struct policy_said **ret) MUST_CHECK;

#endif
