/* Whoever speaks for the harness: clients of services, and services that are played. */
#include "lib/harness_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

enum { WITHIN_MS = 600000 };

/* --- talkers and their sessions --- */

static enum err send_out(void *self, const struct frames *frames)
{
	struct harness_talker *t = self;

	for (uint32_t i = 0; i < t->h->link_count; i++)
		if (t->h->links[i].is_up && t->h->links[i].number == t->link)
			return harness_post(t->h, t->link, t->h->links[i].sides[0].talker == t, frames);
	return ERR_UNAVAILABLE;
}

void harness_talker_connect(struct harness *h, struct harness_talker *t, uint64_t link,
	bool is_dialer)
{
	struct session_config config = {
		.service = str_of(t->name),
		.node = { { 7 } },
		.boot = { { (uint8_t)++h->ids } },
		.version = STR("uji"),
		.wall = h->wall,
		.is_dialer = is_dialer,
		.peer_service = STR(""),
		.ping_ms = UINT32_MAX / 2,
		.dead_ms = UINT32_MAX,
		.window_bytes = 4 << 20,
		.window_events = 16384,
		.send = send_out,
		.self = t,
	};

	if (is_dialer) /* a talker that dials knows whom: the listener of its link */
		for (uint32_t i = 0; i < h->link_count; i++)
			if (h->links[i].number == link)
				config.peer_service = str_of(h->links[i].sides[1].node->service->name);
	t->link = link;
	t->session = session_open(&config, h->steady);
}

void harness_talker_down(struct harness_talker *t)
{
	if (t->session != NULL)
		session_close(&t->session);
	for (uint32_t i = 0; i < t->h->ticket_count; i++)
		if (t->h->tickets[i].talker == t)
			t->h->tickets[i].talker = NULL; /* nobody will answer it any more */
	t->link = 0;
}

static struct harness_talker *talker_new(struct harness *h, const char *name)
{
	struct harness_talker *t = NULL;

	for (uint32_t i = 0; i < h->talker_count && t == NULL; i++)
		if (h->talkers[i].session == NULL)
			t = &h->talkers[i];
	if (t == NULL) {
		assert_true(h->talker_count < HARNESS_TALKERS_MAX);
		t = &h->talkers[h->talker_count++];
	}
	*t = (struct harness_talker) { .h = h, .name = name };
	return t;
}

struct harness_talker *harness_player(struct harness *h, const char *name)
{
	return talker_new(h, name);
}

void harness_talkers_tick(struct harness *h)
{
	for (uint32_t i = 0; i < h->talker_count; i++) {
		struct session_note note = { .kind = NOTE_NONE };

		if (h->talkers[i].session != NULL)
			(void)session_tick(h->talkers[i].session, h->steady, &note);
	}
}

/* The one who speaks under this name to the service: connected, or NULL where the service is down. */
static struct harness_talker *speaker(struct harness *h, const char *name, const char *service)
{
	struct harness_node *node = harness_node(h, service);
	struct harness_talker *t;

	for (uint32_t i = 0; i < h->link_count; i++)
		if (h->links[i].is_up && h->links[i].sides[1].node == node &&
			h->links[i].sides[0].talker != NULL &&
			strcmp(h->links[i].sides[0].talker->name, name) == 0)
			return h->links[i].sides[0].talker;
	if (node->runtime == NULL)
		return NULL;
	t = talker_new(h, name);
	harness_link_make(h, (struct harness_side) { NULL, t }, (struct harness_side) { node, NULL });
	harness_run(h);
	return t->session != NULL && session_is_ready(t->session) ? t : NULL;
}

/* --- what comes in --- */

static struct harness_ticket *ticket_of(struct harness_talker *t, uint64_t corr)
{
	for (uint32_t i = t->h->ticket_count; i > 0; i--)
		if (t->h->tickets[i - 1].talker == t && t->h->tickets[i - 1].corr == corr)
			return &t->h->tickets[i - 1];
	return NULL;
}

static struct str said(struct harness *h, bool has, struct str s)
{
	return has ? harness_keep(h, s) : (struct str) { "", 0 };
}

static void take_reply(struct harness_talker *t, const struct session_note *note)
{
	const struct sesi_reply *r = &note->reply;
	struct harness_ticket *ticket = ticket_of(t, note->corr);

	if (ticket == NULL)
		return;
	ticket->talker = NULL;
	ticket->reply = (struct harness_reply) { .is_answered = true,
		.status = r->status,
		.field = said(t->h, r->has_field, r->field),
		.rule = said(t->h, r->has_rule, r->rule),
		.result = said(t->h, r->has_result, r->result),
		.first_seq = r->has_first_seq ? r->first_seq : 0,
		.count = r->has_count ? r->count : 0 };
}

static void take_answer(struct harness_talker *t, const struct session_note *note)
{
	const struct sesi_answer *a = &note->answer;
	struct harness_ticket *ticket = ticket_of(t, note->corr);

	if (ticket == NULL)
		return;
	ticket->talker = NULL;
	ticket->reply = (struct harness_reply) { .is_answered = true,
		.status = a->status,
		.field = said(t->h, a->has_field, a->field),
		.rule = said(t->h, a->has_rule, a->rule),
		.result = said(t->h, a->has_body, a->body),
		.go_on = a->has_go_on ? harness_keep(t->h, a->go_on) : (struct str) { NULL, 0 } };
}

static void take_taken(struct harness_talker *t, const struct session_note *note)
{
	struct harness_ticket *ticket = ticket_of(t, note->corr);

	if (ticket == NULL)
		return;
	ticket->talker = NULL;
	ticket->reply = (struct harness_reply) { .is_answered = true,
		.status = SESI_STATUS_OK,
		.count = note->taken.status == SESI_LETTER_STATUS_PARKED ? 1 : 0 };
}

void harness_talker_frames(struct harness_talker *t, const struct frames *frames)
{
	struct session_note note;
	struct sesi_taken taken;

	if (t->session == NULL)
		return;
	session_in(t->session, frames, t->h->steady, &t->h->arena, &note);
	switch (note.kind) {
	case NOTE_REPLY:
		take_reply(t, &note);
		break;
	case NOTE_ANSWER:
		take_answer(t, &note);
		break;
	case NOTE_TAKEN:
		take_taken(t, &note);
		break;
	case NOTE_LETTER:
		taken = (struct sesi_taken) { .id = note.letter.id, .status = SESI_LETTER_STATUS_TAKEN };
		assert_int_equal(session_taken(t->session, note.corr, &taken), ERR_OK);
		break;
	case NOTE_OPEN:
		harness_stream_open(t, &note);
		break;
	case NOTE_CREDIT:
		harness_stream_serve(t);
		break;
	case NOTE_HEAD_ASKED:
		harness_stream_head(t, note.corr, note.stream);
		break;
	case NOTE_ASK:
		if (note.ask.type == schema_katalog_aliran.code)
			harness_stream_catalogue(t, note.corr);
		break;
	default:
		break;
	}
}

/* --- what goes out --- */

void harness_speak_as(struct harness *h, const char *peer)
{
	h->speaker = peer;
}

struct id harness_new_id(struct harness *h)
{
	uint8_t chance[10] = { 0xc0 };

	be32_put(chance + 2, ++h->ids);
	return id_make(h->wall, chance);
}

static struct str encoded(struct harness *h, const struct schema *schema, const void *body)
{
	struct problem why = { NULL, NULL };
	struct buf out;
	struct str s;

	buf_init(&out, SESSION_BODY_MAX);
	if (wire_encode(schema, body, &out, &why) != ERR_OK)
		fail_msg("%s cannot be sent: %s %s", schema->name, why.field, why.rule);
	s = harness_keep(h, buf_str(&out));
	buf_clear(&out);
	return s;
}

static uint32_t ticket_new(struct harness *h, struct harness_talker *t, uint64_t corr)
{
	assert_true(h->ticket_count < HARNESS_TICKETS_MAX);
	h->tickets[h->ticket_count] = (struct harness_ticket) { .talker = t, .corr = corr };
	return h->ticket_count++;
}

uint32_t harness_begin(struct harness *h, const char *service, struct id actor, struct id id,
	const struct schema *schema, const void *body)
{
	struct harness_talker *t = speaker(h, h->speaker, service);
	struct sesi_cmd cmd = { .id = id_is_zero(id) ? harness_new_id(h) : id,
		.time_left_ms = WITHIN_MS,
		.actor = actor,
		.type = schema->code,
		.version = schema->version,
		.body = encoded(h, schema, body) };
	uint64_t corr = 0;

	if (t == NULL || session_cmd(t->session, &cmd, &corr) != ERR_OK)
		return ticket_new(h, NULL, 0);
	return ticket_new(h, t, corr);
}

struct harness_reply harness_reply(const struct harness *h, uint32_t ticket)
{
	assert_true(ticket < h->ticket_count);
	return h->tickets[ticket].reply;
}

void harness_decode(struct harness *h, const struct schema *schema, struct str bytes, void *ret)
{
	struct problem why = { NULL, NULL };

	if (wire_decode(schema, bytes, &h->arena, ret, &why) != ERR_OK)
		fail_msg("%s cannot be read: %s %s", schema->name, why.field, why.rule);
}

struct harness_reply harness_command(struct harness *h, const char *service, struct id actor,
	struct id id, const struct schema *schema, const void *body, void *reply)
{
	uint32_t ticket = harness_begin(h, service, actor, id, schema, body);
	struct harness_reply r;

	harness_run(h);
	r = harness_reply(h, ticket);
	if (reply != NULL && r.is_answered && r.result.len > 0)
		harness_decode(h, schema->reply, r.result, reply);
	return r;
}

struct harness_reply harness_ask(struct harness *h, const char *service, struct id actor,
	const struct schema *schema, const void *body, struct str go_on, void *answer)
{
	struct harness_talker *t = speaker(h, h->speaker, service);
	struct sesi_ask ask = { .type = schema->code,
		.version = schema->version,
		.body = encoded(h, schema, body),
		.actor = actor,
		.time_left_ms = WITHIN_MS,
		.has_go_on = go_on.ptr != NULL,
		.go_on = go_on };
	struct harness_reply r;
	uint64_t corr = 0;
	uint32_t ticket;

	assert_non_null(t);
	assert_int_equal(session_ask(t->session, &ask, &corr), ERR_OK);
	ticket = ticket_new(h, t, corr);
	harness_run(h);
	r = harness_reply(h, ticket);
	if (r.is_answered && r.status == SESI_STATUS_OK)
		harness_decode(h, schema->reply, r.result, answer);
	return r;
}

struct harness_reply harness_letter(struct harness *h, const char *from, const char *to,
	struct id id, const struct schema *schema, const void *body)
{
	struct harness_talker *t = speaker(h, from, to);
	struct sesi_letter letter = { .id = id_is_zero(id) ? harness_new_id(h) : id,
		.type = schema->code,
		.version = schema->version,
		.body = encoded(h, schema, body) };
	uint64_t corr = 0;
	uint32_t ticket;

	assert_non_null(t);
	assert_int_equal(session_letter(t->session, &letter, &corr), ERR_OK);
	ticket = ticket_new(h, t, corr);
	harness_run(h);
	return harness_reply(h, ticket);
}
