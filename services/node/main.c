/* ppid-node: every service of a node as a thread of one process.
 *
 * The same bytes go through the same sessions as between processes, over
 * inproc instead of ipc; each service also listens at its ipc address, for
 * ppidctl. A service that fails ends the whole process: the others could not
 * go on without it for long, and the supervisor restarts all. */
#include "base/crash_point.h"
#include "base/log_line.h"
#include "federation/federation.h"
#include "intake/intake.h"
#include "notification/notification.h"
#include "reporting/reporting.h"
#include "runtime/service_host.h"
#include "runtime/version.h"
#include "workflow/workflow.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const struct service *const services[] = {
	&workflow_service, /* the others follow its policy */
	&intake_service,
	&notification_service,
	&reporting_service,
	&federation_service,
};
enum { SERVICES = sizeof services / sizeof services[0] };

struct part {
	struct node *node;
	const struct service *service;
	void *own;
	int stop_fd;
	pthread_t thread;
	enum exit_code code;
	bool is_whole;
};

struct node {
	struct node_settings settings;
	struct part parts[SERVICES];
};

static void stop_all(struct node *node)
{
	const uint64_t one = 1;

	for (int i = 0; i < SERVICES; i++)
		if (write(node->parts[i].stop_fd, &one, sizeof one) != (ssize_t)sizeof one)
			abort(); /* an eventfd takes 2^64 - 2 of them */
}

static void on_signal(void *self, int signal)
{
	if (signal == SIGTERM || signal == SIGINT)
		stop_all(self);
}

static void *run_part(void *argument)
{
	struct part *p = argument;
	struct service_host_options options = {
		.service = p->service,
		.node = &p->node->settings,
		.own = p->own,
		.is_inproc = true,
		.stop_fd = p->stop_fd,
		.on_signal = on_signal,
		.self = p->node,
	};
	struct service_host *host;

	log_thread(p->service->name);
	p->is_whole = true;
	p->code = service_host_open(&options, &host);
	if (p->code == EXIT_STOPPED) {
		p->code = service_host_run(host);
		p->is_whole = service_host_close(&host);
	}
	log_line(LOG_INFO, "stopped", "exit", log_number(p->code), NULL);
	stop_all(p->node);
	return NULL;
}

/* Each service reads the same environment; a name that only another one has is no mistake. */
static enum exit_code read_settings(struct node *node)
{
	struct problem why = { NULL, NULL };

	for (int i = 0; i < SERVICES; i++) {
		struct part *p = &node->parts[i];

		*p = (struct part) { .node = node, .service = services[i] };
		p->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		assert(p->stop_fd >= 0); /* the first descriptors of the process */
		if (node_settings_read(services[i], environ, &node->settings, &p->own, &why) != ERR_OK) {
			fprintf(stderr, "ppid-node: pengaturan salah: %s: %s\n",
				why.field == NULL ? "?" : why.field, why.rule == NULL ? "?" : why.rule);
			return EXIT_CONFIGURATION;
		}
	}
	if (node->settings.listen[0] != '\0') {
		fprintf(stderr, "ppid-node: PPID_LISTEN tidak berlaku untuk beberapa layanan sekaligus\n");
		return EXIT_CONFIGURATION;
	}
	if (crash_setup(node->settings.crash[0] == '\0' ? NULL : node->settings.crash) != ERR_OK)
		return EXIT_CONFIGURATION;
	return EXIT_STOPPED;
}

/* Signals reach the threads by descriptors only; blocked here, they are blocked in every thread made later. */
static void block_signals(void)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, NULL);
}

static enum exit_code run_all(struct node *node)
{
	enum exit_code code = EXIT_STOPPED;
	bool is_whole = true;

	for (int i = 0; i < SERVICES; i++)
		if (pthread_create(&node->parts[i].thread, NULL, run_part, &node->parts[i]) != 0)
			_exit(EXIT_FAILED); /* as after a crash: nothing was answered yet */
	for (int i = 0; i < SERVICES; i++) {
		(void)pthread_join(node->parts[i].thread, NULL);
		is_whole = is_whole && node->parts[i].is_whole;
		if (node->parts[i].code > code)
			code = node->parts[i].code;
	}
	if (!is_whole)
		_exit(code);
	return code;
}

int main(int argc, char **argv)
{
	static struct node node; /* the threads' own, for the life of the process */
	enum exit_code code;

	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		printf("ppid-node %s (%s)\n", version_number, version_commit);
		return EXIT_STOPPED;
	}
	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--check") != 0)) {
		fprintf(stderr, "Penggunaan: ppid-node [--check | --version]\n");
		return EXIT_CONFIGURATION;
	}
	log_setup(LOG_INFO, "node");
	if (sodium_init() < 0)
		return EXIT_FAILED;
	code = read_settings(&node);
	if (code == EXIT_STOPPED && argc == 1) {
		block_signals();
		code = run_all(&node);
	}
	for (int i = 0; i < SERVICES; i++) {
		if (node.parts[i].service != NULL && node.parts[i].service->setting_count > 0 &&
			node.parts[i].own != NULL)
			settings_clear(node.parts[i].service->settings, node.parts[i].service->setting_count,
				node.parts[i].own);
		free(node.parts[i].own);
	}
	return code;
}
