#include "domain/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Every row as a line "LINE:[field][field]", every fault as "LINE!rule@column". */
struct seen {
	struct buf text;
	size_t rows;
	size_t stop_at; /* refuses this row, from 1 */
};

static enum err on_row(void *self, const struct csv_row *row)
{
	struct seen *seen = self;

	seen->rows++;
	buf_print(&seen->text, "%llu", (unsigned long long)row->line);
	if (row->err != ERR_OK)
		buf_print(&seen->text, "!%s@%zu", row->why.rule, row->column);
	else
		buf_add(&seen->text, ":", 1);
	for (size_t i = 0; i < row->count; i++) {
		buf_add(&seen->text, "[", 1);
		buf_add_str(&seen->text, row->fields[i]);
		buf_add(&seen->text, "]", 1);
	}
	buf_add(&seen->text, "\n", 1);
	return seen->rows == seen->stop_at ? ERR_STATE : ERR_OK;
}

static enum err read_in_pieces(struct str text, size_t piece, char separator, struct seen *seen)
{
	struct csv_reader *r = csv_open(separator, on_row, seen);
	enum err e = ERR_OK;

	for (size_t at = 0; at < text.len && e == ERR_OK; at += piece)
		e = csv_feed(r, str_bytes(text.ptr + at, text.len - at < piece ? text.len - at : piece));
	if (e == ERR_OK)
		e = csv_finish(r);
	csv_close(&r);
	assert_null(r);
	return e;
}

/* Reads the text whole, then byte by byte: both must see the same. */
static void assert_rows_of(struct str text, const char *expected)
{
	const size_t pieces[] = { text.len + 1, 1, 3 };

	for (size_t i = 0; i < 3; i++) {
		struct seen seen = { .stop_at = 0 };

		buf_init(&seen.text, 1024 * 1024);
		assert_int_equal(read_in_pieces(text, pieces[i], ',', &seen), ERR_OK);
		buf_add(&seen.text, "", 1);
		assert_string_equal(seen.text.ptr, expected);
		buf_clear(&seen.text);
	}
}

static void assert_rows(const char *text, const char *expected)
{
	assert_rows_of(str_of(text), expected);
}

static void plain_rows_end_with_any_usual_line_break(void **state)
{
	(void)state;
	assert_rows("a,b\nc,d\r\ne,f", "1:[a][b]\n2:[c][d]\n3:[e][f]\n");
}

static void quoted_fields_hold_commas_quotes_and_line_breaks(void **state)
{
	(void)state;
	assert_rows("\"a,b\",\"say \"\"x\"\"\",\"1\n2\r\n3\"\nnext,,\"\"\n",
		"1:[a,b][say \"x\"][1\n2\r\n3]\n4:[next][][]\n");
}

static void empty_lines_are_no_rows_but_empty_quotes_are(void **state)
{
	(void)state;
	assert_rows("\n\r\na\n\n\"\"\n", "3:[a]\n5:[]\n");
	assert_rows("", "");
}

static void a_byte_order_mark_is_passed_over_at_the_start_only(void **state)
{
	(void)state;
	assert_rows("\xef\xbb\xbf"
				"a\n\xef\xbb\xbf"
				"b\n",
		"1:[a]\n2:[\xef\xbb\xbf"
		"b]\n");
	assert_rows("\xef\xbb\xbf", "");
	assert_rows("\xef\xbb", "1!bukan_utf8@1\n");
	assert_rows("\xef\xbb,b\nc\n", "1!bukan_utf8@1\n2:[c]\n");
}

static void a_misplaced_quote_costs_its_line_only(void **state)
{
	(void)state;
	assert_rows("a\"b,c\nok\n", "1!kutip_salah_tempat@1\n2:[ok]\n");
	assert_rows("x,\"a\"b\nok\n", "1!kutip_salah_tempat@2\n2:[ok]\n");
}

static void a_quote_never_closed_is_named_where_its_row_began(void **state)
{
	(void)state;
	assert_rows("ok\nx,\"a\nb\nc", "1:[ok]\n2!kutip_tidak_ditutup@2\n");
}

static void a_carriage_return_alone_is_refused(void **state)
{
	(void)state;
	assert_rows("a\rb\nok\n", "1!cr_tanpa_lf@1\n2:[ok]\n");
	assert_rows("\rb\nok\n", "1!cr_tanpa_lf@1\n2:[ok]\n");
	assert_rows("a\r", "1!cr_tanpa_lf@1\n");
}

static void zero_bytes_and_broken_utf8_are_named_with_their_column(void **state)
{
	static const char zero[] = "a,b\0c\nok\n";

	(void)state;
	assert_rows_of(str_bytes(zero, sizeof zero - 1), "1!berisi_nul@2\n2:[ok]\n");
	assert_rows("a,\xff\nok\n", "1!bukan_utf8@2\n2:[ok]\n");
	/* A character cut by the end of its field is not mended by the next field. */
	assert_rows("\xc3,\xa9\nok\n", "1!bukan_utf8@1\n2:[ok]\n");
}

static void a_line_of_ten_megabytes_is_refused_and_the_next_one_read(void **state)
{
	const size_t size = 10 * 1024 * 1024;
	char *text = malloc(size + 64);
	int n;

	(void)state;
	assert_non_null(text);
	memcpy(text, "h\na,", 4);
	memset(text + 4, 'x', size);
	n = snprintf(text + 4 + size, 32, "\nnext,row\n");
	assert_rows_of(str_bytes(text, 4 + size + (size_t)n),
		"1:[h]\n2!melebihi_batas@2\n3:[next][row]\n");
	/* The same inside quotes that are never closed: reading goes on at the next line. */
	text[4] = '"';
	assert_rows_of(str_bytes(text, 4 + size + (size_t)n),
		"1:[h]\n2!melebihi_batas@2\n3:[next][row]\n");
	free(text);
}

static void a_row_of_exactly_the_limit_is_read(void **state)
{
	static char text[CSV_ROW_BYTES_MAX + 8];
	struct seen seen = { .stop_at = 0 };

	(void)state;
	memset(text, 'x', CSV_ROW_BYTES_MAX + 1);
	text[CSV_ROW_BYTES_MAX] = '\n';
	buf_init(&seen.text, 1024 * 1024);
	assert_int_equal(read_in_pieces(str_bytes(text, CSV_ROW_BYTES_MAX + 1), 4096, ',', &seen),
		ERR_OK);
	assert_int_equal(seen.text.len, CSV_ROW_BYTES_MAX + strlen("1:[]\n"));
	text[CSV_ROW_BYTES_MAX] = 'x';
	text[CSV_ROW_BYTES_MAX + 1] = '\n';
	buf_reset(&seen.text);
	assert_int_equal(read_in_pieces(str_bytes(text, CSV_ROW_BYTES_MAX + 2), 4096, ',', &seen),
		ERR_OK);
	assert_memory_equal(seen.text.ptr, "1!melebihi_batas@1\n", seen.text.len);
	buf_clear(&seen.text);
}

static void a_line_break_over_the_limit_inside_quotes_ends_the_fault(void **state)
{
	static char text[CSV_ROW_BYTES_MAX + 64];
	size_t n = 0;

	(void)state;
	text[n++] = '"';
	memset(text + n, 'x', CSV_ROW_BYTES_MAX);
	n += CSV_ROW_BYTES_MAX;
	n += (size_t)snprintf(text + n, 32, "\nnext\n");
	assert_rows_of(str_bytes(text, n), "1!melebihi_batas@1\n2:[next]\n");
}

static void too_many_fields_are_refused(void **state)
{
	char text[2 * CSV_FIELDS_MAX + 16];
	struct seen seen = { .stop_at = 0 };

	(void)state;
	for (size_t i = 0; i < CSV_FIELDS_MAX; i++)
		text[i] = ',';
	memcpy(text + CSV_FIELDS_MAX, "\nok\n", 4);
	assert_rows_of(str_bytes(text, CSV_FIELDS_MAX + 4), "1!kolom_terlalu_banyak@129\n2:[ok]\n");
	buf_init(&seen.text, 4096);
	assert_int_equal(read_in_pieces(str_bytes(text + 1, CSV_FIELDS_MAX + 3), 7, ',', &seen),
		ERR_OK);
	assert_int_equal(seen.text.len, strlen("1:\n2:[ok]\n") + 2 * CSV_FIELDS_MAX);
	buf_clear(&seen.text);
}

static void the_callback_can_stop_the_reading(void **state)
{
	struct seen seen = { .stop_at = 2 };
	struct csv_reader *r;

	(void)state;
	buf_init(&seen.text, 4096);
	r = csv_open(',', on_row, &seen);
	assert_int_equal(csv_feed(r, str_of("a\nb\nc\n")), ERR_STATE);
	assert_int_equal(csv_feed(r, str_of("d\n")), ERR_STATE);
	assert_int_equal(csv_finish(r), ERR_STATE);
	assert_int_equal(seen.rows, 2);
	csv_close(&r);
	buf_clear(&seen.text);
}

static void a_semicolon_can_separate(void **state)
{
	struct seen seen = { .stop_at = 0 };

	(void)state;
	buf_init(&seen.text, 4096);
	assert_int_equal(read_in_pieces(str_of("a,b;c\n"), 99, ';', &seen), ERR_OK);
	assert_memory_equal(seen.text.ptr, "1:[a,b][c]\n", seen.text.len);
	buf_clear(&seen.text);
}

static void written_rows_cannot_be_run_as_formulas(void **state)
{
	struct buf out;
	struct csv_writer w = { &out, ',', false };

	(void)state;
	buf_init(&out, 4096);
	csv_put(&w, str_of("=1+1"));
	csv_put(&w, str_of("@x"));
	csv_put(&w, str_of("'=x"));
	csv_put(&w, str_of("'plain"));
	csv_put_number(&w, -5);
	csv_end_row(&w);
	csv_put(&w, str_of(""));
	csv_end_row(&w);
	csv_put(&w, str_of("a,\"b\"\n"));
	csv_put(&w, str_of("\t"));
	csv_put(&w, str_of(""));
	csv_end_row(&w);
	buf_add(&out, "", 1);
	assert_string_equal(out.ptr, "'=1+1,'@x,''=x,'plain,-5\r\n\"\"\r\n\"a,\"\"b\"\"\n\",'\t,\r\n");
	buf_clear(&out);
}

static void a_field_that_begins_like_a_byte_order_mark_keeps_it(void **state)
{
	struct buf out;
	struct csv_writer w = { &out, ',', false };

	(void)state;
	buf_init(&out, 4096);
	csv_put(&w,
		str_of("\xef\xbb\xbf"
			   "a"));
	csv_end_row(&w);
	assert_rows_of(buf_str(&out),
		"1:[\xef\xbb\xbf"
		"a]\n");
	buf_clear(&out);
}

static void what_was_guarded_on_writing_reads_back_plain(void **state)
{
	(void)state;
	assert_true(str_is(csv_plain(str_of("'=1+1")), "=1+1"));
	assert_true(str_is(csv_plain(str_of("''=x")), "'=x"));
	assert_true(str_is(csv_plain(str_of("'plain")), "'plain"));
	assert_true(str_is(csv_plain(str_of("=x")), "=x"));
	assert_true(str_is(csv_plain(str_of("'")), "'"));
	assert_true(str_is(csv_plain(str_of("")), ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_rows_end_with_any_usual_line_break),
		cmocka_unit_test(quoted_fields_hold_commas_quotes_and_line_breaks),
		cmocka_unit_test(empty_lines_are_no_rows_but_empty_quotes_are),
		cmocka_unit_test(a_byte_order_mark_is_passed_over_at_the_start_only),
		cmocka_unit_test(a_misplaced_quote_costs_its_line_only),
		cmocka_unit_test(a_quote_never_closed_is_named_where_its_row_began),
		cmocka_unit_test(a_carriage_return_alone_is_refused),
		cmocka_unit_test(zero_bytes_and_broken_utf8_are_named_with_their_column),
		cmocka_unit_test(a_line_of_ten_megabytes_is_refused_and_the_next_one_read),
		cmocka_unit_test(a_row_of_exactly_the_limit_is_read),
		cmocka_unit_test(a_line_break_over_the_limit_inside_quotes_ends_the_fault),
		cmocka_unit_test(too_many_fields_are_refused),
		cmocka_unit_test(the_callback_can_stop_the_reading),
		cmocka_unit_test(a_semicolon_can_separate),
		cmocka_unit_test(written_rows_cannot_be_run_as_formulas),
		cmocka_unit_test(a_field_that_begins_like_a_byte_order_mark_keeps_it),
		cmocka_unit_test(what_was_guarded_on_writing_reads_back_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
