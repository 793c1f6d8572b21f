/* cabang - where a history that we hold parted, and what a person decided of the orphans
 *
 * The records beyond the fork are kept by the mirror for ever; here stands that
 * they are there, and what they count for. Key: BE32 branch after the stream's name. */
#ifndef FEDERATION_CABANG_H
#define FEDERATION_CABANG_H

#include "runtime/fold.h"

extern const struct table cabang_table;

enum err branch_is_noted(struct txn *txn, struct str stream, uint32_t branch, bool *ret) MUST_CHECK;

decide_fn decide_catat_cabang;
decide_fn decide_putuskan_yatim;
apply_fn apply_cabang_dicatat;
apply_fn apply_yatim_diputus;
ask_fn ask_cabang_daftar;

#endif
