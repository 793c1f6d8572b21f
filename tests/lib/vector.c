#include "lib/vector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void print_frame(struct buf *out, const char *name, struct str bytes)
{
	if (bytes.ptr == NULL)
		return;
	buf_print(out, "%s ", name);
	for (size_t i = 0; i < bytes.len; i++)
		buf_print(out, "%02x", (uint8_t)bytes.ptr[i]);
	buf_print(out, "\n");
}

static void compare_file(const char *path, struct str text)
{
	char stored[16 * 1024];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		fail_msg("%s is missing", path);
	n = fread(stored, 1, sizeof stored, f);
	(void)fclose(f);
	if (!str_equal((struct str) { stored, n }, text))
		fail_msg("%s differs, now:\n%.*s", path, (int)text.len, text.ptr);
}

struct session_note *vector_check(struct pair *p, int to, const char *name)
{
	const struct frames *frames = &p->sides[to].way[p->sides[to].way_count - 1];
	char path[256];
	struct buf text;

	assert_int_equal(p->sides[to].way_count, 1);
	buf_init(&text, 16 * 1024);
	print_frame(&text, "header", frames->header);
	print_frame(&text, "body", frames->body);
	print_frame(&text, "payload", frames->payload);
	(void)snprintf(path, sizeof path, "%s/vectors/%s.hex", TEST_DATA, name);
	if (getenv("VECTORS_WRITE") != NULL) {
		FILE *f = fopen(path, "wb");

		assert_non_null(f);
		assert_int_equal(fwrite(text.ptr, 1, text.len, f), text.len);
		assert_int_equal(fclose(f), 0);
	} else {
		compare_file(path, buf_str(&text));
	}
	buf_clear(&text);
	return pair_deliver(p, to, 0, false);
}
