#include "lib/machine_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

void machine_assert_sense(const struct machine *machine)
{
	struct buf out;

	buf_init(&out, 65536);
	if (machine_check(machine, &out) != ERR_OK)
		fail_msg("%.*s", (int)out.len, out.ptr);
	buf_clear(&out);
}

void machine_assert_page(const struct machine *machine, const char *program)
{
	static char page[262144];
	FILE *file = fopen(TEST_DATA "/../../services/README.md", "r");
	struct buf out;
	size_t len;

	assert_non_null(file);
	len = fread(page, 1, sizeof page - 1, file);
	fclose(file);
	page[len] = '\0';
	buf_init(&out, sizeof page);
	machine_describe(machine, &out);
	buf_add(&out, "", 1);
	assert_false(out.is_full);
	if (strstr(page, out.ptr) == NULL)
		fail_msg("services/README.md differs from %s --describe:\n%s", program, out.ptr);
	buf_clear(&out);
}
