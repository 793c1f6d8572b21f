/* A row of a register as people write it. */
#include "ctl/import_row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"

struct reading {
	struct arena arena;
	struct import_columns columns;
	struct catat_register_lama row;
	struct problem why;
	enum err heading, err;
	uint32_t rows;
};

static enum err on_row(void *self, const struct csv_row *row)
{
	struct reading *r = self;

	if (r->rows++ == 0)
		r->heading = import_heading(row, &r->arena, &r->columns, &r->why);
	else if (r->heading == ERR_OK)
		r->err = import_row(&r->columns, row, &r->arena, &r->row, &r->why);
	return ERR_OK;
}

static void read_text(struct reading *r, const char *text)
{
	struct csv_reader *csv = csv_open(',', on_row, r);

	arena_clear(&r->arena);
	*r = (struct reading) { .heading = ERR_STATE, .err = ERR_STATE };
	arena_init(&r->arena, 1 << 20);
	assert_int_equal(csv_feed(csv, str_of(text)), ERR_OK);
	assert_int_equal(csv_finish(csv), ERR_OK);
	csv_close(&csv);
}

static void assert_refused(struct reading *r, const char *text, const char *field, const char *rule)
{
	read_text(r, text);
	assert_true(r->heading != ERR_OK || r->err != ERR_OK);
	if (field == NULL)
		assert_null(r->why.field);
	else
		assert_string_equal(r->why.field, field);
	assert_string_equal(r->why.rule, rule);
}

#define HEAD "nomor,diterima,kanal,jenis,nama,rincian"

static void six_columns_are_enough(void **state)
{
	struct reading r = { .rows = 0 };

	(void)state;
	read_text(&r, HEAD "\n7/A,2021-12-30,Datang langsung, PERORANGAN ,Budi,Data\n");
	assert_int_equal(r.err, ERR_OK);
	assert_true(str_is(r.row.nomor, "7/A") && str_is(r.row.pemohon.nama, "Budi"));
	assert_int_equal(r.row.kanal, KANAL_DATANG_LANGSUNG);
	assert_int_equal(r.row.jenis, JENIS_PEMOHON_PERORANGAN);
	assert_int_equal(r.row.tahun, 2021);
	assert_int_equal(r.row.latar, LATAR_BELAKANG_LAINNYA);
	assert_int_equal(r.row.cara, CARA_MEMPEROLEH_SALINAN);
	assert_int_equal(r.row.hasil.status, STATUS_PERMOHONAN_DIPROSES);
	assert_false(r.row.has_salinan || r.row.pemohon.has_nik || r.row.hasil.has_keputusan);
	assert_true(r.row.pemohon.alamat.ptr != NULL && r.row.pemohon.alamat.len == 0);
	arena_clear(&r.arena);
}

static void the_status_follows_from_what_is_said(void **state)
{
	static const struct {
		const char *cells;
		uint32_t status;
	} rows[] = {
		{ "dikabulkan,2021-01-04,", STATUS_PERMOHONAN_DIPUTUS },
		{ "Dikabulkan sebagian,2021-01-04,2021-01-05", STATUS_PERMOHONAN_SELESAI },
		{ "ditolak,2021-01-04,", STATUS_PERMOHONAN_SELESAI },
		{ "belum_didokumentasikan,2021-01-04,", STATUS_PERMOHONAN_DIPUTUS },
	};
	struct reading r = { .rows = 0 };
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		(void)snprintf(text, sizeof text,
			HEAD ",keputusan,diberitahukan,diserahkan\n1,2021-01-02,surat,kelompok,Budi,Data,%s\n",
			rows[i].cells);
		read_text(&r, text);
		assert_int_equal(r.err, ERR_OK);
		assert_int_equal(r.row.hasil.status, rows[i].status);
	}
	read_text(&r, HEAD ",status,tahun\n1,2021-01-02,surat,kelompok,Budi,Data,gugur,2020\n");
	assert_int_equal(r.row.hasil.status, STATUS_PERMOHONAN_GUGUR);
	assert_int_equal(r.row.tahun, 2020);
	arena_clear(&r.arena);
}

static void letters_yes_and_no_and_money_are_read(void **state)
{
	struct reading r = { .rows = 0 };

	(void)state;
	read_text(&r,
		HEAD ",pasal,dikuasai,diperpanjang,biaya\n1,2021-01-02,surat,kelompok,Budi,Data,\"b; "
			 "H,j\",Ya,tidak,12500\n");
	assert_int_equal(r.err, ERR_OK);
	assert_int_equal(r.row.hasil.pasal_len, 3);
	assert_int_equal(r.row.hasil.pasal[1], PASAL17_H);
	assert_true(r.row.hasil.has_dikuasai && r.row.hasil.dikuasai);
	assert_true(r.row.hasil.has_diperpanjang && !r.row.hasil.diperpanjang);
	assert_int_equal(r.row.hasil.biaya, 12500);
	arena_clear(&r.arena);
}

static void what_cannot_be_read_is_named(void **state)
{
	struct reading r = { .rows = 0 };

	(void)state;
	assert_refused(&r, "nomor,diterima\n", "kanal", "wajib_diisi");
	assert_refused(&r, HEAD ",warna\n", "warna", "kolom_tidak_dikenal");
	assert_refused(&r, HEAD ",nomor\n", "nomor", "ganda");
	assert_refused(&r, HEAD "\n1,2021-02-30,surat,kelompok,Budi,Data\n", "diterima",
		"bentuk_salah");
	assert_refused(&r, HEAD "\n1,2021-02-03,merpati,kelompok,Budi,Data\n", "kanal",
		"nilai_tidak_dikenal");
	assert_refused(&r, HEAD "\n1,2021-02-03,surat,kelompok,,Data\n", "nama", "wajib_diisi");
	assert_refused(&r, HEAD "\n1,2021-02-03,surat,kelompok,Budi\n", NULL, "jumlah_kolom_salah");
	assert_refused(&r, HEAD ",pasal\n1,2021-02-03,surat,kelompok,Budi,Data,bh\n", "pasal",
		"nilai_tidak_dikenal");
	assert_refused(&r, HEAD ",dikuasai\n1,2021-02-03,surat,kelompok,Budi,Data,mungkin\n",
		"dikuasai", "bentuk_salah");
	arena_clear(&r.arena);
}

static void protected_formulas_come_back(void **state)
{
	struct reading r = { .rows = 0 };

	(void)state;
	read_text(&r, HEAD "\n1,2021-02-03,surat,kelompok,Budi,'-12 derajat\n");
	assert_true(str_is(r.row.rincian, "-12 derajat"));
	arena_clear(&r.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(six_columns_are_enough),
		cmocka_unit_test(the_status_follows_from_what_is_said),
		cmocka_unit_test(letters_yes_and_no_and_money_are_read),
		cmocka_unit_test(what_cannot_be_read_is_named),
		cmocka_unit_test(protected_formulas_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
