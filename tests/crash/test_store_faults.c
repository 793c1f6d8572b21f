/* The n-th flush, write or open of the store fails, for every n until a run is clean, once and from
 * then on (MESSAGING.md 3.3 item 4). Whatever was answered is there after the restart, the process
 * goes on reading or ends with 111, and a restart finds the store whole. */
#include "lib/program.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { RUNS_MAX = 400, EXIT_FAILED = 111 };

struct fault {
	const char *call;
	const char *error;
	const char *is_sticky;
	unsigned runs_min; /* fewer failing runs would mean that the calls were not seen */
};

/* clang-format off */
static const struct fault faults[] = {
/*    call         error     sticky runs_min */
	{ "fdatasync", "EIO",    "0",   6 },
	{ "fdatasync", "EIO",    "1",   6 },
	{ "fdatasync", "ENOSPC", "0",   6 },
	{ "fdatasync", "ENOSPC", "1",   6 },
	{ "pwrite",    "EIO",    "0",   6 },
	{ "pwrite",    "EIO",    "1",   6 },
	{ "pwrite",    "ENOSPC", "0",   6 },
	{ "pwrite",    "ENOSPC", "1",   6 },
	{ "pwrite",    "short",  "0",   6 },
	{ "writev",    "EIO",    "0",   2 },
	{ "writev",    "EIO",    "1",   2 },
	{ "writev",    "ENOSPC", "0",   2 },
	{ "writev",    "short",  "0",   2 },
	{ "fsync",     "EIO",    "0",   1 },
	{ "fsync",     "EIO",    "1",   1 },
	{ "open",      "EIO",    "0",   4 },
	{ "open",      "ENOSPC", "0",   4 },
	{ "open",      "EIO",    "1",   4 },
};
/* clang-format on */

/* The store that a run begins with: none, or one of some steps. */
enum start { START_EMPTY, START_FULL };

static char folder[FOLDER_MAX];
static char full[FOLDER_MAX];

static int make_folders(void **state)
{
	struct program program = { .arguments = { "prog_store_work", "work", full, "60" } };

	(void)state;
	folder_make(folder);
	folder_make(full);
	return program_run(&program);
}

static int remove_folders(void **state)
{
	(void)state;
	folder_remove(folder);
	folder_remove(full);
	return 0;
}

static void begin_with(enum start start)
{
	static const char *const names[] = { "data.mdb", "acks" };

	folder_clear(folder);
	for (size_t i = 0; start == START_FULL && i < sizeof names / sizeof names[0]; i++) {
		char from[FOLDER_MAX];
		char to[FOLDER_MAX];

		assert_true(
			folder_copy(folder_file(full, names[i], from), folder_file(folder, names[i], to)));
	}
}

struct run {
	char call[64];
	char error[64];
	char sticky[64];
	char at[64];
	char below[FOLDER_MAX + 16];
	char hits[FOLDER_MAX + 16];
	char hits_path[FOLDER_MAX];
};

static void check(const struct fault *fault, unsigned n)
{
	struct program program = { .arguments = { "prog_store_work", "check", folder } };

	if (program_run(&program) != 0)
		fail_msg("%s %s sticky=%s n=%u: %s", fault->call, fault->error, fault->is_sticky, n,
			program.output);
}

/* One run with the n-th call failing; false when there was no n-th call. */
static bool run_once(const struct fault *fault, enum start start, unsigned n, unsigned *ret_exits)
{
	struct run r;
	struct program program = { .arguments = { "prog_store_work", "work", folder, "6" },
		.environment = { r.call, r.error, r.sticky, r.at, r.below, r.hits },
		.preload = "fault",
		.is_quiet = true };
	bool has_hit;
	int code;

	(void)snprintf(r.call, sizeof r.call, "FAULT_CALL=%s", fault->call);
	(void)snprintf(r.error, sizeof r.error, "FAULT_ERROR=%s", fault->error);
	(void)snprintf(r.sticky, sizeof r.sticky, "FAULT_STICKY=%s", fault->is_sticky);
	(void)snprintf(r.at, sizeof r.at, "FAULT_AT=%u", n);
	(void)snprintf(r.below, sizeof r.below, "FAULT_FOLDER=%s", folder);
	(void)snprintf(r.hits_path, sizeof r.hits_path, "%.200s.hits", folder);
	(void)snprintf(r.hits, sizeof r.hits, "FAULT_HITS=%s", r.hits_path);
	begin_with(start);
	code = program_run(&program);
	has_hit = access(r.hits_path, F_OK) == 0;
	(void)unlink(r.hits_path);
	if (code != 0 && (code != EXIT_FAILED || !has_hit))
		fail_msg("%s %s sticky=%s n=%u: exit code %d: %s", fault->call, fault->error,
			fault->is_sticky, n, code, program.output);
	*ret_exits += code == EXIT_FAILED;
	check(fault, n);
	return has_hit;
}

static void run_all(enum start start)
{
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		unsigned exits = 0;
		unsigned n = 1;

		while (run_once(&faults[i], start, n, &exits)) {
			assert_true(n < RUNS_MAX);
			n++;
		}
		print_message("%-9s %-6s sticky=%s: %u runs, %u ended with 111\n", faults[i].call,
			faults[i].error, faults[i].is_sticky, n - 1, exits);
		assert_true(n - 1 >= faults[i].runs_min);
	}
}

static void a_new_store_survives_every_failing_call(void **state)
{
	(void)state;
	run_all(START_EMPTY);
}

static void after_every_failing_call_nothing_answered_is_missing(void **state)
{
	(void)state;
	run_all(START_FULL);
}

static void killed_at_a_crash_point_nothing_answered_is_missing(void **state)
{
	static const char *const points[] = { "mirror_appended", "before_commit", "kv_before_commit",
		"kv_after_commit", "after_commit" };

	(void)state;
	for (unsigned i = 0; i < 4 * sizeof points / sizeof points[0]; i++) {
		char crash[64];
		struct program program = { .arguments = { "prog_store_work", "work", folder, "6" },
			.environment = { crash } };
		struct program checker = { .arguments = { "prog_store_work", "check", folder } };

		(void)snprintf(crash, sizeof crash, "PPID_CRASH=%s:%u", points[i / 4], i % 4 + 1);
		begin_with(START_FULL);
		assert_int_equal(program_run(&program), 128 + SIGKILL);
		if (program_run(&checker) != 0)
			fail_msg("%s: %s", crash, checker.output);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_store_survives_every_failing_call),
		cmocka_unit_test(after_every_failing_call_nothing_answered_is_missing),
		cmocka_unit_test(killed_at_a_crash_point_nothing_answered_is_missing),
	};

	return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
