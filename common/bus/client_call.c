#include "bus/client_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
	RETRY_MS = 100, /* where the service names no time */
	GRACE_MS = 500, /* for the answer to travel: the service gives up this much earlier */
	LAST_MS = 200,  /* with less left, another attempt would only hide why this one was refused */
	ATTEMPT_MS = 10000, /* an answer that takes longer is asked for again */
};

static void release(struct client *c, struct client_call *call)
{
	free(call->copies);
	*call = (struct client_call) { 0 };
	c->calls.used--;
	c->calls.ended++;
}

/* The callback may begin the next call: the row is free by then. */
static void end_command(struct client *c, struct client_call *call, enum err e,
	const struct sesi_reply *reply)
{
	client_reply_fn *done = call->on_reply;
	void *self = call->self;

	release(c, call);
	done(self, e, reply);
}

static void end_ask(struct client *c, struct client_call *call, enum err e,
	const struct sesi_answer *answer)
{
	client_answer_fn *done = call->on_answer;
	void *self = call->self;

	release(c, call);
	done(self, e, answer);
}

static void end_with(struct client *c, struct client_call *call, enum err e)
{
	if (call->is_command)
		end_command(c, call, e, NULL);
	else
		end_ask(c, call, e, NULL);
}

static struct client_call *call_of(struct client *c, uint64_t corr)
{
	for (uint32_t i = 0; i < CLIENT_CALLS_MAX; i++)
		if (c->calls.rows[i].is_used && c->calls.rows[i].is_sent && c->calls.rows[i].corr == corr)
			return &c->calls.rows[i];
	return NULL;
}

static enum err begin(struct client *c, bool is_command, uint32_t within_ms, void *self,
	struct client_call **ret)
{
	struct client_call *call = NULL;

	for (uint32_t i = 0; i < CLIENT_CALLS_MAX && call == NULL; i++)
		if (!c->calls.rows[i].is_used)
			call = &c->calls.rows[i];
	if (call == NULL)
		return ERR_LIMIT;
	*call = (struct client_call) { .is_used = true, .is_command = is_command, .self = self };
	call->deadline = client_now() + (time_us)within_ms * 1000;
	c->calls.used++;
	*ret = call;
	return ERR_OK;
}

/* Two strings of a message, kept behind one another in the call's own memory. */
static void keep(struct client_call *call, struct str *a, struct str *b, struct str *d)
{
	struct str *const all[] = { a, b, d };
	size_t at = 0;

	call->copies = malloc(a->len + b->len + d->len + 1);
	if (call->copies == NULL)
		abort();
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		if (all[i]->len > 0)
			memcpy(call->copies + at, all[i]->ptr, all[i]->len);
		all[i]->ptr = call->copies + at;
		at += all[i]->len;
	}
}

enum err client_begin_command(struct client *c, const struct sesi_cmd *cmd, uint32_t within_ms,
	client_reply_fn *done, void *self)
{
	struct client_call *call;
	struct str none = { "", 0 };
	enum err e = begin(c, true, within_ms, self, &call);

	if (e != ERR_OK)
		return e;
	call->cmd = *cmd;
	call->on_reply = done;
	keep(call, &call->cmd.body, cmd->has_after_stream ? &call->cmd.after_stream : &none,
		&(struct str) { "", 0 });
	return ERR_OK;
}

enum err client_begin_ask(struct client *c, const struct sesi_ask *ask, uint32_t within_ms,
	client_answer_fn *done, void *self)
{
	struct client_call *call;
	struct str none = { "", 0 };
	struct str no_stream = { "", 0 };
	enum err e = begin(c, false, within_ms, self, &call);

	if (e != ERR_OK)
		return e;
	call->ask = *ask;
	call->on_answer = done;
	keep(call, &call->ask.body, ask->has_go_on ? &call->ask.go_on : &none,
		ask->has_after_stream ? &call->ask.after_stream : &no_stream);
	return ERR_OK;
}

uint32_t client_under_way(const struct client *c)
{
	return c->calls.used;
}

uint32_t client_unanswered(const struct client *c)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < CLIENT_CALLS_MAX; i++)
		count += c->calls.rows[i].is_used && c->calls.rows[i].is_sent;
	return count;
}

static enum err send_call(struct client *c, struct client_call *call, time_us now)
{
	int64_t left_ms = (call->deadline - now) / 1000;
	uint32_t time_left =
		left_ms > GRACE_MS * 2 ? (uint32_t)(left_ms - GRACE_MS) : (uint32_t)(left_ms / 2 + 1);
	enum err e;

	call->cmd.time_left_ms = time_left;
	call->ask.time_left_ms = time_left;
	if (call->is_command)
		e = session_cmd(c->session, &call->cmd, &call->corr);
	else
		e = session_ask(c->session, &call->ask, &call->corr);
	if (e == ERR_OK) {
		call->is_lost = call->is_lost || call->is_sent;
		call->is_sent = true;
		call->is_in_doubt = true;
		call->send_at = now + (time_us)ATTEMPT_MS * 1000;
	}
	return e;
}

time_us client_calls_send(struct client *c, time_us now)
{
	time_us wake = now + US_PER_SECOND;

	if (c->calls.used == 0)
		return wake;
	for (uint32_t i = 0; i < CLIENT_CALLS_MAX; i++) {
		struct client_call *call = &c->calls.rows[i];
		enum err e = ERR_OK;

		if (!call->is_used)
			continue;
		if (now >= call->deadline) {
			end_with(c, call, call->is_in_doubt ? ERR_TIMEOUT : ERR_UNAVAILABLE);
			continue;
		}
		if (c->is_ready && now >= call->send_at)
			e = send_call(c, call, now);
		if (e == ERR_LIMIT || e == ERR_INVALID) {
			end_with(c, call, e);
			continue;
		}
		if (call->deadline < wake)
			wake = call->deadline;
		if (c->is_ready && call->send_at > now && call->send_at < wake)
			wake = call->send_at;
	}
	return wake;
}

/* Not the end yet: asked again after the time the service names. False: no time is left for that. */
static bool again(struct client_call *call, bool has_retry, uint32_t retry_ms)
{
	time_us at = client_now() + (time_us)(has_retry && retry_ms > 0 ? retry_ms : RETRY_MS) * 1000;

	if (at + (time_us)LAST_MS * 1000 >= call->deadline)
		return false;
	call->is_sent = false;
	call->send_at = at;
	return true;
}

static void take_reply(struct client *c, struct client_call *call, const struct sesi_reply *reply)
{
	switch (reply->status) {
	case SESI_STATUS_BUSY:
	case SESI_STATUS_EXPIRED:
		call->is_in_doubt = call->is_lost; /* this sending did nothing; an earlier one may have */
		if (again(call, reply->has_retry_after_ms, reply->retry_after_ms))
			return;
		break;
	case SESI_STATUS_UNKNOWN:
		if (again(call, reply->has_retry_after_ms, reply->retry_after_ms))
			return;
		end_command(c, call, ERR_TIMEOUT, NULL);
		return;
	default:
		break;
	}
	end_command(c, call, ERR_OK, reply);
}

static void take_answer(struct client *c, struct client_call *call,
	const struct sesi_answer *answer)
{
	if ((answer->status == SESI_STATUS_BUSY || answer->status == SESI_STATUS_EXPIRED ||
			answer->status == SESI_STATUS_UNKNOWN) &&
		again(call, answer->has_retry_after_ms, answer->retry_after_ms))
		return;
	end_ask(c, call, ERR_OK, answer);
}

void client_calls_take(struct client *c, const struct session_note *note)
{
	struct client_call *call = call_of(c, note->corr);

	if (call == NULL)
		return; /* an answer to a sending that was given up */
	if (note->kind == NOTE_REPLY && call->is_command) {
		take_reply(c, call, &note->reply);
	} else if (note->kind == NOTE_ANSWER && !call->is_command) {
		take_answer(c, call, &note->answer);
	} else if (note->kind == NOTE_ERROR) {
		if (note->error.code != SESI_CODE_NOT_NOW ||
			!again(call, note->error.has_retry_after_ms, note->error.retry_after_ms))
			end_with(c, call,
				note->error.code == SESI_CODE_NOT_NOW ? ERR_UNAVAILABLE : ERR_INVALID);
	}
}

void client_calls_lost(struct client *c)
{
	for (uint32_t i = 0; i < CLIENT_CALLS_MAX; i++) {
		struct client_call *call = &c->calls.rows[i];

		if (!call->is_used || !call->is_sent)
			continue;
		call->is_sent = false;
		call->is_lost = true;
		call->send_at = 0;
	}
}

void client_calls_clear(struct client *c)
{
	for (uint32_t i = 0; i < CLIENT_CALLS_MAX; i++)
		free(c->calls.rows[i].copies);
}

/* --- one call, waited for --- */

struct waiting {
	bool is_done;
	enum err error;
	struct arena *arena;
	struct sesi_reply *reply;
	struct sesi_answer *answer;
};

static void copy_into(struct waiting *w, bool has, struct str *s)
{
	if (has && w->error == ERR_OK)
		w->error = arena_copy(w->arena, *s, s);
}

static void on_reply(void *self, enum err e, const struct sesi_reply *reply)
{
	struct waiting *w = self;

	w->is_done = true;
	w->error = e;
	if (e != ERR_OK)
		return;
	*w->reply = *reply;
	copy_into(w, reply->has_result, &w->reply->result);
	copy_into(w, reply->has_stream, &w->reply->stream);
	copy_into(w, reply->has_field, &w->reply->field);
	copy_into(w, reply->has_rule, &w->reply->rule);
}

static void on_answer(void *self, enum err e, const struct sesi_answer *answer)
{
	struct waiting *w = self;

	w->is_done = true;
	w->error = e;
	if (e != ERR_OK)
		return;
	*w->answer = *answer;
	copy_into(w, answer->has_body, &w->answer->body);
	copy_into(w, answer->has_go_on, &w->answer->go_on);
	copy_into(w, answer->has_stream, &w->answer->stream);
	copy_into(w, answer->has_field, &w->answer->field);
	copy_into(w, answer->has_rule, &w->answer->rule);
}

static enum err wait_for(struct client *c, struct waiting *w)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && !w->is_done)
		e = client_turn(c, client_now() + US_PER_SECOND);
	return e == ERR_OK ? w->error : e;
}

enum err client_command(struct client *c, const struct sesi_cmd *cmd, uint32_t within_ms,
	struct arena *arena, struct sesi_reply *ret)
{
	struct waiting w = { .arena = arena, .reply = ret };
	enum err e = client_begin_command(c, cmd, within_ms, on_reply, &w);

	return e == ERR_OK ? wait_for(c, &w) : e;
}

enum err client_ask(struct client *c, const struct sesi_ask *ask, uint32_t within_ms,
	struct arena *arena, struct sesi_answer *ret)
{
	struct waiting w = { .arena = arena, .answer = ret };
	enum err e = client_begin_ask(c, ask, within_ms, on_answer, &w);

	return e == ERR_OK ? wait_for(c, &w) : e;
}
