#include "intake/identitas.h"

#include <assert.h>

#include "intake/hak.h"
#include "intake/isi.h"

static bool is_reason(struct str text)
{
	static const char *const reasons[] = { "verifikasi", "penyerahan", "keberatan", "sengketa" };

	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (str_is(text, reasons[i]))
			return true;
	return false;
}

enum err decide_ungkap_identitas(struct ctx *ctx, const void *message)
{
	const struct ungkap_identitas *c = message;
	struct intake_kunci key = intake_kunci_perkara(&c->permohonan_id);
	struct identitas_diungkap event = { .permohonan_id = c->permohonan_id, .alasan = c->alasan };
	struct register_baris row;
	struct isi_permohonan isi;
	enum err e = hak_petugas(ctx, c->permohonan_id, REVEAL_ROLES, &row);

	if (e != ERR_OK)
		return e;
	if (!is_reason(c->alasan))
		return ctx_refuse(ctx, ERR_INVALID, "alasan", "bukan_pilihan");
	e = ctx_vault_get(ctx, &isi_table, intake_kunci_str(&key), &isi);
	if (e == ERR_NOT_FOUND)
		return isi_refuse_absent(ctx, intake_kunci_str(&key));
	if (e != ERR_OK)
		return e;
	event.unit = row.unit;
	return ctx_emit(ctx, &schema_identitas_diungkap, intake_kunci_str(&key), &event);
}

enum err answer_ungkap_identitas(struct ctx *ctx, const struct own_event *events, uint32_t count,
	void *reply)
{
	const struct identitas_diungkap *event = events[0].body;
	struct intake_kunci key = intake_kunci_perkara(&event->permohonan_id);
	struct isi_permohonan *isi = reply;
	enum err e;

	assert(count == 1);
	/* A repetition may come when the right is over. */
	e = ctx_allow(ctx, REVEAL_ROLES, event->unit);
	if (e == ERR_OK)
		e = ctx_vault_get(ctx, &isi_table, intake_kunci_str(&key), isi);
	/* The code is the requester's: whoever has it acts for him. */
	if (e == ERR_OK)
		isi->kode_lacak = (struct str) { "", 0 };
	return e == ERR_NOT_FOUND ? isi_refuse_absent(ctx, intake_kunci_str(&key)) : e;
}
