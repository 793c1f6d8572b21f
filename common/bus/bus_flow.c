#include "bus/bus_flow.h"

#include <stdlib.h>
#include <string.h>

#include "bus/tcp_count.h"

enum {
	/* What a part is more on the line: head of its frame, and of CURVE name, nonce, flags and code. */
	CURVE_BYTES = 8 + 8 + 1 + 16,
	SHORT_HEAD = 2,
	LONG_HEAD = 9,
	SHORT_MAX = 255,
	ROWS_FIRST = 64,
};

bool flow_begin(struct flow *flow, int fd, time_us now)
{
	*flow = (struct flow) { .fd = fd, .cookie = fd < 0 ? 0 : tcp_cookie(fd), .begun_at = now };
	return flow->cookie != 0;
}

int flow_fd(const struct message *m)
{
	zframe_t *frame = m->parts[1] != NULL ? m->parts[1] : m->parts[0];
	const char *text = frame == NULL ? NULL : zframe_meta(frame, "__fd");
	uint64_t fd;

	return text != NULL && str_number(str_of(text), &fd) && fd <= INT32_MAX ? (int)fd : -1;
}

bool flow_is_live(const struct flow *flow)
{
	return flow->cookie != 0 && tcp_cookie(flow->fd) == flow->cookie;
}

/* Never more than it was, so that what is not whole is never taken for less than it is. */
static uint64_t on_the_line(size_t bytes)
{
	size_t sealed = bytes + CURVE_BYTES;

	return sealed + (sealed > SHORT_MAX ? LONG_HEAD : SHORT_HEAD);
}

void flow_took(struct flow *flow, const struct message *m)
{
	for (size_t i = 0; i < BUS_PARTS; i++)
		if (m->parts[i] != NULL)
			flow->whole += on_the_line(zframe_size(m->parts[i]));
	flow->has_greeted = true;
}

bool flow_mark(struct flow *flow)
{
	struct tcp_count now;

	if (!flow_is_live(flow) || !tcp_count(flow->fd, &now))
		return false;
	flow->marked = now.received > flow->seen ? now.received : flow->seen;
	flow->whole_marked = flow->whole;
	return true;
}

bool flow_is_endless(struct flow *flow)
{
	int64_t in = (int64_t)(flow->marked - flow->seen);
	int64_t after_mark = (int64_t)(flow->whole - flow->whole_marked);

	flow->open += in - (int64_t)flow->whole;
	/* A message that ended since the last judgement: what is open now came after it. So what the handshake and
	 * libzmq's own commands brought does not add up. */
	if (flow->whole > 0 && flow->open > in)
		flow->open = in;
	if (flow->open < -after_mark)
		flow->open = -after_mark;
	flow->seen = flow->marked;
	flow->whole = flow->whole_marked = 0;
	return flow->open > (flow->has_greeted ? FLOW_OPEN_MAX : FLOW_GREETING_MAX);
}

void flow_said(struct flow *flow, const struct frames *frames)
{
	struct tcp_count now;
	uint64_t bytes;

	if (!flow->has_said && tcp_count(flow->fd, &now)) {
		flow->unsaid = now.acked + now.queued;
		flow->has_said = true;
	}
	bytes = on_the_line(frames->header.len) + on_the_line(frames->body.len);
	if (frames->payload.ptr != NULL)
		bytes += on_the_line(frames->payload.len);
	flow->said += bytes;
	flow->held += bytes;
}

/* The kernel is asked only where the answer may be no. */
bool flow_has_room(struct flow *flow)
{
	return flow->held <= FLOW_HELD_MAX || flow_held(flow) <= FLOW_HELD_MAX;
}

uint64_t flow_held(struct flow *flow)
{
	struct tcp_count now;
	uint64_t acked;

	if (!flow->has_said || !flow_is_live(flow) || !tcp_count(flow->fd, &now))
		return 0;
	acked = now.acked > flow->unsaid ? now.acked - flow->unsaid : 0;
	/* More than we said: libzmq's own commands. They do not become room for what nobody reads. */
	if (acked > flow->said)
		flow->unsaid += acked - flow->said;
	flow->held = flow->said > acked ? flow->said - acked : 0;
	return flow->held;
}

void flow_cut(struct flow *flow)
{
	/* Between the look and the cut another connection may get the descriptor: it comes back by itself. */
	if (flow_is_live(flow))
		(void)shutdown(flow->fd, SHUT_RDWR);
	flow->cookie = 0;
}

void flows_clear(struct flow_table *t)
{
	free(t->rows);
	*t = (struct flow_table) { .rows = NULL };
}

static void grow(struct flow_table *t, size_t least)
{
	size_t room = t->room == 0 ? ROWS_FIRST : t->room;

	while (room < least)
		room *= 2;
	t->rows = reallocarray(t->rows, room, sizeof t->rows[0]);
	if (t->rows == NULL)
		abort(); /* the process's descriptors bound it; the supervisor restarts */
	(void)memset(&t->rows[t->room], 0, (room - t->room) * sizeof t->rows[0]);
	t->room = room;
}

struct flow *flows_of(struct flow_table *t, int fd, time_us now)
{
	struct flow *flow;

	if (fd < 0)
		return NULL;
	if ((size_t)fd >= t->room)
		grow(t, (size_t)fd + 1);
	flow = &t->rows[fd];
	if (flow->cookie != 0 && flow_is_live(flow))
		return flow;
	return flow_begin(flow, fd, now) ? flow : NULL;
}
