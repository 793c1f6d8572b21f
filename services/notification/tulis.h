/* tulis - numbers, dates and sums as Indonesian letters write them
 *
 * Each adds to the text; the English twins are for the part below. */
#ifndef NOTIFICATION_TULIS_H
#define NOTIFICATION_TULIS_H

#include "base/buf.h"

enum { TERBILANG_MAX_NUMBER = 999 };

/* "tiga puluh" for 30; 0 to 999, asserted. */
void tulis_terbilang(struct buf *out, uint32_t n);
/* "30 (tiga puluh)"; without words above 999. */
void tulis_bilangan(struct buf *out, uint32_t n);
/* "Selasa, 17 Maret 2026" and "Tuesday, 17 March 2026". */
void tulis_tanggal(struct buf *out, date_days date);
void tulis_date(struct buf *out, date_days date);
/* "17 Maret 2026", as behind the place of a letter. */
void tulis_tanggal_surat(struct buf *out, date_days date);
/* "Selasa, 17 Maret 2026, pukul 09.00 WIB" and its twin. */
void tulis_waktu(struct buf *out, time_us at);
void tulis_time(struct buf *out, time_us at);
/* "Rp12.500"; "-Rp1" for what cannot be. */
void tulis_rupiah(struct buf *out, int64_t amount);
/* RFC 5322: "Tue, 17 Mar 2026 09:00:00 +0700". */
void tulis_rfc5322(struct buf *out, time_us at);

#endif
