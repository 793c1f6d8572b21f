/* manifest - what a backup of a whole node is: files, sums, heads and cursors
 *
 * A set is a folder with manifest.json, one SERVICE.mdb for each service, and
 * the sealed key export where there is one. manifest.json is written last: a
 * folder without it is no backup. */
#ifndef CTL_MANIFEST_H
#define CTL_MANIFEST_H

#include "ctl/ctl.h"

enum { MANIFEST_VERSION = 1, MANIFEST_BYTES_MAX = 1024 * 1024, MANIFEST_SERVICES_MAX = 16 };
#define MANIFEST_FILE "manifest.json"

/* BLAKE2b-256 and size of a file. */
enum ctl_exit manifest_sum(struct ctl *ctl, const char *path, struct hash *ret_sum,
	uint64_t *ret_bytes) MUST_CHECK;
enum ctl_exit manifest_write(struct ctl *ctl, const char *folder,
	const struct cadangan_manifes *m) MUST_CHECK;
enum ctl_exit manifest_read(struct ctl *ctl, const char *folder,
	struct cadangan_manifes *ret) MUST_CHECK;
/* No cursor passes the head of the stream it follows, every service once, every file as its sum says. Said. */
enum ctl_exit manifest_check(struct ctl *ctl, const char *folder,
	const struct cadangan_manifes *m) MUST_CHECK;

#endif
