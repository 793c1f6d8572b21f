/* hash - BLAKE2b-256, plain and keyed
 *
 * Plain for the chain of the log and for commitments; keyed wherever somebody
 * who sees the hash could guess the input (search keys, marks, blob names). */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/str.h"

enum { HASH_BYTES = 32, HASH_TEXT_MAX = 65 };

struct hash {
	uint8_t bytes[HASH_BYTES];
};

struct hash_key {
	uint8_t bytes[32];
};

struct hash hash_of(struct str a);
/* The hash of a followed by b, under the label (at most 64 bytes) as key. */
struct hash hash_labelled(const char *label, struct str a, struct str b);
struct hash hash_keyed(const struct hash_key *key, struct str a, struct str b);
bool hash_equal(const struct hash *a, const struct hash *b);
bool hash_is_zero(const struct hash *h);
void hash_text(const struct hash *h, char ret[HASH_TEXT_MAX]);

#endif
