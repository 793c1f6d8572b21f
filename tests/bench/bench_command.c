/* What it costs to lodge a request durably: real clients over ipc at a real ppid-intake, beside a
 * bare LMDB writer of the same rows in batches of the same size. Both take turns, round by round.
 * First intake alone, then with workflow, notification and reporting behind it. */
#include "bench/senders.h"
#include "bench/node.h"
#include "bench/requests.h"
#include "bench/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ROUNDS = 6,
	WARM_US = 1000000,
	CATCH_UP_US = 60000000,
};

static const char *const counters[] = { "nomor_urut", NULL };

/* --- one number of clients --- */

struct side {
	struct lap lap;
	uint64_t count;
};

static double rate(const struct side *s)
{
	return (double)s->count / s->lap.total_us * 1e6;
}

struct bench {
	struct node node;
	struct requests requests;
	struct rows rows;
	char endpoint[128];
	char writer_folder[128];
};

/* Answers of one round, and how many of them came with one commit. */
static double round_of(struct bench *b, struct senders *load, double us, struct side *s)
{
	struct keadaan_layanan before = node_state(&b->node, "intake");
	uint64_t batches = before.batch;
	uint64_t answers;

	senders_run(load, us, &s->lap, &answers);
	s->count += answers;
	return (double)answers / (double)(node_state(&b->node, "intake").batch - batches);
}

struct figures {
	double batch;
	double cpu_us, own_us; /* of the service and of the load, for each answer */
	double limit_cpu_us;   /* of the writer */
	double crowded_us;
};

static void print(uint32_t clients, const struct figures *f, struct side *ours, struct side *bare)
{
	double p50 = lap_at(&bare->lap, 0.5);
	double p99 = lap_at(&bare->lap, 0.99);
	char name[32];
	char rest[256];

	(void)snprintf(name, sizeof name, "command.%u", clients);
	(void)snprintf(rest, sizeof rest,
		"batch=%.1f limit_p50_us=%.0f limit_p99_us=%.0f p99_ratio=%.2f cpu_us=%.1f "
		"limit_cpu_us=%.1f load_cpu_us=%.1f crowded_us=%.1f "
		"target_ratio=0.50 target_p99_ratio=4.00",
		f->batch, p50, p99, lap_at(&ours->lap, 0.99) / p99, f->cpu_us, f->limit_cpu_us, f->own_us,
		f->crowded_us);
	bench_print(
		&(struct bench_line) { name, "commands/s", rate(ours), rate(bare), &ours->lap, rest });
}

static void bench_clients(struct bench *b, struct writer *writer, uint32_t clients)
{
	double us = bench_is_small() ? 300000 : 800000;
	struct senders *load = senders_open(b->endpoint, clients, 1, requests_next, &b->requests);
	struct figures f = { 0 };
	struct side ours = { .count = 0 };
	struct side bare = { .count = 0 };

	lap_open(&ours.lap);
	lap_open(&bare.lap);
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t before = ours.count;
		double cpu = node_cpu(&b->node, "intake");
		double crowded = node_crowded(&b->node, "intake");
		double own = bench_cpu();
		double batch = round_of(b, load, us, &ours);

		f.batch += batch / ROUNDS;
		f.cpu_us += node_cpu(&b->node, "intake") - cpu;
		f.crowded_us += node_crowded(&b->node, "intake") - crowded;
		f.own_us += bench_cpu() - own;
		before = ours.count - before;
		own = bench_cpu();
		writer_run(writer, before, batch, &bare.lap);
		f.limit_cpu_us += bench_cpu() - own;
		bare.count += before;
	}
	f.cpu_us /= (double)ours.count;
	f.crowded_us /= (double)ours.count;
	f.limit_cpu_us /= (double)bare.count;
	f.own_us /= (double)ours.count;
	print(clients, &f, &ours, &bare);
	lap_close(&ours.lap);
	lap_close(&bare.lap);
	senders_close(&load);
}

/* --- with followers --- */

struct follower {
	const char *name;
	const char *stream;
};

static const struct follower followers[] = {
	{ "workflow", "intake" },
	{ "notification", "workflow" },
	{ "reporting", "intake" },
	{ "intake", "workflow" },
};

enum { FOLLOWERS = sizeof followers / sizeof followers[0] };

static uint64_t lag_of(struct bench *b, const struct follower *f, uint64_t *ret_head)
{
	uint64_t known, at;

	*ret_head = node_state(&b->node, f->stream).kepala.seq;
	at = node_cursor(&b->node, f->name, f->stream, &known);
	return at < *ret_head ? *ret_head - at : 0;
}

/* Whether it came to the head before the time was over. */
static bool catches_up(struct bench *b, const struct follower *f, double until, uint64_t *ret_head)
{
	while (lag_of(b, f, ret_head) > 0) {
		if (lap_clock() > until)
			return false;
		(void)usleep(20000);
	}
	return true;
}

/* Who was down is dialled again after a pause: the load begins when everybody is at the head. */
static void start_followers(struct bench *b)
{
	double until = lap_clock() + CATCH_UP_US;
	uint64_t head;

	for (int i = 0; i < 3; i++)
		if (!node_is_running(&b->node, followers[i].name))
			(void)node_start(&b->node, followers[i].name);
	for (int i = 0; i < FOLLOWERS; i++)
		bench_must(catches_up(b, &followers[i], until, &head), "a follower does not catch up");
}

static void bench_followed(struct bench *b, uint32_t clients)
{
	double us = bench_is_small() ? 1000000 : 6000000;
	struct senders *load;
	struct side ours = { .count = 0 };
	uint64_t lag[FOLLOWERS];
	uint64_t head;
	char name[64];
	char rest[256];
	double batch;
	double begun;

	start_followers(b);
	lap_open(&ours.lap);
	load = senders_open(b->endpoint, clients, 1, requests_next, &b->requests);
	batch = round_of(b, load, us, &ours);
	senders_close(&load);
	begun = lap_clock();
	for (int i = 0; i < FOLLOWERS; i++)
		lag[i] = lag_of(b, &followers[i], &head);
	(void)snprintf(rest, sizeof rest, "batch=%.1f followers=workflow,notification,reporting",
		batch);
	(void)snprintf(name, sizeof name, "command.%u.followed", clients);
	bench_print(&(struct bench_line) { name, "commands/s", rate(&ours), 0, &ours.lap, rest });
	for (int i = 0; i < FOLLOWERS; i++) {
		bool is_there = catches_up(b, &followers[i], begun + CATCH_UP_US, &head);

		(void)snprintf(name, sizeof name, "lag.%s.%s", followers[i].name, followers[i].stream);
		(void)snprintf(rest, sizeof rest, "head=%llu caught_up=%s after_us=%.0f",
			(unsigned long long)head, is_there ? "yes" : "no", lap_clock() - begun);
		bench_print(&(struct bench_line) { name, "events", (double)lag[i], 0, NULL, rest });
	}
	lap_close(&ours.lap);
}

/* --- the whole --- */

static void learn(struct bench *b)
{
	struct senders *load = senders_open(b->endpoint, 64, 1, requests_next, &b->requests);
	struct side warm = { .count = 0 };
	char store[128];

	lap_open(&warm.lap);
	(void)round_of(b, load, WARM_US, &warm);
	senders_close(&load);
	lap_close(&warm.lap);
	node_store_of(&b->node, "intake", store);
	rows_learn(store, warm.count, counters, &b->rows);
	rows_print("intake", &b->rows);
}

int main(int argc, char **argv)
{
	static struct bench b;
	struct writer *writer;

	node_open(&b.node);
	node_endpoint_of(&b.node, "intake", b.endpoint);
	(void)node_start(&b.node, "workflow");
	node_make_unit(&b.node);
	(void)node_start(&b.node, "intake");
	for (uint64_t head = 1, at = 0; at < head;)
		at = node_cursor(&b.node, "intake", "workflow", &head);
	node_stop(&b.node, "workflow");
	if (argc > 1) { /* seconds of load by 64 clients alone: for a profiler to look at */
		struct senders *load = senders_open(b.endpoint, 64, 1, requests_next, &b.requests);
		struct side side = { .count = 0 };

		lap_open(&side.lap);
		printf("# pid of ppid-intake: %d\n", b.node.running[1].pid);
		(void)fflush(stdout);
		printf("# batch %.1f\n", round_of(&b, load, atof(argv[1]) * 1e6, &side));
		printf("# rate %.0f\n", rate(&side));
		senders_close(&load);
		node_close(&b.node);
		return 0;
	}
	learn(&b);
	(void)snprintf(b.writer_folder, sizeof b.writer_folder, "%s/data/bare", b.node.folder);
	writer = writer_open(&b.rows, b.writer_folder);
	bench_clients(&b, writer, 1);
	bench_clients(&b, writer, 64);
	bench_clients(&b, writer, 256);
	writer_close(&writer);
	bench_followed(&b, 64);
	node_close(&b.node);
	return 0;
}
