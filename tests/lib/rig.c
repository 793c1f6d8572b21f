#include "lib/rig.h"

#include "store/kv_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MAP_BYTES = 256 << 20 };

static const struct vault_index indexes[] = { { "judul", true, NULL }, { "rincian", false, NULL },
	{ "kata", false, NULL } };

/* clang-format off */
const struct table rig_derived   = { "turunan",  TABLE_DERIVED,   1, &schema_contoh_isi, NULL, 0 };
const struct table rig_projected = { "proyeksi", TABLE_PROJECTED, 1, &schema_contoh_isi, NULL, 0 };
const struct table rig_private   = { "pribadi",  TABLE_PRIVATE,   1, &schema_contoh_isi, NULL, 0 };
const struct table rig_vault     = { "brankas",  TABLE_VAULT,     1, &schema_contoh,     ROWS(indexes) };
/* clang-format on */

static const struct table *const tables[] = { &rig_derived, &rig_projected, &rig_private,
	&rig_vault };

/* A kv with the tables of the rig's options; in memory with the rows of image, if there is one. */
static void kv_make(struct rig *rig, const struct kv_image *image)
{
	const struct kv_lmdb_options lmdb = { rig->folder, MAP_BYTES, 0 };
	const char *const *names;
	unsigned count;

	assert_int_equal(store_table_names(&rig->options, &rig->arena, &names, &count), ERR_OK);
	if (rig->kind == RIG_LMDB) {
		assert_int_equal(kv_lmdb_open(&lmdb, names, count, &rig->kv), ERR_OK);
		return;
	}
	rig->kv = kv_memory_open(names, count);
	if (image != NULL)
		kv_memory_restore(rig->kv, image);
}

void rig_open(struct rig *rig)
{
	struct problem why;

	kv_make(rig, NULL);
	assert_int_equal(store_open(&rig->options, &rig->kv, &rig->store, &why), ERR_OK);
	assert_null(rig->kv);
}

enum err rig_reopen(struct rig *rig, struct problem *why)
{
	struct kv_image *image = NULL;
	enum err e;

	if (rig->store != NULL) {
		image = rig->kind == RIG_MEMORY ? kv_memory_image(store_kv(rig->store)) : NULL;
		store_close(&rig->store);
	} else {
		image = rig->kind == RIG_MEMORY ? kv_memory_image(rig->kv) : NULL;
		rig->kv->ops->close(&rig->kv);
	}
	kv_make(rig, image);
	kv_image_free(&image);
	e = store_open(&rig->options, &rig->kv, &rig->store, why);
	assert_true((e == ERR_OK) == (rig->kv == NULL));
	return e;
}

static int rig_begin(void **state, enum rig_kind kind)
{
	struct rig *rig = calloc(1, sizeof *rig);
	struct root_key root = { { 1, 2, 3 } };

	if (rig == NULL)
		return -1;
	rig->kind = kind;
	folder_make(rig->folder);
	arena_init(&rig->arena, 64 << 20);
	keyring_derive(&root, str_of("uji"), 2, &rig->ring);
	rig->options = (struct store_options) {
		.node = STR("simpul"),
		.service = STR("uji"),
		.tables = tables,
		.table_count = sizeof tables / sizeof tables[0],
		.ring = &rig->ring,
		.now = RIG_NOW * US_PER_SECOND,
	};
	*state = rig;
	return 0;
}

int rig_begin_memory(void **state)
{
	return rig_begin(state, RIG_MEMORY);
}

int rig_begin_lmdb(void **state)
{
	return rig_begin(state, RIG_LMDB);
}

int rig_end(void **state)
{
	struct rig *rig = *state;

	store_close(&rig->store);
	if (rig->kv != NULL)
		rig->kv->ops->close(&rig->kv);
	arena_clear(&rig->arena);
	folder_remove(rig->folder);
	free(rig);
	return 0;
}

struct txn *rig_txn(struct rig *rig, enum kv_mode mode)
{
	struct txn *txn;

	assert_int_equal(txn_begin(rig->store, mode, &txn), ERR_OK);
	return txn;
}

void rig_commit(struct txn **txn)
{
	assert_int_equal(txn_commit(txn), ERR_OK);
}

struct contoh rig_person(const char *name)
{
	return (struct contoh) {
		.warna = CONTOH_MERAH,
		.judul = str_of(name),
		.ringkasan = STR(""),
		.satu = { .nama = STR("") },
	};
}

struct record rig_event(const char *text)
{
	return (struct record) {
		.at = RIG_NOW * US_PER_SECOND,
		.type = 0x7ffe,
		.version = 1,
		.key = STR("kunci"),
		.cause = { .kind = CAUSE_SYSTEM, .from = STR("uji") },
		.payload = str_of(text),
	};
}
