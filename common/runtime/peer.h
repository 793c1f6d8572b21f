/* peer - a session and what it brings: commands, questions, letters, readers of our stream */
#ifndef RUNTIME_PEER_H
#define RUNTIME_PEER_H

#include "bus/session.h"
#include "runtime/input.h"
#include "runtime/link.h"

struct runtime;

enum {
	LETTERS_IN_FLIGHT_MAX = 64, /* to one service */
	PEERS_OF_NODE_MAX = 4,      /* connections of one other node at once */
};

/* A stream that the peer reads here: our log, or a copy of another one's. */
struct served {
	uint64_t corr;
	struct follow *mirror; /* NULL: our own log */
	bool is_tail;          /* closed when it is at the end of the copy */
	bool is_proven;        /* of a log of ours: only what is known to be */
};

struct peer {
	struct runtime *runtime;
	uint64_t link;
	struct session *session;
	struct str name; /* as told by the session when ready */
	char name_bytes[64];
	uint32_t bit; /* FROM_x */
	bool is_dialer;
	bool is_ready;
	bool is_remote; /* the federation service of another node */
	struct id node; /* of a remote one */
	bool asks_catalogue;
	struct catalogue catalogue;
	uint64_t keys_corr; /* of the command that tells our rotated keys; 0: none is under way */
	time_us keys_next;  /* steady: when to tell them again; INT64_MAX: not */
	struct served *served;
	uint32_t served_count, served_room;
	uint32_t waiting;        /* its commands in our queue */
	uint64_t letter_last;    /* the last outbox number sent */
	uint32_t letters_out;    /* sent, not yet taken */
	time_us letters_touched; /* steady: last sent or taken */
	struct id letter_ids[LETTERS_IN_FLIGHT_MAX];
	uint64_t letter_numbers[LETTERS_IN_FLIGHT_MAX];
	bool is_full; /* gets no more of its streams before it has taken some of what was sent */
	uint64_t backlog_least;  /* bytes; the least that it was since it is full */
	time_us backlog_touched; /* steady: when it was less for the last time */
	time_us next_tick;
	struct peer *next;
};

/* backlog.c: what was sent to a peer and not taken by it, over TCP. */
bool backlog_is_full(struct runtime *r, struct peer *p);
/* Whether it takes something again; whoever takes nothing for long is named and dropped: false, it is gone. */
bool backlog_tick(struct runtime *r, struct peer *p);
/* Whether its session ended for it. */
void backlog_name(struct runtime *r, const struct peer *p);

/* peers.c */
void peers_tick(struct runtime *r);
struct peer *peer_find(struct runtime *r, uint64_t link);
void peer_drop(struct runtime *r, struct peer *p);
uint32_t peer_bit(struct str name);

/* requests.c */
/* Into its line, or refused at once. */
void command_take(struct runtime *r, struct peer *p, uint64_t corr, const struct sesi_cmd *cmd);
void letter_take(struct runtime *r, struct peer *p, uint64_t corr,
	const struct sesi_letter *letter);
/* As follow_reached, for what a peer wants to wait for. Another node waits for nothing here: it would hold a place
 * in everybody's queue, and learn how far streams are that are not its own. */
enum err request_after(struct runtime *r, const struct peer *p, struct str stream,
	uint64_t seq) MUST_CHECK;
/* What marks keep of a body: nobody without the key can tell one from another. */
struct hash body_hash(const struct runtime *r, uint32_t type, struct str body);
void answer_command(struct runtime *r, const struct input *i);
void answer_letter(struct runtime *r, const struct input *i);

/* serve.c */
void serve_note(struct runtime *r, struct peer *p, const struct session_note *note);
enum err serve_streams(struct runtime *r) MUST_CHECK;
/* Whether the peer may read the stream of this name, or its copy. */
bool serve_may(struct runtime *r, const struct peer *p, struct str name);
/* A node that opens one stream again and again, each with all its credit, and reads nothing would fill our memory. */
bool serve_is_open(const struct peer *p, const struct follow *mirror, bool is_tail);
/* The copy of a log of our own node may have been restored with it: then what the parent holds comes first, or
 * the service would go on from a place that it had already passed. */
bool serve_is_whole(struct runtime *r, const struct follow *own);
/* A copy that has begun: whoever reads copies here is told, and asks for the catalogue. */
void serve_tell_new(struct runtime *r, struct follow *mirror);
/* A copy that turned to another branch: whoever was sent what that one does not have is told so (ERROR 302). */
void serve_branched(struct runtime *r, struct follow *mirror);

/* letters.c */
enum err letters_pump(struct runtime *r) MUST_CHECK;
/* Deletes the outbox rows of what was taken: with the batch, or in a transaction of its own. */
enum err letters_forget(struct runtime *r, struct txn *txn) MUST_CHECK;
enum err letters_forget_alone(struct runtime *r) MUST_CHECK;
void letters_taken(struct runtime *r, struct peer *p, const struct session_note *note);

/* ask.c */
void ask_take(struct runtime *r, struct peer *p, uint64_t corr, const struct sesi_ask *ask);
/* Held questions and commands whose `after` was reached, or whose time ran out. */
void held_look(struct runtime *r);
/* What a peer that is gone was waiting for: a command is sent again with its id. */
void held_forget(struct runtime *r, uint64_t link);

#endif
