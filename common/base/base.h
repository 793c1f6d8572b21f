/* base - the error list, and the few words every file uses
 *
 * A mistake of others is an error value from this list; a mistake of ours is
 * an assert, which stays on in release. A new error is added only when the
 * caller has to react differently, never for another wording: wording is
 * struct problem (which field, which rule), filled in beside the error. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

/* A static table and its length, as two initialisers: { ROWS(commands) }. */
#define ROWS(table) (table), sizeof(table) / sizeof((table)[0])

/* clang-format off */
/*        name          http retry  sentence */
#define ERRORS(X) \
	X(OK,           200, false, "done") \
	X(INVALID,      400, false, "the input is not valid") \
	X(DENIED,       403, false, "not allowed for this actor") \
	X(NOT_FOUND,    404, false, "no such thing") \
	X(STATE,        409, false, "not possible in the present state") \
	X(LIMIT,        413, false, "over a limit") \
	X(TOO_OLD,      410, false, "the id is older than the time ids are kept") \
	X(CORRUPT,      500, false, "stored or received bytes are damaged") \
	X(READONLY,     507, true,  "the store accepts no writes now") \
	X(UNAVAILABLE,  503, true,  "not available now") \
	X(TIMEOUT,      504, true,  "no answer in time, the outcome is unknown") \
	X(IO,           500, false, "an operation of the disk failed")
/* clang-format on */

enum err {
#define X(name, http, retry, sentence) ERR_##name,
	ERRORS(X)
#undef X
};

/* The name ("STATE"), the HTTP status, whether a retry can help, one sentence. */
const char *err_name(enum err e);
int err_http(enum err e);
bool err_is_temporary(enum err e);
const char *err_sentence(enum err e);

/* Why an input was refused: the field that is wrong (NULL where it is not one
 * field) and the rule it breaks, as a code in lower case that the tables of
 * wording translate ("wajib_diisi"). Both are static strings, never owned. */
struct problem {
	const char *field;
	const char *rule;
};

/* Sets *why and gives e back, so that a refusal is one line: return refuse(...).
 * Inline, so that whoever reads one file alone (a compiler, an analyser) sees
 * that a refusal is never ERR_OK. */
MUST_CHECK
static inline enum err refuse(struct problem *why, enum err e, const char *field, const char *rule)
{
	*why = (struct problem) { field, rule };
	return e;
}

/* Times are microseconds since 1970 in UTC; dates are days since 1970-01-01 in WIB. */
typedef int64_t time_us;
typedef int32_t date_days;

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY (INT64_C(86400) * US_PER_SECOND)

#endif
