#include "lib/origin.h"

#include "base/bytes.h"

#include <assert.h>

static const time_us BEGIN = INT64_C(1700000000) * US_PER_SECOND;

static struct id epoch_of(uint64_t number)
{
	struct id id = { { 0xee } };

	be64_put(id.bytes + 8, number);
	return id;
}

struct origin origin_new(uint64_t number)
{
	struct origin o = { .head = { .epoch = epoch_of(number) }, .at = BEGIN };

	o.head.hash = hash_of(str_bytes(o.head.epoch.bytes, sizeof o.head.epoch.bytes));
	buf_init(&o.bytes, RECORD_BYTES_MAX);
	return o;
}

void origin_clear(struct origin *o)
{
	buf_clear(&o->bytes);
}

struct origin origin_copy(const struct origin *o)
{
	struct origin ret = *o;

	buf_init(&ret.bytes, RECORD_BYTES_MAX);
	return ret;
}

struct str origin_next(struct origin *o, struct str payload)
{
	struct record record = {
		.seq = o->head.seq + 1,
		.epoch = o->head.epoch,
		.at = ++o->at,
		.type = 0x7ffe,
		.version = 1,
		.key = STR("kunci"),
		.cause = { .kind = CAUSE_SYSTEM, .from = STR("uji") },
		.payload = payload,
	};
	enum err e;

	buf_reset(&o->bytes);
	e = record_encode(&record, &o->bytes);
	assert(e == ERR_OK);
	o->before = o->head.hash;
	o->head.seq++;
	o->head.hash = record_hash(&o->before, buf_str(&o->bytes));
	return buf_str(&o->bytes);
}

void origin_epoch(struct origin *o, uint64_t number)
{
	o->head.epoch = epoch_of(number);
}
