/* Old registers at intake, and the counter across them and across a loss. */
#include "lib/front.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "intake/intake.h"
#include "intake/isi.h"
#include "runtime/ctx.h"
#include "store/kv_memory.h"

static const struct id NEW;
static const struct str START = { NULL, 0 };

static struct harness_reply import(struct harness *h, const struct catat_register_lama *c,
	struct tanda_bukti *receipt)
{
	return harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_catat_register_lama, c,
		receipt);
}

static void imported(struct harness *h, const char *nomor, uint32_t tahun, const char *seri)
{
	struct catat_register_lama c = front_old_row(nomor);
	struct tanda_bukti receipt;

	c.tahun = tahun;
	c.seri = str_of(seri);
	assert_int_equal(import(h, &c, &receipt).status, SESI_STATUS_OK);
}

static void a_row_is_taken_over_as_it_was_and_nothing_is_sent(void **state)
{
	struct harness *h = *state;
	struct catat_register_lama c = front_old_row("7/PPID-KOMINFO/VIII/2021");
	struct permohonan_lama_dicatat event;
	struct lihat_permohonan q;
	struct tanda_bukti receipt;
	struct register_lihat row;

	c.has_cara_bayar = true;
	c.cara_bayar = str_of("tunai");
	assert_int_equal(import(h, &c, &receipt).status, SESI_STATUS_OK);
	assert_true(str_is(receipt.nomor, "7/PPID-KOMINFO/VIII/2021"));
	assert_int_equal(receipt.kode_lacak.len, 0);
	assert_int_equal(receipt.diterima_pada, civil_start_of(civil_to_days(2021, 8, 2)));
	assert_true(harness_last_event(h, "intake", &schema_permohonan_lama_dicatat, &event, NULL));
	assert_true(event.has_urut && event.urut == 7);
	assert_int_equal(harness_letters_sent(h, "notification", &schema_kartu_kontak), 0);
	q.permohonan_id = receipt.permohonan_id;
	harness_ask(h, "intake", FRONT_OFFICER, &schema_lihat_permohonan, &q, START, &row);
	assert_true(row.lama && row.keputusan == KEPUTUSAN_DIKABULKAN);
	assert_int_equal(row.diserahkan, civil_to_days(2021, 8, 10));
	assert_true(str_is(row.cara_bayar, "tunai") && str_is(row.pemohon.nama, "Bagus Prakoso"));
}

static void the_same_row_again_is_answered_for_ever_and_changes_nothing(void **state)
{
	struct harness *h = *state;
	struct catat_register_lama c = front_old_row("7/PPID-KOMINFO/VIII/2021");
	struct tanda_bukti one, two;
	struct harness_reply r;

	import(h, &c, &one);
	r = import(h, &c, &two);
	assert_int_equal(r.status, SESI_STATUS_DUP_OK);
	assert_true(id_equal(one.permohonan_id, two.permohonan_id));
	harness_advance(h, 400 * US_PER_DAY); /* the marks are long gone */
	r = import(h, &c, &two);
	assert_int_equal(r.status, SESI_STATUS_DUP_OK);
	assert_true(id_equal(one.permohonan_id, two.permohonan_id));
	assert_int_equal(one.didaftar_pada, two.didaftar_pada);
	assert_int_equal(harness_events(h, "intake", NULL), 1);
}

static void another_row_under_the_same_number_is_refused(void **state)
{
	struct harness *h = *state;
	struct catat_register_lama c = front_old_row("7/PPID-KOMINFO/VIII/2021");
	struct tanda_bukti receipt;

	import(h, &c, &receipt);
	c.pemohon.nama = str_of("Orang Lain");
	front_refused(import(h, &c, &receipt), SESI_STATUS_REJECTED, "nomor", "nomor_sudah_ada");
	c = front_old_row("7/PPID-KOMINFO/VIII/2021");
	c.hasil.keputusan = KEPUTUSAN_DITOLAK;
	front_refused(import(h, &c, &receipt), SESI_STATUS_REJECTED, "nomor", "nomor_sudah_ada");
	c = front_old_row("7/PPID-KOMINFO/VIII/2021");
	c.has_badan_lain = true;
	c.badan_lain = str_of("Dinas lain");
	front_refused(import(h, &c, &receipt), SESI_STATUS_REJECTED, "nomor", "nomor_sudah_ada");
	/* The same number in another series or year is another one. */
	imported(h, "7", 2021, "agenda");
	imported(h, "7", 2020, "agenda");
	assert_int_equal(harness_events(h, "intake", NULL), 3);
}

static void a_row_that_changed_since_is_still_the_same_row(void **state)
{
	struct harness *h = *state;
	struct catat_register_lama c = front_old_row("7/PPID-KOMINFO/VIII/2021");
	struct tetapkan_ringkasan_publik s = { .ringkasan = STR("Penerima bantuan sosial"),
		.has_pokok = true,
		.pokok = STR("bantuan") };
	struct tanda_bukti receipt;

	import(h, &c, &receipt);
	s.permohonan_id = receipt.permohonan_id;
	harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_tetapkan_ringkasan_publik, &s, NULL);
	assert_int_equal(import(h, &c, &receipt).status, SESI_STATUS_DUP_OK);
}

static void what_is_wrong_with_a_row_is_named(void **state)
{
	struct harness *h = *state;
	struct tanda_bukti receipt;
	struct catat_register_lama c;

#define REFUSED(field, rule) \
	front_refused(import(h, &c, &receipt), SESI_STATUS_INVALID, field, rule)
	c = front_old_row("7 dari Budi");
	REFUSED("nomor", "huruf_tidak_sah");
	c = front_old_row("");
	REFUSED("nomor", "wajib_diisi");
	c = front_old_row("7/PPID-KOMINFO/VIII/2020");
	REFUSED("tahun", "tidak_cocok_dengan_nomor");
	c = front_old_row("7");
	c.tahun = 2031;
	REFUSED("tahun", "di_luar_rentang");
	c = front_old_row("7");
	c.diterima = civil_date_of(harness_now(h)) + 1;
	REFUSED("diterima", "di_masa_depan");
	c = front_old_row("7");
	c.hasil.has_keputusan = false;
	REFUSED("keputusan", "wajib_diisi");
	c = front_old_row("7");
	c.hasil.status = STATUS_PERMOHONAN_GUGUR;
	REFUSED("status", "bertentangan_dengan_keputusan");
	c = front_old_row("7");
	c.hasil.diberitahukan = c.diterima - 1;
	REFUSED("diberitahukan", "sebelum_diterima");
	c = front_old_row("7");
	c.hasil.pasal = (uint32_t[]) { PASAL17_A };
	c.hasil.pasal_len = 1;
	REFUSED("pasal", "hanya_untuk_penolakan");
	c = front_old_row("7");
	c.hasil.has_biaya = true;
	c.hasil.biaya = -1;
	REFUSED("biaya", "di_luar_rentang");
	c = front_old_row("7");
	c.pemohon.has_nik = true;
	c.pemohon.nik = str_of("123");
	REFUSED("nik", "harus_16_angka");
#undef REFUSED
	assert_int_equal(harness_events(h, "intake", NULL), 0);
}

static void the_live_counter_starts_behind_the_highest_imported_number(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);

	imported(h, "012/PPID-KOMINFO/I/2026", 2026, "permohonan");
	imported(h, "003/PPID-KOMINFO/I/2026", 2026, "permohonan");
	imported(h, "99/PPID-KOMINFO/XII/2025", 2025, "permohonan");
	imported(h, "tanpa-urut", 2026, "permohonan");
	imported(h, "500", 2026, "agenda"); /* another series, counted by itself */
	assert_true(str_is(front_lodge(h, &c).nomor, "013/PPID-KOMINFO/III/2026"));
	/* A number that the live counter could give moves it whatever its series is called. */
	imported(h, "020/PPID-KOMINFO/II/2026", 2026, "arsip");
	c = front_request(h);
	assert_true(str_is(front_lodge(h, &c).nomor, "021/PPID-KOMINFO/III/2026"));
	/* Plain digits of the live register's own series do too. */
	imported(h, "30", 2026, "permohonan");
	c = front_request(h);
	assert_true(str_is(front_lodge(h, &c).nomor, "031/PPID-KOMINFO/III/2026"));
}

static void gaps_are_kept_and_listed(void **state)
{
	struct harness *h = *state;
	struct nomor_kosong q = { .unit = STR(FRONT_UNIT), .seri = STR("permohonan"), .tahun = 2021 };
	struct nomor_kosong_jawab a;

	imported(h, "9/PPID-KOMINFO/VIII/2021", 2021, "permohonan");
	imported(h, "2/PPID-KOMINFO/VIII/2021", 2021, "permohonan");
	imported(h, "5/PPID-KOMINFO/VIII/2021", 2021, "permohonan");
	imported(h, "tanpa", 2021, "permohonan");
	harness_ask(h, "intake", FRONT_OFFICER, &schema_nomor_kosong, &q, START, &a);
	assert_int_equal(a.rentang_len, 3);
	assert_true(a.rentang[0].dari == 1 && a.rentang[0].sampai == 1);
	assert_true(a.rentang[1].dari == 3 && a.rentang[1].sampai == 4);
	assert_true(a.rentang[2].dari == 6 && a.rentang[2].sampai == 8);
	assert_int_equal(a.terakhir, 9);
}

/* --- after a loss --- */

static void numbers_of_a_lost_tail_are_never_given_again(void **state)
{
	struct harness *h = *state;
	struct buka_pagar open = { .alasan = ALASAN_EPOCH_PEMULIHAN };
	static const struct id admin = { { 0x65 } };
	struct ajukan_permohonan c = front_request(h);
	struct nomor_hilang lost;
	struct kv_image *image;
	struct harness_reply r;

	front_grant(h, admin, PERAN_ADMINISTRATOR, "*");
	front_lodge(h, &c);
	image = harness_cut(h, "intake");
	for (int i = 0; i < 3; i++) {
		c = front_request(h);
		front_lodge(h, &c);
	}
	harness_advance(h, 60 * US_PER_SECOND); /* the side-car has noted the head */
	harness_put_back(h, "intake", &image);
	harness_start(h, "intake");
	c = front_request(h);
	r = harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_ajukan_permohonan, &c, NULL);
	assert_int_equal(r.status, SESI_STATUS_READONLY);
	r = harness_command(h, "intake", admin, NEW, &schema_buka_pagar, &open, NULL);
	assert_int_equal(r.status, SESI_STATUS_OK);
	assert_true(harness_last_event(h, "intake", &schema_nomor_hilang, &lost, NULL));
	assert_true(lost.dari == 2 && lost.sampai == 1000);
	assert_true(str_is(lost.seri, "KOMINFO/permohonan/2026"));
	assert_true(str_is(front_lodge(h, &c).nomor, "1001/PPID-KOMINFO/III/2026"));
}

static void a_counter_whose_row_was_lost_goes_on_behind_its_bound(void **state)
{
	struct harness *h = *state;
	struct buka_pagar open = { .alasan = ALASAN_EPOCH_PEMULIHAN };
	static const struct id admin = { { 0x65 } };
	struct ajukan_permohonan c = front_request(h);
	struct kv_image *image;

	front_grant(h, admin, PERAN_ADMINISTRATOR, "*");
	image = harness_cut(h, "intake");
	front_lodge(h, &c); /* the first of its year, and the cut has nothing of it */
	harness_advance(h, 60 * US_PER_SECOND);
	harness_put_back(h, "intake", &image);
	harness_start(h, "intake");
	harness_command(h, "intake", admin, NEW, &schema_buka_pagar, &open, NULL);
	c = front_request(h);
	assert_true(str_is(front_lodge(h, &c).nomor, "1001/PPID-KOMINFO/III/2026"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, front_begin, front_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_row_is_taken_over_as_it_was_and_nothing_is_sent),
		TEST(the_same_row_again_is_answered_for_ever_and_changes_nothing),
		TEST(another_row_under_the_same_number_is_refused),
		TEST(a_row_that_changed_since_is_still_the_same_row),
		TEST(what_is_wrong_with_a_row_is_named),
		TEST(the_live_counter_starts_behind_the_highest_imported_number),
		TEST(gaps_are_kept_and_listed),
		TEST(numbers_of_a_lost_tail_are_never_given_again),
		TEST(a_counter_whose_row_was_lost_goes_on_behind_its_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
