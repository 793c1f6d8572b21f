/* hitungan - the one table of reports: a fact a request, and the sums of all facts
 *
 * A project function may read and write one table, so facts and sums share it,
 * apart by the first byte of their keys. A request counts in the sums of its
 * channel, month and unit; when its fact changes, the sums follow. */
#ifndef REPORTING_HITUNGAN_H
#define REPORTING_HITUNGAN_H

#include "runtime/fold.h"

extern const struct table hitungan_table;

/* Lent from the struct. */
struct hitungan_key {
	char bytes[192];
	size_t len;
};
struct str hitungan_key_str(const struct hitungan_key *key);
struct hitungan_key hitungan_fact_key(struct id id);

/* Sums of one node, month (counted from year 0) and unit. The node of one's own is "". */
enum hitungan_kind { HITUNGAN_HARI = 'h', HITUNGAN_KANAL = 'k', HITUNGAN_POKOK = 'p' };
/* All units of a month. */
struct hitungan_key hitungan_month_key(struct str node, uint32_t month);
struct hitungan_key hitungan_unit_key(struct str node, uint32_t month, struct str unit);
/* What a sum's key says behind its month: what it counts, and (hari, kanal) the number or (pokok) the
 * text, lent from the key. ERR_CORRUPT. */
enum err hitungan_key_read(struct str key, enum hitungan_kind *ret_kind, uint32_t *ret_number,
	struct str *ret_text) MUST_CHECK;

/* The month of a day, as in the keys. */
uint32_t hitungan_month(date_days date);

/* The sums change as the fact did; before: all zero when there was none. */
enum err hitungan_move(struct projection *p, const struct fakta_layanan *before,
	const struct fakta_layanan *now) MUST_CHECK;

#endif
