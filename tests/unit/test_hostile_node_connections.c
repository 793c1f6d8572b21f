/* A node below that takes more than its share of connections and memory, or wants to see what is another's: others are
 * served, and nothing of them is shown. */
#include "lib/enemy.h"
#include "lib/utusan.h"
#include "runtime/engine.h"
#include "store/system_table.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Streams below it that have begun: they are in the catalogue of this node too. */
static uint32_t offer_and_serve(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	struct txn *txn;

	assert_true(room >= 30);
	assert_int_equal(txn_begin(runtime_store(e->scene->r), KV_WRITE, &txn), ERR_OK);
	for (uint32_t i = 0; i < 30; i++) {
		struct mirror_stream stream;

		page[i] = enemy_stream_below(e, i, 1);
		assert_int_equal(mirror_add(txn, page[i].nama, &stream), ERR_OK);
	}
	assert_int_equal(txn_commit(&txn), ERR_OK);
	return 30;
}

/* Held until a place is reached, they would fill the queue of everybody, and tell how far others are. */
static void a_node_does_not_wait_for_places_of_others(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);

	scene_settle(s);
	enemy_asks_catalogue(e, (struct str) { NULL, 0 }, "workflow");
	scene_settle(s);
	assert_int_equal(e->answers, 1);
	assert_string_equal(e->rule, "after_tidak_diikuti");
}

/* Forty streams of a sibling stand before and behind the child's own. */
static void the_catalogue_names_nothing_of_a_sibling(void **state)
{
	struct scene *s = *state;
	struct enemy *sibling, *e;

	utusan_bring(s->h, SIBLING, STATUS_TAUTAN_DITERIMA);
	sibling = enemy_meet(s, SIBLING);
	sibling->offer = offer_and_serve;
	scene_settle(s);
	assert_true(scene_rows(s, &system_mirror_stream) >= 24);
	e = enemy_meet(s, CHILD);
	scene_settle(s);
	enemy_asks_catalogue(e, (struct str) { NULL, 0 }, NULL);
	scene_settle(s);
	assert_int_equal(e->answers, 1);
	assert_int_equal(e->status, SESI_STATUS_OK);
	assert_null(e->go_on.ptr);
}

static void one_node_does_not_take_all_connections(void **state)
{
	struct scene *s = *state;
	struct simpul_daftar q = { .has_simpul = false };
	struct simpul_daftar_jawab a;

	for (uint32_t n = 0; n < 560; n++)
		(void)enemy_connect(s, CHILD);
	scene_settle(s);
	harness_speak_as(s->h, "gateway"); /* one who has not been here before */
	assert_int_equal(harness_ask(s->h, "federation", UTUSAN_READER, &schema_simpul_daftar, &q,
						 (struct str) { NULL, 0 }, &a)
						 .status,
		SESI_STATUS_OK);
}

/* All that its streams may have under way at once. */
static void windows_of_many_streams_share_one_room(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);

	e->offer = enemy_offers_new_ones;
	scene_settle(s);
	scene_pass(s, 8 * MINUTE);
	assert_true(e->opened >= 300);
	assert_true(e->opened_bytes <= UINT64_C(4) * LINK_WINDOWS_BYTES);
}

/* As one does whose connection is ended by what it sends, below all that could say so. */
static void a_node_that_comes_again_and_again_is_named(void **state)
{
	struct scene *s = *state;

	for (uint32_t n = 0; n < GREETINGS_MAX; n++) {
		(void)enemy_meet(s, CHILD);
		scene_pass(s, 2 * US_PER_SECOND);
	}
	assert_string_equal(scene_trouble(s, CHILD), "");
	(void)enemy_meet(s, CHILD);
	scene_settle(s);
	assert_string_equal(scene_trouble(s, CHILD), "sering_menyambung");
	/* Later, and once: it has its chance again. */
	scene_pass(s, 3 * CONTACT_EVERY_US);
	(void)enemy_meet(s, CHILD);
	scene_settle(s);
	assert_string_equal(scene_trouble(s, CHILD), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_SCENE(a_node_does_not_wait_for_places_of_others),
		AT_SCENE(the_catalogue_names_nothing_of_a_sibling),
		AT_SCENE(one_node_does_not_take_all_connections),
		AT_SCENE(windows_of_many_streams_share_one_room),
		AT_SCENE(a_node_that_comes_again_and_again_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
