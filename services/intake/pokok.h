/* pokok - the subject of a request: a code, of the unit's list where it has one */
#ifndef INTAKE_POKOK_H
#define INTAKE_POKOK_H

#include "runtime/ctx.h"

/* ERR_INVALID on field pokok: bukan_kode, or tidak_dalam_daftar (rule daftar_pokok). */
enum err pokok_check(struct ctx *ctx, struct str unit, bool has, struct str pokok) MUST_CHECK;

#endif
