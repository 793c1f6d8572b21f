/* calendar - the days off of the national decree, as data with a version
 *
 * A holiday table is policy: set by command, kept as an event, never computed.
 * The yearly joint decree of three ministers (SKB) names two kinds: libur
 * nasional and cuti bersama; the Menteri Agama may still move 1 Syawal and
 * 10 Zulhijah, so a year may have several versions (DOMAIN.md 7).
 * A year is covered when the table holds at least one libur of it: a calendar
 * without New Year's Day has not been published yet. */
#ifndef DOMAIN_CALENDAR_H
#define DOMAIN_CALENDAR_H

#include "base/arena.h"
#include "base/civil.h"
#include "base/hash.h"
#include "domain/csv.h"

enum {
	CALENDAR_HOLIDAYS_MAX = 4096,
	HOLIDAY_NAME_MAX = 200, /* bytes */
};

/* The words of the column kind: libur, cuti_bersama. */
enum holiday_kind { HOLIDAY_LIBUR, HOLIDAY_CUTI_BERSAMA };

struct holiday {
	date_days date;
	enum holiday_kind kind;
	struct str name;
};

/* Neither owns its rows; they live as long as what they were loaded into. */
struct calendar {
	const struct holiday *holidays; /* by date, one a date */
	size_t count;
	uint32_t version;    /* given by whoever keeps the calendars */
	struct hash content; /* of all rows in order, whatever the order they came in */
};

/* Puts rows in order (in place) and makes a calendar of them. ERR_LIMIT
 * (terlalu_banyak_baris), ERR_INVALID (tanggal_ganda, di_luar_jangkauan,
 * wajib_diisi, terlalu_panjang, bukan_utf8, jenis_tidak_dikenal). */
enum err calendar_init(struct calendar *ret, uint32_t version, struct holiday *rows, size_t count,
	struct problem *why) MUST_CHECK;

/* Reads the text date,name,kind with this heading; rows and names go into the
 * arena. The first wrong row refuses the whole text: a holiday left out moves
 * due dates unseen. Errors as calendar_init, with the line (also judul_kolom_salah,
 * jumlah_kolom_salah, tanggal_tidak_sah, tidak_ada_baris, memori_penuh, the rules of csv). */
enum err calendar_read(struct str text, uint32_t version, struct arena *arena, struct calendar *ret,
	struct csv_fault *fault) MUST_CHECK;

/* The holiday on a date, NULL when it is none. */
const struct holiday *calendar_find(const struct calendar *calendar, date_days date);
/* The place of the first holiday on or after a date; count when there is none. */
size_t calendar_first_from(const struct calendar *calendar, date_days date);
/* Whether the year has a published table. */
bool calendar_covers(const struct calendar *calendar, int year);

const char *holiday_kind_name(enum holiday_kind kind);
/* ERR_INVALID when it is no such word. */
enum err holiday_kind_parse(struct str text, enum holiday_kind *ret) MUST_CHECK;

#endif
