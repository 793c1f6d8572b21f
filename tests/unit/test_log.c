#include "lib/rig.h"
#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void append(struct rig *rig, struct txn *txn, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct record r = rig_event("isi");

		assert_int_equal(log_append(store_log(rig->store), txn_kv(txn), &r), ERR_OK);
		assert_true(r.seq == store_log(rig->store)->head.seq);
		assert_true(id_equal(r.epoch, store_log(rig->store)->head.epoch));
	}
}

static void append_committed(struct rig *rig, unsigned count)
{
	struct txn *txn = rig_txn(rig, KV_WRITE);

	append(rig, txn, count);
	rig_commit(&txn);
}

static void new_epoch(struct rig *rig)
{
	struct txn *txn = rig_txn(rig, KV_WRITE);

	assert_int_equal(log_new_epoch(store_log(rig->store), txn_kv(txn), str_of("uji"),
						 (struct id) { { 5 } }, RIG_NOW),
		ERR_OK);
	rig_commit(&txn);
}

static void an_empty_log_stands_at_its_genesis(void **state)
{
	struct rig *rig = *state;
	struct log *log;
	struct hash zero = { { 0 } };
	struct txn *txn;
	struct place place;
	uint64_t count, bad;
	struct hash hash;
	struct str bytes;
	struct buf out;
	uint32_t got;

	rig_open(rig);
	log = store_log(rig->store);
	assert_true(log->head.seq == 0);
	assert_false(hash_equal(&log->head.hash, &zero));
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(log_has(log, txn_kv(txn), &log->head), ERR_OK);
	assert_int_equal(log_hash_at(log, txn_kv(txn), 0, &zero), ERR_OK);
	assert_true(hash_equal(&zero, &log->head.hash));
	assert_int_equal(log_hash_at(log, txn_kv(txn), 1, &zero), ERR_NOT_FOUND);
	assert_int_equal(log_get(log, txn_kv(txn), 0, &hash, &bytes), ERR_OK);
	assert_true(hash_equal(&hash, &log->head.hash) && bytes.len == 0);
	assert_int_equal(log_verify(log, txn_kv(txn), 1, &count, &bad), ERR_OK);
	assert_true(count == 0);
	buf_init(&out, 1000);
	assert_int_equal(log_read(log, txn_kv(txn), 0, 1000, 10, &out, &place, &got), ERR_OK);
	assert_int_equal(got, 0);
	assert_memory_equal(&place, &log->head, sizeof place);
	txn_abort(&txn);
	buf_clear(&out);
}

static void the_head_survives_a_restart(void **state)
{
	struct rig *rig = *state;
	struct problem why;
	struct place head;

	rig_open(rig);
	append_committed(rig, 3);
	head = store_log(rig->store)->head;
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	assert_memory_equal(&head, &store_log(rig->store)->head, sizeof head);
	assert_true(store_log(rig->store)->last_at == rig_event("").at);
	new_epoch(rig);
	head = store_log(rig->store)->head;
	assert_true(head.seq == 3);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	assert_memory_equal(&head, &store_log(rig->store)->head, sizeof head);
}

static void an_aborted_append_leaves_no_trace(void **state)
{
	struct rig *rig = *state;
	struct place head;
	struct txn *txn;

	rig_open(rig);
	append_committed(rig, 1);
	head = store_log(rig->store)->head;
	txn = rig_txn(rig, KV_WRITE);
	append(rig, txn, 2);
	assert_int_equal(log_new_epoch(store_log(rig->store), txn_kv(txn), str_of("x"),
						 (struct id) { { 0 } }, RIG_NOW),
		ERR_OK);
	txn_abort(&txn);
	assert_memory_equal(&head, &store_log(rig->store)->head, sizeof head);
	append_committed(rig, 1);
	assert_true(store_log(rig->store)->head.seq == 2);
}

static void a_new_epoch_goes_on_at_the_next_number(void **state)
{
	struct rig *rig = *state;
	struct epoch *epochs;
	uint32_t len;
	uint64_t count, bad;
	struct place first, fork;
	struct id found;
	struct txn *txn;
	struct log *log;

	rig_open(rig);
	log = store_log(rig->store);
	append_committed(rig, 2);
	first = log->head;
	new_epoch(rig);
	fork = log->head;
	append_committed(rig, 2);
	new_epoch(rig);
	new_epoch(rig); /* without an event between */
	append_committed(rig, 1);
	assert_true(log->head.seq == 5);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(log_epochs(log, txn_kv(txn), 10, &rig->arena, &epochs, &len), ERR_OK);
	assert_int_equal(len, 4);
	assert_true(id_is_zero(epochs[0].parent));
	assert_true(id_equal(epochs[1].parent, epochs[0].id));
	assert_true(epochs[1].start_seq == 2 && epochs[3].start_seq == 4);
	assert_true(str_is(epochs[1].reason, "uji"));
	assert_int_equal(log_epochs(log, txn_kv(txn), 1, &rig->arena, &epochs, &len), ERR_OK);
	assert_int_equal(len, 1);
	assert_true(id_equal(epochs[0].id, log->head.epoch));
	assert_int_equal(log_epoch_of(log, txn_kv(txn), 2, &found), ERR_OK);
	assert_true(id_equal(found, first.epoch));
	assert_int_equal(log_epoch_of(log, txn_kv(txn), 3, &found), ERR_OK);
	assert_true(id_equal(found, fork.epoch));
	assert_int_equal(log_has(log, txn_kv(txn), &first), ERR_OK);
	assert_int_equal(log_has(log, txn_kv(txn), &fork), ERR_OK);
	assert_int_equal(log_verify(log, txn_kv(txn), 1, &count, &bad), ERR_OK);
	assert_true(count == 5);
	assert_int_equal(log_verify(log, txn_kv(txn), 4, &count, &bad), ERR_OK);
	assert_true(count == 2);
	txn_abort(&txn);
}

static void a_place_needs_its_epoch_and_its_hash(void **state)
{
	struct rig *rig = *state;
	struct place at, wrong;
	struct txn *txn;
	struct log *log;

	rig_open(rig);
	log = store_log(rig->store);
	append_committed(rig, 2);
	at = log->head;
	new_epoch(rig);
	append_committed(rig, 2);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(log_has(log, txn_kv(txn), &at), ERR_OK);
	wrong = at;
	wrong.hash.bytes[31] ^= 1;
	assert_int_equal(log_has(log, txn_kv(txn), &wrong), ERR_NOT_FOUND);
	wrong = at;
	wrong.seq = 1;
	assert_int_equal(log_has(log, txn_kv(txn), &wrong), ERR_NOT_FOUND);
	wrong = log->head;
	wrong.epoch = at.epoch; /* the old epoch went no further than 2 */
	assert_int_equal(log_has(log, txn_kv(txn), &wrong), ERR_NOT_FOUND);
	wrong = log->head;
	wrong.seq++;
	assert_int_equal(log_has(log, txn_kv(txn), &wrong), ERR_NOT_FOUND);
	wrong.epoch.bytes[0] ^= 1;
	assert_int_equal(log_has(log, txn_kv(txn), &wrong), ERR_NOT_FOUND);
	wrong = (struct place) { .epoch = at.epoch };
	assert_int_equal(log_has(log, txn_kv(txn), &wrong), ERR_NOT_FOUND);
	txn_abort(&txn);
}

static void reading_is_bounded_and_goes_on_where_it_stopped(void **state)
{
	struct rig *rig = *state;
	uint64_t after = 0;
	struct place last;
	struct txn *txn;
	struct buf out;
	uint32_t got;

	rig_open(rig);
	append_committed(rig, 10);
	txn = rig_txn(rig, KV_READ);
	buf_init(&out, 100000);
	assert_int_equal(log_read(store_log(rig->store), txn_kv(txn), 0, 100000, 4, &out, &last, &got),
		ERR_OK);
	assert_int_equal(got, 4);
	assert_true(last.seq == 4);
	buf_reset(&out);
	while (after < 10) {
		struct str bytes;
		struct hash hash;

		assert_int_equal(
			log_read(store_log(rig->store), txn_kv(txn), after, 1, 100, &out, &last, &got), ERR_OK);
		assert_int_equal(got, 1); /* the first whatever its size */
		after = last.seq;
		assert_int_equal(log_get(store_log(rig->store), txn_kv(txn), after, &hash, &bytes), ERR_OK);
		assert_true(hash_equal(&hash, &last.hash));
		assert_int_equal(be32_get(out.ptr + out.len - bytes.len - 4), bytes.len);
		assert_memory_equal(out.ptr + out.len - bytes.len, bytes.ptr, bytes.len);
	}
	assert_int_equal(log_read(store_log(rig->store), txn_kv(txn), 11, 100, 100, &out, &last, &got),
		ERR_NOT_FOUND);
	out.limit = out.len + 10;
	assert_int_equal(log_read(store_log(rig->store), txn_kv(txn), 0, 100, 100, &out, &last, &got),
		ERR_LIMIT);
	txn_abort(&txn);
	buf_clear(&out);
}

static void the_log_of_another_node_is_refused(void **state)
{
	struct rig *rig = *state;
	struct problem why;

	rig_open(rig);
	append_committed(rig, 1);
	rig->options.node = str_of("simpul-lain");
	assert_int_equal(rig_reopen(rig, &why), ERR_STATE);
	assert_string_equal(why.rule, "milik_simpul_lain");
	rig->options.node = str_of("simpul");
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
}

static void a_missing_record_is_found(void **state)
{
	struct rig *rig = *state;
	struct log *log;
	char key[8];
	uint64_t count, bad;
	struct place last;
	struct txn *txn;
	struct buf out;
	uint32_t got;

	rig_open(rig);
	log = store_log(rig->store);
	append_committed(rig, 5);
	txn = rig_txn(rig, KV_WRITE);
	be64_put(key, 3);
	assert_int_equal(kv_del(txn_kv(txn), log->table, str_bytes(key, 8)), ERR_OK);
	assert_int_equal(log_verify(log, txn_kv(txn), 1, &count, &bad), ERR_CORRUPT);
	assert_true(bad == 3 && count == 2);
	buf_init(&out, 10000);
	assert_int_equal(log_read(log, txn_kv(txn), 0, 10000, 10, &out, &last, &got), ERR_CORRUPT);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
	be64_put(key, 5);
	assert_int_equal(kv_del(txn_kv(txn), log->table, str_bytes(key, 8)), ERR_OK);
	assert_int_equal(log_verify(log, txn_kv(txn), 5, &count, &bad), ERR_CORRUPT);
	txn_abort(&txn);
}

/* Found by the simulator: a message of events has one epoch, so a reading must not run into the next. */
static void a_reading_ends_with_its_epoch(void **state)
{
	struct rig *rig = *state;
	struct place last;
	struct txn *txn;
	struct buf out;
	uint32_t got;

	rig_open(rig);
	append_committed(rig, 3);
	new_epoch(rig);
	append_committed(rig, 2);
	txn = rig_txn(rig, KV_READ);
	buf_init(&out, 100000);
	assert_int_equal(
		log_read(store_log(rig->store), txn_kv(txn), 1, 100000, 100, &out, &last, &got), ERR_OK);
	assert_int_equal(got, 2);
	assert_int_equal(log_has(store_log(rig->store), txn_kv(txn), &last), ERR_OK);
	assert_int_equal(
		log_read(store_log(rig->store), txn_kv(txn), 3, 100000, 100, &out, &last, &got), ERR_OK);
	assert_int_equal(got, 2);
	assert_int_equal(log_has(store_log(rig->store), txn_kv(txn), &last), ERR_OK);
	txn_abort(&txn);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(an_empty_log_stands_at_its_genesis),
		RIG_BOTH(the_head_survives_a_restart),
		RIG_BOTH(an_aborted_append_leaves_no_trace),
		RIG_BOTH(a_new_epoch_goes_on_at_the_next_number),
		RIG_BOTH(a_place_needs_its_epoch_and_its_hash),
		RIG_BOTH(reading_is_bounded_and_goes_on_where_it_stopped),
		RIG_BOTH(the_log_of_another_node_is_refused),
		RIG_BOTH(a_missing_record_is_found),
		RIG_BOTH(a_reading_ends_with_its_epoch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
