#include "runtime/service_host_parts.h"

#include "base/log_line.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	MESSAGES_MAX = 1024, /* handed up in one turn */
	TEST_CLOCK_LOOK_US = 50000,
};

enum exit_code service_host_open(const struct service_host_options *options,
	struct service_host **ret)
{
	struct service_host *h = calloc(1, sizeof *h);
	enum exit_code code;

	if (h == NULL)
		abort();
	h->options = *options;
	test_clock_init(&h->clock, options->node->test_clock);
	h->host = test_clock_host(&h->clock);
	code = host_open(h);
	if (code != EXIT_STOPPED) {
		(void)service_host_close(&h);
		return code;
	}
	*ret = h;
	return EXIT_STOPPED;
}

/* --- the loop --- */

static void log_figures(const struct service_host *h, const char *event)
{
	struct runtime_figures f;

	runtime_figures(h->runtime, &f);
	log_line(LOG_INFO, event, "head", log_number((int64_t)f.head.seq), "fenced",
		f.is_fenced ? "true" : "false", "clock_doubted", f.is_clock_doubted ? "true" : "false",
		"readonly", f.is_readonly ? "true" : "false", "commands",
		log_number((int64_t)f.commands_accepted), "refused",
		log_number((int64_t)f.commands_refused), "followed", log_number((int64_t)f.events_followed),
		"batches", log_number((int64_t)f.batches), "parked", log_number((int64_t)f.parked),
		"used_bytes", log_number((int64_t)f.usage.used_bytes), NULL);
}

static time_us machine_now(void)
{
	struct host machine = host_system();

	return host_steady(&machine);
}

static void take_signal(struct service_host *h, int signal)
{
	if (signal == SIGHUP) {
		log_figures(h, "status");
		if (h->net != NULL)
			host_net_reload(h->net, machine_now());
	}
	if (signal == SIGTERM || signal == SIGINT)
		h->is_stopping = true;
	if (signal != 0 && h->options.on_signal != NULL)
		h->options.on_signal(h->options.self, signal);
}

/* Whether the loop may end: all is done, or the time for it is over. */
static bool may_end(struct service_host *h)
{
	if (!h->is_stopping)
		return false;
	if (h->stop_at == 0) {
		h->stop_at = machine_now() + (time_us)h->options.node->stop_ms * 1000;
		worker_pool_stop(h->pool);
		log_figures(h, "stopping");
	}
	if (runtime_stop(h->runtime) && worker_pool_is_idle(h->pool))
		return true;
	return machine_now() >= h->stop_at;
}

enum exit_code service_host_run(struct service_host *h)
{
	time_us wake;
	int signal;
	enum err e;

	for (;;) {
		test_clock_look(&h->clock);
		e = runtime_turn(h->runtime, &wake);
		if (e != ERR_OK) {
			log_line(LOG_ERROR, "disk_failed", "error", err_name(e), NULL);
			/* The outcome of the commit is unknown: nothing more may leave this process. */
			_exit(EXIT_FAILED);
		}
		if (!h->is_ready && runtime_is_ready(h->runtime)) {
			h->is_ready = true;
			log_figures(h, "siap");
		}
		if (may_end(h))
			return EXIT_STOPPED;
		wake -= test_clock_shift(&h->clock);
		if (h->net != NULL)
			host_net_tend(h->net, machine_now(), &wake);
		if (h->options.node->test_clock[0] != '\0' && wake > machine_now() + TEST_CLOCK_LOOK_US)
			wake = machine_now() + TEST_CLOCK_LOOK_US;
		if (h->is_stopping && wake > h->stop_at)
			wake = h->stop_at;
		e = bus_wait(h->bus, wake, MESSAGES_MAX, &signal);
		if (e != ERR_OK) {
			log_line(LOG_ERROR, "bus_failed", "error", err_name(e), NULL);
			return EXIT_FAILED;
		}
		take_signal(h, signal);
	}
}

bool service_host_close(struct service_host **host)
{
	struct service_host *h = *host;
	bool is_idle;

	*host = NULL;
	copier_close(&h->copier);
	if (h->runtime != NULL)
		runtime_close(&h->runtime);
	if (h->bus != NULL)
		bus_close(&h->bus);
	host_net_close(&h->net);
	is_idle = h->pool == NULL || worker_pool_is_idle(h->pool);
	if (!is_idle)
		return false;
	worker_pool_close(&h->pool);
	if (h->sidecar.ops != NULL)
		h->sidecar.ops->close(h->sidecar.self);
	keyring_clear(&h->ring);
	free(h);
	return true;
}
