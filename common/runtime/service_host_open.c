/* Opening: folders, keys, store, then the runtime with everything that it borrows. */
#include "runtime/service_host_parts.h"

#include "base/log_line.h"
#include "runtime/service_store.h"
#include "runtime/version.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void on_endless(void *self, uint64_t link, struct str name)
{
	struct service_host *h = self;

	runtime_endless(h->runtime, link, name);
}

static uint64_t link_held(void *self, uint64_t link)
{
	struct service_host *h = self;

	return bus_held(h->bus, link);
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

/* --- what is there before the runtime --- */

enum exit_code host_failed(const char *what, enum err e, const struct problem *why)
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
		return wrong_configuration(path, strerror(errno));
	if (stat(path, &st) != 0)
		return wrong_configuration(path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return wrong_configuration(path, "bukan folder");
	if (st.st_uid != geteuid())
		return wrong_configuration(path, "milik pengguna lain");
	if ((st.st_mode & 077) != 0 && chmod(path, 0700) != 0)
		return wrong_configuration(path, strerror(errno));
	return EXIT_STOPPED;
}

/* Begun and not ended: with stores from before and after it, what they tell each other would be nonsense. */
static enum exit_code check_restore(const char *data)
{
	char path[NODE_PATH_MAX];
	struct stat st;

	if ((size_t)snprintf(path, sizeof path, "%s/%s", data, NODE_RESTORE_MARKER) >= sizeof path)
		return wrong_configuration("PPID_DATA", "jalur terlalu panjang");
	if (stat(path, &st) == 0)
		return wrong_configuration(path, "pemulihan terputus; ulangi ppidctl restore");
	return EXIT_STOPPED;
}

static enum exit_code open_keys(struct service_host *h)
{
	struct problem why = { NULL, NULL };
	char path[NODE_PATH_MAX];
	enum err e;

	if (node_ring_path(h->options.node->keys, h->options.service->name, path) != ERR_OK)
		return wrong_configuration("PPID_KEYS", "jalur terlalu panjang");
	e = keyring_load(path, &h->ring, &why);
	if (e != ERR_OK)
		return wrong_configuration(path, why.rule != NULL ? why.rule : err_name(e));
	e = sidecar_open(h->options.node->state, str_of(h->options.service->name), &h->sidecar);
	return e == ERR_OK ? EXIT_STOPPED : host_failed("PPID_STATE", e, &why);
}

static enum exit_code open_kv(struct service_host *h, struct kv **ret)
{
	const struct node_settings *n = h->options.node;
	struct problem why = { NULL, NULL };
	char path[NODE_PATH_MAX];
	enum err e;

	if ((size_t)snprintf(path, sizeof path, "%s/%s", n->data, h->options.service->name) >=
		sizeof path)
		return wrong_configuration("PPID_DATA", "jalur terlalu panjang");
	if (make_folder(path) != EXIT_STOPPED)
		return EXIT_CONFIGURATION;
	e = service_kv_open(h->options.service, path, n->map_bytes, n->grow_bytes, ret);
	if (e == ERR_STATE) {
		/* The one before may still be ending: a restart can help. */
		log_line(LOG_ERROR, "store_in_use", "folder", path, NULL);
		return EXIT_FAILED;
	}
	return e == ERR_OK ? EXIT_STOPPED : host_failed(path, e, &why);
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
		.held = link_held,
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
		.child_bytes_max = n->child_bytes_max,
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
		return host_failed("store", e, &why);
	}
	if (h->net != NULL && (code = host_net_attach(h->net, h->runtime)) != EXIT_STOPPED)
		return code;
	worker_pool_attach(h->pool, h->runtime);
	copier_attach(h->copier, h->runtime);
	return EXIT_STOPPED;
}

/* --- all of it --- */

static void on_stop_fd(void *self, int fd)
{
	struct service_host *h = self;
	uint64_t count;

	if (read(fd, &count, sizeof count) > 0)
		h->is_stopping = true;
}

enum exit_code host_open(struct service_host *h)
{
	const struct node_settings *n = h->options.node;
	struct bus_calls calls = { h, on_up, on_frames, on_down, on_refused, on_endless };
	struct problem why = { NULL, NULL };
	enum exit_code code;

	if (n->test_clock[0] != '\0')
		log_line(LOG_WARN, "test_clock", "file", n->test_clock, NULL);
	if (node_id_of(n, &h->node_id, &why) != ERR_OK)
		return wrong_configuration(why.field, why.rule);
	if ((code = make_folder(n->data)) != EXIT_STOPPED ||
		(code = check_restore(n->data)) != EXIT_STOPPED ||
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
	if ((code = open_runtime(h)) != EXIT_STOPPED || (code = host_bind(h)) != EXIT_STOPPED)
		return code;
	if (h->options.stop_fd >= 0 && bus_watch(h->bus, h->options.stop_fd, on_stop_fd, h) != ERR_OK)
		return EXIT_FAILED;
	return host_dial(h);
}
