/* store - a service's tables, log, vault, outbox and marks in one kv
 *
 * A service declares its tables; the store adds the system's. Derived and
 * projected tables exist twice (live and shadow); a meta row says which one is
 * live and in which version, so a rebuild swaps them in one transaction. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "store/keyring.h"
#include "store/log.h"
#include "wire/schema.h"
#include "wire/wire.h"

enum table_kind {
	TABLE_DERIVED,   /* the fold of the own log: written by apply alone */
	TABLE_PROJECTED, /* the fold of followed streams: written by project alone */
	TABLE_PRIVATE,   /* neither; not compared by replay */
	TABLE_VAULT,     /* sealed, with commitments in the log and keyed-hash indexes */
};

/* An index of a vault table: field of the row (or of a record in it, "pemohon.nama") -> keys of rows,
 * under the keyed hash of the normalised text (letters folded to lower case, blanks squeezed). */
struct vault_index {
	const char *field;
	bool is_words;      /* each word apart (names) instead of the whole text */
	const char *within; /* a text field of the row that a search is held to (a unit); NULL: none */
};

struct table {
	const char *name;
	enum table_kind kind;
	uint16_t version;
	const struct schema *row;
	const struct vault_index *indexes; /* vault only */
	uint32_t index_count;
};

struct store_options {
	struct str node;
	struct str service;
	const struct table *const *tables;
	uint32_t table_count;
	const struct keyring *ring; /* lent for the life of the store, as the tables are */
	time_us now;
};

struct store;

/* Names of every table the kv must be opened with, for a service's tables. In the arena. */
enum err store_table_names(const struct store_options *o, struct arena *arena,
	const char *const **ret, unsigned *ret_count) MUST_CHECK;

/* Takes the kv; on failure it stays the caller's. ERR_STATE with why (field: the table): a newer
 * format or table version, or the store of another node; ERR_CORRUPT, ERR_READONLY, ERR_IO. */
enum err store_open(const struct store_options *o, struct kv **kv, struct store **ret,
	struct problem *why) MUST_CHECK;
void store_close(struct store **store);
struct log *store_log(struct store *store);
struct kv *store_kv(struct store *store);
const struct keyring *store_ring(const struct store *store);

/* One transaction on the store. Only one write transaction at a time. */
struct txn;
enum err txn_begin(struct store *store, enum kv_mode mode, struct txn **ret) MUST_CHECK;
/* Durable on ERR_OK; else the log's head in memory is taken back too. */
enum err txn_commit(struct txn **txn) MUST_CHECK;
void txn_abort(struct txn **txn);
struct kv_txn *txn_kv(struct txn *txn);
struct store *txn_store(struct txn *txn);
/* From here on derived (projected) tables mean their shadows in this transaction. */
void txn_use_shadow(struct txn *txn, enum table_kind kind);

/* Rows by schema. key is 1..511 bytes. get copies into the arena: ERR_NOT_FOUND, ERR_CORRUPT, ERR_IO,
 * ERR_LIMIT (arena). put: ERR_INVALID, ERR_LIMIT when the row breaks its schema, ERR_READONLY, ERR_IO.
 * del: ERR_NOT_FOUND when there was none. */
enum err table_get(struct txn *txn, const struct table *table, struct str key, struct arena *arena,
	void *ret) MUST_CHECK;
enum err table_put(struct txn *txn, const struct table *table, struct str key,
	const void *row) MUST_CHECK;
/* As get, for a row that is read again and again and seldom changes: decoded once, and lent until the end of
 * the write transaction (of a reading one, where none is open). ERR_LIMIT: more than 256 KiB. */
enum err table_get_kept(struct txn *txn, const struct table *table, struct str key,
	const void **ret) MUST_CHECK;
/* For whoever remembers what he made of rows of the table: the number stays while they are as the transaction
 * sees them, and no other transaction of the store has it. Never 0. */
uint64_t table_moment(struct txn *txn, const struct table *table);
enum err table_del(struct txn *txn, const struct table *table, struct str key) MUST_CHECK;
/* Number of rows; costs no walk. */
enum err table_count(struct txn *txn, const struct table *table, uint64_t *ret) MUST_CHECK;

/* A walk over the keys that start with prefix, from at or after start (downwards: at or before;
 * empty: the end of the prefix), upwards or downwards; next copies key and row into the arena:
 * ERR_NOT_FOUND at the end. ret_row may be NULL; rows of a vault table are opened. */
struct walk {
	struct txn *txn;
	struct kv_cursor *cursor;
	struct str prefix; /* lent, as start is, until walk_close */
	struct str start;
	bool is_down;
	bool has_begun;
};
enum err walk_open(struct txn *txn, const struct table *table, struct str prefix, struct str start,
	bool is_down, struct walk *ret) MUST_CHECK;
enum err walk_next(struct walk *walk, const struct table *table, struct arena *arena,
	struct str *ret_key, void *ret_row) MUST_CHECK;
void walk_close(struct walk *walk);

/* Vault: put seals row under key, writes its index rows and gives the commitment to stand in the event;
 * erase removes record and index rows. get: ERR_NOT_FOUND, ERR_CORRUPT. */
enum err vault_put(struct txn *txn, const struct table *table, struct str key, const void *row,
	struct arena *arena, struct hash *ret_commitment) MUST_CHECK;
/* The same for a row that wire_encode made the body of. */
enum err vault_put_encoded(struct txn *txn, const struct table *table, struct str key,
	const void *row, struct str body, struct arena *arena, struct hash *ret_commitment) MUST_CHECK;
enum err vault_get(struct txn *txn, const struct table *table, struct str key, struct arena *arena,
	void *ret) MUST_CHECK;
enum err vault_erase(struct txn *txn, const struct table *table, struct str key,
	struct arena *arena) MUST_CHECK;
struct vault_search {
	const char *field;
	struct str text;
	struct str within; /* what the index's `within` must hold */
	struct str from;   /* keys before this one are passed over; empty: none */
	uint32_t max;
};
/* Keys of the rows whose indexed field matches text (every word of it for is_words), in order. ERR_INVALID:
 * no row can have the key `from`. */
enum err vault_find(struct txn *txn, const struct table *table, const struct vault_search *search,
	struct arena *arena, struct str **ret, uint32_t *ret_len) MUST_CHECK;
/* Whether the stored record matches the commitment: ERR_OK, ERR_NOT_FOUND, ERR_CORRUPT. */
enum err vault_check(struct txn *txn, const struct table *table, struct str key,
	const struct hash *commitment) MUST_CHECK;

/* Shadow rebuild. stale: whether any table of the kind has another stored version than declared. */
bool store_is_stale(struct store *store, enum table_kind kind);
/* Empties the shadows of the kind (own transaction). */
enum err store_shadow_begin(struct store *store, enum table_kind kind) MUST_CHECK;
/* Within txn: the shadows become the live tables with the declared versions. */
enum err store_shadow_swap(struct txn *txn, enum table_kind kind) MUST_CHECK;
/* Compares live and shadow, row by row: ERR_OK, or ERR_CORRUPT with the first differing table and key. */
enum err store_shadow_compare(struct txn *txn, enum table_kind kind, const char **ret_table,
	struct str *ret_key) MUST_CHECK;

/* Meta rows: small named values of the store (instance id, versions). */
enum err meta_get(struct txn *txn, const char *name, struct str *ret) MUST_CHECK;
enum err meta_put(struct txn *txn, const char *name, struct str value) MUST_CHECK;

/* Two watermarks on measured use, of the map and of the disk. */
enum store_level { STORE_NORMAL, STORE_SOFT, STORE_HARD };
struct store_watermarks {
	uint32_t soft_percent; /* of the map: above, no new commands; letters, events, deletes go on */
	uint32_t hard_percent; /* above: read only */
	uint64_t disk_soft_bytes; /* free space under which the same begins */
	uint64_t disk_hard_bytes;
};
enum err store_level(struct store *store, const struct store_watermarks *marks,
	enum store_level *ret, struct kv_usage *ret_usage) MUST_CHECK;

#endif
