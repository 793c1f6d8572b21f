#include "workflow/perkara.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "domain/deadline.h"

/* clang-format off */
const struct table perkara_table =         { "perkara",         TABLE_DERIVED,   1, &schema_perkara,         NULL, 0 };
const struct table perkara_urutan_table =  { "perkara_urutan",  TABLE_DERIVED,   1, &schema_perkara_urutan,  NULL, 0 };
const struct table perkara_jumlah_table =  { "perkara_jumlah",  TABLE_DERIVED,   1, &schema_perkara_jumlah,  NULL, 0 };
const struct table perkara_langkah_table = { "perkara_langkah", TABLE_DERIVED,   1, &schema_perkara_langkah, NULL, 0 };
const struct table perkara_daftar_table =  { "perkara_daftar",  TABLE_PROJECTED, 1, &schema_perkara_daftar,  NULL, 0 };
const struct table perkara_nomor_table =   { "perkara_nomor",   TABLE_PROJECTED, 1, &schema_perkara_nomor,   NULL, 0 };
const struct table perkara_catatan_table = { "perkara_catatan", TABLE_VAULT,     1, &schema_perkara_catatan, NULL, 0 };
/* clang-format on */

static void key_add(struct perkara_key *key, const void *bytes, size_t n)
{
	assert(n <= sizeof key->bytes - key->len);
	if (n > 0)
		memcpy(key->bytes + key->len, bytes, n);
	key->len += n;
}

struct str perkara_key_str(const struct perkara_key *key)
{
	return str_bytes(key->bytes, key->len);
}

struct str perkara_id_str(const struct id *id)
{
	return str_bytes(id->bytes, sizeof id->bytes);
}

/* The zero byte ends the unit: no unit's cases stand among those of a longer name. */
struct perkara_key perkara_unit_key(struct str unit)
{
	struct perkara_key key = { .len = 0 };

	key_add(&key, unit.ptr, unit.len);
	key_add(&key, "", 1);
	return key;
}

struct perkara_key perkara_state_key(struct str unit, uint32_t status)
{
	struct perkara_key key = perkara_unit_key(unit);
	uint8_t state = (uint8_t)status;

	key_add(&key, &state, 1);
	return key;
}

struct perkara_key perkara_place_key(const struct perkara *row)
{
	struct perkara_key key = perkara_state_key(row->unit, row->status);
	char due[4];

	/* The sign turned: dates before 1970 sort first. */
	be32_put(due, (uint32_t)row->jatuh_tempo ^ (UINT32_C(1) << 31));
	key_add(&key, due, sizeof due);
	key_add(&key, row->permohonan_id.bytes, sizeof row->permohonan_id.bytes);
	return key;
}

struct perkara_key perkara_step_key(struct id id, uint32_t step)
{
	struct perkara_key key = { .len = 0 };
	char number[4];

	be32_put(number, step);
	key_add(&key, id.bytes, sizeof id.bytes);
	key_add(&key, number, sizeof number);
	return key;
}

struct perkara_key perkara_number_key(struct str nomor)
{
	struct perkara_key key = { .len = 0 };

	nomor = str_trim(nomor);
	for (; key.len < nomor.len && key.len < 64; key.len++) {
		char c = nomor.ptr[key.len];

		key.bytes[key.len] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	key_add(&key, "", 1);
	return key;
}

enum err perkara_begin(struct fold *fold, struct id id, struct perkara_change *ret)
{
	enum err e = fold_get(fold, &perkara_table, perkara_id_str(&id), &ret->before);

	if (e == ERR_OK)
		ret->row = ret->before;
	/* An event of a case that never began is damage, not an absence. */
	return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

static enum err count(struct fold *fold, struct str unit, uint32_t status, int by)
{
	struct perkara_key key = perkara_state_key(unit, status);
	struct perkara_jumlah row = { 0 };
	enum err e = fold_get(fold, &perkara_jumlah_table, perkara_key_str(&key), &row);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	row.jumlah += (uint64_t)(int64_t)by;
	return fold_put(fold, &perkara_jumlah_table, perkara_key_str(&key), &row);
}

/* The row's place in the worklist and its share of the counts, where they changed. */
static enum err keep_place(struct fold *fold, const struct perkara_change *c)
{
	struct perkara_key now = perkara_place_key(&c->row);
	struct perkara_urutan place = { .permohonan_id = c->row.permohonan_id };
	struct perkara_key old;
	enum err e = ERR_OK;

	if (c->before.status != 0) {
		old = perkara_place_key(&c->before);
		if (str_equal(perkara_key_str(&old), perkara_key_str(&now)))
			return ERR_OK;
		e = fold_del(fold, &perkara_urutan_table, perkara_key_str(&old));
	}
	if (e == ERR_OK)
		e = fold_put(fold, &perkara_urutan_table, perkara_key_str(&now), &place);
	if (c->before.status == c->row.status)
		return e;
	if (e == ERR_OK && c->before.status != 0)
		e = count(fold, c->before.unit, c->before.status, -1);
	return e == ERR_OK ? count(fold, c->row.unit, c->row.status, 1) : e;
}

struct ticking {
	const char *timer; /* NULL: none */
	date_days due;
};

static struct ticking ticking_of(const struct perkara *row)
{
	/* An old row that waits for something has no limit. */
	if (row->status == STATUS_PERMOHONAN_PERLU_DILENGKAPI)
		return row->has_batas ? (struct ticking) { TIMER_KELENGKAPAN, row->batas }
							  : (struct ticking) { NULL, 0 };
	/* That a date has passed is told once. */
	if (row->berjalan && !(row->has_dilewati && row->dilewati == row->jatuh_tempo))
		return (struct ticking) { TIMER_TENGGAT, row->jatuh_tempo };
	return (struct ticking) { NULL, 0 };
}

/* One timer a case: that of the phase it is in. */
static enum err keep_timer(struct fold *fold, const struct perkara_change *c)
{
	struct ticking old = ticking_of(&c->before);
	struct ticking now = ticking_of(&c->row);
	struct str key = perkara_id_str(&c->row.permohonan_id);

	if (old.timer == now.timer && old.due == now.due)
		return ERR_OK;
	/* An old register's dates that were over when it was taken over are history. */
	if (c->before.status == 0 && c->row.lama && now.timer != NULL &&
		deadline_is_over(now.due, fold_at(fold)))
		return ERR_OK;
	if (now.timer == NULL)
		return fold_timer_off(fold, key);
	return fold_timer(fold, now.timer, key, deadline_end(now.due));
}

static enum err keep_step(struct fold *fold, const struct perkara *row, const char *kejadian,
	bool has_due)
{
	struct perkara_key key = perkara_step_key(row->permohonan_id, row->langkah);
	struct perkara_langkah step = {
		.kejadian = str_of(kejadian),
		.pada = fold_at(fold),
		.pelaku = fold_actor(fold),
		.status = row->status,
		.has_jatuh_tempo = has_due,
		.jatuh_tempo = has_due ? row->jatuh_tempo : 0,
	};

	return fold_put(fold, &perkara_langkah_table, perkara_key_str(&key), &step);
}

enum err perkara_keep(struct fold *fold, struct perkara_change *change, const char *kejadian,
	bool has_due)
{
	enum err e;

	change->row.langkah++;
	e = keep_place(fold, change);
	if (e == ERR_OK)
		e = keep_timer(fold, change);
	if (e == ERR_OK)
		e = keep_step(fold, &change->row, kejadian, has_due);
	if (e == ERR_OK)
		e = fold_put(fold, &perkara_table, perkara_id_str(&change->row.permohonan_id),
			&change->row);
	return e;
}

enum err project_daftar_diajukan(struct projection *p, const void *event)
{
	const struct permohonan_diajukan *e = event;
	struct perkara_daftar row = {
		.unit = e->unit,
		.nomor = e->nomor,
		.kanal = e->kanal,
		.jenis = e->jenis,
		.has_pokok = e->has_pokok,
		.pokok = e->pokok,
		.has_lacak = true,
		.lacak = e->lacak,
	};

	return projection_put(p, perkara_id_str(&e->permohonan_id), &row);
}

enum err project_daftar_lama(struct projection *p, const void *event)
{
	const struct permohonan_lama_dicatat *e = event;
	struct perkara_daftar row = {
		.unit = e->unit,
		.nomor = e->nomor,
		.kanal = e->kanal,
		.jenis = e->jenis,
		.has_pokok = e->has_pokok,
		.pokok = e->pokok,
	};

	return projection_put(p, perkara_id_str(&e->permohonan_id), &row);
}

static enum err put_number(struct projection *p, struct str nomor, struct id id)
{
	struct perkara_key key = perkara_number_key(nomor);
	struct perkara_nomor row = { .permohonan_id = id };

	key_add(&key, id.bytes, sizeof id.bytes);
	return projection_put(p, perkara_key_str(&key), &row);
}

enum err project_nomor_diajukan(struct projection *p, const void *event)
{
	const struct permohonan_diajukan *e = event;

	return put_number(p, e->nomor, e->permohonan_id);
}

enum err project_nomor_lama(struct projection *p, const void *event)
{
	const struct permohonan_lama_dicatat *e = event;

	return put_number(p, e->nomor, e->permohonan_id);
}
