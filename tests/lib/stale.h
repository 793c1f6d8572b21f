/* stale - a stopped service's store made to look as if an older program had left it */
#ifndef LIB_STALE_H
#define LIB_STALE_H

#include "lib/processes.h"

/* Forgets the versions of all tables: at its next start the service makes every derived and projected
 * table anew. False where the store could not be written. */
bool stale_make(const struct processes *p, const char *service);

#endif
