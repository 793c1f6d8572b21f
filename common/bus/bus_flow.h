/* bus_flow - the bytes of one TCP connection as the kernel counts them, against what came of them
 *
 * libzmq keeps the parts of a message that is not whole where no limit of its
 * own sees them, and what it was given for a peer that reads nothing likewise.
 * The kernel counts the bytes of each connection in both directions; what is in
 * no whole message, and what nobody has acknowledged, is the difference. */
#ifndef BUS_BUS_FLOW_H
#define BUS_BUS_FLOW_H

#include "bus/bus_message.h"

enum {
	/* Of a message that is not whole yet: the largest that a session takes has 1.1 MiB. */
	FLOW_OPEN_MAX = 8 * 1024 * 1024,
	/* The same before the first whole one, which is a HELLO of 64 KiB at most. */
	FLOW_GREETING_MAX = 256 * 1024,
	FLOW_LOOK_MS = 250,
	/* Given to libzmq for a peer that does not take it; above what any session has under way. */
	FLOW_HELD_MAX = 32 * 1024 * 1024,
	FLOW_LEFT_MAX = 1024 * 1024, /* the same of a link that is over */
};

/* A connection. All of it is of one socket, which the cookie names: descriptors are given again. */
struct flow {
	int fd;
	uint64_t cookie; /* 0: no connection */
	uint64_t link;   /* of the bus; 0: it has not said a word yet */
	bool has_greeted;
	time_us
		begun_at; /* steady: when it was seen first, at most FLOW_LOOK_MS and a turn after it came */
	uint64_t seen, marked; /* bytes that came in: at the last judgement, and at the mark after it */
	uint64_t whole, whole_marked; /* of whole messages since that judgement; before the mark */
	int64_t open; /* bytes of an unfinished message; below 0 by what was taken after the mark */
	uint64_t said,
		unsaid; /* bytes handed to libzmq; acknowledged before them, and no part of them */
	uint64_t
		held; /* of those said, not acknowledged at the last look, and all that were said since */
	bool has_said;
};

/* The connection behind a descriptor; false: there is none, it has ended meanwhile. */
bool flow_begin(struct flow *flow, int fd, time_us now);
/* From which connection a message came; -1: not over TCP. */
int flow_fd(const struct message *m);
/* Whether the descriptor still has this connection. */
bool flow_is_live(const struct flow *flow);
/* A whole message of it was taken. */
void flow_took(struct flow *flow, const struct message *m);
/* What came in by now is to be judged once everything that is whole of it was taken. False: it has ended. */
bool flow_mark(struct flow *flow);
/* Whether what is not whole, of what had come in at the mark, is more than an honest peer sends. */
bool flow_is_endless(struct flow *flow);
/* A message is given to libzmq for it. */
void flow_said(struct flow *flow, const struct frames *frames);
/* Whether the peer took enough of what was said for more to be given to libzmq. */
bool flow_has_room(struct flow *flow);
/* Bytes of ours that are not acknowledged: in libzmq, in the kernel or on the way. */
uint64_t flow_held(struct flow *flow);
/* Ends the connection; libzmq then gives back what it holds of it. */
void flow_cut(struct flow *flow);

/* The connections of a listener, by descriptor: those are small numbers. */
struct flow_table {
	struct flow *rows;
	size_t room;
};
void flows_clear(struct flow_table *t);
/* The row of the descriptor, begun anew where it has another connection now; NULL: it has none. */
struct flow *flows_of(struct flow_table *t, int fd, time_us now);

#endif
