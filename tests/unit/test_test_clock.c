/* test_clock: both clocks go ahead alike, and only when looked at */
#include "runtime/test_clock.h"

#include "lib/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define NEAR (2 * US_PER_SECOND)

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void without_a_file_it_is_the_machines_clock(void **state)
{
	struct host machine = host_system();
	struct test_clock clock;
	struct host host;

	(void)state;
	test_clock_init(&clock, "");
	host = test_clock_host(&clock);
	test_clock_look(&clock);
	assert_int_equal(test_clock_shift(&clock), 0);
	assert_true(host_wall(&host) - host_wall(&machine) < NEAR);
	assert_true(host_steady(&host) - host_steady(&machine) < NEAR);
}

static void both_clocks_go_ahead_by_the_same_when_looked_at(void **state)
{
	struct host machine = host_system();
	struct test_clock clock;
	struct host host;
	char folder[FOLDER_MAX];
	char path[FOLDER_MAX];
	time_us apart;

	(void)state;
	folder_make(folder);
	test_clock_init(&clock, folder_file(folder, "clock", path));
	host = test_clock_host(&clock);
	apart = host_wall(&machine) - host_steady(&machine);
	write_text(path, "864000\n");
	assert_int_equal(test_clock_shift(&clock), 0);
	test_clock_look(&clock);
	assert_int_equal(test_clock_shift(&clock), 10 * US_PER_DAY);
	assert_true(host_wall(&host) - host_wall(&machine) >= 10 * US_PER_DAY - NEAR);
	assert_true(host_wall(&host) - host_steady(&host) - apart < NEAR);
	assert_true(host_wall(&host) - host_steady(&host) - apart > -NEAR);
	folder_remove(folder);
}

static void it_never_goes_back_and_takes_no_half_written_number(void **state)
{
	static const char *const wrong[] = { "5\n", "99999999", "", "\n", "x\n", "-1\n", "1 2\n",
		"99999999999999\n" };
	struct test_clock clock;
	char folder[FOLDER_MAX];
	char path[FOLDER_MAX];

	(void)state;
	folder_make(folder);
	folder_file(folder, "clock", path);
	write_text(path, "60\n");
	test_clock_init(&clock, path);
	assert_int_equal(test_clock_shift(&clock), 60 * US_PER_SECOND);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		write_text(path, wrong[i]);
		test_clock_look(&clock);
		assert_int_equal(test_clock_shift(&clock), 60 * US_PER_SECOND);
	}
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_file_it_is_the_machines_clock),
		cmocka_unit_test(both_clocks_go_ahead_by_the_same_when_looked_at),
		cmocka_unit_test(it_never_goes_back_and_takes_no_half_written_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
