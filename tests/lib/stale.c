#include "lib/stale.h"

#include "store/kv.h"

#include <stdio.h>
#include <string.h>

enum { NAMES_MAX = 128, NAME_MAX_BYTES = 64 };

/* The rows of the store's own table that say "table NAME". */
static unsigned version_rows(struct kv_txn *txn, char names[NAMES_MAX][NAME_MAX_BYTES])
{
	struct kv_cursor *cursor;
	struct kv_row row;
	unsigned count = 0;
	enum err e = kv_cursor_open(txn, 0, &cursor);

	if (e != ERR_OK)
		return 0;
	for (e = kv_seek(cursor, str_of("table "), &row); e == ERR_OK && count < NAMES_MAX;
		 e = kv_next(cursor, &row)) {
		if (!str_starts(row.key, str_of("table ")))
			break;
		(void)snprintf(names[count++], NAME_MAX_BYTES, "%.*s", (int)row.key.len, row.key.ptr);
	}
	kv_cursor_close(&cursor);
	return count;
}

bool stale_make(const struct processes *p, const char *service)
{
	static const char *const tables[] = { "_meta" };
	static char names[NAMES_MAX][NAME_MAX_BYTES];
	char folder[FOLDER_MAX];
	struct kv_lmdb_options o = { .folder = folder, .map_bytes = UINT64_C(1) << 30 };
	struct kv_txn *txn = NULL;
	struct kv *kv = NULL;
	unsigned count = 0;
	enum err e;

	(void)snprintf(folder, sizeof folder, "%.200s/data/%s", p->home, service);
	e = kv_lmdb_open(&o, tables, 1, &kv);
	if (e == ERR_OK)
		e = kv_begin(kv, KV_WRITE, &txn);
	if (e == ERR_OK)
		count = version_rows(txn, names);
	for (unsigned i = 0; i < count && e == ERR_OK; i++)
		e = kv_del(txn, 0, str_of(names[i]));
	if (e == ERR_OK)
		e = kv_commit(&txn);
	kv_abort(&txn);
	if (kv != NULL)
		kv->ops->close(&kv);
	return e == ERR_OK && count > 0;
}
