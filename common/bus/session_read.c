/* Streams of the peer that we read: sequence, chain and credit are checked before anybody sees an event. */
#include "bus/session_parts.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"

enum { LENGTH_BYTES = 4 }; /* before each record of a payload */

struct reading *session_reading(const struct session *s, uint64_t corr)
{
	return stream_table_find(&s->readings, corr);
}

/* OPEN or TAIL, whose body the caller made. */
static enum err begin_reading(struct session *s, enum session_type type,
	const struct schema *schema, const void *body, const struct stream_place *after,
	struct str stream, uint64_t *ret_corr)
{
	uint64_t corr = session_new_corr(s);
	struct reading *r;
	enum err e;

	if (s->readings.len == SESSION_STREAMS_MAX || stream.len > SESSION_STREAM_NAME_MAX)
		return ERR_LIMIT;
	e = session_send(s, type, corr, schema, body);
	if (e != ERR_OK)
		return e;
	r = stream_table_add(&s->readings, corr, sizeof *r);
	*r = (struct reading) {
		.corr = corr,
		.received = *after,
		.consumed = *after,
		.window = { s->config.window_bytes, s->config.window_events },
		.granted = { s->config.window_bytes, s->config.window_events },
		.acked_at = s->now,
	};
	stream_name_set(&r->name, stream);
	*ret_corr = corr;
	return ERR_OK;
}

enum err session_open_stream(struct session *s, struct str stream, const struct stream_place *after,
	uint64_t *ret_corr)
{
	struct sesi_open open = {
		.stream = stream,
		.epoch = after->epoch,
		.after_seq = after->seq,
		.after_hash = after->hash,
		.credit_bytes = s->config.window_bytes,
		.credit_events = s->config.window_events,
		.payload_max = s->payload_max,
	};

	return begin_reading(s, SESI_OPEN, &schema_sesi_open, &open, after, stream, ret_corr);
}

static enum err begin_tail(struct session *s, struct str stream, const struct stream_place *after,
	bool wants_rest, uint64_t *ret_corr)
{
	struct sesi_tail tail = {
		.stream = stream,
		.epoch = after->epoch,
		.after_seq = after->seq,
		.after_hash = after->hash,
		.credit_bytes = s->config.window_bytes,
		.has_credit_events = true,
		.credit_events = s->config.window_events,
		.has_payload_max = true,
		.payload_max = s->payload_max,
		.has_rest = wants_rest,
		.rest = wants_rest,
	};

	return begin_reading(s, SESI_TAIL, &schema_sesi_tail, &tail, after, stream, ret_corr);
}

enum err session_tail_stream(struct session *s, struct str stream, const struct stream_place *after,
	uint64_t *ret_corr)
{
	return begin_tail(s, stream, after, false, ret_corr);
}

enum err session_tail_whole(struct session *s, struct str stream, const struct stream_place *after,
	uint64_t *ret_corr)
{
	return begin_tail(s, stream, after, true, ret_corr);
}

bool session_note_stream(struct session *s, const struct incoming *in,
	const struct stream_name *name, struct session_note *ret)
{
	if (arena_copy(in->arena, stream_name_str(name), &ret->stream) == ERR_OK)
		return true;
	session_fail(s, in->header.corr, in->header.type == SESI_ERROR ? 0 : SESI_CODE_TOO_BIG,
		"no room for a name", ret);
	return false;
}

void session_take_opened(struct session *s, const struct incoming *in, struct session_note *ret)
{
	struct reading *r = session_reading(s, in->header.corr);

	if (r == NULL)
		return; /* closed by us while the answer was under way */
	if (r->is_open) {
		session_fail(s, in->header.corr, SESI_CODE_MALFORMED, "OPENED twice", ret);
		return;
	}
	if (!session_note_stream(s, in, &r->name, ret))
		return;
	r->is_open = true;
	ret->kind = NOTE_OPENED;
	ret->opened = in->body.opened;
}

/* What a message of events has to fit to, before its records are looked at. */
static const char *find_break(const struct reading *r, const struct sesi_events *events,
	struct str payload)
{
	/* A fresh reader cannot know the genesis hash: it takes the producer's. */
	bool is_fresh = r->received.seq == 0 && hash_is_zero(&r->received.hash);

	if (!r->is_open)
		return "EVENTS before OPENED";
	if (!str_equal(events->stream, stream_name_str(&r->name)))
		return "EVENTS of another stream";
	if (id_is_zero(events->epoch))
		return "EVENTS without an epoch";
	if (events->count == 0 || events->count > SESSION_EVENTS_MAX)
		return "number of events";
	if (events->first_seq != r->received.seq + 1)
		return "gap";
	if (!is_fresh && !hash_equal(&events->prev_hash, &r->received.hash))
		return "hash before the events";
	if (payload.len > r->granted.bytes - r->used.bytes ||
		events->count > r->granted.events - r->used.events)
		return "more than was granted";
	return NULL;
}

/* Cuts the payload into records and walks the chain over them. */
static const char *walk_chain(const struct sesi_events *events, struct str payload,
	struct session_event *out)
{
	struct hash hash = events->prev_hash;
	size_t at = 0;

	for (uint32_t i = 0; i < events->count; i++) {
		size_t len;

		if (payload.len - at < LENGTH_BYTES)
			return "payload ends within a length";
		len = be32_get(payload.ptr + at);
		at += LENGTH_BYTES;
		if (len == 0 || len > payload.len - at)
			return "payload ends within a record";
		out[i].bytes = (struct str) { payload.ptr + at, len };
		out[i].seq = events->first_seq + i;
		hash = hash_labelled("lsp1-event", str_bytes(&hash, sizeof hash), out[i].bytes);
		out[i].hash = hash;
		at += len;
	}
	if (at != payload.len)
		return "payload goes on after the records";
	return hash_equal(&hash, &events->last_hash) ? NULL : "hash after the events";
}

void session_take_events(struct session *s, const struct incoming *in, struct session_note *ret)
{
	const struct sesi_events *events = &in->body.events;
	struct reading *r = session_reading(s, in->header.corr);
	struct session_event *list;
	const char *fault;

	if (r == NULL)
		return; /* closed by us while they were under way */
	fault = find_break(r, events, in->payload);
	if (fault != NULL) {
		session_fail(s, in->header.corr, SESI_CODE_BROKEN_STREAM, fault, ret);
		return;
	}
	list = arena_take(in->arena, events->count * sizeof *list);
	if (list == NULL) {
		session_fail(s, in->header.corr, SESI_CODE_TOO_BIG, "no room for the events", ret);
		return;
	}
	fault = walk_chain(events, in->payload, list);
	if (fault != NULL) {
		session_fail(s, in->header.corr, SESI_CODE_BROKEN_STREAM, fault, ret);
		return;
	}
	r->used.bytes += in->payload.len;
	r->used.events += events->count;
	r->received =
		(struct stream_place) { events->epoch, list[events->count - 1].seq, events->last_hash };
	ret->kind = NOTE_EVENTS;
	ret->stream = events->stream;
	ret->epoch = events->epoch;
	ret->before = events->prev_hash;
	ret->events = list;
	ret->event_count = events->count;
}

/* Raises the marks to a full window after what was done, and says so. */
static void send_credit(struct session *s, struct reading *r)
{
	struct sesi_credit credit = {
		.bytes = r->done.bytes + r->window.bytes,
		.events = r->done.events + r->window.events,
	};

	if (credit.bytes == r->granted.bytes && credit.events == r->granted.events)
		return;
	if (session_send(s, SESI_CREDIT, r->corr, &schema_sesi_credit, &credit) == ERR_OK)
		r->granted = (struct amount) { credit.bytes, credit.events };
}

static void send_ack(struct session *s, struct reading *r)
{
	struct sesi_ack ack = { .seq = r->consumed.seq,
		.hash = r->consumed.hash,
		.epoch = r->consumed.epoch };

	r->is_ack_due = false;
	r->acked_at = s->now;
	if (session_send(s, SESI_ACK, r->corr, &schema_sesi_ack, &ack) != ERR_OK)
		assert(s->state == SESSION_OVER);
}

/* Half of a window is done since the last grant. */
static bool is_credit_due(const struct reading *r)
{
	return r->done.bytes + r->window.bytes - r->granted.bytes >= (r->window.bytes + 1) / 2 ||
		r->done.events + r->window.events - r->granted.events >= (r->window.events + 1) / 2;
}

void session_consumed(struct session *s, uint64_t corr, const struct stream_place *at,
	uint64_t bytes, uint32_t events, time_us now)
{
	struct reading *r = session_reading(s, corr);

	s->now = now;
	if (r == NULL || s->state != SESSION_READY)
		return;
	assert(at->seq >= r->consumed.seq && at->seq <= r->received.seq);
	r->consumed = *at;
	r->done.bytes += bytes;
	r->done.events += events;
	/* All that was received is done: the marks meet, whatever the caller counted. */
	if (at->seq == r->received.seq || r->done.bytes > r->used.bytes ||
		r->done.events > r->used.events)
		r->done = r->used;
	r->is_ack_due = true;
	if (r->acked_at + SESSION_ACK_US < s->acks_at)
		s->acks_at = r->acked_at + SESSION_ACK_US;
	if (is_credit_due(r))
		send_credit(s, r);
	if (now - r->acked_at >= SESSION_ACK_US && s->state == SESSION_READY)
		send_ack(s, r);
}

void session_tick_readings(struct session *s, time_us *next)
{
	if (s->now >= s->acks_at) {
		s->acks_at = INT64_MAX;
		for (uint32_t i = 0; i < s->readings.len && s->state == SESSION_READY; i++) {
			struct reading *r = s->readings.rows[i].stream;

			if (r->is_ack_due && s->now - r->acked_at >= SESSION_ACK_US) {
				send_credit(s, r);
				send_ack(s, r);
			} else if (r->is_ack_due && r->acked_at + SESSION_ACK_US < s->acks_at) {
				s->acks_at = r->acked_at + SESSION_ACK_US;
			}
		}
	}
	if (s->acks_at < *next)
		*next = s->acks_at;
}
