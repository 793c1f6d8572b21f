/* Dialled links: one socket for one connection, made anew after every end.
 *
 * libzmq 4.3.4 stops reconnecting for ever after some errors, a message queued
 * for the next connection would be a stale one, and a peer that was started
 * again between two looks would be a stranger on a line that seems unbroken:
 * its session never heard of, our HELLO lost. So libzmq never reconnects; a
 * socket that did not connect, or lost its connection, is closed. */
#include "bus/bus_parts.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "bus/bus_log.h"

enum { DIALLED = 0x8000, SLOT_MASK = 0xffff };

struct dial *dial_get(struct bus *bus, uint64_t number)
{
	size_t slot = number & SLOT_MASK & ~(uint64_t)DIALLED;

	if ((number & DIALLED) == 0 || slot >= bus->dial_count || bus->dials[slot].number != number)
		return NULL;
	return bus->dials[slot].state == DIAL_UP ? &bus->dials[slot] : NULL;
}

enum err bus_dial(struct bus *bus, const char *name, const char *endpoint)
{
	struct dial *d = &bus->dials[bus->dial_count];

	if (bus->dial_count == BUS_DIALS_MAX)
		return ERR_LIMIT;
	if (strlen(name) >= sizeof d->name || strlen(endpoint) >= sizeof d->endpoint)
		return ERR_INVALID;
	if (strncmp(endpoint, "ipc:///", 7) != 0 && strncmp(endpoint, "inproc://", 9) != 0)
		return ERR_INVALID;
	if (endpoint[1] == 'p' && strlen(endpoint) - strlen("ipc://") > BUS_PATH_MAX)
		return ERR_INVALID;
	*d = (struct dial) { .state = DIAL_PAUSED, .pause_ms = BUS_PAUSE_MIN_MS };
	(void)snprintf(d->name, sizeof d->name, "%s", name);
	(void)snprintf(d->endpoint, sizeof d->endpoint, "%s", endpoint);
	d->at = host_steady(&bus->host);
	bus->dial_count++;
	return ERR_OK;
}

/* Full jitter: services that lost the same peer do not come back in step. */
void dial_pause(struct bus *bus, struct dial *d)
{
	zsock_destroy(&d->socket);
	d->state = DIAL_PAUSED;
	d->is_lost = false;
	d->at = host_steady(&bus->host) + (1 + randombytes_uniform(d->pause_ms)) * INT64_C(1000);
	d->pause_ms = d->pause_ms * 2 < BUS_PAUSE_MAX_MS ? d->pause_ms * 2 : BUS_PAUSE_MAX_MS;
}

static void dial_try(struct bus *bus, struct dial *d, time_us now)
{
	d->socket = zsock_new(ZMQ_DEALER);
	if (d->socket == NULL) { /* no descriptor left: later there may be */
		dial_pause(bus, d);
		return;
	}
	socket_setup(d->socket);
	zsock_set_immediate(d->socket, 1); /* nothing is queued for a peer that is not there */
	zsock_set_reconnect_ivl(d->socket, -1);
	if (zsock_connect(d->socket, "%s", d->endpoint) != 0) {
		dial_pause(bus, d);
		return;
	}
	d->number = ++bus->table.given << 16 | DIALLED | (uint64_t)(d - bus->dials);
	d->state = DIAL_TRYING;
	/* Nobody there is known at once, and not told: a slow peer gets more time with every try. */
	d->at = now + (BUS_TRY_MS + 2 * d->pause_ms) * INT64_C(1000);
}

void dial_connected(struct bus *bus, struct dial *d)
{
	assert(d->state == DIAL_TRYING);
	d->state = DIAL_UP;
	bus->is_busy = true;
	bus->calls.up(bus->calls.self, d->number, str_of(d->name), true);
}

/* Over: paused first, so that the callback finds the link gone. */
static void tell_down(struct bus *bus, struct dial *d)
{
	uint64_t number = d->number;

	dial_pause(bus, d);
	bus->is_busy = true;
	bus->calls.down(bus->calls.self, number);
}

void dials_tend(struct bus *bus, time_us now, time_us *next)
{
	for (size_t i = 0; i < bus->dial_count; i++) {
		struct dial *d = &bus->dials[i];

		/* A lost connection takes its queue along, and then there is nowhere to write. */
		if (d->state == DIAL_UP && (d->is_lost || (zsock_events(d->socket) & ZMQ_POLLOUT) == 0)) {
			/* What the peer said before it went is still to be read. */
			if ((zsock_events(d->socket) & ZMQ_POLLIN) == 0 || d->is_lost)
				tell_down(bus, d);
		} else if (d->state == DIAL_TRYING && now >= d->at) {
			dial_pause(bus, d);
		} else if (d->state == DIAL_PAUSED && now >= d->at) {
			dial_try(bus, d, now);
		}
		if (d->state != DIAL_UP && d->at < *next)
			*next = d->at;
		if (d->state == DIAL_UP && now + BUS_LOOK_MS * INT64_C(1000) < *next)
			*next = now + BUS_LOOK_MS * INT64_C(1000);
	}
}

uint32_t dial_read(struct bus *bus, struct dial *d, uint32_t max)
{
	uint64_t number = d->number;
	uint32_t count = 0;
	struct message m;

	/* A callback may drop the link: then there is another number or no socket. */
	while (count < max && d->state == DIAL_UP && d->number == number &&
		message_take(d->socket, false, &m)) {
		struct frames frames = message_frames(&m);

		bus->is_busy = true;
		if (m.is_endless) {
			bus_log_endless(d->endpoint);
			tell_down(bus, d); /* closing the socket throws the rest away */
		} else {
			bus->calls.frames(bus->calls.self, number, &frames);
		}
		message_clear(&m);
		count++;
	}
	return count;
}
