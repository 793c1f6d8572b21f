/* bus_parts - the bus as its own files see it, and nobody else */
#ifndef BUS_BUS_PARTS_H
#define BUS_BUS_PARTS_H

#include "base/host.h"
#include "bus/bus_dial.h"
#include "bus/bus_links.h"
#include "bus/bus_message.h"

enum {
	BUS_LISTENERS_MAX = 4,
	BUS_DIALS_MAX = 64,
	BUS_WATCHES_MAX = 16,
	BUS_PATH_MAX = 107,     /* of an ipc socket: sockaddr_un */
	BUS_ADDRESS_BYTES = 5,  /* a routing id that ROUTER made: a zero byte and four of chance */
	BUS_TURN_MESSAGES = 32, /* read from one socket before the next has its turn */
};

struct watch {
	int fd;
	void (*ready)(void *self, int fd);
	void *self;
};

struct bus {
	struct bus_calls calls;
	struct host host;
	struct listener listeners[BUS_LISTENERS_MAX];
	size_t listener_count;
	struct dial dials[BUS_DIALS_MAX];
	size_t dial_count;
	struct watch watches[BUS_WATCHES_MAX];
	size_t watch_count;
	struct link_table table;
	bool has_lost;         /* some link is_lost */
	struct curve_pair own; /* who we are on TCP */
	bool has_own;
	struct zap *zap;
	bool is_cutting, is_rebinding; /* asked for; done with the next wait */
	time_us cut_at;                /* when the TCP listeners are closed; 0: they are not */
	bool is_busy;                  /* a callback was made in this wait */
	size_t turn;                   /* the socket that is read first */
	time_us mark_at;               /* when flows are looked at next */
	int signal_fd;
	uint32_t signals_seen;
};

/* bus_bind.c */
void listener_close(struct listener *l);
/* Closes the sockets of the TCP listeners; listeners_tend binds them again. */
void listeners_rebind(struct bus *bus, time_us now);
void listeners_tend(struct bus *bus, time_us now, time_us *next);

/* bus_listen.c; the read functions return the number of messages. */
uint32_t listener_read(struct bus *bus, struct listener *l, uint32_t max);
/* Who connected is noted, and what came in of each. */
void listeners_mark(struct bus *bus, time_us now);
/* Ends the links of those who are not let in any more; their connections follow (cut_at). */
void links_refuse(struct bus *bus);
/* Tells the links of the TCP listeners to be down. */
void links_end(struct bus *bus);

/* bus_signal.c: -1 when there is no descriptor left. */
int signals_open(uint32_t *ret_seen);
/* A signal that this bus has not told yet, or 0. */
int signals_next(int fd, uint32_t *seen);

#endif
