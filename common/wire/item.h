/* item - where the values of a field stand in a struct
 *
 * The one place that turns offsets of a row into pointers. An item is one
 * value: the member itself, or one element of a list. */
#ifndef WIRE_ITEM_H
#define WIRE_ITEM_H

#include "wire/wire.h"

/* The bytes of one value in memory. */
size_t item_size(const struct field *f);

static inline bool field_is_list(const struct field *f)
{
	return (f->marks & FIELD_LIST) != 0;
}

static inline bool field_is_optional(const struct field *f)
{
	return (f->marks & FIELD_OPTIONAL) != 0;
}

/* The items that are there: 0 or 1, for a list its length. */
static inline uint32_t item_count(const struct field *f, const void *msg)
{
	const char *base = msg;

	if (field_is_list(f))
		return *(const uint32_t *)(const void *)(base + f->len_offset);
	if (field_is_optional(f))
		return *(const bool *)(base + f->has_offset) ? 1 : 0;
	return 1;
}

/* The first of them; the others follow every item_size bytes. */
static inline const void *item_first(const struct field *f, const void *msg)
{
	const char *at = (const char *)msg + f->offset;

	if (field_is_list(f))
		return *(const void *const *)(const void *)at;
	return at;
}

/* Whether every value of the type keeps them: then nothing is to be checked. */
static inline bool item_is_free(const struct field *f)
{
	const unsigned bound = 1u << TYPE_ENUM | 1u << TYPE_BYTES | 1u << TYPE_TEXT | 1u << TYPE_PROSE |
		1u << TYPE_DATE | 1u << TYPE_TIME;

	return (bound >> f->type & 1) == 0;
}

/* Whether one item keeps limit, range and enum; UTF-8 is left to the caller,
 * since a scanned message has it already. */
enum err item_check(const struct field *f, const void *item, struct problem *why) MUST_CHECK;

/* Marks a field as present and gives its member; not for lists. */
static inline void *item_set(const struct field *f, void *msg)
{
	char *base = msg;

	if (field_is_optional(f))
		*(bool *)(base + f->has_offset) = true;
	return base + f->offset;
}
/* Room for count items of a list, taken from the arena; NULL in *ret when count
 * is 0. ERR_LIMIT when the row or the arena allows fewer. */
enum err item_set_list(const struct field *f, void *msg, uint64_t count, struct arena *arena,
	void **ret, struct problem *why) MUST_CHECK;

/* Sets a list whose items the caller has. */
void item_put_list(const struct field *f, void *msg, void *items, uint32_t count);

enum { ROWS_MAX = 256 }; /* of a schema: their numbers are a byte */

/* Which rows of a schema have been met. */
struct row_set {
	uint64_t bits[ROWS_MAX / 64];
};

/* Marks row i; false when it was marked before. */
MUST_CHECK static inline bool row_set_add(struct row_set *rows, uint32_t i)
{
	uint64_t bit = UINT64_C(1) << (i % 64);

	if ((rows->bits[i / 64] & bit) != 0)
		return false;
	rows->bits[i / 64] |= bit;
	return true;
}
/* ERR_INVALID with the first required field that was not met. */
enum err row_set_check(const struct row_set *rows, const struct schema *s,
	struct problem *why) MUST_CHECK;

#endif
