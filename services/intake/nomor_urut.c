#include "intake/nomor_urut.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "intake/kunci.h"
#include "intake/register.h"
#include "runtime/policy.h"

enum { YEARS_BACK = 1 };

const struct table nomor_urut_table = { "nomor_urut", TABLE_DERIVED, 1, &schema_nomor_seri, NULL,
	0 };

/* The counter's name beside the store, and in nomor_hilang: UNIT/REGISTER/YEAR. No code of a unit has a slash. */
static struct str name_of(struct str unit, uint32_t tahun, char ret[SERI_NAMA_MAX])
{
	int n =
		snprintf(ret, SERI_NAMA_MAX, "%.*s/" SERI_PERMOHONAN "/%u", (int)unit.len, unit.ptr, tahun);

	assert(n > 0 && n < SERI_NAMA_MAX);
	return str_bytes(ret, (size_t)n);
}

static enum err counter_get(struct ctx *ctx, struct str unit, uint32_t tahun, uint64_t *ret)
{
	struct intake_kunci key = intake_kunci_seri(unit, tahun, str_of(SERI_PERMOHONAN));
	struct nomor_seri row;
	enum err e = ctx_get(ctx, &nomor_urut_table, intake_kunci_str(&key), &row);

	*ret = e == ERR_OK ? row.terakhir : 0;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err text_of(struct ctx *ctx, struct str unit, uint64_t urut, struct nomor_baru *ret)
{
	struct nomor nomor = nomor_at((uint32_t)urut, unit, ctx_now(ctx));
	struct register_nomor taken;
	struct intake_kunci key;
	struct str pattern;
	char text[NOMOR_TEXT_MAX];
	enum err e = policy_text(ctx, &policy_projected, "pola_nomor_permohonan", unit, &pattern);

	if (e != ERR_OK)
		return e;
	nomor_format(pattern, &nomor, text);
	if (strlen(text) > NOMOR_REGISTER_MAX)
		return ctx_refuse(ctx, ERR_STATE, "nomor", "pola_terlalu_panjang");
	e = arena_copy(ctx_arena(ctx), str_of(text), &ret->nomor);
	if (e != ERR_OK)
		return e;
	/* An imported number that reads the same under a pattern of old. */
	key = intake_kunci_nomor(unit, str_of(SERI_PERMOHONAN), ret->tahun, ret->nomor);
	e = ctx_get(ctx, &register_nomor_table, intake_kunci_str(&key), &taken);
	if (e == ERR_OK)
		return ctx_refuse(ctx, ERR_STATE, "nomor", "sudah_dipakai");
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err nomor_urut_next(struct ctx *ctx, struct str unit, struct nomor_baru *ret)
{
	int year, month, day;
	char name[SERI_NAMA_MAX];
	uint64_t last;
	enum err e;

	civil_of_days(civil_date_of(ctx_now(ctx)), &year, &month, &day);
	ret->tahun = (uint32_t)year;
	e = counter_get(ctx, unit, ret->tahun, &last);
	if (e != ERR_OK)
		return e;
	if (last >= NOMOR_MAX)
		return ctx_refuse(ctx, ERR_STATE, "nomor", "nomor_habis");
	ret->urut = last + 1;
	e = text_of(ctx, unit, ret->urut, ret);
	return e == ERR_OK ? ctx_number_bound(ctx, name_of(unit, ret->tahun, name), ret->urut) : e;
}

enum err nomor_urut_read(struct ctx *ctx, const struct catat_register_lama *row, bool *ret_has,
	uint64_t *ret)
{
	struct nomor nomor;
	struct str pattern;
	enum err e = policy_text(ctx, &policy_projected, "pola_nomor_permohonan", row->unit, &pattern);

	*ret_has = false;
	if (e != ERR_OK)
		return e;
	if (nomor_parse(pattern, row->unit, row->nomor, &nomor) == ERR_OK) {
		if ((uint32_t)nomor.year != row->tahun)
			return ctx_refuse(ctx, ERR_INVALID, "tahun", "tidak_cocok_dengan_nomor");
		*ret = nomor.nomor;
		*ret_has = nomor.nomor > 0;
	} else if (str_number(row->nomor, ret)) {
		*ret_has = *ret > 0 && *ret <= NOMOR_MAX;
	}
	return ERR_OK;
}

/* --- apply --- */

/* The counter is the highest number, whatever the order they come in. */
static enum err count(struct fold *fold, struct str unit, struct str seri, uint32_t tahun,
	uint64_t urut, bool is_row)
{
	struct intake_kunci key = intake_kunci_seri(unit, tahun, seri);
	struct nomor_seri row = { .terakhir = 0 };
	enum err e = fold_get(fold, &nomor_urut_table, intake_kunci_str(&key), &row);

	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	if (urut > row.terakhir)
		row.terakhir = urut;
	if (is_row)
		row.jumlah++;
	return fold_put(fold, &nomor_urut_table, intake_kunci_str(&key), &row);
}

enum err nomor_urut_given(struct fold *fold, struct str unit, struct str seri, uint32_t tahun,
	uint64_t urut)
{
	return count(fold, unit, seri, tahun, urut, true);
}

/* A number of the unit's own pattern could be given again by the live counter, whatever the series is
 * called; plain digits only where the series is the live register itself. */
enum err nomor_urut_taken_over(struct fold *fold, const struct permohonan_lama_dicatat *event)
{
	uint64_t digits;
	enum err e = count(fold, event->unit, event->seri, event->tahun, event->urut, true);

	if (e != ERR_OK || str_is(event->seri, SERI_PERMOHONAN) || str_number(event->nomor, &digits))
		return e;
	return count(fold, event->unit, str_of(SERI_PERMOHONAN), event->tahun, event->urut, false);
}

enum err apply_nomor_hilang(struct fold *fold, const void *event)
{
	const struct nomor_hilang *e = event;
	struct str rest = e->seri;
	struct str unit, seri;
	uint64_t tahun;

	if (!str_split(&rest, '/', &unit) || !str_split(&rest, '/', &seri) || !str_number(rest, &tahun))
		return ERR_CORRUPT;
	return count(fold, unit, seri, (uint32_t)tahun, e->sampai, false);
}

/* --- a new epoch --- */

static enum err say_lost(struct ctx *ctx, struct str unit, uint32_t tahun)
{
	char text[SERI_NAMA_MAX];
	struct nomor_hilang event = { .seri = name_of(unit, tahun, text) };
	uint64_t last, bound = 0;
	enum err e = counter_get(ctx, unit, tahun, &last);

	if (e == ERR_OK)
		e = ctx_number_bound_get(ctx, event.seri, &bound);
	if (e != ERR_OK || bound <= last)
		return e;
	event.dari = last + 1;
	event.sampai = bound;
	return ctx_emit(ctx, &schema_nomor_hilang, event.seri, &event);
}

/* Numbers are only given in the year of registration: that of the last record and what came after it. The
 * store may have lost the very row of a counter, so the units and years are asked for, not the counters. */
enum err nomor_urut_new_epoch(struct ctx *ctx, const void *message)
{
	int year, month, day;
	struct unit unit;
	struct walk walk;
	struct str key;
	enum err e;

	(void)message;
	civil_of_days(civil_date_of(ctx_now(ctx)), &year, &month, &day);
	e = ctx_walk(ctx, &policy_unit, str_of(""), &walk);
	if (e != ERR_OK)
		return e;
	while ((e = ctx_walk_next(ctx, &walk, &policy_unit, &key, &unit)) == ERR_OK) {
		for (int back = YEARS_BACK; back >= 0 && e == ERR_OK; back--)
			e = say_lost(ctx, unit.kode, (uint32_t)(year - back));
		if (e != ERR_OK)
			break;
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
