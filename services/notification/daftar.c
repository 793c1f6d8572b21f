#include "domain/surel.h"
#include "notification/pengiriman.h"
#include "runtime/view.h"

enum { ROWS_MAX = 200, CASE_ROWS_MAX = 12 };

#define READERS \
	(ROLE(PETUGAS_MEJA) | ROLE(PETUGAS_BELAKANG) | ROLE(PPID) | ROLE(ATASAN_PPID) | \
		ROLE(PPID_UTAMA) | ROLE(ADMINISTRATOR) | ROLE(PEMBACA))

static enum err count_all(struct view *view, struct str unit, struct pengiriman_daftar_jawab *a)
{
	const struct enum_names *states = &enum_keadaan_pengiriman;

	a->jumlah = arena_take(view_arena(view), states->count * sizeof *a->jumlah);
	if (a->jumlah == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (uint32_t i = 0; i < states->count; i++) {
		struct keadaan_jumlah *count = &a->jumlah[a->jumlah_len];
		struct delivery_key key = list_key(unit, states->values[i].number, NULL);
		struct pengiriman_jumlah row;
		enum err e = view_get(view, &jumlah_table, delivery_key_str(&key), &row);

		if (e == ERR_NOT_FOUND)
			continue;
		if (e != ERR_OK)
			return e;
		*count = (struct keadaan_jumlah) { states->values[i].number, row.jumlah };
		a->jumlah_len++;
	}
	return ERR_OK;
}

static enum err add_row(struct view *view, const struct pengiriman *row,
	struct pengiriman_daftar_jawab *a)
{
	struct pengiriman_baris *to = &a->baris[a->baris_len];
	struct kontak kontak;
	enum err e = view_get(view, &kontak_table, case_key(&row->permohonan_id), &kontak);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	*to = (struct pengiriman_baris) { .pengiriman = *row };
	if (e == ERR_OK) {
		to->has_nomor = true;
		to->nomor = kontak.nomor;
	}
	a->baris_len++;
	return ERR_OK;
}

static enum err list_case(struct view *view, const struct pengiriman_daftar *q,
	struct pengiriman_daftar_jawab *a)
{
	struct pengiriman row;
	struct walk walk;
	struct str key;
	enum err e = view_walk(view, &pengiriman_table, case_key(&q->permohonan_id), false, &walk);

	if (e != ERR_OK)
		return e;
	while (a->baris_len < ROWS_MAX &&
		(e = view_walk_next(view, &walk, &pengiriman_table, &key, &row)) == ERR_OK) {
		if (!str_equal(row.unit, q->unit) || (q->has_keadaan && row.keadaan != q->keadaan))
			continue;
		e = add_row(view, &row, a);
		if (e != ERR_OK)
			break;
	}
	walk_close(&walk);
	return e;
}

static enum err list_unit(struct view *view, const struct pengiriman_daftar *q, uint32_t max,
	struct pengiriman_daftar_jawab *a)
{
	struct delivery_key prefix = list_key(q->unit, q->has_keadaan ? q->keadaan : 0, NULL);
	struct pengiriman_urutan place;
	struct pengiriman row;
	struct walk walk;
	struct str key;
	enum err e = view_walk(view, &urutan_table, delivery_key_str(&prefix), false, &walk);

	if (e != ERR_OK)
		return e;
	while ((e = view_walk_next(view, &walk, &urutan_table, &key, &place)) == ERR_OK) {
		struct delivery_key at = delivery_key(place.permohonan_id, place.versi);

		if (a->baris_len == max) {
			view_go_on(view, key);
			break;
		}
		e = view_get(view, &pengiriman_table, delivery_key_str(&at), &row);
		if (e == ERR_OK)
			e = add_row(view, &row, a);
		if (e != ERR_OK)
			break;
	}
	walk_close(&walk);
	return e;
}

enum err ask_daftar(struct view *view, const void *question, void *answer)
{
	const struct pengiriman_daftar *q = question;
	struct pengiriman_daftar_jawab *a = answer;
	uint32_t max =
		q->has_paling_banyak && q->paling_banyak < ROWS_MAX ? q->paling_banyak : ROWS_MAX;
	enum err e = view_allow(view, READERS, q->unit);

	if (e == ERR_OK && max == 0)
		return view_refuse(view, ERR_INVALID, "paling_banyak", "di_luar_rentang");
	if (e == ERR_OK)
		e = count_all(view, q->unit, a);
	if (e != ERR_OK)
		return e;
	a->baris = arena_take(view_arena(view), ROWS_MAX * sizeof *a->baris);
	if (a->baris == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	e = q->has_permohonan_id ? list_case(view, q, a) : list_unit(view, q, max, a);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* --- pengiriman_lihat --- */

/* The masked address; nothing where the card is missing or has none. */
static enum err show_address(struct view *view, const struct kontak *kontak,
	struct pengiriman_perkara *to)
{
	char masked[SUREL_MASKED_MAX];
	struct kartu_kontak card;
	enum err e;

	if (!kontak->surel_ada)
		return ERR_OK;
	e = view_vault_get(view, &kartu_table, case_key(&kontak->permohonan_id), &card);
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	surel_mask(card.email, masked);
	to->has_surel_samar = true;
	return arena_copy(view_arena(view), str_of(masked), &to->surel_samar);
}

/* The last ones: they are walked from the end, and turned around. */
static enum err show_deliveries(struct view *view, struct pengiriman_perkara *to)
{
	struct pengiriman_singkat *rows = arena_take(view_arena(view), CASE_ROWS_MAX * sizeof *rows);
	struct pengiriman row;
	uint32_t count = 0;
	struct walk walk;
	struct str key;
	enum err e;

	if (rows == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	e = view_walk(view, &pengiriman_table, case_key(&to->permohonan_id), true, &walk);
	if (e != ERR_OK)
		return e;
	while (count < CASE_ROWS_MAX &&
		(e = view_walk_next(view, &walk, &pengiriman_table, &key, &row)) == ERR_OK) {
		to->unit = row.unit;
		rows[count++] =
			(struct pengiriman_singkat) { row.versi, row.jenis, row.keadaan, row.diubah_pada };
	}
	walk_close(&walk);
	for (uint32_t i = 0; i < count / 2; i++) {
		struct pengiriman_singkat swap = rows[i];

		rows[i] = rows[count - 1 - i];
		rows[count - 1 - i] = swap;
	}
	to->pengiriman = rows;
	to->pengiriman_len = count;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ERR_NOT_FOUND: nothing is known of the case; ERR_DENIED: it is not the asker's. */
static enum err show_case(struct view *view, struct id permohonan_id, struct pengiriman_perkara *to)
{
	struct kontak kontak;
	enum err e;

	*to = (struct pengiriman_perkara) { .permohonan_id = permohonan_id };
	e = show_deliveries(view, to);
	if (e == ERR_OK && to->pengiriman_len == 0)
		return ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = view_allow(view, READERS, to->unit);
	if (e != ERR_OK)
		return e;
	e = view_get(view, &kontak_table, case_key(&permohonan_id), &kontak);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	to->has_nomor = true;
	to->nomor = kontak.nomor;
	return show_address(view, &kontak, to);
}

enum err ask_lihat(struct view *view, const void *question, void *answer)
{
	const struct pengiriman_lihat *q = question;
	struct pengiriman_lihat_jawab *a = answer;

	if (q->permohonan_id_len == 0)
		return ERR_OK;
	a->perkara = arena_take(view_arena(view), q->permohonan_id_len * sizeof *a->perkara);
	if (a->perkara == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	for (uint32_t i = 0; i < q->permohonan_id_len; i++) {
		enum err e = show_case(view, q->permohonan_id[i], &a->perkara[a->perkara_len]);

		if (e == ERR_OK)
			a->perkara_len++;
		else if (e != ERR_NOT_FOUND && e != ERR_DENIED)
			return e;
	}
	return ERR_OK;
}
