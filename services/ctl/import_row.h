/* import_row - a row of a register as CSV, read into the command that takes it over
 *
 * The first line names the columns, in any order, in Indonesian; what a column
 * holds is said in the table of import_row.c. Values are those of JSON (dates
 * YYYY-MM-DD, names of enums), also with capitals and blanks as people write
 * them ("Datang langsung"). An empty cell is as good as a column that is not there. */
#ifndef CTL_IMPORT_ROW_H
#define CTL_IMPORT_ROW_H

#include "domain/csv.h"
#include "proto/messages.h"
#include "wire/wire.h"

enum { IMPORT_COLUMNS_MAX = 64 };

struct import_columns {
	uint32_t of[IMPORT_COLUMNS_MAX]; /* of each column of the text, its place in the table */
	uint32_t count;
};

/* Reads the heading. ERR_INVALID with the column's name in *why (kolom_tidak_dikenal, ganda) or the missing
 * one (wajib_diisi). A name in *why lives in the arena. */
enum err import_heading(const struct csv_row *row, struct arena *arena, struct import_columns *ret,
	struct problem *why) MUST_CHECK;

/* Fills the command but for unit and seri; tahun is that of reception unless a column says another. Strings
 * go into the arena. ERR_INVALID, ERR_LIMIT with the column in *why. */
enum err import_row(const struct import_columns *c, const struct csv_row *csv, struct arena *arena,
	struct catat_register_lama *ret, struct problem *why) MUST_CHECK;

/* The columns with what they hold, for --help. */
void import_describe(struct buf *out);

#endif
