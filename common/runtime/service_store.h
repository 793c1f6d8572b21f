/* service_store - a service's store on this machine, opened by host or tool
 *
 * The host opens it to serve; a tool (ppidctl) opens it while the service is
 * stopped, to verify its chain and vault or to replay its log. Two processes
 * never have it at once: ERR_STATE says that somebody else holds it. */
#ifndef RUNTIME_SERVICE_STORE_H
#define RUNTIME_SERVICE_STORE_H

#include "runtime/service.h"
#include "store/mirror.h"

/* The service's tables and the runtime's own beside them; in the arena. */
enum err service_tables(const struct service *service, struct arena *arena,
	const struct table *const **ret, uint32_t *ret_count) MUST_CHECK;
/* The LMDB store in folder (made when missing) with all of them. */
enum err service_kv_open(const struct service *service, const char *folder, uint64_t map_bytes,
	uint64_t grow_bytes, struct kv **ret) MUST_CHECK;
struct service_store_options {
	const struct service *service;
	const char *folder;
	struct str node;
	const struct keyring *ring; /* this and what comes from the arena live as long as the store */
	struct arena *arena;
	time_us now;
};
/* Of a stopped service. ERR_STATE with why: in use (dipakai_layanan_lain), or as store_open. */
enum err service_store_open(const struct service_store_options *o, struct store **ret,
	struct problem *why) MUST_CHECK;

struct store_verdict {
	uint64_t records; /* good ones, from the first */
	uint64_t
		bad_seq; /* the first damaged record, one above the head for the epochs behind it; 0: none */
	bool is_later; /* that record is whole and was written by later software */
	uint64_t seals_good, seals_erased;
	uint64_t seals_lost; /* with a restore, and known to be (data_hilang) */
	uint64_t seal_seq;   /* the record whose vault entry is the first missing or altered; 0: none */
	const char *seal_table;
	bool is_missing;  /* that entry is missing, not altered */
	uint32_t mirrors; /* copies of other logs that were looked at, and their good records */
	uint64_t mirror_records;
	uint64_t mirror_bad_seq; /* the first bad record of a copy; 0: none */
	uint32_t mirror_bad_branch;
	char mirror_bad[MIRROR_NAME_MAX + 1]; /* its stream */
};
/* Called now and then; false: enough. */
typedef bool progress_fn(void *self, uint64_t done, uint64_t all);
/* Walks the whole chain, every epoch and every commitment, and the copies of other logs with all their branches.
 * Whose key signed a head was looked at when it came; here it must fit the records. ERR_OK with the verdict (also when something is bad); ERR_IO. */
enum err service_store_verify(const struct service *service, struct store *store,
	progress_fn *progress, void *self, struct store_verdict *ret) MUST_CHECK;
/* Folds the log into the shadows and compares: ERR_OK; ERR_CORRUPT with the first differing table and key. */
enum err service_store_replay(const struct service *service, struct store *store,
	struct arena *arena, const char **ret_table, struct str *ret_key) MUST_CHECK;

#endif
