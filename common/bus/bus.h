/* bus - ZeroMQ under the sessions: sockets, supervision, signals, one poll loop
 *
 * ROUTER listens, DEALERs dial; no routing ids; a message is received whole
 * before it is looked at. The bus knows links (a number per connection), never
 * sessions' contents: frames go up by the callbacks, frames go down by
 * bus_send. A dialled link that is told to be down is closed and dialled anew on
 * a new socket, with exponential pause and jitter. One bus per thread. */
#ifndef BUS_BUS_H
#define BUS_BUS_H

#include "bus/curve.h"
#include "bus/session.h"
#include "bus/zap.h"

enum { BUS_LINKS_MAX = 1024, BUS_NAME_MAX = ZAP_NAME_MAX, BUS_SERVER_KEYS_MAX = 3 };

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
	/* May be NULL. The peer of this link has been revoked; what it said is not handed up. A last message (ERROR
	 * 202) may be sent from within the call, then the link is told to be down. */
	void (*refused)(void *self, uint64_t link);
	/* May be NULL. A peer over TCP sent a message without an end, and its connection is cut: of this link, which is
	 * then told to be down, or, link 0, before its first whole message. name: as in up; empty: not known whose. One
	 * with a name is let in again after a minute. */
	void (*endless)(void *self, uint64_t link, struct str name);
};

/* How patient a dial is: between two tries (doubled each time, full jitter) and with a handshake. */
struct bus_patience {
	uint32_t pause_min_ms, pause_max_ms, handshake_ms;
};

struct bus *bus_open(const struct bus_calls *calls);
void bus_close(struct bus **bus);
/* Who we are on TCP, and who may come (NULL: nobody comes); before the first bind or dial of a tcp endpoint.
 * Called again (a rotated key): TCP listeners are bound anew under it with the next wait, and dials made from now
 * on use it. Copies the pair; the zap is lent for the life of the bus. */
void bus_identity(struct bus *bus, const struct curve_pair *own, struct zap *zap);
/* endpoint: "ipc:///...", "inproc://..." or "tcp://ADDRESS:PORT" (CURVE always). Several binds are possible.
 * ERR_STATE: somebody else holds the address, or tcp without identity and zap; ERR_INVALID: no such address (path
 * over 107 bytes); ERR_IO. */
enum err bus_bind(struct bus *bus, const char *endpoint) MUST_CHECK;
/* Call after zap_set took somebody off: with the next wait the links of those whose state is no longer
 * GUEST_ALLOWED are refused and go down, as each would with its next message. Half a second later the TCP
 * listeners are bound anew: all their links go down, and those who may come back by themselves. */
void bus_cut(struct bus *bus);
/* From now on keeps a link to the peer, for ever: dials, and dials again. */
enum err bus_dial(struct bus *bus, const char *name, const char *endpoint) MUST_CHECK;
/* The same over TCP. name is "NODE-ID/SERVICE" as the peer's session will call itself; servers: its present key, its
 * next, and within a rotation the one before, tried in turn. Pauses are longer (1 s to 5 min, full jitter). A name
 * that is dialled already gets endpoint and keys anew. */
enum err bus_dial_curve(struct bus *bus, const char *name, const char *endpoint,
	const struct curve_key *servers, uint32_t count) MUST_CHECK;
/* For a link within a node over TCP, and for tools: those that should come back sooner than other nodes do. */
void bus_dial_patience(struct bus *bus, const char *name, const struct bus_patience *patience);
/* A dialled name is dialled anew, with the next wait: under the key that bus_identity told last. */
void bus_redial(struct bus *bus, const char *name);
/* No longer; its link goes down without a call. */
void bus_undial(struct bus *bus, const char *name);
/* What is wrong with a dial, as a short code for people, and since when (time of day); NULL: nothing.
 * "tidak_terhubung": nobody there; "alamat_tidak_dikenal": its host's name is not found; "bukan_zmtp": somebody who speaks something else; "jabat_tangan_gagal": the
 * handshake was broken off, as by a server with another key; "belum_dijawab": no answer to it, as by one who has
 * not let us in yet; "kunci_ditolak": our key is revoked there; "sambungan_putus": it stood and was lost or ended. */
const char *bus_dial_trouble(const struct bus *bus, const char *name, time_us *ret_since);
/* ERR_UNAVAILABLE: link unknown, peer gone or queue full, over TCP also by bytes (32 MiB). Copies. */
enum err bus_send(struct bus *bus, uint64_t link, const struct frames *frames) MUST_CHECK;
/* Bytes sent over TCP that the peer has not acknowledged, wherever they wait; 0: none, or not over TCP. */
uint64_t bus_held(struct bus *bus, uint64_t link);
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
