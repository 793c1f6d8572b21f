/* id - 16 bytes that sort by time (the shape of a UUIDv7)
 *
 * The first 48 bits are milliseconds since 1970; four version and two variant
 * bits follow RFC 9562; the rest is chance, or for derived ids a keyed hash of
 * the cause and a counter, so that deciding again gives the same id. */
#ifndef BASE_ID_H
#define BASE_ID_H

#include "base/str.h"

struct id {
	uint8_t bytes[16];
};

enum { ID_TEXT_MAX = 37 };

/* An id of the given moment with the given ten bytes of chance. */
struct id id_make(time_us at, const uint8_t chance[10]);
/* An id of the given moment; chance from randombytes. */
struct id id_new(time_us at);
/* The moment in the id, to the millisecond. */
time_us id_time(struct id id);
bool id_equal(struct id a, struct id b);
bool id_is_zero(struct id id);
/* The usual 8-4-4-4-12 text, with a zero byte. */
void id_text(struct id id, char ret[ID_TEXT_MAX]);
/* Reads that text; ERR_INVALID when it is not one. */
enum err id_parse(struct str text, struct id *ret) MUST_CHECK;

#endif
