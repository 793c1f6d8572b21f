/* gen - messages invented from the rows of a schema
 *
 * The same seed invents the same messages. What it invents is valid, with the
 * corners (empty, at the limit, smallest, greatest) far more often than chance
 * would have them; gen_spoil then breaks exactly one rule. */
#ifndef LIB_GEN_H
#define LIB_GEN_H

#include "base/arena.h"
#include "wire/schema.h"

struct gen {
	uint64_t state;
	struct arena *arena; /* lists and texts; reset it before each message */
};

struct gen gen_of(uint64_t seed, struct arena *arena);
uint64_t gen_number(struct gen *g);
/* 0 to below - 1. */
uint32_t gen_below(struct gen *g, uint32_t below);

/* Fills *msg (s->size bytes) with a valid message. */
void gen_message(struct gen *g, const struct schema *s, void *msg);

struct gen_spoilt {
	const char *field;
	const char *rule;
	enum err error;
};

/* Breaks one rule of a field that is there; false when no field can be broken so. */
bool gen_spoil(struct gen *g, const struct schema *s, void *msg, struct gen_spoilt *ret);

#endif
