/* actor: messages both ways, in order, and an end that is waited for */
#include "bus/actor.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { MANY = 5000, WAIT_MS = 5000 };

/* Sends back what it got, and a second message with its last part. */
static void echo(struct actor_pipe *pipe, void *argument)
{
	struct str parts[ACTOR_PARTS_MAX];
	int *ended = argument;

	while (actor_wait(pipe, parts)) {
		actor_tell(pipe, parts, 3);
		actor_tell(pipe, &parts[2], 1);
	}
	*ended = 1;
}

static bool take_in_time(struct actor *actor, struct str parts[ACTOR_PARTS_MAX])
{
	struct pollfd fd = { .fd = actor_fd(actor), .events = POLLIN };

	while (!actor_take(actor, parts))
		if (poll(&fd, 1, WAIT_MS) <= 0)
			return false;
	return true;
}

static void parts_come_back_whole_and_empty_ones_stay_empty(void **state)
{
	struct str sent[3] = { STR("kepala"), { "", 0 }, { "a\0b", 3 } };
	struct str got[ACTOR_PARTS_MAX];
	int ended = 0;
	struct actor *actor = actor_start(echo, &ended);

	(void)state;
	assert_non_null(actor);
	assert_false(actor_take(actor, got));
	actor_send(actor, sent, 3);
	assert_true(take_in_time(actor, got));
	assert_true(str_is(got[0], "kepala"));
	assert_int_equal(got[1].len, 0);
	assert_memory_equal(got[2].ptr, "a\0b", 3);
	assert_int_equal(got[3].len, 0);
	assert_true(take_in_time(actor, got));
	assert_int_equal(got[0].len, 3);
	actor_stop(&actor);
	assert_null(actor);
	assert_int_equal(ended, 1);
}

static void none_is_lost_or_overtaken_and_the_descriptor_says_so(void **state)
{
	struct str got[ACTOR_PARTS_MAX];
	int ended = 0;
	struct actor *actor = actor_start(echo, &ended);
	unsigned taken = 0;

	(void)state;
	for (unsigned n = 0; n < MANY; n++) {
		char text[16];
		struct str sent[3] = { STR("x"), STR("y"),
			{ text, (size_t)snprintf(text, sizeof text, "%u", n) } };

		actor_send(actor, sent, 3);
		/* Behind by some, so that several wait in the pipe at once. */
		while (n - taken > 50) {
			assert_true(take_in_time(actor, got));
			(void)snprintf(text, sizeof text, "%u", taken++);
			assert_true(str_is(got[2], text));
			assert_true(take_in_time(actor, got));
			assert_true(str_is(got[0], text));
		}
	}
	actor_stop(&actor);
	assert_int_equal(ended, 1);
}

static void it_ends_with_messages_still_waiting(void **state)
{
	struct str sent[3] = { STR("x"), STR("y"), STR("z") };
	int ended = 0;
	struct actor *actor = actor_start(echo, &ended);

	(void)state;
	for (unsigned n = 0; n < 100; n++)
		actor_send(actor, sent, 3);
	actor_stop(&actor);
	assert_int_equal(ended, 1);
	actor_stop(&actor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_come_back_whole_and_empty_ones_stay_empty),
		cmocka_unit_test(none_is_lost_or_overtaken_and_the_descriptor_says_so),
		cmocka_unit_test(it_ends_with_messages_still_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
