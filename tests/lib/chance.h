/* chance - random numbers that a seed repeats, for tests */
#ifndef LIB_CHANCE_H
#define LIB_CHANCE_H

#include "base/base.h"

struct chance {
	uint64_t state;
};

/* splitmix64: any seed will do, 0 too. */
static inline uint64_t chance_next(struct chance *c)
{
	uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* 0 to below - 1. */
static inline uint64_t chance_below(struct chance *c, uint64_t below)
{
	return chance_next(c) % below;
}

static inline bool chance_one_in(struct chance *c, uint64_t n)
{
	return chance_below(c, n) == 0;
}

#endif
