#include "base/civil.h"

#include <assert.h>

enum {
	DAYS_PER_ERA = 146097, /* 400 years, after which the calendar repeats */
	EPOCH_DAYS = 719468,   /* from 0000-03-01 to 1970-01-01 */
};

bool civil_is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int civil_month_days(int year, int month)
{
	assert(month >= 1 && month <= 12);
	if (month == 2)
		return civil_is_leap(year) ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Years are counted from March, so that the leap day is the last of a year and
 * the days before a month follow one line: (153 * month + 2) / 5. */
date_days civil_to_days(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int month_from_march = month <= 2 ? month + 9 : month - 3;
	int era, year_of_era, day_of_year;

	assert(year >= 1 && year <= 9999 && month >= 1 && month <= 12);
	assert(day >= 1 && day <= civil_month_days(year, month));
	era = y / 400;
	year_of_era = y % 400;
	day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
	return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
		day_of_year - EPOCH_DAYS;
}

void civil_of_days(date_days date, int *ret_year, int *ret_month, int *ret_day)
{
	int days, era, day_of_era, year_of_era, day_of_year, month_from_march, month;

	assert(date >= DATE_DAYS_MIN && date <= DATE_DAYS_MAX);
	days = date + EPOCH_DAYS;
	era = days / DAYS_PER_ERA;
	day_of_era = days % DAYS_PER_ERA;
	/* Takes out the leap days before, so that what is left divides by 365. */
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	month_from_march = (5 * day_of_year + 2) / 153;
	month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
	*ret_year = era * 400 + year_of_era + (month <= 2);
	*ret_month = month;
	*ret_day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
}

int civil_weekday(date_days date)
{
	int day = (date + 3) % 7; /* 1970-01-01 was a Thursday */

	return day < 0 ? day + 7 : day;
}

/* a / b towards minus infinity: the moment before 1970 belongs to the day before. */
static int64_t floor_divide(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

date_days civil_date_of(time_us at)
{
	return (date_days)floor_divide(at + WIB_OFFSET, US_PER_DAY);
}

time_us civil_start_of(date_days date)
{
	return (time_us)date * US_PER_DAY - WIB_OFFSET;
}

/* Exactly n digits at the front of *text, which moves past them. */
static bool take_digits(struct str *text, size_t n, int *ret)
{
	int value = 0;

	if (text->len < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text->ptr[i] < '0' || text->ptr[i] > '9')
			return false;
		value = value * 10 + (text->ptr[i] - '0');
	}
	*text = str_bytes(text->ptr + n, text->len - n);
	*ret = value;
	return true;
}

static bool take_char(struct str *text, char c)
{
	if (text->len == 0 || text->ptr[0] != c)
		return false;
	*text = str_bytes(text->ptr + 1, text->len - 1);
	return true;
}

static bool take_date(struct str *text, date_days *ret)
{
	int year, month, day;

	if (!take_digits(text, 4, &year) || !take_char(text, '-') || !take_digits(text, 2, &month) ||
		!take_char(text, '-') || !take_digits(text, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > civil_month_days(year, month))
		return false;
	*ret = civil_to_days(year, month, day);
	return true;
}

enum err date_parse(struct str text, date_days *ret)
{
	date_days date;

	if (!take_date(&text, &date) || text.len != 0)
		return ERR_INVALID;
	*ret = date;
	return ERR_OK;
}

static void put_digits(char *to, size_t n, int64_t value)
{
	for (size_t i = n; i > 0; i--) {
		to[i - 1] = (char)('0' + value % 10);
		value /= 10;
	}
}

void date_text(date_days date, char ret[DATE_TEXT_MAX])
{
	int year, month, day;

	civil_of_days(date, &year, &month, &day);
	put_digits(ret, 4, year);
	ret[4] = '-';
	put_digits(ret + 5, 2, month);
	ret[7] = '-';
	put_digits(ret + 8, 2, day);
	ret[10] = '\0';
}

/* A fraction of one to six digits behind its point; none at all is 0. */
static bool take_fraction(struct str *text, time_us *ret)
{
	time_us value = 0;
	size_t n = 0;

	*ret = 0;
	if (!take_char(text, '.'))
		return true;
	while (n < text->len && n < 6 && text->ptr[n] >= '0' && text->ptr[n] <= '9') {
		value = value * 10 + (text->ptr[n] - '0');
		n++;
	}
	*text = str_bytes(text->ptr + n, text->len - n);
	if (n == 0)
		return false;
	for (; n < 6; n++)
		value *= 10;
	*ret = value;
	return true;
}

/* Z, +hh:mm or -hh:mm: how far the text is ahead of UTC. */
static bool take_zone(struct str *text, time_us *ret)
{
	int sign, hours, minutes;

	*ret = 0;
	if (take_char(text, 'Z'))
		return true;
	sign = take_char(text, '+') ? 1 : take_char(text, '-') ? -1 : 0;
	if (sign == 0 || !take_digits(text, 2, &hours) || !take_char(text, ':') ||
		!take_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret = sign * (hours * INT64_C(60) + minutes) * 60 * US_PER_SECOND;
	return true;
}

enum err time_parse(struct str text, time_us *ret)
{
	date_days date;
	int hours, minutes, seconds;
	time_us fraction, zone, at;

	if (!take_date(&text, &date) || !take_char(&text, 'T') || !take_digits(&text, 2, &hours) ||
		!take_char(&text, ':') || !take_digits(&text, 2, &minutes) || !take_char(&text, ':') ||
		!take_digits(&text, 2, &seconds) || !take_fraction(&text, &fraction) ||
		!take_zone(&text, &zone) || text.len != 0)
		return ERR_INVALID;
	if (hours > 23 || minutes > 59 || seconds > 59)
		return ERR_INVALID;
	at = (time_us)date * US_PER_DAY +
		((hours * INT64_C(60) + minutes) * 60 + seconds) * US_PER_SECOND + fraction - zone;
	if (at < TIME_US_MIN || at > TIME_US_MAX)
		return ERR_INVALID;
	*ret = at;
	return ERR_OK;
}

void time_text(time_us at, char ret[TIME_TEXT_MAX])
{
	date_days date = (date_days)floor_divide(at, US_PER_DAY);
	int64_t rest = at - (time_us)date * US_PER_DAY;
	int64_t seconds = rest / US_PER_SECOND;

	date_text(date, ret);
	ret[10] = 'T';
	put_digits(ret + 11, 2, seconds / 3600);
	ret[13] = ':';
	put_digits(ret + 14, 2, seconds / 60 % 60);
	ret[16] = ':';
	put_digits(ret + 17, 2, seconds % 60);
	ret[19] = '.';
	put_digits(ret + 20, 6, rest % US_PER_SECOND);
	ret[26] = 'Z';
	ret[27] = '\0';
}
