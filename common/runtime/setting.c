#include "runtime/setting.h"

#include <assert.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log_line.h"

#define PREFIX "PPID_"
#define FILE_SUFFIX "_FILE"

static const char *const kind_names[] = {
	[SETTING_TEXT] = "text",
	[SETTING_NUMBER] = "number",
	[SETTING_PATH] = "absolute path",
	[SETTING_FLAG] = "0 or 1",
	[SETTING_SECRET] = "secret, by file",
};

/* Cuts "NAME=VALUE"; without an equals sign it is no variable. */
static bool cut(const char *entry, struct str *ret_name, const char **ret_value)
{
	const char *at = strchr(entry, '=');

	if (at == NULL)
		return false;
	*ret_name = str_bytes(entry, (size_t)(at - entry));
	*ret_value = at + 1;
	return true;
}

static bool is_name(struct str name, const char *first, const char *second)
{
	size_t n = strlen(first);

	return name.len == n + strlen(second) && str_starts(name, str_of(first)) &&
		str_is(str_bytes(name.ptr + n, name.len - n), second);
}

/* The value of first and second together as one name; NULL where it is not set. */
static enum err find(char *const *env, const char *first, const char *second, const char **ret)
{
	*ret = NULL;
	for (; *env != NULL; env++) {
		struct str name;
		const char *value;

		if (!cut(*env, &name, &value) || !is_name(name, first, second))
			continue;
		/* Which of two would be meant, nobody can say. */
		if (*ret != NULL)
			return ERR_INVALID;
		*ret = value;
	}
	return ERR_OK;
}

static size_t bytes_max(const struct setting *row)
{
	return row->high > 0 ? row->high : SETTING_TEXT_MAX;
}

static enum err check_text(const struct setting *row, struct str text, struct problem *why)
{
	if (text.len > bytes_max(row))
		return refuse(why, ERR_INVALID, row->name, "terlalu_panjang");
	if (!str_is_utf8(text))
		return refuse(why, ERR_INVALID, row->name, "bukan_utf8");
	if (text.len == 0 && row->fallback == NULL)
		return refuse(why, ERR_INVALID, row->name, "wajib_diisi");
	return ERR_OK;
}

/* The file's content without the line break at its end, so that an editor does no harm. */
static enum err read_secret(const struct setting *row, const char *path, char **ret,
	struct problem *why)
{
	size_t size = bytes_max(row) + 3; /* a line break, one over the limit, a zero byte */
	char *text = malloc(size);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n = -1;
	enum err e;

	if (text == NULL)
		abort();
	while (fd >= 0 && len < size - 1 && (n = read(fd, text + len, size - 1 - len)) > 0)
		len += (size_t)n;
	if (fd >= 0)
		(void)close(fd);
	if (len > 0 && text[len - 1] == '\n')
		len--;
	text[len] = '\0';
	if (n < 0 || strlen(text) != len)
		e = refuse(why, ERR_INVALID, row->name, "berkas_tidak_terbaca");
	else
		e = check_text(row, str_bytes(text, len), why);
	if (e == ERR_OK) {
		*ret = text;
		return ERR_OK;
	}
	sodium_memzero(text, size);
	free(text);
	return e;
}

static enum err read_secret_row(const struct setting *row, char *const *env, void *at,
	struct problem *why)
{
	const char *value;
	const char *path;
	char *secret;
	enum err e;

	if (find(env, row->name, "", &value) != ERR_OK || value != NULL)
		return refuse(why, ERR_INVALID, row->name, "rahasia_lewat_berkas");
	if (find(env, row->name, FILE_SUFFIX, &path) != ERR_OK)
		return refuse(why, ERR_INVALID, row->name, "ganda");
	if (path == NULL && row->fallback == NULL)
		return refuse(why, ERR_INVALID, row->name, "wajib_diisi");
	if (path == NULL) {
		/* A copy, so that every secret is given back in the same way. */
		if ((secret = strdup(row->fallback)) == NULL)
			abort();
	} else if (path[0] != '/') {
		return refuse(why, ERR_INVALID, row->name, "bukan_jalur_mutlak");
	} else if ((e = read_secret(row, path, &secret, why)) != ERR_OK) {
		return e;
	}
	*(const char **)at = secret;
	return ERR_OK;
}

static enum err read_number(const struct setting *row, const char *value, void *at,
	struct problem *why)
{
	uint64_t number;

	if (!str_number(str_of(value), &number))
		return refuse(why, ERR_INVALID, row->name, "bentuk_salah");
	if (number < row->low || number > row->high)
		return refuse(why, ERR_INVALID, row->name, "di_luar_rentang");
	*(uint64_t *)at = number;
	return ERR_OK;
}

static enum err read_value(const struct setting *row, const char *value, void *at,
	struct problem *why)
{
	enum err e;

	switch (row->kind) {
	case SETTING_NUMBER:
		return read_number(row, value, at, why);
	case SETTING_FLAG:
		if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
			return refuse(why, ERR_INVALID, row->name, "bentuk_salah");
		*(bool *)at = value[0] == '1';
		return ERR_OK;
	case SETTING_PATH:
	case SETTING_TEXT:
		if ((e = check_text(row, str_of(value), why)) != ERR_OK)
			return e;
		if (row->kind == SETTING_PATH && value[0] != '\0' && value[0] != '/')
			return refuse(why, ERR_INVALID, row->name, "bukan_jalur_mutlak");
		*(const char **)at = value;
		return ERR_OK;
	case SETTING_SECRET:
		break;
	}
	assert(!"a setting has one of five kinds");
	return ERR_INVALID;
}

static enum err read_row(const struct setting *row, char *const *env, void *ret,
	struct problem *why)
{
	void *at = (char *)ret + row->offset;
	const char *value;

	if (row->kind == SETTING_SECRET)
		return read_secret_row(row, env, at, why);
	if (find(env, row->name, "", &value) != ERR_OK)
		return refuse(why, ERR_INVALID, row->name, "ganda");
	if (value == NULL)
		value = row->fallback;
	if (value == NULL)
		return refuse(why, ERR_INVALID, row->name, "wajib_diisi");
	return read_value(row, value, at, why);
}

enum err settings_read(const struct setting *rows, uint32_t count, char *const *env, void *ret,
	struct problem *why)
{
	for (uint32_t i = 0; i < count; i++) {
		enum err e = read_row(&rows[i], env, ret, why);

		if (e != ERR_OK) {
			settings_clear(rows, i, ret);
			return e;
		}
	}
	return ERR_OK;
}

void settings_clear(const struct setting *rows, uint32_t count, void *settings)
{
	for (uint32_t i = 0; i < count; i++) {
		char **at = (char **)(void *)((char *)settings + rows[i].offset);

		if (rows[i].kind != SETTING_SECRET || *at == NULL)
			continue;
		sodium_memzero(*at, strlen(*at));
		free(*at);
		*at = NULL;
	}
}

static bool is_listed(const struct setting *rows, uint32_t count, struct str name)
{
	for (uint32_t i = 0; i < count; i++) {
		/* The bare name of a secret is known: settings_read says why it is refused. */
		if (is_name(name, rows[i].name, ""))
			return true;
		if (rows[i].kind == SETTING_SECRET && is_name(name, rows[i].name, FILE_SUFFIX))
			return true;
	}
	return false;
}

static bool ends(struct str s, const char *end)
{
	size_t n = strlen(end);

	return s.len >= n && memcmp(s.ptr + s.len - n, end, n) == 0;
}

static bool has(struct str s, const char *part)
{
	return memmem(s.ptr, s.len, part, strlen(part)) != NULL;
}

/* What orchestrators set for each service that they know: ..._SERVICE_HOST, ..._SERVICE_PORT_HTTP,
 * ..._PORT, ..._PORT_8080_TCP_ADDR. */
static bool is_orchestrators(struct str name)
{
	return ends(name, "_SERVICE_HOST") || ends(name, "_PORT") || has(name, "_SERVICE_PORT_") ||
		has(name, "_PORT_");
}

enum err settings_unknown(const struct setting *const *lists, const uint32_t *counts,
	uint32_t list_count, char *const *env, struct str *ret_name)
{
	uint32_t passed = 0;

	for (; *env != NULL; env++) {
		struct str name;
		const char *value;
		bool is_known = false;

		if (!cut(*env, &name, &value) || !str_starts(name, str_of(PREFIX)))
			continue;
		for (uint32_t i = 0; i < list_count; i++)
			is_known = is_known || is_listed(lists[i], counts[i], name);
		if (!is_known && !is_orchestrators(name)) {
			*ret_name = name;
			return ERR_INVALID;
		}
		passed += !is_known;
	}
	if (passed > 0)
		log_line(LOG_INFO, "orchestrator_names_passed_over", "count", log_number(passed), NULL);
	return ERR_OK;
}

static void print_bounds(const struct setting *row, struct buf *out)
{
	if (row->kind == SETTING_NUMBER)
		buf_print(out, "%llu to %llu", (unsigned long long)row->low, (unsigned long long)row->high);
	else if (row->kind != SETTING_FLAG)
		buf_print(out, "at most %zu bytes", bytes_max(row));
}

static void print_default(const struct setting *row, struct buf *out)
{
	if (row->fallback == NULL)
		buf_print(out, "must be given");
	else if (row->fallback[0] == '\0')
		buf_print(out, "empty");
	else if (row->kind == SETTING_SECRET)
		buf_print(out, "***");
	else
		buf_print(out, "`%s`", row->fallback);
}

void settings_describe(const struct setting *rows, uint32_t count, struct buf *out)
{
	buf_print(out, "| setting | kind | default | bounds | what it is |\n|---|---|---|---|---|\n");
	for (uint32_t i = 0; i < count; i++) {
		const struct setting *row = &rows[i];

		buf_print(out, "| `%s%s` | %s | ", row->name,
			row->kind == SETTING_SECRET ? FILE_SUFFIX : "", kind_names[row->kind]);
		print_default(row, out);
		buf_print(out, " | ");
		print_bounds(row, out);
		buf_print(out, " | %s |\n", row->help);
	}
}
