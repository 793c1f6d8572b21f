/* report - a report of requests in its three forms
 *
 * The same tables as JSON (counts as integers, shares as numbers in percent,
 * null where the whole is 0), as CSV, or as text like the reports that are
 * published: there a whole of 0 prints "-" in its rows, "0" and "0%" in its sum. */
#ifndef CTL_REPORT_H
#define CTL_REPORT_H

#include "base/buf.h"
#include "domain/laporan.h"

struct report {
	const struct laporan *laporan;
	const struct laporan_tabel *tables;
	uint32_t table_count;
	const char *unit; /* NULL: all */
};

void report_json(const struct report *r, struct buf *out);
void report_csv(const struct report *r, struct buf *out);
void report_text(const struct report *r, struct buf *out);

#endif
