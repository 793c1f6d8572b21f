#include "domain/nomor.h"
#include "base/civil.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum piece_kind {
	PIECE_TEXT,
	PIECE_NOMOR,
	PIECE_UNIT,
	PIECE_BULAN_ROMAWI,
	PIECE_BULAN,
	PIECE_TAHUN
};

/* A run of literal text, or one placeholder. */
struct piece {
	enum piece_kind kind;
	struct str text; /* as it stands in the pattern, with its braces */
	int width;
};

enum { YEAR_DIGITS = 4, MONTH_DIGITS = 2 };

static const char *const placeholders[] = {
	[PIECE_NOMOR] = "nomor",
	[PIECE_UNIT] = "unit",
	[PIECE_BULAN_ROMAWI] = "bulan_romawi",
	[PIECE_BULAN] = "bulan",
	[PIECE_TAHUN] = "tahun",
};

enum { PIECE_KINDS = sizeof placeholders / sizeof placeholders[0] };

static const char *const roman[] = { NULL, "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX",
	"X", "XI", "XII" };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool nomor_is_unit(struct str unit)
{
	if (unit.len == 0 || unit.len > NOMOR_UNIT_MAX)
		return false;
	for (size_t i = 0; i < unit.len; i++) {
		char c = unit.ptr[i];

		if (!is_digit(c) && !(c >= 'A' && c <= 'Z') && c != '.' && c != '-' && c != '_')
			return false;
	}
	return true;
}

struct nomor nomor_at(uint32_t nomor, struct str unit, time_us registered)
{
	struct nomor n = { .nomor = nomor, .unit = unit };
	int day;

	civil_of_days(civil_date_of(registered), &n.year, &n.month, &day);
	return n;
}

/* What stands between braces: a name, for nomor also a width. */
static enum err read_placeholder(struct piece *piece, struct problem *why)
{
	struct str rest = str_bytes(piece->text.ptr + 1, piece->text.len - 2);
	struct str name = rest;
	uint64_t width = 1;

	(void)str_split(&rest, ':', &name);
	for (int kind = PIECE_NOMOR; kind < PIECE_KINDS; kind++)
		if (str_is(name, placeholders[kind]))
			piece->kind = (enum piece_kind)kind;
	if (piece->kind == PIECE_TEXT)
		return refuse(why, ERR_INVALID, "pola", "penanda_tidak_dikenal");
	if (rest.ptr != NULL && (piece->kind != PIECE_NOMOR || !str_number(rest, &width)))
		return refuse(why, ERR_INVALID, "pola", "lebar_tidak_sah");
	if (width < 1 || width > NOMOR_WIDTH_MAX)
		return refuse(why, ERR_INVALID, "pola", "lebar_tidak_sah");
	piece->width = (int)width;
	return ERR_OK;
}

/* Cuts the next piece off the pattern, which is not empty. */
static enum err next_piece(struct str *pattern, struct piece *ret, struct problem *why)
{
	size_t n = 0;

	if (pattern->ptr[0] == '{') {
		const char *end = memchr(pattern->ptr, '}', pattern->len);

		if (end == NULL) {
			*ret = (struct piece) { .text = *pattern };
			return refuse(why, ERR_INVALID, "pola", "penanda_tidak_ditutup");
		}
		n = (size_t)(end + 1 - pattern->ptr);
	} else
		while (n < pattern->len && pattern->ptr[n] != '{')
			n++;
	*ret = (struct piece) { .text = { pattern->ptr, n } };
	*pattern = str_bytes(pattern->ptr + n, pattern->len - n);
	return ret->text.ptr[0] == '{' ? read_placeholder(ret, why) : ERR_OK;
}

/* A placeholder of no fixed length must end where a letter or digit cannot stand:
 * otherwise 12021 could be number 1 of 2021 or number 12 followed by 021. */
static bool needs_separator(enum piece_kind kind)
{
	return kind == PIECE_NOMOR || kind == PIECE_UNIT || kind == PIECE_BULAN_ROMAWI;
}

static enum err check_literal(struct str text, struct problem *why)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < ' ' || text.ptr[i] > '~' || text.ptr[i] == '}')
			return refuse(why, ERR_INVALID, "pola", "huruf_tidak_sah");
	return ERR_OK;
}

static enum err check_piece(struct str rest, const struct piece *piece, const bool *seen,
	struct problem *why)
{
	if (piece->kind == PIECE_TEXT)
		return check_literal(piece->text, why);
	if (seen[piece->kind])
		return refuse(why, ERR_INVALID, "pola", "penanda_ganda");
	if (needs_separator(piece->kind) && rest.len > 0 &&
		(rest.ptr[0] == '{' || is_word(rest.ptr[0])))
		return refuse(why, ERR_INVALID, "pola", "perlu_pemisah");
	return ERR_OK;
}

enum err nomor_pattern_check(struct str pattern, struct problem *why, struct str *ret_part)
{
	bool seen[PIECE_KINDS] = { false };
	struct str rest = pattern;

	*ret_part = pattern;
	if (pattern.len > NOMOR_PATTERN_MAX)
		return refuse(why, ERR_LIMIT, "pola", "terlalu_panjang");
	while (rest.len > 0) {
		struct piece piece;
		enum err e = next_piece(&rest, &piece, why);

		if (e == ERR_OK)
			e = check_piece(rest, &piece, seen, why);
		if (e != ERR_OK) {
			*ret_part = piece.text;
			return e;
		}
		seen[piece.kind] = true;
	}
	if (!seen[PIECE_NOMOR])
		return refuse(why, ERR_INVALID, "pola", "nomor_wajib_ada");
	if (!seen[PIECE_TAHUN])
		return refuse(why, ERR_INVALID, "pola", "tahun_wajib_ada");
	return ERR_OK;
}

static void print_piece(const struct piece *piece, const struct nomor *nomor,
	char ret[NOMOR_TEXT_MAX])
{
	switch (piece->kind) {
	case PIECE_TEXT:
		snprintf(ret, NOMOR_TEXT_MAX, "%.*s", (int)piece->text.len, piece->text.ptr);
		return;
	case PIECE_NOMOR:
		snprintf(ret, NOMOR_TEXT_MAX, "%0*u", piece->width, nomor->nomor);
		return;
	case PIECE_UNIT:
		snprintf(ret, NOMOR_TEXT_MAX, "%.*s", (int)nomor->unit.len, nomor->unit.ptr);
		return;
	case PIECE_BULAN_ROMAWI:
		snprintf(ret, NOMOR_TEXT_MAX, "%s", roman[nomor->month]);
		return;
	case PIECE_BULAN:
		snprintf(ret, NOMOR_TEXT_MAX, "%02d", nomor->month);
		return;
	case PIECE_TAHUN:
		snprintf(ret, NOMOR_TEXT_MAX, "%04d", nomor->year);
		return;
	}
}

void nomor_format(struct str pattern, const struct nomor *nomor, char ret[NOMOR_TEXT_MAX])
{
	size_t used = 0;

	assert(pattern.len <= NOMOR_PATTERN_MAX);
	assert(nomor->nomor >= 1 && nomor->nomor <= NOMOR_MAX && nomor_is_unit(nomor->unit));
	assert(nomor->month >= 1 && nomor->month <= 12);
	assert(nomor->year >= NOMOR_YEAR_MIN && nomor->year <= NOMOR_YEAR_MAX);
	while (pattern.len > 0) {
		char text[NOMOR_TEXT_MAX];
		struct problem why;
		struct piece piece;
		enum err e = next_piece(&pattern, &piece, &why);
		size_t n;

		assert(e == ERR_OK);
		print_piece(&piece, nomor, text);
		n = strlen(text);
		assert(used + n < NOMOR_TEXT_MAX);
		memcpy(ret + used, text, n);
		used += n;
	}
	ret[used] = '\0';
}

/* Takes count digits off the text, or as many as there are when count is 0. */
static bool take_number(struct str *text, size_t count, uint64_t *ret)
{
	size_t n = 0;
	struct str digits;

	while (n < text->len && is_digit(text->ptr[n]) && (count == 0 || n < count))
		n++;
	digits = str_bytes(text->ptr, n);
	*text = str_bytes(text->ptr + n, text->len - n);
	return n >= count && str_number(digits, ret);
}

static bool take_text(struct str *text, struct str expected)
{
	if (!str_starts(*text, expected))
		return false;
	*text = str_bytes(text->ptr + expected.len, text->len - expected.len);
	return true;
}

static bool take_roman(struct str *text, int *ret_month)
{
	size_t n = 0;

	while (n < text->len && is_word(text->ptr[n]))
		n++;
	for (int month = 1; month <= 12; month++)
		if (str_is(str_bytes(text->ptr, n), roman[month])) {
			*ret_month = month;
			*text = str_bytes(text->ptr + n, text->len - n);
			return true;
		}
	return false;
}

/* Months may stand twice, in both forms; they must agree. */
static bool set_month(struct nomor *nomor, int month)
{
	if (month < 1 || month > 12 || (nomor->month != 0 && nomor->month != month))
		return false;
	nomor->month = month;
	return true;
}

static bool take_piece(struct str *text, const struct piece *piece, struct nomor *nomor)
{
	uint64_t number;
	int month;

	switch (piece->kind) {
	case PIECE_TEXT:
		return take_text(text, piece->text);
	case PIECE_UNIT:
		return take_text(text, nomor->unit);
	case PIECE_BULAN_ROMAWI:
		return take_roman(text, &month) && set_month(nomor, month);
	case PIECE_BULAN:
		return take_number(text, MONTH_DIGITS, &number) && set_month(nomor, (int)number);
	case PIECE_TAHUN:
		if (!take_number(text, YEAR_DIGITS, &number))
			return false;
		nomor->year = (int)number;
		return number >= NOMOR_YEAR_MIN && number <= NOMOR_YEAR_MAX;
	case PIECE_NOMOR:
		if (!take_number(text, 0, &number))
			return false;
		nomor->nomor = (uint32_t)number;
		return number >= 1 && number <= NOMOR_MAX;
	}
	return false;
}

enum err nomor_parse(struct str pattern, struct str unit, struct str text, struct nomor *ret)
{
	struct nomor nomor = { .unit = unit };

	while (pattern.len > 0) {
		struct problem why;
		struct piece piece;

		if (next_piece(&pattern, &piece, &why) != ERR_OK || !take_piece(&text, &piece, &nomor))
			return ERR_INVALID;
	}
	if (text.len > 0)
		return ERR_INVALID;
	*ret = nomor;
	return ERR_OK;
}
