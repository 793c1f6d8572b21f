#include "lib/desk.h"
#include "workflow/workflow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "runtime/policy_rule.h"

static time_us at(const char *text)
{
	time_us time;

	assert_int_equal(time_parse(str_of(text), &time), ERR_OK);
	return time;
}

static date_days day(const char *text)
{
	date_days date;

	assert_int_equal(date_parse(str_of(text), &date), ERR_OK);
	return date;
}

static struct id boss, other, clerk;

static struct beri_hak grant(struct id akun, uint32_t peran, const char *unit)
{
	return (struct beri_hak) { .akun = akun, .peran = peran, .unit = str_of(unit) };
}

static void give(struct desk *d, struct id actor, struct beri_hak c, enum sesi_status status,
	const char *rule)
{
	desk_expect(d, FROM_CTL, actor, &schema_beri_hak, &c, status, rule);
}

static void take(struct desk *d, struct id actor, struct id akun, uint32_t peran, const char *unit,
	enum sesi_status status, const char *rule)
{
	struct cabut_hak c = { .akun = akun, .peran = peran, .unit = str_of(unit) };

	desk_expect(d, FROM_CTL, actor, &schema_cabut_hak, &c, status, rule);
}

static void register_unit(struct desk *d, struct id actor, const char *kode, const char *nama,
	enum sesi_status status, const char *rule)
{
	struct daftarkan_unit c = {
		.unit = { .kode = str_of(kode), .nama = str_of(nama), .sebutan = str_of("PPID Pelaksana") }
	};

	desk_expect(d, FROM_CTL, actor, &schema_daftarkan_unit, &c, status, rule);
}

static void set(struct desk *d, struct id actor, const char *kunci, const char *unit,
	const char *nilai, enum sesi_status status, const char *rule)
{
	struct atur_kebijakan c = { .kunci = str_of(kunci),
		.unit = str_of(unit),
		.has_nilai = nilai != NULL,
		.nilai = str_of(nilai == NULL ? "" : nilai) };

	desk_expect(d, FROM_GATEWAY, actor, &schema_atur_kebijakan, &c, status, rule);
}

static bool may(struct desk *d, struct id actor, uint32_t peran, const char *unit)
{
	struct ctx *ctx = desk_read(d, actor);
	bool ret = workflow_service.may(ctx, actor, UINT32_C(1) << peran, str_of(unit));

	desk_read_end(d);
	return ret;
}

/* A node with its administrator and one unit. */
static int begin(void **state)
{
	static struct desk desk;

	boss = desk_id(1);
	other = desk_id(2);
	clerk = desk_id(3);
	desk_open(&desk, &workflow_service, at("2026-03-02T02:00:00Z"));
	*state = &desk;
	return 0;
}

static int begin_with_boss(void **state)
{
	begin(state);
	give(*state, boss, grant(boss, PERAN_ADMINISTRATOR, "*"), SESI_STATUS_OK, NULL);
	register_unit(*state, boss, "DISDIK", "Dinas Pendidikan", SESI_STATUS_OK, NULL);
	return 0;
}

/* Whatever a test did, the log alone gives the same tables. */
static int end(void **state)
{
	bool is_same = desk_replays(*state);

	desk_close(*state);
	return is_same ? 0 : -1;
}

static void first_grant_makes_an_administrator_of_the_node(void **state)
{
	struct desk *d = *state;
	struct beri_hak ending = grant(boss, PERAN_ADMINISTRATOR, "*");

	ending.has_sampai = true;
	ending.sampai = day("2030-01-01");
	give(d, boss, grant(boss, PERAN_PPID, "*"), SESI_STATUS_REJECTED,
		"hak_pertama_administrator_simpul");
	give(d, boss, grant(boss, PERAN_ADMINISTRATOR, "DISDIK"), SESI_STATUS_REJECTED,
		"hak_pertama_administrator_simpul");
	give(d, boss, ending, SESI_STATUS_REJECTED, "hak_pertama_administrator_simpul");
	assert_int_equal(desk_command(d, FROM_GATEWAY, boss, &schema_beri_hak, &ending).status,
		SESI_STATUS_DENIED);
	give(d, boss, grant(boss, PERAN_ADMINISTRATOR, "*"), SESI_STATUS_OK, NULL);
	assert_true(may(d, boss, PERAN_ADMINISTRATOR, "DISDIK"));
	give(d, other, grant(other, PERAN_ADMINISTRATOR, "*"), SESI_STATUS_DENIED, "tanpa_hak");
}

static void grant_reaches_its_unit_and_no_other(void **state)
{
	struct desk *d = *state;

	register_unit(d, boss, "DINKES", "Dinas Kesehatan", SESI_STATUS_OK, NULL);
	give(d, boss, grant(clerk, PERAN_PETUGAS_MEJA, "DISDIK"), SESI_STATUS_OK, NULL);
	assert_true(may(d, clerk, PERAN_PETUGAS_MEJA, "DISDIK"));
	assert_false(may(d, clerk, PERAN_PETUGAS_MEJA, "DINKES"));
	assert_false(may(d, clerk, PERAN_PETUGAS_MEJA, "*"));
	assert_false(may(d, clerk, PERAN_PPID, "DISDIK"));
	assert_false(may(d, clerk, PERAN_PETUGAS_MEJA, "DIS"));
	assert_false(may(d, clerk, PERAN_PETUGAS_MEJA,
		"A-UNIT-WITH-A-NAME-THAT-IS-LONGER-THAN-ANY-UNIT-MAY-BE-IN-THIS-HOUSE-AND-ITS-KEYS"));
	assert_false(may(d, ACTOR_WARGA, PERAN_PETUGAS_MEJA, "DISDIK"));
}

static void administrator_of_a_unit_grants_within_it(void **state)
{
	struct desk *d = *state;

	give(d, boss, grant(other, PERAN_ADMINISTRATOR, "DISDIK"), SESI_STATUS_OK, NULL);
	give(d, other, grant(clerk, PERAN_PPID, "DISDIK"), SESI_STATUS_OK, NULL);
	give(d, other, grant(clerk, PERAN_PPID, "*"), SESI_STATUS_DENIED, "tanpa_hak");
	give(d, clerk, grant(clerk, PERAN_ADMINISTRATOR, "DISDIK"), SESI_STATUS_DENIED, "tanpa_hak");
	take(d, other, boss, PERAN_ADMINISTRATOR, "*", SESI_STATUS_DENIED, "tanpa_hak");
}

static void grant_holds_from_its_first_to_its_last_day(void **state)
{
	struct desk *d = *state;
	struct beri_hak c = grant(clerk, PERAN_PPID, "DISDIK");

	c.has_dari = c.has_sampai = true;
	c.dari = day("2026-03-10");
	c.sampai = day("2026-03-20");
	give(d, boss, c, SESI_STATUS_OK, NULL);
	assert_false(may(d, clerk, PERAN_PPID, "DISDIK"));
	desk_set_now(d, at("2026-03-09T16:59:59Z")); /* a second before midnight in Jakarta */
	assert_false(may(d, clerk, PERAN_PPID, "DISDIK"));
	desk_set_now(d, at("2026-03-09T17:00:00Z"));
	assert_true(may(d, clerk, PERAN_PPID, "DISDIK"));
	desk_set_now(d, at("2026-03-20T16:59:59Z"));
	assert_true(may(d, clerk, PERAN_PPID, "DISDIK"));
	desk_set_now(d, at("2026-03-20T17:00:00Z"));
	assert_false(may(d, clerk, PERAN_PPID, "DISDIK"));
	c.sampai = day("2026-03-01");
	give(d, boss, c, SESI_STATUS_INVALID, "sebelum_dari");
}

static void grants_that_make_no_sense_are_refused(void **state)
{
	struct desk *d = *state;

	give(d, boss, grant(clerk, PERAN_PPID, "LAIN"), SESI_STATUS_NOT_FOUND, "unit_tidak_dikenal");
	give(d, boss, grant(ACTOR_WARGA, PERAN_PPID, "DISDIK"), SESI_STATUS_INVALID, "akun_tidak_sah");
	give(d, boss, grant(ACTOR_SYSTEM, PERAN_PPID, "DISDIK"), SESI_STATUS_INVALID, "akun_tidak_sah");
	take(d, boss, clerk, PERAN_PPID, "DISDIK", SESI_STATUS_NOT_FOUND, "hak_tidak_ada");
}

static void revoked_grant_is_gone(void **state)
{
	struct desk *d = *state;

	give(d, boss, grant(clerk, PERAN_PPID, "DISDIK"), SESI_STATUS_OK, NULL);
	take(d, boss, clerk, PERAN_PPID, "DISDIK", SESI_STATUS_OK, NULL);
	assert_false(may(d, clerk, PERAN_PPID, "DISDIK"));
	take(d, boss, clerk, PERAN_PPID, "DISDIK", SESI_STATUS_NOT_FOUND, "hak_tidak_ada");
}

static void last_administrator_stays(void **state)
{
	struct desk *d = *state;
	struct beri_hak ending = grant(boss, PERAN_ADMINISTRATOR, "*");

	ending.has_sampai = true;
	ending.sampai = day("2026-12-31");
	take(d, boss, boss, PERAN_ADMINISTRATOR, "*", SESI_STATUS_REJECTED, "administrator_terakhir");
	give(d, boss, ending, SESI_STATUS_REJECTED, "administrator_terakhir");
	/* One that will end is no other administrator to rely on. */
	ending.akun = other;
	give(d, boss, ending, SESI_STATUS_OK, NULL);
	take(d, boss, boss, PERAN_ADMINISTRATOR, "*", SESI_STATUS_REJECTED, "administrator_terakhir");
	give(d, boss, grant(other, PERAN_ADMINISTRATOR, "*"), SESI_STATUS_OK, NULL);
	take(d, other, boss, PERAN_ADMINISTRATOR, "*", SESI_STATUS_OK, NULL);
	take(d, other, other, PERAN_ADMINISTRATOR, "*", SESI_STATUS_REJECTED, "administrator_terakhir");
}

static void grants_are_listed_for_those_who_may_see_them(void **state)
{
	struct desk *d = *state;
	struct hak_daftar everyone = { .has_akun = false };
	struct hak_daftar own = { .has_akun = true, .akun = clerk };
	struct hak_daftar_jawab a;
	const char *rule;

	give(d, boss, grant(clerk, PERAN_PPID, "DISDIK"), SESI_STATUS_OK, NULL);
	assert_int_equal(desk_ask(d, FROM_CTL, boss, &schema_hak_daftar, &everyone, &a, &rule), ERR_OK);
	assert_int_equal(a.hak_len, 2);
	assert_int_equal(desk_ask(d, FROM_CTL, clerk, &schema_hak_daftar, &everyone, &a, &rule),
		ERR_DENIED);
	assert_int_equal(desk_ask(d, FROM_CTL, clerk, &schema_hak_daftar, &own, &a, &rule), ERR_OK);
	assert_int_equal(a.hak_len, 1);
	assert_int_equal(a.hak[0].peran, PERAN_PPID);
	assert_int_equal(a.hak[0].dari, day("2026-03-02"));
}

static void unit_is_registered_and_changed(void **state)
{
	struct desk *d = *state;
	struct unit_daftar list = { .has_awalan = true, .awalan = str_of("DIS") };
	struct str codes[] = { STR("DISDIK"), STR("LAIN"), STR("") };
	struct unit_lihat look = { .kode = codes, .kode_len = 3 };
	struct unit_daftar_jawab short_ones;
	struct unit_lihat_jawab whole;
	const char *rule;

	register_unit(d, boss, "disdik", "Dinas", SESI_STATUS_INVALID, "kode_tidak_sah");
	register_unit(d, boss, "*", "Semua", SESI_STATUS_INVALID, "kode_tidak_sah");
	register_unit(d, boss, "DINKES", " ", SESI_STATUS_INVALID, "wajib_diisi");
	register_unit(d, clerk, "DINKES", "Dinas Kesehatan", SESI_STATUS_DENIED, "tanpa_hak");
	give(d, boss, grant(other, PERAN_ADMINISTRATOR, "DISDIK"), SESI_STATUS_OK, NULL);
	register_unit(d, other, "DISDIK", "Dinas Pendidikan Kota", SESI_STATUS_OK, NULL);
	register_unit(d, other, "DINKES", "Dinas Kesehatan", SESI_STATUS_DENIED, "tanpa_hak");
	register_unit(d, boss, "DINKES", "Dinas Kesehatan", SESI_STATUS_OK, NULL);
	assert_int_equal(
		desk_ask(d, FROM_GATEWAY, ACTOR_WARGA, &schema_unit_daftar, &list, &short_ones, &rule),
		ERR_OK);
	assert_int_equal(short_ones.unit_len, 1);
	assert_true(str_is(short_ones.unit[0].nama, "Dinas Pendidikan Kota"));
	assert_int_equal(
		desk_ask(d, FROM_GATEWAY, ACTOR_WARGA, &schema_unit_lihat, &look, &whole, &rule), ERR_OK);
	assert_int_equal(whole.unit_len, 1);
	assert_true(str_is(whole.unit[0].kode, "DISDIK"));
}

static struct kebijakan_berlaku in_force(struct desk *d, const char *kunci, const char *unit)
{
	struct kebijakan_daftar q = { .unit = str_of(unit) };
	struct kebijakan_daftar_jawab a;
	const char *rule;

	assert_int_equal(
		desk_ask(d, FROM_GATEWAY, ACTOR_WARGA, &schema_kebijakan_daftar, &q, &a, &rule), ERR_OK);
	for (uint32_t i = 0; i < a.kebijakan_len; i++)
		if (str_is(a.kebijakan[i].kunci, kunci))
			return a.kebijakan[i];
	fail_msg("no rule %s", kunci);
	return a.kebijakan[0];
}

static void rule_of_a_unit_stands_before_the_nodes_and_the_laws(void **state)
{
	struct desk *d = *state;
	struct kebijakan_berlaku rule = in_force(d, "hari_jawab", "DISDIK");

	assert_true(str_is(rule.nilai, "10"));
	assert_int_equal(rule.sumber, SUMBER_KEBIJAKAN_UNDANG_UNDANG);
	assert_true(str_is(rule.dasar, "UU 14/2008 art 22(7)"));
	set(d, boss, "hari_jawab", "*", "8", SESI_STATUS_OK, NULL);
	set(d, boss, "hari_jawab", "DISDIK", "5", SESI_STATUS_OK, NULL);
	rule = in_force(d, "hari_jawab", "DISDIK");
	assert_true(str_is(rule.nilai, "5") && str_is(rule.baku, "10"));
	assert_int_equal(rule.sumber, SUMBER_KEBIJAKAN_UNIT);
	assert_int_equal(in_force(d, "hari_jawab", "*").sumber, SUMBER_KEBIJAKAN_SIMPUL);
	set(d, boss, "hari_jawab", "DISDIK", NULL, SESI_STATUS_OK, NULL);
	assert_true(str_is(in_force(d, "hari_jawab", "DISDIK").nilai, "8"));
	set(d, boss, "hari_jawab", "DISDIK", NULL, SESI_STATUS_NOT_FOUND, "belum_diatur");
}

static void rule_with_a_bad_value_is_refused(void **state)
{
	struct desk *d = *state;

	set(d, boss, "hari_jawab", "DISDIK", "0", SESI_STATUS_INVALID, "di_luar_rentang");
	set(d, boss, "hari_jawab", "DISDIK", "366", SESI_STATUS_INVALID, "di_luar_rentang");
	set(d, boss, "hari_jawab", "DISDIK", "010", SESI_STATUS_INVALID, "di_luar_rentang");
	set(d, boss, "hari_jawab", "DISDIK", "", SESI_STATUS_INVALID, "di_luar_rentang");
	set(d, boss, "dasar_tenggat", "DISDIK", "lengkap|", SESI_STATUS_INVALID, "bukan_pilihan");
	set(d, boss, "pola_nomor_permohonan", "DISDIK", "{nomor}", SESI_STATUS_INVALID,
		"tahun_wajib_ada");
	set(d, boss, "daftar_pokok", "DISDIK", "anggaran,,tata ruang", SESI_STATUS_INVALID,
		"bukan_kode");
	set(d, boss, "hari_libur", "DISDIK", "1", SESI_STATUS_INVALID, "kunci_tidak_dikenal");
	set(d, boss, "hari_jawab", "LAIN", "5", SESI_STATUS_NOT_FOUND, "unit_tidak_dikenal");
	set(d, clerk, "hari_jawab", "DISDIK", "5", SESI_STATUS_DENIED, "tanpa_hak");
}

static void load(struct desk *d, uint32_t tahun, struct hari_libur *days, uint32_t count,
	enum sesi_status status, const char *rule)
{
	struct muat_kalender c = { .tahun = tahun,
		.dasar = str_of("SKB 3 Menteri"),
		.hari = days,
		.hari_len = count };

	desk_expect(d, FROM_CTL, boss, &schema_muat_kalender, &c, status, rule);
}

static void year_of_days_off_is_replaced_as_a_whole(void **state)
{
	struct desk *d = *state;
	struct hari_libur two[] = {
		{ day("2026-12-25"), STR("Natal"), JENIS_LIBUR_LIBUR },
		{ day("2026-01-01"), STR("Tahun Baru"), JENIS_LIBUR_LIBUR },
	};
	struct hari_libur next[] = { { day("2027-01-01"), STR("Tahun Baru"), JENIS_LIBUR_LIBUR } };
	uint32_t years[] = { 2027, 2026, 2025 };
	struct kalender_lihat q = { .tahun = years, .tahun_len = 3 };
	struct kalender_lihat_jawab a;
	const char *rule;

	load(d, 2026, two, 2, SESI_STATUS_OK, NULL);
	load(d, 2027, next, 1, SESI_STATUS_OK, NULL);
	load(d, 2026, two, 1, SESI_STATUS_OK, NULL);
	assert_int_equal(desk_ask(d, FROM_GATEWAY, ACTOR_WARGA, &schema_kalender_lihat, &q, &a, &rule),
		ERR_OK);
	assert_int_equal(a.kalender_len, 2);
	assert_int_equal(a.kalender[0].versi, 2);
	assert_int_equal(a.kalender[1].versi, 3);
	assert_int_equal(a.kalender[1].hari_len, 1);
	assert_int_equal(a.kalender[1].hari[0].tanggal, day("2026-12-25"));
}

static void wrong_days_off_are_refused(void **state)
{
	struct desk *d = *state;
	struct hari_libur two[] = {
		{ day("2026-12-25"), STR("Natal"), JENIS_LIBUR_LIBUR },
		{ day("2026-12-25"), STR("Natal"), JENIS_LIBUR_CUTI_BERSAMA },
	};
	struct hari_libur nameless[] = { { day("2026-12-25"), STR(""), JENIS_LIBUR_LIBUR } };
	struct muat_kalender unfounded = { .tahun = 2026,
		.dasar = str_of(""),
		.hari = two,
		.hari_len = 1 };

	load(d, 2026, two, 2, SESI_STATUS_INVALID, "tanggal_ganda");
	load(d, 2026, nameless, 1, SESI_STATUS_INVALID, "wajib_diisi");
	load(d, 2026, NULL, 0, SESI_STATUS_INVALID, "tidak_ada_baris");
	load(d, 2025, two, 1, SESI_STATUS_INVALID, "di_luar_tahun");
	load(d, 20260, two, 1, SESI_STATUS_INVALID, "di_luar_jangkauan");
	desk_expect(d, FROM_CTL, boss, &schema_muat_kalender, &unfounded, SESI_STATUS_INVALID,
		"wajib_diisi");
	unfounded.dasar = str_of("SKB");
	desk_expect(d, FROM_CTL, clerk, &schema_muat_kalender, &unfounded, SESI_STATUS_DENIED,
		"tanpa_hak");
}

/* What the law says where nothing is set is itself a value that could be set. */
static void every_rule_takes_its_own_default(void **state)
{
	const struct policy_rule *rule;

	for (uint32_t i = 0; (rule = policy_rule_at(i)) != NULL; i++) {
		char law[POLICY_LAW_MAX];

		policy_rule_law(rule, law);
		assert_ptr_equal(policy_rule_find(str_of(rule->name)), rule);
		set(*state, boss, rule->name, "*", law, SESI_STATUS_OK, NULL);
		assert_non_null(policy_rule_source(rule));
	}
	assert_null(policy_rule_find(str_of("*")));
}

#define DESK(f) cmocka_unit_test_setup_teardown(f, begin, end)
#define WITH_BOSS(f) cmocka_unit_test_setup_teardown(f, begin_with_boss, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DESK(first_grant_makes_an_administrator_of_the_node),
		WITH_BOSS(grant_reaches_its_unit_and_no_other),
		WITH_BOSS(administrator_of_a_unit_grants_within_it),
		WITH_BOSS(grant_holds_from_its_first_to_its_last_day),
		WITH_BOSS(grants_that_make_no_sense_are_refused),
		WITH_BOSS(revoked_grant_is_gone),
		WITH_BOSS(last_administrator_stays),
		WITH_BOSS(grants_are_listed_for_those_who_may_see_them),
		WITH_BOSS(unit_is_registered_and_changed),
		WITH_BOSS(rule_of_a_unit_stands_before_the_nodes_and_the_laws),
		WITH_BOSS(rule_with_a_bad_value_is_refused),
		WITH_BOSS(year_of_days_off_is_replaced_as_a_whole),
		WITH_BOSS(wrong_days_off_are_refused),
		WITH_BOSS(every_rule_takes_its_own_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
