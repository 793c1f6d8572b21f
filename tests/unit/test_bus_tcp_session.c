/* Sessions over TCP with CURVE: two nodes that greet, fall silent, and part. */
#include "bus/client.h"
#include "lib/guest_list.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PING_MS = 100, DEAD_MS = 400 };

/* A bus with one session at a time, as a runtime has it. */
struct talker {
	struct bus *bus;
	struct session *session; /* NULL: no link */
	struct arena arena;
	uint64_t link;
	struct id node;
	uint32_t readies, downs;
	uint32_t error; /* of the last end */
};

static enum err talker_send(void *self, const struct frames *frames)
{
	struct talker *t = self;

	return bus_send(t->bus, t->link, frames);
}

static void on_up(void *self, uint64_t link, struct str name, bool is_dialer)
{
	struct talker *t = self;
	struct str node_text, service = name;
	struct session_config config = {
		.service = { "federation", 10 },
		.node = t->node,
		.boot = { { 9 } },
		.version = { "1", 1 },
		.is_dialer = is_dialer,
		.ping_ms = PING_MS,
		.dead_ms = DEAD_MS,
		.window_bytes = SESSION_WINDOW_MIN,
		.window_events = 10,
		.send = talker_send,
		.self = t,
	};

	assert_true(str_split(&service, '/', &node_text));
	assert_int_equal(id_parse(node_text, &config.peer_node), ERR_OK);
	config.peer_service = service;
	session_close(&t->session);
	t->link = link;
	t->session = session_open(&config, host_steady(&bus_side_host));
}

static void take(struct talker *t, const struct session_note *note)
{
	if (note->kind == NOTE_READY) {
		t->readies++;
		bus_settled(t->bus, t->link);
	}
	if (note->kind != NOTE_DOWN)
		return;
	t->downs++;
	t->error = note->error.code;
	session_close(&t->session);
	bus_drop(t->bus, t->link);
}

static void on_frames(void *self, uint64_t link, const struct frames *frames)
{
	struct talker *t = self;
	struct session_note note;

	if (t->session == NULL || link != t->link)
		return;
	arena_reset(&t->arena);
	session_in(t->session, frames, host_steady(&bus_side_host), &t->arena, &note);
	take(t, &note);
}

static void on_down(void *self, uint64_t link)
{
	struct talker *t = self;

	if (link == t->link && t->session != NULL) {
		t->downs++;
		t->error = 0;
		session_close(&t->session);
	}
}

static void on_refused(void *self, uint64_t link)
{
	struct talker *t = self;

	assert_int_equal(link, t->link);
	assert_int_equal(session_error(t->session, 0, SESI_CODE_REVOKED, "revoked"), ERR_OK);
}

static void talker_open(struct talker *t, uint8_t node)
{
	struct bus_calls calls = { t, on_up, on_frames, on_down, on_refused, NULL };

	*t = (struct talker) { .node = { { node } } };
	arena_init(&t->arena, 4 * 1024 * 1024);
	t->bus = bus_open(&calls);
	assert_non_null(t->bus);
}

static void talker_close(struct talker *t)
{
	session_close(&t->session);
	bus_close(&t->bus);
	arena_clear(&t->arena);
}

static void talker_turn(struct talker *t)
{
	time_us now = host_steady(&bus_side_host);
	struct session_note note;
	int sig;

	if (t->session != NULL) {
		(void)session_tick(t->session, now, &note);
		take(t, &note);
	}
	assert_int_equal(bus_wait(t->bus, now + 2 * MILLISECOND, 100, &sig), ERR_OK);
}

static void talkers_until(struct talker *a, struct talker *b, const uint32_t *counter,
	uint32_t wanted)
{
	time_us end = host_steady(&bus_side_host) + PATIENCE;

	while (*counter < wanted && host_steady(&bus_side_host) < end) {
		if (a != NULL)
			talker_turn(a);
		if (b != NULL)
			talker_turn(b);
	}
	assert_true(*counter >= wanted);
}

/* A child that dials its parent, both with their keys. */
struct family {
	struct talker parent, child;
	struct guest guest;
	struct zap *zap;
	struct curve_pair parent_own, child_own;
	char parent_name[BUS_NAME_MAX];
	char endpoint[64];
};

static void family_open(struct family *f)
{
	const struct bus_patience patience = { 10, 40, 500 };
	char text[ID_TEXT_MAX];

	f->parent_own = key_pair();
	f->child_own = key_pair();
	(void)snprintf(f->endpoint, sizeof f->endpoint, "tcp://127.0.0.1:%u", free_port());
	talker_open(&f->parent, 1);
	talker_open(&f->child, 2);
	id_text(f->child.node, text);
	f->guest = (struct guest) { f->child_own.public_key, GUEST_ALLOWED, "" };
	(void)snprintf(f->guest.name, sizeof f->guest.name, "%s/federation", text);
	id_text(f->parent.node, text);
	(void)snprintf(f->parent_name, sizeof f->parent_name, "%s/federation", text);
	assert_int_equal(zap_open("pintu", &f->zap), ERR_OK);
	assert_int_equal(zap_set(f->zap, &f->guest, 1), ERR_OK);
	bus_identity(f->parent.bus, &f->parent_own, f->zap);
	assert_int_equal(bus_bind(f->parent.bus, f->endpoint), ERR_OK);
	bus_identity(f->child.bus, &f->child_own, NULL);
	assert_int_equal(
		bus_dial_curve(f->child.bus, f->parent_name, f->endpoint, &f->parent_own.public_key, 1),
		ERR_OK);
	bus_dial_patience(f->child.bus, f->parent_name, &patience);
	talkers_until(&f->parent, &f->child, &f->child.readies, 1);
	talkers_until(&f->parent, &f->child, &f->parent.readies, 1);
}

static void family_close(struct family *f)
{
	talker_close(&f->child);
	talker_close(&f->parent);
	zap_close(&f->zap);
}

static void both_know_each_others_node_and_service(void **state)
{
	struct family f;

	(void)state;
	family_open(&f);
	assert_true(id_equal(session_peer_node(f.parent.session), f.child.node));
	assert_true(id_equal(session_peer_node(f.child.session), f.parent.node));
	assert_true(str_is(session_peer(f.parent.session), "federation"));
	family_close(&f);
}

static void session_comes_back_after_the_other_side_was_silent(void **state)
{
	struct family f;
	time_us since;

	(void)state;
	family_open(&f);
	/* The parent's process stands still; its I/O thread goes on and answers handshakes. */
	talkers_until(NULL, &f.child, &f.child.downs, 3);
	assert_int_equal(f.child.readies, 1);
	assert_string_equal(bus_dial_trouble(f.child.bus, f.parent_name, &since), "sambungan_putus");
	talkers_until(&f.parent, &f.child, &f.child.readies, 2);
	talkers_until(&f.parent, &f.child, &f.parent.readies, 2);
	family_close(&f);
}

static void revoked_peer_hears_it_once_and_is_not_heard(void **state)
{
	struct family f;
	time_us since;

	(void)state;
	family_open(&f);
	f.guest.state = GUEST_REVOKED;
	assert_int_equal(zap_set(f.zap, &f.guest, 1), ERR_OK);
	/* Its next message is the PING of an idle session. */
	talkers_until(&f.parent, &f.child, &f.child.downs, 1);
	assert_int_equal(f.child.error, SESI_CODE_REVOKED);
	assert_int_equal(f.parent.downs, 1);
	for (int i = 0; i < 50; i++) {
		talker_turn(&f.parent);
		talker_turn(&f.child);
	}
	assert_int_equal(f.parent.readies, 1);
	assert_string_equal(bus_dial_trouble(f.child.bus, f.parent_name, &since), "kunci_ditolak");
	f.guest.state = GUEST_ALLOWED;
	assert_int_equal(zap_set(f.zap, &f.guest, 1), ERR_OK);
	talkers_until(&f.parent, &f.child, &f.parent.readies, 2);
	family_close(&f);
}

static void cut_reaches_a_silent_peer(void **state)
{
	struct family f;

	(void)state;
	family_open(&f);
	assert_int_equal(zap_set(f.zap, NULL, 0), ERR_OK);
	bus_cut(f.parent.bus);
	/* Only the parent turns: nothing is heard from the child any more. */
	talkers_until(&f.parent, NULL, &f.parent.downs, 1);
	talkers_until(&f.parent, &f.child, &f.child.downs, 1);
	assert_int_equal(f.child.error, SESI_CODE_REVOKED);
	assert_int_equal(zap_set(f.zap, &f.guest, 1), ERR_OK);
	talkers_until(&f.parent, &f.child, &f.parent.readies, 2);
	family_close(&f);
}

struct server {
	struct talker *talker;
	atomic_bool is_over;
};

static void *serve(void *argument)
{
	struct server *server = argument;

	while (!atomic_load(&server->is_over))
		talker_turn(server->talker);
	return NULL;
}

static void tool_connects_over_tcp_or_says_why_not(void **state)
{
	struct family f;
	struct curve_pair stranger = key_pair();
	struct client_curve curve = { .server_count = 1 };
	struct client_options options = { .self = "federation",
		.service = "federation",
		.version = "1",
		.curve = &curve };
	struct server server = { &f.parent, false };
	struct client *client;
	pthread_t thread;
	enum err e;

	(void)state;
	family_open(&f);
	bus_undial(f.child.bus, f.parent_name);
	curve.name = f.parent_name;
	curve.own = f.child_own;
	curve.servers[0] = f.parent_own.public_key;
	options.endpoint = f.endpoint;
	options.node = f.child.node;
	assert_int_equal(pthread_create(&thread, NULL, serve, &server), 0);
	client = client_open(&options, &e);
	assert_int_equal(e, ERR_OK);
	assert_int_equal(client_connect(client, 10000), ERR_OK);
	assert_null(client_trouble(client));
	client_close(&client);
	curve.servers[0] = stranger.public_key;
	client = client_open(&options, &e);
	assert_int_equal(client_connect(client, 300), ERR_UNAVAILABLE);
	assert_string_equal(client_trouble(client), "jabat_tangan_gagal");
	client_close(&client);
	curve.servers[0] = f.parent_own.public_key;
	curve.own = stranger;
	client = client_open(&options, &e);
	assert_int_equal(client_connect(client, 3000), ERR_UNAVAILABLE);
	assert_string_equal(client_trouble(client), "belum_dijawab");
	client_close(&client);
	options.service = "intake";
	assert_null(client_open(&options, &e));
	assert_int_equal(e, ERR_INVALID);
	atomic_store(&server.is_over, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	family_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_know_each_others_node_and_service),
		cmocka_unit_test(session_comes_back_after_the_other_side_was_silent),
		cmocka_unit_test(revoked_peer_hears_it_once_and_is_not_heard),
		cmocka_unit_test(cut_reaches_a_silent_peer),
		cmocka_unit_test(tool_connects_over_tcp_or_says_why_not),
	};

	return cmocka_run_group_tests(tests, bus_side_begin, bus_side_end);
}
