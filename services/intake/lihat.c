#include "intake/lihat.h"

#include "domain/nik.h"
#include "intake/isi.h"
#include "intake/orang.h"
#include "intake/perkara.h"

#include <string.h>

enum { DIGITS_SHOWN = 2 };

static enum err mask_number(struct view *view, bool has, struct str *number)
{
	char text[NIK_TEXT_MAX];

	if (!teks_ada(has, *number))
		return ERR_OK;
	nik_mask(str_trim(*number), text);
	return arena_copy(view_arena(view), str_of(text), number);
}

/* Of another document its kind and the last digits: "Paspor A*****67". */
static enum err mask_digits(struct view *view, bool has, struct str *text)
{
	uint32_t shown = 0;
	char *copy;

	if (!teks_ada(has, *text))
		return ERR_OK;
	copy = arena_take(view_arena(view), text->len);
	if (copy == NULL)
		return ERR_LIMIT;
	memcpy(copy, text->ptr, text->len);
	for (size_t i = text->len; i-- > 0;)
		if (copy[i] >= '0' && copy[i] <= '9' && shown++ >= DIGITS_SHOWN)
			copy[i] = '*';
	*text = str_bytes(copy, text->len);
	return ERR_OK;
}

/* The tax number of a person is his NIK (PMK 112/2022). */
static enum err mask(struct view *view, struct orang *o)
{
	enum err e = mask_number(view, o->has_nik, &o->nik);

	if (e == ERR_OK)
		e = mask_number(view, o->has_npwp, &o->npwp);
	return e;
}

/* A legal entity's number is that of its deed, and public. */
static enum err mask_documents(struct view *view, struct register_lihat *row)
{
	enum err e = ERR_OK;

	if (row->jenis != JENIS_PEMOHON_BADAN_HUKUM)
		e = mask_digits(view, row->pemohon.has_identitas_lain, &row->pemohon.identitas_lain);
	if (e == ERR_OK)
		e = mask_digits(view, row->kuasa.has_identitas_lain, &row->kuasa.identitas_lain);
	return e == ERR_OK
		? mask_digits(view, row->pengguna.has_identitas_lain, &row->pengguna.identitas_lain)
		: e;
}

static enum err add_persons(struct view *view, struct str key, struct register_lihat *ret)
{
	struct isi_permohonan isi;
	enum err e = view_vault_get(view, &isi_table, key, &isi);

	if (e == ERR_NOT_FOUND)
		return ERR_OK; /* erased */
	if (e != ERR_OK)
		return e;
	ret->has_pemohon = true;
	ret->pemohon = isi.pemohon;
	ret->has_kuasa = isi.has_kuasa;
	ret->kuasa = isi.kuasa;
	ret->has_surat_kuasa = isi.has_surat_kuasa;
	ret->surat_kuasa = isi.surat_kuasa;
	ret->has_pengguna = isi.has_pengguna;
	ret->pengguna = isi.pengguna;
	ret->has_rincian = ret->has_tujuan = true;
	ret->rincian = isi.rincian;
	ret->tujuan = isi.tujuan;
	ret->lampiran = isi.lampiran;
	ret->lampiran_len = isi.lampiran_len;
	e = mask(view, &ret->pemohon);
	if (e == ERR_OK)
		e = mask(view, &ret->kuasa);
	if (e == ERR_OK)
		e = mask(view, &ret->pengguna);
	return e == ERR_OK ? mask_documents(view, ret) : e;
}

static enum err add_wording(struct view *view, struct str key, struct register_lihat *ret)
{
	struct isi_keputusan w;
	enum err e = view_vault_get(view, &isi_keputusan_table, key, &w);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	ret->has_alasan = w.has_alasan;
	ret->alasan = w.alasan;
	ret->has_badan_lain = w.has_badan_lain;
	ret->badan_lain = w.badan_lain;
	ret->has_cara_bayar = w.has_cara_bayar;
	ret->cara_bayar = w.cara_bayar;
	return ERR_OK;
}

/* Under control, or documented: what the outcome says where nobody said it (DOMAIN.md 1.6, columns 9 to 11). */
static void add_control(struct register_lihat *ret)
{
	if (!ret->has_keputusan)
		return;
	ret->belum_didokumentasikan = ret->keputusan == KEPUTUSAN_BELUM_DIDOKUMENTASIKAN;
	if (ret->has_dikuasai || ret->keputusan == KEPUTUSAN_TIDAK_BERHAK)
		return;
	ret->has_dikuasai = true;
	ret->dikuasai = ret->keputusan != KEPUTUSAN_TIDAK_DIKUASAI;
}

static void add_old(const struct keputusan_lama *h, struct register_lihat *ret)
{
	ret->has_keputusan = h->has_keputusan;
	ret->keputusan = h->keputusan;
	ret->has_diberitahukan = h->has_diberitahukan;
	ret->diberitahukan = h->diberitahukan;
	ret->has_diserahkan = h->has_diserahkan;
	ret->diserahkan = h->diserahkan;
	ret->pasal = h->pasal;
	ret->pasal_len = h->pasal_len;
	ret->has_dikuasai = h->has_dikuasai;
	ret->dikuasai = h->dikuasai;
	ret->has_bentuk = h->has_bentuk;
	ret->bentuk = h->bentuk;
	ret->has_biaya = h->has_biaya;
	ret->biaya = h->biaya;
	ret->has_akhir = h->status == STATUS_PERMOHONAN_GUGUR ||
		h->status == STATUS_PERMOHONAN_DICABUT || h->status == STATUS_PERMOHONAN_DIALIHKAN;
	ret->akhir = h->status;
	ret->lama = true;
}

/* What workflow decided; of an old row that was still open, since. */
static enum err add_case(struct view *view, struct str key, struct register_lihat *ret)
{
	struct register_perkara p;
	enum err e = view_get(view, &register_perkara_table, key, &p);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	if (p.has_keputusan) {
		ret->has_keputusan = true;
		ret->keputusan = p.keputusan;
		ret->pasal = p.pasal;
		ret->pasal_len = p.pasal_len;
		ret->has_diberitahukan = p.has_diberitahukan;
		ret->diberitahukan = p.diberitahukan;
		ret->has_bentuk = p.has_bentuk;
		ret->bentuk = p.bentuk;
		ret->has_biaya = p.has_biaya;
		ret->biaya = p.biaya;
	}
	if (p.has_diserahkan) {
		ret->has_diserahkan = true;
		ret->diserahkan = p.diserahkan;
	}
	if (p.has_akhir) {
		ret->has_akhir = true;
		ret->akhir = p.akhir;
	}
	return ERR_OK;
}

static void add_row(struct id id, const struct register_baris *row, struct register_lihat *ret)
{
	*ret = (struct register_lihat) {
		.permohonan_id = id,
		.unit = row->unit,
		.nomor = row->nomor,
		.seri = row->seri,
		.tahun = row->tahun,
		.diterima_pada = row->diterima_pada,
		.didaftar_pada = row->didaftar_pada,
		.kanal = row->kanal,
		.jenis = row->jenis,
		.latar = row->latar,
		.has_pokok = row->has_pokok,
		.pokok = row->pokok,
		.has_ringkasan = row->has_ringkasan,
		.ringkasan = row->ringkasan,
		.cara = row->cara,
		.has_salinan = row->has_salinan,
		.salinan = row->salinan,
		.versi = row->versi,
	};
}

enum err lihat_baris(struct view *view, struct id permohonan, const struct register_baris *row,
	bool with_persons, struct register_lihat *ret)
{
	struct intake_kunci key = intake_kunci_perkara(&permohonan);
	enum err e;

	add_row(permohonan, row, ret);
	if (row->has_hasil)
		add_old(&row->hasil, ret);
	e = add_case(view, intake_kunci_str(&key), ret);
	add_control(ret);
	if (e == ERR_OK && with_persons)
		e = add_persons(view, intake_kunci_str(&key), ret);
	return e == ERR_OK && with_persons ? add_wording(view, intake_kunci_str(&key), ret) : e;
}

enum err lihat_register(struct view *view, struct id permohonan, bool with_persons,
	struct register_lihat *ret)
{
	struct intake_kunci key = intake_kunci_perkara(&permohonan);
	struct register_baris row;
	enum err e = view_get(view, &register_table, intake_kunci_str(&key), &row);

	return e == ERR_OK ? lihat_baris(view, permohonan, &row, with_persons, ret) : e;
}
