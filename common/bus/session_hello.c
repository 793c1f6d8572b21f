/* HELLO and WELCOME: who is there, which version, which limits; and how a session ends. */
#include "bus/session_parts.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

static uint64_t chance(void)
{
	uint64_t n = 0;

	while (n == 0)
		randombytes_buf(&n, sizeof n);
	return n;
}

/* Our time of day now, of which the session knows only what it was at the beginning; 0: not to be told. */
static time_us wall_now(const struct session *s)
{
	return s->config.wall == 0 ? 0 : s->config.wall + (s->now - s->opened_at);
}

enum err session_send_hello(struct session *s)
{
	struct sesi_hello hello = {
		.minors = { SESSION_MINOR, SESSION_MINOR },
		.node = s->config.node,
		.service = s->config.service,
		.boot = s->config.boot,
		.version = s->config.version,
		.payload_max = SESSION_PAYLOAD_MAX,
		.has_wall_time = s->config.wall != 0,
		.wall_time = wall_now(s),
	};

	s->nonce = chance();
	hello.nonce = s->nonce;
	return session_send(s, SESI_HELLO, session_new_corr(s), &schema_sesi_hello, &hello);
}

/* The peer must be the one that the connection stands for, where it stands for one: what is not, or NULL. */
static const char *find_stranger(const struct session *s, const struct greeting *g)
{
	struct id expected = s->config.peer_node;

	if (g->service.len == 0 ||
		(s->config.peer_service.len > 0 && !str_equal(g->service, s->config.peer_service)))
		return "service";
	return id_is_zero(expected) || id_equal(g->node, expected) ? NULL : "node";
}

static void make_ready(struct session *s, const struct greeting *g)
{
	assert(g->service.len <= sizeof s->peer && g->version.len <= sizeof s->peer_version);
	memcpy(s->peer, g->service.ptr, g->service.len);
	s->peer_len = g->service.len;
	memcpy(s->peer_version, g->version.ptr, g->version.len);
	s->peer_version_len = g->version.len;
	s->peer_node = g->node;
	s->peer_boot = g->boot;
	s->has_skew = g->has_wall && s->config.wall != 0;
	s->skew = s->has_skew ? g->wall - wall_now(s) : 0; /* both of years that can be written */
	if (g->payload_max < s->payload_max)
		s->payload_max = g->payload_max;
	s->state = SESSION_READY;
}

/* A list that the body has no room for is told in part: who needs the whole asks for it. */
static enum err send_welcome(struct session *s, const struct incoming *in,
	struct sesi_welcome *welcome)
{
	enum err e;

	if (s->config.streams != NULL)
		s->config.streams(s->config.self, in->arena, &welcome->streams, &welcome->streams_len);
	assert(welcome->streams_len <= SESSION_TOLD_MAX);
	e = session_send(s, SESI_WELCOME, in->header.corr, &schema_sesi_welcome, welcome);
	while (e != ERR_OK && e != ERR_UNAVAILABLE && welcome->streams_len > 0) {
		welcome->streams_len -= welcome->streams_len / 8 + 1;
		e = session_send(s, SESI_WELCOME, in->header.corr, &schema_sesi_welcome, welcome);
	}
	return e;
}

void session_take_hello(struct session *s, const struct incoming *in, struct session_note *ret)
{
	const struct sesi_hello *hello = &in->body.hello;
	const struct greeting greeting = { hello->service, hello->version, hello->node, hello->boot,
		hello->payload_max, hello->has_wall_time, hello->wall_time };
	struct sesi_welcome welcome = {
		.minor = SESSION_MINOR,
		.node = s->config.node,
		.boot = s->config.boot,
		.limits = {
			.body_max = SESSION_BODY_MAX,
			.payload_max = SESSION_PAYLOAD_MAX,
			.ping_ms = s->config.ping_ms,
			.dead_ms = s->config.dead_ms,
		},
		.service = s->config.service,
		.version = s->config.version,
		.has_wall_time = s->config.wall != 0,
		.wall_time = wall_now(s),
		.nonce = hello->nonce,
	};
	const char *stranger = find_stranger(s, &greeting);

	if (hello->minors.lowest > SESSION_MINOR || hello->minors.highest < SESSION_MINOR) {
		session_fail(s, in->header.corr, SESI_CODE_MAJOR_VERSION, "no minor version in common",
			ret);
		return;
	}
	if (hello->payload_max < SESSION_WINDOW_MIN) {
		session_fail(s, in->header.corr, SESI_CODE_MALFORMED, "payload_max", ret);
		return;
	}
	if (stranger != NULL) {
		session_fail(s, in->header.corr, SESI_CODE_WRONG_IDENTITY, stranger, ret);
		return;
	}
	s->number = welcome.session = chance();
	make_ready(s, &greeting);
	if (send_welcome(s, in, &welcome) == ERR_OK)
		ret->kind = NOTE_READY;
}

static const char *find_welcome_fault(const struct session *s, const struct sesi_welcome *welcome,
	uint64_t number)
{
	if (welcome->session == 0 || welcome->session != number)
		return "session";
	if (welcome->nonce != s->nonce)
		return "nonce";
	if (welcome->minor != SESSION_MINOR)
		return "minor";
	return welcome->limits.payload_max < SESSION_WINDOW_MIN ? "payload_max" : NULL;
}

void session_take_welcome(struct session *s, const struct incoming *in, struct session_note *ret)
{
	const struct sesi_welcome *welcome = &in->body.welcome;
	const struct greeting greeting = { welcome->service, welcome->version, welcome->node,
		welcome->boot, welcome->limits.payload_max, welcome->has_wall_time, welcome->wall_time };
	const char *fault = find_welcome_fault(s, welcome, in->header.session);
	const char *stranger = find_stranger(s, &greeting);

	if (fault != NULL) {
		session_fail(s, in->header.corr, SESI_CODE_MALFORMED, fault, ret);
		return;
	}
	if (stranger != NULL) {
		session_fail(s, in->header.corr, SESI_CODE_WRONG_IDENTITY, stranger, ret);
		return;
	}
	s->number = welcome->session;
	make_ready(s, &greeting);
	ret->kind = NOTE_READY;
	ret->welcome = *welcome;
}

void session_over(struct session *s, uint32_t code, const char *text)
{
	if (s->state == SESSION_OVER)
		return;
	s->state = SESSION_OVER;
	s->over_code = code;
	s->over_text = text;
}

void session_note_down(const struct session *s, struct session_note *ret)
{
	*ret = (struct session_note) {
		.kind = NOTE_DOWN,
		.error = { .code = s->over_code, .has_text = true, .text = str_of(s->over_text) },
	};
}

void session_fail(struct session *s, uint64_t corr, uint32_t code, const char *text,
	struct session_note *ret)
{
	struct sesi_error error = {
		.code = code,
		.has_text = true,
		.text = str_of(text),
		.has_major = code == SESI_CODE_MAJOR_VERSION,
		.major = HEADER_MAJOR,
	};

	if (code != 0)
		session_send_error(s, s->state == SESSION_READY ? s->number : 0, corr, &error);
	session_over(s, code, text);
	session_note_down(s, ret);
}

void session_bye(struct session *s)
{
	struct sesi_bye bye = { .has_reason = false };

	/* Whether it arrives does not matter: this side is over. */
	if (s->state == SESSION_READY && session_send(s, SESI_BYE, 0, &schema_sesi_bye, &bye) != ERR_OK)
		return;
	session_over(s, 0, "we said BYE");
}
