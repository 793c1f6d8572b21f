/* zap - who may connect over TCP: answers libzmq's question about every CURVE handshake
 *
 * One actor a process (at inproc://zeromq.zap.01), started before the first TCP
 * bind; a domain for each listening bus. 200 with User-Id for those let in; 300 for unknown and waiting
 * keys, so that they may try again later (a 400 ends libzmq 4.3.4's reconnecting for ever); 400 for revoked
 * ones. ZMQ_ZAP_ENFORCE_DOMAIN is set, so without this actor nobody gets in. (MESSAGING 1.2.1, 1.2.4.) */
#ifndef BUS_ZAP_H
#define BUS_ZAP_H

#include "base/base.h"
#include "bus/curve.h"

enum guest_state {
	GUEST_WAITING = 1, /* known, not yet let in: 300 */
	GUEST_ALLOWED,     /* 200 */
	GUEST_REVOKED,     /* 400, and its live connections end with the next message */
};

enum { ZAP_ADDRESS_MAX = 64, ZAP_PAUSE_MS = 60 * 1000 };
enum { ZAP_NAME_MAX = 80, ZAP_DOMAIN_MAX = 64, ZAP_GUESTS_MAX = 4096, ZAP_KNOCKS_MAX = 64 };

/* A key that may come. name becomes the User-Id: "NODE-ID/SERVICE". Several keys may have one name; of a key
 * that is listed twice the highest state counts. */
struct guest {
	struct curve_key key;
	enum guest_state state;
	char name[ZAP_NAME_MAX];
};

struct zap;

/* Joins the process's actor (starting it), under a domain of one's own; after bus_open, which blocks the
 * signals. ERR_IO: no thread, or somebody else answers at the address; ERR_STATE: the domain is taken;
 * ERR_INVALID: its name is too long. */
enum err zap_open(const char *domain, struct zap **ret) MUST_CHECK;
void zap_close(struct zap **zap);
const char *zap_domain(const struct zap *zap);
/* Replaces the domain's list; copies. ERR_LIMIT. Live connections: bus_cut. */
enum err zap_set(struct zap *zap, const struct guest *guests, uint32_t count) MUST_CHECK;
/* What the list says of this key now; GUEST_WAITING when nothing. By key, not by name: an old key of a node may be
 * revoked while its new one is let in. Called for every message: cheap. */
enum guest_state zap_state(struct zap *zap, const struct curve_key *key);
/* A key that came and was not let in, with how often since it was last told; oldest first. False: none.
 * At most ZAP_KNOCKS_MAX are remembered; where there are more, keys of the list before strangers. */
struct knock {
	struct curve_key key;
	bool is_known; /* waiting or revoked, not a stranger */
	uint32_t count;
};
bool zap_next_knock(struct zap *zap, struct knock *ret);
/* Whoever has this name is let in again after a pause (ZAP_PAUSE_MS): until then 300, and no knock. Live connections
 * stay. For one that was cut off for what it sent. */
void zap_pause(struct zap *zap, const char *name);
/* For tests: another pause. */
void zap_patience(struct zap *zap, uint32_t pause_ms);
/* The one name that was let in from this address (as getnameinfo writes it) in the last ms; false: none, or several. */
bool zap_admitted(struct zap *zap, const char *address, int64_t ms, char ret_name[ZAP_NAME_MAX]);
/* Readable when there are knocks. */
int zap_fd(const struct zap *zap);

#endif
