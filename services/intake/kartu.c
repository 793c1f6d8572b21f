#include "intake/kartu.h"

#include "intake/isi.h"
#include "intake/orang.h"
#include "intake/register.h"

enum err kartu_send(struct ctx *ctx, struct id permohonan, uint32_t versi,
	const struct register_baris *row, const struct isi_permohonan *isi)
{
	/* Who acts for somebody is the one who is written to. */
	const struct orang *to = isi->has_kuasa ? &isi->kuasa : &isi->pemohon;
	struct kartu_kontak card = {
		.permohonan_id = permohonan,
		.versi = versi,
		.unit = row->unit,
		.nomor = row->nomor,
		.nama = to->nama,
		.has_email = teks_ada(to->has_email, to->email),
		.email = to->email,
		.has_telepon = teks_ada(to->has_telepon, to->telepon),
		.telepon = to->telepon,
		.has_alamat = teks_ada(true, to->alamat),
		.alamat = to->alamat,
		.kanal = row->kanal,
		.has_kode_lacak = isi->kode_lacak.len > 0,
		.kode_lacak = isi->kode_lacak,
		.diterima_pada = row->diterima_pada,
	};

	/* A proxy without an address of his own is reached where the requester is. */
	if (!card.has_email && isi->has_kuasa && teks_ada(isi->pemohon.has_email, isi->pemohon.email)) {
		card.has_email = true;
		card.email = isi->pemohon.email;
	}
	return ctx_letter(ctx, "notification", &schema_kartu_kontak, &card);
}

enum err intake_minta_kartu(struct ctx *ctx, const void *message)
{
	const struct minta_kartu *letter = message;
	struct intake_kunci key = intake_kunci_perkara(&letter->permohonan_id);
	struct kartu_dikirim event = { .permohonan_id = letter->permohonan_id };
	struct register_baris row;
	struct isi_permohonan isi;
	enum err e = ctx_get(ctx, &register_table, intake_kunci_str(&key), &row);

	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, "permohonan_id", "tidak_terdaftar");
	/* Nobody asked for it to be known how to reach those of an old register: nothing is sent to them. */
	if (e == ERR_OK && row.kartu == 0)
		return ctx_refuse(ctx, ERR_STATE, "permohonan_id", "register_lama");
	if (e == ERR_OK)
		e = ctx_vault_get(ctx, &isi_table, intake_kunci_str(&key), &isi);
	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, "permohonan_id", "data_dihapus");
	if (e != ERR_OK)
		return e;
	event.unit = row.unit;
	event.versi = row.kartu;
	e = ctx_emit(ctx, &schema_kartu_dikirim, intake_kunci_str(&key), &event);
	return e == ERR_OK ? kartu_send(ctx, letter->permohonan_id, row.kartu, &row, &isi) : e;
}
