/* The next version of the table counts anew; crashes lose and double nothing. */
#include "lib/harness_parts.h"
#include "lib/hitung.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "reporting/fakta.h"
#include "reporting/hitungan.h"
#include "wire/json.h"

#define Q3 "2021-Q3"

/* A program that forgets withdrawals; the next version of the table makes good for it. */
static enum err project_nothing(struct projection *p, const void *event)
{
	(void)p;
	(void)event;
	return ERR_OK;
}

struct version {
	struct table table;
	const struct table *tables[8];
	struct project_row projects[32], elsewhere[32];
	struct service service;
};

static void rows_make(struct version *v, bool is_forgetful, const struct project_row *from,
	uint32_t count, struct project_row *to)
{
	for (uint32_t i = 0; i < count; i++) {
		to[i] = from[i];
		if (to[i].table == &hitungan_table)
			to[i].table = &v->table;
		if (is_forgetful && to[i].project == project_dicabut)
			to[i].project = project_nothing;
	}
}

/* The descriptor, forgetful; or whole, with the next version of its table. */
static void version_make(struct version *v, bool is_forgetful)
{
	v->service = reporting_service;
	v->table = hitungan_table;
	v->table.version =
		is_forgetful ? hitungan_table.version : (uint16_t)(hitungan_table.version + 1);
	for (uint32_t i = 0; i < v->service.table_count; i++)
		v->tables[i] = v->service.tables[i] == &hitungan_table ? &v->table : v->service.tables[i];
	rows_make(v, is_forgetful, v->service.projects, v->service.project_count, v->projects);
	rows_make(v, is_forgetful, v->service.elsewhere, v->service.elsewhere_count, v->elsewhere);
	v->service.tables = v->tables;
	v->service.projects = v->projects;
	v->service.elsewhere = v->elsewhere;
}

enum { SOME = 20 };

static void publish_some(struct hitung *t)
{
	for (uint32_t i = 0; i < SOME; i++) {
		struct id id = hitung_lodge(t, i, i % 3 == 0 ? "2021-07-17" : "2021-09-17");
		struct perkara_dicabut withdrawn = { .permohonan_id = id, .unit = STR("X") };

		if (i % 2 == 0)
			hitung_decide(t, id, 1 + i % 6, i, i < 10);
		else if (i % 5 == 0)
			hitung_workflow(t, &schema_perkara_dicabut, &withdrawn);
	}
}

/* Whether both stores have the same under a key: no row, or the same one. */
static bool is_same(struct hitung *a, struct hitung *b, const struct table *table_of_b,
	struct hitungan_key key)
{
	struct isi_laporan left, right;
	bool is_in_a = harness_row(a->h, "reporting", &hitungan_table, hitungan_key_str(&key), &left);
	bool is_in_b = harness_row(b->h, "reporting", table_of_b, hitungan_key_str(&key), &right);
	struct buf texts[2];
	bool ret;

	if (!is_in_a || !is_in_b)
		return is_in_a == is_in_b;
	buf_init(&texts[0], 65536);
	buf_init(&texts[1], 65536);
	json_write(&schema_isi_laporan, &left, JSON_FULL, &texts[0]);
	json_write(&schema_isi_laporan, &right, JSON_FULL, &texts[1]);
	ret = str_equal(buf_str(&texts[0]), buf_str(&texts[1]));
	buf_clear(&texts[0]);
	buf_clear(&texts[1]);
	return ret;
}

static const struct id OWN;

static struct hitungan_key sum_key(struct id node, const char *month, enum hitungan_kind kind,
	uint32_t number)
{
	struct hitungan_key key =
		hitungan_unit_key(node, hitungan_month(hitung_day(month)), str_of(HITUNG_UNIT));

	key.bytes[key.len++] = (char)kind;
	be32_put(key.bytes + key.len, number);
	key.len += 4;
	return key;
}

static uint32_t differences(struct hitung *a, struct hitung *b, const struct table *table_of_b)
{
	static const char *const months[] = { "2021-07-01", "2021-09-01" };
	uint32_t count = 0;

	for (uint32_t i = 0; i < SOME; i++)
		count += !is_same(a, b, table_of_b, hitungan_fact_key(OWN, hitung_id(i)));
	for (uint32_t m = 0; m < 2; m++) {
		count += !is_same(a, b, table_of_b, sum_key(OWN, months[m], HITUNGAN_KANAL, KANAL_WEBSITE));
		for (uint32_t i = 0; i <= SOME; i++)
			count += !is_same(a, b, table_of_b, sum_key(OWN, months[m], HITUNGAN_HARI, i));
	}
	return count;
}

static void raising_the_tables_version_counts_anew(void **state)
{
	static struct version forgetful, next;
	struct hitung *t = *state;
	struct harness_service first = { &forgetful.service, NULL };
	struct hitung other;

	version_make(&forgetful, true);
	version_make(&next, false);
	other = (struct hitung) { .h = harness_open(&first, 1, 0) };
	publish_some(t);
	publish_some(&other);
	assert_int_equal(differences(t, &other, &forgetful.table),
		2 + 2); /* facts, and sums of two months */
	harness_stop(other.h, "reporting");
	harness_node(other.h, "reporting")->service = &next.service;
	harness_start(other.h, "reporting");
	assert_int_equal(differences(t, &other, &next.table), 0);
	/* Both go on from there. */
	hitung_lodge(t, 50, "2021-09-17");
	hitung_lodge(&other, 50, "2021-09-17");
	assert_int_equal(differences(t, &other, &next.table), 0);
	hitung_close(&other);
}

/* Reporting is stopped and comes back with the next version of its table. */
static struct version *next_version(struct hitung *t)
{
	static struct version next;

	version_make(&next, false);
	harness_stop(t->h, "reporting");
	harness_node(t->h, "reporting")->service = &next.service;
	return &next;
}

static struct harness_reply ask_city(struct hitung *t)
{
	struct laporan_kota question = { .periode = STR(Q3) };
	struct laporan_kota_jawab a;

	return harness_ask(t->h, "reporting", hitung_id(0), &schema_laporan_kota, &question,
		(struct str) { NULL, 0 }, &a);
}

static void publish_city(struct hitung *t)
{
	struct perkara_dicabut withdrawn = { .permohonan_id = hitung_id(2), .unit = STR("X") };

	hitung_lodge(t, 1, "2021-09-17");
	hitung_lodge_at(t, hitung_node(1), 1, "2021-09-17");
	hitung_lodge_at(t, hitung_node(1), 2, "2021-09-17");
	hitung_elsewhere(t, hitung_node(1), "workflow", &schema_perkara_dicabut, &withdrawn);
	hitung_lodge_at(t, hitung_node(2), 2, "2021-09-17");
}

/* Requests of the node that ended so, as the table has them. */
static uint64_t ended(struct hitung *t, const struct version *v, struct id node, uint32_t outcome)
{
	struct hitungan_key key = sum_key(node, "2021-09-01", HITUNGAN_KANAL, KANAL_WEBSITE);
	struct isi_laporan row;

	if (!harness_row(t->h, "reporting", &v->table, hitungan_key_str(&key), &row))
		return 0;
	return outcome <= row.jumlah.hasil_len ? row.jumlah.hasil[outcome - 1] : 0;
}

static void check_city(struct hitung *t, const struct version *v)
{
	assert_int_equal(ended(t, v, OWN, HASIL_LAYANAN_DIPROSES), 1);
	assert_int_equal(ended(t, v, hitung_node(1), HASIL_LAYANAN_DIPROSES), 1);
	assert_int_equal(ended(t, v, hitung_node(1), HASIL_LAYANAN_DICABUT), 1);
	assert_int_equal(ended(t, v, hitung_node(2), HASIL_LAYANAN_DIPROSES), 1);
}

static void a_rebuild_reads_the_streams_of_other_nodes_again(void **state)
{
	static struct version forgetful;
	struct harness_service first = { &forgetful.service, NULL };
	const struct version *next;
	struct hitung t;

	(void)state;
	version_make(&forgetful, true);
	t = (struct hitung) { .h = harness_open(&first, 1, 0) };
	publish_city(&t);
	assert_int_equal(ended(&t, &forgetful, hitung_node(1), HASIL_LAYANAN_DIPROSES), 2);
	next = next_version(&t);
	harness_start(t.h, "reporting");
	check_city(&t, next);
	hitung_close(&t);
}

/* Figures of before are not put aside for figures that lack what was read already. */
static void a_rebuild_waits_for_the_streams_that_were_read_before(void **state)
{
	struct hitung *t = *state;

	const struct version *next;

	publish_city(t);
	next = next_version(t);
	harness_away(t->h, "federation");
	harness_start(t->h, "reporting");
	harness_advance(t->h, 600 * US_PER_SECOND);
	assert_int_equal(ask_city(t).status, SESI_STATUS_BUSY);
	harness_away(t->h, NULL);
	harness_advance(t->h, 60 * US_PER_SECOND);
	check_city(t, next);
}

static void a_rebuild_waits_for_no_stream_that_was_never_read(void **state)
{
	struct hitung *t = *state;

	const struct version *next;

	hitung_lodge(t, 1, "2021-09-17");
	next = next_version(t);
	harness_away(t->h, "federation");
	harness_start(t->h, "reporting");
	assert_int_equal(ended(t, next, OWN, HASIL_LAYANAN_DIPROSES), 1);
}

static void the_streams_of_other_nodes_go_on_after_federation_was_away(void **state)
{
	struct hitung *t = *state;

	hitung_lodge_at(t, hitung_node(1), 1, "2021-08-17");
	harness_away(t->h, "federation");
	hitung_lodge_at(t, hitung_node(1), 2, "2021-08-17");
	assert_int_equal(kota_jumlah(hitung_city(t, Q3, NULL, NULL)).diterima, 1);
	harness_crash(t->h, "reporting");
	harness_start(t->h, "reporting");
	assert_int_equal(kota_jumlah(hitung_city(t, Q3, NULL, NULL)).diterima, 1);
	harness_away(t->h, NULL);
	hitung_lodge_at(t, hitung_node(1), 3, "2021-08-17");
	harness_advance(t->h, 60 * US_PER_SECOND);
	assert_int_equal(kota_jumlah(hitung_city(t, Q3, NULL, NULL)).diterima, 3);
}

static void a_crash_loses_and_doubles_nothing(void **state)
{
	struct hitung *t = *state;

	hitung_lodge(t, 1, "2021-08-17");
	harness_crash_at(t->h, "reporting", "batch_before_commit", 1);
	hitung_lodge(t, 2, "2021-08-17");
	assert_false(harness_is_up(t->h, "reporting"));
	harness_start(t->h, "reporting");
	harness_crash_at(t->h, "reporting", "batch_after_commit", 1);
	hitung_lodge(t, 3, "2021-08-17");
	harness_start(t->h, "reporting");
	assert_int_equal(hitung_count(t, Q3, "kanal", "website"), 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, hitung_begin, hitung_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(raising_the_tables_version_counts_anew),
		cmocka_unit_test(a_rebuild_reads_the_streams_of_other_nodes_again),
		TEST(a_rebuild_waits_for_the_streams_that_were_read_before),
		TEST(a_rebuild_waits_for_no_stream_that_was_never_read),
		TEST(the_streams_of_other_nodes_go_on_after_federation_was_away),
		TEST(a_crash_loses_and_doubles_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
