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
#include "bus/bus_tcp.h"

enum { DIALLED = 0x8000, SLOT_MASK = 0xffff };

struct dial *dial_get(struct bus *bus, uint64_t number)
{
	size_t slot = number & SLOT_MASK & ~(uint64_t)DIALLED;

	if ((number & DIALLED) == 0 || slot >= bus->dial_count || bus->dials[slot].number != number)
		return NULL;
	return bus->dials[slot].state == DIAL_UP ? &bus->dials[slot] : NULL;
}

static struct dial *dial_named(const struct bus *bus, const char *name)
{
	for (size_t i = 0; i < bus->dial_count; i++) {
		const struct dial *d = &bus->dials[i];

		if (d->state != DIAL_NONE && strcmp(d->name, name) == 0)
			return (struct dial *)d;
	}
	return NULL;
}

/* A free slot, with the name and whom to dial from now on. */
static enum err dial_add(struct bus *bus, const char *name, const char *endpoint,
	const struct bus_patience *patience, struct dial **ret)
{
	struct dial *d = bus->dials;

	while (d < bus->dials + bus->dial_count && d->state != DIAL_NONE)
		d++;
	if (d == bus->dials + BUS_DIALS_MAX)
		return ERR_LIMIT;
	if (strlen(name) >= sizeof d->name || strlen(endpoint) >= sizeof d->endpoint)
		return ERR_INVALID;
	*d = (struct dial) {
		.state = DIAL_PAUSED,
		.patience = *patience,
		.pause_ms = patience->pause_min_ms,
		.at = host_steady(&bus->host),
	};
	(void)snprintf(d->name, sizeof d->name, "%s", name);
	(void)snprintf(d->endpoint, sizeof d->endpoint, "%s", endpoint);
	if (d == bus->dials + bus->dial_count)
		bus->dial_count++;
	*ret = d;
	return ERR_OK;
}

enum err bus_dial(struct bus *bus, const char *name, const char *endpoint)
{
	const struct bus_patience patience = { BUS_PAUSE_MIN_MS, BUS_PAUSE_MAX_MS, 0 };
	struct dial *d;

	if (strncmp(endpoint, "ipc:///", 7) != 0 && strncmp(endpoint, "inproc://", 9) != 0)
		return ERR_INVALID;
	if (endpoint[1] == 'p' && strlen(endpoint) - strlen("ipc://") > BUS_PATH_MAX)
		return ERR_INVALID;
	return dial_add(bus, name, endpoint, &patience, &d);
}

enum err bus_dial_curve(struct bus *bus, const char *name, const char *endpoint,
	const struct curve_key *servers, uint32_t count)
{
	const struct bus_patience patience = { TCP_PAUSE_MIN_MS, TCP_PAUSE_MAX_MS, TCP_HANDSHAKE_MS };
	struct dial *d = dial_named(bus, name);
	enum err e;

	assert(count >= 1 && count <= BUS_SERVER_KEYS_MAX);
	if (!bus->has_own)
		return ERR_STATE;
	if (!tcp_is_endpoint(endpoint) || strlen(endpoint) >= sizeof d->endpoint)
		return ERR_INVALID;
	if (d == NULL) {
		e = dial_add(bus, name, endpoint, &patience, &d);
		if (e != ERR_OK)
			return e;
	}
	/* Known keys stay in use where they are good: a next key that is published cuts no connection. */
	if (d->server_count != count || memcmp(d->servers, servers, count * sizeof servers[0]) != 0) {
		memcpy(d->servers, servers, count * sizeof servers[0]);
		d->server_count = count;
		d->server = d->tried = 0;
		if (d->state == DIAL_PAUSED)
			d->at = host_steady(&bus->host);
	}
	if (strcmp(d->endpoint, endpoint) != 0) {
		(void)snprintf(d->endpoint, sizeof d->endpoint, "%s", endpoint);
		bus_redial(bus, name);
	}
	return ERR_OK;
}

void bus_dial_patience(struct bus *bus, const char *name, const struct bus_patience *patience)
{
	struct dial *d = dial_named(bus, name);

	assert(d != NULL && patience->pause_min_ms > 0);
	d->patience = *patience;
	if (d->pause_ms < patience->pause_min_ms)
		d->pause_ms = patience->pause_min_ms;
	if (d->pause_ms > patience->pause_max_ms)
		d->pause_ms = patience->pause_max_ms;
}

void bus_redial(struct bus *bus, const char *name)
{
	struct dial *d = dial_named(bus, name);

	assert(d != NULL);
	d->is_lost = d->state == DIAL_UP; /* told with the next wait */
	if (d->state != DIAL_UP)
		d->at = host_steady(&bus->host);
}

void bus_undial(struct bus *bus, const char *name)
{
	struct dial *d = dial_named(bus, name);

	if (d == NULL)
		return;
	dial_close(d);
	*d = (struct dial) { .state = DIAL_NONE };
}

const char *bus_dial_trouble(const struct bus *bus, const char *name, time_us *ret_since)
{
	const struct dial *d = dial_named(bus, name);

	if (d == NULL || d->trouble == NULL)
		return NULL;
	*ret_since = d->trouble_at;
	return d->trouble;
}

void dial_close(struct dial *d)
{
	lookup_end(&d->lookup);
	monitor_close(&d->monitor, d->socket);
	zsock_destroy(&d->socket);
	d->flow = (struct flow) { .fd = -1 };
	d->is_marked = false;
}

/* A handshake that failed may have been with the other of the server's keys: that one is tried at once. */
static bool is_other_key_due(struct dial *d)
{
	if (d->state != DIAL_TRYING || !d->is_shaking)
		return false;
	d->server = (d->server + 1) % d->server_count;
	d->tried++;
	if (d->tried < d->server_count)
		return true;
	d->tried = 0;
	return false;
}

/* Full jitter: services that lost the same peer do not come back in step. */
void dial_pause(struct bus *bus, struct dial *d, const char *trouble)
{
	bool is_soon = is_other_key_due(d);
	uint32_t longest = is_soon ? d->patience.pause_min_ms : d->pause_ms;

	dial_close(d);
	if (d->trouble == NULL)
		d->trouble_at = host_wall(&bus->host);
	d->trouble = trouble;
	d->state = DIAL_PAUSED;
	d->is_lost = false;
	d->at = host_steady(&bus->host) + (1 + randombytes_uniform(longest)) * INT64_C(1000);
	if (is_soon)
		return;
	d->pause_ms =
		d->pause_ms * 2 < d->patience.pause_max_ms ? d->pause_ms * 2 : d->patience.pause_max_ms;
}

/* NULL: no descriptor left; later there may be. */
static zsock_t *socket_of(struct bus *bus, struct dial *d)
{
	zsock_t *socket = zsock_new(ZMQ_DEALER);

	if (socket == NULL)
		return NULL;
	socket_setup(socket);
	zsock_set_immediate(socket, 1); /* nothing is queued for a peer that is not there */
	zsock_set_reconnect_ivl(socket, -1);
	if (d->server_count == 0)
		return socket;
	tcp_setup_dialer(socket, &bus->own, &d->servers[d->server], d->patience.handshake_ms);
	d->monitor = monitor_open(socket, MONITOR_DIAL);
	if (d->monitor == NULL)
		zsock_destroy(&socket);
	return socket;
}

static void dial_try(struct bus *bus, struct dial *d, const char *endpoint, time_us now)
{
	/* Nobody there is known at once, and not told on ipc: a slow peer gets more time with every try. */
	uint32_t within_ms = d->server_count > 0 ? TCP_CONNECT_MS + d->patience.handshake_ms
											 : BUS_TRY_MS + 2 * d->pause_ms;

	d->number = ++bus->table.given << 16 | DIALLED | (uint64_t)(d - bus->dials);
	d->is_shaking = false;
	d->socket = socket_of(bus, d);
	if (d->socket == NULL || zsock_connect(d->socket, "%s", endpoint) != 0) {
		dial_pause(bus, d, "tidak_terhubung");
		return;
	}
	d->state = DIAL_TRYING;
	d->at = now + within_ms * INT64_C(1000);
}

static void dial_begin(struct bus *bus, struct dial *d, time_us now)
{
	if (d->server_count == 0 || !lookup_is_due(d->endpoint)) {
		dial_try(bus, d, d->endpoint, now);
		return;
	}
	d->lookup = lookup_begin(d->endpoint);
	if (d->lookup == NULL) {
		dial_pause(bus, d, "tidak_terhubung");
		return;
	}
	d->state = DIAL_LOOKING;
	d->at = now + TCP_CONNECT_MS * INT64_C(1000);
}

static void dial_look_up(struct bus *bus, struct dial *d, time_us now)
{
	char endpoint[BUS_ENDPOINT_MAX];
	enum lookup_state state = lookup_look(d->lookup, d->looked, endpoint);

	if (state == LOOKUP_RUNS && now < d->at)
		return;
	if (state == LOOKUP_FOUND) {
		lookup_end(&d->lookup);
		d->looked++;
		dial_try(bus, d, endpoint, now);
		return;
	}
	dial_pause(bus, d, "alamat_tidak_dikenal");
}

/* When the dial wants to be looked at again. */
static time_us dial_wake(const struct dial *d, time_us now)
{
	switch (d->state) {
	case DIAL_NONE:
		return INT64_MAX;
	case DIAL_PAUSED:
	case DIAL_TRYING:
		return d->at;
	case DIAL_LOOKING:
		return now + TCP_LOOK_MS * INT64_C(1000);
	case DIAL_UP:
		return now + BUS_LOOK_MS * INT64_C(1000);
	}
	return d->at;
}

void dial_look(struct bus *bus, struct dial *d)
{
	const char *trouble = NULL;
	int fd = -1;

	assert(d->state == DIAL_TRYING);
	if (d->monitor != NULL)
		trouble = monitor_trouble(d->monitor, &d->is_shaking, &fd);
	if (fd >= 0)
		(void)flow_begin(&d->flow, fd, host_steady(&bus->host));
	if ((zsock_events(d->socket) & ZMQ_POLLOUT) != 0) {
		d->state = DIAL_UP;
		d->trouble = NULL;
		d->tried = 0;
		bus->is_busy = true;
		bus->calls.up(bus->calls.self, d->number, str_of(d->name), true);
		return;
	}
	if (trouble != NULL)
		dial_pause(bus, d, trouble);
}

/* Over: paused first, so that the callback finds the link gone. */
static void tell_down(struct bus *bus, struct dial *d, const char *trouble)
{
	uint64_t number = d->number;

	dial_pause(bus, d, trouble);
	bus->is_busy = true;
	bus->calls.down(bus->calls.self, number);
}

void dials_tend(struct bus *bus, time_us now, time_us *next)
{
	for (size_t i = 0; i < bus->dial_count; i++) {
		struct dial *d = &bus->dials[i];

		/* A lost connection takes its queue along, and then there is nowhere to write. */
		if (d->state == DIAL_UP && (d->is_lost || (zsock_events(d->socket) & ZMQ_POLLOUT) == 0)) {
			/* Without room to write because the queue is full there may be something to read yet. */
			if ((zsock_events(d->socket) & ZMQ_POLLIN) == 0 || d->is_lost)
				tell_down(bus, d, "sambungan_putus");
		} else if (d->state == DIAL_TRYING && now >= d->at) {
			dial_pause(bus, d, d->is_shaking ? "belum_dijawab" : "tidak_terhubung");
		} else if (d->state == DIAL_PAUSED && now >= d->at) {
			dial_begin(bus, d, now);
		} else if (d->state == DIAL_LOOKING) {
			dial_look_up(bus, d, now);
		}
		if (dial_wake(d, now) < *next)
			*next = dial_wake(d, now);
	}
}

void dials_mark(struct bus *bus)
{
	for (size_t i = 0; i < bus->dial_count; i++) {
		struct dial *d = &bus->dials[i];

		if (d->state == DIAL_UP && !d->is_marked && d->flow.cookie != 0)
			d->is_marked = flow_mark(&d->flow);
	}
}

/* Closing the socket throws away what is held of the message. */
static void tell_endless(struct bus *bus, struct dial *d)
{
	bus_log_endless(d->endpoint, d->name);
	if (bus->calls.endless != NULL)
		bus->calls.endless(bus->calls.self, d->number, str_of(d->name));
	if (d->state == DIAL_UP)
		tell_down(bus, d, "kiriman_tanpa_akhir");
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
		if (d->flow.cookie != 0)
			flow_took(&d->flow, &m);
		if (m.is_endless)
			tell_endless(bus, d);
		else
			bus->calls.frames(bus->calls.self, number, &frames);
		message_clear(&m);
		count++;
	}
	if (d->is_marked && count < max && d->state == DIAL_UP && d->number == number) {
		d->is_marked = false;
		if (flow_is_endless(&d->flow))
			tell_endless(bus, d);
	}
	return count;
}
