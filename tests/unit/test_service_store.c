/* service_store: what verify says of a vault that fits the log, was changed lawfully, or was tampered with */
#include "runtime/service_store.h"

#include "lib/rig.h"

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

static void a_damaged_record_is_named_and_ends_the_look_at_the_vault(void **state)
{
	struct rig *rig = *state;
	struct log *log;
	struct txn *txn;
	struct str key, stored;
	struct kv_cursor *cursor;
	struct kv_row row;
	char copy[4096];
	size_t len;
	struct store_verdict v;

	rig_open(rig);
	event(rig, "satu", "Budi");
	event(rig, "dua", "Siti");
	event(rig, "tiga", "Tuti");
	log = store_log(rig->store);
	txn = rig_txn(rig, KV_WRITE);
	key = str_bytes("\0\0\0\0\0\0\0\2", 8);
	assert_int_equal(kv_cursor_open(txn_kv(txn), log->table, &cursor), ERR_OK);
	assert_int_equal(kv_seek(cursor, key, &row), ERR_OK);
	stored = row.value;
	len = stored.len;
	assert_true(len < sizeof copy);
	memcpy(copy, stored.ptr, len);
	kv_cursor_close(&cursor);
	copy[len - 2] ^= 1;
	assert_int_equal(kv_put(txn_kv(txn), log->table, key, str_bytes(copy, len)), ERR_OK);
	rig_commit(&txn);
	v = verdict_of(rig);
	assert_int_equal(v.bad_seq, 2);
	assert_int_equal(v.records, 1);
	assert_int_equal(v.seal_seq, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(what_was_changed_and_erased_by_events_is_good),
		RIG_BOTH(an_altered_entry_is_named_by_its_last_record),
		RIG_BOTH(a_missing_entry_is_named_and_the_first_of_two),
		RIG_BOTH(a_damaged_record_is_named_and_ends_the_look_at_the_vault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
