#include "base/hash.h"

#include <sodium.h>
#include <string.h>

static struct hash hash_two(const void *key, size_t key_len, struct str a, struct str b)
{
	crypto_generichash_state state;
	struct hash ret;

	crypto_generichash_init(&state, key, key_len, HASH_BYTES);
	crypto_generichash_update(&state, (const uint8_t *)a.ptr, a.len);
	crypto_generichash_update(&state, (const uint8_t *)b.ptr, b.len);
	crypto_generichash_final(&state, ret.bytes, HASH_BYTES);
	return ret;
}

struct hash hash_of(struct str a)
{
	return hash_two(NULL, 0, a, (struct str) { NULL, 0 });
}

struct hash hash_labelled(const char *label, struct str a, struct str b)
{
	return hash_two(label, strlen(label), a, b);
}

struct hash hash_keyed(const struct hash_key *key, struct str a, struct str b)
{
	return hash_two(key->bytes, sizeof key->bytes, a, b);
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
	return sodium_memcmp(a->bytes, b->bytes, HASH_BYTES) == 0;
}

bool hash_is_zero(const struct hash *h)
{
	return sodium_is_zero(h->bytes, HASH_BYTES) == 1;
}

void hash_text(const struct hash *h, char ret[HASH_TEXT_MAX])
{
	sodium_bin2hex(ret, HASH_TEXT_MAX, h->bytes, HASH_BYTES);
}
