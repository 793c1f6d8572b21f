/* host_guests: services of the node first, other nodes after them; either part is replaced without the other */
#include "runtime/host_guests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct id here = { { 1 } }, there = { { 2 } };

/* A key is as many equal bytes. */
static void fill(uint8_t key[NODE_KEY_BYTES], uint8_t byte)
{
	memset(key, byte, NODE_KEY_BYTES);
}

/* Two services; the keys of generation g are 10g and 10(g + 1) of the first, one more of the second. */
static struct node_public keys_of(uint8_t generation)
{
	struct node_public keys = { .sign_generation = 1, .count = 2 };

	for (uint8_t n = 0; n < 2; n++) {
		(void)snprintf(keys.rows[n].service, sizeof keys.rows[n].service, "%s",
			n == 0 ? "intake" : "workflow");
		fill(keys.rows[n].present, (uint8_t)(generation * 10 + n));
		fill(keys.rows[n].next, (uint8_t)(generation * 10 + 10 + n));
	}
	return keys;
}

static struct remote child_of(uint8_t key, enum remote_state state)
{
	struct remote r = { .node = there, .kind = REMOTE_CHILD, .state = state, .key_count = 1 };

	fill(r.keys[0].bytes, key);
	return r;
}

static bool has(const struct host_guests *g, uint8_t key, const char *service)
{
	for (uint32_t n = 0; n < g->count; n++) {
		const char *slash = strchr(g->list[n].name, '/');

		if (g->list[n].key.bytes[0] == key && slash != NULL && strcmp(slash + 1, service) == 0)
			return true;
	}
	return false;
}

static int open_list(void **state)
{
	static struct host_guests guests;

	host_guests_init(&guests);
	*state = &guests;
	return 0;
}

static int close_list(void **state)
{
	host_guests_clear(*state);
	return 0;
}

static void services_come_by_their_present_keys_and_their_next(void **state)
{
	struct host_guests *g = *state;
	struct node_public now = keys_of(1);

	host_guests_set_own(g, here, &now, NULL);
	assert_int_equal(g->count, 4);
	assert_true(has(g, 10, "intake") && has(g, 20, "intake"));
	assert_true(has(g, 11, "workflow") && has(g, 21, "workflow"));
}

static void a_rotation_leaves_the_keys_before_it_until_they_are_given_no_more(void **state)
{
	struct host_guests *g = *state;
	struct node_public before = keys_of(1), now = keys_of(2);

	host_guests_set_own(g, here, &now, &before);
	assert_int_equal(g->count, 6);
	assert_true(has(g, 10, "intake") && has(g, 20, "intake") && has(g, 30, "intake"));
	host_guests_set_own(g, here, &now, NULL);
	assert_int_equal(g->count, 4);
	assert_false(has(g, 10, "intake"));
}

static void forsaken_keys_and_services_that_are_gone_are_left_out(void **state)
{
	struct host_guests *g = *state;
	struct node_public before = keys_of(1), now = keys_of(3);

	host_guests_set_own(g, here, &now, &before);
	assert_int_equal(g->count, 4);
	now = keys_of(2);
	now.count = 1;
	host_guests_set_own(g, here, &now, &before);
	assert_int_equal(g->count, 3);
	assert_false(has(g, 11, "workflow"));
}

static void other_nodes_stay_when_the_own_services_change_and_these_when_those_do(void **state)
{
	struct host_guests *g = *state;
	struct node_public before = keys_of(1), now = keys_of(2);
	struct remote children[] = { child_of(200, REMOTE_ALLOWED), child_of(201, REMOTE_REVOKED),
		child_of(202, REMOTE_WAITING) };

	host_guests_set_own(g, here, &before, NULL);
	host_guests_set_children(g, children, 3);
	assert_int_equal(g->count, 7);
	host_guests_set_own(g, here, &now, &before);
	assert_int_equal(g->count, 9);
	assert_int_equal(g->list[6].key.bytes[0], 200);
	assert_int_equal(g->list[6].state, GUEST_ALLOWED);
	assert_int_equal(g->list[7].state, GUEST_REVOKED);
	assert_int_equal(g->list[8].state, GUEST_WAITING);
	host_guests_set_own(g, here, &now, NULL);
	assert_int_equal(g->count, 7);
	assert_int_equal(g->list[4].key.bytes[0], 200);
	host_guests_set_children(g, children, 1);
	assert_int_equal(g->count, 5);
	assert_true(has(g, 20, "intake"));
}

static void parents_are_no_guests(void **state)
{
	struct host_guests *g = *state;
	struct remote parent = child_of(200, REMOTE_ALLOWED);

	parent.kind = REMOTE_PARENT;
	host_guests_set_children(g, &parent, 1);
	assert_int_equal(g->count, 0);
}

static void a_full_list_keeps_the_own_services(void **state)
{
	struct host_guests *g = *state;
	struct node_public before = keys_of(1), now = keys_of(2);
	struct remote *children = calloc(ZAP_GUESTS_MAX, sizeof *children);

	assert_non_null(children);
	for (uint32_t n = 0; n < ZAP_GUESTS_MAX; n++)
		children[n] = child_of(200, REMOTE_ALLOWED);
	host_guests_set_own(g, here, &before, NULL);
	host_guests_set_children(g, children, ZAP_GUESTS_MAX);
	assert_int_equal(g->count, ZAP_GUESTS_MAX);
	host_guests_set_own(g, here, &now, &before);
	assert_int_equal(g->count, ZAP_GUESTS_MAX);
	assert_true(has(g, 10, "intake") && has(g, 31, "workflow") && has(g, 200, "federation"));
	free(children);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(services_come_by_their_present_keys_and_their_next,
			open_list, close_list),
		cmocka_unit_test_setup_teardown(
			a_rotation_leaves_the_keys_before_it_until_they_are_given_no_more, open_list,
			close_list),
		cmocka_unit_test_setup_teardown(forsaken_keys_and_services_that_are_gone_are_left_out,
			open_list, close_list),
		cmocka_unit_test_setup_teardown(
			other_nodes_stay_when_the_own_services_change_and_these_when_those_do, open_list,
			close_list),
		cmocka_unit_test_setup_teardown(parents_are_no_guests, open_list, close_list),
		cmocka_unit_test_setup_teardown(a_full_list_keeps_the_own_services, open_list, close_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
