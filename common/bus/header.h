/* header - the fixed 24 bytes before every message of a session
 *
 * Big-endian: magic u16 | major u8 | type u8 | flags u16 | reserved u16 |
 * session u64 | corr u64. Fixed, so that a foreign major version can be
 * answered without reading what follows. */
#ifndef BUS_HEADER_H
#define BUS_HEADER_H

#include "base/str.h"

enum { HEADER_BYTES = 24, HEADER_MAGIC = 0xA5C1, HEADER_MAJOR = 1 };

struct header {
	uint8_t major;
	uint8_t type;
	uint16_t flags;   /* 0: no minor version gives one yet */
	uint64_t session; /* given by WELCOME; 0 in HELLO */
	uint64_t corr;    /* chosen by who asks: odd by the dialer, even by the listener */
};

void header_write(const struct header *h, uint8_t to[HEADER_BYTES]);
/* ERR_CORRUPT: not 24 bytes, or not our magic; *ret is then untouched. The major
 * version is not judged here. The reserved bytes are passed over. */
enum err header_read(struct str bytes, struct header *ret) MUST_CHECK;

#endif
