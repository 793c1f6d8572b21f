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
	/* A frame over the limit ends a connection; that of the dialling side is above what a listener may send. */
	BUS_DIALLED_FRAME_BYTES = 4 * 1024 * 1024,
	BUS_LINGER_MS = 2000,  /* the last replies leave; an absent peer does not hold us */
	BUS_LOOK_MS = 250,     /* how often dialled links are looked at */
	BUS_TRY_MS = 100,      /* a dialled socket that is not connected by then is made anew */
	BUS_PAUSE_MIN_MS = 50, /* between two dials of a local endpoint */
	BUS_PAUSE_MAX_MS = 2000,
	TCP_PAUSE_MIN_MS = 1000, /* between two dials of another node */
	TCP_PAUSE_MAX_MS = 300 * 1000,
	TCP_CONNECT_MS = 10 * 1000,
	TCP_HANDSHAKE_MS = 8 * 1000,
	TCP_LOOK_MS = 10, /* between two looks whether a name was found */
	TCP_BIND_MS = 20, /* between two tries to bind an address anew */
	TCP_CUT_MS =
		500, /* a connection's unread messages go with it: a last word needs time to be read */
	TCP_UNBOUND_MS = 5000, /* without it for so long: an operator has to look */
	BUS_SERVER_KEYS = 2,
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
	int lock_fd; /* -1: not ipc */
	bool is_tcp;
	bool is_draining; /* within the rest of an endless message */
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
};

/* The links by routing id, under a keyed hash: a peer cannot choose its bucket. */
struct link_table {
	struct link links[BUS_LINKS_MAX];
	struct link *buckets[BUS_BUCKETS];
	uint8_t key[16];
	uint64_t given; /* numbers, ever */
};

enum dial_state { DIAL_NONE, DIAL_PAUSED, DIAL_LOOKING, DIAL_TRYING, DIAL_UP };

/* A connection that we keep. DIAL_NONE: the slot is free. */
struct dial {
	char name[BUS_NAME_MAX];
	char endpoint[BUS_ENDPOINT_MAX];
	enum dial_state state;
	struct bus_patience patience;
	const char *trouble; /* a code; NULL: none */
	time_us trouble_at;
	/* Over TCP; no keys: not. */
	struct curve_key servers[BUS_SERVER_KEYS];
	uint32_t server_count;
	uint32_t server;       /* the key of this try, and of the last good one */
	uint32_t tried;        /* keys in this round */
	bool is_shaking;       /* TCP stands, the handshake is under way */
	zsock_t *monitor;      /* tells how the try goes */
	struct lookup *lookup; /* of the host's name, while DIAL_LOOKING */
	uint32_t looked;       /* lookups so far */
	zsock_t *socket;       /* NULL while paused */
	uint64_t number;       /* of the present link; new with each socket */
	time_us at;            /* paused: when to dial; trying: when to give up */
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
	bool has_lost;         /* some link is_lost */
	struct curve_pair own; /* who we are on TCP */
	bool has_own;
	struct zap *zap;
	bool is_cutting, is_rebinding; /* asked for; done with the next wait */
	time_us cut_at;                /* when the TCP listeners are closed; 0: they are not */
	bool is_busy;                  /* a callback was made in this wait */
	size_t turn;                   /* the socket that is read first */
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

/* bus_tcp.c: what a socket needs before it binds or dials over TCP. */
bool tcp_is_endpoint(const char *endpoint);
void tcp_setup_listener(zsock_t *socket, const struct curve_pair *own, const struct zap *zap);
void tcp_setup_dialer(zsock_t *socket, const struct curve_pair *own, const struct curve_key *server,
	uint32_t handshake_ms);
/* The peer of a message's connection; false: our ZAP actor did not let it in. */
bool tcp_guest(const struct message *m, struct bus_guest *ret);

/* bus_monitor.c: how a try to connect goes. */
zsock_t *monitor_open(zsock_t *socket);
void monitor_close(zsock_t **monitor, zsock_t *socket);
/* The code of what the try ended with, or NULL: it goes on. Sets *is_shaking once TCP stands. */
const char *monitor_trouble(zsock_t *monitor, bool *is_shaking);

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

/* bus_lookup.c: the address of a host, which a tcp endpoint may name. */
enum lookup_state { LOOKUP_RUNS, LOOKUP_FOUND, LOOKUP_FAILED };
bool lookup_is_due(const char *endpoint);
/* NULL: not now. */
struct lookup *lookup_begin(const char *endpoint);
/* FOUND: the endpoint with the at-th address in place of the name. */
enum lookup_state lookup_look(struct lookup *lookup, uint32_t at, char ret[BUS_ENDPOINT_MAX]);
void lookup_end(struct lookup **lookup);

/* bus_bind.c */
void listener_close(struct listener *l);
/* Closes the sockets of the TCP listeners; listeners_tend binds them again. */
void listeners_rebind(struct bus *bus, time_us now);
void listeners_tend(struct bus *bus, time_us now, time_us *next);

/* bus_listen.c; the read functions return the number of messages. */
uint32_t listener_read(struct bus *bus, struct listener *l, uint32_t max);
/* Ends the links of those who are not let in any more; their connections follow (cut_at). */
void links_refuse(struct bus *bus);
/* Tells the links of the TCP listeners to be down. */
void links_end(struct bus *bus);

/* bus_dial.c */
struct dial *dial_get(struct bus *bus, uint64_t number);
/* Dials what is due, sees who went away; lowers *next to the moment it wants. */
void dials_tend(struct bus *bus, time_us now, time_us *next);
/* The next try after a pause; trouble: why, as a code. */
void dial_pause(struct bus *bus, struct dial *d, const char *trouble);
void dial_close(struct dial *d);
/* Over before it stood, or connected. */
void dial_look(struct bus *bus, struct dial *d);
uint32_t dial_read(struct bus *bus, struct dial *d, uint32_t max);

/* bus_signal.c: -1 when there is no descriptor left. */
int signals_open(uint32_t *ret_seen);
/* A signal that this bus has not told yet, or 0. */
int signals_next(int fd, uint32_t *seen);

#endif
