/* What reporting makes of each followed event, and how it answers; by its real descriptor. */
#include "lib/hitung.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"

#define Q3 "2021-Q3"

static const struct id NOBODY;

static void a_lodged_request_counts_as_received_and_open(void **state)
{
	struct hitung *t = *state;
	const struct laporan *l;

	hitung_lodge(t, 1, "2021-08-17");
	l = hitung_report(t, HITUNG_UNIT, Q3);
	assert_int_equal(hitung_row(l, "pemohon_website", "perorangan"), 1);
	assert_int_equal(hitung_row(l, "status_website", "diproses"), 1);
	assert_int_equal(hitung_row(l, "bulan", "2021-08"), 1);
	assert_int_equal(hitung_row(l, "kanal", "website"), 1);
	assert_int_equal(hitung_row(l, "latar_belakang", "umum"), 1);
	assert_int_equal(hitung_row(l, "keputusan", "diproses"), 1);
	assert_int_equal(hitung_row(l, "pokok", "tanpa_pokok"), 1);
	assert_int_equal(laporan_waktu(l).terjawab, 0);
}

static void the_day_of_receipt_in_wib_decides_about_the_period(void **state)
{
	struct hitung *t = *state;
	struct permohonan_diajukan event = hitung_lodging(hitung_id(1), "2021-10-01");

	event.diterima_pada -=
		1; /* a moment before midnight in Jakarta, seven hours before it in London */
	hitung_intake(t, &schema_permohonan_diajukan, &event);
	hitung_lodge(t, 2, "2021-10-01");
	hitung_lodge(t, 3, "2021-07-01");
	hitung_lodge(t, 4, "2021-06-30");
	assert_int_equal(hitung_count(t, Q3, "kanal", "website"), 2);
	assert_int_equal(hitung_count(t, "2021-Q4", "kanal", "website"), 1);
	assert_int_equal(hitung_count(t, "2021-Q2", "kanal", "website"), 1);
	assert_int_equal(hitung_count(t, "2021-S2", "kanal", "website"), 3);
	assert_int_equal(hitung_count(t, "2021", "kanal", "website"), 4);
	assert_int_equal(hitung_count(t, "2021-09", "kanal", "website"), 1);
	assert_int_equal(hitung_count(t, "2022", "kanal", "website"), 0);
}

static void units_are_apart_and_together(void **state)
{
	struct hitung *t = *state;
	struct permohonan_diajukan event = hitung_lodging(hitung_id(2), "2021-08-17");

	hitung_lodge(t, 1, "2021-08-17");
	event.unit = str_of("DISDIK");
	hitung_intake(t, &schema_permohonan_diajukan, &event);
	assert_int_equal(hitung_row(hitung_report(t, HITUNG_UNIT, Q3), "kanal", "website"), 1);
	assert_int_equal(hitung_row(hitung_report(t, "DISDIK", Q3), "kanal", "website"), 1);
	assert_int_equal(hitung_count(t, Q3, "kanal", "website"), 2);
}

static void a_decision_moves_a_request_to_its_outcome(void **state)
{
	struct hitung *t = *state;
	const struct laporan *l;

	hitung_decide(t, hitung_lodge(t, 1, "2021-08-17"), KEPUTUSAN_DIKABULKAN, 4, true);
	hitung_decide(t, hitung_lodge(t, 2, "2021-08-17"), KEPUTUSAN_TIDAK_DIKUASAI, 11, false);
	l = hitung_report(t, NULL, Q3);
	assert_int_equal(hitung_row(l, "keputusan", "dikabulkan"), 1);
	assert_int_equal(hitung_row(l, "keputusan", "tidak_dikuasai"), 1);
	assert_int_equal(hitung_row(l, "keputusan", "diproses"), 0);
	assert_int_equal(hitung_row(l, "status_website", "dipenuhi"), 1);
	assert_int_equal(hitung_row(l, "status_website", "ditolak_tidak_dijawab"), 1);
	assert_int_equal(hitung_row(l, "ketepatan", "tepat_waktu"), 1);
	assert_int_equal(hitung_row(l, "ketepatan", "terlambat"), 1);
	assert_int_equal(hitung_row(l, "waktu", "4-10"), 1);
	assert_int_equal(hitung_row(l, "waktu", "11-17"), 1);
	assert_int_equal(laporan_waktu(l).rata_rata, 750);
	assert_int_equal(laporan_waktu(l).median, 750);
}

static void a_decision_that_is_told_anew_takes_the_place_of_the_first(void **state)
{
	struct hitung *t = *state;
	struct id id = hitung_lodge(t, 1, "2021-08-17");
	const struct laporan *l;

	hitung_decide(t, id, KEPUTUSAN_DIKABULKAN, 4, true);
	hitung_decide(t, id, KEPUTUSAN_DIKABULKAN, 12, false);
	l = hitung_report(t, NULL, Q3);
	assert_int_equal(hitung_row(l, "waktu", "4-10"), 0);
	assert_int_equal(hitung_row(l, "waktu", "11-17"), 1);
	assert_int_equal(hitung_row(l, "ketepatan", "terlambat"), 1);
	assert_int_equal(hitung_table(l, "ketepatan")->jumlah, 1);
	assert_int_equal(hitung_row(l, "keputusan", "dikabulkan"), 1);
}

/* The same request told of in both orders of the streams. */
static void a_decision_may_come_before_its_lodging(void **state)
{
	struct hitung *t = *state;

	hitung_decide(t, hitung_id(1), KEPUTUSAN_DIKABULKAN_SEBAGIAN, 3, true);
	assert_int_equal(hitung_count(t, Q3, "keputusan", "dikabulkan_sebagian"), 0);
	hitung_lodge(t, 1, "2021-08-17");
	assert_int_equal(hitung_count(t, Q3, "keputusan", "dikabulkan_sebagian"), 1);
	assert_int_equal(hitung_count(t, Q3, "keputusan", "diproses"), 0);
	assert_int_equal(hitung_count(t, Q3, "waktu", "1-3"), 1);
	assert_int_equal(hitung_count(t, Q3, "ketepatan", "tepat_waktu"), 1);
}

static void refusals_count_by_the_letters_they_name(void **state)
{
	struct hitung *t = *state;
	uint32_t letters[] = { PASAL17_B, PASAL17_J };
	struct perkara_diputus event = { .permohonan_id = hitung_lodge(t, 1, "2021-08-17"),
		.unit = STR(HITUNG_UNIT),
		.keputusan = KEPUTUSAN_DITOLAK,
		.pasal = letters,
		.pasal_len = 2,
		.hari_kerja = 2,
		.tepat_waktu = true };

	hitung_workflow(t, &schema_perkara_diputus, &event);
	assert_int_equal(hitung_count(t, Q3, "pasal17", "b"), 1);
	assert_int_equal(hitung_count(t, Q3, "pasal17", "j"), 1);
	assert_int_equal(hitung_count(t, Q3, "pasal17", "a"), 0);
}

static void lapsed_withdrawn_and_transferred_requests_stay_received(void **state)
{
	struct hitung *t = *state;
	struct perkara_gugur lapsed = { .permohonan_id = hitung_lodge(t, 1, "2021-08-17"),
		.unit = STR("X") };
	struct perkara_dicabut withdrawn = { .permohonan_id = hitung_lodge(t, 2, "2021-08-17"),
		.unit = STR("X") };
	struct perkara_dialihkan moved = { .permohonan_id = hitung_lodge(t, 3, "2021-08-17"),
		.unit = STR("X") };
	const struct laporan *l;

	hitung_workflow(t, &schema_perkara_gugur, &lapsed);
	hitung_workflow(t, &schema_perkara_dicabut, &withdrawn);
	hitung_workflow(t, &schema_perkara_dialihkan, &moved);
	l = hitung_report(t, NULL, Q3);
	assert_int_equal(hitung_row(l, "keputusan", "gugur"), 1);
	assert_int_equal(hitung_row(l, "keputusan", "dicabut"), 1);
	assert_int_equal(hitung_row(l, "keputusan", "dialihkan"), 1);
	assert_int_equal(hitung_row(l, "kanal", "website"), 3);
	assert_int_equal(hitung_row(l, "status", "ditolak_tidak_dijawab"), 3);
	assert_int_equal(laporan_waktu(l).terjawab, 0);
}

static void a_revived_request_is_open_again(void **state)
{
	struct hitung *t = *state;
	struct perkara_gugur lapsed = { .permohonan_id = hitung_lodge(t, 1, "2021-08-17"),
		.unit = STR("X") };
	struct perkara_dihidupkan revived = { .permohonan_id = hitung_id(1),
		.unit = STR("X"),
		.status = STATUS_PERMOHONAN_DIAJUKAN,
		.jatuh_tempo = hitung_day("2021-09-30") };

	hitung_workflow(t, &schema_perkara_gugur, &lapsed);
	hitung_workflow(t, &schema_perkara_dihidupkan, &revived);
	assert_int_equal(hitung_count(t, Q3, "keputusan", "gugur"), 0);
	assert_int_equal(hitung_count(t, Q3, "keputusan", "diproses"), 1);
}

static uint64_t overdue(struct hitung *t)
{
	struct laporan_jumlah sum;

	laporan_total(hitung_report(t, NULL, Q3), &sum);
	return sum.lewat_tenggat;
}

static uint64_t extended(struct hitung *t)
{
	struct laporan_jumlah sum;

	laporan_total(hitung_report(t, NULL, Q3), &sum);
	return sum.diperpanjang;
}

static void what_is_open_past_its_due_date_is_told_until_it_is_answered(void **state)
{
	struct hitung *t = *state;
	struct tenggat_terlewati passed = { .permohonan_id = hitung_lodge(t, 1, "2021-08-17"),
		.unit = STR("X"),
		.jatuh_tempo = hitung_day("2021-08-31") };

	hitung_workflow(t, &schema_tenggat_terlewati, &passed);
	assert_int_equal(overdue(t), 1);
	assert_int_equal(hitung_count(t, Q3, "keputusan", "diproses"), 1);
	hitung_decide(t, hitung_id(1), KEPUTUSAN_DIKABULKAN, 12, false);
	assert_int_equal(overdue(t), 0);
	assert_int_equal(hitung_count(t, Q3, "waktu", "11-17"), 1);
}

static void a_later_due_date_ends_being_overdue(void **state)
{
	struct hitung *t = *state;
	struct id id = hitung_lodge(t, 1, "2021-08-17");
	struct tenggat_terlewati passed = { .permohonan_id = id, .unit = STR("X"), .jatuh_tempo = 100 };
	struct perkara_diregister complete = { .permohonan_id = id,
		.unit = STR("X"),
		.jatuh_tempo = 100 };
	struct perkara_dilengkapi completed = { .permohonan_id = id,
		.unit = STR("X"),
		.status = STATUS_PERMOHONAN_DIAJUKAN,
		.has_jatuh_tempo = true,
		.jatuh_tempo = 103 };
	struct perkara_diperpanjang longer = { .permohonan_id = id,
		.unit = STR("X"),
		.jatuh_tempo = 105 };

	hitung_workflow(t, &schema_tenggat_terlewati, &passed);
	hitung_workflow(t, &schema_perkara_diregister, &complete);
	assert_int_equal(overdue(t), 1);
	complete.jatuh_tempo = 101;
	hitung_workflow(t, &schema_perkara_diregister, &complete);
	assert_int_equal(overdue(t), 0);
	passed.jatuh_tempo = 101;
	hitung_workflow(t, &schema_tenggat_terlewati, &passed);
	assert_int_equal(overdue(t), 1);
	hitung_workflow(t, &schema_perkara_dilengkapi, &completed);
	assert_int_equal(overdue(t), 0);
	passed.jatuh_tempo = 103;
	hitung_workflow(t, &schema_tenggat_terlewati, &passed);
	assert_int_equal(extended(t), 0);
	hitung_workflow(t, &schema_perkara_diperpanjang, &longer);
	assert_int_equal(overdue(t), 0);
	assert_int_equal(extended(t), 1);
}

static void an_old_register_counts_with_its_own_decision(void **state)
{
	struct hitung *t = *state;
	struct permohonan_lama_dicatat row = {
		.permohonan_id = hitung_id(1),
		.unit = STR(HITUNG_UNIT),
		.nomor = STR("1"),
		.seri = STR("permohonan"),
		.tahun = 2021,
		.diterima_pada = civil_start_of(hitung_day("2021-07-05")),
		.kanal = KANAL_INSTAGRAM,
		.jenis = JENIS_PEMOHON_KELOMPOK,
		.latar = LATAR_BELAKANG_LSM,
		.cara = CARA_MEMPEROLEH_SALINAN,
		.hasil = { .status = STATUS_PERMOHONAN_SELESAI },
	};
	struct perkara_lama_dicatat judged = {
		.permohonan_id = hitung_id(1),
		.unit = STR(HITUNG_UNIT),
		.status = STATUS_PERMOHONAN_SELESAI,
		.has_keputusan = true,
		.keputusan = KEPUTUSAN_DIKABULKAN,
		.has_hari_kerja = true,
		.hari_kerja = 18,
		.has_tepat_waktu = true,
		.tepat_waktu = false,
		.has_tanpa_kalender = true,
		.tanpa_kalender = true,
		.has_diperpanjang = true,
		.diperpanjang = true,
	};
	struct laporan_jumlah sum;
	const struct laporan *l;

	hitung_intake(t, &schema_permohonan_lama_dicatat, &row);
	hitung_workflow(t, &schema_perkara_lama_dicatat, &judged);
	l = hitung_report(t, NULL, Q3);
	laporan_total(l, &sum);
	assert_int_equal(hitung_row(l, "pemohon_instagram", "kelompok"), 1);
	assert_int_equal(hitung_row(l, "status_instagram", "dipenuhi"), 1);
	assert_int_equal(hitung_row(l, "waktu", ">17"), 1);
	assert_int_equal(hitung_row(l, "ketepatan", "terlambat"), 1);
	assert_int_equal(sum.tanpa_kalender, 1);
	assert_int_equal(sum.diperpanjang, 1);
}

static void an_old_request_that_ended_without_a_decision_says_how(void **state)
{
	static const uint32_t states[] = { STATUS_PERMOHONAN_GUGUR, STATUS_PERMOHONAN_DICABUT,
		STATUS_PERMOHONAN_DIALIHKAN, STATUS_PERMOHONAN_DIPROSES };
	struct hitung *t = *state;

	for (uint32_t i = 0; i < 4; i++) {
		struct perkara_lama_dicatat judged = { .permohonan_id = hitung_lodge(t, i, "2021-08-17"),
			.unit = STR("X"),
			.status = states[i] };

		hitung_workflow(t, &schema_perkara_lama_dicatat, &judged);
	}
	assert_int_equal(hitung_count(t, Q3, "keputusan", "gugur"), 1);
	assert_int_equal(hitung_count(t, Q3, "keputusan", "dicabut"), 1);
	assert_int_equal(hitung_count(t, Q3, "keputusan", "dialihkan"), 1);
	assert_int_equal(hitung_count(t, Q3, "keputusan", "diproses"), 1);
}

static void a_subject_named_later_takes_the_place_of_the_first(void **state)
{
	struct hitung *t = *state;
	struct permohonan_diajukan event = hitung_lodging(hitung_id(1), "2021-08-17");
	struct ringkasan_publik_ditetapkan named = { .permohonan_id = hitung_id(1),
		.unit = STR("X"),
		.ringkasan = STR("Jadwal pelatihan"),
		.has_pokok = true,
		.pokok = STR("pelatihan") };

	event.has_pokok = true;
	event.pokok = str_of("lowongan");
	hitung_intake(t, &schema_permohonan_diajukan, &event);
	assert_int_equal(hitung_count(t, Q3, "pokok", "lowongan"), 1);
	hitung_intake(t, &schema_ringkasan_publik_ditetapkan, &named);
	assert_int_equal(hitung_count(t, Q3, "pokok", "lowongan"), 0);
	assert_int_equal(hitung_count(t, Q3, "pokok", "pelatihan"), 1);
	named.has_pokok = false;
	hitung_intake(t, &schema_ringkasan_publik_ditetapkan, &named);
	assert_int_equal(hitung_count(t, Q3, "pokok", "pelatihan"), 1);
}

static void the_most_asked_subjects_come_first_and_the_rest_in_one_row(void **state)
{
	struct hitung *t = *state;
	const struct laporan_tabel *table;
	uint32_t number = 0;

	for (uint32_t i = 0; i < 12; i++)
		for (uint32_t n = 0; n <= i; n++) {
			struct permohonan_diajukan event = hitung_lodging(hitung_id(number++), "2021-08-17");
			char subject[16];

			snprintf(subject, sizeof subject, "pokok %02u", i);
			event.has_pokok = true;
			event.pokok = str_of(subject);
			hitung_intake(t, &schema_permohonan_diajukan, &event);
		}
	table = hitung_table(hitung_report(t, NULL, Q3), "pokok");
	assert_string_equal(table->baris[0].nama, "pokok 11");
	assert_int_equal(table->baris[0].jumlah, 12);
	assert_string_equal(table->baris[9].nama, "pokok 02");
	assert_string_equal(table->baris[10].kode, "lainnya");
	assert_int_equal(table->baris[10].jumlah, 3);
	assert_int_equal(table->jumlah, number);
}

static void a_report_of_many_rows_comes_in_pages(void **state)
{
	enum { SUBJECTS = 450 };
	struct hitung *t = *state;
	const struct laporan *l;

	for (uint32_t i = 0; i < SUBJECTS; i++) {
		struct permohonan_diajukan event =
			hitung_lodging(hitung_id(i), i % 2 == 0 ? "2021-07-17" : "2021-09-17");
		char subject[16];

		snprintf(subject, sizeof subject, "pokok %u", i);
		event.has_pokok = true;
		event.pokok = str_of(subject);
		hitung_intake(t, &schema_permohonan_diajukan, &event);
	}
	l = hitung_report(t, NULL, Q3);
	assert_true(t->pages > 1);
	assert_int_equal(l->pokok_len, SUBJECTS);
	assert_int_equal(hitung_row(l, "kanal", "website"), SUBJECTS);
	assert_int_equal(hitung_row(l, "bulan", "2021-07"), SUBJECTS / 2);
	assert_int_equal(hitung_row(l, "bulan", "2021-09"), SUBJECTS / 2);
}

static struct harness_reply ask(struct hitung *t, const char *unit, const char *period,
	struct laporan_layanan_jawab *ret)
{
	struct laporan_layanan question = { .has_unit = unit != NULL,
		.unit = str_of(unit == NULL ? "" : unit),
		.periode = str_of(period) };

	return harness_ask(t->h, "reporting", NOBODY, &schema_laporan_layanan, &question,
		(struct str) { NULL, 0 }, ret);
}

static void questions_that_make_no_sense_name_field_and_rule(void **state)
{
	struct hitung *t = *state;
	struct laporan_layanan_jawab a;
	struct harness_reply r = ask(t, "DISHUB", Q3, &a);

	assert_int_equal(r.status, SESI_STATUS_NOT_FOUND);
	assert_true(str_is(r.field, "unit"));
	assert_true(str_is(r.rule, "unit_tidak_dikenal"));
	assert_int_equal(ask(t, "", Q3, &a).status, SESI_STATUS_NOT_FOUND);
	r = ask(t, NULL, "2021-Q5", &a);
	assert_int_equal(r.status, SESI_STATUS_INVALID);
	assert_true(str_is(r.field, "periode"));
	assert_int_equal(ask(t, NULL, "kemarin", &a).status, SESI_STATUS_INVALID);
}

static void an_answer_says_how_far_it_has_read(void **state)
{
	struct hitung *t = *state;
	struct laporan_layanan_jawab a;

	hitung_lodge(t, 1, "2021-08-17");
	hitung_lodge(t, 2, "2021-08-17");
	assert_int_equal(ask(t, NULL, Q3, &a).status, SESI_STATUS_OK);
	assert_int_equal(a.letak_len, 2);
	assert_true(str_is(a.letak[0].aliran, "intake"));
	assert_int_equal(a.letak[0].seq, 2);
	assert_true(str_is(a.letak[1].aliran, "workflow"));
	assert_int_equal(a.letak[1].seq, 2); /* the units */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, hitung_begin, hitung_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_lodged_request_counts_as_received_and_open),
		TEST(the_day_of_receipt_in_wib_decides_about_the_period),
		TEST(units_are_apart_and_together),
		TEST(a_decision_moves_a_request_to_its_outcome),
		TEST(a_decision_that_is_told_anew_takes_the_place_of_the_first),
		TEST(a_decision_may_come_before_its_lodging),
		TEST(refusals_count_by_the_letters_they_name),
		TEST(lapsed_withdrawn_and_transferred_requests_stay_received),
		TEST(a_revived_request_is_open_again),
		TEST(what_is_open_past_its_due_date_is_told_until_it_is_answered),
		TEST(a_later_due_date_ends_being_overdue),
		TEST(an_old_register_counts_with_its_own_decision),
		TEST(an_old_request_that_ended_without_a_decision_says_how),
		TEST(a_subject_named_later_takes_the_place_of_the_first),
		TEST(the_most_asked_subjects_come_first_and_the_rest_in_one_row),
		TEST(a_report_of_many_rows_comes_in_pages),
		TEST(questions_that_make_no_sense_name_field_and_rule),
		TEST(an_answer_says_how_far_it_has_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
