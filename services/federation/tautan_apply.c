/* What each event makes of a link's row, of the keys that are known, and of the timer of old ones. */
#include "federation/tautan.h"

static enum err know_key(struct fold *fold, const struct hash *key, struct id node, bool is_lapsed)
{
	struct kunci_dikenal row = { node, fold_at(fold), is_lapsed };

	return fold_put(fold, &kunci_dikenal_table, str_bytes(key->bytes, sizeof key->bytes), &row);
}

static enum err know_keys(struct fold *fold, const struct identitas_simpul *identity,
	bool is_lapsed)
{
	enum err e = know_key(fold, &identity->kurva, identity->simpul, is_lapsed);

	if (e == ERR_OK)
		e = know_key(fold, &identity->kurva_berikut, identity->simpul, is_lapsed);
	return e == ERR_OK ? know_key(fold, &identity->tanda, identity->simpul, is_lapsed) : e;
}

/* Nothing that the node came with so far is good any more. */
static enum err lapse(struct fold *fold, struct tautan *row)
{
	enum err e = know_keys(fold, &row->identitas, true);

	for (uint32_t i = 0; i < row->lama_len && e == ERR_OK; i++)
		e = know_key(fold, &row->lama[i].kurva, row->identitas.simpul, true);
	if (e == ERR_OK && row->lama_len > 0)
		e = fold_timer_off(fold, node_key(&row->identitas.simpul));
	row->lama_len = 0;
	return e;
}

static enum err load(struct fold *fold, struct id id, struct tautan *ret)
{
	enum err e = fold_get(fold, &tautan_table, node_key(&id), ret);

	return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

static enum err keep(struct fold *fold, struct tautan *row, uint32_t status)
{
	if (row->status != status)
		row->sejak = fold_at(fold);
	row->status = status;
	return fold_put(fold, &tautan_table, node_key(&row->identitas.simpul), row);
}

static enum err change(struct fold *fold, struct id id, uint32_t status)
{
	struct tautan row;
	enum err e = load(fold, id, &row);

	return e == ERR_OK ? keep(fold, &row, status) : e;
}

enum err apply_simpul_diundang(struct fold *fold, const void *event)
{
	const struct simpul_diundang *e = event;
	struct tautan row = { .identitas = e->identitas, .unit = e->unit, .unit_len = e->unit_len };
	enum err err = know_keys(fold, &e->identitas, false);

	return err == ERR_OK ? keep(fold, &row, STATUS_TAUTAN_DIUNDANG) : err;
}

enum err apply_simpul_terlihat(struct fold *fold, const void *event)
{
	const struct simpul_terlihat *e = event;
	struct tautan row;
	enum err err = load(fold, e->simpul, &row);

	if (err != ERR_OK)
		return err;
	row.has_terlihat_pada = true;
	row.terlihat_pada = fold_at(fold);
	return keep(fold, &row, STATUS_TAUTAN_MENUNGGU);
}

enum err apply_simpul_diterima(struct fold *fold, const void *event)
{
	return change(fold, ((const struct simpul_diterima *)event)->simpul, STATUS_TAUTAN_DITERIMA);
}

enum err apply_simpul_ditangguhkan(struct fold *fold, const void *event)
{
	return change(fold, ((const struct simpul_ditangguhkan *)event)->simpul,
		STATUS_TAUTAN_DITANGGUHKAN);
}

enum err apply_simpul_dipulihkan(struct fold *fold, const void *event)
{
	return change(fold, ((const struct simpul_dipulihkan *)event)->simpul, STATUS_TAUTAN_DITERIMA);
}

enum err apply_simpul_dicabut(struct fold *fold, const void *event)
{
	const struct simpul_dicabut *e = event;
	struct tautan row;
	enum err err = load(fold, e->simpul, &row);

	if (err == ERR_OK)
		err = lapse(fold, &row);
	if (err != ERR_OK)
		return err;
	row.has_alasan = true;
	row.alasan = e->alasan;
	return keep(fold, &row, STATUS_TAUTAN_DICABUT);
}

enum err apply_simpul_diganti(struct fold *fold, const void *event)
{
	const struct simpul_diganti *e = event;
	struct tautan row;
	enum err err = load(fold, e->identitas.simpul, &row);

	if (err == ERR_OK)
		err = lapse(fold, &row);
	if (err == ERR_OK)
		err = know_keys(fold, &e->identitas, false);
	if (err != ERR_OK)
		return err;
	row.identitas = e->identitas;
	row.unit = e->unit;
	row.unit_len = e->unit_len;
	row.has_terlihat_pada = false;
	row.has_alasan = false;
	return keep(fold, &row, STATUS_TAUTAN_DIGANTI);
}

static enum err set_timer(struct fold *fold, const struct tautan *row)
{
	time_us first = INT64_MAX;

	for (uint32_t i = 0; i < row->lama_len; i++)
		first = row->lama[i].sampai < first ? row->lama[i].sampai : first;
	if (row->lama_len == 0)
		return ERR_OK;
	return fold_timer(fold, TIMER_KUNCI_LAMA, node_key(&row->identitas.simpul), first);
}

/* A key that is not good any more lapses, so that it does not come back under another name. */
static enum err lapse_gone(struct fold *fold, const struct tautan *before,
	const struct tautan *after)
{
	enum err e = ERR_OK;

	for (uint32_t i = 0; i < before->lama_len && e == ERR_OK; i++) {
		const struct hash *key = &before->lama[i].kurva;
		bool is_good = hash_equal(key, &after->identitas.kurva) ||
			hash_equal(key, &after->identitas.kurva_berikut);

		for (uint32_t k = 0; k < after->lama_len; k++)
			is_good = is_good || hash_equal(key, &after->lama[k].kurva);
		if (!is_good)
			e = know_key(fold, key, before->identitas.simpul, true);
	}
	return e;
}

enum err apply_kunci_simpul_diputar(struct fold *fold, const void *event)
{
	const struct kunci_simpul_diputar *e = event;
	struct tautan before, row;
	enum err err = load(fold, e->identitas.simpul, &before);

	row = before;
	row.identitas = e->identitas;
	row.lama = e->lama;
	row.lama_len = e->lama_len;
	if (err == ERR_OK && !hash_equal(&before.identitas.tanda, &e->identitas.tanda))
		err = know_key(fold, &before.identitas.tanda, before.identitas.simpul, true);
	if (err == ERR_OK)
		err = lapse_gone(fold, &before, &row);
	if (err == ERR_OK)
		err = know_keys(fold, &row.identitas, false);
	if (err == ERR_OK && before.lama_len > 0 && row.lama_len == 0)
		err = fold_timer_off(fold, node_key(&row.identitas.simpul));
	if (err == ERR_OK)
		err = set_timer(fold, &row);
	return err == ERR_OK ? keep(fold, &row, before.status) : err;
}

enum err apply_kunci_lama_berakhir(struct fold *fold, const void *event)
{
	const struct kunci_lama_berakhir *e = event;
	struct tautan before, row;
	enum err err = load(fold, e->simpul, &before);

	row = before;
	row.lama = e->lama;
	row.lama_len = e->lama_len;
	if (err == ERR_OK)
		err = lapse_gone(fold, &before, &row);
	if (err == ERR_OK)
		err = set_timer(fold, &row);
	return err == ERR_OK ? keep(fold, &row, before.status) : err;
}
