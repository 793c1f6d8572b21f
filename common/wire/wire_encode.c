#include "wire/item.h"
#include "wire/rule.h"

#include <msgpack/pack.h>

/* msgpack-c's packer gives its bytes here. */
static int add_bytes(void *data, const char *bytes, size_t n)
{
	struct buf *out = data;

	/* Almost all are heads of a byte or two, into room that is there. */
	if (n > 2 || out->is_full || out->size > out->limit || out->size - out->len < 2) {
		buf_add(out, bytes, n);
		return out->is_full ? -1 : 0;
	}
	for (size_t i = 0; i < n; i++)
		out->ptr[out->len++] = bytes[i];
	return 0;
}

static void pack_record(msgpack_packer *p, const struct schema *s, const void *msg);

static void pack_bin(msgpack_packer *p, const void *bytes, size_t n)
{
	msgpack_pack_bin(p, n);
	msgpack_pack_bin_body(p, bytes, n);
}

/* Failures of the packer are all one, a full buffer, which stays marked: seen once at the end. */
static void pack_value(msgpack_packer *p, const struct field *f, const void *item)
{
	const struct str *text = item;

	switch (f->type) {
	case TYPE_BOOL:
		if (*(const bool *)item)
			msgpack_pack_true(p);
		else
			msgpack_pack_false(p);
		break;
	case TYPE_U32:
	case TYPE_ENUM:
		msgpack_pack_uint32(p, *(const uint32_t *)item);
		break;
	case TYPE_U64:
		msgpack_pack_uint64(p, *(const uint64_t *)item);
		break;
	case TYPE_I64:
	case TYPE_MONEY:
	case TYPE_TIME:
		msgpack_pack_int64(p, *(const int64_t *)item);
		break;
	case TYPE_DATE:
		msgpack_pack_int32(p, *(const date_days *)item);
		break;
	case TYPE_ID:
		pack_bin(p, item, sizeof(struct id));
		break;
	case TYPE_HASH:
		pack_bin(p, item, sizeof(struct hash));
		break;
	case TYPE_BYTES:
		pack_bin(p, text->ptr, text->len);
		break;
	case TYPE_TEXT:
	case TYPE_PROSE:
		msgpack_pack_str(p, text->len);
		msgpack_pack_str_body(p, text->ptr, text->len);
		break;
	case TYPE_RECORD:
		pack_record(p, f->record, item);
		break;
	}
}

static void pack_field(msgpack_packer *p, const struct field *f, const void *msg, uint32_t count)
{
	const char *item = item_first(f, msg);
	size_t size = count > 1 ? item_size(f) : 0;

	msgpack_pack_uint8(p, f->number);
	if (field_is_list(f))
		msgpack_pack_array(p, count);
	for (uint32_t k = 0; k < count; k++, item += size)
		pack_value(p, f, item);
}

/* An empty list has no entry, like an optional field that is not set. */
static void pack_record(msgpack_packer *p, const struct schema *s, const void *msg)
{
	size_t present = 0;

	for (uint32_t i = 0; i < s->field_count; i++)
		present += item_count(&s->fields[i], msg) > 0;
	msgpack_pack_map(p, present);
	for (uint32_t i = 0; i < s->field_count; i++) {
		uint32_t count = item_count(&s->fields[i], msg);

		if (count > 0)
			pack_field(p, &s->fields[i], msg, count);
	}
}

enum err wire_encode(const struct schema *s, const void *msg, struct buf *out, struct problem *why)
{
	enum err e = wire_check(s, msg, why);
	size_t len = out->len;
	bool was_full = out->is_full;
	msgpack_packer p;

	if (e != ERR_OK)
		return e;
	msgpack_packer_init(&p, out, add_bytes);
	pack_record(&p, s, msg);
	if (out->is_full) {
		out->len = len;
		out->is_full = was_full;
		return refuse(why, ERR_LIMIT, NULL, RULE_TOO_BIG);
	}
	return ERR_OK;
}
