#include "lib/guest_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <sodium.h>

enum { PORT_FIRST = 20000, PORT_COUNT = 12000 };

static const char dialled[] = "node/parent";

struct curve_pair key_pair(void)
{
	struct curve_pair pair;

	assert_int_equal(crypto_box_keypair(pair.public_key.bytes, pair.secret_key.bytes), 0);
	return pair;
}

uint16_t free_port(void)
{
	for (int i = 0; i < 200; i++) {
		uint16_t port = (uint16_t)(PORT_FIRST + randombytes_uniform(PORT_COUNT));
		struct sockaddr_in at = { .sin_family = AF_INET,
			.sin_port = htons(port),
			.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		int failed = bind(fd, (struct sockaddr *)&at, sizeof at);

		(void)close(fd);
		if (failed == 0)
			return port;
	}
	fail_msg("no port is free");
	return 0;
}

static void bind_door(struct door *door)
{
	time_us end = host_steady(&bus_side_host) + PATIENCE;
	enum err e;

	assert_int_equal(zap_open("pintu", &door->zap), ERR_OK);
	assert_int_equal(zap_set(door->zap, door->guests, door->count), ERR_OK);
	zap_patience(door->zap, 0);
	door->side = side_open();
	bus_identity(door->side->bus, &door->own, door->zap);
	/* A socket that was closed gives its port back a moment later. */
	do {
		e = bus_bind(door->side->bus, door->endpoint);
		if (e == ERR_STATE)
			(void)usleep(2000);
	} while (e == ERR_STATE && host_steady(&bus_side_host) < end);
	assert_int_equal(e, ERR_OK);
}

void door_open(struct door *door)
{
	*door = (struct door) { .own = key_pair(), .port = free_port() };
	(void)snprintf(door->endpoint, sizeof door->endpoint, "tcp://127.0.0.1:%u", door->port);
	bind_door(door);
}

void door_close(struct door *door)
{
	side_close(door->side);
	zap_close(&door->zap);
	door->side = NULL;
}

void door_reopen(struct door *door)
{
	if (door->side != NULL)
		door_close(door);
	bind_door(door);
}

void door_list(struct door *door, const struct curve_pair *guest, const char *name,
	enum guest_state state)
{
	uint32_t i = 0;

	while (i < door->count &&
		memcmp(&door->guests[i].key, &guest->public_key, sizeof guest->public_key) != 0)
		i++;
	assert_true(i < GUEST_LIST_MAX);
	if (i == door->count)
		door->count++;
	door->guests[i].key = guest->public_key;
	door->guests[i].state = state;
	(void)snprintf(door->guests[i].name, sizeof door->guests[i].name, "%s", name);
	assert_int_equal(zap_set(door->zap, door->guests, door->count), ERR_OK);
}

void caller_dial(struct side *side, const char *endpoint, const struct curve_key *servers,
	uint32_t count)
{
	const struct bus_patience patience = { 10, 40, 300 };

	assert_int_equal(bus_dial_curve(side->bus, dialled, endpoint, servers, count), ERR_OK);
	bus_dial_patience(side->bus, dialled, &patience);
}

struct side *caller_open(const struct door *door, const struct curve_pair *own)
{
	struct side *side = side_open();

	bus_identity(side->bus, own, NULL);
	caller_dial(side, door->endpoint, &door->own.public_key, 1);
	return side;
}

const char *caller_trouble(const struct side *side)
{
	time_us since;
	const char *trouble = bus_dial_trouble(side->bus, dialled, &since);

	return trouble == NULL ? "" : trouble;
}

void sides_until_trouble(struct side *a, struct side *b, const char *trouble)
{
	time_us end = host_steady(&bus_side_host) + PATIENCE;

	while (strcmp(caller_trouble(a), trouble) != 0 && host_steady(&bus_side_host) < end) {
		side_turn(a, 2 * MILLISECOND);
		side_turn(b, 2 * MILLISECOND);
	}
	assert_string_equal(caller_trouble(a), trouble);
}
