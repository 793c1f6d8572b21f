/* zmtp - a DEALER's side of ZMTP 3.0 over a local socket, without ZeroMQ
 *
 * For a load generator that must not take the processor it measures with: no
 * thread of its own, one read and one write for what is there. */
#ifndef BENCH_ZMTP_H
#define BENCH_ZMTP_H

#include "bus/session.h"

enum { ZMTP_BYTES_MAX = 2 * 1024 * 1024 };

struct zmtp {
	int fd;
	uint8_t *in; /* what was read and not handed up */
	size_t in_len;
	uint8_t *out; /* what waits to be written */
	size_t out_len;
	bool is_greeted;
	bool is_ready; /* the other side has said READY */
};

typedef void zmtp_message_fn(void *self, const struct frames *frames);

/* endpoint: "ipc:///...". Ends the program when nobody is there. */
void zmtp_open(struct zmtp *zmtp, const char *endpoint);
void zmtp_close(struct zmtp *zmtp);
/* Adds one message to what waits. */
void zmtp_add(struct zmtp *zmtp, const struct frames *frames);
/* The same as the send of a session, self being the connection; and the steady clock that it is told. */
enum err zmtp_send(void *self, const struct frames *frames);
time_us zmtp_clock(void);
/* Writes what waits, all of it. */
void zmtp_write(struct zmtp *zmtp);
/* Reads what is there and hands up whole messages. */
void zmtp_read(struct zmtp *zmtp, zmtp_message_fn *on_message, void *self);

#endif
