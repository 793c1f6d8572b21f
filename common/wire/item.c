#include "wire/item.h"

#include "base/civil.h"
#include "wire/rule.h"

size_t item_size(const struct field *f)
{
	switch (f->type) {
	case TYPE_BOOL:
		return sizeof(bool);
	case TYPE_U32:
	case TYPE_ENUM:
		return sizeof(uint32_t);
	case TYPE_DATE:
		return sizeof(date_days);
	case TYPE_U64:
	case TYPE_I64:
	case TYPE_MONEY:
	case TYPE_TIME:
		return sizeof(uint64_t);
	case TYPE_ID:
		return sizeof(struct id);
	case TYPE_HASH:
		return sizeof(struct hash);
	case TYPE_BYTES:
	case TYPE_TEXT:
	case TYPE_PROSE:
		return sizeof(struct str);
	case TYPE_RECORD:
		return f->record->size;
	}
	return 0;
}

enum err item_check(const struct field *f, const void *item, struct problem *why)
{
	uint32_t limit = field_is_list(f) ? f->item_limit : f->limit;
	date_days date;
	time_us at;

	switch (f->type) {
	case TYPE_ENUM:
		if (enum_name(f->names, *(const uint32_t *)item) == NULL)
			return refuse(why, ERR_INVALID, f->name, RULE_VALUE);
		return ERR_OK;
	case TYPE_BYTES:
	case TYPE_TEXT:
	case TYPE_PROSE:
		if (((const struct str *)item)->len > limit)
			return refuse(why, ERR_LIMIT, f->name, RULE_TOO_LONG);
		return ERR_OK;
	case TYPE_DATE: /* outside, a date has no text */
		date = *(const date_days *)item;
		if (date < DATE_DAYS_MIN || date > DATE_DAYS_MAX)
			return refuse(why, ERR_INVALID, f->name, RULE_RANGE);
		return ERR_OK;
	case TYPE_TIME:
		at = *(const time_us *)item;
		if (at < TIME_US_MIN || at > TIME_US_MAX)
			return refuse(why, ERR_INVALID, f->name, RULE_RANGE);
		return ERR_OK;
	case TYPE_BOOL:
	case TYPE_U32:
	case TYPE_U64:
	case TYPE_I64:
	case TYPE_MONEY:
	case TYPE_ID:
	case TYPE_HASH:
	case TYPE_RECORD:
		return ERR_OK;
	}
	return ERR_OK;
}

enum err item_set_list(const struct field *f, void *msg, uint64_t count, struct arena *arena,
	void **ret, struct problem *why)
{
	void *items = NULL;

	if (count > f->limit)
		return refuse(why, ERR_LIMIT, f->name, RULE_TOO_MANY);
	if (count > 0) {
		items = arena_take(arena, (size_t)count * item_size(f));
		if (items == NULL)
			return refuse(why, ERR_LIMIT, f->name, RULE_TOO_BIG);
	}
	item_put_list(f, msg, items, (uint32_t)count);
	*ret = items;
	return ERR_OK;
}

void item_put_list(const struct field *f, void *msg, void *items, uint32_t count)
{
	char *base = msg;

	*(void **)(void *)(base + f->offset) = items;
	*(uint32_t *)(void *)(base + f->len_offset) = count;
}

enum err row_set_check(const struct row_set *rows, const struct schema *s, struct problem *why)
{
	for (uint32_t i = 0; i < s->field_count; i++) {
		bool is_met = (rows->bits[i / 64] & (UINT64_C(1) << (i % 64))) != 0;

		if (!is_met && (s->fields[i].marks & (FIELD_OPTIONAL | FIELD_LIST)) == 0)
			return refuse(why, ERR_INVALID, s->fields[i].name, RULE_REQUIRED);
	}
	return ERR_OK;
}

bool wire_has(const struct field *f, const void *msg)
{
	return item_count(f, msg) > 0;
}
