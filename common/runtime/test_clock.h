/* test_clock - the machine's clocks, moved ahead together by a file
 *
 * PPID_TEST_CLOCK names a file with a number of seconds. It is added to the
 * time of day and to the steady clock alike, so a service sees time pass and
 * never a jump between its two clocks: ten working days go by in a moment.
 * Between two looks the number stands still; it never goes down. Without the
 * setting these are the machine's clocks. A service says at its start that its
 * clock is a test's. */
#ifndef RUNTIME_TEST_CLOCK_H
#define RUNTIME_TEST_CLOCK_H

#include "base/host.h"

#include <stdatomic.h>

struct test_clock {
	const char *path;      /* lent; empty: no shift, for ever */
	_Atomic int64_t shift; /* microseconds; workers read it on their threads */
};

/* Looks once. path is kept. */
void test_clock_init(struct test_clock *clock, const char *path);
/* Reads the file again; between two turns of the loop only. */
void test_clock_look(struct test_clock *clock);
/* How far ahead of the machine's steady clock the host's is. */
time_us test_clock_shift(const struct test_clock *clock);
/* The host; the clock is lent to it. */
struct host test_clock_host(struct test_clock *clock);

#endif
