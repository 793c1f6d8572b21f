#include "lib/program.h"

#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENVIRONMENT_MAX = 512 };

extern char **environ;

/* The folder of this test program: build/VARIANT/tests/KIND. */
static void own_folder(char ret[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", ret, PATH_MAX - 1);

	if (n < 0)
		abort();
	ret[n] = '\0';
	*strrchr(ret, '/') = '\0';
}

static bool is_named(const char *setting, const char *name)
{
	size_t n = strlen(name);

	return strncmp(setting, name, n) == 0 && setting[n] == '=';
}

/* AddressSanitizer wants to be first; a preloaded library is before it, and does no harm. */
static void environment_of(const struct program *program, const char *folder, char *preload,
	char *asan, char *ret[ENVIRONMENT_MAX])
{
	const char *old = getenv("ASAN_OPTIONS");
	size_t n = 0;

	for (char **e = environ; *e != NULL && n < ENVIRONMENT_MAX - PROGRAM_ARGUMENTS_MAX - 3; e++)
		if (!is_named(*e, "ASAN_OPTIONS") && !is_named(*e, "LD_PRELOAD"))
			ret[n++] = *e;
	for (size_t i = 0; i < PROGRAM_ARGUMENTS_MAX && program->environment[i] != NULL; i++)
		ret[n++] = (char *)(uintptr_t)program->environment[i];
	(void)snprintf(asan, PATH_MAX, "ASAN_OPTIONS=%s:verify_asan_link_order=0",
		old == NULL ? "" : old);
	ret[n++] = asan;
	if (program->preload != NULL) {
		(void)snprintf(preload, 2 * PATH_MAX, "LD_PRELOAD=%s/../lib/preload_%s.so", folder,
			program->preload);
		ret[n++] = preload;
	}
	ret[n] = NULL;
}

static void read_output(int fd, char ret[PROGRAM_OUTPUT_MAX])
{
	char rest[512];
	size_t len = 0;
	ssize_t n;

	while (
		len < PROGRAM_OUTPUT_MAX - 1 && (n = read(fd, ret + len, PROGRAM_OUTPUT_MAX - 1 - len)) > 0)
		len += (size_t)n;
	ret[len] = '\0';
	while (read(fd, rest, sizeof rest) > 0)
		;
}

int program_run(struct program *program)
{
	char folder[PATH_MAX];
	char path[2 * PATH_MAX];
	char preload[2 * PATH_MAX];
	char asan[PATH_MAX];
	char *environment[ENVIRONMENT_MAX];
	posix_spawn_file_actions_t actions;
	int output[2];
	int status;
	pid_t pid;

	own_folder(folder);
	environment_of(program, folder, preload, asan, environment);
	(void)snprintf(path, sizeof path, "%s/%s", folder, program->arguments[0]);
	if (pipe2(output, O_CLOEXEC) != 0)
		abort();
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
	if (program->is_quiet)
		(void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, path, &actions, NULL, (char **)(uintptr_t)program->arguments,
			environment) != 0) {
		(void)fprintf(stderr, "%s does not start\n", path);
		exit(1);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(output[1]);
	read_output(output[0], program->output);
	(void)close(output[0]);
	if (waitpid(pid, &status, 0) != pid)
		abort();
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
