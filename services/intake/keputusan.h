/* keputusan - the wording of a decision comes from workflow as a letter, for the register's columns
 *
 * Done once by case and number of the notice. */
#ifndef INTAKE_KEPUTUSAN_H
#define INTAKE_KEPUTUSAN_H

#include "runtime/ctx.h"

enum err intake_isi_pemberitahuan(struct ctx *ctx, const void *message) MUST_CHECK;

#endif
