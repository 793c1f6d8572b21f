/* civil - calendar dates and times of day as text and numbers
 *
 * Dates are days since 1970-01-01 in the proleptic Gregorian calendar, from
 * year 0001 to 9999: what lies outside has no text of ten characters and is
 * refused. Which zone a date belongs to is the caller's matter (WIB for
 * everything a person sees); the text of a time is always UTC. */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include "base/str.h"

enum {
	DATE_TEXT_MAX = 11,      /* "2026-03-17" and the zero byte */
	TIME_TEXT_MAX = 28,      /* "2026-03-17T01:02:03.000004Z" and the zero byte */
	DATE_DAYS_MIN = -719162, /* 0001-01-01 */
	DATE_DAYS_MAX = 2932896, /* 9999-12-31 */
};

#define TIME_US_MIN ((time_us)DATE_DAYS_MIN * US_PER_DAY)
#define TIME_US_MAX (((time_us)DATE_DAYS_MAX + 1) * US_PER_DAY - 1)

/* Western Indonesian Time: seven hours before UTC, without summer time. */
#define WIB_OFFSET (INT64_C(7) * 3600 * US_PER_SECOND)

bool civil_is_leap(int year);
/* 28 to 31; month is 1 to 12. */
int civil_month_days(int year, int month);
/* The day of a valid date; months and days count from 1. */
date_days civil_to_days(int year, int month, int day);
void civil_of_days(date_days date, int *ret_year, int *ret_month, int *ret_day);
/* 0 is Monday, 6 is Sunday. */
int civil_weekday(date_days date);

/* The date in WIB at a moment, and the moment at which a date begins in WIB. */
date_days civil_date_of(time_us at);
time_us civil_start_of(date_days date);

/* Exactly YYYY-MM-DD and a day that exists; ERR_INVALID otherwise. */
enum err date_parse(struct str text, date_days *ret) MUST_CHECK;
/* Within DATE_DAYS_MIN and _MAX; with a zero byte. */
void date_text(date_days date, char ret[DATE_TEXT_MAX]);

/* RFC 3339: YYYY-MM-DDThh:mm:ss, then up to six digits of a fraction, then Z or
 * +hh:mm or -hh:mm. ERR_INVALID otherwise, and for a leap second. */
enum err time_parse(struct str text, time_us *ret) MUST_CHECK;
/* In UTC, always with six digits; within TIME_US_MIN and _MAX; with a zero byte. */
void time_text(time_us at, char ret[TIME_TEXT_MAX]);

#endif
