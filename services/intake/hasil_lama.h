/* hasil_lama - how a row of an old register ended, and whether that contradicts itself */
#ifndef INTAKE_HASIL_LAMA_H
#define INTAKE_HASIL_LAMA_H

#include "runtime/ctx.h"

enum err hasil_lama_check(struct ctx *ctx, const struct catat_register_lama *c) MUST_CHECK;

#endif
