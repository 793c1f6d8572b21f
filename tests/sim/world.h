/* world - nodes in one process: virtual time, links that fail, services that crash
 *
 * Everything happens in the order of a heap of moments; chance comes from the
 * seed alone, libsodium's included, so a seed is a run. Services are the real
 * descriptors on the real runtime over stores in memory. A crash is power off:
 * the store answers ERR_IO from the crash point on, the runtime ends by its own
 * rules, and what was committed is there after the restart. One node with its four
 * services, or a tree of nodes with a federation service each. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "base/host.h"
#include "bus/curve.h"
#include "bus/session.h"
#include "lib/chance.h"
#include "sim/guests.h"
#include "runtime/runtime.h"
#include "store/kv_memory.h"
#include "store/sidecar_memory.h"

enum {
	NODES_MAX = 8,
	HOSTS_MAX = 32,
	CONNS_MAX = 512,
	POINTS_MAX = 32,
	ENDS_MAX = HOSTS_MAX + NODES_MAX, /* of connections: hosts, then the clients of the nodes */
};

enum fault {
	FAULT_LOSS,
	FAULT_DELAY,
	FAULT_DUPLICATE,
	FAULT_REORDER,
	FAULT_CLOG,
	FAULT_CUT,
	FAULT_CRASH_POINT,
	FAULT_KILL,
	FAULT_STOP,
	FAULT_RESTORE,
	FAULT_CLOCK_JUMP,
	FAULT_LEAP,
	FAULT_DISK_FULL,
	FAULT_COMMIT_FULL,
	FAULT_COMMIT_LOST,
	FAULT_COMMIT_APPLIED,
	FAULT_REPEAT,
	FAULT_REBUILD,
	/* of trees */
	FAULT_OFFLINE,
	FAULT_ONE_WAY,
	FAULT_BACKUP,
	FAULT_RESTORE_AGAIN,
	FAULT_SUSPEND,
	FAULT_REVOKE,
	FAULT_ROTATE,
	FAULT_LATER,
	FAULT_UPGRADE,
	FAULT_HOSTILE,
	FAULT_CLONE,
	/* and what came of a restore: the lost end came back; a person went on without it */
	FAULT_SALVAGED,
	FAULT_NEW_EPOCH,
	FAULT_COUNT
};
#define FAULT_TREE_FIRST FAULT_OFFLINE
extern const char *const fault_names[FAULT_COUNT];

/* Sums over all seeds of a process. */
struct tally {
	uint64_t faults[FAULT_COUNT];
	struct {
		char name[48];
		uint64_t passages, crashes;
	} points[POINTS_MAX];
	uint64_t seeds, inputs, commands, virtual_us, fewest_inputs, fewest_faults;
};

struct sim_node;
struct versions; /* sim/versions.h */
struct hostile;  /* sim/hostile.h */

/* Of one generation of a node's keys: what its federation dials and listens with, and signs. */
struct sim_keys {
	uint32_t generation;
	struct curve_key present, next;
	struct sign_pair sign;
};

struct lost;

/* One service process. */
struct actor_host {
	struct world *world;
	struct sim_node *node;
	const struct service *service;
	uint32_t index;
	struct keyring ring;
	struct sidecar_memory notes;
	struct kv_image *image; /* while it is down; taken at the crash point where it died */
	struct kv *kv;          /* lent to the runtime */
	struct runtime *runtime;
	bool is_dying;
	bool is_stopping;
	time_us wake_at; /* INT64_MAX: none planned */
	time_us clock_offset;
	time_us full_until; /* the disk is full; 0: it is not */
	struct kv_image *backup;
	struct place backup_head;
	struct place fence_head; /* what the side-car knew when the store was put back */
	struct lost *lost;       /* records that a restore took from the log */
	uint32_t lost_count;
	bool is_restored;    /* must be fenced, unless nothing was lost */
	bool unfence_wanted; /* the operator goes on without what was lost */
	uint64_t inputs;     /* before the last restart */
	uint64_t starts;
	uint32_t queue_most;
	struct guests guests; /* federation: whom its tables let in and dial */
	struct sim_keys keys; /* as they were when it started */
};

/* One dialled connection: from a host or a client to a host. */
struct conn {
	bool is_used;
	uint32_t from; /* host index; from HOSTS_MAX on: the client of a node */
	uint32_t to;
	bool is_remote;  /* TCP between nodes: nothing comes twice or out of order */
	bool is_lost[2]; /* from here on nothing arrives, by direction */
	struct curve_key client_key, server_key; /* that the dialling end uses */
	bool is_refused;                         /* by the listener: it hears nothing */
	uint64_t link_from, link_to;             /* link numbers at both ends; 0: not known there */
	time_us clogged_until[2];
	time_us last_arrival[2];
	bool is_up_from;
};

struct message;
struct sim_work;

/* Chances, one in so many messages or turns; 0: never. Drawn anew from each seed. */
struct weather {
	uint32_t loss, delay, duplicate, reorder, clog, cut, crash_point, kill, stop, clock_jump, leap,
		disk_full;
	uint32_t pace_us; /* in a tree: between two wishes of a client */
	uint32_t commit_full, commit_lost, commit_applied, restore, repeat, rebuild;
	uint32_t latency_us;
};

struct client;

/* What people want of the link to the node above. */
enum link_wanted { LINK_ACCEPTED, LINK_SUSPENDED, LINK_REVOKED };

/* Machines that belong together: one backup, one client, one name. */
struct sim_node {
	struct world *world;
	uint32_t index;
	struct sim_node *parent; /* NULL: the topmost */
	char name[16];
	struct id id;
	struct root_key root;
	uint32_t generation;      /* of the keys its services start with */
	uint32_t generation_told; /* of those that the node above is to know */
	enum link_wanted link_wanted;
	time_us link_changes_at;   /* INT64_MAX: not planned */
	time_us way_lost_until[2]; /* to the node above: nothing arrives here; there */
	uint32_t patience;         /* looks at a fence, before a person goes on without what was lost */
	bool is_clone;             /* of an earlier node, with its id (clones.h) */
	bool has_address;          /* a clone that is reached where its twin was */
	bool is_stopped;           /* a clone, by a person */
	time_us stops_at;
	struct client *client;
	uint64_t backups, restores;
	bool has_backup;
	bool goes_on;              /* after the restore a person opens new epochs */
	uint64_t restore_again_at; /* inputs: the same backup is put back once more; 0: it is not */
};

struct world {
	uint64_t seed;
	struct chance chance;
	time_us now;   /* steady */
	time_us epoch; /* wall = epoch + now */
	struct weather weather;
	bool is_calm;  /* liveness phase: no faults any more */
	bool is_quiet; /* no crash point now (start of a service) */
	bool is_tree;
	bool is_logged;
	char who[64]; /* in log lines: node, service, seconds */
	bool is_fair; /* no faults at all: to look at what is left */
	struct sim_node nodes[NODES_MAX];
	uint32_t node_count, real_nodes; /* clones come after the others */
	uint64_t next_incident;          /* inputs */
	struct actor_host hosts[HOSTS_MAX];
	uint32_t host_count;
	struct conn conns[CONNS_MAX];
	uint64_t next_link;
	struct message **heap;
	uint32_t heap_count, heap_size;
	struct actor_host *running; /* whose code runs now, for crash points */
	struct sim_work *works;
	struct versions *versions; /* of a tree */
	struct hostile *hostile;   /* NULL: none */
	uint64_t mails;
	uint64_t faults[FAULT_COUNT];
	uint64_t passages[POINTS_MAX], passages_all; /* of crash points, in this seed */
	uint64_t order;                              /* ties in the heap */
	struct tally *tally;
	const char *failure; /* the first broken invariant */
	char failure_text[512];
	uint64_t restores;   /* of all nodes */
	uint32_t marks_sent; /* bits (marks.c) */
};

/* One node, as the seeds of old know it. */
void world_open(struct world *w, uint64_t seed, struct tally *tally);
/* Three levels of nodes; how many is drawn. */
void world_open_tree(struct world *w, uint64_t seed, struct tally *tally);
/* The services of a second machine with the node's name, id and keys, down; its client. */
struct sim_node *world_add_clone(struct world *w, struct sim_node *of);
void world_close(struct world *w);
/* Runs until `until` (steady), or until something failed. */
void world_run(struct world *w, time_us until);
/* Stops all faults and mends everything: for the liveness phase. */
void world_calm(struct world *w);
void world_fail(struct world *w, const char *what, const char *format, ...) PRINTF(3, 4);
void world_count(struct world *w, enum fault fault);
/* From here on it is the code of h that runs: for crash points and log lines. */
void world_run_host(struct world *w, struct actor_host *h);
bool world_one_in(struct world *w, uint32_t n);
time_us world_wall(const struct world *w);

/* host.c */
void host_start(struct world *w, struct actor_host *h);
/* After its runtime ended or must end: power off. */
void host_down(struct world *w, struct actor_host *h);
void host_wake(struct world *w, struct actor_host *h);
void host_turn(struct world *w, struct actor_host *h);
void host_backup_all(struct world *w, struct sim_node *node);
void host_restore_all(struct world *w, struct sim_node *node);
/* The same in a tree; false: not all of its services are up. The backup is kept for another time. */
bool host_restore_tree(struct world *w, struct sim_node *node);
/* Of its code that just ran: what became of the fence it had. */
void host_look_at_fence(struct world *w, struct actor_host *h, bool was_fenced,
	const struct id *epoch_before);

/* net.c */
/* Opens a connection and tells the dialling end; for a client the link number comes back. */
struct conn *net_dial(struct world *w, uint32_t from, uint32_t to);
/* To the node above, with the keys of h and one of those that its tables know of the parent. */
void net_dial_remote(struct world *w, struct actor_host *h, uint32_t to,
	const struct remote *parent);
void net_drop(struct world *w, uint32_t end, uint64_t link);
void net_host_down(struct world *w, uint32_t host);
enum err net_send(struct world *w, uint32_t end, uint64_t link, const struct frames *frames);
/* Delivers the message at the top of the heap. */
void net_deliver(struct world *w, struct message *m);
time_us message_at(const struct message *m);
void message_free(struct message *m);
void heap_add(struct world *w, struct message *m);
struct message *heap_take(struct world *w);
void world_heap_free(struct world *w);

/* mail.c: the worker's twin, as struct work_host of a host. */
enum err mail_start(void *self, const struct work_kind *kind, struct str key, uint32_t slice,
	struct str payload);
time_us mail_next(const struct world *w);
void mail_tick(struct world *w);
void mail_close(struct world *w);

/* random.c: libsodium's chance from the world's. */
void random_from(struct chance *chance);

/* workload.c, workload_check.c: the client's side. */
struct client *client_new(struct sim_node *node);
void client_free(struct client **client);
void client_tick(struct client *c);
time_us client_next(const struct client *c);
void client_frames(struct client *c, uint64_t link, const struct frames *frames);
void client_calm(struct client *c);
bool client_is_prepared(const struct client *c); /* its node works */
bool client_is_idle(const struct client *c);
const char *client_unrest(const struct client *c);           /* what it waits for */
void client_forget_since(struct client *c, uint64_t backup); /* answers a restore may have undone */
void client_check(struct client *c);                         /* I2 */
uint64_t client_accepted(const struct client *c);

/* check.c: the invariants at rest. */
bool world_is_settled(struct world *w);
/* Why it is not, NULL when it is. */
const char *world_unrest(struct world *w);
void world_check(struct world *w);
/* domain.c: what must be true of requests, numbers, cases and notices of a node that was not rolled back. */
void domain_check(struct world *w, struct sim_node *node);

/* mirrors.c: I1. */
void mirrors_check(struct world *w);
/* Where above it a log is not held as it is, NULL when it is everywhere. */
const char *mirrors_unrest(struct world *w, struct actor_host *h);

/* storm.c */
void storm(struct world *w);
void rest(struct world *w);
uint64_t inputs_of(const struct world *w);

/* nodes.c */
struct actor_host *node_host(struct world *w, const struct sim_node *node, struct str service);

#endif
