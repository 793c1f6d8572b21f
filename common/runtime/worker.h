/* worker - one piece of work on its own thread: may block, sees no table
 *
 * Runs only after the commit that opened its row. It reports slices; each comes
 * back to the service as an input (row key, slice number). Before anything
 * leaves the house it must call worker_sending: its key is then in the
 * sent-keys file that no backup contains. */
#ifndef RUNTIME_WORKER_H
#define RUNTIME_WORKER_H

#include "runtime/service.h"

enum { WORK_RESULT_MAX = 60 * 1024 }; /* encoded: a refused one must fit beside its parked row */

struct str worker_key(const struct worker *w);
const void *worker_settings(const struct worker *w);
time_us worker_now(const struct worker *w);
struct arena *worker_arena(struct worker *w);
/* ERR_STATE: this key was already sent (outcome unknown): report that and end. ERR_IO. */
enum err worker_sending(struct worker *w) MUST_CHECK;
/* Queues a result of the row's result schema as the next slice. ERR_LIMIT: it is over WORK_RESULT_MAX, and
 * nothing was queued; what is larger goes in slices. */
enum err worker_result(struct worker *w, const void *result) MUST_CHECK;
/* Whether the service is asked to stop: give up early. */
bool worker_is_stopping(const struct worker *w);

#endif
