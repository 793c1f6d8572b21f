/* What mirror_verify finds, and signed heads. */
#include "base/bytes.h"
#include "lib/origin.h"
#include "lib/rig.h"
#include "store/mirror.h"
#include "store/slot.h"
#include "proto/messages.h"
#include "store/system_table.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define NAME "0190a5f0-0000-7000-8000-000000000001/intake"

enum { FIRST = 5, LEFT = 3, SECOND = 4 }; /* records; branch 1 leaves branch 0 after LEFT */

/* A stream with an orphaned end, between two others. */
struct scene {
	struct rig *rig;
	struct txn *txn;
	struct mirror_stream stream;
	struct place orphan; /* the end of branch 0 */
	struct place fork;
};

static void feed(struct txn *txn, struct mirror_stream *stream, struct origin *o, unsigned count)
{
	while (count-- > 0) {
		struct str bytes = origin_next(o, str_of("isi"));

		assert_int_equal(mirror_append(txn, stream, &o->before, &o->head, bytes), ERR_OK);
	}
}

static void neighbour(struct txn *txn, const char *name, uint64_t number)
{
	struct origin o = origin_new(number);
	struct mirror_stream stream;

	assert_int_equal(mirror_add(txn, str_of(name), &stream), ERR_OK);
	feed(txn, &stream, &o, 2);
	origin_clear(&o);
}

static struct scene scene_open(struct rig *rig)
{
	struct scene s = { .rig = rig };
	struct origin o = origin_new(1), back;

	rig_open(rig);
	s.txn = rig_txn(rig, KV_WRITE);
	neighbour(s.txn, "sebelum", 2);
	assert_int_equal(mirror_add(s.txn, str_of(NAME), &s.stream), ERR_OK);
	feed(s.txn, &s.stream, &o, LEFT);
	s.fork = o.head;
	back = origin_copy(&o);
	feed(s.txn, &s.stream, &o, FIRST - LEFT);
	s.orphan = o.head;
	origin_epoch(&back, 7);
	assert_int_equal(mirror_fork(s.txn, &s.stream, &s.fork, back.head.epoch, 42), ERR_OK);
	feed(s.txn, &s.stream, &back, SECOND / 2);
	origin_epoch(&back, 8);
	feed(s.txn, &s.stream, &back, SECOND / 2);
	neighbour(s.txn, "sesudah", 3);
	origin_clear(&o);
	origin_clear(&back);
	return s;
}

/* The rows of every test are thrown away with its transaction. */
static void scene_close(struct scene *s)
{
	txn_abort(&s->txn);
}

struct verdict {
	enum err e;
	uint64_t good;
	uint32_t branch;
	uint64_t bad;
};

static struct verdict verdict_of(struct scene *s, const struct mirror_keys *keys)
{
	struct verdict v = { .bad = 0 };

	v.e = mirror_verify(s->txn, &s->stream, keys, &v.good, &v.branch, &v.bad);
	return v;
}

static struct str row_key(const struct scene *s, uint32_t branch, uint64_t seq, char ret[16])
{
	be32_put(ret, s->stream.number);
	be32_put(ret + 4, branch);
	be64_put(ret + 8, seq);
	return str_bytes(ret, 16);
}

static void all_is_well(void **state)
{
	struct scene s = scene_open(*state);
	struct verdict v = verdict_of(&s, NULL);

	assert_true(v.e == ERR_OK && v.good == FIRST + SECOND);
	scene_close(&s);
}

static void every_altered_byte_is_found(void **state)
{
	struct scene s = scene_open(*state);
	uint64_t before = 0;

	for (uint32_t branch = 0; branch < 2; branch++) {
		uint64_t first = branch == 0 ? 1 : LEFT + 1;
		uint64_t last = branch == 0 ? FIRST : LEFT + SECOND;

		for (uint64_t seq = first; seq <= last; seq++, before++) {
			struct str lent, row;
			char key[16];

			assert_int_equal(
				kv_get(txn_kv(s.txn), TABLE_MIRROR, row_key(&s, branch, seq, key), &lent), ERR_OK);
			assert_int_equal(arena_copy(&s.rig->arena, lent, &row), ERR_OK);
			for (size_t at = 0; at < row.len; at += 3) {
				char *byte = (char *)(uintptr_t)row.ptr + at;
				struct verdict v;

				*byte ^= 0x10;
				assert_int_equal(
					kv_put(txn_kv(s.txn), TABLE_MIRROR, row_key(&s, branch, seq, key), row),
					ERR_OK);
				v = verdict_of(&s, NULL);
				assert_true(v.e == ERR_CORRUPT && v.good == before);
				assert_true(v.branch == branch && v.bad == seq);
				*byte ^= 0x10;
			}
			assert_int_equal(
				kv_put(txn_kv(s.txn), TABLE_MIRROR, row_key(&s, branch, seq, key), row), ERR_OK);
		}
	}
	assert_int_equal(verdict_of(&s, NULL).e, ERR_OK);
	scene_close(&s);
}

/* The end of a branch alone may be cut off without a trace, unless something goes on from there. */
static void a_missing_record_is_found(void **state)
{
	for (uint64_t seq = 1; seq <= FIRST; seq++) {
		struct scene s = scene_open(*state);
		struct verdict v;
		char key[16];

		assert_int_equal(kv_del(txn_kv(s.txn), TABLE_MIRROR, row_key(&s, 0, seq, key)), ERR_OK);
		v = verdict_of(&s, NULL);
		assert_int_equal(v.e, seq < FIRST ? ERR_CORRUPT : ERR_OK);
		assert_true(seq == FIRST || (v.branch == 0 && v.bad == seq));
		scene_close(&s);
		store_close(&s.rig->store);
	}
}

static void a_shared_end_cannot_be_cut_off(void **state)
{
	struct scene s = scene_open(*state);
	struct verdict v;
	char key[16];

	for (uint64_t seq = LEFT; seq <= FIRST; seq++)
		assert_int_equal(kv_del(txn_kv(s.txn), TABLE_MIRROR, row_key(&s, 0, seq, key)), ERR_OK);
	v = verdict_of(&s, NULL);
	assert_true(v.e == ERR_CORRUPT && v.branch == 1);
	scene_close(&s);
}

static void a_record_of_no_branch_is_found(void **state)
{
	struct scene s = scene_open(*state);
	struct str lent, row;
	char key[16];

	assert_int_equal(kv_get(txn_kv(s.txn), TABLE_MIRROR, row_key(&s, 0, 1, key), &lent), ERR_OK);
	assert_int_equal(arena_copy(&s.rig->arena, lent, &row), ERR_OK);
	assert_int_equal(kv_put(txn_kv(s.txn), TABLE_MIRROR, row_key(&s, 2, 1, key), row), ERR_OK);
	assert_int_equal(verdict_of(&s, NULL).e, ERR_CORRUPT);
	assert_int_equal(kv_del(txn_kv(s.txn), TABLE_MIRROR, row_key(&s, 2, 1, key)), ERR_OK);
	assert_int_equal(
		kv_put(txn_kv(s.txn), TABLE_MIRROR, str_bytes(row_key(&s, 1, 9, key).ptr, 9), row), ERR_OK);
	assert_int_equal(verdict_of(&s, NULL).e, ERR_CORRUPT);
	scene_close(&s);
}

/* Row n of the stream's epochs with another parent, place, branch or id. */
static void every_altered_epoch_is_found(void **state)
{
	struct scene s = scene_open(*state);
	char bytes[8];
	struct str key = str_bytes(bytes, sizeof bytes);

	be32_put(bytes, s.stream.number);
	for (uint32_t n = 0; n < 3; n++) {
		struct simpan_cermin_epok row, altered[6];

		be32_put(bytes + 4, n);
		assert_int_equal(table_get(s.txn, &system_mirror_epoch, key, &s.rig->arena, &row), ERR_OK);
		for (unsigned i = 0; i < 6; i++)
			altered[i] = row;
		altered[0].epok.bytes[5] ^= 1;
		altered[1].mulai_seq++;
		altered[2].mulai_hash.bytes[0] ^= 1;
		altered[3].cabang++;
		altered[4].has_induk = true;
		altered[4].induk.bytes[5] ^= 1;
		altered[5].has_induk = true;
		altered[5].induk = row.epok;
		for (unsigned i = 0; i < 6; i++) {
			assert_int_equal(table_put(s.txn, &system_mirror_epoch, key, &altered[i]), ERR_OK);
			assert_int_equal(verdict_of(&s, NULL).e, ERR_CORRUPT);
		}
		assert_int_equal(table_del(s.txn, &system_mirror_epoch, key), ERR_OK);
		assert_int_equal(verdict_of(&s, NULL).e, ERR_CORRUPT);
		assert_int_equal(table_put(s.txn, &system_mirror_epoch, key, &row), ERR_OK);
	}
	assert_int_equal(verdict_of(&s, NULL).e, ERR_OK);
	scene_close(&s);
}

struct signer {
	uint8_t public[crypto_sign_PUBLICKEYBYTES];
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
};

static struct signer signer_new(void)
{
	struct signer ret;

	assert_int_equal(crypto_sign_keypair(ret.public, ret.secret), 0);
	return ret;
}

static struct mirror_head sign(const struct signer *by, const struct place *at)
{
	struct mirror_head ret = { .at = *at, .seen_at = 77 };
	struct buf statement;

	buf_init(&statement, 256);
	mirror_head_statement(str_of(NAME), at, &statement);
	assert_int_equal(crypto_sign_detached(ret.signature, NULL, (const uint8_t *)statement.ptr,
						 statement.len, by->secret),
		0);
	buf_clear(&statement);
	return ret;
}

static void the_statement_is_that_of_the_header(void **state)
{
	struct place at = { { { 1, 2 } }, 258, { { 3 } } };
	char wanted[10 + 2 + 16 + 8 + 32] = "ppid-head\0n";
	struct buf out;

	(void)state;
	memcpy(wanted + 12, at.epoch.bytes, 16);
	wanted[12 + 16 + 6] = 1;
	wanted[12 + 16 + 7] = 2;
	memcpy(wanted + 12 + 16 + 8, at.hash.bytes, 32);
	buf_init(&out, 256);
	mirror_head_statement(str_of("n"), &at, &out);
	assert_int_equal(out.len, sizeof wanted);
	assert_memory_equal(out.ptr, wanted, sizeof wanted);
	buf_clear(&out);
}

static void signed_heads_are_kept_and_checked(void **state)
{
	struct scene s = scene_open(*state);
	struct signer old = signer_new(), now = signer_new();
	const struct mirror_head heads[] = { sign(&old, &s.fork), sign(&old, &s.orphan),
		sign(&now, &s.stream.head) };
	uint8_t keys[2][32];
	struct mirror_keys one = { keys, 1 }, both = { keys, 2 };
	struct mirror_head last;
	uint64_t rows;

	memcpy(keys[0], now.public, 32);
	memcpy(keys[1], old.public, 32);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(mirror_head_put(s.txn, &s.stream, &heads[i], 0), ERR_OK);
		assert_int_equal(mirror_head_put(s.txn, &s.stream, &heads[i], 0), ERR_OK);
		assert_int_equal(mirror_head_last(s.txn, &s.stream, &last), ERR_OK);
		assert_memory_equal(&last, &heads[i], sizeof last);
	}
	assert_int_equal(table_count(s.txn, &system_mirror_head, &rows), ERR_OK);
	assert_true(rows == 3);
	assert_int_equal(verdict_of(&s, &both).e, ERR_OK);
	assert_int_equal(verdict_of(&s, NULL).e, ERR_OK);
	assert_int_equal(verdict_of(&s, &one).e, ERR_CORRUPT);
	assert_true(verdict_of(&s, &one).bad == LEFT);
	assert_true(verdict_of(&s, &one).good == FIRST + SECOND);
	scene_close(&s);
}

/* One of each second for a minute: the newest is there at once, and of those before one in ten seconds. */
static void the_newest_signed_head_takes_the_place_of_the_one_before_it(void **state)
{
	struct scene s = scene_open(*state);
	struct signer by = signer_new();
	struct place at = s.stream.head;
	struct mirror_head last, head;
	uint64_t rows;

	for (unsigned i = 0; i < 60; i++) {
		at.seq++;
		head = sign(&by, &at);
		head.seen_at = 1000 * US_PER_SECOND + i * US_PER_SECOND;
		assert_int_equal(mirror_head_put(s.txn, &s.stream, &head, 10 * US_PER_SECOND), ERR_OK);
		assert_int_equal(mirror_head_last(s.txn, &s.stream, &last), ERR_OK);
		assert_memory_equal(&last, &head, sizeof last);
	}
	assert_int_equal(table_count(s.txn, &system_mirror_head, &rows), ERR_OK);
	assert_int_equal(rows, 8); /* after 0, 9, 18, ... 54 seconds, and the newest */
	at.epoch.bytes[0] ^= 1;    /* of another epoch: the last one of the one before stays */
	head = sign(&by, &at);
	head.seen_at = last.seen_at;
	assert_int_equal(mirror_head_put(s.txn, &s.stream, &head, 10 * US_PER_SECOND), ERR_OK);
	assert_int_equal(table_count(s.txn, &system_mirror_head, &rows), ERR_OK);
	assert_int_equal(rows, 9);
	scene_close(&s);
}

/* Puts a head signed as it should be; what verification says of it. */
static struct verdict after_head(struct scene *s, const struct signer *by, const struct place *at)
{
	struct mirror_head head = sign(by, at);

	assert_int_equal(mirror_head_put(s->txn, &s->stream, &head, 0), ERR_OK);
	return verdict_of(s, &(struct mirror_keys) { &by->public, 1 });
}

static void a_signed_head_that_contradicts_the_records_is_found(void **state)
{
	const struct signer by = signer_new();

	for (unsigned i = 0; i < 5; i++) {
		struct scene s = scene_open(*state);
		struct place at = i < 2 ? s.orphan : s.stream.head;
		struct verdict v;

		if (i == 0 || i == 2)
			at.hash.bytes[0] ^= 1;
		if (i == 1)
			at.seq += 5; /* never came here: no contradiction */
		if (i == 3)
			at.epoch.bytes[0] ^= 1; /* nor has this epoch */
		if (i == 4)
			at.seq = 2; /* before its epoch began */
		v = after_head(&s, &by, &at);
		assert_int_equal(v.e, i == 1 || i == 3 ? ERR_OK : ERR_CORRUPT);
		assert_true(v.e == ERR_OK || (v.branch == (i != 0) && v.bad == at.seq));
		scene_close(&s);
		store_close(&s.rig->store);
	}
}

static void an_altered_signature_is_found(void **state)
{
	struct scene s = scene_open(*state);
	const struct signer by = signer_new();
	struct mirror_head head = sign(&by, &s.stream.head);
	struct verdict v;

	head.signature[3] ^= 1;
	assert_int_equal(mirror_head_put(s.txn, &s.stream, &head, 0), ERR_OK);
	v = verdict_of(&s, &(struct mirror_keys) { &by.public, 1 });
	assert_true(v.e == ERR_CORRUPT && v.bad == s.stream.head.seq);
	scene_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(all_is_well),
		cmocka_unit_test_setup_teardown(every_altered_byte_is_found, rig_begin_memory, rig_end),
		cmocka_unit_test_setup_teardown(a_missing_record_is_found, rig_begin_memory, rig_end),
		RIG_BOTH(a_shared_end_cannot_be_cut_off),
		RIG_BOTH(a_record_of_no_branch_is_found),
		RIG_BOTH(every_altered_epoch_is_found),
		cmocka_unit_test(the_statement_is_that_of_the_header),
		RIG_BOTH(signed_heads_are_kept_and_checked),
		RIG_BOTH(the_newest_signed_head_takes_the_place_of_the_one_before_it),
		cmocka_unit_test_setup_teardown(a_signed_head_that_contradicts_the_records_is_found,
			rig_begin_memory, rig_end),
		RIG_BOTH(an_altered_signature_is_found),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
