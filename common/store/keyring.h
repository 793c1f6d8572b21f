/* keyring - the keys of one service, derived from a root it never sees
 *
 * A ring file holds sealing keys by id (the last one seals, all open) and the
 * keyed-hash keys, which do not rotate with them. Rings are derived by ppidctl
 * (DESIGN 6): derive(root, service, id). A sealed value is
 *   key id u32 | nonce 24 | XChaCha20-Poly1305(plain), table and key as associated data. */
#ifndef STORE_KEYRING_H
#define STORE_KEYRING_H

#include "base/buf.h"
#include "base/hash.h"

enum { KEYRING_KEYS_MAX = 64, SEAL_OVERHEAD_BYTES = 4 + 24 + 16 };

struct sealing_key {
	uint32_t id;
	uint8_t bytes[32];
};

struct keyring {
	struct sealing_key keys[KEYRING_KEYS_MAX];
	uint32_t count;
	struct hash_key mark_key;   /* bodies in marks and causes */
	struct hash_key search_key; /* indexes of vault tables */
	struct hash_key id_key;     /* derived ids */
};

struct root_key {
	uint8_t bytes[32];
};

/* The ring of a service with sealing keys 1..count. */
void keyring_derive(const struct root_key *root, struct str service, uint32_t count,
	struct keyring *ret);
/* Text form, one key a line; ERR_INVALID with why, ERR_IO when the file cannot be read or written. Files are 0600; what others
 * can read is refused (terbuka_bagi_orang_lain). */
enum err keyring_load(const char *path, struct keyring *ret, struct problem *why) MUST_CHECK;
enum err keyring_save(const char *path, const struct keyring *ring) MUST_CHECK;
/* Overwrites it. */
void keyring_clear(struct keyring *ring);

/* Appends the sealed form of plain to out. */
void seal_close(const struct keyring *ring, struct str table, struct str key, struct str plain,
	struct buf *out);
/* Appends the plain form. ERR_NOT_FOUND: key id not in the ring; ERR_CORRUPT: altered or of another
 * place; ERR_LIMIT: out cannot hold it (with 16 bytes to spare). */
enum err seal_open(const struct keyring *ring, struct str table, struct str key, struct str sealed,
	struct buf *out) MUST_CHECK;

#endif
