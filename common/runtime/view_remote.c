/* What a question may know of other nodes: from the connections, and the snapshot that mirrors are read in. */
#include "runtime/view_state.h"

struct txn *view_txn(struct view *view)
{
	return view->ctx.txn;
}

enum err view_remote(struct view *view, struct id node, struct remote_facts *ret)
{
	(void)view;
	(void)node;
	(void)ret;
	return ERR_NOT_FOUND;
}

enum err view_stream(struct view *view, struct str stream, struct stream_facts *ret)
{
	(void)view;
	(void)stream;
	(void)ret;
	return ERR_NOT_FOUND;
}
