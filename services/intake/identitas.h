/* identitas - an identity is shown unmasked: a command, since it is recorded */
#ifndef INTAKE_IDENTITAS_H
#define INTAKE_IDENTITAS_H

#include "runtime/ctx.h"

enum err decide_ungkap_identitas(struct ctx *ctx, const void *message) MUST_CHECK;
enum err answer_ungkap_identitas(struct ctx *ctx, const struct own_event *events, uint32_t count,
	void *reply) MUST_CHECK;

#endif
