#include "base/bytes.h"
#include "store/keyring.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

enum {
	ID_BYTES = 4,
	NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	TABLE_NAME_MAX = 64,
	KEY_BYTES_MAX = 512,
};

_Static_assert(ID_BYTES + NONCE_BYTES + TAG_BYTES == SEAL_OVERHEAD_BYTES,
	"the layout of a sealed value");

/* What the value is bound to: the name of its table, a zero byte, its key. */
struct place_of_seal {
	uint8_t bytes[TABLE_NAME_MAX + 1 + KEY_BYTES_MAX];
	size_t len;
};

static void place_set(struct place_of_seal *p, struct str table, struct str key)
{
	assert(table.len <= TABLE_NAME_MAX && key.len <= KEY_BYTES_MAX);
	memcpy(p->bytes, table.ptr, table.len);
	p->bytes[table.len] = 0;
	if (key.len > 0)
		memcpy(p->bytes + table.len + 1, key.ptr, key.len);
	p->len = table.len + 1 + key.len;
}

void seal_close(const struct keyring *ring, struct str table, struct str key, struct str plain,
	struct buf *out)
{
	static const char no_tag[TAG_BYTES];
	const struct sealing_key *with;
	uint8_t head[ID_BYTES + NONCE_BYTES];
	struct place_of_seal place;
	uint8_t *body;
	size_t start;

	assert(ring->count > 0);
	with = &ring->keys[ring->count - 1];
	place_set(&place, table, key);
	be32_put(head, with->id);
	randombytes_buf(head + ID_BYTES, NONCE_BYTES);
	buf_add(out, head, sizeof head);
	start = out->len;
	buf_add_str(out, plain);
	buf_add(out, no_tag, sizeof no_tag);
	if (out->is_full)
		return;
	body = (uint8_t *)out->ptr + start;
	crypto_aead_xchacha20poly1305_ietf_encrypt(body, NULL, body, plain.len, place.bytes, place.len,
		NULL, head + ID_BYTES, with->bytes);
}

static const struct sealing_key *key_find(const struct keyring *ring, uint32_t id)
{
	for (uint32_t i = ring->count; i > 0; i--)
		if (ring->keys[i - 1].id == id)
			return &ring->keys[i - 1];
	return NULL;
}

enum err seal_open(const struct keyring *ring, struct str table, struct str key, struct str sealed,
	struct buf *out)
{
	const uint8_t *in = (const uint8_t *)sealed.ptr;
	const struct sealing_key *with;
	struct place_of_seal place;
	uint8_t *body;
	size_t start = out->len;
	size_t len;

	if (sealed.len < SEAL_OVERHEAD_BYTES)
		return ERR_CORRUPT;
	with = key_find(ring, be32_get(in));
	if (with == NULL)
		return ERR_NOT_FOUND;
	place_set(&place, table, key);
	len = sealed.len - SEAL_OVERHEAD_BYTES;
	buf_add(out, in + ID_BYTES + NONCE_BYTES, len + TAG_BYTES);
	if (out->is_full)
		return ERR_LIMIT;
	body = (uint8_t *)out->ptr + start;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(body, NULL, NULL, body, len + TAG_BYTES,
			place.bytes, place.len, in + ID_BYTES, with->bytes) != 0) {
		out->len = start;
		return ERR_CORRUPT;
	}
	out->len = start + len;
	return ERR_OK;
}
