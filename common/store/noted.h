/* noted - upper bounds and sent keys in memory; what both side-cars share
 *
 * Of a sent key the file has the first 16 bytes of its hash and the memory the
 * first 8: enough to know one again, nothing about whom it was sent to. */
#ifndef STORE_NOTED_H
#define STORE_NOTED_H

#include "base/hash.h"

enum { NOTED_BOUNDS_MAX = 65536, SENT_BYTES = 16, SERIES_BYTES_MAX = 255 };

struct sent_key {
	uint8_t bytes[SENT_BYTES];
};

struct bound {
	char *series; /* ends in a zero byte */
	uint64_t value;
};

struct noted {
	struct bound *bounds;
	uint32_t bounds_len;
	uint32_t bounds_size;
	uint64_t *sent; /* open addressing; zero: free */
	size_t sent_len;
	size_t sent_size; /* a power of two, or 0 */
};

void noted_clear(struct noted *n);
/* NULL when the series has none. */
struct bound *noted_bound(const struct noted *n, struct str series);
/* Sets it. ERR_LIMIT: over NOTED_BOUNDS_MAX or SERIES_BYTES_MAX; ERR_INVALID: a zero byte or a
 * line break in the series. */
enum err noted_bound_set(struct noted *n, struct str series, uint64_t value) MUST_CHECK;
/* The kept form of a key; its first byte is never zero. */
struct sent_key sent_key_of(struct str key);
bool noted_has_sent(const struct noted *n, const struct sent_key *key);
void noted_add_sent(struct noted *n, const struct sent_key *key);

#endif
