#include "intake/keputusan.h"

#include "intake/isi.h"
#include "intake/register.h"

static struct isi_keputusan wording_of(const struct isi_pemberitahuan *l)
{
	return (struct isi_keputusan) {
		.has_alasan = l->has_isi,
		.alasan = l->isi,
		.has_materi = l->has_materi,
		.materi = l->materi,
		.has_badan_lain = l->has_badan_lain,
		.badan_lain = l->badan_lain,
		.has_cara_bayar = l->has_cara_bayar,
		.cara_bayar = l->cara_bayar,
		.has_biaya_penyalinan = l->has_biaya_penyalinan,
		.biaya_penyalinan = l->biaya_penyalinan,
		.has_biaya_pengiriman = l->has_biaya_pengiriman,
		.biaya_pengiriman = l->biaya_pengiriman,
		.has_keputusan = l->has_keputusan,
		.keputusan = l->keputusan,
		.pasal = l->pasal,
		.pasal_len = l->pasal_len,
		.has_bentuk = l->has_bentuk,
		.bentuk = l->bentuk,
	};
}

enum err intake_isi_pemberitahuan(struct ctx *ctx, const void *message)
{
	const struct isi_pemberitahuan *l = message;
	struct intake_kunci key = intake_kunci_perkara(&l->permohonan_id);
	struct register_dilengkapi event = {
		.permohonan_id = l->permohonan_id,
		.has_keputusan = l->has_keputusan,
		.keputusan = l->keputusan,
		.pasal = l->pasal,
		.pasal_len = l->pasal_len,
		.has_bentuk = l->has_bentuk,
		.bentuk = l->bentuk,
		.has_surat = true,
		.surat = l->versi,
	};
	struct isi_keputusan wording = wording_of(l);
	struct register_baris row;
	enum err e = ctx_get(ctx, &register_table, intake_kunci_str(&key), &row);

	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, "permohonan_id", "tidak_terdaftar");
	if (e != ERR_OK)
		return e;
	if ((row.surat & intake_surat_bit(l->versi)) != 0) { /* letters may come in any order */
		ctx_done_before(ctx);
		return ERR_OK;
	}
	event.unit = row.unit;
	if (l->jenis == JENIS_PEMBERITAHUAN_KEPUTUSAN)
		e = ctx_vault_put(ctx, &isi_keputusan_table, intake_kunci_str(&key), &wording);
	return e == ERR_OK ? ctx_emit(ctx, &schema_register_dilengkapi, intake_kunci_str(&key), &event)
					   : e;
}
