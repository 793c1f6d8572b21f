/* permohonan - the life of a request, from its lodging to its end
 *
 * One table (permohonan_machine.c) says what may happen, by whom, and by when;
 * one handler (permohonan.c) takes every command, followed event and timer of
 * a case through it and says the row's event (permohonan_say.c); apply copies
 * what that fixed (permohonan_apply.c). What an officer wrote goes to the
 * vault and out in letters, never into the log. */
#ifndef WORKFLOW_PERMOHONAN_H
#define WORKFLOW_PERMOHONAN_H

#include "runtime/machine.h"
#include "workflow/perkara.h"

extern const struct machine permohonan_machine;

/* Every command of a case, and every event of intake that moves one. */
enum err decide_permohonan(struct ctx *ctx, const void *message) MUST_CHECK;
/* The timers of a case. */
enum err decide_tenggat(struct ctx *ctx, const void *timer) MUST_CHECK;
enum err decide_kelengkapan_habis(struct ctx *ctx, const void *timer) MUST_CHECK;
/* A row of an old register: stands where the register says. */
enum err decide_permohonan_lama(struct ctx *ctx, const void *message) MUST_CHECK;

/* clang-format off */
enum err apply_perkara_dibuka(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_kelengkapan_diminta(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_dilengkapi(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_diregister(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_didisposisikan(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_diproses(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_diperpanjang(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_diputus(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_informasi_diserahkan(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_selesai(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_gugur(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_dihidupkan(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_dicabut(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_fakta_terlambat(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_dialihkan(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_tenggat_terlewati(struct fold *fold, const void *event) MUST_CHECK;
enum err apply_perkara_lama_dicatat(struct fold *fold, const void *event) MUST_CHECK;
/* clang-format on */

#endif
