/* intake through the real runtime: each command, letter and question. */
#include "lib/front.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "domain/lacak.h"
#include "intake/intake.h"
#include "intake/isi.h"
#include "intake/register.h"
#include "runtime/ctx.h"

static const struct harness_service services[] = { { &intake_service, NULL } };
static const struct id NEW;
static const struct str START = { NULL, 0 };

static int begin(void **state)
{
	struct harness *h = harness_open(ROWS(services), 0);

	front_policy(h);
	*state = h;
	return 0;
}

static int end(void **state)
{
	struct harness *h = *state;

	harness_verify(h);
	harness_close(&h);
	return 0;
}

static struct harness_reply lodge(struct harness *h, struct id actor,
	const struct ajukan_permohonan *c, struct tanda_bukti *receipt)
{
	return harness_command(h, "intake", actor, NEW, &schema_ajukan_permohonan, c, receipt);
}

static struct register_lihat seen(struct harness *h, struct id actor, struct id permohonan)
{
	struct lihat_permohonan q = { .permohonan_id = permohonan };
	struct register_lihat row;
	struct harness_reply r =
		harness_ask(h, "intake", actor, &schema_lihat_permohonan, &q, START, &row);

	assert_int_equal(r.status, SESI_STATUS_OK);
	return row;
}

/* --- ajukan_permohonan --- */

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

/* --- kirim_kelengkapan, kirim_pencabutan --- */

static void material_completes_a_request_and_is_kept_as_it_came(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct kirim_kelengkapan k = { 0 };
	struct kelengkapan_diterima event;
	struct isi_permohonan isi;
	struct isi_susulan came;
	struct intake_kunci key;
	struct kartu_kontak card;

	c.pemohon.has_nik = false;
	front_lodge(h, &c);
	k = (struct kirim_kelengkapan) { .permohonan_id = c.permohonan_id,
		.has_pemohon = true,
		.pemohon = c.pemohon };
	k.pemohon.has_nik = true;
	k.pemohon.email = str_of("sri.baru@contoh.id");
	assert_int_equal(
		harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_kirim_kelengkapan, &k, NULL)
			.status,
		SESI_STATUS_OK);
	assert_true(harness_last_event(h, "intake", &schema_kelengkapan_diterima, &event, NULL));
	assert_true(event.identitas_ada && event.versi == 2);
	key = intake_kunci_perkara(&c.permohonan_id);
	assert_true(harness_row(h, "intake", &isi_table, intake_kunci_str(&key), &isi));
	assert_true(str_is(isi.pemohon.email, "sri.baru@contoh.id"));
	key = intake_kunci_susulan(c.permohonan_id, 'k', 2);
	assert_true(harness_row(h, "intake", &isi_susulan_table, intake_kunci_str(&key), &came));
	assert_true(came.has_pemohon);
	assert_true(harness_letter_sent(h, "notification", &schema_kartu_kontak, 1, &card));
	assert_true(card.versi == 2 && str_is(card.email, "sri.baru@contoh.id"));
	k = (struct kirim_kelengkapan) { .permohonan_id = c.permohonan_id };
	front_refused(
		harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_kirim_kelengkapan, &k, NULL),
		SESI_STATUS_INVALID, "lampiran", "wajib_diisi");
}

static void a_citizen_needs_the_tracking_code(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct tanda_bukti receipt = front_lodge(h, &c);
	struct kirim_pencabutan p = { .permohonan_id = c.permohonan_id };
	struct pencabutan_diterima event;

	front_refused(
		harness_command(h, "intake", ACTOR_WARGA, NEW, &schema_kirim_pencabutan, &p, NULL),
		SESI_STATUS_INVALID, "kode_lacak", "wajib_diisi");
	p.has_kode_lacak = true;
	p.kode_lacak = str_of("0000000000000000");
	front_refused(
		harness_command(h, "intake", ACTOR_WARGA, NEW, &schema_kirim_pencabutan, &p, NULL),
		SESI_STATUS_DENIED, "kode_lacak", "tidak_cocok");
	p.permohonan_id = harness_new_id(h);
	front_refused(
		harness_command(h, "intake", ACTOR_WARGA, NEW, &schema_kirim_pencabutan, &p, NULL),
		SESI_STATUS_DENIED, "kode_lacak", "tidak_cocok");
	p.permohonan_id = c.permohonan_id;
	p.kode_lacak = receipt.kode_lacak;
	assert_int_equal(
		harness_command(h, "intake", ACTOR_WARGA, NEW, &schema_kirim_pencabutan, &p, NULL).status,
		SESI_STATUS_OK);
	assert_true(harness_last_event(h, "intake", &schema_pencabutan_diterima, &event, NULL));
	assert_int_equal(event.diterima_pada, harness_now(h));
}

static void a_withdrawal_is_recorded_whatever_became_of_the_case(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct kirim_pencabutan p = { .permohonan_id = c.permohonan_id,
		.has_catatan = true,
		.catatan = STR("lewat telepon") };
	struct perkara_gugur lapsed = { .permohonan_id = c.permohonan_id, .unit = STR(FRONT_UNIT) };
	struct pencabutan_diterima event;

	front_lodge(h, &c);
	harness_publish(h, "workflow", &schema_perkara_gugur, str_of("k"), &lapsed);
	for (uint32_t n = 1; n <= 2; n++) {
		assert_int_equal(
			harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_kirim_pencabutan, &p, NULL)
				.status,
			SESI_STATUS_OK);
		assert_true(harness_last_event(h, "intake", &schema_pencabutan_diterima, &event, NULL));
		assert_int_equal(event.urutan, n);
	}
	p.has_diterima_pada = true;
	p.diterima_pada = harness_now(h) - US_PER_DAY;
	front_refused(
		harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_kirim_pencabutan, &p, NULL),
		SESI_STATUS_INVALID, "diterima_pada", "sebelum_permohonan");
}

/* --- tetapkan_ringkasan_publik, ungkap_identitas --- */

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
	assert_true(str_is(seen(h, FRONT_OFFICER, c.permohonan_id).ringkasan,
		"Rencana anggaran dinas tahun 2025"));
	assert_true(str_is(seen(h, FRONT_OFFICER, c.permohonan_id).pokok, "anggaran"));
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

/* --- letters --- */

static struct isi_pemberitahuan decision_letter(struct id id)
{
	return (struct isi_pemberitahuan) {
		.permohonan_id = id,
		.versi = 1,
		.unit = STR(FRONT_UNIT),
		.jenis = JENIS_PEMBERITAHUAN_KEPUTUSAN,
		.has_keputusan = true,
		.keputusan = KEPUTUSAN_DITOLAK,
		.has_isi = true,
		.isi = STR("Rahasia dagang"),
		.has_cara_bayar = true,
		.cara_bayar = STR("transfer"),
		.pada = 1,
	};
}

static void the_wording_of_a_decision_completes_the_register(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct isi_pemberitahuan letter = decision_letter(c.permohonan_id);
	uint32_t pasal[] = { PASAL17_B };
	struct perkara_diputus decided = { .permohonan_id = c.permohonan_id,
		.unit = STR(FRONT_UNIT),
		.keputusan = KEPUTUSAN_DITOLAK,
		.pasal = pasal,
		.pasal_len = 1,
		.has_biaya = true,
		.biaya = 12000 };
	struct register_lihat row;

	front_lodge(h, &c);
	decided.diputus_pada = harness_now(h);
	assert_int_equal(
		harness_letter(h, "workflow", "intake", NEW, &schema_isi_pemberitahuan, &letter).count, 0);
	harness_publish(h, "workflow", &schema_perkara_diputus, str_of("k"), &decided);
	row = seen(h, FRONT_OFFICER, c.permohonan_id);
	assert_int_equal(row.keputusan, KEPUTUSAN_DITOLAK);
	assert_true(str_is(row.alasan, "Rahasia dagang") && str_is(row.cara_bayar, "transfer"));
	assert_int_equal(row.biaya, 12000);
	assert_int_equal(row.diberitahukan, civil_date_of(harness_now(h)));
	assert_true(row.has_dikuasai && row.dikuasai && row.pasal_len == 1);
	/* The same notice in another letter is done already. */
	letter.isi = str_of("lain");
	assert_int_equal(
		harness_letter(h, "workflow", "intake", NEW, &schema_isi_pemberitahuan, &letter).count, 0);
	assert_true(str_is(seen(h, FRONT_OFFICER, c.permohonan_id).alasan, "Rahasia dagang"));
	assert_int_equal(harness_events(h, "intake", &schema_register_dilengkapi), 1);
}

/* Found by the simulator: letters may overtake each other, and none of them may get lost by it. */
static void a_notice_that_comes_after_a_later_one_is_taken_too(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct isi_pemberitahuan decision = decision_letter(c.permohonan_id);
	struct isi_pemberitahuan delivery = decision;

	front_lodge(h, &c);
	delivery.versi = decision.versi + 1;
	delivery.jenis = JENIS_PEMBERITAHUAN_PENYERAHAN;
	assert_int_equal(
		harness_letter(h, "workflow", "intake", NEW, &schema_isi_pemberitahuan, &delivery).count,
		0);
	assert_int_equal(
		harness_letter(h, "workflow", "intake", NEW, &schema_isi_pemberitahuan, &decision).count,
		0);
	assert_int_equal(harness_events(h, "intake", &schema_register_dilengkapi), 2);
	assert_true(str_is(seen(h, FRONT_OFFICER, c.permohonan_id).alasan, "Rahasia dagang"));
}

static void a_letter_about_an_unknown_case_waits_for_a_person(void **state)
{
	struct harness *h = *state;
	struct isi_pemberitahuan letter = decision_letter((struct id) { { 9 } });

	assert_int_equal(
		harness_letter(h, "workflow", "intake", NEW, &schema_isi_pemberitahuan, &letter).count, 1);
	assert_int_equal(harness_events(h, "intake", &schema_masukan_ditolak), 1);
}

static void a_card_that_is_asked_for_is_sent_again(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct minta_kartu letter = { .permohonan_id = c.permohonan_id };
	struct kartu_kontak card;

	front_lodge(h, &c);
	harness_letter(h, "notification", "intake", NEW, &schema_minta_kartu, &letter);
	assert_true(harness_letter_sent(h, "notification", &schema_kartu_kontak, 1, &card));
	assert_true(card.versi == 1 && str_is(card.nama, "Sri Wahyuni Lestari"));
	assert_int_equal(harness_events(h, "intake", &schema_kartu_dikirim), 1);
}

/* --- questions --- */

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
	row = seen(h, FRONT_OFFICER, c.permohonan_id);
	assert_true(str_is(row.pemohon.identitas_lain, "Paspor A*****67"));
	assert_true(str_is(row.pemohon.nama, "Sri Wahyuni Lestari"));
	assert_true(str_is(row.pemohon.nik, "3275********0001"));
	assert_true(str_is(row.pemohon.npwp, "3275********0001"));
	assert_true(str_is(row.rincian, "Rencana kerja dan anggaran tahun 2025"));
	front_grant(h, reader, PERAN_PEMBACA, FRONT_UNIT);
	row = seen(h, reader, c.permohonan_id);
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
	row = seen(h, FRONT_OFFICER, c.permohonan_id);
	assert_true(str_is(row.pemohon.identitas_lain, "AHU-0012345.AH.01.07"));
	assert_true(str_is(row.kuasa.identitas_lain, "SIM ****-****-****23"));
}

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

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

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
		TEST(material_completes_a_request_and_is_kept_as_it_came),
		TEST(a_citizen_needs_the_tracking_code),
		TEST(a_withdrawal_is_recorded_whatever_became_of_the_case),
		TEST(the_public_sentence_names_nobody),
		TEST(an_identity_is_revealed_by_a_command_that_is_recorded),
		TEST(who_lost_the_right_is_shown_nothing_again),
		TEST(the_wording_of_a_decision_completes_the_register),
		TEST(a_notice_that_comes_after_a_later_one_is_taken_too),
		TEST(a_letter_about_an_unknown_case_waits_for_a_person),
		TEST(a_card_that_is_asked_for_is_sent_again),
		TEST(a_row_shows_persons_only_to_whoever_may_see_them),
		TEST(the_number_of_a_deed_is_shown_and_that_of_its_proxy_is_not),
		TEST(the_register_is_read_page_by_page_in_order),
		TEST(requesters_are_found_by_name_nik_and_contact),
		TEST(a_subject_is_of_the_units_list_where_it_has_one),
		TEST(a_request_is_found_by_its_number_in_every_unit_that_may_be_seen),
		TEST(a_search_sees_its_unit_alone_and_goes_on_where_it_stopped),
		TEST(names_are_told_for_a_list_within_the_reach_of_the_grant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
