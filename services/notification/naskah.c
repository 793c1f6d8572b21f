#include "notification/naskah.h"

#include "notification/alinea.h"
#include "notification/naskah_isian.h"
#include "notification/templat.h"

#include <assert.h>
#include <string.h>

enum { LABEL_WIDTH = 22, QUOTE_INDENT = 4 };

/* Fills the fields in; false when the row does not apply. */
static bool fill(const struct isian *f, const char *text, struct buf *out)
{
	buf_reset(out);
	while (*text != '\0') {
		size_t n = strcspn(text, "{");
		const struct str *value;
		struct str name;
		char mark;

		buf_add(out, text, n);
		text += n;
		if (*text == '\0')
			break;
		n = strcspn(text, "}");
		assert(text[n] == '}' && n > 2);
		name = str_bytes(text + 1, n - 1);
		mark = name.ptr[name.len - 1];
		if (mark == '?' || mark == '!')
			name.len--;
		value = isian_get(f, name);
		if ((value == NULL) != (mark == '!'))
			return false;
		if (value != NULL && mark != '?')
			buf_add_str(out, *value);
		text += n + 1;
	}
	return true;
}

static void write_line(struct str text, struct buf *out)
{
	struct str label;

	(void)str_split(&text, '|', &label);
	buf_add_str(out, label);
	for (size_t n = alinea_width(label); n < LABEL_WIDTH; n++)
		buf_add(out, " ", 1);
	buf_print(out, ": ");
	alinea_write(text, LABEL_WIDTH + 2, LABEL_WIDTH + 2, out);
}

static void write_row(enum templat_style style, enum templat_style before, struct str text,
	struct buf *out)
{
	/* Each row leaves its own end open, so that lines can stay together. */
	if (out->len > 0 && !(style == TEMPLAT_LINE && before == TEMPLAT_LINE))
		buf_print(out, "\n");
	switch (style) {
	case TEMPLAT_TITLE:
	case TEMPLAT_PARAGRAPH:
		alinea_write(text, 0, 0, out);
		return;
	case TEMPLAT_LINE:
		write_line(text, out);
		return;
	case TEMPLAT_QUOTE:
		buf_print(out, "%*s", QUOTE_INDENT, "");
		alinea_write(str_trim(text), QUOTE_INDENT, QUOTE_INDENT, out);
		return;
	}
}

static bool applies(const struct templat *row, const struct naskah_input *in)
{
	if ((row->kinds & (UINT32_C(1) << in->kind)) == 0)
		return false;
	if (row->decisions == 0)
		return true;
	return in->wording != NULL && in->wording->has_keputusan &&
		(row->decisions & (UINT32_C(1) << in->wording->keputusan)) != 0;
}

static void write_head(const struct naskah_input *in, struct buf *out)
{
	if (in->unit != NULL && in->unit->kop_len > 0) {
		for (uint32_t i = 0; i < in->unit->kop_len; i++)
			alinea_write(in->unit->kop[i], 0, 0, out);
		return;
	}
	alinea_write(in->body_name, 0, 0, out);
	if (in->unit != NULL)
		alinea_write(in->unit->nama, 0, 0, out);
}

static void write_body(const struct isian *f, struct buf *out)
{
	enum templat_style before = TEMPLAT_TITLE;
	struct buf filled;

	buf_init(&filled, NASKAH_BODY_MAX);
	write_head(f->in, out);
	for (uint32_t i = 0; i < templat_count; i++) {
		const struct templat *row = &templat_rows[i];

		if (!applies(row, f->in) || !fill(f, row->text, &filled))
			continue;
		write_row(row->style, before, buf_str(&filled), out);
		before = row->style;
	}
	buf_clear(&filled);
}

enum err naskah_write(const struct naskah_input *in, struct arena *arena, struct naskah *ret)
{
	struct isian f = { .in = in, .arena = arena };
	struct naskah made;
	struct buf out;
	enum err e = ERR_OK;

	isian_fill(&f);
	buf_init(&out, NASKAH_BODY_MAX);
	write_body(&f, &out);
	if (f.is_full || out.is_full)
		e = ERR_LIMIT;
	if (e == ERR_OK)
		e = arena_copy(arena, buf_str(&out), &made.body);
	buf_reset(&out);
	buf_print(&out, "[%.*s] %s", (int)in->card->nomor.len, in->card->nomor.ptr,
		templat_subject(in->kind));
	if (e == ERR_OK)
		e = arena_copy(arena, buf_str(&out), &made.subject);
	buf_clear(&out);
	if (e == ERR_OK)
		*ret = made;
	return e;
}
