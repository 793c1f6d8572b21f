/* ctl node, ctl key: words and options as they are typed, and what needs no running service */
#include "ctl/ctl.h"
#include "ctl/verbs.h"
#include "federation/identitas_simpul.h"
#include "lib/folder.h"
#include "store/file.h"
#include "store/node_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { WORDS_MAX = 16 };

/* argv as a shell would make it: words apart by blanks; _ is a blank within a word, @ the path. */
static int run(int (*verb)(int argc, char **argv), const char *line, const char *path)
{
	static char words[WORDS_MAX][1024];
	char *argv[WORDS_MAX + 1] = { NULL };
	struct str rest = str_of(line), word;
	int argc = 0;

	while (rest.ptr != NULL && str_split(&rest, ' ', &word)) {
		char *to = words[argc];

		assert_true(argc < WORDS_MAX && word.len < 256 && strlen(path) < FOLDER_MAX);
		for (size_t i = 0; i < word.len; i++) {
			if (word.ptr[i] == '@')
				to = stpcpy(to, path);
			else
				*to++ = word.ptr[i] == '_' ? ' ' : word.ptr[i];
		}
		*to = '\0';
		argv[argc] = words[argc];
		argc++;
	}
	return verb(argc, argv);
}

struct home {
	char folder[FOLDER_MAX], root[FOLDER_MAX], text[FOLDER_MAX];
};

static int begin(void **state)
{
	static struct home home;
	char keys[FOLDER_MAX];

	folder_make(home.folder);
	folder_file(home.folder, "root.key", home.root);
	folder_file(home.folder, "simpul.txt", home.text);
	*state = &home;
	return setenv("PPID_KEYS", folder_file(home.folder, "keys", keys), 1) |
		setenv("PPID_RUN", home.folder, 1) | setenv("PPID_NODE", "uji", 1) |
		unsetenv("PPID_NODE_ID") | unsetenv("PPID_ACTOR");
}

static int end(void **state)
{
	folder_remove(((struct home *)*state)->folder);
	return 0;
}

static void make_keys(const struct home *home)
{
	assert_int_equal(run(ctl_key, "key init --root @", home->root), CTL_DONE);
}

static void words_that_make_no_sense_are_refused(void **state)
{
	static const char *const lines[] = {
		"node",
		"node apa",
		"node invite",
		"node accept dinkes",
		"node accept dinkes satu dua --words a",
		"node revoke dinkes",
		"node revoke dinkes --reason bosan",
		"node orphans decide x y batal",
		"node orphans decide x 1 mungkin",
		"node orphans hapus x 1 batal",
		"node list semua",
		"node join",
		"node leave",
		"node branches apa",
		"node suspend",
		"node identity --address",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		if (run(ctl_node, lines[i], "") != CTL_USAGE)
			fail_msg("taken: %s", lines[i]);
}

static void without_the_service_nothing_is_decided(void **state)
{
	static const char *const lines[] = {
		"node list --within 1",
		"node accept dinkes --words satu_dua --within 1",
		"node revoke dinkes --reason hilang --within 1",
		"node orphans decide x 1 batal --within 1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		assert_int_equal(run(ctl_node, lines[i], ""), CTL_FAILED);
}

static struct identitas_simpul read_identity(const struct home *home, struct arena *arena)
{
	struct problem why = { NULL, NULL };
	struct identitas_simpul identity;
	struct str copy;
	struct buf text;

	buf_init(&text, IDENTITY_TEXT_MAX);
	assert_int_equal(file_read(home->text, &text), ERR_OK);
	assert_int_equal(arena_copy(arena, buf_str(&text), &copy), ERR_OK);
	buf_clear(&text);
	if (identity_parse(copy, arena, &identity, &why) != ERR_OK)
		fail_msg("%s %s", why.field, why.rule);
	return identity;
}

static void an_identity_is_made_of_the_key_files(void **state)
{
	const struct home *home = *state;
	struct identitas_simpul identity;
	struct node_public keys;
	struct problem why;
	struct arena arena;
	char path[FOLDER_MAX];

	assert_int_equal(run(ctl_node, "node identity --out @", home->text), CTL_FAILED);
	make_keys(home);
	assert_int_equal(run(ctl_node, "node identity --address tcp://a:7420 --out @", home->text),
		CTL_DONE);
	arena_init(&arena, 65536);
	identity = read_identity(home, &arena);
	assert_true(str_is(identity.nama, "uji"));
	assert_true(str_is(identity.alamat, "tcp://a:7420"));
	assert_int_equal(identity.generasi, 1);
	assert_int_equal(
		node_public_load(folder_file(home->folder, "keys/node.pub", path), &keys, &why), ERR_OK);
	assert_memory_equal(identity.kurva.bytes,
		node_public_find(&keys, str_of("federation"))->present, HASH_BYTES);
	assert_int_equal(run(ctl_node, "node identity --address utama:7420", ""), CTL_USAGE);
	/* What is no identity is not sent anywhere. */
	assert_int_equal(run(ctl_node, "node invite @ --unit A", home->root), CTL_REFUSED);
	assert_int_equal(run(ctl_node, "node join @", home->root), CTL_REFUSED);
	assert_int_equal(run(ctl_node, "node rotate @", home->text), CTL_REFUSED);
	arena_clear(&arena);
}

static void keys_that_are_missing_are_made_and_the_others_stay(void **state)
{
	const struct home *home = *state;
	struct node_public before, after;
	struct problem why;
	char path[FOLDER_MAX], list[FOLDER_MAX];
	struct stat st;

	make_keys(home);
	folder_file(home->folder, "keys/node.pub", list);
	assert_int_equal(node_public_load(list, &before, &why), ERR_OK);
	assert_int_equal(remove(folder_file(home->folder, "keys/intake.curve", path)), 0);
	assert_int_equal(remove(list), 0);
	make_keys(home);
	assert_int_equal(node_public_load(list, &after, &why), ERR_OK);
	assert_memory_equal(&before, &after, sizeof before);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0400);
	assert_int_equal(stat(folder_file(home->folder, "keys/node.sign", path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0400);
}

static void the_next_key_becomes_the_present_one(void **state)
{
	const struct home *home = *state;
	struct node_public before, after;
	struct problem why;
	struct arena arena;
	char list[FOLDER_MAX], other[FOLDER_MAX];

	make_keys(home);
	folder_file(home->folder, "keys/node.pub", list);
	assert_int_equal(node_public_load(list, &before, &why), ERR_OK);
	assert_int_equal(run(ctl_key, "key rotate --network --root @", home->root), CTL_DONE);
	assert_int_equal(node_public_load(list, &after, &why), ERR_OK);
	for (uint32_t i = 0; i < before.count; i++) {
		assert_memory_equal(before.rows[i].next, after.rows[i].present, NODE_KEY_BYTES);
		assert_int_equal(after.rows[i].generation, 2);
	}
	assert_memory_equal(before.sign_key, after.sign_key, NODE_KEY_BYTES);
	/* Of another root nothing is taken. */
	assert_int_equal(
		file_replace(folder_file(home->folder, "lain.key", other),
			str_of("1111111111111111111111111111111111111111111111111111111111111111\n")),
		ERR_OK);
	assert_int_equal(run(ctl_key, "key rotate --network --root @", other), CTL_REFUSED);
	arena_init(&arena, 65536);
	assert_int_equal(run(ctl_node, "node rotate --out @", home->text), CTL_DONE);
	arena_clear(&arena);
}

static void every_key_file_comes_back_from_the_export(void **state)
{
	static const char *const files[] = { "federation.curve", "ctl.curve", "node.sign", "node.pub",
		"federation.ring" };
	const struct home *home = *state;
	char a[FOLDER_MAX], b[FOLDER_MAX];

	make_keys(home);
	assert_int_equal(run(ctl_key, "key recovery-new @/satu", home->folder), CTL_DONE);
	assert_int_equal(run(ctl_key, "key recovery-new @/dua", home->folder), CTL_DONE);
	assert_int_equal(run(ctl_key, "key export --to @/satu.pub --to @/dua.pub", home->folder),
		CTL_DONE);
	assert_int_equal(run(ctl_key,
						 "key import --in @/keys/ekspor.json --secret @/dua.key --out @/lagi",
						 home->folder),
		CTL_DONE);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct buf one, two;

		buf_init(&one, 65536);
		buf_init(&two, 65536);
		(void)snprintf(a, sizeof a, "%.100s/keys/%s", home->folder, files[i]);
		(void)snprintf(b, sizeof b, "%.100s/lagi/%s", home->folder, files[i]);
		assert_int_equal(file_read(a, &one), ERR_OK);
		assert_int_equal(file_read(b, &two), ERR_OK);
		assert_true(str_equal(buf_str(&one), buf_str(&two)));
		buf_clear(&one);
		buf_clear(&two);
	}
}

#define AT_HOME(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_HOME(words_that_make_no_sense_are_refused),
		AT_HOME(without_the_service_nothing_is_decided),
		AT_HOME(an_identity_is_made_of_the_key_files),
		AT_HOME(keys_that_are_missing_are_made_and_the_others_stay),
		AT_HOME(the_next_key_becomes_the_present_one),
		AT_HOME(every_key_file_comes_back_from_the_export),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
