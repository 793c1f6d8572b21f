/* Random work on a log and on an array that a reader believes at sight: appends committed, aborted
 * and failed, epochs, restarts; whatever is read must agree, and every altered byte must be seen. */
#include "base/bytes.h"
#include "lib/chance.h"
#include "lib/rig.h"
#include "lib/seed.h"
#include "store/kv_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RECORDS_MAX = 4000, STEPS = 2500, PAYLOAD_MAX = 50000 };

struct model {
	struct str records[RECORDS_MAX + 1]; /* by number, from 1 */
	struct place places[RECORDS_MAX + 1];
	uint64_t committed;
	uint64_t head;
};

struct trial {
	struct rig *rig;
	struct chance chance;
	struct model *model;
	char payload[PAYLOAD_MAX];
};

static struct log *log_of(struct trial *t)
{
	return store_log(t->rig->store);
}

static void append(struct trial *t, struct txn *txn)
{
	struct model *m = t->model;
	struct record r = rig_event("");
	struct buf bytes;
	size_t len = chance_below(&t->chance, chance_one_in(&t->chance, 20) ? PAYLOAD_MAX : 400);

	for (size_t i = 0; i < len; i += 97)
		t->payload[i] = (char)chance_next(&t->chance);
	r.payload = str_bytes(t->payload, len);
	r.cause.kind = CAUSE_COMMAND + (enum cause_kind)chance_below(&t->chance, CAUSE_SYSTEM);
	assert_int_equal(log_append(log_of(t), txn_kv(txn), &r), ERR_OK);
	m->head++;
	assert_true(r.seq == m->head);
	buf_init(&bytes, RECORD_BYTES_MAX);
	assert_int_equal(record_encode(&r, &bytes), ERR_OK);
	m->records[m->head] = buf_str(&bytes); /* kept until dropped */
	m->places[m->head] = (struct place) { r.epoch, r.seq,
		record_hash(&m->places[m->head - 1].hash, buf_str(&bytes)) };
	assert_true(hash_equal(&m->places[m->head].hash, &log_of(t)->head.hash));
}

static void drop_to(struct model *m, uint64_t head)
{
	while (m->head > head)
		free((void *)(uintptr_t)m->records[m->head--].ptr);
}

static void step_append(struct trial *t)
{
	struct model *m = t->model;
	struct txn *txn = rig_txn(t->rig, KV_WRITE);
	uint64_t count = 1 + chance_below(&t->chance, 5);
	uint64_t fate = chance_below(&t->chance, 8);

	while (count-- > 0 && m->head < RECORDS_MAX)
		append(t, txn);
	if (fate == 0) {
		txn_abort(&txn);
		drop_to(m, m->committed);
	} else if (fate == 1 && t->rig->kind == RIG_MEMORY) {
		kv_memory_fail(store_kv(t->rig->store), KV_FAULT_FULL);
		assert_int_equal(txn_commit(&txn), ERR_READONLY);
		drop_to(m, m->committed);
	} else {
		rig_commit(&txn);
		m->committed = m->head;
	}
	assert_true(log_of(t)->head.seq == m->head);
}

static void step_epoch(struct trial *t)
{
	struct txn *txn = rig_txn(t->rig, KV_WRITE);
	struct place before = log_of(t)->head;

	assert_int_equal(log_new_epoch(log_of(t), txn_kv(txn), str_of("uji"), (struct id) { { 0 } }, 0),
		ERR_OK);
	assert_true(log_of(t)->head.seq == before.seq);
	assert_false(id_equal(log_of(t)->head.epoch, before.epoch));
	if (chance_one_in(&t->chance, 3)) {
		txn_abort(&txn);
		assert_true(id_equal(log_of(t)->head.epoch, before.epoch));
	} else {
		rig_commit(&txn);
	}
}

static void step_read(struct trial *t)
{
	struct model *m = t->model;
	struct txn *txn = rig_txn(t->rig, KV_READ);
	uint64_t after = chance_below(&t->chance, m->head + 1);
	uint64_t seq = after;
	struct place last;
	struct buf out;
	uint32_t count;
	size_t at = 0;

	buf_init(&out, 1 << 20);
	assert_int_equal(log_read(log_of(t), txn_kv(txn), after, chance_below(&t->chance, 100000),
						 (uint32_t)chance_below(&t->chance, 20), &out, &last, &count),
		ERR_OK);
	while (at < out.len) {
		struct str bytes = str_bytes(out.ptr + at + 4, be32_get(out.ptr + at));

		assert_true(str_equal(bytes, m->records[++seq]));
		at += 4 + bytes.len;
	}
	assert_true(at == out.len && seq == after + count && last.seq == seq);
	assert_true(hash_equal(&last.hash, &m->places[seq].hash));
	assert_true(seq == 0 || id_equal(last.epoch, m->places[seq].epoch));
	assert_int_equal(log_has(log_of(t), txn_kv(txn), &last), ERR_OK);
	last.hash.bytes[chance_below(&t->chance, HASH_BYTES)] ^= 1;
	assert_int_equal(log_has(log_of(t), txn_kv(txn), &last), ERR_NOT_FOUND);
	txn_abort(&txn);
	buf_clear(&out);
}

static void verify(struct trial *t)
{
	struct txn *txn = rig_txn(t->rig, KV_READ);
	uint64_t first = 1 + chance_below(&t->chance, t->model->head + 1);
	uint64_t count, bad = 0;

	assert_int_equal(log_verify(log_of(t), txn_kv(txn), first, &count, &bad), ERR_OK);
	assert_true(count == t->model->head + 1 - first);
	txn_abort(&txn);
}

static void a_log_agrees_with_its_model(void **state)
{
	static struct trial t;
	struct problem why;

	t = (struct trial) { .rig = *state, .model = calloc(1, sizeof(struct model)) };
	t.chance.state = seed_usual("test_log_model", 20260321);
	rig_open(t.rig);
	t.model->places[0] = log_of(&t)->head;
	for (unsigned i = 0; i < STEPS; i++) {
		switch (chance_below(&t.chance, 40)) {
		case 0:
			step_epoch(&t);
			break;
		case 1:
			verify(&t);
			break;
		case 2:
			if (t.rig->kind == RIG_MEMORY || chance_one_in(&t.chance, 10)) {
				assert_int_equal(rig_reopen(t.rig, &why), ERR_OK);
				assert_true(log_of(&t)->head.seq == t.model->head);
			}
			break;
		default:
			if (chance_one_in(&t.chance, 2))
				step_append(&t);
			else
				step_read(&t);
		}
	}
	verify(&t);
	drop_to(t.model, 0);
	free(t.model);
}

static void every_altered_byte_is_found(void **state)
{
	static struct trial t;
	char key[8];
	struct txn *txn;

	t = (struct trial) { .rig = *state, .model = calloc(1, sizeof(struct model)), .chance = { 7 } };
	rig_open(t.rig);
	t.model->places[0] = log_of(&t)->head;
	txn = rig_txn(t.rig, KV_WRITE);
	for (unsigned i = 0; i < 12; i++) {
		append(&t, txn);
		if (i == 5)
			assert_int_equal(
				log_new_epoch(log_of(&t), txn_kv(txn), str_of("uji"), (struct id) { { 0 } }, 0),
				ERR_OK);
	}
	for (uint64_t seq = 1; seq <= t.model->head; seq++) {
		size_t step = t.model->records[seq].len > 1000 ? 101 : 1;
		struct str lent, row;

		be64_put(key, seq);
		assert_int_equal(kv_get(txn_kv(txn), log_of(&t)->table, str_bytes(key, 8), &lent), ERR_OK);
		assert_int_equal(arena_copy(&t.rig->arena, lent, &row), ERR_OK);
		for (size_t at = 0; at < row.len; at += step) {
			char *byte = (char *)(uintptr_t)row.ptr + at;
			char was = *byte;
			uint64_t count, bad = 0;

			*byte ^= (char)(1 << chance_below(&t.chance, 8));
			assert_int_equal(kv_put(txn_kv(txn), log_of(&t)->table, str_bytes(key, 8), row),
				ERR_OK);
			assert_int_equal(log_verify(log_of(&t), txn_kv(txn), 1, &count, &bad), ERR_CORRUPT);
			assert_true(bad == seq && count == seq - 1);
			*byte = was;
		}
		assert_int_equal(kv_put(txn_kv(txn), log_of(&t)->table, str_bytes(key, 8), row), ERR_OK);
	}
	txn_abort(&txn);
	drop_to(t.model, 0);
	free(t.model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(a_log_agrees_with_its_model),
		cmocka_unit_test_setup_teardown(every_altered_byte_is_found, rig_begin_memory, rig_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
