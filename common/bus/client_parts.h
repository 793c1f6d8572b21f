/* client_parts - what the files of the client share among themselves
 *
 * Private to client*.c: the connection (client.c), calls under way
 * (client_call.c), the followed stream (client_follow.c). */
#ifndef BUS_CLIENT_PARTS_H
#define BUS_CLIENT_PARTS_H

#include "base/host.h"
#include "bus/bus.h"
#include "bus/client.h"

/* A command or question that was begun and has not ended. */
struct client_call {
	bool is_used;
	bool is_command;
	bool is_sent;     /* on the present session, and not answered */
	bool is_in_doubt; /* was sent at least once without an answer that says nothing was done */
	bool is_lost;     /* a sending of it went away unanswered: in doubt for good */
	uint64_t corr;
	time_us deadline;
	time_us send_at; /* not before; after BUSY */
	struct sesi_cmd cmd;
	struct sesi_ask ask;
	char *copies; /* what the strings of cmd or ask point into */
	client_reply_fn *on_reply;
	client_answer_fn *on_answer;
	void *self;
};

struct client_calls {
	struct client_call rows[CLIENT_CALLS_MAX];
	uint32_t used;
	uint64_t ended; /* since the start */
};

struct client_stream {
	struct str name;
	struct stream_place at;
	bool is_wanted, is_open, has_head, is_done, is_endless;
	uint64_t corr, head;
	uint32_t openings; /* since the last event */
	enum err error;
	time_us contact;
	client_event_fn *on_event;
	void *self;
};

struct client {
	struct client_options options;
	char dial[BUS_NAME_MAX]; /* whom the bus dials: the service, over TCP with its node before it */
	struct id peer_node;     /* zero: whoever it is */
	struct id boot;
	struct bus *bus;
	struct session *session; /* NULL: no connection now */
	uint64_t link;
	bool is_ready;
	struct arena arena; /* of the message being taken */
	struct client_calls calls;
	struct client_stream stream;
};

time_us client_now(void);
/* One turn: sends what is due, waits for what arrives, until at most `until`. */
enum err client_turn(struct client *c, time_us until) MUST_CHECK;

/* Sends what is due, ends what is too late; the moment of the next wanted look. */
time_us client_calls_send(struct client *c, time_us now);
void client_calls_take(struct client *c, const struct session_note *note);
/* The session went away: what was sent is to be sent again. */
void client_calls_lost(struct client *c);
void client_calls_clear(struct client *c);

void client_stream_take(struct client *c, const struct session_note *note);

#endif
