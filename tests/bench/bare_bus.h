/* bare_bus - a bare DEALER and ROUTER with frames of given sizes: what bench_bus is measured beside */
#ifndef BENCH_BARE_BUS_H
#define BENCH_BARE_BUS_H

#include "base/base.h"
#include "bus/curve.h"

struct bare_link {
	const char *endpoint;
	const struct curve_pair *server, *client; /* NULL: without CURVE */
};

struct bare_load {
	uint32_t rounds, outstanding;
	size_t header_bytes, body_bytes, reply_bytes;
};

/* The time that all rounds took; samples: of each. */
time_us bare_rounds(const struct bare_link *link, const struct bare_load *load, time_us *samples);
/* Messages of three parts, one way, at most eight under way. */
time_us bare_stream(const struct bare_link *link, uint32_t messages, const size_t sizes[3]);

#endif
