#include "bus/header.h"

#include "base/bytes.h"

void header_write(const struct header *h, uint8_t to[HEADER_BYTES])
{
	be16_put(to, HEADER_MAGIC);
	to[2] = h->major;
	to[3] = h->type;
	be16_put(to + 4, h->flags);
	be16_put(to + 6, 0);
	be64_put(to + 8, h->session);
	be64_put(to + 16, h->corr);
}

enum err header_read(struct str bytes, struct header *ret)
{
	const uint8_t *at = (const uint8_t *)bytes.ptr;

	if (bytes.len != HEADER_BYTES || be16_get(at) != HEADER_MAGIC)
		return ERR_CORRUPT;
	*ret = (struct header) {
		.major = at[2],
		.type = at[3],
		.flags = be16_get(at + 4),
		.session = be64_get(at + 8),
		.corr = be64_get(at + 16),
	};
	return ERR_OK;
}
