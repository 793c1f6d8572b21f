/* torrent - a peer over TCP whose key is good and whose message has no end, on a thread of its own
 *
 * Speaks ZMTP with CURVE by hand: libzmq sends nothing of a message before its
 * last part was given. After its connection was ended it comes again at once. */
#ifndef LIB_TORRENT_H
#define LIB_TORRENT_H

#include "base/base.h"
#include "bus/curve.h"

struct torrent;

struct torrent_plan {
	uint32_t wholes;     /* messages of two parts before the one without an end */
	uint32_t part_bytes; /* of each part of that one; at most 64 KiB */
	/* Sent and then nothing more: parts that never become a message; 0: without an end. */
	uint64_t parts;
	bool is_deaf; /* reads nothing after its handshake */
};

/* Dials a port on loopback. */
struct torrent *torrent_dial(uint16_t port, const struct curve_pair *own,
	const struct curve_key *server, const struct torrent_plan *plan);
/* Listens on a port of loopback, under a key that is believed. */
struct torrent *torrent_listen(uint16_t port, const struct curve_pair *own,
	const struct torrent_plan *plan);
/* Bytes of the endless messages, and connections whose handshake was over. */
uint64_t torrent_sent(const struct torrent *t);
uint32_t torrent_met(const struct torrent *t);
void torrent_close(struct torrent **torrent);

#endif
