/* Streams of ours that the peer reads; and HEAD and CLOSE, which go both ways. */
#include "bus/session_parts.h"

#include <assert.h>
#include <string.h>

struct serving *session_serving_of(const struct session *s, uint64_t corr)
{
	return stream_table_find(&s->servings, corr);
}

/* OPEN, or TAIL in the form of an OPEN. */
static void begin_serving(struct session *s, const struct incoming *in,
	const struct sesi_open *open, struct session_note *ret)
{
	struct sesi_error full = { .code = SESI_CODE_NOT_SUPPORTED };
	uint64_t corr = in->header.corr;
	struct serving *v;

	if (session_serving_of(s, corr) != NULL || open->payload_max < SESSION_WINDOW_MIN ||
		open->credit_bytes > SESSION_WINDOW_MAX) {
		session_fail(s, corr, SESI_CODE_MALFORMED, "OPEN", ret);
		return;
	}
	if (s->servings.len >= s->config.streams_max) {
		session_send_error(s, s->number, corr, &full);
		return;
	}
	v = stream_table_add(&s->servings, corr, sizeof *v);
	*v = (struct serving) {
		.corr = corr,
		.is_copy = in->header.type == SESI_TAIL,
		.sent = { open->epoch, open->after_seq, open->after_hash },
		.granted = { open->credit_bytes, open->credit_events },
		.payload_max = open->payload_max < s->payload_max ? open->payload_max : s->payload_max,
	};
	stream_name_set(&v->name, open->stream);
	ret->kind = v->is_copy ? NOTE_TAIL : NOTE_OPEN;
	ret->open = *open;
	ret->stream = open->stream;
}

void session_take_open(struct session *s, const struct incoming *in, struct session_note *ret)
{
	begin_serving(s, in, &in->body.open, ret);
}

/* Without a mark of events those of bytes bound it; without a payload size that of HELLO or WELCOME does. */
void session_take_tail(struct session *s, const struct incoming *in, struct session_note *ret)
{
	const struct sesi_tail *tail = &in->body.tail;
	struct sesi_open open = {
		.stream = tail->stream,
		.epoch = tail->epoch,
		.after_seq = tail->after_seq,
		.after_hash = tail->after_hash,
		.credit_bytes = tail->credit_bytes,
		.credit_events = tail->has_credit_events ? tail->credit_events : UINT64_MAX,
		.payload_max = tail->has_payload_max ? tail->payload_max : s->payload_max,
	};

	ret->wants_rest = tail->has_rest && tail->rest;
	begin_serving(s, in, &open, ret);
}

enum err session_opened(struct session *s, uint64_t corr, const struct stream_place *after,
	const struct stream_place *head)
{
	struct serving *v = session_serving_of(s, corr);
	struct sesi_opened opened = { .epoch = head->epoch,
		.head_seq = head->seq,
		.head_hash = head->hash };
	enum err e;

	if (v == NULL)
		return ERR_NOT_FOUND;
	assert(!v->is_open && after->seq == v->sent.seq);
	e = session_send(s, SESI_OPENED, corr, &schema_sesi_opened, &opened);
	if (e != ERR_OK)
		return e;
	v->is_open = true;
	v->sent = *after;
	v->head_at = s->now + SESSION_HEAD_US;
	if (v->head_at < s->heads_at)
		s->heads_at = v->head_at;
	return ERR_OK;
}

/* Marks are absolute: an older one that comes again lowers nothing. */
void session_take_credit(struct session *s, const struct incoming *in, struct session_note *ret)
{
	struct serving *v = session_serving_of(s, in->header.corr);
	const struct sesi_credit *credit = &in->body.credit;

	if (v == NULL || (credit->bytes <= v->granted.bytes && credit->events <= v->granted.events))
		return;
	if (credit->bytes > v->used.bytes && credit->bytes - v->used.bytes > SESSION_WINDOW_MAX) {
		session_fail(s, in->header.corr, SESI_CODE_MALFORMED, "CREDIT", ret);
		return;
	}
	if (!session_note_stream(s, in, &v->name, ret))
		return;
	if (credit->bytes > v->granted.bytes)
		v->granted.bytes = credit->bytes;
	if (credit->events > v->granted.events)
		v->granted.events = credit->events;
	ret->kind = NOTE_CREDIT;
}

void session_take_ack(struct session *s, const struct incoming *in, struct session_note *ret)
{
	struct serving *v = session_serving_of(s, in->header.corr);

	if (v == NULL)
		return;
	if (in->body.ack.seq > v->sent.seq) {
		session_fail(s, in->header.corr, SESI_CODE_BROKEN_STREAM, "ACK of what was not sent", ret);
		return;
	}
	if (!session_note_stream(s, in, &v->name, ret))
		return;
	ret->kind = NOTE_ACK;
	ret->ack = in->body.ack;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void session_room(const struct session *s, uint64_t corr, uint64_t *ret_bytes, uint32_t *ret_events)
{
	const struct serving *v = session_serving_of(s, corr);

	*ret_bytes = 0;
	*ret_events = 0;
	if (v == NULL || !v->is_open || s->state != SESSION_READY)
		return;
	*ret_bytes = smaller(v->granted.bytes - v->used.bytes, v->payload_max);
	*ret_events = (uint32_t)smaller(v->granted.events - v->used.events, SESSION_EVENTS_MAX);
	if (*ret_events == 0)
		*ret_bytes = 0;
}

bool session_served(const struct session *s, uint64_t corr, struct str *ret_stream,
	struct stream_place *ret_at)
{
	const struct serving *v = session_serving_of(s, corr);

	if (v == NULL || !v->is_open)
		return false;
	*ret_stream = stream_name_str(&v->name);
	*ret_at = v->sent;
	return true;
}

uint32_t session_serving(const struct session *s, uint64_t corrs[SESSION_STREAMS_MAX])
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < s->servings.len; i++) {
		const struct serving *v = s->servings.rows[i].stream;

		if (v->is_open)
			corrs[count++] = v->corr;
	}
	return count;
}

bool session_serves_copy(const struct session *s, uint64_t corr)
{
	const struct serving *v = session_serving_of(s, corr);

	return v != NULL && v->is_open && v->is_copy;
}

enum err session_events(struct session *s, uint64_t corr, uint32_t count,
	const struct stream_place *last, struct str payload)
{
	struct serving *v = session_serving_of(s, corr);
	struct sesi_events events = { .epoch = last->epoch, .count = count, .last_hash = last->hash };
	uint64_t bytes;
	uint32_t room;
	enum err e;

	if (v == NULL || !v->is_open)
		return ERR_NOT_FOUND;
	session_room(s, corr, &bytes, &room);
	if (payload.len > bytes || count > room)
		return ERR_LIMIT;
	assert(count > 0 && last->seq == v->sent.seq + count);
	events.stream = stream_name_str(&v->name);
	events.first_seq = v->sent.seq + 1;
	events.prev_hash = v->sent.hash;
	e = session_send_payload(s, corr, &events, payload);
	if (e != ERR_OK)
		return e;
	v->used.bytes += payload.len;
	v->used.events += count;
	v->sent = *last;
	return ERR_OK;
}

enum err session_head(struct session *s, uint64_t corr, struct str stream,
	const struct stream_place *head, struct str signature)
{
	return session_copy_head(s, corr, stream, head, signature, 0);
}

enum err session_copy_head(struct session *s, uint64_t corr, struct str stream,
	const struct stream_place *head, struct str signature, uint64_t rest)
{
	struct sesi_head body = {
		.stream = stream,
		.has_epoch = true,
		.epoch = head->epoch,
		.has_seq = true,
		.seq = head->seq,
		.has_hash = true,
		.hash = head->hash,
		.has_signature = signature.ptr != NULL,
		.signature = signature,
		.has_rest = rest > 0,
		.rest = rest,
	};

	assert(signature.ptr == NULL || signature.len == SESSION_SIGNATURE_BYTES);
	return session_send(s, SESI_HEAD, corr, &schema_sesi_head, &body);
}

enum err session_ask_head(struct session *s, struct str stream, uint64_t *ret_corr)
{
	struct sesi_head body = { .stream = stream };

	*ret_corr = session_new_corr(s);
	return session_send(s, SESI_HEAD, *ret_corr, &schema_sesi_head, &body);
}

/* A head that was told of a stream we read may not be behind it, nor differ where it is even with it. */
static bool is_head_wrong(const struct reading *r, const struct sesi_head *head)
{
	return head->seq < r->received.seq ||
		(head->seq == r->received.seq && head->seq > 0 &&
			!hash_equal(&head->hash, &r->received.hash));
}

/* It tells or it asks, whole, and a signature belongs to what is told. corr 0: told though nobody asked. */
static bool is_head_whole(const struct session *s, uint64_t corr, const struct sesi_head *head)
{
	bool is_told = head->has_epoch && head->has_seq && head->has_hash;
	bool is_asked = !head->has_epoch && !head->has_seq && !head->has_hash && !head->has_signature;

	if (head->has_signature && head->signature.len != SESSION_SIGNATURE_BYTES)
		return false;
	return (is_told && (corr == 0 || session_is_ours(s, corr))) ||
		(is_asked && session_is_theirs(s, corr));
}

void session_take_head(struct session *s, const struct incoming *in, struct session_note *ret)
{
	const struct sesi_head *head = &in->body.head;
	const struct reading *r = session_reading(s, in->header.corr);

	if (!is_head_whole(s, in->header.corr, head)) {
		session_fail(s, in->header.corr, SESI_CODE_MALFORMED, "HEAD", ret);
		return;
	}
	if (head->has_seq && r != NULL && is_head_wrong(r, head)) {
		session_fail(s, in->header.corr, SESI_CODE_BROKEN_STREAM, "HEAD is another history", ret);
		return;
	}
	ret->kind = head->has_seq ? NOTE_HEAD : NOTE_HEAD_ASKED;
	ret->head = *head;
	ret->stream = head->stream;
}

void session_take_close(struct session *s, const struct incoming *in, struct session_note *ret)
{
	const struct reading *r = session_reading(s, in->header.corr);
	const struct serving *v = session_serving_of(s, in->header.corr);

	if (r == NULL && v == NULL)
		return;
	if (!session_note_stream(s, in, r != NULL ? &r->name : &v->name, ret))
		return;
	ret->kind = NOTE_CLOSE;
	session_end_stream(s, in->header.corr);
}

/* One head a call: the note has room for one, and the next tick is then due at once. Its name is the stream's,
 * which no message can end before the note is read. */
static void tell_heads(struct session *s, struct session_note *ret)
{
	s->heads_at = INT64_MAX;
	for (uint32_t i = 0; i < s->servings.len; i++) {
		struct serving *v = s->servings.rows[i].stream;

		if (!v->is_open)
			continue;
		if (s->now >= v->head_at && ret->kind == NOTE_NONE) {
			v->head_at = s->now + SESSION_HEAD_US;
			ret->kind = NOTE_HEAD_ASKED;
			ret->corr = v->corr;
			ret->stream = stream_name_str(&v->name);
			ret->head = (struct sesi_head) { .stream = ret->stream };
		}
		if (v->head_at < s->heads_at)
			s->heads_at = v->head_at;
	}
}

void session_tick_servings(struct session *s, struct session_note *ret, time_us *next)
{
	if (s->now >= s->heads_at)
		tell_heads(s, ret);
	if (s->heads_at < *next)
		*next = s->heads_at < s->now ? s->now : s->heads_at;
}

void session_end_stream(struct session *s, uint64_t corr)
{
	stream_table_delete(&s->readings, corr);
	stream_table_delete(&s->servings, corr);
}

enum err session_close_stream(struct session *s, uint64_t corr)
{
	struct sesi_close body = { .has_reason = false };

	if (session_reading(s, corr) == NULL && session_serving_of(s, corr) == NULL)
		return ERR_NOT_FOUND;
	session_end_stream(s, corr);
	return session_send(s, SESI_CLOSE, corr, &schema_sesi_close, &body);
}
