/* One poll over the signal descriptor, the watched descriptors and all sockets,
 * then every ready one has its bounded turn. */
#include "bus/bus_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

/* A dial that is being tried over TCP has a monitor besides. */
enum {
	ITEMS_MAX = 1 + BUS_WATCHES_MAX + BUS_LISTENERS_MAX + 2 * BUS_DIALS_MAX,
	/* In libzmq since 4.2.3, in its header only with the drafts. Otherwise each part lies in the buffer of 8 KiB that
	 * it was read into and keeps it: forty bytes on the line would be held as two hundred times as many. */
	OPTION_ZERO_COPY_RECV = 10,
};

/* czmq makes its context with the first socket, and looks without a lock whether somebody has; and it would put
 * signal handlers of its own. Done once, for all threads that have a bus. */
static void czmq_begin(void)
{
	void *context;
	int failed;

	zsys_handler_set(NULL);
	context = zsys_init();
	assert(context != NULL);
	failed = zmq_ctx_set(context, OPTION_ZERO_COPY_RECV, 0);
	assert(failed == 0);
}

struct bus *bus_open(const struct bus_calls *calls)
{
	static pthread_once_t czmq_begun = PTHREAD_ONCE_INIT;
	struct bus *bus = calloc(1, sizeof *bus);

	if (bus == NULL || sodium_init() < 0)
		abort();
	assert(calls->up != NULL && calls->frames != NULL && calls->down != NULL);
	bus->calls = *calls;
	bus->host = host_system();
	bus->signal_fd = signals_open(&bus->signals_seen);
	if (bus->signal_fd < 0) {
		free(bus);
		return NULL;
	}
	(void)pthread_once(&czmq_begun, czmq_begin);
	links_init(&bus->table);
	return bus;
}

void bus_close(struct bus **bus)
{
	struct bus *self = *bus;

	if (self == NULL)
		return;
	links_clear(&self->table);
	for (size_t i = 0; i < self->dial_count; i++)
		dial_close(&self->dials[i]);
	for (size_t i = 0; i < self->listener_count; i++)
		listener_close(&self->listeners[i]);
	(void)close(self->signal_fd);
	sodium_memzero(&self->own, sizeof self->own);
	free(self);
	*bus = NULL;
}

void bus_identity(struct bus *bus, const struct curve_pair *own, struct zap *zap)
{
	assert(zap != NULL || bus->zap == NULL); /* listeners would be without one */
	bus->is_rebinding = bus->has_own;
	bus->own = *own;
	bus->has_own = true;
	bus->zap = zap;
}

void bus_cut(struct bus *bus)
{
	bus->is_cutting = true;
}

enum err bus_watch(struct bus *bus, int fd, void (*ready)(void *self, int fd), void *self)
{
	if (bus->watch_count == BUS_WATCHES_MAX)
		return ERR_LIMIT;
	bus->watches[bus->watch_count++] = (struct watch) { fd, ready, self };
	return ERR_OK;
}

/* The flow of a link over TCP; NULL: it has none. */
static struct flow *flow_of(struct dial *d, struct link *l)
{
	struct flow *flow = NULL;

	if (d != NULL)
		flow = &d->flow;
	else if (l != NULL && l->fd >= 0 && (size_t)l->fd < l->listener->flows.room)
		flow = &l->listener->flows.rows[l->fd];
	return flow != NULL && flow->cookie != 0 && (l == NULL || flow->link == l->number) ? flow
																					   : NULL;
}

uint64_t bus_held(struct bus *bus, uint64_t link)
{
	struct flow *flow = flow_of(dial_get(bus, link), links_get(&bus->table, link));

	return flow == NULL ? 0 : flow_held(flow);
}

/* A link that takes nothing is told to be down at the next wait, never from within a send: the
 * session that is sending is still on the stack. */
enum err bus_send(struct bus *bus, uint64_t link, const struct frames *frames)
{
	struct dial *d = dial_get(bus, link);
	struct link *l = links_get(&bus->table, link);
	struct flow *flow;
	enum err e;

	if ((d == NULL || d->is_lost) && (l == NULL || l->is_lost))
		return ERR_UNAVAILABLE;
	flow = flow_of(d, l);
	if (flow != NULL && !flow_has_room(flow))
		e = ERR_UNAVAILABLE;
	else
		e = d != NULL ? message_send(d->socket, NULL, frames)
					  : message_send(l->listener->socket, l->address, frames);
	if (e == ERR_OK) {
		if (flow != NULL)
			flow_said(flow, frames);
		return ERR_OK;
	}
	bus->has_lost = true;
	if (d != NULL)
		d->is_lost = true;
	else
		l->is_lost = true;
	return e;
}

/* The connection is the peer's to end, and its last words are to be read; but nobody waits for one that reads nothing,
 * with all that was sent to it in libzmq. */
static void link_end(struct bus *bus, struct link *l)
{
	struct flow *flow = flow_of(NULL, l);

	if (flow != NULL && flow_held(flow) > FLOW_LEFT_MAX)
		flow_cut(flow);
	links_forget(&bus->table, l);
}

void bus_drop(struct bus *bus, uint64_t link)
{
	struct dial *d = dial_get(bus, link);
	struct link *l = links_get(&bus->table, link);

	if (d != NULL)
		dial_pause(bus, d, "sambungan_putus");
	if (l != NULL)
		link_end(bus, l);
}

void bus_settled(struct bus *bus, uint64_t link)
{
	struct dial *d = dial_get(bus, link);

	if (d != NULL)
		d->pause_ms = d->patience.pause_min_ms;
}

static void tell_lost(struct bus *bus)
{
	if (!bus->has_lost)
		return;
	bus->has_lost = false;
	for (size_t i = 0; i < BUS_LINKS_MAX; i++) {
		struct link *l = &bus->table.links[i];
		uint64_t number = l->number;

		if (number == 0 || !l->is_lost)
			continue;
		link_end(bus, l);
		bus->is_busy = true;
		bus->calls.down(bus->calls.self, number);
	}
}

/* Here and not where it was asked for, which is within a callback of a socket that has to be closed. */
static void cut_links(struct bus *bus, time_us now, time_us *next)
{
	if (bus->is_cutting)
		links_refuse(bus);
	if (bus->is_rebinding || (bus->cut_at != 0 && now >= bus->cut_at)) {
		links_end(bus);
		listeners_rebind(bus, now);
		bus->cut_at = 0;
	}
	bus->is_rebinding = bus->is_cutting = false;
	if (bus->cut_at != 0 && bus->cut_at < *next)
		*next = bus->cut_at;
}

/* The items in the order: signals, watches, listeners, dials (a paused one has no descriptor). */
static int fill_items(const struct bus *bus, zmq_pollitem_t items[ITEMS_MAX])
{
	int n = 0;

	items[n++] = (zmq_pollitem_t) { .fd = bus->signal_fd, .events = ZMQ_POLLIN };
	for (size_t i = 0; i < bus->watch_count; i++)
		items[n++] = (zmq_pollitem_t) { .fd = bus->watches[i].fd, .events = ZMQ_POLLIN };
	for (size_t i = 0; i < bus->listener_count; i++) {
		if (bus->listeners[i].socket != NULL)
			items[n++] =
				(zmq_pollitem_t) { zsock_resolve(bus->listeners[i].socket), 0, ZMQ_POLLIN, 0 };
	}
	for (size_t i = 0; i < bus->dial_count; i++) {
		const struct dial *d = &bus->dials[i];
		short events = d->state == DIAL_TRYING ? ZMQ_POLLOUT : ZMQ_POLLIN;

		if (d->socket != NULL)
			items[n++] = (zmq_pollitem_t) { zsock_resolve(d->socket), 0, events, 0 };
		if (d->state == DIAL_TRYING && d->monitor != NULL)
			items[n++] = (zmq_pollitem_t) { zsock_resolve(d->monitor), 0, ZMQ_POLLIN, 0 };
	}
	return n;
}

static void see_watches(struct bus *bus, const zmq_pollitem_t *items)
{
	for (size_t i = 0; i < bus->watch_count; i++) {
		if (items[1 + i].revents == 0)
			continue;
		bus->is_busy = true;
		bus->watches[i].ready(bus->watches[i].self, bus->watches[i].fd);
	}
}

static void see_dials(struct bus *bus)
{
	for (size_t i = 0; i < bus->dial_count; i++) {
		if (bus->dials[i].state == DIAL_TRYING)
			dial_look(bus, &bus->dials[i]);
	}
}

static uint32_t read_socket(struct bus *bus, size_t i, uint32_t max)
{
	if (max > BUS_TURN_MESSAGES)
		max = BUS_TURN_MESSAGES;
	return i < bus->listener_count ? listener_read(bus, &bus->listeners[i], max)
								   : dial_read(bus, &bus->dials[i - bus->listener_count], max);
}

/* Rounds over all sockets, a bounded number from each, until a round finds nothing or it is enough. */
static void read_sockets(struct bus *bus, uint32_t max)
{
	size_t sockets = bus->listener_count + bus->dial_count;
	uint32_t total = 0;
	uint32_t round;

	do {
		round = 0;
		for (size_t i = 0; i < sockets && total < max; i++) {
			uint32_t count = read_socket(bus, (bus->turn + i) % sockets, max - total);

			round += count;
			total += count;
		}
		bus->turn++;
	} while (round > 0 && total < max);
}

static void mark_flows(struct bus *bus, time_us now)
{
	if (now < bus->mark_at)
		return;
	bus->mark_at = now + FLOW_LOOK_MS * INT64_C(1000);
	listeners_mark(bus, now);
	dials_mark(bus);
}

static long poll_ms(time_us until, time_us now)
{
	if (until <= now)
		return 0;
	return until - now > BUS_LOOK_MS * INT64_C(1000) ? BUS_LOOK_MS
													 : (long)((until - now + 999) / 1000);
}

enum err bus_wait(struct bus *bus, time_us until, uint32_t max_messages, int *ret_signal)
{
	zmq_pollitem_t items[ITEMS_MAX];
	time_us now;
	int n;

	bus->is_busy = false;
	*ret_signal = 0;
	do {
		time_us next = until;

		now = host_steady(&bus->host);
		cut_links(bus, now, &next);
		listeners_tend(bus, now, &next);
		dials_tend(bus, now, &next);
		tell_lost(bus);
		mark_flows(bus, now);
		n = fill_items(bus, items);
		if (zmq_poll(items, n, bus->is_busy ? 0 : poll_ms(next, now)) < 0 && zmq_errno() != EINTR)
			return ERR_IO;
		*ret_signal = signals_next(bus->signal_fd, &bus->signals_seen);
		see_watches(bus, items);
		see_dials(bus);
		read_sockets(bus, max_messages);
	} while (!bus->is_busy && *ret_signal == 0 && host_steady(&bus->host) < until);
	return ERR_OK;
}
