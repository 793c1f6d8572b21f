#include "intake/kelengkapan.h"

#include <string.h>

#include "intake/hak.h"
#include "intake/isi.h"
#include "intake/kartu.h"
#include "intake/orang.h"

enum { LAMPIRAN_MAX = 20 };

static enum err check(struct ctx *ctx, const struct kirim_kelengkapan *c,
	const struct isi_permohonan *isi, uint32_t jenis)
{
	struct para_orang persons = {
		.jenis = jenis,
		.pemohon = c->has_pemohon ? &c->pemohon : &isi->pemohon,
		.kuasa = isi->has_kuasa ? &isi->kuasa : NULL,
		.has_surat_kuasa = c->has_surat_kuasa || isi->has_surat_kuasa,
		.surat_kuasa = c->has_surat_kuasa ? c->surat_kuasa : isi->surat_kuasa,
	};
	enum err e;

	if (!c->has_pemohon && !c->has_surat_kuasa && !c->has_rincian && !c->has_catatan &&
		c->lampiran_len == 0)
		return ctx_refuse(ctx, ERR_INVALID, "lampiran", "wajib_diisi");
	if (c->has_rincian && !teks_ada(true, c->rincian))
		return ctx_refuse(ctx, ERR_INVALID, "rincian", "wajib_diisi");
	if (c->lampiran_len + isi->lampiran_len > LAMPIRAN_MAX)
		return ctx_refuse(ctx, ERR_LIMIT, "lampiran", "terlalu_banyak");
	e = orang_check(ctx, &persons);
	return e == ERR_OK ? lampiran_check(ctx, c->lampiran, c->lampiran_len) : e;
}

/* The request as it is now; what came before stays readable in what came in. */
static enum err merge(struct ctx *ctx, const struct kirim_kelengkapan *c,
	struct isi_permohonan *isi)
{
	uint32_t count = isi->lampiran_len + c->lampiran_len;
	struct berkas *files = arena_take(ctx_arena(ctx), (count + 1) * sizeof *files);

	if (files == NULL)
		return ctx_refuse(ctx, ERR_LIMIT, NULL, "terlalu_besar");
	if (isi->lampiran_len > 0)
		memcpy(files, isi->lampiran, isi->lampiran_len * sizeof *files);
	if (c->lampiran_len > 0)
		memcpy(files + isi->lampiran_len, c->lampiran, c->lampiran_len * sizeof *files);
	isi->lampiran = files;
	isi->lampiran_len = count;
	if (c->has_pemohon)
		isi->pemohon = c->pemohon;
	if (c->has_surat_kuasa) {
		isi->has_surat_kuasa = true;
		isi->surat_kuasa = c->surat_kuasa;
	}
	if (c->has_rincian)
		isi->rincian = c->rincian;
	return ERR_OK;
}

static enum err record(struct ctx *ctx, const struct kirim_kelengkapan *c,
	const struct register_baris *row, time_us received, struct isi_permohonan *isi)
{
	struct isi_susulan came = {
		.diterima_pada = received,
		.has_catatan = c->has_catatan,
		.catatan = c->catatan,
		.has_pemohon = c->has_pemohon,
		.pemohon = c->pemohon,
		.has_surat_kuasa = c->has_surat_kuasa,
		.surat_kuasa = c->surat_kuasa,
		.lampiran = c->lampiran,
		.lampiran_len = c->lampiran_len,
		.has_rincian = c->has_rincian,
		.rincian = c->rincian,
	};
	struct intake_kunci key = intake_kunci_perkara(&c->permohonan_id);
	struct intake_kunci later = intake_kunci_susulan(c->permohonan_id, 'k', row->versi + 1);
	struct kelengkapan_diterima event = {
		.permohonan_id = c->permohonan_id,
		.unit = row->unit,
		.diterima_pada = received,
		.lampiran = c->lampiran_len,
		.versi = row->versi + 1,
		/* Those of an old register are not written to. */
		.has_kontak_berubah = c->has_pemohon && row->kartu > 0,
		.kontak_berubah = true,
	};
	enum err e = merge(ctx, c, isi);

	event.identitas_ada = orang_identitas_ada(row->jenis, &isi->pemohon);
	event.surat_kuasa_ada = teks_ada(isi->has_surat_kuasa, isi->surat_kuasa);
	if (e == ERR_OK)
		e = ctx_vault_put(ctx, &isi_susulan_table, intake_kunci_str(&later), &came);
	if (e == ERR_OK)
		e = ctx_vault_put(ctx, &isi_table, intake_kunci_str(&key), isi);
	if (e == ERR_OK)
		e = ctx_emit(ctx, &schema_kelengkapan_diterima, intake_kunci_str(&key), &event);
	if (e == ERR_OK && event.has_kontak_berubah)
		e = kartu_send(ctx, c->permohonan_id, row->kartu + 1, row, isi);
	return e;
}

enum err decide_kirim_kelengkapan(struct ctx *ctx, const void *message)
{
	const struct kirim_kelengkapan *c = message;
	struct intake_kunci key = intake_kunci_perkara(&c->permohonan_id);
	struct register_baris row;
	struct isi_permohonan isi;
	time_us received;
	enum err e = hak_atas_perkara(ctx, c->permohonan_id, c->has_kode_lacak, c->kode_lacak, &row);

	if (e == ERR_OK)
		e = waktu_diterima(ctx, c->has_diterima_pada, c->diterima_pada, &received);
	if (e == ERR_OK && received < row.diterima_pada)
		return ctx_refuse(ctx, ERR_INVALID, "diterima_pada", "sebelum_permohonan");
	if (e == ERR_OK)
		e = ctx_vault_get(ctx, &isi_table, intake_kunci_str(&key), &isi);
	if (e == ERR_NOT_FOUND)
		return isi_refuse_absent(ctx, intake_kunci_str(&key));
	if (e == ERR_OK)
		e = check(ctx, c, &isi, row.jenis);
	return e == ERR_OK ? record(ctx, c, &row, received, &isi) : e;
}
