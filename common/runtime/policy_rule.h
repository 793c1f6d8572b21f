/* policy_rule - the rules whose value is policy: name, kind, the law's value, bounds, source
 *
 * One row a rule. What a node or unit sets replaces the law's value; what it
 * does not set stays law. Values are text, checked when they are set: whoever
 * reads one may rely on it. Where the law's value is a number of working days
 * it stands in domain/time_limit.h and is not repeated here. */
#ifndef RUNTIME_POLICY_RULE_H
#define RUNTIME_POLICY_RULE_H

#include "base/buf.h"
#include "domain/time_limit.h"

enum policy_kind {
	POLICY_DAYS,    /* working days, 1 to POLICY_DAYS_MAX */
	POLICY_CHOICE,  /* one of a few words */
	POLICY_PATTERN, /* of registration numbers (domain/nomor.h) */
	POLICY_TEXT,    /* up to POLICY_TEXT_MAX bytes */
	POLICY_CODES,   /* codes of small letters, digits, - and _, with commas between; may be empty */
};

enum { POLICY_DAYS_MAX = 365, POLICY_TEXT_MAX = 200, POLICY_LAW_MAX = 128 };

struct policy_rule {
	const char *name;
	enum policy_kind kind;
	enum time_limit_name limit; /* POLICY_DAYS: value and source of the law */
	const char *law;            /* of the others: the value where nothing is set */
	const char *choices;        /* POLICY_CHOICE: words with | between */
	const char *source;
};

/* NULL when no rule has this name. */
const struct policy_rule *policy_rule_find(struct str name);
/* By place, from 0; NULL behind the last. */
const struct policy_rule *policy_rule_at(uint32_t at);
/* The law's value as text with a zero byte, and where it is written. */
void policy_rule_law(const struct policy_rule *rule, char ret[POLICY_LAW_MAX]);
const char *policy_rule_source(const struct policy_rule *rule);

/* Whether the value can be set: ERR_INVALID with field nilai and a rule (di_luar_rentang, bukan_pilihan,
 * terlalu_panjang, bukan_utf8, bukan_kode, or one of nomor_pattern_check). */
enum err policy_rule_check(const struct policy_rule *rule, struct str value,
	struct problem *why) MUST_CHECK;

/* A code from a list: small letters, digits, hyphen, underscore. */
bool policy_is_code(struct str text);

/* The rows as a Markdown table. */
void policy_rules_describe(struct buf *out);

#endif
