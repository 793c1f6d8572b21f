/* node_key - the keys by which a node and its services are known: files
 *
 *	SERVICE.curve  "present GENERATION PUBLIC SECRET", "next GENERATION PUBLIC SECRET"
 *	node.sign      "sign GENERATION PUBLIC SEED"
 *	node.pub       "sign GENERATION PUBLIC", and for each service "curve SERVICE GENERATION PRESENT NEXT"
 *
 * Keys as hexadecimal, # begins a comment. All of them are derived from the
 * node's root key, which no service sees: BLAKE2b(root; label, service, generation).
 * CURVE public keys are crypto_scalarmult_base of their secrets; the signing key is Ed25519. */
#ifndef STORE_NODE_KEY_H
#define STORE_NODE_KEY_H

#include "store/keyring.h"

enum {
	NODE_KEY_BYTES = 32,
	NODE_KEY_SERVICE_MAX = 32, /* of a name, with its zero byte */
	NODE_KEY_SERVICES_MAX = 16,
};

struct node_curve_key {
	uint32_t generation;
	uint8_t public_key[NODE_KEY_BYTES];
	uint8_t secret_key[NODE_KEY_BYTES];
};
/* What a service comes with now, and what it changes to: peers know both. */
struct node_curve {
	struct node_curve_key present, next;
};

struct node_sign {
	uint32_t generation;
	uint8_t public_key[NODE_KEY_BYTES];
	uint8_t secret_key[64]; /* as crypto_sign wants it: seed and public key */
};

struct node_public_row {
	char service[NODE_KEY_SERVICE_MAX];
	uint32_t generation; /* of the present key */
	uint8_t present[NODE_KEY_BYTES], next[NODE_KEY_BYTES];
};
struct node_public {
	uint32_t sign_generation;
	uint8_t sign_key[NODE_KEY_BYTES];
	struct node_public_row rows[NODE_KEY_SERVICES_MAX];
	uint32_t count;
};

/* Keys of generations `generation` and the one after it. */
void node_curve_derive(const struct root_key *root, struct str service, uint32_t generation,
	struct node_curve *ret);
void node_sign_derive(const struct root_key *root, uint32_t generation, struct node_sign *ret);
/* Ed25519, 64 bytes. */
void node_sign_bytes(const struct node_sign *key, struct str bytes, uint8_t ret[64]);

/* The files as text. */
void node_curve_text(const struct node_curve *keys, struct buf *out);
void node_sign_text(const struct node_sign *key, struct buf *out);
void node_public_text(const struct node_public *keys, struct buf *out);

/* ERR_NOT_FOUND: no such file. ERR_INVALID, ERR_IO with the file's kind in why->field (curve, node.sign, node.pub) and
 * the rule: tidak_dapat_dibaca, tidak_terbaca, tidak_lengkap, ganda, terlalu_banyak, kunci_tidak_cocok; secrets
 * that others can read are refused (terbuka_bagi_orang_lain). */
enum err node_curve_load(const char *path, struct node_curve *ret, struct problem *why) MUST_CHECK;
enum err node_sign_load(const char *path, struct node_sign *ret, struct problem *why) MUST_CHECK;
enum err node_public_load(const char *path, struct node_public *ret,
	struct problem *why) MUST_CHECK;
/* NULL: the service is not in it. */
const struct node_public_row *node_public_find(const struct node_public *keys, struct str service);

/* Overwrite them. */
void node_curve_clear(struct node_curve *keys);
void node_sign_clear(struct node_sign *key);

#endif
