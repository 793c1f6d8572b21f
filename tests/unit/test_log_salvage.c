#include "lib/rig.h"
#include "proto/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { RECORDS = 6, OPENING = 4 }; /* the fourth record begins a new epoch */

/* A log of RECORDS records, read whole, and set back to the first two. */
struct lost {
	struct rig *rig;
	struct place places[RECORDS + 1];
	struct str bytes[RECORDS + 1];
};

static void append(struct rig *rig, struct txn *txn, struct record r)
{
	assert_int_equal(log_append(store_log(rig->store), txn_kv(txn), &r), ERR_OK);
}

static void open_epoch(struct rig *rig, struct txn *txn)
{
	struct log *log = store_log(rig->store);
	struct epoch_dibuka body = { .alasan = ALASAN_EPOCH_PEMULIHAN,
		.sebelumnya = log->head.epoch,
		.seq_sebelumnya = log->head.seq };
	struct record r = rig_event("");
	struct problem why;
	struct buf out;

	assert_int_equal(log_new_epoch(log, txn_kv(txn), str_of("pemulihan"), r.actor, r.at), ERR_OK);
	buf_init(&out, 1000);
	assert_int_equal(wire_encode(&schema_epoch_dibuka, &body, &out, &why), ERR_OK);
	r.type = schema_epoch_dibuka.code;
	r.payload = buf_str(&out);
	append(rig, txn, r);
	buf_clear(&out);
}

static struct lost lost_make(struct rig *rig)
{
	struct lost ret = { .rig = rig };
	struct problem why;
	struct log *log;
	struct txn *txn;

	rig_open(rig);
	log = store_log(rig->store);
	txn = rig_txn(rig, KV_WRITE);
	ret.places[0] = log->head;
	append(rig, txn, rig_event("isi"));
	append(rig, txn, rig_event("isi"));
	rig_commit(&txn);
	txn = rig_txn(rig, KV_WRITE);
	for (unsigned i = 3; i <= RECORDS; i++) {
		if (i == OPENING)
			open_epoch(rig, txn);
		else
			append(rig, txn, rig_event("isi"));
	}
	for (unsigned i = 1; i <= RECORDS; i++) {
		struct str lent;

		ret.places[i].seq = i;
		assert_int_equal(log_get(log, txn_kv(txn), i, &ret.places[i].hash, &lent), ERR_OK);
		assert_int_equal(arena_copy(&rig->arena, lent, &ret.bytes[i]), ERR_OK);
		assert_int_equal(log_epoch_of(log, txn_kv(txn), i, &ret.places[i].epoch), ERR_OK);
	}
	txn_abort(&txn);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	assert_true(store_log(rig->store)->head.seq == 2);
	return ret;
}

static enum err salvage(struct lost *lost, struct txn *txn, unsigned i)
{
	return log_append_bytes(store_log(lost->rig->store), txn_kv(txn), &lost->places[i],
		lost->bytes[i]);
}

static enum err adopt(struct rig *rig, struct txn *txn, const struct place *genesis)
{
	return log_adopt(store_log(rig->store), txn_kv(txn), rig->options.node, rig->options.service,
		genesis);
}

static void a_lost_tail_comes_back_as_it_was(void **state)
{
	struct rig *rig = *state;
	struct lost lost = lost_make(rig);
	struct epoch *epochs;
	struct problem why;
	struct txn *txn = rig_txn(rig, KV_WRITE);
	uint64_t good, bad;
	uint32_t len;

	for (unsigned i = 3; i <= RECORDS; i++) {
		assert_int_equal(salvage(&lost, txn, i), ERR_OK);
		assert_memory_equal(&store_log(rig->store)->head, &lost.places[i], sizeof lost.places[i]);
	}
	rig_commit(&txn);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	assert_memory_equal(&store_log(rig->store)->head, &lost.places[RECORDS],
		sizeof lost.places[RECORDS]);
	assert_true(store_log(rig->store)->last_at == rig_event("").at);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(log_verify(store_log(rig->store), txn_kv(txn), 1, &good, &bad), ERR_OK);
	assert_true(good == RECORDS);
	assert_int_equal(log_epochs(store_log(rig->store), txn_kv(txn), 5, &rig->arena, &epochs, &len),
		ERR_OK);
	assert_int_equal(len, 2);
	assert_true(id_equal(epochs[1].id, lost.places[OPENING].epoch));
	assert_true(id_equal(epochs[1].parent, epochs[0].id) && epochs[1].start_seq == OPENING - 1);
	assert_true(str_is(epochs[1].reason, "pemulihan") && epochs[1].at == rig_event("").at);
	txn_abort(&txn);
}

/* All is lost: an empty store takes the beginning of the lost log, and its records come back from the first. */
static void an_empty_log_takes_the_beginning_that_it_had(void **state)
{
	struct rig *rig = *state;
	struct lost lost = lost_make(rig);
	struct place other = lost.places[0];
	void *fresh = NULL;
	struct problem why;
	struct txn *txn;
	uint64_t good, bad;

	rig_begin_memory(&fresh);
	lost.rig = fresh;
	rig_open(lost.rig);
	txn = rig_txn(lost.rig, KV_WRITE);
	assert_int_equal(salvage(&lost, txn, 1), ERR_CORRUPT);
	other.epoch = lost.places[OPENING].epoch; /* not what this hash begins */
	assert_int_equal(adopt(lost.rig, txn, &other), ERR_STATE);
	assert_int_equal(adopt(lost.rig, txn, &lost.places[1]), ERR_STATE);
	assert_int_equal(adopt(lost.rig, txn, &lost.places[0]), ERR_OK);
	for (unsigned i = 1; i <= RECORDS; i++)
		assert_int_equal(salvage(&lost, txn, i), ERR_OK);
	assert_int_equal(adopt(lost.rig, txn, &lost.places[0]), ERR_STATE);
	rig_commit(&txn);
	assert_int_equal(rig_reopen(lost.rig, &why), ERR_OK);
	assert_memory_equal(&store_log(lost.rig->store)->head, &lost.places[RECORDS],
		sizeof lost.places[RECORDS]);
	txn = rig_txn(lost.rig, KV_READ);
	assert_int_equal(log_verify(store_log(lost.rig->store), txn_kv(txn), 1, &good, &bad), ERR_OK);
	assert_true(good == RECORDS);
	txn_abort(&txn);
	rig_end(&fresh);
}

static void an_aborted_salvage_leaves_no_trace(void **state)
{
	struct rig *rig = *state;
	struct lost lost = lost_make(rig);
	struct place before = store_log(rig->store)->head;
	struct txn *txn = rig_txn(rig, KV_WRITE);

	for (unsigned i = 3; i <= OPENING; i++)
		assert_int_equal(salvage(&lost, txn, i), ERR_OK);
	txn_abort(&txn);
	assert_memory_equal(&store_log(rig->store)->head, &before, sizeof before);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(salvage(&lost, txn, 3), ERR_OK);
	rig_commit(&txn);
}

static void what_does_not_hang_on_the_head_is_refused(void **state)
{
	struct rig *rig = *state;
	struct lost lost = lost_make(rig);
	struct place before = store_log(rig->store)->head;
	struct txn *txn = rig_txn(rig, KV_WRITE);
	struct place wrong;
	struct str bytes;

	assert_int_equal(salvage(&lost, txn, 2), ERR_CORRUPT);
	assert_int_equal(salvage(&lost, txn, 4), ERR_CORRUPT);
	wrong = lost.places[3];
	wrong.hash.bytes[0] ^= 1;
	assert_int_equal(log_append_bytes(store_log(rig->store), txn_kv(txn), &wrong, lost.bytes[3]),
		ERR_CORRUPT);
	wrong = lost.places[3];
	wrong.epoch.bytes[0] ^= 1;
	assert_int_equal(log_append_bytes(store_log(rig->store), txn_kv(txn), &wrong, lost.bytes[3]),
		ERR_CORRUPT);
	for (size_t at = 0; at < lost.bytes[3].len; at++) {
		assert_int_equal(arena_copy(&rig->arena, lost.bytes[3], &bytes), ERR_OK);
		((char *)(uintptr_t)bytes.ptr)[at] ^= 0x10;
		assert_int_equal(
			log_append_bytes(store_log(rig->store), txn_kv(txn), &lost.places[3], bytes),
			ERR_CORRUPT);
	}
	assert_memory_equal(&store_log(rig->store)->head, &before, sizeof before);
	assert_int_equal(salvage(&lost, txn, 3), ERR_OK);
	txn_abort(&txn);
}

/* A record whose bytes and hash agree and that still cannot be the next one. */
static enum err forged(struct rig *rig, struct txn *txn, const struct record *record)
{
	struct log *log = store_log(rig->store);
	struct place at = { record->epoch, record->seq, { { 0 } } };
	struct buf out;
	enum err e;

	buf_init(&out, RECORD_BYTES_MAX);
	assert_int_equal(record_encode(record, &out), ERR_OK);
	at.hash = record_hash(&log->head.hash, buf_str(&out));
	e = log_append_bytes(log, txn_kv(txn), &at, buf_str(&out));
	buf_clear(&out);
	return e;
}

static void a_well_chained_record_is_still_looked_at(void **state)
{
	struct rig *rig = *state;
	struct lost lost = lost_make(rig);
	struct txn *txn = rig_txn(rig, KV_WRITE);
	struct record r = rig_event("isi");

	r.seq = 3;
	r.epoch = lost.places[0].epoch;
	r.at--;
	assert_int_equal(forged(rig, txn, &r), ERR_CORRUPT); /* before the head */
	r.at++;
	r.epoch.bytes[3] ^= 1;
	assert_int_equal(forged(rig, txn, &r), ERR_CORRUPT); /* an epoch that no event opens */
	r.type = schema_epoch_dibuka.code;
	assert_int_equal(forged(rig, txn, &r), ERR_CORRUPT); /* an opening that cannot be read */
	r.epoch = lost.places[0].epoch;
	assert_int_equal(forged(rig, txn, &r), ERR_CORRUPT); /* an opening within its epoch */
	r.type = rig_event("").type;
	assert_int_equal(forged(rig, txn, &r), ERR_OK);
	txn_abort(&txn);
}

static void an_opening_must_say_what_it_goes_on_from(void **state)
{
	struct rig *rig = *state;
	struct lost lost = lost_make(rig);
	struct txn *txn = rig_txn(rig, KV_WRITE);
	struct epoch_dibuka bodies[4];
	struct problem why;
	struct buf out;

	for (unsigned i = 0; i < 4; i++)
		bodies[i] = (struct epoch_dibuka) { .alasan = ALASAN_EPOCH_SALINAN,
			.sebelumnya = lost.places[0].epoch,
			.seq_sebelumnya = 2 };
	bodies[0].sebelumnya.bytes[0] ^= 1;
	bodies[1].seq_sebelumnya = 1;
	bodies[3].alasan = ALASAN_EPOCH_SALINAN;
	buf_init(&out, 1000);
	for (unsigned i = 0; i < 4; i++) {
		struct record r = rig_event("");

		r.seq = 3;
		r.epoch = i == 2 ? (struct id) { { 0 } } : (struct id) { { 9 } };
		r.type = schema_epoch_dibuka.code;
		buf_reset(&out);
		assert_int_equal(wire_encode(&schema_epoch_dibuka, &bodies[i], &out, &why), ERR_OK);
		r.payload = buf_str(&out);
		assert_int_equal(forged(rig, txn, &r), i == 3 ? ERR_OK : ERR_CORRUPT);
	}
	buf_clear(&out);
	txn_abort(&txn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(a_lost_tail_comes_back_as_it_was),
		RIG_BOTH(an_empty_log_takes_the_beginning_that_it_had),
		RIG_BOTH(an_aborted_salvage_leaves_no_trace),
		RIG_BOTH(what_does_not_hang_on_the_head_is_refused),
		RIG_BOTH(a_well_chained_record_is_still_looked_at),
		RIG_BOTH(an_opening_must_say_what_it_goes_on_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
