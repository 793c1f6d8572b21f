/* periode - the spans that reports are made for
 *
 * A year, half-year (semester), quarter (triwulan) or month, by dates in WIB:
 * "2021", "2021-S1", "2021-Q3", "2021-07". */
#ifndef DOMAIN_PERIODE_H
#define DOMAIN_PERIODE_H

#include "base/str.h"

enum {
	PERIODE_YEAR_MIN = 1900,
	PERIODE_YEAR_MAX = 2999,
	PERIODE_TEXT_MAX = 8,   /* "2021-Q3" and the zero byte */
	PERIODE_TITLE_MAX = 24, /* "Triwulan III Tahun 2021" and the zero byte */
};

enum periode_kind { PERIODE_TAHUN, PERIODE_SEMESTER, PERIODE_TRIWULAN, PERIODE_BULAN };

struct periode {
	enum periode_kind kind;
	int year;
	int part; /* from 1; 1 in a year */
};

/* ERR_INVALID with field periode and the rule bentuk_tidak_sah (not one of the four
 * forms) or di_luar_jangkauan (no such part, or a year out of range). */
enum err periode_parse(struct str text, struct periode *ret, struct problem *why) MUST_CHECK;
/* The form that periode_parse reads. */
void periode_text(struct periode p, char ret[PERIODE_TEXT_MAX]);
/* "Tahun 2021", "Semester I Tahun 2021", "Triwulan III Tahun 2021", "Juli 2021". */
void periode_title(struct periode p, char ret[PERIODE_TITLE_MAX]);
date_days periode_first(struct periode p);
date_days periode_last(struct periode p);
bool periode_has(struct periode p, date_days date);
/* The period of this kind that a date lies in. */
struct periode periode_at(enum periode_kind kind, date_days date);
/* "Januari" for 1 to "Desember" for 12. */
const char *month_name(int month);

#endif
