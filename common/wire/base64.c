#include "wire/base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(struct str bytes, struct buf *out)
{
	const uint8_t *p = (const uint8_t *)bytes.ptr;

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
		uint32_t bits = (uint32_t)p[i] << 16;
		char four[4];

		if (n > 1)
			bits |= (uint32_t)p[i + 1] << 8;
		if (n > 2)
			bits |= p[i + 2];
		for (size_t k = 0; k < 4; k++)
			four[k] = k <= n ? alphabet[(bits >> (18 - 6 * k)) & 63] : '=';
		buf_add(out, four, sizeof four);
	}
}

/* The six bits of a character, -1 when it has none. */
static int bits_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four characters to three bytes; n of them are bits, the rest padding. */
static bool read_four(const char *four, size_t n, uint8_t *to)
{
	uint32_t bits = 0;

	for (size_t k = 0; k < 4; k++) {
		int six = k < n ? bits_of(four[k]) : 0;

		if (six < 0)
			return false;
		bits = bits << 6 | (uint32_t)six;
	}
	/* What padding cuts off must be zero, or two texts would mean the same bytes. */
	if ((n == 2 && (bits & 0xffff) != 0) || (n == 3 && (bits & 0xff) != 0))
		return false;
	to[0] = (uint8_t)(bits >> 16);
	to[1] = (uint8_t)(bits >> 8);
	to[2] = (uint8_t)bits;
	return true;
}

enum err base64_read(struct str text, struct arena *arena, struct str *ret)
{
	size_t padding = 0;
	uint8_t *bytes;

	if (text.len % 4 != 0)
		return ERR_INVALID;
	while (padding < 2 && padding < text.len && text.ptr[text.len - 1 - padding] == '=')
		padding++;
	bytes = arena_take(arena, text.len / 4 * 3 + 1);
	if (bytes == NULL)
		return ERR_LIMIT;
	for (size_t i = 0; i < text.len; i += 4) {
		size_t n = i + 4 == text.len ? 4 - padding : 4;

		if (!read_four(text.ptr + i, n, bytes + i / 4 * 3))
			return ERR_INVALID;
	}
	*ret = str_bytes(bytes, text.len / 4 * 3 - padding);
	return ERR_OK;
}
