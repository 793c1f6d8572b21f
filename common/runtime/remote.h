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

struct cabang; /* proto/simpul.msg */
struct runtime;
struct schema;
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

/* The node's signing key (Ed25519). */
struct sign_pair {
	uint8_t public_key[SIGN_KEY_BYTES];
	uint8_t secret_key[64];
};

/* The transport keys of our own federation service. */
struct own_keys {
	uint32_t generation; /* of the present one */
	struct curve_key present, next;
};

/* Who we are, for what is said to another node about our keys. */
struct own_node {
	struct id node;
	struct str name;
	struct own_keys keys;
	const struct sign_pair *sign;
};

/* All of them, from the arena. ERR_LIMIT, ERR_IO. */
typedef enum err remotes_fn(struct txn *txn, struct arena *arena, struct remote **ret,
	uint32_t *ret_len);

enum {
	NODE_STREAMS_MAX = 16,   /* of one origin */
	REMOTE_ORIGINS_MAX = 512 /* that one child may pass on, itself among them */
};

/* A stream of another node that is mirrored here: offered by a child, of itself or of a node below it. */
struct mirrored {
	struct str name; /* NODE-ID/SERVICE */
	struct id origin;
	struct str origin_name;
	uint8_t sign_key[SIGN_KEY_BYTES]; /* the origin's */
	struct id via; /* the child that passes it on; the origin itself where it is one */
};
typedef enum err mirrored_fn(struct txn *txn, struct arena *arena, struct mirrored **ret,
	uint32_t *ret_len);

/* What the federation service's descriptor says for the engine of links. */
struct link_rows {
	remotes_fn *remotes;
	mirrored_fn *mirrored;
	const char *const *own; /* services of the own node whose logs go up, NULL at the end */
	/* A key of this node came and was told to wait; a child offers a stream that is not listed. Both are
	 * made known by a command to itself (runtime_tell). */
	void (*knocked)(struct runtime *r, struct id node, const struct curve_key *key);
	void (*offered)(struct runtime *r, const struct mirrored *stream);
	/* An origin went on from before our head: lent for the call. */
	void (*branched)(struct runtime *r, const struct cabang *branch);
	/* Whether the tables have it: it is told again until they do. */
	enum err (*branch_is_noted)(struct txn *txn, struct str stream, uint32_t branch, bool *ret);
	/* The command by which a node that is there learns of our rotated keys (MESSAGING 2.11), from the arena. */
	enum err (*keys_told)(const struct own_node *own, enum remote_kind to, struct arena *arena,
		const struct schema **ret_schema, const void **ret_command);
};

/* A command of the service to itself, for what only the engine sees; it is decided like any other. */
void runtime_tell(struct runtime *r, const struct schema *schema, const void *body);

#endif
