/* notification at work: intake and workflow are played, the worker too. */
#include "lib/harness_parts.h"
#include "lib/kurir.h"
#include "lib/machine_page.h"
#include "store/system.h"
#include "runtime/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE (60 * US_PER_SECOND)
#define HOUR (60 * MINUTE)

static const struct id NOBODY;
static const struct str START = { NULL, 0 };
#define OFFICER KURIR_OFFICER
#define STRANGER KURIR_STRANGER
#define CASE KURIR_CASE
#define UNIT ((struct str)STR(KURIR_UNIT))

static void receipt_goes_out_with_number_and_code(void **state)
{
	struct harness *h = *state;
	struct surel_keluar mail;
	struct str key;

	kurir_send_card(h, "nur@example.id", 1);
	kurir_lodge(h);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_DIRENCANAKAN);
	assert_true(kurir_next_mail(h, &key, &mail));
	assert_true(str_is(mail.kepada, "nur@example.id"));
	assert_non_null(memmem(mail.subjek.ptr, mail.subjek.len, "001/PPID-DISKOMINFO/III/2026", 28));
	assert_non_null(memmem(mail.isi.ptr, mail.isi.len, "7KQ2M9XTR4WZB3DN", 16));
	kurir_attempt(h, HASIL_KIRIM_TERKIRIM, NULL, 250);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_TERKIRIM);
	assert_int_equal(kurir_row(h, 0).cara, CARA_PENGIRIMAN_SUREL);
	assert_false(kurir_next_mail(h, &key, &mail));
	harness_advance(h, 10 * US_PER_DAY);
	assert_false(kurir_next_mail(h, &key, &mail));
	assert_int_equal(kurir_count(h, KEADAAN_PENGIRIMAN_TERKIRIM), 1);
	assert_int_equal(kurir_count(h, KEADAAN_PENGIRIMAN_DIRENCANAKAN), 0);
}

/* Card, event and wordings in all orders: each notice goes out once, with the card. */
static void letters_and_events_come_in_any_order(void **state)
{
	static const uint8_t orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 }, { 2, 1, 0 } };

	for (int i = 0; i < 6; i++) {
		struct harness *h;
		struct surel_keluar mail;
		struct str key;

		(void)kurir_teardown(state);
		(void)kurir_setup(state);
		h = *state;
		for (int n = 0; n < 3; n++) {
			if (orders[i][n] == 0)
				kurir_lodge(h);
			else if (orders[i][n] == 1)
				kurir_send_card(h, "nur@example.id", 1);
			else
				kurir_send_wording(h, 1, JENIS_PEMBERITAHUAN_KEPUTUSAN);
		}
		kurir_attempt(h, HASIL_KIRIM_TERKIRIM, NULL, 250);
		kurir_attempt(h, HASIL_KIRIM_TERKIRIM, NULL, 250);
		assert_false(kurir_next_mail(h, &key, &mail));
		assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_TERKIRIM);
		assert_int_equal(kurir_state(h, 1), KEADAAN_PENGIRIMAN_TERKIRIM);
		assert_int_equal(harness_letters_sent(h, "intake", &schema_minta_kartu), 0);
	}
}

static void missing_card_is_asked_for_ever_more_seldom(void **state)
{
	struct harness *h = *state;
	struct minta_kartu letter;
	uint32_t asked;

	kurir_lodge(h);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_MENUNGGU_KARTU);
	assert_int_equal(harness_letters_sent(h, "intake", &schema_minta_kartu), 0);
	harness_advance(h, 2 * MINUTE);
	assert_true(harness_letter_sent(h, "intake", &schema_minta_kartu, 0, &letter));
	assert_true(id_equal(letter.permohonan_id, CASE));
	for (int i = 0; i < 96; i++)
		harness_advance(h, HOUR / 2);
	asked = harness_letters_sent(h, "intake", &schema_minta_kartu);
	assert_in_range(asked, 9, 20);
	assert_int_equal(kurir_row(h, 0).diminta, asked);
	kurir_send_card(h, "nur@example.id", 1);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_DIRENCANAKAN);
	harness_advance(h, 2 * US_PER_DAY);
	assert_int_equal(harness_letters_sent(h, "intake", &schema_minta_kartu), asked);
}

static void say_no_card(struct harness *h, const char *why)
{
	struct kartu_tiada letter = { .permohonan_id = CASE, .sebab = str_of(why) };

	assert_int_equal(
		harness_letter(h, "intake", "notification", NOBODY, &schema_kartu_tiada, &letter).count, 0);
}

/* Found after a restore that lost records: intake was asked again and again. */
static void asking_ends_when_there_is_no_card_any_more(void **state)
{
	struct harness *h = *state;
	uint32_t asked, events;

	kurir_lodge(h);
	kurir_send_wording(h, 1, JENIS_PEMBERITAHUAN_KEPUTUSAN);
	harness_advance(h, 2 * MINUTE);
	asked = harness_letters_sent(h, "intake", &schema_minta_kartu);
	assert_int_equal(asked, 2);
	say_no_card(h, "data_hilang");
	for (uint32_t versi = 0; versi < 2; versi++) {
		assert_int_equal(kurir_state(h, versi), KEADAAN_PENGIRIMAN_TANPA_ALAMAT);
		assert_true(str_is(kurir_row(h, versi).sebab, "data_hilang"));
	}
	events = harness_events(h, "notification", NULL);
	say_no_card(h, "data_hilang"); /* the answer to the second asking */
	for (int i = 0; i < 20; i++)
		harness_advance(h, US_PER_DAY);
	assert_int_equal(harness_events(h, "notification", NULL), events);
	assert_int_equal(harness_letters_sent(h, "intake", &schema_minta_kartu), asked);
	/* Entered again from paper, it goes on; what was said before holds no more. */
	kurir_send_card(h, "nur@example.id", 2);
	say_no_card(h, "data_hilang");
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_DIRENCANAKAN);
	assert_int_equal(kurir_state(h, 1), KEADAAN_PENGIRIMAN_DIRENCANAKAN);
	assert_false(kurir_row(h, 1).has_sebab);
}

enum { WORDING_NUMBER = 1 }; /* of the wordings in the service's list of tables */

/* With the card of a delivery that a version before this one let wait (NULL: none). */
static void lose_wording(struct harness *h, const struct kartu_kontak *card)
{
	struct delivery_key key = delivery_key(CASE, 1);
	struct hash commitment;
	struct txn *txn = NULL;

	assert_int_equal(
		txn_begin(runtime_store(harness_node(h, "notification")->runtime), KV_WRITE, &txn), ERR_OK);
	assert_int_equal(vault_erase(txn, &wording_table, delivery_key_str(&key), &h->arena), ERR_OK);
	assert_int_equal(missing_put(txn, WORDING_NUMBER, delivery_key_str(&key), 1), ERR_OK);
	if (card != NULL)
		assert_int_equal(
			vault_put(txn, &kartu_table, case_key(&CASE), card, &h->arena, &commitment), ERR_OK);
	assert_int_equal(txn_commit(&txn), ERR_OK);
}

static void no_card_helps_where_the_words_are_lost(void **state)
{
	struct harness *h = *state;
	const struct kartu_kontak card = { .permohonan_id = CASE,
		.versi = 1,
		.unit = UNIT,
		.nama = STR("Nur"),
		.nomor = STR("1"),
		.kanal = KANAL_EMAIL };

	for (int is_timer = 0; is_timer < 2; is_timer++) {
		(void)kurir_teardown(state);
		(void)kurir_setup(state);
		h = *state;
		kurir_send_wording(h, 1, JENIS_PEMBERITAHUAN_KEPUTUSAN);
		lose_wording(h, is_timer ? &card : NULL);
		if (is_timer)
			harness_advance(h, 2 * MINUTE);
		else
			kurir_send_card(h, "nur@example.id", 1);
		assert_int_equal(kurir_state(h, 1), KEADAAN_PENGIRIMAN_TANPA_ALAMAT);
		assert_true(str_is(kurir_row(h, 1).sebab, "data_hilang"));
		harness_advance(h, US_PER_DAY);
		assert_int_equal(harness_letters_sent(h, "intake", &schema_minta_kartu), 0);
	}
}

static void card_is_taken_once_by_case_and_version(void **state)
{
	struct harness *h = *state;
	struct kartu_kontak card;

	kurir_send_card(h, "nur@example.id", 2);
	kurir_send_card(h, "nur@example.id", 2);
	kurir_send_card(h, "lama@example.id", 1);
	assert_int_equal(harness_events(h, "notification", &schema_kartu_diterima), 1);
	assert_true(harness_row(h, "notification", &kartu_table, case_key(&CASE), &card));
	assert_true(str_is(card.email, "nur@example.id"));
	kurir_send_card(h, "baru@example.id", 3);
	assert_true(harness_row(h, "notification", &kartu_table, case_key(&CASE), &card));
	assert_true(str_is(card.email, "baru@example.id"));
}

static void wording_is_taken_once_by_case_and_version(void **state)
{
	struct harness *h = *state;

	kurir_send_card(h, "nur@example.id", 1);
	kurir_send_wording(h, 1, JENIS_PEMBERITAHUAN_PERPANJANGAN);
	kurir_send_wording(h, 1, JENIS_PEMBERITAHUAN_PERPANJANGAN);
	assert_int_equal(harness_events(h, "notification", &schema_pengiriman_direncanakan), 1);
	assert_int_equal(kurir_row(h, 1).jenis, JENIS_PENGIRIMAN_PERPANJANGAN);
}

static void requester_without_address_stands_on_the_list_for_officers(void **state)
{
	static const char *const none[] = { NULL, "bukan alamat", "a@b@c.id" };

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		struct pengiriman_daftar question = { .unit = UNIT,
			.has_keadaan = true,
			.keadaan = KEADAAN_PENGIRIMAN_TANPA_ALAMAT };
		struct pengiriman_daftar_jawab answer;
		struct surel_keluar mail;
		struct harness *h;
		struct str key;

		(void)kurir_teardown(state);
		(void)kurir_setup(state);
		h = *state;
		kurir_lodge(h);
		kurir_send_card(h, none[i], 1);
		assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_TANPA_ALAMAT);
		assert_false(kurir_next_mail(h, &key, &mail));
		harness_ask(h, "notification", OFFICER, &schema_pengiriman_daftar, &question, START,
			&answer);
		assert_int_equal(answer.baris_len, 1);
		assert_true(str_is(answer.baris[0].nomor, "001/PPID-DISKOMINFO/III/2026"));
		/* A newer card brings an address: what waited goes out. */
		kurir_send_card(h, "nur@example.id", 2);
		assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_DIRENCANAKAN);
	}
}

static void what_was_given_by_hand_is_noted(void **state)
{
	struct harness *h = *state;
	struct putuskan_pengiriman c = { .permohonan_id = CASE,
		.tindakan = TINDAKAN_PENGIRIMAN_ANGGAP_TERKIRIM,
		.has_cara = true,
		.cara = CARA_PENGIRIMAN_TANGAN,
		.has_pada = true };
	struct harness_reply r;

	kurir_lodge(h);
	kurir_send_card(h, NULL, 1);
	c.pada = harness_now(h) + HOUR;
	r = harness_command(h, "notification", OFFICER, NOBODY, &schema_putuskan_pengiriman, &c, NULL);
	assert_int_equal(r.status, SESI_STATUS_INVALID);
	assert_true(str_is(r.rule, "di_masa_depan"));
	c.pada = harness_now(h) - HOUR;
	r = harness_command(h, "notification", OFFICER, NOBODY, &schema_putuskan_pengiriman, &c, NULL);
	assert_int_equal(r.status, SESI_STATUS_OK);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_TERKIRIM);
	assert_int_equal(kurir_row(h, 0).cara, CARA_PENGIRIMAN_TANGAN);
	assert_true(kurir_row(h, 0).terkirim_pada == c.pada);
}

static void temporary_failure_is_tried_again_ever_more_seldom(void **state)
{
	struct harness *h = *state;
	time_us before = 0;

	kurir_send_card(h, "nur@example.id", 1);
	kurir_lodge(h);
	for (uint32_t i = 1; i <= 8; i++) {
		struct pengiriman row;
		time_us delay;

		kurir_attempt(h, HASIL_KIRIM_SEMENTARA, "penerima_ditolak", 451);
		row = kurir_row(h, 0);
		assert_int_equal(row.keadaan, KEADAAN_PENGIRIMAN_GAGAL_SEMENTARA);
		assert_int_equal(row.percobaan, i);
		assert_true(row.has_kode_smtp && row.kode_smtp == 451);
		delay = row.berikut - harness_now(h);
		assert_true(delay >= MINUTE << (i - 1) && delay <= (MINUTE << (i - 1)) * 5 / 4);
		assert_true(delay > before);
		before = delay;
		harness_advance(h, delay - US_PER_SECOND);
		assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_GAGAL_SEMENTARA);
		harness_advance(h, 2 * US_PER_SECOND);
		assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_DIRENCANAKAN);
	}
	kurir_attempt(h, HASIL_KIRIM_TERKIRIM, NULL, 250);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_TERKIRIM);
}

static void delay_ends_at_six_hours_and_a_quarter_more(void **state)
{
	(void)state;
	for (uint32_t i = 9; i < 100; i++) {
		time_us delay = retry_delay(case_key(&CASE), i);

		assert_true(delay >= (i == 9 ? 256 * MINUTE : 6 * HOUR));
		assert_true(delay <= 6 * HOUR * 5 / 4);
		assert_true(delay == retry_delay(case_key(&CASE), i));
	}
}

static void after_a_day_of_failures_it_is_given_up(void **state)
{
	struct harness *h = *state;
	struct str rule;

	kurir_send_card(h, "nur@example.id", 1);
	kurir_lodge(h);
	for (int i = 0; i < 40 && kurir_state(h, 0) != KEADAAN_PENGIRIMAN_MENYERAH; i++) {
		kurir_attempt(h, HASIL_KIRIM_SEMENTARA, "tidak_tersambung", 0);
		harness_advance(h, 8 * HOUR);
	}
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_MENYERAH);
	assert_true(str_is(kurir_row(h, 0).sebab, "tidak_tersambung"));
	/* A person may try again: the day begins anew. */
	assert_int_equal(kurir_decide(h, OFFICER, 0, TINDAKAN_PENGIRIMAN_KIRIM_ULANG, &rule),
		SESI_STATUS_OK);
	kurir_attempt(h, HASIL_KIRIM_SEMENTARA, "tidak_tersambung", 0);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_GAGAL_SEMENTARA);
}

static void refused_for_good_is_given_up_at_once(void **state)
{
	struct harness *h = *state;

	kurir_send_card(h, "nur@example.id", 1);
	kurir_lodge(h);
	kurir_attempt(h, HASIL_KIRIM_TETAP, "penerima_ditolak", 550);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_MENYERAH);
	assert_int_equal(kurir_row(h, 0).kode_smtp, 550);
	harness_advance(h, 5 * US_PER_DAY);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_MENYERAH);
}

static void uncertain_waits_for_a_person_and_is_never_repeated(void **state)
{
	struct harness *h = *state;
	struct surel_keluar mail;
	struct str key, rule;

	kurir_send_card(h, "nur@example.id", 1);
	kurir_lodge(h);
	kurir_attempt(h, HASIL_KIRIM_TIDAK_PASTI, "terputus_setelah_pesan", 0);
	harness_advance(h, 30 * US_PER_DAY);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_TIDAK_PASTI);
	assert_false(kurir_next_mail(h, &key, &mail));
	assert_int_equal(kurir_decide(h, STRANGER, 0, TINDAKAN_PENGIRIMAN_BATAL, &rule),
		SESI_STATUS_DENIED);
	assert_int_equal(kurir_decide(h, OFFICER, 7, TINDAKAN_PENGIRIMAN_BATAL, &rule),
		SESI_STATUS_NOT_FOUND);
	assert_int_equal(kurir_decide(h, OFFICER, 0, TINDAKAN_PENGIRIMAN_KIRIM_ULANG, &rule),
		SESI_STATUS_OK);
	kurir_attempt(h, HASIL_KIRIM_TIDAK_PASTI, "terputus_setelah_pesan", 0);
	assert_int_equal(kurir_decide(h, OFFICER, 0, TINDAKAN_PENGIRIMAN_ANGGAP_TERKIRIM, &rule),
		SESI_STATUS_OK);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_TERKIRIM);
	assert_int_equal(kurir_decide(h, OFFICER, 0, TINDAKAN_PENGIRIMAN_BATAL, &rule),
		SESI_STATUS_REJECTED);
	assert_true(str_is(rule, MACHINE_NO_ROW));
}

static void set_rule(struct harness *h, const char *value)
{
	struct policy_key key = policy_rule_key(str_of("pengiriman_tidak_pasti"), UNIT);
	struct kebijakan_diatur event = { .kunci = STR("pengiriman_tidak_pasti"),
		.unit = UNIT,
		.has_nilai = true,
		.nilai = str_of(value) };

	harness_publish(h, "workflow", &schema_kebijakan_diatur, policy_key_str(&key), &event);
}

static void policy_may_decide_what_is_uncertain(void **state)
{
	struct harness *h = *state;

	set_rule(h, "anggap_terkirim");
	kurir_send_card(h, "nur@example.id", 1);
	kurir_lodge(h);
	kurir_attempt(h, HASIL_KIRIM_TIDAK_PASTI, "terputus_setelah_pesan", 0);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_TERKIRIM);
	set_rule(h, "kirim_ulang");
	kurir_send_wording(h, 1, JENIS_PEMBERITAHUAN_KEPUTUSAN);
	kurir_attempt(h, HASIL_KIRIM_TIDAK_PASTI, "terputus_setelah_pesan", 0);
	assert_int_equal(kurir_state(h, 1), KEADAAN_PENGIRIMAN_DIRENCANAKAN);
	assert_int_equal(kurir_row(h, 1).ulangan, 1);
	/* Once: then a person is asked all the same. */
	kurir_attempt(h, HASIL_KIRIM_TIDAK_PASTI, "terputus_setelah_pesan", 0);
	assert_int_equal(kurir_state(h, 1), KEADAAN_PENGIRIMAN_TIDAK_PASTI);
}

/* The worker's key stands in the side-car before anything leaves: it says so when it is begun again. */
static void attempt_that_a_crash_cut_is_begun_again_and_then_uncertain(void **state)
{
	struct harness *h = *state;
	struct hasil_surel begun = { .hasil = HASIL_KIRIM_DIMULAI };
	struct hasil_surel again = { .hasil = HASIL_KIRIM_TIDAK_PASTI,
		.has_sebab = true,
		.sebab = STR("sudah_pernah_dikirim") };
	struct surel_keluar mail;
	struct str first, second;

	kurir_send_card(h, "nur@example.id", 1);
	kurir_lodge(h);
	assert_true(kurir_next_mail(h, &first, &mail));
	harness_crash(h, "notification");
	harness_start(h, "notification");
	assert_true(kurir_next_mail(h, &second, &mail));
	assert_true(str_equal(first, second));
	assert_true(str_is(mail.kepada, "nur@example.id"));
	harness_work_done(h, "notification", second, &begun);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_DIKIRIM);
	harness_crash(h, "notification");
	harness_start(h, "notification");
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_DIKIRIM);
	assert_true(kurir_next_mail(h, &second, &mail));
	harness_work_done(h, "notification", second, &again);
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_TIDAK_PASTI);
	assert_true(str_is(kurir_row(h, 0).sebab, "sudah_pernah_dikirim"));
}

/* As after a restore of what holds no payloads: nothing leaves, and a person decides. */
static void mail_whose_payload_was_lost_waits_for_a_person(void **state)
{
	struct harness *h = *state;
	struct surel_keluar mail;
	struct txn *txn = NULL;
	struct str key;

	kurir_send_card(h, "nur@example.id", 1);
	kurir_lodge(h);
	assert_true(kurir_next_mail(h, &key, &mail));
	assert_int_equal(
		txn_begin(runtime_store(harness_node(h, "notification")->runtime), KV_WRITE, &txn), ERR_OK);
	assert_int_equal(payload_del(txn, key), ERR_OK);
	assert_int_equal(txn_commit(&txn), ERR_OK);
	harness_crash(h, "notification");
	harness_start(h, "notification");
	assert_false(kurir_next_mail(h, &key, &mail));
	assert_int_equal(kurir_state(h, 0), KEADAAN_PENGIRIMAN_TIDAK_PASTI);
	assert_true(str_is(kurir_row(h, 0).sebab, "data_hilang"));
}

static void old_registers_send_nothing(void **state)
{
	struct harness *h = *state;
	struct permohonan_lama_dicatat event = { .permohonan_id = CASE,
		.unit = UNIT,
		.nomor = STR("1"),
		.seri = STR("1"),
		.tahun = 2021,
		.kanal = KANAL_INSTAGRAM,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.cara = CARA_MEMPEROLEH_SALINAN,
		.hasil = { .status = STATUS_PERMOHONAN_SELESAI } };
	uint32_t before = harness_events(h, "notification", NULL);

	harness_publish(h, "intake", &schema_permohonan_lama_dicatat, case_key(&CASE), &event);
	harness_advance(h, US_PER_DAY);
	assert_int_equal(harness_events(h, "notification", NULL), before);
}

static void text_can_be_taken_for_printing_by_who_may(void **state)
{
	struct harness *h = *state;
	struct ambil_naskah c = { .permohonan_id = CASE };
	struct naskah_surat reply;
	struct harness_reply r;
	struct id id = harness_new_id(h);

	kurir_lodge(h);
	r = harness_command(h, "notification", OFFICER, NOBODY, &schema_ambil_naskah, &c, NULL);
	assert_int_equal(r.status, SESI_STATUS_REJECTED);
	assert_true(str_is(r.rule, "kartu_belum_ada"));
	kurir_send_card(h, NULL, 1);
	r = harness_command(h, "notification", STRANGER, NOBODY, &schema_ambil_naskah, &c, NULL);
	assert_int_equal(r.status, SESI_STATUS_DENIED);
	for (int i = 0; i < 2; i++) {
		r = harness_command(h, "notification", OFFICER, id, &schema_ambil_naskah, &c, &reply);
		assert_int_equal(r.status, i == 0 ? SESI_STATUS_OK : SESI_STATUS_DUP_OK);
		assert_true(str_is(reply.nama, "Nur Hidayah"));
		assert_non_null(memmem(reply.isi.ptr, reply.isi.len, "TANDA BUKTI PENERIMAAN", 22));
	}
	assert_int_equal(harness_events(h, "notification", &schema_naskah_diambil), 1);
}

/* 450 cases of the unit, in pages: each once, oldest first, with counts of all. */
static void list_comes_in_pages_with_counts(void **state)
{
	struct harness *h = *state;
	struct pengiriman_daftar question = { .unit = UNIT };
	struct pengiriman_daftar_jawab answer;
	struct str go_on = START;
	uint32_t seen = 0, pages = 0;
	struct harness_reply r;

	for (uint32_t i = 0; i < 450; i++) {
		struct permohonan_diajukan event = kurir_lodged();

		event.permohonan_id.bytes[14] = (uint8_t)(i >> 8);
		event.permohonan_id.bytes[15] = (uint8_t)i;
		harness_publish(h, "intake", &schema_permohonan_diajukan, case_key(&event.permohonan_id),
			&event);
	}
	do {
		r = harness_ask(h, "notification", OFFICER, &schema_pengiriman_daftar, &question, go_on,
			&answer);
		assert_int_equal(r.status, SESI_STATUS_OK);
		assert_int_equal(answer.jumlah_len, 1);
		assert_int_equal(answer.jumlah[0].keadaan, KEADAAN_PENGIRIMAN_MENUNGGU_KARTU);
		assert_int_equal(answer.jumlah[0].jumlah, 450);
		for (uint32_t i = 0; i < answer.baris_len; i++, seen++) {
			const uint8_t *id = answer.baris[i].pengiriman.permohonan_id.bytes;

			assert_int_equal(id[14] << 8 | id[15], seen);
		}
		go_on = r.go_on;
	} while (go_on.ptr != NULL && ++pages < 100);
	assert_int_equal(seen, 450);
	r = harness_ask(h, "notification", STRANGER, &schema_pengiriman_daftar, &question, START, NULL);
	assert_int_equal(r.status, SESI_STATUS_DENIED);
}

static void cases_are_shown_with_a_masked_address(void **state)
{
	struct harness *h = *state;
	struct id ids[] = { CASE, STRANGER };
	struct pengiriman_lihat question = { .permohonan_id = ids, .permohonan_id_len = 2 };
	struct pengiriman_lihat_jawab answer;

	kurir_lodge(h);
	kurir_send_card(h, "nur@example.id", 1);
	kurir_send_wording(h, 1, JENIS_PEMBERITAHUAN_KEPUTUSAN);
	harness_ask(h, "notification", OFFICER, &schema_pengiriman_lihat, &question, START, &answer);
	assert_int_equal(answer.perkara_len, 1);
	assert_true(str_is(answer.perkara[0].surel_samar, "n***@example.id"));
	assert_int_equal(answer.perkara[0].pengiriman_len, 2);
	assert_int_equal(answer.perkara[0].pengiriman[0].jenis, JENIS_PENGIRIMAN_TANDA_BUKTI);
	assert_int_equal(answer.perkara[0].pengiriman[1].jenis, JENIS_PENGIRIMAN_KEPUTUSAN);
	harness_ask(h, "notification", STRANGER, &schema_pengiriman_lihat, &question, START, &answer);
	assert_int_equal(answer.perkara_len, 0);
}

static void machine_is_whole(void **state)
{
	(void)state;
	machine_assert_sense(&pengiriman_machine);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kurir_setup, kurir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(receipt_goes_out_with_number_and_code),
		TEST(letters_and_events_come_in_any_order),
		TEST(missing_card_is_asked_for_ever_more_seldom),
		TEST(asking_ends_when_there_is_no_card_any_more),
		TEST(no_card_helps_where_the_words_are_lost),
		TEST(card_is_taken_once_by_case_and_version),
		TEST(wording_is_taken_once_by_case_and_version),
		TEST(requester_without_address_stands_on_the_list_for_officers),
		TEST(what_was_given_by_hand_is_noted),
		TEST(temporary_failure_is_tried_again_ever_more_seldom),
		cmocka_unit_test(delay_ends_at_six_hours_and_a_quarter_more),
		TEST(after_a_day_of_failures_it_is_given_up),
		TEST(refused_for_good_is_given_up_at_once),
		TEST(uncertain_waits_for_a_person_and_is_never_repeated),
		TEST(policy_may_decide_what_is_uncertain),
		TEST(attempt_that_a_crash_cut_is_begun_again_and_then_uncertain),
		TEST(mail_whose_payload_was_lost_waits_for_a_person),
		TEST(old_registers_send_nothing),
		TEST(text_can_be_taken_for_printing_by_who_may),
		TEST(list_comes_in_pages_with_counts),
		TEST(cases_are_shown_with_a_masked_address),
		cmocka_unit_test(machine_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
