/* policy - grants, units, rules and days off, as every service reads them
 *
 * workflow owns them: commands there make events, and its derived tables hold
 * the rows. Whoever executes commands follows workflow and holds the same rows
 * in the projected tables of policy_projected; its descriptor lists
 *	{ "workflow", &schema_hak_diberikan,    &policy_hak,       policy_project_hak_diberikan },
 *	{ "workflow", &schema_hak_dicabut,      &policy_hak,       policy_project_hak_dicabut },
 *	{ "workflow", &schema_unit_didaftarkan, &policy_unit,      policy_project_unit },
 *	{ "workflow", &schema_kebijakan_diatur, &policy_kebijakan, policy_project_kebijakan },
 *	{ "workflow", &schema_kalender_dimuat,  &policy_kalender,  policy_project_kalender },
 * and .may = policy_may_projected. What decide takes from here it writes into
 * its event: policy changes the future only. */
#ifndef RUNTIME_POLICY_H
#define RUNTIME_POLICY_H

#include "domain/deadline.h"
#include "runtime/ctx.h"
#include "runtime/fold.h"

/* The unit of a grant or rule that holds for the whole node. */
#define POLICY_ALL "*"

/* The four tables of one owner: workflow's derived ones, or these. */
struct policy_tables {
	const struct table *hak;
	const struct table *unit;
	const struct table *kebijakan;
	const struct table *kalender;
};
extern const struct table policy_hak, policy_unit, policy_kebijakan, policy_kalender;
extern const struct policy_tables policy_projected;

/* Keys of rows and of the events that make them; a unit's key is its code. */
enum { POLICY_KEY_MAX = 96, POLICY_UNIT_MAX = 32 };
struct policy_key {
	char bytes[POLICY_KEY_MAX];
	size_t len;
};
struct policy_key policy_grant_key(struct id akun, uint32_t peran, struct str unit);
struct policy_key policy_rule_key(struct str kunci, struct str unit);
struct policy_key policy_year_key(uint32_t tahun);
/* Lent from the key. */
struct str policy_key_str(const struct policy_key *key);

enum err policy_project_hak_diberikan(struct projection *p, const void *event) MUST_CHECK;
enum err policy_project_hak_dicabut(struct projection *p, const void *event) MUST_CHECK;
enum err policy_project_unit(struct projection *p, const void *event) MUST_CHECK;
enum err policy_project_kebijakan(struct projection *p, const void *event) MUST_CHECK;
enum err policy_project_kalender(struct projection *p, const void *event) MUST_CHECK;

/* Whether the grant holds on the day (WIB). */
bool policy_grant_holds(const struct hak *hak, date_days today);
/* Whether the actor holds one of the roles today, in the unit or in the whole node. A grant that cannot be
 * read is none. */
bool policy_may(struct ctx *ctx, const struct policy_tables *tables, struct id actor,
	uint32_t roles, struct str unit);
bool policy_may_projected(struct ctx *ctx, struct id actor, uint32_t roles, struct str unit);
/* The same; while no grant is known at all, the operator of the machine is the administrator: a node that lost
 * everything is linked before its grants come back from above. */
bool policy_may_founding(struct ctx *ctx, struct id actor, uint32_t roles, struct str unit);

/* The unit as registered: ERR_NOT_FOUND, ERR_CORRUPT, ERR_IO. */
enum err policy_unit_get(struct ctx *ctx, const struct policy_tables *tables, struct str kode,
	struct unit *ret) MUST_CHECK;
/* Refuses (ERR_NOT_FOUND, unit_tidak_dikenal on field) what is neither a unit nor POLICY_ALL. */
enum err policy_unit_known(struct ctx *ctx, const struct policy_tables *tables, struct str kode,
	const char *field) MUST_CHECK;

/* The value of a rule in a unit: the unit's, else the node's, else the law's. name is one of policy_rule.c
 * and of that kind (asserted). ERR_CORRUPT, ERR_IO. */
enum err policy_text(struct ctx *ctx, const struct policy_tables *tables, const char *name,
	struct str unit, struct str *ret) MUST_CHECK;
enum err policy_days(struct ctx *ctx, const struct policy_tables *tables, const char *name,
	struct str unit, uint32_t *ret) MUST_CHECK;
/* Whether a choice is the word. */
enum err policy_is(struct ctx *ctx, const struct policy_tables *tables, const char *name,
	struct str unit, const char *word, bool *ret) MUST_CHECK;

/* Allows a command of the runtime itself (fence, clock, what was parked): to an administrator of the whole
 * node; to everybody while there are no grants. When the grant began is not asked, since these decisions are
 * taken while the clock is in doubt. ERR_DENIED (tanpa_hak). */
enum err policy_allow_operator(struct ctx *ctx, const struct table *grants) MUST_CHECK;

/* Whether the code is in the rule's list (POLICY_CODES); an empty list has every code. */
enum err policy_lists(struct ctx *ctx, const struct policy_tables *tables, const char *name,
	struct str unit, struct str code, bool *ret) MUST_CHECK;

/* How days are counted in the unit, with the days off of the years from `from` to `to`; a year of which
 * nothing is loaded is not covered. Lent for this input, while policy does not change; the calendar has no hash
 * of its content. */
enum err policy_rules(struct ctx *ctx, const struct policy_tables *tables, struct str unit,
	date_days from, date_days to, struct deadline_rules *ret) MUST_CHECK;
/* For limits counted from `from`: its year and the two after it. */
enum err policy_rules_from(struct ctx *ctx, const struct policy_tables *tables, struct str unit,
	date_days from, struct deadline_rules *ret) MUST_CHECK;

#endif
