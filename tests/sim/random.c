#include <sodium.h>
#include <string.h>

#include "sim/world.h"

/* One simulation at a time in a process: libsodium's implementation is process-wide. */
static struct chance *source;

static const char *name(void)
{
	return "seed";
}

static uint32_t next(void)
{
	return (uint32_t)chance_next(source);
}

static void fill(void *const to, const size_t len)
{
	unsigned char *p = to;

	for (size_t i = 0; i < len; i += 8) {
		uint64_t v = chance_next(source);

		memcpy(p + i, &v, len - i < 8 ? len - i : 8);
	}
}

static struct randombytes_implementation implementation = { .implementation_name = name,
	.random = next,
	.buf = fill };

void random_from(struct chance *chance)
{
	source = chance;
	(void)randombytes_set_implementation(&implementation);
}
