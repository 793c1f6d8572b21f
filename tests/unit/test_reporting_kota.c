/* The figures of a city: streams of other nodes by way of federation, each node's sums its own. */
#include "lib/harness_parts.h"
#include "lib/hitung.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/policy.h"

#define Q3 "2021-Q3"

static const struct kota_simpul *node_of(const struct kota *k, struct id node)
{
	for (uint32_t i = 0; i < k->simpul_len; i++)
		if (id_equal(k->simpul_list[i].simpul, node))
			return &k->simpul_list[i];
	return NULL;
}

static void children_and_the_own_node_are_apart_and_together(void **state)
{
	struct hitung *t = *state;
	struct id a = hitung_node(1), b = hitung_node(2);
	const struct kota *k;
	struct kota_angka sum;

	hitung_decide(t, hitung_lodge(t, 1, "2021-08-17"), KEPUTUSAN_DIKABULKAN, 4, true);
	hitung_lodge_at(t, a, 11, "2021-07-05");
	hitung_lodge_at(t, a, 12, "2021-09-05");
	hitung_lodge_at(t, a, 13, "2021-10-05");
	hitung_decide_at(t, a, 11, KEPUTUSAN_DITOLAK, 9, true);
	hitung_decide_at(t, a, 12, KEPUTUSAN_DIKABULKAN, 20, false);
	hitung_lodge_at(t, b, 21, "2021-09-30");
	k = hitung_city(t, Q3, NULL, NULL);
	assert_int_equal(hitung_unit(k, hitung_own(), HITUNG_UNIT).diterima, 1);
	assert_int_equal(hitung_unit(k, hitung_own(), HITUNG_UNIT).rata_rata, 400);
	assert_int_equal(hitung_unit(k, hitung_own(), "DISDIK").diterima, 0);
	assert_int_equal(hitung_unit(k, a, HITUNG_UNIT).diterima, 2);
	assert_int_equal(hitung_unit(k, a, HITUNG_UNIT).status.dipenuhi, 1);
	assert_int_equal(hitung_unit(k, a, HITUNG_UNIT).status.ditolak_tidak_dijawab, 1);
	assert_int_equal(hitung_unit(k, a, HITUNG_UNIT).rata_rata, 1450);
	assert_int_equal(hitung_unit(k, b, HITUNG_UNIT).status.diproses, 1);
	assert_int_equal(hitung_unit(k, b, HITUNG_UNIT).terjawab, 0);
	sum = kota_jumlah(k);
	assert_int_equal(sum.diterima, 4);
	assert_int_equal(sum.status.dipenuhi, 2);
	assert_int_equal(sum.terjawab, 3);
	assert_int_equal(sum.rata_rata, 1100);
	assert_int_equal(sum.tepat_waktu, 2);
	assert_int_equal(sum.terlambat, 1);
	assert_true(id_equal(k->baris[0].simpul, hitung_own()));
}

/* What the report of one node says is of that node alone. */
static void the_report_of_a_node_has_nothing_of_others(void **state)
{
	struct hitung *t = *state;
	const struct laporan *l;
	const struct kota *k;
	struct id own = hitung_own();

	hitung_decide(t, hitung_lodge(t, 1, "2021-08-17"), KEPUTUSAN_DIKABULKAN, 4, true);
	hitung_lodge_at(t, hitung_node(1), 2, "2021-08-17");
	l = hitung_report(t, NULL, Q3);
	k = hitung_city(t, Q3, &own, NULL);
	assert_int_equal(hitung_table(l, "kanal")->jumlah, 1);
	assert_int_equal(kota_jumlah(k).diterima, 1);
	assert_int_equal(kota_jumlah(k).status.dipenuhi, hitung_row(l, "status", "dipenuhi"));
	assert_int_equal(kota_jumlah(k).rata_rata, laporan_waktu(l).rata_rata);
	assert_int_equal(k->simpul_len, 1);
}

static void one_node_or_one_unit_can_be_asked_for(void **state)
{
	struct hitung *t = *state;
	struct id a = hitung_node(1), b = hitung_node(2);
	struct permohonan_diajukan other = hitung_lodging(hitung_id(3), "2021-08-17");
	const struct kota *k;

	other.unit = str_of("KEC-A");
	hitung_lodge(t, 1, "2021-08-17");
	hitung_lodge_at(t, a, 2, "2021-07-17");
	hitung_elsewhere(t, a, "intake", &schema_permohonan_diajukan, &other);
	hitung_lodge_at(t, b, 4, "2021-08-17");
	k = hitung_city(t, Q3, &a, NULL);
	assert_int_equal(kota_jumlah(k).diterima, 2);
	assert_int_equal(k->baris_len, 2);
	k = hitung_city(t, Q3, NULL, "KEC-A");
	assert_int_equal(k->baris_len, 1);
	assert_int_equal(hitung_unit(k, a, "KEC-A").diterima, 1);
	k = hitung_city(t, Q3, NULL, HITUNG_UNIT);
	assert_int_equal(kota_jumlah(k).diterima, 3);
	k = hitung_city(t, Q3, &b, "KEC-A");
	assert_int_equal(k->baris_len, 0);
}

static void a_childs_correction_moves_its_sums(void **state)
{
	struct hitung *t = *state;
	struct id a = hitung_node(1);
	struct kota_angka row;

	hitung_lodge_at(t, a, 1, "2021-08-17");
	hitung_decide_at(t, a, 1, KEPUTUSAN_DIKABULKAN, 4, true);
	hitung_decide_at(t, a, 1, KEPUTUSAN_DITOLAK, 12, false);
	row = hitung_unit(hitung_city(t, Q3, NULL, NULL), a, HITUNG_UNIT);
	assert_int_equal(row.diterima, 1);
	assert_int_equal(row.status.dipenuhi, 0);
	assert_int_equal(row.status.ditolak_tidak_dijawab, 1);
	assert_int_equal(row.rata_rata, 1200);
	assert_int_equal(row.tepat_waktu, 0);
	assert_int_equal(row.terlambat, 1);
}

static void a_child_that_repeats_anothers_ids_changes_nothing_there(void **state)
{
	struct hitung *t = *state;
	struct id a = hitung_node(1), b = hitung_node(2);
	const struct kota *k;

	hitung_lodge(t, 1, "2021-08-17");
	hitung_lodge_at(t, a, 1, "2021-08-17");
	hitung_decide_at(t, a, 1, KEPUTUSAN_DIKABULKAN, 4, true);
	hitung_decide_at(t, b, 1, KEPUTUSAN_DITOLAK, 30, false);
	hitung_lodge_at(t, b, 1, "2021-07-01");
	k = hitung_city(t, Q3, NULL, NULL);
	assert_int_equal(hitung_unit(k, hitung_own(), HITUNG_UNIT).status.diproses, 1);
	assert_int_equal(hitung_unit(k, a, HITUNG_UNIT).status.dipenuhi, 1);
	assert_int_equal(hitung_unit(k, a, HITUNG_UNIT).rata_rata, 400);
	assert_int_equal(hitung_unit(k, b, HITUNG_UNIT).status.ditolak_tidak_dijawab, 1);
	assert_int_equal(kota_jumlah(k).diterima, 3);
}

static void rights_of_other_nodes_do_not_hold_here(void **state)
{
	struct hitung *t = *state;
	struct hak_diberikan grant = {
		.hak = { .akun = hitung_id(9), .peran = PERAN_ADMINISTRATOR, .unit = STR("*"), .dari = 0 }
	};
	struct policy_key key = policy_grant_key(grant.hak.akun, grant.hak.peran, grant.hak.unit);
	struct unit_didaftarkan unit = { .unit = { .kode = STR("KEC-A"), .nama = STR("Kecamatan A") } };
	struct unit registered;
	struct hak row;

	hitung_elsewhere(t, hitung_node(1), "workflow", &schema_hak_diberikan, &grant);
	hitung_elsewhere(t, hitung_node(1), "workflow", &schema_unit_didaftarkan, &unit);
	assert_false(harness_row(t->h, "reporting", &policy_hak, policy_key_str(&key), &row));
	assert_false(harness_row(t->h, "reporting", &policy_unit, unit.unit.kode, &registered));
}

static void units_that_a_node_registered_have_a_row_and_a_name(void **state)
{
	struct hitung *t = *state;
	struct id a = hitung_node(1);
	struct unit_didaftarkan unit = { .unit = { .kode = STR("KEC-A"),
										 .nama = STR("Kecamatan A"),
										 .sebutan = STR("PPID Pelaksana") } };
	const struct kota *k;

	hitung_elsewhere(t, a, "workflow", &schema_unit_didaftarkan, &unit);
	k = hitung_city(t, Q3, &a, NULL);
	assert_int_equal(k->baris_len, 1);
	assert_true(k->baris[0].ada_data);
	assert_true(str_is(k->baris[0].nama.nama, "Kecamatan A"));
	assert_int_equal(kota_angka(&k->baris[0]).diterima, 0);
	unit.unit.nama = str_of("Kecamatan Alfa");
	hitung_elsewhere(t, a, "workflow", &schema_unit_didaftarkan, &unit);
	k = hitung_city(t, Q3, NULL, "KEC-A");
	assert_int_equal(k->baris_len, 1);
	assert_true(str_is(k->baris[0].nama.nama, "Kecamatan Alfa"));
}

/* The last record counts, whatever it is about. */
static void each_node_says_as_of_when_its_figures_are(void **state)
{
	struct hitung *t = *state;
	struct id a = hitung_node(1), b = hitung_node(2);
	struct hak_dicabut other = { .akun = hitung_id(9),
		.peran = PERAN_ADMINISTRATOR,
		.unit = STR("*") };
	const struct kota_simpul *node;
	const struct kota *k;
	time_us told;

	hitung_lodge_at(t, b, 1, "2021-08-17");
	harness_advance(t->h, 3600 * US_PER_SECOND);
	hitung_lodge_at(t, a, 1, "2021-08-17");
	hitung_lodge_at(t, a, 2, "2021-08-17");
	harness_advance(t->h, 60 * US_PER_SECOND);
	hitung_elsewhere(t, a, "workflow", &schema_hak_dicabut, &other);
	told = harness_now(t->h);
	harness_advance(t->h, US_PER_DAY);
	k = hitung_city(t, Q3, NULL, NULL);
	node = node_of(k, a);
	assert_non_null(node);
	assert_true(node->has_keadaan);
	assert_int_equal(node->keadaan, told);
	assert_int_equal(node->letak_len, 2);
	assert_true(str_is(node->letak[0].aliran, "intake"));
	assert_int_equal(node->letak[0].seq, 2);
	assert_int_equal(node->letak[0].pada, told - 60 * US_PER_SECOND);
	assert_int_equal(node->letak[1].seq, 1);
	assert_int_equal(node_of(k, b)->keadaan, told - 3660 * US_PER_SECOND);
	assert_int_equal(node_of(k, hitung_own())->letak_len, 1);
}

static void figures_of_many_units_come_in_pages(void **state)
{
	enum { UNITS = 230 };
	struct hitung *t = *state;
	const struct kota *k;

	for (uint32_t i = 0; i < UNITS; i++) {
		struct permohonan_diajukan event =
			hitung_lodging(hitung_id(i), i % 2 == 0 ? "2021-07-17" : "2021-09-17");
		struct unit_didaftarkan unit = { .unit = { .nama = STR("Kelurahan") } };
		struct id node = hitung_node(i % 3);
		char name[16], subject[16];

		snprintf(name, sizeof name, "KEL-%03u", i);
		snprintf(subject, sizeof subject, "pokok %u", i);
		event.unit = unit.unit.kode = str_of(name);
		event.has_pokok = true;
		event.pokok = str_of(subject);
		hitung_elsewhere(t, node, "intake", &schema_permohonan_diajukan, &event);
		hitung_elsewhere(t, node, "workflow", &schema_unit_didaftarkan, &unit);
	}
	k = hitung_city(t, Q3, NULL, NULL);
	assert_true(t->pages > 7);
	assert_int_equal(k->baris_len, UNITS + 2);
	assert_int_equal(kota_jumlah(k).diterima, UNITS);
	assert_int_equal(hitung_unit(k, hitung_node(2), "KEL-227").diterima, 1);
}

static struct harness_reply ask(struct hitung *t, struct str period, struct str unit,
	struct str go_on)
{
	struct laporan_kota question = { .periode = period,
		.has_unit = unit.ptr != NULL,
		.unit = unit };
	struct laporan_kota_jawab a;

	return harness_ask(t->h, "reporting", hitung_id(0), &schema_laporan_kota, &question, go_on, &a);
}

static void questions_that_make_no_sense_name_field_and_rule(void **state)
{
	static const char long_key[300] = "a";
	const struct str none = { NULL, 0 };
	struct hitung *t = *state;
	struct harness_reply r = ask(t, str_of("2021-Q5"), none, none);

	assert_int_equal(r.status, SESI_STATUS_INVALID);
	assert_true(str_is(r.field, "periode"));
	assert_int_equal(ask(t, str_of(Q3), str_of(""), none).status, SESI_STATUS_NOT_FOUND);
	r = ask(t, str_of(Q3), none, str_of("z"));
	assert_int_equal(r.status, SESI_STATUS_INVALID);
	assert_true(str_is(r.field, "go_on"));
	for (const char *part = "ans"; *part != '\0'; part++) {
		char key[sizeof long_key];

		memset(key, *part, sizeof key);
		r = ask(t, str_of(Q3), none, str_bytes(key, sizeof key));
		assert_int_equal(r.status, *part == 'n' ? SESI_STATUS_OK : SESI_STATUS_INVALID);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, hitung_begin, hitung_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(children_and_the_own_node_are_apart_and_together),
		TEST(the_report_of_a_node_has_nothing_of_others),
		TEST(one_node_or_one_unit_can_be_asked_for),
		TEST(a_childs_correction_moves_its_sums),
		TEST(a_child_that_repeats_anothers_ids_changes_nothing_there),
		TEST(rights_of_other_nodes_do_not_hold_here),
		TEST(units_that_a_node_registered_have_a_row_and_a_name),
		TEST(each_node_says_as_of_when_its_figures_are),
		TEST(figures_of_many_units_come_in_pages),
		TEST(questions_that_make_no_sense_name_field_and_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
