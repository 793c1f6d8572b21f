/* induk - the link to the node above: at most one at a time, those of before are kept as rows */
#ifndef FEDERATION_INDUK_H
#define FEDERATION_INDUK_H

#include "runtime/fold.h"
#include "runtime/machine.h"

extern const struct table induk_table;
extern const struct machine induk_machine;

decide_fn decide_induk;

apply_fn apply_induk_ditetapkan;
apply_fn apply_induk_dilepas;
apply_fn apply_kunci_induk_dicatat;

#endif
