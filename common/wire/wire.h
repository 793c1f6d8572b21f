/* wire - messages to bytes and back, by walking the schema's rows
 *
 * A message is a msgpack map with the field numbers as keys, upwards, minimal
 * integers, no floats, no ext. Absence is its own fact: an optional field that
 * is not set has no entry. Unknown numbers below 128 are skipped, from 128
 * refused. Nothing is read through msgpack-c before wire_scan has passed it. */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include "base/arena.h"
#include "base/buf.h"
#include "wire/schema.h"

enum {
	WIRE_DEPTH_MAX = 8,
	WIRE_NODES_MAX = 65536,
};

/* Whether the bytes are exactly one msgpack value within the limits: depth,
 * every count against the bytes left, no ext, no float, valid UTF-8 in str, no
 * trailing bytes. ERR_CORRUPT otherwise. Allocates nothing. */
enum err wire_scan(struct str bytes) MUST_CHECK;

/* Whether msg keeps the rules of its rows (limits, UTF-8, known enum values).
 * ERR_INVALID or ERR_LIMIT with the field in *why; the message is not changed. */
enum err wire_check(const struct schema *s, const void *msg, struct problem *why) MUST_CHECK;

/* Appends msg to out. Checks first: ERR_INVALID, ERR_LIMIT as wire_check, and
 * ERR_LIMIT when out is full; on failure out->len is as before. */
enum err wire_encode(const struct schema *s, const void *msg, struct buf *out,
	struct problem *why) MUST_CHECK;

/* Fills *msg (s->size bytes) from bytes: scan, known numbers once each, types,
 * required fields, limits. text, prose and bytes point into the input; lists
 * and nested lists come from the arena. ERR_CORRUPT (not msgpack, a number
 * twice), ERR_INVALID (missing, wrong type, unknown enum value, unknown critical
 * number), ERR_LIMIT, with the field in *why; *msg is then not to be used. */
enum err wire_decode(const struct schema *s, struct str bytes, struct arena *arena, void *msg,
	struct problem *why) MUST_CHECK;

/* Whether an optional field is present, a list has items; any other field is there. */
bool wire_has(const struct field *f, const void *msg);

#endif
