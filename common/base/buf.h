/* buf - bytes that grow at the end, up to a limit
 *
 * For building a record, a frame or a JSON text. A write over the limit marks
 * the buffer as full and drops the bytes; the writer checks once, at the end. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
	char *ptr;
	size_t len;
	size_t size;
	size_t limit;
	bool is_full;
};

void buf_init(struct buf *b, size_t limit);
/* Gives the memory back. */
void buf_clear(struct buf *b);
/* Empties it and keeps the memory. */
void buf_reset(struct buf *b);
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_add_str(struct buf *b, struct str s);
void buf_print(struct buf *b, const char *format, ...) PRINTF(2, 3);
/* What is in it, lent until the next write. */
struct str buf_str(const struct buf *b);

#endif
