/* ctl: options are taken out of the arguments wherever they stand */
#include "ctl/ctl.h"

#include "lib/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void flags_and_options_leave_the_rest_in_order(void **state)
{
	char *argv[] = { "verb", "satu", "--from", "5", "--all", "dua", "--until=9", NULL };
	int argc = 7;

	(void)state;
	assert_string_equal(ctl_option(&argc, argv, "--from"), "5");
	assert_true(ctl_flag(&argc, argv, "--all"));
	assert_false(ctl_flag(&argc, argv, "--all"));
	assert_string_equal(ctl_option(&argc, argv, "--until"), "9");
	assert_null(ctl_option(&argc, argv, "--until"));
	assert_int_equal(argc, 3);
	assert_string_equal(argv[1], "satu");
	assert_string_equal(argv[2], "dua");
	assert_null(argv[3]);
}

static void an_option_is_not_taken_for_a_longer_one_nor_without_a_value(void **state)
{
	char *argv[] = { "verb", "--fromage", "x", "--from", NULL };
	int argc = 4;

	(void)state;
	assert_null(ctl_option(&argc, argv, "--from"));
	assert_int_equal(argc, 4);
}

static void folders_come_from_option_then_variable_then_the_nodes_folder(void **state)
{
	char *argv[] = { "verb", "--node-dir", "/simpul", "--run=/lain", "--json", "x", NULL };
	enum ctl_exit code;
	struct ctl ctl;
	int argc = 6;

	(void)state;
	assert_int_equal(unsetenv("PPID_RUN") | unsetenv("PPID_STATE") | unsetenv("PPID_KEYS") |
			unsetenv("PPID_NODE"),
		0);
	assert_int_equal(setenv("PPID_DATA", "/data", 1), 0);
	assert_true(ctl_open(&ctl, &argc, argv, "", &code));
	assert_string_equal(ctl.run, "/lain");
	assert_string_equal(ctl.data, "/data");
	assert_string_equal(ctl.state, "/simpul/state");
	assert_null(ctl.node);
	assert_true(ctl.is_json);
	assert_int_equal(ctl_rest(&ctl, argc, argv, 1, 1), CTL_DONE);
	assert_int_equal(ctl_rest(&ctl, argc, argv, 2, 2), CTL_USAGE);
	assert_int_equal(ctl_rest(&ctl, argc, argv, 0, 0), CTL_USAGE);
	assert_int_equal(ctl_end(&ctl, CTL_DONE), CTL_DONE);
}

static void a_wrong_account_and_a_wrong_time_are_refused(void **state)
{
	char *account[] = { "verb", "--as", "bukan-id", NULL };
	char *within[] = { "verb", "--within", "0", NULL };
	enum ctl_exit code;
	struct ctl ctl;
	int argc = 3;

	(void)state;
	assert_false(ctl_open(&ctl, &argc, account, "", &code));
	assert_int_equal(ctl_end(&ctl, code), CTL_USAGE);
	argc = 3;
	assert_false(ctl_open(&ctl, &argc, within, "", &code));
	assert_int_equal(ctl_end(&ctl, code), CTL_USAGE);
}

static void a_file_is_written_whole_with_its_mode_and_read_back(void **state)
{
	char *argv[] = { "verb", NULL };
	char folder[FOLDER_MAX], path[FOLDER_MAX], other[FOLDER_MAX];
	enum ctl_exit code;
	struct str back;
	struct ctl ctl;
	int argc = 1;

	(void)state;
	folder_make(folder);
	assert_true(ctl_open(&ctl, &argc, argv, "", &code));
	folder_file(folder, "isi", path);
	assert_int_equal(ctl_write_file(&ctl, path, str_of("satu"), 0600), CTL_DONE);
	assert_int_equal(ctl_write_file(&ctl, path, str_of("dua"), 0600), CTL_DONE);
	assert_int_equal(ctl_read_file(&ctl, path, 3, &back), CTL_DONE);
	assert_true(str_is(back, "dua"));
	assert_int_equal(ctl_read_file(&ctl, path, 2, &back), CTL_FAILED);
	assert_int_equal(ctl_read_file(&ctl, folder_file(folder, "tiada", other), 9, &back),
		CTL_FAILED);
	assert_int_equal(ctl_end(&ctl, CTL_DONE), CTL_DONE);
	folder_remove(folder);
}

/* As from "docker exec -i" and from every pipe of a shell: no size, and no name that could be opened. */
static void standard_input_is_read_to_its_end_from_a_pipe(void **state)
{
	char *argv[] = { "verb", NULL };
	enum ctl_exit code;
	int ends[2], before = dup(STDIN_FILENO), argc = 1;
	struct str back;
	struct ctl ctl;

	(void)state;
	assert_true(ctl_open(&ctl, &argc, argv, "", &code));
	for (size_t most = 4; most > 2; most--) {
		assert_int_equal(pipe(ends), 0);
		assert_int_equal(write(ends[1], "isi!", 4), 4);
		assert_int_equal(close(ends[1]), 0);
		assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
		code = ctl_read_file(&ctl, "-", most, &back);
		assert_int_equal(dup2(before, STDIN_FILENO), STDIN_FILENO);
		(void)close(ends[0]);
		assert_int_equal(code, most == 4 ? CTL_DONE : CTL_FAILED);
	}
	assert_int_equal(ctl_end(&ctl, CTL_DONE), CTL_DONE);
	(void)close(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard_input_is_read_to_its_end_from_a_pipe),
		cmocka_unit_test(flags_and_options_leave_the_rest_in_order),
		cmocka_unit_test(an_option_is_not_taken_for_a_longer_one_nor_without_a_value),
		cmocka_unit_test(folders_come_from_option_then_variable_then_the_nodes_folder),
		cmocka_unit_test(a_wrong_account_and_a_wrong_time_are_refused),
		cmocka_unit_test(a_file_is_written_whole_with_its_mode_and_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
