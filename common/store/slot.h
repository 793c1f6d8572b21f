/* slot - where a declared table stands in the kv; the inside of store.h
 *
 * Derived and projected tables have two numbers, a and b; the others one. Which
 * of the two is live is a bit in a mask that each transaction takes along when
 * it begins, so a swap that is aborted, or not yet committed, changes nobody. */
#ifndef STORE_SLOT_H
#define STORE_SLOT_H

#include "store/kept.h"
#include "store/store.h"

enum {
	SLOTS_MAX = 64,   /* a bit each in the mask */
	SLOT_HINTS = 256, /* a power of two */
	STORE_FORMAT = 1, /* of everything that is not a row by schema */
	ROW_BYTES_MAX = 256 * 1024,
	TABLE_NAME_MAX = 48,
	INDEX_HASH_BYTES = 16, /* before the row's key in an index table */
};

/* Numbers of the tables without slots. */
enum { TABLE_META, TABLE_LOG, TABLE_EPOCHS, TABLE_MIRROR, TABLES_FIXED };

struct slot {
	const struct table *table;
	unsigned number;      /* of a; b is the next one */
	unsigned index_first; /* of the first index table */
	uint16_t version;     /* stored; 0: never filled */
};

struct store {
	struct kv *kv;
	const struct keyring *ring;
	struct log log;
	struct slot slots[SLOTS_MAX];
	uint32_t slot_count;
	uint8_t hints[SLOT_HINTS]; /* where the slot of a table was last found, by its address */
	uint64_t live;             /* bit set: b is the live one; as committed */
	bool has_missing;          /* false: no vault row is noted as missing */
	struct kept kept;
	uint64_t moments; /* given to transactions so far */
	struct buf row;   /* a row on its way in or out */
	struct buf plain; /* a vault's row */
	struct txn *writer;
};

struct txn {
	struct store *store;
	struct kv_txn *kv;
	uint64_t live;      /* as this transaction sees it */
	unsigned in_shadow; /* a bit a table_kind */
	unsigned swapped;   /* a bit a table_kind */
	uint64_t lent;      /* a bit a slot: rows of it are kept (kept.h) */
	uint64_t
		moment; /* what it sees of those: no other transaction has the number, and a change gives
						 * it another */
};

/* The tables that every service has, defined in system.c. */
extern const struct table *const system_tables[];
extern const uint32_t system_table_count;
/* A table whose shadow is only compared and never becomes the live one. */
bool system_keeps_live(const struct table *table);
/* Whether live and shadow may differ so: a row of one is NULL where it is missing. *ret_is_same;
 * ERR_CORRUPT, ERR_IO. */
enum err system_rows_agree(struct txn *txn, const struct table *table, const struct kv_row *live,
	const struct kv_row *shadow, bool *ret_is_same) MUST_CHECK;

bool table_is_twofold(const struct table *table);
/* The slot of a declared table; asserts that it is one. */
uint32_t slot_of(struct store *store, const struct table *table);
/* The kv table that a transaction means by it now. */
unsigned slot_table(const struct txn *txn, uint32_t slot);
/* The other one of the two. */
unsigned slot_other(const struct txn *txn, uint32_t slot);
unsigned txn_table(const struct txn *txn, const struct table *table);
/* Keys come from messages too: one that no row can have is no row's. */
bool is_key(struct str key);
/* What the transaction lent may have changed: it looks again. */
void txn_changed(struct txn *txn);

/* The stored version of a table is now the declared one; which one is live as the transaction sees it. */
enum err slot_note(struct txn *txn, uint32_t slot) MUST_CHECK;

/* A vault row's plain bytes, salt and all, appended to store->plain (emptied first). */
enum err vault_open(struct txn *txn, const struct table *table, struct str key,
	struct str sealed) MUST_CHECK;
/* The row in store->plain, copied into the arena. */
enum err vault_row(struct txn *txn, const struct table *table, struct arena *arena,
	void *ret) MUST_CHECK;

/* The record is here again or gone for good. ERR_NOT_FOUND: it was not noted as missing. */
enum err missing_clear(struct txn *txn, const struct table *table, struct str key) MUST_CHECK;
/* Makes the index rows of a vault table anew: its version was raised. ERR_CORRUPT, ERR_READONLY, ERR_IO. */
enum err vault_reindex(struct txn *txn, const struct table *table) MUST_CHECK;
/* A row whose schema has numbers, ids and hashes alone, which needs no arena. Errors as table_get. */
enum err row_peek(struct txn *txn, const struct table *table, struct str key, void *ret) MUST_CHECK;
/* A value of its bytes by schema; copies the bytes into the arena first. ERR_CORRUPT, ERR_LIMIT. */
enum err row_copy(const struct schema *schema, struct str bytes, struct arena *arena,
	void *ret) MUST_CHECK;

#endif
