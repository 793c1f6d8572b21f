#include "intake/hak.h"

#include "domain/lacak.h"

#include <sodium.h>

static enum err row_of(struct ctx *ctx, struct id permohonan, struct register_baris *ret)
{
	struct intake_kunci key = intake_kunci_perkara(&permohonan);
	enum err e = ctx_get(ctx, &register_table, intake_kunci_str(&key), ret);

	return e == ERR_NOT_FOUND ? ctx_refuse(ctx, e, "permohonan_id", "tidak_terdaftar") : e;
}

static enum err allow_citizen(struct ctx *ctx, struct id permohonan, bool has_kode, struct str kode,
	struct register_baris *ret)
{
	struct hash hash = lacak_hash(permohonan, kode);
	enum err e;

	ctx_allow_all(ctx);
	if (!has_kode)
		return ctx_refuse(ctx, ERR_INVALID, "kode_lacak", "wajib_diisi");
	e = row_of(ctx, permohonan, ret);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (e != ERR_OK || !ret->has_lacak ||
		sodium_memcmp(hash.bytes, ret->lacak.bytes, sizeof hash.bytes) != 0)
		return ctx_refuse(ctx, ERR_DENIED, "kode_lacak", "tidak_cocok");
	return ERR_OK;
}

enum err hak_atas_perkara(struct ctx *ctx, struct id permohonan, bool has_kode, struct str kode,
	struct register_baris *ret)
{
	if (id_equal(ctx_actor(ctx), ACTOR_WARGA))
		return allow_citizen(ctx, permohonan, has_kode, kode, ret);
	return hak_petugas(ctx, permohonan, DESK_ROLES, ret);
}

enum err hak_petugas(struct ctx *ctx, struct id permohonan, uint32_t roles,
	struct register_baris *ret)
{
	enum err e = row_of(ctx, permohonan, ret);

	return e == ERR_OK ? ctx_allow(ctx, roles, ret->unit) : e;
}

enum err waktu_diterima(struct ctx *ctx, bool has_waktu, time_us waktu, time_us *ret)
{
	*ret = has_waktu ? waktu : ctx_now(ctx);
	if (has_waktu && id_equal(ctx_actor(ctx), ACTOR_WARGA))
		return ctx_refuse(ctx, ERR_INVALID, "diterima_pada", "hanya_petugas");
	if (*ret > ctx_now(ctx))
		return ctx_refuse(ctx, ERR_INVALID, "diterima_pada", "di_masa_depan");
	return ERR_OK;
}
