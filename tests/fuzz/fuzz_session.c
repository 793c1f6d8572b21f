/* fuzz-target: common/bus/session.c common/bus/session_hello.c common/bus/session_talk.c
 * fuzz-target: common/bus/session_read.c common/bus/session_serve.c common/bus/session_streams.c
 * fuzz-target: common/bus/header.c
 *
 * The first byte: which side is spoken to, and how far the sessions have come. Then
 * messages: type, corr, shape, body length u16, body, and by the shape a payload of the
 * same kind. Every note is answered as a service would. Chance counts, so that an input can
 * hold the nonce of a HELLO. */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "lib/counting.h"
#include "lib/pair.h"
#include "wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MAX = 64 };
enum {
	SHAPE_PAYLOAD = 1,
	SHAPE_FOREIGN = 2, /* the session number is another */
	SHAPE_ZERO = 4,    /* the session number is 0, as in HELLO */
	SHAPE_FLAGS = 8,
	SHAPE_MAJOR = 16,
	SHAPE_CUT = 32,   /* the header lacks a byte */
	SHAPE_LATER = 64, /* ten seconds pass before it */
};
/* In place of a type: something that the service does by itself, with corr as what it is about. */
enum {
	DO_FIRST = 200,
	DO_CMD = 200,
	DO_ASK,
	DO_LETTER,
	DO_HEAD,
	DO_OPEN,
	DO_CLOSE,
	DO_ERROR,
	DO_DEAF,
	DO_BYE,
	DO_TAIL,
	DO_TELL_HEAD,
};
enum { STREAMS_MAX = 16 }; /* that the listener serves */
enum { MEMORY_MAX = 64 * 1024 };

struct state {
	struct pair pair;
	struct history history;
	struct stream_place cursor;
	uint64_t number;
	int to;
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Two streams in the list of WELCOME. */
static void tell_streams(void *self, struct arena *arena, struct sesi_stream **ret,
	uint32_t *ret_len)
{
	struct sesi_stream *list = arena_take(arena, 2 * sizeof *list);
	struct sesi_epoch *epoch = arena_take(arena, sizeof *epoch);

	(void)self;
	must(list != NULL && epoch != NULL);
	*epoch = (struct sesi_epoch) { .epoch = id_numbered(9) };
	list[0] = (struct sesi_stream) { .name = STR("intake"), .epochs = epoch, .epochs_len = 1 };
	list[1] = (struct sesi_stream) { .name = STR("workflow") };
	*ret = list;
	*ret_len = 2;
}

/* 0: nothing said; 1: HELLO said; 2: ready; 3: and a stream is read from the other side. */
static void bring(struct state *s, int stage)
{
	struct pair *p = &s->pair;
	struct stream_place beginning = { .seq = 0 };
	uint64_t corr;

	pair_init(p,
		(struct pair_options) { .window_events = 20,
			.wall = { 1000, 2000 },
			.expected_node[DIALER] = id_numbered(1),
			.streams_max = STREAMS_MAX,
			.streams = tell_streams });
	history_make(&s->history, p, 20, "kejadian");
	if (stage == 0)
		return;
	(void)pair_tick(p, DIALER);
	if (stage == 1)
		return;
	(void)pair_deliver(p, LISTENER, 0, false);
	s->number = be64_get(p->sides[DIALER].way[0].header.ptr + 8);
	pair_run(p);
	must(pair_noted(p, DIALER, NOTE_READY)->welcome.streams_len == 2);
	if (stage == 2)
		return;
	must(session_open_stream(p->sides[s->to].session, str_of("intake"), &beginning, &corr) ==
		ERR_OK);
	pair_run(p);
	must(session_opened(p->sides[1 - s->to].session, corr, &s->history.places[0],
			 &s->history.places[20]) == ERR_OK);
	pair_run(p);
}

/* Ships what the peer granted. */
static void ship(struct state *s, struct session *session, uint64_t corr)
{
	struct stream_place at, last;
	struct str name;
	uint64_t bytes;
	uint32_t events;

	session_room(session, corr, &bytes, &events);
	if (!session_served(session, corr, &name, &at) || at.seq >= s->history.length || events == 0)
		return;
	if (events > s->history.length - at.seq)
		events = (uint32_t)(s->history.length - at.seq);
	last = s->history.places[at.seq + events];
	(void)!session_events(session, corr, events, &last,
		history_payload(&s->history, &s->pair, (uint32_t)at.seq + 1, (uint32_t)(at.seq + events)));
	must(!session_served(session, corr, &name, &at) || at.seq <= s->history.length);
}

static void act(struct state *s, struct session *session, uint8_t what, uint64_t corr)
{
	static const char signature[SESSION_SIGNATURE_BYTES];
	struct sesi_cmd cmd = { .type = 1 };
	struct sesi_ask ask = { .type = 1 };
	struct sesi_letter letter = { .type = 1 };
	enum err e = ERR_OK;

	switch (what) {
	case DO_CMD:
		e = session_cmd(session, &cmd, &corr);
		break;
	case DO_ASK:
		e = session_ask(session, &ask, &corr);
		break;
	case DO_LETTER:
		e = session_letter(session, &letter, &corr);
		break;
	case DO_HEAD:
		e = session_ask_head(session, str_of("intake"), &corr);
		break;
	case DO_OPEN:
		e = session_open_stream(session, str_of("intake"), &s->cursor, &corr);
		break;
	case DO_CLOSE:
		e = session_close_stream(session, corr);
		break;
	case DO_ERROR:
		e = session_error(session, corr, SESI_CODE_UNKNOWN_SCHEMA, "no");
		break;
	case DO_DEAF:
		s->pair.sides[1 - s->to].is_deaf = true;
		break;
	case DO_BYE:
		session_bye(session);
		break;
	case DO_TAIL:
		e = session_tail_stream(session, str_of("intake"), &s->cursor, &corr);
		break;
	case DO_TELL_HEAD:
		e = session_head(session, corr, str_of("intake"), &s->history.places[20],
			str_bytes(signature, sizeof signature));
		break;
	}
	must(e == ERR_OK || e == ERR_UNAVAILABLE || e == ERR_NOT_FOUND || e == ERR_LIMIT);
}

/* Even places are in the history. A copy is shipped to its end, which is said. */
static enum err serve(struct state *s, struct session *session, const struct session_note *note)
{
	const struct stream_place *head = &s->history.places[20];
	uint64_t seq = note->open.after_seq;
	struct stream_place after =
		seq <= s->history.length ? s->history.places[seq] : (struct stream_place) { .seq = seq };
	enum err e;

	if (seq % 2 != 0)
		return session_diverged(session, note->corr, head);
	e = session_opened(session, note->corr, &after, head);
	ship(s, session, note->corr);
	must(e != ERR_OK || session_is_down(session) ||
		session_serves_copy(session, note->corr) == (note->kind == NOTE_TAIL));
	if (e != ERR_OK || !session_serves_copy(session, note->corr))
		return e;
	e = session_head(session, note->corr, note->stream, head, (struct str) { NULL, 0 });
	return e == ERR_OK ? session_close_stream(session, note->corr) : e;
}

/* What a service does with what it is told. */
static void answer(struct state *s, struct session *session, const struct session_note *note)
{
	struct sesi_reply reply = { .status = SESI_STATUS_OK };
	struct sesi_answer answered = { .status = SESI_STATUS_BUSY };
	struct sesi_taken taken = { .status = SESI_LETTER_STATUS_TAKEN };
	enum err e = ERR_OK;

	switch (note->kind) {
	case NOTE_CMD:
		e = session_reply(session, note->corr, &reply);
		break;
	case NOTE_ASK:
		e = session_answer(session, note->corr, &answered);
		break;
	case NOTE_LETTER:
		taken.id = note->letter.id;
		e = session_taken(session, note->corr, &taken);
		break;
	case NOTE_OPEN:
	case NOTE_TAIL:
		e = serve(s, session, note);
		break;
	case NOTE_CREDIT:
		ship(s, session, note->corr);
		break;
	case NOTE_HEAD_ASKED:
		e = session_head(session, note->corr, note->stream, &s->history.places[20],
			(struct str) { NULL, 0 });
		break;
	case NOTE_EVENTS:
		must(note->event_count > 0);
		for (uint32_t i = 0; i < note->event_count; i++) {
			must((i == 0 || note->events[i].seq == s->cursor.seq + 1) &&
				note->events[i].bytes.len > 0);
			s->cursor =
				(struct stream_place) { note->epoch, note->events[i].seq, note->events[i].hash };
		}
		session_consumed(session, note->corr, &s->cursor, 1, note->event_count, s->pair.now);
		break;
	default:
		break;
	}
	must(e == ERR_OK || (e == ERR_UNAVAILABLE && session_is_down(session)));
}

/* Everything the session sends is a message that the protocol knows. */
static void check_sent(struct state *s, uint8_t to_type)
{
	struct pair_side *other = &s->pair.sides[1 - s->to];

	for (uint32_t i = 0; i < other->way_count; i++) {
		struct header h;

		must(header_read(other->way[i].header, &h) == ERR_OK && h.major == HEADER_MAJOR &&
			h.flags == 0);
		must(wire_scan(other->way[i].body) == ERR_OK);
		must(h.type != SESI_ERROR || to_type != SESI_ERROR);
	}
	other->way_count = 0;
}

static struct str cut(const uint8_t **data, size_t *size)
{
	struct str bytes = { NULL, 0 };
	size_t len;

	if (*size < 2)
		return bytes;
	len = be16_get(*data);
	*data += 2;
	*size -= 2;
	if (len > *size)
		len = *size;
	bytes = str_bytes(*data, len);
	*data += len;
	*size -= len;
	return bytes;
}

/* What holds whatever came. */
static void check_session(const struct session *session, const struct session_note *note)
{
	uint64_t corrs[SESSION_STREAMS_MAX];
	uint32_t count = session_serving(session, corrs);
	time_us skew;

	must((note->kind == NOTE_DOWN) == session_is_down(session));
	must(session_memory(session) < MEMORY_MAX && count <= STEPS_MAX);
	for (uint32_t i = 1; i < count; i++)
		must(corrs[i - 1] < corrs[i]);
	must(note->kind != NOTE_HEAD || !note->head.has_signature ||
		note->head.signature.len == SESSION_SIGNATURE_BYTES);
	if (!session_is_ready(session))
		return;
	must(session_peer(session).len > 0 && session_peer(session).len <= SESSION_SERVICE_MAX);
	must(session_peer_version(session).len <= SESSION_VERSION_MAX);
	(void)session_peer_skew(session, &skew);
	(void)session_peer_node(session);
	(void)session_peer_boot(session);
}

/* One message from the input; false at its end. */
static bool step(struct state *s, const uint8_t **data, size_t *size)
{
	struct pair_side *side = &s->pair.sides[s->to];
	struct frames frames = { .payload = { NULL, 0 } };
	uint8_t bytes[HEADER_BYTES] = { 0 };
	struct session_note note;
	struct header h;
	uint8_t shape;

	if (*size < 5)
		return false;
	shape = (*data)[2];
	h = (struct header) {
		.major = shape & SHAPE_MAJOR ? 2 : HEADER_MAJOR,
		.type = (*data)[0],
		.flags = shape & SHAPE_FLAGS ? 1 : 0,
		.session = shape & SHAPE_ZERO ? 0 : s->number + (shape & SHAPE_FOREIGN ? 1 : 0),
		.corr = (*data)[1],
	};
	*data += 3;
	*size -= 3;
	if (h.type >= DO_FIRST) {
		act(s, side->session, h.type, h.corr);
		check_sent(s, 0);
		return true;
	}
	header_write(&h, bytes);
	frames.header = str_bytes(bytes, sizeof bytes - (shape & SHAPE_CUT ? 1 : 0));
	frames.body = cut(data, size);
	if (shape & SHAPE_PAYLOAD)
		frames.payload = cut(data, size);
	if (shape & SHAPE_LATER) {
		s->pair.now += 10 * US_PER_SECOND;
		(void)session_tick(side->session, s->pair.now, &note);
		if (note.kind != NOTE_DOWN)
			answer(s, side->session, &note);
	}
	session_in(side->session, &frames, s->pair.now, &s->pair.arena, &note);
	check_session(side->session, &note);
	answer(s, side->session, &note);
	check_sent(s, shape & SHAPE_LATER || shape & SHAPE_CUT ? 0 : h.type);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct state s;

	if (size < 1)
		return 0;
	memset(&s, 0, sizeof s);
	counting_from(0);
	s.to = data[0] & 1;
	bring(&s, (data[0] >> 1) & 3);
	s.pair.sides[1 - s.to].way_count = 0;
	data++;
	size--;
	for (int i = 0; i < STEPS_MAX && step(&s, &data, &size); i++)
		;
	pair_clear(&s.pair);
	return 0;
}
