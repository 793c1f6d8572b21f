#include "domain/csv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum state {
	ROW_START,   /* nothing of the row has been read */
	FIELD_START, /* after a separator */
	PLAIN,
	QUOTED,
	QUOTE_SEEN, /* in a quoted field, after a quote: its end, or the first of two */
	CR_SEEN,
	EMPTY_CR_SEEN, /* on a line without anything else */
	SKIPPING,      /* the row is a fault; up to the end of the line */
};

struct csv_reader {
	csv_row_fn *on_row;
	void *self;
	char separator;
	enum state state;
	unsigned bom_seen; /* bytes of the mark met so far; BOM_BYTES: no longer looked for */
	enum err stopped;
	uint64_t line; /* of the byte being read */
	struct csv_row row;
	size_t used;
	size_t start; /* of the field being read */
	struct str fields[CSV_FIELDS_MAX];
	char bytes[CSV_ROW_BYTES_MAX];
};

enum { BOM_BYTES = 3 };

static const char bom[BOM_BYTES] = { '\xef', '\xbb', '\xbf' };

static void start_row(struct csv_reader *r)
{
	r->state = ROW_START;
	r->used = 0;
	r->start = 0;
	r->row = (struct csv_row) { .line = r->line, .fields = r->fields, .err = ERR_OK };
}

/* Notes the first fault of a row. The rest of the line is passed over, even where
 * the fault lies inside quotes: an open quote must not eat the whole file. */
static void fault(struct csv_reader *r, enum err e, const char *rule, size_t column)
{
	r->row.err = refuse(&r->row.why, e, NULL, rule);
	r->row.column = column;
	r->row.count = 0;
	r->state = SKIPPING;
}

static void add_byte(struct csv_reader *r, char c)
{
	if (r->used == CSV_ROW_BYTES_MAX) {
		fault(r, ERR_LIMIT, CSV_TOO_LONG, r->row.count + 1);
		return;
	}
	r->bytes[r->used++] = c;
}

static void end_field(struct csv_reader *r)
{
	if (r->row.count == CSV_FIELDS_MAX) {
		fault(r, ERR_LIMIT, CSV_TOO_MANY_FIELDS, r->row.count + 1);
		return;
	}
	r->fields[r->row.count++] = str_bytes(r->bytes + r->start, r->used - r->start);
	r->start = r->used;
	r->state = FIELD_START;
}

/* Field by field: the end of one and the start of the next may look like one character. */
static void check_text(struct csv_reader *r)
{
	for (size_t i = 0; i < r->row.count; i++) {
		struct str field = r->fields[i];

		if (field.len > 0 && memchr(field.ptr, '\0', field.len) != NULL) {
			fault(r, ERR_INVALID, CSV_NUL, i + 1);
			return;
		}
		if (!str_is_utf8(field)) {
			fault(r, ERR_INVALID, CSV_NOT_UTF8, i + 1);
			return;
		}
	}
}

/* The line break has been counted already: the next row starts on r->line. */
static enum err end_row(struct csv_reader *r)
{
	if (r->state != SKIPPING)
		end_field(r);
	if (r->row.err == ERR_OK)
		check_text(r);
	r->stopped = r->on_row(r->self, &r->row);
	start_row(r);
	return r->stopped;
}

/* A byte of a field outside quotes, or what ends one. */
static enum err step_plain(struct csv_reader *r, char c)
{
	if (c == r->separator)
		end_field(r);
	else if (c == '\n' && r->state == ROW_START)
		start_row(r);
	else if (c == '\n')
		return end_row(r);
	else if (c == '\r')
		r->state = r->state == ROW_START ? EMPTY_CR_SEEN : CR_SEEN;
	else if (c == '"' && r->state == PLAIN)
		fault(r, ERR_INVALID, CSV_STRAY_QUOTE, r->row.count + 1);
	else if (c == '"')
		r->state = QUOTED;
	else {
		r->state = PLAIN;
		add_byte(r, c);
	}
	return ERR_OK;
}

static enum err step_after_quote(struct csv_reader *r, char c)
{
	if (c == '"') {
		r->state = QUOTED;
		add_byte(r, c);
	} else if (c == r->separator)
		end_field(r);
	else if (c == '\n')
		return end_row(r);
	else if (c == '\r')
		r->state = CR_SEEN;
	else
		fault(r, ERR_INVALID, CSV_STRAY_QUOTE, r->row.count + 1);
	return ERR_OK;
}

static enum err step_quoted(struct csv_reader *r, char c)
{
	if (c == '"') {
		r->state = QUOTE_SEEN;
		return ERR_OK;
	}
	add_byte(r, c);
	return c == '\n' && r->state == SKIPPING ? end_row(r) : ERR_OK;
}

static enum err step(struct csv_reader *r, char c)
{
	if (c == '\n')
		r->line++;
	switch (r->state) {
	case ROW_START:
	case FIELD_START:
	case PLAIN:
		return step_plain(r, c);
	case QUOTED:
		return step_quoted(r, c);
	case QUOTE_SEEN:
		return step_after_quote(r, c);
	case CR_SEEN:
		if (c == '\n')
			return end_row(r);
		break;
	case EMPTY_CR_SEEN:
		if (c == '\n') {
			start_row(r);
			return ERR_OK;
		}
		break;
	case SKIPPING:
		return c == '\n' ? end_row(r) : ERR_OK;
	}
	fault(r, ERR_INVALID, CSV_LONE_CR, r->row.count + 1);
	return ERR_OK;
}

/* The mark may be cut by the pieces; what only began like one is text after all. */
static enum err step_start(struct csv_reader *r, char c)
{
	enum err e = ERR_OK;

	if (c == bom[r->bom_seen]) {
		r->bom_seen++;
		return ERR_OK;
	}
	for (unsigned i = 0, seen = r->bom_seen; i < seen && e == ERR_OK; i++)
		e = step(r, bom[i]);
	r->bom_seen = BOM_BYTES;
	return e == ERR_OK ? step(r, c) : e;
}

struct csv_reader *csv_open(char separator, csv_row_fn *on_row, void *self)
{
	struct csv_reader *r = malloc(sizeof *r);

	assert(separator == ',' || separator == ';');
	if (r == NULL)
		abort();
	r->on_row = on_row;
	r->self = self;
	r->separator = separator;
	r->bom_seen = 0;
	r->stopped = ERR_OK;
	r->line = 1;
	start_row(r);
	return r;
}

void csv_close(struct csv_reader **r)
{
	free(*r);
	*r = NULL;
}

enum err csv_feed(struct csv_reader *r, struct str piece)
{
	for (size_t i = 0; i < piece.len && r->stopped == ERR_OK; i++)
		r->stopped = r->bom_seen < BOM_BYTES ? step_start(r, piece.ptr[i]) : step(r, piece.ptr[i]);
	return r->stopped;
}

enum err csv_finish(struct csv_reader *r)
{
	unsigned seen = r->bom_seen < BOM_BYTES ? r->bom_seen : 0;

	r->bom_seen = BOM_BYTES;
	for (unsigned i = 0; i < seen && r->stopped == ERR_OK; i++)
		r->stopped = step(r, bom[i]);
	if (r->stopped != ERR_OK || r->state == ROW_START)
		return r->stopped;
	if (r->state == QUOTED)
		fault(r, ERR_INVALID, CSV_OPEN_QUOTE, r->row.count + 1);
	if (r->state == CR_SEEN || r->state == EMPTY_CR_SEEN)
		fault(r, ERR_INVALID, CSV_LONE_CR, r->row.count + 1);
	return end_row(r);
}

static bool is_formula_sign(char c)
{
	return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r';
}

/* Apostrophes, then a sign: what is written with one more, and read with one less. */
static bool is_guarded(struct str field)
{
	size_t i = 0;

	while (i < field.len && field.ptr[i] == '\'')
		i++;
	return i < field.len && is_formula_sign(field.ptr[i]);
}

static void put_separator(struct csv_writer *w)
{
	if (w->in_row)
		buf_add(w->out, &w->separator, 1);
	w->in_row = true;
}

static bool needs_quotes(const struct csv_writer *w, struct str field)
{
	/* An empty field may be the whole row, and an empty line is no row. */
	if (field.len == 0)
		return !w->in_row;
	/* Bare at the start of a text it would be taken for the mark of the text. */
	if (str_starts(field, (struct str) { bom, BOM_BYTES }))
		return true;
	for (size_t i = 0; i < field.len; i++) {
		char c = field.ptr[i];

		if (c == w->separator || c == '"' || c == '\n' || c == '\r')
			return true;
	}
	return false;
}

void csv_put(struct csv_writer *w, struct str field)
{
	bool quoted = needs_quotes(w, field);

	put_separator(w);
	if (quoted)
		buf_add(w->out, "\"", 1);
	if (is_guarded(field))
		buf_add(w->out, "'", 1);
	for (size_t i = 0; i < field.len; i++)
		buf_add(w->out, field.ptr[i] == '"' ? "\"\"" : &field.ptr[i], field.ptr[i] == '"' ? 2 : 1);
	if (quoted)
		buf_add(w->out, "\"", 1);
}

void csv_put_number(struct csv_writer *w, int64_t number)
{
	put_separator(w);
	buf_print(w->out, "%lld", (long long)number);
}

void csv_end_row(struct csv_writer *w)
{
	buf_add(w->out, "\r\n", 2);
	w->in_row = false;
}

struct str csv_plain(struct str field)
{
	if (field.len > 1 && field.ptr[0] == '\'' && is_guarded(field))
		return str_bytes(field.ptr + 1, field.len - 1);
	return field;
}
