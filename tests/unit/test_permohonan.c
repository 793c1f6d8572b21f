/* The life of a request: what comes in and when, lapses, taking up again, and who may do what. */
#include "lib/office.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

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
	assert_int_equal(kantor_count(&k, &schema_tenggat_terlewati), 0);
}

static void completed_case_is_judged_again_and_may_lapse_no_more(void **state)
{
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_PERLU_DILENGKAPI);

	(void)state;
	kantor_wait(&k, "2026-03-26T10:00");
	kantor_complete(&k, id, "");
	kantor_stands(&k, id, STATUS_PERMOHONAN_DIAJUKAN);
	kantor_assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-08");
	kantor_wait(&k, "2026-04-01T10:00");
	kantor_stands(&k, id, STATUS_PERMOHONAN_DIAJUKAN);
	assert_int_equal(kantor_count(&k, &schema_perkara_gugur), 0);
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

		office_reopen("");
		id = kantor_bring(&k, facts[i].status);
		before = kantor_count(&k, facts[i].event);
		/* Too late for a case that still waits: intake says so before the clock does. */
		if (harness_now(k.h) < kantor_time("2026-03-27T12:00"))
			kantor_wait(&k, "2026-03-27T12:00");
		if (facts[i].is_withdrawal)
			kantor_withdraw(&k, id, received);
		else
			kantor_complete(&k, id, received);
		assert_int_equal(kantor_count(&k, facts[i].event), before + 1);
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
	kantor_assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-08");
	assert_true(harness_letter_sent(k.h, "notification", &schema_isi_pemberitahuan, sent, &letter));
	assert_int_equal(letter.jenis, JENIS_PEMBERITAHUAN_HIDUP_KEMBALI);
	assert_int_equal(letter.versi, kantor_case(&k, id).surat);
	kantor_assert_day(letter.batas, "2026-04-08");
	kantor_wait(&k, "2026-04-09T00:01");
	assert_int_equal(kantor_count(&k, &schema_tenggat_terlewati), 1);
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
	assert_int_equal(kantor_count(&k, &schema_perkara_dibuka), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_OFFICE(case_that_is_not_completed_lapses_after_the_last_day),
		AT_OFFICE(completed_case_is_judged_again_and_may_lapse_no_more),
		AT_OFFICE(facts_are_judged_by_the_day_they_came_in),
		AT_OFFICE(case_taken_up_again_after_its_lapse_has_its_clock_back),
		AT_OFFICE(transfer_goes_elsewhere),
		AT_OFFICE(a_file_is_passed_on_to_an_office_and_not_to_a_name),
		AT_OFFICE(officers_of_another_unit_are_denied),
		AT_OFFICE(facts_that_fit_no_case_are_kept_aside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
