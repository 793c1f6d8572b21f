/* runtime - runs one service: inputs in, one batch a turn, answers and streams out
 *
 * No socket, clock or thread of its own: the host (service_main over the bus,
 * or the simulator) hands in links, frames and results of work, calls
 * runtime_turn, and sends what comes out by the transport it gave. So a whole
 * node runs in one process under a virtual clock with the same code. */
#ifndef RUNTIME_RUNTIME_H
#define RUNTIME_RUNTIME_H

#include "base/host.h"
#include "bus/session.h"
#include "runtime/remote.h"
#include "runtime/service.h"
#include "store/sidecar.h"

enum {
	RUNTIME_PEERS_MAX = 512,      /* links at once; who comes then is dropped */
	RUNTIME_IN_FLIGHT_MAX = 1024, /* commands and questions of one peer that wait; above: BUSY */
	RUNTIME_QUEUE_BYTES_MAX = 64 * 1024 * 1024, /* of all that waits; above: BUSY */
};

struct transport {
	void *self;
	enum err (*send)(void *self, uint64_t link, const struct frames *frames);
	void (*drop)(void *self, uint64_t link);    /* this session is over */
	void (*settled)(void *self, uint64_t link); /* this session is up and well */
};

/* Starts a piece of work; its results come back by runtime_result. payload is lent (encoded form). */
struct work_host {
	void *self;
	/* ERR_UNAVAILABLE: no free worker now, asked again later. */
	enum err (*start)(void *self, const struct work_kind *kind, struct str key, uint32_t slice,
		struct str payload);
};

/* Copies the store. copy is ops->copy of kv.h, on a thread of its own: snapshot is lent until the host calls
 * runtime_copied, or has waited for the thread before runtime_close. */
struct copy_host {
	void *self;
	/* ERR_UNAVAILABLE: no thread. NULL: copied at once, on the service's thread. */
	enum err (*start)(void *self, struct kv_txn *snapshot, const char *path);
};

/* Who is linked with this node: the host dials the parents and lets the children in. list is lent for the call. */
struct remote_host {
	void *self;
	void (*set)(void *self, const struct remote *list, uint32_t count); /* NULL: nobody is linked */
	/* What is wrong with the way to a parent, as a code, and since when; NULL: nothing. May be NULL. */
	const char *(*trouble)(void *self, struct id node, time_us *ret_since);
};

struct runtime_options {
	const struct service *service;
	const void *settings; /* the service's settings struct, lent */
	struct str node;      /* the node's name, lent */
	struct id node_id;
	const char *version;        /* of the software, lent */
	const struct keyring *ring; /* lent */
	struct sidecar sidecar;
	struct host host;
	struct transport transport;
	/* Bytes sent on a link that the peer has not taken, by the transport's self; NULL: nobody knows. */
	uint64_t (*held)(void *self, uint64_t link);
	struct work_host work_host;
	struct copy_host copy_host;
	struct remote_host remote_host;
	const struct sign_pair *sign; /* federation alone; lent; NULL: heads are not signed */
	const struct own_keys
		*own_keys; /* federation alone; lent; NULL: other nodes are not told of new keys */
	uint32_t batch_inputs_max; /* commands, letters, timers, results in one transaction (512) */
	uint32_t batch_events_max; /* followed events in one transaction (4,096) */
	uint64_t batch_bytes_max;  /* bytes of inputs in one transaction (4 MiB) */
	struct store_watermarks watermarks;
	uint64_t child_bytes_max; /* that copies of one child's streams may take; 0: no limit */
	uint32_t ping_ms, dead_ms;
};

struct runtime;

/* Takes the kv. Checks the last 10,000 records of the chain, fences what was rolled back or cloned, rebuilds
 * what is stale. ERR_STATE, ERR_CORRUPT, ERR_IO with why. */
enum err runtime_open(const struct runtime_options *options, struct kv **kv, struct runtime **ret,
	struct problem *why) MUST_CHECK;
/* The clean end: noted in store and side-car, BYE to the peers; runtime_close drops it too. */
void runtime_finish(struct runtime *r);
void runtime_close(struct runtime **runtime);
/* As after a crash: gives memory back and writes nothing. */
void runtime_drop(struct runtime **runtime);

void runtime_up(struct runtime *r, uint64_t link, struct str name, bool is_dialer);
void runtime_frames(struct runtime *r, uint64_t link, const struct frames *frames);
void runtime_down(struct runtime *r, uint64_t link);
void runtime_result(struct runtime *r, const struct work_kind *kind, struct str key, uint32_t slice,
	struct str result);
/* The worker of this key has ended (after its last result). */
void runtime_work_ended(struct runtime *r, struct str key);

/* A key came over TCP that is not let in; is_known: of a node that is listed. */
void runtime_knocked(struct runtime *r, const struct curve_key *key, bool is_known);
/* own_keys changed: the nodes that are there are told. */
void runtime_keys_changed(struct runtime *r);
/* The peer of this link is let in no longer: the last word to it may be said. */
void runtime_refused(struct runtime *r, uint64_t link);
/* A peer over TCP sends what has no end and is cut off; name: its ZAP user id, or empty where it is not known (link 0). */
void runtime_endless(struct runtime *r, uint64_t link, struct str name);

/* The copy that was started has ended. */
void runtime_copied(struct runtime *r, enum err result);

/* One turn: ticks of sessions, timers that came due, one batch of what is queued, its answers, streams,
 * letters, work. *ret_wake: when to come again at the latest (steady clock; now: at once).
 * ERR_IO: the outcome is unknown; the host ends the process with 111 and sends nothing more. */
enum err runtime_turn(struct runtime *r, time_us *ret_wake) MUST_CHECK;

/* Asked to stop: takes no new commands, finishes what is queued; true when it has. */
bool runtime_stop(struct runtime *r);
/* Serves: not rebuilding, store open (a fenced service serves questions and is ready). */
bool runtime_is_ready(const struct runtime *r);
/* Peers the service has to dial: streams it follows and services it writes to, each once. */
uint32_t runtime_dials(const struct service *service, const char **ret, uint32_t max);
/* Whether it has to dial "federation" beside them: its log was rolled back, and the end of it may be there. */
bool runtime_wants_tail(const struct runtime *r);
/* Whether tables of the service are made of streams of other nodes: then federation is among its dials. */
bool follows_elsewhere(const struct service *service);

/* Figures for status and metrics. */
struct runtime_figures {
	uint64_t batches, inputs, commands_accepted, commands_refused, duplicates, events_followed,
		letters_taken;
	uint64_t timers_decided, work_started, parked, questions;
	uint64_t commit_us_total, commit_us_max;
	struct place head;
	bool is_fenced, is_clock_doubted, is_readonly;
	enum store_level level;
	struct kv_usage usage;
};
void runtime_figures(const struct runtime *r, struct runtime_figures *ret);
struct store *runtime_store(struct runtime *r);

#endif
