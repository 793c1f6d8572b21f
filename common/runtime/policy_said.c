#include "runtime/policy_said.h"

#include <assert.h>
#include <string.h>

#include "runtime/engine.h"

static struct policy_said *place_of(struct runtime *r, const char *name, struct str unit)
{
	uint64_t mixed = (uintptr_t)name;

	for (size_t i = 0; i < unit.len; i++)
		mixed = (mixed ^ (uint8_t)unit.ptr[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return &r->policy[(mixed >> 32) % POLICY_SAID_MAX];
}

static enum err value_of(struct ctx *ctx, const struct table *table, const char *name,
	struct str unit, struct str *ret)
{
	struct policy_key key = policy_rule_key(str_of(name), unit);
	const void *row;
	enum err e = ctx_get_kept(ctx, table, policy_key_str(&key), &row);

	if (e == ERR_OK)
		*ret = ((const struct kebijakan *)row)->nilai;
	return e;
}

/* What is set for the unit, else for the node. */
static enum err look(struct ctx *ctx, struct policy_said *said, struct str unit)
{
	enum err e = ERR_NOT_FOUND;

	if (!str_is(unit, POLICY_ALL))
		e = value_of(ctx, said->table, said->name, unit, &said->text);
	if (e == ERR_NOT_FOUND)
		e = value_of(ctx, said->table, said->name, str_of(POLICY_ALL), &said->text);
	said->is_set = e == ERR_OK;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err policy_said_get(struct ctx *ctx, const struct policy_tables *tables, const char *name,
	struct str unit, const struct policy_said **ret)
{
	uint64_t moment = table_moment(ctx->txn, tables->kebijakan);
	struct policy_said *said;
	enum err e;

	if (unit.len > POLICY_UNIT_MAX) /* no unit's name: what the node says */
		unit = str_of(POLICY_ALL);
	said = place_of(ctx->r, name, unit);
	if (said->moment == moment && said->table == tables->kebijakan && said->name == name &&
		str_equal(str_bytes(said->unit, said->unit_len), unit)) {
		*ret = said;
		return ERR_OK;
	}
	*said = (struct policy_said) { .table = tables->kebijakan,
		.name = name,
		.unit_len = unit.len,
		.rule = policy_rule_find(str_of(name)) };
	assert(said->rule != NULL);
	memcpy(said->unit, unit.ptr, unit.len);
	e = look(ctx, said, unit);
	if (e != ERR_OK)
		return e;
	said->moment = moment;
	*ret = said;
	return ERR_OK;
}
