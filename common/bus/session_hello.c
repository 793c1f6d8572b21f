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
		.wall_time = s->config.wall,
	};

	s->nonce = chance();
	hello.nonce = s->nonce;
	return session_send(s, SESI_HELLO, session_new_corr(s), &schema_sesi_hello, &hello);
}

/* The peer's name must be that of the connection, where the connection has one. */
static bool is_expected(const struct session *s, struct str service)
{
	return service.len > 0 &&
		(s->config.peer_service.len == 0 || str_equal(service, s->config.peer_service));
}

static void make_ready(struct session *s, struct str service, struct id node, uint32_t payload_max)
{
	assert(service.len <= sizeof s->peer);
	memcpy(s->peer, service.ptr, service.len);
	s->peer_len = service.len;
	s->peer_node = node;
	if (payload_max < s->payload_max)
		s->payload_max = payload_max;
	s->state = SESSION_READY;
}

void session_take_hello(struct session *s, const struct incoming *in, struct session_note *ret)
{
	const struct sesi_hello *hello = &in->body.hello;
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
		.wall_time = s->config.wall,
		.nonce = hello->nonce,
	};

	if (hello->minors.lowest > SESSION_MINOR || hello->minors.highest < SESSION_MINOR) {
		session_fail(s, in->header.corr, SESI_CODE_MAJOR_VERSION, "no minor version in common",
			ret);
		return;
	}
	if (hello->payload_max < SESSION_WINDOW_MIN) {
		session_fail(s, in->header.corr, SESI_CODE_MALFORMED, "payload_max", ret);
		return;
	}
	if (!is_expected(s, hello->service)) {
		session_fail(s, in->header.corr, SESI_CODE_WRONG_IDENTITY, "service", ret);
		return;
	}
	s->number = welcome.session = chance();
	make_ready(s, hello->service, hello->node, hello->payload_max);
	if (session_send(s, SESI_WELCOME, in->header.corr, &schema_sesi_welcome, &welcome) == ERR_OK)
		ret->kind = NOTE_READY;
}

void session_take_welcome(struct session *s, const struct incoming *in, struct session_note *ret)
{
	const struct sesi_welcome *welcome = &in->body.welcome;
	const char *fault = NULL;

	if (welcome->session == 0 || welcome->session != in->header.session)
		fault = "session";
	else if (welcome->nonce != s->nonce)
		fault = "nonce";
	else if (welcome->minor != SESSION_MINOR)
		fault = "minor";
	else if (welcome->limits.payload_max < SESSION_WINDOW_MIN)
		fault = "payload_max";
	if (fault != NULL) {
		session_fail(s, in->header.corr, SESI_CODE_MALFORMED, fault, ret);
		return;
	}
	if (!is_expected(s, welcome->service)) {
		session_fail(s, in->header.corr, SESI_CODE_WRONG_IDENTITY, "service", ret);
		return;
	}
	s->number = welcome->session;
	make_ready(s, welcome->service, welcome->node, welcome->limits.payload_max);
	ret->kind = NOTE_READY;
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
