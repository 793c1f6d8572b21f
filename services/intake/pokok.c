#include "intake/pokok.h"

#include "runtime/policy.h"
#include "runtime/policy_rule.h"

enum err pokok_check(struct ctx *ctx, struct str unit, bool has, struct str pokok)
{
	bool is_listed = false;
	enum err e;

	if (!has)
		return ERR_OK;
	if (!policy_is_code(pokok))
		return ctx_refuse(ctx, ERR_INVALID, "pokok", "bukan_kode");
	e = policy_lists(ctx, &policy_projected, "daftar_pokok", unit, pokok, &is_listed);
	if (e == ERR_OK && !is_listed)
		return ctx_refuse(ctx, ERR_INVALID, "pokok", "tidak_dalam_daftar");
	return e;
}
