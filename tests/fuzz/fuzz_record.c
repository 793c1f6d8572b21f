/* fuzz-target: common/store/record.c common/wire/pack.c
 *
 * Any bytes are refused or are a record; what is a record is encoded to the same bytes again, so
 * that no two byte strings are one event. */
#include "base/civil.h"
#include "store/record.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* A record made of the input's bytes: whatever its fields are, it comes back. */
static void made(const uint8_t *data, size_t size)
{
	struct seal seals[3] = { { .table = 1 } };
	struct record r = { .seals = seals };
	struct record back;
	struct arena arena;
	struct buf out;

	if (size < 32)
		return;
	memcpy(&r.seq, data, 8);
	memcpy(&r.at, data + 8, 8);
	memcpy(&r.type, data + 16, 2);
	memcpy(&r.version, data + 18, 2);
	memcpy(&r.cause.seq, data + 20, 8);
	memcpy(&r.cause.due, data + 12, 8);
	r.cause.kind = CAUSE_COMMAND + (enum cause_kind)(data[28] % CAUSE_SYSTEM);
	r.cause.key = str_bytes(data, data[29] % 32);
	r.cause.from = str_of("x");
	r.seals_len = data[30] % 4;
	seals[1].is_erased = true;
	seals[2].key = str_bytes(data, data[31] % 32);
	r.key = str_bytes(data, size % 600 % size);
	r.payload = str_bytes(data + 32, size - 32);
	buf_init(&out, RECORD_BYTES_MAX + 4096);
	arena_init(&arena, 1 << 20);
	if (record_encode(&r, &out) != ERR_OK) {
		/* refused */
	} else if (r.at < TIME_US_MIN || r.at > TIME_US_MAX) { /* of no calendar's time */
		must(record_decode(buf_str(&out), &arena, &back) == ERR_CORRUPT);
	} else {
		must(record_decode(buf_str(&out), &arena, &back) == ERR_OK);
		must(back.seq == r.seq && back.at == r.at && back.type == r.type &&
			back.version == r.version);
		must(str_equal(back.payload, r.payload) && str_equal(back.key, r.key));
		must(back.seals_len == r.seals_len && back.cause.kind == r.cause.kind);
	}
	arena_clear(&arena);
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = str_bytes(data, size);
	struct record r;
	struct arena arena;
	struct buf out;

	arena_init(&arena, 1 << 20);
	buf_init(&out, RECORD_BYTES_MAX + 1);
	if (record_decode(bytes, &arena, &r) == ERR_OK) {
		must(record_encode(&r, &out) == ERR_OK);
		must(str_equal(buf_str(&out), bytes));
	}
	buf_clear(&out);
	arena_clear(&arena);
	made(data, size);
	return 0;
}
