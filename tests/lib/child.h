/* child - a piece of a test in a process of its own: limits, a broken file and an abort stay there */
#ifndef LIB_CHILD_H
#define LIB_CHILD_H

#include "base/base.h"

/* The exit code is what body returns; asserts that it came to that. */
int child_run(int (*body)(void *self), void *self);
/* Whether body aborts: it makes a mistake that is ours, and must not come back. */
bool child_aborts(void (*body)(void *self), void *self);

#endif
