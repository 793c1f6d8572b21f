/* What a sender is told of an error, by command and by question. One service made for it: it refuses with
 * the error that it is asked for. */
#include "lib/harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "runtime/ctx.h"
#include "runtime/view.h"

static const struct id nobody;

/* clang-format off */
static const struct { enum err error; enum sesi_status status; } rows[] = {
	{ ERR_INVALID,     SESI_STATUS_INVALID },
	{ ERR_LIMIT,       SESI_STATUS_INVALID },
	{ ERR_DENIED,      SESI_STATUS_DENIED },
	{ ERR_NOT_FOUND,   SESI_STATUS_NOT_FOUND },
	{ ERR_STATE,       SESI_STATUS_REJECTED },
	{ ERR_TOO_OLD,     SESI_STATUS_TOO_OLD },
	{ ERR_READONLY,    SESI_STATUS_READONLY },
	{ ERR_UNAVAILABLE, SESI_STATUS_BUSY },
	{ ERR_TIMEOUT,     SESI_STATUS_EXPIRED },
	{ ERR_CORRUPT,     SESI_STATUS_UNKNOWN },
};
/* clang-format on */

static enum err error_of(struct str number)
{
	uint64_t n = 0;

	assert_true(str_number(number, &n));
	return (enum err)n;
}

static enum err refuse_command(struct ctx *ctx, const void *message)
{
	const struct atur_kebijakan *c = message;

	ctx_allow_all(ctx);
	return ctx_refuse(ctx, error_of(c->unit), "unit", "diminta");
}

static enum err refuse_question(struct view *view, const void *question, void *answer)
{
	const struct kebijakan_daftar *q = question;

	(void)answer;
	return view_refuse(view, error_of(q->unit), "unit", "diminta");
}

/* clang-format off */
static const struct command_row commands[] = {
	{ &schema_atur_kebijakan, refuse_command, NULL, FROM_CTL, false },
};
static const struct question_row questions[] = { { &schema_kebijakan_daftar, refuse_question, FROM_CTL } };
/* clang-format on */
static const struct service refuser = {
	.name = "penolak",
	.commands = ROWS(commands),
	.questions = ROWS(questions),
};
static const struct harness_service services[] = { { &refuser, NULL } };

static int begin(void **state)
{
	*state = harness_open(ROWS(services), 0);
	return 0;
}

static struct str number_of(enum err e, char *ret, size_t size)
{
	(void)snprintf(ret, size, "%d", (int)e);
	return str_of(ret);
}

static void a_command_is_told_its_error(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char number[8];
		struct atur_kebijakan c = { .kunci = STR("uji"),
			.unit = number_of(rows[i].error, number, sizeof number) };
		struct harness_reply r =
			harness_command(*state, "penolak", nobody, nobody, &schema_atur_kebijakan, &c, NULL);

		assert_int_equal(r.status, rows[i].status);
		assert_true(str_is(r.field, "unit") && str_is(r.rule, "diminta"));
	}
}

static void a_question_is_told_what_a_command_would_be(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char number[8];
		struct kebijakan_daftar q = { .unit = number_of(rows[i].error, number, sizeof number) };
		struct kebijakan_daftar_jawab answer;
		struct harness_reply r = harness_ask(*state, "penolak", nobody, &schema_kebijakan_daftar,
			&q, (struct str) { NULL, 0 }, &answer);

		assert_int_equal(r.status, rows[i].status);
		assert_true(str_is(r.field, "unit") && str_is(r.rule, "diminta"));
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, harness_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_command_is_told_its_error),
		TEST(a_question_is_told_what_a_command_would_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
