#include "store/kept.h"

#include "store/slot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct kept_row {
	unsigned number; /* of the table in the kv: live and shadow are two */
	uint64_t moment; /* of the transaction that looked last whether it is so */
	struct str key;
	struct str bytes;
	void *row; /* NULL: there is none */
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
		if (kept->rows[i / KEPT_WAYS][i % KEPT_WAYS] != NULL)
			row_free(kept->rows[i / KEPT_WAYS][i % KEPT_WAYS]);
	*kept = (struct kept) { .next = 0 };
}

/* The rows among which that of the key is. */
static struct kept_row **place_of(struct kept *kept, unsigned number, struct str key)
{
	uint64_t mixed = number;

	for (size_t i = 0; i < key.len; i++)
		mixed = (mixed ^ (uint8_t)key.ptr[i]) * UINT64_C(0x9e3779b97f4a7c15);
	return kept->rows[(mixed >> 32) % KEPT_PLACES];
}

/* The row of the key, or the one that is to make room for it: one that is not there yet, if any. */
static struct kept_row **find(struct kept *kept, unsigned number, struct str key)
{
	struct kept_row **rows = place_of(kept, number, key);
	unsigned i = 0;

	while (i < KEPT_WAYS && rows[i] != NULL) {
		if (rows[i]->number == number && str_equal(rows[i]->key, key))
			return &rows[i];
		i++;
	}
	return &rows[i < KEPT_WAYS ? i : kept->next++ % KEPT_WAYS];
}

/* bytes: NULL where there is no row. */
static enum err row_fill(struct kept_row *row, const struct schema *schema, struct str key,
	struct str bytes)
{
	struct problem why;
	enum err e = arena_copy(&row->arena, key, &row->key);

	if (bytes.ptr == NULL)
		return e;
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

/* The other row goes from its place; one that somebody may have been lent goes later. */
static void row_replace(struct kept *kept, struct kept_row **place, struct kept_row *row)
{
	struct kept_row *old = *place;

	*place = row;
	if (old == NULL)
		return;
	if (old->row == NULL) {
		row_free(old);
		return;
	}
	old->next = kept->gone;
	kept->gone = old;
}

/* Looks whether what is kept is so, and keeps what is. */
static enum err look(struct txn *txn, unsigned number, const struct schema *schema, struct str key,
	struct kept_row **place)
{
	struct kept_row *row = *place;
	struct str bytes;
	enum err e = kv_get(txn->kv, number, key, &bytes);

	if (e == ERR_NOT_FOUND)
		bytes = (struct str) { NULL, 0 };
	else if (e != ERR_OK)
		return e;
	if (row == NULL || row->number != number || !str_equal(row->key, key) ||
		(row->row == NULL) != (e == ERR_NOT_FOUND) || !str_equal(row->bytes, bytes)) {
		e = row_make(number, schema, key, bytes, &row);
		if (e != ERR_OK)
			return e;
		row_replace(&txn->store->kept, place, row);
	}
	row->moment = txn->moment;
	return ERR_OK;
}

enum err table_get_kept(struct txn *txn, const struct table *table, struct str key,
	const void **ret)
{
	uint32_t slot = slot_of(txn->store, table);
	unsigned number = slot_table(txn, slot);
	struct kept_row **place;

	assert(table->kind != TABLE_VAULT);
	if (!is_key(key))
		return ERR_NOT_FOUND;
	txn->lent |= UINT64_C(1) << slot;
	place = find(&txn->store->kept, number, key);
	if (*place == NULL || (*place)->moment != txn->moment || (*place)->number != number ||
		!str_equal((*place)->key, key)) {
		enum err e = look(txn, number, table->row, key, place);

		if (e != ERR_OK)
			return e;
	}
	*ret = (*place)->row;
	return *ret == NULL ? ERR_NOT_FOUND : ERR_OK;
}

uint64_t table_moment(struct txn *txn, const struct table *table)
{
	txn->lent |= UINT64_C(1) << slot_of(txn->store, table);
	return txn->moment;
}
