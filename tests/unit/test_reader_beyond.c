/* A service that has decided what its source lost: it goes back to what both have, and says so. */
#include "lib/dua_meja.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/fork.h"
#include "workflow/perkara.h"

static const struct id NEW;

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
	dua_meja_lodge();
	lose(&cut);
	harness_advance(h, 60 * US_PER_SECOND);
	a = state_of("workflow");
	assert_true(a.mengikuti[0].has_berhenti);
	assert_true(str_is(a.mengikuti[0].berhenti, "mundur"));
	assert_int_equal(harness_events(h, "workflow", &schema_cabang_diikuti), 0);
}

static void reading_goes_on_from_the_last_place_that_both_have(void **state)
{
	struct tanda_bukti kept = dua_meja_lodge(), lost[3], new[5];
	struct kv_image *cut = harness_cut(h, "intake");
	struct cabang_diikuti told;
	struct perkara row;

	(void)state;
	for (int i = 0; i < 3; i++)
		lost[i] = dua_meja_lodge();
	lose(&cut);
	open_fence();
	for (int i = 0; i < 5; i++)
		new[i] = dua_meja_lodge();
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
	lost = dua_meja_lodge();
	lose(&cut);
	open_fence();
	assert_int_equal(harness_ask(h, "workflow", NEW, &schema_data_hilang_daftar, &q,
						 (struct str) { NULL, 0 }, &a)
						 .status,
		SESI_STATUS_OK);
	assert_int_equal(a.baris_len, 1);
	assert_true(a.baris[0].has_kunci_id);
	assert_true(id_equal(a.baris[0].kunci_id, lost.permohonan_id));
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
	dua_meja_lodge();
	cut = harness_cut(h, "intake");
	first = harness_cut(h, "intake");
	dua_meja_lodge();
	lose(&cut);
	open_fence();
	dua_meja_lodge();
	lose(&first);
	open_fence();
	after = dua_meja_lodge();
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
		dua_meja_lodge();
	lose(&cut);
	open_fence();
	after = dua_meja_lodge();
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
	dua_meja_lodge();
	lose(&cut);
	harness_crash_at(h, "workflow", "batch_after_commit", 1);
	open_fence();
	assert_false(harness_is_up(h, "workflow"));
	harness_start(h, "workflow");
	harness_advance(h, 60 * US_PER_SECOND);
	after = dua_meja_lodge();
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
	const struct CMUnitTest tests[] = {
		AT_WORK(a_fenced_source_is_waited_for),
		AT_WORK(reading_goes_on_from_the_last_place_that_both_have),
		AT_WORK(the_orphans_are_listed_for_a_person),
		AT_WORK(an_epoch_that_was_lost_itself_is_gone_back_over),
		AT_WORK(nothing_that_both_have_is_gone_back_to_the_beginning),
		AT_WORK(going_back_survives_a_crash_and_replay),
		AT_WORK(nobody_else_may_send_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
