/* Rows of old registers: taken over as they are, counted by the calendar, silent. */
#include "lib/office.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"

static struct id import(const char *received, struct keputusan_lama result)
{
	struct id id = harness_new_id(k.h);
	struct permohonan_lama_dicatat e = {
		.permohonan_id = id,
		.unit = STR(KANTOR_UNIT),
		.nomor = STR("3/2021"),
		.seri = STR("register 2021"),
		.tahun = 2021,
		.diterima_pada = civil_start_of(kantor_day(received)),
		.kanal = KANAL_INSTAGRAM,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.cara = CARA_MEMPEROLEH_SALINAN,
		.hasil = result,
	};

	harness_publish(k.h, "intake", &schema_permohonan_lama_dicatat,
		str_bytes(id.bytes, sizeof id.bytes), &e);
	assert_int_equal(kantor_parked(&k), 0);
	return id;
}

static struct perkara_lama_dicatat last(void)
{
	struct perkara_lama_dicatat event;

	assert_true(harness_last_event(k.h, "workflow", &schema_perkara_lama_dicatat, &event, NULL));
	return event;
}

static void closed_row_has_its_working_days(void **state)
{
	struct perkara_lama_dicatat event;
	struct id id = import("2021-05-05",
		(struct keputusan_lama) {
			.has_keputusan = true,
			.keputusan = KEPUTUSAN_DIKABULKAN,
			.status = STATUS_PERMOHONAN_SELESAI,
			.has_diberitahukan = true,
			.diberitahukan = kantor_day("2021-05-24"),
			.has_diserahkan = true,
			.diserahkan = kantor_day("2021-05-27"),
		});

	(void)state;
	kantor_stands(&k, id, STATUS_PERMOHONAN_SELESAI);
	event = last();
	assert_int_equal(event.hari_kerja, 10);
	assert_true(event.tepat_waktu);
	assert_false(event.tanpa_kalender);
	assert_int_equal(event.jatuh_tempo, kantor_day("2021-05-24"));
	assert_int_equal(event.keputusan, KEPUTUSAN_DIKABULKAN);
}

static void day_of_handing_over_stands_in_for_a_missing_notice(void **state)
{
	(void)state;
	import("2021-05-05",
		(struct keputusan_lama) {
			.has_keputusan = true,
			.keputusan = KEPUTUSAN_DIKABULKAN,
			.status = STATUS_PERMOHONAN_SELESAI,
			.has_diserahkan = true,
			.diserahkan = kantor_day("2021-05-25"),
		});
	assert_int_equal(last().hari_kerja, 11);
	assert_false(last().tepat_waktu);
}

static void extended_row_was_in_time_until_the_later_date(void **state)
{
	struct keputusan_lama result = {
		.has_keputusan = true,
		.keputusan = KEPUTUSAN_DIKABULKAN,
		.status = STATUS_PERMOHONAN_SELESAI,
		.has_diberitahukan = true,
		.diberitahukan = kantor_day("2021-06-04"),
		.has_diperpanjang = true,
		.diperpanjang = true,
	};

	(void)state;
	import("2021-05-05", result);
	assert_int_equal(last().hari_kerja, 17);
	assert_true(last().tepat_waktu);
	result.diperpanjang = false;
	import("2021-05-05", result);
	assert_false(last().tepat_waktu);
}

static void row_that_ended_without_a_decision_counts_no_days(void **state)
{
	(void)state;
	import("2021-05-05", (struct keputusan_lama) { .status = STATUS_PERMOHONAN_DICABUT });
	assert_false(last().has_hari_kerja);
	assert_false(last().has_tepat_waktu);
}

static void days_of_a_year_without_a_calendar_are_marked(void **state)
{
	(void)state;
	/* Monday to Friday alone: 4 to 8 May 2015. */
	import("2015-05-04",
		(struct keputusan_lama) {
			.has_keputusan = true,
			.keputusan = KEPUTUSAN_DIKABULKAN,
			.status = STATUS_PERMOHONAN_SELESAI,
			.has_diberitahukan = true,
			.diberitahukan = kantor_day("2015-05-08"),
		});
	assert_int_equal(last().hari_kerja, 4);
	assert_true(last().tanpa_kalender);
}

static void import_says_nothing_and_falls_due_for_nothing_past(void **state)
{
	static const uint32_t states[] = {
		STATUS_PERMOHONAN_DIAJUKAN,
		STATUS_PERMOHONAN_PERLU_DILENGKAPI,
		STATUS_PERMOHONAN_DIREGISTER,
		STATUS_PERMOHONAN_DIPERPANJANG,
		STATUS_PERMOHONAN_DIPUTUS,
	};

	(void)state;
	for (uint32_t i = 0; i < sizeof states / sizeof states[0]; i++)
		kantor_stands(&k, import("2021-07-01", (struct keputusan_lama) { .status = states[i] }),
			states[i]);
	harness_advance(k.h, 400 * US_PER_DAY);
	assert_int_equal(harness_letters_sent(k.h, "intake", &schema_isi_pemberitahuan), 0);
	assert_int_equal(harness_letters_sent(k.h, "notification", &schema_isi_pemberitahuan), 0);
	assert_int_equal(harness_events(k.h, "workflow", &schema_tenggat_terlewati), 0);
	assert_int_equal(harness_events(k.h, "workflow", &schema_perkara_gugur), 0);
	assert_int_equal(kantor_parked(&k), 0);
}

static void open_row_that_is_not_due_yet_goes_on_as_a_live_case(void **state)
{
	struct id id =
		import("2026-03-10", (struct keputusan_lama) { .status = STATUS_PERMOHONAN_DIPROSES });
	struct putuskan c = { .permohonan_id = id, .keputusan = KEPUTUSAN_DIKABULKAN };

	(void)state;
	assert_true(kantor_case(&k, id).berjalan);
	harness_advance(k.h, 60 * US_PER_DAY);
	assert_int_equal(harness_events(k.h, "workflow", &schema_tenggat_terlewati), 1);
	kantor_send(&k, KANTOR_PPID, &schema_putuskan, &c);
	kantor_stands(&k, id, STATUS_PERMOHONAN_DIPUTUS);
	assert_false(kantor_case(&k, id).tepat_waktu);
}

static void old_row_that_waits_can_be_completed_at_any_time(void **state)
{
	struct id id = import("2021-07-01",
		(struct keputusan_lama) { .status = STATUS_PERMOHONAN_PERLU_DILENGKAPI });

	(void)state;
	kantor_complete(&k, id, "");
	kantor_stands(&k, id, STATUS_PERMOHONAN_DIAJUKAN);
}

static void known_case_is_not_taken_over_again(void **state)
{
	struct id id = kantor_lodge(&k, "");
	struct permohonan_lama_dicatat e = {
		.permohonan_id = id,
		.unit = STR(KANTOR_UNIT),
		.nomor = STR("3/2021"),
		.seri = STR("register 2021"),
		.tahun = 2021,
		.kanal = KANAL_SURAT,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.cara = CARA_MEMPEROLEH_SALINAN,
		.hasil = { .status = STATUS_PERMOHONAN_SELESAI },
	};

	(void)state;
	harness_publish(k.h, "intake", &schema_permohonan_lama_dicatat, str_of("x"), &e);
	assert_int_equal(kantor_parked(&k), 1);
	kantor_stands(&k, id, STATUS_PERMOHONAN_DIAJUKAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_OFFICE(closed_row_has_its_working_days),
		AT_OFFICE(day_of_handing_over_stands_in_for_a_missing_notice),
		AT_OFFICE(extended_row_was_in_time_until_the_later_date),
		AT_OFFICE(row_that_ended_without_a_decision_counts_no_days),
		AT_OFFICE(days_of_a_year_without_a_calendar_are_marked),
		AT_OFFICE(import_says_nothing_and_falls_due_for_nothing_past),
		AT_OFFICE(open_row_that_is_not_due_yet_goes_on_as_a_live_case),
		AT_OFFICE(old_row_that_waits_can_be_completed_at_any_time),
		AT_OFFICE(known_case_is_not_taken_over_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
