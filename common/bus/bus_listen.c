/* Listeners: binding without stealing, and reading from a ROUTER. */
#include "bus/bus_parts.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bus/bus_log.h"

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

static enum err bind_socket(struct listener *l, const char *path)
{
	l->socket = zsock_new(ZMQ_ROUTER);
	if (l->socket == NULL)
		return ERR_IO;
	socket_setup(l->socket);
	zsock_set_router_mandatory(l->socket, 1);
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
	*l = (struct listener) { .lock_fd = -1 };
	(void)snprintf(l->endpoint, sizeof l->endpoint, "%s", endpoint);
	if (strncmp(endpoint, ipc_prefix, strlen(ipc_prefix)) == 0)
		e = prepare_path(endpoint, &path, &l->lock_fd);
	else if (strncmp(endpoint, inproc_prefix, strlen(inproc_prefix)) != 0)
		e = ERR_INVALID;
	if (e == ERR_OK)
		e = bind_socket(l, path);
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
	zsock_destroy(&l->socket);
	if (l->lock_fd >= 0)
		(void)close(l->lock_fd);
	l->lock_fd = -1;
}

static void tell_down(struct bus *bus, struct link *l)
{
	uint64_t number = l->number;

	links_forget(&bus->table, l);
	bus->is_busy = true;
	bus->calls.down(bus->calls.self, number);
}

/* Only ids that ROUTER made: one that a peer chose could be another's tomorrow. */
static bool is_address(zframe_t *address)
{
	return zframe_size(address) == BUS_ADDRESS_BYTES && zframe_data(address)[0] == 0;
}

/* The link of a message; a first message makes one. */
static struct link *link_of(struct bus *bus, struct listener *from, struct message *m)
{
	struct link *l = links_find(&bus->table, from, m->address);
	uint64_t number;

	if (l != NULL)
		return l;
	l = links_add(&bus->table, from, &m->address, host_steady(&bus->host));
	if (l == NULL) {
		struct link *oldest = links_oldest(&bus->table);

		bus_log_full(BUS_LINKS_MAX);
		tell_down(bus, oldest);
		l = links_add(&bus->table, from, &m->address, host_steady(&bus->host));
	}
	assert(l != NULL);
	number = l->number;
	bus->calls.up(bus->calls.self, number, (struct str) { "", 0 }, false);
	return links_get(&bus->table, number);
}

static void hand_up(struct bus *bus, struct listener *from, struct message *m)
{
	struct link *l;
	struct frames frames = message_frames(m);

	bus->is_busy = true;
	if (!is_address(m->address))
		return;
	if (m->is_endless) {
		bus_log_endless(from->endpoint);
		l = links_find(&bus->table, from, m->address);
		if (l != NULL)
			tell_down(bus, l);
		return;
	}
	l = link_of(bus, from, m);
	if (l == NULL)
		return; /* dropped while it was told */
	l->heard_at = host_steady(&bus->host);
	bus->calls.frames(bus->calls.self, l->number, &frames);
}

uint32_t listener_read(struct bus *bus, struct listener *l, uint32_t max)
{
	uint32_t count = 0;
	struct message m;

	if (l->is_draining)
		l->is_draining = !message_drain(l->socket, BUS_DRAIN_PARTS);
	while (count < max && !l->is_draining && message_take(l->socket, true, &m)) {
		l->is_draining = m.is_endless;
		hand_up(bus, l, &m);
		message_clear(&m);
		count++;
	}
	return count;
}
