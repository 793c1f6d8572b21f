/* rows - lists that grow in an arena
 *
 * What a list was before it grew stays in the arena, unused: at most as much again. */
#ifndef DOMAIN_ROWS_H
#define DOMAIN_ROWS_H

#include "base/arena.h"

/* The list with room for one row more; NULL: the arena is full. */
void *rows_grown(struct arena *arena, void *rows, uint32_t len, uint32_t *size,
	size_t row_bytes) MUST_CHECK;

#endif
