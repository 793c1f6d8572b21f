/* The tables: rows with their names, as reports print them (seed 004 2.2.3 to 2.2.6; DOMAIN.md 6.3). */
#include "domain/laporan.h"

#include "base/civil.h"

#include <assert.h>

enum { TABLES_MAX = 2 * LAPORAN_KANAL + 16, OTHERS = 2 };

/* As in JSON (of an enum: its own names), and as people read it. */
struct word {
	const char *code;
	const char *name;
};

/* What is said of a channel; the order in which reports show them: seed 004 begins with e-mail and ends
 * with the service room. */
static const struct {
	uint32_t kanal;
	const char *code;
	const char *name;
	bool is_always; /* has a table of its own even when nobody used it */
} channels[LAPORAN_KANAL] = {
	{ KANAL_EMAIL, "email", "Email", true },
	{ KANAL_INSTAGRAM, "instagram", "Instagram", false },
	{ KANAL_FACEBOOK, "facebook", "Facebook", false },
	{ KANAL_X, "x", "X (Twitter)", false },
	{ KANAL_WEBSITE, "website", "Website", false },
	{ KANAL_WHATSAPP, "whatsapp", "WhatsApp", false },
	{ KANAL_MEDIA_SOSIAL_LAIN, "media_sosial_lain", "Media Sosial Lain", false },
	{ KANAL_TELEPON, "telepon", "Telepon", false },
	{ KANAL_FAKSIMILE, "faksimile", "Faksimile", false },
	{ KANAL_SURAT, "surat", "Surat", false },
	{ KANAL_DATANG_LANGSUNG, "datang_langsung", "Ruang Layanan", false },
};

static const struct word kinds[LAPORAN_JENIS] = {
	[JENIS_PEMOHON_PERORANGAN - 1] = { "perorangan", "Perseorangan" },
	[JENIS_PEMOHON_KELOMPOK - 1] = { "kelompok", "Kelompok orang" },
	[JENIS_PEMOHON_BADAN_HUKUM - 1] = { "badan_hukum", "Badan hukum" },
};

static const struct word backgrounds[LAPORAN_LATAR] = {
	[LATAR_BELAKANG_MAHASISWA - 1] = { "mahasiswa", "Mahasiswa" },
	[LATAR_BELAKANG_LSM - 1] = { "lsm", "LSM" },
	[LATAR_BELAKANG_MEDIA - 1] = { "media", "Media" },
	[LATAR_BELAKANG_INSTANSI - 1] = { "instansi", "Instansi" },
	[LATAR_BELAKANG_SWASTA - 1] = { "swasta", "Swasta" },
	[LATAR_BELAKANG_PENGACARA - 1] = { "pengacara", "Pengacara" },
	[LATAR_BELAKANG_AKADEMISI - 1] = { "akademisi", "Akademisi" },
	[LATAR_BELAKANG_UMUM - 1] = { "umum", "Umum" },
	[LATAR_BELAKANG_LAINNYA - 1] = { "lainnya", "Lainnya" },
};

enum status { STATUS_DIPENUHI, STATUS_TIDAK, STATUS_DIPROSES, STATUSES };
static const struct word statuses[STATUSES] = {
	[STATUS_DIPENUHI] = { "dipenuhi", "Dipenuhi" },
	[STATUS_TIDAK] = { "ditolak_tidak_dijawab", "Ditolak/tidak dijawab" },
	[STATUS_DIPROSES] = { "diproses", "Diproses" },
};

/* clang-format off */
/* Each outcome with its name and the one of three that the status tables show it as. */
static const struct {
	struct word word;
	enum status status;
} outcomes[LAPORAN_HASIL] = {
	[HASIL_LAYANAN_DIPROSES - 1] = { { "diproses", "Masih diproses" }, STATUS_DIPROSES },
	[HASIL_LAYANAN_DIKABULKAN - 1] = { { "dikabulkan", "Dikabulkan" }, STATUS_DIPENUHI },
	[HASIL_LAYANAN_DIKABULKAN_SEBAGIAN - 1] = { { "dikabulkan_sebagian", "Dikabulkan sebagian" },
		STATUS_DIPENUHI },
	[HASIL_LAYANAN_DITOLAK - 1] = { { "ditolak", "Ditolak" }, STATUS_TIDAK },
	[HASIL_LAYANAN_TIDAK_DIKUASAI - 1] = { { "tidak_dikuasai", "Tidak dikuasai" }, STATUS_TIDAK },
	[HASIL_LAYANAN_BELUM_DIDOKUMENTASIKAN - 1] =
		{ { "belum_didokumentasikan", "Belum didokumentasikan" }, STATUS_TIDAK },
	[HASIL_LAYANAN_TIDAK_BERHAK - 1] = { { "tidak_berhak", "Pemohon tidak berhak" }, STATUS_TIDAK },
	[HASIL_LAYANAN_GUGUR - 1] = { { "gugur", "Gugur" }, STATUS_TIDAK },
	[HASIL_LAYANAN_DICABUT - 1] = { { "dicabut", "Dicabut" }, STATUS_TIDAK },
	[HASIL_LAYANAN_DIALIHKAN - 1] = { { "dialihkan", "Dialihkan" }, STATUS_TIDAK },
};

static const struct {
	const char *code;
	const char *name;
	uint32_t last; /* working days */
} spans[] = {
	{ "0", "0 hari kerja", 0 },
	{ "1-3", "1-3 hari kerja", 3 },
	{ "4-10", "4-10 hari kerja", 10 },
	{ "11-17", "11-17 hari kerja", 17 },
	{ ">17", "Lebih dari 17 hari kerja", UINT32_MAX },
};
/* clang-format on */
enum { SPANS = sizeof spans / sizeof spans[0] };

struct tables {
	const struct laporan *l;
	struct laporan_tabel *rows;
	uint32_t len;
	bool is_full; /* the arena */
};

/* A table with room for its rows; NULL when the arena is full. */
static struct laporan_baris *table_add(struct tables *t, struct laporan_tabel table, uint32_t size)
{
	struct laporan_baris *rows = arena_take(t->l->arena, (size + 1) * sizeof *rows);

	assert(t->len < TABLES_MAX);
	t->is_full = t->is_full || rows == NULL || table.kode == NULL || table.judul == NULL;
	if (t->is_full)
		return NULL;
	table.baris = rows;
	t->rows[t->len++] = table;
	return rows;
}

/* Fills the next row of the last table. */
static void row_add(struct tables *t, struct laporan_baris *rows, struct word word, uint64_t count)
{
	struct laporan_tabel *table = &t->rows[t->len - 1];

	t->is_full = t->is_full || word.code == NULL || word.name == NULL;
	rows[table->baris_len++] = (struct laporan_baris) { word.code, word.name, count };
	table->jumlah += count;
}

static void add_kinds(struct tables *t, struct laporan_tabel table,
	const struct laporan_jumlah *sum)
{
	struct laporan_baris *rows = table_add(t, table, LAPORAN_JENIS);

	for (uint32_t i = 0; rows != NULL && i < LAPORAN_JENIS; i++)
		row_add(t, rows, kinds[i], sum->jenis[i]);
}

static void count_statuses(const struct laporan_jumlah *sum, uint64_t counts[STATUSES])
{
	for (uint32_t i = 0; i < LAPORAN_HASIL; i++)
		counts[outcomes[i].status] += sum->hasil[i];
}

struct laporan_status laporan_status(const struct laporan_jumlah *sum)
{
	uint64_t counts[STATUSES] = { 0 };

	count_statuses(sum, counts);
	return (struct laporan_status) { counts[STATUS_DIPENUHI], counts[STATUS_TIDAK],
		counts[STATUS_DIPROSES] };
}

static void add_statuses(struct tables *t, struct laporan_tabel table,
	const struct laporan_jumlah *sum)
{
	struct laporan_baris *rows = table_add(t, table, STATUSES);
	uint64_t counts[STATUSES] = { 0 };

	count_statuses(sum, counts);
	for (uint32_t i = 0; rows != NULL && i < STATUSES; i++)
		row_add(t, rows, statuses[i], counts[i]);
}

/* Tables 1, 2, 3, ... of seed 004: first who asked, channel by channel, then how it ended. */
static void add_numbered(struct tables *t)
{
	const struct laporan *l = t->l;

	for (uint32_t i = 0; i < LAPORAN_KANAL; i++) {
		const struct laporan_jumlah *sum = &l->kanal[channels[i].kanal - 1];

		if (channels[i].is_always || laporan_jumlah_total(sum) > 0)
			add_kinds(t,
				(struct laporan_tabel) { .nomor = t->len + 1,
					.kode = arena_print(l->arena, "pemohon_%s", channels[i].code),
					.judul = arena_print(l->arena, "Data Pemohon Informasi Melalui %s",
						channels[i].name),
					.kepala = "Pemohon" },
				sum);
	}
	for (uint32_t i = 0; i < LAPORAN_KANAL; i++) {
		const struct laporan_jumlah *sum = &l->kanal[channels[i].kanal - 1];

		if (laporan_jumlah_total(sum) > 0)
			add_statuses(t,
				(struct laporan_tabel) { .nomor = t->len + 1,
					.kode = arena_print(l->arena, "status_%s", channels[i].code),
					.judul = arena_print(l->arena, "Status Pelayanan Informasi Melalui %s",
						channels[i].name),
					.kepala = "Status" },
				sum);
	}
}

static void add_months(struct tables *t)
{
	const struct laporan *l = t->l;
	struct laporan_baris *rows = table_add(t,
		(struct laporan_tabel) { .kode = "bulan",
			.judul = "Jumlah Permohonan per Bulan",
			.kepala = "Bulan" },
		l->bulan_len);
	int year, month, day;

	civil_of_days(periode_first(l->periode), &year, &month, &day);
	for (uint32_t i = 0; rows != NULL && i < l->bulan_len; i++) {
		struct word word = { arena_print(l->arena, "%04d-%02d", year, month + (int)i),
			month_name(month + (int)i) };

		row_add(t, rows, word, l->bulan[i]);
	}
}

static void add_channels(struct tables *t)
{
	struct laporan_baris *rows = table_add(t,
		(struct laporan_tabel) { .kode = "kanal",
			.judul = "Jumlah Permohonan per Kanal",
			.kepala = "Kanal" },
		LAPORAN_KANAL);

	for (uint32_t i = 0; rows != NULL && i < LAPORAN_KANAL; i++)
		row_add(t, rows, (struct word) { channels[i].code, channels[i].name },
			laporan_jumlah_total(&t->l->kanal[channels[i].kanal - 1]));
}

static void add_backgrounds(struct tables *t, const struct laporan_jumlah *sum)
{
	struct laporan_baris *rows = table_add(t,
		(struct laporan_tabel) { .kode = "latar_belakang",
			.judul = "Latar Belakang Pemohon",
			.kepala = "Latar belakang" },
		LAPORAN_LATAR);

	for (uint32_t i = 0; rows != NULL && i < LAPORAN_LATAR; i++)
		row_add(t, rows, backgrounds[i], sum->latar[i]);
}

static void add_outcomes(struct tables *t, const struct laporan_jumlah *sum)
{
	struct laporan_baris *rows = table_add(t,
		(struct laporan_tabel) { .kode = "keputusan",
			.judul = "Hasil Permohonan",
			.kepala = "Hasil" },
		LAPORAN_HASIL);

	for (uint32_t i = 0; rows != NULL && i < LAPORAN_HASIL; i++)
		row_add(t, rows, outcomes[i].word, sum->hasil[i]);
}

static void add_articles(struct tables *t, const struct laporan_jumlah *sum)
{
	struct laporan_baris *rows = table_add(t,
		(struct laporan_tabel) { .kode = "pasal17",
			.judul = "Alasan Penolakan menurut Pasal 17 UU 14/2008",
			.kepala = "Alasan" },
		LAPORAN_PASAL);

	for (uint32_t i = 0; rows != NULL && i < LAPORAN_PASAL; i++) {
		struct word word = { arena_print(t->l->arena, "%c", 'a' + (int)i),
			arena_print(t->l->arena, "Pasal 17 huruf %c", 'a' + (int)i) };

		row_add(t, rows, word, sum->pasal[i]);
	}
}

static void add_spans(struct tables *t)
{
	struct laporan_baris *rows = table_add(t,
		(struct laporan_tabel) { .kode = "waktu",
			.judul = "Waktu Pelayanan Permohonan",
			.kepala = "Waktu" },
		SPANS);
	uint64_t counts[SPANS] = { 0 };

	for (uint32_t i = 0, span = 0; i < t->l->hari_len; i++) {
		while (t->l->hari[i].hari > spans[span].last)
			span++;
		counts[span] += t->l->hari[i].jumlah;
	}
	for (uint32_t i = 0; rows != NULL && i < SPANS; i++)
		row_add(t, rows, (struct word) { spans[i].code, spans[i].name }, counts[i]);
}

static void add_punctuality(struct tables *t, const struct laporan_jumlah *sum)
{
	struct laporan_baris *rows = table_add(t,
		(struct laporan_tabel) { .kode = "ketepatan",
			.judul = "Ketepatan Waktu Jawaban",
			.kepala = "Jawaban" },
		2);

	if (rows == NULL)
		return;
	row_add(t, rows, (struct word) { "tepat_waktu", "Tepat waktu" }, sum->tepat_waktu);
	row_add(t, rows, (struct word) { "terlambat", "Terlambat" }, sum->terlambat);
}

/* With a zero byte. */
static const char *text_of(const struct laporan *l, struct str s)
{
	return arena_print(l->arena, "%.*s", (int)s.len, s.ptr);
}

/* With what is not named, so that the rows are all requests. */
static void add_subjects(struct tables *t, uint64_t total)
{
	const struct laporan *l = t->l;
	struct laporan_baris *rows = table_add(t,
		(struct laporan_tabel) { .kode = "pokok",
			.judul = "Informasi yang Paling Banyak Diminta",
			.kepala = "Pokok informasi" },
		LAPORAN_POKOK + OTHERS);
	uint64_t others = 0, named = 0;

	for (uint32_t i = 0; rows != NULL && i < l->pokok_len; i++) {
		if (i < LAPORAN_POKOK)
			row_add(t, rows, (struct word) { "pokok", text_of(l, l->pokok[i].pokok) },
				l->pokok[i].jumlah);
		else
			others += l->pokok[i].jumlah;
		named += l->pokok[i].jumlah;
	}
	if (rows == NULL)
		return;
	row_add(t, rows, (struct word) { "lainnya", "Pokok lain" }, others);
	row_add(t, rows, (struct word) { "tanpa_pokok", "Tanpa pokok" },
		total > named ? total - named : 0);
}

enum err laporan_tables(const struct laporan *l, const struct laporan_tabel **ret,
	uint32_t *ret_len)
{
	struct tables t = { .l = l, .rows = arena_take(l->arena, TABLES_MAX * sizeof *t.rows) };
	struct laporan_jumlah sum;

	if (t.rows == NULL)
		return ERR_LIMIT;
	laporan_total(l, &sum);
	add_numbered(&t);
	add_months(&t);
	add_channels(&t);
	add_kinds(&t,
		(struct laporan_tabel) { .kode = "pemohon",
			.judul = "Kategori Pemohon",
			.kepala = "Pemohon" },
		&sum);
	add_backgrounds(&t, &sum);
	add_statuses(&t,
		(struct laporan_tabel) { .kode = "status",
			.judul = "Status Pelayanan Informasi",
			.kepala = "Status" },
		&sum);
	add_outcomes(&t, &sum);
	add_articles(&t, &sum);
	add_spans(&t);
	add_punctuality(&t, &sum);
	add_subjects(&t, laporan_jumlah_total(&sum));
	if (t.is_full)
		return ERR_LIMIT;
	*ret = t.rows;
	*ret_len = t.len;
	return ERR_OK;
}
