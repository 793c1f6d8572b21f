/* What a mirror costs beside bare LMDB: appending, by one stream and by several in turns, and verifying. */
#include "bench/bare.h"
#include "bench/whole.h"
#include "lib/origin.h"

#include "base/bytes.h"
#include "store/mirror.h"

#include <stdio.h>
#include <string.h>

enum {
	STREAMS_MAX = 64,
	BATCH = 512, /* records a transaction, as many of each stream */
	COMMITS = 400,
	COMMITS_SMALL = 60,
	PAYLOAD_BYTES = 190,
};

/* A batch of records as a session hands them over. */
struct batch {
	struct str bytes[BATCH];
	struct place places[BATCH];
	struct hash before[BATCH];
	struct arena arena;
};

static char payload[PAYLOAD_BYTES];

static void batch_make(struct batch *batch, struct origin *origins, unsigned streams)
{
	arena_reset(&batch->arena);
	for (unsigned i = 0; i < BATCH; i++) {
		struct origin *o = &origins[i / (BATCH / streams)];
		struct str bytes = origin_next(o, str_bytes(payload, sizeof payload));

		bare_must(arena_copy(&batch->arena, bytes, &batch->bytes[i]));
		batch->places[i] = o->head;
		batch->before[i] = o->before;
	}
}

static void append(struct whole *whole, const struct batch *batch, unsigned streams)
{
	struct mirror_stream stream;
	struct txn *txn;
	char name[16];

	bare_must(txn_begin(whole->store, KV_WRITE, &txn));
	for (unsigned i = 0; i < BATCH; i++) {
		unsigned each = BATCH / streams;

		if (i % each == 0) {
			(void)snprintf(name, sizeof name, "aliran %03u", i / each);
			bare_must(mirror_add(txn, str_of(name), &stream));
		}
		bare_must(
			mirror_append(txn, &stream, &batch->before[i], &batch->places[i], batch->bytes[i]));
	}
	bare_must(txn_commit(&txn));
}

/* The same keys and sizes. */
static void append_bare(struct bare *bare, const struct batch *batch, unsigned streams)
{
	static char value[4096];
	MDB_txn *txn;

	bare_must_lmdb(mdb_txn_begin(bare->env, NULL, 0, &txn));
	for (unsigned i = 0; i < BATCH; i++) {
		char key[16] = { 0 };
		MDB_val k = { sizeof key, key };
		MDB_val v = { HASH_BYTES + batch->bytes[i].len, value };

		be32_put(key, i / (BATCH / streams));
		be64_put(key + 8, batch->places[i].seq);
		bare_must_lmdb(mdb_put(txn, bare->table, &k, &v, 0));
	}
	bare_must_lmdb(mdb_txn_commit(txn));
}

/* Bytes of the file in use for each record. */
static double bytes_each(struct store *store, double records)
{
	struct kv *kv = store_kv(store);
	struct kv_usage usage;

	bare_must(kv->ops->usage(kv, &usage));
	return (double)usage.used_bytes / records;
}

static void verify_all(struct whole *whole, double records)
{
	struct mirror_stream *streams;
	struct txn *txn;
	struct lap lap;
	uint64_t good, bad;
	uint32_t len, branch;

	bare_must(txn_begin(whole->store, KV_READ, &txn));
	bare_must(mirror_list(txn, str_of(""), STREAMS_MAX, &whole->arena, &streams, &len));
	lap_open(&lap);
	lap_begin(&lap);
	for (uint32_t i = 0; i < len; i++)
		bare_must(mirror_verify(txn, &streams[i], NULL, &good, &branch, &bad));
	lap_end(&lap);
	txn_abort(&txn);
	bench_print(&(struct bench_line) { "mirror.verify", "records/s", lap_per_second(records, &lap),
		0, NULL, NULL });
	lap_close(&lap);
}

static void bench_append(unsigned streams)
{
	unsigned commits = bench_is_small() ? COMMITS_SMALL : COMMITS;
	double records = (double)commits * BATCH;
	struct origin origins[STREAMS_MAX];
	static struct batch batch;
	struct lap laps[2];
	struct whole whole;
	struct bare bare;
	char name[64], rest[128];

	whole_open(&whole, NULL, 0);
	bare_open(&bare);
	arena_init(&batch.arena, 1 << 20);
	for (unsigned i = 0; i < streams; i++)
		origins[i] = origin_new(i);
	lap_open(&laps[0]);
	lap_open(&laps[1]);
	for (unsigned i = 0; i < commits; i++) {
		batch_make(&batch, origins, streams);
		lap_begin(&laps[0]);
		append_bare(&bare, &batch, streams);
		lap_end(&laps[0]);
		lap_begin(&laps[1]);
		append(&whole, &batch, streams);
		lap_end(&laps[1]);
	}
	(void)snprintf(name, sizeof name, "mirror.append.%u", streams);
	(void)snprintf(rest, sizeof rest, "batch=%u bytes=%zu bytes_used=%.0f target=100000",
		(unsigned)BATCH, HASH_BYTES + batch.bytes[0].len, bytes_each(whole.store, records));
	bench_print(&(struct bench_line) { name, "records/s", lap_per_second(records, &laps[1]),
		lap_per_second(records, &laps[0]), &laps[1], rest });
	if (streams == STREAMS_MAX)
		verify_all(&whole, records);
	for (unsigned i = 0; i < streams; i++)
		origin_clear(&origins[i]);
	lap_close(&laps[0]);
	lap_close(&laps[1]);
	arena_clear(&batch.arena);
	whole_close(&whole);
	bare_close(&bare);
}

int main(void)
{
	memset(payload, 'p', sizeof payload);
	bench_append(1);
	bench_append(8);
	bench_append(STREAMS_MAX);
	return 0;
}
