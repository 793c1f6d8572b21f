#include "base/bytes.h"
#include "lib/child.h"
#include "lib/origin.h"
#include "lib/rig.h"
#include "store/mirror.h"
#include "store/slot.h"

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

static void a_copy_that_is_set_aside_leaves_its_name_to_another(void **state)
{
	struct rig *rig = *state;
	struct mirror_stream a, b;
	struct origin origin = origin_new(1);
	struct hash hash;
	struct str bytes;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(mirror_add(txn, str_of(NAME), &a), ERR_OK);
	feed(txn, &a, &origin, 3);
	assert_true(a.bytes > 0);
	assert_int_equal(mirror_size_put(txn, &a), ERR_OK);
	assert_int_equal(mirror_find(txn, str_of(NAME), &b), ERR_OK);
	assert_true(b.bytes == a.bytes);
	b = a;
	assert_int_equal(mirror_set_aside(txn, &b), ERR_OK);
	assert_int_equal(b.number, 0);
	assert_int_equal(mirror_find(txn, str_of(NAME), &b), ERR_NOT_FOUND);
	assert_int_equal(mirror_find(txn, str_of("!1/" NAME), &b), ERR_OK);
	assert_true(b.number == a.number && b.head.seq == 3 && b.bytes == a.bytes);
	assert_int_equal(mirror_get(txn, &b, 0, 2, &hash, &bytes), ERR_OK);
	assert_int_equal(mirror_add(txn, str_of(NAME), &b), ERR_OK);
	assert_true(b.number == 2 && b.head.seq == 0 && b.bytes == 0);
	origin_clear(&origin);
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

/* A stream of the origin's first count records. */
static struct mirror_stream followed(struct txn *txn, struct origin *o, unsigned count)
{
	struct mirror_stream ret;

	assert_int_equal(mirror_add(txn, str_of(NAME), &ret), ERR_OK);
	feed(txn, &ret, o, count);
	return ret;
}

static void assert_good(struct txn *txn, const struct mirror_stream *stream, uint64_t records)
{
	uint64_t good, bad;
	uint32_t branch;

	assert_int_equal(mirror_verify(txn, stream, NULL, &good, &branch, &bad), ERR_OK);
	assert_true(good == records);
}

static void what_does_not_hang_on_the_head_is_refused(void **state)
{
	struct rig *rig = *state;
	struct origin o = origin_new(1), other = origin_new(2);
	struct mirror_stream stream;
	struct place before, wrong;
	struct txn *txn;
	struct str bytes;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	stream = followed(txn, &o, 3);
	before = stream.head;
	(void)origin_next(&other, str_of("isi"));
	(void)origin_next(&other, str_of("isi"));
	(void)origin_next(&other, str_of("isi"));
	bytes = origin_next(&other, str_of("isi"));
	assert_int_equal(mirror_append(txn, &stream, &other.before, &other.head, bytes), ERR_CORRUPT);
	bytes = origin_next(&o, str_of("isi"));
	wrong = o.head;
	wrong.epoch.bytes[0] ^= 1; /* not what the record says */
	assert_int_equal(mirror_append(txn, &stream, &o.before, &wrong, bytes), ERR_CORRUPT);
	assert_int_equal(mirror_append(txn, &stream, &o.before, &o.head, buf_str(&other.bytes)),
		ERR_CORRUPT);
	assert_int_equal(mirror_append(txn, &stream, &o.before, &o.head, str_of("x")), ERR_CORRUPT);
	assert_memory_equal(&stream.head, &before, sizeof before);
	assert_int_equal(mirror_append(txn, &stream, &o.before, &o.head, bytes), ERR_OK);
	assert_good(txn, &stream, 4);
	rig_commit(&txn);
	origin_clear(&o);
	origin_clear(&other);
}

struct late {
	struct txn *txn;
	struct mirror_stream *stream;
	struct origin *o;
};

static void append_last(void *self)
{
	struct late *l = self;

	(void)!mirror_append(l->txn, l->stream, &l->o->before, &l->o->head, buf_str(&l->o->bytes));
}

static void a_number_that_is_not_the_next_is_our_mistake(void **state)
{
	struct rig *rig = *state;
	struct origin o = origin_new(1);
	struct mirror_stream stream;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	stream = followed(txn, &o, 2);
	(void)origin_next(&o, str_of("isi"));
	(void)origin_next(&o, str_of("isi"));
	assert_true(child_aborts(append_last, &(struct late) { txn, &stream, &o }));
	txn_abort(&txn);
	origin_clear(&o);
}

static void epochs_begin_at_the_head(void **state)
{
	struct rig *rig = *state;
	struct origin o = origin_new(1);
	struct mirror_stream stream, found;
	struct place first, fork, *epochs;
	struct txn *txn;
	uint32_t len;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	stream = followed(txn, &o, 2);
	first = o.head;
	origin_epoch(&o, 7);
	fork = o.head;
	assert_int_equal(mirror_has(txn, &stream, &fork), ERR_NOT_FOUND);
	assert_int_equal(mirror_epoch(txn, &stream, &fork), ERR_OK);
	assert_int_equal(mirror_epoch(txn, &stream, &fork), ERR_OK);
	assert_memory_equal(&stream.head, &fork, sizeof fork);
	assert_int_equal(mirror_has(txn, &stream, &first), ERR_OK);
	assert_int_equal(mirror_has(txn, &stream, &fork), ERR_OK);
	assert_int_equal(mirror_find(txn, str_of(NAME), &found), ERR_OK);
	assert_memory_equal(&found.head, &fork, sizeof fork);
	feed(txn, &stream, &o, 2);
	origin_epoch(&o, 8); /* is noted with its first record */
	feed(txn, &stream, &o, 1);
	assert_int_equal(mirror_epochs(txn, &stream, 10, &rig->arena, &epochs, &len), ERR_OK);
	assert_int_equal(len, 3);
	assert_true(epochs[0].seq == 0 && epochs[1].seq == 2 && epochs[2].seq == 4);
	assert_true(id_equal(epochs[2].epoch, o.head.epoch));
	assert_int_equal(mirror_epochs(txn, &stream, 2, &rig->arena, &epochs, &len), ERR_OK);
	assert_true(len == 2 && epochs[0].seq == 2 && epochs[1].seq == 4);
	fork.seq = 1;
	assert_int_equal(mirror_epoch(txn, &stream, &fork), ERR_CORRUPT); /* known otherwise */
	fork.epoch.bytes[15] = 99;
	assert_int_equal(mirror_epoch(txn, &stream, &fork), ERR_NOT_FOUND);
	fork = o.head;
	fork.epoch.bytes[15] = 99;
	fork.hash.bytes[0] ^= 1;
	assert_int_equal(mirror_epoch(txn, &stream, &fork), ERR_NOT_FOUND);
	origin_epoch(&o, 7); /* an epoch that is over does not come again */
	(void)origin_next(&o, str_of("isi"));
	assert_int_equal(mirror_append(txn, &stream, &o.before, &o.head, buf_str(&o.bytes)),
		ERR_CORRUPT);
	assert_good(txn, &stream, 5);
	rig_commit(&txn);
	origin_clear(&o);
}

static void a_reading_ends_with_its_epoch(void **state)
{
	struct rig *rig = *state;
	struct origin o = origin_new(1);
	struct mirror_stream stream;
	struct place last;
	struct txn *txn;
	struct buf out;
	uint32_t count;

	rig_open(rig);
	buf_init(&out, 100000);
	txn = rig_txn(rig, KV_WRITE);
	stream = followed(txn, &o, 3);
	origin_epoch(&o, 7);
	feed(txn, &stream, &o, 2);
	assert_int_equal(mirror_read(txn, &stream, 1, 100000, 100, &out, &last, &count), ERR_OK);
	assert_int_equal(count, 2);
	assert_int_equal(mirror_has(txn, &stream, &last), ERR_OK);
	assert_int_equal(mirror_read(txn, &stream, 3, 100000, 100, &out, &last, &count), ERR_OK);
	assert_int_equal(count, 2);
	assert_memory_equal(&last, &o.head, sizeof last);
	out.limit = out.len + 10;
	assert_int_equal(mirror_read(txn, &stream, 0, 100, 100, &out, &last, &count), ERR_LIMIT);
	txn_abort(&txn);
	buf_clear(&out);
	origin_clear(&o);
}

static void an_origin_that_was_set_back_goes_on_in_a_branch(void **state)
{
	struct rig *rig = *state;
	struct origin o = origin_new(1), back;
	struct mirror_stream stream, found;
	struct mirror_branch *branches;
	struct place fork, lost;
	struct problem why;
	struct hash hash;
	struct str bytes;
	struct txn *txn;
	uint32_t len;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	stream = followed(txn, &o, 3);
	back = origin_copy(&o);
	fork = o.head;
	feed(txn, &stream, &o, 4);
	lost = o.head;
	origin_epoch(&back, 7);
	assert_int_equal(mirror_fork(txn, &stream, &fork, back.head.epoch, 42), ERR_OK);
	assert_true(stream.branch == 1 && stream.head.seq == 3 && stream.head_at == back.at);
	rig_commit(&txn);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(mirror_find(txn, str_of(NAME), &stream), ERR_OK);
	assert_memory_equal(&stream.head, &back.head, sizeof back.head);
	assert_true(stream.branch == 1 && stream.head_at == back.at);
	assert_int_equal(mirror_hash_at(txn, &stream, 4, &hash), ERR_NOT_FOUND);
	feed(txn, &stream, &back, 2);
	assert_int_equal(mirror_find(txn, str_of(NAME), &found), ERR_OK);
	assert_memory_equal(&found.head, &back.head, sizeof back.head);
	assert_int_equal(mirror_has(txn, &stream, &fork), ERR_OK);
	assert_int_equal(mirror_has(txn, &stream, &lost), ERR_NOT_FOUND);
	assert_int_equal(mirror_get(txn, &stream, 0, 7, &hash, &bytes), ERR_OK);
	assert_true(hash_equal(&hash, &lost.hash)); /* an orphan is kept */
	assert_int_equal(mirror_branches(txn, &stream, &rig->arena, &branches, &len), ERR_OK);
	assert_int_equal(len, 2);
	assert_memory_equal(&branches[0].head, &lost, sizeof lost);
	assert_true(branches[0].parent == 0 && branches[0].fork.seq == 0 && branches[0].begun_at == 0);
	assert_memory_equal(&branches[1].head, &back.head, sizeof back.head);
	assert_memory_equal(&branches[1].fork, &fork, sizeof fork);
	assert_true(branches[1].parent == 0 && branches[1].begun_at == 42);
	assert_good(txn, &stream, 9);
	rig_commit(&txn);
	origin_clear(&o);
	origin_clear(&back);
}

static void a_fork_must_be_on_the_present_history(void **state)
{
	struct rig *rig = *state;
	struct origin o = origin_new(1), back;
	struct mirror_stream stream;
	struct place fork, lost, wrong;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	stream = followed(txn, &o, 3);
	back = origin_copy(&o);
	fork = o.head;
	feed(txn, &stream, &o, 4);
	lost = o.head;
	origin_epoch(&back, 7);
	wrong = fork;
	wrong.hash.bytes[9] ^= 1;
	assert_int_equal(mirror_fork(txn, &stream, &wrong, back.head.epoch, 42), ERR_NOT_FOUND);
	wrong.epoch = (struct id) { { 0 } };
	assert_int_equal(mirror_fork(txn, &stream, &wrong, back.head.epoch, 42), ERR_NOT_FOUND);
	wrong = lost;
	wrong.seq++;
	assert_int_equal(mirror_fork(txn, &stream, &wrong, back.head.epoch, 42), ERR_NOT_FOUND);
	assert_int_equal(mirror_fork(txn, &stream, &fork, o.head.epoch, 42), ERR_CORRUPT);
	assert_true(stream.branch == 0);
	fork.epoch = (struct id) { { 0 } }; /* number and hash decide */
	assert_int_equal(mirror_fork(txn, &stream, &fork, back.head.epoch, 42), ERR_OK);
	feed(txn, &stream, &back, 6);
	assert_int_equal(mirror_fork(txn, &stream, &lost, (struct id) { { 8 } }, 42), ERR_NOT_FOUND);
	assert_int_equal(/* at the head there is nothing to leave */
		mirror_fork(txn, &stream, &back.head, (struct id) { { 8 } }, 42), ERR_OK);
	assert_true(stream.branch == 1 && stream.head.epoch.bytes[0] == 8);
	assert_good(txn, &stream, 13);
	rig_commit(&txn);
	origin_clear(&o);
	origin_clear(&back);
}

static void branches_and_epochs_are_counted(void **state)
{
	struct rig *rig = *state;
	struct origin o = origin_new(1);
	struct mirror_stream stream;
	struct place start;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	stream = followed(txn, &o, 2);
	start = (struct place) { { { 0 } }, 1, o.before };
	for (unsigned i = 1; i <= MIRROR_BRANCHES_MAX; i++) {
		struct id epoch = { { 1, (uint8_t)i } };
		struct record r = rig_event("isi");
		struct place at = { epoch, 2, { { (uint8_t)i } } };
		struct buf out;

		assert_int_equal(mirror_fork(txn, &stream, &start, epoch, 42),
			i < MIRROR_BRANCHES_MAX ? ERR_OK : ERR_LIMIT);
		if (i == MIRROR_BRANCHES_MAX)
			break;
		buf_init(&out, 1000);
		r.seq = 2;
		r.epoch = epoch;
		assert_int_equal(record_encode(&r, &out), ERR_OK);
		assert_int_equal(mirror_append(txn, &stream, &start.hash, &at, buf_str(&out)), ERR_OK);
		buf_clear(&out);
	}
	start = stream.head;
	for (unsigned i = MIRROR_BRANCHES_MAX; i <= LOG_EPOCHS_MAX; i++) {
		start.epoch = (struct id) { { 2, (uint8_t)(i >> 8), (uint8_t)i } };
		assert_int_equal(mirror_epoch(txn, &stream, &start),
			i < LOG_EPOCHS_MAX ? ERR_OK : ERR_LIMIT);
	}
	txn_abort(&txn);
	origin_clear(&o);
}

static void a_store_made_before_mirrors_gets_them(void **state)
{
	static const char *const rows[] = { "table _mirror_stream", "table _mirror_epoch",
		"table _mirror_head", "table _missing" };
	struct rig *rig = *state;
	struct origin o = origin_new(1);
	struct mirror_stream stream;
	struct problem why;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(kv_del(txn_kv(txn), TABLE_META, str_of(rows[i])), ERR_OK);
	rig_commit(&txn);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	assert_false(store_is_stale(rig->store, TABLE_DERIVED));
	txn = rig_txn(rig, KV_WRITE);
	stream = followed(txn, &o, 3);
	rig_commit(&txn);
	assert_int_equal(rig_reopen(rig, &why), ERR_OK);
	txn = rig_txn(rig, KV_READ);
	assert_int_equal(mirror_find(txn, str_of(NAME), &stream), ERR_OK);
	assert_true(stream.head.seq == 3);
	txn_abort(&txn);
	origin_clear(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(a_stream_is_found_under_its_name),
		RIG_BOTH(a_copy_that_is_set_aside_leaves_its_name_to_another),
		RIG_BOTH(streams_are_counted),
		RIG_BOTH(nothing_is_known_of_an_empty_stream),
		RIG_BOTH(records_come_back_byte_for_byte),
		RIG_BOTH(what_does_not_hang_on_the_head_is_refused),
		RIG_BOTH(a_number_that_is_not_the_next_is_our_mistake),
		RIG_BOTH(epochs_begin_at_the_head),
		RIG_BOTH(a_reading_ends_with_its_epoch),
		RIG_BOTH(an_origin_that_was_set_back_goes_on_in_a_branch),
		RIG_BOTH(a_fork_must_be_on_the_present_history),
		RIG_BOTH(branches_and_epochs_are_counted),
		RIG_BOTH(a_store_made_before_mirrors_gets_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
