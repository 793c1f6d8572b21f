#include "wire/value.h"

#include "base/civil.h"
#include "wire/base64.h"
#include "wire/item.h"
#include "wire/rule.h"

#include <assert.h>
#include <inttypes.h>

bool value_is_quoted(const struct field *f)
{
	switch (f->type) {
	case TYPE_BOOL:
	case TYPE_U32:
	case TYPE_U64:
	case TYPE_I64:
	case TYPE_MONEY:
	case TYPE_RECORD:
		return false;
	case TYPE_TIME:
	case TYPE_DATE:
	case TYPE_ENUM:
	case TYPE_ID:
	case TYPE_HASH:
	case TYPE_BYTES:
	case TYPE_TEXT:
	case TYPE_PROSE:
		return true;
	}
	return false;
}

static void write_text(const char *text, struct buf *out)
{
	buf_add_str(out, str_of(text));
}

static void write_enum(const struct field *f, uint32_t number, struct buf *out)
{
	const char *name = enum_name(f->names, number);

	assert(name != NULL); /* a message is checked before it is shown */
	write_text(name, out);
}

/* Dates, times, ids and hashes: what has a text of fixed length. */
static void write_fixed(const struct field *f, const void *item, struct buf *out)
{
	char text[HASH_TEXT_MAX];

	/* The longest of them fits all. */
	_Static_assert(sizeof text >= ID_TEXT_MAX && sizeof text >= TIME_TEXT_MAX, "too short");
	if (f->type == TYPE_DATE)
		date_text(*(const date_days *)item, text);
	else if (f->type == TYPE_TIME)
		time_text(*(const time_us *)item, text);
	else if (f->type == TYPE_ID)
		id_text(*(const struct id *)item, text);
	else
		hash_text(item, text);
	write_text(text, out);
}

void value_write(const struct field *f, const void *item, struct buf *out)
{
	switch (f->type) {
	case TYPE_BOOL:
		write_text(*(const bool *)item ? "true" : "false", out);
		break;
	case TYPE_U32:
		buf_print(out, "%" PRIu32, *(const uint32_t *)item);
		break;
	case TYPE_U64:
		buf_print(out, "%" PRIu64, *(const uint64_t *)item);
		break;
	case TYPE_I64:
	case TYPE_MONEY:
		buf_print(out, "%" PRId64, *(const int64_t *)item);
		break;
	case TYPE_ENUM:
		write_enum(f, *(const uint32_t *)item, out);
		break;
	case TYPE_TIME:
	case TYPE_DATE:
	case TYPE_ID:
	case TYPE_HASH:
		write_fixed(f, item, out);
		break;
	case TYPE_BYTES:
		base64_write(*(const struct str *)item, out);
		break;
	case TYPE_TEXT:
	case TYPE_PROSE:
		buf_add_str(out, *(const struct str *)item);
		break;
	case TYPE_RECORD:
		assert(!"a record is not a value");
		break;
	}
}

static enum err wrong_form(const struct field *f, struct problem *why)
{
	return refuse(why, ERR_INVALID, f->name, RULE_FORM);
}

/* Digits as JSON has them: no sign, no zero in front. */
static enum err read_digits(const struct field *f, struct str text, uint64_t limit, uint64_t *ret,
	struct problem *why)
{
	uint64_t value;

	if (text.len == 0 || (text.len > 1 && text.ptr[0] == '0'))
		return wrong_form(f, why);
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return wrong_form(f, why);
	if (!str_number(text, &value) || value > limit)
		return refuse(why, ERR_INVALID, f->name, RULE_RANGE);
	*ret = value;
	return ERR_OK;
}

static enum err read_unsigned(const struct field *f, struct str text, uint64_t limit, uint64_t *ret,
	struct problem *why)
{
	if (text.len > 1 && text.ptr[0] == '-') { /* a number, but none of ours */
		enum err e = read_digits(f, str_bytes(text.ptr + 1, text.len - 1), UINT64_MAX, ret, why);

		return e == ERR_OK ? refuse(why, ERR_INVALID, f->name, RULE_RANGE) : e;
	}
	return read_digits(f, text, limit, ret, why);
}

static enum err read_signed(const struct field *f, struct str text, int64_t *ret,
	struct problem *why)
{
	bool is_negative = text.len > 0 && text.ptr[0] == '-';
	struct str digits = is_negative ? str_bytes(text.ptr + 1, text.len - 1) : text;
	uint64_t value;
	enum err e = read_digits(f, digits, (uint64_t)INT64_MAX + is_negative, &value, why);

	if (e == ERR_OK)
		*ret = is_negative ? (int64_t)(0 - value) : (int64_t)value;
	return e;
}

static enum err read_u32(const struct field *f, struct str text, uint32_t *ret, struct problem *why)
{
	uint64_t value;
	enum err e = read_unsigned(f, text, UINT32_MAX, &value, why);

	if (e == ERR_OK)
		*ret = (uint32_t)value;
	return e;
}

static enum err read_bool(const struct field *f, struct str text, bool *ret, struct problem *why)
{
	if (!str_is(text, "true") && !str_is(text, "false"))
		return wrong_form(f, why);
	*ret = str_is(text, "true");
	return ERR_OK;
}

static enum err read_hash(const struct field *f, struct str text, struct hash *ret,
	struct problem *why)
{
	struct hash hash = { { 0 } };

	if (text.len != 2 * HASH_BYTES)
		return wrong_form(f, why);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

		if (digit < 0)
			return wrong_form(f, why);
		hash.bytes[i / 2] = (uint8_t)(hash.bytes[i / 2] << 4 | digit);
	}
	*ret = hash;
	return ERR_OK;
}

static enum err read_bytes(const struct field *f, struct str text, struct arena *arena,
	struct str *ret, struct problem *why)
{
	enum err e = base64_read(text, arena, ret);

	if (e == ERR_LIMIT)
		return refuse(why, e, f->name, RULE_TOO_BIG);
	return e == ERR_OK ? e : wrong_form(f, why);
}

static enum err read_text(const struct field *f, struct str text, struct arena *arena,
	struct str *ret, struct problem *why)
{
	uint32_t limit = field_is_list(f) ? f->item_limit : f->limit;

	if (text.len > limit) /* before it is copied */
		return refuse(why, ERR_LIMIT, f->name, RULE_TOO_LONG);
	if (!str_is_utf8(text))
		return refuse(why, ERR_INVALID, f->name, RULE_UTF8);
	if (arena_copy(arena, text, ret) != ERR_OK)
		return refuse(why, ERR_LIMIT, f->name, RULE_TOO_BIG);
	return ERR_OK;
}

/* The forms that base reads: it tells only that a text is not one. */
static enum err read_fixed(const struct field *f, struct str text, void *item, struct problem *why)
{
	enum err e;

	if (f->type == TYPE_DATE)
		e = date_parse(text, item);
	else if (f->type == TYPE_TIME)
		e = time_parse(text, item);
	else
		e = id_parse(text, item);
	return e == ERR_OK ? e : wrong_form(f, why);
}

static enum err read_value(const struct field *f, struct str text, struct arena *arena, void *item,
	struct problem *why)
{
	switch (f->type) {
	case TYPE_BOOL:
		return read_bool(f, text, item, why);
	case TYPE_U32:
		return read_u32(f, text, item, why);
	case TYPE_U64:
		return read_unsigned(f, text, UINT64_MAX, item, why);
	case TYPE_I64:
	case TYPE_MONEY:
		return read_signed(f, text, item, why);
	case TYPE_TIME:
	case TYPE_DATE:
	case TYPE_ID:
		return read_fixed(f, text, item, why);
	case TYPE_ENUM:
		if (!enum_number(f->names, text, item))
			return refuse(why, ERR_INVALID, f->name, RULE_VALUE);
		return ERR_OK;
	case TYPE_HASH:
		return read_hash(f, text, item, why);
	case TYPE_BYTES:
		return read_bytes(f, text, arena, item, why);
	case TYPE_TEXT:
	case TYPE_PROSE:
		return read_text(f, text, arena, item, why);
	case TYPE_RECORD:
		break;
	}
	return refuse(why, ERR_INVALID, f->name, RULE_TYPE);
}

enum err value_read(const struct field *f, struct str text, struct arena *arena, void *item,
	struct problem *why)
{
	enum err e = read_value(f, text, arena, item, why);

	return e == ERR_OK ? item_check(f, item, why) : e;
}
