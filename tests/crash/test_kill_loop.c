/* kill -9 over the real processes under load, again and again: what was answered is there, nothing
 * was done twice, numbers have no gap. CYCLES, and TEST_MODE=quick for a short one. The seed is
 * printed; TEST_SEED repeats it. */
#include "lib/chance.h"
#include "lib/load.h"
#include "lib/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sodium.h>

#ifdef __SANITIZE_ADDRESS__
enum { CYCLES = 40 };
#else
enum { CYCLES = 300 };
#endif
enum {
	CYCLES_QUICK = 10,
	IN_FLIGHT_MIN = 50,
	LATEST_MS = 200,
	FLIGHT_TRIES = 5000, /* waits for enough in flight, one millisecond each */
	PASSED_OVER_MAX = 8, /* times that there were not */
	REPEATS_A_CYCLE = 32,
	REST_MS = 60000,
};

struct tally {
	uint32_t kills[PROCESSES_MAX + 1]; /* the last: all at once */
	uint32_t least, most, passed_over;
	uint64_t sum, cycles;
};

static uint32_t cycles_wanted(void)
{
	const char *own = getenv("CYCLES");

	if (own != NULL)
		return (uint32_t)strtoul(own, NULL, 10);
	return seed_is_quick() ? CYCLES_QUICK : CYCLES;
}

/* Whom the next kill hits: a service, or all of them. */
static void kill_and_start(struct processes *p, unsigned victim)
{
	for (unsigned i = 0; i < p->count; i++)
		if (i == victim || victim == p->count)
			processes_kill(p, i);
	for (unsigned i = 0; i < p->count; i++)
		if (p->rows[i].pid == 0)
			processes_start(p, i, NULL);
}

/* Answers in flight that the kill interrupts: at the service itself where it takes commands of the
 * load, else at all. */
static uint32_t in_flight_at(const struct load *l, unsigned victim)
{
	bool takes_load = (int)victim == l->workflow || (int)victim == l->intake;

	return load_in_flight(l, takes_load ? (int)victim : -1);
}

static void one_cycle(struct load *l, struct chance *chance, struct tally *tally)
{
	unsigned victim = (unsigned)chance_below(chance, l->processes->count + 1);
	uint32_t delay_ms = 1 + (uint32_t)chance_below(chance, LATEST_MS);
	uint32_t in_flight;

	for (int i = 0; i < FLIGHT_TRIES && in_flight_at(l, victim) < IN_FLIGHT_MIN; i++)
		load_run(l, 1);
	load_run(l, delay_ms);
	for (int i = 0; i < FLIGHT_TRIES && in_flight_at(l, victim) < IN_FLIGHT_MIN; i++)
		load_run(l, 1);
	in_flight = in_flight_at(l, victim);
	if (in_flight <
		IN_FLIGHT_MIN) { /* what it had to do went to others: another one, another time */
		tally->passed_over++;
		return;
	}
	kill_and_start(l->processes, victim);
	tally->kills[victim]++;
	tally->cycles++;
	tally->sum += in_flight;
	tally->least = in_flight < tally->least ? in_flight : tally->least;
	tally->most = in_flight > tally->most ? in_flight : tally->most;
}

static void print_tally(const struct load *l, const struct tally *t)
{
	printf("%llu cycles:", (unsigned long long)t->cycles);
	for (unsigned i = 0; i < l->processes->count; i++)
		printf(" %s %u,", l->processes->rows[i].name, t->kills[i]);
	printf(" all %u\n", t->kills[l->processes->count]);
	printf("answers in flight at each kill: at least %u, %u on average, at most %u; too few for "
		   "one %u "
		   "times\n",
		t->least, (unsigned)(t->sum / (t->cycles == 0 ? 1 : t->cycles)), t->most, t->passed_over);
	printf("%u commands answered, %llu answered again alike, %u inputs parked and let go\n",
		l->answered, (unsigned long long)l->repeats, l->parked);
}

static void assert_offline(struct load *l, const char *verb, const char *option)
{
	for (unsigned i = 0; i < l->processes->count; i++) {
		const char *name = l->processes->rows[i].name;

		if (processes_ctl(l->processes, (const char *const[]) { verb, name, option, NULL }) != 0)
			fail_msg("%s %s: %s", verb, name, l->processes->output);
	}
}

static void run_cycles(struct load *l, struct chance *chance, uint32_t cycles)
{
	struct tally tally = { .least = UINT32_MAX };

	while (tally.cycles < cycles && tally.passed_over <= PASSED_OVER_MAX && l->fault[0] == '\0') {
		uint32_t from = l->count;

		one_cycle(l, chance, &tally);
		/* Of what was answered long before the kill, some is sent again at once. */
		if (from > REPEATS_A_CYCLE)
			load_repeat_some(l, (uint32_t)chance_below(chance, from - REPEATS_A_CYCLE),
				REPEATS_A_CYCLE);
	}
	(void)load_finish(l, REST_MS);
	print_tally(l, &tally);
	if (tally.cycles < cycles)
		(void)load_wrong(l, "%u times there were too few answers in flight for a kill",
			tally.passed_over);
}

static void whatever_is_killed_nothing_answered_is_lost_or_done_twice(void **state)
{
	uint64_t seed = seed_new("test_kill_loop");
	struct chance chance = { seed };
	struct processes p;
	struct load *l;
	bool is_good;

	(void)state;
	printf("seed %llu\n", (unsigned long long)seed);
	processes_make(&p);
	for (unsigned i = 0; i < p.count; i++)
		processes_start(&p, i, NULL);
	l = load_open(&p);
	run_cycles(l, &chance, cycles_wanted());
	is_good = load_settled(l, REST_MS) && load_repeat(l, 0, REST_MS) && load_check(l);
	if (!is_good)
		(void)fprintf(stderr, "%s\n", l->fault);
	else if (processes_ctl(&p, (const char *const[]) { "verify", NULL }) != 0)
		fail_msg("verify: %s", p.output);
	for (unsigned i = 0; i < p.count && is_good; i++)
		assert_int_equal(processes_stop(&p, i), 0);
	if (is_good) {
		assert_offline(l, "verify", "--offline");
		assert_offline(l, "replay", NULL);
	}
	load_close(&l);
	processes_clear(&p, !is_good);
	assert_true(is_good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_killed_nothing_answered_is_lost_or_done_twice),
	};

	if (sodium_init() < 0)
		return 1;
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
