/* Tracking: number (or case) and code. A wrong code and an unknown number take the same reads, the
 * same hash and the same answer, so that nobody learns which numbers there are. */
#include "domain/lacak.h"

#include "workflow/daftar_kerja.h"
#include "workflow/perkara.h"

enum { SAME_NUMBER_MAX = 8, STEPS_MAX = 50 };

/* Whether the code is that of the case; what was read is in *ret. */
static enum err is_of_case(struct view *view, struct id id, struct str code,
	struct perkara_daftar *ret, bool *ret_is)
{
	enum err e = view_get(view, &perkara_daftar_table, perkara_id_str(&id), ret);
	struct hash hash = lacak_hash(id, code);

	if (e == ERR_NOT_FOUND)
		*ret = (struct perkara_daftar) { 0 };
	else if (e != ERR_OK)
		return e;
	*ret_is = hash_equal(&hash, &ret->lacak) && ret->has_lacak;
	return ERR_OK;
}

/* Old registers may hold a live number again: every case of the number is tried. */
static enum err find(struct view *view, const struct lacak *q, struct id *ret_id,
	struct perkara_daftar *ret, bool *ret_is)
{
	struct perkara_key key = perkara_number_key(q->has_nomor ? q->nomor : str_of(""));
	struct perkara_nomor row;
	struct walk walk;
	struct str found;
	uint32_t tried = 0;
	enum err e = view_walk(view, &perkara_nomor_table, perkara_key_str(&key), false, &walk);

	if (e != ERR_OK)
		return e;
	*ret_id = (struct id) { { 0 } };
	while (!*ret_is && tried < SAME_NUMBER_MAX &&
		(e = view_walk_next(view, &walk, &perkara_nomor_table, &found, &row)) == ERR_OK) {
		*ret_id = row.permohonan_id;
		e = is_of_case(view, *ret_id, q->kode, ret, ret_is);
		tried++;
		if (e != ERR_OK)
			break;
	}
	walk_close(&walk);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	return tried > 0 ? ERR_OK : is_of_case(view, *ret_id, q->kode, ret, ret_is);
}

static enum err tell_steps(struct view *view, const struct perkara *row, struct lacak_jawab *a)
{
	uint32_t count = row->langkah < STEPS_MAX ? row->langkah : STEPS_MAX;

	a->riwayat = arena_take(view_arena(view), STEPS_MAX * sizeof *a->riwayat);
	if (a->riwayat == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (; a->riwayat_len < count; a->riwayat_len++) {
		struct perkara_key key = perkara_step_key(row->permohonan_id, a->riwayat_len + 1);
		struct perkara_langkah step;
		enum err e = view_get(view, &perkara_langkah_table, perkara_key_str(&key), &step);

		if (e != ERR_OK)
			return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
		/* Who took it stays inside. */
		a->riwayat[a->riwayat_len] =
			(struct lacak_langkah) { step.kejadian, step.pada, step.status };
	}
	return ERR_OK;
}

static enum err tell(struct view *view, const struct perkara *row, struct str nomor,
	struct lacak_jawab *a)
{
	bool is_waiting = row->status == STATUS_PERMOHONAN_PERLU_DILENGKAPI;

	*a = (struct lacak_jawab) {
		.permohonan_id = row->permohonan_id,
		.nomor = nomor,
		.unit = row->unit,
		.status = row->status,
		.diterima_pada = row->diterima_pada,
		.has_jatuh_tempo = row->berjalan,
		.jatuh_tempo = row->jatuh_tempo,
		.has_batas = is_waiting && row->has_batas,
		.batas = row->batas,
		.terlambat = perkara_is_late(row, view_now(view)),
		.has_keputusan = row->has_keputusan,
		.keputusan = row->keputusan,
		.has_diputus_pada = row->has_diputus_pada,
		.diputus_pada = row->diputus_pada,
		.has_diserahkan_pada = row->has_diserahkan_pada,
		.diserahkan_pada = row->diserahkan_pada,
	};
	return tell_steps(view, row, a);
}

enum err ask_lacak(struct view *view, const void *question, void *answer)
{
	const struct lacak *q = question;
	struct perkara_daftar daftar = { 0 };
	struct id id = q->permohonan_id;
	struct perkara row;
	bool is_code = false;
	enum err e;

	if (!q->has_nomor && !q->has_permohonan_id)
		return view_refuse(view, ERR_INVALID, "nomor", "wajib_diisi");
	if (q->has_permohonan_id)
		e = is_of_case(view, id, q->kode, &daftar, &is_code);
	else
		e = find(view, q, &id, &daftar, &is_code);
	if (e != ERR_OK)
		return e;
	e = view_get(view, &perkara_table, perkara_id_str(&id), &row);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (e == ERR_NOT_FOUND || !is_code)
		return view_refuse(view, ERR_NOT_FOUND, "kode", "nomor_atau_kode_salah");
	return tell(view, &row, daftar.nomor, answer);
}
