/* A node below that changes keys without an end, its own or those of nodes below it: the log of the node above does not
 * fill with them. */
#include "lib/enemy.h"
#include "lib/utusan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static uint32_t offer_other_keys(struct enemy *e, struct aliran_simpul *page, uint32_t room)
{
	uint32_t count = room < 8 ? room : 8;

	e->turn++;
	for (uint32_t i = 0; i < count; i++)
		page[i] = enemy_stream_below(e, i, e->turn);
	return count;
}

static void keys_that_change_with_every_offer_do_not_fill_the_log(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);
	uint32_t before = scene_events(s);

	e->offer = offer_other_keys;
	scene_settle(s);
	scene_pass(s, 20 * MINUTE);
	assert_in_range(scene_events(s) - before, 8, 48);
}

static void rotations_without_an_end_do_not_fill_the_log(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);
	uint32_t before = scene_events(s);

	scene_settle(s);
	for (uint32_t generation = 2; generation < 40; generation++) {
		struct arena *arena = harness_arena(s->h);
		struct identitas_simpul identity = utusan_identity(arena, CHILD, generation);
		struct putar_kunci_simpul body = { identity,
			utusan_rotation(arena, &identity, CHILD, generation - 1) };
		struct sesi_cmd cmd = { .id = harness_new_id(s->h),
			.time_left_ms = 30000,
			.type = schema_putar_kunci_simpul.code,
			.version = schema_putar_kunci_simpul.version };
		struct problem why;
		struct buf out;
		uint64_t corr;

		buf_init(&out, SESSION_BODY_MAX);
		assert_int_equal(wire_encode(&schema_putar_kunci_simpul, &body, &out, &why), ERR_OK);
		cmd.body = buf_str(&out);
		assert_int_equal(session_cmd(e->session, &cmd, &corr), ERR_OK);
		buf_clear(&out);
		scene_settle(s);
	}
	assert_int_equal(e->replies, 38);
	assert_in_range(scene_events(s) - before, 1, 4);
}

static void knock(struct scene *s, uint32_t node, uint32_t generation)
{
	struct identitas_simpul identity = utusan_identity(harness_arena(s->h), node, generation);
	struct curve_key key;

	memcpy(key.bytes, identity.kurva.bytes, sizeof key.bytes);
	runtime_knocked(s->r, &key, true);
	scene_settle(s);
}

/* One knock of a node is an event, however often it comes; under the keys of its replacement it is another one. */
static void a_replaced_node_is_seen_when_it_knocks(void **state)
{
	struct ganti_simpul replace;
	struct scene *s = *state;
	uint32_t before;

	utusan_bring(s->h, SIBLING, STATUS_TAUTAN_DIUNDANG);
	scene_settle(s);
	knock(s, SIBLING, 1);
	assert_int_equal(utusan_link(s->h, SIBLING).status, STATUS_TAUTAN_MENUNGGU);
	before = scene_events(s);
	knock(s, SIBLING, 1);
	assert_int_equal(scene_events(s), before);
	replace =
		(struct ganti_simpul) { .identitas = utusan_identity(harness_arena(s->h), SIBLING, 7) };
	utusan_send(s->h, UTUSAN_ADMIN, &schema_ganti_simpul, &replace);
	scene_settle(s);
	assert_int_equal(utusan_link(s->h, SIBLING).status, STATUS_TAUTAN_DIGANTI);
	knock(s, SIBLING, 1); /* under the keys that are gone */
	assert_int_equal(utusan_link(s->h, SIBLING).status, STATUS_TAUTAN_DIGANTI);
	knock(s, SIBLING, 7);
	assert_int_equal(utusan_link(s->h, SIBLING).status, STATUS_TAUTAN_MENUNGGU);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_SCENE(keys_that_change_with_every_offer_do_not_fill_the_log),
		AT_SCENE(rotations_without_an_end_do_not_fill_the_log),
		AT_SCENE(a_replaced_node_is_seen_when_it_knocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
