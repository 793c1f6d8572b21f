/* hostile - in some trees one more child, with keys that were accepted and no good will
 *
 * It speaks by hand: its sessions are real ones, what it says on them is not.
 * None of it may move the others: their logs, their copies, their clock, their
 * memory. What it did is named in the state of the node above it. It is no
 * sim_node of the world's list: nobody waits for it. */
#ifndef SIM_HOSTILE_H
#define SIM_HOSTILE_H

#include "bus/session.h"
#include "runtime/stream_name.h"
#include "sim/world.h"
#include "store/log.h"

#define KNOWN_LOG "palsu"

enum {
	HOSTILE_END = ENDS_MAX, /* of its connections, behind all others */
	RECORDS_MAX = 24,
	COMMANDS_KEPT = 2048,
	STREAM_NAMES_MAX = 12, /* of its own, so that one that was stopped is not the last */
};

/* A log that it makes up. */
struct forged {
	char service[16], name[NODE_STREAM_MAX + 1];
	struct place heads[RECORDS_MAX + 1];
	struct str records[RECORDS_MAX + 1];
	uint32_t count;
};

struct attack;

struct hostile {
	struct sim_node node;
	struct chance chance;
	struct conn *conn;
	struct session *session;
	struct arena arena;
	uint8_t number[8]; /* of the session, as its headers have it */
	time_us redial_at, next_at;
	const struct attack *attack;
	uint32_t left;     /* what it still does of it */
	time_us look_at;   /* whether it was named; 0: nobody waits */
	const char *named; /* what is expected */
	struct forged log;
	uint32_t streams;
	uint64_t corr;
	struct id commands[COMMANDS_KEPT];
	uint32_t command_count;
	uint32_t done, could_be_named, was_named;
};

/* Draws whether there is one; SIM_HOSTILE=0 or 1 decides instead of the seed. */
void hostile_open(struct world *w);
void hostile_close(struct world *w);
/* At times, and with each frame that comes to it. */
void hostile_step(struct world *w);
void hostile_frames(struct world *w, const struct frames *frames);
/* At the end. */
void hostile_check(struct world *w);

/* hostile_attacks.c */
enum {
	ENDLESS = 1, /* pages of its catalogue */
	DUMB = 2,    /* it answers nothing */
	SLOW = 4,    /* looked at again and again before it is named */
};

struct attack {
	const char *name;
	/* What the node above says of it; NULL: it is not wrong enough, or nobody can know. */
	const char *named;
	uint32_t steps;
	/* One step, of a session that is up; false: not possible now. NULL: it is in what it answers. */
	bool (*step)(struct hostile *h);
	/* Fills the answer to the question for its catalogue; NULL: its own log. */
	uint32_t (*offer)(struct hostile *h, struct aliran_simpul *page);
	/* Makes the records of its own log behind the first ten; NULL: honest ones. of: the log, where it is not
	 * another one every time. */
	void (*forge)(struct hostile *h);
	const char *of;
	uint32_t is; /* bits */
};
extern const struct attack attacks[];
extern const uint32_t attack_count;

/* hostile_log.c */
/* is_known: the same one every time; else one that nobody has seen. */
void forged_make(struct hostile *h, const char *service, bool is_known);
void forged_add(struct hostile *h, time_us at, const struct schema *schema, const void *event);
void forged_add_bytes(struct hostile *h, struct str bytes);
/* Its entry in a catalogue; the arena's. */
struct aliran_simpul forged_entry(struct hostile *h);
/* Sends what the reader of corr has not. */
void forged_serve(struct hostile *h, uint64_t corr);
void forged_clear(struct hostile *h);

#endif
