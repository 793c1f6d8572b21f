/* The simulator's program: SIM_SEED is the first seed, SIM_RUNS how many; two processes share them.
 * A failing seed is printed with its invariant and ends the run with 1; it is then a line of
 * tests/sim/corpus, which runs before the others. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log_line.h"
#include "base/planted.h"
#include "runtime/engine.h"
#include "runtime/version.h"
#include "sim/nodes.h"
#include "sim/world.h"

enum { WORKERS = 2, CORPUS_MAX = 256, TREES_A_NODE = 5 /* seeds of one node, for a tree */ };

struct share {
	struct tally tallies[WORKERS];
	uint64_t failed[WORKERS];
	bool is_planted;
	bool is_tree;
	volatile bool is_found; /* a planted mistake: the other worker may stop */
	char found_by[256];
};

static void tally_add(struct tally *t, const struct world *w, uint64_t inputs)
{
	uint64_t faults = 0;

	for (int i = 0; i < FAULT_COUNT; i++) {
		t->faults[i] += w->faults[i];
		faults += w->faults[i];
	}
	t->inputs += inputs;
	for (uint32_t n = 0; n < w->node_count; n++)
		t->commands += client_accepted(w->nodes[n].client);
	t->virtual_us += (uint64_t)w->now;
	if (t->seeds == 0 || inputs < t->fewest_inputs)
		t->fewest_inputs = inputs;
	if (t->seeds == 0 || faults < t->fewest_faults)
		t->fewest_faults = faults;
	t->seeds++;
}

static void follows_print(const struct actor_host *h)
{
	const struct runtime *r = h->runtime;

	for (uint32_t n = 0; n < r->remote_count; n++)
		printf("sim:   remote %-10s %s state %d, %s, trouble %s\n", r->remotes[n].name,
			r->remotes[n].is.kind == REMOTE_PARENT ? "parent" : "child", r->remotes[n].is.state,
			r->remotes[n].peer == NULL ? "away" : "there",
			r->remotes[n].trouble == NULL ? "none" : r->remotes[n].trouble);
	for (uint32_t n = 0; n < r->follow_count; n++) {
		const struct follow *f = &r->follows[n];

		printf("sim:   reads %s%s: mirrored %" PRIu64 " decided %" PRIu64 " projected %" PRIu64
			   " read %" PRIu64 " told %" PRIu64 "%s%s%s, stopped %s, trouble %s\n",
			f->is_mirrored ? "into " : "", f->is_mirrored ? f->mirror_name : f->name,
			f->mirror.head.seq, f->decided.seq, f->projected.seq, f->read.seq, f->head_seq,
			f->peer == NULL ? ", no peer" : "", f->is_open ? ", open" : "",
			f->is_diverged   ? ", diverged"
				: f->is_tail ? ", tail"
							 : "",
			f->stopped == NULL ? "no" : f->stopped, f->trouble == NULL ? "none" : f->trouble);
	}
}

/* SIM_FIGURES=1: what each service did since its last start. */
static void figures_print(const struct world *w)
{
	for (uint32_t i = 0; i < w->host_count; i++) {
		const struct actor_host *h = &w->hosts[i];
		struct runtime_figures f;

		if (h->runtime == NULL)
			continue;
		runtime_figures(h->runtime, &f);
		printf("sim: %-10s %-12s starts %" PRIu64 " inputs %" PRIu64 " (+%" PRIu64
			   ") accepted %" PRIu64 " refused %" PRIu64 " again %" PRIu64 " events %" PRIu64
			   " letters %" PRIu64 " timers %" PRIu64 " work %" PRIu64 " parked %" PRIu64
			   " head %" PRIu64 "%s\n",
			h->node->name, h->service->name, h->starts, f.inputs, h->inputs, f.commands_accepted,
			f.commands_refused, f.duplicates, f.events_followed, f.letters_taken, f.timers_decided,
			f.work_started, f.parked, f.head.seq, f.is_fenced ? " fenced" : "");
		follows_print(h);
	}
}

/* What a seed comes to: the heads of all logs. */
static struct hash digest(const struct world *w)
{
	struct hash sum = { { 0 } };

	for (uint32_t i = 0; i < w->host_count; i++) {
		struct runtime_figures f = { 0 };

		if (w->hosts[i].runtime != NULL)
			runtime_figures(w->hosts[i].runtime, &f);
		sum = hash_labelled("seed", str_bytes(sum.bytes, sizeof sum.bytes),
			str_bytes(f.head.hash.bytes, sizeof f.head.hash.bytes));
	}
	return sum;
}

static bool seed_run(uint64_t seed, struct tally *tally, struct share *share,
	struct hash *ret_digest)
{
	static struct world w;
	bool is_good;

	if (share->is_tree)
		world_open_tree(&w, seed, tally);
	else
		world_open(&w, seed, tally);
	storm(&w);
	if (w.failure == NULL)
		rest(&w);
	if (w.failure == NULL)
		world_check(&w);
	is_good = w.failure == NULL;
	*ret_digest = digest(&w);
	tally_add(tally, &w, inputs_of(&w));
	if (!is_good && !share->is_planted)
		printf("sim: seed %" PRIu64 " of commit %s breaks %s: %s\n", seed, version_commit,
			w.failure, w.failure_text);
	if (!is_good)
		(void)snprintf(share->found_by, sizeof share->found_by, "%s (seed %" PRIu64 ": %.180s)",
			w.failure, seed, w.failure_text);
	if (getenv("SIM_FIGURES") != NULL)
		figures_print(&w);
	fflush(stdout);
	world_close(&w);
	return is_good;
}

static uint64_t number(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);

	return text == NULL || *text == '\0' ? fallback : strtoull(text, NULL, 10);
}

/* The seeds to run: the corpus first, then runs of them from the first on. */
struct seeds {
	uint64_t corpus[CORPUS_MAX];
	uint64_t corpus_len;
	uint64_t first, runs;
};

static uint64_t seed_at(const struct seeds *seeds, uint64_t i)
{
	return i < seeds->corpus_len ? seeds->corpus[i] : seeds->first + i - seeds->corpus_len;
}

/* Lines of a tree begin with the word. */
static void corpus_read(struct seeds *seeds, bool is_tree)
{
	FILE *file = fopen(TEST_DATA "/../sim/corpus", "r");
	char line[256];

	if (file == NULL)
		return;
	while (seeds->corpus_len < CORPUS_MAX && fgets(line, sizeof line, file) != NULL) {
		const char *digits = is_tree && strncmp(line, "tree ", 5) == 0 ? line + 5 : line;

		if ((digits != line) == is_tree && *digits >= '0' && *digits <= '9')
			seeds->corpus[seeds->corpus_len++] = strtoull(digits, NULL, 10);
	}
	(void)fclose(file);
}

static void worker(struct share *share, int me, const struct seeds *seeds)
{
	uint64_t all = seeds->corpus_len + seeds->runs;
	struct hash once, twice;

	for (uint64_t i = (uint64_t)me; i < all && !share->is_found; i += WORKERS) {
		bool is_good = seed_run(seed_at(seeds, i), &share->tallies[me], share, &once);

		/* the first seed of each worker again: the same seed is the same run, to the byte */
		if (is_good && i == (uint64_t)me) {
			is_good = seed_run(seed_at(seeds, i), &share->tallies[me], share, &twice) &&
				hash_equal(&once, &twice);
			printf("sim: seed %" PRIu64 " twice gives %s heads\n", seed_at(seeds, i),
				is_good ? "the same" : "OTHER");
			fflush(stdout);
		}
		if (!is_good) {
			share->failed[me]++;
			share->is_found = share->is_planted || getenv("SIM_STOP") != NULL;
		}
		if (me == 0 && i % 50 == 0 && isatty(STDERR_FILENO))
			fprintf(stderr, "\rsim: %" PRIu64 " of %" PRIu64, i, all);
	}
}

static uint64_t print(const struct share *share, uint64_t runs)
{
	struct tally t = share->tallies[0];
	uint64_t failed = share->failed[0], few = 0;
	/* what happens once in some trees, an upgrade say, is not to be asked of a hundred */
	uint64_t enough = share->is_tree ? 200 : 1000, fewest = share->is_tree ? 25 : 100;

	for (int m = 1; m < WORKERS; m++) {
		const struct tally *o = &share->tallies[m];

		failed += share->failed[m];
		t.inputs += o->inputs;
		t.commands += o->commands;
		t.seeds += o->seeds;
		t.virtual_us += o->virtual_us;
		if (o->seeds > 0 && o->fewest_inputs < t.fewest_inputs)
			t.fewest_inputs = o->fewest_inputs;
		if (o->seeds > 0 && o->fewest_faults < t.fewest_faults)
			t.fewest_faults = o->fewest_faults;
		for (int i = 0; i < FAULT_COUNT; i++)
			t.faults[i] += o->faults[i];
		for (int i = 0; i < POINTS_MAX && o->points[i].name[0] != '\0'; i++)
			for (int k = 0; k < POINTS_MAX; k++) {
				if (t.points[k].name[0] != '\0' && strcmp(t.points[k].name, o->points[i].name) != 0)
					continue;
				memcpy(t.points[k].name, o->points[i].name, sizeof t.points[k].name);
				t.points[k].passages += o->points[i].passages;
				t.points[k].crashes += o->points[i].crashes;
				break;
			}
	}
	printf("sim: %" PRIu64 " seeds, %" PRIu64 " inputs (fewest in a seed %" PRIu64 "), %" PRIu64
		   " commands accepted, fewest faults in a seed %" PRIu64 ", %.1f days of virtual time\n",
		t.seeds, t.inputs, t.fewest_inputs, t.commands, t.fewest_faults,
		(double)t.virtual_us / 86400e6);
	for (int i = 0; i < (share->is_tree ? FAULT_COUNT : FAULT_TREE_FIRST); i++) {
		printf("sim: fault %-14s %" PRIu64 "\n", fault_names[i], t.faults[i]);
		few += runs >= enough && t.faults[i] < fewest;
	}
	for (int i = 0; i < POINTS_MAX && t.points[i].name[0] != '\0'; i++) {
		printf("sim: point %-28s passed %" PRIu64 " crashed %" PRIu64 "\n", t.points[i].name,
			t.points[i].passages, t.points[i].crashes);
		few += runs >= enough && t.points[i].crashes < fewest;
	}
	if (few > 0)
		printf("sim: %" PRIu64 " kinds of fault or crash points were hit under %" PRIu64 " times\n",
			few, fewest);
	return failed + few;
}

/* Runs the seeds in two processes. A process that ends abnormally has failed: an assertion is a find too. */
static uint64_t run(struct share *share, const struct seeds *seeds)
{
	uint64_t ended = 0;
	pid_t pids[WORKERS];

	for (int m = 0; m < WORKERS; m++) {
		pids[m] = fork();
		if (pids[m] == 0) {
			worker(share, m, seeds);
			_exit(0);
		}
	}
	for (int m = 0; m < WORKERS; m++) {
		int status = 0;

		if (waitpid(pids[m], &status, 0) >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
			continue;
		ended++;
		share->is_found = share->is_planted;
		if (share->is_planted)
			(void)snprintf(share->found_by, sizeof share->found_by, "an assertion");
		else
			printf("sim: a process ended abnormally (status %d) in seed %" PRIu64 "\n", status,
				seed_at(seeds, (uint64_t)m + WORKERS * share->tallies[m].seeds));
	}
	return ended;
}

#ifdef PPID_PLANTED
enum planted planted_now;

static const char *const planted_names[PLANTED_COUNT] = {
	[PLANTED_NONE] = "none",
	[PLANTED_MARK_APART] = "mark in another transaction",
	[PLANTED_CURSOR_FIRST] = "cursor before apply",
	[PLANTED_REPLY_FIRST] = "reply before commit",
	[PLANTED_APPLY_VAULT] = "apply reading the vault",
	[PLANTED_TIMER_FIRST] = "timer before streams",
	[PLANTED_ID_AGAIN] = "id reused after a crash",
	[PLANTED_NUMBER_STALE] = "number from a stale read",
	[PLANTED_HEAD_KEPT] = "chain head kept after an abort",
	[PLANTED_RESUME_SEQ] = "resumed by number alone",
	[PLANTED_EPOCH_UNCHECKED] = "epoch of a copy not looked at",
	[PLANTED_SALVAGE_UNCHAINED] = "salvage without the chain",
	[PLANTED_MIRROR_AFTER_CURSOR] = "copy's place before its record",
};

/* One mistake, or none of them: how many seeds it took, 0 when all passed. */
static uint64_t plant(struct share *share, enum planted which, bool is_tree, uint64_t runs)
{
	struct seeds seeds = { .first = number("SIM_SEED", 1), .runs = runs };

	memset(share, 0, sizeof *share);
	share->is_planted = true;
	share->is_tree = is_tree;
	planted_now = which;
	(void)run(share, &seeds);
	return share->is_found ? share->tallies[0].seeds + share->tallies[1].seeds : 0;
}

/* Without a mistake the same seeds pass: what was found was the mistake. */
static int find_none(struct share *share, bool is_tree, uint64_t runs)
{
	uint64_t seeds = runs == 0 ? 0 : plant(share, PLANTED_NONE, is_tree, runs);

	if (runs > 0)
		printf("sim: planted \"none\" in %s is %s under %" PRIu64 " seeds%s%s\n",
			is_tree ? "trees" : "one node", seeds > 0 ? "FOUND" : "not found", runs,
			seeds > 0 ? " by " : "", share->found_by);
	fflush(stdout);
	return seeds > 0 ? 1 : 0;
}

/* Each planted mistake in turn: found within the seeds, or this simulator looks at nothing. */
static int find_planted(struct share *share, uint64_t runs)
{
	uint64_t only = number("SIM_PLANT", 0), most[2] = { 0 };
	int missed = 0;

	for (int p = PLANTED_NONE + 1; p < PLANTED_COUNT; p++) {
		bool is_tree = p >= PLANTED_TREE_FIRST;
		uint64_t bound = is_tree ? (runs + TREES_A_NODE - 1) / TREES_A_NODE : runs, seeds;

		if (only != 0 && only != (uint64_t)p)
			continue;
		seeds = plant(share, (enum planted)p, is_tree, bound);
		missed += seeds > 0 ? 0 : 1;
		printf("sim: planted \"%s\" %s %" PRIu64 " seeds of at most %" PRIu64 "%s%s\n",
			planted_names[p], seeds > 0 ? "is found in" : "is NOT found in",
			seeds > 0 ? seeds : bound, bound, seeds > 0 ? " by " : "", share->found_by);
		fflush(stdout);
		if (seeds > most[is_tree])
			most[is_tree] = seeds;
	}
	for (int is_tree = 0; is_tree < 2; is_tree++)
		missed += find_none(share, is_tree == 1, most[is_tree]);
	printf("%d passed, %d failed, 0 skipped\n", PLANTED_COUNT + 1 - missed, missed);
	return missed == 0 ? 0 : 1;
}
#endif

/* One world's seeds, with their figures. */
static uint64_t run_world(struct share *share, bool is_tree, uint64_t runs)
{
	struct seeds seeds = { .first = number("SIM_SEED", 1), .runs = runs };
	uint64_t failed;

	memset(share, 0, sizeof *share);
	share->is_tree = is_tree;
	printf("sim: %s\n", is_tree ? "trees of nodes" : "one node");
	fflush(stdout);
	if (runs > 1)
		corpus_read(&seeds, is_tree);
	failed = run(share, &seeds);
	return failed + print(share, runs);
}

/* SIM_WORLD=node or SIM_WORLD=tree: that one alone. */
static bool is_wanted(const char *world)
{
	const char *only = getenv("SIM_WORLD");

	return only == NULL || *only == '\0' || strcmp(only, world) == 0;
}

int main(void)
{
	uint64_t runs = number("SIM_RUNS", 20), failed = 0, seeds = 0;
	/* A tree is some twenty times the work of one node. SIM_WORLD=tree runs as many as are asked for. */
	uint64_t trees = is_wanted("node") && runs > 1 ? (runs + 24) / 25 : runs;
	struct share *share =
		mmap(NULL, sizeof *share, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (share == MAP_FAILED)
		return 2;
	log_setup(getenv("SIM_LOG") == NULL ? LOG_SILENT : LOG_DEBUG, "sim");
#ifdef PPID_PLANTED
	if (getenv("SIM_PLANTED") != NULL)
		return find_planted(share, runs);
#endif
	if (is_wanted("node")) {
		failed += run_world(share, false, runs);
		seeds += share->tallies[0].seeds + share->tallies[1].seeds;
	}
	if (is_wanted("tree")) {
		failed += run_world(share, true, trees);
		seeds += share->tallies[0].seeds + share->tallies[1].seeds;
	}
	printf("%" PRIu64 " passed, %" PRIu64 " failed, 0 skipped\n",
		seeds > failed ? seeds - failed : 0, failed);
	return failed == 0 ? 0 : 1;
}
