/* Registration numbers have no gap and no double, whatever is sent again and wherever the service dies. */
#include "lib/chance.h"
#include "lib/front.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "intake/intake.h"

enum { ROUNDS = 60, WISHES_MAX = 400, UNITS = 3 };

static const char *const units[UNITS] = { "KOMINFO", "DISDIK", "DPUPR" };
static const char *const points[] = { "batch_before_commit", "batch_after_commit", "log_appended",
	"batch_answered", "letter_sent" };
static const struct harness_service services[] = { { &intake_service, NULL } };

/* One request that somebody wants to lodge, and keeps sending until it is answered. */
struct wish {
	struct id id;
	struct ajukan_permohonan c;
	struct harness_reply answers[2]; /* the first and the last */
	bool is_answered;
};

struct world {
	struct harness *h;
	struct chance chance;
	struct wish wishes[WISHES_MAX];
	uint32_t count;
	uint32_t crashes, repetitions;
};

static void take(struct world *w, struct wish *wish, struct harness_reply r)
{
	if (!r.is_answered)
		return;
	assert_true(r.status == SESI_STATUS_OK || r.status == SESI_STATUS_DUP_OK);
	if (!wish->is_answered)
		wish->answers[0] = r;
	else
		w->repetitions++;
	wish->answers[1] = r;
	wish->is_answered = true;
	assert_true(str_equal(wish->answers[0].result, wish->answers[1].result));
}

static void add_wish(struct world *w)
{
	struct wish *wish = &w->wishes[w->count++];

	wish->id = harness_new_id(w->h);
	wish->c = front_request(w->h);
	wish->c.unit = str_of(units[chance_below(&w->chance, UNITS)]);
}

/* Some new ones, and some of the old ones again, all under way at once. */
static void one_round(struct world *w)
{
	uint32_t tickets[64];
	struct wish *of[64];
	uint32_t n = 0, fresh = 1 + (uint32_t)chance_below(&w->chance, 6);

	while (fresh-- > 0 && w->count < WISHES_MAX)
		add_wish(w);
	if (chance_below(&w->chance, 2) == 0)
		harness_crash_at(w->h, "intake",
			points[chance_below(&w->chance, sizeof points / sizeof points[0])],
			1 + (uint32_t)chance_below(&w->chance, 8));
	for (uint32_t i = 0; i < w->count && n < 64; i++)
		if (!w->wishes[i].is_answered || chance_below(&w->chance, 20) == 0) {
			of[n] = &w->wishes[i];
			tickets[n] = harness_begin(w->h, "intake", FRONT_OFFICER, of[n]->id,
				&schema_ajukan_permohonan, &of[n]->c);
			n++;
		}
	harness_run(w->h);
	for (uint32_t i = 0; i < n; i++)
		take(w, of[i], harness_reply(w->h, tickets[i]));
	if (!harness_is_up(w->h, "intake")) {
		w->crashes++;
		harness_start(w->h, "intake");
	}
	harness_advance(w->h, (time_us)chance_below(&w->chance, 1000000));
}

/* Every number from 1 up to the count of the unit, each once, each with its receipt. */
static void check_unit(struct world *w, const char *unit)
{
	uint32_t count = 0;
	bool has[WISHES_MAX + 1] = { false };

	for (uint32_t i = 0; i < w->count; i++) {
		struct tanda_bukti receipt;

		if (!str_is(w->wishes[i].c.unit, unit))
			continue;
		count++;
		assert_true(w->wishes[i].is_answered);
		harness_decode(w->h, &schema_tanda_bukti, w->wishes[i].answers[0].result, &receipt);
		assert_true(atoi(receipt.nomor.ptr) >= 1 && atoi(receipt.nomor.ptr) <= WISHES_MAX);
		assert_false(has[atoi(receipt.nomor.ptr)]);
		has[atoi(receipt.nomor.ptr)] = true;
	}
	for (uint32_t n = 1; n <= count; n++)
		assert_true(has[n]);
}

static void play(uint64_t seed)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	w->chance = (struct chance) { seed };
	w->h = harness_open(ROWS(services), 0);
	front_policy(w->h);
	front_unit(w->h, "DISDIK");
	front_unit(w->h, "DPUPR");
	front_grant(w->h, FRONT_OFFICER, PERAN_PETUGAS_MEJA, "*");
	for (int i = 0; i < ROUNDS; i++)
		one_round(w);
	for (int i = 0; i < 20; i++) /* nothing is broken any more: all are answered in the end */
		for (uint32_t k = 0; k < w->count; k++)
			if (!w->wishes[k].is_answered && harness_is_up(w->h, "intake"))
				take(w, &w->wishes[k],
					harness_command(w->h, "intake", FRONT_OFFICER, w->wishes[k].id,
						&schema_ajukan_permohonan, &w->wishes[k].c, NULL));
			else if (!harness_is_up(w->h, "intake"))
				harness_start(w->h, "intake");
	for (int i = 0; i < UNITS; i++)
		check_unit(w, units[i]);
	assert_int_equal(harness_events(w->h, "intake", &schema_permohonan_diajukan), w->count);
	assert_int_equal(harness_letters_sent(w->h, "notification", &schema_kartu_kontak), w->count);
	assert_true(w->crashes > 5 && w->repetitions > 20);
	harness_verify(w->h);
	printf("seed %llu: %u requests, %u crashes, %u repetitions\n", (unsigned long long)seed,
		w->count, w->crashes, w->repetitions);
	harness_close(&w->h);
	free(w);
}

static void numbers_have_no_gap_and_no_double(void **state)
{
	const char *seed = getenv("NOMOR_SEED");

	(void)state;
	if (seed != NULL) {
		play(strtoull(seed, NULL, 10));
		return;
	}
	for (uint64_t n = 1; n <= 5; n++)
		play(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(numbers_have_no_gap_and_no_double) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
