/* kelengkapan - material that completes a request, recorded whatever the state of its case */
#ifndef INTAKE_KELENGKAPAN_H
#define INTAKE_KELENGKAPAN_H

#include "runtime/ctx.h"

enum err decide_kirim_kelengkapan(struct ctx *ctx, const void *message) MUST_CHECK;

#endif
