/* What the store costs beside what lies under it: flushes of the disk, and LMDB called directly
 * with the same keys, sizes and batches. Ours and the limit take turns, round by round, because a
 * disk changes its mind within a run. */
#include "bench/lap.h"
#include "lib/chance.h"
#include "lib/contoh.h"
#include "lib/folder.h"

#include "base/bytes.h"
#include "store/store.h"

#include <assert.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	RECORD_BYTES = 300, /* an event of a request */
	FLUSHES = 400,
	ROUNDS = 6,
	ROWS = 300000, /* of the store that is read */
	READS = 300000,
	EVENTS = 300000, /* of the log that is verified and replayed */
	LOADING = 10000, /* rows a transaction while a store is filled for reading */
	GROW_BYTES = 32 << 20,
	ARENA_BYTES = 8 << 20,
};

#define MAP_BYTES (UINT64_C(4) << 30)

static const char *const kv_tables[] = { "baris" };

/* clang-format off */
static const struct table derived = { "turunan", TABLE_DERIVED, 1, &schema_contoh_isi, NULL, 0 };
/* clang-format on */

static const struct table *const tables[] = { &derived };

static char record_bytes[RECORD_BYTES];

static void must(enum err e)
{
	if (e == ERR_OK)
		return;
	(void)fprintf(stderr, "bench_store: %s\n", err_name(e));
	exit(1);
}

static void must_lmdb(int code)
{
	if (code == 0)
		return;
	(void)fprintf(stderr, "bench_store: %s\n", mdb_strerror(code));
	exit(1);
}

static struct str key_of(uint64_t n, char ret[8])
{
	be64_put(ret, n);
	return str_bytes(ret, 8);
}

static double per_second(double count, const struct lap *lap)
{
	return count / lap->total_us * 1e6;
}

/* --- the disk --------------------------------------------------------------- */

static void bench_flush(void)
{
	static char page[4096];
	char folder[FOLDER_MAX];
	char path[FOLDER_MAX];
	struct lap lap;
	int fd;

	folder_make(folder);
	fd = open(folder_file(folder, "disk", path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	lap_open(&lap);
	for (unsigned i = 0; i < FLUSHES; i++)
		if (pwrite(fd, page, sizeof page, (off_t)i * 4096) != sizeof page)
			exit(1);
	(void)fsync(fd);
	for (unsigned i = 0; i < FLUSHES; i++) {
		lap_begin(&lap);
		if (pwrite(fd, page, sizeof page, (off_t)i * 4096) != sizeof page || fdatasync(fd) != 0)
			exit(1);
		lap_end(&lap);
	}
	bench_print(&(struct bench_line) { "disk.flush", "flushes/s", per_second(FLUSHES, &lap), 0,
		&lap, "bytes=4096" });
	lap_close(&lap);
	(void)close(fd);
	folder_remove(folder);
}

/* --- LMDB called directly ------------------------------------------------- */

struct bare {
	char folder[FOLDER_MAX];
	MDB_env *env;
	MDB_dbi table;
	uint64_t rows;
};

static void bare_open(struct bare *bare)
{
	MDB_txn *txn;

	*bare = (struct bare) { .rows = 0 };
	folder_make(bare->folder);
	must_lmdb(mdb_env_create(&bare->env));
	must_lmdb(mdb_env_set_mapsize(bare->env, MAP_BYTES));
	must_lmdb(mdb_env_set_maxdbs(bare->env, 1));
	must_lmdb(mdb_env_open(bare->env, bare->folder, MDB_NOTLS, 0600));
	must_lmdb(mdb_txn_begin(bare->env, NULL, 0, &txn));
	must_lmdb(mdb_dbi_open(txn, "baris", MDB_CREATE, &bare->table));
	must_lmdb(mdb_txn_commit(txn));
}

static void bare_close(struct bare *bare)
{
	mdb_env_close(bare->env);
	folder_remove(bare->folder);
}

static void bare_append(struct bare *bare, unsigned batch, size_t bytes)
{
	static char value[4096];
	MDB_txn *txn;

	must_lmdb(mdb_txn_begin(bare->env, NULL, 0, &txn));
	for (unsigned i = 0; i < batch; i++) {
		char key[8];
		MDB_val k = { 8, key };
		MDB_val v = { bytes, value };

		(void)key_of(++bare->rows, key);
		must_lmdb(mdb_put(txn, bare->table, &k, &v, MDB_APPEND));
	}
	must_lmdb(mdb_txn_commit(txn));
}

/* --- kv ------------------------------------------------------------------- */

struct ours {
	char folder[FOLDER_MAX];
	struct kv *kv;
	uint64_t rows;
};

static void ours_open(struct ours *ours, uint64_t grow_bytes)
{
	struct kv_lmdb_options options = { ours->folder, MAP_BYTES, grow_bytes };

	ours->rows = 0;
	folder_make(ours->folder);
	must(kv_lmdb_open(&options, kv_tables, 1, &ours->kv));
	/* As in a service that has been running: the growth is there already. */
	for (uint64_t grown = 0; grown < grow_bytes; grown += 1 << 20)
		must(ours->kv->ops->tend(ours->kv));
}

static void ours_close(struct ours *ours)
{
	ours->kv->ops->close(&ours->kv);
	folder_remove(ours->folder);
}

static void ours_append(struct ours *ours, unsigned batch)
{
	struct kv_txn *txn;

	must(kv_begin(ours->kv, KV_WRITE, &txn));
	for (unsigned i = 0; i < batch; i++) {
		char key[8];

		must(kv_append(txn, 0, key_of(++ours->rows, key), str_bytes(record_bytes, RECORD_BYTES)));
	}
	must(kv_commit(&txn));
}

static void bench_commit(unsigned batch, unsigned commits)
{
	char name[64];
	struct lap laps[3];
	struct lap tend;
	struct bare bare;
	struct ours plain;
	struct ours grown;
	double count = (double)batch * commits * ROUNDS;

	bare_open(&bare);
	ours_open(&plain, 0);
	ours_open(&grown, GROW_BYTES);
	for (unsigned i = 0; i < 3; i++)
		lap_open(&laps[i]);
	lap_open(&tend);
	for (unsigned step = 0; step < commits * ROUNDS; step++) {
		lap_begin(&laps[0]);
		bare_append(&bare, batch, RECORD_BYTES);
		lap_end(&laps[0]);
		lap_begin(&laps[1]);
		ours_append(&plain, batch);
		lap_end(&laps[1]);
		lap_begin(&laps[2]);
		ours_append(&grown, batch);
		lap_end(&laps[2]);
		lap_begin(&tend);
		must(grown.kv->ops->tend(grown.kv));
		lap_end(&tend);
	}
	/* The zeros are not free: their time counts in the rate, though no answer waits for it. */
	laps[2].total_us += tend.total_us;
	(void)snprintf(name, sizeof name, "kv.append.%u", batch);
	bench_print(&(struct bench_line) { name, "records/s", per_second(count, &laps[1]),
		per_second(count, &laps[0]), &laps[1], "growth=no" });
	(void)snprintf(name, sizeof name, "kv.append-grown.%u", batch);
	bench_print(&(struct bench_line) { name, "records/s", per_second(count, &laps[2]),
		per_second(count, &laps[0]), &laps[2], "growth=zeros" });
	for (unsigned i = 0; i < 3; i++)
		lap_close(&laps[i]);
	lap_close(&tend);
	bare_close(&bare);
	ours_close(&plain);
	ours_close(&grown);
}

/* What one call of tend costs while it writes zeros, and when there is nothing to do. */
static void bench_tend(void)
{
	struct lap growing;
	struct lap idle;
	struct ours ours;

	ours_open(&ours, 0);
	ours.kv->ops->close(&ours.kv);
	must(kv_lmdb_open(&(struct kv_lmdb_options) { ours.folder, MAP_BYTES, GROW_BYTES }, kv_tables,
		1, &ours.kv));
	lap_open(&growing);
	lap_open(&idle);
	for (uint64_t grown = 0; grown < GROW_BYTES; grown += 1 << 20) {
		lap_begin(&growing);
		must(ours.kv->ops->tend(ours.kv));
		lap_end(&growing);
	}
	for (unsigned i = 0; i < 10000; i++) {
		lap_begin(&idle);
		must(ours.kv->ops->tend(ours.kv));
		lap_end(&idle);
	}
	bench_print(&(struct bench_line) { "kv.grow", "MiB/s", per_second(GROW_BYTES >> 20, &growing),
		0, &growing, "bytes=1048576" });
	bench_print(
		&(struct bench_line) { "kv.tend", "calls/s", per_second(10000, &idle), 0, &idle, NULL });
	lap_close(&growing);
	lap_close(&idle);
	ours_close(&ours);
}

static void bench_reads(void)
{
	struct chance chance = { 1 };
	struct lap laps[2];
	struct bare bare;
	struct ours ours;
	struct kv_txn *txn;
	MDB_txn *bare_txn;

	bare_open(&bare);
	ours_open(&ours, 0);
	for (unsigned done = 0; done < ROWS; done += LOADING) {
		bare_append(&bare, LOADING, RECORD_BYTES);
		ours_append(&ours, LOADING);
	}
	must_lmdb(mdb_txn_begin(bare.env, NULL, MDB_RDONLY, &bare_txn));
	must(kv_begin(ours.kv, KV_READ, &txn));
	lap_open(&laps[0]);
	lap_open(&laps[1]);
	for (unsigned round = 0; round < ROUNDS; round++) {
		lap_begin(&laps[0]);
		for (unsigned i = 0; i < READS / ROUNDS; i++) {
			char key[8];
			MDB_val k = { 8, key };
			MDB_val v;

			(void)key_of(1 + chance_below(&chance, ROWS), key);
			must_lmdb(mdb_get(bare_txn, bare.table, &k, &v));
		}
		lap_end(&laps[0]);
		lap_begin(&laps[1]);
		for (unsigned i = 0; i < READS / ROUNDS; i++) {
			struct str value;
			char key[8];

			must(kv_get(txn, 0, key_of(1 + chance_below(&chance, ROWS), key), &value));
		}
		lap_end(&laps[1]);
	}
	bench_print(&(struct bench_line) { "kv.get", "rows/s", per_second(READS, &laps[1]),
		per_second(READS, &laps[0]), NULL, "rows=300000 order=random" });
	lap_close(&laps[0]);
	lap_close(&laps[1]);
	mdb_txn_abort(bare_txn);
	kv_abort(&txn);
	bare_close(&bare);
	ours_close(&ours);
}

static void bench_scan(void)
{
	struct lap laps[2];
	struct bare bare;
	struct ours ours;
	struct kv_txn *txn;
	MDB_txn *bare_txn;

	bare_open(&bare);
	ours_open(&ours, 0);
	for (unsigned done = 0; done < ROWS; done += LOADING) {
		bare_append(&bare, LOADING, RECORD_BYTES);
		ours_append(&ours, LOADING);
	}
	must_lmdb(mdb_txn_begin(bare.env, NULL, MDB_RDONLY, &bare_txn));
	must(kv_begin(ours.kv, KV_READ, &txn));
	lap_open(&laps[0]);
	lap_open(&laps[1]);
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct kv_cursor *cursor;
		MDB_cursor *bare_cursor;
		struct kv_row row;
		MDB_val k;
		MDB_val v;
		unsigned rows = 0;

		lap_begin(&laps[0]);
		must_lmdb(mdb_cursor_open(bare_txn, bare.table, &bare_cursor));
		while (mdb_cursor_get(bare_cursor, &k, &v, MDB_NEXT) == 0)
			rows++;
		mdb_cursor_close(bare_cursor);
		lap_end(&laps[0]);
		lap_begin(&laps[1]);
		must(kv_cursor_open(txn, 0, &cursor));
		for (enum err e = kv_seek(cursor, str_bytes(NULL, 0), &row); e == ERR_OK;
			 e = kv_next(cursor, &row))
			rows++;
		kv_cursor_close(&cursor);
		lap_end(&laps[1]);
		assert(rows == 2 * ROWS);
	}
	bench_print(
		&(struct bench_line) { "kv.scan", "rows/s", per_second((double)ROWS * ROUNDS, &laps[1]),
			per_second((double)ROWS * ROUNDS, &laps[0]), NULL, "rows=300000" });
	lap_close(&laps[0]);
	lap_close(&laps[1]);
	mdb_txn_abort(bare_txn);
	kv_abort(&txn);
	bare_close(&bare);
	ours_close(&ours);
}

/* --- the log and the store ------------------------------------------------ */

struct whole {
	char folder[FOLDER_MAX];
	struct keyring ring;
	struct arena arena;
	struct store *store;
	uint64_t events;
};

static void whole_open(struct whole *whole)
{
	const struct root_key root = { { 1 } };
	struct kv_lmdb_options options = { whole->folder, MAP_BYTES, 0 };
	struct store_options store_options = { .node = STR("simpul"),
		.service = STR("uji"),
		.tables = tables,
		.table_count = 1,
		.ring = &whole->ring,
		.now = INT64_C(1700000000) * US_PER_SECOND };
	const char *const *names;
	struct problem why;
	struct kv *kv;
	unsigned count;

	whole->events = 0;
	folder_make(whole->folder);
	keyring_derive(&root, store_options.service, 1, &whole->ring);
	arena_init(&whole->arena, ARENA_BYTES);
	must(store_table_names(&store_options, &whole->arena, &names, &count));
	must(kv_lmdb_open(&options, names, count, &kv));
	must(store_open(&store_options, &kv, &whole->store, &why));
}

static void whole_close(struct whole *whole)
{
	store_close(&whole->store);
	arena_clear(&whole->arena);
	folder_remove(whole->folder);
}

/* One transaction of batch events; returns the bytes of one as stored. */
static size_t whole_append(struct whole *whole, unsigned batch)
{
	struct txn *txn;
	struct hash hash;
	struct str bytes;
	size_t len;

	must(txn_begin(whole->store, KV_WRITE, &txn));
	for (unsigned i = 0; i < batch; i++) {
		char key[8];
		struct record record = { .at = INT64_C(1700000000) * US_PER_SECOND,
			.type = 0x7ffe,
			.version = 1,
			.key = key_of(++whole->events, key),
			.cause = { .kind = CAUSE_COMMAND,
				.id = id_make((time_us)whole->events * 1000, (const uint8_t *)"0123456789") },
			.payload = str_bytes(record_bytes, RECORD_BYTES - 130) };

		must(log_append(store_log(whole->store), txn_kv(txn), &record));
	}
	must(log_get(store_log(whole->store), txn_kv(txn), whole->events, &hash, &bytes));
	len = bytes.len + sizeof hash;
	must(txn_commit(&txn));
	return len;
}

static void bench_log_append(unsigned batch, unsigned commits)
{
	char name[64];
	char rest[64];
	struct lap laps[2];
	struct whole whole;
	struct bare bare;
	double count = (double)batch * commits;
	size_t bytes;

	whole_open(&whole);
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
	bench_print(&(struct bench_line) { name, "events/s", per_second(count, &laps[1]),
		per_second(count, &laps[0]), &laps[1], rest });
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
	struct lap lap;

	lap_open(&lap);
	lap_begin(&lap);
	for (unsigned i = 0; i < EVENTS; i++)
		hash = hash_labelled("lsp1-event", str_bytes(&hash, sizeof hash), str_bytes(block, bytes));
	lap_end(&lap);
	lap_close(&lap);
	return per_second(EVENTS, &lap);
}

static void bench_verify(struct whole *whole, size_t bytes)
{
	char rest[64];
	struct txn *txn;
	struct lap lap;
	uint64_t count;
	uint64_t bad;

	lap_open(&lap);
	must(txn_begin(whole->store, KV_READ, &txn));
	lap_begin(&lap);
	must(log_verify(store_log(whole->store), txn_kv(txn), 1, &count, &bad));
	lap_end(&lap);
	txn_abort(&txn);
	(void)snprintf(rest, sizeof rest, "bytes=%zu target=500000", bytes);
	bench_print(&(struct bench_line) { "log.verify", "records/s", per_second((double)count, &lap),
		hashes_per_second(bytes - HASH_BYTES), NULL, rest });
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
			must(txn_begin(whole->store, KV_WRITE, &txn));
		arena_reset(arena);
		must(log_get(store_log(whole->store), txn_kv(txn), seq, &hash, &bytes));
		must(record_decode(bytes, arena, &record));
		row.jumlah = (uint32_t)record.seq;
		must(table_put(txn, &derived, key_of(record.seq, key), &row));
		if (seq % LOADING == 0 || seq == whole->events)
			must(txn_commit(&txn));
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
	for (unsigned done = 0; done < EVENTS; done += LOADING)
		bare_append(&bare, LOADING, 16);
	lap_end(&laps[0]);
	lap_begin(&laps[1]);
	replay(whole, &arena);
	lap_end(&laps[1]);
	bench_print(&(struct bench_line) { "log.replay", "events/s",
		per_second((double)whole->events, &laps[1]), per_second(EVENTS, &laps[0]), NULL,
		"limit_is=appending_the_rows" });
	lap_close(&laps[0]);
	lap_close(&laps[1]);
	arena_clear(&arena);
	bare_close(&bare);
}

int main(void)
{
	struct whole whole;
	size_t bytes = 0;

	memset(record_bytes, 'p', sizeof record_bytes);
	bench_flush();
	bench_commit(1, 100);
	bench_commit(64, 40);
	bench_commit(512, 10);
	bench_tend();
	bench_reads();
	bench_scan();
	bench_log_append(1, 400);
	bench_log_append(64, 200);
	bench_log_append(512, 60);
	whole_open(&whole);
	for (unsigned done = 0; done < EVENTS; done += LOADING)
		bytes = whole_append(&whole, LOADING);
	bench_verify(&whole, bytes);
	bench_replay(&whole);
	whole_close(&whole);
	return 0;
}
