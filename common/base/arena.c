#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 32 * 1024, ALIGN = 16 };

struct arena_block {
	struct arena_block *next;
	size_t size;
	size_t used;
	_Alignas(ALIGN) char bytes[];
};

void arena_init(struct arena *a, size_t limit)
{
	*a = (struct arena) { .limit = limit };
}

void arena_clear(struct arena *a)
{
	struct arena_block *b = a->first;

	while (b != NULL) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
	arena_init(a, a->limit);
}

void arena_reset(struct arena *a)
{
	struct arena_block *b;

	if (a->first == NULL)
		return;
	b = a->first->next;
	while (b != NULL) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
	a->first->next = NULL;
	a->first->used = 0;
	a->current = a->first;
	a->taken = 0;
}

static struct arena_block *block_add(struct arena *a, size_t need)
{
	size_t size = need > BLOCK_BYTES ? need : BLOCK_BYTES;
	struct arena_block *b = malloc(sizeof *b + size);

	if (b == NULL)
		abort(); /* the limit bounds what we ask for; the supervisor restarts */
	b->next = NULL;
	b->size = size;
	b->used = 0;
	if (a->current == NULL)
		a->first = b;
	else
		a->current->next = b;
	a->current = b;
	return b;
}

void *arena_take(struct arena *a, size_t n)
{
	struct arena_block *b = a->current;
	void *ret;

	if (n > a->limit)
		return NULL;
	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (n > a->limit - a->taken)
		return NULL;
	if (b == NULL || n > b->size - b->used)
		b = block_add(a, n);
	ret = b->bytes + b->used;
	b->used += n;
	a->taken += n;
	memset(ret, 0, n);
	return ret;
}

enum err arena_copy(struct arena *a, struct str s, struct str *ret)
{
	char *p = arena_take(a, s.len + 1);

	if (p == NULL)
		return ERR_LIMIT;
	if (s.len > 0)
		memcpy(p, s.ptr, s.len);
	*ret = (struct str) { p, s.len };
	return ERR_OK;
}

char *arena_print(struct arena *a, const char *format, ...)
{
	va_list args;
	char *ret;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	ret = n < 0 ? NULL : arena_take(a, (size_t)n + 1);
	if (ret == NULL)
		return NULL;
	va_start(args, format);
	(void)vsnprintf(ret, (size_t)n + 1, format, args);
	va_end(args);
	return ret;
}
