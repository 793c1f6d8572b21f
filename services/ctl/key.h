/* key - what the parts of the verb `ppidctl key` share */
#ifndef CTL_KEY_H
#define CTL_KEY_H

#include "ctl/ctl.h"
#include "store/keyring.h"

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

#endif
