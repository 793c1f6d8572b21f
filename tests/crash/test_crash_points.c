/* Real processes killed at every named crash point, at its first passages, and started again: what was
 * answered is there, nothing was done twice, no number is missing. A point that stands in the sources
 * and not in the list below fails the test. POINT=name tries one alone. */
#include "lib/load.h"
#include "lib/mailbox.h"
#include "lib/seed.h"
#include "lib/stale.h"

#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <sodium.h>

enum {
	PASSAGES = 3,
	SMALL_WINDOW = 16,
	STEP_MS = 3,
	DEATH_MS = 8000,
	BUSY_MS = 100,
	REST_MS = 15000,
	POINT_MAX = 64
};

enum scenario {
	UNDER_LOAD, /* requests lodged and worked on */
	NEW_UNITS,  /* the same, each moment for another unit: another series of numbers */
	STALE,      /* started on a store whose tables are of an older version */
	WITH_MAIL,  /* requesters have an e-mail address, and a mail server takes their receipts */
	PLANTED,    /* only in a build with planted mistakes: the simulator's */
	THE_STORE,  /* killed there by test_store_faults */
	A_LINK,     /* needs a node above: killed there by tests/e2e/test_salvage.py */
};

struct point {
	const char *name;
	const char *services; /* that pass it in this scenario */
	enum scenario scenario;
	int passages;
};

/* clang-format off */
static const struct point points[] = {
	/* First, while the logs are short: after a kill a rebuild goes on one input at a time. */
	{ "shadow_swapped",      "intake workflow notification reporting", STALE,      1 },
	{ "rebuild_before_swap", "intake workflow notification reporting", STALE,      1 },
	{ "batch_before_commit", "intake workflow notification reporting", UNDER_LOAD, PASSAGES },
	{ "batch_after_commit",  "intake workflow notification reporting", UNDER_LOAD, PASSAGES },
	{ "batch_answered",      "intake workflow notification reporting", UNDER_LOAD, PASSAGES },
	{ "before_commit",       "intake workflow notification reporting", UNDER_LOAD, PASSAGES },
	{ "after_commit",        "intake workflow notification reporting", UNDER_LOAD, PASSAGES },
	{ "kv_before_commit",    "intake workflow notification reporting", UNDER_LOAD, PASSAGES },
	{ "kv_after_commit",     "intake workflow notification reporting", UNDER_LOAD, PASSAGES },
	{ "head_noted",          "intake workflow notification",           UNDER_LOAD, PASSAGES },
	{ "log_appended",        "intake workflow notification",           UNDER_LOAD, PASSAGES },
	{ "vault_put",           "intake notification",                    UNDER_LOAD, PASSAGES },
	{ "letter_sent",         "intake",                                 UNDER_LOAD, PASSAGES },
	{ "bound_noted",         "intake",                                 NEW_UNITS,  PASSAGES },
	{ "sent_noted",          "notification",                           WITH_MAIL,  PASSAGES },
	{ "planted_between",     "",                                       PLANTED,    0 },
	{ "mirror_appended",     "",                                       THE_STORE,  0 },
	{ "salvage_before_commit", "",                                     A_LINK,     0 },
};
/* clang-format on */
enum { POINTS = sizeof points / sizeof points[0] };

/* A sanitized build is slow, and kills find no more in it. */
static bool is_quick(void)
{
#ifdef __SANITIZE_ADDRESS__
	return true;
#else
	return seed_is_quick();
#endif
}

/* --- the list against the sources --- */

static bool found[POINTS];
static char unlisted[POINT_MAX];

static void note_point(const char *name, size_t len)
{
	for (int i = 0; i < POINTS; i++)
		if (strlen(points[i].name) == len && strncmp(points[i].name, name, len) == 0) {
			found[i] = true;
			return;
		}
	if (unlisted[0] == '\0')
		(void)snprintf(unlisted, sizeof unlisted, "%.*s", (int)len, name);
}

static int look_into(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	static const char call[] = "crash_point(\"";
	size_t len = strlen(path);
	char line[512];
	FILE *file;

	(void)st;
	(void)at;
	if (kind != FTW_F || len < 2 || strcmp(path + len - 2, ".c") != 0)
		return 0;
	file = fopen(path, "r");
	if (file == NULL)
		return 1;
	while (fgets(line, sizeof line, file) != NULL) {
		const char *name = strstr(line, call);

		if (name != NULL)
			note_point(name + strlen(call), strcspn(name + strlen(call), "\""));
	}
	(void)fclose(file);
	return 0;
}

static void every_point_of_the_sources_is_tested(void **state)
{
	(void)state;
	assert_int_equal(nftw(TEST_DATA "/../../common", look_into, 16, FTW_PHYS), 0);
	assert_int_equal(nftw(TEST_DATA "/../../services", look_into, 16, FTW_PHYS), 0);
	if (unlisted[0] != '\0')
		fail_msg("no test kills at crash point %s", unlisted);
	for (int i = 0; i < POINTS; i++)
		if (!found[i])
			fail_msg("no source has crash point %s", points[i].name);
}

/* --- killed there --- */

struct killing {
	struct processes *p;
	struct load *l;
	struct mailbox mailbox;
	uint32_t runs;
	bool is_alone; /* the load is one command */
};

static bool is_reached(struct killing *k, const struct point *point, unsigned at, int nth)
{
	char crash[POINT_MAX + 8];
	int code = 0;

	(void)snprintf(crash, sizeof crash, "%s:%d", point->name, nth);
	processes_start(k->p, at, crash);
	for (int ms = 0; ms < DEATH_MS && k->l->fault[0] == '\0'; ms += STEP_MS) {
		/* A point that is passed seldom needs time, not load. */
		if (!k->is_alone)
			k->l->lodge_window = k->l->back_window = ms < BUSY_MS ? SMALL_WINDOW : 1;
		load_run(k->l, STEP_MS);
		if (ms >= BUSY_MS)
			(void)nanosleep(&(struct timespec) { .tv_nsec = STEP_MS * 1000000L }, NULL);
		if (processes_ended(k->p, at, &code)) {
			if (code == 128 + SIGKILL)
				return true;
			return load_wrong(k->l, "%s %s ended with %d", k->p->rows[at].name, crash, code);
		}
		if (point->scenario == NEW_UNITS && ms % (10 * STEP_MS) == 0)
			load_next_unit(k->l);
	}
	return load_wrong(k->l, "%s never passed %s", k->p->rows[at].name, crash);
}

static bool kill_at(struct killing *k, const struct point *point, unsigned at, int nth)
{
	struct load *l = k->l;
	uint32_t from = l->count;
	bool is_good = processes_stop(k->p, at) == 0;

	if (is_good && point->scenario == STALE)
		is_good = stale_make(k->p, k->p->rows[at].name);
	l->with_mail = point->scenario == WITH_MAIL;
	is_good = is_good && is_reached(k, point, at, nth);
	if (k->p->rows[at].pid == 0)
		processes_start(k->p, at, NULL);
	is_good = is_good && load_finish(l, REST_MS) && load_settled(l, REST_MS) &&
		load_repeat(l, from, REST_MS) && load_check(l);
	l->with_mail = false;
	k->runs++;
	if (!is_good)
		(void)fprintf(stderr, "%s, %s:%d: %s\n", k->p->rows[at].name, point->name, nth, l->fault);
	return is_good;
}

/* The first service that passes it dies at each of its first passages; the others at one of them, in
 * turn, or at each too with EVERY=1. */
static bool is_chosen(const struct point *point, bool is_first, int nth)
{
	int index = (int)(point - points);

	if (is_quick())
		return is_first && nth == 1;
	return is_first || getenv("EVERY") != NULL || nth == 1 + index % point->passages;
}

static bool kill_at_all(struct killing *k, const struct point *point)
{
	char services[128];
	char *rest = services;
	const char *name;
	const char *only = getenv("POINT");

	if (only != NULL && strcmp(only, point->name) != 0)
		return true;
	(void)snprintf(services, sizeof services, "%s", point->services);
	for (bool is_first = true; (name = strsep(&rest, " ")) != NULL && name[0] != '\0';
		 is_first = false) {
		int at = processes_find(k->p, name);

		for (int nth = 1; nth <= point->passages; nth++)
			if (is_chosen(point, is_first, nth) &&
				(at < 0 || !kill_at(k, point, (unsigned)at, nth)))
				return false;
	}
	return true;
}

static void begin(struct killing *k, struct processes *p)
{
	*k = (struct killing) { .p = p };
	processes_make(p);
	mailbox_open(&k->mailbox, p);
	for (unsigned i = 0; i < p->count; i++)
		processes_start(p, i, NULL);
	k->l = load_open(p);
	k->l->lodge_window = k->l->back_window = SMALL_WINDOW;
}

static void end(struct killing *k, bool is_good)
{
	load_close(&k->l);
	mailbox_close(&k->mailbox);
	processes_clear(k->p, !is_good);
}

static void killed_at_every_point_nothing_is_lost_or_done_twice(void **state)
{
	static struct processes p;
	static struct killing k;
	bool is_good = true;

	(void)state;
	begin(&k, &p);
	for (int i = 0; i < POINTS && is_good; i++)
		is_good = kill_at_all(&k, &points[i]);
	/* Each mail has an address of its own: a receipt may be uncertain, and is never there twice. */
	if (is_good && mailbox_most(&k.mailbox) > 1)
		is_good = load_wrong(k.l, "a receipt was mailed %u times", mailbox_most(&k.mailbox));
	printf(
		"%u kills at crash points, %u commands answered, %u inputs parked and let go, %u mails\n",
		k.runs, k.l->answered, k.l->parked, mailbox_count(&k.mailbox));
	for (unsigned i = 0; i < p.count && is_good; i++)
		is_good = processes_stop(&p, i) == 0;
	if (is_good)
		is_good = processes_ctl(&p, (const char *const[]) { "verify", "--offline", NULL }) == 0 &&
			processes_ctl(&p, (const char *const[]) { "replay", NULL }) == 0;
	if (!is_good)
		(void)fprintf(stderr, "%s\n%s\n", k.l->fault, p.output);
	end(&k, is_good);
	assert_true(is_good);
}

/* One command alone, killed in its transaction: at the second time it was tried it is suspect. */
static bool end_twice(struct killing *k, unsigned at)
{
	static const struct point before = { "batch_before_commit", "", UNDER_LOAD, 1 };

	k->is_alone = true;
	k->l->lodge_window = 0;
	k->l->back_window = 1;
	return processes_stop(k->p, at) == 0 && is_reached(k, &before, at, 1) &&
		is_reached(k, &before, at, 1);
}

static void a_command_that_ended_the_process_twice_is_parked_until_a_person_lets_it_go(void **state)
{
	static struct processes p;
	static struct killing k;
	unsigned at;
	bool is_good;

	(void)state;
	begin(&k, &p);
	at = (unsigned)k.l->workflow;
	is_good = end_twice(&k, at);
	processes_start(&p, at, NULL);
	for (int i = 0; i < DEATH_MS / STEP_MS && is_good && k.l->put_off == 0; i++)
		load_run(k.l, STEP_MS);
	k.l->back_window = 0;
	is_good = is_good && k.l->put_off == 1 && strstr(k.l->refusal, "diparkir") != NULL &&
		load_finish(k.l, REST_MS) && k.l->parked == 1 && load_repeat(k.l, 0, REST_MS) &&
		load_settled(k.l, REST_MS) && load_check(k.l);
	if (!is_good)
		(void)fprintf(stderr, "put off %u, parked %u: %s %s\n", k.l->put_off, k.l->parked,
			k.l->refusal, k.l->fault);
	for (unsigned i = 0; i < p.count && is_good; i++)
		is_good = processes_stop(&p, i) == 0;
	is_good = is_good && processes_ctl(&p, (const char *const[]) { "replay", NULL }) == 0;
	end(&k, is_good);
	assert_true(is_good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_point_of_the_sources_is_tested),
		cmocka_unit_test(killed_at_every_point_nothing_is_lost_or_done_twice),
		cmocka_unit_test(
			a_command_that_ended_the_process_twice_is_parked_until_a_person_lets_it_go),
	};

	if (sodium_init() < 0)
		return 1;
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
