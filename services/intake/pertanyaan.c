#include "intake/pertanyaan.h"

#include "intake/hak.h"
#include "intake/isi.h"
#include "intake/lihat.h"
#include "intake/nomor_urut.h"
#include "intake/orang.h"

#include <string.h>

enum {
	ROWS_MAX = 50,
	FOUND_MAX = 200,
	RANGES_MAX = 1000,
	ANSWER_BYTES = 56 * 1024, /* what an answer may carry, with room for its head */
	FOUND_BYTES = 512,        /* at most, of a row found by its person */
	ROW_BYTES = 2048,         /* of a row's short columns, and of each file's type, size and hash */
};

/* Who may read at all, and whether persons are shown to them: a reader sees none. */
static enum err may_read(struct view *view, struct str unit, bool *ret_persons)
{
	*ret_persons = view_allow(view, DESK_ROLES, unit) == ERR_OK;
	return *ret_persons ? ERR_OK : view_allow(view, READ_ROLES, unit);
}

enum err ask_lihat_permohonan(struct view *view, const void *question, void *answer)
{
	const struct lihat_permohonan *q = question;
	struct intake_kunci key = intake_kunci_perkara(&q->permohonan_id);
	struct register_baris row;
	bool with_persons;
	enum err e = view_get(view, &register_table, intake_kunci_str(&key), &row);

	if (e == ERR_NOT_FOUND)
		return view_refuse(view, e, "permohonan_id", "tidak_terdaftar");
	if (e == ERR_OK)
		e = may_read(view, row.unit, &with_persons);
	return e == ERR_OK ? lihat_baris(view, q->permohonan_id, &row, with_persons, answer) : e;
}

/* --- the printed register --- */

static size_t person_bytes(const struct orang *o)
{
	return o->nama.len + o->alamat.len + o->pekerjaan.len + ROW_BYTES / 4;
}

/* At most what the row takes in an answer. */
static size_t row_bytes(const struct register_lihat *r)
{
	size_t n = ROW_BYTES + r->rincian.len + r->tujuan.len + r->alasan.len + r->ringkasan.len +
		r->badan_lain.len + r->lampiran_len * 400;

	return n + person_bytes(&r->pemohon) + person_bytes(&r->kuasa) + person_bytes(&r->pengguna);
}

static enum err fill(struct view *view, const struct register_daftar *q, struct str prefix,
	bool with_persons, struct register_daftar_jawab *a)
{
	uint32_t max =
		q->has_paling_banyak && q->paling_banyak < ROWS_MAX ? q->paling_banyak : ROWS_MAX;
	struct register_urutan in_order;
	size_t bytes = 0;
	struct walk walk;
	struct str key;
	enum err e = view_walk(view, &register_urutan_table, prefix, false, &walk);

	if (e != ERR_OK)
		return e;
	while ((e = view_walk_next(view, &walk, &register_urutan_table, &key, &in_order)) == ERR_OK) {
		struct register_lihat row;

		e = lihat_register(view, in_order.permohonan_id, with_persons, &row);
		if (e != ERR_OK)
			break;
		bytes += row_bytes(&row);
		if (a->baris_len == max || (a->baris_len > 0 && bytes > ANSWER_BYTES)) {
			view_go_on(view, key);
			break;
		}
		a->baris[a->baris_len++] = row;
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err ask_register_daftar(struct view *view, const void *question, void *answer)
{
	const struct register_daftar *q = question;
	struct register_daftar_jawab *a = answer;
	struct intake_kunci prefix = q->has_seri ? intake_kunci_seri(q->unit, q->tahun, q->seri)
											 : intake_kunci_tahun(q->unit, q->tahun);
	bool with_persons;
	enum err e = may_read(view, q->unit, &with_persons);

	if (e != ERR_OK)
		return e;
	if (q->has_paling_banyak && q->paling_banyak == 0)
		return view_refuse(view, ERR_INVALID, "paling_banyak", "di_luar_rentang");
	a->baris = arena_take(view_arena(view), ROWS_MAX * sizeof *a->baris);
	if (a->baris == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	return fill(view, q, intake_kunci_str(&prefix), with_persons, a);
}

/* --- by person --- */

struct found {
	struct str *keys;
	uint32_t count, taken;
};

static enum err find(struct view *view, const struct cari_pemohon *q, const char *field,
	struct str text, struct found *ret)
{
	struct vault_search search = { .field = field,
		.text = text,
		.within = q->unit,
		.max = FOUND_MAX + 1 };

	return view_vault_find(view, &isi_table, &search, &ret->keys, &ret->count);
}

/* The next key of both, in order; one that stands in both (by e-mail and by telephone) comes once. */
static bool find_next(struct found found[2], struct str *ret)
{
	bool has_any = false;

	for (int i = 0; i < 2; i++) {
		const struct found *f = &found[i];

		if (f->taken < f->count && (!has_any || str_compare(f->keys[f->taken], *ret) < 0)) {
			*ret = f->keys[f->taken];
			has_any = true;
		}
	}
	for (int i = 0; i < 2 && has_any; i++)
		if (found[i].taken < found[i].count && str_equal(found[i].keys[found[i].taken], *ret))
			found[i].taken++;
	return has_any;
}

static enum err read_found(struct view *view, struct str key, struct pemohon_ketemu *ret)
{
	struct register_baris row;
	struct isi_permohonan isi;
	enum err e = view_get(view, &register_table, key, &row);

	if (e == ERR_OK)
		e = view_vault_get(view, &isi_table, key, &isi);
	if (e != ERR_OK)
		return e;
	*ret = (struct pemohon_ketemu) { .unit = row.unit,
		.nomor = row.nomor,
		.nama = isi.pemohon.nama,
		.diterima_pada = row.diterima_pada };
	memcpy(ret->permohonan_id.bytes, key.ptr, sizeof ret->permohonan_id.bytes);
	return ERR_OK;
}

static enum err fill_found(struct view *view, struct found found[2], struct cari_pemohon_jawab *a)
{
	size_t bytes = 0;
	struct str key = { NULL, 0 };

	while (find_next(found, &key)) {
		struct pemohon_ketemu *row = &a->baris[a->baris_len];
		enum err e;

		if (a->baris_len == FOUND_MAX || bytes > ANSWER_BYTES - FOUND_BYTES) {
			view_go_on(view, key);
			break;
		}
		e = read_found(view, key, row);
		if (e != ERR_OK)
			return e;
		bytes += FOUND_BYTES / 4 + row->nama.len + row->nomor.len + row->unit.len;
		a->baris_len++;
	}
	return ERR_OK;
}

enum err ask_cari_pemohon(struct view *view, const void *question, void *answer)
{
	const struct cari_pemohon *q = question;
	struct cari_pemohon_jawab *a = answer;
	struct found found[2] = { { NULL, 0, 0 }, { NULL, 0, 0 } };
	enum err e = view_allow(view, DESK_ROLES, q->unit);

	if (e != ERR_OK)
		return e;
	if (teks_ada(q->has_nama, q->nama) + teks_ada(q->has_nik, q->nik) +
			teks_ada(q->has_kontak, q->kontak) !=
		1)
		return view_refuse(view, ERR_INVALID, "nama", "pilih_satu");
	a->baris = arena_take(view_arena(view), FOUND_MAX * sizeof *a->baris);
	if (a->baris == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	if (teks_ada(q->has_nama, q->nama))
		e = find(view, q, ISI_NAMA, q->nama, &found[0]);
	else if (teks_ada(q->has_nik, q->nik))
		e = find(view, q, ISI_NIK, q->nik, &found[0]);
	else
		e = find(view, q, ISI_EMAIL, q->kontak, &found[0]);
	if (e == ERR_OK && teks_ada(q->has_kontak, q->kontak))
		e = find(view, q, ISI_TELEPON, q->kontak, &found[1]);
	return e == ERR_OK ? fill_found(view, found, a) : e;
}

enum err ask_nama_pemohon(struct view *view, const void *question, void *answer)
{
	const struct nama_pemohon *q = question;
	struct nama_pemohon_jawab *a = answer;

	if (q->permohonan_id_len == 0)
		return ERR_OK;
	a->baris = arena_take(view_arena(view), q->permohonan_id_len * sizeof *a->baris);
	if (a->baris == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (uint32_t i = 0; i < q->permohonan_id_len; i++) {
		struct intake_kunci key = intake_kunci_perkara(&q->permohonan_id[i]);
		struct register_baris row;
		struct isi_permohonan isi;
		enum err e = view_get(view, &register_table, intake_kunci_str(&key), &row);

		if (e == ERR_OK && view_allow(view, DESK_ROLES, row.unit) != ERR_OK)
			continue;
		if (e == ERR_OK)
			e = view_vault_get(view, &isi_table, intake_kunci_str(&key), &isi);
		if (e == ERR_OK)
			a->baris[a->baris_len++] = (struct nama_baris) { .permohonan_id = q->permohonan_id[i],
				.nama = isi.pemohon.nama };
		else if (e != ERR_NOT_FOUND)
			return e;
	}
	return ERR_OK;
}

/* --- by number --- */

static enum err list_numbered(struct view *view, struct walk *walk, struct cari_nomor_jawab *a)
{
	struct register_nomor found;
	struct str at;
	enum err e;

	while ((e = view_walk_next(view, walk, &register_nomor_table, &at, &found)) == ERR_OK) {
		struct intake_kunci key = intake_kunci_perkara(&found.permohonan_id);
		struct register_baris row;

		if (a->baris_len == FOUND_MAX) {
			view_go_on(view, at);
			break;
		}
		e = view_get(view, &register_table, intake_kunci_str(&key), &row);
		if (e != ERR_OK)
			break;
		if (view_allow(view, READ_ROLES, row.unit) != ERR_OK)
			continue;
		a->baris[a->baris_len++] = (struct nomor_ketemu) { .permohonan_id = found.permohonan_id,
			.unit = row.unit,
			.seri = row.seri,
			.tahun = row.tahun };
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err ask_cari_nomor(struct view *view, const void *question, void *answer)
{
	const struct cari_nomor *q = question;
	struct cari_nomor_jawab *a = answer;
	struct intake_kunci key;
	struct walk walk;
	enum err e;

	if (!teks_ada(true, q->nomor))
		return view_refuse(view, ERR_INVALID, "nomor", "wajib_diisi");
	key = intake_kunci_senomor(str_trim(q->nomor));
	a->baris = arena_take(view_arena(view), FOUND_MAX * sizeof *a->baris);
	if (a->baris == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	e = view_walk(view, &register_nomor_table, intake_kunci_str(&key), false, &walk);
	if (e != ERR_OK)
		return e;
	e = list_numbered(view, &walk, a);
	walk_close(&walk);
	return e;
}

/* --- gaps --- */

static enum err list_gaps(struct view *view, struct str prefix, struct nomor_kosong_jawab *a)
{
	struct register_urutan in_order;
	struct walk walk;
	struct str key;
	uint64_t urut;
	enum err e = view_walk(view, &register_urutan_table, prefix, false, &walk);

	if (e != ERR_OK)
		return e;
	while ((e = view_walk_next(view, &walk, &register_urutan_table, &key, &in_order)) == ERR_OK) {
		if (!intake_kunci_urut(key, &urut))
			break; /* from here on none has a number in the count */
		if (a->rentang_len == RANGES_MAX) {
			view_go_on(view, key);
			break;
		}
		if (urut > a->sampai + 1)
			a->rentang[a->rentang_len++] =
				(struct rentang_nomor) { .dari = a->sampai + 1, .sampai = urut - 1 };
		a->sampai = urut;
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err ask_nomor_kosong(struct view *view, const void *question, void *answer)
{
	const struct nomor_kosong *q = question;
	struct nomor_kosong_jawab *a = answer;
	struct intake_kunci key = intake_kunci_seri(q->unit, q->tahun, q->seri);
	struct nomor_seri counter = { .terakhir = 0 };
	bool with_persons;
	enum err e = may_read(view, q->unit, &with_persons);

	if (e == ERR_OK)
		e = view_get(view, &nomor_urut_table, intake_kunci_str(&key), &counter);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	a->terakhir = counter.terakhir;
	a->sampai = q->has_setelah ? q->setelah : 0;
	a->rentang = arena_take(view_arena(view), RANGES_MAX * sizeof *a->rentang);
	if (a->rentang == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	return list_gaps(view, intake_kunci_str(&key), a);
}
