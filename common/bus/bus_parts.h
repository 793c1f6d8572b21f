/* bus_parts - what the files of the bus share, and nobody else */
#ifndef BUS_BUS_PARTS_H
#define BUS_BUS_PARTS_H

#include <czmq.h>

#include "base/host.h"
#include "bus/bus.h"

enum {
	BUS_LISTENERS_MAX = 4,
	BUS_DIALS_MAX = 64,
	BUS_WATCHES_MAX = 16,
	BUS_ENDPOINT_MAX = 256,
	BUS_PATH_MAX = 107,        /* of an ipc socket: sockaddr_un */
	BUS_ADDRESS_BYTES = 5,     /* a routing id that ROUTER made: a zero byte and four of chance */
	BUS_BUCKETS = 2048,        /* of the table of links; a power of two */
	BUS_TURN_MESSAGES = 32,    /* read from one socket before the next has its turn */
	BUS_DRAIN_PARTS = 1024,    /* thrown away of an endless message in one turn */
	BUS_QUEUE_MESSAGES = 8192, /* high-water mark of each direction of a connection */
	BUS_FRAME_BYTES = 2 * 1024 * 1024,
	BUS_LINGER_MS = 2000,  /* the last replies leave; an absent peer does not hold us */
	BUS_LOOK_MS = 250,     /* how often dialled links are looked at */
	BUS_TRY_MS = 100,      /* a dialled socket that is not connected by then is made anew */
	BUS_PAUSE_MIN_MS = 50, /* between two dials of a local endpoint */
	BUS_PAUSE_MAX_MS = 2000,
	BUS_PARTS = 3, /* header, body, payload */
};

/* One message, whole. Parts that are absent are NULL. */
struct message {
	zframe_t *address; /* from a ROUTER */
	zframe_t *parts[BUS_PARTS];
	bool is_endless; /* it had more parts; the rest is still in the socket */
};

struct listener {
	zsock_t *socket;
	char endpoint[BUS_ENDPOINT_MAX];
	int lock_fd;      /* -1: inproc */
	bool is_draining; /* within the rest of an endless message */
};

/* A connection that a peer made to one of our listeners. */
struct link {
	uint64_t number; /* 0: the slot is free */
	zframe_t *address;
	struct listener *listener;
	struct link *next; /* in its bucket */
	time_us heard_at;
	bool is_lost; /* a send found nobody; told at the next wait */
};

/* The links by routing id, under a keyed hash: a peer cannot choose its bucket. */
struct link_table {
	struct link links[BUS_LINKS_MAX];
	struct link *buckets[BUS_BUCKETS];
	uint8_t key[16];
	uint64_t given; /* numbers, ever */
};

enum dial_state { DIAL_PAUSED, DIAL_TRYING, DIAL_UP };

/* A connection that we keep. */
struct dial {
	char name[BUS_NAME_MAX];
	char endpoint[BUS_ENDPOINT_MAX];
	enum dial_state state;
	zsock_t *socket; /* NULL while paused */
	uint64_t number; /* of the present link; new with each socket */
	time_us at;      /* paused: when to dial; trying: when to give up */
	uint32_t pause_ms;
	bool is_lost;
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
	bool has_lost; /* some link is_lost */
	bool is_busy;  /* a callback was made in this wait */
	size_t turn;   /* the socket that is read first */
	int signal_fd;
	uint32_t signals_seen;
};

/* bus_message.c: one whole message in or out, never waiting. */
bool message_take(zsock_t *from, bool has_address, struct message *ret);
void message_clear(struct message *m);
struct frames message_frames(const struct message *m);
/* Throws parts away up to the end of the message, at most max; false: there are more. */
bool message_drain(zsock_t *from, uint32_t max);
/* ERR_UNAVAILABLE: nobody there, or no room. address NULL: a DEALER. */
enum err message_send(zsock_t *to, zframe_t *address, const struct frames *frames);
void socket_setup(zsock_t *socket);

/* bus_links.c */
void links_init(struct link_table *t);
void links_clear(struct link_table *t);
struct link *links_find(struct link_table *t, const struct listener *listener, zframe_t *address);
/* NULL: the table is full. Takes the address. */
struct link *links_add(struct link_table *t, struct listener *listener, zframe_t **address,
	time_us now);
struct link *links_get(struct link_table *t, uint64_t number);
void links_forget(struct link_table *t, struct link *l);
/* The one that was silent longest; the table is not empty. */
struct link *links_oldest(struct link_table *t);

/* bus_listen.c; the read functions return the number of messages. */
uint32_t listener_read(struct bus *bus, struct listener *l, uint32_t max);
void listener_close(struct listener *l);

/* bus_dial.c */
struct dial *dial_get(struct bus *bus, uint64_t number);
/* Dials what is due, sees who went away; lowers *next to the moment it wants. */
void dials_tend(struct bus *bus, time_us now, time_us *next);
void dial_connected(struct bus *bus, struct dial *d);
void dial_pause(struct bus *bus, struct dial *d);
uint32_t dial_read(struct bus *bus, struct dial *d, uint32_t max);

/* bus_signal.c: -1 when there is no descriptor left. */
int signals_open(uint32_t *ret_seen);
/* A signal that this bus has not told yet, or 0. */
int signals_next(int fd, uint32_t *seen);

#endif
