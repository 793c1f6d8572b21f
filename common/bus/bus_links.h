/* bus_links - the connections that peers made to our listeners, by routing id and by number */
#ifndef BUS_BUS_LINKS_H
#define BUS_BUS_LINKS_H

#include <czmq.h>

#include "bus/bus.h"
#include "bus/bus_flow.h"

enum {
	BUS_BUCKETS = 2048, /* a power of two */
	BUS_ENDPOINT_MAX = 256,
};

struct listener {
	zsock_t *socket;
	char endpoint[BUS_ENDPOINT_MAX];
	int lock_fd; /* -1: not ipc */
	bool is_tcp;
	bool is_draining; /* within the rest of an endless message */
	/* Over TCP: who connected, and what came in of each. */
	zsock_t *monitor;
	struct flow_table flows;
	bool is_marked; /* what came in was noted, and is judged once all that is whole was taken */
	uint32_t since_mark; /* messages taken */
	/* Without a socket: since when, when to bind it anew, and whether an operator was told. */
	time_us unbound_at, bind_at;
	bool is_told;
};

/* The peer of a TCP connection, by the word of our ZAP actor. */
struct bus_guest {
	char name[BUS_NAME_MAX];
	struct curve_key key;
};

/* A connection that a peer made to one of our listeners. */
struct link {
	uint64_t number; /* 0: the slot is free */
	zframe_t *address;
	struct listener *listener;
	struct link *next; /* in its bucket */
	time_us heard_at;
	bool is_lost;           /* a send found nobody; told at the next wait */
	struct bus_guest guest; /* name "": not over TCP */
	int fd;                 /* of its flow; -1: none */
};

/* The links by routing id, under a keyed hash: a peer cannot choose its bucket. */
struct link_table {
	struct link links[BUS_LINKS_MAX];
	struct link *buckets[BUS_BUCKETS];
	uint8_t key[16];
	uint64_t given; /* numbers, ever */
};

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

#endif
