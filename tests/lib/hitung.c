#include "lib/hitung.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/civil.h"
#include "runtime/stream_name.h"

static const struct harness_service services[] = { { &reporting_service, NULL } };
static const struct id NOBODY;

struct id hitung_id(uint32_t number)
{
	struct id id = { { 0x01 } };

	be32_put(id.bytes + 12, number);
	return id;
}

date_days hitung_day(const char *date)
{
	date_days day;

	assert_int_equal(date_parse(str_of(date), &day), ERR_OK);
	return day;
}

struct hitung hitung_open(void)
{
	struct hitung t = { .h = harness_open(services, 1, 0) };
	struct unit_didaftarkan event = { .unit = {
										  .kode = STR(HITUNG_UNIT),
										  .nama = STR("Dinas Kominfo"),
										  .sebutan = STR("PPID Pelaksana"),
									  } };

	harness_publish(t.h, "workflow", &schema_unit_didaftarkan, event.unit.kode, &event);
	event.unit.kode = str_of("DISDIK");
	harness_publish(t.h, "workflow", &schema_unit_didaftarkan, event.unit.kode, &event);
	return t;
}

void hitung_close(struct hitung *t)
{
	harness_close(&t->h);
}

int hitung_begin(void **state)
{
	static struct hitung t;

	t = hitung_open();
	*state = &t;
	return 0;
}

int hitung_end(void **state)
{
	hitung_close(*state);
	return 0;
}

struct permohonan_diajukan hitung_lodging(struct id id, const char *received)
{
	return (struct permohonan_diajukan) {
		.permohonan_id = id,
		.unit = STR(HITUNG_UNIT),
		.nomor = STR("1"),
		.seri = STR("permohonan"),
		.tahun = 2021,
		.urut = 1,
		.diterima_pada = civil_start_of(hitung_day(received)),
		.kanal = KANAL_WEBSITE,
		.jenis = JENIS_PEMOHON_PERORANGAN,
		.latar = LATAR_BELAKANG_UMUM,
		.cara = CARA_MEMPEROLEH_MELIHAT,
	};
}

void hitung_intake(struct hitung *t, const struct schema *schema, const void *event)
{
	harness_publish(t->h, "intake", schema, str_of("k"), event);
}

struct id hitung_lodge(struct hitung *t, uint32_t number, const char *received)
{
	struct permohonan_diajukan event = hitung_lodging(hitung_id(number), received);

	hitung_intake(t, &schema_permohonan_diajukan, &event);
	return event.permohonan_id;
}

void hitung_workflow(struct hitung *t, const struct schema *schema, const void *event)
{
	harness_publish(t->h, "workflow", schema, str_of("k"), event);
}

void hitung_decide(struct hitung *t, struct id id, uint32_t keputusan, uint32_t days, bool on_time)
{
	struct perkara_diputus event = { .permohonan_id = id,
		.unit = STR(HITUNG_UNIT),
		.keputusan = keputusan,
		.hari_kerja = days,
		.tepat_waktu = on_time };

	hitung_workflow(t, &schema_perkara_diputus, &event);
}

struct laporan *hitung_report(struct hitung *t, const char *unit, const char *period)
{
	struct arena *arena = harness_arena(t->h);
	struct laporan *l = arena_take(arena, sizeof *l);
	struct laporan_layanan question = { .has_unit = unit != NULL,
		.unit = str_of(unit == NULL ? "" : unit),
		.periode = str_of(period) };
	struct harness_reply reply = { .go_on = { NULL, 0 } };
	struct periode periode;
	struct problem why;

	assert_int_equal(periode_parse(str_of(period), &periode, &why), ERR_OK);
	assert_non_null(l);
	laporan_begin(l, periode, arena);
	t->pages = 0;
	do {
		struct laporan_layanan_jawab *page = arena_take(arena, sizeof *page);

		assert_non_null(page);
		reply = harness_ask(t->h, "reporting", NOBODY, &schema_laporan_layanan, &question,
			reply.go_on, page);
		assert_int_equal(reply.status, SESI_STATUS_OK);
		assert_int_equal(laporan_add(l, page), ERR_OK);
		t->pages++;
	} while (reply.go_on.ptr != NULL);
	laporan_end(l);
	return l;
}

const struct laporan_tabel *hitung_table(const struct laporan *l, const char *kode)
{
	const struct laporan_tabel *tables;
	uint32_t count;

	assert_int_equal(laporan_tables(l, &tables, &count), ERR_OK);
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(tables[i].kode, kode) == 0)
			return &tables[i];
	return NULL;
}

uint64_t hitung_row(const struct laporan *l, const char *tabel, const char *kode)
{
	const struct laporan_tabel *t = hitung_table(l, tabel);

	if (t == NULL)
		fail_msg("no table %s", tabel);
	for (uint32_t i = 0; i < t->baris_len; i++)
		if (strcmp(t->baris[i].kode, kode) == 0 || strcmp(t->baris[i].nama, kode) == 0)
			return t->baris[i].jumlah;
	return 0;
}

uint64_t hitung_count(struct hitung *t, const char *period, const char *tabel, const char *kode)
{
	return hitung_row(hitung_report(t, NULL, period), tabel, kode);
}

/* --- a city --- */

struct id hitung_own(void)
{
	return (struct id) { { 7 } };
}

struct id hitung_node(uint32_t number)
{
	struct id id = { { 0xa0 } };

	be32_put(id.bytes + 12, number);
	return id;
}

void hitung_elsewhere(struct hitung *t, struct id node, const char *service,
	const struct schema *schema, const void *event)
{
	char stream[NODE_STREAM_MAX + 1];

	assert_int_equal(node_stream_name(node, str_of(service), stream), ERR_OK);
	harness_publish(t->h, stream, schema, str_of("k"), event);
}

void hitung_lodge_at(struct hitung *t, struct id node, uint32_t number, const char *received)
{
	struct permohonan_diajukan event = hitung_lodging(hitung_id(number), received);

	hitung_elsewhere(t, node, "intake", &schema_permohonan_diajukan, &event);
}

void hitung_decide_at(struct hitung *t, struct id node, uint32_t number, uint32_t keputusan,
	uint32_t days, bool on_time)
{
	struct perkara_diputus event = { .permohonan_id = hitung_id(number),
		.unit = STR(HITUNG_UNIT),
		.keputusan = keputusan,
		.hari_kerja = days,
		.tepat_waktu = on_time };

	hitung_elsewhere(t, node, "workflow", &schema_perkara_diputus, &event);
}

struct kota *hitung_city(struct hitung *t, const char *period, const struct id *node,
	const char *unit)
{
	struct arena *arena = harness_arena(t->h);
	struct kota *k = arena_take(arena, sizeof *k);
	struct laporan_kota question = { .periode = str_of(period),
		.has_simpul = node != NULL,
		.has_unit = unit != NULL,
		.unit = str_of(unit == NULL ? "" : unit) };
	struct harness_reply reply = { .go_on = { NULL, 0 } };

	assert_non_null(k);
	if (node != NULL)
		question.simpul = *node;
	kota_begin(k, arena);
	t->pages = 0;
	do {
		struct laporan_kota_jawab *page = arena_take(arena, sizeof *page);

		assert_non_null(page);
		reply = harness_ask(t->h, "reporting", NOBODY, &schema_laporan_kota, &question, reply.go_on,
			page);
		assert_int_equal(reply.status, SESI_STATUS_OK);
		assert_int_equal(kota_add(k, page), ERR_OK);
		t->pages++;
	} while (reply.go_on.ptr != NULL);
	assert_int_equal(kota_end(k), ERR_OK);
	return k;
}

struct kota_angka hitung_unit(const struct kota *k, struct id node, const char *unit)
{
	for (uint32_t i = 0; i < k->baris_len; i++)
		if (id_equal(k->baris[i].simpul, node) && str_is(k->baris[i].unit, unit))
			return kota_angka(&k->baris[i]);
	fail_msg("no row of %s", unit);
	return (struct kota_angka) { .diterima = 0 };
}
