#include "intake/hasil_lama.h"

#include "base/civil.h"

static bool is_decided(uint32_t status)
{
	return status == STATUS_PERMOHONAN_DIPUTUS || status == STATUS_PERMOHONAN_DISERAHKAN ||
		status == STATUS_PERMOHONAN_SELESAI;
}

static enum err check_dates(struct ctx *ctx, const struct catat_register_lama *c)
{
	const struct keputusan_lama *h = &c->hasil;
	date_days today = civil_date_of(ctx_now(ctx));

	if (h->has_diberitahukan && h->diberitahukan < c->diterima)
		return ctx_refuse(ctx, ERR_INVALID, "diberitahukan", "sebelum_diterima");
	if (h->has_diberitahukan && h->diberitahukan > today)
		return ctx_refuse(ctx, ERR_INVALID, "diberitahukan", "di_masa_depan");
	if (h->has_diserahkan && h->diserahkan < c->diterima)
		return ctx_refuse(ctx, ERR_INVALID, "diserahkan", "sebelum_diterima");
	if (h->has_diserahkan && h->diserahkan > today)
		return ctx_refuse(ctx, ERR_INVALID, "diserahkan", "di_masa_depan");
	return ERR_OK;
}

static enum err check_pasal(struct ctx *ctx, const struct keputusan_lama *h)
{
	bool refused = h->has_keputusan &&
		(h->keputusan == KEPUTUSAN_DITOLAK || h->keputusan == KEPUTUSAN_DIKABULKAN_SEBAGIAN);

	if (h->pasal_len > 0 && !refused)
		return ctx_refuse(ctx, ERR_INVALID, "pasal", "hanya_untuk_penolakan");
	for (uint32_t i = 0; i < h->pasal_len; i++)
		for (uint32_t k = 0; k < i; k++)
			if (h->pasal[i] == h->pasal[k])
				return ctx_refuse(ctx, ERR_INVALID, "pasal", "ganda");
	return ERR_OK;
}

enum err hasil_lama_check(struct ctx *ctx, const struct catat_register_lama *c)
{
	const struct keputusan_lama *h = &c->hasil;
	enum err e;

	if (is_decided(h->status) && !h->has_keputusan)
		return ctx_refuse(ctx, ERR_INVALID, "keputusan", "wajib_diisi");
	if (!is_decided(h->status) && h->has_keputusan)
		return ctx_refuse(ctx, ERR_INVALID, "status", "bertentangan_dengan_keputusan");
	if (!h->has_keputusan && h->has_diserahkan)
		return ctx_refuse(ctx, ERR_INVALID, "diserahkan", "tanpa_keputusan");
	if (h->has_biaya && h->biaya < 0)
		return ctx_refuse(ctx, ERR_INVALID, "biaya", "di_luar_rentang");
	e = check_dates(ctx, c);
	return e == ERR_OK ? check_pasal(ctx, h) : e;
}
