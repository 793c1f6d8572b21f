/* store_copy - a store's own log, mirrored in the same store, for the crash tests
 *
 * Each event is appended to the mirror in the transaction that made it, so
 * after any crash the two are the same log. */
#ifndef LIB_STORE_COPY_H
#define LIB_STORE_COPY_H

#include "store/store.h"

/* Mirrors event n, which the transaction has just appended. */
enum err store_copy_put(struct txn *txn, uint64_t n, struct arena *arena) MUST_CHECK;
/* ERR_CORRUPT when the mirror is not the log of `last` events. */
enum err store_copy_check(struct txn *txn, uint64_t last) MUST_CHECK;

#endif
