/* key - what the parts of the verb `ppidctl key` share */
#ifndef CTL_KEY_H
#define CTL_KEY_H

#include "ctl/ctl.h"
#include "store/keyring.h"
#include "store/node_key.h"

enum { KEY_FILE_BYTES_MAX = 64 * 1024 };
/* In the folder of the rings: the rings sealed for the officials. */
#define KEY_EXPORT_FILE "ekspor.json"

enum ctl_exit key_recovery_new(struct ctl *ctl, const char *name) MUST_CHECK;
/* Seals all rings to two officials' public keys, into KEYS/ekspor.json. */
enum ctl_exit key_export(struct ctl *ctl, const char *const recipients[2]) MUST_CHECK;
enum ctl_exit key_import(struct ctl *ctl, const char *file, const char *secret) MUST_CHECK;
/* Whether the export there holds the rings as they are now. */
bool key_export_is_current(struct ctl *ctl);
/* KEYS/NAME.ring of a service, as bytes; NULL ptr: there is none. */
enum ctl_exit key_ring_bytes(struct ctl *ctl, const char *service, struct str *ret) MUST_CHECK;

/* The keys by which the node and its services are known (store/node_key.h): KEYS/SERVICE.curve and ctl.curve,
 * node.sign, node.pub. */
enum { KEY_NODE_FILES_MAX = NODE_KEY_SERVICES_MAX + 3 };
/* The nth of the files' names, in the arena; NULL: there is no nth. */
const char *key_node_file(struct ctl *ctl, uint32_t n) MUST_CHECK;
/* Makes those that are missing. */
enum ctl_exit key_node_init(struct ctl *ctl, const struct root_key *root) MUST_CHECK;
/* The next key becomes the present one, of every service. */
enum ctl_exit key_node_rotate(struct ctl *ctl, const struct root_key *root) MUST_CHECK;
/* None of the keys of before, nor those that were to follow: what whoever took the machine has is worth nothing
 * once the other nodes know (ppidctl node replace). */
enum ctl_exit key_node_forsake(struct ctl *ctl, const struct root_key *root) MUST_CHECK;
/* The generation of a service's present key; 0: it has none. */
enum ctl_exit key_node_generation(struct ctl *ctl, const char *service, uint32_t *ret) MUST_CHECK;
enum ctl_exit key_node_load(struct ctl *ctl, struct node_public *ret_public,
	struct node_sign *ret_sign) MUST_CHECK;
/* A file of the key folder as bytes; NULL ptr: there is none. */
enum ctl_exit key_file_bytes(struct ctl *ctl, const char *name, struct str *ret) MUST_CHECK;

#endif
