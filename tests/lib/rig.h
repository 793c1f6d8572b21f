/* rig - a store with a table of each kind, on LMDB or in memory, for tests of the store
 *
 * Both kinds keep one promise, so each test runs on both (RIG_BOTH). Asserts by
 * cmocka when the store does not open. */
#ifndef LIB_RIG_H
#define LIB_RIG_H

#include "lib/contoh.h"
#include "lib/folder.h"
#include "store/store.h"
#include "store/system.h"

enum rig_kind { RIG_MEMORY, RIG_LMDB };

struct rig {
	enum rig_kind kind;
	char folder[FOLDER_MAX];
	struct kv *kv; /* until rig_open has given it to the store */
	struct store *store;
	struct store_options options;
	struct keyring ring;
	struct arena arena; /* one test's */
};

/* Rows are struct contoh_isi, of the vault struct contoh. */
extern const struct table rig_derived;
extern const struct table rig_projected;
extern const struct table rig_private;
extern const struct table rig_vault; /* indexes: judul by words, rincian, kata */

enum { RIG_NOW = 1700000000 };

/* An empty store of the four tables. */
void rig_open(struct rig *rig);
/* Closes it, and opens what it left with these options; the answer of store_open. */
enum err rig_reopen(struct rig *rig, struct problem *why);
/* The set-up and tear-down of a test, *state being the rig. */
int rig_begin_memory(void **state);
int rig_begin_lmdb(void **state);
int rig_end(void **state);

/* Two rows of a list of tests. */
#define RIG_BOTH(f) \
	cmocka_unit_test_setup_teardown(f, rig_begin_memory, rig_end), \
		cmocka_unit_test_setup_teardown(f, rig_begin_lmdb, rig_end)

struct txn *rig_txn(struct rig *rig, enum kv_mode mode);
void rig_commit(struct txn **txn);
/* A valid vault row. */
struct contoh rig_person(const char *name);
/* An event of an unknown type, with a payload of text. */
struct record rig_event(const char *text);

#endif
