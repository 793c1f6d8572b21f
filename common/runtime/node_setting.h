/* node_setting - the environment that every service of a node reads
 *
 * The rows of one struct; a service's own rows come beside them. */
#ifndef RUNTIME_NODE_SETTING_H
#define RUNTIME_NODE_SETTING_H

#include "base/id.h"
#include "runtime/service.h"

struct node_settings {
	const char *data;
	const char *run;
	const char *state;
	const char *node;
	const char *node_id;
	const char *keys;
	const char *listen;
	const char *listen_nodes;
	const char *peers;
	const char *log_level;
	const char *crash;
	const char *test_clock;
	uint64_t map_bytes, grow_bytes;
	uint64_t batch_inputs_max, batch_events_max, batch_bytes_max;
	uint64_t soft_percent, hard_percent, disk_soft_bytes, disk_hard_bytes;
	uint64_t child_bytes_max;
	uint64_t ping_ms, dead_ms, handshake_ms, redial_max_ms;
	uint64_t workers_max;
	uint64_t stop_ms;
	char unknown[128]; /* the name that was refused, for the words about it */
};

extern const struct setting node_setting_rows[];
extern const uint32_t node_setting_count;
/* Names that other programs of the house read; a service passes over them. */
extern const struct setting house_setting_rows[];
extern const uint32_t house_setting_count;

/* A file in PPID_DATA while a restore changes stores over: some are the set's, some are not. */
#define NODE_RESTORE_MARKER "pemulihan-belum-selesai"

enum { NODE_PATH_MAX = 4096, NODE_SOCKET_MAX = 128, NODE_PEER_MAX = 256 };

/* The node's rows and the service's from env, into *node and fresh memory for *ret_own (kept for the life
 * of the process). ERR_INVALID with the name in why->field. */
enum err node_settings_read(const struct service *service, char *const *env,
	struct node_settings *node, void **ret_own, struct problem *why) MUST_CHECK;
/* The node's id: as given, or from its name, the same on every start and for every service. */
enum err node_id_of(const struct node_settings *node, struct id *ret,
	struct problem *why) MUST_CHECK;
/* Whether an address is one of TCP; an empty one is not. */
bool node_is_tcp(const char *endpoint);
/* Where a service listens: "ipc://RUN/SERVICE.sock". ERR_LIMIT when too long for a socket. */
enum err node_endpoint(const char *run, const char *service, char ret[NODE_SOCKET_MAX]) MUST_CHECK;
/* Where a service of the node is by PPID_PEERS: NAME is replaced by its name. ERR_INVALID: it has no NAME; ERR_LIMIT. */
enum err node_peer_endpoint(const char *peers, const char *service,
	char ret[NODE_PEER_MAX]) MUST_CHECK;
/* A file in the folder of the keys, also where PPID_KEYS names a ring in it. ERR_LIMIT. */
enum err node_key_path(const char *keys, const char *file, char ret[NODE_PATH_MAX]) MUST_CHECK;
/* The ring: keys itself where it is a file, else keys/SERVICE.ring. ERR_LIMIT. */
enum err node_ring_path(const char *keys, const char *service, char ret[NODE_PATH_MAX]) MUST_CHECK;

#endif
