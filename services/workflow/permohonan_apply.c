/* What each event makes of a case's row. Copies what decide fixed; judges nothing. */
#include "workflow/permohonan.h"

static void take_count(struct perkara *row, bool has, const struct hitungan *count)
{
	row->has_hitungan = has;
	if (has)
		row->hitungan = *count;
}

/* The answer's due date, counted (anew). */
static void take_due(struct perkara *row, date_days due, uint32_t version)
{
	row->jatuh_tempo = due;
	row->kalender_versi = version;
	row->berjalan = true;
}

enum err apply_perkara_dibuka(struct fold *fold, const void *event)
{
	const struct perkara_dibuka *e = event;
	struct perkara_change c = { .row = {
									.permohonan_id = e->permohonan_id,
									.unit = e->unit,
									.status = e->status,
									.diterima_pada = e->diterima_pada,
									.dasar_lengkap = e->has_dasar_lengkap && e->dasar_lengkap,
								} };

	take_due(&c.row, e->jatuh_tempo, e->kalender_versi);
	take_count(&c.row, e->has_hitungan, &e->hitungan);
	return perkara_keep(fold, &c, "perkara_dibuka", true);
}

enum err apply_kelengkapan_diminta(struct fold *fold, const void *event)
{
	const struct kelengkapan_diminta *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	c.row.has_batas = true;
	c.row.batas = e->batas;
	c.row.has_hitungan_batas = e->has_hitungan;
	c.row.hitungan_batas = e->hitungan;
	c.row.surat = e->surat;
	return perkara_keep(fold, &c, "kelengkapan_diminta", false);
}

enum err apply_perkara_dilengkapi(struct fold *fold, const void *event)
{
	const struct perkara_dilengkapi *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	/* What comes after the registration completes nothing. */
	if (e->status == STATUS_PERMOHONAN_DIAJUKAN) {
		c.row.has_lengkap_pada = true;
		c.row.lengkap_pada = e->diterima_pada;
	}
	if (e->has_jatuh_tempo) {
		take_due(&c.row, e->jatuh_tempo, e->kalender_versi);
		take_count(&c.row, e->has_hitungan, &e->hitungan);
	}
	return perkara_keep(fold, &c, "perkara_dilengkapi", e->has_jatuh_tempo);
}

enum err apply_perkara_diregister(struct fold *fold, const void *event)
{
	const struct perkara_diregister *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	c.row.has_lengkap_pada = true;
	c.row.lengkap_pada = e->lengkap_pada;
	take_due(&c.row, e->jatuh_tempo, e->kalender_versi);
	take_count(&c.row, e->has_hitungan, &e->hitungan);
	return perkara_keep(fold, &c, "perkara_diregister", true);
}

enum err apply_perkara_didisposisikan(struct fold *fold, const void *event)
{
	const struct perkara_didisposisikan *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	c.row.has_tujuan = true;
	c.row.tujuan = e->tujuan;
	return perkara_keep(fold, &c, "perkara_didisposisikan", false);
}

enum err apply_perkara_diproses(struct fold *fold, const void *event)
{
	const struct perkara_diproses *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	return perkara_keep(fold, &c, "perkara_diproses", false);
}

enum err apply_perkara_diperpanjang(struct fold *fold, const void *event)
{
	const struct perkara_diperpanjang *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	c.row.diperpanjang = true;
	c.row.surat = e->surat;
	c.row.has_tambahan = e->has_hitungan;
	c.row.tambahan = e->hitungan;
	take_due(&c.row, e->jatuh_tempo, e->kalender_versi);
	return perkara_keep(fold, &c, "perkara_diperpanjang", true);
}

enum err apply_perkara_diputus(struct fold *fold, const void *event)
{
	const struct perkara_diputus *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	c.row.berjalan = false;
	c.row.has_keputusan = true;
	c.row.keputusan = e->keputusan;
	c.row.pasal = e->pasal;
	c.row.pasal_len = e->pasal_len;
	c.row.has_diputus_pada = true;
	c.row.diputus_pada = e->diputus_pada;
	c.row.has_hari_kerja = true;
	c.row.hari_kerja = e->hari_kerja;
	c.row.has_tepat_waktu = true;
	c.row.tepat_waktu = e->tepat_waktu;
	c.row.surat = e->surat;
	return perkara_keep(fold, &c, "perkara_diputus", false);
}

enum err apply_informasi_diserahkan(struct fold *fold, const void *event)
{
	const struct informasi_diserahkan *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	c.row.has_diserahkan_pada = true;
	c.row.diserahkan_pada = e->diserahkan_pada;
	c.row.surat = e->surat;
	return perkara_keep(fold, &c, "informasi_diserahkan", false);
}

enum err apply_perkara_selesai(struct fold *fold, const void *event)
{
	const struct perkara_selesai *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	return perkara_keep(fold, &c, "perkara_selesai", false);
}

enum err apply_perkara_gugur(struct fold *fold, const void *event)
{
	const struct perkara_gugur *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	c.row.berjalan = false;
	c.row.surat = e->surat;
	return perkara_keep(fold, &c, "perkara_gugur", false);
}

enum err apply_perkara_dihidupkan(struct fold *fold, const void *event)
{
	const struct perkara_dihidupkan *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	c.row.has_lengkap_pada = e->has_diterima_pada;
	c.row.lengkap_pada = e->diterima_pada;
	take_due(&c.row, e->jatuh_tempo, e->kalender_versi);
	take_count(&c.row, e->has_hitungan, &e->hitungan);
	if (e->has_surat)
		c.row.surat = e->surat;
	return perkara_keep(fold, &c, "perkara_dihidupkan", true);
}

enum err apply_perkara_dicabut(struct fold *fold, const void *event)
{
	const struct perkara_dicabut *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	c.row.berjalan = false;
	c.row.surat = e->surat;
	return perkara_keep(fold, &c, "perkara_dicabut", false);
}

enum err apply_fakta_terlambat(struct fold *fold, const void *event)
{
	const struct fakta_terlambat *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	return err == ERR_OK ? perkara_keep(fold, &c, "fakta_terlambat", false) : err;
}

enum err apply_perkara_dialihkan(struct fold *fold, const void *event)
{
	const struct perkara_dialihkan *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.status = e->status;
	c.row.berjalan = false;
	c.row.has_ke_unit = true;
	c.row.ke_unit = e->ke_unit;
	if (e->has_surat)
		c.row.surat = e->surat;
	return perkara_keep(fold, &c, "perkara_dialihkan", false);
}

enum err apply_tenggat_terlewati(struct fold *fold, const void *event)
{
	const struct tenggat_terlewati *e = event;
	struct perkara_change c;
	enum err err = perkara_begin(fold, e->permohonan_id, &c);

	if (err != ERR_OK)
		return err;
	c.row.has_dilewati = true;
	c.row.dilewati = e->jatuh_tempo;
	return perkara_keep(fold, &c, "tenggat_terlewati", false);
}
