/* Sessions with services, tools and other nodes: from their first frame to their end. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log_line.h"
#include "runtime/engine.h"

uint32_t peer_bit(struct str name)
{
	static const struct {
		const char *name;
		uint32_t bit;
	} rows[] = {
		{ "ctl", FROM_CTL },
		{ "gateway", FROM_GATEWAY },
		{ "intake", FROM_INTAKE },
		{ "workflow", FROM_WORKFLOW },
		{ "catalog", FROM_CATALOG },
		{ "notification", FROM_NOTIFICATION },
		{ "reporting", FROM_REPORTING },
		{ "federation", FROM_FEDERATION },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (str_is(name, rows[i].name))
			return rows[i].bit;
	return 0;
}

struct peer *peer_find(struct runtime *r, uint64_t link)
{
	struct peer *p = r->peers;

	while (p != NULL && p->link != link)
		p = p->next;
	return p;
}

static enum err send_frames(void *self, const struct frames *frames)
{
	struct peer *p = self;

	return p->runtime->o.transport.send(p->runtime->o.transport.self, p->link, frames);
}

static uint32_t peer_count(const struct runtime *r)
{
	uint32_t count = 0;

	for (const struct peer *p = r->peers; p != NULL; p = p->next)
		count++;
	return count;
}

/* Over TCP a connection has a name that is proven, NODE-ID/SERVICE; a service of another node can only be its
 * federation. */
static void peer_name(struct runtime *r, struct peer *p, struct str name)
{
	struct str service;
	struct id node;

	if (node_stream_read(name, &node, &service) == ERR_OK) {
		p->node = node;
		p->is_remote = !id_equal(node, r->o.node_id);
		name = service;
	}
	assert(name.len < sizeof p->name_bytes);
	if (name.len > 0)
		memcpy(p->name_bytes, name.ptr, name.len);
	p->name = str_bytes(p->name_bytes, name.len);
}

static void peer_add(struct runtime *r, uint64_t link, struct str name, bool is_dialer)
{
	struct peer *p = calloc(1, sizeof *p);
	struct session_config config = {
		.service = str_of(r->service->name),
		.node = r->o.node_id,
		.boot = r->boot,
		.wall = r->now,
		.version = str_of(r->o.version),
		.is_dialer = is_dialer,
		.ping_ms = r->o.ping_ms,
		.dead_ms = r->o.dead_ms,
		.window_bytes = STREAM_WINDOW_BYTES,
		.window_events = STREAM_WINDOW_EVENTS,
		.send = send_frames,
		.self = p,
	};

	if (p == NULL)
		abort();
	p->runtime = r;
	p->link = link;
	p->is_dialer = is_dialer;
	peer_name(r, p, name);
	config.peer_service = p->name;
	config.peer_node = p->node;
	config.streams = catalogue_welcome;
	p->session = session_open(&config, r->steady);
	p->next_tick = 0;
	p->next = r->peers;
	r->peers = p;
}

/* A node that dials again and again without an end takes no room but its own. */
static void make_room(struct runtime *r, struct str name)
{
	struct peer *oldest = NULL; /* new ones come first in the list */
	uint32_t count = 0;
	struct str service;
	struct id node;

	if (node_stream_read(name, &node, &service) != ERR_OK)
		return;
	for (struct peer *p = r->peers; p != NULL; p = p->next) {
		if (p->is_dialer || !p->is_remote || !id_equal(p->node, node))
			continue;
		oldest = p;
		count++;
	}
	if (count >= PEERS_OF_NODE_MAX)
		peer_drop(r, oldest);
}

/* Those whom we dial are few, and never too many. */
void runtime_up(struct runtime *r, uint64_t link, struct str name, bool is_dialer)
{
	if (!is_dialer)
		make_room(r, name);
	if (is_dialer || peer_count(r) < RUNTIME_PEERS_MAX) {
		peer_add(r, link, name, is_dialer);
		return;
	}
	log_line(LOG_WARN, "terlalu_banyak_sambungan", NULL);
	r->o.transport.drop(r->o.transport.self, link);
}

static void peer_free(struct runtime *r, struct peer *p)
{
	struct peer **at = &r->peers;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	follow_lost(r, p);
	salvage_lost(r, p);
	if (p->is_remote)
		remote_lost(r, p);
	held_forget(r, p->link);
	session_close(&p->session);
	free(p->served);
	free(p);
}

void peer_drop(struct runtime *r, struct peer *p)
{
	uint64_t link = p->link;

	peer_free(r, p);
	r->o.transport.drop(r->o.transport.self, link);
}

void runtime_down(struct runtime *r, uint64_t link)
{
	struct peer *p = peer_find(r, link);

	if (p != NULL)
		peer_free(r, p);
}

void runtime_refused(struct runtime *r, uint64_t link)
{
	struct peer *p = peer_find(r, link);

	if (p != NULL &&
		session_error(p->session, 0, SESI_CODE_REVOKED, "not let in any more") != ERR_OK)
		log_line(LOG_DEBUG, "jawaban_tak_terkirim", NULL);
}

/* One that has not said a word is a stranger, though its key was good. */
void runtime_endless(struct runtime *r, uint64_t link, struct str name)
{
	const struct peer *p = peer_find(r, link);
	struct str service;
	struct id node;

	if (p != NULL && p->is_remote)
		remote_trouble(r, p->node, "kiriman_tanpa_akhir");
	else if (node_stream_read(name, &node, &service) == ERR_OK)
		remote_trouble(r, node, "kiriman_tanpa_akhir");
	else
		r->strangers++;
}

static void ready(struct runtime *r, struct peer *p)
{
	struct str name = session_peer(p->session);

	assert(name.len < sizeof p->name_bytes);
	memmove(p->name_bytes, name.ptr, name.len);
	p->name = str_bytes(p->name_bytes, name.len);
	p->bit = p->is_remote ? (uint32_t)FROM_NODE : peer_bit(p->name);
	p->is_ready = true;
	p->letter_last = 0;
	p->letters_out = 0;
	r->o.transport.settled(r->o.transport.self, p->link);
	if (p->is_remote) {
		remote_ready(r, p);
		return;
	}
	if (p->is_dialer) {
		salvage_ready(r, p);
		p->asks_catalogue = follows_elsewhere(r->service) && str_is(p->name, "federation");
		follow_ready(r, p);
		r->has_letters = true;
	}
}

/* Another node whose bytes break the protocol is named to people; it comes again for ever. */
static void name_breach(struct runtime *r, struct peer *p, uint32_t code)
{
	if (!p->is_remote)
		return;
	if (code == SESI_CODE_BROKEN_STREAM)
		remote_trouble(r, p->node, "rantai_putus");
	else if (code == SESI_CODE_MALFORMED || code == SESI_CODE_TOO_BIG)
		remote_trouble(r, p->node, "pesan_cacat");
	else if (code == SESI_CODE_MAJOR_VERSION)
		remote_trouble(r, p->node, "versi_lain");
	else if (code == SESI_CODE_WRONG_IDENTITY)
		remote_trouble(r, p->node, "identitas_lain");
}

static void take_note(struct runtime *r, struct peer *p, const struct session_note *note)
{
	if (salvage_note(r, p, note))
		return;
	switch (note->kind) {
	case NOTE_READY:
		ready(r, p);
		break;
	case NOTE_CMD:
		command_take(r, p, note->corr, &note->cmd);
		break;
	case NOTE_ASK:
		ask_take(r, p, note->corr, &note->ask);
		break;
	case NOTE_LETTER:
		if (r->fence == NULL)
			letter_take(r, p, note->corr, &note->letter);
		break;
	case NOTE_TAKEN:
		letters_taken(r, p, note);
		break;
	case NOTE_OPEN:
	case NOTE_TAIL:
	case NOTE_CREDIT:
	case NOTE_ACK:
	case NOTE_HEAD_ASKED:
		serve_note(r, p, note);
		break;
	case NOTE_EVENTS:
		follow_events(r, p, note);
		break;
	case NOTE_CLOSE:
		serve_note(r, p, note);
		follow_note(r, p, note);
		break;
	case NOTE_OPENED:
	case NOTE_HEAD:
	case NOTE_ERROR:
		follow_note(r, p, note);
		break;
	case NOTE_DOWN:
		name_breach(r, p, note->error.code);
		backlog_name(r, p);
		peer_drop(r, p);
		break;
	case NOTE_ANSWER:
		if (!fork_answer(r, p, note))
			catalogue_answer(r, p, note);
		break;
	case NOTE_REPLY: /* the one command that a service sends */
		remote_reply(r, p, note);
		break;
	case NOTE_NONE:
		break;
	}
}

void runtime_frames(struct runtime *r, uint64_t link, const struct frames *frames)
{
	struct peer *p = peer_find(r, link);
	struct session_note note;

	if (p == NULL)
		return; /* dropped meanwhile */
	arena_reset(&r->session_arena);
	session_in(p->session, frames, r->steady, &r->session_arena, &note);
	p->next_tick = 0;
	take_note(r, p, &note);
}

void peers_tick(struct runtime *r)
{
	struct peer *next;

	for (struct peer *p = r->peers; p != NULL; p = next) {
		struct session_note note = { .kind = NOTE_NONE };

		next = p->next;
		if (p->asks_catalogue)
			catalogue_tick(r, p);
		if (p->is_remote && p->is_ready)
			remote_tick(r, p);
		if (!backlog_tick(r, p) || p->next_tick > r->steady)
			continue;
		p->next_tick = session_tick(p->session, r->steady, &note);
		if (p->is_full && p->next_tick > r->steady + BACKLOG_LOOK_US)
			p->next_tick = r->steady + BACKLOG_LOOK_US;
		if (note.kind != NOTE_NONE)
			take_note(r, p, &note);
	}
}
