/* ajukan_permohonan: what a lodging gets, and what is wrong with one. */
#include "lib/front.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "domain/lacak.h"
#include "runtime/ctx.h"

static const struct id NEW;

static struct harness_reply lodge(struct harness *h, struct id actor,
	const struct ajukan_permohonan *c, struct tanda_bukti *receipt)
{
	return harness_command(h, "intake", actor, NEW, &schema_ajukan_permohonan, c, receipt);
}

static void a_lodging_gets_the_next_number_of_its_unit_and_year(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct tanda_bukti receipt = front_lodge(h, &c);
	struct permohonan_diajukan event;

	assert_true(str_is(receipt.nomor, "001/PPID-KOMINFO/III/2026"));
	assert_true(id_equal(receipt.permohonan_id, c.permohonan_id));
	assert_int_equal(receipt.kode_lacak.len, 16);
	assert_true(harness_last_event(h, "intake", &schema_permohonan_diajukan, &event, NULL));
	assert_true(event.identitas_ada && event.email_ada && !event.dikuasakan);
	assert_true(event.lacak.bytes[0] == lacak_hash(c.permohonan_id, receipt.kode_lacak).bytes[0]);
	c = front_request(h);
	receipt = front_lodge(h, &c);
	assert_true(str_is(receipt.nomor, "002/PPID-KOMINFO/III/2026"));
	front_unit(h, "DISDIK");
	front_grant(h, FRONT_OFFICER, PERAN_PETUGAS_MEJA, "DISDIK");
	c = front_request(h);
	c.unit = str_of("DISDIK");
	assert_true(str_is(front_lodge(h, &c).nomor, "001/PPID-DISDIK/III/2026"));
}

static void no_person_stands_in_the_log(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	uint32_t count;

	front_lodge(h, &c);
	count = harness_events(h, "intake", NULL);
	for (uint32_t seq = 1; seq <= count; seq++) {
		struct record r;

		harness_record(h, "intake", seq, &r);
		assert_null(memmem(r.payload.ptr, r.payload.len, "Wahyuni", 7));
		assert_null(memmem(r.payload.ptr, r.payload.len, "3275", 4));
		assert_null(memmem(r.payload.ptr, r.payload.len, "Rencana", 7));
	}
}

static void the_same_lodging_again_has_the_same_receipt(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct id id = harness_new_id(h);
	struct tanda_bukti one, two;
	struct harness_reply r =
		harness_command(h, "intake", FRONT_OFFICER, id, &schema_ajukan_permohonan, &c, &one);

	assert_int_equal(r.status, SESI_STATUS_OK);
	harness_crash(h, "intake");
	harness_start(h, "intake");
	r = harness_command(h, "intake", FRONT_OFFICER, id, &schema_ajukan_permohonan, &c, &two);
	assert_int_equal(r.status, SESI_STATUS_DUP_OK);
	assert_true(str_equal(one.nomor, two.nomor) && str_equal(one.kode_lacak, two.kode_lacak));
	assert_int_equal(one.didaftar_pada, two.didaftar_pada);
	front_refused(lodge(h, FRONT_OFFICER, &c, &two), SESI_STATUS_REJECTED, "permohonan_id",
		"sudah_terdaftar");
}

static void the_contact_card_goes_to_notification(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct tanda_bukti receipt = front_lodge(h, &c);
	struct kartu_kontak card;

	assert_int_equal(harness_letters_sent(h, "notification", &schema_kartu_kontak), 1);
	assert_true(harness_letter_sent(h, "notification", &schema_kartu_kontak, 0, &card));
	assert_true(
		str_is(card.nama, "Sri Wahyuni Lestari") && str_is(card.email, "sri.wahyuni@contoh.id"));
	assert_true(str_equal(card.nomor, receipt.nomor) && card.versi == 1);
}

static void the_number_is_of_the_day_of_registration_not_of_reception(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct tanda_bukti receipt;

	c.has_diterima_pada = true;
	c.diterima_pada = civil_start_of(civil_to_days(2025, 12, 30));
	receipt = front_lodge(h, &c);
	assert_true(str_is(receipt.nomor, "001/PPID-KOMINFO/III/2026"));
	assert_int_equal(receipt.diterima_pada, c.diterima_pada);
	assert_int_equal(receipt.didaftar_pada, harness_now(h));
}

static void the_year_turns_at_midnight_in_wib(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	time_us year = civil_start_of(civil_to_days(2027, 1, 1));

	front_lodge(h, &c);
	harness_advance(h, year - harness_now(h) - US_PER_SECOND);
	c = front_request(h);
	assert_true(str_is(front_lodge(h, &c).nomor, "002/PPID-KOMINFO/XII/2026"));
	harness_advance(h, US_PER_SECOND);
	c = front_request(h);
	assert_true(str_is(front_lodge(h, &c).nomor, "001/PPID-KOMINFO/I/2027"));
}

static void the_pattern_is_a_setting_of_the_unit(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);

	front_rule(h, "pola_nomor_permohonan", FRONT_UNIT, "{tahun}/{bulan}-{nomor:4}");
	assert_true(str_is(front_lodge(h, &c).nomor, "2026/03-0001"));
}

static void what_is_wrong_is_named_and_takes_no_number(void **state)
{
	struct harness *h = *state;
	struct tanda_bukti receipt;
	struct ajukan_permohonan c;

#define REFUSED(status, field, rule) \
	front_refused(lodge(h, FRONT_OFFICER, &c, &receipt), status, field, rule)
	c = front_request(h);
	c.unit = str_of("TIDAKADA");
	front_refused(lodge(h, FRONT_OFFICER, &c, &receipt), SESI_STATUS_DENIED, "", "tanpa_hak");
	front_grant(h, FRONT_OFFICER, PERAN_PETUGAS_MEJA, "*");
	REFUSED(SESI_STATUS_NOT_FOUND, "unit", "unit_tidak_dikenal");
	c.unit = str_of("*");
	REFUSED(SESI_STATUS_NOT_FOUND, "unit", "unit_tidak_dikenal");
	c = front_request(h);
	c.has_diterima_pada = true;
	c.diterima_pada = harness_now(h) + 1;
	REFUSED(SESI_STATUS_INVALID, "diterima_pada", "di_masa_depan");
	c = front_request(h);
	c.pemohon.nik = str_of("3275014113900001");
	REFUSED(SESI_STATUS_INVALID, "nik", "tanggal_lahir_tidak_sah");
	c = front_request(h);
	c.pemohon.email = str_of("sri wahyuni");
	REFUSED(SESI_STATUS_INVALID, "email", "huruf_tidak_sah");
	c = front_request(h);
	c.pemohon.telepon = str_of("nomor lama");
	REFUSED(SESI_STATUS_INVALID, "telepon", "bukan_nomor_telepon");
	c = front_request(h);
	c.pemohon.nama = str_of("  ");
	REFUSED(SESI_STATUS_INVALID, "nama", "wajib_diisi");
	c = front_request(h);
	c.pemohon.nama = str_of("Sri\r\nBcc: x");
	REFUSED(SESI_STATUS_INVALID, "nama", "huruf_tidak_sah");
	c = front_request(h);
	c.rincian = str_of(" ");
	REFUSED(SESI_STATUS_INVALID, "rincian", "wajib_diisi");
	c = front_request(h);
	c.has_surat_kuasa = true;
	c.surat_kuasa = str_of("12/SK/2026");
	REFUSED(SESI_STATUS_INVALID, "kuasa", "wajib_diisi");
	c.has_kuasa = true;
	c.kuasa = c.pemohon;
	c.kuasa.nik = str_of("1");
	REFUSED(SESI_STATUS_INVALID, "kuasa.nik", "harus_16_angka");
	c = front_request(h);
	c.pemohon.has_email = false;
	REFUSED(SESI_STATUS_INVALID, "email", "wajib_untuk_kanal");
	c = front_request(h);
	c.kanal = KANAL_DATANG_LANGSUNG;
	c.pemohon.has_email = false;
	REFUSED(SESI_STATUS_INVALID, "email", "wajib_untuk_salinan");
	c = front_request(h);
	c.cara = CARA_MEMPEROLEH_MELIHAT;
	REFUSED(SESI_STATUS_INVALID, "salinan", "bukan_permintaan_salinan");
	c = front_request(h);
	c.has_pokok = true;
	c.pokok = str_of("Sri Wahyuni");
	REFUSED(SESI_STATUS_INVALID, "pokok", "bukan_kode");
	c = front_request(h);
	c.permohonan_id = NEW;
	REFUSED(SESI_STATUS_INVALID, "permohonan_id", "wajib_diisi");
#undef REFUSED
	assert_int_equal(harness_events(h, "intake", NULL), 0);
	c = front_request(h);
	assert_true(str_is(front_lodge(h, &c).nomor, "001/PPID-KOMINFO/III/2026"));
}

static void what_is_only_missing_is_recorded(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct permohonan_diajukan event;

	c.pemohon.has_nik = false;
	c.tujuan = str_of("");
	c.has_kuasa = true;
	c.kuasa = (struct orang) { .nama = STR("Dewi Anggraini"),
		.alamat = STR(""),
		.has_email = true,
		.email = STR("dewi@contoh.id") };
	front_lodge(h, &c);
	assert_true(harness_last_event(h, "intake", &schema_permohonan_diajukan, &event, NULL));
	assert_false(event.identitas_ada);
	assert_true(event.dikuasakan && !event.surat_kuasa_ada);
	assert_true(event.has_tujuan_ada && !event.tujuan_ada);
}

static void a_citizen_lodges_by_the_website_alone(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct tanda_bukti receipt;

	front_refused(lodge(h, ACTOR_WARGA, &c, &receipt), SESI_STATUS_DENIED, "kanal",
		"hanya_petugas");
	c.kanal = KANAL_WEBSITE;
	assert_int_equal(lodge(h, ACTOR_WARGA, &c, &receipt).status, SESI_STATUS_OK);
	c = front_request(h);
	c.kanal = KANAL_WEBSITE;
	c.has_diterima_pada = true;
	c.diterima_pada = harness_now(h) - US_PER_DAY;
	front_refused(lodge(h, ACTOR_WARGA, &c, &receipt), SESI_STATUS_INVALID, "diterima_pada",
		"hanya_petugas");
}

static void without_a_grant_in_the_unit_nothing_is_recorded(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct tanda_bukti receipt;

	front_refused(lodge(h, FRONT_STRANGER, &c, &receipt), SESI_STATUS_DENIED, "", "tanpa_hak");
	front_grant(h, FRONT_STRANGER, PERAN_PEMBACA, FRONT_UNIT);
	front_refused(lodge(h, FRONT_STRANGER, &c, &receipt), SESI_STATUS_DENIED, "", "tanpa_hak");
	assert_int_equal(harness_events(h, "intake", NULL), 0);
}

static void a_subject_is_of_the_units_list_where_it_has_one(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct tetapkan_ringkasan_publik r = { .ringkasan = STR("Anggaran sekolah."),
		.has_pokok = true };

	c.has_pokok = true;
	c.pokok = str_of("anggaran");
	front_lodge(h, &c);
	front_rule(h, "daftar_pokok", FRONT_UNIT, "tata-ruang, pengadaan");
	r.permohonan_id = c.permohonan_id;
	c = front_request(h);
	c.has_pokok = true;
	c.pokok = str_of("anggaran");
	front_refused(
		harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_ajukan_permohonan, &c, NULL),
		SESI_STATUS_INVALID, "pokok", "tidak_dalam_daftar");
	r.pokok = str_of("anggaran");
	front_refused(harness_command(h, "intake", FRONT_OFFICER, NEW,
					  &schema_tetapkan_ringkasan_publik, &r, NULL),
		SESI_STATUS_INVALID, "pokok", "tidak_dalam_daftar");
	c.pokok = str_of("pengadaan");
	front_lodge(h, &c);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, front_begin, front_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_lodging_gets_the_next_number_of_its_unit_and_year),
		TEST(no_person_stands_in_the_log),
		TEST(the_same_lodging_again_has_the_same_receipt),
		TEST(the_contact_card_goes_to_notification),
		TEST(the_number_is_of_the_day_of_registration_not_of_reception),
		TEST(the_year_turns_at_midnight_in_wib),
		TEST(the_pattern_is_a_setting_of_the_unit),
		TEST(what_is_wrong_is_named_and_takes_no_number),
		TEST(what_is_only_missing_is_recorded),
		TEST(a_citizen_lodges_by_the_website_alone),
		TEST(without_a_grant_in_the_unit_nothing_is_recorded),
		TEST(a_subject_is_of_the_units_list_where_it_has_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
