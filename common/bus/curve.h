/* curve - CURVE keys as bytes */
#ifndef BUS_CURVE_H
#define BUS_CURVE_H

#include <stdint.h>

enum { CURVE_KEY_BYTES = 32 };

struct curve_key {
	uint8_t bytes[CURVE_KEY_BYTES];
};

struct curve_pair {
	struct curve_key public_key;
	struct curve_key secret_key;
};

#endif
