#include "wire/item.h"
#include "wire/json.h"
#include "wire/value.h"

#include <assert.h>

#define MASK "***"

static void add_text(struct buf *out, const char *text)
{
	buf_add_str(out, str_of(text));
}

static bool is_masked(const struct field *f, enum json_view view)
{
	return view == JSON_MASKED && (f->marks & FIELD_PII) != 0;
}

static bool needs_escape(char c)
{
	return (unsigned char)c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

static void write_escape(char c, struct buf *out)
{
	switch (c) {
	case '"':
		add_text(out, "\\\"");
		break;
	case '\\':
		add_text(out, "\\\\");
		break;
	case '\n':
		add_text(out, "\\n");
		break;
	case '\r':
		add_text(out, "\\r");
		break;
	case '\t':
		add_text(out, "\\t");
		break;
	default:
		buf_print(out, "\\u%04x", (unsigned char)c);
		break;
	}
}

/* The bytes of the UTF-8 character at the front of text; 0 when it is not one. */
static size_t character_length(struct str text)
{
	size_t left = text.len < 4 ? text.len : 4;

	for (size_t n = 1; n <= left; n++)
		if (str_is_utf8(str_bytes(text.ptr, n)))
			return n;
	return 0;
}

/* Bytes that are not UTF-8 become U+FFFD: a line of log must be JSON whatever came in. */
static void write_any(struct str text, struct buf *out)
{
	while (text.len > 0) {
		size_t n = character_length(text);

		if (n == 0 && text.ptr[0] != '\0')
			add_text(out, "\xef\xbf\xbd");
		else if (needs_escape(text.ptr[0]))
			write_escape(text.ptr[0], out);
		else
			buf_add(out, text.ptr, n);
		n = n == 0 ? 1 : n;
		text = str_bytes(text.ptr + n, text.len - n);
	}
}

void json_write_text(struct str text, struct buf *out)
{
	size_t start = 0;

	add_text(out, "\"");
	if (!str_is_utf8(text)) {
		write_any(text, out);
	} else {
		for (size_t i = 0; i < text.len; i++) {
			if (!needs_escape(text.ptr[i]))
				continue;
			buf_add(out, text.ptr + start, i - start);
			write_escape(text.ptr[i], out);
			start = i + 1;
		}
		buf_add(out, text.ptr + start, text.len - start);
	}
	add_text(out, "\"");
}

static void write_item(const struct field *f, const void *item, enum json_view view,
	struct buf *out)
{
	if (f->type == TYPE_RECORD) {
		json_write(f->record, item, view, out);
	} else if (f->type == TYPE_TEXT || f->type == TYPE_PROSE) {
		json_write_text(*(const struct str *)item, out);
	} else {
		const char *quote = value_is_quoted(f) ? "\"" : "";

		add_text(out, quote);
		value_write(f, item, out);
		add_text(out, quote);
	}
}

static void write_field(const struct field *f, const void *msg, enum json_view view,
	struct buf *out)
{
	const char *item = item_first(f, msg);
	uint32_t count = item_count(f, msg);

	if (is_masked(f, view)) {
		add_text(out, "\"" MASK "\"");
		return;
	}
	if (!field_is_list(f)) {
		write_item(f, item, view, out);
		return;
	}
	add_text(out, "[");
	for (uint32_t i = 0; i < count; i++, item += item_size(f)) {
		add_text(out, i == 0 ? "" : ",");
		write_item(f, item, view, out);
	}
	add_text(out, "]");
}

void json_write(const struct schema *s, const void *msg, enum json_view view, struct buf *out)
{
	const char *before = "{";

	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct field *f = &s->fields[i];

		if (!field_is_list(f) && item_count(f, msg) == 0)
			continue;
		add_text(out, before);
		buf_print(out, "\"%s\":", f->name);
		write_field(f, msg, view, out);
		before = ",";
	}
	add_text(out, before[0] == '{' ? "{}" : "}");
}

void json_write_value(const struct field *f, const void *msg, enum json_view view, struct buf *out)
{
	assert(!field_is_list(f) && f->type != TYPE_RECORD);
	if (item_count(f, msg) == 0)
		return;
	if (is_masked(f, view))
		add_text(out, MASK);
	else
		value_write(f, item_first(f, msg), out);
}
