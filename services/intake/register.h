/* register - the register of requests: a row for each, without persons
 *
 * Derived from intake's own events; persons and wording stand beside it in the
 * vault (isi.h), what workflow decided in the projected table of perkara.h. */
#ifndef INTAKE_REGISTER_H
#define INTAKE_REGISTER_H

#include "intake/kunci.h"
#include "runtime/fold.h"

extern const struct table register_table;        /* by case */
extern const struct table register_nomor_table;  /* a number is given once in its series */
extern const struct table register_urutan_table; /* in the order of the printed register */

/* The row that an old register's event makes; apply and the comparison of a second import use it alike. */
struct register_baris register_baris_lama(const struct permohonan_lama_dicatat *event);

/* clang-format off */
enum err apply_permohonan_diajukan(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_permohonan_lama_dicatat(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_kelengkapan_diterima(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_pencabutan_diterima(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_ringkasan_publik_ditetapkan(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_register_dilengkapi(struct fold *fold, const void *event) MUST_CHECK;
/* clang-format on */

/* The place of a notice's number in register_baris.surat. */
static inline uint64_t intake_surat_bit(uint32_t number)
{
	return UINT64_C(1) << (number < 63 ? number : 63);
}

#endif
