#include "store/vault_index.h"

#include "store/fold.h"
#include "wire/wire.h"

#include <assert.h>
#include <string.h>

enum { FOLDED_BYTES_MAX = 8192, INDEX_NAME_MAX = TABLE_NAME_MAX + 80 };

/* Of the index's name with its zero byte, and the folded text. */
static void hash_put(const struct txn *txn, const struct table *table,
	const struct vault_index *index, struct str folded, struct index_hashes *ret)
{
	char name[INDEX_NAME_MAX];
	size_t table_len = strlen(table->name);
	size_t field_len = strlen(index->field);
	struct hash hash;

	assert(table_len + 1 + field_len + 1 <= sizeof name);
	memcpy(name, table->name, table_len);
	name[table_len] = '~';
	memcpy(name + table_len + 1, index->field, field_len + 1);
	hash = hash_keyed(&txn->store->ring->search_key, str_bytes(name, table_len + 1 + field_len + 1),
		folded);
	memcpy(ret->hashes[ret->count++], hash.bytes, INDEX_HASH_BYTES);
}

static void head_put(const struct vault_index *index, struct str within, struct buf *out)
{
	if (index->within == NULL)
		return;
	buf_add_str(out, within);
	buf_add(out, "", 1);
}

void index_hashes_of(const struct txn *txn, const struct table *table,
	const struct vault_index *index, struct str within, struct str text, struct index_hashes *ret)
{
	struct buf folded;
	size_t head;

	ret->count = 0;
	buf_init(&folded, FOLDED_BYTES_MAX);
	head_put(index, within, &folded);
	head = folded.len;
	if (!index->is_words)
		fold_text(text, &folded);
	if (!index->is_words && folded.len > head)
		hash_put(txn, table, index, buf_str(&folded), ret);
	while (index->is_words && ret->count < INDEX_HASHES_MAX) {
		buf_reset(&folded);
		head_put(index, within, &folded);
		if (!fold_word(&text, &folded))
			break;
		hash_put(txn, table, index, buf_str(&folded), ret);
	}
	buf_clear(&folded);
}

unsigned index_table(const struct txn *txn, const struct table *table, uint32_t i)
{
	return txn->store->slots[slot_of(txn->store, table)].index_first + i;
}

/* A row of the vault and one text of it. */
struct entry {
	struct str key, within, text;
};

typedef enum err index_change(struct kv_txn *txn, unsigned table, struct str key);

static enum err change_put(struct kv_txn *txn, unsigned table, struct str key)
{
	return kv_put(txn, table, key, (struct str) { "", 0 });
}

/* A word that stands twice in a text has one row. */
static enum err change_del(struct kv_txn *txn, unsigned table, struct str key)
{
	enum err e = kv_del(txn, table, key);

	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* What the row says of what a search is held to. */
static struct str within_of(const struct table *table, const struct vault_index *index,
	const void *row)
{
	const struct field *f =
		index->within == NULL ? NULL : schema_field(table->row, str_of(index->within));
	struct str text = { "", 0 };

	assert(row != NULL);
	assert(index->within == NULL || (f != NULL && f->type == TYPE_TEXT));
	if (f != NULL && wire_has(f, row))
		memcpy(&text, (const char *)row + f->offset, sizeof text);
	return text;
}

static enum err change_text(struct txn *txn, const struct table *table, uint32_t i,
	const struct entry *entry, index_change *change)
{
	struct str key = entry->key;
	unsigned to = index_table(txn, table, i);
	struct index_hashes h;
	char row[KV_KEY_MAX];
	enum err e = ERR_OK;

	assert(key.len + INDEX_HASH_BYTES <= sizeof row);
	index_hashes_of(txn, table, &table->indexes[i], entry->within, entry->text, &h);
	memcpy(row + INDEX_HASH_BYTES, key.ptr, key.len);
	for (uint32_t k = 0; k < h.count && e == ERR_OK; k++) {
		memcpy(row, h.hashes[k], INDEX_HASH_BYTES);
		e = change(txn->kv, to, str_bytes(row, INDEX_HASH_BYTES + key.len));
	}
	return e;
}

/* A field of the row, or of a record in it ("pemohon.nama"). */
const struct field *index_field(const struct table *table, const struct vault_index *index,
	const void **row)
{
	const struct schema *schema = table->row;
	struct str rest = str_of(index->field);
	const struct field *f = NULL;
	struct str name;

	while (str_split(&rest, '.', &name)) {
		if (f != NULL && *row != NULL)
			*row = wire_has(f, *row) ? (const char *)*row + f->offset : NULL;
		f = schema_field(schema, name);
		if (f == NULL || (rest.len > 0 && (f->type != TYPE_RECORD || (f->marks & FIELD_LIST) != 0)))
			return NULL;
		schema = f->record;
	}
	return f;
}

static enum err change_rows(struct txn *txn, const struct table *table, struct str key,
	const void *row, index_change *change)
{
	enum err e = ERR_OK;

	for (uint32_t i = 0; i < table->index_count && e == ERR_OK; i++) {
		const void *holder = row;
		const struct field *f = index_field(table, &table->indexes[i], &holder);
		struct entry entry = { .key = key, .within = within_of(table, &table->indexes[i], row) };
		const struct str *texts;
		const char *member;
		uint32_t count = 1;

		if (holder == NULL)
			continue; /* the record that has the field is not there */
		member = (const char *)holder + f->offset;
		texts = (const void *)member;

		if ((f->marks & FIELD_LIST) != 0) {
			memcpy(&texts, member, sizeof texts);
			memcpy(&count, (const char *)holder + f->len_offset, sizeof count);
		} else if (!wire_has(f, holder)) {
			continue;
		}
		for (uint32_t k = 0; k < count && e == ERR_OK; k++) {
			entry.text = texts[k];
			e = change_text(txn, table, i, &entry, change);
		}
	}
	return e;
}

enum err index_rows_put(struct txn *txn, const struct table *table, struct str key, const void *row)
{
	return change_rows(txn, table, key, row, change_put);
}

enum err index_rows_del(struct txn *txn, const struct table *table, struct str key, const void *row)
{
	return change_rows(txn, table, key, row, change_del);
}
