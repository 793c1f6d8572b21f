#include "runtime/test_clock.h"

#include "base/str.h"

#include <fcntl.h>
#include <unistd.h>

enum { SECONDS_MAX = 40 * 366 * 86400 }; /* further than any deadline */

static time_us shifted_wall(void *self)
{
	struct host machine = host_system();

	return host_wall(&machine) + test_clock_shift(self);
}

static time_us shifted_steady(void *self)
{
	struct host machine = host_system();

	return host_steady(&machine) + test_clock_shift(self);
}

void test_clock_init(struct test_clock *clock, const char *path)
{
	clock->path = path;
	atomic_init(&clock->shift, 0);
	test_clock_look(clock);
}

void test_clock_look(struct test_clock *clock)
{
	char text[32];
	ssize_t n;
	uint64_t seconds;
	int fd;

	if (clock->path[0] == '\0')
		return;
	fd = open(clock->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return; /* not written yet: no shift yet */
	n = read(fd, text, sizeof text);
	(void)close(fd);
	/* A half-written file has no line end; the next look sees the whole. */
	if (n < 2 || text[n - 1] != '\n' || !str_number(str_bytes(text, (size_t)n - 1), &seconds) ||
		seconds > SECONDS_MAX)
		return;
	if ((int64_t)seconds * US_PER_SECOND > atomic_load(&clock->shift))
		atomic_store(&clock->shift, (int64_t)seconds * US_PER_SECOND);
}

time_us test_clock_shift(const struct test_clock *clock)
{
	return atomic_load(&clock->shift);
}

struct host test_clock_host(struct test_clock *clock)
{
	return (struct host) { shifted_wall, shifted_steady, clock };
}
