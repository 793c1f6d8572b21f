/* A dialled link comes back by itself after it met something else at the address. libzmq alone does not: after
 * each of these its socket is dead for good. */
#include "lib/guest_list.h"
#include "lib/stranger.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <czmq.h>
#include <netdb.h>

/* Something else holds the door's address; what is said of it; then it goes, and the door opens. */
static void comes_back_after(enum stranger_manner manner, const char *text, const char *trouble)
{
	struct curve_pair own = key_pair();
	struct stranger *stranger;
	struct side *caller;
	struct door door;
	uint32_t met;

	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	caller = caller_open(&door, &own);
	sides_until(caller, door.side, &caller->ups, 1);
	bus_settled(caller->bus, caller->last_link);
	door_close(&door);
	sides_until(caller, NULL, &caller->downs, 1);
	stranger = stranger_open(door.port, manner, text);
	sides_until_trouble(caller, NULL, trouble);
	/* And again: each try is on a new socket. */
	met = stranger_met(stranger);
	for (int i = 0; i < 4000 && stranger_met(stranger) < met + 2; i++)
		side_turn(caller, 2 * MILLISECOND);
	assert_true(stranger_met(stranger) >= met + 2);
	assert_int_equal(caller->ups, 1);
	stranger_close(&stranger);
	door_reopen(&door);
	sides_until(caller, door.side, &caller->ups, 2);
	assert_string_equal(caller_trouble(caller), "");
	side_close(caller);
	door_close(&door);
}

static void plain_text(void **state)
{
	(void)state;
	comes_back_after(STRANGER_SPEAKS_FIRST, "220 surat.example ESMTP\r\n", "bukan_zmtp");
}

static void http_reply(void **state)
{
	(void)state;
	comes_back_after(STRANGER_REPLIES,
		"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nContent-Length: 0\r\n\r\n",
		"bukan_zmtp");
}

static void peer_that_hangs_up(void **state)
{
	(void)state;
	comes_back_after(STRANGER_HANGS_UP, "", "jabat_tangan_gagal");
}

static void peer_that_says_nothing(void **state)
{
	(void)state;
	comes_back_after(STRANGER_IS_SILENT, "", "belum_dijawab");
}

static void nobody_there(void **state)
{
	struct curve_pair own = key_pair();
	struct side *caller;
	struct door door;

	(void)state;
	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	caller = caller_open(&door, &own);
	sides_until(caller, door.side, &caller->ups, 1);
	door_close(&door);
	sides_until(caller, NULL, &caller->downs, 1);
	assert_string_equal(caller_trouble(caller), "sambungan_putus");
	sides_until_trouble(caller, NULL, "tidak_terhubung");
	door_reopen(&door);
	sides_until(caller, door.side, &caller->ups, 2);
	side_close(caller);
	door_close(&door);
}

/* libzmq looks names up on the thread that moves all bytes: a name server that does not answer would hold up
 * every link. This stands before the C library's own and sees what libzmq asks it. */
static atomic_uint names_asked;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
	struct addrinfo **ret)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	struct in6_addr address;

	if (node != NULL && inet_pton(AF_INET, node, &address) != 1 &&
		inet_pton(AF_INET6, node, &address) != 1)
		atomic_fetch_add(&names_asked, 1);
	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	return real(node, service, hints, ret);
}

static void host_by_name(void **state)
{
#ifdef __SANITIZE_THREAD__
	skip(); /* the C library looks names up on threads that the sanitizer does not know, and it ends at them */
#endif
	struct curve_pair own = key_pair();
	struct side *caller = side_open();
	struct door door;
	char endpoint[128];

	(void)state;
	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	bus_identity(caller->bus, &own, NULL);
	caller_dial(caller, "tcp://tidak-ada.invalid:20000", &door.own.public_key, 1);
	sides_until_trouble(caller, NULL, "alamat_tidak_dikenal");
	/* localhost may be ::1 and 127.0.0.1: they take turns. */
	(void)snprintf(endpoint, sizeof endpoint, "tcp://localhost:%u", door.port);
	caller_dial(caller, endpoint, &door.own.public_key, 1);
	sides_until(caller, door.side, &caller->ups, 1);
	assert_int_equal(atomic_load(&names_asked), 0);
	side_close(caller);
	door_close(&door);
}

/* A server of somebody else's at the address, which the caller believes in. */
static zsock_t *raw_server(const struct door *door, const struct curve_pair *own)
{
	zsock_t *router = zsock_new(ZMQ_ROUTER);

	if (own != NULL) {
		zsock_set_curve_server(router, 1);
		zsock_set_curve_publickey_bin(router, own->public_key.bytes);
		zsock_set_curve_secretkey_bin(router, own->secret_key.bytes);
	}
	zsock_set_linger(router, 0);
	zsock_set_rcvtimeo(router, 5000);
	for (int i = 0; zsock_bind(router, "%s", door->endpoint) < 0; i++) {
		assert_true(i < 5000);
		zclock_sleep(2);
	}
	return router;
}

static void frame_over_the_limit_from_the_listener(void **state)
{
	const size_t huge = 5 * 1024 * 1024;
	struct frames message = text_message("h", "b", NULL);
	struct curve_pair own = key_pair();
	struct side *caller = side_open();
	struct door door;
	zsock_t *server;
	zmsg_t *received;
	zframe_t *address, *frame;

	(void)state;
	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	door_close(&door);
	server = raw_server(&door, &door.own);
	bus_identity(caller->bus, &own, NULL);
	caller_dial(caller, door.endpoint, &door.own.public_key, 1);
	sides_until(caller, NULL, &caller->ups, 1);
	assert_int_equal(bus_send(caller->bus, caller->last_link, &message), ERR_OK);
	received = zmsg_recv(server);
	assert_non_null(received);
	address = zmsg_pop(received);
	zmsg_destroy(&received);
	/* The largest that is let through, then more. */
	frame = zframe_new(NULL, 3 * 1024 * 1024);
	assert_int_equal(zframe_send(&address, server, ZFRAME_MORE | ZFRAME_REUSE), 0);
	assert_int_equal(zframe_send(&frame, server, 0), 0);
	sides_until(caller, NULL, &caller->messages, 1);
	frame = zframe_new(NULL, huge);
	assert_int_equal(zframe_send(&address, server, ZFRAME_MORE), 0);
	assert_int_equal(zframe_send(&frame, server, 0), 0);
	sides_until(caller, NULL, &caller->downs, 1);
	assert_int_equal(caller->messages, 1);
	sides_until(caller, NULL, &caller->ups, 2);
	zsock_destroy(&server);
	door_reopen(&door);
	sides_until(caller, door.side, &caller->ups, 3);
	side_close(caller);
	door_close(&door);
}

/* Held by another program with a key of its own, then by the right one again. */
static void stolen_address_over(const struct curve_pair *thief)
{
	struct curve_pair own = key_pair();
	struct side *caller;
	struct door door;
	zsock_t *server;

	door_open(&door);
	door_list(&door, &own, "anak/federation", GUEST_ALLOWED);
	caller = caller_open(&door, &own);
	sides_until(caller, door.side, &caller->ups, 1);
	door_close(&door);
	sides_until(caller, NULL, &caller->downs, 1);
	server = raw_server(&door, thief);
	sides_until_trouble(caller, NULL, "jabat_tangan_gagal");
	assert_int_equal(caller->ups, 1);
	zsock_destroy(&server);
	door_reopen(&door);
	sides_until(caller, door.side, &caller->ups, 2);
	side_close(caller);
	door_close(&door);
}

static void server_with_another_key(void **state)
{
	struct curve_pair thief = key_pair();

	(void)state;
	stolen_address_over(&thief);
}

static void server_without_any_key(void **state)
{
	(void)state;
	stolen_address_over(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text),
		cmocka_unit_test(http_reply),
		cmocka_unit_test(peer_that_hangs_up),
		cmocka_unit_test(peer_that_says_nothing),
		cmocka_unit_test(nobody_there),
		cmocka_unit_test(host_by_name),
		cmocka_unit_test(frame_over_the_limit_from_the_listener),
		cmocka_unit_test(server_with_another_key),
		cmocka_unit_test(server_without_any_key),
	};

	zsys_handler_set(NULL);
	return cmocka_run_group_tests(tests, bus_side_begin, bus_side_end);
}
