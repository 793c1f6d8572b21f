#include "ctl/report.h"

#include <stdio.h>

#include "ctl/report_cells.h"
#include "domain/persen.h"
#include "wire/json.h"

/* --- JSON --- */

static void json_name(const char *name, struct buf *out)
{
	json_write_text(str_of(name), out);
	buf_print(out, ":");
}

static void json_counts(uint64_t part, uint64_t whole, struct buf *out)
{
	buf_print(out, "\"jumlah\":%llu,\"persen\":", (unsigned long long)part);
	cell_json_share(part, whole, out);
}

static void json_table(const struct laporan_tabel *t, struct buf *out)
{
	buf_print(out, "{");
	if (t->nomor > 0)
		buf_print(out, "\"nomor\":%u,", t->nomor);
	json_name("kode", out);
	json_write_text(str_of(t->kode), out);
	buf_print(out, ",\"judul\":");
	json_write_text(str_of(t->judul), out);
	buf_print(out, ",\"baris\":[");
	for (uint32_t i = 0; i < t->baris_len; i++) {
		buf_print(out, "%s{\"kode\":", i == 0 ? "" : ",");
		json_write_text(str_of(t->baris[i].kode), out);
		buf_print(out, ",\"nama\":");
		json_write_text(str_of(t->baris[i].nama), out);
		buf_print(out, ",");
		json_counts(t->baris[i].jumlah, t->jumlah, out);
		buf_print(out, "}");
	}
	buf_print(out, "],");
	json_counts(t->jumlah, t->jumlah, out);
	buf_print(out, "}");
}

/* The tables that are numbered, or those that are not. */
static void json_tables(const struct report *r, bool is_numbered, struct buf *out)
{
	const char *before = "\n  ";

	for (uint32_t i = 0; i < r->table_count; i++) {
		if ((r->tables[i].nomor > 0) != is_numbered)
			continue;
		buf_print(out, "%s", before);
		json_table(&r->tables[i], out);
		before = ",\n  ";
	}
}

static void json_time(const struct report *r, struct buf *out)
{
	struct laporan_waktu time = laporan_waktu(r->laporan);
	struct laporan_jumlah sum;

	laporan_total(r->laporan, &sum);
	buf_print(out, "{\"terjawab\":%llu,\"rata_rata\":", (unsigned long long)time.terjawab);
	cell_json_hundredths(time.terjawab > 0, time.rata_rata, out);
	buf_print(out, ",\"median\":");
	cell_json_hundredths(time.terjawab > 0, time.median, out);
	buf_print(out, ",\"tanpa_kalender\":%llu,\"diperpanjang\":%llu,\"lewat_tenggat\":%llu}",
		(unsigned long long)sum.tanpa_kalender, (unsigned long long)sum.diperpanjang,
		(unsigned long long)sum.lewat_tenggat);
}

void report_json(const struct report *r, struct buf *out)
{
	char text[PERIODE_TEXT_MAX];
	char title[PERIODE_TITLE_MAX];

	periode_text(r->laporan->periode, text);
	periode_title(r->laporan->periode, title);
	buf_print(out, "{\"periode\":\"%s\",\"judul\":\"%s\",\"unit\":", text, title);
	if (r->unit == NULL)
		buf_print(out, "null");
	else
		json_write_text(str_of(r->unit), out);
	buf_print(out, ",\"tabel\":[");
	json_tables(r, true, out);
	buf_print(out, "\n],\"rincian\":[");
	json_tables(r, false, out);
	buf_print(out, "\n],\"waktu\":");
	json_time(r, out);
	buf_print(out, "}\n");
}

/* --- CSV --- */

static void csv_row(const struct laporan_tabel *t, const char *code, const char *name,
	uint64_t count, struct csv_writer *w)
{
	if (t->nomor > 0)
		csv_put_number(w, t->nomor);
	else
		csv_put(w, str_of(""));
	csv_put(w, str_of(t->kode));
	csv_put(w, str_of(t->judul));
	csv_put(w, str_of(code));
	csv_put(w, str_of(name));
	csv_put_number(w, (int64_t)count);
	cell_csv_share(count, t->jumlah, w);
	csv_end_row(w);
}

static void csv_figure(const char *code, const char *name, bool is_known, uint64_t hundredths,
	struct csv_writer *w)
{
	csv_put(w, str_of(""));
	csv_put(w, str_of("angka_waktu"));
	csv_put(w, str_of("Waktu Pelayanan"));
	csv_put(w, str_of(code));
	csv_put(w, str_of(name));
	cell_csv_hundredths(is_known, hundredths, w);
	csv_put(w, str_of(""));
	csv_end_row(w);
}

void report_csv(const struct report *r, struct buf *out)
{
	static const char *const heads[] = { "nomor", "tabel", "judul", "kode", "baris", "jumlah",
		"persen" };
	struct laporan_waktu time = laporan_waktu(r->laporan);
	struct csv_writer w = { .out = out, .separator = ',' };

	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		csv_put(&w, str_of(heads[i]));
	csv_end_row(&w);
	for (uint32_t i = 0; i < r->table_count; i++) {
		const struct laporan_tabel *t = &r->tables[i];

		for (uint32_t n = 0; n < t->baris_len; n++)
			csv_row(t, t->baris[n].kode, t->baris[n].nama, t->baris[n].jumlah, &w);
		csv_row(t, "jumlah", "Jumlah", t->jumlah, &w);
	}
	csv_figure("rata_rata", "Rata-rata hari kerja", time.terjawab > 0, time.rata_rata, &w);
	csv_figure("median", "Median hari kerja", time.terjawab > 0, time.median, &w);
}

/* --- text --- */

enum { NAME_COLUMNS = 34, COUNT_COLUMNS = 10, SHARE_COLUMNS = 12 };

static void text_row(const char *number, const char *name, const char *count, const char *share,
	struct buf *out)
{
	int blanks = NAME_COLUMNS - cell_columns(str_of(name));

	buf_print(out, "%-4s%s%*s %*s %*s\n", number, name, blanks > 0 ? blanks : 0, "", COUNT_COLUMNS,
		count, SHARE_COLUMNS, share);
}

static void text_table(const struct laporan_tabel *t, struct buf *out)
{
	char count[PERSEN_TEXT_MAX];
	char share[PERSEN_TEXT_MAX];
	char number[12];

	if (t->nomor > 0)
		buf_print(out, "Tabel %u.\n", t->nomor);
	buf_print(out, "%s\n", t->judul);
	text_row("No.", t->kepala, "Jumlah", "Persentase", out);
	for (uint32_t i = 0; i < t->baris_len; i++) {
		(void)snprintf(number, sizeof number, "%u.", i + 1);
		persen_row_texts(t->baris[i].jumlah, t->jumlah, count, share);
		text_row(number, t->baris[i].nama, count, share, out);
	}
	persen_sum_texts(t->jumlah, count, share);
	text_row("", "Jumlah", count, share, out);
	buf_print(out, "\n");
}

static void text_time(const struct report *r, struct buf *out)
{
	struct laporan_waktu time = laporan_waktu(r->laporan);
	struct laporan_jumlah sum;

	laporan_total(r->laporan, &sum);
	buf_print(out, "Rata-rata waktu pelayanan: ");
	cell_text_hundredths(time.terjawab > 0, time.rata_rata, out);
	buf_print(out, " hari kerja\nMedian waktu pelayanan: ");
	cell_text_hundredths(time.terjawab > 0, time.median, out);
	buf_print(out, " hari kerja\nDiperpanjang: %llu\nMasih diproses dan lewat tenggat: %llu\n",
		(unsigned long long)sum.diperpanjang, (unsigned long long)sum.lewat_tenggat);
	if (sum.tanpa_kalender > 0)
		buf_print(out, "Hari kerja dihitung tanpa kalender hari libur: %llu\n",
			(unsigned long long)sum.tanpa_kalender);
}

void report_text(const struct report *r, struct buf *out)
{
	char title[PERIODE_TITLE_MAX];

	periode_title(r->laporan->periode, title);
	buf_print(out, "LAPORAN LAYANAN INFORMASI PUBLIK\n%s\nUnit: %s\n\n", title,
		r->unit == NULL ? "semua" : r->unit);
	for (uint32_t i = 0; i < r->table_count; i++)
		text_table(&r->tables[i], out);
	text_time(r, out);
}
