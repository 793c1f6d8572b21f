/* Whatever is written is read back the same, in whatever pieces it comes. */
#include "domain/csv.h"
#include "lib/chance.h"
#include "lib/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 4000, FIELDS = 6, FIELD_BYTES = 12, ROWS_MAX = 5 };

struct table {
	size_t rows;
	size_t fields;
	char bytes[ROWS_MAX][FIELDS][FIELD_BYTES];
	size_t len[ROWS_MAX][FIELDS];
	size_t seen;
};

static struct chance chance;

static uint32_t below(uint32_t n)
{
	return (uint32_t)chance_below(&chance, n);
}

static void invent(struct table *t)
{
	static const char signs[] = "ab,;\"\"\n\r=+-@'' \t";

	t->rows = 1 + below(ROWS_MAX);
	t->fields = 1 + below(FIELDS);
	t->seen = 0;
	for (size_t i = 0; i < t->rows; i++)
		for (size_t j = 0; j < t->fields; j++) {
			t->len[i][j] = below(FIELD_BYTES);
			for (size_t k = 0; k < t->len[i][j]; k++)
				t->bytes[i][j][k] = signs[below(sizeof signs - 1)];
		}
}

static enum err on_row(void *self, const struct csv_row *row)
{
	struct table *t = self;

	assert_int_equal(row->err, ERR_OK);
	assert_true(t->seen < t->rows);
	assert_int_equal(row->count, t->fields);
	for (size_t j = 0; j < t->fields; j++) {
		struct str expected = { t->bytes[t->seen][j], t->len[t->seen][j] };
		struct str field = row->fields[j];

		assert_true(str_equal(csv_plain(field), expected));
		assert_false(field.len > 0 && strchr("=+-@\t\r", field.ptr[0]) != NULL);
	}
	t->seen++;
	return ERR_OK;
}

static void written_rows_are_read_back_whatever_the_pieces(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1024 * 1024);
	for (int round = 0; round < ROUNDS; round++) {
		struct csv_writer w = { &out, below(2) == 0 ? ',' : ';', false };
		static struct table t;
		struct csv_reader *r = csv_open(w.separator, on_row, &t);

		invent(&t);
		buf_reset(&out);
		for (size_t i = 0; i < t.rows; i++) {
			for (size_t j = 0; j < t.fields; j++)
				csv_put(&w, str_bytes(t.bytes[i][j], t.len[i][j]));
			csv_end_row(&w);
		}
		for (size_t at = 0, n; at < out.len; at += n) {
			n = 1 + below(9);
			n = n < out.len - at ? n : out.len - at;
			assert_int_equal(csv_feed(r, str_bytes(out.ptr + at, n)), ERR_OK);
		}
		assert_int_equal(csv_finish(r), ERR_OK);
		assert_int_equal(t.seen, t.rows);
		csv_close(&r);
	}
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_rows_are_read_back_whatever_the_pieces),
	};

	chance.state = seed_new("test_csv_round_trip");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
