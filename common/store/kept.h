/* kept - rows as they were decoded last, for those that are read for every input
 *
 * A row of policy is a year of days off: read a million times for one change. It
 * is compared with the stored bytes each time, so what is lent is what stands
 * there now, in this transaction. Rows that went out of use or changed live
 * on until no transaction writes, since somebody may still read them. */
#ifndef STORE_KEPT_H
#define STORE_KEPT_H

#include "store/store.h"

enum { KEPT_ROWS_MAX = 64, KEPT_BYTES_MAX = 256 * 1024 };

struct kept_row;

struct kept {
	struct kept_row *rows[KEPT_ROWS_MAX];
	struct kept_row *gone; /* a list: not found any more, and perhaps still read */
	unsigned next;         /* whose turn it is to make room */
};

void kept_clear(struct kept *kept);
/* No transaction that lent rows is open: what is gone goes. */
void kept_let_go(struct kept *kept);

#endif
