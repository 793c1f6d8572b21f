#include "lib/bus_side.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <czmq.h>

static char folder[64];
struct host bus_side_host;

const char *bus_side_folder(void)
{
	return folder;
}

static void copy(struct str from, char to[PAYLOAD_SEEN_MAX])
{
	(void)snprintf(to, PAYLOAD_SEEN_MAX, "%.*s", (int)from.len, from.ptr == NULL ? "" : from.ptr);
}

static void on_up(void *self, uint64_t link, struct str name, bool is_dialer)
{
	struct side *side = self;

	assert_true(side->ups < LINKS_SEEN_MAX);
	side->links[side->ups++] = link;
	side->last_link = link;
	copy(name, side->last_name);
	side->last_is_dialer = is_dialer;
}

static void on_frames(void *self, uint64_t link, const struct frames *frames)
{
	struct side *side = self;

	side->messages++;
	side->last_link = link;
	for (uint32_t i = 0; i < side->ups; i++)
		side->per_link[i] += side->links[i] == link;
	copy(frames->header, side->header);
	copy(frames->body, side->body);
	copy(frames->payload, side->payload);
	side->has_payload = frames->payload.ptr != NULL;
	if (side->is_echoing && bus_send(side->bus, link, frames) != ERR_OK)
		assert_true(side->may_fail_to_echo);
	if (side->is_dropping)
		bus_drop(side->bus, link);
}

static void on_down(void *self, uint64_t link)
{
	struct side *side = self;

	(void)link;
	side->downs++;
}

static void on_endless(void *self, uint64_t link, struct str name)
{
	struct side *side = self;

	(void)link;
	side->nameless += name.len == 0;
	side->endless += name.len > 0;
	if (name.len > 0)
		(void)snprintf(side->endless_name, sizeof side->endless_name, "%.*s", (int)name.len,
			name.ptr);
}

struct side *side_open(void)
{
	struct side *side = calloc(1, sizeof *side);
	struct bus_calls calls = { .self = side,
		.up = on_up,
		.frames = on_frames,
		.down = on_down,
		.endless = on_endless };

	side->bus = bus_open(&calls);
	assert_non_null(side->bus);
	return side;
}

void side_close(struct side *side)
{
	bus_close(&side->bus);
	assert_null(side->bus);
	free(side);
}

void side_turn(struct side *side, time_us wait)
{
	int sig;

	if (side != NULL)
		assert_int_equal(bus_wait(side->bus, host_steady(&bus_side_host) + wait, 512, &sig),
			ERR_OK);
}

void sides_until(struct side *a, struct side *b, const uint32_t *counter, uint32_t wanted)
{
	time_us end = host_steady(&bus_side_host) + PATIENCE;

	while (*counter < wanted && host_steady(&bus_side_host) < end) {
		side_turn(a, 2 * MILLISECOND);
		side_turn(b, 2 * MILLISECOND);
	}
	assert_true(*counter >= wanted);
}

void endpoint_of(char to[128], const char *scheme, const char *name)
{
	if (strcmp(scheme, "ipc") == 0)
		(void)snprintf(to, 128, "ipc://%s/%s", folder, name);
	else
		(void)snprintf(to, 128, "inproc://%s", name);
}

struct frames text_message(const char *header, const char *body, const char *payload)
{
	return (struct frames) { str_of(header), str_of(body),
		payload == NULL ? (struct str) { NULL, 0 } : str_of(payload) };
}

int bus_side_begin(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof folder, "/tmp/test_bus.XXXXXX");
	bus_side_host = host_system();
	return mkdtemp(folder) == NULL ? -1 : 0;
}

int bus_side_end(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof command, "rm -rf %s", folder);
	zsys_shutdown();
	return system(command);
}
