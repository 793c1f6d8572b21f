#include "workflow/unit.h"

#include "domain/nomor.h"
#include "runtime/machine.h"
#include "runtime/view.h"
#include "workflow/kebijakan.h"

enum { ROWS_MAX = 170 }; /* of one answer: the longest fit into it */

const struct table unit_table = { "unit", TABLE_DERIVED, 1, &schema_unit, NULL, 0 };

static enum err check_unit(struct ctx *ctx, const struct unit *unit)
{
	if (!nomor_is_unit(unit->kode))
		return ctx_refuse(ctx, ERR_INVALID, "kode", "kode_tidak_sah");
	if (str_trim(unit->nama).len == 0)
		return ctx_refuse(ctx, ERR_INVALID, "nama", "wajib_diisi");
	for (uint32_t i = 0; i < unit->pejabat_len; i++)
		if (str_trim(unit->pejabat[i].nama).len == 0)
			return ctx_refuse(ctx, ERR_INVALID, "pejabat", "wajib_diisi");
	return ERR_OK;
}

enum err decide_daftarkan_unit(struct ctx *ctx, const void *message)
{
	const struct daftarkan_unit *c = message;
	struct unit_didaftarkan event = { .unit = c->unit };
	struct unit old;
	enum err e = policy_unit_get(ctx, &policy_own, c->unit.kode, &old);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	/* A new one is nobody's yet: that is for those who answer for the node. */
	e = ctx_allow(ctx, ROLE(ADMINISTRATOR), e == ERR_OK ? c->unit.kode : str_of(POLICY_ALL));
	if (e == ERR_OK)
		e = check_unit(ctx, &c->unit);
	if (e != ERR_OK)
		return e;
	return ctx_emit(ctx, &schema_unit_didaftarkan, c->unit.kode, &event);
}

enum err apply_unit_didaftarkan(struct fold *fold, const void *event)
{
	const struct unit_didaftarkan *e = event;

	return fold_put(fold, &unit_table, e->unit.kode, &e->unit);
}

/* Which units there are is public. */
enum err ask_unit_daftar(struct view *view, const void *question, void *answer)
{
	const struct unit_daftar *q = question;
	struct unit_daftar_jawab *a = answer;
	struct walk walk;
	struct str key;
	struct unit row;
	enum err e;

	a->unit = arena_take(view_arena(view), ROWS_MAX * sizeof *a->unit);
	if (a->unit == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	e = view_walk(view, &unit_table, q->has_awalan ? q->awalan : str_of(""), false, &walk);
	if (e != ERR_OK)
		return e;
	while ((e = view_walk_next(view, &walk, &unit_table, &key, &row)) == ERR_OK) {
		if (a->unit_len == ROWS_MAX) {
			view_go_on(view, key);
			break;
		}
		a->unit[a->unit_len++] =
			(struct unit_ringkas) { .kode = row.kode, .nama = row.nama, .sebutan = row.sebutan };
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err ask_unit_lihat(struct view *view, const void *question, void *answer)
{
	const struct unit_lihat *q = question;
	struct unit_lihat_jawab *a = answer;

	if (q->kode_len == 0)
		return ERR_OK;
	a->unit = arena_take(view_arena(view), q->kode_len * sizeof *a->unit);
	if (a->unit == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (uint32_t i = 0; i < q->kode_len; i++) {
		enum err e = ERR_NOT_FOUND;

		if (q->kode[i].len > 0)
			e = view_get(view, &unit_table, q->kode[i], &a->unit[a->unit_len]);
		if (e == ERR_OK)
			a->unit_len++;
		else if (e != ERR_NOT_FOUND)
			return e;
	}
	return ERR_OK;
}
