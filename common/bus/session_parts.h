/* session_parts - what the files of the session share, and nobody else
 *
 * An idle session is small: its streams are allocated as they are opened, and a
 * buffer that grew for a big message is given back. */
#ifndef BUS_SESSION_PARTS_H
#define BUS_SESSION_PARTS_H

#include "bus/header.h"
#include "bus/session.h"
#include "bus/session_streams.h"
#include "wire/wire.h"

enum { SESSION_MINOR = 1 };

#define SESSION_ACK_US US_PER_SECOND         /* ACK and small CREDIT at most so often */
#define SESSION_HEAD_US (30 * US_PER_SECOND) /* HEAD of a served stream */

enum session_state {
	SESSION_NEW,     /* dialer: HELLO is not sent yet; listener: waits for it */
	SESSION_GREETED, /* dialer: waits for WELCOME */
	SESSION_READY,
	SESSION_OVER,
};

/* What the other side says of itself in HELLO or WELCOME. */
struct greeting {
	struct str service;
	struct str version;
	struct id node;
	struct id boot;
	uint32_t payload_max;
	bool has_wall;
	time_us wall;
};

struct session {
	struct session_config config;
	enum session_state state;
	uint64_t number; /* of WELCOME */
	uint64_t nonce;  /* of our HELLO */
	uint64_t next_corr;
	time_us opened_at;
	time_us now;      /* as last told */
	time_us heard_at; /* the last sign of the peer */
	time_us pinged_at;
	char peer[SESSION_SERVICE_MAX];
	size_t peer_len;
	char peer_version[SESSION_VERSION_MAX];
	size_t peer_version_len;
	struct id peer_node;
	struct id peer_boot;
	bool has_skew;
	time_us skew;
	uint32_t payload_max; /* both sides take so much */
	uint32_t over_code;   /* why it is over */
	const char *over_text;
	struct stream_table readings;
	struct stream_table servings;
	time_us acks_at;  /* no ACK is due before; INT64_MAX: none */
	time_us heads_at; /* no HEAD of a served stream is due before */
	struct buf out;
};

union session_body {
	struct sesi_hello hello;
	struct sesi_welcome welcome;
	struct sesi_ping ping;
	struct sesi_pong pong;
	struct sesi_bye bye;
	struct sesi_error error;
	struct sesi_cmd cmd;
	struct sesi_reply reply;
	struct sesi_ask ask;
	struct sesi_answer answer;
	struct sesi_letter letter;
	struct sesi_taken taken;
	struct sesi_open open;
	struct sesi_opened opened;
	struct sesi_events events;
	struct sesi_credit credit;
	struct sesi_ack ack;
	struct sesi_head head;
	struct sesi_close close;
	struct sesi_tail tail;
};

/* A message whose header, state and body are in order. */
struct incoming {
	struct header header;
	union session_body body;
	struct str payload;
	struct arena *arena;
};

typedef void take_fn(struct session *s, const struct incoming *in, struct session_note *ret);

take_fn session_take_hello, session_take_welcome;
take_fn session_take_ping, session_take_bye, session_take_error;
take_fn session_take_talk;
take_fn session_take_opened, session_take_events;
take_fn session_take_open, session_take_tail, session_take_credit, session_take_ack;
take_fn session_take_head, session_take_close;

/* Encodes and sends; when the connection does not take it the session is over. ERR_INVALID and
 * ERR_LIMIT: the body cannot be sent, and the session goes on. */
enum err session_send(struct session *s, enum session_type type, uint64_t corr,
	const struct schema *schema, const void *body) MUST_CHECK;
enum err session_send_payload(struct session *s, uint64_t corr, const struct sesi_events *body,
	struct str payload) MUST_CHECK;
enum err session_send_hello(struct session *s) MUST_CHECK;
/* Sends ERROR under any session number; what becomes of it is known by the state afterwards. */
void session_send_error(struct session *s, uint64_t number, uint64_t corr,
	const struct sesi_error *error);
/* The session ends: ERROR to the peer (code 0: none), NOTE_DOWN to our side. text is a static string. */
void session_fail(struct session *s, uint64_t corr, uint32_t code, const char *text,
	struct session_note *ret);
/* It ended without our doing: nothing is sent. */
void session_over(struct session *s, uint32_t code, const char *text);
void session_note_down(const struct session *s, struct session_note *ret);

uint64_t session_new_corr(struct session *s);
/* Whether the number is one that we gave out, or one that the peer may give. */
bool session_is_ours(const struct session *s, uint64_t corr);
bool session_is_theirs(const struct session *s, uint64_t corr);

struct reading *session_reading(const struct session *s, uint64_t corr);
struct serving *session_serving_of(const struct session *s, uint64_t corr);
/* The stream of that corr, if there is one, is over on this side. */
void session_end_stream(struct session *s, uint64_t corr);
/* The name for a note, in the arena of the call: the stream may end before the note is read. False: no room, and
 * the session has failed. */
bool session_note_stream(struct session *s, const struct incoming *in,
	const struct stream_name *name, struct session_note *ret) MUST_CHECK;

/* The part of session_tick that belongs to streams: lowers *next to the moment it wants. */
void session_tick_readings(struct session *s, time_us *next);
void session_tick_servings(struct session *s, struct session_note *ret, time_us *next);

#endif
