/* The three forms of a report, from the same sums. */
#include "ctl/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct written {
	struct arena arena;
	struct laporan laporan;
	struct report report;
	struct buf out;
};

/* Three by letter, one of them refused; a subject that a spreadsheet would run. */
static int begin(void **state)
{
	static struct written w;
	uint64_t kinds[] = { 2, 0, 1 };
	uint64_t outcomes[] = { 0, 2, 0, 1 };
	struct jumlah_kanal row = { KANAL_SURAT,
		{ .jenis = kinds, .jenis_len = 3, .hasil = outcomes, .hasil_len = 4 } };
	struct jumlah_pokok subject = { STR("=1+\"1\""), 3 };
	struct jumlah_hari days[] = { { 2, 1 }, { 5, 2 } };
	struct laporan_layanan_jawab page = { .kanal = &row,
		.kanal_len = 1,
		.pokok = &subject,
		.pokok_len = 1,
		.hari = days,
		.hari_len = 2 };
	struct periode periode = { PERIODE_BULAN, 2021, 8 };

	arena_init(&w.arena, 1 << 20);
	laporan_begin(&w.laporan, periode, &w.arena);
	assert_int_equal(laporan_add(&w.laporan, &page), ERR_OK);
	laporan_end(&w.laporan);
	w.report = (struct report) { .laporan = &w.laporan };
	assert_int_equal(laporan_tables(&w.laporan, &w.report.tables, &w.report.table_count), ERR_OK);
	buf_init(&w.out, 1 << 20);
	*state = &w;
	return 0;
}

static int end(void **state)
{
	struct written *w = *state;

	buf_clear(&w->out);
	arena_clear(&w->arena);
	return 0;
}

static void has(struct written *w, const char *text)
{
	buf_add(&w->out, "", 1);
	if (strstr(w->out.ptr, text) == NULL)
		fail_msg("%s is not in:\n%s", text, w->out.ptr);
	w->out.len--;
}

static void json_has_numbers_and_null(void **state)
{
	struct written *w = *state;

	report_json(&w->report, &w->out);
	has(w, "{\"periode\":\"2021-08\",\"judul\":\"Agustus 2021\",\"unit\":null,");
	has(w, "\"nama\":\"Perseorangan\",\"jumlah\":0,\"persen\":null}");
	has(w, "\"nama\":\"Perseorangan\",\"jumlah\":2,\"persen\":66.67}");
	has(w, "\"nama\":\"Badan hukum\",\"jumlah\":1,\"persen\":33.33}],\"jumlah\":3,\"persen\":100}");
	has(w, "\"nama\":\"=1+\\\"1\\\"\"");
	has(w, "\"waktu\":{\"terjawab\":3,\"rata_rata\":4,\"median\":5,");
}

static void the_unit_is_named_as_it_was_asked_for(void **state)
{
	struct written *w = *state;

	w->report.unit = "DIS\"DIK";
	report_json(&w->report, &w->out);
	has(w, "\"unit\":\"DIS\\\"DIK\"");
}

static void csv_runs_no_formula_and_has_empty_cells(void **state)
{
	struct written *w = *state;

	report_csv(&w->report, &w->out);
	has(w, "nomor,tabel,judul,kode,baris,jumlah,persen\r\n");
	has(w, "1,pemohon_email,Data Pemohon Informasi Melalui Email,perorangan,Perseorangan,0,\r\n");
	has(w, ",pokok,Informasi yang Paling Banyak Diminta,pokok,\"'=1+\"\"1\"\"\",3,100\r\n");
	has(w, "3,status_surat,Status Pelayanan Informasi Melalui Surat,jumlah,Jumlah,3,100\r\n");
}

static void text_prints_as_the_document_does(void **state)
{
	struct written *w = *state;

	report_text(&w->report, &w->out);
	has(w, "Agustus 2021\nUnit: semua\n");
	has(w,
		"Tabel 1.\nData Pemohon Informasi Melalui Email\n"
		"No. Pemohon                                Jumlah   Persentase\n"
		"1.  Perseorangan                                -            -\n");
	has(w, "    Jumlah                                      0           0%\n");
	has(w, "1.  Perseorangan                                2       66,67%\n");
	has(w, "Rata-rata waktu pelayanan: 4 hari kerja\nMedian waktu pelayanan: 5 hari kerja\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(json_has_numbers_and_null),
		TEST(the_unit_is_named_as_it_was_asked_for),
		TEST(csv_runs_no_formula_and_has_empty_cells),
		TEST(text_prints_as_the_document_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
