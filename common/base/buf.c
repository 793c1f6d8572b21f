#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t limit)
{
	*b = (struct buf) { .limit = limit };
}

void buf_clear(struct buf *b)
{
	free(b->ptr);
	buf_init(b, b->limit);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->is_full = false;
}

/* Room for n more bytes, or NULL and the full mark. */
static char *room(struct buf *b, size_t n)
{
	size_t size = b->size == 0 ? 256 : b->size;

	if (b->is_full || n > b->limit - b->len) {
		b->is_full = true;
		return NULL;
	}
	while (size < b->len + n)
		size *= 2;
	if (size != b->size) {
		b->ptr = realloc(b->ptr, size);
		if (b->ptr == NULL)
			abort();
		b->size = size;
	}
	return b->ptr + b->len;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	bool is_there = !b->is_full && b->size <= b->limit && n <= b->size - b->len;
	char *to = n == 0 ? NULL : is_there ? b->ptr + b->len : room(b, n);

	if (to == NULL)
		return;
	memcpy(to, bytes, n);
	b->len += n;
}

void buf_add_str(struct buf *b, struct str s)
{
	buf_add(b, s.ptr, s.len);
}

void buf_print(struct buf *b, const char *format, ...)
{
	va_list args;
	char *to;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	to = n < 0 ? NULL : room(b, (size_t)n + 1);
	if (to == NULL)
		return;
	va_start(args, format);
	(void)vsnprintf(to, (size_t)n + 1, format, args);
	va_end(args);
	b->len += (size_t)n;
}

struct str buf_str(const struct buf *b)
{
	return (struct str) { b->ptr, b->len };
}
