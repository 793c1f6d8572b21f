/* session_config - what a session is told at its beginning, and its limits
 *
 * What is lent here is lent for the life of the session. */
#ifndef BUS_SESSION_CONFIG_H
#define BUS_SESSION_CONFIG_H

#include "base/arena.h"
#include "base/id.h"
#include "proto/messages.h"

enum {
	SESSION_BODY_MAX = 64 * 1024,
	SESSION_PAYLOAD_MAX = 1024 * 1024,
	SESSION_STREAMS_MAX = 1024,     /* open in one direction; room is taken as they come */
	SESSION_EVENTS_MAX = 8192,      /* in one message */
	SESSION_WINDOW_MIN = 64 * 1024, /* so that the largest record passes */
	/* What a reader may grant over what was sent: a producer's queue holds no more for one that reads nothing. */
	SESSION_WINDOW_MAX = 64 * 1024 * 1024,
	SESSION_STREAM_NAME_MAX = 64,
	SESSION_SERVICE_MAX = 32,
	SESSION_VERSION_MAX = 64,
	SESSION_SIGNATURE_BYTES = 64, /* of a head: Ed25519 */
	SESSION_TOLD_MAX = 64,        /* streams in the list of WELCOME */
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
	/* Whom we dial; for a listener: from the ZAP user id, or empty (ipc: believed). */
	struct str peer_service;
	struct id
		peer_node; /* likewise; zero: believed. Anything else in HELLO or WELCOME: ERROR 203 */
	uint32_t streams_max; /* that the peer may open here; 0: SESSION_STREAMS_MAX */
	/* Fills the stream list of WELCOME, at most SESSION_TOLD_MAX, from the arena; NULL: none is told. What the
	 * body has no room for is left out from the end: the whole list is asked for, page by page. */
	void (*streams)(void *self, struct arena *arena, struct sesi_stream **ret, uint32_t *ret_len);
	uint32_t ping_ms;      /* PING after this silence (10,000) */
	uint32_t dead_ms;      /* dead after this silence (30,000) */
	uint64_t window_bytes; /* credit we grant per stream (4 x payload) */
	uint32_t window_events;
	/* Sends one message; the frames are lent for the call. ERR_UNAVAILABLE: no room now or the peer is
	 * gone: the session is then down. */
	enum err (*send)(void *self, const struct frames *frames);
	void *self;
};

#endif
