#include "wire/pack.h"

#include "wire/packer.h"

void pack_array(struct buf *out, uint32_t count)
{
	msgpack_packer p = packer_of(out);

	msgpack_pack_array(&p, count);
}

void pack_uint(struct buf *out, uint64_t value)
{
	msgpack_packer p = packer_of(out);

	msgpack_pack_uint64(&p, value);
}

void pack_int(struct buf *out, int64_t value)
{
	msgpack_packer p = packer_of(out);

	msgpack_pack_int64(&p, value);
}

void pack_bin(struct buf *out, const void *bytes, size_t n)
{
	msgpack_packer p = packer_of(out);

	msgpack_pack_bin(&p, n);
	msgpack_pack_bin_body(&p, bytes, n);
}

void pack_str(struct buf *out, struct str text)
{
	msgpack_packer p = packer_of(out);

	msgpack_pack_str(&p, text.len);
	msgpack_pack_str_body(&p, text.ptr, text.len);
}

void pack_nil(struct buf *out)
{
	msgpack_packer p = packer_of(out);

	msgpack_pack_nil(&p);
}

/* ---- reading ---- */

static size_t uint_bytes(uint64_t value)
{
	if (value < 0x80)
		return 1;
	return value <= UINT8_MAX ? 2 : value <= UINT16_MAX ? 3 : value <= UINT32_MAX ? 5 : 9;
}

static size_t negative_bytes(int64_t value)
{
	if (value >= -32)
		return 1;
	return value >= INT8_MIN ? 2 : value >= INT16_MIN ? 3 : value >= INT32_MIN ? 5 : 9;
}

/* The length of the shortest head; 0 for types that stand in no envelope. */
static size_t head_bytes(const struct head *h)
{
	switch (h->type) {
	case HEAD_NIL:
		return 1;
	case HEAD_UINT:
		return uint_bytes(h->number);
	case HEAD_NEGATIVE:
		return negative_bytes((int64_t)h->number);
	case HEAD_STR:
		return h->number < 32 ? 1 : h->number <= UINT8_MAX ? 2 : h->number <= UINT16_MAX ? 3 : 5;
	case HEAD_BIN:
		return h->number <= UINT8_MAX ? 2 : h->number <= UINT16_MAX ? 3 : 5;
	case HEAD_ARRAY:
		return h->number < 16 ? 1 : h->number <= UINT16_MAX ? 3 : 5;
	case HEAD_BOOL:
	case HEAD_MAP:
		return 0;
	}
	return 0;
}

/* A head of the wanted type in its shortest form; its number is 0 when bad. 0xd0 to 0xd3 are
 * signed numbers, which have an unsigned form of the same length when they are not below 0. */
static uint64_t take(struct unpack *u, enum head_type type)
{
	const uint8_t *first = u->in.at;
	struct head h;

	if (u->is_bad)
		return 0;
	if (head_take(&u->in, &h) && h.type == type && (size_t)(u->in.at - first) == head_bytes(&h) &&
		!(type == HEAD_UINT && *first >= 0xd0))
		return h.number;
	u->is_bad = true;
	return 0;
}

struct unpack unpack_of(struct str bytes)
{
	const uint8_t *at = (const uint8_t *)bytes.ptr;

	return (struct unpack) { { at, at + bytes.len }, false };
}

uint32_t unpack_array(struct unpack *u)
{
	uint64_t count = take(u, HEAD_ARRAY);

	if (count <= reader_left(&u->in) && count <= UINT32_MAX)
		return (uint32_t)count;
	u->is_bad = true;
	return 0;
}

void unpack_array_of(struct unpack *u, uint32_t count)
{
	if (take(u, HEAD_ARRAY) != count)
		u->is_bad = true;
}

uint64_t unpack_uint(struct unpack *u, uint64_t max)
{
	uint64_t value = take(u, HEAD_UINT);

	if (value <= max)
		return value;
	u->is_bad = true;
	return 0;
}

int64_t unpack_int(struct unpack *u)
{
	uint8_t first = u->in.at == u->in.end ? 0 : *u->in.at;
	uint64_t value;

	if (first >= 0xe0 || (first >= 0xd0 && first <= 0xd3))
		return (int64_t)take(u, HEAD_NEGATIVE);
	value = unpack_uint(u, INT64_MAX);
	return (int64_t)value;
}

static struct str take_bytes(struct unpack *u, enum head_type type)
{
	uint64_t n = take(u, type);
	struct str ret = { NULL, 0 };

	if (!u->is_bad && !head_take_bytes(&u->in, n, &ret))
		u->is_bad = true;
	return ret;
}

struct str unpack_bin(struct unpack *u)
{
	return take_bytes(u, HEAD_BIN);
}

void unpack_bin_of(struct unpack *u, void *ret, size_t n)
{
	struct str bytes = unpack_bin(u);

	if (u->is_bad || bytes.len != n) {
		u->is_bad = true;
		return;
	}
	memcpy(ret, bytes.ptr, n);
}

struct str unpack_str(struct unpack *u)
{
	struct str text = take_bytes(u, HEAD_STR);

	if (text.len == 0 || str_is_utf8(text))
		return text;
	u->is_bad = true;
	return (struct str) { NULL, 0 };
}

bool unpack_is_nil(struct unpack *u)
{
	if (u->is_bad || u->in.at == u->in.end || *u->in.at != 0xc0)
		return false;
	u->in.at++;
	return true;
}

bool unpack_is_done(const struct unpack *u)
{
	return !u->is_bad && u->in.at == u->in.end;
}
