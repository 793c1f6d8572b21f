/* base64 - bytes as text, RFC 4648 with padding */
#ifndef WIRE_BASE64_H
#define WIRE_BASE64_H

#include "base/arena.h"
#include "base/buf.h"

void base64_write(struct str bytes, struct buf *out);
/* The bytes of a text, from the arena; ERR_INVALID when it is not the one text
 * of some bytes, ERR_LIMIT when the arena is full. */
enum err base64_read(struct str text, struct arena *arena, struct str *ret) MUST_CHECK;

#endif
