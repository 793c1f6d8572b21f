#include "store/sidecar_memory.h"

#include "lib/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A machine's notes: a folder, or memory. */
struct notes {
	char folder[FOLDER_MAX];
	struct sidecar_memory memory;
	bool is_memory;
};

static int begin(void **state)
{
	static struct notes n;

	folder_make(n.folder);
	sidecar_memory_init(&n.memory);
	n.is_memory = false;
	*state = &n;
	return 0;
}

static int begin_memory(void **state)
{
	int rc = begin(state);

	((struct notes *)*state)->is_memory = true;
	return rc;
}

static int end(void **state)
{
	struct notes *n = *state;

	folder_remove(n->folder);
	sidecar_memory_clear(&n->memory);
	return 0;
}

static struct sidecar start(struct notes *n)
{
	struct sidecar s;

	if (n->is_memory)
		return sidecar_of_memory(&n->memory);
	assert_int_equal(sidecar_open(n->folder, str_of("intake"), &s), ERR_OK);
	return s;
}

static const struct sidecar_head example = {
	.head = { { { 1, 2 } }, 4711, { { 3, 4 } } },
	.instance = { { 5, 6 } },
	.boots = 12,
	.noted_at = 1700000000000000,
};

static void the_head_is_there_after_a_restart(void **state)
{
	struct sidecar s = start(*state);
	struct sidecar_head head;

	assert_int_equal(s.ops->head_get(s.self, &head), ERR_NOT_FOUND);
	assert_int_equal(s.ops->head_put(s.self, &example), ERR_OK);
	s.ops->close(s.self);
	s = start(*state);
	assert_int_equal(s.ops->head_get(s.self, &head), ERR_OK);
	assert_true(head.head.seq == 4711 && head.boots == 12 && head.noted_at == example.noted_at);
	assert_true(
		id_equal(head.head.epoch, example.head.epoch) && id_equal(head.instance, example.instance));
	assert_true(hash_equal(&head.head.hash, &example.head.hash));
	s.ops->close(s.self);
}

static void a_clean_stop_is_noted_until_the_next_note(void **state)
{
	struct sidecar s = start(*state);
	struct sidecar_head head = example;

	head.is_clean = true;
	assert_int_equal(s.ops->head_put(s.self, &head), ERR_OK);
	s.ops->close(s.self);
	s = start(*state);
	assert_int_equal(s.ops->head_get(s.self, &head), ERR_OK);
	assert_true(head.is_clean && head.head.seq == 4711);
	assert_int_equal(s.ops->head_put(s.self, &example), ERR_OK);
	assert_int_equal(s.ops->head_get(s.self, &head), ERR_OK);
	assert_false(head.is_clean);
	s.ops->close(s.self);
}

static void bounds_are_kept_by_series(void **state)
{
	struct sidecar s = start(*state);
	uint64_t bound = 1;

	assert_int_equal(s.ops->bound_get(s.self, str_of("001/PPID 2026"), &bound), ERR_OK);
	assert_true(bound == 0);
	assert_int_equal(s.ops->bound_put(s.self, str_of("001/PPID 2026"), 1000), ERR_OK);
	assert_int_equal(s.ops->bound_put(s.self, str_of("002"), UINT64_MAX), ERR_OK);
	assert_int_equal(s.ops->bound_put(s.self, str_of("001/PPID 2026"), 2000), ERR_OK);
	assert_int_equal(s.ops->bound_put(s.self, str_of("a\nb"), 1), ERR_INVALID);
	s.ops->close(s.self);
	s = start(*state);
	assert_int_equal(s.ops->bound_get(s.self, str_of("001/PPID 2026"), &bound), ERR_OK);
	assert_true(bound == 2000);
	assert_int_equal(s.ops->bound_get(s.self, str_of("002"), &bound), ERR_OK);
	assert_true(bound == UINT64_MAX);
	s.ops->close(s.self);
}

static void what_was_sent_is_known_again(void **state)
{
	struct sidecar s = start(*state);
	char key[32];
	bool has;

	for (unsigned i = 0; i < 3000; i += 2) {
		(void)snprintf(key, sizeof key, "surel/%u", i);
		assert_int_equal(s.ops->sent_add(s.self, str_of(key)), ERR_OK);
		assert_int_equal(s.ops->sent_add(s.self, str_of(key)), ERR_OK);
		if (i == 100) {
			s.ops->close(s.self);
			s = start(*state);
		}
	}
	s.ops->close(s.self);
	s = start(*state);
	for (unsigned i = 0; i < 3000; i++) {
		(void)snprintf(key, sizeof key, "surel/%u", i);
		assert_int_equal(s.ops->sent_has(s.self, str_of(key), &has), ERR_OK);
		assert_int_equal(has, i % 2 == 0);
	}
	s.ops->close(s.self);
}

static void append_to(const char *folder, const char *name, const char *text)
{
	char path[FOLDER_MAX];
	FILE *f = fopen(folder_file(folder, name, path), "a");

	assert_non_null(f);
	(void)fputs(text, f);
	(void)fclose(f);
}

static void a_torn_last_line_of_sent_keys_is_dropped(void **state)
{
	struct notes *n = *state;
	struct sidecar s = start(n);
	char path[FOLDER_MAX];
	struct stat st;
	bool has;

	assert_int_equal(s.ops->sent_add(s.self, str_of("a")), ERR_OK);
	s.ops->close(s.self);
	append_to(n->folder, "intake.sent", "0123456789");
	s = start(n);
	s.ops->close(s.self);
	append_to(n->folder, "intake.sent", "this line is as long as others!!\n");
	s = start(n);
	assert_int_equal(s.ops->sent_add(s.self, str_of("b")), ERR_OK);
	s.ops->close(s.self);
	assert_int_equal(stat(folder_file(n->folder, "intake.sent", path), &st), 0);
	assert_int_equal(st.st_size, 2 * 33);
	s = start(n);
	assert_int_equal(s.ops->sent_has(s.self, str_of("a"), &has), ERR_OK);
	assert_true(has);
	assert_int_equal(s.ops->sent_has(s.self, str_of("b"), &has), ERR_OK);
	assert_true(has);
	s.ops->close(s.self);
}

static void damaged_notes_are_refused(void **state)
{
	static const char damaged[] = "this line is as long as others!!\n";
	struct notes *n = *state;
	struct sidecar s = start(n);
	struct sidecar_head head;
	char path[FOLDER_MAX];
	FILE *f;

	assert_int_equal(s.ops->head_put(s.self, &example), ERR_OK);
	f = fopen(folder_file(n->folder, "intake.head", path), "r+");
	assert_non_null(f);
	(void)fseek(f, 35, SEEK_SET); /* within the number */
	(void)fputc('9', f);
	(void)fclose(f);
	assert_int_equal(s.ops->head_get(s.self, &head), ERR_CORRUPT);
	append_to(n->folder, "intake.head", "more");
	assert_int_equal(s.ops->head_get(s.self, &head), ERR_CORRUPT);
	s.ops->close(s.self);
	append_to(n->folder, "intake.sent", damaged);
	append_to(n->folder, "intake.sent", damaged); /* a last one alone would be a crash's */
	assert_int_equal(sizeof damaged - 1, 33);
	assert_int_equal(sidecar_open(n->folder, str_of("intake"), &s), ERR_CORRUPT);
	assert_int_equal(unlink(folder_file(n->folder, "intake.sent", path)), 0);
	append_to(n->folder, "intake.bounds", "many 001\n");
	assert_int_equal(sidecar_open(n->folder, str_of("intake"), &s), ERR_CORRUPT);
}

static void services_share_a_folder_and_nothing_else(void **state)
{
	struct notes *n = *state;
	struct sidecar intake = start(n);
	struct sidecar workflow;
	struct sidecar_head head;
	bool has;

	assert_int_equal(sidecar_open(n->folder, str_of("workflow"), &workflow), ERR_OK);
	assert_int_equal(intake.ops->head_put(intake.self, &example), ERR_OK);
	assert_int_equal(intake.ops->sent_add(intake.self, str_of("a")), ERR_OK);
	assert_int_equal(workflow.ops->head_get(workflow.self, &head), ERR_NOT_FOUND);
	assert_int_equal(workflow.ops->sent_has(workflow.self, str_of("a"), &has), ERR_OK);
	assert_false(has);
	intake.ops->close(intake.self);
	workflow.ops->close(workflow.self);
	assert_int_equal(sidecar_open("/nonexistent/folder", str_of("x"), &intake), ERR_IO);
}

int main(void)
{
#define BOTH(f) \
	cmocka_unit_test_setup_teardown(f, begin, end), \
		cmocka_unit_test_setup_teardown(f, begin_memory, end)
	const struct CMUnitTest tests[] = {
		BOTH(the_head_is_there_after_a_restart),
		BOTH(a_clean_stop_is_noted_until_the_next_note),
		BOTH(bounds_are_kept_by_series),
		BOTH(what_was_sent_is_known_again),
		cmocka_unit_test_setup_teardown(a_torn_last_line_of_sent_keys_is_dropped, begin, end),
		cmocka_unit_test_setup_teardown(damaged_notes_are_refused, begin, end),
		cmocka_unit_test_setup_teardown(services_share_a_folder_and_nothing_else, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
