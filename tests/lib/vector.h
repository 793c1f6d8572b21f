/* vector - messages compared with the bytes that are written down
 *
 * Each file of tests/data/vectors is one message: a line for each frame, "header",
 * "body" and "payload", in hexadecimal. Another implementation reads these files, not
 * this program. With VECTORS_WRITE=1 the files are written instead, which is right
 * only when the protocol was changed on purpose. */
#ifndef LIB_VECTOR_H
#define LIB_VECTOR_H

#include "lib/pair.h"

/* Compares the only message under way to the side with the file of that name, and delivers it. */
struct session_note *vector_check(struct pair *p, int to, const char *name);

#endif
