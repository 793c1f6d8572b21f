#include "lib/processes.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ENVIRONMENT_MAX = 512, SETTING_BYTES_MAX = FOLDER_MAX + 32, STOP_MS = 20000 };

extern char **environ;

/* Every setting of the test's own; whatever PPID_ name there is besides is left out. */
struct environment {
	char *rows[ENVIRONMENT_MAX];
	char own[16][SETTING_BYTES_MAX];
	size_t count, own_count;
};

static void add(struct environment *e, const char *name, const char *value, const char *more)
{
	char *text = e->own[e->own_count++];

	assert(e->own_count <= sizeof e->own / sizeof e->own[0]);
	(void)snprintf(text, SETTING_BYTES_MAX, "%s=%s%s", name, value, more);
	e->rows[e->count++] = text;
}

static void environment_of(const struct processes *p, const char *crash, struct environment *e)
{
	e->count = e->own_count = 0;
	for (char **row = environ; *row != NULL && e->count < ENVIRONMENT_MAX - 17; row++)
		if (strncmp(*row, "PPID_", 5) != 0)
			e->rows[e->count++] = *row;
	add(e, "PPID_HOME", p->home, "");
	add(e, "PPID_DATA", p->home, "/data");
	add(e, "PPID_RUN", p->home, "/run");
	add(e, "PPID_STATE", p->home, "/state");
	add(e, "PPID_KEYS", p->home, "/keys");
	add(e, "PPID_NODE", "uji", "");
	/* Small files and no watermarks: the disk of a test machine is nobody's business. */
	add(e, "PPID_GROW_BYTES", "0", "");
	add(e, "PPID_DISK_SOFT_BYTES", "0", "");
	add(e, "PPID_DISK_HARD_BYTES", "0", "");
	if (p->mail_port[0] != '\0') {
		add(e, "PPID_SMTP_HOST", "127.0.0.1", "");
		add(e, "PPID_SMTP_PORT", p->mail_port, "");
	}
	if (crash != NULL)
		add(e, "PPID_CRASH", crash, "");
	e->rows[e->count] = NULL;
}

static void must(int rc, const char *what)
{
	if (rc != 0) {
		(void)fprintf(stderr, "%s: %s\n", what, strerror(rc));
		exit(1);
	}
}

static pid_t spawn(const char *path, char *const words[], struct environment *e, const char *log,
	int output)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (log != NULL)
		(void)posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log,
			O_WRONLY | O_CREAT | O_APPEND, 0600);
	else
		(void)posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	(void)posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	must(posix_spawn(&pid, path, &actions, NULL, words, e->rows), path);
	(void)posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static int code_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void processes_make(struct processes *p)
{
	static const char *const names[PROCESSES_MAX] = { "workflow", "intake", "notification",
		"reporting", "federation" };
	static const char *const folders[] = { "data", "run", "state" };
	char path[FOLDER_MAX];

	memset(p, 0, sizeof *p);
	folder_make(p->home);
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		must(mkdir(folder_file(p->home, folders[i], path), 0700) == 0 ? 0 : errno, path);
	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		(void)snprintf(path, sizeof path, "%s/ppid-%s", TEST_BIN, names[i]);
		if (access(path, X_OK) == 0)
			p->rows[p->count++].name = names[i];
	}
	(void)folder_file(p->home, "root.key", path);
	if (processes_ctl(p, (const char *const[]) { "key", "init", "--root", path, NULL }) != 0) {
		(void)fprintf(stderr, "keys were not made: %s\n", p->output);
		exit(1);
	}
}

void processes_clear(struct processes *p, bool keep)
{
	for (unsigned i = 0; i < p->count; i++)
		if (p->rows[i].pid != 0)
			processes_kill(p, i);
	if (keep)
		(void)fprintf(stderr, "the node is kept in %s\n", p->home);
	else
		folder_remove(p->home);
}

void processes_start(struct processes *p, unsigned at, const char *crash)
{
	struct environment e;
	char path[FOLDER_MAX];
	char log[FOLDER_MAX];

	assert(at < p->count && p->rows[at].pid == 0);
	environment_of(p, crash, &e);
	(void)snprintf(path, sizeof path, "%s/ppid-%s", TEST_BIN, p->rows[at].name);
	(void)snprintf(log, sizeof log, "%.200s/%s.log", p->home, p->rows[at].name);
	p->rows[at].pid = spawn(path, (char *[]) { path, NULL }, &e, log, -1);
}

void processes_kill(struct processes *p, unsigned at)
{
	int status;

	assert(p->rows[at].pid > 0);
	(void)kill(p->rows[at].pid, SIGKILL);
	while (waitpid(p->rows[at].pid, &status, 0) < 0 && errno == EINTR)
		;
	p->rows[at].pid = 0;
}

bool processes_ended(struct processes *p, unsigned at, int *ret_code)
{
	int status;

	assert(p->rows[at].pid > 0);
	if (waitpid(p->rows[at].pid, &status, WNOHANG) != p->rows[at].pid)
		return false;
	p->rows[at].pid = 0;
	*ret_code = code_of(status);
	return true;
}

int processes_stop(struct processes *p, unsigned at)
{
	int code = -1;

	(void)kill(p->rows[at].pid, SIGTERM);
	for (int ms = 0; ms < STOP_MS; ms += 5) {
		if (processes_ended(p, at, &code))
			return code;
		(void)nanosleep(&(struct timespec) { .tv_nsec = 5000000 }, NULL);
	}
	processes_kill(p, at);
	return code;
}

int processes_find(const struct processes *p, const char *name)
{
	for (unsigned i = 0; i < p->count; i++)
		if (strcmp(p->rows[i].name, name) == 0)
			return (int)i;
	return -1;
}

void processes_endpoint(const struct processes *p, unsigned at, char ret[FOLDER_MAX])
{
	(void)snprintf(ret, FOLDER_MAX, "ipc://%.200s/run/%s.sock", p->home, p->rows[at].name);
}

int processes_ctl(struct processes *p, const char *const words[])
{
	char path[FOLDER_MAX];
	char *all[PROCESS_WORDS_MAX + 2] = { path };
	struct environment e;
	size_t len = 0;
	int output[2];
	int status;
	ssize_t n;
	pid_t pid;

	for (size_t i = 0; words[i] != NULL; i++) {
		assert(i < PROCESS_WORDS_MAX);
		all[i + 1] = (char *)(uintptr_t)words[i];
	}
	environment_of(p, NULL, &e);
	(void)snprintf(path, sizeof path, "%s/ppidctl", TEST_BIN);
	must(pipe2(output, O_CLOEXEC) == 0 ? 0 : errno, "pipe");
	pid = spawn(path, all, &e, NULL, output[1]);
	(void)close(output[1]);
	while ((n = read(output[0], p->output + len, PROCESS_OUTPUT_MAX - 1 - len)) > 0 ||
		(n < 0 && errno == EINTR))
		len += n > 0 ? (size_t)n : 0;
	p->output[len] = '\0';
	(void)close(output[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return code_of(status);
}
