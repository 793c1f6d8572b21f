#include "reporting/layanan.h"

#include "domain/laporan.h"
#include "domain/periode.h"
#include "reporting/hitungan.h"
#include "runtime/policy.h"

enum { DAYS_MAX = 1000, SUBJECTS_MAX = 400, MONTHS = 12 };

/* The streams that an answer says its place in. */
static const char *const streams[] = { "intake", "workflow" };
enum { STREAMS = sizeof streams / sizeof streams[0] };

/* One page of the answer while it is added up. */
struct page {
	struct laporan_jumlah kanal[LAPORAN_KANAL];
	bool has_kanal[LAPORAN_KANAL];
	struct laporan_layanan_jawab *answer;
};

static enum err check(struct view *view, const struct laporan_layanan *q, struct periode *ret)
{
	struct problem why = { NULL, NULL };
	struct unit unit;
	enum err e = periode_parse(q->periode, ret, &why);

	if (e != ERR_OK)
		return view_refuse(view, e, why.field, why.rule);
	if (!q->has_unit)
		return ERR_OK;
	e = q->unit.len == 0 ? ERR_NOT_FOUND : view_get(view, &policy_unit, q->unit, &unit);
	return e == ERR_NOT_FOUND ? view_refuse(view, e, "unit", "unit_tidak_dikenal") : e;
}

static enum err page_begin(struct view *view, struct laporan_layanan_jawab *a, struct page *page)
{
	struct arena *arena = view_arena(view);

	a->kanal = arena_take(arena, LAPORAN_KANAL * sizeof *a->kanal);
	a->bulan = arena_take(arena, MONTHS * sizeof *a->bulan);
	a->hari = arena_take(arena, DAYS_MAX * sizeof *a->hari);
	a->pokok = arena_take(arena, SUBJECTS_MAX * sizeof *a->pokok);
	a->letak = arena_take(arena, STREAMS * sizeof *a->letak);
	if (a->kanal == NULL || a->bulan == NULL || a->hari == NULL || a->pokok == NULL ||
		a->letak == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	*page = (struct page) { .answer = a };
	return ERR_OK;
}

static enum err take_channel(struct page *page, uint32_t kanal, const struct isi_laporan *row)
{
	struct jumlah_bulan *month = &page->answer->bulan[page->answer->bulan_len - 1];
	struct laporan_jumlah one = { .lewat_tenggat = 0 };

	if (!row->has_jumlah || kanal < 1 || kanal > LAPORAN_KANAL ||
		laporan_jumlah_add(&one, &row->jumlah) != ERR_OK ||
		laporan_jumlah_add(&page->kanal[kanal - 1], &row->jumlah) != ERR_OK)
		return ERR_CORRUPT;
	page->has_kanal[kanal - 1] = true;
	month->jumlah += laporan_jumlah_total(&one);
	return ERR_OK;
}

static enum err take(struct page *page, struct str key, const struct isi_laporan *row)
{
	struct laporan_layanan_jawab *a = page->answer;
	struct hitungan_sum sum;
	enum err e = hitungan_key_read(key, &sum);

	if (e != ERR_OK)
		return e;
	if (sum.kind == HITUNGAN_KANAL)
		return take_channel(page, sum.number, row);
	if (!row->has_banyak)
		return ERR_CORRUPT;
	if (sum.kind == HITUNGAN_HARI)
		a->hari[a->hari_len++] = (struct jumlah_hari) { sum.number, row->banyak };
	else
		a->pokok[a->pokok_len++] = (struct jumlah_pokok) { sum.text, row->banyak };
	return ERR_OK;
}

static bool is_full(const struct laporan_layanan_jawab *a)
{
	return a->hari_len == DAYS_MAX || a->pokok_len == SUBJECTS_MAX;
}

/* The rows of a month, of one unit or of all. */
static enum err take_month(struct view *view, const struct laporan_layanan *q, uint32_t month,
	struct page *page)
{
	const struct id own = { { 0 } };
	struct hitungan_key prefix =
		q->has_unit ? hitungan_unit_key(own, month, q->unit) : hitungan_month_key(own, month);
	struct laporan_layanan_jawab *a = page->answer;
	struct isi_laporan row;
	struct walk walk;
	struct str key;
	enum err e = view_walk(view, &hitungan_table, hitungan_key_str(&prefix), false, &walk);

	if (e != ERR_OK)
		return e;
	a->bulan[a->bulan_len++] = (struct jumlah_bulan) { month / MONTHS, month % MONTHS + 1, 0 };
	while ((e = view_walk_next(view, &walk, &hitungan_table, &key, &row)) == ERR_OK) {
		if (is_full(a)) {
			view_go_on(view, key);
			break;
		}
		e = take(page, key, &row);
		if (e != ERR_OK)
			break;
	}
	walk_close(&walk);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err say_places(struct view *view, struct laporan_layanan_jawab *a)
{
	for (uint32_t i = 0; i < STREAMS; i++) {
		struct place at;
		enum err e = view_reached(view, streams[i], &at);

		if (e == ERR_OK)
			a->letak[a->letak_len++] =
				(struct letak_laporan) { str_of(streams[i]), at.epoch, at.seq };
		else if (e != ERR_NOT_FOUND)
			return e;
	}
	return ERR_OK;
}

/* Nothing here is about a person, and the law wants it announced (UU 14/2008 art 12): open to all. */
enum err ask_laporan_layanan(struct view *view, const void *question, void *answer)
{
	const struct laporan_layanan *q = question;
	struct laporan_layanan_jawab *a = answer;
	struct periode periode;
	struct page *page = arena_take(view_arena(view), sizeof *page);
	enum err e = check(view, q, &periode);
	uint32_t month, last;

	if (page == NULL)
		return view_refuse(view, ERR_LIMIT, NULL, "terlalu_besar");
	if (e == ERR_OK)
		e = page_begin(view, a, page);
	if (e != ERR_OK)
		return e;
	last = hitungan_month(periode_last(periode));
	for (month = hitungan_month(periode_first(periode)); month <= last && e == ERR_OK; month++)
		e = take_month(view, q, month, page);
	for (uint32_t i = 0; i < LAPORAN_KANAL && e == ERR_OK; i++)
		if (page->has_kanal[i])
			a->kanal[a->kanal_len++] =
				(struct jumlah_kanal) { i + 1, laporan_jumlah_record(&page->kanal[i]) };
	return e == ERR_OK ? say_places(view, a) : e;
}
