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

/* There is none and none will come. A refusal would be asked again for ever, and kept aside each time. */
static enum err say_none(struct ctx *ctx, struct id permohonan, const struct register_baris *row,
	const char *why)
{
	struct intake_kunci key = intake_kunci_perkara(&permohonan);
	struct kartu_tiada letter = { .permohonan_id = permohonan, .sebab = str_of(why) };
	struct kartu_tidak_ada event = { .permohonan_id = permohonan, .sebab = str_of(why) };
	enum err e = ctx_letter(ctx, "notification", &schema_kartu_tiada, &letter);

	if (row != NULL) {
		event.has_unit = true;
		event.unit = row->unit;
	}
	return e == ERR_OK ? ctx_emit(ctx, &schema_kartu_tidak_ada, intake_kunci_str(&key), &event) : e;
}

enum err intake_minta_kartu(struct ctx *ctx, const void *message)
{
	const struct minta_kartu *letter = message;
	struct intake_kunci key = intake_kunci_perkara(&letter->permohonan_id);
	struct kartu_dikirim event = { .permohonan_id = letter->permohonan_id };
	struct register_baris row;
	struct isi_permohonan isi;
	const char *why;
	enum err e = ctx_get(ctx, &register_table, intake_kunci_str(&key), &row);

	/* notification heard of it from this log: its end was lost. */
	if (e == ERR_NOT_FOUND)
		return say_none(ctx, letter->permohonan_id, NULL, "tidak_terdaftar");
	/* Nobody asked for it to be known how to reach those of an old register: nothing is sent to them. */
	if (e == ERR_OK && row.kartu == 0)
		return say_none(ctx, letter->permohonan_id, &row, "register_lama");
	if (e == ERR_OK)
		e = ctx_vault_get(ctx, &isi_table, intake_kunci_str(&key), &isi);
	if (e == ERR_NOT_FOUND) {
		e = isi_absent(ctx, intake_kunci_str(&key), &why);
		return e == ERR_OK ? say_none(ctx, letter->permohonan_id, &row, why) : e;
	}
	if (e != ERR_OK)
		return e;
	event.unit = row.unit;
	event.versi = row.kartu;
	e = ctx_emit(ctx, &schema_kartu_dikirim, intake_kunci_str(&key), &event);
	return e == ERR_OK ? kartu_send(ctx, letter->permohonan_id, row.kartu, &row, &isi) : e;
}
