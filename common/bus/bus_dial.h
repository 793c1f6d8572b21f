/* bus_dial - a connection that we keep */
#ifndef BUS_BUS_DIAL_H
#define BUS_BUS_DIAL_H

#include "bus/bus_links.h"

enum {
	BUS_LOOK_MS = 250,     /* how often dialled links are looked at */
	BUS_TRY_MS = 100,      /* a dialled socket that is not connected by then is made anew */
	BUS_PAUSE_MIN_MS = 50, /* between two dials of a local endpoint */
	BUS_PAUSE_MAX_MS = 2000,
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
	struct curve_key servers[BUS_SERVER_KEYS_MAX];
	uint32_t server_count;
	uint32_t server;       /* the key of this try, and of the last good one */
	uint32_t tried;        /* keys in this round */
	bool is_shaking;       /* TCP stands, the handshake is under way */
	zsock_t *monitor;      /* tells how the try goes */
	struct lookup *lookup; /* of the host's name, while DIAL_LOOKING */
	uint32_t looked;       /* lookups so far */
	zsock_t *socket;       /* NULL while paused */
	struct flow flow;      /* over TCP, once it stands */
	bool is_marked;
	uint64_t number; /* of the present link; new with each socket */
	time_us at;      /* paused: when to dial; trying: when to give up */
	uint32_t pause_ms;
	bool is_lost;
};

struct dial *dial_get(struct bus *bus, uint64_t number);
/* Dials what is due, sees who went away; lowers *next to the moment it wants. */
void dials_tend(struct bus *bus, time_us now, time_us *next);
/* The next try after a pause; trouble: why, as a code. */
void dial_pause(struct bus *bus, struct dial *d, const char *trouble);
void dial_close(struct dial *d);
/* Over before it stood, or connected. */
void dial_look(struct bus *bus, struct dial *d);
uint32_t dial_read(struct bus *bus, struct dial *d, uint32_t max);
/* What came in is noted; it is judged when all that is whole was read. */
void dials_mark(struct bus *bus);

#endif
