#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/engine.h"
#include "sim/clones.h"
#include "sim/hostile.h"
#include "sim/marks.h"
#include "sim/versions.h"

/* A message under way; a conn may be gone when it arrives. */
struct message {
	time_us at;
	uint64_t order;
	uint32_t conn;
	uint64_t link_from; /* of the conn when it was sent: another number, another connection */
	bool is_to_dialler;
	struct str header, body, payload;
};

time_us message_at(const struct message *m)
{
	return m->at;
}

void message_free(struct message *m)
{
	free(m);
}

static bool is_before(const struct message *a, const struct message *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void heap_add(struct world *w, struct message *m)
{
	uint32_t i = w->heap_count++;

	if (w->heap_count > w->heap_size) {
		w->heap_size = w->heap_size == 0 ? 1024 : w->heap_size * 2;
		w->heap = realloc(w->heap, w->heap_size * sizeof *w->heap);
		assert(w->heap != NULL);
	}
	for (; i > 0 && is_before(m, w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		w->heap[i] = w->heap[(i - 1) / 2];
	w->heap[i] = m;
}

struct message *heap_take(struct world *w)
{
	struct message *top = w->heap[0];
	struct message *last = w->heap[--w->heap_count];
	uint32_t i = 0;

	for (;;) {
		uint32_t child = 2 * i + 1;

		if (child >= w->heap_count)
			break;
		if (child + 1 < w->heap_count && is_before(w->heap[child + 1], w->heap[child]))
			child++;
		if (!is_before(w->heap[child], last))
			break;
		w->heap[i] = w->heap[child];
		i = child;
	}
	w->heap[i] = last;
	return top;
}

struct conn *net_dial(struct world *w, uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < CONNS_MAX; i++) {
		struct conn *c = &w->conns[i];

		if (c->is_used)
			continue;
		*c = (struct conn) { .is_used = true, .from = from, .to = to, .link_from = ++w->next_link };
		c->is_up_from = true;
		if (from < HOSTS_MAX && w->hosts[from].node == w->hosts[to].node)
			runtime_up(w->hosts[from].runtime, c->link_from, str_of(w->hosts[to].service->name),
				true);
		return c;
	}
	assert(!"too many connections");
	return NULL;
}

/* The name that a connection between nodes stands for, as its keys prove it. */
static void dial_name(const struct id *node, char ret[NODE_STREAM_MAX + 1])
{
	if (node_stream_name(*node, str_of("federation"), ret) != ERR_OK)
		assert(!"the name of a federation service");
}

void net_dial_remote(struct world *w, struct actor_host *h, uint32_t to,
	const struct remote *parent)
{
	struct conn *c = net_dial(w, h->index, to);
	char name[NODE_STREAM_MAX + 1];

	clones_dialled(w, h);
	c->is_remote = true;
	c->client_key = h->keys.present;
	c->server_key = parent->keys[h->guests.dials++ % parent->key_count];
	dial_name(&parent->node, name);
	runtime_up(h->runtime, c->link_from, str_of(name), true);
}

/* What the listener's ZAP says to a connection between nodes; looked at with each message. */
static bool is_let_in(struct actor_host *h, struct conn *c)
{
	const struct remote *guest = guest_of(&h->guests, &c->client_key);
	char name[NODE_STREAM_MAX + 1];

	if (c->is_refused)
		return false;
	c->is_refused = guest == NULL || guest->kind != REMOTE_CHILD ||
		guest->state != REMOTE_ALLOWED ||
		memcmp(&c->server_key, &h->keys.present, sizeof c->server_key) != 0;
	if (c->is_refused && c->link_to == 0)
		runtime_knocked(h->runtime, &c->client_key, guest != NULL);
	if (!c->is_refused && c->link_to == 0) {
		clones_let_in(h->world, h);
		dial_name(&guest->node, name);
		c->link_to = ++h->world->next_link;
		runtime_up(h->runtime, c->link_to, str_of(name), false);
	}
	return !c->is_refused;
}

static struct conn *conn_of(struct world *w, uint32_t end, uint64_t link)
{
	for (uint32_t i = 0; i < CONNS_MAX; i++) {
		struct conn *c = &w->conns[i];

		if (c->is_used &&
			((c->from == end && c->link_from == link) || (c->to == end && c->link_to == link)))
			return c;
	}
	return NULL;
}

void net_drop(struct world *w, uint32_t end, uint64_t link)
{
	struct conn *c = conn_of(w, end, link);

	if (c == NULL)
		return;
	if (c->from == end && c->link_from == link)
		c->is_used = false; /* the socket is closed; the other end hears nothing of it */
	else
		c->link_to = 0;
}

void net_host_down(struct world *w, uint32_t host)
{
	for (uint32_t i = 0; i < CONNS_MAX; i++) {
		struct conn *c = &w->conns[i];

		if (!c->is_used)
			continue;
		if (c->from == host)
			c->is_used = false;
		else if (c->to == host)
			c->link_to = 0;
	}
}

static struct message *message_new(struct world *w, const struct conn *c, bool is_to_dialler,
	const struct frames *frames, time_us at)
{
	size_t n = frames->header.len + frames->body.len + frames->payload.len;
	struct message *m = malloc(sizeof *m + n + 1);
	char *p = (char *)(m + 1);

	assert(m != NULL);
	*m = (struct message) { .at = at,
		.order = w->order++,
		.conn = (uint32_t)(c - w->conns),
		.link_from = c->link_from,
		.is_to_dialler = is_to_dialler };
	m->header = (struct str) { p, frames->header.len };
	memcpy(p, frames->header.ptr, frames->header.len);
	p += frames->header.len;
	m->body = (struct str) { p, frames->body.len };
	memcpy(p, frames->body.ptr, frames->body.len);
	p += frames->body.len;
	if (frames->payload.ptr != NULL) {
		m->payload = (struct str) { p, frames->payload.len };
		memcpy(p, frames->payload.ptr, frames->payload.len);
	}
	return m;
}

static time_us arrival(struct world *w, struct conn *c, bool is_to_dialler)
{
	time_us at = w->now + 20 + (time_us)chance_below(&w->chance, w->weather.latency_us);
	time_us *last = &c->last_arrival[is_to_dialler];

	if (world_one_in(w, w->weather.delay)) {
		world_count(w, FAULT_DELAY);
		at += (time_us)chance_below(&w->chance, 3 * US_PER_SECOND);
	}
	if (world_one_in(w, w->weather.clog)) {
		world_count(w, FAULT_CLOG);
		c->clogged_until[is_to_dialler] =
			w->now + (time_us)chance_below(&w->chance, 20 * US_PER_SECOND);
	}
	if (at < c->clogged_until[is_to_dialler])
		at = c->clogged_until[is_to_dialler];
	if (!c->is_remote && world_one_in(w, w->weather.reorder)) {
		world_count(w, FAULT_REORDER);
		return at;
	}
	if (at <= *last)
		at = *last + 1;
	*last = at;
	return at;
}

/* A way that is lost loses its connections: TCP gives up, or one side notices the silence. */
static bool is_way_lost(const struct world *w, const struct conn *c, bool is_to_dialler)
{
	if (c->from == HOSTILE_END)
		return false;
	return w->hosts[c->from].node->way_lost_until[!is_to_dialler] > w->now;
}

/* What leaves a node, and all that federation hears and says within it. */
static void look_for_marks(struct world *w, const struct conn *c, bool is_to_dialler,
	const struct frames *frames)
{
	if (c->from >= HOSTS_MAX) {
		if (!is_to_dialler)
			marks_sent(w, frames);
		return;
	}
	if (c->is_remote || w->hosts[c->from].service->links != NULL ||
		w->hosts[c->to].service->links != NULL)
		marks_look(w, c->is_remote ? "what leaves a node" : "what federation hears or tells",
			frames);
}

static enum err send_one(struct world *w, uint32_t end, uint64_t link, const struct frames *frames)
{
	struct conn *c = conn_of(w, end, link);
	bool is_to_dialler;

	if (c == NULL)
		return ERR_UNAVAILABLE;
	is_to_dialler = c->to == end && c->link_to == link;
	look_for_marks(w, c, is_to_dialler, frames);
	if (c->is_remote && is_way_lost(w, c, is_to_dialler))
		c->is_lost[is_to_dialler] = true;
	if (c->is_lost[is_to_dialler])
		return ERR_OK;
	if (world_one_in(w, w->weather.loss)) {
		world_count(w, FAULT_LOSS);
		c->is_lost[is_to_dialler] = c->is_remote; /* TCP: nothing after it arrives either */
		return ERR_OK;
	}
	heap_add(w, message_new(w, c, is_to_dialler, frames, arrival(w, c, is_to_dialler)));
	if (!c->is_remote && world_one_in(w, w->weather.duplicate)) {
		world_count(w, FAULT_DUPLICATE);
		heap_add(w, message_new(w, c, is_to_dialler, frames, arrival(w, c, is_to_dialler)));
	}
	if (world_one_in(w, w->weather.cut)) {
		world_count(w, FAULT_CUT);
		c->clogged_until[0] = c->clogged_until[1] = w->now + 60 * US_PER_SECOND;
	}
	return ERR_OK;
}

enum err net_send(struct world *w, uint32_t end, uint64_t link, const struct frames *frames)
{
	struct frames said;
	enum err e;

	versions_speak(w, end, frames, &said);
	e = send_one(w, end, link, &said);
	if (e == ERR_OK && versions_add(w, end, frames, &said))
		e = send_one(w, end, link, &said);
	return e;
}

void net_deliver(struct world *w, struct message *m)
{
	struct conn *c = &w->conns[m->conn];
	struct frames frames = { m->header, m->body, m->payload };
	struct actor_host *h;
	struct id epoch;
	bool was_fenced;

	if (!c->is_used || c->link_from != m->link_from)
		return; /* to a closed socket, or from one whose connection is gone */
	if (m->is_to_dialler && c->from == HOSTILE_END) {
		hostile_frames(w, &frames);
		return;
	}
	if (m->is_to_dialler && c->from >= HOSTS_MAX) {
		client_frames(w->nodes[c->from - HOSTS_MAX].client, c->link_from, &frames);
		return;
	}
	h = &w->hosts[m->is_to_dialler ? c->from : c->to];
	if (h->runtime == NULL)
		return;
	world_run_host(w, h);
	if (!m->is_to_dialler && c->is_remote && !is_let_in(h, c)) {
		w->running = NULL;
		host_wake(w, h);
		return;
	}
	if (!m->is_to_dialler && c->link_to == 0) {
		c->link_to = ++w->next_link;
		runtime_up(h->runtime, c->link_to, (struct str) { "", 0 }, false);
	}
	was_fenced = h->runtime->fence != NULL;
	epoch = store_log(runtime_store(h->runtime))->committed.epoch;
	runtime_frames(h->runtime, m->is_to_dialler ? c->link_from : c->link_to, &frames);
	w->running = NULL;
	host_look_at_fence(w, h, was_fenced, &epoch);
	if (h->is_dying)
		host_down(w, h);
	else
		host_wake(w, h);
}

void world_heap_free(struct world *w)
{
	free(w->heap);
	w->heap = NULL;
}
