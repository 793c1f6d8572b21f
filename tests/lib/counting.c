#include "lib/counting.h"

#include <sodium.h>

static uint32_t counter;

static uint32_t counting(void)
{
	return ++counter;
}

static void counting_bytes(void *const to, const size_t size)
{
	for (size_t i = 0; i < size; i++)
		((uint8_t *)to)[i] = (uint8_t)counting();
}

static const char *counting_name(void)
{
	return "counting";
}

static randombytes_implementation chance = {
	.implementation_name = counting_name,
	.random = counting,
	.buf = counting_bytes,
};

void counting_from(uint32_t first)
{
	counter = first;
	randombytes_set_implementation(&chance);
}
