/* Decisions, what each outcome has to say, handing over, and the notices that go out. */
#include "lib/office.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void decision_counts_its_working_days(void **state)
{
	struct id ids[3];
	struct perkara row;

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		ids[i] = kantor_bring(&k, STATUS_PERMOHONAN_DIREGISTER);
	SEND(KANTOR_PPID, putuskan, .permohonan_id = ids[0], .keputusan = KEPUTUSAN_DIKABULKAN);
	row = kantor_case(&k, ids[0]);
	assert_int_equal(row.hari_kerja, 0);
	assert_true(row.tepat_waktu);
	kantor_wait(&k, "2026-04-08T23:59");
	SEND(KANTOR_PPID, putuskan, .permohonan_id = ids[1], .keputusan = KEPUTUSAN_DIKABULKAN);
	row = kantor_case(&k, ids[1]);
	assert_int_equal(row.hari_kerja, 10);
	assert_true(row.tepat_waktu);
	kantor_wait(&k, "2026-04-09T00:01");
	SEND(KANTOR_PPID, putuskan, .permohonan_id = ids[2], .keputusan = KEPUTUSAN_DIKABULKAN);
	row = kantor_case(&k, ids[2]);
	assert_int_equal(row.hari_kerja, 11);
	assert_false(row.tepat_waktu);
}

static void decision_may_be_dated_back_but_not_out_of_bounds(void **state)
{
	struct id id;
	struct perkara row;

	(void)state;
	id = kantor_bring(&k, STATUS_PERMOHONAN_DIREGISTER);
	kantor_wait(&k, "2026-05-04T09:00");
	REFUSED(KANTOR_PPID, putuskan, SESI_STATUS_INVALID, "di_masa_depan", .permohonan_id = id,
		.keputusan = KEPUTUSAN_DIKABULKAN, .has_diputus_pada = true,
		.diputus_pada = harness_now(k.h) + US_PER_SECOND);
	REFUSED(KANTOR_PPID, putuskan, SESI_STATUS_INVALID, "terlalu_awal", .permohonan_id = id,
		.keputusan = KEPUTUSAN_DIKABULKAN, .has_diputus_pada = true,
		.diputus_pada = kantor_time("2026-03-16T10:00"));
	SEND(KANTOR_PPID, putuskan, .permohonan_id = id, .keputusan = KEPUTUSAN_DIKABULKAN,
		.has_diputus_pada = true, .diputus_pada = kantor_time("2026-04-08T10:00"));
	row = kantor_case(&k, id);
	assert_int_equal(row.hari_kerja, 10);
	assert_true(row.tepat_waktu);
	/* Handed over no earlier than decided. */
	REFUSED(KANTOR_MEJA, serahkan, SESI_STATUS_INVALID, "terlalu_awal", .permohonan_id = id,
		.has_diserahkan_pada = true, .diserahkan_pada = kantor_time("2026-04-08T09:59"));
	SEND(KANTOR_MEJA, serahkan, .permohonan_id = id, .has_diserahkan_pada = true,
		.diserahkan_pada = kantor_time("2026-04-09T09:00"));
}

static uint32_t pasal_ah[] = { PASAL17_A, PASAL17_H };
static uint32_t pasal_aa[] = { PASAL17_A, PASAL17_A };
#define REASON .has_alasan = true, .alasan = STR("Rahasia pribadi")
#define ARTICLES .pasal = pasal_ah, .pasal_len = 2

/* clang-format off */
static const struct {
	struct putuskan c;
	const char *rule, *field; /* NULL: accepted */
} outcomes[] = {
	{ { .keputusan = KEPUTUSAN_DIKABULKAN, .has_materi = true, .materi = STR("Laporan"), .has_biaya_penyalinan = true, .biaya_penyalinan = 5000, .has_biaya_pengiriman = true, .biaya_pengiriman = 10000 }, NULL, NULL },
	{ { .keputusan = KEPUTUSAN_DIKABULKAN, ARTICLES }, "tidak_berlaku", "pasal" },
	{ { .keputusan = KEPUTUSAN_DIKABULKAN, .has_badan_lain = true, .badan_lain = STR("BPS") }, "tidak_berlaku", "badan_lain" },
	{ { .keputusan = KEPUTUSAN_DIKABULKAN, .has_biaya_penyalinan = true, .biaya_penyalinan = -1 }, "di_luar_rentang", "biaya_penyalinan" },
	{ { .keputusan = KEPUTUSAN_DIKABULKAN, .has_biaya_pengiriman = true, .biaya_pengiriman = INT64_MAX }, "di_luar_rentang", "biaya_pengiriman" },
	{ { .keputusan = KEPUTUSAN_DIKABULKAN_SEBAGIAN, ARTICLES, REASON, .has_dihitamkan = true, .dihitamkan = true }, NULL, NULL },
	{ { .keputusan = KEPUTUSAN_DIKABULKAN_SEBAGIAN, REASON }, "wajib_diisi", "pasal" },
	{ { .keputusan = KEPUTUSAN_DIKABULKAN_SEBAGIAN, ARTICLES }, "wajib_diisi", "alasan" },
	{ { .keputusan = KEPUTUSAN_DITOLAK, ARTICLES, REASON }, NULL, NULL },
	{ { .keputusan = KEPUTUSAN_DITOLAK, REASON }, "wajib_diisi", "pasal" },
	{ { .keputusan = KEPUTUSAN_DITOLAK, ARTICLES }, "wajib_diisi", "alasan" },
	{ { .keputusan = KEPUTUSAN_DITOLAK, ARTICLES, .has_alasan = true, .alasan = STR("  ") }, "wajib_diisi", "alasan" },
	{ { .keputusan = KEPUTUSAN_DITOLAK, .pasal = pasal_aa, .pasal_len = 2, REASON }, "ganda", "pasal" },
	{ { .keputusan = KEPUTUSAN_DITOLAK, ARTICLES, REASON, .has_materi = true, .materi = STR("Laporan") }, "tidak_berlaku", "materi" },
	{ { .keputusan = KEPUTUSAN_DITOLAK, ARTICLES, REASON, .has_biaya_penyalinan = true }, "tidak_berlaku", "biaya_penyalinan" },
	{ { .keputusan = KEPUTUSAN_TIDAK_DIKUASAI, .has_badan_lain = true, .badan_lain = STR("BPS") }, NULL, NULL },
	{ { .keputusan = KEPUTUSAN_TIDAK_DIKUASAI, REASON }, NULL, NULL },
	{ { .keputusan = KEPUTUSAN_TIDAK_DIKUASAI }, "wajib_diisi", "badan_lain" },
	{ { .keputusan = KEPUTUSAN_TIDAK_DIKUASAI, REASON, ARTICLES }, "tidak_berlaku", "pasal" },
	{ { .keputusan = KEPUTUSAN_BELUM_DIDOKUMENTASIKAN, .has_hari_penyediaan = true, .hari_penyediaan = 30 }, NULL, NULL },
	{ { .keputusan = KEPUTUSAN_BELUM_DIDOKUMENTASIKAN }, "wajib_diisi", "hari_penyediaan" },
	{ { .keputusan = KEPUTUSAN_TIDAK_BERHAK, REASON }, NULL, NULL },
	{ { .keputusan = KEPUTUSAN_TIDAK_BERHAK }, "wajib_diisi", "alasan" },
	{ { .keputusan = KEPUTUSAN_TIDAK_BERHAK, REASON, .has_dihitamkan = true, .dihitamkan = true }, "tidak_berlaku", "dihitamkan" },
};
/* clang-format on */

static void each_outcome_has_to_say_its_own(void **state)
{
	struct id nobody = { { 0 } };

	(void)state;
	for (uint32_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
		struct putuskan c = outcomes[i].c;
		struct harness_reply r;

		c.permohonan_id = kantor_bring(&k, STATUS_PERMOHONAN_DIREGISTER);
		r = harness_command(k.h, "workflow", KANTOR_PPID, nobody, &schema_putuskan, &c, NULL);
		if (outcomes[i].rule == NULL) {
			assert_int_equal(r.status, SESI_STATUS_OK);
			assert_int_equal(kantor_case(&k, c.permohonan_id).keputusan, c.keputusan);
			continue;
		}
		assert_int_equal(r.status, SESI_STATUS_INVALID);
		assert_true(str_is(r.rule, outcomes[i].rule));
		assert_true(str_is(r.field, outcomes[i].field));
		kantor_stands(&k, c.permohonan_id, STATUS_PERMOHONAN_DIREGISTER);
	}
}

static void decision_says_cost_and_articles_and_no_word_of_its_text(void **state)
{
	struct putuskan c = outcomes[0].c;
	struct perkara_diputus event;
	struct isi_pemberitahuan letter;

	(void)state;
	c.permohonan_id = kantor_bring(&k, STATUS_PERMOHONAN_DIREGISTER);
	kantor_send(&k, KANTOR_PPID, &schema_putuskan, &c);
	assert_true(harness_last_event(k.h, "workflow", &schema_perkara_diputus, &event, NULL));
	assert_true(event.has_biaya);
	assert_int_equal(event.biaya, 15000);
	assert_true(harness_letter_sent(k.h, "intake", &schema_isi_pemberitahuan, 0, &letter));
	assert_true(str_is(letter.materi, "Laporan"));
	assert_int_equal(letter.biaya_pengiriman, 10000);
}

static void only_what_was_granted_is_handed_over(void **state)
{
	struct putuskan c = { .keputusan = KEPUTUSAN_DITOLAK, ARTICLES, REASON };

	(void)state;
	c.permohonan_id = kantor_bring(&k, STATUS_PERMOHONAN_DIREGISTER);
	kantor_send(&k, KANTOR_PPID, &schema_putuskan, &c);
	REFUSED(KANTOR_MEJA, serahkan, SESI_STATUS_REJECTED, "tidak_dikabulkan",
		.permohonan_id = c.permohonan_id);
	SEND(KANTOR_MEJA, selesaikan, .permohonan_id = c.permohonan_id);
	kantor_stands(&k, c.permohonan_id, STATUS_PERMOHONAN_SELESAI);
}

static void notices_count_up_and_go_to_both(void **state)
{
	static const uint32_t kinds[] = {
		JENIS_PEMBERITAHUAN_KELENGKAPAN,
		JENIS_PEMBERITAHUAN_PERPANJANGAN,
		JENIS_PEMBERITAHUAN_KEPUTUSAN,
		JENIS_PEMBERITAHUAN_PENYERAHAN,
	};
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_PERLU_DILENGKAPI);

	(void)state;
	kantor_complete(&k, id, "");
	kantor_declare_complete(&k, id);
	kantor_extend(&k, id);
	SEND(KANTOR_PPID, putuskan, .permohonan_id = id, .keputusan = KEPUTUSAN_DIKABULKAN);
	SEND(KANTOR_MEJA, serahkan, .permohonan_id = id);
	SEND(KANTOR_MEJA, selesaikan, .permohonan_id = id);
	for (uint32_t i = 0; i < 4; i++) {
		struct isi_pemberitahuan to_intake, to_notification;

		assert_true(harness_letter_sent(k.h, "intake", &schema_isi_pemberitahuan, i, &to_intake));
		assert_true(harness_letter_sent(k.h, "notification", &schema_isi_pemberitahuan, i,
			&to_notification));
		assert_int_equal(to_intake.versi, i + 1);
		assert_int_equal(to_intake.jenis, kinds[i]);
		assert_int_equal(to_notification.versi, i + 1);
		assert_int_equal(to_notification.jenis, kinds[i]);
	}
	assert_int_equal(harness_letters_sent(k.h, "intake", &schema_isi_pemberitahuan), 4);
	assert_int_equal(kantor_case(&k, id).surat, 4);
}

static void notices_go_out_after_a_restart_too(void **state)
{
	struct minta_kelengkapan c = { .kekurangan = STR("Salinan KTP") };
	struct id nobody = { { 0 } };

	(void)state;
	kantor_bring(&k, STATUS_PERMOHONAN_PERLU_DILENGKAPI);
	c.permohonan_id = kantor_lodge(&k, "");
	/* Written, and not sent yet. */
	harness_crash_at(k.h, "workflow", "batch_after_commit", 1);
	assert_false(
		harness_command(k.h, "workflow", KANTOR_MEJA, nobody, &schema_minta_kelengkapan, &c, NULL)
			.is_answered);
	assert_false(harness_is_up(k.h, "workflow"));
	harness_start(k.h, "workflow");
	assert_int_equal(harness_letters_sent(k.h, "intake", &schema_isi_pemberitahuan), 2);
	kantor_bring(&k, STATUS_PERMOHONAN_PERLU_DILENGKAPI);
	harness_crash(k.h, "workflow");
	harness_start(k.h, "workflow");
	kantor_bring(&k, STATUS_PERMOHONAN_PERLU_DILENGKAPI);
	assert_int_equal(harness_letters_sent(k.h, "intake", &schema_isi_pemberitahuan), 4);
	assert_int_equal(harness_letters_sent(k.h, "notification", &schema_isi_pemberitahuan), 4);
}

/* What an officer typed stands in no record of the log. */
static void log_holds_no_word_that_was_typed(void **state)
{
	static const char typed[] = "Salinan KTP";
	uint32_t head;

	(void)state;
	kantor_bring(&k, STATUS_PERMOHONAN_PERLU_DILENGKAPI);
	kantor_bring(&k, STATUS_PERMOHONAN_DIPERPANJANG);
	head = harness_events(k.h, "workflow", NULL);
	for (uint32_t i = 1; i <= head; i++) {
		struct record record;

		harness_record(k.h, "workflow", i, &record);
		assert_null(memmem(record.payload.ptr, record.payload.len, typed, strlen(typed)));
		assert_null(memmem(record.payload.ptr, record.payload.len, "Arsip", 5));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_OFFICE(decision_counts_its_working_days),
		AT_OFFICE(decision_may_be_dated_back_but_not_out_of_bounds),
		AT_OFFICE(each_outcome_has_to_say_its_own),
		AT_OFFICE(decision_says_cost_and_articles_and_no_word_of_its_text),
		AT_OFFICE(only_what_was_granted_is_handed_over),
		AT_OFFICE(notices_count_up_and_go_to_both),
		AT_OFFICE(notices_go_out_after_a_restart_too),
		AT_OFFICE(log_holds_no_word_that_was_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
