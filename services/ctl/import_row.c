#include "ctl/import_row.h"

#include "base/civil.h"
#include "wire/item.h"
#include "wire/json.h"
#include "wire/rule.h"
#include "wire/value.h"

#include <string.h>

enum { CELL_MAX = 64 * 1024, PASAL_MAX = 10 };

/* Where the value of a column belongs in the command. */
enum place { ROW, PERSON, RESULT };

enum {
	MUST = 1,    /* the heading names it, and no cell is empty */
	CHOICE = 2,  /* capitals and blanks as people write them */
	LETTERS = 4, /* of article 17, with blanks, commas or semicolons between */
};

/* clang-format off */
static const struct column {
	const char *name;
	enum place place;
	uint32_t marks;
	const char *fallback; /* where the cell is empty; NULL: the value is absent */
	const char *help;
} columns[] = {
	{ "nomor",            ROW,    MUST,    NULL,      "nomor pendaftaran seperti tertulis" },
	{ "diterima",         ROW,    MUST,    NULL,      "tanggal diterima, TTTT-BB-HH" },
	{ "tahun",            ROW,    0,       NULL,      "tahun register; kosong: tahun diterima" },
	{ "kanal",            ROW,    MUST | CHOICE, NULL, "datang_langsung, telepon, faksimile, surat, email, website, whatsapp, instagram, facebook, x, media_sosial_lain" },
	{ "jenis",            ROW,    MUST | CHOICE, NULL, "perorangan, kelompok, badan_hukum" },
	{ "latar",            ROW,    CHOICE,  "lainnya", "mahasiswa, lsm, media, instansi, swasta, pengacara, akademisi, umum, lainnya" },
	{ "nama",             PERSON, MUST,    NULL,      "nama pemohon" },
	{ "nik",              PERSON, 0,       NULL,      "16 angka" },
	{ "identitas_lain",   PERSON, 0,       NULL,      "identitas lain, atau nomor pengesahan badan hukum" },
	{ "alamat",           PERSON, 0,       "",        "" },
	{ "telepon",          PERSON, 0,       NULL,      "" },
	{ "faks",             PERSON, 0,       NULL,      "" },
	{ "email",            PERSON, 0,       NULL,      "" },
	{ "pekerjaan",        PERSON, 0,       NULL,      "" },
	{ "npwp",             PERSON, 0,       NULL,      "" },
	{ "rincian",          ROW,    MUST,    NULL,      "informasi yang diminta" },
	{ "tujuan",           ROW,    0,       "",        "tujuan penggunaan" },
	{ "cara",             ROW,    CHOICE,  "salinan", "melihat, salinan" },
	{ "salinan",          ROW,    CHOICE,  NULL,      "mengambil_langsung, kurir, pos, faksimile, email" },
	{ "pokok",            ROW,    0,       NULL,      "kode pokok informasi" },
	{ "status",           RESULT, CHOICE,  NULL,      "kosong: selesai, diserahkan atau diputus menurut kolom lain; tanpa keputusan: diproses" },
	{ "keputusan",        RESULT, CHOICE,  NULL,      "dikabulkan, dikabulkan_sebagian, ditolak, tidak_dikuasai, belum_didokumentasikan, tidak_berhak" },
	{ "pasal",            RESULT, LETTERS, NULL,      "huruf pasal 17, misalnya: b h" },
	{ "diberitahukan",    RESULT, 0,       NULL,      "tanggal pemberitahuan tertulis" },
	{ "diserahkan",       RESULT, 0,       NULL,      "tanggal pemberian informasi" },
	{ "dikuasai",         RESULT, CHOICE,  NULL,      "ya, tidak" },
	{ "bentuk",           RESULT, CHOICE,  NULL,      "softcopy, hardcopy" },
	{ "biaya",            RESULT, 0,       NULL,      "rupiah penuh" },
	{ "diperpanjang",     RESULT, CHOICE,  NULL,      "ya, tidak" },
	{ "alasan_penolakan", ROW,    0,       NULL,      "" },
	{ "badan_lain",       ROW,    0,       NULL,      "badan yang menguasai informasi" },
	{ "cara_bayar",       ROW,    0,       NULL,      "" },
};
/* clang-format on */

enum { COLUMNS = sizeof columns / sizeof columns[0] };

/* "Datang Langsung" as datang_langsung. */
static struct str plain_word(struct str cell, char *room, size_t size)
{
	size_t n = 0;

	cell = str_trim(cell);
	for (size_t i = 0; i < cell.len && n < size; i++) {
		char c = cell.ptr[i];

		room[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == ' ' || c == '-' ? '_' : c;
	}
	return str_bytes(room, n);
}

static uint32_t column_of(struct str name)
{
	for (uint32_t i = 0; i < COLUMNS; i++)
		if (str_is(name, columns[i].name))
			return i;
	return COLUMNS;
}

static enum err unknown_column(struct arena *arena, struct str name, struct problem *why)
{
	char *copy = arena_print(arena, "%.*s", (int)(name.len > 40 ? 40 : name.len), name.ptr);

	return refuse(why, ERR_INVALID, copy, "kolom_tidak_dikenal");
}

enum err import_heading(const struct csv_row *row, struct arena *arena, struct import_columns *ret,
	struct problem *why)
{
	bool has[COLUMNS] = { false };

	if (row->count > IMPORT_COLUMNS_MAX)
		return refuse(why, ERR_LIMIT, NULL, CSV_TOO_MANY_FIELDS);
	for (size_t i = 0; i < row->count; i++) {
		char room[64];
		uint32_t at = column_of(plain_word(row->fields[i], room, sizeof room));

		if (at == COLUMNS)
			return unknown_column(arena, str_trim(row->fields[i]), why);
		if (has[at])
			return refuse(why, ERR_INVALID, columns[at].name, RULE_TWICE);
		has[at] = true;
		ret->of[i] = at;
	}
	ret->count = (uint32_t)row->count;
	for (uint32_t i = 0; i < COLUMNS; i++)
		if ((columns[i].marks & MUST) != 0 && !has[i])
			return refuse(why, ERR_INVALID, columns[i].name, RULE_REQUIRED);
	return ERR_OK;
}

/* --- cells --- */

static void *place_of(struct catat_register_lama *row, enum place place, const struct schema **ret)
{
	switch (place) {
	case ROW:
		*ret = &schema_catat_register_lama;
		return row;
	case PERSON:
		*ret = &schema_orang;
		return &row->pemohon;
	case RESULT:
		break;
	}
	*ret = &schema_keputusan_lama;
	return &row->hasil;
}

static enum err take_letters(struct str cell, struct arena *arena, struct keputusan_lama *ret,
	struct problem *why)
{
	ret->pasal = arena_take(arena, PASAL_MAX * sizeof *ret->pasal);
	if (ret->pasal == NULL)
		return refuse(why, ERR_LIMIT, "pasal", RULE_TOO_BIG);
	for (size_t i = 0; i < cell.len; i++) {
		char letter = cell.ptr[i] >= 'A' && cell.ptr[i] <= 'Z' ? (char)(cell.ptr[i] - 'A' + 'a')
															   : cell.ptr[i];

		if (letter == ' ' || letter == ',' || letter == ';')
			continue;
		if (letter < 'a' || letter > 'j' ||
			(i + 1 < cell.len && strchr(" ,;", cell.ptr[i + 1]) == NULL))
			return refuse(why, ERR_INVALID, "pasal", RULE_VALUE);
		if (ret->pasal_len == PASAL_MAX)
			return refuse(why, ERR_LIMIT, "pasal", RULE_TOO_MANY);
		ret->pasal[ret->pasal_len++] = (uint32_t)(letter - 'a') + PASAL17_A;
	}
	return ERR_OK;
}

/* The cell as a value of the field with the column's name. */
static enum err take_cell(const struct column *column, struct str cell, struct arena *arena,
	struct catat_register_lama *row, struct problem *why)
{
	const struct schema *schema;
	void *to = place_of(row, column->place, &schema);
	const struct field *field = schema_field(schema, str_of(column->name));
	char word[64];
	enum err e;

	if ((column->marks & LETTERS) != 0)
		return take_letters(cell, arena, &row->hasil, why);
	if ((column->marks & CHOICE) != 0) {
		cell = plain_word(cell, word, sizeof word);
		if (field->type == TYPE_BOOL)
			cell = str_of(str_is(cell, "ya") ? "true" : str_is(cell, "tidak") ? "false" : "?");
	}
	e = json_read_value(field, cell, arena, to, why);
	if (e != ERR_OK)
		why->field = column->name;
	return e;
}

/* What the other columns say of it where the status was left out. */
static void guess_status(struct catat_register_lama *row)
{
	struct keputusan_lama *h = &row->hasil;

	if (!h->has_keputusan)
		h->status = STATUS_PERMOHONAN_DIPROSES;
	else if (h->has_diserahkan || h->keputusan == KEPUTUSAN_DITOLAK ||
		h->keputusan == KEPUTUSAN_TIDAK_DIKUASAI || h->keputusan == KEPUTUSAN_TIDAK_BERHAK)
		h->status = STATUS_PERMOHONAN_SELESAI;
	else
		h->status = STATUS_PERMOHONAN_DIPUTUS;
}

static enum err fill_empty(const struct column *column, struct arena *arena,
	struct catat_register_lama *row, struct problem *why)
{
	if ((column->marks & MUST) != 0)
		return refuse(why, ERR_INVALID, column->name, RULE_REQUIRED);
	if (column->fallback == NULL)
		return ERR_OK;
	return take_cell(column, str_of(column->fallback), arena, row, why);
}

enum err import_row(const struct import_columns *c, const struct csv_row *csv, struct arena *arena,
	struct catat_register_lama *ret, struct problem *why)
{
	bool has[COLUMNS] = { false };
	int year, month, day;
	enum err e = ERR_OK;

	*ret = (struct catat_register_lama) { .tahun = 0 };
	if (csv->count != c->count)
		return refuse(why, ERR_INVALID, NULL, "jumlah_kolom_salah");
	for (uint32_t i = 0; i < c->count && e == ERR_OK; i++) {
		struct str cell = str_trim(csv_plain(csv->fields[i]));

		has[c->of[i]] = cell.len > 0;
		if (cell.len > 0)
			e = take_cell(&columns[c->of[i]], cell, arena, ret, why);
	}
	for (uint32_t i = 0; i < COLUMNS && e == ERR_OK; i++)
		if (!has[i])
			e = fill_empty(&columns[i], arena, ret, why);
	if (e != ERR_OK)
		return e;
	civil_of_days(ret->diterima, &year, &month, &day);
	if (!has[column_of(str_of("tahun"))])
		ret->tahun = (uint32_t)year;
	if (!has[column_of(str_of("status"))])
		guess_status(ret);
	return ERR_OK;
}

void import_describe(struct buf *out)
{
	for (uint32_t i = 0; i < COLUMNS; i++)
		buf_print(out, "  %-17s%s %s\n", columns[i].name,
			(columns[i].marks & MUST) != 0 ? "*" : " ", columns[i].help);
}
