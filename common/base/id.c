#include "base/id.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

struct id id_make(time_us at, const uint8_t chance[10])
{
	uint64_t ms = at < 0 ? 0 : (uint64_t)at / 1000;
	struct id ret;

	for (int i = 0; i < 6; i++)
		ret.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
	memcpy(ret.bytes + 6, chance, 10);
	ret.bytes[6] = (uint8_t)(0x70 | (ret.bytes[6] & 0x0f));
	ret.bytes[8] = (uint8_t)(0x80 | (ret.bytes[8] & 0x3f));
	return ret;
}

struct id id_new(time_us at)
{
	uint8_t chance[10];

	randombytes_buf(chance, sizeof chance);
	return id_make(at, chance);
}

time_us id_time(struct id id)
{
	uint64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id.bytes[i];
	return (time_us)(ms * 1000);
}

bool id_equal(struct id a, struct id b)
{
	return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

bool id_is_zero(struct id id)
{
	return sodium_is_zero(id.bytes, sizeof id.bytes) == 1;
}

void id_text(struct id id, char ret[ID_TEXT_MAX])
{
	const uint8_t *b = id.bytes;

	(void)snprintf(ret, ID_TEXT_MAX,
		"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
		b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

enum err id_parse(struct str text, struct id *ret)
{
	struct id id;
	size_t bytes = 0;
	const char *end = NULL;

	if (text.len != 36)
		return ERR_INVALID;
	for (size_t at = 8; at <= 23; at += 5)
		if (text.ptr[at] != '-')
			return ERR_INVALID;
	if (sodium_hex2bin(id.bytes, sizeof id.bytes, text.ptr, text.len, "-", &bytes, &end) != 0)
		return ERR_INVALID;
	if (bytes != sizeof id.bytes || end != text.ptr + text.len)
		return ERR_INVALID;
	*ret = id;
	return ERR_OK;
}
