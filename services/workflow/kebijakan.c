#include "workflow/kebijakan.h"

#include "runtime/machine.h"
#include "runtime/policy_rule.h"
#include "runtime/view.h"
#include "workflow/hak.h"
#include "workflow/kalender.h"
#include "workflow/unit.h"

const struct table kebijakan_table = { "kebijakan", TABLE_DERIVED, 1, &schema_kebijakan, NULL, 0 };
const struct policy_tables policy_own = {
	&hak_table,
	&unit_table,
	&kebijakan_table,
	&kalender_table,
};

static enum err check_value(struct ctx *ctx, const struct atur_kebijakan *c, struct str key)
{
	const struct policy_rule *rule = policy_rule_find(c->kunci);
	struct problem why = { NULL, NULL };
	struct kebijakan old;
	enum err e;

	if (rule == NULL)
		return ctx_refuse(ctx, ERR_INVALID, "kunci", "kunci_tidak_dikenal");
	if (c->has_nilai) {
		e = policy_rule_check(rule, c->nilai, &why);
		return e == ERR_OK ? ERR_OK : ctx_refuse(ctx, e, why.field, why.rule);
	}
	e = ctx_get(ctx, &kebijakan_table, key, &old);
	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, "kunci", "belum_diatur");
	return e;
}

enum err decide_atur_kebijakan(struct ctx *ctx, const void *message)
{
	const struct atur_kebijakan *c = message;
	struct policy_key key = policy_rule_key(c->kunci, c->unit);
	struct kebijakan_diatur event = {
		.kunci = c->kunci,
		.unit = c->unit,
		.has_nilai = c->has_nilai,
		.nilai = c->nilai,
	};
	enum err e = ctx_allow(ctx, ROLE(ADMINISTRATOR) | ROLE(PPID_UTAMA), c->unit);

	if (e == ERR_OK)
		e = policy_unit_known(ctx, &policy_own, c->unit, "unit");
	if (e == ERR_OK)
		e = check_value(ctx, c, policy_key_str(&key));
	if (e != ERR_OK)
		return e;
	return ctx_emit(ctx, &schema_kebijakan_diatur, policy_key_str(&key), &event);
}

enum err apply_kebijakan_diatur(struct fold *fold, const void *event)
{
	const struct kebijakan_diatur *e = event;
	struct kebijakan row = { .kunci = e->kunci, .unit = e->unit, .nilai = e->nilai };

	if (!e->has_nilai)
		return fold_del(fold, &kebijakan_table, fold_key(fold));
	return fold_put(fold, &kebijakan_table, fold_key(fold), &row);
}

static enum err value_in(struct view *view, const struct policy_rule *rule, struct str unit,
	struct kebijakan *ret)
{
	struct policy_key key = policy_rule_key(str_of(rule->name), unit);

	return view_get(view, &kebijakan_table, policy_key_str(&key), ret);
}

/* The value that holds, as policy_text finds it, and where it comes from. */
static enum err in_force(struct view *view, const struct policy_rule *rule, struct str unit,
	struct kebijakan_berlaku *ret)
{
	char law[POLICY_LAW_MAX];
	struct kebijakan row;
	enum err e = ERR_NOT_FOUND;

	policy_rule_law(rule, law);
	ret->kunci = str_of(rule->name);
	ret->dasar = str_of(policy_rule_source(rule));
	if (arena_copy(view_arena(view), str_of(law), &ret->baku) != ERR_OK)
		return ERR_LIMIT;
	if (!str_is(unit, POLICY_ALL) && (e = value_in(view, rule, unit, &row)) == ERR_OK)
		ret->sumber = SUMBER_KEBIJAKAN_UNIT;
	if (e == ERR_NOT_FOUND && (e = value_in(view, rule, str_of(POLICY_ALL), &row)) == ERR_OK)
		ret->sumber = SUMBER_KEBIJAKAN_SIMPUL;
	if (e == ERR_NOT_FOUND) {
		ret->sumber = SUMBER_KEBIJAKAN_UNDANG_UNDANG;
		ret->nilai = ret->baku;
		return ERR_OK;
	}
	ret->nilai = row.nilai;
	return e;
}

/* What an office counts by, everybody may know. */
enum err ask_kebijakan_daftar(struct view *view, const void *question, void *answer)
{
	const struct kebijakan_daftar *q = question;
	struct kebijakan_daftar_jawab *a = answer;
	uint32_t count = 0;

	while (policy_rule_at(count) != NULL)
		count++;
	a->kebijakan = arena_take(view_arena(view), count * sizeof *a->kebijakan);
	if (a->kebijakan == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (; a->kebijakan_len < count; a->kebijakan_len++) {
		const struct policy_rule *rule = policy_rule_at(a->kebijakan_len);
		enum err e = in_force(view, rule, q->unit, &a->kebijakan[a->kebijakan_len]);

		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}
