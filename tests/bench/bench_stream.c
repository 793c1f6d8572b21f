/* Followers that catch up on a long log over ipc, every event applied durably with its cursor; and
 * what services need at that many records: time to start, memory beside the mapped store. */
#include "bench/lap.h"
#include "bench/long_log.h"
#include "bench/rows.h"

#include <stdio.h>
#include <unistd.h>

enum {
	EVENTS = 1000000,
	EVENTS_SMALL = 60000,
	BARE_MAX = 300000,   /* inputs of the bare writer */
	OPEN_CASES = 100000, /* of workflow, before its rate is taken */
	LOOK_US = 20000,
	PATIENCE_US = 240000000,
	MEMORY_TARGET = 48 << 20,
	START_TARGET_US = 1000000,
};

static struct node node;

struct catching_up {
	double us;       /* from `after` events on to the head */
	uint64_t events; /* in that time */
	double batch;    /* events a transaction */
	double cpu_us;   /* of the follower, for each of them */
	double crowded_us;
	bool is_done;
};

/* Watches the service until its cursor in the stream is at the head. */
static struct catching_up catch_up(const char *service, const char *stream, uint64_t after)
{
	struct catching_up ret = { .is_done = false };
	uint64_t first = 0;
	double begun = 0;
	double given_up = lap_clock() + PATIENCE_US;
	uint64_t batches = 0;

	while (lap_clock() < given_up) {
		uint64_t head;
		uint64_t at = node_cursor(&node, service, stream, &head);

		if (begun == 0 && at > after) {
			begun = lap_clock();
			first = at;
			batches = node_state(&node, service).batch;
			ret.cpu_us = -node_cpu(&node, service);
			ret.crowded_us = -node_crowded(&node, service);
		}
		if (at > 0 && at >= head && head >= node_state(&node, stream).kepala.seq) {
			ret.us = lap_clock() - begun;
			ret.events = at - first;
			ret.is_done = true;
			batches = node_state(&node, service).batch - batches;
			ret.crowded_us = (ret.crowded_us + node_crowded(&node, service)) / (double)ret.events;
			ret.cpu_us = (ret.cpu_us + node_cpu(&node, service)) / (double)ret.events;
			ret.batch = batches == 0 ? 0 : (double)ret.events / (double)batches;
			break;
		}
		(void)usleep(LOOK_US);
	}
	return ret;
}

static void print_memory(const char *service, uint64_t records)
{
	char name[64];
	char rest[64];

	(void)snprintf(name, sizeof name, "memory.%s", service);
	(void)snprintf(rest, sizeof rest, "records=%llu target=%d", (unsigned long long)records,
		MEMORY_TARGET);
	bench_print(&(
		struct bench_line) { name, "bytes", (double)node_resident(&node, service), 0, NULL, rest });
}

static void print_start(const char *service, double us, uint64_t records)
{
	char name[64];
	char rest[64];

	(void)snprintf(name, sizeof name, "start.%s", service);
	(void)snprintf(rest, sizeof rest, "records=%llu target=%d", (unsigned long long)records,
		START_TARGET_US);
	bench_print(&(struct bench_line) { name, "us", us, 0, NULL, rest });
}

/* The rows that the follower wrote, written again by nothing but LMDB in batches of the same size. */
static double bare_rate(const char *service, uint64_t inputs, double batch,
	const char *const *counters)
{
	struct writer *writer;
	struct rows rows;
	struct lap lap;
	char folder[128];
	double rate;

	node_store_of(&node, service, folder);
	rows_learn(folder, inputs, counters, &rows);
	rows_print(service, &rows);
	(void)snprintf(folder, sizeof folder, "%s/data/bare-%s", node.folder, service);
	writer = writer_open(&rows, folder);
	lap_open(&lap);
	writer_run(writer, inputs, batch, &lap);
	rate = (double)inputs / lap.total_us * 1e6;
	lap_close(&lap);
	writer_close(&writer);
	return rate;
}

static const char *const reporting_counters[] = { "hitungan", NULL };
static const char *const workflow_counters[] = { "perkara_jumlah", NULL };

static void bench_follower(const char *service, const char *stream, const char *line,
	uint64_t after, uint64_t events, const char *const *counters, const char *target)
{
	struct catching_up c;
	char rest[160];
	double limit = 0;

	(void)node_start(&node, service);
	c = catch_up(service, stream, after);
	(void)snprintf(rest, sizeof rest,
		"events=%llu batch=%.0f cpu_us=%.1f crowded_us=%.1f caught_up=%s consumer=%s %s",
		(unsigned long long)c.events, c.batch, c.cpu_us, c.crowded_us, c.is_done ? "yes" : "no",
		service, target);
	if (c.is_done && counters != NULL)
		limit = bare_rate(service, events, c.batch, counters);
	bench_print(&(
		struct bench_line) { line, "events/s", (double)c.events / c.us * 1e6, limit, NULL, rest });
	print_memory(service, events);
	node_stop(&node, service);
	print_start(service, node_start(&node, service), events);
}

int main(void)
{
	uint64_t events = bench_is_small() ? EVENTS_SMALL : EVENTS;
	uint64_t open = bench_is_small() ? EVENTS_SMALL / 2 : OPEN_CASES;
	double begun;

	node_open(&node);
	(void)node_start(&node, "workflow");
	node_make_unit(&node);
	node_stop(&node, "workflow");
	(void)node_start(&node, "intake");
	node_stop(&node, "intake");
	begun = lap_clock();
	long_log_make(&node, events);
	printf("# a log of %llu events, made in %.1f s\n", (unsigned long long)events,
		(lap_clock() - begun) / 1e6);
	print_start("intake", node_start(&node, "intake"), events);
	print_memory("intake", events);
	bench_follower("reporting", "intake", "stream.ipc", 0, events, reporting_counters,
		"target=150000");
	node_stop(&node, "reporting");
	bench_follower("workflow", "intake", "stream.workflow", open, events, workflow_counters,
		"target_ratio=0.50");
	bench_follower("notification", "workflow", "stream.notification", 0, events, NULL, "");
	print_memory("intake", events);
	node_close(&node);
	return 0;
}
