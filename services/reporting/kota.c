/* The figures of a city: first how far its streams were read, so that what follows is at least as new, then the
 * units by name, the sums, and our own units. The first byte of a go-on key says which of them it is in. */
#include "reporting/kota.h"

#include <string.h>

#include "domain/laporan.h"
#include "domain/periode.h"
#include "reporting/hitungan.h"
#include "runtime/policy.h"
#include "runtime/stream_name.h"

/* Rows of one page: the longest fit into an answer. */
enum { STREAMS_MAX = 200, SUMS_MAX = 100, UNITS_MAX = 100 };

struct page {
	struct view *view;
	const struct laporan_kota *question;
	struct laporan_kota_jawab *answer;
	bool has_node;               /* one node alone */
	struct id node;              /* as in keys: zero is our own */
	uint32_t first, last;        /* months */
	struct laporan_jumlah *sums; /* what the rows of the page lend */
	struct hitungan_sum at;      /* the unit and month that are being added up */
	bool is_adding;
};

typedef enum err part_fn(struct page *k, struct str from);

static bool is_wanted_unit(const struct page *k, struct str unit)
{
	return !k->question->has_unit || str_equal(k->question->unit, unit);
}

static struct id node_out(const struct page *k, struct id node)
{
	return id_is_zero(node) ? view_node(k->view) : node;
}

static enum err go_on_behind(struct page *k, char part, struct str key)
{
	char *text = arena_take(view_arena(k->view), key.len + 1);

	if (text == NULL)
		return view_refuse(k->view, ERR_LIMIT, NULL, "terlalu_besar");
	text[0] = part;
	if (key.len > 0)
		memcpy(text + 1, key.ptr, key.len);
	view_go_on(k->view, str_bytes(text, key.len + 1));
	return ERR_OK;
}

/* --- how far the streams were read --- */

static enum err list_streams(struct page *k, struct str from)
{
	struct laporan_kota_jawab *a = k->answer;
	struct stream_reached *found;
	uint32_t count = 0;
	enum err e = view_streams_reached(k->view, str_bytes(from.ptr + 1, from.len - 1), STREAMS_MAX,
		&found, &count);

	if (e != ERR_OK)
		return e;
	a->letak = arena_take(view_arena(k->view), STREAMS_MAX * sizeof *a->letak);
	if (a->letak == NULL)
		return view_refuse(k->view, ERR_LIMIT, NULL, "terlalu_besar");
	for (uint32_t n = 0; n < count; n++) {
		struct letak_kota row = { .aliran = found[n].stream,
			.epok = found[n].at.epoch,
			.seq = found[n].at.seq,
			.has_pada = found[n].written != 0,
			.pada = found[n].written };

		if (node_stream_read(found[n].stream, &row.simpul, &row.aliran) != ERR_OK)
			row.simpul = view_node(k->view);
		if (!k->has_node || id_equal(row.simpul, k->question->simpul))
			a->letak[a->letak_len++] = row;
	}
	return count == STREAMS_MAX ? go_on_behind(k, 'a', found[count - 1].stream) : ERR_OK;
}

/* --- sums --- */

static bool is_same_group(const struct hitungan_sum *a, const struct hitungan_sum *b)
{
	return id_equal(a->node, b->node) && a->month == b->month && str_equal(a->unit, b->unit);
}

/* Whether the sum is none of those asked for; *ret: the first key behind it that may be one, empty at the end. */
static bool is_beside(const struct page *k, const struct hitungan_sum *at, struct hitungan_key *ret)
{
	const struct laporan_kota *q = k->question;
	int order = q->has_unit ? str_compare(at->unit, q->unit) : 0;

	ret->len = 0;
	if (k->has_node && !id_equal(at->node, k->node))
		return true;
	if (at->month < k->first)
		*ret = hitungan_month_key(at->node, k->first);
	else if (at->month > k->last)
		*ret = hitungan_node_end(at->node);
	else if (order != 0)
		*ret = hitungan_unit_key(at->node, at->month + (order > 0 ? 1 : 0), q->unit);
	else if (at->kind == HITUNGAN_POKOK)
		*ret = hitungan_unit_end(at->node, at->month, at->unit);
	else
		return false;
	return true;
}

static void group_end(struct page *k)
{
	struct laporan_kota_jawab *a = k->answer;
	struct jumlah_unit *row = &a->jumlah[a->jumlah_len];

	if (!k->is_adding)
		return;
	row->simpul = node_out(k, k->at.node);
	row->unit = k->at.unit;
	row->jumlah = laporan_jumlah_record(&k->sums[a->jumlah_len++]);
	k->is_adding = false;
}

/* The sum of a channel, or a counter of days, to the others of its unit and month. */
static enum err group_add(struct page *k, const struct hitungan_sum *at,
	const struct isi_laporan *row)
{
	struct laporan_kota_jawab *a = k->answer;
	struct hitungan_key begin = hitungan_unit_key(at->node, at->month, at->unit);
	struct str key = hitungan_key_str(&begin);

	if (k->is_adding && !is_same_group(&k->at, at))
		group_end(k);
	if (a->jumlah_len == SUMS_MAX)
		return go_on_behind(k, key.ptr[0], str_bytes(key.ptr + 1, key.len - 1));
	k->at = *at;
	k->is_adding = true;
	if (at->kind == HITUNGAN_KANAL)
		return row->has_jumlah &&
				laporan_jumlah_add(&k->sums[a->jumlah_len], &row->jumlah) == ERR_OK
			? ERR_OK
			: ERR_CORRUPT;
	if (!row->has_banyak)
		return ERR_CORRUPT;
	a->jumlah[a->jumlah_len].terjawab += row->banyak;
	a->jumlah[a->jumlah_len].hari += row->banyak * at->number;
	return ERR_OK;
}

/* From a key on to the next gap; *from moves behind it and is empty at the end. */
static enum err walk_sums(struct page *k, struct hitungan_key *from)
{
	struct hitungan_key all = hitungan_sums_key();
	struct hitungan_sum at;
	struct isi_laporan row;
	struct walk walk;
	struct str key;
	enum err e = walk_open(view_txn(k->view), &hitungan_table, hitungan_key_str(&all),
		hitungan_key_str(from), false, &walk);

	if (e != ERR_OK)
		return e;
	while ((e = view_walk_next(k->view, &walk, &hitungan_table, &key, &row)) == ERR_OK) {
		e = hitungan_key_read(key, &at);
		if (e != ERR_OK || is_beside(k, &at, from))
			break;
		e = group_add(k, &at, &row);
		if (e != ERR_OK)
			break;
	}
	walk_close(&walk);
	if (e == ERR_NOT_FOUND)
		from->len = 0;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Where the page ends within a unit's month, that one is left for the next page: rows of one month are then of
 * one moment. Only where it is the first one, which no budget is too small for, it is told in parts. */
static enum err page_end(struct page *k)
{
	struct hitungan_key begin = hitungan_unit_key(k->at.node, k->at.month, k->at.unit);
	struct str key = hitungan_key_str(&begin);

	if (!k->is_adding || !view_goes_on(k->view) || k->answer->jumlah_len == 0) {
		group_end(k);
		return ERR_OK;
	}
	return go_on_behind(k, key.ptr[0], str_bytes(key.ptr + 1, key.len - 1));
}

static enum err list_sums(struct page *k, struct str from)
{
	struct laporan_kota_jawab *a = k->answer;
	struct hitungan_key at =
		k->has_node ? hitungan_month_key(k->node, k->first) : hitungan_sums_key();
	enum err e = ERR_OK;

	if (from.len > sizeof at.bytes)
		return view_refuse(k->view, ERR_INVALID, "go_on", "di_luar_rentang");
	if (from.len > 1) {
		memcpy(at.bytes, from.ptr, from.len);
		at.len = from.len;
	}
	a->jumlah = arena_take(view_arena(k->view), SUMS_MAX * sizeof *a->jumlah);
	k->sums = arena_take(view_arena(k->view), SUMS_MAX * sizeof *k->sums);
	if (a->jumlah == NULL || k->sums == NULL)
		return view_refuse(k->view, ERR_LIMIT, NULL, "terlalu_besar");
	while (e == ERR_OK && at.len > 0)
		e = walk_sums(k, &at);
	return e == ERR_OK ? page_end(k) : e;
}

/* --- units --- */

static enum err units_begin(struct page *k)
{
	struct laporan_kota_jawab *a = k->answer;

	a->unit = arena_take(view_arena(k->view), UNITS_MAX * sizeof *a->unit);
	return a->unit == NULL ? view_refuse(k->view, ERR_LIMIT, NULL, "terlalu_besar") : ERR_OK;
}

static enum err list_names(struct page *k, struct str from)
{
	struct hitungan_key prefix =
		k->has_node ? hitungan_node_names_key(k->node) : hitungan_names_key();
	struct laporan_kota_jawab *a = k->answer;
	struct isi_laporan row;
	struct walk walk;
	struct str key;
	enum err e = units_begin(k);

	if (e == ERR_OK)
		e = walk_open(view_txn(k->view), &hitungan_table, hitungan_key_str(&prefix), from, false,
			&walk);
	if (e != ERR_OK)
		return e;
	while ((e = view_walk_next(k->view, &walk, &hitungan_table, &key, &row)) == ERR_OK) {
		struct unit_kota *unit = &a->unit[a->unit_len];

		if (a->unit_len == UNITS_MAX) {
			view_go_on(k->view, key);
			break;
		}
		e = row.has_unit ? hitungan_name_key_read(key, &unit->simpul, &unit->unit) : ERR_CORRUPT;
		if (e != ERR_OK)
			break;
		unit->nama = row.unit;
		a->unit_len += is_wanted_unit(k, unit->unit);
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err list_own_units(struct page *k, struct str from)
{
	struct laporan_kota_jawab *a = k->answer;
	struct unit row;
	struct walk walk;
	struct str key;
	enum err e = units_begin(k);

	if (k->has_node && !id_is_zero(k->node))
		return e;
	if (e == ERR_OK)
		e = walk_open(view_txn(k->view), &policy_unit, str_of(""),
			str_bytes(from.ptr + 1, from.len - 1), false, &walk);
	if (e != ERR_OK)
		return e;
	while ((e = walk_next(&walk, &policy_unit, view_arena(k->view), &key, &row)) == ERR_OK) {
		if (a->unit_len == UNITS_MAX) {
			e = go_on_behind(k, 'w', key);
			break;
		}
		a->unit[a->unit_len] =
			(struct unit_kota) { view_node(k->view), row.kode, { row.nama, row.sebutan } };
		a->unit_len += is_wanted_unit(k, row.kode);
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* --- the question --- */

/* The parts in the order of the bytes that their keys begin with; those of names and sums are keys of the table. */
static const struct {
	const char *begin;
	part_fn *list;
} parts[] = {
	{ "a", list_streams },
	{ "n", list_names },
	{ "s", list_sums },
	{ "w", list_own_units },
};
enum { PARTS = sizeof parts / sizeof parts[0] };

static enum err check(struct page *k)
{
	const struct laporan_kota *q = k->question;
	struct problem why = { NULL, NULL };
	struct periode periode;
	enum err e = periode_parse(q->periode, &periode, &why);

	if (e != ERR_OK)
		return view_refuse(k->view, e, why.field, why.rule);
	if (q->has_unit && q->unit.len == 0)
		return view_refuse(k->view, ERR_NOT_FOUND, "unit", "unit_tidak_dikenal");
	k->first = hitungan_month(periode_first(periode));
	k->last = hitungan_month(periode_last(periode));
	k->has_node = q->has_simpul;
	if (k->has_node && !id_equal(q->simpul, view_node(k->view)))
		k->node = q->simpul;
	return ERR_OK;
}

/* Nothing here is about a person, and the law wants it announced (UU 14/2008 art 12): open to all. */
enum err ask_laporan_kota(struct view *view, const void *question, void *answer)
{
	struct page k = { .view = view, .question = question, .answer = answer };
	struct str from = view_from(view);
	enum err e = check(&k);

	if (from.ptr == NULL || from.len == 0)
		from = str_of(parts[0].begin);
	k.answer->simpul = view_node(view);
	for (uint32_t i = 0; e == ERR_OK && i < PARTS; i++) {
		if (from.ptr[0] != parts[i].begin[0])
			continue;
		e = parts[i].list(&k, from);
		if (e == ERR_OK && !view_goes_on(view) && i + 1 < PARTS)
			view_go_on(view, str_of(parts[i + 1].begin));
		return e;
	}
	return e == ERR_OK ? view_refuse(view, ERR_INVALID, "go_on", "di_luar_rentang") : e;
}
