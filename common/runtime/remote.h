/* remote - other nodes, as the federation service's tables have them
 *
 * The service's descriptor names one function that lists them from its derived
 * tables; the runtime calls it at the start and after each batch with own events, and gives the list to the
 * host, which dials parents and lets children in. Nothing else knows other nodes' keys. */
#ifndef RUNTIME_REMOTE_H
#define RUNTIME_REMOTE_H

#include "base/arena.h"
#include "base/id.h"
#include "bus/curve.h"

struct txn;

enum remote_kind { REMOTE_CHILD = 1, REMOTE_PARENT };
enum remote_state {
	REMOTE_WAITING = 1, /* known, not let in (ZAP 300); not dialled */
	REMOTE_ALLOWED,
	REMOTE_REVOKED, /* ZAP 400 */
};
enum {
	REMOTE_KEYS_MAX = 4, /* present and next, and those from before a rotation */
	REMOTES_MAX = 1024,
	SIGN_KEY_BYTES = 32,
};

struct remote {
	struct id node;
	struct str name; /* of the node; it is in the genesis of its logs */
	enum remote_kind kind;
	enum remote_state state;
	/* Present, next. A child may come with any of them; a parent's server key is one of the first two. */
	struct curve_key keys[REMOTE_KEYS_MAX];
	uint32_t key_count;
	uint8_t sign_key[SIGN_KEY_BYTES]; /* Ed25519, public */
	struct str endpoint;              /* a parent's */
};

/* All of them, from the arena. ERR_LIMIT, ERR_IO. */
typedef enum err remotes_fn(struct txn *txn, struct arena *arena, struct remote **ret,
	uint32_t *ret_len);

#endif
