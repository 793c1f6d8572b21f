#include "intake/ringkasan.h"

#include "domain/nik.h"
#include "intake/hak.h"
#include "intake/isi.h"
#include "intake/orang.h"
#include "intake/pokok.h"

#include <strings.h>

/* Whether the text has the name in it, whatever the case of its letters. */
static bool has_name(struct str text, struct str name)
{
	name = str_trim(name);
	for (size_t i = 0; name.len > 0 && i + name.len <= text.len; i++)
		if (strncasecmp(text.ptr + i, name.ptr, name.len) == 0)
			return true;
	return false;
}

/* A NIK, or an address of e-mail. */
static bool has_personal_form(struct str text)
{
	uint32_t digits = 0;

	for (size_t i = 0; i < text.len; i++) {
		digits = text.ptr[i] >= '0' && text.ptr[i] <= '9' ? digits + 1 : 0;
		if (digits == NIK_DIGITS || text.ptr[i] == '@')
			return true;
	}
	return false;
}

static bool names_somebody(struct str text, const struct isi_permohonan *isi)
{
	return has_personal_form(text) || has_name(text, isi->pemohon.nama) ||
		(isi->has_kuasa && has_name(text, isi->kuasa.nama)) ||
		(isi->has_pengguna && has_name(text, isi->pengguna.nama));
}

enum err decide_tetapkan_ringkasan_publik(struct ctx *ctx, const void *message)
{
	const struct tetapkan_ringkasan_publik *c = message;
	struct intake_kunci key = intake_kunci_perkara(&c->permohonan_id);
	struct ringkasan_publik_ditetapkan event = { .permohonan_id = c->permohonan_id,
		.ringkasan = str_trim(c->ringkasan),
		.has_pokok = c->has_pokok,
		.pokok = c->pokok };
	struct isi_permohonan isi = { .pemohon = { .nama = { NULL, 0 } } };
	struct register_baris row;
	enum err e = hak_petugas(ctx, c->permohonan_id, DESK_ROLES, &row);

	if (e != ERR_OK)
		return e;
	if (event.ringkasan.len == 0)
		return ctx_refuse(ctx, ERR_INVALID, "ringkasan", "wajib_diisi");
	e = pokok_check(ctx, row.unit, c->has_pokok, c->pokok);
	if (e != ERR_OK)
		return e;
	e = ctx_vault_get(ctx, &isi_table, intake_kunci_str(&key), &isi);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	/* It goes into the log, which nobody can take it out of again. */
	if (names_somebody(event.ringkasan, &isi))
		return ctx_refuse(ctx, ERR_INVALID, "ringkasan", "memuat_data_pribadi");
	event.unit = row.unit;
	return ctx_emit(ctx, &schema_ringkasan_publik_ditetapkan, intake_kunci_str(&key), &event);
}
