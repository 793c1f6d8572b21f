/* session_note - what a session hands up: one note for each message that came in
 *
 * Strings of a note point into the received frames and the arena of the call. */
#ifndef BUS_SESSION_NOTE_H
#define BUS_SESSION_NOTE_H

#include "base/hash.h"
#include "base/id.h"
#include "proto/messages.h"

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
	NOTE_TAIL,   /* the peer wants our copy of a stream: answered as NOTE_OPEN is */
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
	uint64_t corr;   /* of the message; a stream's is the corr of its OPEN */
	bool wants_rest; /* NOTE_TAIL: also what nothing proves */
	union {
		struct sesi_cmd cmd;
		struct sesi_reply reply;
		struct sesi_ask ask;
		struct sesi_answer answer;
		struct sesi_letter letter;
		struct sesi_taken taken;
		struct sesi_welcome welcome; /* READY of a dialer: what the listener told */
		struct sesi_open open;       /* OPEN and TAIL */
		struct sesi_opened opened;
		struct sesi_ack ack;
		struct sesi_head head;
		struct sesi_error error;
	};
	struct str stream;            /* EVENTS, HEAD, OPENED, CREDIT, CLOSE, stream ERROR */
	struct id epoch;              /* EVENTS: of all of them (a message never spans epochs) */
	struct hash before;           /* EVENTS: of the record before the first */
	struct session_event *events; /* EVENTS; in the arena, bytes point into the payload */
	uint32_t event_count;
};

#endif
