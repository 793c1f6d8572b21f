#include "base/host.h"

#include <time.h>

static time_us clock_now(clockid_t which)
{
	struct timespec t;

	(void)clock_gettime(which, &t); /* cannot fail for these two clocks */
	return (time_us)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

static time_us system_wall(void *self)
{
	(void)self;
	return clock_now(CLOCK_REALTIME);
}

static time_us system_steady(void *self)
{
	(void)self;
	return clock_now(CLOCK_MONOTONIC);
}

struct host host_system(void)
{
	return (struct host) { system_wall, system_steady, NULL };
}

time_us host_wall(const struct host *h)
{
	return h->wall(h->self);
}

time_us host_steady(const struct host *h)
{
	return h->steady(h->self);
}
