#include "wire/head.h"
#include "wire/item.h"
#include "wire/rule.h"

#include <string.h>

/* The rows are walked with a reader of our own: wire_scan has passed the bytes,
 * so that each head is there and no count lies, and nothing has to be allocated
 * for a tree of objects (README.md has the figures). The steps are checked all
 * the same; a failure here is ERR_CORRUPT, not a read past the end. */
struct decoder {
	struct reader reader;
	struct arena *arena;
	struct problem *why;
};

static enum err take_record(struct decoder *d, const struct schema *s, const char *name, void *msg);

static enum err wrong_type(struct decoder *d, const struct field *f)
{
	return refuse(d->why, ERR_INVALID, f->name, RULE_TYPE);
}

static enum err damaged(struct decoder *d)
{
	return refuse(d->why, ERR_CORRUPT, NULL, RULE_DAMAGED);
}

static enum err take_unsigned(struct decoder *d, const struct field *f, uint64_t limit,
	uint64_t *ret)
{
	struct head head;

	if (!head_take(&d->reader, &head))
		return damaged(d);
	if (head.type != HEAD_UINT && head.type != HEAD_NEGATIVE)
		return wrong_type(d, f);
	if (head.type == HEAD_NEGATIVE || head.number > limit)
		return refuse(d->why, ERR_INVALID, f->name, RULE_RANGE);
	*ret = head.number;
	return ERR_OK;
}

static enum err take_signed(struct decoder *d, const struct field *f, int64_t *ret)
{
	struct head head;

	if (!head_take(&d->reader, &head))
		return damaged(d);
	if (head.type != HEAD_UINT && head.type != HEAD_NEGATIVE)
		return wrong_type(d, f);
	if (head.type == HEAD_UINT && head.number > INT64_MAX)
		return refuse(d->why, ERR_INVALID, f->name, RULE_RANGE);
	*ret = (int64_t)head.number;
	return ERR_OK;
}

static enum err take_date(struct decoder *d, const struct field *f, date_days *ret)
{
	int64_t value;
	enum err e = take_signed(d, f, &value);

	if (e == ERR_OK && (value < INT32_MIN || value > INT32_MAX))
		return refuse(d->why, ERR_INVALID, f->name, RULE_RANGE);
	if (e == ERR_OK)
		*ret = (date_days)value;
	return e;
}

static enum err take_bool(struct decoder *d, const struct field *f, bool *ret)
{
	struct head head;

	if (!head_take(&d->reader, &head))
		return damaged(d);
	if (head.type != HEAD_BOOL)
		return wrong_type(d, f);
	*ret = head.number != 0;
	return ERR_OK;
}

static enum err take_bytes(struct decoder *d, const struct field *f, enum head_type type,
	struct str *ret)
{
	struct head head;

	if (!head_take(&d->reader, &head))
		return damaged(d);
	if (head.type != type)
		return wrong_type(d, f);
	return head_take_bytes(&d->reader, head.number, ret) ? ERR_OK : damaged(d);
}

/* Ids and hashes: exactly n bytes. */
static enum err take_fixed(struct decoder *d, const struct field *f, void *to, size_t n)
{
	struct str bytes;
	enum err e = take_bytes(d, f, HEAD_BIN, &bytes);

	if (e != ERR_OK)
		return e;
	if (bytes.len != n)
		return wrong_type(d, f);
	memcpy(to, bytes.ptr, n);
	return ERR_OK;
}

static enum err take_u32(struct decoder *d, const struct field *f, uint32_t *ret)
{
	uint64_t value;
	enum err e = take_unsigned(d, f, UINT32_MAX, &value);

	if (e == ERR_OK)
		*ret = (uint32_t)value;
	return e;
}

static enum err take_value(struct decoder *d, const struct field *f, void *to)
{
	switch (f->type) {
	case TYPE_BOOL:
		return take_bool(d, f, to);
	case TYPE_U32:
	case TYPE_ENUM:
		return take_u32(d, f, to);
	case TYPE_U64:
		return take_unsigned(d, f, UINT64_MAX, to);
	case TYPE_I64:
	case TYPE_MONEY:
	case TYPE_TIME:
		return take_signed(d, f, to);
	case TYPE_DATE:
		return take_date(d, f, to);
	case TYPE_ID:
		return take_fixed(d, f, to, sizeof(struct id));
	case TYPE_HASH:
		return take_fixed(d, f, to, sizeof(struct hash));
	case TYPE_BYTES:
		return take_bytes(d, f, HEAD_BIN, to);
	case TYPE_TEXT:
	case TYPE_PROSE:
		return take_bytes(d, f, HEAD_STR, to);
	case TYPE_RECORD:
		return take_record(d, f->record, f->name, to);
	}
	return wrong_type(d, f);
}

static enum err take_list(struct decoder *d, const struct field *f, void *msg)
{
	struct head head;
	size_t size;
	void *items;
	char *item;
	enum err e;

	if (!head_take(&d->reader, &head))
		return damaged(d);
	if (head.type != HEAD_ARRAY)
		return wrong_type(d, f);
	e = item_set_list(f, msg, head.number, d->arena, &items, d->why);
	item = items;
	size = item_size(f);
	for (uint64_t i = 0; e == ERR_OK && i < head.number; i++, item += size) {
		e = take_value(d, f, item);
		if (e == ERR_OK && !item_is_free(f))
			e = item_check(f, item, d->why);
	}
	return e;
}

static enum err take_field(struct decoder *d, const struct field *f, void *msg)
{
	void *member;
	enum err e;

	if (field_is_list(f))
		return take_list(d, f, msg);
	member = item_set(f, msg);
	e = take_value(d, f, member);
	return e == ERR_OK && !item_is_free(f) ? item_check(f, member, d->why) : e;
}

/* Passes over one value with all that is in it. */
static enum err skip_value(struct decoder *d)
{
	uint64_t missing = 1;
	struct head head;
	struct str bytes;

	for (; missing > 0; missing--) {
		if (!head_take(&d->reader, &head))
			return damaged(d);
		if (head.type == HEAD_ARRAY)
			missing += head.number;
		else if (head.type == HEAD_MAP)
			missing += 2 * head.number;
		else if ((head.type == HEAD_STR || head.type == HEAD_BIN) &&
			!head_take_bytes(&d->reader, head.number, &bytes))
			return damaged(d);
	}
	return ERR_OK;
}

/* The row of a number. Numbers come upwards as a rule, so the row after the last one is tried first. */
static const struct field *field_of(const struct schema *s, uint64_t number, uint32_t next)
{
	if (next < s->field_count && s->fields[next].number == number)
		return &s->fields[next];
	for (uint32_t i = 0; i < s->field_count && s->fields[i].number <= number; i++)
		if (s->fields[i].number == number)
			return &s->fields[i];
	return NULL;
}

static enum err skip_unknown(struct decoder *d, uint64_t number)
{
	if (number >= FIELD_CRITICAL_FROM)
		return refuse(d->why, ERR_INVALID, NULL, RULE_CRITICAL);
	return skip_value(d);
}

/* name is that of the field which holds it, NULL for the whole message.
 * Calls itself through take_value for records in records, at most WIRE_DEPTH_MAX deep. */
static enum err take_record(struct decoder *d, const struct schema *s, const char *name, void *msg)
{
	struct row_set seen = { { 0 } };
	struct head head, key;
	uint32_t next = 0;
	enum err e = ERR_OK;

	if (!head_take(&d->reader, &head))
		return damaged(d);
	if (head.type != HEAD_MAP)
		return refuse(d->why, ERR_INVALID, name, RULE_TYPE);
	for (uint64_t i = 0; e == ERR_OK && i < head.number; i++) {
		const struct field *f;

		if (!head_take(&d->reader, &key))
			return damaged(d);
		if (key.type != HEAD_UINT)
			return refuse(d->why, ERR_INVALID, name, RULE_NUMBER);
		f = field_of(s, key.number, next);
		if (f == NULL) {
			e = skip_unknown(d, key.number);
			continue;
		}
		next = (uint32_t)(f - s->fields);
		if (!row_set_add(&seen, next))
			return refuse(d->why, ERR_CORRUPT, f->name, RULE_TWICE);
		next++;
		e = take_field(d, f, msg);
	}
	return e == ERR_OK ? row_set_check(&seen, s, d->why) : e;
}

enum err wire_decode(const struct schema *s, struct str bytes, struct arena *arena, void *msg,
	struct problem *why)
{
	struct decoder d = { .arena = arena, .why = why };

	if (wire_scan(bytes) != ERR_OK)
		return damaged(&d);
	*why = (struct problem) { NULL, NULL };
	memset(msg, 0, s->size);
	d.reader.at = (const uint8_t *)bytes.ptr;
	d.reader.end = d.reader.at + bytes.len;
	return take_record(&d, s, NULL, msg);
}
