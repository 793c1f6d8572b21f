/* The environment as an attacker of the operator would write it: lines of NAME=VALUE.
 * fuzz-target: common/runtime/setting.c */
#include "runtime/setting.h"

#include <stdlib.h>
#include <string.h>

#include "base/log_line.h"

struct settings {
	const char *text;
	uint64_t number;
	const char *path;
	bool flag;
	const char *secret;
};

#define AT(member) offsetof(struct settings, member)
/* clang-format off */
static const struct setting rows[] = {
	{ "PPID_T", SETTING_TEXT,   AT(text),   "teks", 0, 12,   "Text." },
	{ "PPID_N", SETTING_NUMBER, AT(number), "10",   5, 5000, "Number." },
	{ "PPID_P", SETTING_PATH,   AT(path),   NULL,   0, 20,   "Path." },
	{ "PPID_F", SETTING_FLAG,   AT(flag),   "1",    0, 0,    "Flag." },
	{ "PPID_S", SETTING_SECRET, AT(secret), "",     0, 8,    "Secret." },
};
/* clang-format on */
enum { COUNT = sizeof rows / sizeof rows[0], LINES_MAX = 32 };

static void check(bool is_kept)
{
	if (!is_kept)
		abort();
}

/* A name that settings_read may complain of is one of the rows'. */
static bool is_row(const char *name)
{
	for (uint32_t i = 0; i < COUNT; i++)
		if (name != NULL && strcmp(name, rows[i].name) == 0)
			return true;
	return false;
}

static void read_and_check(char *const *env)
{
	struct settings s = { 0 };
	struct problem why = { NULL, NULL };

	if (settings_read(rows, COUNT, env, &s, &why) != ERR_OK) {
		check(is_row(why.field) && why.rule != NULL);
		check(s.secret == NULL);
		return;
	}
	check(strlen(s.text) <= 12 && str_is_utf8(str_of(s.text)));
	check(s.number >= 5 && s.number <= 5000);
	check(s.path[0] == '/' && strlen(s.path) <= 20);
	check(strlen(s.secret) <= 8);
	settings_clear(rows, COUNT, &s);
	check(s.secret == NULL);
}

static void look_for_unknown(char *const *env)
{
	const struct setting *lists[] = { rows };
	uint32_t count = COUNT;
	struct str name = { NULL, 0 };

	if (settings_unknown(lists, &count, 1, env, &name) != ERR_OK)
		check(name.len >= 5 && memcmp(name.ptr, "PPID_", 5) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct buf out;
	char *env[LINES_MAX + 1];
	size_t lines = 0;
	char *line;

	log_setup(LOG_WARN, "fuzz"); /* names passed over are no news here */
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	line = text;
	while (line != NULL && lines < LINES_MAX) {
		char *end = strchr(line, '\n');

		if (end != NULL)
			*end = '\0';
		env[lines++] = line;
		line = end == NULL ? NULL : end + 1;
	}
	env[lines] = NULL;
	read_and_check(env);
	look_for_unknown(env);
	buf_init(&out, 4096);
	settings_describe(rows, COUNT, &out);
	check(!out.is_full);
	buf_clear(&out);
	free(text);
	return 0;
}
