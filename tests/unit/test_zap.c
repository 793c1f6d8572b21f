/* The ZAP actor, asked as libzmq asks it, and otherwise. */
#include "lib/guest_list.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <czmq.h>
#include <sodium.h>

static const char address[] = "inproc://zeromq.zap.01";

struct answer {
	char code[8], name[100], properties[200];
	size_t property_bytes;
};

static void take_part(zsock_t *from, char *to, size_t size, size_t *ret_bytes, bool has_more)
{
	zframe_t *frame = zframe_recv(from);

	assert_non_null(frame);
	assert_true(zframe_size(frame) < size);
	memcpy(to, zframe_data(frame), zframe_size(frame));
	to[zframe_size(frame)] = '\0';
	if (ret_bytes != NULL)
		*ret_bytes = zframe_size(frame);
	assert_int_equal(zframe_more(frame) != 0, has_more);
	zframe_destroy(&frame);
}

static struct answer ask_parts(const struct str *parts, uint32_t count, const char *request)
{
	zsock_t *socket = zsock_new(ZMQ_REQ);
	struct answer a = { .code = "" };
	char text[200];

	zsock_set_rcvtimeo(socket, 5000);
	assert_int_equal(zsock_connect(socket, "%s", address), 0);
	for (uint32_t i = 0; i < count; i++) {
		zframe_t *frame = zframe_new(parts[i].ptr, parts[i].len);

		assert_int_equal(zframe_send(&frame, socket, i + 1 < count ? ZFRAME_MORE : 0), 0);
	}
	take_part(socket, text, sizeof text, NULL, true);
	assert_string_equal(text, "1.0");
	take_part(socket, text, sizeof text, NULL, true);
	assert_string_equal(text, request);
	take_part(socket, a.code, sizeof a.code, NULL, true);
	take_part(socket, text, sizeof text, NULL, true);
	take_part(socket, a.name, sizeof a.name, NULL, true);
	take_part(socket, a.properties, sizeof a.properties, &a.property_bytes, false);
	zsock_destroy(&socket);
	return a;
}

static struct answer ask(const char *domain, struct str key)
{
	const struct str parts[] = { STR("1.0"), STR("7"), str_of(domain), STR("127.0.0.1"), STR(""),
		STR("CURVE"), key };

	return ask_parts(parts, 7, "7");
}

static struct str key_bytes(const struct guest *guest)
{
	return str_bytes(guest->key.bytes, sizeof guest->key.bytes);
}

static struct guest guest_make(const char *name, enum guest_state state)
{
	struct guest guest = { key_pair().public_key, state, "" };

	(void)snprintf(guest.name, sizeof guest.name, "%s", name);
	return guest;
}

static void each_state_has_its_code(void **state)
{
	struct guest guests[] = { guest_make("a/federation", GUEST_ALLOWED),
		guest_make("b/federation", GUEST_WAITING), guest_make("c/federation", GUEST_REVOKED) };
	struct guest stranger = guest_make("-", GUEST_WAITING);
	char key[65], wanted[200] = "\x09Guest-Key\0\0\0\x40";
	struct answer a;
	struct zap *zap;

	(void)state;
	assert_int_equal(zap_open("pintu", &zap), ERR_OK);
	assert_string_equal(ask("pintu", key_bytes(&guests[0])).code, "300");
	assert_int_equal(zap_set(zap, guests, 3), ERR_OK);
	a = ask("pintu", key_bytes(&guests[0]));
	assert_string_equal(a.code, "200");
	assert_string_equal(a.name, "a/federation");
	(void)sodium_bin2hex(key, sizeof key, guests[0].key.bytes, sizeof guests[0].key.bytes);
	memcpy(wanted + 14, key, 64);
	assert_int_equal(a.property_bytes, 14 + 64);
	assert_memory_equal(a.properties, wanted, 14 + 64);
	a = ask("pintu", key_bytes(&guests[1]));
	assert_string_equal(a.code, "300");
	assert_string_equal(a.name, "");
	assert_int_equal(a.property_bytes, 0);
	assert_string_equal(ask("pintu", key_bytes(&guests[2])).code, "400");
	assert_string_equal(ask("pintu", key_bytes(&stranger)).code, "300");
	zap_close(&zap);
	assert_null(zap);
}

static void each_domain_has_its_own_list(void **state)
{
	struct guest guest = guest_make("a/federation", GUEST_ALLOWED);
	struct zap *one, *other, *third;

	(void)state;
	assert_int_equal(zap_open("satu", &one), ERR_OK);
	assert_int_equal(zap_open("dua", &other), ERR_OK);
	assert_int_equal(zap_open("dua", &third), ERR_STATE);
	assert_int_equal(zap_set(one, &guest, 1), ERR_OK);
	assert_string_equal(ask("satu", key_bytes(&guest)).code, "200");
	assert_string_equal(ask("dua", key_bytes(&guest)).code, "300");
	assert_string_equal(ask("tiga", key_bytes(&guest)).code, "300");
	zap_close(&one);
	assert_string_equal(ask("satu", key_bytes(&guest)).code, "300");
	zap_close(&other);
}

static void question_of_another_kind_lets_nobody_in(void **state)
{
	/* clang-format off */
	static const struct { const char *version, *mechanism; uint32_t key_bytes, count; } rows[] = {
		{ "1.0", "CURVE", 32, 6 }, { "1.0", "CURVE", 32, 8 },  { "1.0", "CURVE", 32, 900 },
		{ "1.0", "CURVE", 31, 7 }, { "1.0", "CURVE", 33, 7 },  { "1.0", "CURVE", 0, 7 },
		{ "1.1", "CURVE", 32, 7 }, { "", "CURVE", 32, 7 },     { "1.0", "NULL", 32, 7 },
		{ "1.0", "PLAIN", 32, 7 }, { "1.0", "CURVEX", 32, 7 }, { "1.0", "", 32, 7 },
	};
	/* clang-format on */
	struct guest guest = guest_make("a/federation", GUEST_ALLOWED);
	char key[40] = { 0 };
	struct zap *zap;

	(void)state;
	assert_int_equal(zap_open("pintu", &zap), ERR_OK);
	assert_int_equal(zap_set(zap, &guest, 1), ERR_OK);
	memcpy(key, guest.key.bytes, sizeof guest.key.bytes);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct str parts[900] = { str_of(rows[i].version), STR("8"), STR("pintu"), STR("127.0.0.1"),
			STR(""), str_of(rows[i].mechanism), { key, rows[i].key_bytes } };

		for (uint32_t n = 7; n < 900; n++)
			parts[n] = (struct str) { "x", 1 };
		assert_string_equal(ask_parts(parts, rows[i].count, "8").code, "400");
	}
	{
		const struct str one = STR("halo");

		assert_string_equal(ask_parts(&one, 1, "").code, "400");
	}
	assert_string_equal(ask("pintu", key_bytes(&guest)).code, "200");
	zap_close(&zap);
}

static void highest_state_of_a_key_counts(void **state)
{
	struct guest guests[3] = { guest_make("a/federation", GUEST_WAITING) };
	struct zap *zap;

	(void)state;
	guests[1] = guests[2] = guests[0];
	guests[1].state = GUEST_ALLOWED;
	guests[2].state = GUEST_REVOKED;
	assert_int_equal(zap_open("pintu", &zap), ERR_OK);
	assert_int_equal(zap_set(zap, guests, 2), ERR_OK);
	assert_int_equal(zap_state(zap, &guests[0].key), GUEST_ALLOWED);
	assert_int_equal(zap_set(zap, guests, 3), ERR_OK);
	assert_int_equal(zap_state(zap, &guests[0].key), GUEST_REVOKED);
	assert_int_equal(zap_set(zap, NULL, 0), ERR_OK);
	assert_int_equal(zap_state(zap, &guests[0].key), GUEST_WAITING);
	zap_close(&zap);
}

static void every_key_of_a_full_list_is_found(void **state)
{
	struct guest *guests = calloc(ZAP_GUESTS_MAX + 1, sizeof *guests);
	struct zap *zap;

	(void)state;
	for (uint32_t i = 0; i <= ZAP_GUESTS_MAX; i++) {
		(void)snprintf(guests[i].name, sizeof guests[i].name, "%u/federation", i);
		guests[i].state = i % 2 == 0 ? GUEST_ALLOWED : GUEST_REVOKED;
		randombytes_buf(guests[i].key.bytes, sizeof guests[i].key.bytes);
	}
	assert_int_equal(zap_open("pintu", &zap), ERR_OK);
	assert_int_equal(zap_set(zap, guests, ZAP_GUESTS_MAX + 1), ERR_LIMIT);
	assert_int_equal(zap_set(zap, guests, ZAP_GUESTS_MAX), ERR_OK);
	for (uint32_t i = 0; i < ZAP_GUESTS_MAX; i++)
		assert_int_equal(zap_state(zap, &guests[i].key), guests[i].state);
	zap_close(&zap);
	free(guests);
}

static bool is_raised(const struct zap *zap)
{
	struct pollfd item = { zap_fd(zap), POLLIN, 0 };

	return poll(&item, 1, 0) == 1;
}

static void knocks_are_told_with_their_count(void **state)
{
	struct guest waiting = guest_make("b/federation", GUEST_WAITING);
	struct guest stranger = guest_make("-", GUEST_WAITING);
	struct knock knock;
	struct zap *zap;

	(void)state;
	assert_int_equal(zap_open("pintu", &zap), ERR_OK);
	assert_int_equal(zap_set(zap, &waiting, 1), ERR_OK);
	assert_false(is_raised(zap));
	assert_false(zap_next_knock(zap, &knock));
	(void)ask("pintu", key_bytes(&stranger));
	(void)ask("pintu", key_bytes(&waiting));
	(void)ask("pintu", key_bytes(&stranger));
	assert_true(is_raised(zap));
	assert_true(zap_next_knock(zap, &knock));
	assert_memory_equal(&knock.key, &stranger.key, sizeof knock.key);
	assert_int_equal(knock.count, 2);
	assert_false(knock.is_known);
	assert_true(is_raised(zap));
	assert_true(zap_next_knock(zap, &knock));
	assert_memory_equal(&knock.key, &waiting.key, sizeof knock.key);
	assert_int_equal(knock.count, 1);
	assert_true(knock.is_known);
	assert_false(is_raised(zap));
	assert_false(zap_next_knock(zap, &knock));
	(void)ask("pintu", key_bytes(&stranger));
	assert_true(is_raised(zap));
	assert_true(zap_next_knock(zap, &knock));
	assert_int_equal(knock.count, 1);
	zap_close(&zap);
}

static void strangers_do_not_push_out_a_key_that_is_waited_for(void **state)
{
	struct guest waiting = guest_make("b/federation", GUEST_WAITING);
	struct knock knock;
	uint32_t count = 0, known = 0;
	struct zap *zap;

	(void)state;
	assert_int_equal(zap_open("pintu", &zap), ERR_OK);
	assert_int_equal(zap_set(zap, &waiting, 1), ERR_OK);
	for (uint32_t i = 0; i < ZAP_KNOCKS_MAX + 10; i++) {
		struct guest stranger = guest_make("-", GUEST_WAITING);

		(void)ask("pintu", key_bytes(&stranger));
	}
	(void)ask("pintu", key_bytes(&waiting));
	for (; zap_next_knock(zap, &knock); count++)
		known += knock.is_known;
	assert_int_equal(count, ZAP_KNOCKS_MAX);
	assert_int_equal(known, 1);
	zap_close(&zap);
}

static void address_that_somebody_else_answers_at_is_told(void **state)
{
	zsock_t *other = zsock_new(ZMQ_ROUTER);
	struct zap *zap = NULL;

	(void)state;
	assert_int_equal(zsock_bind(other, "%s", address), 0);
	assert_int_equal(zap_open("pintu", &zap), ERR_IO);
	assert_null(zap);
	(void)zsock_unbind(other, "%s", address);
	zsock_destroy(&other);
	for (int i = 0; i < 100; i++) { /* opened and closed at once, again and again */
		assert_int_equal(zap_open("pintu", &zap), ERR_OK);
		zap_close(&zap);
	}
	assert_int_equal(zap_open("", &zap), ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_state_has_its_code),
		cmocka_unit_test(each_domain_has_its_own_list),
		cmocka_unit_test(question_of_another_kind_lets_nobody_in),
		cmocka_unit_test(highest_state_of_a_key_counts),
		cmocka_unit_test(every_key_of_a_full_list_is_found),
		cmocka_unit_test(knocks_are_told_with_their_count),
		cmocka_unit_test(strangers_do_not_push_out_a_key_that_is_waited_for),
		cmocka_unit_test(address_that_somebody_else_answers_at_is_told),
	};

	zsys_handler_set(NULL);
	return cmocka_run_group_tests(tests, bus_side_begin, bus_side_end);
}
