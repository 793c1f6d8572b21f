#include "domain/deadline.h"

#include <assert.h>

enum { SATURDAY = 5, SUNDAY = 6, WEEK = 7, WORKING_WEEK = 5 };

_Static_assert(DATE_DAYS_MIN % WEEK == -3, "day 0 is a Thursday and the first one a Monday");

/* holiday: that of the date, or NULL. */
static enum day_kind kind_of(const struct deadline_rules *rules, date_days date,
	const struct holiday *holiday)
{
	int weekday = civil_weekday(date);

	if (weekday == SATURDAY)
		return DAY_SABTU;
	if (weekday == SUNDAY)
		return DAY_MINGGU;
	if (holiday == NULL)
		return DAY_COUNTED;
	if (holiday->kind == HOLIDAY_LIBUR)
		return DAY_LIBUR;
	return rules->cuti_bersama_hari_kerja ? DAY_COUNTED : DAY_CUTI_BERSAMA;
}

enum day_kind deadline_day_kind(const struct deadline_rules *rules, date_days date)
{
	return kind_of(rules, date, calendar_find(rules->calendar, date));
}

static void note(struct deadline_trace *trace, struct deadline_day day)
{
	if (trace == NULL)
		return;
	if (trace->count == trace->size)
		trace->is_cut = true;
	else
		trace->rows[trace->count++] = day;
}

/* A walk over the days, from the one that may be day 1. */
struct walk {
	const struct deadline_rules *rules;
	struct deadline_trace *trace;
	uint32_t counted;
	size_t next;        /* the first holiday that is not over */
	date_days year_end; /* a year is looked up once */
	bool melewati_kalender;
};

static void enter_year(struct walk *w, date_days date)
{
	int year, month, day;

	civil_of_days(date, &year, &month, &day);
	w->year_end = civil_to_days(year, 12, 31);
	if (!calendar_covers(w->rules->calendar, year))
		w->melewati_kalender = true;
}

static const struct holiday *holiday_on(struct walk *w, date_days date)
{
	const struct calendar *calendar = w->rules->calendar;

	while (w->next < calendar->count && calendar->holidays[w->next].date < date)
		w->next++;
	return w->next < calendar->count && calendar->holidays[w->next].date == date
		? &calendar->holidays[w->next]
		: NULL;
}

static void step(struct walk *w, date_days date)
{
	const struct holiday *holiday = holiday_on(w, date);
	enum day_kind kind = kind_of(w->rules, date, holiday);

	if (date > w->year_end)
		enter_year(w, date);
	if (kind == DAY_COUNTED)
		w->counted++;
	note(w->trace,
		(struct deadline_day) {
			.date = date,
			.kind = kind,
			.number = kind == DAY_COUNTED ? w->counted : 0,
			.name = holiday == NULL ? (struct str) { 0 } : holiday->name,
		});
}

enum err deadline_after(const struct deadline_rules *rules, date_days received,
	uint32_t working_days, struct deadline *ret, struct deadline_trace *trace)
{
	struct walk w = { .rules = rules, .trace = trace, .year_end = DATE_DAYS_MIN - 1 };
	date_days date = received;

	if (working_days == 0 || working_days > DEADLINE_DAYS_MAX)
		return ERR_LIMIT;
	if (received < DATE_DAYS_MIN || received > DATE_DAYS_MAX - DEADLINE_TRACE_MAX)
		return ERR_INVALID;
	if (trace != NULL) {
		trace->count = 0;
		trace->is_cut = false;
	}
	w.next = calendar_first_from(rules->calendar, received);
	if (!rules->hari_pertama_dihitung)
		note(trace, (struct deadline_day) { .date = date++, .kind = DAY_START });
	for (step(&w, date); w.counted < working_days; step(&w, date))
		date++;
	*ret = (struct deadline) {
		.due = date,
		.calendar_version = rules->calendar->version,
		.melewati_kalender = w.melewati_kalender,
		.from = received,
		.counts_from = rules->hari_pertama_dihitung,
	};
	return ERR_OK;
}

enum err deadline_extend(const struct deadline_rules *rules, const struct extension *extension,
	struct deadline *ret, struct deadline_trace *trace)
{
	struct deadline_rules since_due = *rules;

	/* The due date has been counted once, as the last of the first days. */
	since_due.hari_pertama_dihitung = false;
	switch (extension->base) {
	case EXTENSION_SINCE_DUE:
		return deadline_after(&since_due, extension->due, extension->working_days, ret, trace);
	case EXTENSION_SINCE_ANSWER:
		return deadline_after(rules, extension->answered, extension->working_days, ret, trace);
	}
	assert(!"an extension is counted since one or the other");
	return ERR_INVALID;
}

/* Mondays to Fridays before a date, since the first day there is. */
static uint32_t weekdays_before(date_days date)
{
	uint32_t days = (uint32_t)(date - DATE_DAYS_MIN);
	uint32_t rest = days % WEEK;

	return days / WEEK * WORKING_WEEK + (rest < WORKING_WEEK ? rest : WORKING_WEEK);
}

uint32_t deadline_days_between(const struct deadline_rules *rules, date_days received,
	date_days until)
{
	date_days first = rules->hari_pertama_dihitung ? received : received + 1;
	const struct calendar *calendar = rules->calendar;
	uint32_t days;

	assert(received >= DATE_DAYS_MIN && until <= DATE_DAYS_MAX);
	if (until < first)
		return 0;
	days = weekdays_before(until + 1) - weekdays_before(first);
	for (size_t i = calendar_first_from(calendar, first); i < calendar->count; i++) {
		enum day_kind kind;

		if (calendar->holidays[i].date > until)
			break;
		kind = deadline_day_kind(rules, calendar->holidays[i].date);
		days -= kind == DAY_LIBUR || kind == DAY_CUTI_BERSAMA;
	}
	return days;
}

time_us deadline_end(date_days due)
{
	return civil_start_of(due + 1);
}

bool deadline_is_over(date_days due, time_us now)
{
	return now >= deadline_end(due);
}

const char *weekday_name(int weekday)
{
	static const char *const names[WEEK] = {
		"Senin",
		"Selasa",
		"Rabu",
		"Kamis",
		"Jumat",
		"Sabtu",
		"Minggu",
	};

	assert(weekday >= 0 && weekday < WEEK);
	return names[weekday];
}

static const char *const not_counted[] = {
	[DAY_START] = "tanggal awal",
	[DAY_SABTU] = "hari Sabtu",
	[DAY_MINGGU] = "hari Minggu",
	[DAY_LIBUR] = "hari libur nasional",
	[DAY_CUTI_BERSAMA] = "cuti bersama",
};

static void print_day(const struct deadline_day *day, struct buf *out)
{
	char date[DATE_TEXT_MAX];

	date_text(day->date, date);
	buf_print(out, "%s %-6s  ", date, weekday_name(civil_weekday(day->date)));
	if (day->kind == DAY_COUNTED)
		buf_print(out, "hari kerja ke-%u", day->number);
	else
		buf_print(out, "tidak dihitung: %s", not_counted[day->kind]);
	/* A counted day with a name is cuti bersama under the setting that counts it. */
	if (day->name.len > 0) {
		buf_print(out, day->kind == DAY_COUNTED ? ", cuti bersama yang dihitung (" : " (");
		buf_add_str(out, day->name);
		buf_add(out, ")", 1);
	}
	buf_add(out, "\n", 1);
}

void deadline_trace_print(const struct deadline_trace *trace, struct buf *out)
{
	for (size_t i = 0; i < trace->count; i++)
		print_day(&trace->rows[i], out);
	if (trace->is_cut)
		buf_print(out, "... (perincian selanjutnya tidak ditampilkan)\n");
}
