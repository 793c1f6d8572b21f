#include "workflow/hak.h"

#include "runtime/machine.h"
#include "runtime/view.h"
#include "workflow/kebijakan.h"

enum { ROWS_MAX = 800 }; /* of one answer: the longest fit into it */

const struct table hak_table = { "hak", TABLE_DERIVED, 1, &schema_hak, NULL, 0 };

bool workflow_may(struct ctx *ctx, struct id actor, uint32_t roles, struct str unit)
{
	return policy_may(ctx, &policy_own, actor, roles, unit);
}

/* Whether it is what nobody may be left without: an administrator of the whole node, for good. */
static bool is_keeper(const struct hak *hak, date_days today)
{
	return hak->peran == PERAN_ADMINISTRATOR && str_is(hak->unit, POLICY_ALL) && !hak->has_sampai &&
		hak->dari <= today;
}

struct standing {
	bool has_grants;
	bool has_other_keeper; /* beside the account that is asked for */
};

/* Grants are few, and change seldom: all of them are looked through. */
static enum err look_through(struct ctx *ctx, struct id beside, struct standing *ret)
{
	date_days today = civil_date_of(ctx_now(ctx));
	struct standing found = { 0 };
	struct walk walk;
	struct str key;
	struct hak hak;
	enum err e = ctx_walk(ctx, &hak_table, str_of(""), &walk);

	if (e != ERR_OK)
		return e;
	while (!found.has_other_keeper &&
		(e = ctx_walk_next(ctx, &walk, &hak_table, &key, &hak)) == ERR_OK) {
		found.has_grants = true;
		found.has_other_keeper = is_keeper(&hak, today) && !id_equal(hak.akun, beside);
	}
	walk_close(&walk);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	*ret = found;
	return ERR_OK;
}

static enum err check_grant(struct ctx *ctx, const struct hak *hak)
{
	if (id_is_zero(hak->akun) || id_equal(hak->akun, ACTOR_SYSTEM) ||
		id_equal(hak->akun, ACTOR_WARGA))
		return ctx_refuse(ctx, ERR_INVALID, "akun", "akun_tidak_sah");
	if (hak->has_sampai && hak->sampai < hak->dari)
		return ctx_refuse(ctx, ERR_INVALID, "sampai", "sebelum_dari");
	return policy_unit_known(ctx, &policy_own, hak->unit, "unit");
}

/* Only one kind of first grant leads on to further ones. */
static enum err allow_grant(struct ctx *ctx, const struct hak *hak, const struct standing *now)
{
	if (now->has_grants)
		return ctx_allow(ctx, ROLE(ADMINISTRATOR), hak->unit);
	ctx_allow_all(ctx);
	if (!is_keeper(hak, civil_date_of(ctx_now(ctx))))
		return ctx_refuse(ctx, ERR_STATE, "peran", "hak_pertama_administrator_simpul");
	return ERR_OK;
}

/* Whether the grant that stands under the key is the last that can give others. */
static enum err keeps_a_keeper(struct ctx *ctx, struct str key, const struct standing *now)
{
	struct hak old;
	enum err e = ctx_get(ctx, &hak_table, key, &old);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	if (is_keeper(&old, civil_date_of(ctx_now(ctx))) && !now->has_other_keeper)
		return ctx_refuse(ctx, ERR_STATE, "akun", "administrator_terakhir");
	return ERR_OK;
}

enum err decide_beri_hak(struct ctx *ctx, const void *message)
{
	const struct beri_hak *c = message;
	date_days today = civil_date_of(ctx_now(ctx));
	struct policy_key key = policy_grant_key(c->akun, c->peran, c->unit);
	struct hak_diberikan event = { .hak = {
									   .akun = c->akun,
									   .peran = c->peran,
									   .unit = c->unit,
									   .dari = c->has_dari ? c->dari : today,
									   .has_sampai = c->has_sampai,
									   .sampai = c->sampai,
								   } };
	struct standing now;
	enum err e = look_through(ctx, c->akun, &now);

	if (e == ERR_OK)
		e = allow_grant(ctx, &event.hak, &now);
	if (e == ERR_OK)
		e = check_grant(ctx, &event.hak);
	if (e == ERR_OK && !is_keeper(&event.hak, today))
		e = keeps_a_keeper(ctx, policy_key_str(&key), &now);
	if (e != ERR_OK)
		return e;
	return ctx_emit(ctx, &schema_hak_diberikan, policy_key_str(&key), &event);
}

enum err decide_cabut_hak(struct ctx *ctx, const void *message)
{
	const struct cabut_hak *c = message;
	struct policy_key key = policy_grant_key(c->akun, c->peran, c->unit);
	struct hak_dicabut event = { .akun = c->akun, .peran = c->peran, .unit = c->unit };
	struct standing now;
	struct hak old;
	enum err e = ctx_allow(ctx, ROLE(ADMINISTRATOR), c->unit);

	if (e != ERR_OK)
		return e;
	e = ctx_get(ctx, &hak_table, policy_key_str(&key), &old);
	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, "akun", "hak_tidak_ada");
	if (e == ERR_OK)
		e = look_through(ctx, c->akun, &now);
	if (e == ERR_OK)
		e = keeps_a_keeper(ctx, policy_key_str(&key), &now);
	if (e != ERR_OK)
		return e;
	return ctx_emit(ctx, &schema_hak_dicabut, policy_key_str(&key), &event);
}

enum err apply_hak_diberikan(struct fold *fold, const void *event)
{
	const struct hak_diberikan *e = event;

	return fold_put(fold, &hak_table, fold_key(fold), &e->hak);
}

enum err apply_hak_dicabut(struct fold *fold, const void *event)
{
	(void)event;
	return fold_del(fold, &hak_table, fold_key(fold));
}

enum err ask_hak_daftar(struct view *view, const void *question, void *answer)
{
	const struct hak_daftar *q = question;
	struct hak_daftar_jawab *a = answer;
	struct str prefix = q->has_akun ? str_bytes(q->akun.bytes, sizeof q->akun.bytes) : str_of("");
	struct str key;
	struct walk walk;
	enum err e = ERR_OK;

	/* An account may see its own grants. */
	if (!q->has_akun || !id_equal(q->akun, view_actor(view)))
		e = view_allow(view, ROLE(ADMINISTRATOR) | ROLE(PPID_UTAMA), str_of(POLICY_ALL));
	if (e != ERR_OK)
		return e;
	a->hak = arena_take(view_arena(view), (ROWS_MAX + 1) * sizeof *a->hak);
	if (a->hak == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	if ((e = view_walk(view, &hak_table, prefix, false, &walk)) != ERR_OK)
		return e;
	while ((e = view_walk_next(view, &walk, &hak_table, &key, &a->hak[a->hak_len])) == ERR_OK) {
		if (a->hak_len == ROWS_MAX) {
			view_go_on(view, key);
			break;
		}
		a->hak_len++;
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
