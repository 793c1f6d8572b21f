#include "wire/item.h"
#include "wire/packer.h"
#include "wire/rule.h"

#include <assert.h>

static void pack_record(struct buf *out, const struct schema *s, const void *msg);

static void pack_bin(struct buf *out, const void *bytes, size_t n)
{
	msgpack_packer p = packer_of(out);

	msgpack_pack_bin(&p, n);
	msgpack_pack_bin_body(&p, bytes, n);
}

static void pack_text(struct buf *out, struct str text)
{
	msgpack_packer p = packer_of(out);

	msgpack_pack_str(&p, text.len);
	msgpack_pack_str_body(&p, text.ptr, text.len);
}

static void pack_unsigned(struct buf *out, uint64_t value)
{
	msgpack_packer p = packer_of(out);

	msgpack_pack_uint64(&p, value);
}

static void pack_signed(struct buf *out, int64_t value)
{
	msgpack_packer p = packer_of(out);

	msgpack_pack_int64(&p, value);
}

static void pack_bool(struct buf *out, bool value)
{
	msgpack_packer p = packer_of(out);

	if (value)
		msgpack_pack_true(&p);
	else
		msgpack_pack_false(&p);
}

static void pack_value(struct buf *out, const struct field *f, const void *item)
{
	switch (f->type) {
	case TYPE_BOOL:
		pack_bool(out, *(const bool *)item);
		break;
	case TYPE_U32:
	case TYPE_ENUM:
		pack_unsigned(out, *(const uint32_t *)item);
		break;
	case TYPE_U64:
		pack_unsigned(out, *(const uint64_t *)item);
		break;
	case TYPE_I64:
	case TYPE_MONEY:
	case TYPE_TIME:
		pack_signed(out, *(const int64_t *)item);
		break;
	case TYPE_DATE:
		pack_signed(out, *(const date_days *)item);
		break;
	case TYPE_ID:
		pack_bin(out, item, sizeof(struct id));
		break;
	case TYPE_HASH:
		pack_bin(out, item, sizeof(struct hash));
		break;
	case TYPE_BYTES:
		pack_bin(out, ((const struct str *)item)->ptr, ((const struct str *)item)->len);
		break;
	case TYPE_TEXT:
	case TYPE_PROSE:
		pack_text(out, *(const struct str *)item);
		break;
	case TYPE_RECORD:
		pack_record(out, f->record, item);
		break;
	}
}

static void pack_list(struct buf *out, const struct field *f, const char *items, uint32_t count)
{
	size_t size = item_size(f);
	msgpack_packer p = packer_of(out);

	msgpack_pack_array(&p, count);
	for (uint32_t k = 0; k < count; k++, items += size)
		pack_value(out, f, items);
}

static void pack_field(struct buf *out, const struct field *f, const void *msg)
{
	msgpack_packer p = packer_of(out);

	msgpack_pack_uint8(&p, f->number);
	if (field_is_list(f))
		pack_list(out, f, item_first(f, msg), item_count(f, msg));
	else
		pack_value(out, f, item_first(f, msg));
}

/* An empty list has no entry, like an optional field that is not set. */
static void pack_record(struct buf *out, const struct schema *s, const void *msg)
{
	msgpack_packer p = packer_of(out);
	uint8_t present[ROWS_MAX];
	uint32_t count = 0;

	assert(s->field_count <= ROWS_MAX);
	for (uint32_t i = 0; i < s->field_count; i++)
		if (item_count(&s->fields[i], msg) > 0)
			present[count++] = (uint8_t)i;
	msgpack_pack_map(&p, count);
	for (uint32_t i = 0; i < count; i++)
		pack_field(out, &s->fields[present[i]], msg);
}

enum err wire_encode(const struct schema *s, const void *msg, struct buf *out, struct problem *why)
{
	enum err e = wire_check(s, msg, why);
	size_t len = out->len;
	bool was_full = out->is_full;

	if (e != ERR_OK)
		return e;
	pack_record(out, s, msg);
	if (out->is_full) {
		out->len = len;
		out->is_full = was_full;
		return refuse(why, ERR_LIMIT, NULL, RULE_TOO_BIG);
	}
	return ERR_OK;
}
