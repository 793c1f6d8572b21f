/* Random work on three stores at once: LMDB, the twin in memory, and a sorted array that a reader
 * believes at sight. All answers and all contents must agree, for readers of old commits too. */
#include "store/kv_memory.h"

#include "lib/chance.h"
#include "lib/folder.h"
#include "lib/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TABLES = 3, STEPS = 40000, READERS = 3, STORES = 2 };

static const char *const table_names[TABLES] = { "satu", "dua", "tiga" };

struct model_row {
	struct str key;
	struct str value;
};

struct model_table {
	struct model_row *rows;
	size_t len;
	size_t size;
};

struct model {
	struct model_table tables[TABLES];
};

struct reader {
	struct kv_txn *txns[STORES];
	struct model model;
};

struct trial {
	struct chance chance;
	char folder[FOLDER_MAX];
	struct kv *stores[STORES];
	struct kv_txn *txns[STORES]; /* the open writer, or NULL */
	struct model committed;
	struct model working;
	struct reader readers[READERS];
	char key[KV_KEY_MAX];
	char value[20000];
};

static struct str own(struct str s)
{
	char *copy = malloc(s.len + 1);

	assert_non_null(copy);
	if (s.len > 0)
		memcpy(copy, s.ptr, s.len);
	return str_bytes(copy, s.len);
}

static void disown(struct str s)
{
	free((char *)(uintptr_t)s.ptr);
}

static void model_empty(struct model_table *table)
{
	for (size_t i = 0; i < table->len; i++) {
		disown(table->rows[i].key);
		disown(table->rows[i].value);
	}
	table->len = 0;
}

static void model_clear(struct model *m)
{
	for (unsigned t = 0; t < TABLES; t++) {
		model_empty(&m->tables[t]);
		free(m->tables[t].rows);
		m->tables[t] = (struct model_table) { NULL, 0, 0 };
	}
}

/* The first row at or after the key. */
static size_t model_find(const struct model_table *table, struct str key, bool *ret_is_there)
{
	size_t i = 0;

	while (i < table->len && str_compare(table->rows[i].key, key) < 0)
		i++;
	*ret_is_there = i < table->len && str_equal(table->rows[i].key, key);
	return i;
}

static void model_put(struct model_table *table, struct str key, struct str value)
{
	bool is_there;
	size_t i = model_find(table, key, &is_there);

	if (is_there) {
		disown(table->rows[i].value);
		table->rows[i].value = own(value);
		return;
	}
	if (table->len == table->size) {
		table->size = table->size * 2 + 8;
		table->rows = realloc(table->rows, table->size * sizeof table->rows[0]);
		assert_non_null(table->rows);
	}
	memmove(&table->rows[i + 1], &table->rows[i], (table->len - i) * sizeof table->rows[0]);
	table->rows[i] = (struct model_row) { own(key), own(value) };
	table->len++;
}

static bool model_del(struct model_table *table, struct str key)
{
	bool is_there;
	size_t i = model_find(table, key, &is_there);

	if (!is_there)
		return false;
	disown(table->rows[i].key);
	disown(table->rows[i].value);
	table->len--;
	memmove(&table->rows[i], &table->rows[i + 1], (table->len - i) * sizeof table->rows[0]);
	return true;
}

static void model_copy(struct model *to, const struct model *from)
{
	model_clear(to);
	for (unsigned t = 0; t < TABLES; t++)
		for (size_t i = 0; i < from->tables[t].len; i++)
			model_put(&to->tables[t], from->tables[t].rows[i].key, from->tables[t].rows[i].value);
}

static void assert_same(struct str a, struct str b)
{
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.ptr, b.ptr, a.len);
}

/* Keys that collide, share beginnings, are as long as allowed, or have bytes over 127. */
static struct str some_key(struct trial *t)
{
	size_t len = 1 + chance_below(&t->chance, chance_one_in(&t->chance, 20) ? KV_KEY_MAX : 3);

	if (chance_one_in(&t->chance, 50))
		len = KV_KEY_MAX;
	memset(t->key, 0x61, len);
	for (size_t i = len > 3 ? len - 3 : 0; i < len; i++)
		t->key[i] = (char)(chance_below(&t->chance, 6) * 51);
	return str_bytes(t->key, len);
}

static struct str some_value(struct trial *t)
{
	size_t len = chance_below(&t->chance, 60);

	if (chance_one_in(&t->chance, 30))
		len = chance_below(&t->chance, sizeof t->value);
	for (size_t i = 0; i < len; i++)
		t->value[i] = (char)(i * 7 + len);
	if (len > 0)
		t->value[0] = (char)chance_next(&t->chance);
	return str_bytes(t->value, len);
}

static void check_table(struct kv_txn *txn, unsigned table, const struct model_table *model)
{
	struct kv_cursor *cursor;
	struct kv_row row;
	uint64_t count;
	enum err e;
	size_t i = 0;

	assert_int_equal(txn->kv->ops->count(txn, table, &count), ERR_OK);
	assert_int_equal(count, model->len);
	assert_int_equal(kv_cursor_open(txn, table, &cursor), ERR_OK);
	for (e = kv_seek(cursor, str_bytes(NULL, 0), &row); e == ERR_OK;
		 e = kv_next(cursor, &row), i++) {
		assert_true(i < model->len);
		assert_same(row.key, model->rows[i].key);
		assert_same(row.value, model->rows[i].value);
	}
	assert_int_equal(e, ERR_NOT_FOUND);
	assert_int_equal(i, model->len);
	kv_cursor_close(&cursor);
}

static void check_all(struct kv_txn *const txns[STORES], const struct model *model)
{
	for (unsigned s = 0; s < STORES; s++)
		for (unsigned table = 0; table < TABLES; table++)
			check_table(txns[s], table, &model->tables[table]);
}

/* A cursor goes to a random place and walks at random; the model says what it must see. */
static void check_walk(struct kv_txn *txn, unsigned table, const struct model_table *model,
	struct str key, struct chance chance)
{
	struct kv_cursor *cursor;
	struct kv_row row;
	bool is_there;
	size_t at = model_find(model, key, &is_there);
	enum err e;

	assert_int_equal(kv_cursor_open(txn, table, &cursor), ERR_OK);
	if (chance_one_in(&chance, 4)) {
		e = txn->kv->ops->last(cursor, &row);
		at = model->len == 0 ? 0 : model->len - 1;
	} else
		e = kv_seek(cursor, key, &row);
	for (unsigned i = 0; i < 8; i++) {
		bool is_down;

		assert_int_equal(e, at < model->len ? ERR_OK : ERR_NOT_FOUND);
		if (e != ERR_OK)
			break;
		assert_same(row.key, model->rows[at].key);
		assert_same(row.value, model->rows[at].value);
		is_down = chance_one_in(&chance, 2);
		e = is_down ? txn->kv->ops->prev(cursor, &row) : kv_next(cursor, &row);
		at = is_down && at == 0 ? SIZE_MAX : at + (is_down ? (size_t)-1 : 1);
	}
	/* The end stays the end until the next seek. */
	if (e == ERR_NOT_FOUND) {
		assert_int_equal(kv_next(cursor, &row), ERR_NOT_FOUND);
		assert_int_equal(txn->kv->ops->prev(cursor, &row), ERR_NOT_FOUND);
	}
	kv_cursor_close(&cursor);
}

static void step_change(struct trial *t, unsigned table, struct model_table *model)
{
	struct str key = some_key(t);
	struct str value = some_value(t);
	uint64_t kind = chance_below(&t->chance, 100);
	bool was_there = false;

	/* append: only after the greatest key */
	if (kind < 10 && model->len > 0 && model->rows[model->len - 1].key.len < KV_KEY_MAX) {
		struct str last = model->rows[model->len - 1].key;

		memcpy(t->key, last.ptr, last.len);
		t->key[last.len] = 1;
		key = str_bytes(t->key, last.len + 1);
		for (unsigned s = 0; s < STORES; s++)
			assert_int_equal(kv_append(t->txns[s], table, key, value), ERR_OK);
		model_put(model, key, value);
		return;
	}
	if (kind < 70) {
		for (unsigned s = 0; s < STORES; s++)
			assert_int_equal(kv_put(t->txns[s], table, key, value), ERR_OK);
		model_put(model, key, value);
		return;
	}
	if (kind == 99 && chance_one_in(&t->chance, 10)) {
		for (unsigned s = 0; s < STORES; s++)
			assert_int_equal(t->stores[s]->ops->empty(t->txns[s], table), ERR_OK);
		model_empty(model);
		return;
	}
	was_there = model_del(model, key);
	for (unsigned s = 0; s < STORES; s++)
		assert_int_equal(kv_del(t->txns[s], table, key), was_there ? ERR_OK : ERR_NOT_FOUND);
}

static void step_read(struct trial *t, struct kv_txn *const txns[STORES], const struct model *model)
{
	unsigned table = (unsigned)chance_below(&t->chance, TABLES);
	const struct model_table *rows = &model->tables[table];
	struct str key = some_key(t);
	struct str value;
	bool is_there;
	size_t at = model_find(rows, key, &is_there);

	for (unsigned s = 0; s < STORES; s++) {
		assert_int_equal(kv_get(txns[s], table, key, &value), is_there ? ERR_OK : ERR_NOT_FOUND);
		if (is_there)
			assert_same(value, rows->rows[at].value);
		check_walk(txns[s], table, rows, key, t->chance);
	}
	(void)chance_next(&t->chance);
}

static void step_end(struct trial *t)
{
	if (chance_one_in(&t->chance, 4)) {
		for (unsigned s = 0; s < STORES; s++)
			kv_abort(&t->txns[s]);
		model_copy(&t->working, &t->committed);
		return;
	}
	for (unsigned s = 0; s < STORES; s++)
		assert_int_equal(kv_commit(&t->txns[s]), ERR_OK);
	model_copy(&t->committed, &t->working);
}

/* Readers come, stay over commits and aborts of the writer, look, renew and go. */
static void step_reader(struct trial *t)
{
	struct reader *r = &t->readers[chance_below(&t->chance, READERS)];

	if (r->txns[0] == NULL) {
		for (unsigned s = 0; s < STORES; s++)
			assert_int_equal(kv_begin(t->stores[s], KV_READ, &r->txns[s]), ERR_OK);
		model_copy(&r->model, &t->committed);
		return;
	}
	check_all(r->txns, &r->model);
	if (chance_one_in(&t->chance, 2)) {
		for (unsigned s = 0; s < STORES; s++)
			assert_int_equal(t->stores[s]->ops->renew(r->txns[s]), ERR_OK);
		model_copy(&r->model, &t->committed);
		check_all(r->txns, &r->model);
		return;
	}
	for (unsigned s = 0; s < STORES; s++)
		kv_abort(&r->txns[s]);
}

static void reopen(struct trial *t)
{
	const struct kv_lmdb_options options = { t->folder, 1 << 26, 1 << 20 };
	struct kv_image *image;

	if (t->stores[0] != NULL)
		t->stores[0]->ops->close(&t->stores[0]);
	assert_int_equal(kv_lmdb_open(&options, table_names, TABLES, &t->stores[0]), ERR_OK);
	image = t->stores[1] == NULL ? NULL : kv_memory_image(t->stores[1]);
	if (t->stores[1] != NULL)
		t->stores[1]->ops->close(&t->stores[1]);
	t->stores[1] = kv_memory_open(table_names, TABLES);
	if (image != NULL)
		kv_memory_restore(t->stores[1], image);
	kv_image_free(&image);
}

static void step(struct trial *t)
{
	uint64_t kind = chance_below(&t->chance, 1000);
	unsigned table = (unsigned)chance_below(&t->chance, TABLES);

	if (t->txns[0] == NULL) {
		for (unsigned s = 0; s < STORES; s++) {
			assert_int_equal(t->stores[s]->ops->tend(t->stores[s]), ERR_OK);
			assert_int_equal(kv_begin(t->stores[s], KV_WRITE, &t->txns[s]), ERR_OK);
		}
	}
	if (kind < 700)
		step_change(t, table, &t->working.tables[table]);
	else if (kind < 900)
		step_read(t, t->txns, &t->working);
	else if (kind < 960)
		step_end(t);
	else if (kind < 990)
		step_reader(t);
	else if (kind < 993)
		check_all(t->txns, &t->working);
}

static void drop_all(struct trial *t)
{
	for (unsigned s = 0; s < STORES; s++) {
		kv_abort(&t->txns[s]);
		for (unsigned r = 0; r < READERS; r++)
			kv_abort(&t->readers[r].txns[s]);
	}
	model_copy(&t->working, &t->committed);
}

static void three_stores_agree_under_random_work(void **state)
{
	struct trial *t = calloc(1, sizeof *t);

	(void)state;
	assert_non_null(t);
	t->chance.state = seed_usual("test_kv", 1);
	folder_make(t->folder);
	reopen(t);
	for (unsigned i = 0; i < STEPS; i++) {
		step(t);
		if (i % (STEPS / 8) == 0) {
			drop_all(t);
			reopen(t);
		}
	}
	drop_all(t);
	reopen(t);
	for (unsigned s = 0; s < STORES; s++)
		assert_int_equal(kv_begin(t->stores[s], KV_READ, &t->txns[s]), ERR_OK);
	check_all(t->txns, &t->committed);
	drop_all(t);
	model_clear(&t->committed);
	model_clear(&t->working);
	for (unsigned r = 0; r < READERS; r++)
		model_clear(&t->readers[r].model);
	for (unsigned s = 0; s < STORES; s++)
		t->stores[s]->ops->close(&t->stores[s]);
	folder_remove(t->folder);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_stores_agree_under_random_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
