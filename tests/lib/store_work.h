/* store_work - the work of the crash tests, and what must hold after any crash
 *
 * Step n is one transaction that a checker can judge by n alone. Whatever
 * happens to process or disk in between, what is found must be the state after
 * some step, whole, and after no earlier one than the last that was answered. */
#ifndef LIB_STORE_WORK_H
#define LIB_STORE_WORK_H

#include "base/base.h"

struct store_work;

/* Opens or makes the store in the folder. Errors of kv_lmdb_open and of the disk. */
enum err store_work_open(const char *folder, struct store_work **ret) MUST_CHECK;
void store_work_close(struct store_work **work);

/* How many steps the store holds. */
enum err store_work_last(struct store_work *work, uint64_t *ret) MUST_CHECK;
/* Does step n, one more than the last. After ERR_READONLY nothing of it happened. */
enum err store_work_step(struct store_work *work, uint64_t n) MUST_CHECK;
/* Reads everything and compares with what the steps must have made. ERR_CORRUPT with why. */
enum err store_work_check(struct store_work *work, uint64_t *ret_last,
	const char **ret_why) MUST_CHECK;

#endif
