/* Links that peers made: a ROUTER is never told that a peer left, so the table is
 * bounded, and full it gives up the link that was silent longest. */
#include "bus/bus_links.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

/* A number is (count << 16 | slot): unique for ever, found at once. */
enum { SLOT_BITS = 16 };

static_assert(crypto_shorthash_KEYBYTES == 16, "SipHash key");
static_assert((BUS_LINKS_MAX & ~0x7fff) == 0, "the top bit of the slot marks dialled links");

void links_init(struct link_table *t)
{
	randombytes_buf(t->key, sizeof t->key);
}

static struct link **bucket_of(struct link_table *t, zframe_t *address)
{
	uint8_t hash[crypto_shorthash_BYTES];
	uint32_t n;

	crypto_shorthash(hash, zframe_data(address), zframe_size(address), t->key);
	memcpy(&n, hash, sizeof n);
	return &t->buckets[n % BUS_BUCKETS];
}

struct link *links_find(struct link_table *t, const struct listener *listener, zframe_t *address)
{
	struct link *l = *bucket_of(t, address);

	while (l != NULL && (l->listener != listener || !zframe_eq(l->address, address)))
		l = l->next;
	return l;
}

struct link *links_add(struct link_table *t, struct listener *listener, zframe_t **address,
	time_us now)
{
	struct link **bucket = bucket_of(t, *address);

	for (size_t i = 0; i < BUS_LINKS_MAX; i++) {
		struct link *l = &t->links[i];

		if (l->number != 0)
			continue;
		*l = (struct link) {
			.number = ++t->given << SLOT_BITS | i,
			.address = *address,
			.listener = listener,
			.next = *bucket,
			.heard_at = now,
			.fd = -1,
		};
		*address = NULL;
		*bucket = l;
		return l;
	}
	return NULL;
}

struct link *links_get(struct link_table *t, uint64_t number)
{
	size_t slot = number & ((1u << SLOT_BITS) - 1);

	return number != 0 && slot < BUS_LINKS_MAX && t->links[slot].number == number ? &t->links[slot]
																				  : NULL;
}

void links_forget(struct link_table *t, struct link *l)
{
	struct link **at = bucket_of(t, l->address);

	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
	zframe_destroy(&l->address);
	l->number = 0;
}

struct link *links_oldest(struct link_table *t)
{
	struct link *oldest = NULL;

	for (size_t i = 0; i < BUS_LINKS_MAX; i++) {
		struct link *l = &t->links[i];

		if (l->number != 0 && (oldest == NULL || l->heard_at < oldest->heard_at))
			oldest = l;
	}
	assert(oldest != NULL);
	return oldest;
}

void links_clear(struct link_table *t)
{
	for (size_t i = 0; i < BUS_LINKS_MAX; i++) {
		if (t->links[i].number != 0)
			links_forget(t, &t->links[i]);
	}
}
