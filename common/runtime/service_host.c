#include "runtime/service_host.h"

#include "base/crash_point.h"
#include "base/log_line.h"
#include "bus/bus.h"
#include "runtime/copier.h"
#include "runtime/host_net.h"
#include "runtime/runtime.h"
#include "runtime/service_store.h"
#include "runtime/test_clock.h"
#include "runtime/version.h"
#include "runtime/worker_pool.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	DIALS_MAX = 32,
	MESSAGES_MAX = 1024, /* handed up in one turn */
	TEST_CLOCK_LOOK_US = 50000,
};

struct service_host {
	struct service_host_options options;
	struct test_clock clock;
	struct host host;
	struct id node_id;
	struct keyring ring;
	struct sidecar sidecar;
	struct bus *bus;
	struct host_net *net; /* NULL: no TCP */
	struct worker_pool *pool;
	struct copier *copier;
	struct runtime *runtime;
	bool is_ready;
	bool is_stopping;
	time_us stop_at; /* of the machine's steady clock */
};

/* --- between bus and runtime --- */

static void on_up(void *self, uint64_t link, struct str name, bool is_dialer)
{
	struct service_host *h = self;

	runtime_up(h->runtime, link, name, is_dialer);
}

static void on_frames(void *self, uint64_t link, const struct frames *frames)
{
	struct service_host *h = self;

	runtime_frames(h->runtime, link, frames);
}

static void on_down(void *self, uint64_t link)
{
	struct service_host *h = self;

	runtime_down(h->runtime, link);
}

static void on_refused(void *self, uint64_t link)
{
	struct service_host *h = self;

	runtime_refused(h->runtime, link);
}

static enum err transport_send(void *self, uint64_t link, const struct frames *frames)
{
	struct service_host *h = self;

	return bus_send(h->bus, link, frames);
}

static void transport_drop(void *self, uint64_t link)
{
	struct service_host *h = self;

	bus_drop(h->bus, link);
}

static void transport_settled(void *self, uint64_t link)
{
	struct service_host *h = self;

	bus_settled(h->bus, link);
}

/* --- opening --- */

static enum exit_code wrong(const char *what, const char *detail)
{
	log_line(LOG_ERROR, "configuration", "what", what, "detail", detail, NULL);
	return EXIT_CONFIGURATION;
}

static enum exit_code failed(const char *what, enum err e, const struct problem *why)
{
	log_line(LOG_ERROR, "start_failed", "what", what, "error", err_name(e), "field", why->field,
		"rule", why->rule, NULL);
	/* What a restart cannot mend is the configuration's: another node's store, a newer format. */
	return e == ERR_STATE || e == ERR_INVALID || e == ERR_LIMIT ? EXIT_CONFIGURATION : EXIT_FAILED;
}

/* A folder of ours alone; its parent must be there. */
static enum exit_code make_folder(const char *path)
{
	struct stat st;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return wrong(path, strerror(errno));
	if (stat(path, &st) != 0)
		return wrong(path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return wrong(path, "bukan folder");
	if (st.st_uid != geteuid())
		return wrong(path, "milik pengguna lain");
	if ((st.st_mode & 077) != 0 && chmod(path, 0700) != 0)
		return wrong(path, strerror(errno));
	return EXIT_STOPPED;
}

static enum exit_code open_keys(struct service_host *h)
{
	struct problem why = { NULL, NULL };
	char path[NODE_PATH_MAX];
	enum err e;

	if (node_ring_path(h->options.node->keys, h->options.service->name, path) != ERR_OK)
		return wrong("PPID_KEYS", "jalur terlalu panjang");
	e = keyring_load(path, &h->ring, &why);
	if (e != ERR_OK)
		return wrong(path, why.rule != NULL ? why.rule : err_name(e));
	e = sidecar_open(h->options.node->state, str_of(h->options.service->name), &h->sidecar);
	return e == ERR_OK ? EXIT_STOPPED : failed("PPID_STATE", e, &why);
}

static enum exit_code open_kv(struct service_host *h, struct kv **ret)
{
	const struct node_settings *n = h->options.node;
	struct problem why = { NULL, NULL };
	char path[NODE_PATH_MAX];
	enum err e;

	if ((size_t)snprintf(path, sizeof path, "%s/%s", n->data, h->options.service->name) >=
		sizeof path)
		return wrong("PPID_DATA", "jalur terlalu panjang");
	if (make_folder(path) != EXIT_STOPPED)
		return EXIT_CONFIGURATION;
	e = service_kv_open(h->options.service, path, n->map_bytes, n->grow_bytes, ret);
	if (e == ERR_STATE) {
		/* The one before may still be ending: a restart can help. */
		log_line(LOG_ERROR, "store_in_use", "folder", path, NULL);
		return EXIT_FAILED;
	}
	return e == ERR_OK ? EXIT_STOPPED : failed(path, e, &why);
}

static enum exit_code open_runtime(struct service_host *h)
{
	const struct node_settings *n = h->options.node;
	struct runtime_options options = {
		.service = h->options.service,
		.settings = h->options.own,
		.node = str_of(n->node),
		.node_id = h->node_id,
		.version = version_number,
		.ring = &h->ring,
		.sidecar = h->sidecar,
		.host = h->host,
		.transport = { h, transport_send, transport_drop, transport_settled },
		.work_host = worker_pool_host(h->pool),
		.copy_host = copier_host(h->copier),
		.remote_host = host_net_remotes(h->net),
		.sign = host_net_sign(h->net),
		.own_keys = host_net_own_keys(h->net),
		.batch_inputs_max = (uint32_t)n->batch_inputs_max,
		.batch_events_max = (uint32_t)n->batch_events_max,
		.batch_bytes_max = n->batch_bytes_max,
		.watermarks = { (uint32_t)n->soft_percent, (uint32_t)n->hard_percent, n->disk_soft_bytes,
			n->disk_hard_bytes },
		.ping_ms = (uint32_t)n->ping_ms,
		.dead_ms = (uint32_t)n->dead_ms,
	};
	struct problem why = { NULL, NULL };
	struct kv *kv = NULL;
	enum exit_code code = open_kv(h, &kv);
	enum err e;

	if (code != EXIT_STOPPED)
		return code;
	e = runtime_open(&options, &kv, &h->runtime, &why);
	if (e != ERR_OK) {
		if (kv != NULL)
			kv->ops->close(&kv);
		return failed("store", e, &why);
	}
	if (h->net != NULL && (code = host_net_attach(h->net, h->runtime)) != EXIT_STOPPED)
		return code;
	worker_pool_attach(h->pool, h->runtime);
	copier_attach(h->copier, h->runtime);
	return EXIT_STOPPED;
}

/* --- addresses --- */

static enum exit_code bind_all(struct service_host *h)
{
	const struct node_settings *n = h->options.node;
	const char *name = h->options.service->name;
	char address[NODE_SOCKET_MAX];
	bool is_elsewhere = n->listen[0] != '\0';
	enum err e = ERR_OK;

	/* Beside TCP too: who shares the service's folder asks it without a key (health, an operator). */
	if (!is_elsewhere || strncmp(n->listen, "tcp://", 6) == 0) {
		if (node_endpoint(n->run, name, address) != ERR_OK)
			return wrong("PPID_RUN", "jalur soket melebihi 107 bita");
		e = bus_bind(h->bus, address);
	}
	if (e == ERR_OK && is_elsewhere)
		e = bus_bind(h->bus, n->listen);
	if (e == ERR_OK && h->net != NULL)
		e = host_net_bind(h->net);
	if (e == ERR_OK && h->options.is_inproc) {
		(void)snprintf(address, sizeof address, "inproc://%s", name);
		e = bus_bind(h->bus, address);
	}
	return e == ERR_OK ? EXIT_STOPPED : failed("listen", e, &(struct problem) { NULL, NULL });
}

static enum err dial_one(struct service_host *h, const char *name)
{
	char address[NODE_SOCKET_MAX];
	enum err e = ERR_OK;

	if (h->options.is_inproc)
		(void)snprintf(address, sizeof address, "inproc://%s", name);
	else if (h->options.node->peers[0] != '\0')
		return host_net_dial(h->net, name);
	else
		e = node_endpoint(h->options.node->run, name, address);
	return e == ERR_OK ? bus_dial(h->bus, name, address) : e;
}

static enum exit_code dial_all(struct service_host *h)
{
	const char *names[DIALS_MAX];
	uint32_t count = runtime_dials(h->options.service, names, DIALS_MAX - 1);

	if (runtime_wants_tail(h->runtime) && !follows_elsewhere(h->options.service))
		names[count++] = "federation";
	for (uint32_t i = 0; i < count; i++) {
		enum err e = dial_one(h, names[i]);

		if (e != ERR_OK)
			return failed(names[i], e, &(struct problem) { NULL, NULL });
	}
	return EXIT_STOPPED;
}

static void on_stop_fd(void *self, int fd)
{
	struct service_host *h = self;
	uint64_t count;

	if (read(fd, &count, sizeof count) > 0)
		h->is_stopping = true;
}

static enum exit_code open_all(struct service_host *h)
{
	const struct node_settings *n = h->options.node;
	struct bus_calls calls = { h, on_up, on_frames, on_down, on_refused };
	struct problem why = { NULL, NULL };
	enum exit_code code;

	if (n->test_clock[0] != '\0')
		log_line(LOG_WARN, "test_clock", "file", n->test_clock, NULL);
	if (node_id_of(n, &h->node_id, &why) != ERR_OK)
		return wrong(why.field, why.rule);
	if ((code = make_folder(n->data)) != EXIT_STOPPED ||
		(code = make_folder(n->run)) != EXIT_STOPPED ||
		(code = make_folder(n->state)) != EXIT_STOPPED || (code = open_keys(h)) != EXIT_STOPPED)
		return code;
	h->bus = bus_open(&calls);
	if (host_net_is_wanted(n, h->options.service) &&
		(code = host_net_open(n, h->options.service, h->node_id, h->bus, &h->net)) != EXIT_STOPPED)
		return code;
	h->pool = worker_pool_open(&(struct worker_pool_options) { h->options.service, h->options.own,
		h->host, h->sidecar, h->bus, (uint32_t)n->workers_max });
	h->copier = copier_open(h->bus, h->options.service->name);
	/* The store first: its lock keeps a second process from taking our address. */
	if ((code = open_runtime(h)) != EXIT_STOPPED || (code = bind_all(h)) != EXIT_STOPPED)
		return code;
	if (h->options.stop_fd >= 0 && bus_watch(h->bus, h->options.stop_fd, on_stop_fd, h) != ERR_OK)
		return EXIT_FAILED;
	return dial_all(h);
}

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
	code = open_all(h);
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

static void take_signal(struct service_host *h, int signal)
{
	if (signal == SIGHUP) {
		log_figures(h, "status");
		if (h->net != NULL)
			host_net_reload(h->net);
	}
	if (signal == SIGTERM || signal == SIGINT)
		h->is_stopping = true;
	if (signal != 0 && h->options.on_signal != NULL)
		h->options.on_signal(h->options.self, signal);
}

static time_us machine_now(void)
{
	struct host machine = host_system();

	return host_steady(&machine);
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
