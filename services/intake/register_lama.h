/* register_lama - a row of an old register, taken over as it was
 *
 * With its own number, decision and dates; nothing is sent for it. Unique per
 * unit, series, year and number for ever: the same row again is answered with
 * the receipt of the first time, another row under the same number is refused. */
#ifndef INTAKE_REGISTER_LAMA_H
#define INTAKE_REGISTER_LAMA_H

#include "runtime/ctx.h"

enum err decide_catat_register_lama(struct ctx *ctx, const void *message) MUST_CHECK;

#endif
