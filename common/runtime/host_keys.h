/* host_keys - the keys of a service's TCP side, from the files in its folder
 *
 * SERVICE.curve is its own, node.pub says those of the node's other services;
 * node.sign is there for whoever speaks for the node to others. */
#ifndef RUNTIME_HOST_KEYS_H
#define RUNTIME_HOST_KEYS_H

#include "runtime/main.h"
#include "runtime/remote.h"
#include "store/node_key.h"

struct host_keys {
	struct curve_pair own;    /* the present one */
	struct own_keys own_told; /* the same, and the next: what others may know */
	struct node_public node;
};

/* Which files those of the folder are: another stamp, other files. */
struct host_keys_stamp {
	uint64_t file[2], changed_ns[2];
};

struct host_keys_stamp host_keys_stamp(const char *keys, const char *service);
bool host_keys_is_same_stamp(const struct host_keys_stamp *a, const struct host_keys_stamp *b);
/* keys: PPID_KEYS. EXIT_STOPPED, or EXIT_CONFIGURATION after a line in the log; then *ret is empty. */
enum exit_code host_keys_read(const char *keys, const char *service,
	struct host_keys *ret) MUST_CHECK;
enum exit_code host_keys_read_sign(const char *keys, struct sign_pair *ret) MUST_CHECK;
bool host_keys_is_same_own(const struct host_keys *a, const struct host_keys *b);
bool host_keys_is_same_node(const struct host_keys *a, const struct host_keys *b);
/* Overwrites them. */
void host_keys_clear(struct host_keys *keys);

#endif
