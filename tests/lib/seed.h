/* seed - what a test that draws at random begins with, and how much it draws */
#ifndef LIB_SEED_H
#define LIB_SEED_H

#include "base/base.h"

/* From the variable TEST_SEED, or a new one; printed, so that a failure can be repeated. */
uint64_t seed_new(const char *test);
/* The same, but without the variable always this one. */
uint64_t seed_usual(const char *test, uint64_t usual);
/* TEST_MODE=quick: few seeds, kills and images are enough. */
bool seed_is_quick(void);

#endif
