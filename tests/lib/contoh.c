#include "lib/contoh.h"

#define AT(member) offsetof(struct contoh, member)
#define AT_ISI(member) offsetof(struct contoh_isi, member)
#define OPTIONAL FIELD_OPTIONAL
#define LIST FIELD_LIST
#define PII FIELD_PII

static const struct enum_value warna[] = { { 1, "merah" }, { 3, "hijau" }, { 300, "biru" } };
const struct enum_names enum_contoh_warna = { "contoh_warna", ROWS(warna) };

/* clang-format off */
static const struct field isi_rows[] = {
	{ 1, TYPE_TEXT, PII,      12, 0, AT_ISI(nama),   0,                  0,                 "nama",   "", NULL, NULL },
	{ 2, TYPE_U32,  OPTIONAL, 0,  0, AT_ISI(jumlah), AT_ISI(has_jumlah), 0,                 "jumlah", "", NULL, NULL },
	{ 3, TYPE_ENUM, LIST,     4,  0, AT_ISI(warna),  0,                  AT_ISI(warna_len), "warna",  "", NULL, &enum_contoh_warna },
};
const struct schema schema_contoh_isi = {
	0, 1, KIND_RECORD, "contoh_isi", "", sizeof(struct contoh_isi), ROWS(isi_rows), NULL,
};

static const struct field rows[] = {
	{ 1,   TYPE_BOOL,   0,               0,   0,  AT(ya),        0,               0,               "ya",        "", NULL, NULL },
	{ 2,   TYPE_U32,    0,               0,   0,  AT(kecil),     0,               0,               "kecil",     "", NULL, NULL },
	{ 3,   TYPE_U64,    0,               0,   0,  AT(besar),     0,               0,               "besar",     "", NULL, NULL },
	{ 4,   TYPE_I64,    0,               0,   0,  AT(bertanda),  0,               0,               "bertanda",  "", NULL, NULL },
	{ 5,   TYPE_MONEY,  OPTIONAL,        0,   0,  AT(biaya),     AT(has_biaya),   0,               "biaya",     "", NULL, NULL },
	{ 6,   TYPE_TIME,   0,               0,   0,  AT(waktu),     0,               0,               "waktu",     "", NULL, NULL },
	{ 7,   TYPE_DATE,   0,               0,   0,  AT(tanggal),   0,               0,               "tanggal",   "", NULL, NULL },
	{ 8,   TYPE_ENUM,   0,               0,   0,  AT(warna),     0,               0,               "warna",     "", NULL, &enum_contoh_warna },
	{ 9,   TYPE_ID,     0,               0,   0,  AT(nomor),     0,               0,               "nomor",     "", NULL, NULL },
	{ 10,  TYPE_HASH,   0,               0,   0,  AT(sidik),     0,               0,               "sidik",     "", NULL, NULL },
	{ 11,  TYPE_BYTES,  OPTIONAL,        300, 0,  AT(isi),       AT(has_isi),     0,               "isi",       "", NULL, NULL },
	{ 12,  TYPE_TEXT,   0,               40,  0,  AT(judul),     0,               0,               "judul",     "", NULL, NULL },
	{ 13,  TYPE_PROSE,  OPTIONAL | PII,  400, 0,  AT(rincian),   AT(has_rincian), 0,               "rincian",   "", NULL, NULL },
	{ 14,  TYPE_PROSE,  FIELD_PUBLISHED, 40,  0,  AT(ringkasan), 0,               0,               "ringkasan", "", NULL, NULL },
	{ 15,  TYPE_RECORD, 0,               0,   0,  AT(satu),      0,               0,               "satu",      "", &schema_contoh_isi, NULL },
	{ 16,  TYPE_RECORD, OPTIONAL,        0,   0,  AT(dua),       AT(has_dua),     0,               "dua",       "", &schema_contoh_isi, NULL },
	{ 17,  TYPE_RECORD, LIST,            20,  0,  AT(banyak),    0,               AT(banyak_len),  "banyak",    "", &schema_contoh_isi, NULL },
	{ 18,  TYPE_TEXT,   LIST | PII,      3,   10, AT(kata),      0,               AT(kata_len),    "kata",      "", NULL, NULL },
	{ 127, TYPE_ID,     LIST,            200, 0,  AT(rujukan),   0,               AT(rujukan_len), "rujukan",   "", NULL, NULL },
	{ 200, TYPE_U32,    OPTIONAL,        0,   0,  AT(penting),   AT(has_penting), 0,               "penting",   "", NULL, NULL },
};
/* clang-format on */
const struct schema schema_contoh = {
	CONTOH_CODE,
	1,
	KIND_COMMAND,
	"contoh",
	"",
	sizeof(struct contoh),
	ROWS(rows),
	NULL,
};

uint32_t every_schema_count(void)
{
	return schema_all_count + 2;
}

const struct schema *every_schema(uint32_t i)
{
	if (i < schema_all_count)
		return schema_all[i];
	return i == schema_all_count ? &schema_contoh_isi : &schema_contoh;
}
