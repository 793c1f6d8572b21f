#include "bench/bare.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"

void bare_must(enum err e)
{
	if (e == ERR_OK)
		return;
	(void)fprintf(stderr, "bench: %s\n", err_name(e));
	exit(1);
}

void bare_must_lmdb(int code)
{
	if (code == 0)
		return;
	(void)fprintf(stderr, "bench: %s\n", mdb_strerror(code));
	exit(1);
}

struct str bare_key(uint64_t n, char ret[8])
{
	be64_put(ret, n);
	return str_bytes(ret, 8);
}

void bare_open(struct bare *bare)
{
	MDB_txn *txn;

	*bare = (struct bare) { .rows = 0 };
	folder_make(bare->folder);
	bare_must_lmdb(mdb_env_create(&bare->env));
	bare_must_lmdb(mdb_env_set_mapsize(bare->env, MAP_BYTES));
	bare_must_lmdb(mdb_env_set_maxdbs(bare->env, 1));
	bare_must_lmdb(mdb_env_open(bare->env, bare->folder, MDB_NOTLS, 0600));
	bare_must_lmdb(mdb_txn_begin(bare->env, NULL, 0, &txn));
	bare_must_lmdb(mdb_dbi_open(txn, "baris", MDB_CREATE, &bare->table));
	bare_must_lmdb(mdb_txn_commit(txn));
}

void bare_close(struct bare *bare)
{
	mdb_env_close(bare->env);
	folder_remove(bare->folder);
}

void bare_append(struct bare *bare, unsigned batch, size_t bytes)
{
	static char value[4096];
	MDB_txn *txn;

	bare_must_lmdb(mdb_txn_begin(bare->env, NULL, 0, &txn));
	for (unsigned i = 0; i < batch; i++) {
		char key[8];
		MDB_val k = { 8, key };
		MDB_val v = { bytes, value };

		(void)bare_key(++bare->rows, key);
		bare_must_lmdb(mdb_put(txn, bare->table, &k, &v, MDB_APPEND));
	}
	bare_must_lmdb(mdb_txn_commit(txn));
}
