/* Who sees a person: masks, ungkap_identitas, and the public sentence that names nobody. */
#include "lib/front.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct id NEW;
static const struct str START = { NULL, 0 };

static void the_public_sentence_names_nobody(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct tetapkan_ringkasan_publik r = { .permohonan_id = c.permohonan_id };
	static const char *const personal[] = { "Permintaan sri wahyuni lestari",
		"NIK 3275014107900001", "Jawab ke sri.wahyuni@contoh.id" };

	front_lodge(h, &c);
	for (size_t i = 0; i < 3; i++) {
		r.ringkasan = str_of(personal[i]);
		front_refused(harness_command(h, "intake", FRONT_OFFICER, NEW,
						  &schema_tetapkan_ringkasan_publik, &r, NULL),
			SESI_STATUS_INVALID, "ringkasan", "memuat_data_pribadi");
	}
	r.ringkasan = str_of("Rencana anggaran dinas tahun 2025");
	r.has_pokok = true;
	r.pokok = str_of("anggaran");
	assert_int_equal(harness_command(h, "intake", FRONT_OFFICER, NEW,
						 &schema_tetapkan_ringkasan_publik, &r, NULL)
						 .status,
		SESI_STATUS_OK);
	assert_true(str_is(front_seen(h, FRONT_OFFICER, c.permohonan_id).ringkasan,
		"Rencana anggaran dinas tahun 2025"));
	assert_true(str_is(front_seen(h, FRONT_OFFICER, c.permohonan_id).pokok, "anggaran"));
}

static void an_identity_is_revealed_by_a_command_that_is_recorded(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct ungkap_identitas u = { .permohonan_id = c.permohonan_id, .alasan = STR("ingin tahu") };
	struct identitas_diungkap event;
	struct isi_permohonan isi;
	struct id id = harness_new_id(h);

	front_lodge(h, &c);
	front_refused(
		harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_ungkap_identitas, &u, &isi),
		SESI_STATUS_INVALID, "alasan", "bukan_pilihan");
	u.alasan = str_of("verifikasi");
	for (int time = 0; time < 2;
		 time++) { /* the second is a repetition: shown again, recorded once */
		memset(&isi, 0, sizeof isi);
		harness_command(h, "intake", FRONT_OFFICER, id, &schema_ungkap_identitas, &u, &isi);
		assert_true(str_is(isi.pemohon.nik, "3275014107900001"));
		assert_int_equal(isi.kode_lacak.len, 0);
	}
	assert_int_equal(harness_events(h, "intake", &schema_identitas_diungkap), 1);
	assert_true(harness_last_event(h, "intake", &schema_identitas_diungkap, &event, NULL));
	assert_true(str_is(event.alasan, "verifikasi"));
}

static void who_lost_the_right_is_shown_nothing_again(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct ungkap_identitas u = { .permohonan_id = c.permohonan_id, .alasan = STR("verifikasi") };
	struct id lodged = harness_new_id(h);
	struct id revealed = harness_new_id(h);
	struct harness_reply r;
	struct isi_permohonan isi;
	struct tanda_bukti receipt;

	r = harness_command(h, "intake", FRONT_OFFICER, lodged, &schema_ajukan_permohonan, &c,
		&receipt);
	assert_int_equal(r.status, SESI_STATUS_OK);
	assert_int_equal(receipt.kode_lacak.len, 16);
	r = harness_command(h, "intake", FRONT_OFFICER, revealed, &schema_ungkap_identitas, &u, &isi);
	assert_int_equal(r.status, SESI_STATUS_OK);
	front_revoke(h, FRONT_OFFICER, PERAN_PETUGAS_MEJA, FRONT_UNIT);
	front_refused(
		harness_command(h, "intake", FRONT_OFFICER, revealed, &schema_ungkap_identitas, &u, NULL),
		SESI_STATUS_DENIED, "", "tanpa_hak");
	r = harness_command(h, "intake", FRONT_OFFICER, lodged, &schema_ajukan_permohonan, &c,
		&receipt);
	assert_int_equal(r.status, SESI_STATUS_DUP_OK);
	assert_int_equal(receipt.kode_lacak.len, 0);
}

static void a_row_shows_persons_only_to_whoever_may_see_them(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct lihat_permohonan q = { .permohonan_id = c.permohonan_id };
	struct register_lihat row;
	static const struct id reader = { { 0x61 } };

	c.pemohon.has_npwp = true; /* of a person it is his NIK */
	c.pemohon.npwp = c.pemohon.nik;
	c.pemohon.has_identitas_lain = true;
	c.pemohon.identitas_lain = str_of("Paspor A1234567");
	front_lodge(h, &c);
	row = front_seen(h, FRONT_OFFICER, c.permohonan_id);
	assert_true(str_is(row.pemohon.identitas_lain, "Paspor A*****67"));
	assert_true(str_is(row.pemohon.nama, "Sri Wahyuni Lestari"));
	assert_true(str_is(row.pemohon.nik, "3275********0001"));
	assert_true(str_is(row.pemohon.npwp, "3275********0001"));
	assert_true(str_is(row.rincian, "Rencana kerja dan anggaran tahun 2025"));
	front_grant(h, reader, PERAN_PEMBACA, FRONT_UNIT);
	row = front_seen(h, reader, c.permohonan_id);
	assert_false(row.has_pemohon || row.has_rincian || row.has_alasan);
	front_refused(
		harness_ask(h, "intake", FRONT_STRANGER, &schema_lihat_permohonan, &q, START, &row),
		SESI_STATUS_DENIED, "", "tanpa_hak");
	q.permohonan_id = NEW;
	front_refused(
		harness_ask(h, "intake", FRONT_OFFICER, &schema_lihat_permohonan, &q, START, &row),
		SESI_STATUS_NOT_FOUND, "permohonan_id", "tidak_terdaftar");
}

static void the_number_of_a_deed_is_shown_and_that_of_its_proxy_is_not(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct register_lihat row;

	c.jenis = JENIS_PEMOHON_BADAN_HUKUM;
	c.pemohon.has_identitas_lain = true;
	c.pemohon.identitas_lain = str_of("AHU-0012345.AH.01.07");
	c.has_kuasa = true;
	c.kuasa = c.pemohon;
	c.kuasa.identitas_lain = str_of("SIM 9203-1234-000123");
	front_lodge(h, &c);
	row = front_seen(h, FRONT_OFFICER, c.permohonan_id);
	assert_true(str_is(row.pemohon.identitas_lain, "AHU-0012345.AH.01.07"));
	assert_true(str_is(row.kuasa.identitas_lain, "SIM ****-****-****23"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, front_begin, front_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_public_sentence_names_nobody),
		TEST(an_identity_is_revealed_by_a_command_that_is_recorded),
		TEST(who_lost_the_right_is_shown_nothing_again),
		TEST(a_row_shows_persons_only_to_whoever_may_see_them),
		TEST(the_number_of_a_deed_is_shown_and_that_of_its_proxy_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
