/* What a session refuses of frames, headers and numbers of messages. */
#include "lib/violation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct str none = { NULL, 0 };

static void put_short_header(struct scene *s)
{
	scene_put(s, LISTENER, SESI_PING, 0, &schema_sesi_ping, &(struct sesi_ping) { 1 });
	s->p.sides[LISTENER].way[0].header.len = 23;
}

static void put_no_frames(struct scene *s)
{
	put_short_header(s);
	s->p.sides[LISTENER].way[0] = (struct frames) { none, none, none };
}

static void put_header_alone(struct scene *s)
{
	scene_put(s, LISTENER, SESI_PING, 0, &schema_sesi_ping, &(struct sesi_ping) { 1 });
	s->p.sides[LISTENER].way[0].body = none;
}

static void put_wrong_magic(struct scene *s)
{
	scene_put(s, LISTENER, SESI_PING, 0, &schema_sesi_ping, &(struct sesi_ping) { 1 });
	((char *)s->p.sides[LISTENER].way[0].header.ptr)[0] = 'G';
}

static void put_major_2(struct scene *s)
{
	struct header h = scene_header(s, SESI_HELLO, 1);

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
	struct header h = scene_header(s, SESI_PING, 0);

	h.flags = 1;
	pair_put(&s->p, LISTENER, h, &schema_sesi_ping, &(struct sesi_ping) { 1 }, none);
}

static void put_reserved_bytes(struct scene *s)
{
	scene_put(s, LISTENER, SESI_BYE, 0, &schema_sesi_bye,
		&(struct sesi_bye) { .has_reason = false });
	((char *)s->p.sides[LISTENER].way[0].header.ptr)[7] = 1;
}

static void put_payload_where_none_belongs(struct scene *s)
{
	pair_put(&s->p, LISTENER, scene_header(s, SESI_PING, 0), &schema_sesi_ping,
		&(struct sesi_ping) { 1 }, str_of(""));
}

static void put_body_too_big(struct scene *s)
{
	static char big[SESSION_BODY_MAX];

	scene_put(s, LISTENER, SESI_PING, 0, &schema_sesi_ping, &(struct sesi_ping) { 1 });
	s->p.sides[LISTENER].way[0].body = (struct str) { big, SESSION_BODY_MAX - HEADER_BYTES + 1 };
}

static void put_payload_too_big(struct scene *s)
{
	static char big[SESSION_PAYLOAD_MAX + 1];

	s->payload = (struct str) { big, sizeof big };
	scene_put_events(s);
}

static void put_no_msgpack(struct scene *s)
{
	scene_put(s, LISTENER, SESI_PING, 0, NULL, NULL);
	s->p.sides[LISTENER].way[0].body = str_of("\xc1");
}

static void put_missing_field(struct scene *s)
{
	scene_put(s, LISTENER, SESI_CMD, 3, NULL, NULL);
}

static void put_file(struct scene *s)
{
	scene_put(s, LISTENER, SESI_FILE, 3, &schema_sesi_file,
		&(struct sesi_file) { .name = STR("surat.pdf") });
}

static void put_snapdata(struct scene *s)
{
	pair_put(&s->p, LISTENER, scene_header(s, SESI_SNAPDATA, 3), NULL, NULL, str_of("bytes"));
}

static void put_unheard_type(struct scene *s)
{
	scene_put(s, LISTENER, (enum session_type)99, 3, NULL, NULL);
}

static void put_reply_to_nothing(struct scene *s)
{
	scene_put(s, LISTENER, SESI_REPLY, 2, &schema_sesi_reply, &(struct sesi_reply) { .status = 1 });
}

static void put_reply_to_their_own(struct scene *s)
{
	scene_put(s, LISTENER, SESI_REPLY, 3, &schema_sesi_reply, &(struct sesi_reply) { .status = 1 });
}

static void put_command_with_our_corr(struct scene *s)
{
	scene_put(s, LISTENER, SESI_CMD, 2, &schema_sesi_cmd, &(struct sesi_cmd) { .type = 1 });
}

static void put_command_with_corr_0(struct scene *s)
{
	scene_put(s, LISTENER, SESI_CMD, 0, &schema_sesi_cmd, &(struct sesi_cmd) { .type = 1 });
}

static void put_error_of_a_command(struct scene *s)
{
	scene_put(s, LISTENER, SESI_ERROR, 2, &schema_sesi_error, &(struct sesi_error) { .code = 503 });
}

static void put_error_of_the_session(struct scene *s)
{
	scene_put(s, LISTENER, SESI_ERROR, 0, &schema_sesi_error, &(struct sesi_error) { .code = 201 });
}

static void put_unreadable_error(struct scene *s)
{
	scene_put(s, LISTENER, SESI_ERROR, 0, NULL, NULL);
}

static void put_error_of_a_new_code(struct scene *s)
{
	scene_put(s, LISTENER, SESI_ERROR, 3, &schema_sesi_error, &(struct sesi_error) { .code = 499 });
}

/* clang-format off */
static const struct violation violations[] = {
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
};
/* clang-format on */

static void frames_that_cannot_be_have_their_reaction(void **state)
{
	(void)state;
	violations_react(ROWS(violations));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_that_cannot_be_have_their_reaction),
		cmocka_unit_test(answer_to_a_foreign_major_version_names_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
