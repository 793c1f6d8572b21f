/* counting - chance that counts, for bytes that have to be the same in every run */
#ifndef LIB_COUNTING_H
#define LIB_COUNTING_H

#include "base/base.h"

/* From here on libsodium's chance is this number and those after it. */
void counting_from(uint32_t first);

#endif
