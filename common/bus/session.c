/* Takes messages apart: header, state, who may send it, body; then one function for each type. */
#include "bus/session_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

/* Whose number the corr of a type has to be. */
enum corr_of { CORR_ANY, CORR_OURS, CORR_THEIRS };

struct message_type {
	enum session_type type;
	enum corr_of corr;
	bool has_payload;
	const struct schema *body;
	take_fn *take;
};

/* clang-format off */
static const struct message_type types[] = {
/*    type           corr         payload body                   taken by */
	{ SESI_HELLO,    CORR_THEIRS, false,  &schema_sesi_hello,    session_take_hello },
	{ SESI_WELCOME,  CORR_OURS,   false,  &schema_sesi_welcome,  session_take_welcome },
	{ SESI_PING,     CORR_ANY,    false,  &schema_sesi_ping,     session_take_ping },
	{ SESI_PONG,     CORR_ANY,    false,  &schema_sesi_pong,     NULL },
	{ SESI_BYE,      CORR_ANY,    false,  &schema_sesi_bye,      session_take_bye },
	{ SESI_ERROR,    CORR_ANY,    false,  &schema_sesi_error,    session_take_error },
	{ SESI_CMD,      CORR_THEIRS, false,  &schema_sesi_cmd,      session_take_talk },
	{ SESI_REPLY,    CORR_OURS,   false,  &schema_sesi_reply,    session_take_talk },
	{ SESI_ASK,      CORR_THEIRS, false,  &schema_sesi_ask,      session_take_talk },
	{ SESI_ANSWER,   CORR_OURS,   false,  &schema_sesi_answer,   session_take_talk },
	{ SESI_LETTER,   CORR_THEIRS, false,  &schema_sesi_letter,   session_take_talk },
	{ SESI_TAKEN,    CORR_OURS,   false,  &schema_sesi_taken,    session_take_talk },
	{ SESI_OPEN,     CORR_THEIRS, false,  &schema_sesi_open,     session_take_open },
	{ SESI_OPENED,   CORR_OURS,   false,  &schema_sesi_opened,   session_take_opened },
	{ SESI_EVENTS,   CORR_OURS,   true,   &schema_sesi_events,   session_take_events },
	{ SESI_CREDIT,   CORR_THEIRS, false,  &schema_sesi_credit,   session_take_credit },
	{ SESI_ACK,      CORR_THEIRS, false,  &schema_sesi_ack,      session_take_ack },
	{ SESI_HEAD,     CORR_ANY,    false,  &schema_sesi_head,     session_take_head },
	{ SESI_CLOSE,    CORR_ANY,    false,  &schema_sesi_close,    session_take_close },
	{ SESI_TAIL,     CORR_THEIRS, false,  &schema_sesi_tail,     session_take_tail },
};
/* clang-format on */

static const struct message_type *type_of(uint8_t number)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (types[i].type == (enum session_type)number)
			return &types[i];
	}
	return NULL;
}

struct session *session_open(const struct session_config *config, time_us now)
{
	struct session *s = calloc(1, sizeof *s);

	assert(config->send != NULL && config->service.len > 0);
	assert(
		config->service.len <= SESSION_SERVICE_MAX && config->version.len <= SESSION_VERSION_MAX);
	assert(config->window_bytes >= SESSION_WINDOW_MIN &&
		config->window_bytes <= SESSION_WINDOW_MAX && config->window_events > 0);
	assert(config->ping_ms > 0 && config->dead_ms > config->ping_ms);
	assert(config->streams_max <= SESSION_STREAMS_MAX);
	if (s == NULL)
		abort();
	s->config = *config;
	if (s->config.streams_max == 0)
		s->config.streams_max = SESSION_STREAMS_MAX;
	s->now = s->opened_at = s->heard_at = s->pinged_at = now;
	s->acks_at = s->heads_at = INT64_MAX;
	s->next_corr = config->is_dialer ? 1 : 2;
	s->payload_max = SESSION_PAYLOAD_MAX;
	buf_init(&s->out, SESSION_BODY_MAX - HEADER_BYTES);
	return s;
}

void session_window(struct session *s, uint64_t bytes, uint32_t events)
{
	assert(bytes >= SESSION_WINDOW_MIN && bytes <= SESSION_WINDOW_MAX && events > 0);
	s->config.window_bytes = bytes;
	s->config.window_events = events;
}

void session_close(struct session **session)
{
	if (*session == NULL)
		return;
	stream_table_clear(&(*session)->readings);
	stream_table_clear(&(*session)->servings);
	buf_clear(&(*session)->out);
	free(*session);
	*session = NULL;
}

/* A message of an unknown session, or of one that is not ready: the peer says HELLO again.
 * Never an answer to an ERROR, and none where HELLO itself is awaited or answered. */
static void refuse_number(struct session *s, const struct header *h)
{
	struct sesi_error error = { .code = SESI_CODE_NO_SESSION };

	if (h->type != SESI_ERROR)
		session_send_error(s, h->session, h->corr, &error);
}

/* Whether a message of this type belongs to the state that we are in. */
static bool is_in_place(const struct session *s, const struct header *h)
{
	if (h->type == SESI_HELLO)
		return s->state == SESSION_NEW && !s->config.is_dialer && h->session == 0;
	if (h->type == SESI_WELCOME)
		return s->state == SESSION_GREETED;
	if (h->type == SESI_ERROR && s->state == SESSION_GREETED)
		return h->session == 0;
	return s->state == SESSION_READY && h->session == s->number;
}

/* HELLO and WELCOME out of their place are not a lost session but a broken order. */
static bool is_broken_order(const struct session *s, const struct header *h)
{
	return (h->type == SESI_HELLO || h->type == SESI_WELCOME) &&
		(s->state == SESSION_READY || s->config.is_dialer == (h->type == SESI_HELLO));
}

static const char *find_fault(const struct session *s, const struct message_type *type,
	const struct header *h, const struct frames *frames)
{
	if (h->flags != 0)
		return "unknown flags";
	if (type->has_payload != (frames->payload.ptr != NULL))
		return "number of frames";
	if (type->corr == CORR_OURS && !session_is_ours(s, h->corr))
		return "corr was never given out";
	if (type->corr == CORR_THEIRS && !session_is_theirs(s, h->corr))
		return "corr is not the sender's to give";
	return NULL;
}

static void take(struct session *s, const struct header *h, const struct frames *frames,
	struct arena *arena, struct session_note *ret)
{
	const struct message_type *type = type_of(h->type);
	struct sesi_error unsupported = { .code = SESI_CODE_NOT_SUPPORTED };
	struct incoming in = { .header = *h, .payload = frames->payload, .arena = arena };
	struct problem why = { NULL, NULL };
	const char *fault;

	if (type == NULL) {
		session_send_error(s, s->number, h->corr, &unsupported);
		return;
	}
	fault = find_fault(s, type, h, frames);
	if (fault == NULL && wire_decode(type->body, frames->body, arena, &in.body, &why) != ERR_OK)
		fault = why.field != NULL ? why.field : "body";
	if (fault != NULL) {
		session_fail(s, h->corr, h->type == SESI_ERROR ? 0 : SESI_CODE_MALFORMED, fault, ret);
		return;
	}
	ret->corr = h->corr;
	if (type->take != NULL)
		type->take(s, &in, ret);
}

void session_in(struct session *s, const struct frames *frames, time_us now, struct arena *arena,
	struct session_note *ret)
{
	struct header h;

	*ret = (struct session_note) { .kind = NOTE_NONE };
	s->now = now;
	if (s->state == SESSION_OVER) {
		session_note_down(s, ret);
		return;
	}
	if (header_read(frames->header, &h) != ERR_OK) {
		session_fail(s, 0, SESI_CODE_MALFORMED, "header", ret);
		return;
	}
	if (h.major != HEADER_MAJOR) {
		session_fail(s, h.corr, h.type == SESI_ERROR ? 0 : SESI_CODE_MAJOR_VERSION, "major version",
			ret);
		return;
	}
	if (frames->body.len > SESSION_BODY_MAX - HEADER_BYTES ||
		frames->payload.len > SESSION_PAYLOAD_MAX) {
		session_fail(s, h.corr, h.type == SESI_ERROR ? 0 : SESI_CODE_TOO_BIG, "size of a frame",
			ret);
		return;
	}
	if (is_broken_order(s, &h)) {
		session_fail(s, h.corr, SESI_CODE_MALFORMED, "order of HELLO and WELCOME", ret);
		return;
	}
	if (is_in_place(s, &h)) {
		s->heard_at = now;
		take(s, &h, frames, arena, ret);
	} else {
		refuse_number(s, &h);
	}
	if (s->state == SESSION_OVER)
		session_note_down(s, ret);
}

/* Silence: first a question, then the end. */
static void tick_silence(struct session *s, time_us *next)
{
	time_us ping_at = (s->pinged_at > s->heard_at ? s->pinged_at : s->heard_at) +
		s->config.ping_ms * INT64_C(1000);
	time_us dead_at = s->heard_at + s->config.dead_ms * INT64_C(1000);
	struct sesi_ping ping = { .number = (uint64_t)s->now };

	if (s->now >= dead_at) {
		session_over(s, 0, "silence");
		return;
	}
	if (s->state == SESSION_READY && s->now >= ping_at) {
		if (session_send(s, SESI_PING, 0, &schema_sesi_ping, &ping) != ERR_OK)
			return;
		s->pinged_at = s->now;
		ping_at = s->now + s->config.ping_ms * INT64_C(1000);
	}
	*next = s->state == SESSION_READY && ping_at < dead_at ? ping_at : dead_at;
}

time_us session_tick(struct session *s, time_us now, struct session_note *ret)
{
	time_us next = now;

	*ret = (struct session_note) { .kind = NOTE_NONE };
	s->now = now;
	if (s->state == SESSION_NEW && s->config.is_dialer && session_send_hello(s) == ERR_OK)
		s->state = SESSION_GREETED;
	if (s->state != SESSION_OVER)
		tick_silence(s, &next);
	if (s->state == SESSION_READY)
		session_tick_readings(s, &next);
	if (s->state == SESSION_READY)
		session_tick_servings(s, ret, &next);
	if (s->state == SESSION_OVER)
		session_note_down(s, ret);
	return next;
}

bool session_is_ready(const struct session *s)
{
	return s->state == SESSION_READY;
}

bool session_is_down(const struct session *s)
{
	return s->state == SESSION_OVER;
}

struct str session_peer(const struct session *s)
{
	return (struct str) { s->peer, s->peer_len };
}

struct id session_peer_node(const struct session *s)
{
	return s->peer_node;
}

struct str session_peer_version(const struct session *s)
{
	return (struct str) { s->peer_version, s->peer_version_len };
}

struct id session_peer_boot(const struct session *s)
{
	return s->peer_boot;
}

bool session_peer_skew(const struct session *s, time_us *ret)
{
	if (s->has_skew)
		*ret = s->skew;
	return s->has_skew;
}

size_t session_memory(const struct session *s)
{
	return sizeof *s + s->out.size +
		(s->readings.room + s->servings.room) * sizeof(struct stream_row) +
		s->readings.len * sizeof(struct reading) + s->servings.len * sizeof(struct serving);
}
