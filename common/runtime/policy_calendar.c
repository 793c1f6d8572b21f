/* The days off that a count needs, out of the rows of years. */
#include "runtime/policy_said.h"

#include "runtime/engine.h"

/* The year's row; one without days where nothing is loaded. */
static enum err year_get(struct ctx *ctx, const struct policy_tables *tables, int year,
	const struct kalender **ret)
{
	static const struct kalender nothing;
	struct policy_key key = policy_year_key((uint32_t)year);
	const void *row;
	enum err e = ctx_get_kept(ctx, tables->kalender, policy_key_str(&key), &row);

	if (e == ERR_OK || e == ERR_NOT_FOUND)
		*ret = e == ERR_OK ? row : &nothing;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static void add_year(const struct kalender *year, struct holiday *rows, struct calendar *calendar)
{
	for (uint32_t i = 0; i < year->hari_len; i++) {
		const struct hari_libur *day = &year->hari[i];

		rows[calendar->count++] = (struct holiday) {
			.date = day->tanggal,
			.kind = (enum holiday_kind)(day->jenis - JENIS_LIBUR_LIBUR),
			.name = day->nama,
		};
	}
	/* The state after the version-th change: what was loaded later changed other years. */
	if (year->versi > calendar->version)
		calendar->version = year->versi;
}

/* Rows were checked and put in order when they were loaded, so years in order are dates in order. */
static enum err calendar_make(struct ctx *ctx, const struct policy_tables *tables, int first,
	int last, struct arena *arena, const struct calendar **ret)
{
	uint32_t years = (uint32_t)(last - first) + 1;
	const struct kalender **read = arena_take(ctx->arena, years * sizeof(const struct kalender *));
	struct calendar *calendar = arena_take(arena, sizeof *calendar);
	struct holiday *rows;
	size_t days = 0;

	if (read == NULL || calendar == NULL)
		return ERR_LIMIT;
	for (uint32_t i = 0; i < years; i++) {
		enum err e = year_get(ctx, tables, first + (int)i, &read[i]);

		if (e != ERR_OK)
			return e;
		days += read[i]->hari_len;
	}
	if ((rows = arena_take(arena, (days + 1) * sizeof *rows)) == NULL)
		return ERR_LIMIT;
	calendar->holidays = rows;
	for (uint32_t i = 0; i < years; i++)
		add_year(read[i], rows, calendar);
	*ret = calendar;
	return ERR_OK;
}

/* Nearly all cases of a batch are counted by the days of the same years. */
static enum err calendar_of(struct ctx *ctx, const struct policy_tables *tables, int first,
	int last, const struct calendar **ret)
{
	struct policy_calendars *made = &ctx->r->calendars;
	uint64_t moment = table_moment(ctx->txn, tables->kalender);
	enum err e;

	if (made->moment != moment) {
		arena_reset(&made->arena);
		made->count = 0;
		made->moment = moment;
	}
	for (uint32_t i = 0; i < made->count; i++)
		if (made->rows[i].table == tables->kalender && made->rows[i].first == first &&
			made->rows[i].last == last) {
			*ret = made->rows[i].calendar;
			return ERR_OK;
		}
	if (made->count == POLICY_CALENDARS_MAX)
		return calendar_make(ctx, tables, first, last, ctx->arena, ret);
	e = calendar_make(ctx, tables, first, last, &made->arena, ret);
	if (e != ERR_OK)
		return e;
	made->rows[made->count].table = tables->kalender;
	made->rows[made->count].first = first;
	made->rows[made->count].last = last;
	made->rows[made->count++].calendar = *ret;
	return ERR_OK;
}

enum err policy_rules(struct ctx *ctx, const struct policy_tables *tables, struct str unit,
	date_days from, date_days to, struct deadline_rules *ret)
{
	struct deadline_rules rules = { 0 };
	const struct calendar *calendar = NULL;
	int first, last, month, day;
	enum err e;

	if (from < DATE_DAYS_MIN || to > DATE_DAYS_MAX || to < from)
		return ERR_INVALID;
	civil_of_days(from, &first, &month, &day);
	civil_of_days(to, &last, &month, &day);
	if ((e = calendar_of(ctx, tables, first, last, &calendar)) == ERR_OK)
		e = policy_is(ctx, tables, "cuti_bersama_hari_kerja", unit, "ya",
			&rules.cuti_bersama_hari_kerja);
	if (e == ERR_OK)
		e = policy_is(ctx, tables, "hari_pertama_dihitung", unit, "ya",
			&rules.hari_pertama_dihitung);
	rules.calendar = calendar;
	if (e == ERR_OK)
		*ret = rules;
	return e;
}

enum err policy_rules_from(struct ctx *ctx, const struct policy_tables *tables, struct str unit,
	date_days from, struct deadline_rules *ret)
{
	enum { TWO_YEARS = 731 };
	date_days to = from > DATE_DAYS_MAX - TWO_YEARS ? DATE_DAYS_MAX : from + TWO_YEARS;

	return policy_rules(ctx, tables, unit, from, to, ret);
}
