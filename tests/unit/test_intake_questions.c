/* Questions to intake: the register, searches by person and by number, names for a list. */
#include "lib/front.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct id NEW;
static const struct str START = { NULL, 0 };

static void the_register_is_read_page_by_page_in_order(void **state)
{
	struct harness *h = *state;
	struct register_daftar q = { .unit = STR(FRONT_UNIT), .tahun = 2026 };
	struct register_daftar_jawab a;
	struct str go_on = START;
	uint32_t seen_rows = 0, pages = 0;
	char *words = arena_take(harness_arena(h), 7000);

	memset(words, 'a', 7000);
	for (int i = 0; i < 40; i++) {
		struct ajukan_permohonan c = front_request(h);

		c.rincian = str_bytes(words, 7000);
		front_lodge(h, &c);
	}
	do {
		struct harness_reply r =
			harness_ask(h, "intake", FRONT_OFFICER, &schema_register_daftar, &q, go_on, &a);

		assert_int_equal(r.status, SESI_STATUS_OK);
		for (uint32_t i = 0; i < a.baris_len; i++) {
			char nomor[64];

			snprintf(nomor, sizeof nomor, "%03u/PPID-KOMINFO/III/2026", ++seen_rows);
			assert_true(str_is(a.baris[i].nomor, nomor));
		}
		go_on = r.go_on;
		pages++;
	} while (go_on.ptr != NULL && pages < 100);
	assert_int_equal(seen_rows, 40);
	assert_true(pages > 4);
	q.tahun = 2025;
	harness_ask(h, "intake", FRONT_OFFICER, &schema_register_daftar, &q, START, &a);
	assert_int_equal(a.baris_len, 0);
}

static void requesters_are_found_by_name_nik_and_contact(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct cari_pemohon_jawab a;
	struct cari_pemohon q[] = {
		{ .unit = STR(FRONT_UNIT), .has_nama = true, .nama = STR("lestari SRI") },
		{ .unit = STR(FRONT_UNIT), .has_nik = true, .nik = STR("3275014107900001") },
		{ .unit = STR(FRONT_UNIT), .has_kontak = true, .kontak = STR("Sri.Wahyuni@contoh.id") },
		{ .unit = STR(FRONT_UNIT), .has_kontak = true, .kontak = STR("0812-3456-7890") },
		{ .unit = STR(FRONT_UNIT), .has_kontak = true, .kontak = STR("+62 (812) 34567890") },
		{ .unit = STR(FRONT_UNIT), .has_kontak = true, .kontak = STR("6281234567890") },
	};

	front_lodge(h, &c);
	for (size_t i = 0; i < sizeof q / sizeof q[0]; i++) {
		harness_ask(h, "intake", FRONT_OFFICER, &schema_cari_pemohon, &q[i], START, &a);
		assert_int_equal(a.baris_len, 1);
		assert_true(id_equal(a.baris[0].permohonan_id, c.permohonan_id));
	}
	q[0].nama = str_of("Lestari Budi");
	harness_ask(h, "intake", FRONT_OFFICER, &schema_cari_pemohon, &q[0], START, &a);
	assert_int_equal(a.baris_len, 0);
	q[0].has_nik = true;
	q[0].nik = str_of("1");
	front_refused(harness_ask(h, "intake", FRONT_OFFICER, &schema_cari_pemohon, &q[0], START, &a),
		SESI_STATUS_INVALID, "nama", "pilih_satu");
	front_refused(harness_ask(h, "intake", FRONT_STRANGER, &schema_cari_pemohon, &q[1], START, &a),
		SESI_STATUS_DENIED, "", "tanpa_hak");
}

/* Two units have requesters of one name, the other one more of them than a question may look at. */
static void a_search_sees_its_unit_alone_and_goes_on_where_it_stopped(void **state)
{
	enum { OTHERS = 1100, PAGE = 200 };
	struct harness *h = *state;
	struct cari_pemohon q = { .unit = STR("DISDIK"), .has_nama = true, .nama = STR("lestari") };
	struct cari_pemohon_jawab a;
	struct ajukan_permohonan d;
	static const struct id both = { { 0x63 } };
	struct str go_on = START;
	struct id last = { { 0 } };
	uint32_t n = 0;

	front_unit(h, "DISDIK");
	front_grant(h, both, PERAN_PETUGAS_MEJA, "*");
	for (int i = 0; i < OTHERS; i++) {
		struct ajukan_permohonan c = front_request(h);

		harness_begin(h, "intake", both, NEW, &schema_ajukan_permohonan, &c);
		if (i % 500 == 0)
			harness_run(h);
	}
	harness_run(h);
	d = front_request(h);
	d.unit = str_of("DISDIK");
	harness_command(h, "intake", both, NEW, &schema_ajukan_permohonan, &d, NULL);
	harness_ask(h, "intake", both, &schema_cari_pemohon, &q, START, &a);
	assert_int_equal(a.baris_len, 1);
	assert_true(id_equal(a.baris[0].permohonan_id, d.permohonan_id));
	q.unit = str_of(FRONT_UNIT);
	do {
		go_on = harness_ask(h, "intake", both, &schema_cari_pemohon, &q, go_on, &a).go_on;
		assert_true(a.baris_len <= PAGE);
		for (uint32_t i = 0; i < a.baris_len; i++, n++) {
			assert_true(memcmp(a.baris[i].permohonan_id.bytes, last.bytes, sizeof last.bytes) > 0);
			last = a.baris[i].permohonan_id;
		}
	} while (go_on.ptr != NULL);
	assert_int_equal(n, OTHERS);
}

/* Two units whose pattern does not name the unit give the same numbers. */
static void a_request_is_found_by_its_number_in_every_unit_that_may_be_seen(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h), d = front_request(h);
	static const struct id both = { { 0x64 } };
	struct cari_nomor_jawab a;
	struct tanda_bukti other;
	struct cari_nomor q;

	front_unit(h, "DISDIK");
	front_grant(h, both, PERAN_PETUGAS_MEJA, "*");
	front_rule(h, "pola_nomor_permohonan", "*", "{nomor}/{tahun}");
	q.nomor = front_lodge(h, &c).nomor;
	d.unit = str_of("DISDIK");
	harness_command(h, "intake", both, NEW, &schema_ajukan_permohonan, &d, &other);
	assert_true(str_equal(other.nomor, q.nomor));
	harness_ask(h, "intake", FRONT_OFFICER, &schema_cari_nomor, &q, START, &a);
	assert_int_equal(a.baris_len, 1);
	assert_true(id_equal(a.baris[0].permohonan_id, c.permohonan_id));
	assert_true(str_is(a.baris[0].unit, FRONT_UNIT));
	harness_ask(h, "intake", both, &schema_cari_nomor, &q, START, &a);
	assert_int_equal(a.baris_len, 2);
	q.nomor.len--; /* the whole number, not its beginning */
	harness_ask(h, "intake", both, &schema_cari_nomor, &q, START, &a);
	assert_int_equal(a.baris_len, 0);
}

static void names_are_told_for_a_list_within_the_reach_of_the_grant(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h), d = front_request(h);
	struct id ids[3] = { c.permohonan_id, d.permohonan_id, { { 3 } } };
	struct nama_pemohon q = { .permohonan_id = ids, .permohonan_id_len = 3 };
	struct nama_pemohon_jawab a;
	static const struct id both = { { 0x62 } };

	front_unit(h, "DISDIK");
	front_grant(h, both, PERAN_PETUGAS_MEJA, "*");
	d.unit = str_of("DISDIK");
	front_lodge(h, &c);
	harness_command(h, "intake", both, NEW, &schema_ajukan_permohonan, &d, NULL);
	harness_ask(h, "intake", FRONT_OFFICER, &schema_nama_pemohon, &q, START, &a);
	assert_int_equal(a.baris_len, 1);
	assert_true(id_equal(a.baris[0].permohonan_id, c.permohonan_id));
	harness_ask(h, "intake", both, &schema_nama_pemohon, &q, START, &a);
	assert_int_equal(a.baris_len, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, front_begin, front_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_register_is_read_page_by_page_in_order),
		TEST(requesters_are_found_by_name_nik_and_contact),
		TEST(a_request_is_found_by_its_number_in_every_unit_that_may_be_seen),
		TEST(a_search_sees_its_unit_alone_and_goes_on_where_it_stopped),
		TEST(names_are_told_for_a_list_within_the_reach_of_the_grant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
