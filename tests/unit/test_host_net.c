/* host_net: two services of a node over TCP, and keys that change while they speak */
#include "runtime/host_net.h"

#include "lib/folder.h"
#include "lib/guest_list.h"
#include "store/file.h"
#include "store/node_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

enum { AT_FIRST = 1, QUIET_MS = 150 };
/* After the reload, old keys are good for ten minutes. */
#define OLD_KEYS_COUNT (599 * US_PER_SECOND)
#define OLD_KEYS_ARE_GONE (601 * US_PER_SECOND)

/* The last number of a loopback address stands for the name in PPID_PEERS. */
static const char *const names[] = { "2", "3" };
static const struct root_key root = { { 9 } };
static const struct id node_id = { { 1 } };

/* A service with a folder of its own for its keys, as in a container. */
struct house {
	struct service service;
	struct node_settings node;
	char keys[FOLDER_MAX], listen[64], peers[64];
	const char *other;
	struct side *side;
	struct host_net *net;
};

struct pair_of_houses {
	struct house a, b;
	char folder[FOLDER_MAX];
};

static struct node_curve curve_of(const char *name, uint32_t generation)
{
	struct node_curve keys;

	node_curve_derive(&root, str_of(name), generation, &keys);
	return keys;
}

static void write_text(const struct house *h, const char *name, struct buf *text)
{
	char path[FOLDER_MAX];

	assert_int_equal(file_replace(folder_file(h->keys, name, path), buf_str(text)), ERR_OK);
	assert_int_equal(chmod(path, 0400), 0);
	buf_clear(text);
}

/* What ppidctl key rotate and the hands that carry its files leave in the folder. */
static void write_keys(const struct house *h, uint32_t generation)
{
	struct node_public all = { .sign_generation = 1, .count = 2 };
	struct node_curve own = curve_of(h->service.name, generation);
	char file[16];
	struct buf text;

	buf_init(&text, 4096);
	node_curve_text(&own, &text);
	(void)snprintf(file, sizeof file, "%s.curve", h->service.name);
	write_text(h, file, &text);
	for (uint32_t n = 0; n < all.count; n++) {
		struct node_curve keys = curve_of(names[n], generation);

		(void)snprintf(all.rows[n].service, sizeof all.rows[n].service, "%s", names[n]);
		all.rows[n].generation = generation;
		memcpy(all.rows[n].present, keys.present.public_key, NODE_KEY_BYTES);
		memcpy(all.rows[n].next, keys.next.public_key, NODE_KEY_BYTES);
	}
	buf_init(&text, 4096);
	node_public_text(&all, &text);
	write_text(h, "node.pub", &text);
}

static void write_sign(const struct house *h, uint32_t generation)
{
	struct node_sign sign;
	struct buf text;

	node_sign_derive(&root, generation, &sign);
	buf_init(&text, 4096);
	node_sign_text(&sign, &text);
	write_text(h, "node.sign", &text);
}

static void house_start(struct house *h)
{
	time_us end = host_steady(&bus_side_host) + PATIENCE;
	enum err e;

	h->side = side_open();
	assert_int_equal(host_net_open(&h->node, &h->service, node_id, h->side->bus, &h->net),
		EXIT_STOPPED);
	do /* a socket that was closed gives its port back a moment later */
		e = bus_bind(h->side->bus, h->listen);
	while (e == ERR_STATE && usleep(2000) == 0 && host_steady(&bus_side_host) < end);
	assert_int_equal(e, ERR_OK);
	assert_int_equal(host_net_dial(h->net, h->other), ERR_OK);
}

static void house_open(struct house *h, const char *folder, uint32_t n, uint16_t port)
{
	*h = (struct house) { .service = { .name = names[n] }, .other = names[1 - n] };
	(void)folder_file(folder, names[n], h->keys);
	assert_int_equal(mkdir(h->keys, 0700), 0);
	(void)snprintf(h->listen, sizeof h->listen, "tcp://127.0.0.%s:%u", names[n], port);
	(void)snprintf(h->peers, sizeof h->peers, "tcp://127.0.0.NAME:%u", port);
	h->node = (struct node_settings) { .keys = h->keys,
		.listen = h->listen,
		.peers = h->peers,
		.listen_nodes = "" };
	write_keys(h, AT_FIRST);
	house_start(h);
}

static void house_close(struct house *h)
{
	side_close(h->side);
	host_net_close(&h->net);
}

/* Nobody says anything unless asked: what comes up are the two dials. */
static void both_until(struct pair_of_houses *p, uint32_t ups)
{
	sides_until(p->a.side, p->b.side, &p->a.side->ups, ups);
	sides_until(p->a.side, p->b.side, &p->b.side->ups, ups);
}

static void both_rest(struct pair_of_houses *p)
{
	time_us end = host_steady(&bus_side_host) + QUIET_MS * MILLISECOND;

	while (host_steady(&bus_side_host) < end) {
		side_turn(p->a.side, 2 * MILLISECOND);
		side_turn(p->b.side, 2 * MILLISECOND);
	}
}

static const char *trouble_of(const struct house *h)
{
	char name[BUS_NAME_MAX], id[ID_TEXT_MAX];
	const char *trouble;
	time_us since;

	id_text(node_id, id);
	(void)snprintf(name, sizeof name, "%s/%s", id, h->other);
	trouble = bus_dial_trouble(h->side->bus, name, &since);
	return trouble == NULL ? "" : trouble;
}

/* Until this one's dial stays away: it is tried, and with every key something else is wrong. */
static void both_until_trouble(struct pair_of_houses *p, const struct house *of)
{
	time_us end = host_steady(&bus_side_host) + PATIENCE;

	while (trouble_of(of)[0] == '\0' && host_steady(&bus_side_host) < end)
		both_rest(p);
	for (int n = 0; n < 3; n++) {
		both_rest(p);
		assert_string_not_equal(trouble_of(of), "");
	}
}

static int pair_open(void **state)
{
	static struct pair_of_houses pair;
	uint16_t port = free_port();

	folder_make(pair.folder);
	house_open(&pair.a, pair.folder, 0, port);
	house_open(&pair.b, pair.folder, 1, port);
	both_until(&pair, 1);
	*state = &pair;
	return 0;
}

static int pair_close(void **state)
{
	struct pair_of_houses *p = *state;

	house_close(&p->a);
	house_close(&p->b);
	folder_remove(p->folder);
	return 0;
}

static void rotate(struct pair_of_houses *p, uint32_t generation)
{
	write_keys(&p->a, generation);
	write_keys(&p->b, generation);
}

/* By the newest link: one that was dialled, as long as the other said nothing. */
static void says_something(struct house *from, struct house *to)
{
	struct frames hello = text_message("kepala", "isi", NULL);
	uint32_t heard = to->side->messages;

	assert_int_equal(bus_send(from->side->bus, from->side->links[from->side->ups - 1], &hello),
		ERR_OK);
	sides_until(from->side, to->side, &to->side->messages, heard + 1);
}

static void both_find_each_other_again_after_each_has_read_a_rotation(void **state)
{
	struct pair_of_houses *p = *state;

	for (uint32_t generation = 2; generation < 5; generation++) {
		uint32_t ups = p->a.side->ups;

		rotate(p, generation);
		host_net_reload(p->a.net, 0);
		both_until(p, ups + 1);
		both_rest(p);
		assert_int_equal(p->a.side->ups, ups + 1);
		host_net_reload(p->b.net, 0);
		both_until(p, ups + 2);
		both_rest(p);
		assert_int_equal(p->a.side->ups, ups + 2);
		assert_int_equal(p->b.side->ups, ups + 2);
	}
	says_something(&p->a, &p->b);
}

static void who_has_not_read_it_after_a_while_is_a_stranger_until_he_does(void **state)
{
	struct pair_of_houses *p = *state;
	time_us wake = INT64_MAX;
	uint32_t ups;

	rotate(p, 2);
	host_net_reload(p->a.net, 0);
	both_until(p, 2);
	host_net_tend(p->a.net, OLD_KEYS_COUNT, &wake);
	both_rest(p);
	assert_int_equal(p->b.side->downs, 1);
	says_something(&p->b, &p->a);
	host_net_tend(p->a.net, OLD_KEYS_ARE_GONE, &wake);
	both_until_trouble(p, &p->b);
	ups = p->b.side->ups;
	host_net_reload(p->b.net, 0);
	sides_until(p->a.side, p->b.side, &p->b.side->ups, ups + 1);
	says_something(&p->b, &p->a);
}

static void old_keys_that_both_have_left_are_forgotten_without_a_link_being_cut(void **state)
{
	struct pair_of_houses *p = *state;
	time_us wake = INT64_MAX;

	rotate(p, 2);
	host_net_reload(p->a.net, 0);
	host_net_reload(p->b.net, 0);
	both_rest(p);
	both_until(p, 2);
	both_rest(p);
	{
		uint32_t downs = p->a.side->downs + p->b.side->downs;

		host_net_tend(p->a.net, OLD_KEYS_ARE_GONE, &wake);
		host_net_tend(p->b.net, OLD_KEYS_ARE_GONE, &wake);
		both_rest(p);
		both_rest(p);
		assert_int_equal(p->a.side->downs + p->b.side->downs, downs);
	}
	says_something(&p->a, &p->b);
}

static void forsaken_keys_are_good_no_longer_at_once(void **state)
{
	struct pair_of_houses *p = *state;

	rotate(p, 3);
	host_net_reload(p->a.net, 0);
	both_until_trouble(p, &p->b);
	both_until_trouble(p, &p->a);
	host_net_reload(p->b.net, 0);
	both_until(p, 2);
	says_something(&p->a, &p->b);
}

static void a_file_that_is_wrong_changes_nothing(void **state)
{
	struct pair_of_houses *p = *state;
	struct buf text;

	rotate(p, 2);
	buf_init(&text, 64);
	buf_print(&text, "bukan kunci\n");
	write_text(&p->a, "node.pub", &text);
	host_net_reload(p->a.net, 0);
	both_rest(p);
	assert_int_equal(p->a.side->downs + p->b.side->downs, 0);
	says_something(&p->a, &p->b);
}

static void files_that_are_the_same_change_nothing(void **state)
{
	struct pair_of_houses *p = *state;
	time_us wake = INT64_MAX;

	host_net_reload(p->a.net, 0);
	host_net_tend(p->a.net, 1, &wake);
	both_rest(p);
	assert_int_equal(p->a.side->downs + p->b.side->downs, 0);
	assert_in_range(wake, 2, 10 * US_PER_SECOND);
}

static void files_that_have_changed_are_read_once_they_stand_still(void **state)
{
	struct pair_of_houses *p = *state;
	time_us now = 10 * US_PER_SECOND, next = INT64_MAX;

	host_net_tend(p->a.net, now, &next);
	for (uint32_t generation = 2; generation < 4; generation++) {
		rotate(p, generation); /* still being written, as far as anybody can see */
		now = next;
		next = INT64_MAX;
		host_net_tend(p->a.net, now, &next);
	}
	both_rest(p);
	assert_int_equal(p->a.side->downs, 0);
	now = next;
	next = INT64_MAX;
	host_net_tend(p->a.net, now, &next);
	both_rest(p);
	assert_int_equal(p->a.side->downs, 1);
}

static void a_new_signing_key_waits_for_a_restart(void **state)
{
	struct pair_of_houses *p = *state;
	static const int something = 1;
	uint32_t downs;

	house_close(&p->a);
	write_sign(&p->a, 1);
	p->a.service.links = (const void *)&something;
	house_start(&p->a);
	both_until(p, 1);
	both_rest(p);
	downs = p->b.side->downs;
	rotate(p, 2);
	write_sign(&p->a, 2);
	host_net_reload(p->a.net, 0);
	both_rest(p);
	assert_int_equal(p->a.side->downs, 0);
	assert_int_equal(p->b.side->downs, downs);
	write_sign(&p->a, 1);
	host_net_reload(p->a.net, 0);
	both_until(p, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_find_each_other_again_after_each_has_read_a_rotation,
			pair_open, pair_close),
		cmocka_unit_test_setup_teardown(
			who_has_not_read_it_after_a_while_is_a_stranger_until_he_does, pair_open, pair_close),
		cmocka_unit_test_setup_teardown(
			old_keys_that_both_have_left_are_forgotten_without_a_link_being_cut, pair_open,
			pair_close),
		cmocka_unit_test_setup_teardown(forsaken_keys_are_good_no_longer_at_once, pair_open,
			pair_close),
		cmocka_unit_test_setup_teardown(a_file_that_is_wrong_changes_nothing, pair_open,
			pair_close),
		cmocka_unit_test_setup_teardown(files_that_are_the_same_change_nothing, pair_open,
			pair_close),
		cmocka_unit_test_setup_teardown(files_that_have_changed_are_read_once_they_stand_still,
			pair_open, pair_close),
		cmocka_unit_test_setup_teardown(a_new_signing_key_waits_for_a_restart, pair_open,
			pair_close),
	};

	return cmocka_run_group_tests(tests, bus_side_begin, bus_side_end);
}
