/* fuzz-target: common/domain/csv.c
 *
 * The same text whole and in pieces gives the same rows; what was read and written
 * again reads back the same; the calendar takes any text without harm. */
#include "domain/calendar.h"
#include "domain/csv.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT_MAX = 1024 * 1024 };

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Rows as length-prefixed fields, so that different rows cannot look the same. */
static enum err note_row(void *self, const struct csv_row *row)
{
	struct buf *seen = self;

	must(row->line > 0 && (row->err == ERR_OK) == (row->count > 0));
	must(row->count <= CSV_FIELDS_MAX);
	buf_print(seen, "%llu %s %zu\n", (unsigned long long)row->line,
		row->err == ERR_OK ? "" : row->why.rule, row->count);
	for (size_t i = 0; i < row->count; i++) {
		must(str_is_utf8(row->fields[i]));
		buf_print(seen, "%zu ", row->fields[i].len);
		buf_add_str(seen, row->fields[i]);
	}
	return ERR_OK;
}

static void read_rows(struct str text, char separator, size_t piece, csv_row_fn *on_row, void *self)
{
	struct csv_reader *r = csv_open(separator, on_row, self);

	for (size_t at = 0; at < text.len; at += piece)
		must(csv_feed(r, str_bytes(text.ptr + at, text.len - at < piece ? text.len - at : piece)) ==
			ERR_OK);
	must(csv_finish(r) == ERR_OK);
	csv_close(&r);
}

/* Good rows are written again, each field with its guard. */
static enum err write_row(void *self, const struct csv_row *row)
{
	struct csv_writer *w = self;

	for (size_t i = 0; i < row->count; i++)
		csv_put(w, row->fields[i]);
	if (row->count > 0)
		csv_end_row(w);
	return ERR_OK;
}

static enum err note_fields(void *self, const struct csv_row *row)
{
	struct buf *seen = self;

	for (size_t i = 0; i < row->count; i++) {
		buf_print(seen, "%zu ", row->fields[i].len);
		buf_add_str(seen, row->fields[i]);
	}
	return ERR_OK;
}

static enum err note_plain_fields(void *self, const struct csv_row *row)
{
	struct buf *seen = self;

	must(row->err == ERR_OK || row->err == ERR_LIMIT); /* the guards may fill a full row over */
	for (size_t i = 0; i < row->count; i++) {
		struct str plain = csv_plain(row->fields[i]);

		buf_print(seen, "%zu ", plain.len);
		buf_add_str(seen, plain);
	}
	return ERR_OK;
}

static void round_trip(struct str text, char separator)
{
	struct buf written, first, second;
	struct csv_writer w = { &written, separator, false };

	buf_init(&written, 4 * TEXT_MAX);
	buf_init(&first, 4 * TEXT_MAX);
	buf_init(&second, 4 * TEXT_MAX);
	read_rows(text, separator, text.len + 1, write_row, &w);
	read_rows(text, separator, text.len + 1, note_fields, &first);
	read_rows(buf_str(&written), separator, 4096, note_plain_fields, &second);
	must(text.len > CSV_ROW_BYTES_MAX / 2 || str_equal(buf_str(&first), buf_str(&second)));
	buf_clear(&written);
	buf_clear(&first);
	buf_clear(&second);
}

static void read_as_calendar(struct str text)
{
	struct csv_fault fault;
	struct calendar calendar;
	struct arena arena;

	arena_init(&arena, TEXT_MAX);
	if (calendar_read(text, 1, &arena, &calendar, &fault) == ERR_OK)
		for (size_t i = 0; i < calendar.count; i++) {
			must(i == 0 || calendar.holidays[i - 1].date < calendar.holidays[i].date);
			must(calendar_find(&calendar, calendar.holidays[i].date) == &calendar.holidays[i]);
		}
	else
		must(fault.why.rule != NULL);
	arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text;
	struct buf whole, pieces;
	char separator;

	if (size == 0 || size > TEXT_MAX)
		return 0;
	separator = data[0] % 2 == 0 ? ',' : ';';
	text = str_bytes(data + 1, size - 1);
	buf_init(&whole, 4 * TEXT_MAX);
	buf_init(&pieces, 4 * TEXT_MAX);
	read_rows(text, separator, text.len + 1, note_row, &whole);
	read_rows(text, separator, 1 + data[0] % 7, note_row, &pieces);
	must(str_equal(buf_str(&whole), buf_str(&pieces)));
	round_trip(text, separator);
	read_as_calendar(text);
	buf_clear(&whole);
	buf_clear(&pieces);
	return 0;
}
