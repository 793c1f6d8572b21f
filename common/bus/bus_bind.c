/* Listeners: binding without stealing, and binding anew where a TCP connection can be ended in no other way. */
#include "bus/bus_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bus/bus_log.h"
#include "bus/bus_tcp.h"

static const char ipc_prefix[] = "ipc://";
static const char inproc_prefix[] = "inproc://";

/* The folder is the border between services and everybody else on the machine. */
static enum err make_private(const char *path)
{
	char folder[BUS_ENDPOINT_MAX];
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (slash == NULL || slash == path)
		return ERR_INVALID;
	(void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
	if (mkdir(folder, 0700) != 0 && errno != EEXIST)
		return ERR_IO;
	if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
		return ERR_IO;
	return st.st_uid == geteuid() && (st.st_mode & 077) == 0 ? ERR_OK : ERR_DENIED;
}

/* libzmq unlinks a socket file that is there before it binds, which would steal the address of a
 * running service in silence; whoever holds the lock beside it is the one who may. */
static enum err take_lock(const char *path, int *ret_fd)
{
	char name[BUS_ENDPOINT_MAX];
	int fd;

	(void)snprintf(name, sizeof name, "%s.lock", path);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return ERR_IO;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		(void)close(fd);
		return errno == EWOULDBLOCK ? ERR_STATE : ERR_IO;
	}
	*ret_fd = fd;
	return ERR_OK;
}

static enum err prepare_path(const char *endpoint, const char **ret_path, int *ret_lock)
{
	const char *path = endpoint + strlen(ipc_prefix);
	enum err e;

	if (path[0] != '/' || strlen(path) > BUS_PATH_MAX)
		return ERR_INVALID;
	e = make_private(path);
	if (e == ERR_OK)
		e = take_lock(path, ret_lock);
	if (e == ERR_OK)
		*ret_path = path;
	return e;
}

static void socket_close(struct listener *l)
{
	monitor_close(&l->monitor, l->socket);
	zsock_destroy(&l->socket);
	flows_clear(&l->flows);
	l->is_marked = false;
}

/* libzmq takes a port from nobody, and this socket none from another; so a second one is told at once. */
static enum err bind_socket(const struct bus *bus, struct listener *l, const char *path)
{
	l->socket = zsock_new(ZMQ_ROUTER);
	if (l->socket == NULL)
		return ERR_IO;
	socket_setup(l->socket);
	zsock_set_router_mandatory(l->socket, 1);
	if (l->is_tcp) {
		tcp_setup_listener(l->socket, &bus->own, bus->zap);
		l->monitor = monitor_open(l->socket, MONITOR_LISTENER);
		if (l->monitor == NULL)
			return ERR_IO;
	}
	if (zsock_bind(l->socket, "%s", l->endpoint) < 0)
		return zmq_errno() == EADDRINUSE ? ERR_STATE : ERR_IO;
	if (path != NULL && chmod(path, 0600) != 0)
		return ERR_IO;
	return ERR_OK;
}

enum err bus_bind(struct bus *bus, const char *endpoint)
{
	struct listener *l = &bus->listeners[bus->listener_count];
	const char *path = NULL;
	enum err e = ERR_OK;

	if (bus->listener_count == BUS_LISTENERS_MAX)
		return ERR_LIMIT;
	if (strlen(endpoint) >= sizeof l->endpoint)
		return ERR_INVALID;
	*l = (struct listener) { .lock_fd = -1, .is_tcp = tcp_is_endpoint(endpoint) };
	(void)snprintf(l->endpoint, sizeof l->endpoint, "%s", endpoint);
	if (l->is_tcp)
		e = bus->has_own && bus->zap != NULL ? ERR_OK : ERR_STATE;
	else if (strncmp(endpoint, ipc_prefix, strlen(ipc_prefix)) == 0)
		e = prepare_path(endpoint, &path, &l->lock_fd);
	else if (strncmp(endpoint, inproc_prefix, strlen(inproc_prefix)) != 0)
		e = ERR_INVALID;
	if (e == ERR_OK)
		e = bind_socket(bus, l, path);
	if (e != ERR_OK) {
		listener_close(l);
		return e;
	}
	bus->listener_count++;
	return ERR_OK;
}

/* The socket goes first: it unlinks its file, which must still be ours then. */
void listener_close(struct listener *l)
{
	socket_close(l);
	if (l->lock_fd >= 0)
		(void)close(l->lock_fd);
	l->lock_fd = -1;
}

void listeners_rebind(struct bus *bus, time_us now)
{
	for (size_t i = 0; i < bus->listener_count; i++) {
		struct listener *l = &bus->listeners[i];

		if (!l->is_tcp)
			continue;
		socket_close(l);
		l->is_draining = false;
		l->unbound_at = l->bind_at = now;
		l->is_told = false;
	}
}

/* The old socket gives its port back from another thread, a moment later. */
void listeners_tend(struct bus *bus, time_us now, time_us *next)
{
	for (size_t i = 0; i < bus->listener_count; i++) {
		struct listener *l = &bus->listeners[i];

		if (l->socket != NULL)
			continue;
		if (now >= l->bind_at && bind_socket(bus, l, NULL) == ERR_OK)
			continue;
		if (now >= l->bind_at) {
			socket_close(l);
			l->bind_at = now + TCP_BIND_MS * INT64_C(1000);
		}
		if (!l->is_told && now - l->unbound_at > TCP_UNBOUND_MS * INT64_C(1000)) {
			bus_log_unbound(l->endpoint);
			l->is_told = true;
		}
		if (l->bind_at < *next)
			*next = l->bind_at;
	}
}
