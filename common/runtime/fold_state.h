/* fold_state - the insides of struct fold and struct projection */
#ifndef RUNTIME_FOLD_STATE_H
#define RUNTIME_FOLD_STATE_H

#include "runtime/fold.h"
#include "store/system.h"

struct fold {
	const struct service *service;
	struct txn *txn;
	struct arena *arena;
	const struct record *record;
	bool is_live; /* not into shadows: private things may go with what apply ends */
};

struct projection {
	struct txn *txn;
	struct arena *arena;
	const struct record *record;
	const struct table *table;
	struct str stream;
	struct id node;
};

#endif
