/* cabang: a history that parted is noted once, and its orphans wait for a person */
#include "federation/cabang.h"
#include "lib/utusan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define STREAM "ee000100-0000-0000-0000-000000000000/intake"

static struct catat_cabang parted(uint32_t branch, uint64_t fork, uint64_t head)
{
	return (struct catat_cabang) { { .aliran = STR(STREAM),
		.nomor = branch,
		.dari = branch - 1,
		.garpu_seq = fork,
		.garpu_hash = { { (uint8_t)branch } },
		.epok = { { (uint8_t)branch } },
		.yatim_sampai = head } };
}

static struct cabang_daftar_jawab list(struct harness *h, bool is_open)
{
	struct cabang_daftar q = { .has_terbuka = is_open, .terbuka = is_open };
	struct cabang_daftar_jawab a = { .cabang_len = 0 };
	struct harness_reply r = harness_ask(h, "federation", UTUSAN_READER, &schema_cabang_daftar, &q,
		(struct str) { NULL, 0 }, &a);

	assert_int_equal(r.status, SESI_STATUS_OK);
	return a;
}

static void a_branch_is_noted_once(void **state)
{
	struct harness *h = *state;
	struct catat_cabang c = parted(1, 10, 14);

	utusan_tell(h, &schema_catat_cabang, &c);
	harness_speak_as(h, "federation");
	utusan_refused(h, ACTOR_SYSTEM, &schema_catat_cabang, &c, SESI_STATUS_REJECTED,
		"sudah_dicatat");
	c = parted(2, 10, 9);
	utusan_refused(h, ACTOR_SYSTEM, &schema_catat_cabang, &c, SESI_STATUS_INVALID,
		"di_luar_rentang");
	harness_speak_as(h, "ctl");
	assert_int_equal(harness_command(h, "federation", UTUSAN_ADMIN, (struct id) { { 0 } },
						 &schema_catat_cabang, &c, NULL)
						 .status,
		SESI_STATUS_DENIED);
	assert_int_equal(list(h, false).cabang_len, 1);
}

static void orphans_wait_for_a_person_who_decides_once(void **state)
{
	struct harness *h = *state;
	struct catat_cabang c = parted(1, 10, 14);
	struct putuskan_yatim decision = { STR(STREAM), 1, PUTUSAN_YATIM_DIMASUKKAN_ULANG };
	struct cabang_daftar_jawab a;

	utusan_tell(h, &schema_catat_cabang, &c);
	assert_int_equal(list(h, true).cabang_len, 1);
	utusan_refused(h, UTUSAN_READER, &schema_putuskan_yatim, &decision, SESI_STATUS_DENIED,
		"tanpa_hak");
	utusan_send(h, UTUSAN_ADMIN, &schema_putuskan_yatim, &decision);
	assert_int_equal(list(h, true).cabang_len, 0);
	a = list(h, false);
	assert_int_equal(a.cabang_len, 1);
	assert_int_equal(a.cabang[0].putusan, PUTUSAN_YATIM_DIMASUKKAN_ULANG);
	assert_true(id_equal(a.cabang[0].oleh, UTUSAN_ADMIN));
	assert_int_equal(a.cabang[0].cabang.yatim_sampai, 14);
	utusan_refused(h, UTUSAN_ADMIN, &schema_putuskan_yatim, &decision, SESI_STATUS_REJECTED,
		"sudah_diputus");
}

static void without_orphans_there_is_nothing_to_decide(void **state)
{
	struct harness *h = *state;
	struct catat_cabang c = parted(1, 10, 10);
	struct putuskan_yatim decision = { STR(STREAM), 1, PUTUSAN_YATIM_BATAL };

	utusan_refused(h, UTUSAN_ADMIN, &schema_putuskan_yatim, &decision, SESI_STATUS_NOT_FOUND,
		"cabang_tidak_dikenal");
	utusan_tell(h, &schema_catat_cabang, &c);
	assert_int_equal(list(h, true).cabang_len, 0);
	utusan_refused(h, UTUSAN_ADMIN, &schema_putuskan_yatim, &decision, SESI_STATUS_REJECTED,
		"tanpa_yatim");
}

static void many_branches_come_in_pages(void **state)
{
	struct harness *h = *state;
	struct cabang_daftar q = { .has_terbuka = false };
	struct cabang_daftar_jawab a;
	struct str go_on = { NULL, 0 };
	uint32_t seen = 0, pages = 0;

	for (uint32_t i = 1; i <= 170; i++) {
		struct catat_cabang c = parted(i, 10, 14);

		utusan_tell(h, &schema_catat_cabang, &c);
	}
	do {
		struct harness_reply r =
			harness_ask(h, "federation", UTUSAN_READER, &schema_cabang_daftar, &q, go_on, &a);

		assert_int_equal(r.status, SESI_STATUS_OK);
		for (uint32_t i = 0; i < a.cabang_len; i++)
			assert_int_equal(a.cabang[i].cabang.nomor, ++seen);
		go_on = r.go_on;
		pages++;
	} while (go_on.ptr != NULL);
	assert_int_equal(seen, 170);
	assert_int_equal(pages, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_UTUSAN(a_branch_is_noted_once),
		AT_UTUSAN(orphans_wait_for_a_person_who_decides_once),
		AT_UTUSAN(without_orphans_there_is_nothing_to_decide),
		AT_UTUSAN(many_branches_come_in_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
