#include "lib/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const time_us now = RIG_NOW * US_PER_SECOND;

static struct id id_at(time_us at, uint8_t n)
{
	uint8_t chance[10] = { n };

	return id_make(at, chance);
}

static void a_mark_comes_back(void **state)
{
	struct rig *rig = *state;
	struct mark mark = { { { 1 } }, { { 2 } }, { { 3 } }, UINT64_MAX, 5 };
	struct mark got;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(mark_get(txn, id_at(now, 1), &got), ERR_NOT_FOUND);
	assert_int_equal(mark_put(txn, id_at(now, 1), &mark), ERR_OK);
	assert_int_equal(mark_get(txn, id_at(now, 1), &got), ERR_OK);
	assert_memory_equal(&got.body_hash, &mark.body_hash, sizeof mark.body_hash);
	assert_true(id_equal(got.actor, mark.actor) && id_equal(got.epoch, mark.epoch));
	assert_true(got.seq == UINT64_MAX && got.count == 5);
	rig_commit(&txn);
}

static void old_marks_go_in_slices(void **state)
{
	struct rig *rig = *state;
	struct mark mark = { .count = 1 };
	struct mark got;
	uint32_t done;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	for (unsigned i = 0; i < 200; i++)
		assert_int_equal(mark_put(txn, id_at(now + i * 1000, (uint8_t)i), &mark), ERR_OK);
	assert_int_equal(mark_expire(txn, now, 1000, &done), ERR_OK);
	assert_int_equal(done, 0);
	assert_int_equal(mark_expire(txn, now + 150 * 1000, 100, &done), ERR_OK);
	assert_int_equal(done, 100);
	assert_int_equal(mark_expire(txn, now + 150 * 1000, 100, &done), ERR_OK);
	assert_int_equal(done, 50);
	assert_int_equal(mark_get(txn, id_at(now + 149 * 1000, 149), &got), ERR_NOT_FOUND);
	assert_int_equal(mark_get(txn, id_at(now + 150 * 1000, 150), &got), ERR_OK);
	rig_commit(&txn);
}

static void cursors_of_consumers_do_not_meet(void **state)
{
	struct rig *rig = *state;
	struct place a = { { { 1 } }, 5, { { 2 } } };
	struct place b = { { { 1 } }, 9, { { 3 } } };
	struct place got;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(cursor_get(txn, str_of(""), str_of("intake"), &got), ERR_NOT_FOUND);
	assert_int_equal(cursor_put(txn, str_of(""), str_of("intake"), &a), ERR_OK);
	assert_int_equal(cursor_get(txn, str_of("proyeksi"), str_of("intake"), &got), ERR_NOT_FOUND);
	assert_int_equal(cursor_put(txn, str_of("proyeksi"), str_of("intake"), &b), ERR_OK);
	assert_int_equal(cursor_get(txn, str_of(""), str_of("intake"), &got), ERR_OK);
	assert_memory_equal(&got, &a, sizeof a);
	assert_int_equal(cursor_get(txn, str_of("proyeksi"), str_of("intake"), &got), ERR_OK);
	assert_memory_equal(&got, &b, sizeof b);
	assert_int_equal(cursor_get(txn, str_of("proyek"), str_of("siintake"), &got), ERR_NOT_FOUND);
	assert_int_equal(cursor_del(txn, str_of("proyeksi"), str_of("intake")), ERR_OK);
	assert_int_equal(cursor_del(txn, str_of("proyeksi"), str_of("intake")), ERR_NOT_FOUND);
	rig_commit(&txn);
}

static void cursors_of_projected_tables_say_when_their_record_was_written(void **state)
{
	static const char *const streams[] = { "a/intake", "a/workflow", "intake", "workflow" };
	struct rig *rig = *state;
	struct cursor_row *rows;
	struct txn *txn;
	uint32_t count;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	for (uint32_t i = 0; i < 4; i++) {
		struct cursor_row row = { str_of(streams[i]), { { { 1 } }, i + 1, { { 2 } } }, i * 1000 };

		assert_int_equal(cursor_row_put(txn, str_of("proyeksi"), &row), ERR_OK);
	}
	assert_int_equal(
		cursor_put(txn, str_of("lain"), str_of("b/intake"), &(struct place) { .seq = 7 }), ERR_OK);
	assert_int_equal(
		cursor_rows(txn, str_of("proyeksi"), str_of(""), 3, &rig->arena, &rows, &count), ERR_OK);
	assert_int_equal(count, 3);
	assert_true(str_is(rows[2].stream, "intake"));
	assert_int_equal(rows[2].at.seq, 3);
	assert_int_equal(rows[2].written, 2000);
	assert_int_equal(rows[0].written, 0);
	assert_int_equal(
		cursor_rows(txn, str_of("proyeksi"), rows[2].stream, 3, &rig->arena, &rows, &count),
		ERR_OK);
	assert_int_equal(count, 1);
	assert_true(str_is(rows[0].stream, "workflow"));
	rig_commit(&txn);
}

static void letters_leave_in_order_of_writing(void **state)
{
	struct rig *rig = *state;
	struct outbox_letter letter = { .to = STR("notification"),
		.id = { { 3 } },
		.type = 0x0402,
		.version = 2,
		.body = STR("rahasia") };
	struct outbox_letter got;
	uint64_t last, before, after;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	for (uint64_t n = 300; n > 0; n -= 100) {
		letter.number = n;
		assert_int_equal(outbox_put(txn, &letter), ERR_OK);
	}
	letter.to = str_of("notif");
	letter.number = UINT64_MAX;
	assert_int_equal(outbox_put(txn, &letter), ERR_OK);
	rig_commit(&txn);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(outbox_next(txn, str_of("notification"), 0, &rig->arena, &got), ERR_OK);
	assert_true(got.number == 100 && got.type == 0x0402 && got.version == 2);
	assert_true(str_is(got.body, "rahasia") && str_is(got.to, "notification"));
	assert_true(id_equal(got.id, letter.id));
	assert_int_equal(outbox_next(txn, str_of("notification"), 100, &rig->arena, &got), ERR_OK);
	assert_true(got.number == 200);
	assert_int_equal(outbox_next(txn, str_of("notification"), 300, &rig->arena, &got),
		ERR_NOT_FOUND);
	assert_int_equal(outbox_next(txn, str_of("notif"), 7, &rig->arena, &got), ERR_OK);
	assert_true(got.number == UINT64_MAX);
	assert_int_equal(outbox_next(txn, str_of("notif"), UINT64_MAX - 1, &rig->arena, &got), ERR_OK);
	assert_int_equal(outbox_next(txn, str_of("intake"), 0, &rig->arena, &got), ERR_NOT_FOUND);
	assert_int_equal(outbox_last(txn, str_of("notification"), &rig->arena, &last), ERR_OK);
	assert_int_equal(last, 300);
	assert_int_equal(outbox_last(txn, str_of("intake"), &rig->arena, &last), ERR_OK);
	assert_int_equal(last, 0);
	assert_int_equal(outbox_count(txn, &before), ERR_OK);
	assert_int_equal(outbox_del(txn, str_of("notification"), 100), ERR_OK);
	assert_int_equal(outbox_del(txn, str_of("notification"), 100), ERR_NOT_FOUND);
	assert_int_equal(outbox_count(txn, &after), ERR_OK);
	assert_true(before == 4 && after == 3);
	rig_commit(&txn);
}

static void set_timer(struct txn *txn, const char *key, time_us due)
{
	struct timer_row row = { str_of(key), due, 7 };

	assert_int_equal(timer_set(txn, &row), ERR_OK);
}

static void timers_come_in_order_of_due_time(void **state)
{
	struct rig *rig = *state;
	struct timer_row *rows;
	uint32_t len;
	time_us due;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(timer_next(txn, &due), ERR_NOT_FOUND);
	set_timer(txn, "c", now);
	set_timer(txn, "b", now);
	set_timer(txn, "a", now + 1);
	set_timer(txn, "lama", -5);
	assert_int_equal(timer_due(txn, 7, now, 10, &rig->arena, &rows, &len), ERR_OK);
	assert_int_equal(len, 3);
	assert_true(str_is(rows[0].key, "lama") && rows[0].due == -5);
	assert_true(str_is(rows[1].key, "b") && str_is(rows[2].key, "c") && rows[1].kind == 7);
	assert_int_equal(timer_due(txn, 7, now, 2, &rig->arena, &rows, &len), ERR_OK);
	assert_int_equal(len, 2);
	assert_int_equal(timer_due(txn, 8, now, 2, &rig->arena, &rows, &len), ERR_OK);
	assert_int_equal(len, 0);
	assert_int_equal(timer_next(txn, &due), ERR_OK);
	assert_true(due == -5);
	assert_int_equal(timer_get(txn, str_of("a"), &due), ERR_OK);
	assert_true(due == now + 1);
	rig_commit(&txn);
}

static void a_timer_set_again_moves(void **state)
{
	struct rig *rig = *state;
	struct timer_row *rows;
	uint32_t len;
	time_us due;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	set_timer(txn, "a", now);
	set_timer(txn, "a", now + 50);
	assert_int_equal(timer_due(txn, 7, now + 49, 10, &rig->arena, &rows, &len), ERR_OK);
	assert_int_equal(len, 0);
	assert_int_equal(timer_due(txn, 7, now + 50, 10, &rig->arena, &rows, &len), ERR_OK);
	assert_int_equal(len, 1);
	assert_int_equal(timer_del(txn, str_of("a")), ERR_OK);
	assert_int_equal(timer_del(txn, str_of("a")), ERR_OK);
	assert_int_equal(timer_next(txn, &due), ERR_NOT_FOUND);
	assert_int_equal(timer_get(txn, str_of("a"), &due), ERR_NOT_FOUND);
	rig_commit(&txn);
}

static void kinds_of_timers_are_apart_and_the_first_of_all_is_known(void **state)
{
	struct rig *rig = *state;
	struct timer_row late = { STR("a"), now + 9, 0 };
	struct timer_row early = { STR("b"), now + 3, UINT16_MAX };
	struct timer_row *rows;
	uint32_t len;
	time_us due;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(timer_set(txn, &late), ERR_OK);
	assert_int_equal(timer_set(txn, &early), ERR_OK);
	assert_int_equal(timer_next(txn, &due), ERR_OK);
	assert_true(due == now + 3);
	assert_int_equal(timer_due(txn, 0, now + 9, 10, &rig->arena, &rows, &len), ERR_OK);
	assert_true(len == 1 && str_is(rows[0].key, "a"));
	early.kind = 0; /* set again as another kind: it is not there twice */
	assert_int_equal(timer_set(txn, &early), ERR_OK);
	assert_int_equal(timer_due(txn, UINT16_MAX, now + 9, 10, &rig->arena, &rows, &len), ERR_OK);
	assert_int_equal(len, 0);
	assert_int_equal(timer_due(txn, 0, now + 9, 10, &rig->arena, &rows, &len), ERR_OK);
	assert_true(len == 2 && str_is(rows[0].key, "b"));
	rig_commit(&txn);
}

static void open_work_is_listed_after_a_key(void **state)
{
	struct rig *rig = *state;
	struct work_row row = { STR("b"), 3, 1, WORK_OPEN };
	struct work_row *rows;
	struct work_row got;
	uint32_t len;
	uint64_t count;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(work_set(txn, &row), ERR_OK);
	row.slice = 2;
	assert_int_equal(work_set(txn, &row), ERR_OK);
	row.key = str_of("a");
	assert_int_equal(work_set(txn, &row), ERR_OK);
	row = (struct work_row) { str_of("c"), 9, 0, WORK_PARKED };
	assert_int_equal(work_set(txn, &row), ERR_OK);
	assert_int_equal(work_list(txn, str_of(""), 10, &rig->arena, &rows, &len), ERR_OK);
	assert_int_equal(len, 3);
	assert_int_equal(work_count(txn, &count), ERR_OK);
	assert_int_equal(count, 3);
	assert_true(str_is(rows[1].key, "b") && rows[1].slice == 2 && rows[1].kind == 3);
	assert_int_equal(work_list(txn, str_of("a"), 1, &rig->arena, &rows, &len), ERR_OK);
	assert_int_equal(len, 1);
	assert_true(str_is(rows[0].key, "b"));
	assert_int_equal(work_get(txn, str_of("c"), &rig->arena, &got), ERR_OK);
	assert_true(got.state == WORK_PARKED && got.kind == 9);
	assert_int_equal(work_del(txn, str_of("c")), ERR_OK);
	assert_int_equal(work_get(txn, str_of("c"), &rig->arena, &got), ERR_NOT_FOUND);
	rig_commit(&txn);
}

static void payloads_are_sealed(void **state)
{
	static char large[200000];
	struct rig *rig = *state;
	struct str got;
	struct txn *txn;

	rig_open(rig);
	txn = rig_txn(rig, KV_WRITE);
	assert_int_equal(payload_put(txn, str_of("k"), str_of("budi@contoh.id")), ERR_OK);
	assert_int_equal(payload_get(txn, str_of("k"), &rig->arena, &got), ERR_OK);
	assert_true(str_is(got, "budi@contoh.id"));
	assert_int_equal(payload_put(txn, str_of("k"), str_of("")), ERR_OK);
	assert_int_equal(payload_get(txn, str_of("k"), &rig->arena, &got), ERR_OK);
	assert_int_equal(got.len, 0);
	assert_int_equal(payload_put(txn, str_of("k"), str_bytes(large, sizeof large)), ERR_LIMIT);
	assert_int_equal(payload_del(txn, str_of("k")), ERR_OK);
	assert_int_equal(payload_del(txn, str_of("k")), ERR_OK);
	assert_int_equal(payload_get(txn, str_of("k"), &rig->arena, &got), ERR_NOT_FOUND);
	rig_commit(&txn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_BOTH(a_mark_comes_back),
		RIG_BOTH(old_marks_go_in_slices),
		RIG_BOTH(cursors_of_consumers_do_not_meet),
		RIG_BOTH(cursors_of_projected_tables_say_when_their_record_was_written),
		RIG_BOTH(letters_leave_in_order_of_writing),
		RIG_BOTH(timers_come_in_order_of_due_time),
		RIG_BOTH(a_timer_set_again_moves),
		RIG_BOTH(kinds_of_timers_are_apart_and_the_first_of_all_is_known),
		RIG_BOTH(open_work_is_listed_after_a_key),
		RIG_BOTH(payloads_are_sealed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
