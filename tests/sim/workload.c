/* The client's side of the simulation: one tool with many commands under way. It keeps what it was
 * answered, repeats with the same id what was not answered, and now and then what was. */
#include "sim/workload.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/marks.h"
#include "sim/restored.h"

enum { UNDER_WAY_MAX = 12 };

static enum err line_send(void *self, const struct frames *frames)
{
	struct line *l = self;
	struct client *c = NULL;

	/* the line's client is found by its place in it */
	c = (struct client *)((char *)(l - l->conn->to) - offsetof(struct client, lines));
	return net_send(c->world, HOSTS_MAX + c->node->index, l->link, frames);
}

static void line_open(struct client *c, uint32_t host)
{
	struct line *l = &c->lines[host];
	struct session_config config = { .service = str_of("ctl"),
		.version = str_of("sim"),
		.is_dialer = true,
		.peer_service = str_of(c->world->hosts[host].service->name),
		.ping_ms = 10000,
		.dead_ms = 30000,
		.window_bytes = 1024 * 1024,
		.window_events = 1000,
		.send = line_send,
		.self = l };

	l->conn = net_dial(c->world, HOSTS_MAX + c->node->index, host);
	l->link = l->conn->link_from;
	l->session = session_open(&config, c->world->now);
}

static void line_close(struct client *c, uint32_t host)
{
	struct line *l = &c->lines[host];

	net_drop(c->world, HOSTS_MAX + c->node->index, l->link);
	session_close(&l->session);
	l->conn = NULL;
	l->redial_at = c->world->now + 100000;
	for (uint32_t i = 0; i < c->op_count; i++)
		if (c->ops[i].host == host)
			c->ops[i].corr = 0; /* numbers of a session that is over */
}

struct client *client_new(struct sim_node *node)
{
	struct client *c = calloc(1, sizeof *c);

	assert(c != NULL);
	c->world = node->world;
	c->node = node;
	arena_init(&c->arena, 4 * 1024 * 1024);
	wishes_open(&c->wishes, node);
	return c;
}

void client_free(struct client **client)
{
	struct client *c = *client;

	if (c == NULL)
		return;
	for (uint32_t i = 0; i < HOSTS_MAX; i++)
		session_close(&c->lines[i].session);
	for (uint32_t i = 0; i < c->op_count; i++)
		free(c->ops[i].body);
	arena_clear(&c->arena);
	free(c);
	*client = NULL;
}

static void op_add(struct client *c, const struct wish *wish)
{
	struct world *w = c->world;
	struct actor_host *host = node_host(w, c->node, str_of(wish->service));
	struct op *op = &c->ops[c->op_count];
	struct problem why;
	struct buf body;

	if (c->op_count == OPS_MAX || host == NULL)
		return;
	op->host = host->index;
	buf_init(&body, SESSION_BODY_MAX);
	if (wire_encode(wish->schema, wish->message, &body, &why) != ERR_OK)
		assert(!"a wish that cannot be encoded");
	op->id = id_new(world_wall(w));
	op->schema = wish->schema;
	op->body = body.ptr;
	op->body_len = body.len;
	op->state = OP_WAITING;
	op->next_try = w->now;
	c->op_count++;
	c->waiting++;
}

static void op_send(struct client *c, struct op *op)
{
	struct line *l = &c->lines[op->host];
	struct sesi_cmd cmd = { .id = op->id,
		.time_left_ms = 5000,
		.actor = c->wishes.officer,
		.type = op->schema->code,
		.version = op->schema->version,
		.body = { op->body, op->body_len } };

	op->next_try = c->world->now + 1000000 + (time_us)chance_below(&c->world->chance, 4000000);
	if (l->session == NULL || !session_is_ready(l->session))
		return;
	if (session_cmd(l->session, &cmd, &op->corr) == ERR_OK)
		op->sent++;
}

/* After a leap an id can be too old: it was never accepted, or its answer is lost for good. */
static bool is_stale(const struct client *c, const struct op *op)
{
	return id_time(op->id) < world_wall(c->world) - 20 * US_PER_DAY;
}

static void op_end(struct client *c, struct op *op, enum op_state state)
{
	op->state = state;
	op->corr = 0;
	c->waiting--;
	wishes_ended(&c->wishes, op->schema, state == OP_ACCEPTED);
}

static void on_reply(struct client *c, struct op *op, const struct sesi_reply *reply)
{
	bool is_ok = reply->status == SESI_STATUS_OK || reply->status == SESI_STATUS_DUP_OK;

	op->status = reply->status;
	if (reply->status == SESI_STATUS_BUSY || reply->status == SESI_STATUS_READONLY ||
		reply->status == SESI_STATUS_EXPIRED || reply->status == SESI_STATUS_UNKNOWN) {
		op->corr = 0;
		return; /* tried again with the same id */
	}
	if (op->state == OP_SHIPPED) { /* nobody told the client whether it is there again */
		op->corr = 0;
		if (!is_ok)
			return;
	}
	if (op->state == OP_ACCEPTED) { /* a repetition of an accepted one */
		if (!is_ok && c->node->restores == 0)
			world_fail(c->world, "I2", "an accepted command was then refused: %s %.*s",
				op->schema->name, reply->has_rule ? (int)reply->rule.len : 0,
				reply->has_rule ? reply->rule.ptr : "");
		else if (is_ok && c->node->restores == 0 && reply->first_seq != op->first_seq)
			world_fail(c->world, "I2", "a repeated command was done again: %s", op->schema->name);
		op->corr = 0;
		return;
	}
	if (is_ok) {
		op->epoch = reply->epoch;
		op->first_seq = reply->first_seq;
		op->count = reply->count;
		op->answered_in = c->node->backups;
		if (op->state == OP_WAITING) {
			c->accepted++;
			wishes_granted(&c->wishes, op->schema, str_bytes(op->body, op->body_len));
		}
	}
	if (op->state == OP_SHIPPED) {
		op->state = OP_ACCEPTED;
		return;
	}
	if (!is_ok && reply->has_rule && str_is(reply->rule, "diparkir"))
		op_end(c, op,
			OP_FORGOTTEN); /* killed twice while it was tried: parked, and that is in the log */
	else
		op_end(c, op, is_ok ? OP_ACCEPTED : OP_REFUSED);
}

void client_frames(struct client *c, uint64_t link, const struct frames *frames)
{
	struct session_note note;
	struct line *l = NULL;
	uint32_t host = 0;

	for (; host < HOSTS_MAX && l == NULL; host++)
		if (c->lines[host].session != NULL && c->lines[host].link == link)
			l = &c->lines[host];
	if (l == NULL)
		return;
	host--;
	arena_reset(&c->arena);
	session_in(l->session, frames, c->world->now, &c->arena, &note);
	if (note.kind == NOTE_DOWN) {
		line_close(c, host);
		return;
	}
	if (note.kind != NOTE_REPLY)
		return;
	for (uint32_t i = 0; i < c->op_count; i++)
		if (c->ops[i].host == host && c->ops[i].corr == note.corr) {
			on_reply(c, &c->ops[i], &note.reply);
			return;
		}
}

static void lines_tick(struct client *c)
{
	for (uint32_t i = 0; i < c->world->host_count; i++) {
		struct line *l = &c->lines[i];
		struct session_note note = { .kind = NOTE_NONE };

		if (c->world->hosts[i].node != c->node)
			continue;
		if (l->session == NULL && c->world->now >= l->redial_at)
			line_open(c, i);
		if (l->session == NULL)
			continue;
		(void)session_tick(l->session, c->world->now, &note);
		if (note.kind == NOTE_DOWN)
			line_close(c, i);
	}
}

/* Questions with a person's words in them; what is answered is looked at by nobody. */
static void ask_something(struct client *c)
{
	struct world *w = c->world;
	struct gen g = gen_of(chance_next(&w->chance), &c->arena);
	struct line *l = &c->lines[chance_below(&w->chance, w->host_count)];
	struct sesi_ask ask = { .actor = c->wishes.officer, .time_left_ms = 5000 };
	struct problem why;
	struct wish wish;
	uint64_t corr;
	struct buf body;

	if (l->session == NULL || !session_is_ready(l->session) ||
		!marks_question(&g, w->hosts[l - c->lines].service, str_of("DISDIK"), &wish))
		return;
	buf_init(&body, SESSION_BODY_MAX);
	if (wire_encode(wish.schema, wish.message, &body, &why) != ERR_OK)
		assert(!"a question that cannot be encoded");
	ask.type = wish.schema->code;
	ask.version = wish.schema->version;
	ask.body = buf_str(&body);
	if (session_ask(l->session, &ask, &corr) == ERR_OK)
		c->asked++;
	buf_clear(&body);
}

void client_tick(struct client *c)
{
	struct world *w = c->world;
	struct wish wish;

	c->next_wish = w->now + 1000 +
		(time_us)chance_below(&w->chance,
			c->is_calm       ? 100000
				: w->is_tree ? w->weather.pace_us
							 : 30000);
	lines_tick(c);
	wishes_look(&c->wishes);
	for (uint32_t i = 0; i < c->op_count; i++) {
		struct op *op = &c->ops[i];

		if (op->state != OP_WAITING || w->now < op->next_try)
			continue;
		if (is_stale(c, op))
			op_end(c, op, OP_FORGOTTEN);
		else
			op_send(c, op);
	}
	if (world_one_in(w, w->weather.repeat) && c->op_count > 0) {
		struct op *op = &c->ops[chance_below(&w->chance, c->op_count)];

		if ((op->state == OP_ACCEPTED || op->state == OP_SHIPPED) && op->corr == 0 &&
			!is_stale(c, op)) {
			world_count(w, FAULT_REPEAT);
			op_send(c, op);
		}
	}
	arena_reset(&c->arena);
	if (world_one_in(w, 10))
		ask_something(c);
	arena_reset(&c->arena);
	if (wishes_next(&c->wishes, c->waiting < UNDER_WAY_MAX && !c->is_calm, &c->arena, &wish))
		op_add(c, &wish);
}

time_us client_next(const struct client *c)
{
	return c->next_wish;
}

void client_calm(struct client *c)
{
	c->is_calm = true;
}

const char *client_unrest(const struct client *c)
{
	static char text[160];

	for (uint32_t i = 0; i < c->op_count; i++) {
		const struct op *op = &c->ops[i];
		const struct line *l = &c->lines[op->host];

		if (op->state != OP_WAITING)
			continue;
		(void)snprintf(text, sizeof text, "the client waits for %s of %s (%s, last answer %s)",
			op->schema->name, c->world->hosts[op->host].service->name,
			l->session == NULL                 ? "no connection"
				: session_is_ready(l->session) ? "connected"
											   : "connecting",
			op->status == 0 ? "none" : enum_name(&enum_sesi_status, op->status));
		return text;
	}
	return wishes_has_repair(&c->wishes) ? "the client repairs" : NULL;
}

bool client_is_prepared(const struct client *c)
{
	return wishes_are_prepared(&c->wishes);
}

bool client_is_idle(const struct client *c)
{
	return c->waiting == 0 && !wishes_has_repair(&c->wishes);
}

static enum op_state what_is_left(const struct client *c, const struct op *op, uint64_t backup)
{
	const struct actor_host *h = &c->world->hosts[op->host];

	if (op->answered_in < backup || op->first_seq <= h->backup_head.seq)
		return op->state;
	return restored_was_shipped(h, op->first_seq, op->epoch) ? OP_SHIPPED : OP_FORGOTTEN;
}

/* A restore takes back what was accepted after the backup; who restores knows that. */
void client_forget_since(struct client *c, uint64_t backup)
{
	for (uint32_t i = 0; i < c->world->host_count; i++)
		if (c->lines[i].session != NULL)
			line_close(c, i); /* answers of the lost time are not waited for */
	for (uint32_t i = 0; i < c->op_count; i++) {
		struct op *op = &c->ops[i];

		if (op->state == OP_ACCEPTED || op->state == OP_SHIPPED)
			op->state = what_is_left(c, op, backup);
		if (op->state == OP_WAITING)
			op_end(c, op, OP_FORGOTTEN);
	}
}

uint64_t client_accepted(const struct client *c)
{
	return c->accepted;
}
