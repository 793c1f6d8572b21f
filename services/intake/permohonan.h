/* permohonan - a request is lodged: recorded, numbered and acknowledged in one commit
 *
 * UU 14/2008 art 22(4), (5): the number is given at receipt, before anybody
 * looks whether anything is missing. */
#ifndef INTAKE_PERMOHONAN_H
#define INTAKE_PERMOHONAN_H

#include "runtime/ctx.h"

enum err decide_ajukan_permohonan(struct ctx *ctx, const void *message) MUST_CHECK;
/* The receipt, from the register's row and the vault: of a lodging and of an old row alike. */
enum err answer_tanda_bukti(struct ctx *ctx, const struct own_event *events, uint32_t count,
	void *reply) MUST_CHECK;

#endif
