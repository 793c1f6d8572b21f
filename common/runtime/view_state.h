/* view_state - the insides of struct view */
#ifndef RUNTIME_VIEW_STATE_H
#define RUNTIME_VIEW_STATE_H

#include "runtime/engine.h"

struct view {
	struct ctx ctx;     /* for rights and reading; takes no effects */
	struct input asker; /* whom the rights are checked of */
	struct runtime *r;
	uint32_t rows_left;
	time_us until;       /* steady */
	struct str go_on_in; /* from the question */
	struct str go_on;    /* for the answer, when the budget ran out */
	struct peer *peer;
};

#endif
