/* A node above that a restored node asks for the lost end of its log: what it adds to it comes into no log by itself,
 * however well it is chained. */
#include "lib/induk_tiruan.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lib/utusan.h"

enum { ADDED = 2 };

#define AT(f) cmocka_unit_test_setup_teardown(f, induk_begin, induk_end)

/* --- what comes of it --- */

static void the_very_end_is_signed_as_soon_as_it_was_sent(void **state)
{
	struct induk_tiruan *a = *state;

	assert_int_equal(a->signed_count, INDUK_LOST);
	induk_meet(a);
}

static void a_lost_end_that_we_have_signed_comes_back_behind_the_fence_of_federation(void **state)
{
	struct induk_tiruan *a = *state;
	struct stream_place lost = a->places[INDUK_LOST];
	struct place head;

	induk_meet(a);
	induk_pass(a);
	head = induk_head_of(a);
	assert_null(induk_workflow(a)->fence);
	assert_int_equal(head.seq, lost.seq);
	assert_true(hash_equal(&head.hash, &lost.hash));
	assert_string_equal(a->r->fence, FENCE_BACK); /* its own log nobody else has */
}

static void what_is_added_to_it_reaches_no_log_and_is_named(void **state)
{
	struct induk_tiruan *a = *state;

	for (uint32_t n = 1; n <= ADDED; n++)
		induk_add(a, INDUK_LOST + n);
	induk_meet(a);
	induk_pass(a);
	assert_int_equal(induk_head_of(a).seq, a->places[INDUK_LOST].seq);
	assert_string_equal(induk_workflow(a)->fence, FENCE_BACK);
	assert_int_equal(induk_unproven(a), ADDED);
	harness_crash(a->k.h, "workflow"); /* nor does it after a restart */
	harness_start(a->k.h, "workflow");
	assert_string_equal(induk_workflow(a)->fence, FENCE_BACK);
}

static void what_is_changed_in_it_is_named_and_none_of_it_taken(void **state)
{
	struct induk_tiruan *a = *state;

	induk_add(a, 1);
	induk_meet(a);
	induk_pass(a);
	assert_int_equal(induk_head_of(a).seq, a->places[0].seq);
	assert_string_equal(induk_workflow(a)->fence, FENCE_BACK);
	assert_int_equal(induk_unproven(a), INDUK_LOST);
	assert_string_equal(induk_trouble(a), "tanda_ekor_salah");
}

static void the_rest_is_taken_where_a_person_says_so_and_that_stands_in_the_log(void **state)
{
	struct induk_tiruan *a = *state;
	struct sisa_diambil event;
	struct record record;

	for (uint32_t n = 1; n <= ADDED; n++)
		induk_add(a, INDUK_LOST + n);
	induk_meet(a);
	induk_pass(a);
	assert_int_equal(induk_take_rest(a, KANTOR_PEMBACA), SESI_STATUS_DENIED);
	assert_int_equal(induk_take_rest(a, KANTOR_ADMIN), SESI_STATUS_BUSY); /* it is fetched first */
	induk_pass(a);
	assert_int_equal(induk_head_of(a).seq, a->places[INDUK_LOST + ADDED].seq);
	assert_string_equal(induk_workflow(a)->fence, FENCE_BACK);
	assert_int_equal(induk_take_rest(a, KANTOR_ADMIN), SESI_STATUS_OK);
	assert_null(induk_workflow(a)->fence);
	assert_true(harness_last_event(a->k.h, "workflow", &schema_sisa_diambil, &event, &record));
	assert_int_equal(event.dari, a->places[INDUK_LOST + 1].seq);
	assert_int_equal(event.sampai, a->places[INDUK_LOST + ADDED].seq);
	assert_memory_equal(&record.actor, &KANTOR_ADMIN, sizeof record.actor);
	assert_memory_equal(&record.epoch, &a->places[0].epoch, sizeof record.epoch);
	assert_int_equal(induk_unproven(a), 0);
}

static void behind_its_fence_federation_knows_its_parent_alone(void **state)
{
	struct induk_tiruan *a = *state;

	induk_meet(a);
	assert_int_equal(a->r->remote_count, 1);
	a->r->fence = FENCE_OTHER; /* as of a copy of this node */
	assert_int_equal(remotes_load(a->r), ERR_OK);
	assert_false(a->r->remotes[0].is_listed);
}

/* The signature is by our key, and these records it did not sign: nobody has to decide about them. */
static void what_our_own_key_refutes_is_set_aside_and_no_person_can_take_it(void **state)
{
	struct induk_tiruan *a = *state;

	a->names_key = true;
	induk_add(a, 1);
	induk_meet(a);
	induk_pass(a);
	assert_string_equal(induk_trouble(a), "tanda_ekor_salah");
	assert_int_equal(
		mirror_of(a->r, str_of("07000000-0000-0000-0000-000000000000/workflow"))->mirror.head.seq,
		0); /* the copy begins anew */
	(void)induk_take_rest(a, KANTOR_ADMIN);
	induk_pass(a);
	assert_int_not_equal(induk_take_rest(a, KANTOR_ADMIN), SESI_STATUS_OK);
	assert_int_equal(induk_head_of(a).seq, a->places[0].seq);
	assert_string_equal(induk_workflow(a)->fence, FENCE_BACK);
}

static void who_promises_more_than_it_gives_is_named_and_holds_nobody_up(void **state)
{
	struct induk_tiruan *a = *state;

	a->claimed = UINT64_MAX / 2;
	induk_meet(a);
	for (uint32_t n = 0; n < 4; n++)
		induk_pass(a);
	assert_int_equal(induk_head_of(a).seq, a->places[INDUK_LOST].seq);
	assert_null(induk_workflow(a)->fence);
	assert_string_equal(induk_trouble(a), "ekor_tidak_diberikan");
}

static void a_record_that_is_none_stops_no_stream_of_ours(void **state)
{
	struct induk_tiruan *a = *state;
	const struct follow *f;

	a->records[INDUK_LOST + 1] = str_of("no record at all");
	a->places[INDUK_LOST + 1] =
		(struct stream_place) { a->places[0].epoch, a->places[INDUK_LOST].seq + 1,
			record_hash(&a->places[INDUK_LOST].hash, a->records[INDUK_LOST + 1]) };
	a->count = INDUK_LOST + 1;
	induk_meet(a);
	induk_pass(a);
	f = mirror_of(a->r, str_of("07000000-0000-0000-0000-000000000000/workflow"));
	assert_null(f->stopped);
	assert_string_equal(induk_trouble(a), "ekor_cacat");
}

static void a_word_for_some_records_is_none_for_more(void **state)
{
	struct induk_tiruan *a = *state;

	for (uint32_t n = 1; n <= ADDED; n++)
		induk_add(a, INDUK_LOST + n);
	induk_meet(a);
	induk_pass(a);
	assert_int_equal(induk_unproven(a), ADDED);
	assert_int_equal(induk_take_rest(a, KANTOR_ADMIN), SESI_STATUS_BUSY);
	for (uint32_t n = 1; n <= 20; n++)
		induk_add(a, INDUK_LOST + ADDED + n);
	induk_part(a);
	induk_meet(a);
	for (uint32_t n = 0; n < 4; n++)
		induk_pass(a);
	assert_int_equal(induk_head_of(a).seq, a->places[INDUK_LOST + ADDED].seq);
	assert_int_not_equal(induk_take_rest(a, KANTOR_ADMIN), SESI_STATUS_OK);
	assert_string_equal(induk_workflow(a)->fence, FENCE_BACK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT(the_very_end_is_signed_as_soon_as_it_was_sent),
		AT(a_lost_end_that_we_have_signed_comes_back_behind_the_fence_of_federation),
		AT(what_is_added_to_it_reaches_no_log_and_is_named),
		AT(what_is_changed_in_it_is_named_and_none_of_it_taken),
		AT(the_rest_is_taken_where_a_person_says_so_and_that_stands_in_the_log),
		AT(what_our_own_key_refutes_is_set_aside_and_no_person_can_take_it),
		AT(who_promises_more_than_it_gives_is_named_and_holds_nobody_up),
		AT(a_record_that_is_none_stops_no_stream_of_ours),
		AT(a_word_for_some_records_is_none_for_more),
		AT(behind_its_fence_federation_knows_its_parent_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
