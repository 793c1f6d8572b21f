/* long_log - a store of intake with as many lodged requests as are wanted
 *
 * Written by the store's and the runtime's own functions (log_append, apply), so
 * chain and derived tables are those of a service that took them one by one;
 * only the persons behind them are left out. Intake is stopped meanwhile. */
#ifndef BENCH_LONG_LOG_H
#define BENCH_LONG_LOG_H

#include "bench/node.h"

/* The service has been started once, so that its side-car knows the store. */
void long_log_make(struct node *node, uint64_t events);

#endif
