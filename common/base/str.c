#include "base/str.h"

#include <string.h>

struct str str_of(const char *text)
{
	return (struct str) { text, strlen(text) };
}

struct str str_bytes(const void *ptr, size_t len)
{
	return (struct str) { ptr, len };
}

bool str_equal(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool str_is(struct str s, const char *text)
{
	return str_equal(s, str_of(text));
}

int str_compare(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_equal((struct str) { s.ptr, prefix.len }, prefix);
}

struct str str_trim(struct str s)
{
	while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t')) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

bool str_split(struct str *s, char sep, struct str *ret_head)
{
	const char *at;

	if (s->ptr == NULL)
		return false;
	at = s->len == 0 ? NULL : memchr(s->ptr, sep, s->len);
	if (at == NULL) {
		*ret_head = *s;
		*s = (struct str) { NULL, 0 };
		return true;
	}
	*ret_head = (struct str) { s->ptr, (size_t)(at - s->ptr) };
	*s = (struct str) { at + 1, s->len - ret_head->len - 1 };
	return true;
}

bool str_number(struct str s, uint64_t *ret)
{
	uint64_t value = 0;

	if (s.len == 0 || s.len > 20)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint64_t digit = (uint64_t)(unsigned char)s.ptr[i] - '0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret = value;
	return true;
}

/* How many bytes a character has that begins so, 0 when none does. */
static size_t utf8_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first >= 0xf5)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* The number of bytes of the character at p, 0 when it is not a valid one. */
static size_t utf8_step(const unsigned char *p, size_t left)
{
	size_t n = utf8_length(p[0]);

	if (n == 0 || n > left || p[0] == 0)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f))
		return 0;
	if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

/* Whether these eight bytes are ASCII without a zero byte, as almost all are. */
static bool is_plain(const unsigned char *p)
{
	const uint64_t tops = UINT64_C(0x8080808080808080);
	uint64_t word;

	memcpy(&word, p, sizeof word);
	/* Without top bits the subtraction borrows into a top bit where a byte is zero. */
	return ((word | (word - tops / 0x80)) & tops) == 0;
}

bool str_is_utf8(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;

	for (size_t i = 0; i < s.len;) {
		size_t n = s.len - i >= 8 && is_plain(p + i) ? 8 : utf8_step(p + i, s.len - i);

		if (n == 0)
			return false;
		i += n;
	}
	return true;
}
