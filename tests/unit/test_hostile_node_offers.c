/* What a node below may offer that no honest one would, with a key that was accepted: none of it ends the node above
 * or fills its log, and what is wrong is named. */
#include "lib/enemy.h"
#include "lib/harness_parts.h"
#include "runtime/engine.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void tell_head(struct enemy *e, const char *name)
{
	struct stream_place at = { { { 1 } }, 1, { { 1 } } };

	if (e->session != NULL)
		(void)!session_head(e->session, 0, str_of(name), &at, (struct str) { NULL, 0 });
}

static void a_catalogue_without_an_end_is_left(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);

	e->is_endless = true;
	scene_settle(s);
	assert_in_range(e->asked, 2, 600);
	assert_string_equal(scene_trouble(s, CHILD), "katalog_tanpa_akhir");
	e->asked = 0;
	e->is_endless = false;
	scene_pass(s, MINUTE);
	assert_in_range(e->asked, 1, 4); /* it has its chance again */
}

static void heads_of_unknown_streams_do_not_have_the_catalogue_asked_for_ever(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);

	scene_settle(s);
	for (uint32_t n = 0; n < 2000; n++) {
		tell_head(e, "tak-dikenal");
		scene_settle(s);
	}
	assert_in_range(e->asked, 1, 600);
}

static void offers_have_an_end(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);
	uint32_t before = scene_events(s);

	e->offer = enemy_offers_new_ones;
	e->is_endless = true;
	scene_settle(s);
	scene_pass(s, 5 * MINUTE);
	assert_in_range(scene_events(s) - before, 64, REMOTE_ORIGINS_MAX);
	assert_true(scene_trouble(s, CHILD)[0] != 0);
}

static uint32_t offer_odd_names(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	struct harness *h = e->scene->h;
	char *upper;

	assert_true(room >= 4);
	for (uint32_t i = 0; i < 4; i++)
		page[i] = enemy_stream_below(e, i, 1);
	upper = (char *)page[0].nama.ptr;
	upper[0] = upper[1] = 'B';
	page[1].layanan = str_of("\033[2J");
	page[1].nama =
		harness_keep(h, str_of(arena_print(harness_arena(h), "%.36s/\033[2J", page[1].nama.ptr)));
	page[2].simpul_nama = str_of("cucu\nlain");
	page[3].layanan = str_of("workflow"); /* not what its name says */
	return 4;
}

static void streams_have_one_name_and_no_odd_one(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);
	uint32_t before = scene_events(s);

	e->offer = offer_odd_names;
	scene_settle(s);
	assert_int_equal(scene_events(s), before);
	assert_string_equal(scene_trouble(s, CHILD), "nama_aliran_salah");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_SCENE(a_catalogue_without_an_end_is_left),
		AT_SCENE(heads_of_unknown_streams_do_not_have_the_catalogue_asked_for_ever),
		AT_SCENE(offers_have_an_end),
		AT_SCENE(streams_have_one_name_and_no_odd_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
