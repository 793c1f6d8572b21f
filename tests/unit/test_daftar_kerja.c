/* Worklists, cases with history and trace, what officers wrote, and tracking by citizens. */
#include "lib/office.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "domain/deadline.h"

static const struct str START = { NULL, 0 };

static struct harness_reply ask(struct id actor, const struct schema *schema, const void *body,
	void *answer)
{
	return harness_ask(k.h, "workflow", actor, schema, body, START, answer);
}

static struct daftar_kerja_jawab worklist(const struct daftar_kerja *q)
{
	struct daftar_kerja_jawab a;

	assert_int_equal(ask(KANTOR_MEJA, &schema_daftar_kerja, q, &a).status, SESI_STATUS_OK);
	return a;
}

static void worklist_is_by_state_then_due_date(void **state)
{
	struct daftar_kerja q = { .unit = STR(KANTOR_UNIT) };
	struct id late = kantor_lodge(&k, "");
	struct id early = kantor_lodge(&k, "2026-03-10T09:00");
	struct id registered = kantor_bring(&k, STATUS_PERMOHONAN_DIREGISTER);
	struct id closed = kantor_bring(&k, STATUS_PERMOHONAN_SELESAI);
	struct daftar_kerja_jawab a = worklist(&q);
	uint32_t ended = STATUS_PERMOHONAN_SELESAI;

	(void)state;
	assert_int_equal(a.perkara_len, 3);
	assert_true(id_equal(a.perkara[0].permohonan_id, early));
	assert_true(id_equal(a.perkara[1].permohonan_id, late));
	assert_true(id_equal(a.perkara[2].permohonan_id, registered));
	assert_true(str_is(a.perkara[0].nomor, kantor_number(2)));
	assert_true(a.perkara[0].has_kanal && a.perkara[0].kanal == KANAL_DATANG_LANGSUNG);
	assert_int_equal(a.perkara[1].sisa_hari, kantor_day("2026-04-08") - kantor_day("2026-03-17"));
	/* Counts are of all states, whatever was asked for. */
	assert_int_equal(a.jumlah_len, 3);
	assert_int_equal(a.jumlah[0].status, STATUS_PERMOHONAN_DIAJUKAN);
	assert_int_equal(a.jumlah[0].jumlah, 2);
	assert_int_equal(a.jumlah[2].status, STATUS_PERMOHONAN_SELESAI);
	assert_int_equal(a.jumlah[2].jumlah, 1);
	q.status = &ended;
	q.status_len = 1;
	a = worklist(&q);
	assert_int_equal(a.perkara_len, 1);
	assert_true(id_equal(a.perkara[0].permohonan_id, closed));
}

static void worklist_of_what_is_due_by_a_day(void **state)
{
	struct daftar_kerja q = { .unit = STR(KANTOR_UNIT), .has_jatuh_sampai = true };
	struct id early = kantor_lodge(&k, "2026-03-10T09:00");
	struct daftar_kerja_jawab a;

	(void)state;
	kantor_lodge(&k, "");
	kantor_bring(&k, STATUS_PERMOHONAN_DIREGISTER);
	q.jatuh_sampai = kantor_day("2026-04-07");
	a = worklist(&q);
	assert_int_equal(a.perkara_len, 1);
	assert_true(id_equal(a.perkara[0].permohonan_id, early));
	q.jatuh_sampai = kantor_day("2026-04-08");
	assert_int_equal(worklist(&q).perkara_len, 3);
}

static void late_is_what_the_clock_says(void **state)
{
	struct daftar_kerja q = { .unit = STR(KANTOR_UNIT) };
	struct daftar_kerja_jawab a;

	(void)state;
	kantor_lodge(&k, "");
	kantor_bring(&k, STATUS_PERMOHONAN_DIPUTUS);
	kantor_wait(&k, "2026-04-08T23:59");
	assert_false(worklist(&q).perkara[0].terlambat);
	kantor_wait(&k, "2026-04-09T00:00");
	a = worklist(&q);
	assert_true(a.perkara[0].terlambat);
	assert_int_equal(a.perkara[0].sisa_hari, -1);
	/* A decided case waits for nothing by law. */
	assert_int_equal(a.perkara[1].status, STATUS_PERMOHONAN_DIPUTUS);
	assert_false(a.perkara[1].terlambat);
	assert_false(a.perkara[1].has_sisa_hari);
}

/* Over several states and pages, each case once and in order. */
static void pages_go_on_where_the_one_before_ended(void **state)
{
	enum { CASES = 23, PAGE = 5 };
	struct daftar_kerja q = {
		.unit = STR(KANTOR_UNIT),
		.has_paling_banyak = true,
		.paling_banyak = PAGE,
	};
	struct daftar_kerja_jawab a;
	struct str go_on = START;
	uint32_t seen = 0;
	uint32_t last = 0;
	uint32_t pages = 0;

	(void)state;
	for (uint32_t i = 0; i < CASES; i++)
		kantor_bring(&k,
			i % 3 == 0 ? STATUS_PERMOHONAN_DIREGISTER
					   : (i % 3 == 1 ? STATUS_PERMOHONAN_DIAJUKAN : STATUS_PERMOHONAN_DIPROSES));
	do {
		struct harness_reply r =
			harness_ask(k.h, "workflow", KANTOR_MEJA, &schema_daftar_kerja, &q, go_on, &a);

		assert_int_equal(r.status, SESI_STATUS_OK);
		assert_true(a.perkara_len <= PAGE);
		for (uint32_t i = 0; i < a.perkara_len; i++) {
			assert_true(a.perkara[i].status >= last);
			last = a.perkara[i].status;
		}
		seen += a.perkara_len;
		go_on = r.go_on;
		assert_true(++pages < 10);
	} while (go_on.ptr != NULL);
	assert_int_equal(seen, CASES);
	assert_int_equal(pages, (CASES + PAGE - 1) / PAGE);
}

static void page_out_of_bounds_is_refused(void **state)
{
	struct daftar_kerja q = { .unit = STR(KANTOR_UNIT), .has_paling_banyak = true };
	struct daftar_kerja_jawab a;
	struct harness_reply r = ask(KANTOR_MEJA, &schema_daftar_kerja, &q, &a);

	(void)state;
	assert_int_equal(r.status, SESI_STATUS_INVALID);
	assert_true(str_is(r.field, "paling_banyak"));
	q.paling_banyak = 101;
	assert_int_equal(ask(KANTOR_MEJA, &schema_daftar_kerja, &q, &a).status, SESI_STATUS_INVALID);
}

static void units_are_closed_to_each_other(void **state)
{
	struct daftar_kerja list = { .unit = STR(KANTOR_UNIT) };
	struct id id = kantor_lodge(&k, "");
	struct lihat_perkara look = { .permohonan_id = &id, .permohonan_id_len = 1 };
	struct rinci_perkara detail = { .permohonan_id = id };
	struct daftar_kerja_jawab a;
	struct lihat_perkara_jawab b;
	struct rinci_perkara_jawab c;

	(void)state;
	assert_int_equal(ask(KANTOR_PEMBACA, &schema_daftar_kerja, &list, &a).status,
		SESI_STATUS_DENIED);
	assert_int_equal(ask(KANTOR_PEMBACA, &schema_rinci_perkara, &detail, &c).status,
		SESI_STATUS_DENIED);
	assert_int_equal(ask(KANTOR_PEMBACA, &schema_lihat_perkara, &look, &b).status, SESI_STATUS_OK);
	assert_int_equal(b.perkara_len, 0);
	list.unit = str_of("DISDIK");
	assert_int_equal(ask(KANTOR_PEMBACA, &schema_daftar_kerja, &list, &a).status, SESI_STATUS_OK);
	assert_int_equal(a.perkara_len, 0);
}

static void cases_are_shown_by_id(void **state)
{
	struct id ids[3];
	struct lihat_perkara q = { .permohonan_id = ids, .permohonan_id_len = 3 };
	struct lihat_perkara_jawab a;

	(void)state;
	ids[0] = kantor_bring(&k, STATUS_PERMOHONAN_DIPUTUS);
	ids[1] = (struct id) { { 0x77 } };
	ids[2] = kantor_lodge(&k, "");
	assert_int_equal(ask(KANTOR_BELAKANG, &schema_lihat_perkara, &q, &a).status, SESI_STATUS_OK);
	assert_int_equal(a.perkara_len, 2);
	assert_true(id_equal(a.perkara[0].permohonan_id, ids[0]));
	assert_int_equal(a.perkara[0].keputusan, KEPUTUSAN_DIKABULKAN);
	assert_int_equal(a.perkara[0].langkah, 3);
	assert_true(id_equal(a.perkara[1].permohonan_id, ids[2]));
}

/* A case whose every text is as long as it may be, asked for as often as a question may. */
static void cases_that_fit_no_answer_come_in_slices(void **state)
{
	enum { ASKED = 200 };
	static const char *const subject =
		"pokok-yang-panjangnya-enam-puluh-empat-huruf-seperti-batasnya-00";
	struct id id = { { 0x19, 0x01 } }, ids[ASKED];
	struct permohonan_diajukan lodged = {
		.permohonan_id = id,
		.unit = STR(KANTOR_UNIT),
		.nomor = str_of("00001/PPID-DINAS-KOMUNIKASI-INFORMATIKA-STATISTIK/VIII/TAHUN/2026"),
		.seri = STR("permohonan"),
		.tahun = 2026,
		.urut = 1,
		.diterima_pada = harness_now(k.h),
		.kanal = KANAL_EMAIL,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.cara = CARA_MEMPEROLEH_MELIHAT,
		.latar = LATAR_BELAKANG_UMUM,
		.has_pokok = true,
		.pokok = str_of(subject),
	};
	struct lihat_perkara q = { .permohonan_id = ids, .permohonan_id_len = ASKED };
	struct lihat_perkara_jawab a;
	struct harness_reply r = { .go_on = START };
	uint32_t n = 0, slices = 0;

	(void)state;
	lodged.nomor.len = 64;
	harness_publish(k.h, "intake", &schema_permohonan_diajukan,
		str_bytes((const char *)id.bytes, sizeof id.bytes), &lodged);
	for (int i = 0; i < ASKED; i++)
		ids[i] = id;
	kantor_send(&k, KANTOR_MEJA, &schema_nyatakan_lengkap,
		&(struct nyatakan_lengkap) { .permohonan_id = id });
	kantor_send(&k, KANTOR_MEJA, &schema_disposisikan,
		&(struct disposisikan) { .permohonan_id = id, .tujuan = str_of(subject) });
	kantor_send(&k, KANTOR_PPID, &schema_alihkan,
		&(struct alihkan) { .permohonan_id = id,
			.ke_unit = STR("KECAMATAN-BEKASI-TIMUR-KELURAHAN") });
	do {
		r = harness_ask(k.h, "workflow", KANTOR_MEJA, &schema_lihat_perkara, &q, r.go_on, &a);
		assert_int_equal(r.status, SESI_STATUS_OK);
		n += a.perkara_len;
		slices++;
	} while (r.go_on.ptr != NULL);
	assert_int_equal(n, ASKED);
	assert_int_equal(slices, 2);
	r = harness_ask(k.h, "workflow", KANTOR_MEJA, &schema_lihat_perkara, &q,
		str_bytes("\0\0\0\xff", 4), &a);
	assert_int_equal(r.status, SESI_STATUS_INVALID);
}

static void assert_last(const struct jejak_hari *days, uint32_t len, const char *date,
	uint32_t number)
{
	assert_true(len > 0);
	assert_int_equal(days[len - 1].tanggal, kantor_day(date));
	assert_int_equal(days[len - 1].nomor, number);
}

static void case_is_told_with_history_and_trace(void **state)
{
	struct rinci_perkara q = { .permohonan_id = kantor_bring(&k, STATUS_PERMOHONAN_DIPERPANJANG) };
	struct rinci_perkara_jawab a;
	uint32_t holidays = 0;

	(void)state;
	assert_int_equal(ask(KANTOR_MEJA, &schema_rinci_perkara, &q, &a).status, SESI_STATUS_OK);
	assert_int_equal(a.riwayat_len, 3);
	assert_true(str_is(a.riwayat[0].kejadian, "perkara_dibuka"));
	assert_int_equal(a.riwayat[0].jatuh_tempo, kantor_day("2026-04-08"));
	assert_true(id_is_zero(a.riwayat[0].pelaku));
	assert_true(str_is(a.riwayat[2].kejadian, "perkara_diperpanjang"));
	assert_true(id_equal(a.riwayat[2].pelaku, KANTOR_PPID));
	assert_int_equal(a.riwayat[2].jatuh_tempo, kantor_day("2026-04-17"));
	/* The days to the first date, and those that the extension added. */
	assert_int_equal(a.jejak[0].jenis, JENIS_HARI_AWAL);
	assert_int_equal(a.jejak[0].tanggal, kantor_day("2026-03-17"));
	assert_last(a.jejak, a.jejak_len, "2026-04-08", 10);
	assert_last(a.jejak_tambahan, a.jejak_tambahan_len, "2026-04-17", 7);
	for (uint32_t i = 0; i < a.jejak_len; i++)
		if (a.jejak[i].jenis == JENIS_HARI_LIBUR || a.jejak[i].jenis == JENIS_HARI_CUTI_BERSAMA) {
			assert_true(a.jejak[i].has_nama);
			holidays++;
		}
	assert_true(holidays >= 4);
}

/* The trace told of a case is the trace of the count, day by day, whatever the calendar has become. */
static void trace_outlives_a_change_of_the_calendar(void **state)
{
	struct rinci_perkara q = { .permohonan_id = kantor_lodge(&k, "") };
	struct rinci_perkara_jawab before, after;

	(void)state;
	assert_int_equal(ask(KANTOR_MEJA, &schema_rinci_perkara, &q, &before).status, SESI_STATUS_OK);
	kantor_calendar(&k, 2026, "2026-04-07");
	assert_int_equal(ask(KANTOR_MEJA, &schema_rinci_perkara, &q, &after).status, SESI_STATUS_OK);
	assert_int_equal(after.jejak_len, before.jejak_len);
	for (uint32_t i = 0; i < before.jejak_len; i++) {
		assert_int_equal(after.jejak[i].tanggal, before.jejak[i].tanggal);
		assert_int_equal(after.jejak[i].jenis, before.jejak[i].jenis);
		assert_int_equal(after.jejak[i].nomor, before.jejak[i].nomor);
	}
}

static void first_day_that_counts_is_the_first_of_the_trace(void **state)
{
	struct rinci_perkara q;
	struct rinci_perkara_jawab a;

	(void)state;
	kantor_policy(&k, "hari_pertama_dihitung", "ya");
	q.permohonan_id = kantor_lodge(&k, "");
	assert_int_equal(ask(KANTOR_MEJA, &schema_rinci_perkara, &q, &a).status, SESI_STATUS_OK);
	assert_int_equal(a.jejak[0].tanggal, kantor_day("2026-03-17"));
	assert_int_equal(a.jejak[0].nomor, 1);
	assert_last(a.jejak, a.jejak_len, "2026-04-07", 10);
}

static void what_was_written_is_kept_for_those_who_work_on_it(void **state)
{
	struct beri_hak reader = { .akun = { { 0x33 } }, .peran = PERAN_PEMBACA, .unit = STR("*") };
	struct lihat_catatan q = { .permohonan_id = kantor_bring(&k, STATUS_PERMOHONAN_DIPERPANJANG) };
	struct perkara_catatan a;

	(void)state;
	q.langkah = 3;
	assert_int_equal(ask(KANTOR_BELAKANG, &schema_lihat_catatan, &q, &a).status, SESI_STATUS_OK);
	assert_true(str_is(a.isi, "Arsip sedang dicari"));
	assert_true(str_is(a.kejadian, "perkara_diperpanjang"));
	kantor_send(&k, KANTOR_ADMIN, &schema_beri_hak, &reader);
	assert_int_equal(ask(reader.akun, &schema_lihat_catatan, &q, &a).status, SESI_STATUS_DENIED);
	q.langkah = 2;
	assert_int_equal(ask(KANTOR_BELAKANG, &schema_lihat_catatan, &q, &a).status,
		SESI_STATUS_NOT_FOUND);
}

static struct harness_reply track(const char *nomor, const char *code, struct lacak_jawab *a)
{
	struct lacak q = { .has_nomor = true, .nomor = str_of(nomor), .kode = str_of(code) };
	struct id warga = { { 0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1 } };

	return ask(warga, &schema_lacak, &q, a);
}

static void citizen_tracks_by_number_and_code(void **state)
{
	struct lacak_jawab a;
	struct id id = kantor_bring(&k, STATUS_PERMOHONAN_PERLU_DILENGKAPI);

	(void)state;
	assert_int_equal(track(kantor_number(1), KANTOR_CODE, &a).status, SESI_STATUS_OK);
	assert_true(id_equal(a.permohonan_id, id));
	assert_int_equal(a.status, STATUS_PERMOHONAN_PERLU_DILENGKAPI);
	assert_true(a.has_batas);
	assert_int_equal(a.batas, kantor_day("2026-03-27"));
	assert_int_equal(a.riwayat_len, 2);
	assert_true(str_is(a.riwayat[1].kejadian, "kelengkapan_diminta"));
	assert_true(str_is(a.nomor, kantor_number(1)));
	/* As typed from paper. */
	assert_int_equal(track(" 001/ppid-diskominfo/iii/2026", "abcd-efgh-jkmn-pqrs", &a).status,
		SESI_STATUS_OK);
}

static void wrong_code_and_unknown_number_are_answered_alike(void **state)
{
	struct lacak_jawab a;
	struct harness_reply wrong, unknown, by_id;
	struct lacak q = { .has_permohonan_id = true, .kode = STR("ABCDEFGHJKMNPQRT") };

	(void)state;
	q.permohonan_id = kantor_lodge(&k, "");
	kantor_lodge(&k, "");
	wrong = track(kantor_number(1), "ABCDEFGHJKMNPQRT", &a);
	unknown = track("099/PPID-DISKOMINFO/III/2026", KANTOR_CODE, &a);
	by_id = ask(KANTOR_PEMBACA, &schema_lacak, &q, &a);
	assert_int_equal(wrong.status, SESI_STATUS_NOT_FOUND);
	assert_int_equal(unknown.status, wrong.status);
	assert_int_equal(by_id.status, wrong.status);
	assert_true(str_equal(unknown.field, wrong.field) && str_equal(unknown.rule, wrong.rule));
	assert_true(str_equal(by_id.field, wrong.field) && str_equal(by_id.rule, wrong.rule));
	/* A number is no prefix of another. */
	assert_int_equal(track("00", KANTOR_CODE, &a).status, SESI_STATUS_NOT_FOUND);
	assert_int_equal(track("", KANTOR_CODE, &a).status, SESI_STATUS_NOT_FOUND);
	q.kode = str_of(KANTOR_CODE);
	assert_int_equal(ask(KANTOR_PEMBACA, &schema_lacak, &q, &a).status, SESI_STATUS_OK);
	q.has_permohonan_id = false;
	assert_int_equal(ask(KANTOR_PEMBACA, &schema_lacak, &q, &a).status, SESI_STATUS_INVALID);
}

/* A row of an old register under the number of a live case hides nothing, and opens nothing. */
static void old_row_of_the_same_number_does_not_stand_in_the_way(void **state)
{
	struct permohonan_lama_dicatat old = {
		.permohonan_id = { { 0x01 } },
		.unit = STR(KANTOR_UNIT),
		.nomor = str_of(kantor_number(1)),
		.seri = STR("lama"),
		.tahun = 2021,
		.diterima_pada = kantor_time("2021-07-01T00:00"),
		.kanal = KANAL_INSTAGRAM,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.cara = CARA_MEMPEROLEH_SALINAN,
		.hasil = { .status = STATUS_PERMOHONAN_SELESAI },
	};
	struct lacak_jawab a;
	struct id id;

	(void)state;
	harness_publish(k.h, "intake", &schema_permohonan_lama_dicatat, str_of("x"), &old);
	assert_int_equal(track(kantor_number(1), KANTOR_CODE, &a).status, SESI_STATUS_NOT_FOUND);
	id = kantor_lodge(&k, "");
	assert_int_equal(track(kantor_number(1), KANTOR_CODE, &a).status, SESI_STATUS_OK);
	assert_true(id_equal(a.permohonan_id, id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_OFFICE(worklist_is_by_state_then_due_date),
		AT_OFFICE(worklist_of_what_is_due_by_a_day),
		AT_OFFICE(late_is_what_the_clock_says),
		AT_OFFICE(pages_go_on_where_the_one_before_ended),
		AT_OFFICE(page_out_of_bounds_is_refused),
		AT_OFFICE(units_are_closed_to_each_other),
		AT_OFFICE(cases_are_shown_by_id),
		AT_OFFICE(cases_that_fit_no_answer_come_in_slices),
		AT_OFFICE(case_is_told_with_history_and_trace),
		AT_OFFICE(trace_outlives_a_change_of_the_calendar),
		AT_OFFICE(first_day_that_counts_is_the_first_of_the_trace),
		AT_OFFICE(what_was_written_is_kept_for_those_who_work_on_it),
		AT_OFFICE(citizen_tracks_by_number_and_code),
		AT_OFFICE(wrong_code_and_unknown_number_are_answered_alike),
		AT_OFFICE(old_row_of_the_same_number_does_not_stand_in_the_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
