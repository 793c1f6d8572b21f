/* deadline - working days: due dates with their trace, and time taken
 *
 * Pure functions of dates, settings and a calendar. "Hari" in the law's rules
 * is hari kerja (Perki 1/2021): Monday to Friday that is no libur nasional.
 * Cuti bersama is a day off for civil servants (yearly Keppres), so it does not
 * count either, unless cuti_bersama_hari_kerja says so. Day 1 is the first
 * working day after receipt, the due date the n-th (UU 14/2008 art 22(7) "sejak
 * diterimanya permintaan"); with hari_pertama_dihitung the day of receipt is
 * day 1 when it is a working day. Dates are dates in WIB (base/civil.h). */
#ifndef DOMAIN_DEADLINE_H
#define DOMAIN_DEADLINE_H

#include "domain/calendar.h"

enum {
	DEADLINE_DAYS_MAX = 1000, /* working days in one limit */
	/* Days that any count can look at: five of a week count, and every row of a
	 * full calendar may take one away. */
	DEADLINE_TRACE_MAX = ((DEADLINE_DAYS_MAX + CALENDAR_HOLIDAYS_MAX) / 5 + 2) * 7,
};

/* What days are counted by. False is the default, and what the law says. */
struct deadline_rules {
	const struct calendar *calendar;
	bool cuti_bersama_hari_kerja; /* cuti bersama counts as a working day */
	bool hari_pertama_dihitung;   /* the day of receipt is day 1 */
};

enum day_kind {
	DAY_COUNTED,
	DAY_START, /* the day that is counted from, itself not counted */
	DAY_SABTU,
	DAY_MINGGU,
	DAY_LIBUR,
	DAY_CUTI_BERSAMA,
};

struct deadline_day {
	date_days date;
	enum day_kind kind;
	uint32_t number; /* of a counted day, from 1 */
	struct str name; /* of a holiday, lent from the calendar; also when its day is counted */
};

/* Where the days are written: the caller's rows. What is over size is left out, and said. */
struct deadline_trace {
	struct deadline_day *rows;
	size_t size;
	size_t count;
	bool is_cut;
};

struct deadline {
	date_days due;
	uint32_t calendar_version;
	bool melewati_kalender; /* a day of a year without a published table was looked at */
	date_days from;         /* what was counted from */
	bool counts_from;       /* and whether that day may itself be day 1 */
};

/* What a date is by these rules; DAY_COUNTED is a working day. */
enum day_kind deadline_day_kind(const struct deadline_rules *rules, date_days date);

/* The working_days-th working day after receipt. trace may be NULL. ERR_LIMIT when
 * working_days is 0 or over DEADLINE_DAYS_MAX, ERR_INVALID when the date is not
 * one or so late that its due date might not be one. */
enum err deadline_after(const struct deadline_rules *rules, date_days received,
	uint32_t working_days, struct deadline *ret, struct deadline_trace *trace) MUST_CHECK;

/* The one extension, UU 14/2008 art 22(8). By the law the days follow the first due
 * date (10 + 7 = 17 days since receipt); some bodies count them since the first
 * answer (setting perpanjangan_dihitung_sejak), which ends earlier. */
enum extension_base { EXTENSION_SINCE_DUE, EXTENSION_SINCE_ANSWER };

struct extension {
	enum extension_base base;
	date_days due;      /* the first due date, as it was fixed */
	date_days answered; /* the day of the first answer, for EXTENSION_SINCE_ANSWER */
	uint32_t working_days;
};

/* Errors as deadline_after. */
enum err deadline_extend(const struct deadline_rules *rules, const struct extension *extension,
	struct deadline *ret, struct deadline_trace *trace) MUST_CHECK;

/* Working days from receipt to a later date, counted as deadline_after counts: n
 * where `until` is the n-th due date. 0 on the day of receipt (1 where that is day
 * 1) and where until lies before received. Both are dates that exist. */
uint32_t deadline_days_between(const struct deadline_rules *rules, date_days received,
	date_days until);

/* The first moment at which the due date is over: midnight in WIB. */
time_us deadline_end(date_days due);
bool deadline_is_over(date_days due, time_us now);

/* The trace as lines of Indonesian text, one a day, for officers and --explain. */
void deadline_trace_print(const struct deadline_trace *trace, struct buf *out);
/* "Senin" for 0 to "Minggu" for 6, as civil_weekday counts. */
const char *weekday_name(int weekday);

#endif
