/* lihat - a row of the register with all columns that the law names (DOMAIN.md 1.6), put together to be read */
#ifndef INTAKE_LIHAT_H
#define INTAKE_LIHAT_H

#include "intake/register.h"
#include "runtime/view.h"

/* The columns of the case. Persons and their words only where asked for: the caller has looked whether the
 * actor may. NIK is masked. ERR_NOT_FOUND: no such case. */
enum err lihat_register(struct view *view, struct id permohonan, bool with_persons,
	struct register_lihat *ret) MUST_CHECK;
/* The same of a row that was read already. */
enum err lihat_baris(struct view *view, struct id permohonan, const struct register_baris *row,
	bool with_persons, struct register_lihat *ret) MUST_CHECK;

#endif
