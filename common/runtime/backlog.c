/* Slow readers: credit is what a peer says it has room for, and what it takes is what the kernel says. A peer whose
 * credit is large and who reads nothing would have our memory filled. */
#include "base/log_line.h"
#include "runtime/engine.h"

static uint64_t backlog_of(const struct runtime *r, const struct peer *p)
{
	return r->o.held == NULL ? 0 : r->o.held(r->o.transport.self, p->link);
}

bool backlog_is_full(struct runtime *r, struct peer *p)
{
	uint64_t backlog;

	if (p->is_full)
		return true; /* until the next look */
	backlog = backlog_of(r, p);
	if (backlog <= BACKLOG_BYTES_MAX)
		return false;
	p->is_full = true;
	p->backlog_least = backlog;
	p->backlog_touched = r->steady;
	p->next_tick = r->steady;
	return true;
}

static void give_up(struct runtime *r, struct peer *p)
{
	if (p->is_remote)
		remote_trouble(r, p->node, "tidak_membaca");
	log_line(LOG_WARN, "tidak_membaca", "siapa", p->name_bytes, "tertahan",
		log_number((int64_t)p->backlog_least), NULL);
	peer_drop(r, p);
}

bool backlog_tick(struct runtime *r, struct peer *p)
{
	uint64_t backlog;

	if (!p->is_full)
		return true;
	backlog = backlog_of(r, p);
	if (backlog < p->backlog_least) {
		p->backlog_least = backlog;
		p->backlog_touched = r->steady;
	}
	if (backlog <= BACKLOG_BYTES_MAX / 2) {
		p->is_full = false;
		r->has_served = true;
	} else if (r->steady - p->backlog_touched > BACKLOG_STILL_US) {
		give_up(r, p);
		return false;
	}
	return true;
}

void backlog_name(struct runtime *r, const struct peer *p)
{
	if (p->is_remote && backlog_of(r, p) > BACKLOG_BYTES_MAX)
		remote_trouble(r, p->node, "tidak_membaca");
}
