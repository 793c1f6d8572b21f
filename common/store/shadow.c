#include "base/crash_point.h"
#include "store/slot.h"

#include <assert.h>

static bool is_of(const struct store *store, uint32_t slot, enum table_kind kind)
{
	assert(kind == TABLE_DERIVED || kind == TABLE_PROJECTED);
	return store->slots[slot].table->kind == kind;
}

bool store_is_stale(struct store *store, enum table_kind kind)
{
	for (uint32_t i = 0; i < store->slot_count; i++)
		if (is_of(store, i, kind) && store->slots[i].version != store->slots[i].table->version)
			return true;
	return false;
}

enum err store_shadow_begin(struct store *store, enum table_kind kind)
{
	struct txn *txn;
	enum err e = txn_begin(store, KV_WRITE, &txn);

	if (e != ERR_OK)
		return e;
	for (uint32_t i = 0; i < store->slot_count && e == ERR_OK; i++)
		if (is_of(store, i, kind))
			e = store->kv->ops->empty(txn->kv, slot_other(txn, i));
	if (e == ERR_OK)
		return txn_commit(&txn);
	txn_abort(&txn);
	return e;
}

enum err store_shadow_swap(struct txn *txn, enum table_kind kind)
{
	struct store *store = txn->store;

	txn->in_shadow &= ~(1u << kind);
	for (uint32_t i = 0; i < store->slot_count; i++) {
		enum err e = ERR_OK;

		if (!is_of(store, i, kind))
			continue;
		if (!system_keeps_live(store->slots[i].table))
			txn->live ^= UINT64_C(1) << i;
		e = slot_note(txn, i);
		if (e == ERR_OK)
			e = store->kv->ops->empty(txn->kv, slot_other(txn, i));
		if (e != ERR_OK)
			return e;
	}
	txn->swapped |= 1u << kind;
	txn_changed(txn);
	crash_point("shadow_swapped");
	return ERR_OK;
}

/* Both walks of a comparison, each at its next row. */
struct comparison {
	struct kv_cursor *cursors[2]; /* live, shadow */
	struct kv_row rows[2];
	bool has[2];
};

static enum err step(struct comparison *c, unsigned side, bool is_first)
{
	const struct kv_ops *ops = c->cursors[side]->txn->kv->ops;
	enum err e = is_first ? ops->seek(c->cursors[side], (struct str) { "", 0 }, &c->rows[side])
						  : ops->next(c->cursors[side], &c->rows[side]);

	c->has[side] = e == ERR_OK;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ERR_CORRUPT with the key in store->row when the rows at hand part. */
static enum err compare_rows(struct txn *txn, const struct table *table, struct comparison *c)
{
	int order = !c->has[1] ? -1 : !c->has[0] ? 1 : str_compare(c->rows[0].key, c->rows[1].key);
	const struct kv_row *live = order <= 0 ? &c->rows[0] : NULL;
	const struct kv_row *shadow = order >= 0 ? &c->rows[1] : NULL;
	bool is_same = order == 0 && str_equal(live->value, shadow->value);
	enum err e = ERR_OK;

	if (!is_same)
		e = system_rows_agree(txn, table, live, shadow, &is_same);
	if (e == ERR_OK && !is_same) {
		buf_reset(&txn->store->row);
		buf_add_str(&txn->store->row, live != NULL ? live->key : shadow->key);
		return ERR_CORRUPT;
	}
	if (e == ERR_OK && live != NULL)
		e = step(c, 0, false);
	if (e == ERR_OK && shadow != NULL)
		e = step(c, 1, false);
	return e;
}

static enum err compare_table(struct txn *txn, uint32_t slot)
{
	struct comparison c = { 0 };
	enum err e = kv_cursor_open(txn->kv, slot_table(txn, slot), &c.cursors[0]);

	if (e != ERR_OK)
		return e;
	e = kv_cursor_open(txn->kv, slot_other(txn, slot), &c.cursors[1]);
	if (e == ERR_OK) {
		e = step(&c, 0, true);
		if (e == ERR_OK)
			e = step(&c, 1, true);
		while (e == ERR_OK && (c.has[0] || c.has[1]))
			e = compare_rows(txn, txn->store->slots[slot].table, &c);
		kv_cursor_close(&c.cursors[1]);
	}
	kv_cursor_close(&c.cursors[0]);
	return e;
}

enum err store_shadow_compare(struct txn *txn, enum table_kind kind, const char **ret_table,
	struct str *ret_key)
{
	struct store *store = txn->store;

	assert((txn->in_shadow >> kind & 1) == 0); /* else live and shadow are exchanged */
	buf_reset(&store->row);
	for (uint32_t i = 0; i < store->slot_count; i++) {
		enum err e = is_of(store, i, kind) ? compare_table(txn, i) : ERR_OK;

		if (e == ERR_CORRUPT) {
			*ret_table = store->slots[i].table->name;
			*ret_key = buf_str(&store->row);
		}
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}
