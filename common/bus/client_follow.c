#include "bus/client_parts.h"

/* A stream that breaks so often at one place is broken there. */
enum { OPENINGS_MAX = 4 };

static void open_stream(struct client *c)
{
	struct client_stream *s = &c->stream;

	if (s->openings++ == OPENINGS_MAX) {
		s->error = ERR_CORRUPT;
		s->is_done = true;
	} else if (session_open_stream(c->session, s->name, &s->at, &s->corr) == ERR_OK) {
		s->is_open = true;
	}
}

static void take_events(struct client *c, const struct session_note *note)
{
	struct client_stream *s = &c->stream;
	uint64_t bytes = 0;

	s->openings = 0;
	for (uint32_t i = 0; i < note->event_count && !s->is_done; i++) {
		const struct session_event *event = &note->events[i];

		s->at = (struct stream_place) { note->epoch, event->seq, event->hash };
		bytes += event->bytes.len + 4;
		if (event->seq > s->head)
			s->head = event->seq;
		if (!s->on_event(s->self, event, note->epoch, s->head))
			s->is_done = true;
	}
	session_consumed(c->session, note->corr, &s->at, bytes, note->event_count, client_now());
}

void client_stream_take(struct client *c, const struct session_note *note)
{
	struct client_stream *s = &c->stream;

	if (!s->is_wanted || !s->is_open || note->corr != s->corr)
		return;
	s->contact = client_now();
	if (note->kind == NOTE_OPENED) {
		/* The end without is_endless is the head of the first opening, or it might never come. */
		if (!s->has_head)
			s->head = note->opened.head_seq;
		s->has_head = true;
	} else if (note->kind == NOTE_EVENTS) {
		take_events(c, note);
	} else if (note->kind == NOTE_ERROR) {
		s->is_open = false;
		s->error = ERR_NOT_FOUND;
		s->is_done = true;
	}
}

enum err client_follow(struct client *c, struct str stream, const struct stream_place *after,
	bool is_endless, uint32_t within_ms, client_event_fn *on_event, void *self)
{
	struct client_stream *s = &c->stream;
	uint64_t stop_at = 0;
	enum err e = ERR_OK;

	*s = (struct client_stream) { .name = stream,
		.at = *after,
		.is_wanted = true,
		.is_endless = is_endless,
		.contact = client_now(),
		.on_event = on_event,
		.self = self };
	while (e == ERR_OK && !s->is_done) {
		if (c->is_ready && !s->is_open)
			open_stream(c);
		if (c->is_ready && s->has_head)
			s->contact = client_now();
		if (client_now() - s->contact > (time_us)within_ms * 1000)
			e = ERR_UNAVAILABLE;
		if (s->has_head && stop_at == 0)
			stop_at = s->head;
		if (s->has_head && !is_endless && s->at.seq >= stop_at)
			break;
		if (e == ERR_OK)
			e = client_turn(c, client_now() + US_PER_SECOND);
	}
	if (s->is_open && c->session != NULL && session_close_stream(c->session, s->corr) != ERR_OK)
		c->is_ready = false; /* the session is gone: the next call opens another */
	s->is_wanted = false;
	return e != ERR_OK ? e : s->error;
}
