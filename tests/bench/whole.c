#include "bench/whole.h"

#include "bench/bare.h"

enum { ARENA_BYTES = 8 << 20 };

void whole_open(struct whole *whole, const struct table *const *tables, uint32_t table_count)
{
	const struct root_key root = { { 1 } };
	struct kv_lmdb_options options = { whole->folder, MAP_BYTES, 0 };
	struct store_options store_options = { .node = STR("simpul"),
		.service = STR("uji"),
		.tables = tables,
		.table_count = table_count,
		.ring = &whole->ring,
		.now = INT64_C(1700000000) * US_PER_SECOND };
	const char *const *names;
	struct problem why;
	struct kv *kv;
	unsigned count;

	whole->events = 0;
	folder_make(whole->folder);
	keyring_derive(&root, store_options.service, 1, &whole->ring);
	arena_init(&whole->arena, ARENA_BYTES);
	bare_must(store_table_names(&store_options, &whole->arena, &names, &count));
	bare_must(kv_lmdb_open(&options, names, count, &kv));
	bare_must(store_open(&store_options, &kv, &whole->store, &why));
}

void whole_close(struct whole *whole)
{
	store_close(&whole->store);
	arena_clear(&whole->arena);
	folder_remove(whole->folder);
}
