/* Which streams a peer may open here, and when. */
#include "runtime/engine.h"

bool serve_may(struct runtime *r, const struct peer *p, struct str name)
{
	const struct remote_live *live;
	struct str service;
	const struct follow *f;
	struct id node;

	if (!p->is_remote)
		return true;
	if (r->fence != NULL) /* what it holds, and whom it may tell, is older than others know */
		return false;
	live = remote_of(r, p->node);
	f = mirror_of(r, name);
	if (live == NULL || f == NULL || node_stream_read(name, &node, &service) != ERR_OK)
		return false;
	/* A parent gets all that is ours or below us; a child what is its own or below it, nothing of its kin. */
	return live->is.kind == REMOTE_PARENT || id_equal(f->via, p->node);
}

bool serve_is_open(const struct peer *p, const struct follow *mirror, bool is_tail)
{
	for (uint32_t n = 0; n < p->served_count; n++)
		if (p->served[n].mirror == mirror && p->served[n].is_tail == is_tail)
			return true;
	return false;
}

bool serve_is_whole(struct runtime *r, const struct follow *own)
{
	for (uint32_t n = 0; n < r->remote_count; n++) {
		const struct remote_live *live = &r->remotes[n];

		if (live->is_listed && live->is.kind == REMOTE_PARENT && live->is.state == REMOTE_ALLOWED &&
			(live->peer == NULL || !live->peer->catalogue.is_known))
			return false;
	}
	return !own->is_tail && own->mirror.head.seq >= own->above.seq;
}
