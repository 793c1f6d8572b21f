#include "domain/rows.h"

#include <string.h>

enum { FIRST_ROWS = 64 };

void *rows_grown(struct arena *arena, void *rows, uint32_t len, uint32_t *size, size_t row_bytes)
{
	uint32_t new_size = *size == 0 ? FIRST_ROWS : *size * 2;
	void *new_rows;

	if (len < *size)
		return rows;
	new_rows = arena_take(arena, new_size * row_bytes);
	if (new_rows == NULL)
		return NULL;
	if (len > 0)
		memcpy(new_rows, rows, len * row_bytes);
	*size = new_size;
	return new_rows;
}
