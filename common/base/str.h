/* str - a borrowed run of bytes
 *
 * Never owns, never ends in a zero byte by contract. Whoever keeps it past
 * the call keeps a pointer into somebody else's memory: copy it (arena_copy). */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/base.h"

struct str {
	const char *ptr;
	size_t len;
};

/* A str of a string literal, usable in static tables. */
/* clang-format off */
#define STR(literal) { (literal), sizeof(literal) - 1 }
/* clang-format on */

struct str str_of(const char *text);
struct str str_bytes(const void *ptr, size_t len);
bool str_equal(struct str a, struct str b);
bool str_is(struct str s, const char *text);
/* Order of bytes, a prefix first: < 0, 0, > 0. */
int str_compare(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
/* s without spaces and tabs at both ends. */
struct str str_trim(struct str s);
/* Cuts s at the first sep: *ret_head gets what is before it, s what is after;
 * without sep the head is all of s. False when s was empty (ptr NULL) already. */
bool str_split(struct str *s, char sep, struct str *ret_head);
/* The whole of s as a decimal number without sign; false when it is not one. */
bool str_number(struct str s, uint64_t *ret) MUST_CHECK;
/* Valid UTF-8: no overlong form, no surrogate, nothing over U+10FFFF, no NUL. */
bool str_is_utf8(struct str s);

#endif
