#include "wire/item.h"
#include "wire/rule.h"

static enum err check_value(const struct field *f, const void *item, struct problem *why)
{
	enum err e;

	/* Records contain each other only as far as they are declared: the generator
	 * refuses a record in itself and more levels than WIRE_DEPTH_MAX. */
	if (f->type == TYPE_RECORD)
		return wire_check(f->record, item, why);
	if ((e = item_check(f, item, why)) != ERR_OK)
		return e;
	if ((f->type == TYPE_TEXT || f->type == TYPE_PROSE) && !str_is_utf8(*(const struct str *)item))
		return refuse(why, ERR_INVALID, f->name, RULE_UTF8);
	return ERR_OK;
}

enum err wire_check(const struct schema *s, const void *msg, struct problem *why)
{
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct field *f = &s->fields[i];
		const char *item;
		uint32_t count;
		size_t size;

		if (item_is_free(f) && f->type != TYPE_RECORD && !field_is_list(f))
			continue;
		item = item_first(f, msg);
		count = item_count(f, msg);
		size = count > 1 ? item_size(f) : 0;
		if (field_is_list(f) && count > f->limit)
			return refuse(why, ERR_LIMIT, f->name, RULE_TOO_MANY);
		for (uint32_t k = 0; k < count; k++, item += size) {
			enum err e = check_value(f, item, why);

			if (e != ERR_OK)
				return e;
		}
	}
	*why = (struct problem) { NULL, NULL };
	return ERR_OK;
}
