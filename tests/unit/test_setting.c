#include "runtime/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct settings {
	const char *host;
	uint64_t port;
	const char *folder;
	bool is_loud;
	const char *password;
};

#define AT(member) offsetof(struct settings, member)
/* clang-format off */
static const struct setting rows[] = {
	{ "PPID_SMTP_HOST",     SETTING_TEXT,   AT(host),     NULL,  0, 16,    "Where mail goes." },
	{ "PPID_SMTP_PORT",     SETTING_NUMBER, AT(port),     "587", 1, 65535, "Its port." },
	{ "PPID_SMTP_FOLDER",   SETTING_PATH,   AT(folder),   "",    0, 0,     "Where copies go." },
	{ "PPID_SMTP_LOUD",     SETTING_FLAG,   AT(is_loud),  "0",   0, 0,     "Whether it says so." },
	{ "PPID_SMTP_PASSWORD", SETTING_SECRET, AT(password), "",    0, 8,     "What it wants to hear." },
};
/* clang-format on */
enum { COUNT = sizeof rows / sizeof rows[0] };

/* A file of its own for the secret, ended in every test that makes one. */
struct secret {
	char path[64];
	char entry[128];
};

static struct secret secret_of(const char *text, size_t len)
{
	struct secret s = { .path = "/tmp/ppid-secret-XXXXXX" };
	int fd = mkstemp(s.path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	snprintf(s.entry, sizeof s.entry, "PPID_SMTP_PASSWORD_FILE=%s", s.path);
	return s;
}

static void assert_refused(char *const *env, const char *field, const char *rule)
{
	struct settings settings = { 0 };
	struct problem why = { NULL, NULL };

	assert_int_equal(settings_read(rows, COUNT, env, &settings, &why), ERR_INVALID);
	assert_string_equal(why.field, field);
	assert_string_equal(why.rule, rule);
	assert_null(settings.password);
}

#define ENV(...) ((char *const[]) { __VA_ARGS__, NULL })
#define HOST "PPID_SMTP_HOST=mail"

static void defaults_stand_where_nothing_is_given(void **state)
{
	struct settings settings;
	struct problem why;

	(void)state;
	assert_int_equal(settings_read(rows, COUNT, ENV("HOME=/", HOST, "odd"), &settings, &why),
		ERR_OK);
	assert_string_equal(settings.host, "mail");
	assert_int_equal(settings.port, 587);
	assert_string_equal(settings.folder, "");
	assert_false(settings.is_loud);
	assert_string_equal(settings.password, "");
	settings_clear(rows, COUNT, &settings);
	assert_null(settings.password);
}

static void given_values_take_their_place(void **state)
{
	struct secret secret = secret_of("rahasia\n", 8);
	struct settings settings;
	struct problem why;

	(void)state;
	assert_int_equal(settings_read(rows, COUNT,
						 ENV("PPID_SMTP_PORT=25", "PPID_SMTP_LOUD=1", HOST, "PPID_SMTP_FOLDER=/a=b",
							 secret.entry),
						 &settings, &why),
		ERR_OK);
	assert_int_equal(settings.port, 25);
	assert_true(settings.is_loud);
	assert_string_equal(settings.folder, "/a=b");
	assert_string_equal(settings.password, "rahasia");
	settings_clear(rows, COUNT, &settings);
	unlink(secret.path);
}

static void wrong_values_are_refused_by_name_and_rule(void **state)
{
	(void)state;
	assert_refused(ENV("HOME=/"), "PPID_SMTP_HOST", "wajib_diisi");
	assert_refused(ENV("PPID_SMTP_HOST="), "PPID_SMTP_HOST", "wajib_diisi");
	assert_refused(ENV("PPID_SMTP_HOST=12345678901234567"), "PPID_SMTP_HOST", "terlalu_panjang");
	assert_refused(ENV("PPID_SMTP_HOST=\xff"), "PPID_SMTP_HOST", "bukan_utf8");
	assert_refused(ENV(HOST, HOST), "PPID_SMTP_HOST", "ganda");
	assert_refused(ENV(HOST, "PPID_SMTP_PORT="), "PPID_SMTP_PORT", "bentuk_salah");
	assert_refused(ENV(HOST, "PPID_SMTP_PORT=-1"), "PPID_SMTP_PORT", "bentuk_salah");
	assert_refused(ENV(HOST, "PPID_SMTP_PORT=25 "), "PPID_SMTP_PORT", "bentuk_salah");
	assert_refused(ENV(HOST, "PPID_SMTP_PORT=0"), "PPID_SMTP_PORT", "di_luar_rentang");
	assert_refused(ENV(HOST, "PPID_SMTP_PORT=65536"), "PPID_SMTP_PORT", "di_luar_rentang");
	assert_refused(ENV(HOST, "PPID_SMTP_PORT=99999999999999999999999"), "PPID_SMTP_PORT",
		"bentuk_salah");
	assert_refused(ENV(HOST, "PPID_SMTP_LOUD=yes"), "PPID_SMTP_LOUD", "bentuk_salah");
	assert_refused(ENV(HOST, "PPID_SMTP_FOLDER=a"), "PPID_SMTP_FOLDER", "bukan_jalur_mutlak");
}

static void secret_comes_by_file_or_not_at_all(void **state)
{
	struct secret longer = secret_of("123456789", 9);
	struct secret cut = secret_of("a\0b", 3);
	struct secret edge = secret_of("12345678\n", 9);
	struct settings settings;
	struct problem why;

	(void)state;
	assert_refused(ENV(HOST, "PPID_SMTP_PASSWORD=x"), "PPID_SMTP_PASSWORD", "rahasia_lewat_berkas");
	assert_refused(ENV(HOST, "PPID_SMTP_PASSWORD_FILE=x"), "PPID_SMTP_PASSWORD",
		"bukan_jalur_mutlak");
	assert_refused(ENV(HOST, "PPID_SMTP_PASSWORD_FILE=/nowhere/at/all"), "PPID_SMTP_PASSWORD",
		"berkas_tidak_terbaca");
	assert_refused(ENV(HOST, "PPID_SMTP_PASSWORD_FILE=/tmp"), "PPID_SMTP_PASSWORD",
		"berkas_tidak_terbaca");
	assert_refused(ENV(HOST, longer.entry), "PPID_SMTP_PASSWORD", "terlalu_panjang");
	assert_refused(ENV(HOST, cut.entry), "PPID_SMTP_PASSWORD", "berkas_tidak_terbaca");
	assert_refused(ENV(HOST, edge.entry, edge.entry), "PPID_SMTP_PASSWORD", "ganda");
	assert_int_equal(settings_read(rows, COUNT, ENV(HOST, edge.entry), &settings, &why), ERR_OK);
	assert_string_equal(settings.password, "12345678");
	settings_clear(rows, COUNT, &settings);
	unlink(longer.path);
	unlink(cut.path);
	unlink(edge.path);
}

static enum err unknown(char *const *env, struct str *ret_name)
{
	static const struct setting others[] = {
		{ "PPID_DATA", SETTING_PATH, 0, NULL, 0, 0, "Where data is." },
	};
	const struct setting *lists[] = { others, rows };

	*ret_name = str_of("");
	return settings_unknown(lists, (const uint32_t[]) { 1, COUNT }, 2, env, ret_name);
}

static void unknown_name_is_refused_and_told(void **state)
{
	struct str name;

	(void)state;
	assert_int_equal(
		unknown(ENV("PPID_DATA=/", HOST, "PPID_SMTP_PASSWORD_FILE=/x", "PATH=/"), &name), ERR_OK);
	assert_int_equal(unknown(ENV(HOST, "PPID_SMTP_HOSTS=geheim"), &name), ERR_INVALID);
	assert_true(str_is(name, "PPID_SMTP_HOSTS"));
	assert_int_equal(unknown(ENV("PPID_SMTP_HOST_FILE=/x"), &name), ERR_INVALID);
	assert_int_equal(unknown(ENV("PPID_="), &name), ERR_INVALID);
	assert_int_equal(unknown(ENV("PPID", "ppid_data=1"), &name), ERR_OK);
}

static void names_of_an_orchestrator_are_passed_over(void **state)
{
	struct str name;

	(void)state;
	assert_int_equal(
		unknown(ENV("PPID_INTAKE_SERVICE_HOST=10.0.0.1", "PPID_INTAKE_SERVICE_PORT=80",
					"PPID_INTAKE_SERVICE_PORT_HTTP=80", "PPID_INTAKE_PORT=tcp://10.0.0.1:80",
					"PPID_INTAKE_PORT_80_TCP_ADDR=10.0.0.1"),
			&name),
		ERR_OK);
	assert_int_equal(unknown(ENV("PPID_INTAKE_PORTAL=1"), &name), ERR_INVALID);
}

static void description_has_every_row_and_no_secret(void **state)
{
	static const struct setting hidden[] = {
		{ "PPID_X", SETTING_SECRET, 0, "geheim", 0, 0, "A secret." },
	};
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	settings_describe(rows, COUNT, &out);
	settings_describe(hidden, 1, &out);
	buf_add(&out, "", 1);
	assert_non_null(strstr(out.ptr,
		"| `PPID_SMTP_HOST` | text | must be given | at most 16 bytes | Where mail goes. |\n"));
	assert_non_null(
		strstr(out.ptr, "| `PPID_SMTP_PORT` | number | `587` | 1 to 65535 | Its port. |\n"));
	assert_non_null(
		strstr(out.ptr, "| `PPID_SMTP_LOUD` | 0 or 1 | `0` |  | Whether it says so. |\n"));
	assert_non_null(strstr(out.ptr, "| `PPID_SMTP_PASSWORD_FILE` | secret, by file | empty | "));
	assert_null(strstr(out.ptr, "geheim"));
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_stand_where_nothing_is_given),
		cmocka_unit_test(given_values_take_their_place),
		cmocka_unit_test(wrong_values_are_refused_by_name_and_rule),
		cmocka_unit_test(secret_comes_by_file_or_not_at_all),
		cmocka_unit_test(unknown_name_is_refused_and_told),
		cmocka_unit_test(names_of_an_orchestrator_are_passed_over),
		cmocka_unit_test(description_has_every_row_and_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
