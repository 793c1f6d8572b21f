#include "bench/node.h"

#include "bench/lap.h"
#include "lib/folder.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_MS = 60000, ENVIRONMENT_MAX = 512, OWN_SETTINGS = 10, SETTING_BYTES = 160 };

extern char **environ;

static struct node *open_nodes; /* for the end of the program alone */

void bench_must(bool holds, const char *what)
{
	if (holds)
		return;
	(void)fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

static void bin_path(const char *name, char ret[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", ret, PATH_MAX - 64);

	bench_must(n > 0, "no /proc/self/exe");
	ret[n] = '\0';
	*strrchr(ret, '/') = '\0';
	(void)strcat(ret, "/../../bin/");
	(void)strcat(ret, name);
}

static void end_all(void)
{
	while (open_nodes != NULL)
		node_close(open_nodes);
}

static void on_signal(int signal)
{
	(void)signal;
	exit(1);
}

void node_open(struct node *node)
{
	node_open_as(node, "bench", "");
}

void node_open_as(struct node *node, const char *name, const char *listen)
{
	static const char *const folders[] = { "data", "run", "state" };
	static bool is_armed;
	const char *keys[] = { "key", "init", "--root", NULL, NULL };
	char real[PATH_MAX];
	char path[PATH_MAX];

	memset(node, 0, sizeof *node);
	(void)snprintf(node->name, sizeof node->name, "%s", name);
	(void)snprintf(node->listen, sizeof node->listen, "%s", listen);
	bin_path("", path);
	(void)strcat(path, "../../tmp");
	(void)mkdir(path, 0700);
	bench_must(realpath(path, real) != NULL, "no build/tmp");
	bench_must((size_t)snprintf(node->folder, sizeof node->folder, "%s/bench-XXXXXX", real) <
			sizeof node->folder,
		"the path is too long");
	bench_must(mkdtemp(node->folder) != NULL, "no folder under build/tmp");
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", node->folder, folders[i]);
		bench_must(mkdir(path, 0700) == 0, "a folder of the node");
	}
	arena_init(&node->arena, 1 << 20);
	if (!is_armed)
		(void)atexit(end_all);
	is_armed = true;
	node->next = open_nodes;
	open_nodes = node;
	(void)signal(SIGINT, on_signal);
	(void)signal(SIGTERM, on_signal);
	(void)snprintf(path, sizeof path, "%s/root.key", node->folder);
	keys[3] = path;
	node_ctl(node, keys);
}

void node_close(struct node *node)
{
	struct node **at = &open_nodes;

	while (*at != node)
		at = &(*at)->next;
	*at = node->next;
	for (size_t i = 0; i < NODE_SERVICES_MAX; i++)
		if (node->running[i].name != NULL)
			node_stop(node, node->running[i].name);
	if (getenv("BENCH_KEEP") == NULL)
		folder_remove(node->folder);
	else
		(void)fprintf(stderr, "kept: %s\n", node->folder);
	arena_clear(&node->arena);
}

static pid_t spawn(const struct node *node, const char *name, char *const arguments[],
	const char *log)
{
	const struct {
		const char *name, *behind;
		bool is_in_folder;
	} rows[OWN_SETTINGS] = {
		{ "PPID_DATA", "/data", true },
		{ "PPID_RUN", "/run", true },
		{ "PPID_STATE", "/state", true },
		{ "PPID_KEYS", "/keys", true },
		{ "PPID_HOME", "", true },
		{ "PPID_NODE", node->name, false },
		{ "PPID_LISTEN_NODES", node->listen, false },
		{ "PPID_LOG_LEVEL", "warn", false },
		{ "PPID_DISK_SOFT_BYTES", "0", false },
		{ "PPID_DISK_HARD_BYTES", "0", false },
	};
	char own[OWN_SETTINGS][SETTING_BYTES];
	char *environment[ENVIRONMENT_MAX];
	char program[PATH_MAX];
	posix_spawn_file_actions_t actions;
	size_t n = 0;
	pid_t pid;

	for (size_t i = 0; i < OWN_SETTINGS; i++) {
		(void)snprintf(own[i], sizeof own[i], "%s=%s%s", rows[i].name,
			rows[i].is_in_folder ? node->folder : "", rows[i].behind);
		environment[n++] = own[i];
	}
	for (char **e = environ; *e != NULL && n < ENVIRONMENT_MAX - 1; e++)
		if (strncmp(*e, "PPID_", 5) != 0 || strncmp(*e, "PPID_BATCH", 10) == 0 ||
			strncmp(*e, "PPID_GROW", 9) == 0)
			environment[n++] = *e;
	environment[n] = NULL;
	bin_path(name, program);
	bench_must(posix_spawn_file_actions_init(&actions) == 0, "spawn");
	(void)posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log,
		O_WRONLY | O_CREAT | O_APPEND, 0600);
	(void)posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	bench_must(posix_spawn(&pid, program, &actions, NULL, arguments, environment) == 0, program);
	(void)posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static void show_log(const char *log)
{
	char line[1024];
	FILE *file = fopen(log, "re");

	while (file != NULL && fgets(line, sizeof line, file) != NULL)
		(void)fputs(line, stderr);
	if (file != NULL)
		(void)fclose(file);
}

void node_ctl(struct node *node, const char *const arguments[])
{
	char *all[10] = { (char *)(uintptr_t) "ppidctl" };
	char log[PATH_MAX];
	int status;
	pid_t pid;

	for (size_t i = 0; arguments[i] != NULL; i++)
		all[i + 1] = (char *)(uintptr_t)arguments[i];
	(void)snprintf(log, sizeof log, "%s/ppidctl.log", node->folder);
	pid = spawn(node, "ppidctl", all, log);
	bench_must(waitpid(pid, &status, 0) == pid, "ppidctl");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		show_log(log);
		bench_must(false, "ppidctl failed");
	}
}

const char *node_write(struct node *node, const char *name, const char *text)
{
	static char path[PATH_MAX];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/%s", node->folder, name);
	file = fopen(path, "we");
	bench_must(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, path);
	return path;
}

void node_endpoint_of(const struct node *node, const char *service, char ret[128])
{
	(void)snprintf(ret, 128, "ipc://%s/run/%s.sock", node->folder, service);
}

void node_store_of(const struct node *node, const char *service, char ret[128])
{
	(void)snprintf(ret, 128, "%s/data/%s", node->folder, service);
}

static pid_t pid_of(const struct node *node, const char *service)
{
	for (size_t i = 0; i < NODE_SERVICES_MAX; i++)
		if (node->running[i].name != NULL && strcmp(node->running[i].name, service) == 0)
			return node->running[i].pid;
	return 0;
}

bool node_is_running(const struct node *node, const char *service)
{
	return pid_of(node, service) != 0;
}

double node_start(struct node *node, const char *service)
{
	char program[64];
	char log[PATH_MAX];
	char *arguments[2] = { program, NULL };
	double begun = lap_clock();
	size_t i = 0;

	while (i < NODE_SERVICES_MAX && node->running[i].name != NULL)
		i++;
	bench_must(i < NODE_SERVICES_MAX, "too many services");
	(void)snprintf(program, sizeof program, "ppid-%s", service);
	(void)snprintf(log, sizeof log, "%s/%s.log", node->folder, service);
	node->running[i].name = service;
	node->running[i].pid = spawn(node, program, arguments, log);
	while (!node_state(node, service).siap)
		(void)usleep(1000);
	return lap_clock() - begun;
}

void node_stop(struct node *node, const char *service)
{
	for (size_t i = 0; i < NODE_SERVICES_MAX; i++) {
		if (node->running[i].name == NULL || strcmp(node->running[i].name, service) != 0)
			continue;
		(void)kill(node->running[i].pid, SIGTERM);
		(void)waitpid(node->running[i].pid, NULL, 0);
		node->running[i].name = NULL;
	}
}

static void ask_failed(const struct node *node, const char *service, enum err e)
{
	char log[PATH_MAX];

	(void)snprintf(log, sizeof log, "%s/%s.log", node->folder, service);
	show_log(log);
	(void)fprintf(stderr, "bench: %s: %s\n", service, err_name(e));
	exit(1);
}

static struct sesi_answer ask(struct node *node, const char *service, const struct schema *schema,
	const void *question, const char *after, uint64_t after_seq)
{
	char endpoint[128];
	struct client_options options = { .self = "ctl",
		.service = service,
		.endpoint = endpoint,
		.version = "bench" };
	struct sesi_ask ask = { .type = schema->code,
		.version = schema->version,
		.has_after_stream = after != NULL,
		.has_after_epoch = after != NULL,
		.has_after_seq = after != NULL,
		.after_seq = after_seq };
	struct problem why = { NULL, NULL };
	struct sesi_answer answer = { .status = SESI_STATUS_UNKNOWN };
	struct client *client;
	struct buf body;
	enum err e;

	if (after != NULL)
		ask.after_stream = str_of(after);
	node_endpoint_of(node, service, endpoint);
	arena_reset(&node->arena);
	buf_init(&body, 4096);
	e = wire_encode(schema, question, &body, &why);
	bench_must(e == ERR_OK, "the question cannot be encoded");
	ask.body = buf_str(&body);
	client = client_open(&options, &e);
	if (e == ERR_OK)
		e = client_connect(client, START_MS);
	if (e == ERR_OK)
		e = client_ask(client, &ask, START_MS, &node->arena, &answer);
	client_close(&client);
	buf_clear(&body);
	if (e != ERR_OK)
		ask_failed(node, service, e);
	return answer;
}

void node_ask(struct node *node, const char *service, const struct schema *schema,
	const void *question, void *ret)
{
	struct sesi_answer answer = ask(node, service, schema, question, NULL, 0);
	struct problem why = { NULL, NULL };
	enum err e = wire_decode(schema->reply, answer.body, &node->arena, ret, &why);

	if (e != ERR_OK)
		ask_failed(node, service, e);
}

bool node_has_read(struct node *node, const char *service, const char *stream, uint64_t seq)
{
	struct keadaan nothing = { 0 };

	return ask(node, service, &schema_keadaan, &nothing, stream, seq).status == SESI_STATUS_OK;
}

struct keadaan_layanan node_state(struct node *node, const char *service)
{
	struct keadaan_layanan state = { .siap = false };
	struct keadaan nothing = { 0 };

	node_ask(node, service, &schema_keadaan, &nothing, &state);
	return state;
}

uint64_t node_cursor(struct node *node, const char *service, const char *stream, uint64_t *ret_head)
{
	struct keadaan_layanan state = node_state(node, service);

	*ret_head = 0;
	for (uint32_t i = 0; i < state.mengikuti_len; i++) {
		const struct posisi *at = &state.mengikuti[i];

		if (!str_is(at->aliran, stream))
			continue;
		bench_must(!at->has_berhenti, "a stream stands still");
		*ret_head = at->kepala;
		return at->seq;
	}
	return 0;
}

/* Sums Rss of all mappings but that of the store. */
uint64_t node_resident(const struct node *node, const char *service)
{
	char path[64];
	char line[1024];
	bool is_store = false;
	unsigned long kib;
	uint64_t sum = 0;
	FILE *file;

	(void)snprintf(path, sizeof path, "/proc/%d/smaps", pid_of(node, service));
	file = fopen(path, "re");
	bench_must(file != NULL, path);
	while (fgets(line, sizeof line, file) != NULL) {
		unsigned long from;
		unsigned long to;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			is_store = strstr(line, "/data.mdb") != NULL;
		else if (!is_store && sscanf(line, "Rss: %lu kB", &kib) == 1)
			sum += (uint64_t)kib * 1024;
	}
	(void)fclose(file);
	return sum;
}

double node_crowded(const struct node *node, const char *service)
{
	char path[64];
	unsigned long long run = 0;
	unsigned long long wait = 0;
	FILE *file;

	(void)snprintf(path, sizeof path, "/proc/%d/schedstat", pid_of(node, service));
	file = fopen(path, "re");
	if (file == NULL) /* a kernel that does not count it */
		return 0;
	if (fscanf(file, "%llu %llu", &run, &wait) != 2)
		wait = 0;
	(void)fclose(file);
	return (double)wait / 1e3;
}

double node_cpu(const struct node *node, const char *service)
{
	char path[64];
	char line[1024];
	const char *at;
	unsigned long user = 0;
	unsigned long system = 0;
	FILE *file;

	(void)snprintf(path, sizeof path, "/proc/%d/stat", pid_of(node, service));
	file = fopen(path, "re");
	bench_must(file != NULL && fgets(line, sizeof line, file) != NULL, path);
	(void)fclose(file);
	at = strrchr(line, ')');
	bench_must(at != NULL &&
			sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
				&system) == 2,
		path);
	return (double)(user + system) * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

void node_make_unit(struct node *node)
{
	const char *grant[] = { "grant", "add", NODE_ACCOUNT, "administrator", "*", NULL };
	const char *calendar[] = { "calendar", "load", TEST_DATA "/holidays.csv", "--basis", "SKB",
		"--as", NODE_ACCOUNT, NULL };
	const char *unit[] = { "send", "daftarkan_unit", "--file", NULL, "--as", NODE_ACCOUNT, NULL };

	unit[3] = node_write(node, "unit.json",
		"{\"unit\":{\"kode\":\"3275\",\"nama\":\"Kota Uji\",\"sebutan\":\"PPID Utama\","
		"\"kop\":[\"KOTA UJI\"],\"pejabat\":[]}}");
	node_ctl(node, grant);
	node_ctl(node, unit);
	node_ctl(node, calendar);
}
