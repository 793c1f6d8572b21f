#include "base/bytes.h"
#include "lib/origin.h"
#include "lib/rig.h"
#include "store/mirror.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NAME "0190a5f0-0000-7000-8000-000000000001/intake"

/* Appends count records of the origin. */
static void feed(struct txn *txn, struct mirror_stream *stream, struct origin *o, unsigned count)
{
	while (count-- > 0) {
		struct str bytes = origin_next(o, str_of("isi"));

		assert_int_equal(mirror_append(txn, stream, &o->before, &o->head, bytes), ERR_OK);
		assert_memory_equal(&stream->head, &o->head, sizeof o->head);
		assert_true(stream->head_at == o->at);
	}
}

static void a_stream_is_found_under_its_name(void **state)
{
	struct rig *rig = *state;
	struct mirror_stream a, b, *list;
	char name[MIRROR_NAME_MAX + 1];
	struct txn *txn;
	uint32_t len;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(mirror_find(txn, str_of(NAME), &a), ERR_NOT_FOUND);
	assert_int_equal(mirror_add(txn, str_of(NAME), &a), ERR_OK);
	assert_int_equal(mirror_add(txn, str_of("lain"), &b), ERR_OK);
	assert_true(a.number != b.number && a.head.seq == 0 && id_is_zero(a.head.epoch));
	assert_int_equal(mirror_add(txn, str_of(NAME), &b), ERR_OK);
	assert_true(a.number == b.number);
	memset(name, 'x', sizeof name);
	assert_int_equal(mirror_add(txn, str_bytes(name, sizeof name), &b), ERR_INVALID);
	assert_int_equal(mirror_add(txn, str_of(""), &b), ERR_INVALID);
	assert_int_equal(mirror_find(txn, str_bytes(name, sizeof name), &b), ERR_NOT_FOUND);
	assert_int_equal(mirror_find(txn, str_of(""), &b), ERR_NOT_FOUND);
	assert_int_equal(mirror_list(txn, str_of(""), 10, &rig->arena, &list, &len), ERR_OK);
	assert_int_equal(len, 2);
	assert_true(str_is(list[0].name, NAME) && str_is(list[1].name, "lain"));
	assert_int_equal(mirror_list(txn, str_of(NAME), 10, &rig->arena, &list, &len), ERR_OK);
	assert_true(len == 1 && str_is(list[0].name, "lain"));
	assert_int_equal(mirror_list(txn, str_of(""), 1, &rig->arena, &list, &len), ERR_OK);
	assert_true(len == 1 && str_is(list[0].name, NAME));
	rig_commit(&txn);
}

static void streams_are_counted(void **state)
{
	struct rig *rig = *state;
	struct mirror_stream stream;
	struct txn *txn;
	char name[16];

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	for (unsigned i = 0; i < MIRROR_STREAMS_MAX; i++) {
		(void)snprintf(name, sizeof name, "%u", i);
		assert_int_equal(mirror_add(txn, str_of(name), &stream), ERR_OK);
		assert_int_equal(stream.number, i + 1);
	}
	assert_int_equal(mirror_add(txn, str_of("satu lagi"), &stream), ERR_LIMIT);
	assert_int_equal(mirror_add(txn, str_of("0"), &stream), ERR_OK);
	txn_abort(&txn);
}

static void nothing_is_known_of_an_empty_stream(void **state)
{
	struct rig *rig = *state;
	struct mirror_stream stream;
	struct mirror_branch *branches;
	struct mirror_head head;
	struct origin o = origin_new(1);
	struct place *epochs;
	struct place last;
	struct hash hash;
	struct buf out;
	uint32_t count, branch;
	uint64_t good, bad;
	struct txn *txn;

	rig_open(rig);
	buf_init(&out, 1000);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(mirror_add(txn, str_of(NAME), &stream), ERR_OK);
	assert_int_equal(mirror_has(txn, &stream, &o.head), ERR_NOT_FOUND);
	assert_int_equal(mirror_hash_at(txn, &stream, 0, &hash), ERR_NOT_FOUND);
	assert_int_equal(mirror_read(txn, &stream, 0, 100, 100, &out, &last, &count), ERR_NOT_FOUND);
	assert_int_equal(mirror_epochs(txn, &stream, 5, &rig->arena, &epochs, &count), ERR_OK);
	assert_int_equal(count, 0);
	assert_int_equal(mirror_branches(txn, &stream, &rig->arena, &branches, &count), ERR_OK);
	assert_int_equal(count, 0);
	assert_int_equal(mirror_head_last(txn, &stream, &head), ERR_NOT_FOUND);
	assert_int_equal(mirror_verify(txn, &stream, NULL, &good, &branch, &bad), ERR_OK);
	assert_true(good == 0);
	assert_int_equal(mirror_epoch(txn, &stream, &o.head), ERR_OK);
	assert_memory_equal(&stream.head, &o.head, sizeof o.head);
	assert_int_equal(mirror_has(txn, &stream, &o.head), ERR_OK);
	assert_int_equal(mirror_read(txn, &stream, 0, 100, 100, &out, &last, &count), ERR_OK);
	assert_int_equal(count, 0);
	assert_memory_equal(&last, &o.head, sizeof o.head);
	feed(txn, &stream, &o, 1);
	rig_commit(&txn);
	buf_clear(&out);
	origin_clear(&o);
}

static void records_come_back_byte_for_byte(void **state)
{
	struct rig *rig = *state;
	struct mirror_stream a, b, found;
	struct origin oa = origin_new(1), ob = origin_new(2);
	struct problem why;
	struct place last;
	struct hash hash;
	struct str bytes;
	struct buf out;
	uint32_t count;
	struct txn *txn;

	rig_open(rig);
	buf_init(&out, 100000);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(mirror_add(txn, str_of("b"), &b), ERR_OK);
	assert_int_equal(mirror_add(txn, str_of("a"), &a), ERR_OK);
	feed(txn, &a, &oa, 3);
	feed(txn, &b, &ob, 5);
	feed(txn, &a, &oa, 4);
	rig_commit(&txn);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(mirror_find(txn, str_of("a"), &found), ERR_OK);
	assert_memory_equal(&found.head, &oa.head, sizeof oa.head);
	assert_true(found.head_at == oa.at && found.number == a.number);
	assert_int_equal(mirror_get(txn, &found, 0, 7, &hash, &bytes), ERR_OK);
	assert_true(str_equal(bytes, buf_str(&oa.bytes)) && hash_equal(&hash, &oa.head.hash));
	assert_int_equal(mirror_get(txn, &found, 0, 8, &hash, &bytes), ERR_NOT_FOUND);
	assert_int_equal(mirror_get(txn, &found, 1, 7, &hash, &bytes), ERR_NOT_FOUND);
	assert_int_equal(mirror_read(txn, &found, 0, 100000, 100, &out, &last, &count), ERR_OK);
	assert_int_equal(count, 7);
	assert_memory_equal(&last, &oa.head, sizeof oa.head);
	assert_true(str_equal(bytes, str_bytes(out.ptr + out.len - bytes.len, bytes.len)) ||
		buf_str(&oa.bytes).len == be32_get(out.ptr + out.len - oa.bytes.len - 4));
	assert_int_equal(mirror_read(txn, &found, 7, 1000, 100, &out, &last, &count), ERR_OK);
	assert_int_equal(count, 0);
	assert_int_equal(mirror_read(txn, &found, 8, 1000, 100, &out, &last, &count), ERR_NOT_FOUND);
	assert_int_equal(mirror_hash_at(txn, &found, 7, &hash), ERR_OK);
	assert_int_equal(mirror_hash_at(txn, &found, 8, &hash), ERR_NOT_FOUND);
	txn_abort(&txn);
	buf_clear(&out);
	origin_clear(&oa);
	origin_clear(&ob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(a_stream_is_found_under_its_name),
		RIG_BOTH(streams_are_counted),
		RIG_BOTH(nothing_is_known_of_an_empty_stream),
		RIG_BOTH(records_come_back_byte_for_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
