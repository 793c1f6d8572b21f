/* host - where time comes from
 *
 * The one place a service gets the time of day and a steady clock from.
 * The simulator has its own host; chance is libsodium's randombytes, which the
 * simulator replaces as a whole (randombytes_set_implementation). */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include "base/base.h"

struct host {
	time_us (*wall)(void *self);   /* microseconds since 1970, may jump */
	time_us (*steady)(void *self); /* microseconds since some moment, never jumps */
	void *self;
};

/* The machine's clocks. */
struct host host_system(void);
time_us host_wall(const struct host *h);
time_us host_steady(const struct host *h);

#endif
