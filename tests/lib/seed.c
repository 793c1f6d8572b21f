#include "lib/seed.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t seed_usual(const char *test, uint64_t usual)
{
	const char *text = getenv("TEST_SEED");
	uint64_t seed = text == NULL ? usual : strtoull(text, NULL, 0);

	printf("%s: TEST_SEED=%" PRIu64 "\n", test, seed);
	fflush(stdout);
	return seed;
}

uint64_t seed_new(const char *test)
{
	uint64_t seed;

	randombytes_buf(&seed, sizeof seed);
	return seed_usual(test, seed);
}

bool seed_is_quick(void)
{
	const char *mode = getenv("TEST_MODE");

	return mode != NULL && strcmp(mode, "quick") == 0;
}
