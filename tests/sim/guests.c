#include "sim/guests.h"

#include <assert.h>
#include <string.h>

void guests_set(void *self, const struct remote *list, uint32_t count)
{
	struct guests *guests = self;

	assert(count <= GUESTS_MAX);
	guests->count = count;
	for (uint32_t n = 0; n < count; n++) {
		struct remote *to = &guests->list[n];
		struct str from = list[n].endpoint;

		assert(from.len < sizeof guests->endpoints[n]);
		*to = list[n];
		if (from.len > 0)
			memcpy(guests->endpoints[n], from.ptr, from.len);
		to->endpoint = str_bytes(guests->endpoints[n], from.len);
		to->name = str_of("");
	}
}

const struct remote *guest_of(const struct guests *guests, const struct curve_key *key)
{
	for (uint32_t n = 0; n < guests->count; n++)
		for (uint32_t k = 0; k < guests->list[n].key_count; k++)
			if (memcmp(&guests->list[n].keys[k], key, sizeof *key) == 0)
				return &guests->list[n];
	return NULL;
}
