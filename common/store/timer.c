#include "base/bytes.h"
#include "proto/messages.h"
#include "store/system_table.h"

#include <assert.h>
#include <string.h>

enum { SMALL_ROW_ARENA = 1024, DUE_BYTES = 8, DUE_SIGN_BIT = 63 };

struct due_key {
	char bytes[KV_KEY_MAX];
	size_t len;
};

/* BE64(due, sign turned) || key: times before 1970 sort first. */
static struct str due_key_set(struct due_key *to, time_us due, struct str key)
{
	assert(key.len > 0 && key.len + DUE_BYTES <= sizeof to->bytes);
	be64_put(to->bytes, (uint64_t)due ^ (UINT64_C(1) << DUE_SIGN_BIT));
	memcpy(to->bytes + DUE_BYTES, key.ptr, key.len);
	to->len = DUE_BYTES + key.len;
	return str_bytes(to->bytes, to->len);
}

enum err timer_del(struct txn *txn, struct str key)
{
	struct simpan_pewaktu old;
	struct due_key due;
	enum err e = row_peek(txn, &system_timer, key, &old);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = table_del(txn, &system_timer_due, due_key_set(&due, old.jatuh_tempo, key));
	if (e == ERR_NOT_FOUND)
		return ERR_CORRUPT;
	return e == ERR_OK ? table_del(txn, &system_timer, key) : e;
}

enum err timer_set(struct txn *txn, const struct timer_row *row)
{
	struct simpan_pewaktu stored = { row->due, row->kind };
	struct due_key due;
	enum err e = timer_del(txn, row->key);

	if (e == ERR_OK)
		e = table_put(txn, &system_timer, row->key, &stored);
	return e == ERR_OK
		? table_put(txn, &system_timer_due, due_key_set(&due, row->due, row->key), &stored)
		: e;
}

enum err timer_get(struct txn *txn, struct str key, time_us *ret_due)
{
	struct simpan_pewaktu row;
	enum err e = row_peek(txn, &system_timer, key, &row);

	if (e == ERR_OK)
		*ret_due = row.jatuh_tempo;
	return e;
}

/* The next timer of a walk over the due table. */
static enum err due_next(struct walk *walk, struct arena *arena, struct timer_row *ret)
{
	struct simpan_pewaktu row;
	struct str key;
	enum err e = walk_next(walk, &system_timer_due, arena, &key, &row);

	if (e != ERR_OK)
		return e;
	if (key.len <= DUE_BYTES)
		return ERR_CORRUPT;
	*ret = (struct timer_row) {
		.key = str_bytes(key.ptr + DUE_BYTES, key.len - DUE_BYTES),
		.due = row.jatuh_tempo,
		.kind = (uint16_t)row.jenis,
	};
	return ERR_OK;
}

enum err timer_due(struct txn *txn, time_us until, uint32_t max, struct arena *arena,
	struct timer_row **ret, uint32_t *ret_len)
{
	struct str none = { "", 0 };
	struct timer_row *rows = arena_take(arena, (max == 0 ? 1 : max) * sizeof *rows);
	struct walk walk;
	uint32_t len = 0;
	enum err e;

	if (rows == NULL)
		return ERR_LIMIT;
	e = walk_open(txn, &system_timer_due, none, none, false, &walk);
	if (e != ERR_OK)
		return e;
	while (e == ERR_OK && len < max) {
		e = due_next(&walk, arena, &rows[len]);
		if (e == ERR_OK && rows[len].due > until)
			break;
		len += e == ERR_OK;
	}
	walk_close(&walk);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	*ret = rows;
	*ret_len = len;
	return ERR_OK;
}

enum err timer_next(struct txn *txn, time_us *ret_due)
{
	struct str none = { "", 0 };
	struct timer_row row;
	struct arena arena;
	struct walk walk;
	enum err e = walk_open(txn, &system_timer_due, none, none, false, &walk);

	if (e != ERR_OK)
		return e;
	arena_init(&arena, SMALL_ROW_ARENA);
	e = due_next(&walk, &arena, &row);
	arena_clear(&arena);
	walk_close(&walk);
	if (e == ERR_OK)
		*ret_due = row.due;
	return e;
}
