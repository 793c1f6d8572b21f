/* The link between two nodes, in real processes over TCP with CURVE on loopback: a node above that catches up on a
 * million events of one below, every one applied durably. */
#include "bench/children.h"
#include "bench/delay.h"
#include "bench/lap.h"
#include "bench/linked.h"
#include "bench/long_log.h"
#include "bench/requests.h"
#include "bench/rows.h"
#include "bench/sockets.h"

#include "base/hash.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	EVENTS = 1000000,
	EVENTS_SMALL = 60000,
	LOOK_US = 50000,
	PATIENCE_US = 240000000,
	REQUESTS = 2000,
	REQUESTS_SMALL = 250,
	REQUESTS_A_SECOND = 50,
	DELAY_TARGET_US = 50000,
	CHILD_EVENTS = 4000,
	CHILD_EVENTS_SMALL = 500,
	MESSAGE_BYTES = 256 * 1024, /* of a message of events, as the runtime fills it */
};

static struct node above, below;

/* --- catching up --- */

struct catching_up {
	double us;       /* from the first events on to the head */
	uint64_t events; /* in that time */
	double batch;    /* events a transaction */
	double cpu_us;   /* of the holder, for each of them */
	double source_cpu_us;
	double crowded_us;
};

/* Watches federation of `holder` until it has all events of the stream; source: whose process serves them. */
static struct catching_up catch_up(struct node *holder, const char *stream, uint64_t events,
	struct node *source, const char *service)
{
	struct catching_up ret = { .us = 0 };
	double given_up = lap_clock() + PATIENCE_US;
	uint64_t first = 0, batches = 0, at;
	double begun = 0;

	while ((at = linked_held(holder, stream)) < events) {
		bench_must(lap_clock() < given_up, "a stream is not mirrored in time");
		if (begun == 0 && at > 0) {
			first = at;
			begun = lap_clock();
			batches = node_state(holder, "federation").batch;
			ret.cpu_us = -node_cpu(holder, "federation");
			ret.source_cpu_us = -node_cpu(source, service);
			ret.crowded_us = -node_crowded(holder, "federation");
		}
		(void)usleep(begun == 0 ? LOOK_US / 10 : LOOK_US);
	}
	bench_must(begun > 0, "a stream was there before it was looked at");
	ret.us = lap_clock() - begun;
	ret.events = at - first;
	batches = node_state(holder, "federation").batch - batches;
	ret.batch = batches == 0 ? 0 : (double)ret.events / (double)batches;
	ret.cpu_us = (ret.cpu_us + node_cpu(holder, "federation")) / (double)ret.events;
	ret.source_cpu_us = (ret.source_cpu_us + node_cpu(source, service)) / (double)ret.events;
	ret.crowded_us = (ret.crowded_us + node_crowded(holder, "federation")) / (double)ret.events;
	return ret;
}

/* The rows of the copy, written again by nothing but LMDB in batches of the same size; and how many of its records
 * bare sockets would carry. */
struct limits {
	double puts, sockets; /* events a second */
	double cpu_us;        /* of the bare writer, for each */
};

static struct limits limits_of(struct node *holder, uint64_t events, double batch)
{
	static const char *const counters[] = { NULL };
	uint32_t record = 0;
	struct limits ret;
	struct writer *writer;
	struct rows rows;
	struct lap lap;
	char folder[128];
	uint32_t in_message;

	node_store_of(holder, "federation", folder);
	rows_learn(folder, events, counters, &rows);
	rows_print("federation", &rows);
	for (uint32_t n = 0; n < rows.count; n++)
		record += (uint32_t)rows.kinds[n].value_bytes;
	record = record + 4 - HASH_BYTES; /* of a record in a message */
	(void)snprintf(folder, sizeof folder, "%s/data/bare", holder->folder);
	writer = writer_open(&rows, folder);
	lap_open(&lap);
	ret.cpu_us = -bench_cpu();
	writer_run(writer, events, batch, &lap);
	ret.cpu_us = (ret.cpu_us + bench_cpu()) / (double)events;
	ret.puts = lap_per_second((double)events, &lap);
	lap_close(&lap);
	writer_close(&writer);
	in_message = MESSAGE_BYTES / record;
	ret.sockets =
		in_message * sockets_curve_rate((uint32_t)(events / in_message) + 1, in_message * record);
	return ret;
}

static void print(const char *name, const struct catching_up *c, const struct limits *limits,
	const char *target)
{
	char rest[320];
	int n = snprintf(rest, sizeof rest,
		"events=%llu batch=%.0f cpu_us=%.2f source_cpu_us=%.2f crowded_us=%.2f",
		(unsigned long long)c->events, c->batch, c->cpu_us, c->source_cpu_us, c->crowded_us);

	if (limits->sockets > 0)
		(void)snprintf(rest + n, sizeof rest - (size_t)n,
			" limit_cpu_us=%.2f tcp_curve=%.0f tcp_curve_ratio=%.2f%s", limits->cpu_us,
			limits->sockets, (double)c->events / c->us * 1e6 / limits->sockets, target);
	bench_print(&(struct bench_line) { name, "events/s", (double)c->events / c->us * 1e6,
		limits->puts, NULL, rest });
}

static void bench_catch_up(uint64_t events)
{
	struct limits none = { 0 }, limits;
	char stream[NODE_STREAM_MAX + 1];
	struct catching_up c;

	linked_stream(&below, "intake", stream);
	linked_invite(&above, &below);
	node_stop(&below, "workflow"); /* it would make as many events of its own */
	(void)node_start(&below, "intake");
	c = catch_up(&below, stream, events, &below, "intake");
	print("federation.own", &c, &none, "");
	/* Its own copy is whole: now it is let in, and comes at once instead of after a pause. */
	node_stop(&below, "federation");
	linked_accept(&above, &below);
	(void)node_start(&below, "federation");
	c = catch_up(&above, stream, events, &below, "federation");
	limits = limits_of(&above, events, c.batch);
	print("federation.catchup", &c, &limits, " target=100000");
}

/* --- delay --- */

/* Everybody reads what he follows to its end. */
static void wait_until_even(const char *stream)
{
	double given_up = lap_clock() + PATIENCE_US;
	uint64_t head, at;

	do {
		bench_must(lap_clock() < given_up, "the nodes do not come to rest");
		(void)usleep(LOOK_US);
		head = node_state(&below, "intake").kepala.seq;
		at = linked_held(&above, stream);
	} while (at < head || !node_has_read(&above, "reporting", stream, head));
}

/* A stream is known once it has begun. */
static void lodge_some(void)
{
	struct requests requests = { .made = 0 };
	struct senders *load;
	char endpoint[128];
	uint64_t answers;
	struct lap lap;

	lap_open(&lap);
	node_endpoint_of(&below, "intake", endpoint);
	load = senders_open(endpoint, 1, 1, requests_next, &requests);
	senders_run(load, LOOK_US, &lap, &answers);
	senders_close(&load);
	lap_close(&lap);
}

static void bench_delay(void)
{
	uint32_t requests = bench_is_small() ? REQUESTS_SMALL : REQUESTS;
	char stream[NODE_STREAM_MAX + 1];
	struct delays d;
	char rest[320];

	linked_stream(&below, "intake", stream);
	linked_invite(&above, &below);
	linked_accept(&above, &below);
	(void)node_start(&below, "intake");
	(void)node_start(&above, "reporting");
	node_stop(&below, "federation"); /* it comes at once instead of after a pause */
	(void)node_start(&below, "federation");
	lodge_some();
	wait_until_even(stream);
	for (int i = 0; i < DELAY_STAGES; i++)
		lap_open(&d.of[i]);
	delay_run(&below, &above, stream, requests, REQUESTS_A_SECOND, &d);
	(void)snprintf(rest, sizeof rest,
		"requests=%u a_second=%d own_p50_us=%.0f own_p99_us=%.0f held_p50_us=%.0f "
		"held_p99_us=%.0f target_p99_us=%d",
		requests, REQUESTS_A_SECOND, lap_at(&d.of[DELAY_OWN], 0.5), lap_at(&d.of[DELAY_OWN], 0.99),
		lap_at(&d.of[DELAY_HELD], 0.5), lap_at(&d.of[DELAY_HELD], 0.99), DELAY_TARGET_US);
	bench_print(&(struct bench_line) { "federation.delay", "us", lap_at(&d.of[DELAY_REPORTED], 0.5),
		0, &d.of[DELAY_REPORTED], rest });
	for (int i = 0; i < DELAY_STAGES; i++)
		lap_close(&d.of[i]);
}

/* --- many at once --- */

struct crowd {
	double us;
	uint64_t empty, peak, after; /* bytes resident */
	double batch, cpu_us;
};

/* All come back at once to a node that has just been started; each has so many events more than it knows. */
static struct crowd come_back(struct children *children, uint32_t events)
{
	double given_up = lap_clock() + PATIENCE_US, begun;
	uint32_t count = children_count(children);
	uint64_t batches;
	struct crowd ret;

	(void)node_start(&above, "federation");
	ret.empty = ret.peak = node_resident(&above, "federation");
	ret.cpu_us = -node_cpu(&above, "federation");
	batches = node_state(&above, "federation").batch;
	begun = lap_clock();
	children_begin(children, events);
	while (children_open_logs(children) < count || linked_held_all(&above, events) < count) {
		uint64_t now = node_resident(&above, "federation");

		bench_must(lap_clock() < given_up, "not all are caught up");
		ret.peak = now > ret.peak ? now : ret.peak;
		(void)usleep(LOOK_US);
	}
	ret.us = lap_clock() - begun;
	ret.after = node_resident(&above, "federation");
	ret.cpu_us += node_cpu(&above, "federation");
	batches = node_state(&above, "federation").batch - batches;
	ret.batch = batches == 0 ? 0 : (double)(events - 1) * count / (double)batches;
	children_end(children);
	return ret;
}

static void bench_crowd(uint32_t events)
{
	struct children *children = children_open(TEST_DATA "/opd-bekasi.csv", &below);
	uint32_t count = children_count(children);
	double total = (double)(events - 1) * count;
	double given_up = lap_clock() + PATIENCE_US;
	struct crowd c, idle;
	char rest[320];

	children_enrol(children, &above);
	children_begin(children, 1);
	while (linked_held_all(&above, 1) < count) {
		bench_must(lap_clock() < given_up, "not all are known");
		(void)usleep(LOOK_US);
	}
	children_end(children);
	node_stop(&above, "federation");
	idle = come_back(children, 1); /* there is nothing to catch up on */
	node_stop(&above, "federation");
	c = come_back(children, events);
	(void)snprintf(rest, sizeof rest,
		"children=%u events=%u caught_up_us=%.0f events_a_second=%.0f batch=%.0f cpu_us=%.2f "
		"peak=%llu empty=%llu after=%llu after_each=%.0f idle_each=%.0f",
		count, events - 1, c.us, total / c.us * 1e6, c.batch, c.cpu_us / total,
		(unsigned long long)c.peak, (unsigned long long)c.empty, (unsigned long long)c.after,
		((double)c.after - (double)c.empty) / count,
		((double)idle.after - (double)idle.empty) / count);
	bench_print(&(struct bench_line) { "federation.memory", "bytes/child",
		((double)c.peak - (double)c.empty) / count, 0, NULL, rest });
	children_close(&children);
}

/* --- the whole --- */

static void start(struct node *node)
{
	(void)node_start(node, "workflow");
	node_make_unit(node);
	(void)node_start(node, "federation");
}

static void open_nodes(void)
{
	char listen[NODE_LISTEN_MAX];

	(void)snprintf(listen, sizeof listen, "tcp://127.0.0.1:%d", linked_port());
	node_open_as(&above, "utama", listen);
	node_open_as(&below, "pembantu", "");
}

static void close_nodes(void)
{
	node_close(&below);
	node_close(&above);
}

static void run_catch_up(void)
{
	uint64_t events = bench_is_small() ? EVENTS_SMALL : EVENTS;
	double begun = lap_clock();

	open_nodes();
	(void)node_start(&below, "intake");
	node_stop(&below, "intake");
	long_log_make(&below, events);
	printf("# a log of %llu events, made in %.1f s\n", (unsigned long long)events,
		(lap_clock() - begun) / 1e6);
	start(&above);
	start(&below);
	bench_catch_up(events);
	close_nodes();
}

static void run_delay(void)
{
	open_nodes();
	start(&above);
	start(&below);
	bench_delay();
	close_nodes();
}

static void run_crowd(void)
{
	uint32_t events = bench_is_small() ? CHILD_EVENTS_SMALL : CHILD_EVENTS;

	open_nodes();
	(void)node_start(&below, "intake");
	node_stop(&below, "intake");
	long_log_make(&below, events);
	(void)node_start(&below, "intake");
	start(&above);
	bench_crowd(events);
	close_nodes();
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} parts[] = { { "catchup", run_catch_up }, { "delay", run_delay }, { "memory", run_crowd } };

	for (size_t n = 0; n < sizeof parts / sizeof parts[0]; n++)
		if (argc < 2 || strcmp(argv[1], parts[n].name) == 0)
			parts[n].run();
	return 0;
}
