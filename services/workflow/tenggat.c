#include "workflow/tenggat.h"

#include "workflow/kebijakan.h"

enum { LEWAT_MAX = 64, JEJAK_MAX = 400 }; /* as in hitungan and rinci_perkara_jawab */

/* The rules with the days off that so many working days can reach: weeks of five, and a quarter of a year for
 * the rest. Whole years would be more to read for each case, and are hardly ever needed. */
static enum err rules_for(struct ctx *ctx, struct str unit, date_days from, uint32_t days,
	struct deadline_rules *ret)
{
	enum { QUARTER = 92 };
	date_days span = (date_days)days * 2 + QUARTER;

	if (from > DATE_DAYS_MAX - span)
		return ERR_INVALID;
	return policy_rules(ctx, &policy_own, unit, from, from + span, ret);
}

/* The trace without the days that anybody can tell, week-ends and what is counted: the days off that the
 * count passed over. False where they are too many to keep. */
static bool passed_over(const struct deadline_rules *rules, const struct machine_due *due,
	struct arena *arena, struct hitungan *count)
{
	const struct calendar *calendar = rules->calendar;
	size_t first = calendar_first_from(calendar, due->counts_from ? due->from : due->from + 1);
	size_t end = calendar_first_from(calendar, due->date + 1);
	size_t room = end - first < LEWAT_MAX ? end - first : LEWAT_MAX;

	count->lewat = arena_take(arena, room * sizeof *count->lewat);
	if (count->lewat == NULL)
		return false;
	for (size_t i = first; i < end; i++) {
		date_days date = calendar->holidays[i].date;
		enum day_kind kind = deadline_day_kind(rules, date);

		if (kind != DAY_LIBUR && kind != DAY_CUTI_BERSAMA)
			continue;
		if (count->lewat_len == LEWAT_MAX)
			return false;
		count->lewat[count->lewat_len++] = (struct hari_lewat) {
			.tanggal = date,
			.jenis = kind == DAY_LIBUR ? JENIS_LIBUR_LIBUR : JENIS_LIBUR_CUTI_BERSAMA,
		};
	}
	return true;
}

static enum err how_to_count(struct ctx *ctx, const struct transition *row,
	const struct tenggat_base *base, struct deadline_rules *rules, struct machine_count *ret)
{
	bool since_answer = false;
	enum err e;

	*ret = (struct machine_count) {
		.rules = rules,
		.base = base->from,
		.since = EXTENSION_SINCE_DUE,
		/* The notice of the extension is the first answer. */
		.answered = civil_date_of(ctx_now(ctx)),
	};
	e = policy_days(ctx, &policy_own, row->clock.setting, base->unit, &ret->days);
	if (e == ERR_OK && row->clock.kind == CLOCK_EXTEND)
		e = policy_is(ctx, &policy_own, "perpanjangan_dihitung_dari", base->unit,
			"tanggapan_pertama", &since_answer);
	if (since_answer)
		ret->since = EXTENSION_SINCE_ANSWER;
	if (e == ERR_OK)
		e = rules_for(ctx, base->unit,
			row->clock.kind == CLOCK_START ? base->from : base->before.date, ret->days, rules);
	return e;
}

enum err tenggat_after(struct ctx *ctx, const struct transition *row,
	const struct tenggat_base *base, struct machine_due *ret, bool *ret_has_count,
	struct hitungan *ret_count)
{
	bool counts = row->clock.kind == CLOCK_START || row->clock.kind == CLOCK_EXTEND;
	struct deadline_rules rules = { 0 };
	struct machine_count how = { 0 };
	enum err e = ERR_OK;

	*ret_has_count = false;
	if (!counts)
		return machine_due(row, &how, base->before, ret);
	e = how_to_count(ctx, row, base, &rules, &how);
	if (e != ERR_OK)
		return e;
	if ((e = machine_due(row, &how, base->before, ret)) != ERR_OK)
		return ctx_refuse(ctx, e, NULL, "tidak_dapat_dihitung");
	*ret_count = (struct hitungan) {
		.dari = ret->from,
		.hari = how.days,
		.aturan = str_of(row->clock.setting),
		.hari_pertama = ret->counts_from,
		.sampai = ret->date,
		.kalender_versi = ret->calendar_version,
		.melewati_kalender = ret->melewati_kalender,
	};
	*ret_has_count = passed_over(&rules, ret, ctx_arena(ctx), ret_count);
	return ERR_OK;
}

enum err tenggat_of_rule(struct ctx *ctx, const char *rule, struct str unit, date_days from,
	struct deadline *ret)
{
	struct deadline_rules rules;
	uint32_t days;
	enum err e = policy_days(ctx, &policy_own, rule, unit, &days);

	if (e == ERR_OK)
		e = rules_for(ctx, unit, from, days, &rules);
	return e == ERR_OK ? deadline_after(&rules, from, days, ret, NULL) : e;
}

enum err tenggat_between(struct ctx *ctx, struct str unit, date_days from, date_days until,
	struct tenggat_span *ret)
{
	struct deadline_rules rules;
	struct tenggat_span span = { 0 };
	int first, last, month, day;
	enum err e;

	if (until < from)
		until = from;
	e = policy_rules(ctx, &policy_own, unit, from, until, &rules);
	if (e != ERR_OK)
		return e;
	span.days = deadline_days_between(&rules, from, until);
	civil_of_days(from, &first, &month, &day);
	civil_of_days(until, &last, &month, &day);
	for (int year = first; year <= last; year++)
		span.tanpa_kalender |= !calendar_covers(rules.calendar, year);
	*ret = span;
	return ERR_OK;
}

/* Why the day was not counted; JENIS_HARI_DIHITUNG when it was. */
static uint32_t kind_of(const struct hitungan *count, date_days date)
{
	enum { SATURDAY = 5, SUNDAY = 6 };
	int weekday = civil_weekday(date);

	if (date == count->dari && !count->hari_pertama)
		return JENIS_HARI_AWAL;
	if (weekday == SATURDAY)
		return JENIS_HARI_SABTU;
	if (weekday == SUNDAY)
		return JENIS_HARI_MINGGU;
	for (uint32_t i = 0; i < count->lewat_len; i++)
		if (count->lewat[i].tanggal == date)
			return count->lewat[i].jenis == JENIS_LIBUR_LIBUR ? JENIS_HARI_LIBUR
															  : JENIS_HARI_CUTI_BERSAMA;
	return JENIS_HARI_DIHITUNG;
}

enum err tenggat_trace(const struct hitungan *count, struct arena *arena, struct jejak_hari **ret,
	uint32_t *ret_len)
{
	struct jejak_hari *days = arena_take(arena, JEJAK_MAX * sizeof *days);
	uint32_t number = 0;
	uint32_t len = 0;

	if (days == NULL)
		return ERR_LIMIT;
	for (date_days date = count->dari; date <= count->sampai && len < JEJAK_MAX; date++) {
		struct jejak_hari *day = &days[len++];

		*day = (struct jejak_hari) { .tanggal = date, .jenis = kind_of(count, date) };
		day->has_nomor = day->jenis == JENIS_HARI_DIHITUNG;
		if (day->has_nomor)
			day->nomor = ++number;
	}
	*ret = days;
	*ret_len = len;
	return ERR_OK;
}
