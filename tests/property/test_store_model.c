/* Random work on vault and timers, committed and aborted, beside arrays that a reader believes at
 * sight. What is found and what is due must agree; no index row may be left over. */
#include "lib/chance.h"
#include "lib/rig.h"
#include "lib/seed.h"
#include "store/slot.h"
#include "store/vault_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { KEYS = 40, WORDS = 6, BATCHES = 600 };

static const char *const words[WORDS] = { "budi", "siti", "SANTOSO", "Wijaya", "putri", "agus" };

struct model {
	uint8_t names[KEYS]; /* bits of words; 0: no row */
	time_us due[KEYS];   /* 0: no timer */
};

struct trial {
	struct rig *rig;
	struct chance chance;
	struct model now;
	struct model committed;
};

static struct str key_of(uint64_t k, char ret[8])
{
	(void)snprintf(ret, 8, "%02u", (unsigned)k);
	return str_of(ret);
}

/* The words in any order, parted in any way. */
static void name_of(struct trial *t, uint8_t bits, char ret[128])
{
	uint64_t first = chance_below(&t->chance, WORDS);
	static const char *const gaps[] = { " ", ", ", "  ", "-" };

	ret[0] = 0;
	for (uint64_t i = 0; i < WORDS; i++) {
		uint64_t w = (first + i) % WORDS;
		size_t len = strlen(ret);

		if ((bits >> w & 1) != 0)
			(void)snprintf(ret + len, 128 - len, "%s%s", words[w],
				gaps[chance_below(&t->chance, 4)]);
	}
}

static void change(struct trial *t, struct txn *txn)
{
	uint64_t k = chance_below(&t->chance, KEYS);
	struct contoh row;
	struct hash commitment;
	char key[8], name[128];
	uint8_t bits = (uint8_t)(1 + chance_below(&t->chance, (1 << WORDS) - 1));
	struct timer_row timer = { key_of(k, key), 1 + (time_us)chance_below(&t->chance, 50), 3 };

	switch (chance_below(&t->chance, 5)) {
	case 0:
		assert_int_equal(vault_erase(txn, &rig_vault, key_of(k, key), &t->rig->arena),
			t->now.names[k] == 0 ? ERR_NOT_FOUND : ERR_OK);
		t->now.names[k] = 0;
		break;
	case 1:
		assert_int_equal(timer_del(txn, key_of(k, key)), ERR_OK);
		t->now.due[k] = 0;
		break;
	case 2:
		assert_int_equal(timer_set(txn, &timer), ERR_OK);
		t->now.due[k] = timer.due;
		break;
	default:
		name_of(t, bits, name);
		row = rig_person(name);
		row.judul.len = row.judul.len > 40 ? 40 : row.judul.len;
		if (row.judul.len == 40)
			break; /* a cut word is another word */
		assert_int_equal(
			vault_put(txn, &rig_vault, key_of(k, key), &row, &t->rig->arena, &commitment), ERR_OK);
		assert_int_equal(vault_check(txn, &rig_vault, key_of(k, key), &commitment), ERR_OK);
		t->now.names[k] = bits;
	}
}

static void check_find(struct trial *t, struct txn *txn)
{
	uint8_t bits =
		(uint8_t)(1 << chance_below(&t->chance, WORDS) | 1 << chance_below(&t->chance, WORDS));
	uint32_t len, n = 0;
	struct str *keys;
	char key[8], name[128];

	name_of(t, bits, name);
	assert_int_equal(
		vault_find(txn, &rig_vault,
			&(struct vault_search) { .field = "judul", .text = str_of(name), .max = KEYS + 1 },
			&t->rig->arena, &keys, &len),
		ERR_OK);
	for (unsigned k = 0; k < KEYS; k++)
		if ((t->now.names[k] & bits) == bits)
			assert_true(n < len && str_equal(keys[n++], key_of(k, key)));
	assert_int_equal(n, len);
}

static void check_due(struct trial *t, struct txn *txn)
{
	time_us until = (time_us)chance_below(&t->chance, 52);
	struct timer_row *rows;
	uint32_t len, expected = 0;
	time_us first = INT64_MAX, next;

	for (unsigned k = 0; k < KEYS; k++) {
		expected += t->now.due[k] != 0 && t->now.due[k] <= until;
		if (t->now.due[k] != 0 && t->now.due[k] < first)
			first = t->now.due[k];
	}
	assert_int_equal(timer_due(txn, 3, until, KEYS + 1, &t->rig->arena, &rows, &len), ERR_OK);
	assert_int_equal(len, expected);
	for (uint32_t i = 0; i < len; i++) {
		uint64_t k;

		assert_true(str_number(rows[i].key, &k) && rows[i].due == t->now.due[k]);
		assert_true(i == 0 || rows[i - 1].due < rows[i].due ||
			(rows[i - 1].due == rows[i].due && str_compare(rows[i - 1].key, rows[i].key) < 0));
	}
	assert_int_equal(timer_next(txn, &next), first == INT64_MAX ? ERR_NOT_FOUND : ERR_OK);
	assert_true(first == INT64_MAX || next == first);
}

static void check_index_rows(struct trial *t, struct txn *txn)
{
	uint64_t expected = 0;
	uint64_t count;

	for (unsigned k = 0; k < KEYS; k++)
		expected += (uint64_t)__builtin_popcount(t->now.names[k]);
	assert_int_equal(
		txn_kv(txn)->kv->ops->count(txn_kv(txn), index_table(txn, &rig_vault, 0), &count), ERR_OK);
	assert_true(count == expected);
}

static void vault_and_timers_agree_with_their_model(void **state)
{
	static struct trial t;

	t = (struct trial) { .rig = *state };
	t.chance.state = seed_usual("test_store_model", 20260322);
	rig_open(t.rig);
	arena_reset(&t.rig->arena);
	for (unsigned i = 0; i < BATCHES; i++) {
		struct txn *txn = rig_txn(t.rig, KV_WRITE);

		for (uint64_t n = chance_below(&t.chance, 8); n > 0; n--)
			change(&t, txn);
		check_find(&t, txn);
		check_due(&t, txn);
		if (chance_one_in(&t.chance, 4)) {
			txn_abort(&txn);
			t.now = t.committed;
		} else {
			rig_commit(&txn);
			t.committed = t.now;
		}
		txn = rig_txn(t.rig, KV_READ);
		check_find(&t, txn);
		check_due(&t, txn);
		check_index_rows(&t, txn);
		txn_abort(&txn);
		arena_reset(&t.rig->arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(vault_and_timers_agree_with_their_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
