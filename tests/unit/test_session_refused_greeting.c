/* What a session refuses of who speaks and in which session: HELLO, WELCOME, numbers of sessions. */
#include "lib/violation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void put_command_first(struct scene *s)
{
	scene_put(s, LISTENER, SESI_CMD, 1, &schema_sesi_cmd, &(struct sesi_cmd) { .type = 1 });
}

static void put_error_first(struct scene *s)
{
	scene_put(s, LISTENER, SESI_ERROR, 1, &schema_sesi_error, &(struct sesi_error) { .code = 102 });
}

static void put_foreign_number(struct scene *s)
{
	s->number++;
	scene_put(s, LISTENER, SESI_CMD, 3, &schema_sesi_cmd, &(struct sesi_cmd) { .type = 1 });
}

static void put_error_of_foreign_number(struct scene *s)
{
	s->number++;
	scene_put(s, LISTENER, SESI_ERROR, 3, &schema_sesi_error, &(struct sesi_error) { .code = 102 });
}

static void put_hello_of_another_service(struct scene *s)
{
	s->hello.service = str_of("gateway");
	scene_put(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_of_no_service(struct scene *s)
{
	s->hello.service = str_of("");
	scene_put(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_of_another_node(struct scene *s)
{
	s->hello.node = id_numbered(6);
	scene_put(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_of_no_node(struct scene *s)
{
	s->hello.node = (struct id) { { 0 } };
	scene_put(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_of_later_minors(struct scene *s)
{
	s->hello.minors = (struct sesi_minors) { 2, 5 };
	scene_put(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_with_tiny_payload(struct scene *s)
{
	s->hello.payload_max = 1000;
	scene_put(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_with_even_corr(struct scene *s)
{
	scene_put(s, LISTENER, SESI_HELLO, 2, &schema_sesi_hello, &s->hello);
}

static void put_hello_with_a_number(struct scene *s)
{
	s->number = 5;
	scene_put(s, LISTENER, SESI_HELLO, 1, &schema_sesi_hello, &s->hello);
}

static void put_hello_again(struct scene *s)
{
	s->number = 0;
	scene_put(s, LISTENER, SESI_HELLO, 3, &schema_sesi_hello, &s->hello);
}

static void put_hello_again_of_another_node(struct scene *s)
{
	s->hello.node = id_numbered(6);
	put_hello_again(s);
}

static void put_hello_to_a_dialer(struct scene *s)
{
	scene_put(s, DIALER, SESI_HELLO, 2, &schema_sesi_hello, &s->hello);
}

static void put_welcome_to_a_listener(struct scene *s)
{
	scene_put(s, LISTENER, SESI_WELCOME, 1, &schema_sesi_welcome, &s->welcome);
}

static void put_welcome(struct scene *s)
{
	s->number = s->welcome.session;
	scene_put(s, DIALER, SESI_WELCOME, 1, &schema_sesi_welcome, &s->welcome);
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
	scene_put(s, DIALER, SESI_WELCOME, 1, &schema_sesi_welcome, &s->welcome);
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

static void put_welcome_of_another_node(struct scene *s)
{
	s->welcome.node = id_numbered(6);
	put_welcome(s);
}

static void put_welcome_to_no_hello(struct scene *s)
{
	s->number = s->welcome.session;
	scene_put(s, DIALER, SESI_WELCOME, 3, &schema_sesi_welcome, &s->welcome);
}

static void put_command_before_welcome(struct scene *s)
{
	s->number = 9;
	scene_put(s, DIALER, SESI_CMD, 2, &schema_sesi_cmd, &(struct sesi_cmd) { .type = 1 });
}

static void put_refusal_of_hello(struct scene *s)
{
	scene_put(s, DIALER, SESI_ERROR, 1, &schema_sesi_error, &(struct sesi_error) { .code = 203 });
}

static void put_stale_error(struct scene *s)
{
	s->number = 9;
	scene_put(s, DIALER, SESI_ERROR, 1, &schema_sesi_error, &(struct sesi_error) { .code = 201 });
}

/* clang-format off */
static const struct violation violations[] = {
	{ "command before HELLO",             WAITING, put_command_first,              LISTENER, 201, LIVES },
	{ "ERROR before HELLO",               WAITING, put_error_first,                LISTENER, NO_ERROR, LIVES },
	{ "unknown session number",           READY,   put_foreign_number,             LISTENER, 201, LIVES },
	{ "ERROR of an unknown number",       READY,   put_error_of_foreign_number,    LISTENER, NO_ERROR, LIVES },
	{ "HELLO of another service",         WAITING, put_hello_of_another_service,   LISTENER, 203, ENDS },
	{ "HELLO of no service",              WAITING, put_hello_of_no_service,        LISTENER, 203, ENDS },
	{ "HELLO of another node",            WAITING, put_hello_of_another_node,      LISTENER, 203, ENDS },
	{ "HELLO of no node",                 WAITING, put_hello_of_no_node,           LISTENER, 203, ENDS },
	{ "HELLO of later minors alone",      WAITING, put_hello_of_later_minors,      LISTENER, 101, ENDS },
	{ "HELLO with a tiny payload",        WAITING, put_hello_with_tiny_payload,    LISTENER, 102, ENDS },
	{ "HELLO with an even corr",          WAITING, put_hello_with_even_corr,       LISTENER, 102, ENDS },
	{ "HELLO with a session number",      WAITING, put_hello_with_a_number,        LISTENER, 201, LIVES },
	{ "HELLO again",                      READY,   put_hello_again,                LISTENER, 102, ENDS },
	{ "HELLO again of another node",      READY,   put_hello_again_of_another_node, LISTENER, 102, ENDS },
	{ "HELLO to a dialer",                GREETED, put_hello_to_a_dialer,          DIALER,   102, ENDS },
	{ "WELCOME to a listener",            WAITING, put_welcome_to_a_listener,      LISTENER, 102, ENDS },
	{ "WELCOME",                          GREETED, put_welcome,                    DIALER,   NO_ERROR, LIVES },
	{ "WELCOME with a wrong nonce",       GREETED, put_welcome_with_wrong_nonce,   DIALER,   102, ENDS },
	{ "WELCOME without a number",         GREETED, put_welcome_without_number,     DIALER,   102, ENDS },
	{ "WELCOME with two numbers",         GREETED, put_welcome_with_two_numbers,   DIALER,   102, ENDS },
	{ "WELCOME of minor 2",               GREETED, put_welcome_of_minor_2,         DIALER,   102, ENDS },
	{ "WELCOME of another service",       GREETED, put_welcome_of_another_service, DIALER,   203, ENDS },
	{ "WELCOME of another node",          GREETED, put_welcome_of_another_node,    DIALER,   203, ENDS },
	{ "WELCOME to no HELLO",              GREETED, put_welcome_to_no_hello,        DIALER,   102, ENDS },
	{ "command before WELCOME",           GREETED, put_command_before_welcome,     DIALER,   201, LIVES },
	{ "HELLO refused",                    GREETED, put_refusal_of_hello,           DIALER,   NO_ERROR, ENDS },
	{ "ERROR of an older session",        GREETED, put_stale_error,                DIALER,   NO_ERROR, LIVES },
};
/* clang-format on */

static void greetings_that_cannot_be_have_their_reaction(void **state)
{
	(void)state;
	violations_react(ROWS(violations));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(greetings_that_cannot_be_have_their_reaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
