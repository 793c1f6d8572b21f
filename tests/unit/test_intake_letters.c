/* Letters to intake: the wording of notices, and a card that is asked for. */
#include "lib/front.h"
#include "lib/harness_parts.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/civil.h"
#include "intake/isi.h"
#include "store/system.h"

static const struct id NEW;

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
	row = front_seen(h, FRONT_OFFICER, c.permohonan_id);
	assert_int_equal(row.keputusan, KEPUTUSAN_DITOLAK);
	assert_true(str_is(row.alasan, "Rahasia dagang") && str_is(row.cara_bayar, "transfer"));
	assert_int_equal(row.biaya, 12000);
	assert_int_equal(row.diberitahukan, civil_date_of(harness_now(h)));
	assert_true(row.has_dikuasai && row.dikuasai && row.pasal_len == 1);
	/* The same notice in another letter is done already. */
	letter.isi = str_of("lain");
	assert_int_equal(
		harness_letter(h, "workflow", "intake", NEW, &schema_isi_pemberitahuan, &letter).count, 0);
	assert_true(str_is(front_seen(h, FRONT_OFFICER, c.permohonan_id).alasan, "Rahasia dagang"));
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
	assert_true(str_is(front_seen(h, FRONT_OFFICER, c.permohonan_id).alasan, "Rahasia dagang"));
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

enum { ISI_NUMBER = 0 }; /* isi_permohonan in intake's list of tables */

/* As a restore leaves it, and a lawful erasure: the record is not there; only the former is listed. */
static void take_away(struct harness *h, struct id id, bool is_listed)
{
	struct store *store = runtime_store(harness_node(h, "intake")->runtime);
	struct intake_kunci key = intake_kunci_perkara(&id);
	struct txn *txn = NULL;
	enum err e;

	assert_int_equal(txn_begin(store, KV_WRITE, &txn), ERR_OK);
	e = vault_erase(txn, &isi_table, intake_kunci_str(&key), &h->arena);
	assert_true(e == ERR_OK || e == ERR_NOT_FOUND);
	if (is_listed)
		assert_int_equal(missing_put(txn, ISI_NUMBER, intake_kunci_str(&key), 1), ERR_OK);
	assert_int_equal(txn_commit(&txn), ERR_OK);
}

static struct kartu_tiada asked_in_vain(struct harness *h, struct id id, uint32_t nth)
{
	struct minta_kartu letter = { .permohonan_id = id };
	struct kartu_tiada told;

	assert_int_equal(
		harness_letter(h, "notification", "intake", NEW, &schema_minta_kartu, &letter).count, 0);
	assert_true(harness_letter_sent(h, "notification", &schema_kartu_tiada, nth, &told));
	assert_true(id_equal(told.permohonan_id, id));
	assert_int_equal(harness_events(h, "intake", &schema_masukan_ditolak), 0);
	assert_int_equal(harness_events(h, "intake", &schema_kartu_tidak_ada), nth + 1);
	return told;
}

/* Found after a restore that lost records: each refusal was kept aside, and asked again for ever. */
static void a_card_that_is_gone_is_answered_and_nothing_is_kept_aside(void **state)
{
	struct harness *h = *state;
	struct ajukan_permohonan c = front_request(h);
	struct ungkap_identitas reveal = { .permohonan_id = c.permohonan_id,
		.alasan = STR("verifikasi") };
	struct kirim_kelengkapan more = { .permohonan_id = c.permohonan_id,
		.has_catatan = true,
		.catatan = STR("KTP") };

	front_lodge(h, &c);
	take_away(h, c.permohonan_id, false);
	assert_true(str_is(asked_in_vain(h, c.permohonan_id, 0).sebab, "data_dihapus"));
	front_refused(
		harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_kirim_kelengkapan, &more, NULL),
		SESI_STATUS_REJECTED, "permohonan_id", "data_dihapus");
	take_away(h, c.permohonan_id, true);
	assert_true(str_is(asked_in_vain(h, c.permohonan_id, 1).sebab, "data_hilang"));
	front_refused(
		harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_kirim_kelengkapan, &more, NULL),
		SESI_STATUS_REJECTED, "permohonan_id", "data_hilang");
	front_refused(
		harness_command(h, "intake", FRONT_PPID, NEW, &schema_ungkap_identitas, &reveal, NULL),
		SESI_STATUS_REJECTED, "permohonan_id", "data_hilang");
	assert_int_equal(harness_letters_sent(h, "notification", &schema_kartu_kontak), 1);
}

static void no_card_is_told_of_unknown_cases_and_old_registers_too(void **state)
{
	struct harness *h = *state;
	struct catat_register_lama c = front_old_row("7/PPID-KOMINFO/VIII/2021");
	struct tanda_bukti receipt;

	assert_true(str_is(asked_in_vain(h, (struct id) { { 9 } }, 0).sebab, "tidak_terdaftar"));
	harness_command(h, "intake", FRONT_OFFICER, NEW, &schema_catat_register_lama, &c, &receipt);
	assert_true(str_is(asked_in_vain(h, receipt.permohonan_id, 1).sebab, "register_lama"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, front_begin, front_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_wording_of_a_decision_completes_the_register),
		TEST(a_notice_that_comes_after_a_later_one_is_taken_too),
		TEST(a_letter_about_an_unknown_case_waits_for_a_person),
		TEST(a_card_that_is_asked_for_is_sent_again),
		TEST(a_card_that_is_gone_is_answered_and_nothing_is_kept_aside),
		TEST(no_card_is_told_of_unknown_cases_and_old_registers_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
