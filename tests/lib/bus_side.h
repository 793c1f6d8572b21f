/* bus_side - a bus on one side of a test: what came up, went down and was said, and turns until it did
 *
 * Endpoints lie in a folder of the program's own. */
#ifndef LIB_BUS_SIDE_H
#define LIB_BUS_SIDE_H

#include "base/host.h"
#include "bus/bus.h"

#define MILLISECOND INT64_C(1000)
#define PATIENCE (20 * US_PER_SECOND) /* a slow machine is not a failure */

enum { LINKS_SEEN_MAX = 4096, PAYLOAD_SEEN_MAX = 64 };

/* What one side of a test saw. */
struct side {
	struct bus *bus;
	uint64_t links[LINKS_SEEN_MAX]; /* in the order of up */
	uint32_t per_link[LINKS_SEEN_MAX];
	uint32_t ups, downs, messages;
	uint64_t last_link;
	char last_name[BUS_NAME_MAX];
	bool last_is_dialer;
	char header[PAYLOAD_SEEN_MAX], body[PAYLOAD_SEEN_MAX], payload[PAYLOAD_SEEN_MAX];
	bool has_payload;
	bool is_echoing;
	bool is_dropping;
	bool may_fail_to_echo; /* whoever is cut off does not hear it */
	uint32_t endless,
		nameless; /* who was told to send without an end, and who that is not known of */
	char endless_name[BUS_NAME_MAX];
};

extern struct host bus_side_host;

/* The set-up and tear-down of a program. */
int bus_side_begin(void **state);
int bus_side_end(void **state);
/* The folder of the endpoints. */
const char *bus_side_folder(void);

struct side *side_open(void);
void side_close(struct side *side);
/* One wait of at most so long; side NULL: nothing. */
void side_turn(struct side *side, time_us wait);
/* Turns both sides until *counter is at least wanted; b may be NULL. */
void sides_until(struct side *a, struct side *b, const uint32_t *counter, uint32_t wanted);

void endpoint_of(char to[128], const char *scheme, const char *name);
struct frames text_message(const char *header, const char *body, const char *payload);

#endif
