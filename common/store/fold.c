#include "store/fold.h"

/* Of a number with the country's 62 and without the sign before it; a NIK that begins so has 16. */
enum { ABROAD_DIGITS_MIN = 10, ABROAD_DIGITS_MAX = 14 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Bytes of UTF-8 above ASCII count as letters. */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (uint8_t)c >= 0x80;
}

/* U+00C0 to U+00DE are c3 80 to c3 9e, their small letters 0x20 further; c3 97 is a sign. */
static char fold_byte(char before, char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c + ('a' - 'A'));
	if ((uint8_t)before == 0xc3 && (uint8_t)c >= 0x80 && (uint8_t)c <= 0x9e && (uint8_t)c != 0x97)
		return (char)((uint8_t)c + 0x20);
	return c;
}

static bool is_telephone(struct str text)
{
	size_t digits = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (is_digit(c))
			digits++;
		else if (!is_blank(c) && c != '-' && c != '.' && c != '(' && c != ')' &&
			!(c == '+' && digits == 0))
			return false;
	}
	return digits > 0;
}

static void fold_telephone(struct str text, struct buf *out)
{
	size_t start = out->len;
	size_t digits;
	bool is_abroad = false;

	for (size_t i = 0; i < text.len; i++) {
		is_abroad = is_abroad || text.ptr[i] == '+';
		if (is_digit(text.ptr[i]))
			buf_add(out, &text.ptr[i], 1);
	}
	digits = out->len - start;
	is_abroad = is_abroad || (digits >= ABROAD_DIGITS_MIN && digits <= ABROAD_DIGITS_MAX);
	if (!is_abroad || out->is_full || digits < 2 || out->ptr[start] != '6' ||
		out->ptr[start + 1] != '2')
		return;
	out->ptr[start] = '0';
	for (size_t i = start + 1; i + 1 < out->len; i++)
		out->ptr[i] = out->ptr[i + 1];
	out->len--;
}

void fold_text(struct str text, struct buf *out)
{
	bool has_gap = false;
	size_t start = out->len;

	if (is_telephone(text)) {
		fold_telephone(text, out);
		return;
	}
	for (size_t i = 0; i < text.len; i++) {
		char c = fold_byte(i == 0 ? 0 : text.ptr[i - 1], text.ptr[i]);

		if (is_blank(c)) {
			has_gap = true;
			continue;
		}
		if (has_gap && out->len > start)
			buf_add(out, " ", 1);
		has_gap = false;
		buf_add(out, &c, 1);
	}
}

bool fold_word(struct str *text, struct buf *out)
{
	size_t at = 0;
	size_t from;

	while (at < text->len && !is_letter(text->ptr[at]) && !is_digit(text->ptr[at]))
		at++;
	for (from = at; at < text->len && (is_letter(text->ptr[at]) || is_digit(text->ptr[at])); at++) {
		char c = fold_byte(at == from ? 0 : text->ptr[at - 1], text->ptr[at]);

		buf_add(out, &c, 1);
	}
	*text = str_bytes(text->ptr + at, text->len - at);
	return at > from;
}
