#include "workflow/kalender.h"

#include "domain/periode.h"
#include "runtime/machine.h"
#include "runtime/view.h"

const struct table kalender_table = { "kalender", TABLE_DERIVED, 1, &schema_kalender, NULL, 0 };

/* The days as the rules of working days want them: checked, by date, with their hash. */
static enum err in_order(struct ctx *ctx, const struct muat_kalender *c, struct calendar *ret)
{
	struct holiday *rows = arena_take(ctx_arena(ctx), (c->hari_len + 1) * sizeof *rows);
	struct problem why = { NULL, NULL };
	int year, month, day;
	enum err e;

	if (rows == NULL)
		return ctx_refuse(ctx, ERR_LIMIT, "hari", "terlalu_besar");
	for (uint32_t i = 0; i < c->hari_len; i++) {
		rows[i] = (struct holiday) {
			.date = c->hari[i].tanggal,
			.kind = c->hari[i].jenis == JENIS_LIBUR_LIBUR ? HOLIDAY_LIBUR : HOLIDAY_CUTI_BERSAMA,
			.name = c->hari[i].nama,
		};
		civil_of_days(rows[i].date, &year, &month, &day);
		if ((uint32_t)year != c->tahun)
			return ctx_refuse(ctx, ERR_INVALID, "tanggal", "di_luar_tahun");
	}
	e = calendar_init(ret, 0, rows, c->hari_len, &why);
	return e == ERR_OK ? ERR_OK : ctx_refuse(ctx, e, "hari", why.rule);
}

static enum err check_year(struct ctx *ctx, const struct muat_kalender *c)
{
	if (c->tahun < PERIODE_YEAR_MIN || c->tahun > PERIODE_YEAR_MAX)
		return ctx_refuse(ctx, ERR_INVALID, "tahun", "di_luar_jangkauan");
	/* An empty year would look like one without days off. */
	if (c->hari_len == 0)
		return ctx_refuse(ctx, ERR_INVALID, "hari", "tidak_ada_baris");
	if (str_trim(c->dasar).len == 0)
		return ctx_refuse(ctx, ERR_INVALID, "dasar", "wajib_diisi");
	return ERR_OK;
}

/* One more than the highest of all years. */
static enum err next_version(struct ctx *ctx, uint32_t *ret)
{
	uint32_t highest = 0;
	struct kalender row;
	struct walk walk;
	struct str key;
	enum err e = ctx_walk(ctx, &kalender_table, str_of(""), &walk);

	if (e != ERR_OK)
		return e;
	while ((e = ctx_walk_next(ctx, &walk, &kalender_table, &key, &row)) == ERR_OK)
		if (row.versi > highest)
			highest = row.versi;
	walk_close(&walk);
	if (e != ERR_NOT_FOUND)
		return e;
	*ret = highest + 1;
	return ERR_OK;
}

static enum err days_of(struct ctx *ctx, const struct calendar *calendar, struct kalender *ret)
{
	ret->hari = arena_take(ctx_arena(ctx), calendar->count * sizeof *ret->hari);
	if (ret->hari == NULL)
		return ctx_refuse(ctx, ERR_LIMIT, "hari", "terlalu_besar");
	for (size_t i = 0; i < calendar->count; i++)
		ret->hari[ret->hari_len++] = (struct hari_libur) {
			.tanggal = calendar->holidays[i].date,
			.nama = calendar->holidays[i].name,
			.jenis = calendar->holidays[i].kind == HOLIDAY_LIBUR ? JENIS_LIBUR_LIBUR
																 : JENIS_LIBUR_CUTI_BERSAMA,
		};
	ret->isi = calendar->content;
	return ERR_OK;
}

enum err decide_muat_kalender(struct ctx *ctx, const void *message)
{
	const struct muat_kalender *c = message;
	struct kalender_dimuat event = { .kalender = { .tahun = c->tahun, .dasar = c->dasar } };
	struct policy_key key = policy_year_key(c->tahun);
	struct calendar calendar = { .count = 0 };
	enum err e = ctx_allow(ctx, ROLE(ADMINISTRATOR) | ROLE(PPID_UTAMA), str_of(POLICY_ALL));

	if (e == ERR_OK)
		e = check_year(ctx, c);
	if (e == ERR_OK)
		e = in_order(ctx, c, &calendar);
	if (e == ERR_OK)
		e = days_of(ctx, &calendar, &event.kalender);
	if (e == ERR_OK)
		e = next_version(ctx, &event.kalender.versi);
	if (e != ERR_OK)
		return e;
	return ctx_emit(ctx, &schema_kalender_dimuat, policy_key_str(&key), &event);
}

enum err apply_kalender_dimuat(struct fold *fold, const void *event)
{
	const struct kalender_dimuat *e = event;

	return fold_put(fold, &kalender_table, fold_key(fold), &e->kalender);
}

/* Years of which nothing is loaded are left out. */
enum err ask_kalender_lihat(struct view *view, const void *question, void *answer)
{
	const struct kalender_lihat *q = question;
	struct kalender_lihat_jawab *a = answer;

	if (q->tahun_len == 0)
		return ERR_OK;
	a->kalender = arena_take(view_arena(view), q->tahun_len * sizeof *a->kalender);
	if (a->kalender == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (uint32_t i = 0; i < q->tahun_len; i++) {
		struct policy_key key = policy_year_key(q->tahun[i]);
		enum err e =
			view_get(view, &kalender_table, policy_key_str(&key), &a->kalender[a->kalender_len]);

		if (e == ERR_OK)
			a->kalender_len++;
		else if (e != ERR_NOT_FOUND)
			return e;
	}
	return ERR_OK;
}
