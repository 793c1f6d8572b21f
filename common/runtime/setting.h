/* setting - one row per environment variable: name, kind, bounds, help
 *
 * From the environment, checked at start; an unknown PPID_ name is refused,
 * names an orchestrator sets by itself (*_SERVICE_HOST, *_SERVICE_PORT*,
 * *_PORT*) are passed over with one log line. Secrets are named by file: the row
 * PPID_X of a secret is given as PPID_X_FILE. Values stay where env has them. */
#ifndef RUNTIME_SETTING_H
#define RUNTIME_SETTING_H

#include "base/buf.h"

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
	size_t offset;        /* in the service's settings struct */
	const char *fallback; /* the default, as text; NULL: must be given */
	uint64_t low, high;   /* of a number; for text: bytes at most in high */
	const char *help;     /* one line */
};

enum { SETTING_TEXT_MAX = 4096 }; /* bytes of a text or secret whose row says no high */

/* Fills *ret (a struct of the rows' offsets) from env ("A=B" strings, NULL at the end). Strings are lent from
 * env and the rows; a secret is the process's until settings_clear. ERR_INVALID with the row's name in
 * why->field: wajib_diisi, bentuk_salah, di_luar_rentang, terlalu_panjang, bukan_utf8, ganda, bukan_jalur_mutlak,
 * rahasia_lewat_berkas, berkas_tidak_terbaca. On a failure nothing is to be cleared. */
enum err settings_read(const struct setting *rows, uint32_t count, char *const *env, void *ret,
	struct problem *why) MUST_CHECK;
/* Wipes the secrets and gives them back. */
void settings_clear(const struct setting *rows, uint32_t count, void *settings);

/* Refuses PPID_ names that are in none of the lists: ERR_INVALID, *ret_name is the name, lent from env. */
enum err settings_unknown(const struct setting *const *lists, const uint32_t *counts,
	uint32_t list_count, char *const *env, struct str *ret_name) MUST_CHECK;

/* The rows as a Markdown table: name, kind, default, bounds, help. */
void settings_describe(const struct setting *rows, uint32_t count, struct buf *out);

#endif
