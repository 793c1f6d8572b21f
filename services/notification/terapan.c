/* apply: a delivery's row, its place in the list of its unit, the counts, its timer and its work. */
#include "notification/pengiriman.h"

static bool is_open(const struct pengiriman *row)
{
	return row->keadaan == KEADAAN_PENGIRIMAN_DIRENCANAKAN ||
		row->keadaan == KEADAAN_PENGIRIMAN_DIKIRIM;
}

static enum err count_by(struct fold *fold, const struct pengiriman *row, int64_t by)
{
	struct delivery_key key = list_key(row->unit, row->keadaan, NULL);
	struct pengiriman_jumlah count = { 0 };
	enum err e = fold_get(fold, &jumlah_table, delivery_key_str(&key), &count);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	count.jumlah += (uint64_t)by;
	if (count.jumlah == 0)
		return fold_del(fold, &jumlah_table, delivery_key_str(&key));
	return fold_put(fold, &jumlah_table, delivery_key_str(&key), &count);
}

static enum err list_leave(struct fold *fold, const struct pengiriman *row)
{
	struct delivery_key key = list_key(row->unit, row->keadaan, row);
	enum err e = fold_del(fold, &urutan_table, delivery_key_str(&key));

	return e == ERR_OK ? count_by(fold, row, -1) : e;
}

static enum err list_enter(struct fold *fold, const struct pengiriman *row)
{
	struct delivery_key key = list_key(row->unit, row->keadaan, row);
	struct pengiriman_urutan place = { row->permohonan_id, row->versi };
	enum err e = fold_put(fold, &urutan_table, delivery_key_str(&key), &place);

	return e == ERR_OK ? count_by(fold, row, 1) : e;
}

static enum err set_work(struct fold *fold, const struct pengiriman *before,
	const struct pengiriman *after)
{
	struct delivery_key old = attempt_key(before->permohonan_id, before->versi, before->percobaan);
	struct delivery_key new = attempt_key(after->permohonan_id, after->versi, after->percobaan);
	bool is_same = is_open(before) && is_open(after) && before->percobaan == after->percobaan;
	enum err e = ERR_OK;

	if (is_open(before) && !is_same)
		e = fold_work_done(fold, delivery_key_str(&old));
	if (e == ERR_OK && is_open(after) && !is_same)
		e = fold_work(fold, WORK_SEND, delivery_key_str(&new));
	return e;
}

static enum err set_timer(struct fold *fold, const struct pengiriman *before,
	const struct pengiriman *after)
{
	struct delivery_key key = delivery_key(after->permohonan_id, after->versi);

	if (after->has_berikut)
		return fold_timer(fold,
			after->keadaan == KEADAAN_PENGIRIMAN_MENUNGGU_KARTU ? TIMER_ASK_CARD : TIMER_RETRY,
			delivery_key_str(&key), after->berikut);
	return before->has_berikut ? fold_timer_off(fold, delivery_key_str(&key)) : ERR_OK;
}

static enum err load(struct fold *fold, struct id permohonan_id, uint32_t versi,
	struct pengiriman *ret)
{
	struct delivery_key key = delivery_key(permohonan_id, versi);

	return fold_get(fold, &pengiriman_table, delivery_key_str(&key), ret);
}

/* before: keadaan 0 where it begins. */
static enum err save(struct fold *fold, const struct pengiriman *before, struct pengiriman *after)
{
	struct delivery_key key = delivery_key(after->permohonan_id, after->versi);
	enum err e = ERR_OK;

	after->diubah_pada = fold_at(fold);
	if (before->keadaan != after->keadaan) {
		if (before->keadaan != 0)
			e = list_leave(fold, before);
		if (e == ERR_OK)
			e = list_enter(fold, after);
	}
	if (e == ERR_OK)
		e = set_work(fold, before, after);
	if (e == ERR_OK)
		e = set_timer(fold, before, after);
	if (e == ERR_OK)
		e = fold_put(fold, &pengiriman_table, delivery_key_str(&key), after);
	return e;
}

/* A change of a row that is there: what an outcome leaves behind is set anew each time. */
static enum err change(struct fold *fold, struct id permohonan_id, uint32_t versi, uint32_t state,
	struct pengiriman *ret_before, struct pengiriman *ret_after)
{
	enum err e = load(fold, permohonan_id, versi, ret_before);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	*ret_after = *ret_before;
	ret_after->keadaan = state;
	ret_after->has_berikut = false;
	ret_after->has_sebab = false;
	ret_after->has_kode_smtp = false;
	return ERR_OK;
}

/* The row of a delivery that may begin with this event. */
static enum err begin(struct fold *fold, struct pengiriman *before, struct pengiriman *after)
{
	enum err e = load(fold, after->permohonan_id, after->versi, before);

	after->dibuat_pada = after->sejak = fold_at(fold);
	if (e == ERR_NOT_FOUND) {
		*before = (struct pengiriman) { 0 };
		return ERR_OK;
	}
	if (e == ERR_OK) {
		after->dibuat_pada = before->dibuat_pada;
		after->sejak = before->sejak;
		after->percobaan = before->percobaan;
		after->diminta = before->diminta;
		after->ulangan = before->ulangan;
	}
	return e;
}

enum err apply_kartu_diterima(struct fold *fold, const void *event)
{
	const struct kartu_diterima *e = event;
	struct kontak row = {
		.permohonan_id = e->permohonan_id,
		.unit = e->unit,
		.versi = e->versi,
		.nomor = e->nomor,
		.surel_ada = e->surel_ada,
	};

	return fold_put(fold, &kontak_table, case_key(&e->permohonan_id), &row);
}

enum err apply_kartu_diminta(struct fold *fold, const void *event)
{
	const struct kartu_diminta *v = event;
	struct pengiriman before, after;
	enum err e = change(fold, v->permohonan_id, v->versi, KEADAAN_PENGIRIMAN_MENUNGGU_KARTU,
		&before, &after);

	after.diminta = v->kali;
	after.has_berikut = true;
	after.berikut = v->berikut;
	return e == ERR_OK ? save(fold, &before, &after) : e;
}

enum err apply_ditunda(struct fold *fold, const void *event)
{
	const struct pengiriman_ditunda *v = event;
	struct pengiriman before;
	struct pengiriman after = {
		.permohonan_id = v->permohonan_id,
		.versi = v->versi,
		.unit = v->unit,
		.jenis = v->jenis,
		.keadaan = KEADAAN_PENGIRIMAN_MENUNGGU_KARTU,
		.has_berikut = true,
		.berikut = v->berikut,
	};
	enum err e = begin(fold, &before, &after);

	return e == ERR_OK ? save(fold, &before, &after) : e;
}

enum err apply_direncanakan(struct fold *fold, const void *event)
{
	const struct pengiriman_direncanakan *v = event;
	struct pengiriman before;
	struct pengiriman after = {
		.permohonan_id = v->permohonan_id,
		.versi = v->versi,
		.unit = v->unit,
		.jenis = v->jenis,
		.keadaan = KEADAAN_PENGIRIMAN_DIRENCANAKAN,
	};
	enum err e = begin(fold, &before, &after);

	after.percobaan = v->percobaan;
	after.sejak = v->sejak;
	after.ulangan = v->ulangan;
	return e == ERR_OK ? save(fold, &before, &after) : e;
}

enum err apply_tanpa_alamat(struct fold *fold, const void *event)
{
	const struct pengiriman_tanpa_alamat *v = event;
	struct pengiriman before;
	struct pengiriman after = {
		.permohonan_id = v->permohonan_id,
		.versi = v->versi,
		.unit = v->unit,
		.jenis = v->jenis,
		.keadaan = KEADAAN_PENGIRIMAN_TANPA_ALAMAT,
		.has_sebab = v->has_sebab,
		.sebab = v->sebab,
	};
	enum err e = begin(fold, &before, &after);

	return e == ERR_OK ? save(fold, &before, &after) : e;
}

enum err apply_dimulai(struct fold *fold, const void *event)
{
	const struct pengiriman_dimulai *v = event;
	struct pengiriman before, after;
	enum err e =
		change(fold, v->permohonan_id, v->versi, KEADAAN_PENGIRIMAN_DIKIRIM, &before, &after);

	return e == ERR_OK ? save(fold, &before, &after) : e;
}

enum err apply_terkirim(struct fold *fold, const void *event)
{
	const struct pengiriman_terkirim *v = event;
	struct pengiriman before, after;
	enum err e =
		change(fold, v->permohonan_id, v->versi, KEADAAN_PENGIRIMAN_TERKIRIM, &before, &after);

	after.has_cara = after.has_terkirim_pada = true;
	after.cara = v->cara;
	after.terkirim_pada = v->terkirim_pada;
	after.has_kode_smtp = v->has_kode_smtp;
	after.kode_smtp = v->kode_smtp;
	after.has_sebab = v->has_sebab;
	after.sebab = v->sebab;
	return e == ERR_OK ? save(fold, &before, &after) : e;
}

enum err apply_gagal_sementara(struct fold *fold, const void *event)
{
	const struct pengiriman_gagal_sementara *v = event;
	struct pengiriman before, after;
	enum err e = change(fold, v->permohonan_id, v->versi, KEADAAN_PENGIRIMAN_GAGAL_SEMENTARA,
		&before, &after);

	after.has_sebab = after.has_berikut = true;
	after.sebab = v->sebab;
	after.berikut = v->berikut;
	after.has_kode_smtp = v->has_kode_smtp;
	after.kode_smtp = v->kode_smtp;
	return e == ERR_OK ? save(fold, &before, &after) : e;
}

enum err apply_menyerah(struct fold *fold, const void *event)
{
	const struct pengiriman_menyerah *v = event;
	struct pengiriman before, after;
	enum err e =
		change(fold, v->permohonan_id, v->versi, KEADAAN_PENGIRIMAN_MENYERAH, &before, &after);

	after.has_sebab = true;
	after.sebab = v->sebab;
	after.has_kode_smtp = v->has_kode_smtp;
	after.kode_smtp = v->kode_smtp;
	return e == ERR_OK ? save(fold, &before, &after) : e;
}

enum err apply_tidak_pasti(struct fold *fold, const void *event)
{
	const struct pengiriman_tidak_pasti *v = event;
	struct pengiriman before, after;
	enum err e =
		change(fold, v->permohonan_id, v->versi, KEADAAN_PENGIRIMAN_TIDAK_PASTI, &before, &after);

	after.has_sebab = true;
	after.sebab = v->sebab;
	after.has_kode_smtp = v->has_kode_smtp;
	after.kode_smtp = v->kode_smtp;
	return e == ERR_OK ? save(fold, &before, &after) : e;
}

enum err apply_dibatalkan(struct fold *fold, const void *event)
{
	const struct pengiriman_dibatalkan *v = event;
	struct pengiriman before, after;
	enum err e =
		change(fold, v->permohonan_id, v->versi, KEADAAN_PENGIRIMAN_DIBATALKAN, &before, &after);

	return e == ERR_OK ? save(fold, &before, &after) : e;
}
