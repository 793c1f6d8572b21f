/* The life of a request by the clock: due dates, lapses, extensions, decisions, and what comes late. */
#include "lib/kantor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "domain/deadline.h"

static struct kantor k;

static int begin(void **state)
{
	(void)state;
	k = kantor_open("");
	return 0;
}

static int end(void **state)
{
	(void)state;
	kantor_close(&k);
	return 0;
}

static void reopen(const char *now)
{
	kantor_close(&k);
	k = kantor_open(now);
}

#define SEND(actor, name, ...) \
	kantor_send(&k, actor, &schema_##name, &(struct name) { __VA_ARGS__ })
#define REFUSED(actor, name, status, rule, ...) \
	kantor_refused(&k, actor, &schema_##name, &(struct name) { __VA_ARGS__ }, status, rule)

static void assert_day(date_days found, const char *expected)
{
	char text[DATE_TEXT_MAX];

	date_text(found, text);
	assert_string_equal(text, expected);
}

static uint32_t count(const struct schema *event)
{
	return harness_events(k.h, "workflow", event);
}

static void declare_complete(struct id id)
{
	SEND(KANTOR_MEJA, nyatakan_lengkap, .permohonan_id = id);
}

static void extend(struct id id)
{
	SEND(KANTOR_PPID, perpanjang, .permohonan_id = id, .alasan = STR("Arsip sedang dicari"));
}

static void ask_for_more(struct id id)
{
	SEND(KANTOR_MEJA, minta_kelengkapan, .permohonan_id = id, .kekurangan = STR("Salinan KTP"));
}

/* DOMAIN.md 2.1. */
static const struct {
	const char *received, *three, *ten, *seventeen;
} examples[] = {
	{ "2021-05-05T10:00", "2021-05-10", "2021-05-24", "2021-06-04" },
	{ "2026-03-17T10:00", "2026-03-27", "2026-04-08", "2026-04-17" },
	{ "2026-12-18T10:00", "2026-12-23", "2027-01-07", "2027-01-18" },
};
enum { EXAMPLES = sizeof examples / sizeof examples[0] };

static void lodging_opens_a_case_with_its_due_date(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < EXAMPLES; i++) {
		struct perkara row;
		struct id id;

		reopen(examples[i].received);
		id = kantor_lodge(&k, "");
		row = kantor_case(&k, id);
		assert_int_equal(row.status, STATUS_PERMOHONAN_DIAJUKAN);
		assert_day(row.jatuh_tempo, examples[i].ten);
		declare_complete(id);
		assert_day(kantor_case(&k, id).jatuh_tempo, examples[i].ten);
		extend(id);
		row = kantor_case(&k, id);
		assert_day(row.jatuh_tempo, examples[i].seventeen);
		assert_day(row.tambahan.dari, examples[i].ten);
		assert_int_equal(row.status, STATUS_PERMOHONAN_DIPERPANJANG);
	}
}

static void what_is_missing_is_asked_for_with_its_limit(void **state)
{
	struct kelengkapan_diminta event;

	(void)state;
	for (uint32_t i = 0; i < EXAMPLES; i++) {
		struct id id;

		reopen(examples[i].received);
		id = kantor_lodge(&k, "");
		ask_for_more(id);
		assert_true(harness_last_event(k.h, "workflow", &schema_kelengkapan_diminta, &event, NULL));
		assert_day(event.batas, examples[i].three);
		assert_false(event.terlambat);
		assert_day(event.hitungan.sampai, examples[i].three);
	}
	REFUSED(KANTOR_MEJA, minta_kelengkapan, SESI_STATUS_INVALID, "wajib_diisi",
		.permohonan_id = kantor_lodge(&k, ""), .kekurangan = STR("  "));
}

static void asking_after_the_rule_s_days_is_marked(void **state)
{
	struct kelengkapan_diminta event;
	struct id id = kantor_lodge(&k, "");
	struct id other = kantor_lodge(&k, "");

	(void)state;
	/* The third working day after 17 March 2026 is the 27th. */
	kantor_wait(&k, "2026-03-27T23:59");
	ask_for_more(id);
	assert_true(harness_last_event(k.h, "workflow", &schema_kelengkapan_diminta, &event, NULL));
	assert_false(event.terlambat);
	kantor_wait(&k, "2026-03-28T00:01");
	ask_for_more(other);
	assert_true(harness_last_event(k.h, "workflow", &schema_kelengkapan_diminta, &event, NULL));
	assert_true(event.terlambat);
}

static void case_that_is_not_completed_lapses_after_the_last_day(void **state)
{
	struct isi_pemberitahuan letter;
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_PERLU_DILENGKAPI);

	(void)state;
	kantor_wait(&k, "2026-03-27T23:59");
	kantor_stands(&k, id, STATUS_PERMOHONAN_PERLU_DILENGKAPI);
	kantor_wait(&k, "2026-03-28T00:01");
	kantor_stands(&k, id, STATUS_PERMOHONAN_GUGUR);
	assert_true(harness_letter_sent(k.h, "notification", &schema_isi_pemberitahuan, 1, &letter));
	assert_int_equal(letter.jenis, JENIS_PEMBERITAHUAN_GUGUR);
	/* And stays so: no other clock runs. */
	harness_advance(k.h, 60 * US_PER_DAY);
	assert_int_equal(count(&schema_tenggat_terlewati), 0);
}

static void completed_case_is_judged_again_and_may_lapse_no_more(void **state)
{
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_PERLU_DILENGKAPI);

	(void)state;
	kantor_wait(&k, "2026-03-26T10:00");
	kantor_complete(&k, id, "");
	kantor_stands(&k, id, STATUS_PERMOHONAN_DIAJUKAN);
	assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-08");
	kantor_wait(&k, "2026-04-01T10:00");
	kantor_stands(&k, id, STATUS_PERMOHONAN_DIAJUKAN);
	assert_int_equal(count(&schema_perkara_gugur), 0);
}

enum when { IN_TIME, TOO_LATE };

/* What comes in, in which state, on which day, and what becomes of it: the event and the state after it. */
static const struct {
	uint32_t status;
	bool is_withdrawal;
	enum when when;
	const struct schema *event;
	uint32_t to;
} facts[] = {
#define S(name) STATUS_PERMOHONAN_##name
	/* clang-format off */
	{ S(DIAJUKAN),         false, IN_TIME,  &schema_perkara_dilengkapi, S(DIAJUKAN) },
	{ S(PERLU_DILENGKAPI), false, IN_TIME,  &schema_perkara_dilengkapi, S(DIAJUKAN) },
	{ S(PERLU_DILENGKAPI), false, TOO_LATE, &schema_fakta_terlambat,    S(GUGUR) },
	{ S(GUGUR),            false, IN_TIME,  &schema_perkara_dihidupkan, S(DIAJUKAN) },
	{ S(GUGUR),            false, TOO_LATE, &schema_fakta_terlambat,    S(GUGUR) },
	{ S(DIREGISTER),       false, IN_TIME,  &schema_perkara_dilengkapi, S(DIREGISTER) },
	{ S(DIDISPOSISIKAN),   false, IN_TIME,  &schema_perkara_dilengkapi, S(DIDISPOSISIKAN) },
	{ S(DIPROSES),         false, IN_TIME,  &schema_perkara_dilengkapi, S(DIPROSES) },
	{ S(DIPERPANJANG),     false, IN_TIME,  &schema_perkara_dilengkapi, S(DIPERPANJANG) },
	{ S(DIPUTUS),          false, IN_TIME,  &schema_fakta_terlambat,    S(DIPUTUS) },
	{ S(DISERAHKAN),       false, IN_TIME,  &schema_fakta_terlambat,    S(DISERAHKAN) },
	{ S(SELESAI),          false, IN_TIME,  &schema_fakta_terlambat,    S(SELESAI) },
	{ S(DIALIHKAN),        false, IN_TIME,  &schema_fakta_terlambat,    S(DIALIHKAN) },
	{ S(DICABUT),          false, IN_TIME,  &schema_fakta_terlambat,    S(DICABUT) },
	{ S(DIAJUKAN),         true,  IN_TIME,  &schema_perkara_dicabut,    S(DICABUT) },
	{ S(PERLU_DILENGKAPI), true,  IN_TIME,  &schema_perkara_dicabut,    S(DICABUT) },
	{ S(GUGUR),            true,  IN_TIME,  &schema_perkara_dicabut,    S(DICABUT) },
	{ S(GUGUR),            true,  TOO_LATE, &schema_fakta_terlambat,    S(GUGUR) },
	{ S(DIREGISTER),       true,  IN_TIME,  &schema_perkara_dicabut,    S(DICABUT) },
	{ S(DIDISPOSISIKAN),   true,  IN_TIME,  &schema_perkara_dicabut,    S(DICABUT) },
	{ S(DIPROSES),         true,  IN_TIME,  &schema_perkara_dicabut,    S(DICABUT) },
	{ S(DIPERPANJANG),     true,  IN_TIME,  &schema_perkara_dicabut,    S(DICABUT) },
	{ S(DIPUTUS),          true,  IN_TIME,  &schema_fakta_terlambat,    S(DIPUTUS) },
	{ S(DISERAHKAN),       true,  IN_TIME,  &schema_fakta_terlambat,    S(DISERAHKAN) },
	{ S(SELESAI),          true,  IN_TIME,  &schema_fakta_terlambat,    S(SELESAI) },
	{ S(DIALIHKAN),        true,  IN_TIME,  &schema_fakta_terlambat,    S(DIALIHKAN) },
	{ S(DICABUT),          true,  IN_TIME,  &schema_fakta_terlambat,    S(DICABUT) },
/* clang-format on */
#undef S
};

static void facts_are_judged_by_the_day_they_came_in(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
		/* The limit to complete is 27 March; what is judged then or later came in on that day, or after it. */
		const char *received = facts[i].when == IN_TIME ? "2026-03-27T23:59" : "2026-03-28T00:00";
		uint32_t before;
		struct id id;

		reopen("");
		id = kantor_bring(&k, facts[i].status);
		before = count(facts[i].event);
		/* Too late for a case that still waits: intake says so before the clock does. */
		if (harness_now(k.h) < kantor_time("2026-03-27T12:00"))
			kantor_wait(&k, "2026-03-27T12:00");
		if (facts[i].is_withdrawal)
			kantor_withdraw(&k, id, received);
		else
			kantor_complete(&k, id, received);
		assert_int_equal(count(facts[i].event), before + 1);
		kantor_wait(&k, "2026-03-29T00:01");
		kantor_stands(&k, id, facts[i].to);
		assert_int_equal(kantor_parked(&k), 0);
	}
}

static void case_taken_up_again_after_its_lapse_has_its_clock_back(void **state)
{
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_GUGUR);
	uint32_t sent = harness_letters_sent(k.h, "notification", &schema_isi_pemberitahuan);
	struct isi_pemberitahuan letter;

	(void)state;
	kantor_complete(&k, id, "2026-03-26T15:00");
	kantor_stands(&k, id, STATUS_PERMOHONAN_DIAJUKAN);
	assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-08");
	assert_true(harness_letter_sent(k.h, "notification", &schema_isi_pemberitahuan, sent, &letter));
	assert_int_equal(letter.jenis, JENIS_PEMBERITAHUAN_HIDUP_KEMBALI);
	assert_int_equal(letter.versi, kantor_case(&k, id).surat);
	assert_day(letter.batas, "2026-04-08");
	kantor_wait(&k, "2026-04-09T00:01");
	assert_int_equal(count(&schema_tenggat_terlewati), 1);
}

static void days_may_count_since_it_was_complete(void **state)
{
	struct id id, other;

	(void)state;
	other = kantor_lodge(&k, "");
	kantor_policy(&k, "dasar_tenggat", "lengkap");
	id = kantor_lodge(&k, "");
	ask_for_more(id);
	kantor_wait(&k, "2026-03-26T10:00");
	kantor_complete(&k, id, "2026-03-25T10:00");
	declare_complete(id);
	/* Ten working days after 25 March: the 26th, 27th, 30th ... 3 April is Good Friday. */
	assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-09");
	/* One that had begun before the rule changed keeps its base. */
	declare_complete(other);
	assert_day(kantor_case(&k, other).jatuh_tempo, "2026-04-08");
}

static void extension_is_given_once(void **state)
{
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_DIPERPANJANG);

	(void)state;
	SEND(KANTOR_BELAKANG, mulai_proses, .permohonan_id = id);
	REFUSED(KANTOR_PPID, perpanjang, SESI_STATUS_REJECTED, "sudah_diperpanjang",
		.permohonan_id = id, .alasan = STR("Masih dicari"));
}

static void extension_comes_before_the_due_date_is_over(void **state)
{
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_DIPROSES);
	struct id other = kantor_bring(&k, STATUS_PERMOHONAN_DIPROSES);

	(void)state;
	kantor_wait(&k, "2026-04-08T23:59");
	extend(id);
	assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-17");
	kantor_wait(&k, "2026-04-09T00:01");
	REFUSED(KANTOR_PPID, perpanjang, SESI_STATUS_REJECTED, "sudah_lewat", .permohonan_id = other,
		.alasan = STR("Masih dicari"));
}

static void extension_needs_its_reason(void **state)
{
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_DIPROSES);

	(void)state;
	REFUSED(KANTOR_PPID, perpanjang, SESI_STATUS_INVALID, "wajib_diisi", .permohonan_id = id,
		.alasan = STR(" \t"));
}

static void extension_may_count_since_the_first_answer(void **state)
{
	struct id id;

	(void)state;
	kantor_policy(&k, "perpanjangan_dihitung_dari", "tanggapan_pertama");
	id = kantor_bring(&k, STATUS_PERMOHONAN_DIPROSES);
	/* Seven days after the 17th would end before the tenth. */
	REFUSED(KANTOR_PPID, perpanjang, SESI_STATUS_REJECTED, "tidak_menambah_waktu",
		.permohonan_id = id, .alasan = STR("Masih dicari"));
	kantor_wait(&k, "2026-04-06T10:00");
	extend(id);
	assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-15");
}

static void passing_of_a_due_date_is_told_once(void **state)
{
	struct tenggat_terlewati event;
	struct id id = kantor_lodge(&k, "");

	(void)state;
	kantor_wait(&k, "2026-04-08T23:59");
	assert_int_equal(count(&schema_tenggat_terlewati), 0);
	kantor_wait(&k, "2026-04-09T00:01");
	assert_true(harness_last_event(k.h, "workflow", &schema_tenggat_terlewati, &event, NULL));
	assert_day(event.jatuh_tempo, "2026-04-08");
	kantor_stands(&k, id, STATUS_PERMOHONAN_DIAJUKAN);
	/* The same date counted again has passed already. */
	declare_complete(id);
	harness_advance(k.h, 30 * US_PER_DAY);
	assert_int_equal(count(&schema_tenggat_terlewati), 1);
}

static void decided_case_does_not_fall_due(void **state)
{
	(void)state;
	kantor_bring(&k, STATUS_PERMOHONAN_DIPUTUS);
	kantor_bring(&k, STATUS_PERMOHONAN_DICABUT);
	kantor_bring(&k, STATUS_PERMOHONAN_DIALIHKAN);
	harness_advance(k.h, 60 * US_PER_DAY);
	assert_int_equal(count(&schema_tenggat_terlewati), 0);
}

static void extended_case_falls_due_at_the_later_date(void **state)
{
	(void)state;
	kantor_bring(&k, STATUS_PERMOHONAN_DIPERPANJANG);
	kantor_wait(&k, "2026-04-17T23:59");
	assert_int_equal(count(&schema_tenggat_terlewati), 0);
	kantor_wait(&k, "2026-04-18T00:01");
	assert_int_equal(count(&schema_tenggat_terlewati), 1);
}

static void lodging_dated_back_falls_due_as_if_it_had_been_seen(void **state)
{
	struct id id;

	(void)state;
	kantor_wait(&k, "2026-06-01T09:00");
	id = kantor_lodge(&k, "2026-03-17T10:00");
	assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-08");
	harness_advance(k.h, US_PER_SECOND);
	assert_int_equal(count(&schema_tenggat_terlewati), 1);
}

static void new_calendar_changes_no_date_that_stands(void **state)
{
	struct perkara_diperpanjang event;
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_DIPROSES);
	uint32_t version = kantor_case(&k, id).kalender_versi;

	(void)state;
	kantor_calendar(&k, 2026, "2026-04-10");
	assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-08");
	/* What is counted from now on is counted by the new one, and says so. */
	extend(id);
	assert_true(harness_last_event(k.h, "workflow", &schema_perkara_diperpanjang, &event, NULL));
	assert_day(event.jatuh_tempo, "2026-04-20");
	assert_true(event.kalender_versi > version);
	assert_int_equal(event.hitungan.kalender_versi, event.kalender_versi);
}

static void transfer_goes_elsewhere(void **state)
{
	struct id id = kantor_lodge(&k, "");
	struct isi_pemberitahuan letter;

	(void)state;
	REFUSED(KANTOR_PPID, alihkan, SESI_STATUS_REJECTED, "unit_sama", .permohonan_id = id,
		.ke_unit = STR(KANTOR_UNIT));
	REFUSED(KANTOR_PPID, alihkan, SESI_STATUS_INVALID, "wajib_diisi", .permohonan_id = id,
		.ke_unit = STR(""));
	/* The log goes up to other nodes, and nothing can be taken out of it again. */
	REFUSED(KANTOR_PPID, alihkan, SESI_STATUS_INVALID, "bukan_kode", .permohonan_id = id,
		.ke_unit = STR("Ibu Sri, 0812 3456 7890"));
	SEND(KANTOR_PPID, alihkan, .permohonan_id = id, .ke_unit = STR("DISDIK"), .has_alasan = true,
		.alasan = STR("Bukan wewenang kami"));
	assert_true(str_is(kantor_case(&k, id).ke_unit, "DISDIK"));
	assert_true(harness_letter_sent(k.h, "notification", &schema_isi_pemberitahuan, 0, &letter));
	assert_int_equal(letter.jenis, JENIS_PEMBERITAHUAN_PENGALIHAN);
	assert_int_equal(letter.versi, 1);
	assert_true(str_is(letter.badan_lain, "DISDIK") && str_is(letter.isi, "Bukan wewenang kami"));
	assert_int_equal(kantor_case(&k, id).surat, 1);
}

static void a_file_is_passed_on_to_an_office_and_not_to_a_name(void **state)
{
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_DIREGISTER);

	(void)state;
	REFUSED(KANTOR_MEJA, disposisikan, SESI_STATUS_INVALID, "bukan_kode", .permohonan_id = id,
		.tujuan = STR("Bapak Ahmad"));
	SEND(KANTOR_MEJA, disposisikan, .permohonan_id = id, .tujuan = STR("bidang-statistik"));
}

static void officers_of_another_unit_are_denied(void **state)
{
	struct beri_hak c = { .akun = { { 0x55 } }, .peran = PERAN_PPID, .unit = STR("DISDIK") };
	struct id id = kantor_lodge(&k, "");

	(void)state;
	kantor_send(&k, KANTOR_ADMIN, &schema_beri_hak, &c);
	REFUSED(c.akun, nyatakan_lengkap, SESI_STATUS_DENIED, "bukan_kewenangan", .permohonan_id = id);
	c.unit = str_of("*");
	kantor_send(&k, KANTOR_ADMIN, &schema_beri_hak, &c);
	SEND(c.akun, nyatakan_lengkap, .permohonan_id = id);
}

static void facts_that_fit_no_case_are_kept_aside(void **state)
{
	struct id id = kantor_lodge(&k, "");
	struct permohonan_diajukan again = {
		.permohonan_id = id,
		.unit = STR(KANTOR_UNIT),
		.nomor = STR("1"),
		.seri = STR("permohonan"),
		.tahun = 2026,
		.urut = 1,
		.kanal = KANAL_EMAIL,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.cara = CARA_MEMPEROLEH_MELIHAT,
	};

	(void)state;
	harness_publish(k.h, "intake", &schema_permohonan_diajukan, str_of("x"), &again);
	assert_int_equal(kantor_parked(&k), 1);
	kantor_withdraw(&k, (struct id) { { 0x66 } }, "");
	assert_int_equal(kantor_parked(&k), 2);
	/* The others go on. */
	kantor_lodge(&k, "");
	assert_int_equal(count(&schema_perkara_dibuka), 2);
}

static void year_without_a_calendar_is_said(void **state)
{
	struct perkara row;

	(void)state;
	kantor_wait(&k, "2027-12-28T09:00");
	row = kantor_case(&k, kantor_lodge(&k, ""));
	assert_true(row.hitungan.melewati_kalender);
	assert_false(kantor_case(&k, kantor_lodge(&k, "2026-03-17T10:00")).hitungan.melewati_kalender);
}

static void clocks_outlive_a_crash(void **state)
{
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_PERLU_DILENGKAPI);

	(void)state;
	kantor_lodge(&k, "");
	harness_crash(k.h, "workflow");
	harness_start(k.h, "workflow");
	kantor_wait(&k, "2026-04-10T09:00");
	kantor_stands(&k, id, STATUS_PERMOHONAN_GUGUR);
	assert_int_equal(count(&schema_tenggat_terlewati), 1);
	assert_int_equal(count(&schema_perkara_gugur), 1);
}

#define AT_WORK(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_WORK(lodging_opens_a_case_with_its_due_date),
		AT_WORK(what_is_missing_is_asked_for_with_its_limit),
		AT_WORK(asking_after_the_rule_s_days_is_marked),
		AT_WORK(case_that_is_not_completed_lapses_after_the_last_day),
		AT_WORK(completed_case_is_judged_again_and_may_lapse_no_more),
		AT_WORK(facts_are_judged_by_the_day_they_came_in),
		AT_WORK(case_taken_up_again_after_its_lapse_has_its_clock_back),
		AT_WORK(days_may_count_since_it_was_complete),
		AT_WORK(extension_is_given_once),
		AT_WORK(extension_comes_before_the_due_date_is_over),
		AT_WORK(extension_needs_its_reason),
		AT_WORK(extension_may_count_since_the_first_answer),
		AT_WORK(passing_of_a_due_date_is_told_once),
		AT_WORK(decided_case_does_not_fall_due),
		AT_WORK(extended_case_falls_due_at_the_later_date),
		AT_WORK(lodging_dated_back_falls_due_as_if_it_had_been_seen),
		AT_WORK(new_calendar_changes_no_date_that_stands),
		AT_WORK(transfer_goes_elsewhere),
		AT_WORK(a_file_is_passed_on_to_an_office_and_not_to_a_name),
		AT_WORK(officers_of_another_unit_are_denied),
		AT_WORK(facts_that_fit_no_case_are_kept_aside),
		AT_WORK(year_without_a_calendar_is_said),
		AT_WORK(clocks_outlive_a_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
