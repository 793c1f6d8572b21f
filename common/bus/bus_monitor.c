/* Why a try to connect ended. A monitor is a pair of sockets of libzmq; no thread: it is looked at in the wait. */
#include "bus/bus_tcp.h"

#include <errno.h>
#include <string.h>

#include <sodium.h>

enum {
	EVENTS = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED |
		ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
		ZMQ_EVENT_HANDSHAKE_FAILED_AUTH,
};

zsock_t *monitor_open(zsock_t *socket, enum monitor_of of)
{
	zsock_t *monitor = zsock_new(ZMQ_PAIR);
	char address[64];

	if (monitor == NULL)
		return NULL;
	/* By chance: an address that was given back a moment ago may still be taken. */
	(void)snprintf(address, sizeof address, "inproc://monitor.%08x%08x%08x", randombytes_random(),
		randombytes_random(), randombytes_random());
	zsock_set_rcvtimeo(monitor, 0);
	zsock_set_rcvhwm(monitor,
		0); /* with a limit the thread that moves all bytes would wait for us */
	if (zmq_socket_monitor(zsock_resolve(socket), address,
			of == MONITOR_DIAL ? (int)EVENTS : (int)ZMQ_EVENT_ACCEPTED) != 0) {
		zsock_destroy(&monitor);
		return NULL;
	}
	if (zsock_connect(monitor, "%s", address) != 0)
		monitor_close(&monitor, socket);
	return monitor;
}

/* The sending half first: it would wait for a receiver that is gone. */
void monitor_close(zsock_t **monitor, zsock_t *socket)
{
	if (*monitor != NULL)
		(void)zmq_socket_monitor(zsock_resolve(socket), NULL, 0);
	zsock_destroy(monitor);
}

static const char *trouble_of(uint16_t event, uint32_t value, bool *is_shaking)
{
	switch (event) {
	case ZMQ_EVENT_CONNECTED:
		*is_shaking = true;
		return NULL;
	case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
		return "kunci_ditolak";
	case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: /* ZMTP, but no CURVE, or CURVE that cannot be */
		return "jabat_tangan_gagal";
	case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
		return value == EAGAIN || value == ETIMEDOUT ? "belum_dijawab" : "jabat_tangan_gagal";
	case ZMQ_EVENT_DISCONNECTED: /* without a word before: the greeting was none */
		return *is_shaking ? "bukan_zmtp" : "tidak_terhubung";
	default:
		return "tidak_terhubung";
	}
}

static bool next_event(zsock_t *monitor, uint16_t *ret_event, uint32_t *ret_value)
{
	zframe_t *frame = zframe_recv(monitor);
	zframe_t *address;

	if (frame == NULL)
		return false;
	memcpy(ret_event, zframe_data(frame), sizeof *ret_event);
	memcpy(ret_value, zframe_data(frame) + sizeof *ret_event, sizeof *ret_value);
	address = zframe_recv(monitor);
	zframe_destroy(&frame);
	zframe_destroy(&address);
	return true;
}

const char *monitor_trouble(zsock_t *monitor, bool *is_shaking, int *ret_fd)
{
	const char *trouble = NULL;
	uint16_t event;
	uint32_t value;

	while (trouble == NULL && next_event(monitor, &event, &value)) {
		if (event == ZMQ_EVENT_CONNECTED)
			*ret_fd = (int)value;
		trouble = trouble_of(event, value, is_shaking);
	}
	return trouble;
}

int monitor_accepted(zsock_t *monitor)
{
	uint16_t event;
	uint32_t value;

	return next_event(monitor, &event, &value) ? (int)value : -1;
}
