/* bus - ZeroMQ under the sessions: sockets, supervision, signals, one poll loop
 *
 * ROUTER listens, DEALERs dial; no routing ids; a message is received whole
 * before it is looked at. The bus knows links (a number per connection), never
 * sessions' contents: frames go up by the callbacks, frames go down by
 * bus_send. A dialled link that is told to be down is closed and dialled anew on
 * a new socket, with exponential pause and jitter. One bus per thread. */
#ifndef BUS_BUS_H
#define BUS_BUS_H

#include "bus/session.h"

enum { BUS_LINKS_MAX = 1024, BUS_NAME_MAX = 64 };

struct bus;

struct bus_calls {
	void *self;
	/* A connection is there: dialled by us (name is whom we dial) or by a peer (name: ZAP user id, or
	 * empty on ipc and inproc). */
	void (*up)(void *self, uint64_t link, struct str name, bool is_dialer);
	/* One whole message of the link; lent for the call. */
	void (*frames)(void *self, uint64_t link, const struct frames *frames);
	/* A link went away on the bus's side (it re-dials by itself). */
	void (*down)(void *self, uint64_t link);
};

/* endpoint: "ipc:///..." or "inproc://...". Several binds are possible. */
struct bus *bus_open(const struct bus_calls *calls);
void bus_close(struct bus **bus);
/* ERR_STATE: somebody else holds the address; ERR_INVALID: no such address (path over 107 bytes); ERR_IO. */
enum err bus_bind(struct bus *bus, const char *endpoint) MUST_CHECK;
/* From now on keeps a link to the peer, for ever: dials, and dials again. */
enum err bus_dial(struct bus *bus, const char *name, const char *endpoint) MUST_CHECK;
/* ERR_UNAVAILABLE: link unknown, peer gone or queue full. Copies. */
enum err bus_send(struct bus *bus, uint64_t link, const struct frames *frames) MUST_CHECK;
/* The session on this link is over: a dialled one is closed and re-dialled after its pause (backoff grows
 * until bus_settled), an accepted one is forgotten. */
void bus_drop(struct bus *bus, uint64_t link);
/* The link's session is up and well: its backoff starts from the bottom again. */
void bus_settled(struct bus *bus, uint64_t link);

/* An extra descriptor to watch (an actor's pipe, a test). */
enum err bus_watch(struct bus *bus, int fd, void (*ready)(void *self, int fd),
	void *self) MUST_CHECK;

/* Waits until `until` (steady clock) at most, hands up what arrived (at most max_messages, fair over the
 * links), and returns. ret_signal: SIGTERM, SIGINT or SIGHUP when one came (signals are blocked and read by
 * signalfd, from the first bus_open of the process), else 0. */
enum err bus_wait(struct bus *bus, time_us until, uint32_t max_messages,
	int *ret_signal) MUST_CHECK;

#endif
