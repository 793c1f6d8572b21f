/* vault_index - rows that find a vault record by what stands in it; the inside of vault
 *
 * Table TABLE~FIELD: keyed hash of the folded text (16 bytes) || key of the row -> nothing.
 * The hash also covers TABLE~FIELD, so equal texts of two indexes cannot be matched, and what the search is
 * held to (`within`, a zero byte) where the index says so. */
#ifndef STORE_VAULT_INDEX_H
#define STORE_VAULT_INDEX_H

#include "store/slot.h"

enum { INDEX_HASHES_MAX = 32 }; /* words of one text; more are not searched */

struct index_hashes {
	uint8_t hashes[INDEX_HASHES_MAX][INDEX_HASH_BYTES];
	uint32_t count;
};

/* The field that an index names; NULL: the table has none. *row becomes the record that holds it, NULL where
 * that is absent (or row was NULL). */
const struct field *index_field(const struct table *table, const struct vault_index *index,
	const void **row);
/* The hashes under which a text stands in the index. */
void index_hashes_of(const struct txn *txn, const struct table *table,
	const struct vault_index *index, struct str within, struct str text, struct index_hashes *ret);
/* The kv table of the table's i-th index. */
unsigned index_table(const struct txn *txn, const struct table *table, uint32_t i);

/* Writes or removes all index rows of a row. ERR_READONLY, ERR_IO. */
enum err index_rows_put(struct txn *txn, const struct table *table, struct str key,
	const void *row) MUST_CHECK;
enum err index_rows_del(struct txn *txn, const struct table *table, struct str key,
	const void *row) MUST_CHECK;

#endif
