/* session - the protocol between two services, without sockets and clocks
 *
 * One session per connection and side. Bytes come in by session_in, time by
 * session_tick, bytes go out by the send function given at init. The session
 * checks header, version, state and limits, keeps streams honest (sequence,
 * hash chain, credit) and hands everything else up as notes. The protocol is
 * proto/PROTOCOL.md; the bodies are the records sesi_* of proto/sesi.msg.
 * Symmetric once up: either side may command, ask, write and open streams. */
#ifndef BUS_SESSION_H
#define BUS_SESSION_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/id.h"
#include "proto/messages.h"

enum {
	SESSION_BODY_MAX = 64 * 1024,
	SESSION_PAYLOAD_MAX = 1024 * 1024,
	SESSION_STREAMS_MAX = 64,       /* open in one direction */
	SESSION_EVENTS_MAX = 8192,      /* in one message */
	SESSION_WINDOW_MIN = 64 * 1024, /* so that the largest record passes */
	SESSION_STREAM_NAME_MAX = 64,
	SESSION_SERVICE_MAX = 32,
};

enum session_type {
	SESI_HELLO = 1,
	SESI_WELCOME = 2,
	SESI_PING = 3,
	SESI_PONG = 4,
	SESI_BYE = 5,
	SESI_ERROR = 6,
	SESI_CMD = 16,
	SESI_REPLY = 17,
	SESI_ASK = 18,
	SESI_ANSWER = 19,
	SESI_LETTER = 20,
	SESI_TAKEN = 21,
	SESI_OPEN = 32,
	SESI_OPENED = 33,
	SESI_EVENTS = 34,
	SESI_CREDIT = 35,
	SESI_ACK = 36,
	SESI_HEAD = 37,
	SESI_CLOSE = 38,
	SESI_FILE = 48,
	SESI_FILEDATA = 49,
	SESI_TAIL = 64,
	SESI_SNAP = 65,
	SESI_SNAPDATA = 66,
};

/* A message: header of 24 bytes, msgpack body, payload only where the type has one. */
struct frames {
	struct str header;
	struct str body;
	struct str payload; /* ptr NULL: none */
};

struct session_config {
	struct str service; /* our name; lent for the life of the session */
	struct id node;
	struct id boot; /* random per process start */
	struct str version;
	time_us wall;   /* the time of day at session_open, told to the peer; 0: not told */
	bool is_dialer; /* we say HELLO; the other side WELCOME */
	struct str
		peer_service; /* whom we dial; for a listener: from the ZAP user id, or empty (ipc: believed) */
	uint32_t ping_ms;      /* PING after this silence (10,000) */
	uint32_t dead_ms;      /* dead after this silence (30,000) */
	uint64_t window_bytes; /* credit we grant per stream (4 x payload) */
	uint32_t window_events;
	/* Sends one message; the frames are lent for the call. ERR_UNAVAILABLE: no room now or the peer is
	 * gone: the session is then down. */
	enum err (*send)(void *self, const struct frames *frames);
	void *self;
};

enum note_kind {
	NOTE_NONE,  /* dealt with, nothing to do */
	NOTE_READY, /* HELLO and WELCOME done; session_peer tells who */
	NOTE_CMD,
	NOTE_REPLY,
	NOTE_ASK,
	NOTE_ANSWER,
	NOTE_LETTER,
	NOTE_TAKEN,
	NOTE_OPEN,   /* the peer wants our stream: answer session_opened or session_error */
	NOTE_OPENED, /* the stream we opened flows */
	NOTE_EVENTS, /* checked events of a stream we opened */
	NOTE_CREDIT, /* there is room again on a stream of ours */
	NOTE_ACK,
	NOTE_HEAD,       /* the head of a stream, asked for or told */
	NOTE_HEAD_ASKED, /* answer session_head; also from session_tick, every 30 s for a served stream */
	NOTE_CLOSE,
	NOTE_ERROR, /* of one message (corr) or of a stream; see code */
	NOTE_DOWN,  /* the session is over; drop it, dial again after a pause. error: the code (0: BYE,
	              * silence, or the connection takes nothing more) and a text for the log */
};

struct stream_place { /* as struct place of the store; the two layers do not know each other */
	struct id epoch;
	uint64_t seq;
	struct hash hash;
};

struct session_event {
	uint64_t seq;
	struct hash hash;
	struct str bytes; /* the record, as stored at its origin */
};

struct session_note {
	enum note_kind kind;
	uint64_t corr; /* of the message; a stream's is the corr of its OPEN */
	union {
		struct sesi_cmd cmd;
		struct sesi_reply reply;
		struct sesi_ask ask;
		struct sesi_answer answer;
		struct sesi_letter letter;
		struct sesi_taken taken;
		struct sesi_open open;
		struct sesi_opened opened;
		struct sesi_ack ack;
		struct sesi_head head;
		struct sesi_error error;
	};
	struct str stream;            /* EVENTS, HEAD, OPENED, CREDIT, CLOSE, stream ERROR */
	struct id epoch;              /* EVENTS: of all of them (a message never spans epochs) */
	struct session_event *events; /* EVENTS; in the arena, bytes point into the payload */
	uint32_t event_count;
};

struct session;

struct session *session_open(const struct session_config *config, time_us now);
void session_close(struct session **session);
/* Takes one whole message. EVENTS take SESSION_EVENTS_MAX * sizeof(struct session_event) of the
 * arena at most; where it has no room the session ends. The note's strings point into the frames and the arena. Always fills *ret;
 * NOTE_DOWN for whatever the protocol ends a session for (an ERROR has then been sent if one is due). */
void session_in(struct session *session, const struct frames *frames, time_us now,
	struct arena *arena, struct session_note *ret);
/* Sends HELLO (first call of a dialer), PING, CREDIT, ACK as due. NOTE_DOWN when the peer is silent,
 * NOTE_HEAD_ASKED when a served stream's head is to be told, else NOTE_NONE. A session that is down
 * says NOTE_DOWN again at every call. Returns the moment of the next wanted tick. */
time_us session_tick(struct session *session, time_us now, struct session_note *ret);
bool session_is_ready(const struct session *session);
bool session_is_down(const struct session *session);
struct str session_peer(const struct session *session); /* the other's service name */
struct id session_peer_node(const struct session *session);

/* Sending. corr of a question, command or letter is chosen by the session and given back. ERR_UNAVAILABLE
 * when down or not ready, ERR_LIMIT when too big. */
enum err session_cmd(struct session *s, const struct sesi_cmd *cmd, uint64_t *ret_corr) MUST_CHECK;
enum err session_reply(struct session *s, uint64_t corr, const struct sesi_reply *reply) MUST_CHECK;
enum err session_ask(struct session *s, const struct sesi_ask *ask, uint64_t *ret_corr) MUST_CHECK;
enum err session_answer(struct session *s, uint64_t corr,
	const struct sesi_answer *answer) MUST_CHECK;
enum err session_letter(struct session *s, const struct sesi_letter *letter,
	uint64_t *ret_corr) MUST_CHECK;
enum err session_taken(struct session *s, uint64_t corr, const struct sesi_taken *taken) MUST_CHECK;
enum err session_error(struct session *s, uint64_t corr, uint32_t code,
	const char *text) MUST_CHECK;
/* ERROR 302 in answer to an OPEN: our head goes with it. */
enum err session_diverged(struct session *s, uint64_t corr,
	const struct stream_place *head) MUST_CHECK;
void session_bye(struct session *s);

/* Streams we read. `after` is our cursor; window as in the config. */
enum err session_open_stream(struct session *s, struct str stream, const struct stream_place *after,
	uint64_t *ret_corr) MUST_CHECK;
/* We applied it durably up to `at`: so many bytes of payload (4 and the record, for each) and events more
 * than at the last call. Credit and acknowledgement follow by themselves. */
void session_consumed(struct session *s, uint64_t corr, const struct stream_place *at,
	uint64_t bytes, uint32_t events, time_us now);
enum err session_close_stream(struct session *s, uint64_t corr) MUST_CHECK;
enum err session_ask_head(struct session *s, struct str stream, uint64_t *ret_corr) MUST_CHECK;

/* Streams we serve. `after`: the place that was asked for, as our log has it: for seq 0 the first epoch and
 * its genesis hash, which a fresh reader cannot know. */
enum err session_opened(struct session *s, uint64_t corr, const struct stream_place *after,
	const struct stream_place *head) MUST_CHECK;
/* What may be sent now on the stream: 0 bytes when there is no credit. */
void session_room(const struct session *s, uint64_t corr, uint64_t *ret_bytes,
	uint32_t *ret_events);
/* Where the served stream stands (the place of the last event sent); false when corr is not a served stream. */
bool session_served(const struct session *s, uint64_t corr, struct str *ret_stream,
	struct stream_place *ret_at);
/* The corr numbers of the served streams. */
uint32_t session_serving(const struct session *s, uint64_t corrs[SESSION_STREAMS_MAX]);
/* Sends records after the stream's place: payload is u32 len (big-endian) | bytes, ... and last the place of
 * the last one, whose epoch is that of all. ERR_LIMIT when over session_room. */
enum err session_events(struct session *s, uint64_t corr, uint32_t count,
	const struct stream_place *last, struct str payload) MUST_CHECK;
enum err session_head(struct session *s, uint64_t corr, struct str stream,
	const struct stream_place *head) MUST_CHECK;

#endif
