/* host_net - the TCP side of a host: the service's key, who may come, whom it dials
 *
 * Within a node over TCP (containers) the guests are the services of node.pub;
 * between nodes those that the federation service's tables let in. Both are one
 * list for the bus. A host that uses neither has none of this. (MESSAGING 1.2.4, 2.11.) */
#ifndef RUNTIME_HOST_NET_H
#define RUNTIME_HOST_NET_H

#include "bus/bus.h"
#include "runtime/main.h"
#include "runtime/node_setting.h"
#include "runtime/runtime.h"

struct host_net;

/* Whether a service with these settings speaks TCP at all. */
bool host_net_is_wanted(const struct node_settings *node, const struct service *service);
/* Loads the keys, joins the process's ZAP actor and tells the bus who we are; after bus_open, before any bind.
 * EXIT_STOPPED, or EXIT_CONFIGURATION, EXIT_FAILED after a line in the log. */
enum exit_code host_net_open(const struct node_settings *node, const struct service *service,
	struct id node_id, struct bus *bus, struct host_net **ret) MUST_CHECK;
/* After bus_close. */
void host_net_close(struct host_net **net);
/* From now on keys that knock are told to the runtime. */
enum exit_code host_net_attach(struct host_net *net, struct runtime *runtime) MUST_CHECK;
/* The listener for other nodes, where there is one. */
enum err host_net_bind(struct host_net *net) MUST_CHECK;
/* A service of our own node at PPID_PEERS; its name is lent. ERR_NOT_FOUND: node.pub does not have it; ERR_INVALID, ERR_LIMIT. */
enum err host_net_dial(struct host_net *net, const char *service) MUST_CHECK;
/* NULL: no signing key here. */
const struct sign_pair *host_net_sign(const struct host_net *net);
/* What other nodes are told of; NULL: nothing. */
const struct own_keys *host_net_own_keys(const struct host_net *net);
struct remote_host host_net_remotes(struct host_net *net);
/* The key files are read again and taken by all TCP links of the node. Its services do so one after another: those that
 * have not yet, and ours to them, are known by their old keys for ten minutes more. A file that is wrong changes
 * nothing, nor does another signing key; either is said. now: steady clock, as below. */
void host_net_reload(struct host_net *net, time_us now);
/* Does the same when the files have changed and stand still; forgets old keys when it is time. Lowers *wake to the
 * moment it wants. */
void host_net_tend(struct host_net *net, time_us now, time_us *wake);

#endif
