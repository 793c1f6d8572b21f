/* verify - what the two ways of `ppidctl verify` share
 *
 * Offline the store is walked by its own code; a running service is asked for
 * its chain in slices, and for its vault by the last commitments that the log,
 * read as any follower reads it, holds. */
#ifndef CTL_VERIFY_H
#define CTL_VERIFY_H

#include "ctl/ctl.h"

struct verdict {
	uint64_t records;
	uint64_t bad_seq; /* the first damaged record; 0: none */
	bool is_later;    /* it is whole, and of later software */
	uint64_t seals_good, seals_erased;
	uint64_t seal_seq; /* the first record whose vault entry is missing or altered; 0: none */
	struct str seal_what;
	uint64_t seals_lost; /* with a restore, and listed (data_hilang) */
	uint32_t mirrors;    /* copies of other logs, and their good records */
	uint64_t mirror_records;
	uint64_t mirror_bad_seq; /* the first bad record of a copy; 0: none */
	uint32_t mirror_bad_branch;
	struct str mirror_bad; /* its stream */
};

/* A line on a terminal, nothing in a pipe. Always true. */
bool verify_progress(void *self, uint64_t done, uint64_t all);
enum ctl_exit verify_running(struct ctl *ctl, const char *service, struct verdict *ret) MUST_CHECK;

#endif
