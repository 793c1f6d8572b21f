/* setting - one row per environment variable: name, kind, bounds, help
 *
 * From the environment, checked at start; an unknown PPID_ name is refused,
 * names an orchestrator sets by itself (*_SERVICE_HOST, *_SERVICE_PORT*,
 * *_PORT*) are passed over with one log line. Secrets are named by file. */
#ifndef RUNTIME_SETTING_H
#define RUNTIME_SETTING_H

#include "base/str.h"

enum setting_kind {
	SETTING_TEXT,   /* const char * */
	SETTING_NUMBER, /* uint64_t, between low and high */
	SETTING_PATH,   /* const char *, an absolute path or empty */
	SETTING_FLAG,   /* bool: 0 or 1 */
	SETTING_SECRET, /* const char *, content of the file named by NAME_FILE; never printed */
};

struct setting {
	const char *name; /* PPID_SMTP_HOST */
	enum setting_kind kind;
	size_t offset;    /* in the service's settings struct */
	const char *fallback; /* the default, as text; NULL: must be given */
	uint64_t low, high;   /* of a number; for text: bytes at most in high */
	const char *help; /* one line */
};

/* Fills *ret (a struct of the rows' offsets; strings are kept for the life of the process) from env ("A=B"
 * strings, NULL at the end). ERR_INVALID with the name in why->field. */
enum err settings_read(const struct setting *rows, uint32_t count, char *const *env, void *ret,
	struct problem *why) MUST_CHECK;
/* Refuses PPID_ names that are in none of the lists. */
enum err settings_unknown(const struct setting *const *lists, const uint32_t *counts, uint32_t list_count,
	char *const *env, struct problem *why) MUST_CHECK;

#endif
