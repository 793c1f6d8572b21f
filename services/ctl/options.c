#include "ctl/options.h"

#include "ctl/ctl.h"
#include "wire/value.h"

#include <stdio.h>

enum { NAME_MAX_BYTES = 128 };

static bool is_list(const struct field *f)
{
	return (f->marks & FIELD_LIST) != 0;
}

static void put_value(const struct field *f, struct str text, struct buf *out)
{
	if (value_is_quoted(f))
		json_write_text(text, out);
	else if (f->type == TYPE_BOOL && (str_is(text, "ya") || str_is(text, "tidak")))
		buf_print(out, "%s", str_is(text, "ya") ? "true" : "false");
	else
		buf_add_str(out, text);
}

static void put_list(const struct field *f, struct str text, struct buf *out)
{
	const char *before = "";
	struct str item;

	buf_print(out, "[");
	while (str_split(&text, ',', &item)) {
		buf_print(out, "%s", before);
		put_value(f, str_trim(item), out);
		before = ",";
	}
	buf_print(out, "]");
}

struct writer {
	int *argc;
	char **argv;
	struct buf *out;
	const char *before; /* between fields */
	bool has_any;
};

static void put_fields(struct writer *w, const struct schema *schema, const char *prefix);

/* A record is there when any of its fields was given. */
static void put_record(struct writer *w, const struct field *f, const char *prefix)
{
	struct writer inner = *w;
	char name[NAME_MAX_BYTES];
	size_t at = w->out->len;

	(void)snprintf(name, sizeof name, "%s%s.", prefix, f->name);
	buf_print(w->out, "%s\"%s\":{", w->before, f->name);
	inner.before = "";
	inner.has_any = false;
	put_fields(&inner, f->record, name);
	buf_print(w->out, "}");
	if (!inner.has_any) {
		w->out->len = at;
		return;
	}
	w->before = ",";
	w->has_any = true;
}

static void put_field(struct writer *w, const struct field *f, const char *prefix)
{
	char name[NAME_MAX_BYTES];
	const char *value;

	(void)snprintf(name, sizeof name, "--%s%s", prefix, f->name);
	value = ctl_option(w->argc, w->argv, name);
	if (value == NULL)
		return;
	buf_print(w->out, "%s\"%s\":", w->before, f->name);
	if (is_list(f))
		put_list(f, str_of(value), w->out);
	else
		put_value(f, str_of(value), w->out);
	w->before = ",";
	w->has_any = true;
}

static void put_fields(struct writer *w, const struct schema *schema, const char *prefix)
{
	for (uint32_t i = 0; i < schema->field_count; i++) {
		const struct field *f = &schema->fields[i];

		if (f->type != TYPE_RECORD)
			put_field(w, f, prefix);
		else if (!is_list(f))
			put_record(w, f, prefix);
	}
}

void options_json(const struct schema *schema, int *argc, char **argv, struct buf *out,
	bool *ret_any)
{
	struct writer w = { .argv = argv, .out = out, .before = "" };

	w.argc = argc;
	buf_print(out, "{");
	put_fields(&w, schema, "");
	buf_print(out, "}");
	*ret_any = w.has_any;
}

static void describe(const struct schema *schema, const char *prefix, struct buf *out)
{
	for (uint32_t i = 0; i < schema->field_count; i++) {
		const struct field *f = &schema->fields[i];
		char name[NAME_MAX_BYTES];

		if (f->type == TYPE_RECORD && is_list(f))
			continue;
		if (f->type == TYPE_RECORD) {
			(void)snprintf(name, sizeof name, "%s%s.", prefix, f->name);
			describe(f->record, name, out);
			continue;
		}
		buf_print(out, "  --%s%s%s", prefix, f->name,
			(f->marks & (FIELD_OPTIONAL | FIELD_LIST)) == 0 ? " *" : "");
		for (uint32_t k = 0; f->type == TYPE_ENUM && k < f->names->count; k++)
			buf_print(out, "%s%s", k == 0 ? "  " : "|", f->names->values[k].name);
		buf_print(out, "\n");
	}
}

void options_describe(const struct schema *schema, struct buf *out)
{
	describe(schema, "", out);
}
