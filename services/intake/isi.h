/* isi - intake's vault: who asks, in whose words, and the wording of decisions */
#ifndef INTAKE_ISI_H
#define INTAKE_ISI_H

#include "intake/kunci.h"
#include "runtime/ctx.h"

extern const struct table isi_table; /* isi_permohonan, by case; searched by name, NIK, contact */
extern const struct table isi_keputusan_table; /* by case */
extern const struct table isi_susulan_table;   /* by case, kind and number */

/* How isi_table is searched: each within one unit. */
#define ISI_UNIT "unit"
#define ISI_NAMA "pemohon.nama"
#define ISI_NIK "pemohon.nik"
#define ISI_EMAIL "pemohon.email"
#define ISI_TELEPON "pemohon.telepon"

/* Why the record of this case is not there, as a rule: data_hilang (a restore lost it) or data_dihapus. */
enum err isi_absent(struct ctx *ctx, struct str key, const char **ret) MUST_CHECK;
/* The refusal that says so. */
enum err isi_refuse_absent(struct ctx *ctx, struct str key) MUST_CHECK;

/* The files that came with something: names and types are in order. */
enum err lampiran_check(struct ctx *ctx, const struct berkas *files, uint32_t count) MUST_CHECK;

#endif
