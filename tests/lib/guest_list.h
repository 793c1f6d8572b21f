/* guest_list - keys, a list of guests and free ports for tests of links over TCP */
#ifndef LIB_GUEST_LIST_H
#define LIB_GUEST_LIST_H

#include "lib/bus_side.h"

enum { GUEST_LIST_MAX = 200 };

/* A listening side: its key, its list. */
struct door {
	struct side *side;
	struct curve_pair own;
	struct zap *zap;
	struct guest guests[GUEST_LIST_MAX];
	uint32_t count;
	uint16_t port;
	char endpoint[128];
};

struct curve_pair key_pair(void);
/* Free on loopback now, and outside the range from which ports of dialling sockets come. */
uint16_t free_port(void);

/* Bound, and nobody may come yet. */
void door_open(struct door *door);
/* Closes and opens again under the same address, key and list. */
void door_reopen(struct door *door);
void door_close(struct door *door);
/* Sets what the list says of the key. */
void door_list(struct door *door, const struct curve_pair *guest, const char *name,
	enum guest_state state);

/* A side that dials the door as "node/parent", with pauses and handshakes of a test. */
struct side *caller_open(const struct door *door, const struct curve_pair *own);
/* The same to any address, with these server keys. */
void caller_dial(struct side *side, const char *endpoint, const struct curve_key *servers,
	uint32_t count);
/* The dial's trouble now, or "". */
const char *caller_trouble(const struct side *side);
/* Turns both until the dial's trouble is this one; b may be NULL. */
void sides_until_trouble(struct side *a, struct side *b, const char *trouble);

#endif
