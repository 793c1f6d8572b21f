/* The projected twins of workflow's policy tables. Each event carries its whole row. */
#include "runtime/policy.h"

enum err policy_project_hak_diberikan(struct projection *p, const void *event)
{
	const struct hak_diberikan *e = event;
	struct policy_key key = policy_grant_key(e->hak.akun, e->hak.peran, e->hak.unit);

	return projection_put(p, policy_key_str(&key), &e->hak);
}

enum err policy_project_hak_dicabut(struct projection *p, const void *event)
{
	const struct hak_dicabut *e = event;
	struct policy_key key = policy_grant_key(e->akun, e->peran, e->unit);

	return projection_del(p, policy_key_str(&key));
}

enum err policy_project_unit(struct projection *p, const void *event)
{
	const struct unit_didaftarkan *e = event;

	return projection_put(p, e->unit.kode, &e->unit);
}

enum err policy_project_kebijakan(struct projection *p, const void *event)
{
	const struct kebijakan_diatur *e = event;
	struct policy_key key = policy_rule_key(e->kunci, e->unit);
	struct kebijakan row = { .kunci = e->kunci, .unit = e->unit, .nilai = e->nilai };

	if (!e->has_nilai)
		return projection_del(p, policy_key_str(&key));
	return projection_put(p, policy_key_str(&key), &row);
}

enum err policy_project_kalender(struct projection *p, const void *event)
{
	const struct kalender_dimuat *e = event;
	struct policy_key key = policy_year_key(e->kalender.tahun);

	return projection_put(p, policy_key_str(&key), &e->kalender);
}
