/* requests - requests of invented people for a load: everyone another person, at unit 3275 */
#ifndef BENCH_REQUESTS_H
#define BENCH_REQUESTS_H

#include "bench/senders.h"
#include "lib/chance.h"

struct requests {
	struct chance chance;
	uint64_t made;
};

/* A senders_next_fn; self is a struct requests, which begins as zeros. A request such as a citizen makes on the
 * website: about 700 bytes in the vault. */
void requests_next(void *self, struct senders_command *ret);

#endif
