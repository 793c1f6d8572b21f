/* nomor - registration numbers by a pattern that is a setting
 *
 * The law asks for a number when a request is received (UU 14/2008 art 22(4))
 * and gives no form of it. A pattern is literal text with placeholders:
 *   {nomor} {nomor:W}  the counter, at least W digits wide (1 to 9)
 *   {unit}             the code of the unit
 *   {bulan_romawi}     I to XII      {bulan}  01 to 12
 *   {tahun}            four digits
 * Month and year are those of registration in WIB, whatever the day of receipt.
 * The counter runs per unit, register and year; it belongs to the caller. */
#ifndef DOMAIN_NOMOR_H
#define DOMAIN_NOMOR_H

#include "base/str.h"

enum {
	NOMOR_PATTERN_MAX = 96, /* bytes */
	NOMOR_UNIT_MAX = 32,
	NOMOR_WIDTH_MAX = 9,
	NOMOR_TEXT_MAX = 160, /* any number with its zero byte */
	NOMOR_MAX = 999999999,
	NOMOR_YEAR_MIN = 1900,
	NOMOR_YEAR_MAX = 2999,
};

/* The defaults (DOMAIN.md 1.5). */
#define NOMOR_PATTERN_PERMOHONAN "{nomor:3}/PPID-{unit}/{bulan_romawi}/{tahun}"
#define NOMOR_PATTERN_KEBERATAN "{nomor:3}/KEB/{unit}/{bulan_romawi}/{tahun}"

struct nomor {
	uint32_t nomor;
	struct str unit;
	int month; /* 0 in a parsed number whose pattern has no month */
	int year;
};

/* Month and year of a moment in WIB. */
struct nomor nomor_at(uint32_t nomor, struct str unit, time_us registered);

/* Whether the pattern can be used: it says nomor and tahun, can be read back in one
 * way only, and is printable ASCII. *ret_part is the piece of the pattern that is
 * wrong (all of it where something is missing). ERR_LIMIT when it is too long, else
 * ERR_INVALID with a rule: nomor_wajib_ada, tahun_wajib_ada, penanda_tidak_dikenal,
 * penanda_ganda, penanda_tidak_ditutup, lebar_tidak_sah, perlu_pemisah, huruf_tidak_sah. */
enum err nomor_pattern_check(struct str pattern, struct problem *why,
	struct str *ret_part) MUST_CHECK;

/* A unit's code: A-Z, 0-9, dot, hyphen, underscore; at most NOMOR_UNIT_MAX. */
bool nomor_is_unit(struct str unit);

/* The number as text, with a zero byte; a counter over its width grows. The pattern
 * has been checked and the parts are in range. */
void nomor_format(struct str pattern, const struct nomor *nomor, char ret[NOMOR_TEXT_MAX]);

/* Reads a number of this pattern and unit back, for the counter behind an imported
 * register. Leading zeros may be missing or more: 7/... and 0007/... are number 7.
 * ERR_INVALID when the text is not of the pattern: such a number is kept as it is
 * and moves no counter. unit in *ret is the one given. */
enum err nomor_parse(struct str pattern, struct str unit, struct str text,
	struct nomor *ret) MUST_CHECK;

#endif
