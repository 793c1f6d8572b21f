/* node - a node of real processes for a benchmark: folders, keys, services, what they say of themselves
 *
 * Everything is under build/tmp; whatever was started ends with this program. */
#ifndef BENCH_NODE_H
#define BENCH_NODE_H

#include "bus/client.h"
#include "runtime/service.h"

#include <sys/types.h>

enum { NODE_FOLDER_MAX = 96, NODE_SERVICES_MAX = 8, NODE_NAME_MAX = 32, NODE_LISTEN_MAX = 32 };

/* Who has been given all rights by node_make_unit. */
#define NODE_ACCOUNT "0190a000-0000-7000-8000-000000000001"

struct node {
	char name[NODE_NAME_MAX];
	char listen[NODE_LISTEN_MAX]; /* for other nodes: "tcp://ADDRESS:PORT", or empty */
	char folder[NODE_FOLDER_MAX];
	struct {
		const char *name;
		pid_t pid;
	} running[NODE_SERVICES_MAX];
	struct arena arena; /* answers of node_ask: until the next */
	struct node *next;  /* of those that are open */
};

/* Ends the program with the words when it does not hold. */
void bench_must(bool holds, const char *what);

/* Folders and keys. */
void node_open(struct node *node);
/* One of several: with a name of its own, and where it listens for others (empty: nowhere). */
void node_open_as(struct node *node, const char *name, const char *listen);
/* Ends all that runs, and removes the folder. */
void node_close(struct node *node);
/* Starts the service and waits until it serves; the time until it answered, in microseconds. */
double node_start(struct node *node, const char *service);
void node_stop(struct node *node, const char *service);
bool node_is_running(const struct node *node, const char *service);
/* Runs ppidctl with up to eight arguments (NULL at the end); must end well. */
void node_ctl(struct node *node, const char *const arguments[]);
/* A file of the node with this text, for ppidctl send --file; its path, until the next call. */
const char *node_write(struct node *node, const char *name, const char *text);
/* A unit 3275, registered by an account with the right to do so, and the days off; workflow runs. */
void node_make_unit(struct node *node);

/* Asks the service; the answer's strings and lists live in the node's arena. */
void node_ask(struct node *node, const char *service, const struct schema *schema,
	const void *question, void *ret);
/* Whether the service has read the stream so far; false too when it does not know it. */
bool node_has_read(struct node *node, const char *service, const char *stream, uint64_t seq);
/* What the service says of itself; strings and lists live in the node's arena. */
struct keadaan_layanan node_state(struct node *node, const char *service);
/* The cursor of the service in a stream, and the stream's head as it knows it. */
uint64_t node_cursor(struct node *node, const char *service, const char *stream,
	uint64_t *ret_head);
/* Bytes resident outside the mapped store. */
uint64_t node_resident(const struct node *node, const char *service);
/* Processor time it took so far, in microseconds. */
double node_cpu(const struct node *node, const char *service);
/* Time that its main thread was ready and had no processor: others had it. In microseconds. */
double node_crowded(const struct node *node, const char *service);
/* Where it listens; the folder of its store. */
void node_endpoint_of(const struct node *node, const char *service, char ret[128]);
void node_store_of(const struct node *node, const char *service, char ret[128]);

#endif
