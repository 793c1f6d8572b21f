/* kunci - keys of intake's rows
 *
 * Parts of text end in a zero byte (they hold none), numbers are big-endian, so
 * that rows of a register sort by unit, year, series and number. */
#ifndef INTAKE_KUNCI_H
#define INTAKE_KUNCI_H

#include "base/id.h"

enum { KUNCI_MAX = 192 };

struct intake_kunci {
	char bytes[KUNCI_MAX];
	size_t len;
};

/* Lent from the key. */
struct str intake_kunci_str(const struct intake_kunci *k);
struct intake_kunci intake_kunci_perkara(const struct id *permohonan);
/* A number in its series: register_nomor. All that have the number begin with the first. */
struct intake_kunci intake_kunci_senomor(struct str nomor);
struct intake_kunci intake_kunci_nomor(struct str unit, struct str seri, uint32_t tahun,
	struct str nomor);
/* Rows of a unit's year, of one series of it, and one row. What has no number in the count comes behind
 * those that have, by its day. */
struct intake_kunci intake_kunci_tahun(struct str unit, uint32_t tahun);
struct intake_kunci intake_kunci_seri(struct str unit, uint32_t tahun, struct str seri);
struct intake_kunci intake_kunci_urutan(const struct intake_kunci *seri, bool has_urut,
	uint64_t urut, date_days diterima, struct id permohonan);
/* The number in a key of intake_kunci_urutan; false: it has none. */
bool intake_kunci_urut(struct str urutan, uint64_t *ret);
/* What came in after the lodging: case and number. */
struct intake_kunci intake_kunci_susulan(struct id permohonan, char jenis, uint32_t urutan);

#endif
