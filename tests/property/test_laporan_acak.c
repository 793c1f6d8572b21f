/* Random lives of random requests at three nodes, told in random order, against a count that knows no sums: a
 * list of requests as they stood at the end, gone through cell by cell. The nodes use the same ids. */
#include "lib/chance.h"
#include "lib/gen.h"
#include "lib/hitung.h"
#include "lib/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"

enum { REGISTERS = 100, REQUESTS_MAX = 40, STEPS_MAX = 4, SUBJECTS = 14, UNITS = 2, NODES = 3 };

static const char *const units[UNITS] = { HITUNG_UNIT, "DISDIK" };
static const char *const periods[] = { "2021-Q2", "2021-Q3", "2021-07", "2021" };

/* A request as it stands; what the naive count looks at. */
struct request {
	uint32_t node; /* 0: our own */
	struct permohonan_diajukan lodging;
	int subject; /* -1: none */
	uint32_t outcome;
	bool is_answered, on_time, is_extended;
	uint32_t days;
	bool letters[LAPORAN_PASAL];
	date_days passed; /* due date that has passed; 0: none */
	date_days due;
	uint32_t steps;
	bool is_lodged; /* told by intake */
};

struct world {
	struct hitung t;
	struct chance chance;
	struct request requests[REQUESTS_MAX];
	uint32_t count;
	char subjects[SUBJECTS][16];
};

static uint32_t below(struct world *w, uint32_t n)
{
	return (uint32_t)chance_below(&w->chance, n);
}

static struct id node_id(uint32_t node)
{
	return node == 0 ? hitung_own() : hitung_node(node);
}

static void say(struct world *w, const struct request *r, const char *service,
	const struct schema *schema, const void *event)
{
	if (r->node == 0)
		harness_publish(w->t.h, service, schema, str_of("k"), event);
	else
		hitung_elsewhere(&w->t, node_id(r->node), service, schema, event);
}

static void invent(struct world *w)
{
	uint32_t numbers[NODES] = { 0 };

	w->count = below(w, REQUESTS_MAX + 1);
	for (uint32_t i = 0; i < SUBJECTS; i++)
		snprintf(w->subjects[i], sizeof w->subjects[i], "pokok %u", i);
	for (uint32_t i = 0; i < w->count; i++) {
		struct request *r = &w->requests[i];
		struct permohonan_diajukan *l = &r->lodging;

		*r = (struct request) { .node = below(w, NODES),
			.outcome = HASIL_LAYANAN_DIPROSES,
			.due = 20000 };
		*l = hitung_lodging(hitung_id(numbers[r->node]++), "2021-03-25");
		l->diterima_pada += (time_us)chance_below(&w->chance, (uint64_t)(200 * US_PER_DAY));
		l->unit = str_of(units[below(w, UNITS)]);
		l->kanal = 1 + below(w, LAPORAN_KANAL);
		l->jenis = 1 + below(w, LAPORAN_JENIS);
		l->latar = 1 + below(w, LAPORAN_LATAR);
		r->subject = (int)below(w, SUBJECTS + 1) - 1;
		l->has_pokok = r->subject >= 0;
		if (l->has_pokok)
			l->pokok = str_of(w->subjects[r->subject]);
	}
}

/* --- steps of a life; each tells the event and notes what it means --- */

static void tell(struct world *w, const struct request *r, const struct schema *schema,
	const void *event)
{
	say(w, r, "workflow", schema, event);
}

static void decide(struct world *w, struct request *r)
{
	struct perkara_diputus e = { .permohonan_id = r->lodging.permohonan_id,
		.unit = r->lodging.unit,
		.keputusan = 1 + below(w, KEPUTUSAN_TIDAK_BERHAK),
		.hari_kerja = below(w, 25) };
	uint32_t letters[LAPORAN_PASAL];

	e.tepat_waktu = below(w, 2) == 0;
	e.pasal = letters;
	memset(r->letters, 0, sizeof r->letters);
	if (e.keputusan == KEPUTUSAN_DITOLAK)
		for (uint32_t i = 0; i < LAPORAN_PASAL; i++)
			if (below(w, 3) == 0) {
				letters[e.pasal_len++] = i + 1;
				r->letters[i] = true;
			}
	r->outcome = HASIL_LAYANAN_DIKABULKAN + e.keputusan - 1;
	r->is_answered = true;
	r->on_time = e.tepat_waktu;
	r->days = e.hari_kerja;
	tell(w, r, &schema_perkara_diputus, &e);
}

static void end_without(struct world *w, struct request *r)
{
	struct perkara_gugur lapsed = { .permohonan_id = r->lodging.permohonan_id, .unit = STR("X") };
	struct perkara_dicabut withdrawn = { .permohonan_id = lapsed.permohonan_id, .unit = STR("X") };
	struct perkara_dialihkan moved = { .permohonan_id = lapsed.permohonan_id, .unit = STR("X") };
	struct perkara_dihidupkan revived = { .permohonan_id = lapsed.permohonan_id,
		.unit = STR("X"),
		.status = STATUS_PERMOHONAN_DIAJUKAN,
		.jatuh_tempo = r->due + 7 };

	switch (below(w, 4)) {
	case 0:
		r->outcome = HASIL_LAYANAN_GUGUR;
		tell(w, r, &schema_perkara_gugur, &lapsed);
		break;
	case 1:
		r->outcome = HASIL_LAYANAN_DICABUT;
		tell(w, r, &schema_perkara_dicabut, &withdrawn);
		break;
	case 2:
		r->outcome = HASIL_LAYANAN_DIALIHKAN;
		tell(w, r, &schema_perkara_dialihkan, &moved);
		break;
	default:
		r->due += 7;
		r->passed = 0;
		tell(w, r, &schema_perkara_gugur, &lapsed);
		tell(w, r, &schema_perkara_dihidupkan, &revived);
	}
}

static void pass_or_extend(struct world *w, struct request *r)
{
	struct tenggat_terlewati passed = { .permohonan_id = r->lodging.permohonan_id,
		.unit = STR("X"),
		.jatuh_tempo = r->due };
	struct perkara_diperpanjang longer = { .permohonan_id = passed.permohonan_id,
		.unit = STR("X") };

	if (below(w, 2) == 0) {
		r->passed = r->due;
		tell(w, r, &schema_tenggat_terlewati, &passed);
		return;
	}
	longer.jatuh_tempo = r->due += 7;
	r->passed = 0;
	r->is_extended = true;
	tell(w, r, &schema_perkara_diperpanjang, &longer);
}

static void rename_subject(struct world *w, struct request *r)
{
	struct ringkasan_publik_ditetapkan e = { .permohonan_id = r->lodging.permohonan_id,
		.unit = STR("X"),
		.ringkasan = STR("Ringkasan"),
		.has_pokok = true };

	if (!r->is_lodged)
		return;
	r->subject = (int)below(w, SUBJECTS);
	e.pokok = str_of(w->subjects[r->subject]);
	say(w, r, "intake", &schema_ringkasan_publik_ditetapkan, &e);
}

static void step(struct world *w, struct request *r)
{
	bool is_open = r->outcome == HASIL_LAYANAN_DIPROSES;

	r->steps++;
	switch (below(w, 5)) {
	case 0:
		rename_subject(w, r);
		break;
	case 1:
		if (is_open)
			end_without(w, r);
		break;
	case 2:
		if (is_open)
			pass_or_extend(w, r);
		break;
	default:
		if (is_open)
			decide(w, r);
	}
}

/* Lodgings and steps of all requests, any request next; a lodging may come after its steps. */
static void live(struct world *w)
{
	uint32_t left = w->count * (STEPS_MAX + 1);

	for (uint32_t n = 0; n < left; n++) {
		struct request *r = &w->requests[below(w, w->count)];

		if (!r->is_lodged && below(w, 3) == 0) {
			r->is_lodged = true;
			say(w, r, "intake", &schema_permohonan_diajukan, &r->lodging);
		} else if (r->steps < STEPS_MAX)
			step(w, r);
	}
	for (uint32_t i = 0; i < w->count; i++)
		if (!w->requests[i].is_lodged)
			say(w, &w->requests[i], "intake", &schema_permohonan_diajukan, &w->requests[i].lodging);
}

/* --- the naive count --- */

static bool is_in(const struct request *r, uint32_t node, const char *unit, struct periode p)
{
	return (node == NODES || r->node == node) && (unit == NULL || str_is(r->lodging.unit, unit)) &&
		periode_has(p, civil_date_of(r->lodging.diterima_pada));
}

#define COUNT(condition) \
	({ \
		uint64_t n_ = 0; \
		for (uint32_t i_ = 0; i_ < w->count; i_++) { \
			const struct request *r = &w->requests[i_]; \
			n_ += is_in(r, node, unit, p) && (condition); \
		} \
		n_; \
	})

static int by_number(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static void compare_time(const struct world *w, const struct laporan *l, const char *unit,
	struct periode p)
{
	uint32_t days[REQUESTS_MAX], len = 0;
	struct laporan_waktu time = laporan_waktu(l);
	double sum = 0;

	for (uint32_t i = 0; i < w->count; i++)
		if (is_in(&w->requests[i], 0, unit, p) && w->requests[i].is_answered) {
			days[len++] = w->requests[i].days;
			sum += w->requests[i].days;
		}
	assert_int_equal(time.terjawab, len);
	if (len == 0)
		return;
	qsort(days, len, sizeof days[0], by_number);
	assert_int_equal(time.median, (days[(len - 1) / 2] + days[len / 2]) * 50);
	assert_true(time.rata_rata - sum * 100 / len <= 0.5 && sum * 100 / len - time.rata_rata < 0.5);
}

/* The report of one node, ours. */
static void compare(const struct world *w, const struct laporan *l, const char *unit,
	struct periode p)
{
	const uint32_t node = 0;
	struct laporan_jumlah sum;
	uint64_t total = COUNT(true);

	laporan_total(l, &sum);
	assert_int_equal(laporan_jumlah_total(&sum), total);
	for (uint32_t k = 1; k <= LAPORAN_KANAL; k++) {
		const struct laporan_jumlah *c = &l->kanal[k - 1];

		for (uint32_t j = 1; j <= LAPORAN_JENIS; j++)
			assert_int_equal(c->jenis[j - 1],
				COUNT(r->lodging.kanal == k && r->lodging.jenis == j));
		for (uint32_t j = 1; j <= LAPORAN_HASIL; j++)
			assert_int_equal(c->hasil[j - 1], COUNT(r->lodging.kanal == k && r->outcome == j));
	}
	for (uint32_t j = 1; j <= LAPORAN_LATAR; j++)
		assert_int_equal(sum.latar[j - 1], COUNT(r->lodging.latar == j));
	for (uint32_t j = 0; j < LAPORAN_PASAL; j++)
		assert_int_equal(sum.pasal[j], COUNT(r->letters[j]));
	assert_int_equal(sum.tepat_waktu, COUNT(r->is_answered && r->on_time));
	assert_int_equal(sum.terlambat, COUNT(r->is_answered && !r->on_time));
	assert_int_equal(sum.diperpanjang, COUNT(r->is_extended));
	assert_int_equal(sum.lewat_tenggat,
		COUNT(r->passed != 0 && r->outcome == HASIL_LAYANAN_DIPROSES));
	for (uint32_t i = 0; i < l->pokok_len; i++)
		assert_int_equal(l->pokok[i].jumlah,
			COUNT(r->subject >= 0 && str_is(l->pokok[i].pokok, w->subjects[r->subject])));
	assert_int_equal(hitung_row(l, "pokok", "tanpa_pokok"), COUNT(r->subject < 0));
	compare_time(w, l, unit, p);
}

/* Figures of a node's unit; NODES and NULL: of all. */
static void compare_figures(const struct world *w, struct kota_angka a, uint32_t node,
	const char *unit, struct periode p)
{
	uint64_t days = 0;

	for (uint32_t i = 0; i < w->count; i++)
		if (is_in(&w->requests[i], node, unit, p) && w->requests[i].is_answered)
			days += w->requests[i].days;
	assert_int_equal(a.diterima, COUNT(true));
	assert_int_equal(a.status.diproses, COUNT(r->outcome == HASIL_LAYANAN_DIPROSES));
	assert_int_equal(a.status.dipenuhi,
		COUNT(r->outcome == HASIL_LAYANAN_DIKABULKAN ||
			r->outcome == HASIL_LAYANAN_DIKABULKAN_SEBAGIAN));
	assert_int_equal(a.diterima,
		a.status.diproses + a.status.dipenuhi + a.status.ditolak_tidak_dijawab);
	assert_int_equal(a.lewat_tenggat,
		COUNT(r->passed != 0 && r->outcome == HASIL_LAYANAN_DIPROSES));
	assert_int_equal(a.terjawab, COUNT(r->is_answered));
	assert_int_equal(a.tepat_waktu, COUNT(r->is_answered && r->on_time));
	assert_int_equal(a.terlambat, COUNT(r->is_answered && !r->on_time));
	if (a.terjawab > 0)
		assert_int_equal(a.rata_rata, (days * 200 + a.terjawab) / (2 * a.terjawab));
}

static void compare_city(struct world *w, const char *period, struct periode p)
{
	const struct kota *k = hitung_city(&w->t, period, NULL, NULL);
	uint32_t rows = 0;

	compare_figures(w, kota_jumlah(k), NODES, NULL, p);
	for (uint32_t node = 0; node < NODES; node++)
		for (uint32_t u = 0; u < UNITS; u++) {
			const char *unit = units[u];

			if (node > 0 && COUNT(true) == 0)
				continue;
			compare_figures(w, hitung_unit(k, node_id(node), unit), node, unit, p);
			rows++;
		}
	assert_int_equal(k->baris_len, rows);
}

static void random_registers_agree_with_a_naive_count(void **state)
{
	uint64_t seed = seed_new("test_laporan_acak");
	static struct world w;

	(void)state;
	for (uint32_t n = 0; n < REGISTERS; n++) {
		w = (struct world) { .t = hitung_open(), .chance = { seed + n } };
		invent(&w);
		live(&w);
		for (uint32_t i = 0; i < sizeof periods / sizeof periods[0]; i++) {
			struct problem why;
			struct periode p;

			assert_int_equal(periode_parse(str_of(periods[i]), &p, &why), ERR_OK);
			compare_city(&w, periods[i], p);
			for (uint32_t u = 0; u <= UNITS; u++) {
				const char *unit = u < UNITS ? units[u] : NULL;
				struct laporan *l = hitung_report(&w.t, unit, periods[i]);

				compare(&w, l, unit, l->periode);
			}
		}
		hitung_close(&w.t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_registers_agree_with_a_naive_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
