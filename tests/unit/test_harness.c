/* The harness itself, on the one service that needs no other: workflow with its policy. */
#include "lib/harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "workflow/hak.h"
#include "workflow/workflow.h"

static const struct harness_service services[] = { { &workflow_service, NULL } };
static const struct id NOBODY;
static const struct id CHIEF = { { 0x11 } };

static int begin(void **state)
{
	*state = harness_open(ROWS(services), 0);
	return 0;
}

static struct beri_hak chief_grant(void)
{
	return (struct beri_hak) { .akun = CHIEF, .peran = PERAN_ADMINISTRATOR, .unit = STR("*") };
}

static void a_command_is_answered_after_its_commit(void **state)
{
	struct harness *h = *state;
	struct beri_hak c = chief_grant();
	struct hak_diberikan event;
	struct harness_reply r =
		harness_command(h, "workflow", CHIEF, NOBODY, &schema_beri_hak, &c, NULL);

	assert_true(r.is_answered);
	assert_int_equal(r.status, SESI_STATUS_OK);
	assert_int_equal(r.count, 1);
	assert_true(harness_last_event(h, "workflow", &schema_hak_diberikan, &event, NULL));
	assert_true(id_equal(event.hak.akun, CHIEF));
	harness_verify(h);
}

static void a_refusal_names_field_and_rule(void **state)
{
	struct harness *h = *state;
	struct beri_hak c = chief_grant();
	struct harness_reply r;

	c.peran = PERAN_PPID;
	r = harness_command(h, "workflow", CHIEF, NOBODY, &schema_beri_hak, &c, NULL);
	assert_int_equal(r.status, SESI_STATUS_REJECTED);
	assert_true(str_is(r.field, "peran"));
	assert_int_equal(harness_events(h, "workflow", &schema_hak_diberikan), 0);
}

static void the_same_id_is_done_once(void **state)
{
	struct harness *h = *state;
	struct beri_hak c = chief_grant();
	struct id id = harness_new_id(h);
	struct harness_reply r = harness_command(h, "workflow", CHIEF, id, &schema_beri_hak, &c, NULL);
	struct harness_reply again =
		harness_command(h, "workflow", CHIEF, id, &schema_beri_hak, &c, NULL);

	assert_int_equal(again.status, SESI_STATUS_DUP_OK);
	assert_int_equal(again.first_seq, r.first_seq);
	c.peran = PERAN_PPID;
	again = harness_command(h, "workflow", CHIEF, id, &schema_beri_hak, &c, NULL);
	assert_int_equal(again.status, SESI_STATUS_CONFLICT);
	assert_int_equal(harness_events(h, "workflow", &schema_hak_diberikan), 1);
}

static void what_was_answered_outlives_a_crash_and_a_clean_end(void **state)
{
	struct harness *h = *state;
	struct beri_hak c = chief_grant();
	struct hak_daftar question = { .has_akun = true, .akun = CHIEF };
	struct hak_daftar_jawab answer;
	struct str start = { NULL, 0 };

	harness_command(h, "workflow", CHIEF, NOBODY, &schema_beri_hak, &c, NULL);
	harness_crash(h, "workflow");
	assert_false(harness_is_up(h, "workflow"));
	harness_start(h, "workflow");
	harness_ask(h, "workflow", CHIEF, &schema_hak_daftar, &question, start, &answer);
	assert_int_equal(answer.hak_len, 1);
	harness_stop(h, "workflow");
	harness_advance(h, 3 * US_PER_DAY);
	harness_start(h, "workflow");
	harness_ask(h, "workflow", CHIEF, &schema_hak_daftar, &question, start, &answer);
	assert_int_equal(answer.hak_len, 1);
	harness_verify(h);
}

static void a_crash_before_the_commit_loses_what_nobody_was_told(void **state)
{
	struct harness *h = *state;
	struct beri_hak c = chief_grant();
	struct id id = harness_new_id(h);
	struct harness_reply r;

	harness_crash_at(h, "workflow", "batch_before_commit", 1);
	r = harness_command(h, "workflow", CHIEF, id, &schema_beri_hak, &c, NULL);
	assert_false(r.is_answered);
	assert_false(harness_is_up(h, "workflow"));
	harness_start(h, "workflow");
	assert_int_equal(harness_events(h, "workflow", NULL), 0);
	r = harness_command(h, "workflow", CHIEF, id, &schema_beri_hak, &c, NULL);
	assert_int_equal(r.status, SESI_STATUS_OK);
	harness_verify(h);
}

static void a_crash_after_the_commit_is_answered_when_it_is_asked_again(void **state)
{
	struct harness *h = *state;
	struct beri_hak c = chief_grant();
	struct id id = harness_new_id(h);
	struct harness_reply r;

	harness_crash_at(h, "workflow", "batch_after_commit", 1);
	r = harness_command(h, "workflow", CHIEF, id, &schema_beri_hak, &c, NULL);
	assert_false(r.is_answered);
	harness_start(h, "workflow");
	r = harness_command(h, "workflow", CHIEF, id, &schema_beri_hak, &c, NULL);
	assert_int_equal(r.status, SESI_STATUS_DUP_OK);
	harness_verify(h);
}

static void a_store_put_back_is_fenced_until_a_person_opens_it(void **state)
{
	struct harness *h = *state;
	struct beri_hak c = chief_grant();
	struct buka_pagar open = { .alasan = ALASAN_EPOCH_PEMULIHAN };
	struct kv_image *image = harness_cut(h, "workflow");
	struct harness_reply r;

	harness_command(h, "workflow", CHIEF, NOBODY, &schema_beri_hak, &c, NULL);
	harness_advance(h, 60 * US_PER_SECOND); /* the side-car has noted the head */
	harness_put_back(h, "workflow", &image);
	harness_start(h, "workflow");
	r = harness_command(h, "workflow", CHIEF, NOBODY, &schema_beri_hak, &c, NULL);
	assert_int_equal(r.status, SESI_STATUS_READONLY);
	r = harness_command(h, "workflow", CHIEF, NOBODY, &schema_buka_pagar, &open, NULL);
	assert_int_equal(r.status, SESI_STATUS_OK);
	r = harness_command(h, "workflow", CHIEF, NOBODY, &schema_beri_hak, &c, NULL);
	assert_int_equal(r.status, SESI_STATUS_OK);
	harness_verify(h);
}

static void an_operators_decision_needs_an_administrator_once_there_are_grants(void **state)
{
	struct harness *h = *state;
	struct buka_pagar open = { .alasan = ALASAN_EPOCH_PEMULIHAN };
	struct konfirmasi_jam confirm = { 0 };
	struct jalankan_parkir settle = { .urutan = STR("x"), .tindakan = TINDAKAN_PARKIR_DIBUANG };
	const struct {
		const struct schema *schema;
		const void *body;
		const char *rule; /* of whoever may: nothing is to be decided here */
	} rows[] = {
		{ &schema_buka_pagar, &open, "tidak_dipagari" },
		{ &schema_konfirmasi_jam, &confirm, "jam_tidak_diragukan" },
		{ &schema_jalankan_parkir, &settle, "tidak_ada" },
	};
	struct beri_hak c = chief_grant();

	for (int with_grants = 0; with_grants < 2; with_grants++) {
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
			struct harness_reply stranger =
				harness_command(h, "workflow", NOBODY, NOBODY, rows[i].schema, rows[i].body, NULL);
			struct harness_reply chief =
				harness_command(h, "workflow", CHIEF, NOBODY, rows[i].schema, rows[i].body, NULL);

			assert_true(str_is(stranger.rule, with_grants ? "tanpa_hak" : rows[i].rule));
			assert_true(str_is(chief.rule, rows[i].rule));
		}
		harness_command(h, "workflow", CHIEF, NOBODY, &schema_beri_hak, &c, NULL);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, harness_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_command_is_answered_after_its_commit),
		TEST(a_refusal_names_field_and_rule),
		TEST(the_same_id_is_done_once),
		TEST(what_was_answered_outlives_a_crash_and_a_clean_end),
		TEST(a_crash_before_the_commit_loses_what_nobody_was_told),
		TEST(a_crash_after_the_commit_is_answered_when_it_is_asked_again),
		TEST(an_operators_decision_needs_an_administrator_once_there_are_grants),
		TEST(a_store_put_back_is_fenced_until_a_person_opens_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
