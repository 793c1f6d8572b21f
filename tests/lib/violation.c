#include "lib/violation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "wire/wire.h"

struct header scene_header(const struct scene *s, enum session_type type, uint64_t corr)
{
	return (struct header) { .major = HEADER_MAJOR,
		.type = (uint8_t)type,
		.session = s->number,
		.corr = corr };
}

static void begin_reading(struct scene *s)
{
	struct stream_place beginning = { .seq = 0 };
	struct session *producer = s->p.sides[LISTENER].session;
	enum err e =
		session_open_stream(s->p.sides[DIALER].session, str_of("intake"), &beginning, &s->corr);

	assert_int_equal(e, ERR_OK);
	pair_run(&s->p);
	assert_int_equal(session_opened(producer, s->corr, &s->h.places[0], &s->h.places[20]), ERR_OK);
	assert_int_equal(
		session_events(producer, s->corr, 5, &s->h.places[5], history_payload(&s->h, &s->p, 1, 5)),
		ERR_OK);
	pair_run(&s->p);
	assert_int_equal(pair_noted(&s->p, DIALER, NOTE_EVENTS)->event_count, 5);
	s->payload = history_payload(&s->h, &s->p, 6, 8);
	s->events = (struct sesi_events) {
		.stream = STR("intake"),
		.epoch = id_numbered(9),
		.first_seq = 6,
		.count = 3,
		.prev_hash = s->h.places[5].hash,
		.last_hash = s->h.places[8].hash,
	};
}

void scene_open(struct scene *s, enum stage stage)
{
	struct pair_options options = { .listener_expects = "workflow",
		.expected_node = { id_numbered(1), id_numbered(1) },
		.window_events = 10 };

	memset(s, 0, sizeof *s);
	pair_init(&s->p, options);
	history_make(&s->h, &s->p, 20, "kejadian");
	s->hello = (struct sesi_hello) { .minors = { 1, 1 },
		.node = id_numbered(1),
		.service = STR("workflow"),
		.version = STR("9"),
		.payload_max = 1 << 20,
		.nonce = 5 };
	s->welcome = (struct sesi_welcome) { .minor = 1,
		.session = 77,
		.node = id_numbered(1),
		.service = STR("intake"),
		.version = STR("9"),
		.limits = { .body_max = 65536, .payload_max = 1 << 20, .ping_ms = 1, .dead_ms = 2 } };
	if (stage == WAITING)
		return;
	(void)pair_tick(&s->p, DIALER);
	(void)pair_last(&s->p, LISTENER, &schema_sesi_hello, &s->hello);
	s->welcome.nonce = s->hello.nonce;
	if (stage == GREETED) {
		s->p.sides[LISTENER].way_count = 0;
		return;
	}
	(void)pair_deliver(&s->p, LISTENER, 0, false);
	s->number = pair_last(&s->p, DIALER, &schema_sesi_welcome, &s->welcome).session;
	pair_run(&s->p);
	if (stage == READING)
		begin_reading(s);
	pair_forget(&s->p);
}

static const struct str none = { NULL, 0 };

void scene_put(struct scene *s, int to, enum session_type type, uint64_t corr,
	const struct schema *schema, const void *body)
{
	pair_put(&s->p, to, scene_header(s, type, corr), schema, body, none);
}

void scene_put_events(struct scene *s)
{
	pair_put(&s->p, DIALER, scene_header(s, SESI_EVENTS, s->corr), &schema_sesi_events, &s->events,
		s->payload);
}

uint32_t scene_answer(struct scene *s, int from)
{
	struct pair_side *other = &s->p.sides[1 - from];
	struct sesi_error error = { .code = 0 };

	for (uint32_t i = 0; i < other->way_count; i++) {
		struct header h = { 0 };
		struct problem why;

		assert_int_equal(header_read(other->way[i].header, &h), ERR_OK);
		if (h.type != SESI_ERROR)
			continue;
		assert_int_equal(error.code, 0); /* one answer, not two */
		assert_int_equal(
			wire_decode(&schema_sesi_error, other->way[i].body, &s->p.arena, &error, &why), ERR_OK);
	}
	return error.code;
}

void violations_react(const struct violation *violations, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct violation *row = &violations[i];
		static struct scene s;
		struct session_note *note;
		uint32_t answer;
		bool is_down;

		scene_open(&s, row->stage);
		row->put(&s);
		note = pair_deliver(&s.p, row->to, s.p.sides[row->to].way_count - 1, false);
		answer = scene_answer(&s, row->to);
		is_down = session_is_down(s.p.sides[row->to].session);
		if (answer != row->answer || is_down != row->end || (note->kind == NOTE_DOWN) != is_down)
			fail_msg("%s: answered %u, %s", row->sentence, answer, is_down ? "ends" : "lives");
		pair_clear(&s.p);
	}
}
