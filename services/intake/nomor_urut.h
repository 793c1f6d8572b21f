/* nomor_urut - the counter behind registration numbers
 *
 * Gap-free per unit, register and year: decide of the receipt takes the next
 * number from the derived counter, apply of the same event moves it, both in
 * one transaction. Before a number is used the bound beside the store is at or
 * above it; after a loss the numbers up to that bound may have been given, so
 * a new epoch names them nomor_hilang and goes on behind them. */
#ifndef INTAKE_NOMOR_URUT_H
#define INTAKE_NOMOR_URUT_H

#include "domain/nomor.h"
#include "runtime/ctx.h"
#include "runtime/fold.h"

/* The register that live requests stand in. */
#define SERI_PERMOHONAN "permohonan"

enum { NOMOR_REGISTER_MAX = 64, SERI_NAMA_MAX = 64 };

extern const struct table nomor_urut_table;

struct nomor_baru {
	uint64_t urut;
	uint32_t tahun;
	struct str nomor; /* in the input's arena */
};

/* The next number of the unit, of the month and year of registration (now, WIB). */
enum err nomor_urut_next(struct ctx *ctx, struct str unit, struct nomor_baru *ret) MUST_CHECK;
/* The place of an imported number in the count: by the unit's pattern, or as plain digits. false: it has
 * none. ERR_INVALID (refused) where pattern and year contradict each other. */
enum err nomor_urut_read(struct ctx *ctx, const struct catat_register_lama *row, bool *ret_has,
	uint64_t *ret) MUST_CHECK;

/* From apply: the number was given here; it came with an old register. */
enum err nomor_urut_given(struct fold *fold, struct str unit, struct str seri, uint32_t tahun,
	uint64_t urut) MUST_CHECK;
enum err nomor_urut_taken_over(struct fold *fold,
	const struct permohonan_lama_dicatat *event) MUST_CHECK;

/* A new epoch after a loss. */
enum err nomor_urut_new_epoch(struct ctx *ctx, const void *message) MUST_CHECK;
enum err apply_nomor_hilang(struct fold *fold, const void *event) MUST_CHECK;

#endif
