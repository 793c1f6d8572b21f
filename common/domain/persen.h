/* persen - shares of a whole, in whole numbers
 *
 * Hundredths of a percent, rounded half up to two decimals, never through a
 * float. Printed as real reports print them (DOMAIN.md 6.4, seed 004 table 1):
 * where the whole is 0, its rows show "-" for count and share, and the sum row
 * shows "0" and "0%". In JSON a share without a whole is null. */
#ifndef DOMAIN_PERSEN_H
#define DOMAIN_PERSEN_H

#include "base/base.h"

#define PERSEN_COUNT_MAX INT64_C(100000000000000) /* of parts and wholes: 10^14 */

enum { PERSEN_TEXT_MAX = 32 };

/* part of whole in hundredths of a percent (10000 is all of it). False when the whole
 * is 0: there is no share, and *ret is untouched. Both are at most PERSEN_COUNT_MAX. */
bool persen_of(uint64_t part, uint64_t whole, uint64_t *ret) MUST_CHECK;

/* "100%", "0%", "33,33%", "12,50%": decimal comma, no decimals where there are none. */
void persen_text(uint64_t hundredths, char ret[PERSEN_TEXT_MAX]);
/* "100", "33.33", "12.5": a JSON number. */
void persen_json(uint64_t hundredths, char ret[PERSEN_TEXT_MAX]);

/* The two cells of a row (count and share of the whole), and of the sum row. */
void persen_row_texts(uint64_t part, uint64_t whole, char ret_count[PERSEN_TEXT_MAX],
	char ret_share[PERSEN_TEXT_MAX]);
void persen_sum_texts(uint64_t whole, char ret_count[PERSEN_TEXT_MAX],
	char ret_share[PERSEN_TEXT_MAX]);

#endif
