/* pertanyaan - what officers ask the register */
#ifndef INTAKE_PERTANYAAN_H
#define INTAKE_PERTANYAAN_H

#include "runtime/view.h"

enum err ask_lihat_permohonan(struct view *view, const void *question, void *answer) MUST_CHECK;
enum err ask_register_daftar(struct view *view, const void *question, void *answer) MUST_CHECK;
enum err ask_cari_pemohon(struct view *view, const void *question, void *answer) MUST_CHECK;
enum err ask_nama_pemohon(struct view *view, const void *question, void *answer) MUST_CHECK;
enum err ask_cari_nomor(struct view *view, const void *question, void *answer) MUST_CHECK;
enum err ask_nomor_kosong(struct view *view, const void *question, void *answer) MUST_CHECK;

#endif
