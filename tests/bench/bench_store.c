/* What kv costs beside what lies under it: flushes of the disk, and LMDB called directly with the
 * same keys, sizes and batches. Ours and the limit take turns, round by round, because a disk
 * changes its mind within a run. */
#include "bench/bare.h"
#include "lib/chance.h"

#include "store/kv.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	FLUSHES = 400,
	ROUNDS = 6,
	ROUNDS_SMALL = 2,
	ROWS = 300000, /* of the store that is read, and as many reads */
	ROWS_SMALL = 60000,
	LOADING = 10000, /* rows a transaction while a store is filled for reading */
	GROW_BYTES = 32 << 20,
};

static const char *const kv_tables[] = { "baris" };

static char record_bytes[RECORD_BYTES];

static unsigned rounds(void)
{
	return bench_is_small() ? ROUNDS_SMALL : ROUNDS;
}

static unsigned rows(void)
{
	return bench_is_small() ? ROWS_SMALL : ROWS;
}

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
	bench_print(&(struct bench_line) { "disk.flush", "flushes/s", lap_per_second(FLUSHES, &lap), 0,
		&lap, "bytes=4096" });
	lap_close(&lap);
	(void)close(fd);
	folder_remove(folder);
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
	bare_must(kv_lmdb_open(&options, kv_tables, 1, &ours->kv));
	/* As in a service that has been running: the growth is there already. */
	for (uint64_t grown = 0; grown < grow_bytes; grown += 1 << 20)
		bare_must(ours->kv->ops->tend(ours->kv));
}

static void ours_close(struct ours *ours)
{
	ours->kv->ops->close(&ours->kv);
	folder_remove(ours->folder);
}

static void ours_append(struct ours *ours, unsigned batch)
{
	struct kv_txn *txn;

	bare_must(kv_begin(ours->kv, KV_WRITE, &txn));
	for (unsigned i = 0; i < batch; i++) {
		char key[8];

		bare_must(
			kv_append(txn, 0, bare_key(++ours->rows, key), str_bytes(record_bytes, RECORD_BYTES)));
	}
	bare_must(kv_commit(&txn));
}

static void bench_commit(unsigned batch, unsigned commits)
{
	char name[64];
	struct lap laps[3];
	struct lap tend;
	struct bare bare;
	struct ours plain;
	struct ours grown;
	unsigned steps = commits * rounds();
	double count = (double)batch * steps;

	bare_open(&bare);
	ours_open(&plain, 0);
	ours_open(&grown, GROW_BYTES);
	for (unsigned i = 0; i < 3; i++)
		lap_open(&laps[i]);
	lap_open(&tend);
	for (unsigned step = 0; step < steps; step++) {
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
		bare_must(grown.kv->ops->tend(grown.kv));
		lap_end(&tend);
	}
	/* The zeros are not free: their time counts in the rate, though no answer waits for it. */
	laps[2].total_us += tend.total_us;
	(void)snprintf(name, sizeof name, "kv.append.%u", batch);
	bench_print(&(struct bench_line) { name, "records/s", lap_per_second(count, &laps[1]),
		lap_per_second(count, &laps[0]), &laps[1], "growth=no" });
	(void)snprintf(name, sizeof name, "kv.append-grown.%u", batch);
	bench_print(&(struct bench_line) { name, "records/s", lap_per_second(count, &laps[2]),
		lap_per_second(count, &laps[0]), &laps[2], "growth=zeros" });
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
	bare_must(kv_lmdb_open(&(struct kv_lmdb_options) { ours.folder, MAP_BYTES, GROW_BYTES },
		kv_tables, 1, &ours.kv));
	lap_open(&growing);
	lap_open(&idle);
	for (uint64_t grown = 0; grown < GROW_BYTES; grown += 1 << 20) {
		lap_begin(&growing);
		bare_must(ours.kv->ops->tend(ours.kv));
		lap_end(&growing);
	}
	for (unsigned i = 0; i < 10000; i++) {
		lap_begin(&idle);
		bare_must(ours.kv->ops->tend(ours.kv));
		lap_end(&idle);
	}
	bench_print(&(struct bench_line) { "kv.grow", "MiB/s",
		lap_per_second(GROW_BYTES >> 20, &growing), 0, &growing, "bytes=1048576" });
	bench_print(&(
		struct bench_line) { "kv.tend", "calls/s", lap_per_second(10000, &idle), 0, &idle, NULL });
	lap_close(&growing);
	lap_close(&idle);
	ours_close(&ours);
}

/* A store of ours and a bare one with the same rows, each with a transaction that reads. */
struct filled {
	struct bare bare;
	struct ours ours;
	MDB_txn *bare_txn;
	struct kv_txn *txn;
	struct lap laps[2]; /* of the bare one, of ours */
};

static void filled_open(struct filled *f)
{
	bare_open(&f->bare);
	ours_open(&f->ours, 0);
	for (unsigned done = 0; done < rows(); done += LOADING) {
		bare_append(&f->bare, LOADING, RECORD_BYTES);
		ours_append(&f->ours, LOADING);
	}
	bare_must_lmdb(mdb_txn_begin(f->bare.env, NULL, MDB_RDONLY, &f->bare_txn));
	bare_must(kv_begin(f->ours.kv, KV_READ, &f->txn));
	lap_open(&f->laps[0]);
	lap_open(&f->laps[1]);
}

static void filled_close(struct filled *f)
{
	lap_close(&f->laps[0]);
	lap_close(&f->laps[1]);
	mdb_txn_abort(f->bare_txn);
	kv_abort(&f->txn);
	bare_close(&f->bare);
	ours_close(&f->ours);
}

/* count: rows read in all, by each of the two. */
static void filled_print(struct filled *f, const char *name, double count, const char *order)
{
	char rest[64];

	(void)snprintf(rest, sizeof rest, "rows=%u order=%s", rows(), order);
	bench_print(&(struct bench_line) { name, "rows/s", lap_per_second(count, &f->laps[1]),
		lap_per_second(count, &f->laps[0]), NULL, rest });
}

static void bench_reads(void)
{
	struct chance chance = { 1 };
	unsigned all = rows(), reads = all / rounds();
	struct filled f;

	filled_open(&f);
	for (unsigned round = 0; round < rounds(); round++) {
		lap_begin(&f.laps[0]);
		for (unsigned i = 0; i < reads; i++) {
			char key[8];
			MDB_val k = { 8, key };
			MDB_val v;

			(void)bare_key(1 + chance_below(&chance, all), key);
			bare_must_lmdb(mdb_get(f.bare_txn, f.bare.table, &k, &v));
		}
		lap_end(&f.laps[0]);
		lap_begin(&f.laps[1]);
		for (unsigned i = 0; i < reads; i++) {
			struct str value;
			char key[8];

			bare_must(kv_get(f.txn, 0, bare_key(1 + chance_below(&chance, all), key), &value));
		}
		lap_end(&f.laps[1]);
	}
	filled_print(&f, "kv.get", (double)reads * rounds(), "random");
	filled_close(&f);
}

static void bench_scan(void)
{
	struct filled f;

	filled_open(&f);
	for (unsigned round = 0; round < rounds(); round++) {
		struct kv_cursor *cursor;
		MDB_cursor *bare_cursor;
		struct kv_row row;
		MDB_val k;
		MDB_val v;
		unsigned seen = 0;

		lap_begin(&f.laps[0]);
		bare_must_lmdb(mdb_cursor_open(f.bare_txn, f.bare.table, &bare_cursor));
		while (mdb_cursor_get(bare_cursor, &k, &v, MDB_NEXT) == 0)
			seen++;
		mdb_cursor_close(bare_cursor);
		lap_end(&f.laps[0]);
		lap_begin(&f.laps[1]);
		bare_must(kv_cursor_open(f.txn, 0, &cursor));
		for (enum err e = kv_seek(cursor, str_bytes(NULL, 0), &row); e == ERR_OK;
			 e = kv_next(cursor, &row))
			seen++;
		kv_cursor_close(&cursor);
		lap_end(&f.laps[1]);
		assert(seen == 2 * rows());
	}
	filled_print(&f, "kv.scan", (double)rows() * rounds(), "keys");
	filled_close(&f);
}

int main(void)
{
	memset(record_bytes, 'p', sizeof record_bytes);
	bench_flush();
	bench_commit(1, 100);
	bench_commit(64, 40);
	bench_commit(512, 10);
	bench_tend();
	bench_reads();
	bench_scan();
	return 0;
}
