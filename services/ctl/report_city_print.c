#include "ctl/report_city.h"

#include <stdio.h>

#include "base/civil.h"
#include "ctl/report_cells.h"
#include "domain/persen.h"

/* A node that nobody here can name is called by its id. */
static struct str node_name(const struct kota_simpul *node, char id[ID_TEXT_MAX])
{
	if (node->nama.len > 0)
		return node->nama;
	id_text(node->simpul, id);
	return str_of(id);
}

static bool is_shown(const struct city *c, const struct kota_simpul *node)
{
	for (uint32_t i = 0; i < c->kota->baris_len; i++)
		if (c->kota->baris[i].di == node)
			return true;
	return c->unit == NULL && c->node == NULL;
}

/* --- JSON --- */

static void json_text(const char *name, struct str text, struct buf *out)
{
	buf_print(out, "\"%s\":", name);
	if (text.len == 0)
		buf_print(out, "null");
	else
		json_write_text(text, out);
}

static void json_id(const char *name, struct id id, struct buf *out)
{
	char text[ID_TEXT_MAX];

	id_text(id, text);
	buf_print(out, "\"%s\":\"%s\"", name, text);
}

static void json_time(const char *name, bool is_known, time_us at, struct buf *out)
{
	char text[TIME_TEXT_MAX];

	if (is_known)
		time_text(at, text);
	buf_print(out, is_known ? "\"%s\":\"%s\"" : "\"%s\":null", name, text);
}

static void json_figures(const struct kota_angka *a, struct buf *out)
{
	buf_print(out,
		"\"diterima\":%llu,\"dipenuhi\":%llu,\"ditolak_tidak_dijawab\":%llu,\"diproses\":%llu,"
		"\"lewat_tenggat\":%llu,\"terjawab\":%llu,\"rata_rata\":",
		(unsigned long long)a->diterima, (unsigned long long)a->status.dipenuhi,
		(unsigned long long)a->status.ditolak_tidak_dijawab, (unsigned long long)a->status.diproses,
		(unsigned long long)a->lewat_tenggat, (unsigned long long)a->terjawab);
	cell_json_hundredths(a->terjawab > 0, a->rata_rata, out);
	buf_print(out, ",\"tepat_waktu\":%llu,\"terlambat\":%llu,\"persen_tepat_waktu\":",
		(unsigned long long)a->tepat_waktu, (unsigned long long)a->terlambat);
	cell_json_share(a->tepat_waktu, a->tepat_waktu + a->terlambat, out);
}

static void json_row(const struct kota_baris *row, struct buf *out)
{
	struct kota_angka a = kota_angka(row);

	buf_print(out, "{");
	json_id("simpul", row->simpul, out);
	buf_print(out, ",");
	json_text("simpul_nama", row->di->nama, out);
	buf_print(out, ",");
	json_text("unit", row->unit, out);
	buf_print(out, ",");
	json_text("nama", row->nama.nama, out);
	buf_print(out, ",");
	json_text("sebutan", row->nama.sebutan, out);
	buf_print(out, ",\"ada_data\":%s,", row->ada_data ? "true" : "false");
	if (row->ada_data) {
		json_figures(&a, out);
		buf_print(out, ",");
	}
	json_time("keadaan_per", row->di->has_keadaan, row->di->keadaan, out);
	buf_print(out, "}");
}

static void json_node(const struct city *c, const struct kota_simpul *node, struct buf *out)
{
	buf_print(out, "{");
	json_id("simpul", node->simpul, out);
	buf_print(out, ",");
	json_text("simpul_nama", node->nama, out);
	buf_print(out, ",\"sendiri\":%s,", id_equal(node->simpul, c->kota->simpul) ? "true" : "false");
	if (node->has_tautan)
		buf_print(out, "\"terhubung\":%s,", node->terhubung ? "true" : "false");
	json_time("kontak", node->has_kontak, node->kontak, out);
	buf_print(out, ",");
	json_time("keadaan_per", node->has_keadaan, node->keadaan, out);
	buf_print(out, ",\"aliran\":[");
	for (uint32_t i = 0; i < node->letak_len; i++) {
		const struct letak_kota *l = &node->letak[i];

		buf_print(out, "%s{", i == 0 ? "" : ",");
		json_text("aliran", l->aliran, out);
		buf_print(out, ",");
		json_id("epok", l->epok, out);
		buf_print(out, ",\"seq\":%llu,", (unsigned long long)l->seq);
		json_time("pada", l->has_pada, l->pada, out);
		buf_print(out, "}");
	}
	buf_print(out, "]}");
}

void city_json(const struct city *c, struct buf *out)
{
	struct kota_angka sum = kota_jumlah(c->kota);
	const char *before = "\n  ";
	char text[PERIODE_TEXT_MAX];
	char title[PERIODE_TITLE_MAX];

	periode_text(c->periode, text);
	periode_title(c->periode, title);
	buf_print(out, "{\"periode\":\"%s\",\"judul\":\"%s\",", text, title);
	json_text("simpul", str_of(c->node == NULL ? "" : c->node), out);
	buf_print(out, ",");
	json_text("unit", str_of(c->unit == NULL ? "" : c->unit), out);
	buf_print(out, ",\"baris\":[");
	for (uint32_t i = 0; i < c->kota->baris_len; i++) {
		buf_print(out, "%s", i == 0 ? "\n  " : ",\n  ");
		json_row(&c->kota->baris[i], out);
	}
	buf_print(out, "\n],\"jumlah\":{");
	json_figures(&sum, out);
	buf_print(out, "},\"keadaan\":[");
	for (uint32_t i = 0; i < c->kota->simpul_len; i++) {
		if (!is_shown(c, &c->kota->simpul_list[i]))
			continue;
		buf_print(out, "%s", before);
		json_node(c, &c->kota->simpul_list[i], out);
		before = ",\n  ";
	}
	buf_print(out, "\n]}\n");
}

/* --- CSV --- */

static void csv_figures(const struct kota_angka *a, struct csv_writer *w)
{
	const uint64_t counts[] = { a->diterima, a->status.dipenuhi, a->status.ditolak_tidak_dijawab,
		a->status.diproses, a->lewat_tenggat, a->terjawab };

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		csv_put_number(w, (int64_t)counts[i]);
	cell_csv_hundredths(a->terjawab > 0, a->rata_rata, w);
	csv_put_number(w, (int64_t)a->tepat_waktu);
	csv_put_number(w, (int64_t)a->terlambat);
	cell_csv_share(a->tepat_waktu, a->tepat_waktu + a->terlambat, w);
}

enum { FIGURES = 10, MOMENT_MAX = 24 };

/* "21-11-2026 08.15", in WIB. */
static void moment_text(bool is_known, time_us at, char ret[MOMENT_MAX])
{
	int year, month, day;
	unsigned minute;

	(void)snprintf(ret, MOMENT_MAX, "belum diketahui");
	if (!is_known || at < TIME_US_MIN || at > TIME_US_MAX - WIB_OFFSET)
		return;
	civil_of_days(civil_date_of(at), &year, &month, &day);
	minute = (unsigned)((at - civil_start_of(civil_date_of(at))) / US_PER_SECOND / 60);
	(void)snprintf(ret, MOMENT_MAX, "%02d-%02d-%04d %02u.%02u", day, month, year, minute / 60,
		minute % 60);
}

void city_csv(const struct city *c, struct buf *out)
{
	static const char *const heads[] = { "id_simpul", "simpul", "unit", "nama", "diterima",
		"dipenuhi", "ditolak_tidak_dijawab", "diproses", "lewat_tenggat", "terjawab",
		"rata_rata_hari_kerja", "tepat_waktu", "terlambat", "persen_tepat_waktu",
		"keadaan_per_wib" };
	struct csv_writer w = { .out = out, .separator = ',' };
	struct kota_angka a = kota_jumlah(c->kota);
	char id[ID_TEXT_MAX];
	char moment[MOMENT_MAX];

	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		csv_put(&w, str_of(heads[i]));
	csv_end_row(&w);
	for (uint32_t i = 0; i < c->kota->baris_len; i++) {
		const struct kota_baris *row = &c->kota->baris[i];
		struct kota_angka figures = kota_angka(row);

		id_text(row->simpul, id);
		csv_put(&w, str_of(id));
		csv_put(&w, row->di->nama);
		csv_put(&w, row->unit);
		csv_put(&w, row->nama.nama);
		if (row->ada_data)
			csv_figures(&figures, &w);
		for (int n = 0; n < FIGURES && !row->ada_data; n++)
			csv_put(&w, str_of(""));
		moment_text(row->di->has_keadaan, row->di->keadaan, moment);
		csv_put(&w, str_of(row->ada_data ? moment : "belum ada data"));
		csv_end_row(&w);
	}
	csv_put(&w, str_of("jumlah"));
	for (int n = 0; n < 3; n++)
		csv_put(&w, str_of(n == 2 ? "Jumlah" : ""));
	csv_figures(&a, &w);
	csv_put(&w, str_of(""));
	csv_end_row(&w);
}

/* --- text --- */

enum { NODE_COLUMNS_MAX = 36, UNIT_COLUMNS_MAX = 44, NUMBER_COLUMNS = 5, CELL = 11 };

struct widths {
	int node, unit;
};

/* Code and name of a unit, as one cell. */
static void unit_cell(const struct kota_baris *row, struct buf *ret)
{
	buf_add_str(ret, row->unit);
	if (row->nama.nama.len > 0)
		buf_print(ret, " %.*s", (int)row->nama.nama.len, row->nama.nama.ptr);
}

static int wider(int width, int columns, int most)
{
	if (columns > most)
		columns = most;
	return columns > width ? columns : width;
}

static struct widths measure(const struct kota *k)
{
	struct widths w = { 6, 4 }; /* of the heads */
	char id[ID_TEXT_MAX];
	struct buf unit;

	buf_init(&unit, CTL_PATH_MAX);
	for (uint32_t i = 0; i < k->baris_len; i++) {
		unit.len = 0;
		unit_cell(&k->baris[i], &unit);
		w.node = wider(w.node, cell_columns(node_name(k->baris[i].di, id)), NODE_COLUMNS_MAX);
		w.unit = wider(w.unit, cell_columns(buf_str(&unit)), UNIT_COLUMNS_MAX);
	}
	buf_clear(&unit);
	return w;
}

static void text_begin(const char *number, struct str node, struct str unit, struct widths w,
	struct buf *out)
{
	buf_print(out, "%-*s", NUMBER_COLUMNS, number);
	cell_text(node, w.node, out);
	buf_print(out, "  ");
	cell_text(unit, w.unit, out);
}

static void text_figures(const struct kota_angka *a, struct buf *out)
{
	char share[PERSEN_TEXT_MAX] = "-";
	struct buf mean;
	uint64_t hundredths;

	if (persen_of(a->tepat_waktu, a->tepat_waktu + a->terlambat, &hundredths))
		persen_text(hundredths, share);
	buf_init(&mean, PERSEN_TEXT_MAX);
	cell_text_hundredths(a->terjawab > 0, a->rata_rata, &mean);
	buf_print(out, "%*llu%*llu%*llu%*llu%*llu%*.*s%*s", CELL, (unsigned long long)a->diterima, CELL,
		(unsigned long long)a->status.dipenuhi, CELL,
		(unsigned long long)a->status.ditolak_tidak_dijawab, CELL,
		(unsigned long long)a->status.diproses, CELL, (unsigned long long)a->lewat_tenggat, CELL,
		(int)mean.len, mean.ptr, CELL, share);
	buf_clear(&mean);
}

static void text_heads(struct widths w, struct buf *out)
{
	static const char *const heads[] = { "Diterima", "Dipenuhi", "Ditolak", "Diproses", "Lewat",
		"Rata-rata", "Tepat" };

	text_begin("No.", str_of("Simpul"), str_of("Unit"), w, out);
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
		buf_print(out, "%*s", CELL, heads[i]);
	buf_print(out, "  Keadaan per (WIB)\n");
}

static void text_rows(const struct kota *k, struct widths w, struct buf *out)
{
	char number[16], id[ID_TEXT_MAX], moment[MOMENT_MAX];
	struct buf unit;

	buf_init(&unit, CTL_PATH_MAX);
	for (uint32_t i = 0; i < k->baris_len; i++) {
		const struct kota_baris *row = &k->baris[i];
		struct kota_angka a = kota_angka(row);

		unit.len = 0;
		unit_cell(row, &unit);
		(void)snprintf(number, sizeof number, "%u.", i + 1);
		text_begin(number, node_name(row->di, id), buf_str(&unit), w, out);
		if (!row->ada_data) {
			buf_print(out, "%*s\n", 2 * CELL, "belum ada data");
			continue;
		}
		text_figures(&a, out);
		moment_text(row->di->has_keadaan, row->di->keadaan, moment);
		buf_print(out, "  %s\n", moment);
	}
	buf_clear(&unit);
}

/* What the figures do not say by themselves: who is silent. */
static void text_silent(const struct city *c, struct buf *out)
{
	uint32_t units = 0;
	char id[ID_TEXT_MAX], moment[MOMENT_MAX];

	for (uint32_t i = 0; i < c->kota->baris_len; i++)
		units += !c->kota->baris[i].ada_data;
	if (units > 0)
		buf_print(out, "Belum ada data dari %u unit; jumlah di atas tanpa unit tersebut.\n", units);
	for (uint32_t i = 0; i < c->kota->simpul_len; i++) {
		const struct kota_simpul *node = &c->kota->simpul_list[i];

		if (!is_shown(c, node) || !node->has_tautan || node->terhubung)
			continue;
		buf_print(out, "Simpul ");
		cell_text(node_name(node, id), cell_columns(node_name(node, id)), out);
		moment_text(node->has_kontak, node->kontak, moment);
		buf_print(out, " tidak terhubung; kontak terakhir %s%s.\n", moment,
			node->has_kontak ? " WIB" : "");
	}
}

void city_text(const struct city *c, struct buf *out)
{
	struct kota_angka sum = kota_jumlah(c->kota);
	struct widths w = measure(c->kota);
	char title[PERIODE_TITLE_MAX];

	periode_title(c->periode, title);
	buf_print(out, "LAPORAN LAYANAN INFORMASI PUBLIK SELURUH KOTA\n%s\nSimpul: %s\nUnit: %s\n\n",
		title, c->node == NULL ? "semua" : c->node, c->unit == NULL ? "semua" : c->unit);
	text_heads(w, out);
	text_rows(c->kota, w, out);
	text_begin("", str_of("Jumlah"), str_of(""), w, out);
	text_figures(&sum, out);
	buf_print(out,
		"\n\nDitolak: ditolak atau tidak dijawab. Lewat: masih diproses dan lewat tenggat.\n"
		"Rata-rata: hari kerja sampai pemberitahuan tertulis. Tepat: bagian jawaban yang tepat "
		"waktu.\nKeadaan per: saat catatan terakhir simpul yang sudah sampai di sini.\n");
	text_silent(c, out);
}
