/* The rows of a table are in the order of corr, which comes upwards: a new stream
 * goes to the end, and one is found by halving. Each stream has memory of its own, so that it stays in its place
 * when the rows grow. */
#include "bus/session_streams.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_FIRST = 4 };

/* The first row whose corr is not below. */
static uint32_t row_of(const struct stream_table *t, uint64_t corr)
{
	uint32_t low = 0, high = t->len;

	if (high > 0 && t->rows[high - 1].corr < corr)
		return high;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (t->rows[middle].corr < corr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void *stream_table_find(const struct stream_table *t, uint64_t corr)
{
	uint32_t at = row_of(t, corr);

	return at < t->len && t->rows[at].corr == corr ? t->rows[at].stream : NULL;
}

static void grow(struct stream_table *t)
{
	t->room = t->room == 0 ? ROWS_FIRST : t->room * 2;
	t->rows = reallocarray(t->rows, t->room, sizeof t->rows[0]);
	if (t->rows == NULL)
		abort(); /* SESSION_STREAMS_MAX bounds it; the supervisor restarts */
}

void *stream_table_add(struct stream_table *t, uint64_t corr, size_t bytes)
{
	uint32_t at = row_of(t, corr);
	void *stream = calloc(1, bytes);

	assert(t->len < SESSION_STREAMS_MAX && (at == t->len || t->rows[at].corr != corr));
	if (stream == NULL)
		abort();
	if (t->len == t->room)
		grow(t);
	memmove(&t->rows[at + 1], &t->rows[at], (t->len - at) * sizeof t->rows[0]);
	t->rows[at] = (struct stream_row) { corr, stream };
	t->len++;
	return stream;
}

void stream_table_delete(struct stream_table *t, uint64_t corr)
{
	uint32_t at = row_of(t, corr);

	if (at == t->len || t->rows[at].corr != corr)
		return;
	free(t->rows[at].stream);
	t->len--;
	memmove(&t->rows[at], &t->rows[at + 1], (t->len - at) * sizeof t->rows[0]);
	if (t->len == 0)
		stream_table_clear(t);
}

void stream_table_clear(struct stream_table *t)
{
	for (uint32_t i = 0; i < t->len; i++)
		free(t->rows[i].stream);
	free(t->rows);
	*t = (struct stream_table) { .rows = NULL };
}

void stream_name_set(struct stream_name *name, struct str text)
{
	assert(text.len <= sizeof name->bytes);
	memcpy(name->bytes, text.ptr, text.len);
	name->len = text.len;
}

struct str stream_name_str(const struct stream_name *name)
{
	return (struct str) { name->bytes, name->len };
}
