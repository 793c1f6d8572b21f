#include "sim/restored.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "federation/cabang.h"
#include "runtime/engine.h"
#include "store/mirror.h"

enum { LOST_STEP = 256, LISTED_MAX = 4096 };

/* A record that was in a log once. */
struct lost {
	uint64_t seq;
	struct hash hash;
	struct id epoch;
	bool is_shipped;         /* the node above had it then */
	uint64_t above_restores; /* of the node above, until then: what goes back itself holds less */
};

static struct actor_host *above(struct world *w, const struct actor_host *h)
{
	if (h->node->parent == NULL || !h->service->is_federated)
		return NULL;
	return node_host(w, h->node->parent, str_of("federation"));
}

/* The copy of h's log at the node above, in a transaction of its own; NULL: none, or it is down. */
static const struct follow *copy_above(struct world *w, const struct actor_host *h,
	struct txn **ret_txn)
{
	struct actor_host *holder = above(w, h);
	char name[NODE_STREAM_MAX + 1];
	const struct follow *f;

	if (holder == NULL || holder->runtime == NULL ||
		node_stream_name(h->node->id, str_of(h->service->name), name) != ERR_OK)
		return NULL;
	f = mirror_of(holder->runtime, str_of(name));
	if (f == NULL || !f->has_mirror ||
		txn_begin(runtime_store(holder->runtime), KV_READ, ret_txn) != ERR_OK)
		return NULL;
	return f;
}

static struct lost *lost_add(struct actor_host *h)
{
	if (h->lost_count % LOST_STEP == 0) {
		h->lost = realloc(h->lost, (h->lost_count + LOST_STEP) * sizeof *h->lost);
		if (h->lost == NULL)
			abort();
	}
	return &h->lost[h->lost_count++];
}

void restored_note(struct actor_host *h, uint64_t after)
{
	const struct log *log = store_log(runtime_store(h->runtime));
	struct txn *txn = NULL, *held = NULL;
	const struct follow *copy = copy_above(h->world, h, &held);

	if (txn_begin(runtime_store(h->runtime), KV_READ, &txn) != ERR_OK)
		return;
	for (uint64_t seq = after + 1; seq <= log->committed.seq; seq++) {
		struct lost lost = { .seq = seq };
		struct hash there;
		struct str bytes;

		if (log_get(log, txn_kv(txn), seq, &lost.hash, &bytes) != ERR_OK ||
			log_epoch_of(log, txn_kv(txn), seq, &lost.epoch) != ERR_OK)
			break;
		lost.is_shipped = copy != NULL &&
			mirror_hash_at(held, &copy->mirror, seq, &there) == ERR_OK &&
			hash_equal(&there, &lost.hash);
		if (lost.is_shipped)
			lost.above_restores = h->node->parent->restores;
		*lost_add(h) = lost;
	}
	txn_abort(&txn);
	txn_abort(&held);
}

void restored_free(struct actor_host *h)
{
	free(h->lost);
	h->lost = NULL;
	h->lost_count = 0;
}

bool restored_took(const struct actor_host *h, uint64_t seq, const struct hash *hash)
{
	for (uint32_t n = 0; n < h->lost_count; n++)
		if (h->lost[n].seq == seq && hash_equal(&h->lost[n].hash, hash))
			return true;
	return false;
}

/* The node above holds it still, if it was not put back itself. */
static bool is_promised(const struct actor_host *h, const struct lost *lost)
{
	return lost->is_shipped && lost->above_restores == h->node->parent->restores;
}

bool restored_was_shipped(const struct actor_host *h, uint64_t seq, struct id epoch)
{
	for (uint32_t n = h->lost_count; n-- > 0;)
		if (h->lost[n].seq == seq && id_equal(h->lost[n].epoch, epoch))
			return is_promised(h, &h->lost[n]);
	return false;
}

/* A person had opened it already, by a commit whose outcome was not known: then the fence was closed again. */
static bool is_opening(struct str bytes)
{
	struct record record;
	struct arena arena;
	bool is;

	arena_init(&arena, 1024 * 1024);
	is = record_decode(bytes, &arena, &record) == ERR_OK && record.type == MSG_EPOCH_DIBUKA;
	arena_clear(&arena);
	return is;
}

/* Records of the log that came after the backup: none but those that were there before. */
static void check_came_back(struct world *w, struct actor_host *h, struct txn *txn)
{
	const struct log *log = store_log(runtime_store(h->runtime));

	for (uint64_t seq = h->backup_head.seq + 1; seq <= log->committed.seq; seq++) {
		struct hash hash;
		struct str bytes;

		bool is_there = log_get(log, txn_kv(txn), seq, &hash, &bytes) == ERR_OK;

		if (is_there && !restored_took(h, seq, &hash) && is_opening(bytes))
			return;
		if (!is_there || !restored_took(h, seq, &hash)) {
			world_fail(w, "I5", "%s of %s took back a record %" PRIu64 " that it never had",
				h->service->name, h->node->name, seq);
			return;
		}
	}
}

void restored_check_salvaged(struct world *w, struct actor_host *h)
{
	static const struct hash none;
	const struct log *log = store_log(runtime_store(h->runtime));
	struct txn *txn = NULL;

	if (txn_begin(runtime_store(h->runtime), KV_READ, &txn) != ERR_OK)
		return;
	if (log->committed.seq < h->fence_head.seq)
		world_fail(w, "I5",
			"the fence of %s of %s opened at %" PRIu64 ", the side-car knew %" PRIu64,
			h->service->name, h->node->name, log->committed.seq, h->fence_head.seq);
	else if (!hash_equal(&h->fence_head.hash, &none) &&
		log_has(log, txn_kv(txn), &h->fence_head) != ERR_OK)
		world_fail(w, "I5", "the fence of %s of %s opened in another history than its side-car's",
			h->service->name, h->node->name);
	else
		check_came_back(w, h, txn);
	txn_abort(&txn);
}

/* Whether people at the node above see that records of the stream around seq are orphaned. */
static bool is_listed(struct txn *txn, struct str stream, uint64_t seq)
{
	struct walk walk;
	struct cabang_putusan row;
	struct arena arena;
	struct str key;
	bool is_found = false;
	enum err e;

	arena_init(&arena, 1024 * 1024);
	e = walk_open(txn, &cabang_table, stream, (struct str) { "", 0 }, false, &walk);
	if (e == ERR_OK) {
		while (!is_found && walk_next(&walk, &cabang_table, &arena, &key, &row) == ERR_OK)
			is_found = row.cabang.garpu_seq < seq && seq <= row.cabang.yatim_sampai;
		walk_close(&walk);
	}
	arena_clear(&arena);
	return is_found;
}

/* In the copy, beside its present history. */
static bool is_orphan(struct txn *txn, const struct follow *copy, const struct lost *lost)
{
	struct hash hash;
	struct str bytes;

	if (mirror_hash_at(txn, &copy->mirror, lost->seq, &hash) == ERR_OK &&
		hash_equal(&hash, &lost->hash))
		return false;
	for (uint32_t branch = 0; branch <= copy->mirror.branch; branch++)
		if (mirror_get(txn, &copy->mirror, branch, lost->seq, &hash, &bytes) == ERR_OK &&
			hash_equal(&hash, &lost->hash))
			return true;
	return false;
}

void restored_check(struct world *w, struct actor_host *h)
{
	const struct log *log = store_log(runtime_store(h->runtime));
	struct txn *own = NULL, *held = NULL;
	const struct follow *copy = copy_above(w, h, &held);

	if (copy == NULL || txn_begin(runtime_store(h->runtime), KV_READ, &own) != ERR_OK) {
		txn_abort(&held);
		return;
	}
	for (uint32_t n = 0; n < h->lost_count && w->failure == NULL; n++) {
		const struct lost *lost = &h->lost[n];
		struct hash hash;
		struct str bytes;

		if (!is_promised(h, lost) ||
			(log_get(log, txn_kv(own), lost->seq, &hash, &bytes) == ERR_OK &&
				hash_equal(&hash, &lost->hash)))
			continue;
		if (!is_orphan(held, copy, lost))
			world_fail(w, "I2", "%s of %s had shipped %" PRIu64 ", and it is nowhere",
				h->service->name, h->node->name, lost->seq);
		else if (!is_listed(held, str_of(copy->mirror_name), lost->seq))
			world_fail(w, "I2", "%" PRIu64 " of %s of %s is orphaned and listed nowhere", lost->seq,
				h->service->name, h->node->name);
	}
	txn_abort(&own);
	txn_abort(&held);
}
