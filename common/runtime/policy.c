#include "runtime/policy.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "runtime/policy_said.h"

const struct table policy_hak = { "hak", TABLE_PROJECTED, 1, &schema_hak, NULL, 0 };
const struct table policy_unit = { "unit", TABLE_PROJECTED, 1, &schema_unit, NULL, 0 };
const struct table policy_kebijakan = { "kebijakan", TABLE_PROJECTED, 1, &schema_kebijakan, NULL,
	0 };
const struct table policy_kalender = { "kalender", TABLE_PROJECTED, 1, &schema_kalender, NULL, 0 };
const struct policy_tables policy_projected = {
	&policy_hak,
	&policy_unit,
	&policy_kebijakan,
	&policy_kalender,
};

_Static_assert((int)HOLIDAY_LIBUR + 1 == JENIS_LIBUR_LIBUR, "kinds of days off differ by one");
_Static_assert((int)HOLIDAY_CUTI_BERSAMA + 1 == JENIS_LIBUR_CUTI_BERSAMA, "and only by that");

static void key_add(struct policy_key *key, const void *bytes, size_t n)
{
	assert(n <= sizeof key->bytes - key->len);
	if (n > 0)
		memcpy(key->bytes + key->len, bytes, n);
	key->len += n;
}

struct policy_key policy_grant_key(struct id akun, uint32_t peran, struct str unit)
{
	struct policy_key key = { .len = 0 };
	uint8_t role = (uint8_t)peran;

	key_add(&key, akun.bytes, sizeof akun.bytes);
	key_add(&key, &role, 1);
	key_add(&key, unit.ptr, unit.len);
	return key;
}

/* No name of a rule holds a slash. */
struct policy_key policy_rule_key(struct str kunci, struct str unit)
{
	struct policy_key key = { .len = 0 };

	key_add(&key, kunci.ptr, kunci.len);
	key_add(&key, "/", 1);
	key_add(&key, unit.ptr, unit.len);
	return key;
}

struct policy_key policy_year_key(uint32_t tahun)
{
	struct policy_key key = { .len = sizeof tahun };

	be32_put(key.bytes, tahun);
	return key;
}

struct str policy_key_str(const struct policy_key *key)
{
	return str_bytes(key->bytes, key->len);
}

bool policy_grant_holds(const struct hak *hak, date_days today)
{
	return hak->dari <= today && (!hak->has_sampai || today <= hak->sampai);
}

static bool holds(struct ctx *ctx, const struct policy_tables *tables, struct id actor,
	uint32_t peran, struct str unit)
{
	struct policy_key key;
	struct hak hak;

	if (unit.len > POLICY_UNIT_MAX)
		return false;
	key = policy_grant_key(actor, peran, unit);
	return ctx_get(ctx, tables->hak, policy_key_str(&key), &hak) == ERR_OK &&
		policy_grant_holds(&hak, civil_date_of(ctx_now(ctx)));
}

bool policy_may(struct ctx *ctx, const struct policy_tables *tables, struct id actor,
	uint32_t roles, struct str unit)
{
	for (uint32_t i = 0; i < enum_peran.count; i++) {
		uint32_t peran = enum_peran.values[i].number;

		if ((roles & (UINT32_C(1) << peran)) == 0)
			continue;
		if (holds(ctx, tables, actor, peran, str_of(POLICY_ALL)) ||
			(!str_is(unit, POLICY_ALL) && holds(ctx, tables, actor, peran, unit)))
			return true;
	}
	return false;
}

bool policy_may_projected(struct ctx *ctx, struct id actor, uint32_t roles, struct str unit)
{
	return policy_may(ctx, &policy_projected, actor, roles, unit);
}

bool policy_may_founding(struct ctx *ctx, struct id actor, uint32_t roles, struct str unit)
{
	uint64_t count;

	if (policy_may_projected(ctx, actor, roles, unit))
		return true;
	return (roles & (UINT32_C(1) << PERAN_ADMINISTRATOR)) != 0 && ctx_from(ctx) == FROM_CTL &&
		ctx_count(ctx, &policy_hak, &count) == ERR_OK && count == 0;
}

enum err policy_unit_get(struct ctx *ctx, const struct policy_tables *tables, struct str kode,
	struct unit *ret)
{
	const void *row;
	enum err e;

	if (kode.len == 0 || kode.len > POLICY_UNIT_MAX)
		return ERR_NOT_FOUND;
	e = ctx_get_kept(ctx, tables->unit, kode, &row);
	if (e == ERR_OK)
		*ret = *(const struct unit *)row;
	return e;
}

enum err policy_unit_known(struct ctx *ctx, const struct policy_tables *tables, struct str kode,
	const char *field)
{
	struct unit unit;
	enum err e;

	if (str_is(kode, POLICY_ALL))
		return ERR_OK;
	e = policy_unit_get(ctx, tables, kode, &unit);
	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, field, "unit_tidak_dikenal");
	return e;
}

enum err policy_text(struct ctx *ctx, const struct policy_tables *tables, const char *name,
	struct str unit, struct str *ret)
{
	const struct policy_said *said;
	enum err e = policy_said_get(ctx, tables, name, unit, &said);

	if (e != ERR_OK)
		return e;
	assert(said->rule->kind != POLICY_DAYS);
	*ret = said->is_set ? said->text : str_of(said->rule->law);
	return ERR_OK;
}

enum err policy_days(struct ctx *ctx, const struct policy_tables *tables, const char *name,
	struct str unit, uint32_t *ret)
{
	const struct policy_said *said;
	uint64_t days;
	enum err e = policy_said_get(ctx, tables, name, unit, &said);

	if (e != ERR_OK)
		return e;
	assert(said->rule->kind == POLICY_DAYS);
	if (!said->is_set) {
		*ret = time_limit_get(said->rule->limit)->working_days;
		return ERR_OK;
	}
	if (!str_number(said->text, &days) || days < 1 || days > POLICY_DAYS_MAX)
		return ERR_CORRUPT;
	*ret = (uint32_t)days;
	return ERR_OK;
}

enum err policy_is(struct ctx *ctx, const struct policy_tables *tables, const char *name,
	struct str unit, const char *word, bool *ret)
{
	struct str value;
	enum err e = policy_text(ctx, tables, name, unit, &value);

	if (e == ERR_OK)
		*ret = str_is(value, word);
	return e;
}

enum err policy_lists(struct ctx *ctx, const struct policy_tables *tables, const char *name,
	struct str unit, struct str code, bool *ret)
{
	struct str rest = { NULL, 0 }, listed;
	bool is_listed;
	enum err e = policy_text(ctx, tables, name, unit, &rest);

	if (e != ERR_OK)
		return e;
	is_listed = rest.len == 0;
	while (!is_listed && str_split(&rest, ',', &listed))
		is_listed = str_equal(str_trim(listed), code);
	*ret = is_listed;
	return ERR_OK;
}

enum err policy_allow_operator(struct ctx *ctx, const struct table *grants)
{
	struct policy_key key =
		policy_grant_key(ctx_actor(ctx), PERAN_ADMINISTRATOR, str_of(POLICY_ALL));
	uint64_t count = 0;
	struct hak hak;
	enum err e = grants == NULL ? ERR_OK : ctx_count(ctx, grants, &count);

	ctx_allow_all(ctx);
	if (e != ERR_OK || count == 0)
		return e;
	e = ctx_get(ctx, grants, policy_key_str(&key), &hak);
	if (e == ERR_NOT_FOUND ||
		(e == ERR_OK && hak.has_sampai && hak.sampai < civil_date_of(ctx_now(ctx))))
		return ctx_refuse(ctx, ERR_DENIED, NULL, "tanpa_hak");
	return e;
}
