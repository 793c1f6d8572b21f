/* What the log costs beside bare LMDB: appending, verifying, replaying. */
#include "bench/bare.h"
#include "bench/whole.h"
#include "lib/contoh.h"

#include <stdio.h>
#include <string.h>

enum {
	COMMITS_SMALL = 4, /* SMALL: so many times fewer */
	EVENTS = 300000,   /* of the log that is verified and replayed */
	EVENTS_SMALL = 60000,
	LOADING = 10000, /* rows a transaction while a store is filled for reading */
	ARENA_BYTES = 8 << 20,
};

/* clang-format off */
static const struct table derived = { "turunan", TABLE_DERIVED, 1, &schema_contoh_isi, NULL, 0 };
/* clang-format on */

static const struct table *const tables[] = { &derived };

static char record_bytes[RECORD_BYTES];

static unsigned events(void)
{
	return bench_is_small() ? EVENTS_SMALL : EVENTS;
}

/* One transaction of batch events; returns the bytes of one as stored. */
static size_t whole_append(struct whole *whole, unsigned batch)
{
	struct txn *txn;
	struct hash hash;
	struct str bytes;
	size_t len;

	bare_must(txn_begin(whole->store, KV_WRITE, &txn));
	for (unsigned i = 0; i < batch; i++) {
		char key[8];
		struct record record = { .at = INT64_C(1700000000) * US_PER_SECOND,
			.type = 0x7ffe,
			.version = 1,
			.key = bare_key(++whole->events, key),
			.cause = { .kind = CAUSE_COMMAND,
				.id = id_make((time_us)whole->events * 1000, (const uint8_t *)"0123456789") },
			.payload = str_bytes(record_bytes, RECORD_BYTES - 130) };

		bare_must(log_append(store_log(whole->store), txn_kv(txn), &record));
	}
	bare_must(log_get(store_log(whole->store), txn_kv(txn), whole->events, &hash, &bytes));
	len = bytes.len + sizeof hash;
	bare_must(txn_commit(&txn));
	return len;
}

static void bench_append(unsigned batch, unsigned commits)
{
	char name[64];
	char rest[64];
	struct lap laps[2];
	struct whole whole;
	struct bare bare;
	double count = (double)batch * commits;
	size_t bytes;

	whole_open(&whole, tables, 1);
	bare_open(&bare);
	bytes = whole_append(&whole, 1);
	lap_open(&laps[0]);
	lap_open(&laps[1]);
	for (unsigned i = 0; i < commits; i++) {
		lap_begin(&laps[0]);
		bare_append(&bare, batch, bytes);
		lap_end(&laps[0]);
		lap_begin(&laps[1]);
		(void)whole_append(&whole, batch);
		lap_end(&laps[1]);
	}
	(void)snprintf(name, sizeof name, "log.append.%u", batch);
	(void)snprintf(rest, sizeof rest, "bytes=%zu", bytes);
	bench_print(&(struct bench_line) { name, "events/s", lap_per_second(count, &laps[1]),
		lap_per_second(count, &laps[0]), &laps[1], rest });
	lap_close(&laps[0]);
	lap_close(&laps[1]);
	whole_close(&whole);
	bare_close(&bare);
}

/* The hash alone, over as many bytes: what verification cannot be faster than. */
static double hashes_per_second(size_t bytes)
{
	static char block[4096];
	struct hash hash = { { 0 } };
	unsigned count = events();
	struct lap lap;

	lap_open(&lap);
	lap_begin(&lap);
	for (unsigned i = 0; i < count; i++)
		hash = hash_labelled("lsp1-event", str_bytes(&hash, sizeof hash), str_bytes(block, bytes));
	lap_end(&lap);
	lap_close(&lap);
	return lap_per_second(count, &lap);
}

static void bench_verify(struct whole *whole, size_t bytes)
{
	char rest[64];
	struct txn *txn;
	struct lap lap;
	uint64_t count;
	uint64_t bad;

	lap_open(&lap);
	bare_must(txn_begin(whole->store, KV_READ, &txn));
	lap_begin(&lap);
	bare_must(log_verify(store_log(whole->store), txn_kv(txn), 1, &count, &bad));
	lap_end(&lap);
	txn_abort(&txn);
	(void)snprintf(rest, sizeof rest, "bytes=%zu target=500000", bytes);
	bench_print(&(struct bench_line) { "log.verify", "records/s",
		lap_per_second((double)count, &lap), hashes_per_second(bytes - HASH_BYTES), NULL, rest });
	lap_close(&lap);
}

/* Events read in order, decoded, and a row of each put into a table, as a rebuild does. */
static void replay(struct whole *whole, struct arena *arena)
{
	struct txn *txn = NULL;

	for (uint64_t seq = 1; seq <= whole->events; seq++) {
		struct contoh_isi row = { .nama = STR("perkara"), .has_jumlah = true };
		struct record record;
		struct hash hash;
		struct str bytes;
		char key[8];

		if (txn == NULL)
			bare_must(txn_begin(whole->store, KV_WRITE, &txn));
		arena_reset(arena);
		bare_must(log_get(store_log(whole->store), txn_kv(txn), seq, &hash, &bytes));
		bare_must(record_decode(bytes, arena, &record));
		row.jumlah = (uint32_t)record.seq;
		bare_must(table_put(txn, &derived, bare_key(record.seq, key), &row));
		if (seq % LOADING == 0 || seq == whole->events)
			bare_must(txn_commit(&txn));
	}
}

static void bench_replay(struct whole *whole)
{
	struct lap laps[2];
	struct arena arena;
	struct bare bare;

	arena_init(&arena, ARENA_BYTES);
	bare_open(&bare);
	lap_open(&laps[0]);
	lap_open(&laps[1]);
	lap_begin(&laps[0]);
	for (unsigned done = 0; done < events(); done += LOADING)
		bare_append(&bare, LOADING, 16);
	lap_end(&laps[0]);
	lap_begin(&laps[1]);
	replay(whole, &arena);
	lap_end(&laps[1]);
	bench_print(&(struct bench_line) { "log.replay", "events/s",
		lap_per_second((double)whole->events, &laps[1]), lap_per_second(events(), &laps[0]), NULL,
		"limit_is=appending_the_rows" });
	lap_close(&laps[0]);
	lap_close(&laps[1]);
	arena_clear(&arena);
	bare_close(&bare);
}

int main(void)
{
	unsigned less = bench_is_small() ? COMMITS_SMALL : 1;
	struct whole whole;
	size_t bytes = 0;

	memset(record_bytes, 'p', sizeof record_bytes);
	bench_append(1, 400 / less);
	bench_append(64, 200 / less);
	bench_append(512, 60 / less);
	whole_open(&whole, tables, 1);
	for (unsigned done = 0; done < events(); done += LOADING)
		bytes = whole_append(&whole, LOADING);
	bench_verify(&whole, bytes);
	bench_replay(&whole);
	whole_close(&whole);
	return 0;
}
