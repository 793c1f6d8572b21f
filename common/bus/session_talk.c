/* Sending, and what is said once: commands, questions, letters, their answers, signs of life, errors. */
#include "bus/session_parts.h"

#include <assert.h>
#include <string.h>

enum { OUT_KEPT_BYTES = 2048 }; /* what an idle session keeps of its buffer: one of a thousand */

static enum err send_frames(struct session *s, const struct header *h, struct str body,
	struct str payload)
{
	uint8_t header[HEADER_BYTES] = { 0 };
	struct frames frames = { .header = str_bytes(header, sizeof header),
		.body = body,
		.payload = payload };

	header_write(h, header);
	if (s->config.send(s->config.self, &frames) == ERR_OK)
		return ERR_OK;
	session_over(s, 0, "the connection takes nothing more");
	return ERR_UNAVAILABLE;
}

static enum err send_body(struct session *s, const struct header *h, const struct schema *schema,
	const void *body, struct str payload)
{
	struct problem why;
	enum err e;

	buf_reset(&s->out);
	e = wire_encode(schema, body, &s->out, &why);
	if (e == ERR_OK)
		e = send_frames(s, h, buf_str(&s->out), payload);
	if (s->out.size > OUT_KEPT_BYTES)
		buf_clear(&s->out);
	return e;
}

enum err session_send(struct session *s, enum session_type type, uint64_t corr,
	const struct schema *schema, const void *body)
{
	struct header h = { .major = HEADER_MAJOR,
		.type = (uint8_t)type,
		.session = s->number,
		.corr = corr };

	if (s->state == SESSION_OVER || (s->state != SESSION_READY && type != SESI_HELLO))
		return ERR_UNAVAILABLE;
	return send_body(s, &h, schema, body, (struct str) { NULL, 0 });
}

enum err session_send_payload(struct session *s, uint64_t corr, const struct sesi_events *body,
	struct str payload)
{
	struct header h = { .major = HEADER_MAJOR,
		.type = SESI_EVENTS,
		.session = s->number,
		.corr = corr };

	return s->state == SESSION_READY ? send_body(s, &h, &schema_sesi_events, body, payload)
									 : ERR_UNAVAILABLE;
}

void session_send_error(struct session *s, uint64_t number, uint64_t corr,
	const struct sesi_error *error)
{
	struct header h = { .major = HEADER_MAJOR,
		.type = SESI_ERROR,
		.session = number,
		.corr = corr };
	enum err e = send_body(s, &h, &schema_sesi_error, error, (struct str) { NULL, 0 });

	assert(e == ERR_OK || e == ERR_UNAVAILABLE); /* our own texts are short and plain */
}

uint64_t session_new_corr(struct session *s)
{
	uint64_t corr = s->next_corr;

	s->next_corr += 2;
	return corr;
}

bool session_is_ours(const struct session *s, uint64_t corr)
{
	return corr % 2 == s->next_corr % 2 && corr > 0 && corr < s->next_corr;
}

bool session_is_theirs(const struct session *s, uint64_t corr)
{
	return corr % 2 != s->next_corr % 2 && corr > 0;
}

/* What goes up as it is: the union of the note holds the same records. */
void session_take_talk(struct session *s, const struct incoming *in, struct session_note *ret)
{
	(void)s;
	switch (in->header.type) {
	case SESI_CMD:
		ret->kind = NOTE_CMD;
		ret->cmd = in->body.cmd;
		return;
	case SESI_REPLY:
		ret->kind = NOTE_REPLY;
		ret->reply = in->body.reply;
		return;
	case SESI_ASK:
		ret->kind = NOTE_ASK;
		ret->ask = in->body.ask;
		return;
	case SESI_ANSWER:
		ret->kind = NOTE_ANSWER;
		ret->answer = in->body.answer;
		return;
	case SESI_LETTER:
		ret->kind = NOTE_LETTER;
		ret->letter = in->body.letter;
		return;
	case SESI_TAKEN:
		ret->kind = NOTE_TAKEN;
		ret->taken = in->body.taken;
		return;
	}
	assert(false);
}

void session_take_ping(struct session *s, const struct incoming *in, struct session_note *ret)
{
	struct sesi_pong pong = { .number = in->body.ping.number };

	(void)ret;
	if (session_send(s, SESI_PONG, in->header.corr, &schema_sesi_pong, &pong) != ERR_OK)
		assert(s->state == SESSION_OVER);
}

void session_take_bye(struct session *s, const struct incoming *in, struct session_note *ret)
{
	(void)in;
	(void)ret;
	session_over(s, 0, "the peer said BYE");
}

/* 1xx and 2xx end the session, and so does a broken stream; what else belongs to one message or stream
 * ends that. */
void session_take_error(struct session *s, const struct incoming *in, struct session_note *ret)
{
	uint32_t code = in->body.error.code;
	const struct reading *reading = session_reading(s, in->header.corr);
	const struct serving *serving = session_serving_of(s, in->header.corr);
	const struct stream_name *name = reading != NULL ? &reading->name
		: serving != NULL                            ? &serving->name
													 : NULL;

	if (s->state != SESSION_READY || code < 300 || code == SESI_CODE_BROKEN_STREAM) {
		session_over(s, code, "the peer sent ERROR");
		return;
	}
	if (name != NULL && !session_note_stream(s, in, name, ret))
		return;
	ret->kind = NOTE_ERROR;
	ret->error = in->body.error;
	session_end_stream(s, in->header.corr);
}

enum err session_cmd(struct session *s, const struct sesi_cmd *cmd, uint64_t *ret_corr)
{
	*ret_corr = session_new_corr(s);
	return session_send(s, SESI_CMD, *ret_corr, &schema_sesi_cmd, cmd);
}

enum err session_reply(struct session *s, uint64_t corr, const struct sesi_reply *reply)
{
	return session_send(s, SESI_REPLY, corr, &schema_sesi_reply, reply);
}

enum err session_ask(struct session *s, const struct sesi_ask *ask, uint64_t *ret_corr)
{
	*ret_corr = session_new_corr(s);
	return session_send(s, SESI_ASK, *ret_corr, &schema_sesi_ask, ask);
}

enum err session_answer(struct session *s, uint64_t corr, const struct sesi_answer *answer)
{
	return session_send(s, SESI_ANSWER, corr, &schema_sesi_answer, answer);
}

enum err session_letter(struct session *s, const struct sesi_letter *letter, uint64_t *ret_corr)
{
	*ret_corr = session_new_corr(s);
	return session_send(s, SESI_LETTER, *ret_corr, &schema_sesi_letter, letter);
}

enum err session_taken(struct session *s, uint64_t corr, const struct sesi_taken *taken)
{
	return session_send(s, SESI_TAKEN, corr, &schema_sesi_taken, taken);
}

/* An ERROR about a stream ends it on this side too. */
enum err session_error(struct session *s, uint64_t corr, uint32_t code, const char *text)
{
	struct sesi_error error = { .code = code, .has_text = text != NULL };

	if (text != NULL)
		error.text = str_of(text);
	session_end_stream(s, corr);
	return session_send(s, SESI_ERROR, corr, &schema_sesi_error, &error);
}

enum err session_diverged(struct session *s, uint64_t corr, const struct stream_place *head)
{
	struct sesi_error error = {
		.code = SESI_CODE_DIVERGED,
		.has_head_epoch = true,
		.head_epoch = head->epoch,
		.has_head_seq = true,
		.head_seq = head->seq,
		.has_head_hash = true,
		.head_hash = head->hash,
	};

	stream_table_delete(&s->servings, corr);
	return session_send(s, SESI_ERROR, corr, &schema_sesi_error, &error);
}
