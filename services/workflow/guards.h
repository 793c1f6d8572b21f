/* guards - the conditions of a request's transitions: each agrees or names the rule it breaks
 *
 * The subject is the case's row (struct perkara), the message the input's. */
#ifndef WORKFLOW_GUARDS_H
#define WORKFLOW_GUARDS_H

#include "runtime/ctx.h"

/* clang-format off */
const char *dalam_batas(struct ctx *ctx, const void *subject, const void *message);           /* of kelengkapan_diterima */
const char *dicabut_dalam_batas(struct ctx *ctx, const void *subject, const void *message);   /* of pencabutan_diterima */
const char *boleh_diperpanjang(struct ctx *ctx, const void *subject, const void *message);
const char *dikabulkan(struct ctx *ctx, const void *subject, const void *message);
const char *tanpa_penyerahan(struct ctx *ctx, const void *subject, const void *message);
const char *ke_tempat_lain(struct ctx *ctx, const void *subject, const void *message);
/* clang-format on */

/* Whether something is handed over after this outcome. */
bool outcome_gives(uint32_t keputusan);

#endif
