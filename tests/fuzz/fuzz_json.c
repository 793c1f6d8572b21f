/* Any text as JSON of any schema, and as the text form of any single value.
 * fuzz-target: common/wire/json_read.c common/wire/json_write.c common/wire/value.c common/wire/base64.c */
#include "lib/contoh.h"
#include "lib/gen.h"
#include "wire/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 8 << 20, OUT_BYTES = 4 << 20 };

struct fixture {
	struct arena arena;
	struct buf first;
	struct buf second;
	void *message;
};

static void must(bool is_so, const char *what)
{
	if (is_so)
		return;
	(void)fprintf(stderr, "not so: %s\n", what);
	abort();
}

/* What is read is valid, and is read again from what it is written as. */
static void check_read(struct fixture *x, const struct schema *s, struct str text)
{
	struct problem why = { NULL, NULL };

	if (json_read(s, text, &x->arena, x->message, &why) != ERR_OK) {
		must(why.rule != NULL, "a refusal says why");
		return;
	}
	must(wire_check(s, x->message, &why) == ERR_OK, "what is read is valid");
	json_write(s, x->message, JSON_FULL, &x->first);
	must(str_is_utf8(buf_str(&x->first)), "JSON is UTF-8");
	must(json_read(s, buf_str(&x->first), &x->arena, x->message, &why) == ERR_OK, "it reads again");
	json_write(s, x->message, JSON_FULL, &x->second);
	must(str_equal(buf_str(&x->first), buf_str(&x->second)), "to the same");
	json_write(s, x->message, JSON_MASKED, &x->second);
}

/* A value has one text (times and base64 apart from their zone and spelling). */
static void check_values(struct fixture *x, struct str text)
{
	const struct schema *s = &schema_contoh;
	struct problem why;

	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct field *f = &s->fields[i];

		if ((f->marks & FIELD_LIST) != 0 || f->type == TYPE_RECORD)
			continue;
		memset(x->message, 0, s->size);
		if (json_read_value(f, text, &x->arena, x->message, &why) != ERR_OK) {
			must(why.field == f->name && why.rule != NULL, "a refusal names the field");
			continue;
		}
		buf_reset(&x->first);
		json_write_value(f, x->message, JSON_FULL, &x->first);
		must(f->type == TYPE_TIME || str_is(text, "-0") || str_equal(buf_str(&x->first), text),
			"a value is written as it was read");
	}
}

static void check_text(struct fixture *x, struct str text)
{
	buf_reset(&x->first);
	json_write_text(text, &x->first);
	must(str_is_utf8(buf_str(&x->first)), "any bytes become UTF-8");
	for (size_t i = 0; i < x->first.len; i++)
		must((unsigned char)x->first.ptr[i] >= 0x20, "without control characters");
}

/* A written message, changed by the rest: position, byte. */
static void check_near_miss(struct fixture *x, const struct schema *s, const uint8_t *data,
	size_t size)
{
	struct gen gen = gen_of(size == 0 ? 0 : data[0], &x->arena);
	struct buf text;

	gen_message(&gen, s, x->message);
	buf_init(&text, OUT_BYTES);
	json_write(s, x->message, JSON_FULL, &text);
	for (size_t i = 1; i + 2 < size; i += 3)
		text.ptr[((size_t)data[i] << 8 | data[i + 1]) % text.len] = (char)data[i + 2];
	check_read(x, s, buf_str(&text));
	buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct schema *s;
	struct fixture x;
	size_t room;

	if (size < 2)
		return 0;
	s = data[0] % 2 == 0 ? &schema_contoh : every_schema(data[1] % every_schema_count());
	room = s->size > sizeof(struct contoh) ? s->size : sizeof(struct contoh);
	arena_init(&x.arena, ARENA_BYTES);
	buf_init(&x.first, OUT_BYTES);
	buf_init(&x.second, OUT_BYTES);
	x.message = calloc(1, room);
	if (data[0] % 4 < 2) {
		struct str text = str_bytes(data + 2, size - 2);

		check_read(&x, s, text);
		check_values(&x, text);
		check_text(&x, text);
	} else {
		check_near_miss(&x, s, data + 2, size - 2);
	}
	free(x.message);
	buf_clear(&x.first);
	buf_clear(&x.second);
	arena_clear(&x.arena);
	return 0;
}
