/* report_cells - figures and names as the reports of ppidctl write them
 *
 * Shares and means are hundredths; where there is none, JSON has null, CSV an
 * empty cell and text "-". */
#ifndef CTL_REPORT_CELLS_H
#define CTL_REPORT_CELLS_H

#include "base/buf.h"
#include "domain/csv.h"

void cell_json_share(uint64_t part, uint64_t whole, struct buf *out);
void cell_json_hundredths(bool is_known, uint64_t hundredths, struct buf *out);
void cell_csv_share(uint64_t part, uint64_t whole, struct csv_writer *w);
void cell_csv_hundredths(bool is_known, uint64_t hundredths, struct csv_writer *w);
/* "4,33" */
void cell_text_hundredths(bool is_known, uint64_t hundredths, struct buf *out);
/* What it fills on a terminal: characters, not bytes. */
int cell_columns(struct str text);
/* In so many columns, blanks behind it; what is longer ends in "...". What would move the cursor of a terminal
 * is left out: the text may come from another node. */
void cell_text(struct str text, int columns, struct buf *out);

#endif
