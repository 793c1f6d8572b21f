/* Any order of commands, facts and days: the worklist, its counts, the histories and the rows stay one. */
#include "lib/gen.h"
#include "lib/kantor.h"
#include "lib/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "workflow/permohonan.h"

enum { CASES = 120, STEPS = 2000, CHOICES = 12 };

static struct kantor k;
static struct id cases[CASES];
static uint32_t lodged;
static uint32_t accepted, refused;

static void give(struct id actor, const struct schema *schema, const void *body)
{
	struct id new_id = { { 0 } };
	struct harness_reply r = harness_command(k.h, "workflow", actor, new_id, schema, body, NULL);

	if (r.status == SESI_STATUS_OK) {
		accepted++;
		return;
	}
	/* Refused for the state that it is in, never for want of a right or for damage. */
	assert_int_equal(r.status, SESI_STATUS_REJECTED);
	refused++;
}

static void decide(struct gen *g, struct id id)
{
	uint32_t pasal = PASAL17_H;
	struct putuskan yes = { .permohonan_id = id, .keputusan = KEPUTUSAN_DIKABULKAN };
	struct putuskan no = {
		.permohonan_id = id,
		.keputusan = KEPUTUSAN_DITOLAK,
		.pasal = &pasal,
		.pasal_len = 1,
		.has_alasan = true,
		.alasan = STR("Rahasia pribadi"),
	};

	give(KANTOR_PPID, &schema_putuskan, gen_below(g, 2) == 0 ? &yes : &no);
}

static void step(struct gen *g)
{
	struct id id = cases[gen_below(g, lodged)];
	struct minta_kelengkapan ask = { .permohonan_id = id, .kekurangan = STR("Salinan KTP") };
	struct disposisikan pass = { .permohonan_id = id, .tujuan = STR("bidang-statistik") };
	struct perpanjang extend = { .permohonan_id = id, .alasan = STR("Arsip dicari") };
	struct alihkan transfer = { .permohonan_id = id, .ke_unit = STR("DISDIK") };
	struct selesaikan bare = { .permohonan_id = id };
	struct serahkan hand = { .permohonan_id = id };

	switch (gen_below(g, CHOICES)) {
	case 0:
		give(KANTOR_MEJA, &schema_minta_kelengkapan, &ask);
		break;
	case 1:
		kantor_complete(&k, id, "");
		break;
	case 2:
		if (gen_below(g, 6) == 0)
			kantor_withdraw(&k, id, "");
		break;
	case 3:
		give(KANTOR_MEJA, &schema_nyatakan_lengkap, &bare);
		break;
	case 4:
		give(KANTOR_MEJA, &schema_disposisikan, &pass);
		break;
	case 5:
		give(KANTOR_BELAKANG, &schema_mulai_proses, &bare);
		break;
	case 6:
		give(KANTOR_PPID, &schema_perpanjang, &extend);
		break;
	case 7:
		decide(g, id);
		break;
	case 8:
		give(KANTOR_MEJA, &schema_serahkan, &hand);
		break;
	case 9:
		give(KANTOR_MEJA, &schema_selesaikan, &bare);
		break;
	case 10:
		if (gen_below(g, 6) == 0)
			give(KANTOR_PPID, &schema_alihkan, &transfer);
		break;
	default:
		harness_advance(k.h, (time_us)gen_below(g, 86400) * US_PER_SECOND);
		break;
	}
	if (lodged < CASES && gen_below(g, 10) == 0)
		cases[lodged++] = kantor_lodge(&k, "");
}

/* One page after the other, until all cases of the state have been seen. */
static uint32_t listed(uint32_t status)
{
	struct daftar_kerja q = {
		.unit = STR(KANTOR_UNIT),
		.status = &status,
		.status_len = 1,
		.has_paling_banyak = true,
		.paling_banyak = 7,
	};
	struct str go_on = { NULL, 0 };
	uint32_t seen = 0;

	do {
		struct daftar_kerja_jawab a;
		struct harness_reply r =
			harness_ask(k.h, "workflow", KANTOR_MEJA, &schema_daftar_kerja, &q, go_on, &a);

		assert_int_equal(r.status, SESI_STATUS_OK);
		for (uint32_t i = 0; i < a.perkara_len; i++)
			assert_int_equal(kantor_case(&k, a.perkara[i].permohonan_id).status, status);
		seen += a.perkara_len;
		go_on = r.go_on;
		assert_true(seen <= CASES);
	} while (go_on.ptr != NULL);
	return seen;
}

static void assert_one(void)
{
	uint32_t by_state[64] = { 0 };
	struct perkara_langkah step_row;

	for (uint32_t i = 0; i < lodged; i++) {
		struct perkara row = kantor_case(&k, cases[i]);
		struct perkara_key next = perkara_step_key(cases[i], row.langkah + 1);

		by_state[row.status]++;
		for (uint32_t n = 1; n <= row.langkah; n++) {
			struct perkara_key key = perkara_step_key(cases[i], n);

			assert_true(harness_row(k.h, "workflow", &perkara_langkah_table, perkara_key_str(&key),
				&step_row));
		}
		assert_int_equal(step_row.status, row.status);
		assert_false(harness_row(k.h, "workflow", &perkara_langkah_table, perkara_key_str(&next),
			&step_row));
		/* A clock runs while an answer is owed, and only then. */
		assert_int_equal(row.berjalan,
			row.status == STATUS_PERMOHONAN_DIAJUKAN ||
				row.status == STATUS_PERMOHONAN_PERLU_DILENGKAPI ||
				(row.status >= STATUS_PERMOHONAN_DIREGISTER &&
					row.status <= STATUS_PERMOHONAN_DIPERPANJANG));
	}
	for (uint32_t i = 0; i < enum_status_permohonan.count; i++) {
		uint32_t status = enum_status_permohonan.values[i].number;
		struct perkara_key key = perkara_state_key(str_of(KANTOR_UNIT), status);
		struct perkara_jumlah count = { 0 };

		if (!harness_row(k.h, "workflow", &perkara_jumlah_table, perkara_key_str(&key), &count))
			count.jumlah = 0;
		assert_int_equal(count.jumlah, by_state[status]);
		assert_int_equal(listed(status), by_state[status]);
	}
}

static void whatever_happens_the_tables_stay_one(void **state)
{
	struct gen g = gen_of(seed_new("perkara"), NULL);

	(void)state;
	k = kantor_open("");
	cases[lodged++] = kantor_lodge(&k, "");
	for (uint32_t i = 0; i < STEPS; i++)
		step(&g);
	assert_one();
	assert_true(accepted > 100 && refused > 100);
	assert_int_equal(kantor_parked(&k), 0);
	harness_crash(k.h, "workflow");
	harness_start(k.h, "workflow");
	assert_one();
	kantor_close(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_happens_the_tables_stay_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
