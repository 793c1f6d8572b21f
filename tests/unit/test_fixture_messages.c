/* The messages of every released version, byte for byte: read, told and written again as they were.
 * FIXTURES_MAKE=tests/data/fixtures/vN writes those of today into a new folder. */
#include "lib/gen.h"
#include "wire/json.h"
#include "wire/wire.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

enum {
	ARENA_BYTES = 32 << 20,
	OUT_BYTES = 1 << 20,
	TRIES = 400,
	LEAST = 24,
	MOST = 2000,
	SEED = 20210901
};

struct work {
	struct arena arena;
	struct buf bytes, json, again;
};

static void work_open(struct work *w)
{
	arena_init(&w->arena, ARENA_BYTES);
	buf_init(&w->bytes, OUT_BYTES);
	buf_init(&w->json, OUT_BYTES);
	buf_init(&w->again, OUT_BYTES);
}

static void work_close(struct work *w)
{
	arena_clear(&w->arena);
	buf_clear(&w->bytes);
	buf_clear(&w->json);
	buf_clear(&w->again);
}

static void *message_of(struct work *w, const struct schema *s)
{
	void *message = arena_take(&w->arena, s->size);

	assert_non_null(message);
	return message;
}

/* --- making --- */

/* One invented message that is not long, and that says something where there is something to say. */
static void invent(struct work *w, struct gen *g, const struct schema *s)
{
	struct problem why;

	for (int i = 0; i < TRIES; i++) {
		void *message;

		arena_reset(&w->arena);
		buf_reset(&w->bytes);
		message = message_of(w, s);
		gen_message(g, s, message);
		assert_int_equal(wire_encode(s, message, &w->bytes, &why), ERR_OK);
		if (w->bytes.len <= MOST && (w->bytes.len >= LEAST || i >= TRIES / 2)) {
			buf_reset(&w->json);
			json_write(s, message, JSON_FULL, &w->json);
			return;
		}
	}
	fail_msg("%s: no short message of it was invented", s->name);
}

static void write_all(const char *folder)
{
	struct work w;
	struct gen g;
	char path[512];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/messages", folder);
	file = fopen(path, "wx");
	if (file == NULL)
		fail_msg("%s is there already, or cannot be written", path);
	work_open(&w);
	g = gen_of(SEED, &w.arena);
	for (uint32_t i = 0; i < schema_all_count; i++) {
		const struct schema *s = schema_all[i];

		invent(&w, &g, s);
		(void)fprintf(file, "%s ", s->name);
		for (size_t n = 0; n < w.bytes.len; n++)
			(void)fprintf(file, "%02x", (uint8_t)w.bytes.ptr[n]);
		(void)fprintf(file, " %.*s\n", (int)w.json.len, w.json.ptr);
	}
	assert_int_equal(fclose(file), 0);
	work_close(&w);
}

/* --- reading --- */

static const struct schema *schema_named(const char *name)
{
	for (uint32_t i = 0; i < schema_all_count; i++)
		if (strcmp(schema_all[i]->name, name) == 0)
			return schema_all[i];
	return NULL;
}

/* `,"name":[]` at the front of s: its length, else 0. */
static size_t empty_list(struct str s)
{
	size_t n = s.len > 0 && s.ptr[0] == ',' ? 1 : 0;
	const char *end;

	if (s.len <= n || s.ptr[n] != '"')
		return 0;
	end = memchr(s.ptr + n + 1, '"', s.len - n - 1);
	n = end == NULL ? s.len : (size_t)(end + 1 - s.ptr);
	return s.len - n >= 3 && memcmp(s.ptr + n, ":[]", 3) == 0 ? n + 3 : 0;
}

/* All that was told then is told now, in the same words; a message may have got lists since, which come
 * after what it had and are empty. */
static bool is_told(struct str then, struct str now)
{
	size_t i = 0, n = 0;

	while (n < now.len) {
		size_t more;

		if (i < then.len && then.ptr[i] == now.ptr[n]) {
			i++;
			n++;
			continue;
		}
		more = i < then.len && then.ptr[i] == '}' ? empty_list(str_bytes(now.ptr + n, now.len - n))
												  : 0;
		if (more == 0)
			return false;
		n += more;
	}
	return i == then.len;
}

static void compare(struct work *w, const char *path, char *line)
{
	char *rest = line;
	const char *name = strsep(&rest, " ");
	const char *hex = strsep(&rest, " ");
	const struct schema *s = schema_named(name);
	static unsigned char bytes[OUT_BYTES];
	struct problem why = { NULL, NULL };
	void *message;
	size_t len;

	if (s == NULL)
		fail_msg("%s: message %s is gone", path, name);
	assert_int_equal(sodium_hex2bin(bytes, sizeof bytes, hex, strlen(hex), NULL, &len, NULL), 0);
	arena_reset(&w->arena);
	buf_reset(&w->json);
	buf_reset(&w->again);
	message = message_of(w, s);
	if (wire_decode(s, str_bytes(bytes, len), &w->arena, message, &why) != ERR_OK)
		fail_msg("%s: %s cannot be read: %s %s", path, name, why.field, why.rule);
	json_write(s, message, JSON_FULL, &w->json);
	if (!is_told(str_of(rest), buf_str(&w->json)))
		fail_msg("%s: %s is told otherwise: %.*s", path, name, (int)w->json.len, w->json.ptr);
	assert_int_equal(wire_encode(s, message, &w->again, &why), ERR_OK);
	if (!str_equal(buf_str(&w->again), str_bytes(bytes, len)))
		fail_msg("%s: %s is written otherwise", path, name);
}

static uint32_t compare_file(const char *path)
{
	FILE *file = fopen(path, "r");
	uint32_t count = 0;
	char *line = NULL;
	size_t size = 0;
	struct work w;
	ssize_t n;

	assert_non_null(file);
	work_open(&w);
	while ((n = getline(&line, &size, file)) > 0) {
		line[n - 1] = '\0';
		compare(&w, path, line);
		count++;
	}
	free(line);
	(void)fclose(file);
	work_close(&w);
	return count;
}

static void released_messages_are_read_and_written_as_they_were(void **state)
{
	const char *folder = getenv("FIXTURES_MAKE");
	glob_t found;

	(void)state;
	if (folder != NULL)
		write_all(folder);
	assert_int_equal(glob(TEST_DATA "/fixtures/v*/messages", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		assert_true(compare_file(found.gl_pathv[i]) > 50);
	globfree(&found);
}

static void more_is_told_only_where_it_is_an_empty_list_at_the_end(void **state)
{
	static const struct {
		const char *then, *now;
		bool is_told;
	} rows[] = {
		{ "{\"a\":1}", "{\"a\":1}", true },
		{ "{\"a\":1}", "{\"a\":1,\"b\":[]}", true },
		{ "{}", "{\"b\":[],\"c\":[]}", true },
		{ "{\"a\":[{}]}", "{\"a\":[{\"b\":[]}]}", true },
		{ "{\"a\":1}", "{\"a\":1,\"b\":[1]}", false },
		{ "{\"a\":1}", "{\"a\":1,\"b\":0}", false },
		{ "{\"a\":1}", "{\"a\":2}", false },
		{ "{\"a\":1}", "{}", false },
		{ "{\"a\":1}", "{\"a\":1", false },
		{ "{\"a\":[]}", "{\"b\":[]}", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (is_told(str_of(rows[i].then), str_of(rows[i].now)) != rows[i].is_told)
			fail_msg("%s, then %s", rows[i].then, rows[i].now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_is_told_only_where_it_is_an_empty_list_at_the_end),
		cmocka_unit_test(released_messages_are_read_and_written_as_they_were),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
