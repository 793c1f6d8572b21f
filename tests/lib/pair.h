/* pair - two sessions back to back, with the messages between them in our hands
 *
 * What a side sends lies under way until it is delivered, in any order or twice;
 * what a side notes is kept. All memory is the pair's, until pair_clear. */
#ifndef LIB_PAIR_H
#define LIB_PAIR_H

#include "base/arena.h"
#include "base/buf.h"
#include "bus/header.h"
#include "bus/session.h"

enum { PAIR_WAY_MAX = 512, PAIR_NOTES_MAX = 1024 };
enum { DIALER, LISTENER };

struct pair_side {
	struct session *session;
	struct frames way[PAIR_WAY_MAX]; /* to this side, in the order of sending */
	uint32_t way_count;
	struct session_note notes[PAIR_NOTES_MAX];
	uint32_t note_count;
	bool is_deaf;  /* what is sent to it is refused, as by a peer that is gone */
	uint32_t sent; /* to this side, ever */
};

struct pair {
	struct pair_side sides[2];
	struct arena arena;
	time_us now;
};

/* What differs from the usual session of these tests; zero: the usual. */
struct pair_options {
	const char *listener_expects; /* peer_service of the listener */
	const char *service[2];       /* what the sides are; NULL: workflow dials intake */
	struct id node[2];            /* and where */
	struct id expected_node[2];   /* peer_node of each side */
	time_us wall[2];
	uint32_t streams_max; /* of the listener */
	/* The list of the listener's WELCOME. */
	void (*streams)(void *self, struct arena *arena, struct sesi_stream **ret, uint32_t *ret_len);
	uint64_t window_bytes;
	uint32_t window_events;
};

void pair_init(struct pair *p, struct pair_options options);
void pair_clear(struct pair *p);
/* Both sides ready; nothing under way, no notes. */
void pair_greet(struct pair *p);

/* Gives the at-th message under way to the side; it stays under way where is_again. */
struct session_note *pair_deliver(struct pair *p, int to, uint32_t at, bool is_again);
/* Ticks one side; a note other than NONE is kept. */
time_us pair_tick(struct pair *p, int side);
/* Delivers in order until nothing is under way. */
void pair_run(struct pair *p);
/* The last note of that kind; NULL when there was none. */
struct session_note *pair_noted(struct pair *p, int side, enum note_kind kind);
void pair_forget(struct pair *p);

/* A message by hand, under way to the side. body NULL: an empty map. */
void pair_put(struct pair *p, int to, struct header header, const struct schema *schema,
	const void *body, struct str payload);
/* The header of the last message under way to the side, and its body decoded. */
struct header pair_last(struct pair *p, int to, const struct schema *schema, void *body);

/* A history of records, chained as a store does it. places[0] is the genesis. */
enum { HISTORY_MAX = 400 };

struct history {
	struct stream_place places[HISTORY_MAX + 1];
	struct str records[HISTORY_MAX + 1];
	uint32_t length;
};

void history_make(struct history *h, struct pair *p, uint32_t length, const char *text);
/* The payload of records first to last, in the pair's arena. */
struct str history_payload(const struct history *h, struct pair *p, uint32_t first, uint32_t last);
struct id id_numbered(uint8_t n);

#endif
