#include "intake/register.h"

#include "base/civil.h"
#include "intake/nomor_urut.h"

/* clang-format off */
const struct table register_table         = { "register",         TABLE_DERIVED, 1, &schema_register_baris,   NULL, 0 };
const struct table register_nomor_table   = { "register_nomor",   TABLE_DERIVED, 2, &schema_register_nomor,   NULL, 0 };
const struct table register_urutan_table  = { "register_urutan",  TABLE_DERIVED, 1, &schema_register_urutan,  NULL, 0 };
/* clang-format on */

/* A new row, with its number and its place in the printed register. */
static enum err row_put(struct fold *fold, struct id id, struct register_baris *row)
{
	struct intake_kunci key = intake_kunci_perkara(&id);
	struct intake_kunci nomor = intake_kunci_nomor(row->unit, row->seri, row->tahun, row->nomor);
	struct intake_kunci seri = intake_kunci_seri(row->unit, row->tahun, row->seri);
	struct intake_kunci urutan =
		intake_kunci_urutan(&seri, row->has_urut, row->urut, civil_date_of(row->diterima_pada), id);
	struct register_nomor by_number = { .permohonan_id = id };
	struct register_urutan in_order = { .permohonan_id = id };
	enum err e;

	row->didaftar_pada = fold_at(fold);
	row->seq = fold_seq(fold);
	e = fold_put(fold, &register_table, intake_kunci_str(&key), row);
	if (e == ERR_OK)
		e = fold_put(fold, &register_nomor_table, intake_kunci_str(&nomor), &by_number);
	if (e == ERR_OK)
		e = fold_put(fold, &register_urutan_table, intake_kunci_str(&urutan), &in_order);
	return e;
}

enum err apply_permohonan_diajukan(struct fold *fold, const void *event)
{
	const struct permohonan_diajukan *e = event;
	struct register_baris row = {
		.unit = e->unit,
		.nomor = e->nomor,
		.seri = e->seri,
		.tahun = e->tahun,
		.has_urut = true,
		.urut = e->urut,
		.diterima_pada = e->diterima_pada,
		.kanal = e->kanal,
		.jenis = e->jenis,
		.latar = e->latar,
		.cara = e->cara,
		.has_salinan = e->has_salinan,
		.salinan = e->salinan,
		.has_bentuk = e->has_bentuk,
		.bentuk = e->bentuk,
		.has_pokok = e->has_pokok,
		.pokok = e->pokok,
		.dikuasakan = e->dikuasakan,
		.identitas_ada = e->identitas_ada,
		.surat_kuasa_ada = e->surat_kuasa_ada,
		.pengguna_lain = e->pengguna_lain,
		.lampiran = e->lampiran,
		.has_lacak = true,
		.lacak = e->lacak,
		.versi = 1,
		.kartu = 1,
	};
	enum err err = row_put(fold, e->permohonan_id, &row);

	return err == ERR_OK ? nomor_urut_given(fold, e->unit, e->seri, e->tahun, e->urut) : err;
}

struct register_baris register_baris_lama(const struct permohonan_lama_dicatat *e)
{
	return (struct register_baris) {
		.unit = e->unit,
		.nomor = e->nomor,
		.seri = e->seri,
		.tahun = e->tahun,
		.has_urut = e->has_urut,
		.urut = e->urut,
		.diterima_pada = e->diterima_pada,
		.kanal = e->kanal,
		.jenis = e->jenis,
		.latar = e->latar,
		.cara = e->cara,
		.has_salinan = e->has_salinan,
		.salinan = e->salinan,
		.has_pokok = e->has_pokok,
		.pokok = e->pokok,
		.versi = 1,
		.has_hasil = true,
		.hasil = e->hasil,
		.has_kata_ada = e->has_kata_ada,
		.kata_ada = e->kata_ada,
	};
}

enum err apply_permohonan_lama_dicatat(struct fold *fold, const void *event)
{
	const struct permohonan_lama_dicatat *e = event;
	struct register_baris row = register_baris_lama(e);
	enum err err = row_put(fold, e->permohonan_id, &row);

	if (err == ERR_OK && e->has_urut)
		err = nomor_urut_taken_over(fold, e);
	return err;
}

static enum err change(struct fold *fold, struct id id,
	void (*note)(struct register_baris *row, const void *event), const void *event)
{
	struct intake_kunci key = intake_kunci_perkara(&id);
	struct register_baris row;
	enum err e = fold_get(fold, &register_table, intake_kunci_str(&key), &row);

	if (e != ERR_OK)
		return e;
	note(&row, event);
	return fold_put(fold, &register_table, intake_kunci_str(&key), &row);
}

static void note_completed(struct register_baris *row, const void *event)
{
	const struct kelengkapan_diterima *e = event;

	row->versi = e->versi;
	row->lampiran += e->lampiran;
	row->identitas_ada = e->identitas_ada;
	row->surat_kuasa_ada = e->surat_kuasa_ada;
	if (e->has_kontak_berubah && e->kontak_berubah)
		row->kartu++;
}

enum err apply_kelengkapan_diterima(struct fold *fold, const void *event)
{
	const struct kelengkapan_diterima *e = event;

	return change(fold, e->permohonan_id, note_completed, event);
}

static void note_withdrawn(struct register_baris *row, const void *event)
{
	(void)event;
	row->pencabutan++;
}

enum err apply_pencabutan_diterima(struct fold *fold, const void *event)
{
	const struct pencabutan_diterima *e = event;

	return change(fold, e->permohonan_id, note_withdrawn, event);
}

static void note_summary(struct register_baris *row, const void *event)
{
	const struct ringkasan_publik_ditetapkan *e = event;

	row->has_ringkasan = true;
	row->ringkasan = e->ringkasan;
	if (e->has_pokok) {
		row->has_pokok = true;
		row->pokok = e->pokok;
	}
}

enum err apply_ringkasan_publik_ditetapkan(struct fold *fold, const void *event)
{
	const struct ringkasan_publik_ditetapkan *e = event;

	return change(fold, e->permohonan_id, note_summary, event);
}

static void note_wording(struct register_baris *row, const void *event)
{
	const struct register_dilengkapi *e = event;

	if (e->has_surat)
		row->surat |= intake_surat_bit(e->surat);
}

enum err apply_register_dilengkapi(struct fold *fold, const void *event)
{
	const struct register_dilengkapi *e = event;

	return change(fold, e->permohonan_id, note_wording, event);
}
