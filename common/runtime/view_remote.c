/* What a question may know of other nodes: from the connections, and the snapshot that mirrors are read in. */
#include "runtime/view_state.h"

struct txn *view_txn(struct view *view)
{
	return view->ctx.txn;
}

enum err view_remote(struct view *view, struct id node, struct remote_facts *ret)
{
	const struct remote_live *live = remote_of(view->r, node);

	if (live == NULL || (live->contact == 0 && live->trouble == NULL))
		return ERR_NOT_FOUND;
	*ret = (struct remote_facts) {
		.is_connected = live->peer != NULL,
		.contact = live->peer != NULL ? view->r->now : live->contact,
		.version = str_of(live->version),
		.boot = live->boot,
		.has_skew = live->has_skew,
		.skew_us = live->skew,
		.trouble = str_of(live->trouble == NULL ? "" : live->trouble),
	};
	return ERR_OK;
}

enum err view_stream(struct view *view, struct str stream, struct stream_facts *ret)
{
	const struct follow *f = mirror_of(view->r, stream);
	const char *trouble;

	if (f == NULL)
		return ERR_NOT_FOUND;
	trouble = f->stopped != NULL ? f->stopped : f->trouble;
	*ret = (struct stream_facts) {
		.head_seq = f->head_seq,
		.trouble = str_of(trouble == NULL ? "" : trouble),
	};
	return ERR_OK;
}
