/* What a session refuses, and how: each planted violation has its documented reaction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/pair.h"
#include "wire/wire.h"

enum { NO_ERROR = 0 };
enum { LIVES = 0, ENDS = 1 };

/* Where the sessions are when the violation comes. */
enum stage {
	WAITING, /* nothing was said: the listener waits for HELLO */
	GREETED, /* HELLO is under way: the dialer waits for WELCOME */
	READY,
	READING, /* the dialer reads a stream of the listener, 5 of 20 records received */
};

struct scene {
	struct pair p;
	struct history h;
	uint64_t number; /* of the session */
	uint64_t corr;   /* of the OPEN */
	struct sesi_hello hello;
	struct sesi_welcome welcome;
	struct sesi_events events; /* the next ones, in order: 6 to 8 */
	struct str payload;
};

typedef void put_fn(struct scene *s);

static struct header header_of(const struct scene *s, enum session_type type, uint64_t corr)
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

static void scene_open(struct scene *s, enum stage stage)
{
	struct pair_options options = { .listener_expects = "workflow", .window_events = 10 };

	memset(s, 0, sizeof *s);
	pair_init(&s->p, options);
	history_make(&s->h, &s->p, 20, "kejadian");
	s->hello = (struct sesi_hello) { .minors = { 1, 1 },
		.service = STR("workflow"),
		.version = STR("9"),
		.payload_max = 1 << 20,
		.nonce = 5 };
	s->welcome = (struct sesi_welcome) { .minor = 1,
		.session = 77,
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

static void put_body(struct scene *s, int to, enum session_type type, uint64_t corr,
	const struct schema *schema, const void *body)
{
	pair_put(&s->p, to, header_of(s, type, corr), schema, body, none);
}

static void put_events(struct scene *s)
{
	pair_put(&s->p, DIALER, header_of(s, SESI_EVENTS, s->corr), &schema_sesi_events, &s->events,
		s->payload);
}

/* --- frames and header --- */

static void put_short_header(struct scene *s)
{
	put_body(s, LISTENER, SESI_PING, 0, &schema_sesi_ping, &(struct sesi_ping) { 1 });
	s->p.sides[LISTENER].way[0].header.len = 23;
}

static void put_no_frames(struct scene *s)
{
	put_short_header(s);
	s->p.sides[LISTENER].way[0] = (struct frames) { none, none, none };
}

static void put_header_alone(struct scene *s)
{
	put_body(s, LISTENER, SESI_PING, 0, &schema_sesi_ping, &(struct sesi_ping) { 1 });
	s->p.sides[LISTENER].way[0].body = none;
}

static void put_wrong_magic(struct scene *s)
{
	put_body(s, LISTENER, SESI_PING, 0, &schema_sesi_ping, &(struct sesi_ping) { 1 });
	((char *)s->p.sides[LISTENER].way[0].header.ptr)[0] = 'G';
}

static void put_major_2(struct scene *s)
{
	struct header h = header_of(s, SESI_HELLO, 1);

	h.major = 2;
	pair_put(&s->p, LISTENER, h, NULL, NULL, none);
	s->p.sides[LISTENER].way[0].body = str_of("whatever that is"); /* it is not read */
}

static void put_error_of_major_2(struct scene *s)
{
	put_major_2(s);
	((char *)s->p.sides[LISTENER].way[0].header.ptr)[3] = SESI_ERROR;
}

static void put_flags(struct scene *s)
{
	struct header h = header_of(s, SESI_PING, 0);

	h.flags = 1;
	pair_put(&s->p, LISTENER, h, &schema_sesi_ping, &(struct sesi_ping) { 1 }, none);
}

static void put_reserved_bytes(struct scene *s)
{
	put_body(s, LISTENER, SESI_BYE, 0, &schema_sesi_bye,
		&(struct sesi_bye) { .has_reason = false });
	((char *)s->p.sides[LISTENER].way[0].header.ptr)[7] = 1;
}

static void put_payload_where_none_belongs(struct scene *s)
{
	pair_put(&s->p, LISTENER, header_of(s, SESI_PING, 0), &schema_sesi_ping,
		&(struct sesi_ping) { 1 }, str_of(""));
}

static void put_body_too_big(struct scene *s)
{
	static char big[SESSION_BODY_MAX];

	put_body(s, LISTENER, SESI_PING, 0, &schema_sesi_ping, &(struct sesi_ping) { 1 });
	s->p.sides[LISTENER].way[0].body = (struct str) { big, SESSION_BODY_MAX - HEADER_BYTES + 1 };
}

static void put_payload_too_big(struct scene *s)
{
	static char big[SESSION_PAYLOAD_MAX + 1];

	s->payload = (struct str) { big, sizeof big };
	put_events(s);
}

static void put_no_msgpack(struct scene *s)
{
	put_body(s, LISTENER, SESI_PING, 0, NULL, NULL);
	s->p.sides[LISTENER].way[0].body = str_of("\xc1");
}

static void put_missing_field(struct scene *s)
{
	put_body(s, LISTENER, SESI_CMD, 3, NULL, NULL);
}

/* --- who and which session --- */

static void put_command_first(struct scene *s)
{
	put_body(s, LISTENER, SESI_CMD, 1, &schema_sesi_cmd, &(struct sesi_cmd) { .type = 1 });
}

static void put_error_first(struct scene *s)
{
	put_body(s, LISTENER, SESI_ERROR, 1, &schema_sesi_error, &(struct sesi_error) { .code = 102 });
}

static void put_foreign_number(struct scene *s)
{
	s->number++;
	put_body(s, LISTENER, SESI_CMD, 3, &schema_sesi_cmd, &(struct sesi_cmd) { .type = 1 });
}

static void put_error_of_foreign_number(struct scene *s)
{
	s->number++;
	put_body(s, LISTENER, SESI_ERROR, 3, &schema_sesi_error, &(struct sesi_error) { .code = 102 });
}

static void put_hello_of_another_service(struct scene *s)
{
	s->hello.service = str_of("gateway");
	put_body(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_of_no_service(struct scene *s)
{
	s->hello.service = str_of("");
	put_body(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_of_later_minors(struct scene *s)
{
	s->hello.minors = (struct sesi_minors) { 2, 5 };
	put_body(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_with_tiny_payload(struct scene *s)
{
	s->hello.payload_max = 1000;
	put_body(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_with_even_corr(struct scene *s)
{
	put_body(s, LISTENER, SESI_HELLO, 2, &schema_sesi_hello, &s->hello);
}

static void put_hello_with_a_number(struct scene *s)
{
	s->number = 5;
	put_body(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_again(struct scene *s)
{
	s->number = 0;
	put_body(s, LISTENER, SESI_HELLO, 3, &schema_sesi_hello, &s->hello);
}

static void put_hello_to_a_dialer(struct scene *s)
{
	put_body(s, DIALER, SESI_HELLO, 2, &schema_sesi_hello, &s->hello);
}

static void put_welcome_to_a_listener(struct scene *s)
{
	put_body(s, LISTENER, SESI_WELCOME, 1, &schema_sesi_welcome, &s->welcome);
}

static void put_welcome(struct scene *s)
{
	s->number = s->welcome.session;
	put_body(s, DIALER, SESI_WELCOME, 1, &schema_sesi_welcome, &s->welcome);
}

static void put_welcome_with_wrong_nonce(struct scene *s)
{
	s->welcome.nonce++;
	put_welcome(s);
}

static void put_welcome_without_number(struct scene *s)
{
	s->welcome.session = 0;
	put_welcome(s);
}

static void put_welcome_with_two_numbers(struct scene *s)
{
	s->number = s->welcome.session + 1;
	put_body(s, DIALER, SESI_WELCOME, 1, &schema_sesi_welcome, &s->welcome);
}

static void put_welcome_of_minor_2(struct scene *s)
{
	s->welcome.minor = 2;
	put_welcome(s);
}

static void put_welcome_of_another_service(struct scene *s)
{
	s->welcome.service = str_of("catalog");
	put_welcome(s);
}

static void put_welcome_to_no_hello(struct scene *s)
{
	s->number = s->welcome.session;
	put_body(s, DIALER, SESI_WELCOME, 3, &schema_sesi_welcome, &s->welcome);
}

static void put_command_before_welcome(struct scene *s)
{
	s->number = 9;
	put_body(s, DIALER, SESI_CMD, 2, &schema_sesi_cmd, &(struct sesi_cmd) { .type = 1 });
}

static void put_refusal_of_hello(struct scene *s)
{
	put_body(s, DIALER, SESI_ERROR, 1, &schema_sesi_error, &(struct sesi_error) { .code = 203 });
}

static void put_stale_error(struct scene *s)
{
	s->number = 9;
	put_body(s, DIALER, SESI_ERROR, 1, &schema_sesi_error, &(struct sesi_error) { .code = 201 });
}

/* --- order and numbers --- */

static void put_file(struct scene *s)
{
	put_body(s, LISTENER, SESI_FILE, 3, &schema_sesi_file,
		&(struct sesi_file) { .name = STR("surat.pdf") });
}

static void put_snapdata(struct scene *s)
{
	pair_put(&s->p, LISTENER, header_of(s, SESI_SNAPDATA, 3), NULL, NULL, str_of("bytes"));
}

static void put_unheard_type(struct scene *s)
{
	put_body(s, LISTENER, (enum session_type)99, 3, NULL, NULL);
}

static void put_reply_to_nothing(struct scene *s)
{
	put_body(s, LISTENER, SESI_REPLY, 2, &schema_sesi_reply, &(struct sesi_reply) { .status = 1 });
}

static void put_reply_to_their_own(struct scene *s)
{
	put_body(s, LISTENER, SESI_REPLY, 3, &schema_sesi_reply, &(struct sesi_reply) { .status = 1 });
}

static void put_command_with_our_corr(struct scene *s)
{
	put_body(s, LISTENER, SESI_CMD, 2, &schema_sesi_cmd, &(struct sesi_cmd) { .type = 1 });
}

static void put_command_with_corr_0(struct scene *s)
{
	put_body(s, LISTENER, SESI_CMD, 0, &schema_sesi_cmd, &(struct sesi_cmd) { .type = 1 });
}

static void put_error_of_a_command(struct scene *s)
{
	put_body(s, LISTENER, SESI_ERROR, 2, &schema_sesi_error, &(struct sesi_error) { .code = 503 });
}

static void put_error_of_the_session(struct scene *s)
{
	put_body(s, LISTENER, SESI_ERROR, 0, &schema_sesi_error, &(struct sesi_error) { .code = 201 });
}

static void put_unreadable_error(struct scene *s)
{
	put_body(s, LISTENER, SESI_ERROR, 0, NULL, NULL);
}

static void put_error_of_a_new_code(struct scene *s)
{
	put_body(s, LISTENER, SESI_ERROR, 3, &schema_sesi_error, &(struct sesi_error) { .code = 499 });
}

/* --- streams --- */

static void put_gap(struct scene *s)
{
	s->events.first_seq = 7;
	s->events.prev_hash = s->h.places[6].hash;
	s->payload = history_payload(&s->h, &s->p, 7, 8);
	s->events.count = 2;
	put_events(s);
}

static void put_events_again(struct scene *s)
{
	s->events.first_seq = 3;
	s->events.prev_hash = s->h.places[2].hash;
	s->payload = history_payload(&s->h, &s->p, 3, 8);
	s->events.count = 6;
	put_events(s);
}

static void put_wrong_hash_before(struct scene *s)
{
	s->events.prev_hash.bytes[31] ^= 1;
	put_events(s);
}

static void put_wrong_hash_after(struct scene *s)
{
	s->events.last_hash.bytes[0] ^= 1;
	put_events(s);
}

/* A chain that is right in itself, but begins elsewhere: the records as of a forked history. */
static void put_forked_history(struct scene *s)
{
	struct hash hash = { { 1 } };

	s->events.prev_hash = hash;
	for (uint32_t i = 6; i <= 8; i++)
		hash = hash_labelled("lsp1-event", str_bytes(&hash, sizeof hash), s->h.records[i]);
	s->events.last_hash = hash;
	put_events(s);
}

static void put_altered_record(struct scene *s)
{
	((char *)s->payload.ptr)[6] ^= 1;
	put_events(s);
}

static void put_fewer_than_said(struct scene *s)
{
	s->events.count = 4;
	put_events(s);
}

static void put_more_than_said(struct scene *s)
{
	s->events.count = 2;
	s->events.last_hash = s->h.places[7].hash;
	put_events(s);
}

static void put_cut_payload(struct scene *s)
{
	s->payload.len--;
	put_events(s);
}

static void put_no_events(struct scene *s)
{
	s->events.count = 0;
	s->events.last_hash = s->events.prev_hash;
	s->payload = str_of("");
	put_events(s);
}

static void put_empty_record(struct scene *s)
{
	static const char empty[4] = { 0 };
	struct hash last =
		hash_labelled("lsp1-event", str_bytes(&s->h.places[5].hash, HASH_BYTES), str_of(""));

	s->events.count = 1;
	s->events.last_hash = last;
	s->payload = str_bytes(empty, sizeof empty);
	put_events(s);
}

static void put_more_than_granted(struct scene *s)
{
	s->events.count = 6;
	s->events.last_hash = s->h.places[11].hash;
	s->payload = history_payload(&s->h, &s->p, 6, 11);
	put_events(s);
}

static void put_events_without_epoch(struct scene *s)
{
	s->events.epoch = (struct id) { { 0 } };
	put_events(s);
}

static void put_events_of_another_name(struct scene *s)
{
	s->events.stream = str_of("catalog");
	put_events(s);
}

static void put_events_without_payload(struct scene *s)
{
	s->payload = none;
	put_events(s);
}

static void put_opened_twice(struct scene *s)
{
	put_body(s, DIALER, SESI_OPENED, s->corr, &schema_sesi_opened,
		&(struct sesi_opened) { .head_seq = 20 });
}

static void put_events_before_opened(struct scene *s)
{
	enum err e = session_open_stream(s->p.sides[DIALER].session, str_of("intake"), &s->h.places[5],
		&s->corr);

	assert_int_equal(e, ERR_OK);
	s->p.sides[LISTENER].way_count = 0;
	put_events(s);
}

static void put_head_behind(struct scene *s)
{
	struct sesi_head head = { .stream = STR("intake"),
		.has_epoch = true,
		.epoch = id_numbered(9),
		.has_seq = true,
		.seq = 4,
		.has_hash = true,
		.hash = s->h.places[4].hash };

	put_body(s, DIALER, SESI_HEAD, s->corr, &schema_sesi_head, &head);
}

static void put_head_of_another_history(struct scene *s)
{
	struct sesi_head head = { .stream = STR("intake"),
		.has_epoch = true,
		.epoch = id_numbered(9),
		.has_seq = true,
		.seq = 5,
		.has_hash = true,
		.hash = s->h.places[6].hash };

	put_body(s, DIALER, SESI_HEAD, s->corr, &schema_sesi_head, &head);
}

static void put_half_a_head(struct scene *s)
{
	struct sesi_head head = { .stream = STR("intake"), .has_seq = true, .seq = 5 };

	put_body(s, DIALER, SESI_HEAD, s->corr, &schema_sesi_head, &head);
}

static void put_open_twice(struct scene *s)
{
	struct sesi_open open = { .stream = STR("intake"), .payload_max = 1 << 20 };

	put_body(s, LISTENER, SESI_OPEN, s->corr, &schema_sesi_open, &open);
}

static void put_ack_of_the_future(struct scene *s)
{
	put_body(s, LISTENER, SESI_ACK, s->corr, &schema_sesi_ack, &(struct sesi_ack) { .seq = 6 });
}

static void put_older_credit(struct scene *s)
{
	put_body(s, LISTENER, SESI_CREDIT, s->corr, &schema_sesi_credit,
		&(struct sesi_credit) { 5, 5 });
}

static void put_credit_of_no_stream(struct scene *s)
{
	put_body(s, LISTENER, SESI_CREDIT, 99, &schema_sesi_credit, &(struct sesi_credit) { 5, 5 });
}

static void put_broken_stream(struct scene *s)
{
	put_body(s, LISTENER, SESI_ERROR, s->corr, &schema_sesi_error,
		&(struct sesi_error) { .code = 303 });
}

/* clang-format off */
static const struct row {
	const char *sentence;
	enum stage stage;
	put_fn *put;
	int to;
	uint32_t answer; /* code of the ERROR that comes back */
	int end;         /* whether the session of that side is over */
} rows[] = {
	{ "header of 23 bytes",               READY,   put_short_header,               LISTENER, 102, ENDS },
	{ "no frames at all",                 READY,   put_no_frames,                  LISTENER, 102, ENDS },
	{ "header alone",                     READY,   put_header_alone,               LISTENER, 102, ENDS },
	{ "wrong magic",                      READY,   put_wrong_magic,                LISTENER, 102, ENDS },
	{ "major version 2",                  WAITING, put_major_2,                    LISTENER, 101, ENDS },
	{ "major version 2 in a session",     READY,   put_major_2,                    LISTENER, 101, ENDS },
	{ "ERROR of major version 2",         WAITING, put_error_of_major_2,           LISTENER, NO_ERROR, ENDS },
	{ "unknown flags",                    READY,   put_flags,                      LISTENER, 102, ENDS },
	{ "reserved bytes are passed over",   READY,   put_reserved_bytes,             LISTENER, NO_ERROR, ENDS },
	{ "payload where none belongs",       READY,   put_payload_where_none_belongs, LISTENER, 102, ENDS },
	{ "body too big",                     READY,   put_body_too_big,               LISTENER, 103, ENDS },
	{ "payload too big",                  READING, put_payload_too_big,            DIALER,   103, ENDS },
	{ "body is no msgpack",               READY,   put_no_msgpack,                 LISTENER, 102, ENDS },
	{ "missing field",                    READY,   put_missing_field,              LISTENER, 102, ENDS },

	{ "command before HELLO",             WAITING, put_command_first,              LISTENER, 201, LIVES },
	{ "ERROR before HELLO",               WAITING, put_error_first,                LISTENER, NO_ERROR, LIVES },
	{ "unknown session number",           READY,   put_foreign_number,             LISTENER, 201, LIVES },
	{ "ERROR of an unknown number",       READY,   put_error_of_foreign_number,    LISTENER, NO_ERROR, LIVES },
	{ "HELLO of another service",         WAITING, put_hello_of_another_service,   LISTENER, 203, ENDS },
	{ "HELLO of no service",              WAITING, put_hello_of_no_service,        LISTENER, 203, ENDS },
	{ "HELLO of later minors alone",      WAITING, put_hello_of_later_minors,      LISTENER, 101, ENDS },
	{ "HELLO with a tiny payload",        WAITING, put_hello_with_tiny_payload,    LISTENER, 102, ENDS },
	{ "HELLO with an even corr",          WAITING, put_hello_with_even_corr,       LISTENER, 102, ENDS },
	{ "HELLO with a session number",      WAITING, put_hello_with_a_number,        LISTENER, 201, LIVES },
	{ "HELLO again",                      READY,   put_hello_again,                LISTENER, 102, ENDS },
	{ "HELLO to a dialer",                GREETED, put_hello_to_a_dialer,          DIALER,   102, ENDS },
	{ "WELCOME to a listener",            WAITING, put_welcome_to_a_listener,      LISTENER, 102, ENDS },
	{ "WELCOME",                          GREETED, put_welcome,                    DIALER,   NO_ERROR, LIVES },
	{ "WELCOME with a wrong nonce",       GREETED, put_welcome_with_wrong_nonce,   DIALER,   102, ENDS },
	{ "WELCOME without a number",         GREETED, put_welcome_without_number,     DIALER,   102, ENDS },
	{ "WELCOME with two numbers",         GREETED, put_welcome_with_two_numbers,   DIALER,   102, ENDS },
	{ "WELCOME of minor 2",               GREETED, put_welcome_of_minor_2,         DIALER,   102, ENDS },
	{ "WELCOME of another service",       GREETED, put_welcome_of_another_service, DIALER,   203, ENDS },
	{ "WELCOME to no HELLO",              GREETED, put_welcome_to_no_hello,        DIALER,   102, ENDS },
	{ "command before WELCOME",           GREETED, put_command_before_welcome,     DIALER,   201, LIVES },
	{ "HELLO refused",                    GREETED, put_refusal_of_hello,           DIALER,   NO_ERROR, ENDS },
	{ "ERROR of an older session",        GREETED, put_stale_error,                DIALER,   NO_ERROR, LIVES },

	{ "FILE, of a later version",         READY,   put_file,                       LISTENER, 501, LIVES },
	{ "SNAPDATA, of a later version",     READY,   put_snapdata,                   LISTENER, 501, LIVES },
	{ "type never heard of",              READY,   put_unheard_type,               LISTENER, 501, LIVES },
	{ "REPLY to nothing",                 READY,   put_reply_to_nothing,           LISTENER, 102, ENDS },
	{ "REPLY to the sender's own corr",   READY,   put_reply_to_their_own,         LISTENER, 102, ENDS },
	{ "command with our corr",            READY,   put_command_with_our_corr,      LISTENER, 102, ENDS },
	{ "command with corr 0",              READY,   put_command_with_corr_0,        LISTENER, 102, ENDS },
	{ "ERROR of a command",               READY,   put_error_of_a_command,         LISTENER, NO_ERROR, LIVES },
	{ "ERROR of the session",             READY,   put_error_of_the_session,       LISTENER, NO_ERROR, ENDS },
	{ "ERROR that cannot be read",        READY,   put_unreadable_error,           LISTENER, NO_ERROR, ENDS },
	{ "ERROR of a new code",              READY,   put_error_of_a_new_code,        LISTENER, NO_ERROR, LIVES },

	{ "EVENTS in order",                  READING, put_events,                     DIALER,   NO_ERROR, LIVES },
	{ "EVENTS with a gap",                READING, put_gap,                        DIALER,   303, ENDS },
	{ "EVENTS again",                     READING, put_events_again,               DIALER,   303, ENDS },
	{ "wrong hash before the events",     READING, put_wrong_hash_before,          DIALER,   303, ENDS },
	{ "wrong hash after the events",      READING, put_wrong_hash_after,           DIALER,   303, ENDS },
	{ "records of a forked history",      READING, put_forked_history,             DIALER,   303, ENDS },
	{ "altered record",                   READING, put_altered_record,             DIALER,   303, ENDS },
	{ "fewer records than said",          READING, put_fewer_than_said,            DIALER,   303, ENDS },
	{ "more records than said",           READING, put_more_than_said,             DIALER,   303, ENDS },
	{ "payload cut short",                READING, put_cut_payload,                DIALER,   303, ENDS },
	{ "EVENTS without events",            READING, put_no_events,                  DIALER,   303, ENDS },
	{ "empty record",                     READING, put_empty_record,               DIALER,   303, ENDS },
	{ "more than was granted",            READING, put_more_than_granted,          DIALER,   303, ENDS },
	{ "EVENTS without an epoch",          READING, put_events_without_epoch,       DIALER,   303, ENDS },
	{ "EVENTS of another stream",         READING, put_events_of_another_name,     DIALER,   303, ENDS },
	{ "EVENTS without payload",           READING, put_events_without_payload,     DIALER,   102, ENDS },
	{ "OPENED twice",                     READING, put_opened_twice,               DIALER,   102, ENDS },
	{ "EVENTS before OPENED",             READING, put_events_before_opened,       DIALER,   303, ENDS },
	{ "HEAD behind what was sent",        READING, put_head_behind,                DIALER,   303, ENDS },
	{ "HEAD of another history",          READING, put_head_of_another_history,    DIALER,   303, ENDS },
	{ "half a HEAD",                      READING, put_half_a_head,                DIALER,   102, ENDS },
	{ "OPEN with a corr in use",          READING, put_open_twice,                 LISTENER, 102, ENDS },
	{ "ACK of what was not sent",         READING, put_ack_of_the_future,          LISTENER, 303, ENDS },
	{ "older CREDIT is passed over",      READING, put_older_credit,               LISTENER, NO_ERROR, LIVES },
	{ "CREDIT of no stream",              READING, put_credit_of_no_stream,        LISTENER, NO_ERROR, LIVES },
	{ "reader says the stream is broken", READING, put_broken_stream,              LISTENER, NO_ERROR, ENDS },
};
/* clang-format on */

/* The code of the ERROR that the side sent, 0 when it sent none. */
static uint32_t answer_of(struct scene *s, int from)
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

static void each_violation_has_its_reaction(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		static struct scene s;
		struct session_note *note;
		uint32_t answer;
		bool is_down;

		scene_open(&s, row->stage);
		row->put(&s);
		note = pair_deliver(&s.p, row->to, s.p.sides[row->to].way_count - 1, false);
		answer = answer_of(&s, row->to);
		is_down = session_is_down(s.p.sides[row->to].session);
		if (answer != row->answer || is_down != row->end || (note->kind == NOTE_DOWN) != is_down)
			fail_msg("%s: answered %u, %s", row->sentence, answer, is_down ? "ends" : "lives");
		pair_clear(&s.p);
	}
}

static void answer_to_a_foreign_major_version_names_ours(void **state)
{
	static struct scene s;
	struct sesi_error error;

	(void)state;
	scene_open(&s, WAITING);
	put_major_2(&s);
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->error.code, 101);
	assert_int_equal(pair_last(&s.p, DIALER, &schema_sesi_error, &error).corr, 1);
	assert_true(error.has_major);
	assert_int_equal(error.major, HEADER_MAJOR);
	pair_clear(&s.p);
}

static void more_bytes_than_granted_are_refused(void **state)
{
	static struct scene s;
	struct stream_place beginning = { .seq = 0 };

	(void)state;
	memset(&s, 0, sizeof s);
	pair_init(&s.p, (struct pair_options) { .window_bytes = SESSION_WINDOW_MIN });
	pair_greet(&s.p);
	history_make(&s.h, &s.p, 20, "kejadian");
	s.h.records[1] = (struct str) { arena_take(&s.p.arena, 60000), 60000 };
	s.h.records[2] = s.h.records[1];
	for (uint32_t i = 1; i <= 2; i++)
		s.h.places[i].hash = hash_labelled("lsp1-event",
			str_bytes(&s.h.places[i - 1].hash, HASH_BYTES), s.h.records[i]);
	assert_int_equal(
		session_open_stream(s.p.sides[DIALER].session, str_of("intake"), &beginning, &s.corr),
		ERR_OK);
	s.number = pair_last(&s.p, LISTENER, &schema_sesi_open, &(struct sesi_open) { .after_seq = 0 })
				   .session;
	pair_run(&s.p);
	assert_int_equal(
		session_opened(s.p.sides[LISTENER].session, s.corr, &s.h.places[0], &s.h.places[2]),
		ERR_OK);
	pair_run(&s.p);
	for (uint32_t i = 1; i <= 2; i++) {
		s.events = (struct sesi_events) { .stream = STR("intake"),
			.epoch = id_numbered(9),
			.first_seq = i,
			.count = 1,
			.prev_hash = s.h.places[i - 1].hash,
			.last_hash = s.h.places[i].hash };
		s.payload = history_payload(&s.h, &s.p, i, i);
		put_events(&s);
	}
	assert_int_equal(pair_deliver(&s.p, DIALER, 0, false)->kind, NOTE_EVENTS);
	assert_int_equal(pair_deliver(&s.p, DIALER, 0, false)->kind, NOTE_DOWN);
	assert_int_equal(answer_of(&s, DIALER), 303);
	pair_clear(&s.p);
}

static void payload_is_what_both_sides_take(void **state)
{
	static struct scene s;
	struct stream_place at;
	uint64_t bytes;
	uint32_t events;

	(void)state;
	scene_open(&s, WAITING);
	s.hello.payload_max = 70000;
	put_body(&s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s.hello);
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_READY);
	s.number = pair_last(&s.p, DIALER, &schema_sesi_welcome, &s.welcome).session;
	put_body(&s, LISTENER, SESI_OPEN, 3, &schema_sesi_open,
		&(struct sesi_open) { .stream = STR("intake"),
			.credit_bytes = SESSION_WINDOW_MAX,
			.credit_events = 1 << 30,
			.payload_max = 1 << 20 });
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_OPEN);
	at = s.h.places[0];
	assert_int_equal(session_opened(s.p.sides[LISTENER].session, 3, &at, &at), ERR_OK);
	session_room(s.p.sides[LISTENER].session, 3, &bytes, &events);
	assert_int_equal(bytes, 70000);
	assert_int_equal(events, SESSION_EVENTS_MAX);
	pair_clear(&s.p);
}

/* A producer queues what is granted for a reader that reads nothing. */
static void nobody_grants_without_bound(void **state)
{
	static struct scene s;

	(void)state;
	scene_open(&s, READING);
	put_body(&s, LISTENER, SESI_CREDIT, s.corr, &schema_sesi_credit,
		&(struct sesi_credit) { SESSION_WINDOW_MAX, 50 });
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_CREDIT);
	put_body(&s, LISTENER, SESI_CREDIT, s.corr, &schema_sesi_credit,
		&(struct sesi_credit) { UINT64_MAX, 51 });
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_DOWN);
	assert_int_equal(answer_of(&s, LISTENER), 102);
	pair_clear(&s.p);

	scene_open(&s, READY);
	put_body(&s, LISTENER, SESI_OPEN, 3, &schema_sesi_open,
		&(struct sesi_open) { .stream = STR("intake"),
			.credit_bytes = UINT64_C(1) << 40,
			.credit_events = 1,
			.payload_max = 1 << 20 });
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_DOWN);
	assert_int_equal(answer_of(&s, LISTENER), 102);
	pair_clear(&s.p);
}

static void credit_that_raises_one_mark_lowers_no_other(void **state)
{
	static struct scene s;
	uint64_t bytes, before;
	uint32_t events;

	(void)state;
	scene_open(&s, READING);
	session_room(s.p.sides[LISTENER].session, s.corr, &before, &events);
	assert_int_equal(events, 5);
	put_body(&s, LISTENER, SESI_CREDIT, s.corr, &schema_sesi_credit,
		&(struct sesi_credit) { 100, 50 });
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->kind, NOTE_CREDIT);
	session_room(s.p.sides[LISTENER].session, s.corr, &bytes, &events);
	assert_int_equal(bytes, before);
	assert_int_equal(events, 45);
	pair_clear(&s.p);
}

static void session_that_is_over_says_so_and_sends_nothing(void **state)
{
	static struct scene s;

	(void)state;
	scene_open(&s, READING);
	put_gap(&s);
	put_events(&s);
	assert_int_equal(pair_deliver(&s.p, DIALER, 0, false)->error.code, 303);
	assert_int_equal(s.p.sides[LISTENER].way_count, 1);
	assert_int_equal(pair_deliver(&s.p, DIALER, 0, false)->kind, NOTE_DOWN);
	assert_int_equal(session_close_stream(s.p.sides[DIALER].session, s.corr), ERR_UNAVAILABLE);
	session_bye(s.p.sides[DIALER].session);
	assert_int_equal(s.p.sides[LISTENER].way_count, 1);
	/* And the other side ends when it hears of it. */
	assert_int_equal(pair_deliver(&s.p, LISTENER, 0, false)->error.code, 303);
	assert_int_equal(s.p.sides[DIALER].way_count, 0);
	pair_clear(&s.p);
}

static void events_that_find_no_memory_end_the_session(void **state)
{
	static struct scene s;
	struct session_note note;
	struct arena small;

	(void)state;
	scene_open(&s, READING);
	put_events(&s);
	arena_init(&small, 100);
	session_in(s.p.sides[DIALER].session, &s.p.sides[DIALER].way[0], s.p.now, &small, &note);
	assert_int_equal(note.kind, NOTE_DOWN);
	assert_int_equal(answer_of(&s, DIALER), 103);
	arena_clear(&small);
	pair_clear(&s.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_violation_has_its_reaction),
		cmocka_unit_test(answer_to_a_foreign_major_version_names_ours),
		cmocka_unit_test(more_bytes_than_granted_are_refused),
		cmocka_unit_test(payload_is_what_both_sides_take),
		cmocka_unit_test(credit_that_raises_one_mark_lowers_no_other),
		cmocka_unit_test(nobody_grants_without_bound),
		cmocka_unit_test(session_that_is_over_says_so_and_sends_nothing),
		cmocka_unit_test(events_that_find_no_memory_end_the_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
