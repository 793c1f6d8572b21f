#include "proto/messages.h"
#include "store/system_table.h"

enum err work_set(struct txn *txn, const struct work_row *row)
{
	struct simpan_kerja stored = { row->kind, row->slice, row->state };

	return table_put(txn, &system_work, row->key, &stored);
}

enum err work_del(struct txn *txn, struct str key)
{
	return table_del(txn, &system_work, key);
}

enum err work_count(struct txn *txn, uint64_t *ret)
{
	return table_count(txn, &system_work, ret);
}

static struct work_row row_of(struct str key, const struct simpan_kerja *stored)
{
	return (struct work_row) { key, (uint16_t)stored->jenis, stored->potong, stored->keadaan };
}

enum err work_get(struct txn *txn, struct str key, struct arena *arena, struct work_row *ret)
{
	struct simpan_kerja stored;
	struct str copy;
	enum err e = table_get(txn, &system_work, key, arena, &stored);

	if (e == ERR_OK)
		e = arena_copy(arena, key, &copy);
	if (e == ERR_OK)
		*ret = row_of(copy, &stored);
	return e;
}

enum err work_list(struct txn *txn, struct str after, uint32_t max, struct arena *arena,
	struct work_row **ret, uint32_t *ret_len)
{
	struct work_row *rows = arena_take(arena, (max == 0 ? 1 : max) * sizeof *rows);
	struct walk walk;
	uint32_t len = 0;
	enum err e;

	if (rows == NULL)
		return ERR_LIMIT;
	e = walk_open(txn, &system_work, (struct str) { "", 0 }, after, false, &walk);
	if (e != ERR_OK)
		return e;
	while (len < max) {
		struct simpan_kerja stored;
		struct str key;

		e = walk_next(&walk, &system_work, arena, &key, &stored);
		if (e != ERR_OK)
			break;
		if (!str_equal(key, after))
			rows[len++] = row_of(key, &stored);
	}
	walk_close(&walk);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	*ret = rows;
	*ret_len = len;
	return ERR_OK;
}
