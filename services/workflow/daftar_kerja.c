#include "workflow/daftar_kerja.h"

#include "base/bytes.h"
#include "domain/deadline.h"
#include "workflow/kebijakan.h"
#include "workflow/perkara.h"
#include "workflow/tenggat.h"

enum {
	ROWS_MAX = 100,
	ROWS_USUAL = 50,
	STATES = 12,
	STEPS_MAX = 200,
	ANSWER_BYTES = 56 * 1024, /* what an answer may carry, with room for its head */
	ROW_BYTES = 160,          /* of a row's numbers and dates */
};

/* Whoever holds any role in a unit may see its cases; what officers wrote, those who work on them. */
#define READERS \
	(ROLE(PETUGAS_MEJA) | ROLE(PETUGAS_BELAKANG) | ROLE(PPID) | ROLE(ATASAN_PPID) | \
		ROLE(PPID_UTAMA) | ROLE(ADMINISTRATOR) | ROLE(PEMBACA))
#define WORKERS \
	(ROLE(PETUGAS_MEJA) | ROLE(PETUGAS_BELAKANG) | ROLE(PPID) | ROLE(ATASAN_PPID) | \
		ROLE(PPID_UTAMA))

static bool is_waiting(const struct perkara *row)
{
	return row->status == STATUS_PERMOHONAN_PERLU_DILENGKAPI && row->has_batas;
}

bool perkara_is_late(const struct perkara *row, time_us now)
{
	if (!row->berjalan)
		return false;
	return deadline_is_over(is_waiting(row) ? row->batas : row->jatuh_tempo, now);
}

/* Beside the row what intake's register tells; a case whose number has not come by yet is shown without. */
static enum err show(struct view *view, const struct perkara *row, struct perkara_lihat *ret)
{
	struct perkara_daftar daftar;
	enum err e =
		view_get(view, &perkara_daftar_table, perkara_id_str(&row->permohonan_id), &daftar);
	bool is_known = e == ERR_OK;

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	*ret = (struct perkara_lihat) {
		.permohonan_id = row->permohonan_id,
		.unit = row->unit,
		.status = row->status,
		.diterima_pada = row->diterima_pada,
		.has_lengkap_pada = row->has_lengkap_pada,
		.lengkap_pada = row->lengkap_pada,
		.has_jatuh_tempo = true,
		.jatuh_tempo = row->jatuh_tempo,
		.kalender_versi = row->kalender_versi,
		.has_batas = row->has_batas,
		.batas = row->batas,
		.terlambat = perkara_is_late(row, view_now(view)),
		.has_sisa_hari = row->berjalan,
		.sisa_hari = (int64_t)(is_waiting(row) ? row->batas : row->jatuh_tempo) -
			civil_date_of(view_now(view)),
		.diperpanjang = row->diperpanjang,
		.has_tujuan = row->has_tujuan,
		.tujuan = row->tujuan,
		.has_keputusan = row->has_keputusan,
		.keputusan = row->keputusan,
		.pasal = row->pasal,
		.pasal_len = row->pasal_len,
		.has_diputus_pada = row->has_diputus_pada,
		.diputus_pada = row->diputus_pada,
		.has_hari_kerja = row->has_hari_kerja,
		.hari_kerja = row->hari_kerja,
		.has_tepat_waktu = row->has_tepat_waktu,
		.tepat_waktu = row->tepat_waktu,
		.has_diserahkan_pada = row->has_diserahkan_pada,
		.diserahkan_pada = row->diserahkan_pada,
		.has_ke_unit = row->has_ke_unit,
		.ke_unit = row->ke_unit,
		.surat = row->surat,
		.langkah = row->langkah,
		.lama = row->lama,
		.has_nomor = is_known,
		.has_kanal = is_known,
		.has_jenis = is_known,
	};
	if (!is_known)
		return ERR_OK;
	ret->nomor = daftar.nomor;
	ret->kanal = daftar.kanal;
	ret->jenis = daftar.jenis;
	ret->has_pokok = daftar.has_pokok;
	ret->pokok = daftar.pokok;
	return ERR_OK;
}

static enum err show_of_id(struct view *view, struct id id, struct perkara_lihat *ret)
{
	struct perkara row;
	enum err e = view_get(view, &perkara_table, perkara_id_str(&id), &row);

	return e == ERR_OK ? show(view, &row, ret) : e;
}

struct page {
	const struct daftar_kerja *q;
	struct daftar_kerja_jawab *a;
	uint32_t max;
	bool is_full;
};

/* The cases of a unit in one state, by due date. */
static enum err list_state(struct view *view, struct page *page, uint32_t status)
{
	struct perkara_key prefix = perkara_state_key(page->q->unit, status);
	struct perkara_urutan place;
	struct walk walk;
	struct str key;
	enum err e = view_walk(view, &perkara_urutan_table, perkara_key_str(&prefix), false, &walk);

	if (e != ERR_OK)
		return e;
	while ((e = view_walk_next(view, &walk, &perkara_urutan_table, &key, &place)) == ERR_OK) {
		struct perkara_lihat *row = &page->a->perkara[page->a->perkara_len];

		if (page->a->perkara_len == page->max) {
			view_go_on(view, key);
			page->is_full = true;
			break;
		}
		if ((e = show_of_id(view, place.permohonan_id, row)) != ERR_OK)
			break;
		if (page->q->has_jatuh_sampai && row->jatuh_tempo > page->q->jatuh_sampai)
			break;
		page->a->perkara_len++;
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static bool is_asked(const struct daftar_kerja *q, uint32_t status)
{
	for (uint32_t i = 0; i < q->status_len; i++)
		if (q->status[i] == status)
			return true;
	if (q->status_len > 0)
		return false;
	switch ((enum status_permohonan)status) {
	case STATUS_PERMOHONAN_DIAJUKAN:
	case STATUS_PERMOHONAN_PERLU_DILENGKAPI:
	case STATUS_PERMOHONAN_DIREGISTER:
	case STATUS_PERMOHONAN_DIDISPOSISIKAN:
	case STATUS_PERMOHONAN_DIPROSES:
	case STATUS_PERMOHONAN_DIPERPANJANG:
	case STATUS_PERMOHONAN_DIPUTUS:
	case STATUS_PERMOHONAN_DISERAHKAN:
		return true;
	case STATUS_PERMOHONAN_GUGUR:
	case STATUS_PERMOHONAN_SELESAI:
	case STATUS_PERMOHONAN_DIALIHKAN:
	case STATUS_PERMOHONAN_DICABUT:
		return false;
	}
	return false;
}

static enum err count_states(struct view *view, struct str unit, struct daftar_kerja_jawab *a)
{
	a->jumlah = arena_take(view_arena(view), STATES * sizeof *a->jumlah);
	if (a->jumlah == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (uint32_t i = 0; i < enum_status_permohonan.count; i++) {
		uint32_t status = enum_status_permohonan.values[i].number;
		struct perkara_key key = perkara_state_key(unit, status);
		struct perkara_jumlah row;
		enum err e = view_get(view, &perkara_jumlah_table, perkara_key_str(&key), &row);

		if (e == ERR_NOT_FOUND || (e == ERR_OK && row.jumlah == 0))
			continue;
		if (e != ERR_OK)
			return e;
		a->jumlah[a->jumlah_len++] =
			(struct jumlah_status) { .status = status, .jumlah = row.jumlah };
	}
	return ERR_OK;
}

/* States in the order of their numbers, which is that of the index: so an answer can go on. */
enum err ask_daftar_kerja(struct view *view, const void *question, void *answer)
{
	struct page page = { .q = question, .a = answer, .max = ROWS_USUAL };
	enum err e = view_allow(view, READERS, page.q->unit);

	if (e != ERR_OK)
		return e;
	if (page.q->has_paling_banyak) {
		if (page.q->paling_banyak < 1 || page.q->paling_banyak > ROWS_MAX)
			return view_refuse(view, ERR_INVALID, "paling_banyak", "di_luar_rentang");
		page.max = page.q->paling_banyak;
	}
	/* One more: the row that shows where the next page begins. */
	page.a->perkara = arena_take(view_arena(view), (ROWS_MAX + 1) * sizeof *page.a->perkara);
	if (page.a->perkara == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	e = count_states(view, page.q->unit, page.a);
	for (uint32_t i = 0; i < enum_status_permohonan.count && e == ERR_OK && !page.is_full; i++) {
		uint32_t status = enum_status_permohonan.values[i].number;

		if (is_asked(page.q, status))
			e = list_state(view, &page, status);
	}
	return e;
}

/* At most what the row takes in an answer. */
static size_t row_bytes(const struct perkara_lihat *row)
{
	return ROW_BYTES + row->unit.len + row->tujuan.len + row->ke_unit.len + row->nomor.len +
		row->pokok.len + (size_t)row->pasal_len * 2;
}

/* Where in the list the question goes on: the place as four bytes. */
static enum err list_from(struct view *view, uint32_t count, uint32_t *ret)
{
	struct str from = view_from(view);

	*ret = 0;
	if (from.ptr == NULL)
		return ERR_OK;
	if (from.len == sizeof(uint32_t))
		*ret = be32_get(from.ptr);
	return from.len == sizeof(uint32_t) && *ret < count
		? ERR_OK
		: view_refuse(view, ERR_INVALID, "go_on", "di_luar_rentang");
}

static enum err list_go_on(struct view *view, uint32_t at)
{
	uint8_t bytes[4];
	struct str key;
	enum err e;

	be32_put(bytes, at);
	e = arena_copy(view_arena(view), str_bytes(bytes, sizeof bytes), &key);
	if (e == ERR_OK)
		view_go_on(view, key);
	return e;
}

enum err ask_lihat_perkara(struct view *view, const void *question, void *answer)
{
	const struct lihat_perkara *q = question;
	struct lihat_perkara_jawab *a = answer;
	size_t bytes = 0;
	uint32_t at;
	enum err e;

	if (q->permohonan_id_len == 0)
		return ERR_OK;
	e = list_from(view, q->permohonan_id_len, &at);
	if (e != ERR_OK)
		return e;
	a->perkara = arena_take(view_arena(view), q->permohonan_id_len * sizeof *a->perkara);
	if (a->perkara == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (; at < q->permohonan_id_len; at++) {
		struct perkara_lihat *row = &a->perkara[a->perkara_len];

		e = show_of_id(view, q->permohonan_id[at], row);
		if (e == ERR_OK)
			e = view_allow(view, READERS, row->unit);
		if (e == ERR_NOT_FOUND || e == ERR_DENIED)
			continue;
		if (e != ERR_OK)
			return e;
		bytes += row_bytes(row);
		if (bytes > ANSWER_BYTES)
			return list_go_on(view, at);
		a->perkara_len++;
	}
	return ERR_OK;
}

static enum err tell_steps(struct view *view, const struct perkara *row,
	struct rinci_perkara_jawab *a)
{
	uint32_t count = row->langkah < STEPS_MAX ? row->langkah : STEPS_MAX;

	a->riwayat = arena_take(view_arena(view), (count + 1) * sizeof *a->riwayat);
	if (a->riwayat == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (; a->riwayat_len < count; a->riwayat_len++) {
		struct perkara_key key = perkara_step_key(row->permohonan_id, a->riwayat_len + 1);
		enum err e = view_get(view, &perkara_langkah_table, perkara_key_str(&key),
			&a->riwayat[a->riwayat_len]);

		if (e != ERR_OK)
			return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	}
	return ERR_OK;
}

/* Days off by their names, as far as the calendar still holds them. */
static enum err name_days(struct view *view, struct jejak_hari *days, uint32_t len)
{
	struct kalender year = { 0 };
	int loaded = 0;

	for (uint32_t i = 0; i < len; i++) {
		int number, month, day;

		civil_of_days(days[i].tanggal, &number, &month, &day);
		if (number != loaded) {
			struct policy_key key = policy_year_key((uint32_t)number);
			enum err e = view_get(view, policy_own.kalender, policy_key_str(&key), &year);

			if (e == ERR_NOT_FOUND)
				year = (struct kalender) { 0 };
			else if (e != ERR_OK)
				return e;
			loaded = number;
		}
		for (uint32_t j = 0; j < year.hari_len; j++)
			if (year.hari[j].tanggal == days[i].tanggal) {
				days[i].has_nama = true;
				days[i].nama = year.hari[j].nama;
			}
	}
	return ERR_OK;
}

static enum err tell_count(struct view *view, bool has, const struct hitungan *count,
	struct jejak_hari **ret, uint32_t *ret_len)
{
	enum err e;

	if (!has)
		return ERR_OK;
	e = tenggat_trace(count, view_arena(view), ret, ret_len);
	return e == ERR_OK ? name_days(view, *ret, *ret_len) : e;
}

enum err ask_rinci_perkara(struct view *view, const void *question, void *answer)
{
	const struct rinci_perkara *q = question;
	struct rinci_perkara_jawab *a = answer;
	struct perkara row;
	enum err e = view_get(view, &perkara_table, perkara_id_str(&q->permohonan_id), &row);

	if (e == ERR_NOT_FOUND)
		return view_refuse(view, e, "permohonan_id", "perkara_tidak_dikenal");
	if (e == ERR_OK)
		e = view_allow(view, READERS, row.unit);
	if (e == ERR_OK)
		e = show(view, &row, &a->perkara);
	if (e == ERR_OK)
		e = tell_steps(view, &row, a);
	if (e == ERR_OK)
		e = tell_count(view, row.has_hitungan, &row.hitungan, &a->jejak, &a->jejak_len);
	if (e == ERR_OK)
		e = tell_count(view, row.has_tambahan, &row.tambahan, &a->jejak_tambahan,
			&a->jejak_tambahan_len);
	if (e == ERR_OK)
		e = tell_count(view, row.has_hitungan_batas, &row.hitungan_batas, &a->jejak_batas,
			&a->jejak_batas_len);
	return e;
}

enum err ask_lihat_catatan(struct view *view, const void *question, void *answer)
{
	const struct lihat_catatan *q = question;
	struct perkara_key key = perkara_step_key(q->permohonan_id, q->langkah);
	struct perkara row;
	enum err e = view_get(view, &perkara_table, perkara_id_str(&q->permohonan_id), &row);

	if (e == ERR_NOT_FOUND)
		return view_refuse(view, e, "permohonan_id", "perkara_tidak_dikenal");
	if (e == ERR_OK)
		e = view_allow(view, WORKERS, row.unit);
	if (e == ERR_OK)
		e = view_vault_get(view, &perkara_catatan_table, perkara_key_str(&key), answer);
	if (e == ERR_NOT_FOUND)
		return view_refuse(view, e, "langkah", "tanpa_catatan");
	return e;
}
