/* log_line - structured lines for operators, on standard error
 *
 * One JSON object a line: time, level, service, event, and the given pairs.
 * Logged where something is decided, once, never where it is passed on. What
 * a person typed or is must not come here; callers log codes, ids and counts. */
#ifndef BASE_LOG_LINE_H
#define BASE_LOG_LINE_H

#include "base/str.h"

enum log_level { LOG_SILENT = -1, LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Sets what is written (default LOG_INFO) and the service name; name is kept, not copied. */
void log_setup(enum log_level level, const char *service);

/* From now on the lines of this thread are those of the service; kept, not copied. */
void log_thread(const char *service);

/* event is a short name in snake_case; then pairs of (const char *key, const
 * char *value) ended by NULL. Values are escaped; a NULL value is written as null. */
void log_line(enum log_level level, const char *event, ...) __attribute__((sentinel));

/* A number as text, for the pairs above: ring of static thread-local buffers,
 * good until the eighth call after. */
const char *log_number(int64_t n);

#endif
