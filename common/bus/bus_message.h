/* bus_message - one whole message, in or out, and the limits of a socket */
#ifndef BUS_BUS_MESSAGE_H
#define BUS_BUS_MESSAGE_H

#include <czmq.h>

#include "bus/session.h"

enum {
	BUS_PARTS = 3,             /* header, body, payload */
	BUS_DRAIN_PARTS = 1024,    /* thrown away of an endless message in one turn */
	BUS_QUEUE_MESSAGES = 8192, /* high-water mark of each direction of a connection */
	BUS_FRAME_BYTES = 2 * 1024 * 1024,
	/* A frame over the limit ends a connection; that of the dialling side is above what a listener may send. */
	BUS_DIALLED_FRAME_BYTES = 4 * 1024 * 1024,
	BUS_LINGER_MS = 2000, /* the last replies leave; an absent peer does not hold us */
};

/* One message, whole. Parts that are absent are NULL. */
struct message {
	zframe_t *address; /* from a ROUTER */
	zframe_t *parts[BUS_PARTS];
	bool is_endless; /* it had more parts; the rest is still in the socket */
};

/* Nothing here waits. */
bool message_take(zsock_t *from, bool has_address, struct message *ret);
void message_clear(struct message *m);
struct frames message_frames(const struct message *m);
/* Throws parts away up to the end of the message, at most max; false: there are more. */
bool message_drain(zsock_t *from, uint32_t max);
/* ERR_UNAVAILABLE: nobody there, or no room. address NULL: a DEALER. */
enum err message_send(zsock_t *to, zframe_t *address, const struct frames *frames);
void socket_setup(zsock_t *socket);

#endif
