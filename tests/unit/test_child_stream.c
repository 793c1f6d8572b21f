/* What is honest and looks as if it were not, between two nodes: found by trees of nodes in the simulator. */
#include "lib/enemy_log.h"
#include "runtime/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

static void a_log_whose_first_epoch_ended_before_its_first_record_is_copied(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);

	e->offer = enemy_offers_own;
	scene_settle(s);
	e->head.epoch = (struct id) { { 6 } };
	scene_pass(s, CATALOGUE_EVERY_US); /* its catalogue has the new epoch now */
	enemy_writes(e);
	scene_pass(s, 2 * CATALOGUE_EVERY_US);
	assert_string_equal(scene_trouble(s, CHILD), "");
	assert_null(enemy_copy(e)->stopped);
	assert_int_equal(enemy_copy(e)->mirror.head.seq, 1);
}

/* It was signed before, and comes after. */
static void a_head_that_was_on_its_way_while_the_key_changed_stops_nothing(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);

	e->offer = enemy_offers_own;
	scene_settle(s);
	enemy_writes(e);
	scene_settle(s);
	enemy_signs_and_tells(e, 7);
	scene_pass(s, 2 * CATALOGUE_EVERY_US);
	assert_null(enemy_copy(e)->stopped);
	enemy_writes(e);
	scene_settle(s);
	enemy_signs_and_tells(e, 1);
	scene_pass(s, 2 * CATALOGUE_EVERY_US);
	assert_null(enemy_copy(e)->stopped);
	assert_int_equal(enemy_copy(e)->signed_seq, 2);
}

static void heads_that_its_key_never_signed_stop_the_stream(void **state)
{
	struct scene *s = *state;
	struct enemy *e = enemy_meet(s, CHILD);

	e->offer = enemy_offers_own;
	scene_settle(s);
	for (uint32_t n = 0; n < 4 && enemy_copy(e)->stopped == NULL; n++) {
		enemy_writes(e);
		scene_settle(s);
		enemy_signs_and_tells(e, 7);
		scene_pass(s, 2 * CATALOGUE_EVERY_US);
	}
	assert_non_null(enemy_copy(e)->stopped);
	assert_string_equal(enemy_copy(e)->stopped, "tanda_tangan_salah");
}

/* Refused for a reason that passes, and only then known. */
static void rotated_keys_that_were_told_too_soon_are_told_again(void **state)
{
	static const struct own_keys keys = { .generation = 2 };
	static struct sign_pair sign;
	struct scene *s = *state;
	struct enemy *e;

	assert_int_equal(crypto_sign_keypair(sign.public_key, sign.secret_key), 0);
	s->r->o.own_keys = &keys;
	s->r->o.sign = &sign;
	e = enemy_meet(s, CHILD);
	e->refuses = "terlalu_cepat";
	scene_settle(s);
	assert_int_equal(e->commands, 1);
	e->refuses = NULL;
	scene_pass(s, CATALOGUE_EVERY_US + 2 * US_PER_SECOND);
	assert_int_equal(e->commands, 2);
	scene_pass(s, 3 * CATALOGUE_EVERY_US);
	assert_int_equal(e->commands, 2);
	s->r->o.own_keys = NULL;
	s->r->o.sign = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_SCENE(a_log_whose_first_epoch_ended_before_its_first_record_is_copied),
		AT_SCENE(a_head_that_was_on_its_way_while_the_key_changed_stops_nothing),
		AT_SCENE(heads_that_its_key_never_signed_stop_the_stream),
		AT_SCENE(rotated_keys_that_were_told_too_soon_are_told_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
