/* proto/gen.awk as its users see it: what it refuses, and where it says the mistake is. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { OUTPUT_MAX = 4096 };

struct row {
	const char *sentence;
	const char *text;     /* of a.msg */
	const char *expected; /* one line of the complaints, without the folder; NULL: accepted */
};

/* clang-format off */
static const struct row rows[] = {
	{ "a small message", "command coba 0x0101\n  1 id nomor\n", NULL },
	{ "names may be used before they are declared",
		"command coba 0x0101 -> hasil\n  1 isi isi\n  2 warna w\nrecord isi\n  1 u32 n\nrecord hasil\nenum warna\n  1 merah\n", NULL },
	{ "every mark",
		"event coba 0x8101 v3\n  1 prose? a <= 5 published # why\n  2 list text b <= 3 <= 4\n  200 bytes c <= 1\n", NULL },
	{ "a number used twice", "command coba 0x0101\n  1 id a\n  1 id b\n", "a.msg:3: field 1 is used twice, first at" },
	{ "a name used twice", "command coba 0x0101\n  1 id a\n  2 id a\n", "a.msg:3: \"a\" is a member of coba already" },
	{ "a name that the presence bit has", "command coba 0x0101\n  1 id? a\n  2 id has_a\n", "a.msg:3: \"has_a\" is a member" },
	{ "a name that the length has", "command coba 0x0101\n  1 list id a <= 2\n  2 u32 a_len\n", "a.msg:3: \"a_len\" is a member" },
	{ "a message declared twice", "record coba\nrecord coba\n", "a.msg:2: \"coba\" is declared already at" },
	{ "an enum and a message of one name", "enum coba\n  1 a\nrecord coba\n", "a.msg:3: \"coba\" is declared already" },
	{ "the name of a type", "record text\n", "a.msg:1: \"text\" is a type already" },
	{ "a word of C", "record coba\n  1 u32 default\n", "a.msg:2: \"default\" cannot be a name" },
	{ "a name in capitals", "record Coba\n", "a.msg:1: \"Coba\" cannot be a name" },
	{ "a code used twice", "command a 0x0101\ncommand b 0x0101\n", "a.msg:2: code 0x0101 is used by a already" },
	{ "a code of three digits", "command a 0x101\n", "a.msg:1: a code is 0x and four" },
	{ "a command without a code", "command a\n", "a.msg:1: a command needs a code" },
	{ "the critical bit on a command", "command a 0x8101\n", "a.msg:1: only the code of an event" },
	{ "an unknown type", "record a\n  1 float f\n", "a.msg:2: no such type: float" },
	{ "a command as a type", "command b 0x0101\nrecord a\n  1 b f\n", "a.msg:3: no such type: b" },
	{ "a reply that is no record", "command a 0x0101 -> b\n", "a.msg:1: no record is named b" },
	{ "a question without a reply", "question a 0x0101\n", "a.msg:1: a question needs a reply" },
	{ "an event with a reply", "record b\nevent a 0x0101 -> b\n", "a.msg:2: a event has no reply" },
	{ "a text without a limit", "record a\n  1 text t\n", "a.msg:2: a limit is: <= NUMBER" },
	{ "a list of texts with one limit", "record a\n  1 list text t <= 3\n", "a.msg:2: a limit is: <= NUMBER" },
	{ "a limit of zero", "record a\n  1 text t <= 0\n", "a.msg:2: a limit is: <= NUMBER" },
	{ "a limit of what has none", "record a\n  1 u32 t <= 3\n", "a.msg:2: this type has no such limit" },
	{ "an optional list", "record a\n  1 list u32? t <= 3\n", "a.msg:2: a list is never optional" },
	{ "an unknown mark", "record a\n  1 u32 t secret\n", "a.msg:2: \"secret\" is no mark" },
	{ "a published text", "record a\n  1 text t <= 3 published\n", "a.msg:2: only prose can be published" },
	{ "a published secret", "record a\n  1 prose t <= 3 pii published\n", "a.msg:2: pii cannot be published" },
	{ "number 0", "record a\n  0 u32 t\n", "a.msg:2: a field is: NUMBER" },
	{ "number 256", "record a\n  256 u32 t\n", "a.msg:2: a field is: NUMBER" },
	{ "pii in an event", "event a 0x0101\n  1 text t <= 3 pii\n", "a.msg:2: an event may not hold pii" },
	{ "prose in an event", "event a 0x0101\n  1 prose t <= 3\n", "a.msg:2: an event may not hold unpublished prose" },
	{ "pii in a record of a record of an event",
		"event a 0x0101\n  1 list b b <= 2\nrecord b\n  1 c? c\nrecord c\n  1 text nama <= 9 pii\n",
		"a.msg:2: an event may not hold pii: nama of c" },
	{ "a record in itself", "record a\n  1 list b x <= 3\nrecord b\n  1 a? x\n", "contains itself" },
	{ "more levels than are read",
		"record a\n  1 list b x <= 2\nrecord b\n  1 list c x <= 2\nrecord c\n  1 list d x <= 2\n"
		"record d\n  1 list e x <= 2\nrecord e\n  1 u32 n\n", "a.msg:1: a has 9 levels, at most 8" },
	{ "more values than are read", "record a\n  1 list u32 x <= 70000\n", "a.msg:1: a can have 70003 values" },
	{ "an enum without values", "enum a\nrecord b\n", "a.msg:1: an enum without values" },
	{ "an enum value 0", "enum a\n  0 x\n", "a.msg:2: a value is: NUMBER NAME, from 1 upwards" },
	{ "an enum value used twice", "enum a\n  1 x\n  1 y\n", "a.msg:3: value 1 is used twice" },
	{ "an enum name used twice", "enum a\n  1 x\n  2 x\n", "a.msg:3: \"x\" is used twice" },
	{ "a field outside", "  1 id a\n", "a.msg:1: a line of something that was not begun" },
	{ "an unknown kind", "reply a 0x0101\n", "a.msg:1: \"reply\" is not enum, record" },
};
/* clang-format on */

/* Runs the generator over one text; its exit code. What it said is in output. */
static int generate(const char *folder, const char *text, char output[OUTPUT_MAX])
{
	char path[256], command[1024];
	size_t n;
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/a.msg", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fputs(text, f) >= 0 && fclose(f) == 0, 1);
	(void)snprintf(command, sizeof command, "awk -v out=%s -f proto/gen.awk %s 2>&1", folder, path);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(output, 1, OUTPUT_MAX - 1, f);
	output[n] = '\0';
	return WEXITSTATUS(pclose(f));
}

static bool is_made(const char *folder)
{
	char path[256];
	bool is_there;

	(void)snprintf(path, sizeof path, "%s/messages.h", folder);
	is_there = access(path, F_OK) == 0;
	(void)unlink(path);
	return is_there;
}

static void the_generator_refuses_a_mistake_with_its_file_and_line(void **state)
{
	static const char *const made[] = { "a.msg", "messages.h", "messages.c", "MESSAGES.md" };
	char folder[] = "/tmp/test_generator.XXXXXX", output[OUTPUT_MAX], path[256];

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool is_wanted = rows[i].expected == NULL;
		int code = generate(folder, rows[i].text, output);

		if (code != (is_wanted ? 0 : 1) || is_made(folder) != is_wanted)
			fail_msg("%s: exit code %d, %s", rows[i].sentence, code, output);
		if (is_wanted ? output[0] != '\0' : strstr(output, rows[i].expected) == NULL)
			fail_msg("%s: %s", rows[i].sentence, output);
	}
	for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, made[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_generator_refuses_a_mistake_with_its_file_and_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
