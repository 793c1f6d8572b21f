/* client - speaks to one service and waits for it: for tools and tests
 *
 * Commands keep their id over every repetition, so an answer that got lost is
 * asked for again and nothing is done twice. A call ends with an answer, or at
 * its deadline: ERR_TIMEOUT says that the outcome is unknown (ask again with
 * the same id), ERR_UNAVAILABLE that it never left. Up to CLIENT_CALLS_MAX calls
 * may be under way; the answers come in any order. One client per thread. */
#ifndef BUS_CLIENT_H
#define BUS_CLIENT_H

#include "bus/curve.h"
#include "bus/session.h"

enum { CLIENT_CALLS_MAX = 512, CLIENT_SERVER_KEYS = 2 };

/* What a connection over TCP needs besides. */
struct client_curve {
	const char *name; /* of whom we dial, as it will call itself: "NODE-ID/SERVICE" */
	struct curve_pair own;
	struct curve_key servers[CLIENT_SERVER_KEYS]; /* its present and its next key, or only one */
	uint32_t server_count;
};

struct client_options {
	const char *self;    /* who we say we are: "ctl" */
	const char *service; /* whom we speak to */
	const char *endpoint;
	struct id node;
	const char *version;
	const struct client_curve *curve; /* lent for the call of client_open; NULL: not over TCP */
};

struct client;

/* ERR_INVALID: no such address, or a name that is none; ERR_IO: no descriptor left. */
struct client *client_open(const struct client_options *options, enum err *ret_error);
void client_close(struct client **client);
/* Waits until the session is up. ERR_UNAVAILABLE: nobody answered in time; ERR_STATE: a signal came. */
enum err client_connect(struct client *client, uint32_t within_ms) MUST_CHECK;
/* Why there is no connection now, as a short code for people (bus_dial_trouble); NULL: nothing is wrong. */
const char *client_trouble(const struct client *client);

/* How a call ended: ERR_OK with its answer, whatever that says; ERR_TIMEOUT, ERR_UNAVAILABLE; ERR_INVALID:
 * the service refused the message itself. The answer is lent for the call. */
typedef void client_reply_fn(void *self, enum err e, const struct sesi_reply *reply);
typedef void client_answer_fn(void *self, enum err e, const struct sesi_answer *answer);

/* Begins a call; copies. time_left_ms of the command is set by the client. ERR_LIMIT: too many under way. */
enum err client_begin_command(struct client *client, const struct sesi_cmd *cmd, uint32_t within_ms,
	client_reply_fn *done, void *self) MUST_CHECK;
enum err client_begin_ask(struct client *client, const struct sesi_ask *ask, uint32_t within_ms,
	client_answer_fn *done, void *self) MUST_CHECK;
uint32_t client_under_way(const struct client *client);
/* Those of them that were sent on the present session and have no answer. */
uint32_t client_unanswered(const struct client *client);
/* Sends, receives and ends calls for at most this long, or until one has ended. ERR_STATE: a signal came. */
enum err client_run(struct client *client, uint32_t within_ms) MUST_CHECK;

/* The same for one call, waiting for its end; the answer is copied into the arena. */
enum err client_command(struct client *client, const struct sesi_cmd *cmd, uint32_t within_ms,
	struct arena *arena, struct sesi_reply *ret) MUST_CHECK;
enum err client_ask(struct client *client, const struct sesi_ask *ask, uint32_t within_ms,
	struct arena *arena, struct sesi_answer *ret) MUST_CHECK;

/* One event of a followed stream, its place in the chain checked; false: enough. head is the stream's last
 * known sequence. */
typedef bool client_event_fn(void *self, const struct session_event *event, struct id epoch,
	uint64_t head);
/* Follows the stream after the place until the callback has enough or, without is_endless, the head of the
 * moment of opening is reached. Opens again by itself when the session ends. ERR_UNAVAILABLE: no contact for
 * within_ms; ERR_STATE: a signal came; ERR_NOT_FOUND: no such stream or place; ERR_CORRUPT: it breaks at
 * the same place again and again. */
enum err client_follow(struct client *client, struct str stream, const struct stream_place *after,
	bool is_endless, uint32_t within_ms, client_event_fn *on_event, void *self) MUST_CHECK;

#endif
