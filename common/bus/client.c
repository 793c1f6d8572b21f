#include "bus/client.h"

#include "bus/client_parts.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ARENA_BYTES_MAX = 8 * 1024 * 1024,
	PAUSE_MIN_MS = 50, /* between two dials over TCP */
	PAUSE_MAX_MS = 1000,
	HANDSHAKE_MS = 2000,
};

time_us client_now(void)
{
	struct host machine = host_system();

	return host_steady(&machine);
}

static enum err send_frames(void *self, const struct frames *frames)
{
	struct client *c = self;

	return bus_send(c->bus, c->link, frames);
}

static void on_up(void *self, uint64_t link, struct str name, bool is_dialer)
{
	struct client *c = self;
	struct session_config config = {
		.service = str_of(c->options.self),
		.node = c->options.node,
		.boot = c->boot,
		.version = str_of(c->options.version),
		.is_dialer = is_dialer,
		.peer_service = str_of(c->options.service),
		.peer_node = c->peer_node,
		.ping_ms = 10000,
		.dead_ms = 30000,
		.window_bytes = UINT64_C(4) * SESSION_PAYLOAD_MAX,
		.window_events = 8192,
		.send = send_frames,
		.self = c,
	};

	(void)name; /* the one whom we dial */
	session_close(&c->session);
	c->link = link;
	c->session = session_open(&config, client_now());
	client_calls_lost(c);
}

static void lose_session(struct client *c)
{
	session_close(&c->session);
	c->is_ready = false;
	client_calls_lost(c);
	c->stream.is_open = false;
}

static void on_down(void *self, uint64_t link)
{
	struct client *c = self;

	if (c->session != NULL && link == c->link)
		lose_session(c);
}

static void take_note(struct client *c, const struct session_note *note)
{
	switch (note->kind) {
	case NOTE_READY:
		c->is_ready = true;
		bus_settled(c->bus, c->link);
		return;
	case NOTE_REPLY:
	case NOTE_ANSWER:
		client_calls_take(c, note);
		return;
	case NOTE_OPENED:
	case NOTE_EVENTS:
		client_stream_take(c, note);
		return;
	case NOTE_ERROR:
		if (c->stream.is_open && note->corr == c->stream.corr)
			client_stream_take(c, note);
		else
			client_calls_take(c, note);
		return;
	case NOTE_CMD:
	case NOTE_ASK:
	case NOTE_LETTER:
	case NOTE_OPEN:
	case NOTE_TAIL:
	case NOTE_HEAD_ASKED: /* a tool serves nothing */
		if (session_error(c->session, note->corr, SESI_CODE_NOT_SUPPORTED,
				"a tool serves nothing") != ERR_OK)
			c->is_ready = false;
		return;
	case NOTE_DOWN:
		lose_session(c);
		bus_drop(c->bus, c->link);
		return;
	case NOTE_NONE:
	case NOTE_TAKEN:
	case NOTE_CREDIT:
	case NOTE_ACK:
	case NOTE_HEAD:
	case NOTE_CLOSE:
		return;
	}
}

static void on_frames(void *self, uint64_t link, const struct frames *frames)
{
	struct client *c = self;
	struct session_note note;

	if (c->session == NULL || link != c->link)
		return;
	arena_reset(&c->arena);
	session_in(c->session, frames, client_now(), &c->arena, &note);
	take_note(c, &note);
}

/* "NODE-ID/SERVICE", the service being the one that is meant. */
static enum err read_name(struct client *c, struct str name)
{
	struct str node;

	if (!str_split(&name, '/', &node) || !str_is(name, c->options.service))
		return ERR_INVALID;
	return id_parse(node, &c->peer_node);
}

/* A tool does not wait as long as another node may. */
static enum err dial_curve(struct client *c, const struct client_curve *curve)
{
	const struct bus_patience patience = { PAUSE_MIN_MS, PAUSE_MAX_MS, HANDSHAKE_MS };
	enum err e = read_name(c, str_of(curve->name));

	if (e != ERR_OK)
		return e;
	bus_identity(c->bus, &curve->own, NULL);
	e = bus_dial_curve(c->bus, c->dial, c->options.endpoint, curve->servers, curve->server_count);
	if (e == ERR_OK)
		bus_dial_patience(c->bus, c->dial, &patience);
	return e;
}

struct client *client_open(const struct client_options *options, enum err *ret_error)
{
	struct client *c = calloc(1, sizeof *c);
	struct bus_calls calls = { .self = c, .up = on_up, .frames = on_frames, .down = on_down };
	const struct client_curve *curve = options->curve;
	const char *dial = curve != NULL ? curve->name : options->service;

	if (c == NULL)
		abort();
	c->options = *options;
	c->options.curve = NULL;
	randombytes_buf(c->boot.bytes, sizeof c->boot.bytes);
	arena_init(&c->arena, ARENA_BYTES_MAX);
	c->bus = bus_open(&calls);
	*ret_error = c->bus == NULL ? ERR_IO : strlen(dial) < sizeof c->dial ? ERR_OK : ERR_INVALID;
	(void)snprintf(c->dial, sizeof c->dial, "%s", dial);
	if (*ret_error == ERR_OK)
		*ret_error =
			curve != NULL ? dial_curve(c, curve) : bus_dial(c->bus, c->dial, options->endpoint);
	if (*ret_error != ERR_OK)
		client_close(&c);
	return c;
}

const char *client_trouble(const struct client *c)
{
	time_us since;

	return bus_dial_trouble(c->bus, c->dial, &since);
}

void client_close(struct client **client)
{
	struct client *c = *client;

	if (c == NULL)
		return;
	if (c->session != NULL && c->is_ready)
		session_bye(c->session);
	session_close(&c->session);
	bus_close(&c->bus);
	client_calls_clear(c);
	arena_clear(&c->arena);
	free(c);
	*client = NULL;
}

enum err client_turn(struct client *c, time_us until)
{
	struct session_note note;
	time_us wake = client_calls_send(c, client_now());
	int signal;
	enum err e;

	if (c->session != NULL) {
		time_us tick = session_tick(c->session, client_now(), &note);

		if (tick < wake)
			wake = tick;
		if (note.kind == NOTE_DOWN)
			take_note(c, &note);
	}
	e = bus_wait(c->bus, wake < until ? wake : until, CLIENT_CALLS_MAX, &signal);
	if (e == ERR_OK && signal != 0)
		return ERR_STATE;
	return e;
}

enum err client_connect(struct client *c, uint32_t within_ms)
{
	time_us until = client_now() + (time_us)within_ms * 1000;
	enum err e = ERR_OK;

	while (e == ERR_OK && !c->is_ready) {
		if (client_now() >= until)
			return ERR_UNAVAILABLE;
		e = client_turn(c, until);
	}
	return e;
}

enum err client_run(struct client *c, uint32_t within_ms)
{
	time_us until = client_now() + (time_us)within_ms * 1000;
	uint64_t before = c->calls.ended;
	enum err e = ERR_OK;

	while (e == ERR_OK && c->calls.ended == before && client_now() < until)
		e = client_turn(c, until);
	return e;
}
