/* kept - rows as they were decoded last, for those that are read for every input
 *
 * A row of policy is a year of days off: read a million times for one change. A
 * transaction compares it with the stored bytes before it lends it, and again
 * after it has changed a table that it lent rows of, so what is lent is what
 * stands there now, in this transaction. That there is no row is kept likewise.
 * Rows that went out of use or changed live on until no transaction writes, since
 * somebody may still read them. */
#ifndef STORE_KEPT_H
#define STORE_KEPT_H

#include "store/store.h"

enum {
	KEPT_WAYS = 4, /* rows whose keys share a place */
	KEPT_PLACES = 64,
	KEPT_ROWS_MAX = KEPT_PLACES * KEPT_WAYS,
	KEPT_BYTES_MAX = 256 * 1024,
};

struct kept_row;

struct kept {
	struct kept_row *rows[KEPT_PLACES][KEPT_WAYS];
	struct kept_row *gone; /* a list: not found any more, and perhaps still read */
	unsigned next;         /* which of a place's rows makes room */
};

void kept_clear(struct kept *kept);
/* No transaction that lent rows is open: what is gone goes. */
void kept_let_go(struct kept *kept);

#endif
