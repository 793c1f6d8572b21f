/* stranger - a TCP server that does not speak ZMTP, on a thread of its own */
#ifndef LIB_STRANGER_H
#define LIB_STRANGER_H

#include "base/base.h"

struct stranger;

enum stranger_manner {
	STRANGER_SPEAKS_FIRST, /* says its text at once and waits */
	STRANGER_REPLIES,      /* waits for bytes, says its text and closes */
	STRANGER_HANGS_UP,     /* closes at once */
	STRANGER_IS_SILENT,    /* takes everything and says nothing */
};

/* On loopback; text is lent. */
struct stranger *stranger_open(uint16_t port, enum stranger_manner manner, const char *text);
/* How many have connected so far. */
uint32_t stranger_met(const struct stranger *stranger);
void stranger_close(struct stranger **stranger);

#endif
