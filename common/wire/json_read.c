#include "wire/item.h"
#include "wire/json.h"
#include "wire/rule.h"
#include "wire/value.h"

#include <assert.h>
#include <string.h>

enum {
	NAME_MAX_BYTES = 64, /* no name of ours is longer */
	LIST_FIRST = 8,      /* items that a list has room for at first */
};

/* Names that the row does not know are refused, so nothing is ever skipped and
 * the reader goes only as deep as the rows do. */
struct text_reader {
	struct str left;
	struct arena *arena;
	struct problem *why;
};

static enum err read_record(struct text_reader *r, const struct schema *s, const char *name,
	void *msg);

static enum err not_json(struct text_reader *r, const char *name)
{
	return refuse(r->why, ERR_INVALID, name, RULE_JSON);
}

static void advance(struct text_reader *r, size_t n)
{
	r->left = str_bytes(r->left.ptr + n, r->left.len - n);
}

static void skip_space(struct text_reader *r)
{
	while (r->left.len > 0 && memchr(" \t\n\r", r->left.ptr[0], 4) != NULL)
		advance(r, 1);
}

/* Takes c, with the space before it; false when something else stands there. */
static bool take(struct text_reader *r, char c)
{
	skip_space(r);
	if (r->left.len == 0 || r->left.ptr[0] != c)
		return false;
	advance(r, 1);
	return true;
}

static char peek(struct text_reader *r)
{
	skip_space(r);
	return r->left.len == 0 ? '\0' : r->left.ptr[0];
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hexadecimal digits at p as a number; -1 when they are not that. */
static int32_t hex_four(const char *p)
{
	int32_t value = 0;

	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(p[i]);

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

static size_t put_utf8(char *to, int32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* uXXXX behind the backslash, or two of them for what needs a pair: the bytes
 * read, 0 when it is no character. U+0000 is none of ours. */
static size_t read_unicode(struct str raw, char *to, size_t *len)
{
	int32_t c, low;

	if (raw.len < 5)
		return 0;
	c = hex_four(raw.ptr + 1);
	if (c <= 0 || (c >= 0xdc00 && c <= 0xdfff))
		return 0;
	if (c < 0xd800 || c > 0xdfff) {
		*len += put_utf8(to + *len, c);
		return 5;
	}
	if (raw.len < 11 || raw.ptr[5] != '\\' || raw.ptr[6] != 'u')
		return 0;
	low = hex_four(raw.ptr + 7);
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	*len += put_utf8(to + *len, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
	return 11;
}

/* What the backslash before raw means, appended to to: the bytes read, 0 when it means nothing. */
static size_t read_escape(struct str raw, char *to, size_t *len)
{
	static const char letters[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	const char *at;

	if (raw.len == 0)
		return 0;
	if (raw.ptr[0] == 'u')
		return read_unicode(raw, to, len);
	at = memchr(letters, raw.ptr[0], sizeof letters - 1);
	if (at == NULL)
		return 0;
	to[(*len)++] = means[at - letters];
	return 1;
}

/* The length of a string up to its closing quote, as it stands in the text. */
static bool raw_length(struct str text, size_t *ret, bool *ret_escaped)
{
	*ret_escaped = false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"') {
			*ret = i;
			return true;
		}
		if ((unsigned char)text.ptr[i] < 0x20)
			return false;
		if (text.ptr[i] == '\\') {
			*ret_escaped = true;
			i++;
		}
	}
	return false;
}

/* A string in quotes. Without escapes it is lent from the text, otherwise it is in the arena. */
static enum err read_string(struct text_reader *r, const char *name, struct str *ret)
{
	bool is_escaped;
	struct str raw;
	size_t len = 0;
	char *to;

	if (!take(r, '"'))
		return refuse(r->why, ERR_INVALID, name, RULE_TYPE);
	if (!raw_length(r->left, &raw.len, &is_escaped))
		return not_json(r, name);
	raw.ptr = r->left.ptr;
	advance(r, raw.len + 1);
	*ret = raw;
	if (!is_escaped)
		return ERR_OK;
	to = arena_take(r->arena, raw.len); /* an escape is never shorter than what it means */
	if (to == NULL)
		return refuse(r->why, ERR_LIMIT, name, RULE_TOO_BIG);
	for (size_t i = 0; i < raw.len;) {
		size_t n = 1;

		if (raw.ptr[i] == '\\') {
			n = read_escape(str_bytes(raw.ptr + i + 1, raw.len - i - 1), to, &len);
			if (n == 0)
				return not_json(r, name);
			n++;
		} else {
			to[len++] = raw.ptr[i];
		}
		i += n;
	}
	*ret = str_bytes(to, len);
	return ERR_OK;
}

/* A number or a boolean: all up to what ends it. Whether it reads is value_read's matter. */
static enum err read_word(struct text_reader *r, const struct field *f, struct str *ret)
{
	size_t n = 0;

	skip_space(r);
	while (n < r->left.len && memchr(" \t\n\r,]}\"[{:", r->left.ptr[n], 11) == NULL)
		n++;
	if (n == 0)
		return refuse(r->why, ERR_INVALID, f->name, RULE_TYPE);
	*ret = str_bytes(r->left.ptr, n);
	advance(r, n);
	return ERR_OK;
}

static enum err read_item(struct text_reader *r, const struct field *f, void *item)
{
	struct str text;
	enum err e;

	if (f->type == TYPE_RECORD)
		return read_record(r, f->record, f->name, item);
	e = value_is_quoted(f) ? read_string(r, f->name, &text) : read_word(r, f, &text);
	if (e == ERR_OK)
		e = value_read(f, text, r->arena, item, r->why);
	if (e == ERR_INVALID && !value_is_quoted(f) && r->why->rule != NULL &&
		strcmp(r->why->rule, RULE_FORM) == 0)
		r->why->rule =
			RULE_TYPE; /* a bare word that is no such number or boolean is another type */
	return e;
}

/* The items behind "[". How many come is known at the end only, so that room doubles. */
static enum err read_items(struct text_reader *r, const struct field *f, char **ret,
	uint64_t *ret_count)
{
	size_t size = item_size(f);
	uint64_t count = 0, room = 0;
	char *items = NULL;
	enum err e;

	do {
		if (count == f->limit)
			return refuse(r->why, ERR_LIMIT, f->name, RULE_TOO_MANY);
		if (count == room) {
			char *more;

			room = room == 0 ? LIST_FIRST : 2 * room;
			more = arena_take(r->arena, room * size);
			if (more == NULL)
				return refuse(r->why, ERR_LIMIT, f->name, RULE_TOO_BIG);
			if (count > 0)
				memcpy(more, items, count * size);
			items = more;
		}
		e = read_item(r, f, items + count * size);
		if (e != ERR_OK)
			return e;
		count++;
	} while (take(r, ','));
	*ret = items;
	*ret_count = count;
	return take(r, ']') ? ERR_OK : not_json(r, f->name);
}

static enum err read_list(struct text_reader *r, const struct field *f, void *msg)
{
	uint64_t count = 0;
	char *items = NULL;
	enum err e = ERR_OK;

	if (!take(r, '['))
		return refuse(r->why, ERR_INVALID, f->name, RULE_TYPE);
	if (!take(r, ']'))
		e = read_items(r, f, &items, &count);
	if (e == ERR_OK)
		item_put_list(f, msg, items, (uint32_t)count);
	return e;
}

/* A name that we do not know, for the answer: only if it looks like a name of ours. */
static const char *shown_name(struct text_reader *r, struct str name)
{
	char *copy;

	if (name.len == 0 || name.len > NAME_MAX_BYTES)
		return NULL;
	for (size_t i = 0; i < name.len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_", name.ptr[i]) == NULL)
			return NULL;
	copy = arena_take(r->arena, name.len + 1);
	if (copy != NULL)
		memcpy(copy, name.ptr, name.len);
	return copy;
}

/* "name": value */
static enum err read_member(struct text_reader *r, const struct schema *s, struct row_set *seen,
	void *msg)
{
	const struct field *f;
	struct str name;
	enum err e = read_string(r, NULL, &name);

	if (e != ERR_OK)
		return e == ERR_INVALID ? not_json(r, NULL) : e;
	f = schema_field(s, name);
	if (f == NULL)
		return refuse(r->why, ERR_INVALID, shown_name(r, name), RULE_UNKNOWN);
	if (!row_set_add(seen, (uint32_t)(f - s->fields)))
		return refuse(r->why, ERR_INVALID, f->name, RULE_TWICE);
	if (!take(r, ':'))
		return not_json(r, f->name);
	if (field_is_list(f))
		return read_list(r, f, msg);
	return read_item(r, f, item_set(f, msg));
}

static enum err read_record(struct text_reader *r, const struct schema *s, const char *name,
	void *msg)
{
	struct row_set seen = { { 0 } };

	if (peek(r) != '{')
		return refuse(r->why, ERR_INVALID, name, RULE_TYPE);
	advance(r, 1);
	if (take(r, '}'))
		return row_set_check(&seen, s, r->why);
	do {
		enum err e = read_member(r, s, &seen, msg);

		if (e != ERR_OK)
			return e;
	} while (take(r, ','));
	if (!take(r, '}'))
		return not_json(r, name);
	return row_set_check(&seen, s, r->why);
}

enum err json_read(const struct schema *s, struct str text, struct arena *arena, void *msg,
	struct problem *why)
{
	struct text_reader r = { text, arena, why };
	enum err e;

	if (!str_is_utf8(text))
		return refuse(why, ERR_INVALID, NULL, RULE_UTF8);
	*why = (struct problem) { NULL, NULL };
	memset(msg, 0, s->size);
	if (peek(&r) != '{')
		return not_json(&r, NULL);
	e = read_record(&r, s, NULL, msg);
	if (e == ERR_OK && peek(&r) != '\0')
		return not_json(&r, NULL);
	return e;
}

enum err json_read_value(const struct field *f, struct str text, struct arena *arena, void *msg,
	struct problem *why)
{
	assert(!field_is_list(f) && f->type != TYPE_RECORD);
	*why = (struct problem) { NULL, NULL };
	return value_read(f, text, arena, item_set(f, msg), why);
}
