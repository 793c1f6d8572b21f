/* Reading from listeners: whose message it is, and the links that peers make. */
#include "bus/bus_parts.h"

#include <assert.h>
#include <string.h>

#include "bus/bus_log.h"
#include "bus/bus_tcp.h"
#include "bus/tcp_count.h"

enum { SEEN_LATE_MS = 2000 }; /* a connection is seen by us after it was let in */

static void tell_down(struct bus *bus, struct link *l)
{
	uint64_t number = l->number;

	links_forget(&bus->table, l);
	bus->is_busy = true;
	bus->calls.down(bus->calls.self, number);
}

/* Only ids that ROUTER made: one that a peer chose could be another's tomorrow. */
static bool is_address(zframe_t *address)
{
	return zframe_size(address) == BUS_ADDRESS_BYTES && zframe_data(address)[0] == 0;
}

/* The link of a message; a first message makes one. */
static struct link *link_of(struct bus *bus, struct listener *from, struct message *m,
	const struct bus_guest *guest)
{
	struct link *l = links_find(&bus->table, from, m->address);
	uint64_t number;

	if (l != NULL)
		return l;
	l = links_add(&bus->table, from, &m->address, host_steady(&bus->host));
	if (l == NULL) {
		struct link *oldest = links_oldest(&bus->table);

		bus_log_full(BUS_LINKS_MAX);
		tell_down(bus, oldest);
		l = links_add(&bus->table, from, &m->address, host_steady(&bus->host));
	}
	assert(l != NULL);
	l->guest = *guest;
	number = l->number;
	bus->calls.up(bus->calls.self, number, str_of(l->guest.name), false);
	return links_get(&bus->table, number);
}

/* libzmq cannot end one connection of a socket, only all of them. */
static void cut_soon(struct bus *bus)
{
	if (bus->cut_at == 0)
		bus->cut_at = host_steady(&bus->host) + TCP_CUT_MS * INT64_C(1000);
}

/* Revoked, or no longer listed: the session may say a last word. */
static void refuse_link(struct bus *bus, struct link *l)
{
	uint64_t number = l->number;

	bus_log_refused(l->guest.name);
	bus->is_busy = true;
	if (bus->calls.refused != NULL)
		bus->calls.refused(bus->calls.self, number);
	l = links_get(&bus->table, number);
	if (l != NULL)
		tell_down(bus, l);
}

/* Whoever was let in at the handshake is asked for again with each message: the connection outlives the list. */
static bool is_welcome(struct bus *bus, struct listener *from, struct message *m,
	struct bus_guest *ret)
{
	struct link *l = links_find(&bus->table, from, m->address);

	if (!tcp_guest(m, ret) ||
		(l != NULL &&
			(strcmp(l->guest.name, ret->name) != 0 ||
				memcmp(&l->guest.key, &ret->key, sizeof ret->key) != 0))) {
		bus_log_nameless(from->endpoint);
		if (l != NULL)
			tell_down(bus, l);
		return false;
	}
	if (zap_state(bus->zap, &ret->key) == GUEST_ALLOWED)
		return true;
	if (l != NULL)
		refuse_link(bus, l);
	cut_soon(bus);
	return false;
}

/* Whose a connection is that has not said a word: of those who were let in from its address since it came, if they are
 * one. */
static void name_silent(struct bus *bus, const struct flow *flow, struct bus_guest *ret)
{
	time_us age = host_steady(&bus->host) - flow->begun_at;
	char address[TCP_ADDRESS_MAX];

	if (!tcp_address(flow->fd, address) ||
		!zap_admitted(bus->zap, address, age / 1000 + SEEN_LATE_MS, ret->name))
		ret->name[0] = '\0';
}

/* Said before the link is gone, so that who is meant can be found; what libzmq still has of it goes with the
 * connection. */
static void end_endless(struct bus *bus, struct listener *from, struct flow *flow, struct link *l)
{
	uint64_t number = l == NULL ? 0 : l->number;
	struct bus_guest guest = l == NULL ? (struct bus_guest) { .name = "" } : l->guest;

	if (l == NULL && flow != NULL)
		name_silent(bus, flow, &guest);
	bus_log_endless(from->endpoint, guest.name);
	bus->is_busy = true;
	if (flow != NULL)
		flow_cut(flow);
	if (from->is_tcp)
		zap_pause(bus->zap, guest.name);
	if (from->is_tcp && bus->calls.endless != NULL)
		bus->calls.endless(bus->calls.self, number, str_of(guest.name));
	l = links_get(&bus->table, number);
	if (l != NULL)
		tell_down(bus, l);
}

/* What the kernel counts of the link's connection, which its first message tells. */
static struct flow *flow_of(struct link *l, const struct message *m, time_us now)
{
	struct flow_table *t = &l->listener->flows;
	struct flow *flow;

	if (l->fd >= 0 && (size_t)l->fd < t->room && t->rows[l->fd].link == l->number)
		return &t->rows[l->fd];
	flow = flows_of(t, flow_fd(m), now);
	if (flow == NULL)
		return NULL;
	l->fd = flow->fd;
	flow->link = l->number;
	return flow;
}

static void hand_up(struct bus *bus, struct listener *from, struct message *m)
{
	struct bus_guest guest = { .name = "" };
	struct link *l;
	struct flow *flow;
	struct frames frames = message_frames(m);

	bus->is_busy = true;
	if (!is_address(m->address))
		return;
	if (from->is_tcp && !is_welcome(bus, from, m, &guest))
		return;
	if (m->is_endless && !from->is_tcp) {
		l = links_find(&bus->table, from, m->address);
		end_endless(bus, from, NULL, l);
		return;
	}
	l = link_of(bus, from, m, &guest);
	if (l == NULL)
		return; /* dropped while it was told */
	l->heard_at = host_steady(&bus->host);
	flow = from->is_tcp ? flow_of(l, m, l->heard_at) : NULL;
	if (flow != NULL)
		flow_took(flow, m);
	if (m->is_endless) {
		end_endless(bus, from, flow, l);
		return;
	}
	bus->calls.frames(bus->calls.self, l->number, &frames);
}

/* Either nothing whole is left in the socket, or it has handed out more messages than it can have connections, which
 * take turns: then whoever gave none has none. */
static void listener_judge(struct bus *bus, struct listener *l, bool is_of_silent)
{
	l->is_marked = false;
	for (size_t i = 0; i < l->flows.room; i++) {
		struct flow *flow = &l->flows.rows[i];

		if (flow->cookie == 0 || (is_of_silent && flow->whole > flow->whole_marked))
			continue;
		if (flow_is_endless(flow))
			end_endless(bus, l, flow, links_get(&bus->table, flow->link));
	}
}

uint32_t listener_read(struct bus *bus, struct listener *l, uint32_t max)
{
	uint32_t count = 0;
	struct message m;

	if (l->socket == NULL)
		return 0;
	if (l->is_draining)
		l->is_draining = !message_drain(l->socket, BUS_DRAIN_PARTS);
	while (count < max && !l->is_draining && message_take(l->socket, true, &m)) {
		l->is_draining = m.is_endless;
		hand_up(bus, l, &m);
		message_clear(&m);
		count++;
	}
	l->since_mark += count;
	if (l->is_marked && (l->since_mark > BUS_LINKS_MAX || (count < max && !l->is_draining)))
		listener_judge(bus, l, l->since_mark > BUS_LINKS_MAX);
	return count;
}

static void listener_mark(struct listener *l, time_us now)
{
	int fd;

	while ((fd = monitor_accepted(l->monitor)) >= 0)
		(void)flows_of(&l->flows, fd, now);
	for (size_t i = 0; i < l->flows.room; i++) {
		struct flow *flow = &l->flows.rows[i];

		if (flow->cookie != 0 && !flow_mark(flow))
			flow->cookie = 0; /* it has ended */
	}
	l->is_marked = true;
	l->since_mark = 0;
}

void listeners_mark(struct bus *bus, time_us now)
{
	for (size_t i = 0; i < bus->listener_count; i++) {
		struct listener *l = &bus->listeners[i];

		if (l->is_tcp && l->socket != NULL && !l->is_marked)
			listener_mark(l, now);
	}
}

void links_refuse(struct bus *bus)
{
	for (size_t i = 0; i < BUS_LINKS_MAX; i++) {
		struct link *l = &bus->table.links[i];

		if (l->number == 0 || !l->listener->is_tcp ||
			zap_state(bus->zap, &l->guest.key) == GUEST_ALLOWED)
			continue;
		refuse_link(bus, l);
		cut_soon(bus);
	}
}

void links_end(struct bus *bus)
{
	for (size_t i = 0; i < BUS_LINKS_MAX; i++) {
		struct link *l = &bus->table.links[i];

		if (l->number != 0 && l->listener->is_tcp)
			tell_down(bus, l);
	}
}
