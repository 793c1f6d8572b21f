/* What comes in after the lodging: kirim_kelengkapan, kirim_pencabutan. */
#include "lib/front.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "intake/isi.h"
#include "runtime/ctx.h"

static const struct id NEW;

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

#define TEST(f) cmocka_unit_test_setup_teardown(f, front_begin, front_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(material_completes_a_request_and_is_kept_as_it_came),
		TEST(a_citizen_needs_the_tracking_code),
		TEST(a_withdrawal_is_recorded_whatever_became_of_the_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
