#include "lib/store_copy.h"

#include "store/mirror.h"

static const struct str NAME = STR("simpul/uji");

enum err store_copy_put(struct txn *txn, uint64_t n, struct arena *arena)
{
	const struct log *log = store_log(txn_store(txn));
	struct place at = log->head;
	struct mirror_stream stream;
	struct hash before;
	struct str lent, bytes;
	enum err e = log_hash_at(log, txn_kv(txn), n - 1, &before);

	if (e == ERR_OK)
		e = log_get(log, txn_kv(txn), n, &at.hash, &lent);
	if (e == ERR_OK)
		e = arena_copy(arena, lent, &bytes);
	if (e == ERR_OK)
		e = mirror_add(txn, NAME, &stream);
	return e == ERR_OK ? mirror_append(txn, &stream, &before, &at, bytes) : e;
}

enum err store_copy_check(struct txn *txn, uint64_t last)
{
	const struct log *log = store_log(txn_store(txn));
	struct mirror_stream stream;
	uint64_t good, bad;
	uint32_t branch;
	enum err e = mirror_find(txn, NAME, &stream);

	if (last == 0)
		return e == ERR_NOT_FOUND ? ERR_OK : ERR_CORRUPT;
	if (e == ERR_OK)
		e = mirror_verify(txn, &stream, NULL, &good, &branch, &bad);
	if (e != ERR_OK)
		return e;
	/* Both chains were verified: the same last hash is the same log. */
	return good == last && hash_equal(&stream.head.hash, &log->committed.hash) ? ERR_OK
																			   : ERR_CORRUPT;
}
