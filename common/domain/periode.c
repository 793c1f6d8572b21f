#include "domain/periode.h"
#include "base/civil.h"

#include <assert.h>
#include <stdio.h>

enum { YEAR_DIGITS = 4, MONTHS = 12 };

static const struct {
	int months;       /* of one part */
	const char *mark; /* before the part, after the hyphen */
	const char *word;
} kinds[] = {
	[PERIODE_TAHUN] = { 12, NULL, NULL },
	[PERIODE_SEMESTER] = { 6, "S", "Semester" },
	[PERIODE_TRIWULAN] = { 3, "Q", "Triwulan" },
	[PERIODE_BULAN] = { 1, "", NULL },
};

const char *month_name(int month)
{
	static const char *const names[MONTHS] = { "Januari", "Februari", "Maret", "April", "Mei",
		"Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember" };

	assert(month >= 1 && month <= MONTHS);
	return names[month - 1];
}

static int parts_of(enum periode_kind kind)
{
	return MONTHS / kinds[kind].months;
}

static enum err bad_form(struct problem *why)
{
	return refuse(why, ERR_INVALID, "periode", "bentuk_tidak_sah");
}

/* Reads the part behind the hyphen: S and one digit, Q and one digit, or two digits. */
static bool read_part(struct str text, struct periode *ret)
{
	uint64_t part;

	if (text.len != 2)
		return false;
	ret->kind = text.ptr[0] == 'S' ? PERIODE_SEMESTER
		: text.ptr[0] == 'Q'       ? PERIODE_TRIWULAN
								   : PERIODE_BULAN;
	if (ret->kind != PERIODE_BULAN)
		text = str_bytes(text.ptr + 1, 1);
	if (!str_number(text, &part))
		return false;
	ret->part = (int)part;
	return true;
}

enum err periode_parse(struct str text, struct periode *ret, struct problem *why)
{
	struct periode p = { PERIODE_TAHUN, 0, 1 };
	struct str rest = text;
	struct str year = { NULL, 0 };
	uint64_t number;

	(void)str_split(&rest, '-', &year);
	if (year.len != YEAR_DIGITS || !str_number(year, &number))
		return bad_form(why);
	if (rest.ptr != NULL && !read_part(rest, &p))
		return bad_form(why);
	p.year = (int)number;
	if (p.year < PERIODE_YEAR_MIN || p.year > PERIODE_YEAR_MAX || p.part < 1 ||
		p.part > parts_of(p.kind))
		return refuse(why, ERR_INVALID, "periode", "di_luar_jangkauan");
	*ret = p;
	return ERR_OK;
}

static void check(struct periode p)
{
	assert(p.year >= PERIODE_YEAR_MIN && p.year <= PERIODE_YEAR_MAX);
	assert(p.part >= 1 && p.part <= parts_of(p.kind));
}

void periode_text(struct periode p, char ret[PERIODE_TEXT_MAX])
{
	check(p);
	if (p.kind == PERIODE_TAHUN)
		snprintf(ret, PERIODE_TEXT_MAX, "%04u", (unsigned)p.year % 10000);
	else if (p.kind == PERIODE_BULAN)
		snprintf(ret, PERIODE_TEXT_MAX, "%04u-%02u", (unsigned)p.year % 10000,
			(unsigned)p.part % 100);
	else
		snprintf(ret, PERIODE_TEXT_MAX, "%04u-%s%u", (unsigned)p.year % 10000, kinds[p.kind].mark,
			(unsigned)p.part % 10);
}

void periode_title(struct periode p, char ret[PERIODE_TITLE_MAX])
{
	static const char *const roman[] = { "", "I", "II", "III", "IV" };

	check(p);
	if (p.kind == PERIODE_TAHUN)
		snprintf(ret, PERIODE_TITLE_MAX, "Tahun %d", p.year);
	else if (p.kind == PERIODE_BULAN)
		snprintf(ret, PERIODE_TITLE_MAX, "%s %d", month_name(p.part), p.year);
	else
		snprintf(ret, PERIODE_TITLE_MAX, "%s %s Tahun %d", kinds[p.kind].word, roman[p.part],
			p.year);
}

date_days periode_first(struct periode p)
{
	check(p);
	return civil_to_days(p.year, (p.part - 1) * kinds[p.kind].months + 1, 1);
}

date_days periode_last(struct periode p)
{
	int month = p.part * kinds[p.kind].months;

	check(p);
	return civil_to_days(p.year, month, civil_month_days(p.year, month));
}

bool periode_has(struct periode p, date_days date)
{
	return date >= periode_first(p) && date <= periode_last(p);
}

struct periode periode_at(enum periode_kind kind, date_days date)
{
	int year, month, day;

	civil_of_days(date, &year, &month, &day);
	return (struct periode) { kind, year, (month - 1) / kinds[kind].months + 1 };
}
