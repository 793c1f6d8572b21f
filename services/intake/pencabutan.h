/* pencabutan - the requester takes it back: recorded whatever the state of its case */
#ifndef INTAKE_PENCABUTAN_H
#define INTAKE_PENCABUTAN_H

#include "runtime/ctx.h"

enum err decide_kirim_pencabutan(struct ctx *ctx, const void *message) MUST_CHECK;

#endif
