/* Folds the whole log into the shadows of the derived tables: for a rebuild and for comparison. */
#include "base/log_line.h"
#include "runtime/engine.h"

enum { REPLAY_RECORDS_A_TRANSACTION = 500 };

static bool is_same_cause(const struct cause *a, const struct cause *b)
{
	return a->kind == b->kind && (a->kind == CAUSE_COMMAND || a->kind == CAUSE_LETTER) &&
		id_equal(a->id, b->id);
}

/* The further events of a command or letter count up its mark. */
static enum err mark_count_up(struct txn *txn, struct id id)
{
	struct mark mark;
	enum err e = mark_get(txn, id, &mark);

	if (e != ERR_OK)
		return e;
	mark.count++;
	return mark_put(txn, id, &mark);
}

enum err fold_record(const struct service *service, struct txn *txn, struct arena *arena,
	const struct record *record, struct cause *before, enum apply_where where)
{
	bool is_first = !is_same_cause(&record->cause, before);
	enum err e = is_first ? ERR_OK : mark_count_up(txn, record->cause.id);

	if (e == ERR_OK)
		e = apply_record(service, txn, arena, record, is_first ? 1 : 0, where, NULL);
	*before = record->cause;
	return e;
}

static enum err replay_record(const struct service *service, struct store *store, struct txn *txn,
	uint64_t seq, struct arena *arena, struct cause *before)
{
	struct record record;
	struct hash hash;
	struct str bytes, copy;
	enum err e = log_get(store_log(store), txn_kv(txn), seq, &hash, &bytes);

	arena_reset(arena);
	if (e == ERR_OK)
		e = arena_copy(arena, bytes, &copy); /* puts follow: what the store lends does not last */
	if (e == ERR_OK)
		e = record_decode(copy, arena, &record);
	return e == ERR_OK ? fold_record(service, txn, arena, &record, before, APPLY_SHADOW) : e;
}

enum err replay_to_shadow(const struct service *service, struct store *store)
{
	uint64_t head = store_log(store)->head.seq;
	struct cause before = { .kind = CAUSE_SYSTEM };
	struct arena arena;
	uint64_t seq = 0;
	enum err e = store_shadow_begin(store, TABLE_DERIVED);

	arena_init(&arena, INPUT_ARENA_MAX);
	while (e == ERR_OK && seq < head) {
		uint64_t end =
			head - seq > REPLAY_RECORDS_A_TRANSACTION ? seq + REPLAY_RECORDS_A_TRANSACTION : head;
		struct txn *txn = NULL;

		e = txn_begin(store, KV_WRITE, &txn);
		if (e != ERR_OK)
			break;
		txn_use_shadow(txn, TABLE_DERIVED);
		while (e == ERR_OK && seq < end)
			e = replay_record(service, store, txn, ++seq, &arena, &before);
		if (e == ERR_OK)
			e = txn_commit(&txn);
		else
			txn_abort(&txn);
	}
	arena_clear(&arena);
	if (e != ERR_OK)
		log_line(LOG_ERROR, "putar_ulang_gagal", "galat", err_name(e), "seq",
			log_number((int64_t)seq), NULL);
	return e;
}
