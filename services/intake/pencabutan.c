#include "intake/pencabutan.h"

#include "intake/hak.h"
#include "intake/isi.h"

enum err decide_kirim_pencabutan(struct ctx *ctx, const void *message)
{
	const struct kirim_pencabutan *c = message;
	struct intake_kunci key = intake_kunci_perkara(&c->permohonan_id);
	struct pencabutan_diterima event = { .permohonan_id = c->permohonan_id, .has_urutan = true };
	struct isi_susulan came = { .has_catatan = true, .catatan = c->catatan };
	struct register_baris row;
	struct intake_kunci later;
	enum err e = hak_atas_perkara(ctx, c->permohonan_id, c->has_kode_lacak, c->kode_lacak, &row);

	if (e == ERR_OK)
		e = waktu_diterima(ctx, c->has_diterima_pada, c->diterima_pada, &event.diterima_pada);
	if (e == ERR_OK && event.diterima_pada < row.diterima_pada)
		return ctx_refuse(ctx, ERR_INVALID, "diterima_pada", "sebelum_permohonan");
	if (e != ERR_OK)
		return e;
	event.unit = row.unit;
	event.urutan = row.pencabutan + 1;
	came.diterima_pada = event.diterima_pada;
	later = intake_kunci_susulan(c->permohonan_id, 'c', event.urutan);
	if (c->has_catatan)
		e = ctx_vault_put(ctx, &isi_susulan_table, intake_kunci_str(&later), &came);
	return e == ERR_OK ? ctx_emit(ctx, &schema_pencabutan_diterima, intake_kunci_str(&key), &event)
					   : e;
}
