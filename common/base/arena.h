/* arena - memory with one lifetime: the input, the batch, or the process
 *
 * Nothing is freed alone; the owner resets the arena when its lifetime ends.
 * It grows by blocks up to limit bytes; what is over is ERR_LIMIT or NULL,
 * so an input cannot make a service grow without bound. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_block;

struct arena {
	struct arena_block *first;
	struct arena_block *current;
	size_t taken;
	size_t limit;
};

/* An empty arena that may hand out limit bytes; its first block comes with the first take. */
void arena_init(struct arena *a, size_t limit);
/* Gives all memory back. */
void arena_clear(struct arena *a);
/* Forgets what was handed out and keeps the first block for the next use. */
void arena_reset(struct arena *a);

/* Zeroed memory for n bytes, aligned for any type; NULL when over the limit. */
void *arena_take(struct arena *a, size_t n) MUST_CHECK;
/* A copy of s in the arena; ERR_LIMIT when over the limit. */
enum err arena_copy(struct arena *a, struct str s, struct str *ret) MUST_CHECK;
/* printf into the arena, NULL when over the limit. The result ends in a zero byte. */
char *arena_print(struct arena *a, const char *format, ...) PRINTF(2, 3) MUST_CHECK;

#endif
