/* What a question may know of other nodes: from the connections, and the snapshot that mirrors are read in. */
#include "runtime/view_state.h"

struct txn *view_txn(struct view *view)
{
	return view->ctx.txn;
}

/* What it did, or else why there is no way to it. NULL: nothing. */
static const char *trouble_of(const struct runtime *r, const struct remote_live *live)
{
	const struct remote_host *host = &r->o.remote_host;
	time_us since;

	if (live->trouble != NULL || live->peer != NULL || live->is.kind != REMOTE_PARENT ||
		host->trouble == NULL)
		return live->trouble;
	/* a static string, nothing of `since` */
	/* cppcheck-suppress returnDanglingLifetime */
	return host->trouble(host->self, live->is.node, &since);
}

enum err view_remote(struct view *view, struct id node, struct remote_facts *ret)
{
	const struct remote_live *live = remote_of(view->r, node);
	const char *trouble = live == NULL ? NULL : trouble_of(view->r, live);

	if (live == NULL || (live->contact == 0 && trouble == NULL))
		return ERR_NOT_FOUND;
	*ret = (struct remote_facts) {
		.is_connected = live->peer != NULL,
		.contact = live->peer != NULL ? view->r->now : live->contact,
		.version = str_of(live->version),
		.boot = live->boot,
		.has_skew = live->has_skew,
		.skew_us = live->skew,
		.trouble = str_of(trouble == NULL ? "" : trouble),
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
