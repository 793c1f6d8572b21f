#include "bench/rows.h"

#include "base/bytes.h"
#include "bench/node.h"
#include "lib/chance.h"

#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { TABLES_MAX = 128, PLACES_SEEN_MAX = 1 << 16, FIRST_BYTES_OF_HASHES = 100 };

#define MAP_BYTES (UINT64_C(32) << 30)

static void must(int code)
{
	bench_must(code == 0, mdb_strerror(code));
}

/* --- learning --- */

static bool is_counter(const char *table, const char *const *counters)
{
	/* A live table is one of two: NAME.a or NAME.b, or however the store tells them apart. */
	for (; *counters != NULL; counters++)
		if (strncmp(table, *counters, strlen(*counters)) == 0)
			return true;
	return false;
}

struct look {
	uint64_t rows, key_bytes, value_bytes, changes;
	bool first[256];
	uint64_t before;
	uint64_t last_key;
};

static void look_at(MDB_txn *txn, MDB_dbi table, struct look *ret)
{
	MDB_cursor *cursor;
	MDB_val key;
	MDB_val value;

	memset(ret, 0, sizeof *ret);
	must(mdb_cursor_open(txn, table, &cursor));
	while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
		uint64_t begin = 0;

		if (key.mv_size >= sizeof begin)
			begin = be64_get(key.mv_data);
		if (ret->rows == 0 || begin != ret->before)
			ret->changes++;
		ret->before = begin;
		ret->first[*(const uint8_t *)key.mv_data] = true;
		ret->rows++;
		ret->key_bytes += key.mv_size;
		ret->value_bytes += value.mv_size;
	}
	mdb_cursor_close(cursor);
}

static void take_kind(const char *name, const struct look *look, uint64_t inputs, bool is_one,
	struct rows *ret)
{
	struct rows_kind *k = &ret->kinds[ret->count++];
	unsigned firsts = 0;

	bench_must(ret->count <= ROWS_KINDS_MAX, "too many tables");
	for (unsigned i = 0; i < 256; i++)
		firsts += look->first[i];
	*k = (struct rows_kind) { .order = ROWS_ORDERED,
		.each = (double)look->rows / (double)inputs,
		.key_bytes = (double)look->key_bytes / (double)look->rows,
		.value_bytes = (double)look->value_bytes / (double)look->rows };
	(void)snprintf(k->table, sizeof k->table, "%s", name);
	if (is_one) {
		k->order = ROWS_ONE;
		k->each = 1;
	} else if (strncmp(name, "_log", 4) == 0 || strncmp(name, "log", 3) == 0) {
		k->order = ROWS_APPENDED;
	} else if (firsts >= FIRST_BYTES_OF_HASHES || look->changes < look->rows / 2) {
		k->order = firsts >= 16 ? ROWS_SPREAD : ROWS_ORDERED;
		k->places = look->changes < look->rows * 9 / 10 ? look->changes : 0;
	}
}

void rows_learn(const char *folder, uint64_t inputs, const char *const *counters, struct rows *ret)
{
	MDB_cursor *cursor;
	MDB_dbi names;
	MDB_val key;
	MDB_val value;
	MDB_env *env;
	MDB_txn *txn;

	memset(ret, 0, sizeof *ret);
	must(mdb_env_create(&env));
	must(mdb_env_set_maxdbs(env, TABLES_MAX));
	must(mdb_env_set_mapsize(env, MAP_BYTES));
	must(mdb_env_open(env, folder, MDB_RDONLY | MDB_NOTLS, 0600));
	must(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn));
	must(mdb_dbi_open(txn, NULL, 0, &names));
	must(mdb_cursor_open(txn, names, &cursor));
	while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
		char name[64];
		struct look look;
		MDB_dbi table;

		(void)snprintf(name, sizeof name, "%.*s", (int)key.mv_size, (const char *)key.mv_data);
		must(mdb_dbi_open(txn, name, 0, &table));
		look_at(txn, table, &look);
		if (look.rows > inputs / 10)
			take_kind(name, &look, inputs, false, ret);
		if (look.rows > 0 && is_counter(name, counters))
			take_kind(name, &look, inputs, true, ret);
	}
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	mdb_env_close(env);
}

void rows_print(const char *name, const struct rows *rows)
{
	static const char *const orders[] = { "appended", "ordered", "spread", "one" };

	for (uint32_t i = 0; i < rows->count; i++) {
		const struct rows_kind *k = &rows->kinds[i];

		printf("# %s writes %.2f rows of %s an input: key %.0f B, value %.0f B, %s\n", name,
			k->each, k->table, k->key_bytes, k->value_bytes, orders[k->order]);
	}
}

/* --- writing --- */

struct writer {
	struct rows rows;
	MDB_env *env;
	MDB_dbi tables[ROWS_KINDS_MAX];
	double owed[ROWS_KINDS_MAX];
	uint64_t given[ROWS_KINDS_MAX];
	struct chance chance;
	double inputs_owed;
};

struct writer *writer_open(const struct rows *rows, const char *folder)
{
	struct writer *w = calloc(1, sizeof *w);
	MDB_txn *txn;

	bench_must(w != NULL && (mkdir(folder, 0700) == 0 || true), folder);
	w->rows = *rows;
	must(mdb_env_create(&w->env));
	must(mdb_env_set_maxdbs(w->env, ROWS_KINDS_MAX));
	must(mdb_env_set_mapsize(w->env, MAP_BYTES));
	must(mdb_env_open(w->env, folder, MDB_NOTLS, 0600));
	must(mdb_txn_begin(w->env, NULL, 0, &txn));
	for (uint32_t i = 0; i < rows->count; i++)
		must(mdb_dbi_open(txn, rows->kinds[i].table, MDB_CREATE, &w->tables[i]));
	must(mdb_txn_commit(txn));
	return w;
}

void writer_close(struct writer **writer)
{
	mdb_env_close((*writer)->env);
	free(*writer);
	*writer = NULL;
}

static void put(struct writer *w, MDB_txn *txn, uint32_t kind)
{
	static const char value[8192];
	const struct rows_kind *k = &w->rows.kinds[kind];
	uint64_t n = w->given[kind]++;
	uint8_t key[512] = { 0 };
	MDB_val v = { (size_t)k->value_bytes, (void *)(uintptr_t)value };
	MDB_val at = { (size_t)k->key_bytes < 16 ? (k->order == ROWS_APPENDED ? 8 : 16)
											 : (size_t)k->key_bytes,
		key };

	bench_must(k->value_bytes < sizeof value && at.mv_size < sizeof key, "a row that is too long");
	switch (k->order) {
	case ROWS_APPENDED:
		be64_put(key, n + 1);
		break;
	case ROWS_ORDERED:
		memset(key, 'k', at.mv_size);
		be64_put(key + at.mv_size - 8, n + 1);
		break;
	case ROWS_SPREAD: {
		struct chance place = { chance_below(&w->chance, k->places == 0 ? UINT64_MAX : k->places) };

		be64_put(key, chance_next(&place));
		be64_put(key + at.mv_size - 8, n + 1);
		break;
	}
	case ROWS_ONE:
		break;
	}
	must(mdb_put(txn, w->tables[kind], &at, &v, k->order == ROWS_APPENDED ? MDB_APPEND : 0));
}

static void write_one(struct writer *w, MDB_txn *txn)
{
	for (uint32_t i = 0; i < w->rows.count; i++) {
		for (w->owed[i] += w->rows.kinds[i].each; w->owed[i] >= 1; w->owed[i]--)
			put(w, txn, i);
	}
}

void writer_run(struct writer *w, uint64_t inputs, double batch, struct lap *lap)
{
	uint64_t done = 0;

	while (done < inputs) {
		MDB_txn *txn;

		lap_begin(lap);
		must(mdb_txn_begin(w->env, NULL, 0, &txn));
		for (w->inputs_owed += batch; w->inputs_owed >= 1; w->inputs_owed--) {
			write_one(w, txn);
			done++;
		}
		must(mdb_txn_commit(txn));
		lap_end(lap);
	}
}
