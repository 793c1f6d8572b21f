#include "lib/pair.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/wire.h"

enum { ARENA_BYTES = 256 * 1024 * 1024 };

struct id id_numbered(uint8_t n)
{
	struct id id;

	memset(id.bytes, n, sizeof id.bytes);
	return id;
}

static struct str keep(struct pair *p, struct str s)
{
	char *copy;

	if (s.ptr == NULL)
		return s;
	/* Exactly its size and apart, so that a reader beyond the end is seen. */
	copy = arena_take(&p->arena, s.len + 1);
	assert(copy != NULL);
	memcpy(copy, s.ptr, s.len);
	return (struct str) { copy, s.len };
}

struct end {
	struct pair *pair;
	int to;
};

static enum err send_to(void *self, const struct frames *frames)
{
	struct end *end = self;
	struct pair_side *to = &end->pair->sides[end->to];

	if (to->is_deaf || to->way_count == PAIR_WAY_MAX)
		return ERR_UNAVAILABLE;
	to->way[to->way_count++] = (struct frames) {
		keep(end->pair, frames->header),
		keep(end->pair, frames->body),
		keep(end->pair, frames->payload),
	};
	to->sent++;
	return ERR_OK;
}

static struct str service_of(const struct pair_options *options, int side)
{
	const char *usual = side == DIALER ? "workflow" : "intake";

	return str_of(options->service[side] == NULL ? usual : options->service[side]);
}

void pair_init(struct pair *p, struct pair_options options)
{
	memset(p, 0, sizeof *p);
	arena_init(&p->arena, ARENA_BYTES);
	p->now = 1000 * US_PER_SECOND;
	for (int side = 0; side < 2; side++) {
		struct end *end = arena_take(&p->arena, sizeof *end);
		struct session_config config = {
			.service = service_of(&options, side),
			.node = id_is_zero(options.node[side]) ? id_numbered(1) : options.node[side],
			.boot = id_numbered((uint8_t)(2 + side)),
			.version = STR("0.1.0"),
			.is_dialer = side == DIALER,
			.peer_service = side == DIALER         ? service_of(&options, LISTENER)
				: options.listener_expects == NULL ? str_of("")
												   : str_of(options.listener_expects),
			.peer_node = options.expected_node[side],
			.wall = options.wall[side],
			.streams_max = side == LISTENER ? options.streams_max : 0,
			.streams = side == LISTENER ? options.streams : NULL,
			.ping_ms = 10000,
			.dead_ms = 30000,
			.window_bytes = options.window_bytes == 0 ? 1024 * 1024 : options.window_bytes,
			.window_events = options.window_events == 0 ? 1000 : options.window_events,
			.send = send_to,
			.self = end,
		};

		*end = (struct end) { p, 1 - side };
		p->sides[side].session = session_open(&config, p->now);
	}
}

void pair_clear(struct pair *p)
{
	session_close(&p->sides[DIALER].session);
	session_close(&p->sides[LISTENER].session);
	arena_clear(&p->arena);
}

void pair_greet(struct pair *p)
{
	(void)pair_tick(p, DIALER);
	pair_run(p);
	assert(
		session_is_ready(p->sides[DIALER].session) && session_is_ready(p->sides[LISTENER].session));
	pair_forget(p);
}

static struct session_note *new_note(struct pair_side *side)
{
	assert(side->note_count < PAIR_NOTES_MAX);
	return &side->notes[side->note_count++];
}

struct session_note *pair_deliver(struct pair *p, int to, uint32_t at, bool is_again)
{
	struct pair_side *side = &p->sides[to];
	struct frames frames = side->way[at];
	struct session_note *note = new_note(side);

	assert(at < side->way_count);
	if (!is_again) {
		memmove(&side->way[at], &side->way[at + 1],
			(side->way_count - at - 1) * sizeof side->way[0]);
		side->way_count--;
	}
	session_in(side->session, &frames, p->now, &p->arena, note);
	return note;
}

time_us pair_tick(struct pair *p, int side)
{
	struct session_note note;
	time_us next = session_tick(p->sides[side].session, p->now, &note);

	if (note.kind != NOTE_NONE)
		*new_note(&p->sides[side]) = note;
	return next;
}

void pair_run(struct pair *p)
{
	while (p->sides[DIALER].way_count > 0 || p->sides[LISTENER].way_count > 0) {
		for (int to = 0; to < 2; to++) {
			if (p->sides[to].way_count > 0)
				(void)pair_deliver(p, to, 0, false);
		}
	}
}

struct session_note *pair_noted(struct pair *p, int side, enum note_kind kind)
{
	struct pair_side *s = &p->sides[side];

	for (uint32_t i = s->note_count; i > 0; i--) {
		if (s->notes[i - 1].kind == kind)
			return &s->notes[i - 1];
	}
	return NULL;
}

void pair_forget(struct pair *p)
{
	p->sides[DIALER].note_count = p->sides[LISTENER].note_count = 0;
}

void pair_put(struct pair *p, int to, struct header header, const struct schema *schema,
	const void *body, struct str payload)
{
	struct end end = { p, to };
	uint8_t bytes[HEADER_BYTES] = { 0 };
	struct buf out;
	struct problem why;
	enum err e;

	header_write(&header, bytes);
	buf_init(&out, SESSION_BODY_MAX);
	e = body == NULL ? ERR_OK : wire_encode(schema, body, &out, &why);
	if (body == NULL)
		buf_add(&out, "\x80", 1);
	if (e == ERR_OK)
		e = send_to(&end,
			&(struct frames) { str_bytes(bytes, sizeof bytes), buf_str(&out), payload });
	assert(e == ERR_OK);
	buf_clear(&out);
}

struct header pair_last(struct pair *p, int to, const struct schema *schema, void *body)
{
	struct pair_side *side = &p->sides[to];
	struct header header = { 0 };
	struct problem why;
	enum err e;

	assert(side->way_count > 0);
	e = header_read(side->way[side->way_count - 1].header, &header);
	if (e == ERR_OK)
		e = wire_decode(schema, side->way[side->way_count - 1].body, &p->arena, body, &why);
	assert(e == ERR_OK);
	return header;
}

void history_make(struct history *h, struct pair *p, uint32_t length, const char *text)
{
	assert(length <= HISTORY_MAX);
	h->length = length;
	h->places[0] = (struct stream_place) { .epoch = id_numbered(9), .hash = hash_of(str_of(text)) };
	for (uint32_t i = 1; i <= length; i++) {
		const struct hash *before = &h->places[i - 1].hash;
		char *record = arena_print(&p->arena, "%s %u", text, i);

		h->records[i] = str_of(record);
		h->places[i] = (struct stream_place) {
			.epoch = id_numbered(9),
			.seq = i,
			.hash = hash_labelled("lsp1-event", str_bytes(before, sizeof *before), h->records[i]),
		};
	}
}

struct str history_payload(const struct history *h, struct pair *p, uint32_t first, uint32_t last)
{
	struct buf out;
	struct str payload;

	buf_init(&out, SESSION_PAYLOAD_MAX);
	for (uint32_t i = first; i <= last; i++) {
		uint8_t len[4] = { 0 };

		be32_put(len, (uint32_t)h->records[i].len);
		buf_add(&out, len, sizeof len);
		buf_add_str(&out, h->records[i]);
	}
	payload = keep(p, buf_str(&out));
	buf_clear(&out);
	return payload;
}
