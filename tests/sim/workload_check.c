#include "sim/workload.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/engine.h"

static int by_id(const void *a, const void *b)
{
	const struct op *const *x = a, *const *y = b;

	return memcmp((*x)->id.bytes, (*y)->id.bytes, sizeof(struct id));
}

static struct op *op_of(struct op **sorted, uint32_t count, struct id id)
{
	struct op key = { .id = id };
	struct op *wanted = &key;
	struct op **found = bsearch(&wanted, sorted, count, sizeof *sorted, by_id);

	return found == NULL ? NULL : *found;
}

/* Counts, for each command, the runs of its events in the log, and where the first one stands. */
static void count_logged(struct client *c, struct actor_host *h, struct op **sorted)
{
	struct store *store = runtime_store(h->runtime);
	uint64_t head = store_log(store)->committed.seq;
	struct id before = { { 0 } };
	struct txn *txn = NULL;

	if (txn_begin(store, KV_READ, &txn) != ERR_OK)
		return;
	for (uint64_t seq = 1; seq <= head; seq++) {
		struct record record;
		struct hash hash;
		struct str bytes;
		struct op *op;

		arena_reset(&c->arena);
		if (log_get(store_log(store), txn_kv(txn), seq, &hash, &bytes) != ERR_OK ||
			record_decode(bytes, &c->arena, &record) != ERR_OK) {
			world_fail(c->world, "I2", "%s: record %" PRIu64 " cannot be read", h->service->name,
				seq);
			break;
		}
		if (record.cause.kind != CAUSE_COMMAND) {
			memset(before.bytes, 0, sizeof before.bytes);
			continue;
		}
		op = op_of(sorted, c->op_count, record.cause.id);
		if (op != NULL && !id_equal(before, record.cause.id)) {
			op->logged++;
			if (op->state == OP_ACCEPTED &&
				(seq != op->first_seq || !id_equal(record.epoch, op->epoch)))
				world_fail(c->world, "I2",
					"%s: events of a command stand at %" PRIu64 ", answered was %" PRIu64,
					h->service->name, seq, op->first_seq);
		}
		before = record.cause.id;
	}
	txn_abort(&txn);
}

/* I2: what was accepted stands in the log exactly once; what was refused does not. */
void client_check(struct client *c)
{
	struct op **sorted = malloc((c->op_count + 1) * sizeof *sorted);

	assert(sorted != NULL);
	for (uint32_t i = 0; i < c->op_count; i++)
		sorted[i] = &c->ops[i];
	qsort(sorted, c->op_count, sizeof *sorted, by_id);
	for (uint32_t i = 0; i < c->world->host_count && c->world->failure == NULL; i++)
		if (c->world->hosts[i].node == c->node && c->world->hosts[i].runtime != NULL)
			count_logged(c, &c->world->hosts[i], sorted);
	for (uint32_t i = 0; i < c->op_count && c->world->failure == NULL; i++) {
		const struct op *op = &c->ops[i];

		if (op->logged > 1)
			world_fail(c->world, "I2", "%s was done %u times", op->schema->name, op->logged);
		else if (op->state == OP_ACCEPTED && op->logged == 0)
			world_fail(c->world, "I2", "%s was answered and is not in the log", op->schema->name);
		else if (op->state == OP_REFUSED && op->logged > 0 && op->sent == 1 &&
			c->world->faults[FAULT_DUPLICATE] == 0) /* else another copy was judged anew */
			world_fail(c->world, "I2", "%s was refused (%s) and is in the log", op->schema->name,
				enum_name(&enum_sesi_status, op->status));
	}
	free(sorted);
}
