/* packer - msgpack-c's packer on a struct buf
 *
 * A packer is made anew for each value, so that the compiler sees what it calls
 * and a head of a byte is the store of a byte. */
#ifndef WIRE_PACKER_H
#define WIRE_PACKER_H

#include "base/buf.h"

#include <msgpack/pack.h>
#include <string.h>

/* msgpack-c gives its bytes here. */
static inline int packer_add(void *data, const char *bytes, size_t n)
{
	struct buf *out = data;

	if (n == 0)
		return 0;
	if (out->is_full || out->size > out->limit || n > out->size - out->len) {
		buf_add(out, bytes, n);
		return out->is_full ? -1 : 0;
	}
	memcpy(out->ptr + out->len, bytes, n);
	out->len += n;
	return 0;
}

/* Failures are all one, a full buffer, which stays marked: seen once at the end. */
static inline msgpack_packer packer_of(struct buf *out)
{
	msgpack_packer p;

	msgpack_packer_init(&p, out, packer_add);
	return p;
}

#endif
