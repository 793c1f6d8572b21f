/* The text of a notice for printing: taken by a person, so it is recorded who did. */
#include "notification/naskah_siapkan.h"
#include "notification/pengiriman.h"

#define TAKERS (ROLE(PETUGAS_MEJA) | ROLE(PETUGAS_BELAKANG) | ROLE(PPID))

enum err decide_ambil(struct ctx *ctx, const void *message)
{
	const struct ambil_naskah *m = message;
	struct naskah_diambil event = { .permohonan_id = m->permohonan_id, .versi = m->versi };
	struct delivery_key key = delivery_key(m->permohonan_id, m->versi);
	struct notice notice = { .card = NULL };
	enum err e = ctx_get(ctx, &pengiriman_table, delivery_key_str(&key), &notice.row);

	if (e == ERR_NOT_FOUND)
		return ctx_refuse(ctx, e, "permohonan_id", "pengiriman_tidak_ada");
	if (e == ERR_OK)
		e = ctx_allow(ctx, TAKERS, notice.row.unit);
	if (e == ERR_OK)
		e = notice_load(ctx, &notice);
	if (e != ERR_OK)
		return e;
	if (notice.card == NULL)
		return ctx_refuse(ctx, ERR_STATE, "permohonan_id",
			notice.row.keadaan == KEADAAN_PENGIRIMAN_MENUNGGU_KARTU ? "kartu_belum_ada"
																	: "data_hilang");
	if (m->versi != 0 && notice.wording == NULL)
		return ctx_refuse(ctx, ERR_STATE, "permohonan_id", "data_hilang");
	event.unit = notice.row.unit;
	return ctx_emit(ctx, &schema_naskah_diambil, case_key(&m->permohonan_id), &event);
}

enum err answer_ambil(struct ctx *ctx, const struct own_event *events, uint32_t count, void *reply)
{
	const struct naskah_diambil *event = events[0].body;
	struct delivery_key key = delivery_key(event->permohonan_id, event->versi);
	struct notice notice = { .card = NULL };
	struct naskah_surat *ret = reply;
	struct naskah text;
	enum err e = ctx_get(ctx, &pengiriman_table, delivery_key_str(&key), &notice.row);

	(void)count;
	/* A repetition may come when the right is over. */
	if (e == ERR_OK)
		e = ctx_allow(ctx, TAKERS, event->unit);
	if (e == ERR_OK)
		e = notice_load(ctx, &notice);
	if (e != ERR_OK)
		return e;
	if (notice.card == NULL || (event->versi != 0 && notice.wording == NULL))
		return ctx_refuse(ctx, ERR_NOT_FOUND, "permohonan_id", "data_hilang");
	e = naskah_siapkan(ctx, &notice, &text);
	if (e != ERR_OK)
		return e;
	*ret = (struct naskah_surat) {
		.nama = notice.card->nama,
		.has_alamat = notice.card->has_alamat,
		.alamat = notice.card->alamat,
		.subjek = text.subject,
		.isi = text.body,
	};
	return ERR_OK;
}
