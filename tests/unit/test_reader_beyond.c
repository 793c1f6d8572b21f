/* A service that has decided what its source lost: it goes back to what both have, and says so. */
#include "lib/front.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "intake/intake.h"
#include "runtime/fork.h"
#include "workflow/perkara.h"
#include "workflow/workflow.h"

static const struct harness_service services[] = {
	{ &intake_service, NULL },
	{ &workflow_service, NULL },
};
static const struct id CHIEF = { { 0x11 } };
static const struct id NEW;
static struct harness *h;

static void send(const char *service, struct id actor, const struct schema *schema,
	const void *body, void *reply)
{
	struct harness_reply r = harness_command(h, service, actor, NEW, schema, body, reply);

	assert_int_equal(r.status, SESI_STATUS_OK);
}

#define SEND(service, actor, name, ...) \
	send(service, actor, &schema_##name, &(struct name) { __VA_ARGS__ }, NULL)

static int begin(void **state)
{
	(void)state;
	h = harness_open(services, sizeof services / sizeof services[0], 0);
	SEND("workflow", CHIEF, beri_hak, .akun = CHIEF, .peran = PERAN_ADMINISTRATOR,
		.unit = str_of("*"));
	SEND("workflow", CHIEF, daftarkan_unit,
		.unit = { .kode = str_of("KOMINFO"), .nama = str_of("Dinas"), .sebutan = str_of("PPID") });
	SEND("workflow", CHIEF, beri_hak, .akun = FRONT_OFFICER, .peran = PERAN_PETUGAS_MEJA,
		.unit = str_of("KOMINFO"));
	return 0;
}

static int end(void **state)
{
	(void)state;
	harness_verify(h);
	harness_close(&h);
	return 0;
}

static struct tanda_bukti lodge(void)
{
	struct ajukan_permohonan c = front_request(h);
	struct tanda_bukti receipt;

	send("intake", FRONT_OFFICER, &schema_ajukan_permohonan, &c, &receipt);
	return receipt;
}

static bool is_tracked(const struct tanda_bukti *receipt)
{
	struct lacak q = { .has_nomor = true, .nomor = receipt->nomor, .kode = receipt->kode_lacak };
	struct lacak_jawab a;

	return harness_ask(h, "workflow", NEW, &schema_lacak, &q, (struct str) { NULL, 0 }, &a)
			   .status == SESI_STATUS_OK;
}

static struct keadaan_layanan state_of(const char *service)
{
	struct keadaan q = { 0 };
	struct keadaan_layanan a;

	assert_int_equal(
		harness_ask(h, service, NEW, &schema_keadaan, &q, (struct str) { NULL, 0 }, &a).status,
		SESI_STATUS_OK);
	return a;
}

/* intake as it was at the cut, its side-car still knowing more; a person opens it if asked to. */
static void lose(struct kv_image **cut)
{
	harness_advance(h, 60 * US_PER_SECOND); /* the side-car has noted the head */
	harness_put_back(h, "intake", cut);
	harness_start(h, "intake");
	harness_advance(h, 5 * US_PER_SECOND);
	assert_true(state_of("intake").dipagari);
}

static void open_fence(void)
{
	SEND("intake", CHIEF, buka_pagar, .alasan = ALASAN_EPOCH_PEMULIHAN);
	harness_advance(h, 60 * US_PER_SECOND);
}

static void a_fenced_source_is_waited_for(void **state)
{
	struct kv_image *cut = harness_cut(h, "intake");
	struct keadaan_layanan a;

	(void)state;
	lodge();
	lose(&cut);
	harness_advance(h, 60 * US_PER_SECOND);
	a = state_of("workflow");
	assert_true(a.mengikuti[0].has_berhenti);
	assert_true(str_is(a.mengikuti[0].berhenti, "mundur"));
	assert_int_equal(harness_events(h, "workflow", &schema_cabang_diikuti), 0);
}

static void reading_goes_on_from_the_last_place_that_both_have(void **state)
{
	struct tanda_bukti kept = lodge(), lost[3], new[5];
	struct kv_image *cut = harness_cut(h, "intake");
	struct cabang_diikuti told;
	struct perkara row;

	(void)state;
	for (int i = 0; i < 3; i++)
		lost[i] = lodge();
	lose(&cut);
	open_fence();
	for (int i = 0; i < 5; i++)
		new[i] = lodge();
	harness_advance(h, 60 * US_PER_SECOND);
	for (int i = 0; i < 5; i++)
		assert_true(is_tracked(&new[i]));
	assert_true(is_tracked(&kept));
	assert_true(harness_row(h, "workflow", &perkara_table, perkara_id_str(&lost[0].permohonan_id),
		&row)); /* what was decided is not undone */
	assert_int_equal(harness_events(h, "workflow", &schema_cabang_diikuti), 1);
	assert_true(harness_last_event(h, "workflow", &schema_cabang_diikuti, &told, NULL));
	assert_true(str_is(told.aliran, "intake"));
	assert_true(told.ke.seq > 0 && told.ke.seq < told.dari.seq);
	assert_int_equal(told.yatim, 3);
	assert_false(state_of("workflow").mengikuti[0].has_berhenti);
}

static void the_orphans_are_listed_for_a_person(void **state)
{
	struct kv_image *cut = harness_cut(h, "intake");
	struct data_hilang_daftar q = { 0 };
	struct data_hilang_jawab a;
	struct record record;
	struct tanda_bukti lost;

	(void)state;
	lost = lodge();
	lose(&cut);
	open_fence();
	assert_int_equal(harness_ask(h, "workflow", NEW, &schema_data_hilang_daftar, &q,
						 (struct str) { NULL, 0 }, &a)
						 .status,
		SESI_STATUS_OK);
	assert_int_equal(a.baris_len, 1);
	assert_true(str_is(a.baris[0].nama, FORK_TABLE_NAME));
	assert_true(
		str_equal(a.baris[0].kunci, str_bytes(lost.permohonan_id.bytes, sizeof(struct id))));
	harness_record(h, "workflow", a.baris[0].seq, &record);
	assert_int_equal(record.cause.kind, CAUSE_EVENT);
	assert_int_equal(state_of("workflow").data_hilang, 1);
	SEND("workflow", CHIEF, selesaikan_hilang, .tabel = a.baris[0].tabel,
		.kunci = a.baris[0].kunci);
	assert_int_equal(state_of("workflow").data_hilang, 0);
	assert_int_equal(
		harness_command(h, "workflow", CHIEF, NEW, &schema_selesaikan_hilang,
			&(struct selesaikan_hilang) { .tabel = a.baris[0].tabel, .kunci = a.baris[0].kunci },
			NULL)
			.status,
		SESI_STATUS_NOT_FOUND);
}

/* The epoch that the reader had read in is gone too: no list of epochs tells where the histories part. */
static void an_epoch_that_was_lost_itself_is_gone_back_over(void **state)
{
	struct kv_image *first, *cut;
	struct tanda_bukti after;

	(void)state;
	lodge();
	cut = harness_cut(h, "intake");
	first = harness_cut(h, "intake");
	lodge();
	lose(&cut);
	open_fence();
	lodge();
	lose(&first);
	open_fence();
	after = lodge();
	harness_advance(h, 60 * US_PER_SECOND);
	assert_true(is_tracked(&after));
	assert_int_equal(harness_events(h, "workflow", &schema_cabang_diikuti), 2);
	assert_false(state_of("workflow").mengikuti[0].has_berhenti);
}

static void nothing_that_both_have_is_gone_back_to_the_beginning(void **state)
{
	struct kv_image *cut = harness_cut(h, "intake");
	struct cabang_diikuti told;
	struct tanda_bukti after;

	(void)state;
	for (int i = 0; i < 300; i++) /* more than are asked for at once */
		lodge();
	lose(&cut);
	open_fence();
	after = lodge();
	harness_advance(h, 60 * US_PER_SECOND);
	assert_true(is_tracked(&after));
	assert_true(harness_last_event(h, "workflow", &schema_cabang_diikuti, &told, NULL));
	assert_int_equal(told.ke.seq, 0);
	assert_int_equal(told.yatim, 300);
}

static void going_back_survives_a_crash_and_replay(void **state)
{
	struct kv_image *cut = harness_cut(h, "intake");
	struct tanda_bukti after;

	(void)state;
	lodge();
	lose(&cut);
	harness_crash_at(h, "workflow", "batch_after_commit", 1);
	open_fence();
	assert_false(harness_is_up(h, "workflow"));
	harness_start(h, "workflow");
	harness_advance(h, 60 * US_PER_SECOND);
	after = lodge();
	harness_advance(h, 60 * US_PER_SECOND);
	assert_true(is_tracked(&after));
	assert_int_equal(harness_events(h, "workflow", &schema_cabang_diikuti), 1);
}

/* It is the service's own command: nobody moves another one's reading. */
static void nobody_else_may_send_it(void **state)
{
	static const char *const others[] = { "ctl", "gateway", "intake", "reporting" };

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		struct ikuti_cabang c = { .aliran = str_of("intake") };
		struct harness_reply r;

		harness_speak_as(h, others[i]);
		r = harness_command(h, "workflow", CHIEF, NEW, &schema_ikuti_cabang, &c, NULL);
		assert_int_equal(r.status, SESI_STATUS_DENIED);
	}
	assert_int_equal(harness_events(h, "workflow", &schema_cabang_diikuti), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_fenced_source_is_waited_for),
		TEST(reading_goes_on_from_the_last_place_that_both_have),
		TEST(the_orphans_are_listed_for_a_person),
		TEST(an_epoch_that_was_lost_itself_is_gone_back_over),
		TEST(nothing_that_both_have_is_gone_back_to_the_beginning),
		TEST(going_back_survives_a_crash_and_replay),
		TEST(nobody_else_may_send_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
