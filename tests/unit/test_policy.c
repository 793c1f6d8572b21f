#include "lib/desk.h"
#include "workflow/kebijakan.h"
#include "workflow/workflow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "runtime/machine.h"
#include "runtime/policy_rule.h"

/* A service that follows workflow for its policy and does nothing else. */
/* clang-format off */
static const struct table *const tables[] = { &policy_hak, &policy_unit, &policy_kebijakan, &policy_kalender };
static const struct project_row projects[] = {
	{ "workflow", &schema_hak_diberikan,    &policy_hak,       policy_project_hak_diberikan },
	{ "workflow", &schema_hak_dicabut,      &policy_hak,       policy_project_hak_dicabut },
	{ "workflow", &schema_unit_didaftarkan, &policy_unit,      policy_project_unit },
	{ "workflow", &schema_kebijakan_diatur, &policy_kebijakan, policy_project_kebijakan },
	{ "workflow", &schema_kalender_dimuat,  &policy_kalender,  policy_project_kalender },
};
/* clang-format on */
static const struct service follower = {
	.name = "pengikut",
	.tables = ROWS(tables),
	.projects = ROWS(projects),
	.may = policy_may_projected,
};

/* The owner of policy and one that follows it; each reader is tried on both. */
struct house {
	struct desk owner;
	struct desk follower;
};
enum { BOTH = 2 };

static const struct policy_tables *tables_of(int side)
{
	return side == 0 ? &policy_own : &policy_projected;
}

static struct desk *desk_of(struct house *h, int side)
{
	return side == 0 ? &h->owner : &h->follower;
}

static date_days day(const char *text)
{
	date_days date;

	assert_int_equal(date_parse(str_of(text), &date), ERR_OK);
	return date;
}

static const struct str disdik = STR("DISDIK");

static void send(struct house *h, const struct schema *schema, const void *message)
{
	desk_expect(&h->owner, FROM_CTL, desk_id(1), schema, message, SESI_STATUS_OK, NULL);
	desk_follow(&h->follower, &h->owner);
}

static void set(struct house *h, const char *kunci, const char *unit, const char *nilai)
{
	struct atur_kebijakan c = { .kunci = str_of(kunci),
		.unit = str_of(unit),
		.has_nilai = nilai != NULL,
		.nilai = str_of(nilai == NULL ? "" : nilai) };

	send(h, &schema_atur_kebijakan, &c);
}

static void load(struct house *h, uint32_t tahun, struct hari_libur *days, uint32_t count)
{
	struct muat_kalender c = { .tahun = tahun,
		.dasar = str_of("SKB"),
		.hari = days,
		.hari_len = count };

	send(h, &schema_muat_kalender, &c);
}

static int begin(void **state)
{
	static struct house house;
	struct beri_hak boss = { .akun = desk_id(1), .peran = PERAN_ADMINISTRATOR, .unit = STR("*") };
	struct daftarkan_unit unit = { .unit = { .kode = disdik, .nama = STR("Dinas Pendidikan") } };
	time_us now = civil_start_of(day("2026-03-02"));

	desk_open(&house.owner, &workflow_service, now);
	desk_open(&house.follower, &follower, now);
	send(&house, &schema_beri_hak, &boss);
	send(&house, &schema_daftarkan_unit, &unit);
	*state = &house;
	return 0;
}

static int end(void **state)
{
	struct house *h = *state;

	desk_close(&h->owner);
	desk_close(&h->follower);
	return 0;
}

static void follower_knows_grants_units_and_rules_as_their_owner_does(void **state)
{
	struct house *h = *state;
	struct beri_hak grant = { .akun = desk_id(2), .peran = PERAN_PPID, .unit = disdik };

	send(h, &schema_beri_hak, &grant);
	set(h, "pola_nomor_permohonan", "DISDIK", "{nomor}/{unit}/{tahun}");
	for (int side = 0; side < BOTH; side++) {
		struct ctx *ctx = desk_read(desk_of(h, side), desk_id(2));
		const struct policy_tables *t = tables_of(side);
		struct unit unit;
		struct str text;

		assert_true(policy_may(ctx, t, desk_id(2), ROLE(PPID) | ROLE(PEMBACA), disdik));
		assert_false(policy_may(ctx, t, desk_id(2), ROLE(PEMBACA), disdik));
		assert_true(policy_may(ctx, t, desk_id(1), ROLE(ADMINISTRATOR), disdik));
		assert_int_equal(policy_unit_get(ctx, t, disdik, &unit), ERR_OK);
		assert_true(str_is(unit.nama, "Dinas Pendidikan"));
		assert_int_equal(policy_unit_get(ctx, t, str_of("LAIN"), &unit), ERR_NOT_FOUND);
		assert_int_equal(policy_unit_get(ctx, t, str_of(""), &unit), ERR_NOT_FOUND);
		assert_int_equal(policy_text(ctx, t, "pola_nomor_permohonan", disdik, &text), ERR_OK);
		assert_true(str_is(text, "{nomor}/{unit}/{tahun}"));
		assert_int_equal(policy_text(ctx, t, "pola_nomor_keberatan", disdik, &text), ERR_OK);
		assert_true(str_is(text, "{nomor:3}/KEB/{unit}/{bulan_romawi}/{tahun}"));
		desk_read_end(desk_of(h, side));
	}
}

static void follower_forgets_what_is_revoked(void **state)
{
	struct house *h = *state;
	struct beri_hak grant = { .akun = desk_id(2), .peran = PERAN_PPID, .unit = disdik };
	struct cabut_hak revoke = { .akun = desk_id(2), .peran = PERAN_PPID, .unit = disdik };
	struct ctx *ctx;
	uint32_t days;

	send(h, &schema_beri_hak, &grant);
	send(h, &schema_cabut_hak, &revoke);
	set(h, "hari_jawab", "DISDIK", "5");
	set(h, "hari_jawab", "DISDIK", NULL);
	ctx = desk_read(&h->follower, desk_id(2));
	assert_false(policy_may_projected(ctx, desk_id(2), ROLE(PPID), disdik));
	assert_int_equal(policy_days(ctx, &policy_projected, "hari_jawab", disdik, &days), ERR_OK);
	assert_int_equal(days, 10);
	desk_read_end(&h->follower);
}

static void value_of_the_unit_stands_before_the_nodes_and_the_laws(void **state)
{
	struct house *h = *state;

	set(h, "hari_perpanjangan", "*", "6");
	set(h, "hari_perpanjangan", "DISDIK", "4");
	set(h, "dasar_tenggat", "*", "lengkap");
	for (int side = 0; side < BOTH; side++) {
		struct ctx *ctx = desk_read(desk_of(h, side), desk_id(1));
		const struct policy_tables *t = tables_of(side);
		uint32_t days;
		bool is;

		assert_int_equal(policy_days(ctx, t, "hari_perpanjangan", disdik, &days), ERR_OK);
		assert_int_equal(days, 4);
		assert_int_equal(policy_days(ctx, t, "hari_perpanjangan", str_of("DINKES"), &days), ERR_OK);
		assert_int_equal(days, 6);
		assert_int_equal(policy_days(ctx, t, "hari_lengkapi", disdik, &days), ERR_OK);
		assert_int_equal(days, 3);
		assert_int_equal(policy_is(ctx, t, "dasar_tenggat", disdik, "lengkap", &is), ERR_OK);
		assert_true(is);
		assert_int_equal(policy_is(ctx, t, "hari_pertama_dihitung", disdik, "ya", &is), ERR_OK);
		assert_false(is);
		desk_read_end(desk_of(h, side));
	}
}

static struct deadline due_of(struct house *h, int side, const char *received, uint32_t days)
{
	struct ctx *ctx = desk_read(desk_of(h, side), desk_id(1));
	struct deadline_rules rules;
	struct deadline due;

	assert_int_equal(policy_rules_from(ctx, tables_of(side), disdik, day(received), &rules),
		ERR_OK);
	assert_int_equal(deadline_after(&rules, day(received), days, &due, NULL), ERR_OK);
	desk_read_end(desk_of(h, side));
	return due;
}

/* The row of DOMAIN.md 2.1 that crosses two years, with the days of the decree that it meets. */
static void days_off_of_two_years_make_one_calendar(void **state)
{
	struct house *h = *state;
	struct hari_libur old[] = {
		{ day("2026-12-24"), STR("Cuti Bersama Natal"), JENIS_LIBUR_CUTI_BERSAMA },
		{ day("2026-12-25"), STR("Natal"), JENIS_LIBUR_LIBUR },
	};
	struct hari_libur new[] = {
		{ day("2027-01-01"), STR("Tahun Baru Masehi"), JENIS_LIBUR_LIBUR },
		{ day("2027-01-05"), STR("Isra Mikraj"), JENIS_LIBUR_LIBUR },
	};

	load(h, 2027, new, 2);
	load(h, 2026, old, 2);
	for (int side = 0; side < BOTH; side++) {
		struct deadline due = due_of(h, side, "2026-12-18", 10);

		assert_int_equal(due.due, day("2027-01-07"));
		assert_int_equal(due.calendar_version, 2);
		assert_false(due.melewati_kalender);
		assert_true(due_of(h, side, "2027-12-20", 17).melewati_kalender);
		assert_true(due_of(h, side, "2025-12-30", 1).melewati_kalender);
	}
	set(h, "cuti_bersama_hari_kerja", "DISDIK", "ya");
	set(h, "hari_pertama_dihitung", "*", "ya");
	for (int side = 0; side < BOTH; side++)
		assert_int_equal(due_of(h, side, "2026-12-18", 10).due, day("2027-01-04"));
}

static void days_beyond_the_end_of_time_are_refused(void **state)
{
	struct house *h = *state;
	struct ctx *ctx = desk_read(&h->owner, desk_id(1));
	struct deadline_rules rules;

	assert_int_equal(policy_rules(ctx, &policy_own, disdik, DATE_DAYS_MIN - 1, 0, &rules),
		ERR_INVALID);
	assert_int_equal(policy_rules(ctx, &policy_own, disdik, 0, DATE_DAYS_MAX + 1, &rules),
		ERR_INVALID);
	assert_int_equal(policy_rules(ctx, &policy_own, disdik, 1, 0, &rules), ERR_INVALID);
	assert_int_equal(policy_rules_from(ctx, &policy_own, disdik, DATE_DAYS_MAX, &rules), ERR_OK);
	desk_read_end(&h->owner);
}

static void unit_of_a_command_must_be_known(void **state)
{
	struct house *h = *state;
	struct ctx *ctx = desk_read(&h->follower, desk_id(1));

	assert_int_equal(policy_unit_known(ctx, &policy_projected, disdik, "unit"), ERR_OK);
	assert_int_equal(policy_unit_known(ctx, &policy_projected, str_of("*"), "unit"), ERR_OK);
	assert_int_equal(policy_unit_known(ctx, &policy_projected, str_of("DINKES"), "unit"),
		ERR_NOT_FOUND);
	assert_string_equal(ctx->why.field, "unit");
	assert_string_equal(ctx->why.rule, "unit_tidak_dikenal");
	desk_read_end(&h->follower);
}

static void description_has_a_line_for_every_rule(void **state)
{
	uint32_t lines = 0;
	struct buf out;

	(void)state;
	buf_init(&out, 16384);
	policy_rules_describe(&out);
	buf_add(&out, "", 1);
	assert_non_null(
		strstr(out.ptr, "| hari_jawab | working days | 10 | 1 to 365 | UU 14/2008 art 22(7) |\n"));
	assert_non_null(strstr(out.ptr,
		"| dasar_tenggat | choice | diterima | diterima, lengkap | UU 14/2008 art 22(7) |\n"));
	for (const char *at = out.ptr; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	for (uint32_t i = 0; policy_rule_at(i) != NULL; i++)
		lines--;
	assert_int_equal(lines, 2);
	buf_clear(&out);
}

#define HOUSE(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HOUSE(follower_knows_grants_units_and_rules_as_their_owner_does),
		HOUSE(follower_forgets_what_is_revoked),
		HOUSE(value_of_the_unit_stands_before_the_nodes_and_the_laws),
		HOUSE(days_off_of_two_years_make_one_calendar),
		HOUSE(days_beyond_the_end_of_time_are_refused),
		HOUSE(unit_of_a_command_must_be_known),
		cmocka_unit_test(description_has_a_line_for_every_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
