/* utusan - a federation service with an administrator, and nodes that it can be linked with
 *
 * A node is a number: name, id, keys and signatures follow from it. */
#ifndef LIB_UTUSAN_H
#define LIB_UTUSAN_H

#include "federation/identitas_simpul.h"
#include "federation/tautan.h"
#include "lib/harness.h"
#include "runtime/remote.h"

extern const struct id UTUSAN_ADMIN, UTUSAN_READER;

int utusan_begin(void **state);
/* Chain and tables are what the log says. */
int utusan_end(void **state);
#define AT_UTUSAN(f) cmocka_unit_test_setup_teardown(f, utusan_begin, utusan_end)

/* The identity of the node with keys of a generation, in the arena; it listens at 127.0.0.1. */
struct identitas_simpul utusan_identity(struct arena *arena, uint32_t node, uint32_t generation);
/* Signs it (anew) with the signing key of a node and generation. */
void utusan_sign(struct arena *arena, struct identitas_simpul *identity, uint32_t node,
	uint32_t generation);
/* What the signing key of that generation says of a new identity. */
struct str utusan_rotation(struct arena *arena, const struct identitas_simpul *identity,
	uint32_t node, uint32_t generation);
/* Its words, in the arena. */
struct str utusan_words(struct arena *arena, const struct identitas_simpul *identity);

/* Sends a command to federation; it is accepted. */
void utusan_send(struct harness *h, struct id actor, const struct schema *schema, const void *body);
/* Or refused with this status and rule. */
void utusan_refused(struct harness *h, struct id actor, const struct schema *schema,
	const void *body, enum sesi_status status, const char *rule);

/* A command of federation to itself. */
void utusan_tell(struct harness *h, const struct schema *schema, const void *body);

/* Invites node number `node` for the unit "UNIT-<node>". */
void utusan_invite(struct harness *h, uint32_t node);
/* Brings a link with the node to the state, by the shortest way. */
void utusan_bring(struct harness *h, uint32_t node, uint32_t status);
struct id utusan_id(uint32_t node);
/* What the host is told. */
void utusan_remotes(struct harness *h, struct remote **ret, uint32_t *ret_len);
/* The row of the node; status 0: there is none. */
struct tautan utusan_link(struct harness *h, uint32_t node);

#endif
