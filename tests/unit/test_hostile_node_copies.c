/* A node below that fills the copies of its log as fast as it can: they take what room there is and no more. */
#include "base/bytes.h"
#include "base/civil.h"
#include "lib/enemy.h"
#include "lib/enemy_log.h"
#include "lib/harness_parts.h"
#include "lib/utusan.h"
#include "runtime/engine.h"
#include "store/node_key.h"
#include "store/system_table.h"
#include "wire/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void a_signed_head_for_every_event_is_no_row_for_every_event(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);

	e->offer = enemy_offers_own;
	scene_settle(s);
	for (uint32_t n = 0; n < 50; n++) {
		enemy_writes(e);
		scene_settle(s);
		enemy_signs_and_tells(e, 1);
		scene_settle(s);
	}
	assert_int_equal(enemy_copy(e)->mirror.head.seq, 50);
	assert_in_range(scene_rows(s, &system_mirror_head), 1, 2);
	scene_pass(s, 10 * US_PER_SECOND);
	assert_int_equal(enemy_copy(e)->signed_seq, 50);
}

static void copies_wait_where_the_store_is_nearly_full(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);

	e->offer = enemy_offers_own;
	scene_settle(s);
	enemy_writes(e);
	scene_settle(s);
	assert_int_equal(enemy_copy(e)->mirror.head.seq, 1);
	s->r->o.watermarks = (struct store_watermarks) { 0, 100, 0, 0 };
	scene_pass(s, 10 * US_PER_SECOND);
	assert_int_equal(e->closed, 1);
	assert_int_equal(e->opened, 1);
	assert_string_equal(enemy_copy(e)->trouble, "penyimpanan_hampir_penuh");
	s->r->o.watermarks = (struct store_watermarks) { 100, 100, 0, 0 };
	scene_pass(s, 10 * US_PER_SECOND);
	assert_int_equal(e->opened, 2);
	assert_null(enemy_copy(e)->trouble);
	enemy_writes(e);
	scene_settle(s);
	assert_int_equal(enemy_copy(e)->mirror.head.seq, 2);
}

/* What the store itself says of the copy, as it is read after a start. */
static uint64_t stored_bytes(struct enemy *e)
{
	struct mirror_stream stream = { .bytes = 0 };
	char name[NODE_STREAM_MAX + 1];
	struct txn *txn;

	assert_int_equal(node_stream_name(e->node, str_of("intake"), name), ERR_OK);
	assert_int_equal(txn_begin(runtime_store(e->scene->r), KV_READ, &txn), ERR_OK);
	assert_int_equal(mirror_find(txn, str_of(name), &stream), ERR_OK);
	txn_abort(&txn);
	return stream.bytes;
}

static void copies_of_one_child_wait_where_its_part_is_used_up_and_others_go_on(void **state)
{
	enum { PART = 4000 };
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD), *sibling;
	uint64_t kept;

	s->r->o.child_bytes_max = PART;
	utusan_bring(s->h, SIBLING, STATUS_TAUTAN_DITERIMA);
	sibling = enemy_meet(s, SIBLING);
	e->offer = sibling->offer = enemy_offers_own;
	scene_settle(s);
	for (uint32_t n = 0; n < 100 && e->closed == 0; n++) {
		enemy_writes(e);
		scene_pass(s, US_PER_SECOND / 10);
	}
	assert_int_equal(e->closed, 1);
	kept = enemy_copy(e)->mirror.bytes;
	assert_in_range(kept, PART, PART + 500);
	assert_int_equal(stored_bytes(e), kept);
	assert_string_equal(enemy_copy(e)->trouble, "kuota_habis");
	assert_string_equal(scene_trouble(s, CHILD), "kuota_habis");
	scene_pass(s, 2 * CATALOGUE_EVERY_US);
	assert_int_equal(e->opened, 1);
	/* Another child has its own part. */
	enemy_writes(sibling);
	scene_settle(s);
	assert_int_equal(enemy_copy(sibling)->mirror.head.seq, 1);
	assert_string_equal(scene_trouble(s, SIBLING), "");
	/* A person gives it more. */
	s->r->o.child_bytes_max = 2 * PART;
	scene_pass(s, 2 * US_PER_SECOND);
	assert_int_equal(e->opened, 2);
	assert_null(enemy_copy(e)->trouble);
	enemy_writes(e);
	scene_settle(s);
	assert_true(enemy_copy(e)->mirror.bytes > kept);
	assert_int_equal(stored_bytes(e), enemy_copy(e)->mirror.bytes);
}

/* The list of nodes, and what is served of the copy: each says when its last record was written. */
static void assert_is_told(struct scene *s, const char *trouble)
{
	struct simpul_daftar nodes = { .has_simpul = false };
	struct simpul_daftar_jawab rows;
	struct katalog_aliran streams = { 0 };
	struct daftar_aliran offered;

	assert_int_equal(harness_ask(s->h, "federation", UTUSAN_READER, &schema_simpul_daftar, &nodes,
						 (struct str) { NULL, 0 }, &rows)
						 .status,
		SESI_STATUS_OK);
	assert_int_equal(rows.simpul_len, 1);
	assert_int_equal(rows.simpul[0].aliran_len, 1);
	assert_true(trouble == NULL ? !rows.simpul[0].aliran[0].has_masalah
								: str_is(rows.simpul[0].aliran[0].masalah, trouble));
	assert_int_equal(harness_ask(s->h, "federation", (struct id) { { 0 } }, &schema_katalog_aliran,
						 &streams, (struct str) { NULL, 0 }, &offered)
						 .status,
		SESI_STATUS_OK);
}

/* A clock that is wrong by an hour is nobody's fault; by years, it is named, and moves nobody else's. */
static void a_record_of_a_day_that_has_not_come_is_kept_and_its_node_is_named(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);
	time_us before;

	e->offer = enemy_offers_own;
	scene_settle(s);
	enemy_writes_record(e, s->h->wall + US_PER_DAY / 24, 1);
	scene_settle(s);
	assert_string_equal(scene_trouble(s, CHILD), "");
	enemy_writes_record(e, s->h->wall + 75 * 365 * US_PER_DAY, 1);
	before = s->r->now;
	scene_settle(s);
	assert_int_equal(enemy_copy(e)->mirror.head.seq, 2);
	assert_string_equal(scene_trouble(s, CHILD), "waktu_di_masa_depan");
	assert_in_range(s->r->now, before, before + MINUTE);
}

/* A clock in 2100 writes what is wrong, and still a record; that a time has no place in any calendar, none. */
static void a_record_of_a_time_that_is_none_stops_its_stream_and_is_named(void **state)
{
	static const time_us never[] = { INT64_MAX, INT64_MIN, TIME_US_MAX + 1, TIME_US_MIN - 1 };

	for (size_t n = 0; n < sizeof never / sizeof never[0]; n++) {
		struct scene *s = *state;
		struct enemy *e = enemy_meet(s, CHILD);

		e->offer = enemy_offers_own;
		scene_settle(s);
		enemy_writes_record(e, INT64_C(4102444800) * US_PER_SECOND, 1);
		scene_settle(s);
		assert_is_told(s, NULL);
		assert_int_equal(enemy_copy(e)->mirror.head.seq, 1);
		enemy_writes_record(e, never[n], 1);
		scene_settle(s);
		assert_is_told(s, "rekaman_rusak");
		assert_int_equal(enemy_copy(e)->mirror.head.seq, 1);
		if (n + 1 < sizeof never / sizeof never[0]) {
			assert_int_equal(scene_end(state), 0);
			assert_int_equal(scene_begin(state), 0);
		}
	}
}

/* Not called damaged: nothing is wrong with that node. */
static void a_record_of_a_later_layout_stops_its_stream_and_is_named(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);

	e->offer = enemy_offers_own;
	scene_settle(s);
	enemy_writes(e);
	scene_settle(s);
	enemy_writes_record(e, s->h->wall, 2);
	scene_settle(s);
	assert_is_told(s, RULE_LATER);
	assert_int_equal(enemy_copy(e)->mirror.head.seq, 1);
}

/* All the credit that there is, for its own log, of which it takes nothing. */
static void open_own(struct enemy *e)
{
	const struct stream_place beginning = { .seq = 0 };
	char name[NODE_STREAM_MAX + 1];
	uint64_t corr;

	assert_int_equal(node_stream_name(e->node, str_of("intake"), name), ERR_OK);
	assert_int_equal(session_open_stream(e->session, str_of(name), &beginning, &corr), ERR_OK);
}

static void a_reader_that_takes_nothing_gets_no_more_and_is_named(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);

	e->offer = enemy_offers_own;
	scene_settle(s);
	enemy_writes(e);
	enemy_writes(e);
	scene_settle(s);
	e->backlog = BACKLOG_BYTES_MAX + 1;
	open_own(e);
	scene_pass(s, 10 * US_PER_SECOND);
	assert_int_equal(e->events, 0);
	/* A line that moves is a slow one, and no more. */
	for (uint32_t n = 0; n < 5; n++) {
		e->backlog -= 100000;
		scene_pass(s, 20 * US_PER_SECOND);
	}
	assert_int_equal(e->events, 0);
	assert_non_null(e->session);
	assert_string_equal(scene_trouble(s, CHILD), "");
	e->backlog = 0;
	scene_pass(s, 2 * US_PER_SECOND);
	assert_int_equal(e->events, 2);
	e->backlog = BACKLOG_BYTES_MAX + 1;
	enemy_writes(e);
	scene_pass(s, 40 * US_PER_SECOND);
	assert_int_equal(e->events, 2);
	assert_null(e->session);
	assert_string_equal(scene_trouble(s, CHILD), "tidak_membaca");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_SCENE(a_signed_head_for_every_event_is_no_row_for_every_event),
		AT_SCENE(copies_wait_where_the_store_is_nearly_full),
		AT_SCENE(a_record_of_a_day_that_has_not_come_is_kept_and_its_node_is_named),
		AT_SCENE(a_record_of_a_time_that_is_none_stops_its_stream_and_is_named),
		AT_SCENE(a_record_of_a_later_layout_stops_its_stream_and_is_named),
		AT_SCENE(a_reader_that_takes_nothing_gets_no_more_and_is_named),
		AT_SCENE(copies_of_one_child_wait_where_its_part_is_used_up_and_others_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
