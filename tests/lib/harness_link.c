#include "lib/harness_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bus/header.h"

static struct harness_link *link_of(struct harness *h, uint64_t number)
{
	for (uint32_t i = 0; i < h->link_count; i++)
		if (h->links[i].number == number && h->links[i].is_up)
			return &h->links[i];
	return NULL;
}

/* --- messages --- */

static struct str copy(struct str s, char **at)
{
	struct str out = { *at, s.len };

	if (s.ptr == NULL)
		return s;
	memcpy(*at, s.ptr, s.len);
	*at += s.len;
	return out;
}

static struct harness_message *message_new(const struct frames *f)
{
	struct harness_message *m =
		calloc(1, sizeof *m + f->header.len + f->body.len + f->payload.len + 1);
	char *at = (char *)(m + 1);

	assert_non_null(m);
	m->frames.header = copy(f->header, &at);
	m->frames.body = copy(f->body, &at);
	m->frames.payload = copy(f->payload, &at);
	return m;
}

static struct str name_of(const struct harness_side *side)
{
	return str_of(side->node != NULL ? side->node->service->name : side->talker->name);
}

/* Every letter that is sent is noted once, whoever takes it. */
static void note_letter(struct harness *h, const struct harness_side *to,
	const struct frames *frames)
{
	struct sesi_letter letter;
	struct header header;
	struct problem why;

	if (header_read(frames->header, &header) != ERR_OK || header.type != SESI_LETTER)
		return;
	assert_int_equal(wire_decode(&schema_sesi_letter, frames->body, &h->arena, &letter, &why),
		ERR_OK);
	for (uint32_t i = 0; i < h->letter_count; i++)
		if (id_equal(h->letters[i].id, letter.id))
			return;
	assert_true(h->letter_count < HARNESS_LETTERS_MAX);
	h->letters[h->letter_count++] = (struct harness_letter_kept) { .to = name_of(to),
		.id = letter.id,
		.type = letter.type,
		.body = harness_keep(h, letter.body) };
}

enum err harness_post(struct harness *h, uint64_t link, bool from_dialer,
	const struct frames *frames)
{
	struct harness_link *l = link_of(h, link);
	struct harness_message *m;

	if (l == NULL)
		return ERR_UNAVAILABLE;
	m = message_new(frames);
	m->link = link;
	m->to = from_dialer ? 1 : 0;
	note_letter(h, &l->sides[m->to], frames);
	*h->last = m;
	h->last = &m->next;
	return ERR_OK;
}

bool harness_deliver(struct harness *h)
{
	bool had_any = h->first != NULL;

	while (h->first != NULL) {
		struct harness_message *m = h->first;
		struct harness_link *l = link_of(h, m->link);

		h->first = m->next;
		if (h->first == NULL)
			h->last = &h->first;
		if (l != NULL && l->sides[m->to].talker != NULL)
			harness_talker_frames(l->sides[m->to].talker, &m->frames);
		else if (l != NULL && l->sides[m->to].node->runtime != NULL)
			runtime_frames(l->sides[m->to].node->runtime, m->link, &m->frames);
		free(m);
	}
	return had_any;
}

void harness_messages_clear(struct harness *h)
{
	while (h->first != NULL) {
		struct harness_message *m = h->first;

		h->first = m->next;
		free(m);
	}
	h->last = &h->first;
}

/* --- links --- */

static void hear_down(struct harness_link *l, const struct harness_side *side)
{
	if (side->talker != NULL)
		harness_talker_down(side->talker);
	else if (side->node->runtime != NULL)
		runtime_down(side->node->runtime, l->number);
}

static void link_cut(struct harness_link *l)
{
	l->is_up = false;
	hear_down(l, &l->sides[0]);
	hear_down(l, &l->sides[1]);
}

void harness_links_of_node_down(struct harness *h, struct harness_node *node)
{
	for (uint32_t i = 0; i < h->link_count; i++)
		if (h->links[i].is_up &&
			(h->links[i].sides[0].node == node || h->links[i].sides[1].node == node))
			link_cut(&h->links[i]);
}

static void side_up(struct harness *h, struct harness_link *l, int at)
{
	const struct harness_side *side = &l->sides[at];
	bool is_dialer = at == 0;

	if (side->talker != NULL)
		harness_talker_connect(h, side->talker, l->number, is_dialer);
	else
		runtime_up(side->node->runtime, l->number, is_dialer ? name_of(&l->sides[1]) : str_of(""),
			is_dialer);
}

struct harness_link *harness_link_make(struct harness *h, struct harness_side dialer,
	struct harness_side listener)
{
	struct harness_link *l = NULL;

	for (uint32_t i = 0; i < h->link_count && l == NULL; i++)
		if (!h->links[i].is_up)
			l = &h->links[i];
	if (l == NULL) {
		assert_true(h->link_count < HARNESS_LINKS_MAX);
		l = &h->links[h->link_count++];
	}
	*l = (struct harness_link) { .number = ++h->last_link,
		.sides = { dialer, listener },
		.is_up = true };
	side_up(h, l, 1);
	side_up(h, l, 0);
	return l;
}

static bool is_linked(const struct harness *h, const struct harness_node *node, const char *name)
{
	for (uint32_t i = 0; i < h->link_count; i++)
		if (h->links[i].is_up && h->links[i].sides[0].node == node &&
			str_is(name_of(&h->links[i].sides[1]), name))
			return true;
	return false;
}

static void dial(struct harness *h, struct harness_node *node, const char *name)
{
	struct harness_node *to = harness_node_find(h, str_of(name));

	if (is_linked(h, node, name) || (to != NULL && to->runtime == NULL) ||
		(h->away != NULL && strcmp(h->away, name) == 0))
		return;
	if (to != NULL)
		harness_link_make(h, (struct harness_side) { node, NULL },
			(struct harness_side) { to, NULL });
	else
		harness_link_make(h, (struct harness_side) { node, NULL },
			(struct harness_side) { NULL, harness_player(h, name) });
}

void harness_away(struct harness *h, const char *service)
{
	h->away = service;
	for (uint32_t i = 0; i < h->link_count && service != NULL; i++)
		if (h->links[i].is_up && h->links[i].sides[1].talker != NULL &&
			strcmp(h->links[i].sides[1].talker->name, service) == 0)
			link_cut(&h->links[i]);
	harness_run(h);
}

void harness_links_mend(struct harness *h)
{
	for (uint32_t i = 0; i < h->node_count; i++) {
		const char *names[HARNESS_LINKS_MAX];
		uint32_t count;

		if (h->nodes[i].runtime == NULL)
			continue;
		count = runtime_dials(h->nodes[i].service, names, HARNESS_LINKS_MAX);
		for (uint32_t n = 0; n < count; n++)
			dial(h, &h->nodes[i], names[n]);
	}
}

/* --- what a runtime has of it --- */

static enum err send_out(void *self, uint64_t link, const struct frames *frames)
{
	struct harness_node *node = self;
	struct harness_link *l = link_of(node->h, link);

	if (l == NULL)
		return ERR_UNAVAILABLE;
	if (node->is_dying)
		return ERR_OK; /* written into the socket of a dead process */
	return harness_post(node->h, link, l->sides[0].node == node, frames);
}

static void drop(void *self, uint64_t link)
{
	struct harness_node *node = self;
	struct harness_link *l = link_of(node->h, link);
	int other;

	if (l == NULL)
		return;
	other = l->sides[0].node == node ? 1 : 0;
	l->is_up = false;
	hear_down(l, &l->sides[other]);
}

static void settled(void *self, uint64_t link)
{
	(void)self;
	(void)link;
}

struct transport harness_transport(struct harness_node *node)
{
	return (struct transport) { node, send_out, drop, settled };
}
