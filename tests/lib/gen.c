#include "lib/gen.h"

#include "base/civil.h"
#include "wire/item.h"
#include "wire/rule.h"

#include <assert.h>
#include <string.h>

enum {
	USUAL_MAX = 24,     /* most texts and lists are short, or nothing would ever finish */
	LARGE = 256 * 1024, /* a message that has taken so much gets nothing long any more */
};

struct gen gen_of(uint64_t seed, struct arena *arena)
{
	return (struct gen) { seed, arena };
}

/* SplitMix64. */
uint64_t gen_number(struct gen *g)
{
	uint64_t z = g->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint32_t gen_below(struct gen *g, uint32_t below)
{
	return (uint32_t)(gen_number(g) % below);
}

static bool one_in(struct gen *g, uint32_t n)
{
	return gen_below(g, n) == 0;
}

static void *take(struct gen *g, size_t n)
{
	void *ret = arena_take(g->arena, n);

	assert(ret != NULL);
	return ret;
}

/* Mostly small, sometimes the limit itself. */
static uint32_t some_length(struct gen *g, uint32_t limit)
{
	if (g->arena->taken > LARGE)
		return 0;
	if (one_in(g, 16))
		return limit < 4096 ? limit : 4096;
	return gen_below(g, (limit < USUAL_MAX ? limit : USUAL_MAX) + 1);
}

static uint64_t some_unsigned(struct gen *g, uint64_t limit)
{
	uint64_t value = gen_number(g) >> gen_below(g, 64);

	switch (gen_below(g, 8)) {
	case 0:
		return 0;
	case 1:
		return limit;
	default:
		return limit == UINT64_MAX ? value : value % (limit + 1);
	}
}

/* Within low and high, both often. */
static int64_t some_signed(struct gen *g, int64_t low, int64_t high)
{
	uint64_t span = (uint64_t)high - (uint64_t)low;

	if (low < 0 && high > 0 && one_in(g, 4))
		return one_in(g, 2) ? 0 : -1;
	return (int64_t)((uint64_t)low + some_unsigned(g, span));
}

/* Valid UTF-8 of exactly len bytes: all four lengths, quotes, controls. */
static struct str some_text(struct gen *g, uint32_t len)
{
	/* clang-format off */
	static const char *const parts[] = {
		"a", "Z", "0", " ", "\"", "\\", "\n", "\x01", "\x1f", "\x7f", "/", "\xc3\xa9", "\xc2\x80", "\xdf\xbf",
		"\xe0\xa0\x80", "\xef\xbf\xbf", "\xe2\x80\xa8", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf", "<", "=", "u",
	};
	/* clang-format on */
	char *text = take(g, len + 1);
	uint32_t at = 0;

	while (at < len) {
		const char *part = parts[gen_below(g, sizeof parts / sizeof parts[0])];
		size_t n = strlen(part);

		if (n > len - at)
			continue;
		memcpy(text + at, part, n);
		at += (uint32_t)n;
	}
	return str_bytes(text, len);
}

static struct str some_bytes(struct gen *g, uint32_t len)
{
	uint8_t *bytes = take(g, len + 1);

	for (uint32_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)gen_number(g);
	return str_bytes(bytes, len);
}

static void some_value(struct gen *g, const struct field *f, void *item)
{
	uint32_t limit = field_is_list(f) ? f->item_limit : f->limit;

	switch (f->type) {
	case TYPE_BOOL:
		*(bool *)item = one_in(g, 2);
		break;
	case TYPE_U32:
		*(uint32_t *)item = (uint32_t)some_unsigned(g, UINT32_MAX);
		break;
	case TYPE_U64:
		*(uint64_t *)item = some_unsigned(g, UINT64_MAX);
		break;
	case TYPE_I64:
	case TYPE_MONEY:
		*(int64_t *)item = some_signed(g, INT64_MIN, INT64_MAX);
		break;
	case TYPE_TIME:
		*(time_us *)item = some_signed(g, TIME_US_MIN, TIME_US_MAX);
		break;
	case TYPE_DATE:
		*(date_days *)item = (date_days)some_signed(g, DATE_DAYS_MIN, DATE_DAYS_MAX);
		break;
	case TYPE_ENUM:
		*(uint32_t *)item = f->names->values[gen_below(g, f->names->count)].number;
		break;
	case TYPE_ID:
	case TYPE_HASH:
		memcpy(item, some_bytes(g, (uint32_t)item_size(f)).ptr, item_size(f));
		break;
	case TYPE_BYTES:
		*(struct str *)item = some_bytes(g, some_length(g, limit));
		break;
	case TYPE_TEXT:
	case TYPE_PROSE:
		*(struct str *)item = some_text(g, some_length(g, limit));
		break;
	case TYPE_RECORD:
		gen_message(g, f->record, item);
		break;
	}
}

/* Lists of records nest, so those stay short. */
static uint32_t some_count(struct gen *g, const struct field *f)
{
	if (f->type == TYPE_RECORD && g->arena->taken <= LARGE && !one_in(g, 64))
		return gen_below(g, (f->limit < 3 ? f->limit : 3) + 1);
	return some_length(g, f->limit < 1000 ? f->limit : 1000);
}

void gen_message(struct gen *g, const struct schema *s, void *msg)
{
	memset(msg, 0, s->size);
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct field *f = &s->fields[i];

		if (field_is_list(f)) {
			uint32_t count = some_count(g, f);
			char *items = count == 0 ? NULL : take(g, count * item_size(f));

			for (uint32_t k = 0; k < count; k++)
				some_value(g, f, items + k * item_size(f));
			item_put_list(f, msg, items, count);
		} else if (!field_is_optional(f) || one_in(g, 2)) {
			some_value(g, f, item_set(f, msg));
		}
	}
}

static struct gen_spoilt spoilt(const struct field *f, enum err e, const char *rule)
{
	return (struct gen_spoilt) { f->name, rule, e };
}

static void break_text(struct gen *g, const struct field *f, struct str *text, uint32_t limit,
	struct gen_spoilt *ret)
{
	static const struct str bad[] = { STR("\xff"), STR("\xc3"), STR("\xed\xa0\x80"), STR("\0") };

	if (f->type != TYPE_BYTES && limit >= 3 && one_in(g, 2)) {
		*text = bad[gen_below(g, sizeof bad / sizeof bad[0])];
		*ret = spoilt(f, ERR_INVALID, RULE_UTF8);
	} else {
		*text = some_text(g, limit + 1);
		*ret = spoilt(f, ERR_LIMIT, RULE_TOO_LONG);
	}
}

static bool break_value(struct gen *g, const struct field *f, void *item, struct gen_spoilt *ret)
{
	switch (f->type) {
	case TYPE_ENUM:
		*(uint32_t *)item = one_in(g, 2) ? 0 : UINT32_MAX;
		*ret = spoilt(f, ERR_INVALID, RULE_VALUE);
		return true;
	case TYPE_DATE:
		*(date_days *)item = one_in(g, 2) ? DATE_DAYS_MIN - 1 : DATE_DAYS_MAX + 1;
		*ret = spoilt(f, ERR_INVALID, RULE_RANGE);
		return true;
	case TYPE_TIME:
		*(time_us *)item = one_in(g, 2) ? TIME_US_MIN - 1 : TIME_US_MAX + 1;
		*ret = spoilt(f, ERR_INVALID, RULE_RANGE);
		return true;
	case TYPE_BYTES:
	case TYPE_TEXT:
	case TYPE_PROSE:
		break_text(g, f, item, field_is_list(f) ? f->item_limit : f->limit, ret);
		return true;
	case TYPE_RECORD:
		return gen_spoil(g, f->record, item, ret);
	case TYPE_BOOL:
	case TYPE_U32:
	case TYPE_U64:
	case TYPE_I64:
	case TYPE_MONEY:
	case TYPE_ID:
	case TYPE_HASH:
		break;
	}
	return false;
}

bool gen_spoil(struct gen *g, const struct schema *s, void *msg, struct gen_spoilt *ret)
{
	uint32_t start = s->field_count == 0 ? 0 : gen_below(g, s->field_count);

	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct field *f = &s->fields[(start + i) % s->field_count];
		uint32_t count = item_count(f, msg);
		char *item = (char *)(uintptr_t)item_first(f, msg);

		if (field_is_list(f) && one_in(g, 2)) {
			item_put_list(f, msg, item, f->limit + 1);
			*ret = spoilt(f, ERR_LIMIT, RULE_TOO_MANY);
			return true;
		}
		if (count > 0 && break_value(g, f, item + gen_below(g, count) * item_size(f), ret))
			return true;
	}
	return false;
}
