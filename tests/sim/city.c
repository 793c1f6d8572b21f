#include "sim/city.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "domain/laporan.h"
#include "runtime/engine.h"
#include "sim/ask.h"
#include "sim/versions.h"

enum { YEAR_FIRST = 2025, YEAR_LAST = 2031, UNITS_MAX = 8, UNIT_BYTES = 33, PAGES_MAX = 400 };

/* What is counted of one unit in one year. */
struct sum {
	struct laporan_jumlah of;
	uint64_t answered, days;
};

/* All that was received by one node. */
struct figures {
	char units[UNITS_MAX][UNIT_BYTES];
	struct sum sums[UNITS_MAX][YEAR_LAST - YEAR_FIRST + 1];
};

/* One request, as both logs tell of it: without the code that reporting has for the same. */
struct request {
	struct id id;
	bool is_registered, has_days, is_in_time, is_uncertain, is_extended, has_passed;
	char unit[UNIT_BYTES];
	int year;
	uint32_t kind, background, outcome, days;
	uint64_t articles[LAPORAN_PASAL];
	date_days passed;
};

struct requests {
	struct request *list;
	uint32_t count;
	struct arena arena;
};

static struct request *request_of(struct requests *all, struct id id)
{
	struct request *r;

	for (uint32_t n = all->count; n-- > 0;)
		if (id_equal(all->list[n].id, id))
			return &all->list[n];
	if (all->count % 256 == 0) {
		all->list = realloc(all->list, (all->count + 256) * sizeof *all->list);
		if (all->list == NULL)
			abort();
	}
	r = &all->list[all->count++];
	*r = (struct request) { .id = id, .outcome = HASIL_LAYANAN_DIPROSES };
	return r;
}

/* --- what the logs say --- */

static void take_lodged(struct requests *all, const void *event)
{
	const struct permohonan_diajukan *e = event;
	struct request *r = request_of(all, e->permohonan_id);
	int month, day;

	if (r->is_registered)
		return;
	r->is_registered = true;
	(void)snprintf(r->unit, sizeof r->unit, "%.*s", (int)e->unit.len, e->unit.ptr);
	civil_of_days(civil_date_of(e->diterima_pada), &r->year, &month, &day);
	r->kind = e->jenis;
	r->background = e->latar;
}

/* A due date further away than the one that passed. */
static void put_off(struct request *r, date_days due)
{
	if (r->has_passed && due > r->passed)
		r->has_passed = false;
}

static void take_registered(struct requests *all, const void *event)
{
	const struct perkara_diregister *e = event;

	put_off(request_of(all, e->permohonan_id), e->jatuh_tempo);
}

static void take_completed(struct requests *all, const void *event)
{
	const struct perkara_dilengkapi *e = event;

	if (e->has_jatuh_tempo)
		put_off(request_of(all, e->permohonan_id), e->jatuh_tempo);
}

static void take_extended(struct requests *all, const void *event)
{
	const struct perkara_diperpanjang *e = event;
	struct request *r = request_of(all, e->permohonan_id);

	r->is_extended = true;
	put_off(r, e->jatuh_tempo);
}

static void take_passed(struct requests *all, const void *event)
{
	const struct tenggat_terlewati *e = event;
	struct request *r = request_of(all, e->permohonan_id);

	r->has_passed = true;
	r->passed = e->jatuh_tempo;
}

static void take_decided(struct requests *all, const void *event)
{
	const struct perkara_diputus *e = event;
	struct request *r = request_of(all, e->permohonan_id);

	/* the outcomes of a decision stand in both enums in the same order */
	r->outcome = e->keputusan - KEPUTUSAN_DIKABULKAN + HASIL_LAYANAN_DIKABULKAN;
	memset(r->articles, 0, sizeof r->articles);
	for (uint32_t n = 0; n < e->pasal_len; n++)
		r->articles[e->pasal[n] - 1]++;
	r->has_days = true;
	r->days = e->hari_kerja;
	r->is_in_time = e->tepat_waktu;
	r->is_uncertain = e->has_tanpa_kalender && e->tanpa_kalender;
}

static void take_lapsed(struct requests *all, const void *event)
{
	const struct perkara_gugur *e = event;

	request_of(all, e->permohonan_id)->outcome = HASIL_LAYANAN_GUGUR;
}

static void take_withdrawn(struct requests *all, const void *event)
{
	const struct perkara_dicabut *e = event;

	request_of(all, e->permohonan_id)->outcome = HASIL_LAYANAN_DICABUT;
}

static void take_revived(struct requests *all, const void *event)
{
	const struct perkara_dihidupkan *e = event;
	struct request *r = request_of(all, e->permohonan_id);

	r->outcome = HASIL_LAYANAN_DIPROSES;
	put_off(r, e->jatuh_tempo);
}

/* clang-format off */
static const struct {
	const struct schema *schema;
	void (*take)(struct requests *all, const void *event);
} rows[] = {
	{ &schema_permohonan_diajukan,  take_lodged },
	{ &schema_perkara_diregister,   take_registered },
	{ &schema_perkara_dilengkapi,   take_completed },
	{ &schema_perkara_diperpanjang, take_extended },
	{ &schema_tenggat_terlewati,    take_passed },
	{ &schema_perkara_diputus,      take_decided },
	{ &schema_perkara_gugur,        take_lapsed },
	{ &schema_perkara_dicabut,      take_withdrawn },
	{ &schema_perkara_dihidupkan,   take_revived },
};
/* clang-format on */

static void take_record(struct world *w, struct requests *all, const struct record *record)
{
	const struct schema *schema = later_schema(record->type);

	for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++) {
		struct problem why;
		void *event;

		if (rows[n].schema->code != record->type)
			continue;
		event = arena_take(&all->arena, schema->size);
		if (event == NULL ||
			wire_decode(schema, record->payload, &all->arena, event, &why) != ERR_OK)
			world_fail(w, "city", "a %s cannot be read", rows[n].schema->name);
		else
			rows[n].take(all, event);
	}
}

static void take_log(struct world *w, struct requests *all, struct actor_host *h)
{
	const struct log *log = store_log(runtime_store(h->runtime));
	struct txn *txn = NULL;

	if (txn_begin(runtime_store(h->runtime), KV_READ, &txn) != ERR_OK)
		return;
	for (uint64_t seq = 1; seq <= log->committed.seq && w->failure == NULL; seq++) {
		struct record record;
		struct hash hash;
		struct str bytes;

		arena_reset(&all->arena);
		if (log_get(log, txn_kv(txn), seq, &hash, &bytes) != ERR_OK ||
			record_decode(bytes, &all->arena, &record) != ERR_OK)
			world_fail(w, "city", "record %" PRIu64 " of %s cannot be read", seq, h->service->name);
		else
			take_record(w, all, &record);
	}
	txn_abort(&txn);
}

/* --- sums --- */

/* NULL: more units or other years than this world has. */
static struct sum *sum_of(struct figures *f, struct str unit, int year)
{
	if (year < YEAR_FIRST || year > YEAR_LAST || unit.len >= UNIT_BYTES)
		return NULL;
	for (uint32_t n = 0; n < UNITS_MAX; n++) {
		if (f->units[n][0] == '\0')
			memcpy(f->units[n], unit.ptr, unit.len);
		if (str_is(unit, f->units[n]))
			return &f->sums[n][year - YEAR_FIRST];
	}
	return NULL;
}

static void count(struct world *w, struct figures *f, const struct request *r)
{
	struct sum *sum = sum_of(f, str_of(r->unit), r->year);

	if (sum == NULL) {
		world_fail(w, "city", "a request of %s in %d", r->unit, r->year);
		return;
	}
	sum->of.jenis[r->kind - 1]++;
	sum->of.latar[r->background - 1]++;
	sum->of.hasil[r->outcome - 1]++;
	for (uint32_t n = 0; n < LAPORAN_PASAL; n++)
		sum->of.pasal[n] += r->articles[n];
	sum->of.lewat_tenggat += r->has_passed && r->outcome == HASIL_LAYANAN_DIPROSES;
	sum->of.diperpanjang += r->is_extended;
	sum->of.tepat_waktu += r->has_days && r->is_in_time;
	sum->of.terlambat += r->has_days && !r->is_in_time;
	sum->of.tanpa_kalender += r->is_uncertain;
	sum->answered += r->has_days;
	sum->days += r->has_days ? r->days : 0;
}

static void count_node(struct world *w, struct sim_node *node, struct figures *ret)
{
	struct requests all = { .list = NULL };

	memset(ret, 0, sizeof *ret);
	arena_init(&all.arena, 4 * 1024 * 1024);
	take_log(w, &all, node_host(w, node, str_of("intake")));
	take_log(w, &all, node_host(w, node, str_of("workflow")));
	for (uint32_t n = 0; n < all.count && w->failure == NULL; n++)
		if (all.list[n].is_registered)
			count(w, ret, &all.list[n]);
	free(all.list);
	arena_clear(&all.arena);
}

/* --- what reporting says --- */

struct told {
	struct actor_host *teller;
	struct figures figures[NODES_MAX];
	bool has_place[NODES_MAX][2]; /* of intake, of workflow */
};

static struct sim_node *node_of(struct world *w, struct id id)
{
	for (uint32_t n = 0; n < w->real_nodes; n++)
		if (id_equal(w->nodes[n].id, id))
			return &w->nodes[n];
	return NULL;
}

static void take_sums(struct world *w, struct told *t, const struct laporan_kota_jawab *page,
	int year)
{
	for (uint32_t n = 0; n < page->jumlah_len; n++) {
		const struct jumlah_unit *row = &page->jumlah[n];
		struct sim_node *node = node_of(w, row->simpul);
		struct sum *sum = node == NULL ? NULL : sum_of(&t->figures[node->index], row->unit, year);

		if (node == NULL)
			continue; /* of a stranger: its own rows are its own matter */
		if (sum == NULL || laporan_jumlah_add(&sum->of, &row->jumlah) != ERR_OK) {
			world_fail(w, "city", "%s tells of %.*s in %d", t->teller->node->name,
				(int)row->unit.len, row->unit.ptr, year);
			return;
		}
		sum->answered += row->terjawab;
		sum->days += row->hari;
	}
}

/* How far it was read, and of when that is: the head of the origin's log. */
static void take_place(struct world *w, struct told *t, const struct letak_kota *row)
{
	struct sim_node *node = node_of(w, row->simpul);
	struct actor_host *origin = node == NULL ? NULL : node_host(w, node, row->aliran);
	const struct log *log;

	if (row->has_pada && row->pada > t->teller->runtime->now + US_PER_DAY)
		world_fail(w, "city", "%s tells of %.*s as of a day that has not come",
			t->teller->node->name, (int)row->aliran.len, row->aliran.ptr);
	if (origin == NULL)
		return;
	log = store_log(runtime_store(origin->runtime));
	if (str_is(row->aliran, "intake") || str_is(row->aliran, "workflow"))
		t->has_place[node->index][str_is(row->aliran, "workflow")] = true;
	if (row->seq == log->committed.seq && id_equal(row->epok, log->committed.epoch) &&
		row->has_pada && row->pada == log->committed_at)
		return;
	world_fail(w, "city",
		"%s tells of %s as of %" PRIu64 " (%" PRId64 "), the log of %s is at %" PRIu64 " (%" PRId64
		")",
		t->teller->node->name, node->name, row->seq, row->pada, origin->service->name,
		log->committed.seq, log->committed_at);
}

static void ask_year(struct world *w, struct told *t, int year)
{
	char text[8], key[1024];
	struct laporan_kota question = { .periode = { text, 4 } };
	struct laporan_kota_jawab page;
	struct str go_on = { NULL, 0 };
	uint32_t pages = 0;
	enum err e = ERR_OK;

	(void)snprintf(text, sizeof text, "%d", year);
	do {
		memset(&page, 0, sizeof page);
		e = sim_ask(t->teller, &schema_laporan_kota, &question, go_on, &page, &go_on);
		if (e != ERR_OK || pages++ == PAGES_MAX || go_on.len > sizeof key) {
			world_fail(w, "city", "%s does not tell the figures of %d: %s, page %u",
				t->teller->node->name, year, err_name(e), pages);
			return;
		}
		take_sums(w, t, &page, year);
		for (uint32_t n = 0; n < page.letak_len; n++)
			take_place(w, t, &page.letak[n]);
		if (go_on.ptr != NULL) {
			memcpy(key, go_on.ptr, go_on.len);
			go_on.ptr = key;
		}
	} while (go_on.ptr != NULL && w->failure == NULL);
}

/* --- both --- */

static const char *const streams[] = { "intake", "workflow" };

static bool is_at_or_below(const struct sim_node *node, const struct sim_node *top)
{
	while (node != NULL && node != top)
		node = node->parent;
	return node != NULL;
}

const char *city_unrest(struct world *w, struct actor_host *h)
{
	static char text[160];

	if (!w->is_tree || !follows_elsewhere(h->service))
		return NULL;
	for (uint32_t n = 0; n < w->real_nodes; n++) {
		struct sim_node *node = &w->nodes[n];

		for (uint32_t i = 0; i < 2 && node != h->node && is_at_or_below(node, h->node); i++) {
			struct actor_host *origin = node_host(w, node, str_of(streams[i]));
			char name[NODE_STREAM_MAX + 1];

			if (node_stream_name(node->id, str_of(streams[i]), name) != ERR_OK ||
				origin->runtime == NULL ||
				store_log(runtime_store(origin->runtime))->committed.seq == 0 ||
				follow_of(h->runtime, str_of(name)) != NULL)
				continue;
			(void)snprintf(text, sizeof text, "does not know the %s of %s yet", streams[i],
				node->name);
			return text;
		}
	}
	return NULL;
}

static bool is_same_sum(const struct sum *a, const struct sum *b)
{
	return memcmp(a, b, sizeof *a) == 0; /* numbers of one size, nothing between them */
}

static void compare_unit(struct world *w, struct told *t, struct sim_node *node,
	struct figures *counted, uint32_t unit)
{
	const char *name = counted->units[unit];

	for (int year = YEAR_FIRST; year <= YEAR_LAST && name[0] != '\0'; year++) {
		const struct sum *is = sum_of(&t->figures[node->index], str_of(name), year);
		const struct sum *should = &counted->sums[unit][year - YEAR_FIRST];

		if (is != NULL && is_same_sum(is, should))
			continue;
		world_fail(w, "city",
			"%s tells %" PRIu64 " requests of %s of %s in %d, %" PRIu64 " answered in %" PRIu64
			" days; the logs have %" PRIu64 ", %" PRIu64 " in %" PRIu64,
			t->teller->node->name, is == NULL ? 0 : laporan_jumlah_total(&is->of), name, node->name,
			year, is == NULL ? 0 : is->answered, is == NULL ? 0 : is->days,
			laporan_jumlah_total(&should->of), should->answered, should->days);
	}
}

static void compare(struct world *w, struct told *t, struct sim_node *node, struct figures *counted)
{
	for (uint32_t unit = 0; unit < UNITS_MAX; unit++)
		compare_unit(w, t, node, counted, unit);
	/* and nothing of units that no log has */
	for (uint32_t unit = 0; unit < UNITS_MAX && w->failure == NULL; unit++)
		if (t->figures[node->index].units[unit][0] != '\0' &&
			sum_of(counted, str_of(t->figures[node->index].units[unit]), YEAR_FIRST) == NULL)
			world_fail(w, "city", "%s tells of a unit that %s has not", t->teller->node->name,
				node->name);
	for (uint32_t n = 0; n < 2; n++) {
		struct actor_host *h = node_host(w, node, str_of(streams[n]));

		if (!t->has_place[node->index][n] &&
			store_log(runtime_store(h->runtime))->committed.seq > 0)
			world_fail(w, "city", "%s does not tell how far it has read the %s of %s",
				t->teller->node->name, streams[n], node->name);
	}
}

static void check_teller(struct world *w, struct sim_node *node, struct figures *counted)
{
	struct told *t = calloc(1, sizeof *t);

	if (t == NULL)
		abort();
	t->teller = node_host(w, node, str_of("reporting"));
	for (int year = YEAR_FIRST; year <= YEAR_LAST && w->failure == NULL; year++)
		ask_year(w, t, year);
	for (uint32_t n = 0; n < w->real_nodes && w->failure == NULL; n++)
		if (is_at_or_below(&w->nodes[n], node))
			compare(w, t, &w->nodes[n], &counted[n]);
	free(t);
}

void city_check(struct world *w)
{
	struct figures *counted = calloc(NODES_MAX, sizeof *counted);

	if (counted == NULL)
		abort();
	for (uint32_t n = 0; n < w->real_nodes && w->failure == NULL; n++)
		count_node(w, &w->nodes[n], &counted[n]);
	for (uint32_t n = 0; n < w->real_nodes && w->failure == NULL; n++)
		check_teller(w, &w->nodes[n], counted);
	free(counted);
}
