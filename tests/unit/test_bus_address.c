/* Addresses of the bus: who holds one, and which cannot be. */
#include "lib/bus_side.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void second_service_does_not_steal_the_address(void **state)
{
	struct side *first = side_open(), *second = side_open(), *client = side_open();
	struct frames message = text_message("h", "b", NULL);
	char endpoint[128], path[128];
	struct stat st;

	(void)state;
	endpoint_of(endpoint, "ipc", "steal");
	assert_int_equal(bus_bind(first->bus, endpoint), ERR_OK);
	assert_int_equal(bus_bind(second->bus, endpoint), ERR_STATE);
	(void)snprintf(path, sizeof path, "%s/steal", bus_side_folder());
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(bus_dial(client->bus, "intake", endpoint), ERR_OK);
	sides_until(client, first, &client->ups, 1);
	assert_int_equal(bus_send(client->bus, client->last_link, &message), ERR_OK);
	sides_until(client, first, &first->messages, 1);
	side_close(first);
	assert_int_equal(bus_bind(second->bus, endpoint), ERR_OK);
	side_close(second);
	side_close(client);
}

static void another_process_does_not_steal_the_address(void **state)
{
	struct side *first = side_open();
	char endpoint[128];
	int status;
	pid_t child;

	(void)state;
	endpoint_of(endpoint, "ipc", "steal_process");
	assert_int_equal(bus_bind(first->bus, endpoint), ERR_OK);
	child = fork();
	if (child == 0) {
		char path[200];
		int failed;

		/* Contexts do not survive a fork: the child uses the command line's lock. */
		(void)snprintf(path, sizeof path, "flock --nonblock %s/steal_process.lock true",
			bus_side_folder());
		failed = system(path);
		_exit(WIFEXITED(failed) && WEXITSTATUS(failed) == 1 ? 7 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
	side_close(first);
}

static void inproc_address_is_taken_once(void **state)
{
	struct side *first = side_open(), *second = side_open();

	(void)state;
	assert_int_equal(bus_bind(first->bus, "inproc://once"), ERR_OK);
	assert_int_equal(bus_bind(second->bus, "inproc://once"), ERR_STATE);
	side_close(first);
	side_close(second);
}

static void addresses_that_cannot_be_are_refused(void **state)
{
	/* clang-format off */
	static const struct { const char *endpoint; enum err bind, dial; } rows[] = {
		{ "ipc://relative/x",      ERR_INVALID, ERR_INVALID },
		{ "ipc://@abstract",       ERR_INVALID, ERR_INVALID },
		{ "tcp://127.0.0.1:5555",  ERR_STATE,   ERR_INVALID },
		{ "tcp://127.0.0.1:*",     ERR_INVALID, ERR_INVALID },
		{ "tcp://127.0.0.1:0",     ERR_INVALID, ERR_INVALID },
		{ "tcp://127.0.0.1:65536", ERR_INVALID, ERR_INVALID },
		{ "tcp://:5555",           ERR_INVALID, ERR_INVALID },
		{ "tcp://5555",            ERR_INVALID, ERR_INVALID },
		{ "",                      ERR_INVALID, ERR_INVALID },
		{ "ipc:///nowhere",        ERR_INVALID, ERR_OK },
		{ "ipc:///tmp/open_to_all", ERR_DENIED, ERR_OK },
		{ "ipc:///proc/no/such/folder", ERR_IO, ERR_OK },
	};
	/* clang-format on */
	struct side *side = side_open();
	char longest[200];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(bus_bind(side->bus, rows[i].endpoint), rows[i].bind);
		assert_int_equal(bus_dial(side->bus, "x", rows[i].endpoint), rows[i].dial);
	}
	(void)snprintf(longest, sizeof longest, "ipc://%s/%0*d", bus_side_folder(),
		(int)(107 - strlen(bus_side_folder())), 0);
	assert_int_equal(bus_bind(side->bus, longest), ERR_INVALID);
	assert_int_equal(bus_dial(side->bus, "x", longest), ERR_INVALID);
	longest[strlen(longest) - 1] = '\0';
	assert_int_equal(bus_bind(side->bus, longest), ERR_OK);
	side_close(side);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(second_service_does_not_steal_the_address),
		cmocka_unit_test(another_process_does_not_steal_the_address),
		cmocka_unit_test(inproc_address_is_taken_once),
		cmocka_unit_test(addresses_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, bus_side_begin, bus_side_end);
}
