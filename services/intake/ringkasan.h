/* ringkasan - one public sentence about a request, without persons, that alone may leave the unit */
#ifndef INTAKE_RINGKASAN_H
#define INTAKE_RINGKASAN_H

#include "runtime/ctx.h"

enum err decide_tetapkan_ringkasan_publik(struct ctx *ctx, const void *message) MUST_CHECK;

#endif
