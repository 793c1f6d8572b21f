#include "wire/schema.h"

const struct schema *schema_of_code(uint16_t code)
{
	uint32_t low = 0, high = schema_all_count;

	if (code == 0)
		return NULL; /* the records without a code */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (schema_all[middle]->code == code)
			return schema_all[middle];
		if (schema_all[middle]->code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct schema *schema_of_name(struct str name)
{
	for (uint32_t i = 0; i < schema_all_count; i++)
		if (str_is(name, schema_all[i]->name))
			return schema_all[i];
	return NULL;
}

const char *enum_name(const struct enum_names *names, uint32_t number)
{
	/* Most enums are 1, 2, 3 without gaps. */
	if (number - 1 < names->count && names->values[number - 1].number == number)
		return names->values[number - 1].name;
	for (uint32_t i = 0; i < names->count; i++)
		if (names->values[i].number == number)
			return names->values[i].name;
	return NULL;
}

bool enum_number(const struct enum_names *names, struct str name, uint32_t *ret)
{
	for (uint32_t i = 0; i < names->count; i++) {
		if (str_is(name, names->values[i].name)) {
			*ret = names->values[i].number;
			return true;
		}
	}
	return false;
}

const struct field *schema_field(const struct schema *s, struct str name)
{
	for (uint32_t i = 0; i < s->field_count; i++)
		if (str_is(name, s->fields[i].name))
			return &s->fields[i];
	return NULL;
}
