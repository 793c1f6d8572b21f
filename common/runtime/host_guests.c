#include "runtime/host_guests.h"

#include "base/log_line.h"
#include "runtime/stream_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OWN_KEYS = 3 /* of a service: present, next, previous */ };

void host_guests_init(struct host_guests *guests)
{
	*guests = (struct host_guests) { .count = 0 };
	guests->list = calloc(ZAP_GUESTS_MAX, sizeof *guests->list); /* unused room costs nothing */
	if (guests->list == NULL)
		abort();
}

void host_guests_clear(struct host_guests *guests)
{
	free(guests->list);
	*guests = (struct host_guests) { .count = 0 };
}

static bool guest_make(struct id node, const char *service, const uint8_t key[CURVE_KEY_BYTES],
	enum guest_state state, struct guest *ret)
{
	char name[NODE_STREAM_MAX + 1];

	if (node_stream_name(node, str_of(service), name) != ERR_OK)
		return false;
	*ret = (struct guest) { .state = state };
	memcpy(ret->key.bytes, key, CURVE_KEY_BYTES);
	(void)snprintf(ret->name, sizeof ret->name, "%s", name);
	return true;
}

static void say_left_out(const char *service)
{
	log_line(LOG_ERROR, "tamu_tidak_ditambah", "layanan", service, NULL);
}

const uint8_t *previous_key(const struct node_public *previous, const struct node_public_row *now)
{
	const struct node_public_row *row =
		previous == NULL ? NULL : node_public_find(previous, str_of(now->service));

	if (row == NULL || memcmp(row->next, now->present, sizeof row->next) != 0)
		return NULL;
	return row->present;
}

void host_guests_set_own(struct host_guests *guests, struct id node, const struct node_public *keys,
	const struct node_public *previous)
{
	struct guest own[NODE_KEY_SERVICES_MAX * OWN_KEYS] = { { .name = "" } };
	uint32_t others = guests->count - guests->own_count;
	uint32_t count = 0;

	for (uint32_t n = 0; n < keys->count; n++) {
		const struct node_public_row *row = &keys->rows[n];
		const uint8_t *const known[OWN_KEYS] = { row->present, row->next,
			previous_key(previous, row) };

		for (uint32_t k = 0; k < OWN_KEYS && known[k] != NULL; k++)
			if (guest_make(node, row->service, known[k], GUEST_ALLOWED, &own[count]))
				count++;
			else
				say_left_out(row->service);
	}
	while (others > 0 && count + others > ZAP_GUESTS_MAX) {
		others--;
		say_left_out(guests->list[guests->own_count + others].name);
	}
	memmove(&guests->list[count], &guests->list[guests->own_count], others * sizeof own[0]);
	memcpy(guests->list, own, count * sizeof own[0]);
	guests->own_count = count;
	guests->count = count + others;
}

static enum guest_state guest_state_of(enum remote_state state)
{
	switch (state) {
	case REMOTE_ALLOWED:
		return GUEST_ALLOWED;
	case REMOTE_REVOKED:
		return GUEST_REVOKED;
	case REMOTE_WAITING:
		break;
	}
	return GUEST_WAITING;
}

void host_guests_set_children(struct host_guests *guests, const struct remote *list, uint32_t count)
{
	guests->count = guests->own_count;
	for (uint32_t n = 0; n < count; n++)
		for (uint32_t k = 0; list[n].kind == REMOTE_CHILD && k < list[n].key_count; k++)
			if (guests->count < ZAP_GUESTS_MAX &&
				guest_make(list[n].node, "federation", list[n].keys[k].bytes,
					guest_state_of(list[n].state), &guests->list[guests->count]))
				guests->count++;
			else
				say_left_out("federation");
}
