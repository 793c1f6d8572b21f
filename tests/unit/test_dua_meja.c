/* The front desk and the back desk together, both real: one request's way, and what crosses on it. */
#include "lib/dua_meja.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "domain/deadline.h"
#include "workflow/perkara.h"

static const struct id NEW;

static struct lacak_jawab track(const struct tanda_bukti *receipt)
{
	struct lacak q = { .has_nomor = true, .nomor = receipt->nomor, .kode = receipt->kode_lacak };
	struct lacak_jawab a;
	struct harness_reply r =
		harness_ask(h, "workflow", NEW, &schema_lacak, &q, (struct str) { NULL, 0 }, &a);

	assert_int_equal(r.status, SESI_STATUS_OK);
	return a;
}

static void request_goes_from_the_counter_to_its_end(void **state)
{
	struct tanda_bukti receipt = dua_meja_lodge();
	struct id id = receipt.permohonan_id;
	struct lacak_jawab a = track(&receipt);

	(void)state;
	assert_true(id_equal(a.permohonan_id, id));
	assert_int_equal(a.status, STATUS_PERMOHONAN_DIAJUKAN);
	SEND("workflow", FRONT_OFFICER, minta_kelengkapan, .permohonan_id = id,
		.kekurangan = STR("Salinan KTP"));
	assert_int_equal(track(&receipt).status, STATUS_PERMOHONAN_PERLU_DILENGKAPI);
	SEND("intake", FRONT_OFFICER, kirim_kelengkapan, .permohonan_id = id, .has_catatan = true,
		.catatan = STR("KTP diterima"));
	assert_int_equal(track(&receipt).status, STATUS_PERMOHONAN_DIAJUKAN);
	SEND("workflow", FRONT_OFFICER, nyatakan_lengkap, .permohonan_id = id);
	SEND("workflow", CHIEF, putuskan, .permohonan_id = id, .keputusan = KEPUTUSAN_DIKABULKAN,
		.has_materi = true, .materi = STR("Laporan tahunan"));
	SEND("workflow", FRONT_OFFICER, serahkan, .permohonan_id = id);
	SEND("workflow", FRONT_OFFICER, selesaikan, .permohonan_id = id);
	a = track(&receipt);
	assert_int_equal(a.status, STATUS_PERMOHONAN_SELESAI);
	assert_int_equal(a.keputusan, KEPUTUSAN_DIKABULKAN);
	assert_true(a.has_diserahkan_pada);
	/* Every notice reached the register, and nothing was kept aside on either side. */
	assert_int_equal(harness_letters_sent(h, "intake", &schema_isi_pemberitahuan), 3);
	assert_int_equal(harness_letters_sent(h, "notification", &schema_isi_pemberitahuan), 3);
	assert_int_equal(harness_events(h, "intake", &schema_masukan_ditolak), 0);
	assert_int_equal(harness_events(h, "workflow", &schema_masukan_ditolak), 0);
}

/* The limit passes while the front desk is down; it still holds what came in before. */
static void nothing_lapses_before_the_front_desk_has_told_all(void **state)
{
	struct tanda_bukti receipt = dua_meja_lodge();
	struct id id = receipt.permohonan_id;
	struct perkara row;

	(void)state;
	SEND("workflow", FRONT_OFFICER, minta_kelengkapan, .permohonan_id = id,
		.kekurangan = STR("Salinan KTP"));
	assert_true(harness_row(h, "workflow", &perkara_table, perkara_id_str(&id), &row));
	harness_stop(h, "intake");
	harness_advance(h, deadline_end(row.batas) + US_PER_DAY - harness_now(h));
	assert_int_equal(harness_events(h, "workflow", &schema_perkara_gugur), 0);
	harness_start(h, "intake");
	harness_advance(h, US_PER_SECOND);
	assert_int_equal(harness_events(h, "workflow", &schema_perkara_gugur), 1);
	/* What came in on the last day and is entered now revives it. */
	SEND("intake", FRONT_OFFICER, kirim_kelengkapan, .permohonan_id = id, .has_diterima_pada = true,
		.diterima_pada = civil_start_of(row.batas), .has_catatan = true,
		.catatan = STR("KTP diterima"));
	assert_int_equal(track(&receipt).status, STATUS_PERMOHONAN_DIAJUKAN);
	SEND("intake", FRONT_OFFICER, kirim_pencabutan, .permohonan_id = id);
	assert_int_equal(track(&receipt).status, STATUS_PERMOHONAN_DICABUT);
	assert_int_equal(harness_events(h, "workflow", &schema_masukan_ditolak), 0);
}

/* The back desk was away while requests came in; it opens each once, crash or not. */
static void back_desk_catches_up(void **state)
{
	enum { REQUESTS = 20 };
	struct tanda_bukti receipts[REQUESTS];

	(void)state;
	harness_crash(h, "workflow");
	for (uint32_t i = 0; i < REQUESTS; i++)
		receipts[i] = dua_meja_lodge();
	harness_start(h, "workflow");
	harness_run(h);
	harness_crash(h, "workflow");
	harness_start(h, "workflow");
	harness_run(h);
	assert_int_equal(harness_events(h, "workflow", &schema_perkara_dibuka), REQUESTS);
	for (uint32_t i = 0; i < REQUESTS; i++)
		assert_int_equal(track(&receipts[i]).status, STATUS_PERMOHONAN_DIAJUKAN);
}

/* The front desk starts with a log that lost its end, and then has all of it again (as salvage leaves it). Whoever
 * had read it to the end waits meanwhile, and goes on: nobody has to restart him. */
static void back_desk_waits_for_a_front_desk_that_went_back(void **state)
{
	struct kv_image *before, *whole;

	(void)state;
	(void)dua_meja_lodge();
	before = harness_cut(h, "intake");
	(void)dua_meja_lodge();
	whole = harness_cut(h, "intake");
	harness_advance(h, 60 * US_PER_SECOND); /* the side-car has noted the head */
	harness_put_back(h, "intake", &before);
	harness_start(h, "intake");
	harness_advance(h, 10 * US_PER_SECOND);
	harness_put_back(h, "intake", &whole);
	harness_start(h, "intake");
	harness_advance(h, 10 * US_PER_SECOND);
	(void)dua_meja_lodge();
	harness_advance(h, US_PER_SECOND);
	assert_int_equal(harness_events(h, "workflow", &schema_perkara_dibuka), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_WORK(request_goes_from_the_counter_to_its_end),
		AT_WORK(nothing_lapses_before_the_front_desk_has_told_all),
		AT_WORK(back_desk_catches_up),
		AT_WORK(back_desk_waits_for_a_front_desk_that_went_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
