#include "base/bytes.h"
#include "proto/messages.h"
#include "store/system_table.h"

#include <assert.h>
#include <string.h>

enum {
	SMALL_ROW_ARENA = 1024,
	KIND_BYTES = 2,
	DUE_BYTES = 8,
	PREFIX_BYTES = KIND_BYTES + DUE_BYTES,
	DUE_SIGN_BIT = 63
};

struct due_key {
	char bytes[KV_KEY_MAX];
	size_t len;
};

static struct str kind_key_set(char to[KIND_BYTES], uint16_t kind)
{
	to[0] = (char)(kind >> 8);
	to[1] = (char)kind;
	return str_bytes(to, KIND_BYTES);
}

/* BE16(kind) || BE64(due, sign turned) || key: times before 1970 sort first, and what one kind waits for
 * does not lie before the others. */
static struct str due_key_set(struct due_key *to, uint16_t kind, time_us due, struct str key)
{
	assert(key.len > 0 && key.len + PREFIX_BYTES <= sizeof to->bytes);
	kind_key_set(to->bytes, kind);
	be64_put(to->bytes + KIND_BYTES, (uint64_t)due ^ (UINT64_C(1) << DUE_SIGN_BIT));
	memcpy(to->bytes + PREFIX_BYTES, key.ptr, key.len);
	to->len = PREFIX_BYTES + key.len;
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
		e = table_del(txn, &system_timer_due,
			due_key_set(&due, (uint16_t)old.jenis, old.jatuh_tempo, key));
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
	return e == ERR_OK ? table_put(txn, &system_timer_due,
							 due_key_set(&due, row->kind, row->due, row->key), &stored)
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
	if (key.len <= PREFIX_BYTES)
		return ERR_CORRUPT;
	*ret = (struct timer_row) {
		.key = str_bytes(key.ptr + PREFIX_BYTES, key.len - PREFIX_BYTES),
		.due = row.jatuh_tempo,
		.kind = (uint16_t)row.jenis,
	};
	return ERR_OK;
}

enum err timer_due(struct txn *txn, uint16_t kind, time_us until, uint32_t max, struct arena *arena,
	struct timer_row **ret, uint32_t *ret_len)
{
	struct str none = { "", 0 };
	char prefix[KIND_BYTES];
	struct timer_row *rows = arena_take(arena, (max == 0 ? 1 : max) * sizeof *rows);
	struct walk walk;
	uint32_t len = 0;
	enum err e;

	if (rows == NULL)
		return ERR_LIMIT;
	e = walk_open(txn, &system_timer_due, kind_key_set(prefix, kind), none, false, &walk);
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

/* The first timer of the first kind from `kind` on that has any. */
static enum err kind_first(struct txn *txn, uint16_t kind, struct timer_row *ret)
{
	struct arena arena;
	struct walk walk;
	char start[KIND_BYTES];
	enum err e = walk_open(txn, &system_timer_due, (struct str) { "", 0 },
		kind_key_set(start, kind), false, &walk);

	if (e != ERR_OK)
		return e;
	arena_init(&arena, SMALL_ROW_ARENA);
	e = due_next(&walk, &arena, ret);
	arena_clear(&arena);
	walk_close(&walk);
	return e;
}

enum err timer_next(struct txn *txn, time_us *ret_due)
{
	time_us first = 0;
	bool is_found = false;
	uint32_t kind = 0;

	while (kind <= UINT16_MAX) {
		struct timer_row row;
		enum err e = kind_first(txn, (uint16_t)kind, &row);

		if (e == ERR_NOT_FOUND)
			break;
		if (e != ERR_OK)
			return e;
		if (!is_found || row.due < first)
			first = row.due;
		is_found = true;
		kind = row.kind + 1U;
	}
	if (is_found)
		*ret_due = first;
	return is_found ? ERR_OK : ERR_NOT_FOUND;
}
