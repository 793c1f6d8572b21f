#include "base/crash_point.h"
#include "store/slot.h"

#include "base/planted.h"

#include <assert.h>
#include <stdlib.h>

enum err txn_begin(struct store *store, enum kv_mode mode, struct txn **ret)
{
	struct txn *txn;
	struct kv_txn *kv;
	enum err e;

	assert(mode == KV_READ || store->writer == NULL);
	e = kv_begin(store->kv, mode, &kv);
	if (e != ERR_OK)
		return e;
	txn = calloc(1, sizeof *txn);
	if (txn == NULL)
		abort();
	*txn =
		(struct txn) { .store = store, .kv = kv, .live = store->live, .moment = ++store->moments };
	if (mode == KV_WRITE)
		store->writer = txn;
	*ret = txn;
	return ERR_OK;
}

/* The stored versions of the kinds that were swapped are now the declared ones. */
static void versions_set(struct store *store, unsigned kinds)
{
	for (uint32_t i = 0; i < store->slot_count; i++)
		if ((kinds >> store->slots[i].table->kind & 1) != 0)
			store->slots[i].version = store->slots[i].table->version;
}

enum err txn_commit(struct txn **txn)
{
	struct txn *t = *txn;
	struct store *store = t->store;
	bool is_writer = t->kv->mode == KV_WRITE;
	enum err e;

	*txn = NULL;
	if (is_writer)
		crash_point("before_commit");
	e = kv_commit(&t->kv);
	if (is_writer && e == ERR_OK) {
		crash_point("after_commit");
		log_committed(&store->log);
		store->live = t->live;
		versions_set(store, t->swapped);
	} else if (is_writer) {
		log_dropped(&store->log);
	}
	if (is_writer)
		store->writer = NULL;
	if (store->writer == NULL)
		kept_let_go(&store->kept);
	free(t);
	return e;
}

void txn_abort(struct txn **txn)
{
	struct txn *t = *txn;

	if (t == NULL)
		return;
	*txn = NULL;
	if (t->kv->mode == KV_WRITE) {
		if (!PLANTED(HEAD_KEPT))
			log_dropped(&t->store->log);
		t->store->writer = NULL;
	}
	if (t->store->writer == NULL)
		kept_let_go(&t->store->kept);
	kv_abort(&t->kv);
	free(t);
}

struct kv_txn *txn_kv(struct txn *txn)
{
	return txn->kv;
}

struct store *txn_store(struct txn *txn)
{
	return txn->store;
}

void txn_use_shadow(struct txn *txn, enum table_kind kind)
{
	assert(kind == TABLE_DERIVED || kind == TABLE_PROJECTED);
	txn->in_shadow |= 1u << kind;
	txn_changed(txn);
}

void txn_changed(struct txn *txn)
{
	txn->moment = ++txn->store->moments;
}

uint32_t slot_of(struct store *store, const struct table *table)
{
	uint8_t *hint = &store->hints[((uintptr_t)table / sizeof *table) % SLOT_HINTS];

	if (*hint < store->slot_count && store->slots[*hint].table == table)
		return *hint;
	for (uint32_t i = 0; i < store->slot_count; i++) {
		if (store->slots[i].table == table) {
			*hint = (uint8_t)i;
			return i;
		}
	}
	assert(!"a table that the service did not declare");
	abort();
}

unsigned slot_table(const struct txn *txn, uint32_t slot)
{
	const struct slot *s = &txn->store->slots[slot];
	unsigned is_b = txn->live >> slot & 1;

	return table_is_twofold(s->table) ? s->number + (is_b ^ (txn->in_shadow >> s->table->kind & 1))
									  : s->number;
}

unsigned slot_other(const struct txn *txn, uint32_t slot)
{
	const struct slot *s = &txn->store->slots[slot];

	return s->number + s->number + 1 - slot_table(txn, slot);
}

unsigned txn_table(const struct txn *txn, const struct table *table)
{
	return slot_table(txn, slot_of(txn->store, table));
}
