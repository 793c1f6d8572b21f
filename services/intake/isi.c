#include "intake/isi.h"

#include "intake/orang.h"

#include <string.h>

static const struct vault_index indexes[] = {
	{ ISI_NAMA, true, ISI_UNIT },
	{ ISI_NIK, false, ISI_UNIT },
	{ ISI_EMAIL, false, ISI_UNIT },
	{ ISI_TELEPON, false, ISI_UNIT },
};

/* clang-format off */
const struct table isi_table           = { "isi_permohonan", TABLE_VAULT, 1, &schema_isi_permohonan, ROWS(indexes) };
const struct table isi_keputusan_table = { "isi_keputusan",  TABLE_VAULT, 1, &schema_isi_keputusan,  NULL, 0 };
const struct table isi_susulan_table   = { "isi_susulan",    TABLE_VAULT, 1, &schema_isi_susulan,    NULL, 0 };
/* clang-format on */

enum err isi_absent(struct ctx *ctx, struct str key, const char **ret)
{
	bool is_lost = false;
	enum err e = ctx_vault_is_lost(ctx, &isi_table, key, &is_lost);

	*ret = is_lost ? "data_hilang" : "data_dihapus";
	return e;
}

enum err isi_refuse_absent(struct ctx *ctx, struct str key)
{
	const char *rule;
	enum err e = isi_absent(ctx, key, &rule);

	return e == ERR_OK ? ctx_refuse(ctx, ERR_STATE, "permohonan_id", rule) : e;
}

/* type/subtype of plain letters (RFC 6838). */
static bool is_media_type(struct str text)
{
	uint32_t slashes = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '/' && i > 0 && i + 1 < text.len)
			slashes++;
		else if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
					 strchr("!#$&-^_.+", c) != NULL))
			return false;
	}
	return slashes == 1;
}

enum err lampiran_check(struct ctx *ctx, const struct berkas *files, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (!teks_ada(true, files[i].nama))
			return ctx_refuse(ctx, ERR_INVALID, "lampiran", "nama_wajib_diisi");
		if (!is_media_type(files[i].jenis))
			return ctx_refuse(ctx, ERR_INVALID, "lampiran", "jenis_tidak_sah");
	}
	return ERR_OK;
}
