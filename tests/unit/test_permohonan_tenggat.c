/* The due dates of a request: limits, extensions, what passes, and by which calendar. */
#include "lib/office.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

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

		office_reopen(examples[i].received);
		id = kantor_lodge(&k, "");
		row = kantor_case(&k, id);
		assert_int_equal(row.status, STATUS_PERMOHONAN_DIAJUKAN);
		kantor_assert_day(row.jatuh_tempo, examples[i].ten);
		kantor_declare_complete(&k, id);
		kantor_assert_day(kantor_case(&k, id).jatuh_tempo, examples[i].ten);
		kantor_extend(&k, id);
		row = kantor_case(&k, id);
		kantor_assert_day(row.jatuh_tempo, examples[i].seventeen);
		kantor_assert_day(row.tambahan.dari, examples[i].ten);
		assert_int_equal(row.status, STATUS_PERMOHONAN_DIPERPANJANG);
	}
}

static void what_is_missing_is_asked_for_with_its_limit(void **state)
{
	struct kelengkapan_diminta event;

	(void)state;
	for (uint32_t i = 0; i < EXAMPLES; i++) {
		struct id id;

		office_reopen(examples[i].received);
		id = kantor_lodge(&k, "");
		kantor_ask_for_more(&k, id);
		assert_true(harness_last_event(k.h, "workflow", &schema_kelengkapan_diminta, &event, NULL));
		kantor_assert_day(event.batas, examples[i].three);
		assert_false(event.terlambat);
		kantor_assert_day(event.hitungan.sampai, examples[i].three);
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
	kantor_ask_for_more(&k, id);
	assert_true(harness_last_event(k.h, "workflow", &schema_kelengkapan_diminta, &event, NULL));
	assert_false(event.terlambat);
	kantor_wait(&k, "2026-03-28T00:01");
	kantor_ask_for_more(&k, other);
	assert_true(harness_last_event(k.h, "workflow", &schema_kelengkapan_diminta, &event, NULL));
	assert_true(event.terlambat);
}

static void days_may_count_since_it_was_complete(void **state)
{
	struct id id, other;

	(void)state;
	other = kantor_lodge(&k, "");
	kantor_policy(&k, "dasar_tenggat", "lengkap");
	id = kantor_lodge(&k, "");
	kantor_ask_for_more(&k, id);
	kantor_wait(&k, "2026-03-26T10:00");
	kantor_complete(&k, id, "2026-03-25T10:00");
	kantor_declare_complete(&k, id);
	/* Ten working days after 25 March: the 26th, 27th, 30th ... 3 April is Good Friday. */
	kantor_assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-09");
	/* One that had begun before the rule changed keeps its base. */
	kantor_declare_complete(&k, other);
	kantor_assert_day(kantor_case(&k, other).jatuh_tempo, "2026-04-08");
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
	kantor_extend(&k, id);
	kantor_assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-17");
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
	kantor_extend(&k, id);
	kantor_assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-15");
}

static void passing_of_a_due_date_is_told_once(void **state)
{
	struct tenggat_terlewati event;
	struct id id = kantor_lodge(&k, "");

	(void)state;
	kantor_wait(&k, "2026-04-08T23:59");
	assert_int_equal(kantor_count(&k, &schema_tenggat_terlewati), 0);
	kantor_wait(&k, "2026-04-09T00:01");
	assert_true(harness_last_event(k.h, "workflow", &schema_tenggat_terlewati, &event, NULL));
	kantor_assert_day(event.jatuh_tempo, "2026-04-08");
	kantor_stands(&k, id, STATUS_PERMOHONAN_DIAJUKAN);
	/* The same date counted again has passed already. */
	kantor_declare_complete(&k, id);
	harness_advance(k.h, 30 * US_PER_DAY);
	assert_int_equal(kantor_count(&k, &schema_tenggat_terlewati), 1);
}

static void decided_case_does_not_fall_due(void **state)
{
	(void)state;
	kantor_bring(&k, STATUS_PERMOHONAN_DIPUTUS);
	kantor_bring(&k, STATUS_PERMOHONAN_DICABUT);
	kantor_bring(&k, STATUS_PERMOHONAN_DIALIHKAN);
	harness_advance(k.h, 60 * US_PER_DAY);
	assert_int_equal(kantor_count(&k, &schema_tenggat_terlewati), 0);
}

static void extended_case_falls_due_at_the_later_date(void **state)
{
	(void)state;
	kantor_bring(&k, STATUS_PERMOHONAN_DIPERPANJANG);
	kantor_wait(&k, "2026-04-17T23:59");
	assert_int_equal(kantor_count(&k, &schema_tenggat_terlewati), 0);
	kantor_wait(&k, "2026-04-18T00:01");
	assert_int_equal(kantor_count(&k, &schema_tenggat_terlewati), 1);
}

static void lodging_dated_back_falls_due_as_if_it_had_been_seen(void **state)
{
	struct id id;

	(void)state;
	kantor_wait(&k, "2026-06-01T09:00");
	id = kantor_lodge(&k, "2026-03-17T10:00");
	kantor_assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-08");
	harness_advance(k.h, US_PER_SECOND);
	assert_int_equal(kantor_count(&k, &schema_tenggat_terlewati), 1);
}

static void new_calendar_changes_no_date_that_stands(void **state)
{
	struct perkara_diperpanjang event;
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_DIPROSES);
	uint32_t version = kantor_case(&k, id).kalender_versi;

	(void)state;
	kantor_calendar(&k, 2026, "2026-04-10");
	kantor_assert_day(kantor_case(&k, id).jatuh_tempo, "2026-04-08");
	/* What is counted from now on is counted by the new one, and says so. */
	kantor_extend(&k, id);
	assert_true(harness_last_event(k.h, "workflow", &schema_perkara_diperpanjang, &event, NULL));
	kantor_assert_day(event.jatuh_tempo, "2026-04-20");
	assert_true(event.kalender_versi > version);
	assert_int_equal(event.hitungan.kalender_versi, event.kalender_versi);
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
	assert_int_equal(kantor_count(&k, &schema_tenggat_terlewati), 1);
	assert_int_equal(kantor_count(&k, &schema_perkara_gugur), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_OFFICE(lodging_opens_a_case_with_its_due_date),
		AT_OFFICE(what_is_missing_is_asked_for_with_its_limit),
		AT_OFFICE(asking_after_the_rule_s_days_is_marked),
		AT_OFFICE(days_may_count_since_it_was_complete),
		AT_OFFICE(extension_is_given_once),
		AT_OFFICE(extension_comes_before_the_due_date_is_over),
		AT_OFFICE(extension_needs_its_reason),
		AT_OFFICE(extension_may_count_since_the_first_answer),
		AT_OFFICE(passing_of_a_due_date_is_told_once),
		AT_OFFICE(decided_case_does_not_fall_due),
		AT_OFFICE(extended_case_falls_due_at_the_later_date),
		AT_OFFICE(lodging_dated_back_falls_due_as_if_it_had_been_seen),
		AT_OFFICE(new_calendar_changes_no_date_that_stands),
		AT_OFFICE(year_without_a_calendar_is_said),
		AT_OFFICE(clocks_outlive_a_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
