#include "ctl/refused.h"

#include "wire/json.h"

#include <stdio.h>
#include <stdlib.h>

void refused_clear(struct refused *r)
{
	free(r->rows);
	*r = (struct refused) { NULL, 0, 0 };
}

static void put(char *to, size_t size, struct str text)
{
	(void)snprintf(to, size, "%.*s", (int)text.len, text.len == 0 ? "" : text.ptr);
}

void refused_add(struct refused *r, uint64_t line, const char *code, struct str field,
	struct str rule)
{
	struct refused_row *row;

	if (r->count == r->size) {
		r->size = r->size == 0 ? 64 : r->size * 2;
		r->rows = realloc(r->rows, r->size * sizeof *r->rows);
		if (r->rows == NULL)
			abort();
	}
	row = &r->rows[r->count++];
	row->line = line;
	put(row->code, sizeof row->code, str_of(code));
	put(row->field, sizeof row->field, field);
	put(row->rule, sizeof row->rule, rule);
}

static int by_line(const void *a, const void *b)
{
	const struct refused_row *x = a, *y = b;

	return x->line < y->line ? -1 : x->line > y->line;
}

void refused_sort(struct refused *r)
{
	if (r->count > 0)
		qsort(r->rows, r->count, sizeof *r->rows, by_line);
}

void refused_print(const struct refused *r, struct buf *out)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct refused_row *row = &r->rows[i];

		buf_print(out, "baris %llu: %s%s%s%s%s\n", (unsigned long long)row->line, row->code,
			row->field[0] == '\0' ? "" : " ", row->field, row->rule[0] == '\0' ? "" : ": ",
			row->rule);
	}
}

void refused_json(const struct refused *r, struct buf *out)
{
	buf_print(out, "[");
	for (size_t i = 0; i < r->count; i++) {
		const struct refused_row *row = &r->rows[i];

		buf_print(out, "%s{\"baris\":%llu,\"kode\":\"%s\",\"isian\":", i == 0 ? "" : ",",
			(unsigned long long)row->line, row->code);
		json_write_text(str_of(row->field), out);
		buf_print(out, ",\"aturan\":");
		json_write_text(str_of(row->rule), out);
		buf_print(out, "}");
	}
	buf_print(out, "]");
}
