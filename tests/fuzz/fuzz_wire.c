/* Any bytes as a message of any schema.
 * fuzz-target: common/wire/scan.c common/wire/wire_decode.c common/wire/wire_encode.c common/wire/check.c common/wire/item.c common/wire/head.h */
#include "lib/contoh.h"
#include "lib/gen.h"
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <msgpack.h>

enum { ARENA_BYTES = 8 << 20, OUT_BYTES = 4 << 20 };

/* The same language as wire_scan, written the other way: by recursion, without heads. */
struct naive {
	const uint8_t *at;
	size_t left;
	uint32_t nodes;
};

static bool naive_number(struct naive *n, size_t bytes, uint64_t *ret)
{
	*ret = 0;
	if (n->left < bytes)
		return false;
	for (; bytes > 0; bytes--, n->at++, n->left--)
		*ret = *ret << 8 | *n->at;
	return true;
}

static bool naive_bytes(struct naive *n, uint64_t count, bool is_text)
{
	if (count > n->left || (is_text && !str_is_utf8(str_bytes(n->at, (size_t)count))))
		return false;
	n->at += count;
	n->left -= (size_t)count;
	return true;
}

static bool naive_value(struct naive *n, uint32_t depth);

static bool naive_values(struct naive *n, uint64_t count, uint32_t depth)
{
	if (depth > WIRE_DEPTH_MAX || count > n->left)
		return false;
	for (; count > 0; count--)
		if (!naive_value(n, depth))
			return false;
	return true;
}

static bool naive_value(struct naive *n, uint32_t depth)
{
	uint64_t first, count;

	if (++n->nodes > WIRE_NODES_MAX || !naive_number(n, 1, &first))
		return false;
	if (first <= 0x7f || first >= 0xe0 || first == 0xc0 || first == 0xc2 || first == 0xc3)
		return true;
	if (first <= 0x8f)
		return naive_values(n, 2 * (first & 15), depth + 1);
	if (first <= 0x9f)
		return naive_values(n, first & 15, depth + 1);
	if (first <= 0xbf)
		return naive_bytes(n, first & 31, true);
	if (first >= 0xcc && first <= 0xcf)
		return naive_number(n, (size_t)1 << (first - 0xcc), &count);
	if (first >= 0xd0 && first <= 0xd3)
		return naive_number(n, (size_t)1 << (first - 0xd0), &count);
	if (first >= 0xc4 && first <= 0xc6)
		return naive_number(n, (size_t)1 << (first - 0xc4), &count) && naive_bytes(n, count, false);
	if (first >= 0xd9 && first <= 0xdb)
		return naive_number(n, (size_t)1 << (first - 0xd9), &count) && naive_bytes(n, count, true);
	if (first >= 0xdc && first <= 0xdd)
		return naive_number(n, (size_t)2 << (first - 0xdc), &count) &&
			naive_values(n, count, depth + 1);
	if (first >= 0xde)
		return naive_number(n, (size_t)2 << (first - 0xde), &count) &&
			naive_values(n, 2 * count, depth + 1);
	return false;
}

static void must(bool is_so, const char *what)
{
	if (is_so)
		return;
	(void)fprintf(stderr, "not so: %s\n", what);
	abort();
}

static void check_scan(struct str bytes)
{
	struct naive naive = { (const uint8_t *)bytes.ptr, bytes.len, 0 };
	bool is_one = naive_value(&naive, 0) && naive.left == 0;
	msgpack_unpacked whole;
	size_t at = 0;

	must((wire_scan(bytes) == ERR_OK) == is_one, "wire_scan agrees with the naive reader");
	if (!is_one)
		return;
	/* Only now: msgpack-c reserves memory for counts that it has merely read. */
	msgpack_unpacked_init(&whole);
	must(msgpack_unpack_next(&whole, bytes.ptr, bytes.len, &at) == MSGPACK_UNPACK_SUCCESS,
		"msgpack-c reads what wire_scan lets through");
	must(at == bytes.len, "msgpack-c ends where wire_scan ends");
	msgpack_unpacked_destroy(&whole);
}

/* What decodes has one canonical form, which decodes to itself. */
static void check_decode(const struct schema *s, struct str bytes)
{
	void *msg = malloc(s->size);
	struct problem why = { NULL, NULL };
	struct buf first, second;
	struct arena arena;

	arena_init(&arena, ARENA_BYTES);
	buf_init(&first, OUT_BYTES);
	buf_init(&second, OUT_BYTES);
	if (wire_decode(s, bytes, &arena, msg, &why) == ERR_OK) {
		must(wire_check(s, msg, &why) == ERR_OK, "what decodes is valid");
		must(wire_encode(s, msg, &first, &why) == ERR_OK, "what decodes encodes");
		must(wire_decode(s, buf_str(&first), &arena, msg, &why) == ERR_OK, "what encodes decodes");
		must(wire_encode(s, msg, &second, &why) == ERR_OK, "again");
		must(str_equal(buf_str(&first), buf_str(&second)), "one canonical form");
	} else {
		must(why.rule != NULL, "a refusal says why");
	}
	buf_clear(&first);
	buf_clear(&second);
	arena_clear(&arena);
	free(msg);
}

/* A whole message made from a seed, then changed by the rest: position, byte. */
static void check_near_miss(const struct schema *s, const uint8_t *data, size_t size)
{
	uint8_t *msg = malloc(s->size);
	struct problem why;
	struct arena arena;
	struct gen gen;
	struct buf out;

	arena_init(&arena, ARENA_BYTES);
	buf_init(&out, OUT_BYTES);
	gen = gen_of(size == 0 ? 0 : data[0], &arena);
	gen_message(&gen, s, msg);
	if (size > 3 && data[0] % 8 == 0) { /* now and then a message that encode has to refuse */
		struct gen_spoilt spoilt;

		if (gen_spoil(&gen, s, msg, &spoilt))
			must(wire_encode(s, msg, &out, &why) == spoilt.error, "a broken rule is refused");
	} else {
		must(wire_encode(s, msg, &out, &why) == ERR_OK, "an invented message is valid");
	}
	for (size_t i = 1; i + 2 < size && out.len > 0; i += 3)
		out.ptr[((size_t)data[i] << 8 | data[i + 1]) % out.len] ^= (char)data[i + 2];
	if (out.len > 0) {
		check_scan(buf_str(&out));
		check_decode(s, buf_str(&out));
	}
	buf_clear(&out);
	arena_clear(&arena);
	free(msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct schema *s;

	if (size < 2)
		return 0;
	/* The first two bytes choose; contoh, which has everything, is half of all. */
	s = data[0] % 2 == 0 ? &schema_contoh : every_schema(data[1] % every_schema_count());
	if (data[0] % 4 < 2) {
		check_scan(str_bytes(data + 2, size - 2));
		check_decode(s, str_bytes(data + 2, size - 2));
	} else {
		check_near_miss(s, data + 2, size - 2);
	}
	return 0;
}
