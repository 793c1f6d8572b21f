/* pack - single msgpack values, written and read in their shortest form
 *
 * For fixed envelopes (the record of the log), whose bytes are hashed: a value
 * has exactly one form, and every other form is damage. Messages go through
 * wire.h. The reader allocates nothing; its first mistake stays in is_bad,
 * everything read after it is zero, and the caller looks once, at the end. */
#ifndef WIRE_PACK_H
#define WIRE_PACK_H

#include "base/buf.h"
#include "wire/head.h"

/* Append one value; a full buffer stays marked, as everywhere. */
void pack_array(struct buf *out, uint32_t count);
void pack_uint(struct buf *out, uint64_t value);
void pack_int(struct buf *out, int64_t value);
void pack_bin(struct buf *out, const void *bytes, size_t n);
void pack_str(struct buf *out, struct str text);
void pack_nil(struct buf *out);

struct unpack {
	struct reader in;
	bool is_bad;
};

struct unpack unpack_of(struct str bytes);
/* The items of an array; each item takes a byte at least, so more than the bytes left is bad. */
uint32_t unpack_array(struct unpack *u);
/* An array of exactly count items. */
void unpack_array_of(struct unpack *u, uint32_t count);
/* A number up to max. */
uint64_t unpack_uint(struct unpack *u, uint64_t max);
int64_t unpack_int(struct unpack *u);
/* Points into the input. */
struct str unpack_bin(struct unpack *u);
/* Exactly n bytes, copied to ret; untouched when bad. */
void unpack_bin_of(struct unpack *u, void *ret, size_t n);
/* Valid UTF-8; points into the input. */
struct str unpack_str(struct unpack *u);
/* Whether the next value is nil; takes it when it is. */
bool unpack_is_nil(struct unpack *u);
/* Everything was read, and nothing was bad. */
bool unpack_is_done(const struct unpack *u);

#endif
