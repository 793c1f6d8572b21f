/* Each message type encoded and decoded, beside a memcpy of its bytes, and beside
 * what msgpack-c alone needs to make its tree of objects of them. */
#include "bench/lap.h"
#include "lib/contoh.h"
#include "lib/gen.h"
#include "wire/wire.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <msgpack.h>

enum {
	SAMPLES = 32, /* invented messages of a type */
	RUNS = 5,     /* the best of so many counts */
	RUNS_SMALL = 2,
	SAMPLES_BYTES = 1024, /* messages over that are left out: they measure memcpy */
	OUT_BYTES = 1 << 20,
	ARENA_BYTES = 16 << 20,
};

/* One run takes about so long. */
#define RUN_NS 2000000.0
#define RUN_NS_SMALL 500000.0

struct bench {
	const struct schema *schema;
	struct arena made;
	struct arena decoded;
	void *messages[SAMPLES];
	struct str bytes[SAMPLES];
	void *again;
	struct buf out;
	char copy[SAMPLES_BYTES];
	msgpack_unpacked tree;
};

static double now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

typedef void work_fn(struct bench *b, size_t i);

static void work_encode(struct bench *b, size_t i)
{
	struct problem why;
	enum err e;

	buf_reset(&b->out);
	e = wire_encode(b->schema, b->messages[i], &b->out, &why);
	assert(e == ERR_OK);
}

static void work_decode(struct bench *b, size_t i)
{
	struct problem why;
	enum err e;

	arena_reset(&b->decoded);
	e = wire_decode(b->schema, b->bytes[i], &b->decoded, b->again, &why);
	assert(e == ERR_OK);
}

static void work_scan(struct bench *b, size_t i)
{
	enum err e = wire_scan(b->bytes[i]);

	assert(e == ERR_OK);
}

/* With the zone kept between messages, its best case. */
static void work_tree(struct bench *b, size_t i)
{
	msgpack_zone *zone = b->tree.zone;
	size_t at = 0;

	if (zone != NULL)
		msgpack_zone_clear(zone);
	else
		zone = b->tree.zone = msgpack_zone_new(MSGPACK_ZONE_CHUNK_SIZE);
	(void)msgpack_unpack(b->bytes[i].ptr, b->bytes[i].len, &at, zone, &b->tree.data);
}

static void work_copy(struct bench *b, size_t i)
{
	memcpy(b->copy, b->bytes[i].ptr, b->bytes[i].len);
	__asm__ volatile("" : : "r"(b->copy) : "memory"); /* or the compiler drops it */
}

/* Nanoseconds a message, the best of the runs. */
static double measure(struct bench *b, work_fn *work)
{
	double best = 0, start, run_ns = bench_is_small() ? RUN_NS_SMALL : RUN_NS;
	int runs = bench_is_small() ? RUNS_SMALL : RUNS;
	size_t rounds = 1;

	for (;;) { /* how many rounds fill a run */
		start = now_ns();
		for (size_t i = 0; i < rounds * SAMPLES; i++)
			work(b, i % SAMPLES);
		if (now_ns() - start > run_ns / 2 || rounds > 1 << 20)
			break;
		rounds *= 2;
	}
	for (int run = 0; run < runs; run++) {
		double each;

		start = now_ns();
		for (size_t i = 0; i < rounds * SAMPLES; i++)
			work(b, i % SAMPLES);
		each = (now_ns() - start) / (double)(rounds * SAMPLES);
		best = run == 0 || each < best ? each : best;
	}
	return best;
}

static void bench_setup(struct bench *b, const struct schema *s)
{
	struct gen gen = gen_of(1, &b->made);

	b->schema = s;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct problem why;

		b->messages[i] = arena_take(&b->made, s->size);
		assert(b->messages[i] != NULL);
		do {
			enum err e;

			gen_message(&gen, s, b->messages[i]);
			buf_reset(&b->out);
			e = wire_encode(s, b->messages[i], &b->out, &why);
			assert(e == ERR_OK);
		} while (b->out.len > SAMPLES_BYTES);
		if (arena_copy(&b->made, buf_str(&b->out), &b->bytes[i]) != ERR_OK)
			abort();
	}
	b->again = arena_take(&b->made, s->size);
	assert(b->again != NULL);
}

struct sums {
	double bytes, copy, encode, decode, tree, scan;
};

static void print_line(const char *what, const char *name, double value, double limit, double bytes)
{
	printf("BENCH codec.%s.%s %.0f ns limit=%.1f ratio=%.1f bytes=%.0f\n", what, name, value, limit,
		value / limit, bytes);
}

static void bench_schema(const struct schema *s, struct sums *sums)
{
	static struct bench b;
	struct sums one = { 0 };

	b = (struct bench) { 0 };
	arena_init(&b.made, ARENA_BYTES);
	arena_init(&b.decoded, ARENA_BYTES);
	buf_init(&b.out, OUT_BYTES);
	bench_setup(&b, s);
	for (size_t i = 0; i < SAMPLES; i++)
		one.bytes += (double)b.bytes[i].len / SAMPLES;
	one.copy = measure(&b, work_copy);
	one.encode = measure(&b, work_encode);
	one.decode = measure(&b, work_decode);
	one.scan = measure(&b, work_scan);
	one.tree = measure(&b, work_tree);
	print_line("encode", s->name, one.encode, one.copy, one.bytes);
	print_line("decode", s->name, one.decode, one.copy, one.bytes);
	sums->bytes += one.bytes;
	sums->copy += one.copy;
	sums->encode += one.encode;
	sums->decode += one.decode;
	sums->scan += one.scan;
	sums->tree += one.tree;
	if (b.tree.zone != NULL)
		msgpack_zone_free(b.tree.zone);
	buf_clear(&b.out);
	arena_clear(&b.made);
	arena_clear(&b.decoded);
}

int main(void)
{
	struct sums sums = { 0 };
	double count = every_schema_count();

	for (uint32_t i = 0; i < every_schema_count(); i++)
		bench_schema(every_schema(i), &sums);
	print_line("encode", "mean", sums.encode / count, sums.copy / count, sums.bytes / count);
	print_line("decode", "mean", sums.decode / count, sums.copy / count, sums.bytes / count);
	print_line("scan", "mean", sums.scan / count, sums.copy / count, sums.bytes / count);
	print_line("msgpack_tree", "mean", sums.tree / count, sums.copy / count, sums.bytes / count);
	return 0;
}
