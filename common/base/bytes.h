/* bytes - numbers as big-endian bytes, for keys and fixed headers */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/base.h"

static inline void be16_put(void *to, uint16_t v)
{
	uint8_t *p = to;

	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void be32_put(void *to, uint32_t v)
{
	uint8_t *p = to;

	be16_put(p, (uint16_t)(v >> 16));
	be16_put(p + 2, (uint16_t)v);
}

static inline void be64_put(void *to, uint64_t v)
{
	uint8_t *p = to;

	be32_put(p, (uint32_t)(v >> 32));
	be32_put(p + 4, (uint32_t)v);
}

static inline uint16_t be16_get(const void *from)
{
	const uint8_t *p = from;

	return (uint16_t)((p[0] << 8) | p[1]);
}

static inline uint32_t be32_get(const void *from)
{
	const uint8_t *p = from;

	return ((uint32_t)be16_get(p) << 16) | be16_get(p + 2);
}

static inline uint64_t be64_get(const void *from)
{
	const uint8_t *p = from;

	return ((uint64_t)be32_get(p) << 32) | be32_get(p + 4);
}

#endif
