/* Lists of policy that are longer than one answer. */
#include "lib/harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "workflow/workflow.h"

enum { UNITS = 400, GRANTS = 1900, PAGES_MAX = 20 };

static const struct harness_service services[] = { { &workflow_service, NULL } };
static const struct id NEW;
static const struct id CHIEF = { { 0x11 } };

static int begin(void **state)
{
	struct beri_hak c = { .akun = CHIEF, .peran = PERAN_ADMINISTRATOR, .unit = STR("*") };

	*state = harness_open(services, 1, 0);
	assert_int_equal(
		harness_command(*state, "workflow", CHIEF, NEW, &schema_beri_hak, &c, NULL).status,
		SESI_STATUS_OK);
	return 0;
}

static int end(void **state)
{
	struct harness *h = *state;

	harness_close(&h);
	return 0;
}

static void a_city_of_units_with_long_names_is_listed_whole(void **state)
{
	struct harness *h = *state;
	struct unit_daftar question = { .has_awalan = false };
	struct unit_daftar_jawab answer;
	struct str go_on = { NULL, 0 };
	char name[200], title[100], last[33] = "";
	uint32_t seen = 0, pages = 0;

	memset(name, 'n', sizeof name);
	memset(title, 's', sizeof title);
	for (uint32_t i = 0; i < UNITS; i++) {
		char code[33];
		struct daftarkan_unit c = { .unit = { .nama = { name, sizeof name },
										.sebutan = { title, sizeof title } } };

		(void)snprintf(code, sizeof code, "KELURAHAN-%022u", i);
		c.unit.kode = str_of(code);
		assert_int_equal(
			harness_command(h, "workflow", CHIEF, NEW, &schema_daftarkan_unit, &c, NULL).status,
			SESI_STATUS_OK);
	}
	do {
		struct harness_reply r =
			harness_ask(h, "workflow", CHIEF, &schema_unit_daftar, &question, go_on, &answer);

		assert_int_equal(r.status, SESI_STATUS_OK);
		for (uint32_t i = 0; i < answer.unit_len; i++) {
			assert_true(str_compare(answer.unit[i].kode, str_of(last)) > 0);
			(void)snprintf(last, sizeof last, "%.*s", (int)answer.unit[i].kode.len,
				answer.unit[i].kode.ptr);
		}
		seen += answer.unit_len;
		go_on = r.go_on;
	} while (go_on.ptr != NULL && ++pages < PAGES_MAX);
	assert_int_equal(seen, UNITS);
}

static void all_grants_are_listed(void **state)
{
	struct harness *h = *state;
	struct hak_daftar question = { .has_akun = false };
	struct hak_daftar_jawab answer;
	struct str go_on = { NULL, 0 };
	uint32_t seen = 0, pages = 0;

	for (uint32_t i = 0; i < GRANTS; i++) {
		struct beri_hak c = { .akun = harness_new_id(h),
			.peran = PERAN_PEMBACA,
			.unit = STR("*"),
			.has_sampai = true,
			.sampai = 40000 };

		assert_int_equal(
			harness_command(h, "workflow", CHIEF, NEW, &schema_beri_hak, &c, NULL).status,
			SESI_STATUS_OK);
	}
	do {
		struct harness_reply r =
			harness_ask(h, "workflow", CHIEF, &schema_hak_daftar, &question, go_on, &answer);

		assert_int_equal(r.status, SESI_STATUS_OK);
		seen += answer.hak_len;
		go_on = r.go_on;
	} while (go_on.ptr != NULL && ++pages < PAGES_MAX);
	assert_int_equal(seen, GRANTS + 1);
}

#define UNIT(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_city_of_units_with_long_names_is_listed_whole),
		UNIT(all_grants_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
