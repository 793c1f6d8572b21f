/* service_store: what verify says of a vault that fits the log, was changed lawfully, or was tampered with */
#include "runtime/service_store.h"

#include "base/bytes.h"
#include "lib/rig.h"
#include "proto/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool go_on(void *self, uint64_t done, uint64_t all)
{
	(void)self;
	return done <= all;
}

static struct service service_of(const struct rig *rig)
{
	return (struct service) { .name = "uji",
		.tables = rig->options.tables,
		.table_count = rig->options.table_count };
}

static uint32_t vault_number(const struct rig *rig)
{
	uint32_t i = 0;

	while (rig->options.tables[i] != &rig_vault)
		i++;
	return i;
}

/* An event with one seal, and the entry it is about: written, erased (name NULL), or left alone. */
static void event(struct rig *rig, const char *key, const char *name)
{
	struct txn *txn = rig_txn(rig, KV_WRITE);
	struct seal seal = { .table = vault_number(rig),
		.key = str_of(key),
		.is_erased = name == NULL };
	struct record record = rig_event("terjadi");
	struct contoh row = rig_person(name == NULL ? "" : name);

	if (name == NULL)
		assert_int_equal(vault_erase(txn, &rig_vault, str_of(key), &rig->arena), ERR_OK);
	else
		assert_int_equal(
			vault_put(txn, &rig_vault, str_of(key), &row, &rig->arena, &seal.commitment), ERR_OK);
	record.seals = &seal;
	record.seals_len = 1;
	assert_int_equal(log_append(store_log(rig->store), txn_kv(txn), &record), ERR_OK);
	rig_commit(&txn);
}

/* Behind the log's back. */
static void tamper(struct rig *rig, const char *key, const char *name)
{
	struct txn *txn = rig_txn(rig, KV_WRITE);
	struct contoh row = rig_person(name == NULL ? "" : name);
	struct hash ignored;

	if (name == NULL)
		assert_int_equal(vault_erase(txn, &rig_vault, str_of(key), &rig->arena), ERR_OK);
	else
		assert_int_equal(vault_put(txn, &rig_vault, str_of(key), &row, &rig->arena, &ignored),
			ERR_OK);
	rig_commit(&txn);
}

static struct store_verdict verdict_of(struct rig *rig)
{
	struct service service = service_of(rig);
	struct store_verdict v;

	assert_int_equal(service_store_verify(&service, rig->store, go_on, NULL, &v), ERR_OK);
	return v;
}

static void what_was_changed_and_erased_by_events_is_good(void **state)
{
	struct rig *rig = *state;
	struct store_verdict v;

	rig_open(rig);
	event(rig, "satu", "Budi");
	event(rig, "dua", "Siti");
	event(rig, "satu", "Budi Santoso");
	event(rig, "dua", NULL);
	v = verdict_of(rig);
	assert_int_equal(v.records, 4);
	assert_int_equal(v.bad_seq, 0);
	assert_int_equal(v.seal_seq, 0);
	assert_int_equal(v.seals_good, 1);
	assert_int_equal(v.seals_erased, 1);
}

static void an_altered_entry_is_named_by_its_last_record(void **state)
{
	struct rig *rig = *state;
	struct store_verdict v;

	rig_open(rig);
	event(rig, "satu", "Budi");
	event(rig, "dua", "Siti");
	event(rig, "satu", "Budi Santoso");
	tamper(rig, "satu", "Orang Lain");
	v = verdict_of(rig);
	assert_int_equal(v.seal_seq, 3);
	assert_string_equal(v.seal_table, rig_vault.name);
	assert_false(v.is_missing);
	assert_int_equal(v.seals_good, 1);
}

static void a_missing_entry_is_named_and_the_first_of_two(void **state)
{
	struct rig *rig = *state;
	struct store_verdict v;

	rig_open(rig);
	event(rig, "satu", "Budi");
	event(rig, "dua", "Siti");
	tamper(rig, "dua", "Lain");
	tamper(rig, "satu", NULL);
	v = verdict_of(rig);
	assert_int_equal(v.seal_seq, 1);
	assert_true(v.is_missing);
}

/* The record of this number becomes what change makes of its bytes, behind the log's back. is_chained: with the hash
 * that its bytes have. */
static void rewrite(struct rig *rig, uint64_t seq, bool is_chained,
	void (*change)(char *bytes, size_t len))
{
	struct log *log = store_log(rig->store);
	struct txn *txn = rig_txn(rig, KV_WRITE);
	struct hash before, hash;
	struct str bytes;
	char key[8], row[HASH_BYTES + 4096];

	be64_put(key, seq);
	assert_int_equal(log_hash_at(log, txn_kv(txn), seq - 1, &before), ERR_OK);
	assert_int_equal(log_get(log, txn_kv(txn), seq, &hash, &bytes), ERR_OK);
	assert_true(bytes.len <= sizeof row - HASH_BYTES);
	memcpy(row + HASH_BYTES, bytes.ptr, bytes.len);
	bytes.ptr = row + HASH_BYTES;
	change(row + HASH_BYTES, bytes.len);
	if (is_chained)
		hash = record_hash(&before, bytes);
	memcpy(row, hash.bytes, HASH_BYTES);
	assert_int_equal(kv_put(txn_kv(txn), log->table, str_bytes(key, sizeof key),
						 str_bytes(row, HASH_BYTES + bytes.len)),
		ERR_OK);
	rig_commit(&txn);
}

static void flip_a_bit(char *bytes, size_t len)
{
	bytes[len - 2] ^= 1;
}

static void make_later(char *bytes, size_t len)
{
	(void)len;
	bytes[1] = 2; /* the layout */
}

static void a_damaged_record_is_named_and_ends_the_look_at_the_vault(void **state)
{
	struct rig *rig = *state;
	struct store_verdict v;

	rig_open(rig);
	event(rig, "satu", "Budi");
	event(rig, "dua", "Siti");
	event(rig, "tiga", "Tuti");
	rewrite(rig, 2, false, flip_a_bit);
	v = verdict_of(rig);
	assert_int_equal(v.bad_seq, 2);
	assert_false(v.is_later);
	assert_int_equal(v.records, 1);
	assert_int_equal(v.seal_seq, 0);
}

static void a_record_of_a_later_version_is_told_from_damage(void **state)
{
	struct rig *rig = *state;
	struct store_verdict v;

	rig_open(rig);
	event(rig, "satu", "Budi");
	event(rig, "dua", "Siti");
	rewrite(rig, 2, true, make_later);
	v = verdict_of(rig);
	assert_int_equal(v.bad_seq, 2);
	assert_true(v.is_later);
	rewrite(rig, 2, false, make_later);
	rewrite(rig, 2, false, flip_a_bit);
	assert_false(verdict_of(rig).is_later); /* that is what a damaged byte says */
}

/* As a clock that was wrong wrote it: the chain holds, whatever time it is. */
static void records_of_the_year_2100_are_as_good_as_others(void **state)
{
	struct rig *rig = *state;
	struct record record = rig_event("terjadi");
	struct txn *txn;
	struct store_verdict v;

	rig_open(rig);
	event(rig, "satu", "Budi");
	record.at = INT64_C(4102444800) * US_PER_SECOND;
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(log_append(store_log(rig->store), txn_kv(txn), &record), ERR_OK);
	rig_commit(&txn);
	v = verdict_of(rig);
	assert_int_equal(v.records, 2);
	assert_int_equal(v.bad_seq, 0);
	assert_int_equal(store_log(rig->store)->last_at, record.at); /* what a clock is doubted by */
}

#define AT (RIG_NOW * US_PER_SECOND) /* of every event here */

static const struct id person = { { 0x55 } };

/* A new epoch with the event that says so, as a person opens a fence. */
static void new_epoch(struct rig *rig)
{
	struct log *log = store_log(rig->store);
	struct epoch_dibuka body = { .alasan = ALASAN_EPOCH_PEMULIHAN,
		.sebelumnya = log->head.epoch,
		.seq_sebelumnya = log->head.seq };
	struct record record = rig_event("");
	struct txn *txn = rig_txn(rig, KV_WRITE);
	struct problem why;
	struct buf out;

	buf_init(&out, 1024);
	assert_int_equal(wire_encode(&schema_epoch_dibuka, &body, &out, &why), ERR_OK);
	record.type = schema_epoch_dibuka.code;
	record.payload = buf_str(&out);
	record.actor = person;
	assert_int_equal(log_new_epoch(log, txn_kv(txn), str_of("pemulihan"), person, AT), ERR_OK);
	assert_int_equal(log_append(log, txn_kv(txn), &record), ERR_OK);
	rig_commit(&txn);
	buf_clear(&out);
}

/* The row of the second epoch, behind the log's back: with these values. */
static void forge(struct rig *rig, const struct simpan_epok *row)
{
	struct txn *txn = rig_txn(rig, KV_WRITE);
	struct problem why;
	struct buf out;

	buf_init(&out, 1024);
	assert_int_equal(wire_encode(&schema_simpan_epok, row, &out, &why), ERR_OK);
	assert_int_equal(kv_put(txn_kv(txn), store_log(rig->store)->epoch_table,
						 str_bytes("\0\0\0\1", 4), buf_str(&out)),
		ERR_OK);
	rig_commit(&txn);
	buf_clear(&out);
}

static struct simpan_epok second_epoch(struct rig *rig)
{
	struct txn *txn = rig_txn(rig, KV_READ);
	struct simpan_epok row;
	struct problem why;
	struct str stored;

	assert_int_equal(
		kv_get(txn_kv(txn), store_log(rig->store)->epoch_table, str_bytes("\0\0\0\1", 4), &stored),
		ERR_OK);
	assert_int_equal(arena_copy(&rig->arena, stored, &stored), ERR_OK);
	assert_int_equal(wire_decode(&schema_simpan_epok, stored, &rig->arena, &row, &why), ERR_OK);
	txn_abort(&txn);
	return row;
}

static void an_epoch_is_what_its_first_event_says(void **state)
{
	struct rig *rig = *state;
	struct simpan_epok good, bad[4];

	rig_open(rig);
	event(rig, "satu", "Budi");
	new_epoch(rig);
	event(rig, "dua", "Siti");
	assert_int_equal(verdict_of(rig).bad_seq, 0);
	good = second_epoch(rig);
	bad[0] = bad[1] = bad[2] = bad[3] = good;
	bad[0].sebab = str_of("salinan");
	bad[1].pada++;
	bad[2].pelaku.bytes[0]++;
	bad[3].induk.bytes[0]++;
	for (int i = 0; i < 4; i++) {
		forge(rig, &bad[i]);
		assert_int_equal(verdict_of(rig).bad_seq, 2);
	}
	forge(rig, &good);
	assert_int_equal(verdict_of(rig).bad_seq, 0);
}

static void an_epoch_that_no_event_began_is_named(void **state)
{
	struct rig *rig = *state;
	struct txn *txn;

	rig_open(rig);
	event(rig, "satu", "Budi");
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(
		log_new_epoch(store_log(rig->store), txn_kv(txn), str_of("pemulihan"), person, AT), ERR_OK);
	rig_commit(&txn);
	assert_int_equal(verdict_of(rig).bad_seq, 2); /* behind the head */
	event(rig, "dua", "Siti");
	assert_int_equal(verdict_of(rig).bad_seq, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(what_was_changed_and_erased_by_events_is_good),
		RIG_BOTH(an_altered_entry_is_named_by_its_last_record),
		RIG_BOTH(a_missing_entry_is_named_and_the_first_of_two),
		RIG_BOTH(an_epoch_is_what_its_first_event_says),
		RIG_BOTH(an_epoch_that_no_event_began_is_named),
		RIG_BOTH(a_damaged_record_is_named_and_ends_the_look_at_the_vault),
		RIG_BOTH(a_record_of_a_later_version_is_told_from_damage),
		RIG_BOTH(records_of_the_year_2100_are_as_good_as_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
