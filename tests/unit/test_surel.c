#include "domain/surel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void usual_addresses_pass(void **state)
{
	static const char *const texts[] = { "warga@example.id", "a.b+c_d@dinas.bekasikota.go.id",
		"o'brien@example.co.id", "x@1and1.example", "A@B.example" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct problem why;

		assert_int_equal(surel_check(str_of(texts[i]), &why), ERR_OK);
	}
}

static void assert_refused_bytes(struct str text, const char *rule)
{
	struct problem why = { NULL, NULL };

	assert_int_not_equal(surel_check(text, &why), ERR_OK);
	assert_string_equal(why.field, "surel");
	assert_string_equal(why.rule, rule);
}

static void assert_refused(const char *text, const char *rule)
{
	assert_refused_bytes(str_of(text), rule);
}

static void a_line_break_never_reaches_the_mail_server(void **state)
{
	(void)state;
	assert_refused("a@example.id\r\nRCPT TO:<b@example.id>", "huruf_tidak_sah");
	assert_refused("a\n@example.id", "huruf_tidak_sah");
	assert_refused("a b@example.id", "huruf_tidak_sah");
	assert_refused("a\t@example.id", "huruf_tidak_sah");
	assert_refused("\x7f@example.id", "huruf_tidak_sah");
	assert_refused("jos\xc3\xa9@example.id", "huruf_tidak_sah");
	assert_refused_bytes(str_bytes("a@example.id\0", 13), "huruf_tidak_sah");
}

static void malformed_addresses_are_refused(void **state)
{
	(void)state;
	assert_refused("", "wajib_diisi");
	assert_refused("example.id", "perlu_satu_at");
	assert_refused("a@b@example.id", "perlu_satu_at");
	assert_refused("a@@example.id", "perlu_satu_at");
	assert_refused("@example.id", "nama_tidak_sah");
	assert_refused(".a@example.id", "nama_tidak_sah");
	assert_refused("a.@example.id", "nama_tidak_sah");
	assert_refused("a..b@example.id", "nama_tidak_sah");
	assert_refused("\"a\"@example.id", "nama_tidak_sah");
	assert_refused("<a>@example.id", "nama_tidak_sah");
	assert_refused("a,b@example.id", "nama_tidak_sah");
	assert_refused("a@", "domain_tidak_sah");
	assert_refused("a@localhost", "domain_tidak_sah");
	assert_refused("a@example..id", "domain_tidak_sah");
	assert_refused("a@example.id.", "domain_tidak_sah");
	assert_refused("a@-example.id", "domain_tidak_sah");
	assert_refused("a@example-.id", "domain_tidak_sah");
	assert_refused("a@exa_mple.id", "domain_tidak_sah");
	assert_refused("a@10.0.0.1", "domain_tidak_sah");
	assert_refused("a@[10.0.0.1]", "domain_tidak_sah");
}

static void lengths_are_bounded(void **state)
{
	char text[512];
	struct problem why;

	(void)state;
	snprintf(text, sizeof text, "%064d@example.id", 1);
	assert_int_equal(surel_check(str_of(text), &why), ERR_OK);
	snprintf(text, sizeof text, "%065d@example.id", 1);
	assert_refused(text, "terlalu_panjang");
	snprintf(text, sizeof text, "a@%063d.id", 1);
	assert_int_equal(surel_check(str_of(text), &why), ERR_OK);
	snprintf(text, sizeof text, "a@%064d.id", 1);
	assert_refused(text, "domain_tidak_sah");
	snprintf(text, sizeof text, "a@%060d.%060d.%060d.%066d.id", 1, 1, 1, 1);
	assert_refused(text, "domain_tidak_sah");
	snprintf(text, sizeof text, "a@%063d.%063d.%063d.%060d.id", 1, 1, 1, 1);
	assert_refused(text, "terlalu_panjang");
}

static void the_mask_shows_one_letter_and_the_domain(void **state)
{
	char text[SUREL_MASKED_MAX];

	(void)state;
	surel_mask(str_of("budi@example.id"), text);
	assert_string_equal(text, "b***@example.id");
	surel_mask(str_of("not an address"), text);
	assert_string_equal(text, "***");
}

static void the_mask_of_the_longest_address_fits(void **state)
{
	char address[SUREL_MAX + 1];
	char text[SUREL_MASKED_MAX];

	(void)state;
	snprintf(address, sizeof address, "a@%063d.%063d.%063d.%057d.id", 1, 1, 1, 1);
	assert_int_equal(strlen(address), SUREL_MAX);
	surel_mask(str_of(address), text);
	assert_int_equal(strlen(text), SUREL_MAX + 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_addresses_pass),
		cmocka_unit_test(a_line_break_never_reaches_the_mail_server),
		cmocka_unit_test(malformed_addresses_are_refused),
		cmocka_unit_test(lengths_are_bounded),
		cmocka_unit_test(the_mask_shows_one_letter_and_the_domain),
		cmocka_unit_test(the_mask_of_the_longest_address_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
