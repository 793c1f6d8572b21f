/* Whole messages: libzmq hands the parts of a message over together, so that
 * after the first part the others are there and reading them never waits. */
#include "bus/bus_message.h"

#include <string.h>

void socket_setup(zsock_t *socket)
{
	zsock_set_linger(socket, BUS_LINGER_MS);
	zsock_set_rcvtimeo(socket, 0);
	zsock_set_sndhwm(socket, BUS_QUEUE_MESSAGES);
	zsock_set_rcvhwm(socket, BUS_QUEUE_MESSAGES);
	zsock_set_maxmsgsize(socket, BUS_FRAME_BYTES);
}

/* The next part, or NULL when none is there at once: the sockets never wait to receive. To ask for the
 * events first would be one more system call a message. */
static zframe_t *next_part(zsock_t *from)
{
	return zframe_recv(from);
}

bool message_take(zsock_t *from, bool has_address, struct message *ret)
{
	zframe_t *part = next_part(from);

	*ret = (struct message) { .address = NULL };
	if (part == NULL)
		return false;
	if (has_address) {
		ret->address = part;
		if (!zframe_more(part))
			return true;
		part = zframe_recv(from);
	}
	for (size_t i = 0; part != NULL && i < BUS_PARTS; i++) {
		ret->parts[i] = part;
		if (!zframe_more(part))
			return true;
		part = i + 1 < BUS_PARTS ? zframe_recv(from) : NULL;
	}
	ret->is_endless = true;
	return true;
}

void message_clear(struct message *m)
{
	zframe_destroy(&m->address);
	for (size_t i = 0; i < BUS_PARTS; i++)
		zframe_destroy(&m->parts[i]);
}

static struct str part_str(zframe_t *part)
{
	return part == NULL ? (struct str) { NULL, 0 }
						: str_bytes(zframe_data(part), zframe_size(part));
}

struct frames message_frames(const struct message *m)
{
	return (struct frames) { part_str(m->parts[0]), part_str(m->parts[1]), part_str(m->parts[2]) };
}

bool message_drain(zsock_t *from, uint32_t max)
{
	for (uint32_t i = 0; i < max; i++) {
		zframe_t *part = next_part(from);
		bool has_more = part != NULL && zframe_more(part);

		zframe_destroy(&part);
		if (!has_more)
			return true;
	}
	return false;
}

static int send_part(zsock_t *to, struct str bytes, int flags)
{
	zframe_t *part = zframe_new(bytes.ptr, bytes.len);
	int failed = zframe_send(&part, to, flags | ZFRAME_DONTWAIT);

	zframe_destroy(&part);
	return failed;
}

enum err message_send(zsock_t *to, zframe_t *address, const struct frames *frames)
{
	bool has_payload = frames->payload.ptr != NULL;

	/* The first part decides: it finds no peer or no room, or all parts go. */
	if (address != NULL &&
		zframe_send(&address, to, ZFRAME_REUSE | ZFRAME_MORE | ZFRAME_DONTWAIT) != 0)
		return ERR_UNAVAILABLE;
	if (send_part(to, frames->header, ZFRAME_MORE) != 0)
		return ERR_UNAVAILABLE;
	if (send_part(to, frames->body, has_payload ? ZFRAME_MORE : 0) != 0)
		return ERR_UNAVAILABLE;
	if (has_payload && send_part(to, frames->payload, 0) != 0)
		return ERR_UNAVAILABLE;
	return ERR_OK;
}
