/* head - the first bytes of a msgpack value: its type and its number
 *
 * What scan and decode share. Every step is checked against the bytes left;
 * float, ext and the unused byte have no head and count as damage. */
#ifndef WIRE_HEAD_H
#define WIRE_HEAD_H

#include "base/bytes.h"
#include "base/str.h"

enum head_type {
	HEAD_NIL,
	HEAD_BOOL,
	HEAD_UINT,     /* 0 and above */
	HEAD_NEGATIVE, /* below 0; number holds it as two's complement */
	HEAD_STR,
	HEAD_BIN,
	HEAD_ARRAY,
	HEAD_MAP,
};

struct head {
	enum head_type type;
	uint64_t
		number; /* the value; the bytes of a str or bin; the items of an array; the pairs of a map */
};

/* What is left to read. */
struct reader {
	const uint8_t *at;
	const uint8_t *end;
};

static inline size_t reader_left(const struct reader *r)
{
	return (size_t)(r->end - r->at);
}

/* A big-endian number of 1, 2, 4 or 8 bytes; the caller has checked that they are there. */
static inline uint64_t head_number(const uint8_t *at, size_t n)
{
	switch (n) {
	case 1:
		return at[0];
	case 2:
		return be16_get(at);
	case 4:
		return be32_get(at);
	default:
		return be64_get(at);
	}
}

static inline struct head head_of_signed(const uint8_t *at, size_t n)
{
	uint64_t value = head_number(at, n);
	uint64_t sign = UINT64_C(1) << (8 * n - 1);

	if ((value & sign) == 0)
		return (struct head) { HEAD_UINT, value };
	return (struct head) { HEAD_NEGATIVE, value | ~(sign - 1) };
}

/* The heads from 0xc0 to 0xdf, which stand one by one in msgpack's table. */
static inline bool head_take_long(struct reader *r, uint8_t first, struct head *ret)
{
	/* The bytes of the number behind each; 0xff where there is no such head for us. */
	/* clang-format off */
	static const uint8_t sizes[32] = {
		0, 0xff, 0, 0, 1, 2, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 4, 8, /* c0: nil, bool, bin, uint */
		1, 2, 4, 8, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 4, 2, 4, 2, 4,   /* d0: int, str, array, map */
	};
	/* clang-format on */
	size_t n = sizes[first - 0xc0];

	if (n == 0xff || n > reader_left(r))
		return false;
	if (first == 0xc0)
		*ret = (struct head) { HEAD_NIL, 0 };
	else if (first <= 0xc3)
		*ret = (struct head) { HEAD_BOOL, first - 0xc2u };
	else if (first >= 0xd0 && first <= 0xd3)
		*ret = head_of_signed(r->at, n);
	else if (first <= 0xc6)
		*ret = (struct head) { HEAD_BIN, head_number(r->at, n) };
	else if (first <= 0xcf)
		*ret = (struct head) { HEAD_UINT, head_number(r->at, n) };
	else if (first <= 0xdb)
		*ret = (struct head) { HEAD_STR, head_number(r->at, n) };
	else if (first <= 0xdd)
		*ret = (struct head) { HEAD_ARRAY, head_number(r->at, n) };
	else
		*ret = (struct head) { HEAD_MAP, head_number(r->at, n) };
	r->at += n;
	return true;
}

/* Takes one head off r; false when there is none that we read. */
static inline bool head_take(struct reader *r, struct head *ret)
{
	uint8_t first;

	if (r->at == r->end)
		return false;
	first = *r->at++;
	if (first < 0x80)
		*ret = (struct head) { HEAD_UINT, first };
	else if (first < 0x90)
		*ret = (struct head) { HEAD_MAP, first & 0x0fu };
	else if (first < 0xa0)
		*ret = (struct head) { HEAD_ARRAY, first & 0x0fu };
	else if (first < 0xc0)
		*ret = (struct head) { HEAD_STR, first & 0x1fu };
	else if (first >= 0xe0)
		*ret = (struct head) { HEAD_NEGATIVE, (uint64_t)(int64_t)(int8_t)first };
	else
		return head_take_long(r, first, ret);
	return true;
}

/* Takes the n bytes of a str or bin; false when they are not there. */
static inline bool head_take_bytes(struct reader *r, uint64_t n, struct str *ret)
{
	if (n > reader_left(r))
		return false;
	*ret = str_bytes(r->at, (size_t)n);
	r->at += n;
	return true;
}

#endif
