#include "store/kept.h"

#include "store/slot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct kept_row {
	unsigned number; /* of the table in the kv: live and shadow are two */
	struct str key;
	struct str bytes;
	void *row;
	struct arena arena;
	struct kept_row *next; /* of those that are gone */
};

static void row_free(struct kept_row *row)
{
	arena_clear(&row->arena);
	free(row);
}

void kept_let_go(struct kept *kept)
{
	struct kept_row *row;

	while ((row = kept->gone) != NULL) {
		kept->gone = row->next;
		row_free(row);
	}
}

void kept_clear(struct kept *kept)
{
	kept_let_go(kept);
	for (unsigned i = 0; i < KEPT_ROWS_MAX; i++)
		if (kept->rows[i] != NULL)
			row_free(kept->rows[i]);
	*kept = (struct kept) { .next = 0 };
}

/* Where the row of the key is kept, or the place that is to hold it. */
static struct kept_row **place_of(struct kept *kept, unsigned number, struct str key)
{
	unsigned i = 0;

	while (i < KEPT_ROWS_MAX && kept->rows[i] != NULL) {
		if (kept->rows[i]->number == number && str_equal(kept->rows[i]->key, key))
			return &kept->rows[i];
		i++;
	}
	if (i == KEPT_ROWS_MAX)
		i = kept->next++ % KEPT_ROWS_MAX;
	return &kept->rows[i];
}

static enum err row_fill(struct kept_row *row, const struct schema *schema, struct str key,
	struct str bytes)
{
	struct problem why;
	enum err e = arena_copy(&row->arena, key, &row->key);

	if (e == ERR_OK)
		e = arena_copy(&row->arena, bytes, &row->bytes);
	row->row = arena_take(&row->arena, schema->size);
	if (e != ERR_OK || row->row == NULL)
		return ERR_LIMIT;
	e = wire_decode(schema, row->bytes, &row->arena, row->row, &why);
	return e == ERR_OK || e == ERR_LIMIT ? e : ERR_CORRUPT;
}

static enum err row_make(unsigned number, const struct schema *schema, struct str key,
	struct str bytes, struct kept_row **ret)
{
	struct kept_row *row = calloc(1, sizeof *row);
	enum err e;

	if (row == NULL)
		abort();
	row->number = number;
	arena_init(&row->arena, KEPT_BYTES_MAX);
	e = row_fill(row, schema, key, bytes);
	if (e == ERR_OK)
		*ret = row;
	else
		row_free(row);
	return e;
}

enum err table_get_kept(struct txn *txn, const struct table *table, struct str key,
	const void **ret)
{
	struct kept *kept = &txn->store->kept;
	unsigned number = txn_table(txn, table);
	struct kept_row **place;
	struct kept_row *row;
	struct str bytes;
	enum err e;

	assert(table->kind != TABLE_VAULT);
	e = kv_get(txn->kv, number, key, &bytes);
	if (e != ERR_OK)
		return e;
	place = place_of(kept, number, key);
	row = *place;
	if (row == NULL || row->number != number || !str_equal(row->key, key) ||
		!str_equal(row->bytes, bytes)) {
		e = row_make(number, table->row, key, bytes, &row);
		if (e != ERR_OK)
			return e;
		if (*place != NULL) {
			(*place)->next = kept->gone;
			kept->gone = *place;
		}
		*place = row;
	}
	*ret = row->row;
	return ERR_OK;
}
