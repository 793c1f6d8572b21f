#include "notification/naskah_siapkan.h"

#include "base/civil.h"
#include "runtime/policy.h"

static enum err read_days(struct ctx *ctx, struct str unit, struct naskah_days *ret)
{
	const struct {
		const char *rule;
		uint32_t *to;
	} rows[] = {
		{ "hari_jawab", &ret->jawab },
		{ "hari_perpanjangan", &ret->perpanjangan },
		{ "hari_keberatan", &ret->keberatan },
		{ "hari_tanggapan_keberatan", &ret->tanggapan_keberatan },
		{ "hari_sengketa", &ret->sengketa },
	};
	enum err e = ERR_OK;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0] && e == ERR_OK; i++)
		e = policy_days(ctx, &policy_projected, rows[i].rule, unit, rows[i].to);
	return e;
}

enum err naskah_siapkan(struct ctx *ctx, const struct notice *notice, struct naskah *ret)
{
	const struct policy_tables *tables = &policy_projected;
	struct str unit_code = notice->row.unit;
	struct naskah_input in = {
		.kind = notice->row.jenis,
		.card = notice->card,
		.wording = notice->wording,
		.today = civil_date_of(notice->row.keadaan == 0 ? ctx_now(ctx) : notice->row.dibuat_pada),
	};
	struct unit unit;
	enum err e = policy_unit_get(ctx, tables, unit_code, &unit);

	if (e == ERR_OK)
		in.unit = &unit;
	if (e == ERR_OK || e == ERR_NOT_FOUND)
		e = policy_text(ctx, tables, "nama_badan_publik", unit_code, &in.body_name);
	if (e == ERR_OK)
		e = policy_text(ctx, tables, "tempat_surat", unit_code, &in.place);
	if (e == ERR_OK)
		e = policy_text(ctx, tables, "alamat_pelacakan", unit_code, &in.tracking);
	if (e == ERR_OK)
		e = policy_is(ctx, tables, "dasar_tenggat", unit_code, "lengkap", &in.counts_from_complete);
	if (e == ERR_OK)
		e = read_days(ctx, unit_code, &in.days);
	return e == ERR_OK ? naskah_write(&in, ctx_arena(ctx), ret) : e;
}
